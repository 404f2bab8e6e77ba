"""`probata people`: who works in this workspace and in which roles; a custodian enrols others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import UsageError


class PassphraseUnreadable(UsageError):
    """The file that is to hold a new person's passphrase could not be read."""

    code = "passphrase_unreadable"
    template = "The passphrase cannot be read from {file}: {why}."
    advice = "Give a text file that holds the passphrase in its first line, or leave --new-passphrase-file out."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to enrol, if anybody."""
    parser.add_argument("--enrol", metavar="NAME", help="enrol somebody, with a key of their own; takes a custodian")
    parser.add_argument(
        "--roles", metavar="ROLES", default="", help="their roles, separated by commas: analyst,reviewer"
    )
    parser.add_argument(
        "--new-passphrase-file",
        metavar="FILE",
        type=Path,
        help="the passphrase of the new person's key, in a file (default: the key has none)",
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Enrol whoever was named, then list everybody."""
    workspace.open_workspace(options.workspace)

    from probata.access import selectors
    from probata.access import services as access

    if options.enrol:
        _enrol(options)
    told: list[dict[str, Any]] = [
        {
            "name": one.name,
            "key_id": one.key_id,
            "roles": sorted(role.value for role in selectors.roles(one.id)),
            "locked": access.is_locked(one.name),
        }
        for one in selectors.people()
    ]
    if options.json:
        show_json("people", {"people": told})
        return 0
    for one in told:
        lock = "" if one["locked"] else "  (key without a passphrase)"
        print(f"{one['name']:<24} {', '.join(one['roles']) or 'no role'}{lock}")
    if len(told) == 1:
        print("A review takes a second person: probata people --enrol NAME --roles analyst,reviewer")
    return 0


def _new_passphrase(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise PassphraseUnreadable(file=file, why=error) from error


def _enrol(options: argparse.Namespace) -> None:
    from probata.access import services as access
    from probata.access.roles import Role

    known = {role.value: role for role in Role}
    names = [name.strip() for name in options.roles.split(",") if name.strip()]
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        what = f"No role is called {wrong[0]!r}." if wrong else "Whoever is enrolled has a role: give --roles."
        raise UsageError(what=f"{what} The roles: {', '.join(known)}.")
    passphrase = _new_passphrase(options.new_passphrase_file)
    keyring = workspace.unlock(options)
    reason = options.reason or "enrolled"
    access.enrol(keyring, options.enrol, passphrase, frozenset(known[name] for name in names), reason=reason)
