"""What other verifiers say of tampered packages: makes docs/tamper.md.

    python benchmarks/tamper_baseline.py --write docs/tamper.md [--peers FOLDER]

`bagit` validates the same tampered folders as ours (it is in the development lock). `wacz validate` reads another
format, so the like attacks are made on a small WACZ; it is installed from requirements/peers.lock into FOLDER, or into
a scratch folder, and left out with a statement where that is not possible.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from attrs import frozen

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "disclosure"))

from mutations import MUTATIONS, Mutation, Scene  # noqa: E402  its folder is named just above

from probata.custody import verifier  # noqa: E402  same

VALID, CAUGHT, BROKE, CANNOT = "valid", "caught", "stopped with an error of its own", "no folder can hold it"
TIMEOUT_S = 60

Members = list[tuple[str, bytes]]


@frozen(kw_only=True)
class WaczAttack:
    """One attack on a WACZ, and the attack on a package that is like it."""

    attack: str
    like: str
    change: Callable[[Members], Members]


# -- bagit


def bagit_says(folder: Path) -> str:
    """Run `bagit` on a folder."""
    command = [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", "--quiet", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    if done.returncode == 0:
        return VALID
    return BROKE if "Traceback" in done.stderr else CAUGHT


def rows_of_packages(folder: Path) -> list[tuple[Mutation, str]]:
    """Every attack of the tamper suite, with what `bagit` says of the folder."""
    scene, rows = Scene(folder=folder), []
    honest = bagit_says(scene.sealed.folder)
    if honest != VALID:
        raise SystemExit("bagit does not take the honest package")
    for mutation in MUTATIONS:
        target = folder / f"tampered-{mutation.name}"
        laid = None if mutation.rewrite_zip else mutation.make(scene).write_folder(target)
        rows.append((mutation, CANNOT if laid is None else bagit_says(laid)))
    return rows


# -- wacz


def warc() -> bytes:
    """A WARC of one response, each record its own gzip member (WARC 1.0)."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<p>footage</p>\n"
    records = (("warcinfo", b"software: none\r\n", ""), ("response", body, "https://example.org/"))
    return b"".join(gzip.compress(_record(*record), mtime=0) for record in records)


def _record(kind: str, body: bytes, uri: str) -> bytes:
    name = hashlib.sha256(body).hexdigest()
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{name[:8]}-{name[8:12]}-4{name[13:16]}-8{name[17:20]}-{name[20:32]}>",
        "WARC-Date: 2030-03-30T12:00:00Z",
        *([f"WARC-Target-URI: {uri}"] if uri else []),
        f"Content-Type: application/{'http; msgtype=response' if uri else 'warc-fields'}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def replaced(members: Members, name: str, data: bytes) -> Members:
    """The members with one of them changed."""
    return [(other, data if other == name else held) for other, held in members]


def without(members: Members, name: str) -> Members:
    """The members without one."""
    return [(other, held) for other, held in members if other != name]


def held(members: Members, name: str) -> bytes:
    """One member's bytes."""
    return dict(members)[name]


def rehashed(members: Members) -> Members:
    """All digests of a WACZ made anew over what is there."""
    package = json.loads(held(members, "datapackage.json"))
    known = dict(members)
    package["resources"] = [row for row in package["resources"] if row["path"] in known]
    for row in package["resources"]:
        row["hash"] = "sha256:" + hashlib.sha256(known[row["path"]]).hexdigest()
        row["bytes"] = len(known[row["path"]])
    members = replaced(members, "datapackage.json", json.dumps(package, indent=2).encode())
    digest = json.loads(held(members, "datapackage-digest.json"))
    digest["hash"] = "sha256:" + hashlib.sha256(held(members, "datapackage.json")).hexdigest()
    return replaced(members, "datapackage-digest.json", json.dumps(digest).encode())


def warc_name(members: Members) -> str:
    """Where the WARC lies."""
    return next(name for name, _ in members if name.startswith("archive/"))


def flipped_warc(members: Members) -> Members:
    """One bit of the WARC turned."""
    data = bytearray(held(members, warc_name(members)))
    data[len(data) // 2] ^= 1
    return replaced(members, warc_name(members), bytes(data))


def edited(members: Members) -> Members:
    """The title changed."""
    package = json.loads(held(members, "datapackage.json"))
    package["title"] = "another title"
    return replaced(members, "datapackage.json", json.dumps(package, indent=2).encode())


def other_warc(members: Members) -> Members:
    """The WARC replaced by one of other content."""
    return replaced(members, warc_name(members), warc().replace(b"footage", b"nothing"))


def signed_with_garbage(members: Members) -> Members:
    """A signature that is none (WACZ auth 0.1.0, anonymous)."""
    digest = json.loads(held(members, "datapackage-digest.json"))
    digest["signedData"] = {
        "hash": digest["hash"],
        "created": json.loads(held(members, "datapackage.json"))["created"],
        "software": "none",
        "signature": "AAAA",
        "publicKey": "AAAA",
    }
    return replaced(members, "datapackage-digest.json", json.dumps(digest).encode())


WACZ_ATTACKS = (
    WaczAttack(attack="One bit of the WARC is turned.", like="flip_a_bit", change=flipped_warc),
    WaczAttack(
        attack="One bit of the WARC is turned, and all digests are recomputed.",
        like="rewrite_everything",
        change=lambda members: rehashed(flipped_warc(members)),
    ),
    WaczAttack(attack="The title is changed.", like="edit_metadata", change=edited),
    WaczAttack(
        attack="The title is changed, and the file that holds its digest removed.",
        like="edit_bag_info_and_remove_the_tag_manifest",
        change=lambda members: without(edited(members), "datapackage-digest.json"),
    ),
    WaczAttack(
        attack="The WARC is removed.",
        like="remove_a_payload_file",
        change=lambda members: without(members, warc_name(members)),
    ),
    WaczAttack(
        attack="The WARC is removed, with its entry in the list.",
        like="remove_a_file_and_relist",
        change=lambda members: rehashed(without(members, warc_name(members))),
    ),
    WaczAttack(
        attack="An unlisted WARC is added beside the other.",
        like="add_a_payload_file",
        change=lambda members: [*members, ("archive/planted.warc.gz", warc())],
    ),
    WaczAttack(
        attack="An unlisted file without a dot in its name is added.",
        like="add_a_file_without_a_dot",
        change=lambda members: [*members, ("planted", b"planted")],
    ),
    WaczAttack(
        attack="A second WARC lies deeper, under the same last two parts of its path.",
        like="nest_a_copy",
        change=lambda members: [*members, (f"x/{warc_name(members)}", warc())],
    ),
    WaczAttack(
        attack="A member's name leads out by `..`.",
        like="lead_out_by_parent",
        change=lambda members: [*members, ("../../planted.txt", b"planted")],
    ),
    WaczAttack(
        attack="The zip holds the WARC twice, the false bytes first.",
        like="first_member_of_the_same_name",
        change=lambda members: [(warc_name(members), b"planted"), *members],
    ),
    WaczAttack(
        attack="The signature is garbage.", like="put_a_garbage_checkpoint_signature", change=signed_with_garbage
    ),
    WaczAttack(
        attack="The WARC is replaced by another, and all digests are recomputed.",
        like="rewrite_everything",
        change=lambda members: rehashed(other_warc(members)),
    ),
)


def wacz_program(peers: Path) -> Path | None:
    """The `wacz` program in a virtual environment of its own, made from the lock file when it is not there."""
    program = peers / "bin" / "wacz"
    lock = HERE.parent / "requirements" / "peers.lock"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(peers)], check=True, capture_output=True)
        install = [
            str(peers / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(lock),
        ]
        subprocess.run(install, check=False, capture_output=True)
    return program if program.exists() else None


def _version(program: Path) -> str:
    """What the program calls itself, `wacz 0.6.0 -- …`."""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


def wacz_says(program: Path, members: Members, folder: Path) -> str:
    """Run `wacz validate` on members, written as a stored zip."""
    target = folder / "tampered.wacz"
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    command = [str(program), "validate", "-f", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, cwd=folder)
    if "Traceback" in done.stderr:
        return BROKE
    said_valid = done.returncode == 0 and "invalid" not in done.stdout.lower()
    return VALID if said_valid else CAUGHT


def rows_of_wacz(program: Path, folder: Path) -> list[tuple[WaczAttack, str]]:
    """Every attack on a WACZ, with what `wacz validate` says."""
    (folder / "one.warc.gz").write_bytes(warc())
    honest = folder / "honest.wacz"
    pages = folder / "pages.jsonl"
    page = {"id": "1", "url": "https://example.org/", "ts": "2030-03-30T12:00:00Z", "title": "footage"}
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    pages.write_text(json.dumps(head) + "\n" + json.dumps(page) + "\n", encoding="utf-8")
    command = [str(program), "create", "-o", str(honest), "-p", str(pages), str(folder / "one.warc.gz")]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    with zipfile.ZipFile(honest) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    if wacz_says(program, members, folder) != VALID:
        raise SystemExit("wacz does not take the honest file")
    return [(attack, wacz_says(program, attack.change(members), folder)) for attack in WACZ_ATTACKS]


# -- the page


def page(packages: list[tuple[Mutation, str]], wacz: list[tuple[WaczAttack, str]] | None, wacz_version: str) -> str:
    """docs/tamper.md."""
    bagit_caught = sum(said == CAUGHT for _, said in packages)
    bagit_asked = sum(said != CANNOT for _, said in packages)
    out = io.StringIO()
    out.write(
        "# What was done to packages, and who noticed\n\n"
        "Made by `python benchmarks/tamper_baseline.py --write docs/tamper.md`. "
        f"The attacks are in `tests/disclosure/mutations.py`: {len(packages)} of them. Every one is tried on the "
        "library, on `verify.py` run with `python -I`, and on `verify.html` in Chromium; all three must name exactly "
        "the layers below, with one verdict. The attacker recomputes every digest that needs no key.\n\n"
        "Other programs stand beside ours to show what a check without a seal can and cannot see. None of them "
        "promises more than it does: `bagit` promises that files are those of a manifest, `wacz validate` that an "
        "archive is well formed and fits its digests.\n\n"
        "## Packages\n\n"
        f"`bagit` {version('bagit')}, run on the same tampered folders, caught {bagit_caught} of {bagit_asked}.\n\n"
        "| attack | what was done | layers that say FAIL | `bagit` |\n|---|---|---|---|\n"
    )
    for mutation, said in packages:
        layers = ", ".join(layer for layer in verifier.LAYERS if layer in mutation.layers)
        verdict = layers or ("(unreadable)" if mutation.verdict == "FAIL" else mutation.verdict)
        out.write(f"| `{mutation.name}` | {mutation.attack} | {verdict} | {said} |\n")
    out.write("\n## Web archives\n\n")
    if wacz is None:
        out.write("`wacz` could not be installed where this page was made, so nothing is said of it.\n")
        return out.getvalue()
    wacz_caught = sum(said == CAUGHT for _, said in wacz)
    out.write(
        f"`wacz validate` {wacz_version}, without a signing server, run on a small WACZ of one page, caught "
        f"{wacz_caught} of {len(wacz)}.\n\n"
        "| what was done | `wacz validate` | the like attack on a package |\n|---|---|---|\n"
    )
    out.writelines(f"| {attack.attack} | {said} | `{attack.like}`: FAIL |\n" for attack, said in wacz)
    return out.getvalue()


def main() -> int:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description="What other verifiers say of tampered packages.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="where to write the page (default: print it)")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="a virtual environment for the other programs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = rows_of_packages(folder)
        peers = options.peers or folder / "peers"
        program = wacz_program(peers)
        wacz = rows_of_wacz(program, folder) if program else None
        text = page(packages, wacz, _version(program) if program else "")
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
