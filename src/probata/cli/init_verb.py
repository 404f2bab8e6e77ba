"""`probata init`: a workspace, and a key that signs for you."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from probata.cli.output import show_json
from probata.cli.workspace import PASSPHRASE, open_workspace
from probata.engines import settings as workspace_settings
from probata.terms.errors import UsageError


class PassphrasesDiffer(UsageError):
    """The passphrase was typed differently the second time."""

    code = "passphrases_differ"
    template = "The two passphrases differ; no workspace was made."
    advice = "Run it again."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where, for whom, and how the key is protected."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the workspace is made")
    parser.add_argument("--name", default="operator", help="the name you act under (default: operator)")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="read the passphrase from a file")
    parser.add_argument(
        "--no-passphrase", action="store_true", help="leave the key unprotected: whoever reads the file can sign as you"
    )


def run(options: argparse.Namespace) -> int:
    """Make folders, settings, database, keys and entry 0."""
    passphrase = _passphrase(options)
    workspace_settings.create(options.folder)
    open_workspace(options.folder)

    from probata.access import services as access
    from probata.custody import keys
    from probata.custody import services as custody

    keyring = access.found(options.name, passphrase)
    custody.checkpoint(access.unlock_log_key(keyring))
    fingerprint = access.log_fingerprint()
    if options.json:
        show_json("init", {"workspace": str(options.folder), "name": options.name, "fingerprint": fingerprint})
        return 0
    print(f"A workspace stands in {options.folder}. You act in it as {options.name}.")
    print(f"Fingerprint of its log:\n  {keys.in_groups(fingerprint)}")
    print("Give the fingerprint to whoever will receive packages, by another way than the packages themselves.")
    if passphrase is None:
        print("The key has no passphrase: whoever can read the workspace can sign as you.")
    print(f"Next: probata add -w {options.folder} FILES")
    return 0


def _passphrase(options: argparse.Namespace) -> str | None:
    """Ask twice; take a file or the environment instead; None only when that was asked for in words."""
    if options.no_passphrase:
        return None
    if options.passphrase_file is not None:
        return str(options.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n"))
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if not sys.stdin.isatty():
        from probata.custody.keys import PassphraseNeeded

        raise PassphraseNeeded(what=f"The key of {options.name}")
    first = getpass.getpass(f"A passphrase for the key of {options.name}: ")
    if getpass.getpass("The same again: ") != first:
        raise PassphrasesDiffer
    return first
