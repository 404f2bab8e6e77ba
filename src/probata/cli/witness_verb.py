"""`probata witness`: cosign another workspace's checkpoint, by files carried there and back."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli.output import show_json
from probata.engines import clock
from probata.terms.errors import CustodyError, UsageError

if TYPE_CHECKING:
    from probata.custody.keys import Key
    from probata.custody.notes import Checkpoint, NoteKey

KEY_FILE = "witness.json"


class WitnessFolderMissing(UsageError):
    """The witness folder was not made yet."""

    code = "witness_folder_missing"
    template = "There is no witness key in {folder}."
    advice = "Make one with `probata witness FOLDER --name NAME`, and give its public key to the log's keepers."


class WitnessStateBroken(CustodyError):
    """What a witness remembers of a log cannot be read."""

    code = "witness_state_broken"
    template = "What this witness remembers of {log} cannot be read: {why}."
    advice = "Do not cosign: restore the witness's folder from a copy, or a rollback could go unseen."


def arguments(parser: argparse.ArgumentParser) -> None:
    """A folder that holds the witness's key and memory, and what to cosign."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where this witness keeps its key and what it saw")
    parser.add_argument("--name", help="make a new witness key under this name (one word, no spaces, no +)")
    parser.add_argument("--request", type=Path, metavar="FILE", help="the file that the log's keepers sent")
    parser.add_argument("--log", metavar="VKEY", help="with --request: the log's public key, got from elsewhere")
    parser.add_argument("--out", type=Path, metavar="FILE", help="with --request: where to write the cosignature")


def run(options: argparse.Namespace) -> int:
    """Make a witness, or cosign; print the witness's public key."""
    if options.request and not options.log:
        raise UsageError(what="--request needs --log, the log's public key as you got it from elsewhere")
    if options.name:
        make(options.folder, options.name)
    vkey, _key = opened(options.folder)
    line = cosign(options.folder, options.request.read_bytes(), options.log) if options.request else None
    if line is not None and options.out:
        options.out.write_text(line + "\n", encoding="utf-8")
    if options.json:
        show_json("witness", {"vkey": vkey.vkey, "cosignature": line})
    else:
        print(f"Witness key: {vkey.vkey}" if line is None else line)
    return 0


def make(folder: Path, name: str) -> None:
    """A new witness key in a folder; one that is there is never overwritten."""
    from probata.custody.keys import Key

    folder.mkdir(parents=True, exist_ok=True)
    if (folder / KEY_FILE).exists():
        raise UsageError(what=f"There is a witness key in {folder} already; it was left as it is")
    descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({"name": name, "signing_seed": Key.new().seed.hex()}, out)


def opened(folder: Path) -> tuple[NoteKey, Key]:
    """The witness's public key and its key; raises `WitnessFolderMissing`."""
    from probata.custody import notes
    from probata.custody.keys import Key

    if not (folder / KEY_FILE).exists():
        raise WitnessFolderMissing(folder=folder)
    kept = json.loads((folder / KEY_FILE).read_text(encoding="utf-8"))
    key = Key(seed=bytes.fromhex(kept["signing_seed"]))
    return notes.witness_vkey(kept["name"], key.public_raw), key


def cosign(folder: Path, untrusted_request: bytes, log_vkey: str) -> str:
    """Check that a checkpoint extends what was seen last, remember it, and give the cosignature's line."""
    from probata.custody import notes

    vkey, key = opened(folder)
    log = notes.parse_vkey(log_vkey)
    memory = folder / f"{log.key_id.hex()}-{log.name.replace('/', '-')}.json"
    witnessed = notes.cosign(
        untrusted_request, log=log, witness=key, name=vkey.name, seen=_seen(memory, log.name), at=clock.now()
    )
    remembered = witnessed.remembered
    fresh = memory.with_suffix(".new")
    fresh.write_text(
        json.dumps({"origin": remembered.origin, "size": remembered.size, "root": remembered.root.hex()}),
        encoding="utf-8",
    )
    # Remembered before the line is given away: a crash between the two costs a signature, never a rollback unseen.
    fresh.replace(memory)
    return witnessed.line


def _seen(memory: Path, log: str) -> Checkpoint | None:
    from probata.custody.notes import Checkpoint

    if not memory.exists():
        return None
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        return Checkpoint(kept["origin"], int(kept["size"]), bytes.fromhex(kept["root"]))
    except (ValueError, KeyError) as error:
        raise WitnessStateBroken(log=log, why=error) from error
