"""`probata verify PACKAGE`: the same verifier that lies in every package, offline, without a workspace."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which package, and what is known of its sealer from elsewhere."""
    parser.add_argument("package", metavar="PACKAGE", help="a sealed package: its folder or its zip")
    parser.add_argument(
        "--fingerprint", help="of the log that sealed it, as you got it from elsewhere than the package"
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a witness who must have cosigned"
    )
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint that you kept")


def run(options: argparse.Namespace) -> int:
    """Verify, print every layer's answer, and exit 0 only on PASS."""
    from probata.custody import verifier

    words = [options.package]
    words += ["--fingerprint", options.fingerprint] * (options.fingerprint is not None)
    words += [word for vkey in options.witness for word in ("--witness", vkey)]
    words += [word for file in options.checkpoint for word in ("--checkpoint", file)]
    words += ["--json"] * options.json
    return verifier.main(words)
