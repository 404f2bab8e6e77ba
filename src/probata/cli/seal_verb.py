"""`probata seal`: items into a package that a stranger can verify."""

from __future__ import annotations

import argparse
from pathlib import Path

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.terms.errors import UsageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to seal, where to, for whom."""
    parser.add_argument("package", type=Path, metavar="PACKAGE", help="the folder to make; it must not be there yet")
    parser.add_argument("items", nargs="*", metavar="ITEM", help="items by digest (default: every item)")
    parser.add_argument(
        "--disclosure", metavar="ID", help="what one person proposed and another released, where several people work"
    )
    parser.add_argument("--recipient", default="", help="for whom, as the report and the ledger shall say")
    parser.add_argument("--purpose", default="", help="what for")
    parser.add_argument(
        "--timestamp",
        action="store_true",
        help="have every timestamp authority of the settings sign (uses the network)",
    )
    parser.add_argument("--zip", action="store_true", help="write PACKAGE.zip beside the folder as well")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Seal, and say how the recipient verifies."""
    workspace.open_workspace(options.workspace)

    from probata.access import services as access
    from probata.custody import keys
    from probata.disclosure import package, selectors, services
    from probata.preservation import selectors as preservation

    if options.disclosure and (options.items or options.recipient or options.purpose):
        raise UsageError(what="--disclosure names items, recipient and purpose already: leave them out")
    keyring = workspace.unlock(options)
    reason = options.reason or "sealed for disclosure"
    with Progress("sealing"):
        if options.disclosure:
            items = list(selectors.disclosure(options.disclosure).plan.items)
            folder = services.seal_disclosure(
                options.disclosure, options.package, keyring=keyring, reason=reason, stamped=options.timestamp
            )
        else:
            items = options.items or [item.sha256 for item in preservation.items()]
            folder = services.seal(
                options.package,
                items,
                keyring=keyring,
                reason=reason,
                recipient=options.recipient,
                purpose=options.purpose,
                stamped=options.timestamp,
            )
        archive = package.write_zip(folder, folder.with_name(f"{folder.name}.zip")) if options.zip else None
    fingerprint = access.log_fingerprint()
    if options.json:
        show_json(
            "seal",
            {
                "package": str(folder),
                "zip": str(archive) if archive else None,
                "fingerprint": fingerprint,
                "items": items,
            },
        )
    else:
        print(f"Sealed: {folder}" + (f" and {archive}" if archive else ""))
        print(f"Fingerprint, to be given to the recipient by another way:\n  {keys.in_groups(fingerprint)}")
        print(f"They verify with: python -I verify.py --fingerprint {fingerprint}  (inside the package, offline)")
    return 0
