"""`probata checkpoint`: sign the ledger as it stands; ask authorities and witnesses to sign over it."""

from __future__ import annotations

import argparse
from pathlib import Path

from probata.cli import workspace
from probata.cli.output import show_json
from probata.engines.clock import rfc3339
from probata.terms.errors import UsageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to have signed, and by whom."""
    parser.add_argument(
        "--timestamp", action="store_true", help="ask every timestamp authority of the settings (uses the network)"
    )
    parser.add_argument("--request", type=Path, metavar="FILE", help="write the file that a witness needs")
    parser.add_argument(
        "--seen", type=int, default=0, metavar="SIZE", help="with --request: the size the witness saw last (default: 0)"
    )
    parser.add_argument("--attach", type=Path, metavar="FILE", help="keep a cosignature that a witness gave back")
    parser.add_argument("--witness", metavar="VKEY", help="with --attach: the witness's public key")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Sign, then do what else was asked."""
    if (options.attach is None) != (options.witness is None):
        raise UsageError(what="--attach and --witness go together")
    workspace.open_workspace(options.workspace)

    from probata.access import services as access
    from probata.custody import keys, notes
    from probata.custody import selectors as custody_selectors
    from probata.custody import services as custody

    answers: list[dict[str, str]] = []
    if options.attach is not None:
        row = custody_selectors.last_checkpoint()
        if row is None:
            raise UsageError(what="There is no checkpoint yet to attach a cosignature to")
        witness = notes.parse_vkey(options.witness)
        custody.keep_cosignature(row, options.attach.read_text(encoding="utf-8"), witness, access.log_vkey())
        note, size = row.note, row.size
    else:
        keyring = workspace.unlock(options)
        kept = custody.checkpoint(access.unlock_log_key(keyring))
        note, size = kept.signed.note, kept.row.size
        if options.timestamp:
            answers = [
                {"authority": one.authority, "at": rfc3339(one.at)}
                for one in custody.stamp(kept, actor=keyring.signing)
            ]
        if options.request is not None:
            proof = custody_selectors.consistency_proof(options.seen, size) if options.seen else []
            options.request.write_bytes(notes.request(kept.signed, old_size=options.seen, proof=proof))
    if options.json:
        show_json(
            "checkpoint",
            {
                "size": size,
                "note": note,
                "timestamps": answers,
                "vkey": access.log_vkey().vkey,
                "fingerprint": access.log_fingerprint(),
            },
        )
    else:
        print(note, end="")
        print(f"Log key: {access.log_vkey().vkey}\nFingerprint: {keys.in_groups(access.log_fingerprint())}")
        for answer in answers:
            print(f"Timestamp by {answer['authority']}: {answer['at']}")
    return 0
