"""`probata verify PACKAGE`: the same verifier that lies in every package, offline, without a workspace."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from probata.terms.errors import UsageError

if TYPE_CHECKING:
    from probata.custody.verifier import TokenCheck


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which package, and what is known of its sealer from elsewhere."""
    parser.add_argument("package", metavar="PACKAGE", help="a sealed package: its folder or its zip")
    parser.add_argument(
        "--fingerprint", help="of the log that sealed it, as you got it from elsewhere than the package"
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a witness who must have cosigned"
    )
    parser.add_argument(
        "--authority",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a timestamp authority and its certificates (PEM), to judge its tokens by",
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
    return verifier.main(words, check_token=_token_check(options.authority))


def _token_check(named: list[str]) -> TokenCheck | None:
    """What judges timestamp tokens: authorities by name, each with its certificates; None when none was given."""
    if not named:
        return None

    from probata.custody import timestamps

    authorities = []
    for one in named:
        name, equals, file = one.partition("=")
        if not equals or not Path(file).is_file():
            raise UsageError(what=f"--authority takes NAME=FILE with a file of certificates, not {one!r}")
        authorities.append(timestamps.Authority.from_pem(name, "", Path(file).read_bytes()))
    return timestamps.token_check(authorities)
