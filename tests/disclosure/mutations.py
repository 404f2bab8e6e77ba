"""What an attacker may do to a sealed package, each with the layers that must say so.

Every function makes one tampered package; its docstring is the attack. The layers named in its decorator are exactly
those that must answer FAIL, in all three verifiers. Attackers here recompute every digest that needs no key.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, frozen
from package_making import DATA, Ledger, Recipe, Sealed, Witness, key_from, opening, unsigned_token
from parcel import LINK, PIPE, Member, Parcel

from probata.custody import merkle, notes, verifier
from probata.custody.canonical import parse
from probata.custody.entries import seal_opening
from probata.custody.notes import Checkpoint, SignedCheckpoint
from probata.disclosure.contents import DisclosedEntry

CLIP, SOUND, METADATA = "data/0001/clip.bin", "data/0001/sound.bin", "metadata/0001.json"


@define
class Scene:
    """One honest package, and the means to make others."""

    folder: Path
    built: int = 0

    @cached_property
    def sealed(self) -> Sealed:
        return self.build(Recipe())

    def build(self, recipe: Recipe) -> Sealed:
        self.built += 1
        return recipe.seal(self.folder / str(self.built))

    @cached_property
    def honest(self) -> Parcel:
        return Parcel.of(self.sealed.folder)

    def parcel(self, recipe: Recipe | None = None) -> Parcel:
        """The honest package's members, or those of another one."""
        return self.honest.copy() if recipe is None else Parcel.of(self.build(recipe).folder)


@frozen(kw_only=True)
class Given:
    """What the person who verifies brings along; the fingerprint None means that none is given."""

    fingerprint: str | None
    witnesses: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()


@frozen(kw_only=True)
class Mutation:
    """One attack: how it is made, what is brought to verify it, and what must be said."""

    name: str
    attack: str
    make: Callable[[Scene], Parcel]
    layers: frozenset[str]
    verdict: str
    given: Callable[[Scene], Given]
    rewrite_zip: Callable[[bytes], bytes] | None = None
    hidden_from_browser_folder: bool = False

    @property
    def exit_code(self) -> int:
        if self.verdict == "FAIL" and not self.layers:
            return verifier.EXIT_UNREADABLE
        return verifier.EXIT_CODES[self.verdict]


MUTATIONS: list[Mutation] = []


def _right_fingerprint(scene: Scene) -> Given:
    return Given(fingerprint=scene.sealed.fingerprint)


def attack(
    *layers: str,
    verdict: str = "FAIL",
    given: Callable[[Scene], Given] = _right_fingerprint,
    rewrite_zip: Callable[[bytes], bytes] | None = None,
    hidden_from_browser_folder: bool = False,
) -> Callable[[Callable[[Scene], Parcel]], Callable[[Scene], Parcel]]:
    """Register an attack with the layers that must fail."""
    unknown = set(layers) - set(verifier.LAYERS)
    if unknown:
        raise ValueError(unknown)

    def register(make: Callable[[Scene], Parcel]) -> Callable[[Scene], Parcel]:
        MUTATIONS.append(
            Mutation(
                name=make.__name__,
                attack=(make.__doc__ or "").strip(),
                make=make,
                layers=frozenset(layers),
                verdict=verdict,
                given=given,
                rewrite_zip=rewrite_zip,
                hidden_from_browser_folder=hidden_from_browser_folder,
            )
        )
        return make

    return register


def flipped(data: bytes, at: int) -> bytes:
    """The bytes with one bit turned."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


# -- bytes, names, list


@attack("bytes")
def flip_a_bit(scene: Scene) -> Parcel:
    """One bit of a payload file is turned."""
    parcel = scene.parcel()
    parcel[CLIP] = flipped(parcel[CLIP], 7)
    return parcel


@attack("bytes")
def flip_a_bit_in_the_last_chunk(scene: Scene) -> Parcel:
    """One bit behind the first chunk of a payload file is turned."""
    parcel = scene.parcel()
    parcel[CLIP] = flipped(parcel[CLIP], len(parcel[CLIP]) - 1)
    return parcel


@attack("bytes", "bag")
def flip_a_bit_and_fix_the_manifest(scene: Scene) -> Parcel:
    """A payload file is changed and its bag manifest recomputed."""
    parcel = scene.parcel()
    old = hashlib.sha256(parcel[SOUND]).hexdigest()
    parcel[SOUND] = flipped(parcel[SOUND], 0)
    changed = parcel[verifier.MANIFEST].replace(old.encode(), hashlib.sha256(parcel[SOUND]).hexdigest().encode())
    parcel[verifier.MANIFEST] = changed
    parcel.rebag()
    return parcel


@attack("bytes")
def cut_a_file_short(scene: Scene) -> Parcel:
    """A payload file loses its last byte."""
    parcel = scene.parcel()
    parcel[CLIP] = parcel[CLIP][:-1]
    return parcel


@attack("bytes")
def append_a_byte(scene: Scene) -> Parcel:
    """A payload file gains a byte."""
    parcel = scene.parcel()
    parcel[SOUND] += b"\x00"
    return parcel


@attack("bytes")
def fill_the_empty_file(scene: Scene) -> Parcel:
    """The empty payload file gets bytes."""
    parcel = scene.parcel()
    parcel["data/0002/empty.bin"] = b"x"
    return parcel


@attack("bytes")
def swap_two_files(scene: Scene) -> Parcel:
    """Two payload files change places."""
    parcel = scene.parcel()
    parcel[CLIP], parcel[SOUND] = parcel[SOUND], parcel[CLIP]
    return parcel


@attack("bytes")
def edit_metadata(scene: Scene) -> Parcel:
    """What the metadata says is changed."""
    parcel = scene.parcel()
    parcel.edit(METADATA, lambda record: record.update(title="другой клип"))
    return parcel


@attack("list")
def remove_a_payload_file(scene: Scene) -> Parcel:
    """A payload file is taken out."""
    parcel = scene.parcel()
    del parcel[CLIP]
    return parcel


@attack("list")
def remove_the_metadata(scene: Scene) -> Parcel:
    """A metadata file is taken out."""
    parcel = scene.parcel()
    del parcel[METADATA]
    return parcel


@attack("list")
def add_a_payload_file(scene: Scene) -> Parcel:
    """A file that nobody sealed is put among the payload."""
    parcel = scene.parcel()
    parcel["data/0003/planted.bin"] = b"planted"
    return parcel


@attack("list")
def add_a_file_without_a_dot(scene: Scene) -> Parcel:
    """A file whose name has no dot is put at the top."""
    parcel = scene.parcel()
    parcel["planted"] = b"planted"
    return parcel


@attack("list")
def add_a_hidden_file(scene: Scene) -> Parcel:
    """A file whose name begins with a dot is put among the payload."""
    parcel = scene.parcel()
    parcel["data/.hidden"] = b"planted"
    return parcel


@attack("list")
def nest_a_copy(scene: Scene) -> Parcel:
    """A sealed file lies a second time, deeper, under the end of its own path."""
    parcel = scene.parcel()
    parcel[f"data/package/{CLIP}"] = b"planted"
    return parcel


@attack("list")
def rename_a_file(scene: Scene) -> Parcel:
    """A payload file gets another name."""
    parcel = scene.parcel()
    parcel.member(CLIP).name = "data/0001/renamed.bin"
    return parcel


@attack("list")
def move_a_file(scene: Scene) -> Parcel:
    """A payload file moves to another folder under its own name."""
    parcel = scene.parcel()
    parcel.member(SOUND).name = "data/0002/sound.bin"
    return parcel


@attack("list", hidden_from_browser_folder=True)
def add_an_empty_folder(scene: Scene) -> Parcel:
    """An empty folder says something by its name."""
    parcel = scene.parcel()
    parcel.members.append(Member(name="data/the name speaks/", mode=0o040755))
    return parcel


@attack("names", "list", hidden_from_browser_folder=True)
def add_a_link(scene: Scene) -> Parcel:
    """A link leads to a file of the reader's machine."""
    parcel = scene.parcel()
    parcel.members.append(Member(name="data/link.bin", data=b"/etc/hostname", mode=LINK))
    return parcel


@attack("names", hidden_from_browser_folder=True)
def replace_a_file_by_a_link(scene: Scene) -> Parcel:
    """A payload file becomes a link to a file with other bytes."""
    parcel = scene.parcel()
    parcel.member(CLIP).data, parcel.member(CLIP).mode = b"sound.bin", LINK
    return parcel


@attack("names", "bag", "seal", hidden_from_browser_folder=True)
def replace_the_seal_by_a_link(scene: Scene) -> Parcel:
    """The seal becomes a link."""
    parcel = scene.parcel()
    parcel.member(verifier.SEAL).data, parcel.member(verifier.SEAL).mode = b"files.json", LINK
    return parcel


@attack("names", "list", hidden_from_browser_folder=True)
def add_a_pipe(scene: Scene) -> Parcel:
    """A special file lies among the payload, and reading it would never end."""
    parcel = scene.parcel()
    parcel.members.append(Member(name="data/pipe", mode=PIPE))
    return parcel


@attack("names", "list")
def clash_by_capitals(scene: Scene) -> Parcel:
    """A second file differs from a sealed one in capitals only."""
    parcel = scene.parcel()
    parcel["data/0001/CLIP.bin"] = b"planted"
    return parcel


@attack("names", "list")
def clash_by_folder_capitals(scene: Scene) -> Parcel:
    """A second folder differs from a sealed one in capitals only."""
    parcel = scene.parcel()
    parcel["DATA/planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def clash_by_unicode_form(scene: Scene) -> Parcel:
    """Two names differ in their Unicode form only."""
    parcel = scene.parcel()
    for form in ("NFC", "NFD"):
        parcel[unicodedata.normalize(form, "data/é.bin")] = b"planted"
    return parcel


@attack("names", "list")
def lead_out_by_parent(scene: Scene) -> Parcel:
    """A member's name leads out of the package by `..`."""
    parcel = scene.parcel()
    parcel["../planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def lead_out_by_deep_parent(scene: Scene) -> Parcel:
    """A member's name leads out of the package by `..` in its middle."""
    parcel = scene.parcel()
    parcel["data/../../planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def lead_out_by_absolute_name(scene: Scene) -> Parcel:
    """A member's name begins at the root of the reader's machine."""
    parcel = scene.parcel()
    parcel["/tmp/planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def lead_out_by_drive_letter(scene: Scene) -> Parcel:
    """A member's name begins with a drive letter."""
    parcel = scene.parcel()
    parcel["C:planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def lead_out_by_backslash(scene: Scene) -> Parcel:
    """A member's name leads out of the package on Windows."""
    parcel = scene.parcel()
    parcel["data\\..\\..\\planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def name_with_a_dot_part(scene: Scene) -> Parcel:
    """A member's name takes a detour through `.`."""
    parcel = scene.parcel()
    parcel["data/./planted.bin"] = b"planted"
    return parcel


@attack("names", "list")
def name_that_reads_backwards(scene: Scene) -> Parcel:
    """A direction mark makes `gpj.exe` read as `exe.jpg`."""
    parcel = scene.parcel()
    parcel["data/\u202egpj.exe"] = b"planted"
    return parcel


@attack("names", "list")
def name_that_ends_in_a_dot(scene: Scene) -> Parcel:
    """A name that Windows would shorten to a sealed one."""
    parcel = scene.parcel()
    parcel[CLIP + "."] = b"planted"
    return parcel


@attack("names", "list")
def file_in_the_place_of_a_folder(scene: Scene) -> Parcel:
    """A zip holds a file under the name of a folder."""
    parcel = scene.parcel()
    parcel["keys"] = b"planted"
    return parcel


# -- the zip itself


@attack("names")
def second_member_of_the_same_name(scene: Scene) -> Parcel:
    """A zip holds a sealed name twice, the false bytes second."""
    parcel = scene.parcel()
    parcel.members.append(Member(name=SOUND, data=b"planted"))
    return parcel


@attack("names", "bytes")
def first_member_of_the_same_name(scene: Scene) -> Parcel:
    """A zip holds a sealed name twice, the false bytes first."""
    parcel = scene.parcel()
    parcel.members.insert(0, Member(name=SOUND, data=b"planted"))
    return parcel


def _rename_before_the_bytes(data: bytes) -> bytes:
    at = data.index(f"package/{SOUND}".encode())
    return flipped(data, at + len("package/data/0001/s") - 1)


@attack("names", rewrite_zip=_rename_before_the_bytes)
def member_with_two_names(scene: Scene) -> Parcel:
    """The zip's directory and the header before the bytes name a member differently."""
    return scene.parcel()


def _say_encrypted(data: bytes) -> bytes:
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(f"package/{SOUND}".encode()))
    return flipped(data, at + 8)


@attack("names", rewrite_zip=_say_encrypted)
def member_said_to_be_encrypted(scene: Scene) -> Parcel:
    """The zip says that a member is encrypted."""
    return scene.parcel()


def _say_unknown_packing(data: bytes) -> bytes:
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(f"package/{SOUND}".encode()))
    return data[: at + 10] + b"\x0e" + data[at + 11 :]


@attack("names", rewrite_zip=_say_unknown_packing)
def member_packed_in_an_unknown_way(scene: Scene) -> Parcel:
    """The zip says that a member is packed by a method that not every program knows."""
    return scene.parcel()


def _say_smaller(data: bytes) -> bytes:
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(f"package/{CLIP}".encode()))
    return data[: at + 24] + len(DATA[CLIP]).to_bytes(4, "little") + data[at + 28 :]


@attack("bytes", rewrite_zip=_say_smaller)
def member_that_unfolds(scene: Scene) -> Parcel:
    """A packed member says the sealed size and unfolds to forty times as much."""
    parcel = scene.parcel()
    parcel.member(CLIP).data, parcel.member(CLIP).packed = parcel[CLIP] + bytes(50 << 20), True
    return parcel


@attack("bytes")
def packed_member_with_other_bytes(scene: Scene) -> Parcel:
    """A packed member unfolds to the sealed size and other bytes."""
    parcel = scene.parcel()
    parcel.member(CLIP).data, parcel.member(CLIP).packed = flipped(parcel[CLIP], 99), True
    return parcel


def _end_changed(at: int, new: bytes) -> Callable[[bytes], bytes]:
    """Change the zip's end record, which is its last 22 bytes."""

    def change(data: bytes) -> bytes:
        end = len(data) - 22
        return data[: end + at] + new + data[end + at + len(new) :]

    return change


@attack(verdict="FAIL", rewrite_zip=lambda data: _end_changed(20, b"\x07\x00")(data) + b"comment")
def zip_with_a_comment(scene: Scene) -> Parcel:
    """The zip carries a comment, in which another zip may hide."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=_end_changed(8, b"\x01\x00\x01\x00"))
def zip_that_says_it_holds_less(scene: Scene) -> Parcel:
    """The zip's end says that its directory holds one member."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=_end_changed(4, b"\x01\x00"))
def zip_that_is_one_of_several(scene: Scene) -> Parcel:
    """The zip says that it is the second part of one."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=_end_changed(16, b"\x00\x00\x00\x00"))
def zip_whose_directory_is_elsewhere(scene: Scene) -> Parcel:
    """The zip's end says that its directory stands at the beginning."""
    return scene.parcel()


@attack(
    verdict="FAIL",
    rewrite_zip=lambda data: data.replace(b"package/data/0002/empty.bin", b"package/data/0002/empty.bi\xff"),
)
def zip_with_a_name_that_is_no_text(scene: Scene) -> Parcel:
    """A member's name is not UTF-8, and every program shows another."""
    return scene.parcel()


def _say_stored_and_longer(data: bytes) -> bytes:
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(f"package/{SOUND}".encode()))
    return data[: at + 20] + (len(data) * 2).to_bytes(4, "little") * 2 + data[at + 28 :]


@attack(verdict="FAIL", rewrite_zip=_say_stored_and_longer)
def zip_whose_member_runs_into_the_directory(scene: Scene) -> Parcel:
    """The zip says that a member is longer than the zip."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=lambda data: data + b"\x00")
def zip_with_bytes_after_its_end(scene: Scene) -> Parcel:
    """Bytes follow the end of the zip, where another reader may find another directory."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=lambda data: data[: len(data) // 2])
def zip_cut_short(scene: Scene) -> Parcel:
    """The zip ends in its middle."""
    return scene.parcel()


@attack(verdict="FAIL", rewrite_zip=lambda data: b"#!/bin/sh\n" + data)
def zip_with_bytes_before_it(scene: Scene) -> Parcel:
    """Bytes precede the zip, so that it is a program too."""
    return scene.parcel()


# -- the bag


@attack("bytes")
def edit_bag_info(scene: Scene) -> Parcel:
    """The bag's information is changed."""
    parcel = scene.parcel()
    parcel[verifier.BAG_INFO] += b"Source-Organization: Another\n"
    return parcel


@attack("bytes", "list", "bag")
def edit_bag_info_and_remove_the_tag_manifest(scene: Scene) -> Parcel:
    """The bag's information is changed and the manifest that covers it removed: `bagit` calls this valid."""
    parcel = scene.parcel()
    parcel[verifier.BAG_INFO] += b"Source-Organization: Another\n"
    del parcel[verifier.TAG_MANIFEST]
    return parcel


@attack("bytes", "bag")
def edit_bag_info_and_recompute_the_tag_manifest(scene: Scene) -> Parcel:
    """The bag's information is changed and the manifest that covers it recomputed."""
    parcel = scene.parcel()
    parcel[verifier.BAG_INFO] += b"Source-Organization: Another\n"
    parcel.rebag()
    return parcel


@attack("list", "bag")
def remove_the_bag_declaration(scene: Scene) -> Parcel:
    """The file that says that this is a bag is removed."""
    parcel = scene.parcel()
    del parcel[verifier.BAGIT]
    return parcel


@attack("bytes", "bag")
def edit_the_manifest(scene: Scene) -> Parcel:
    """A line is added to the payload manifest."""
    parcel = scene.parcel()
    parcel[verifier.MANIFEST] += b"0" * 64 + b"  data/never\n"
    return parcel


@attack("bag")
def edit_the_tag_manifest(scene: Scene) -> Parcel:
    """A line is added to the tag manifest, which no digest covers."""
    parcel = scene.parcel()
    parcel[verifier.TAG_MANIFEST] += b"0" * 64 + b"  never.txt\n"
    return parcel


@attack("bag", "seal")
def lie_about_the_payload_size(scene: Scene) -> Parcel:
    """The bag states another payload size, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel[verifier.BAG_INFO] = parcel[verifier.BAG_INFO].replace(b"Payload-Oxum: ", b"Payload-Oxum: 1")
    parcel.relist()
    return parcel


# -- the list and the seal over it


@attack("seal")
def add_a_file_and_relist(scene: Scene) -> Parcel:
    """A file is added, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel["metadata/planted.json"] = b"{}"
    parcel.relist()
    return parcel


@attack("seal")
def remove_a_file_and_relist(scene: Scene) -> Parcel:
    """A file is removed, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    del parcel[METADATA]
    parcel.relist()
    return parcel


@attack("bytes", "report")
def edit_the_report(scene: Scene) -> Parcel:
    """The report says something else."""
    parcel = scene.parcel()
    parcel[verifier.REPORT] = parcel[verifier.REPORT].replace(b"Two clips", b"Three clips")
    return parcel


@attack("seal")
def edit_the_report_and_relist(scene: Scene) -> Parcel:
    """The report says something else, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel[verifier.REPORT] = parcel[verifier.REPORT].replace(b"Two clips", b"Three clips")
    parcel.relist()
    return parcel


@attack("seal", "report")
def put_a_script_into_the_report(scene: Scene) -> Parcel:
    """The report runs a program when it is opened, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel[verifier.REPORT] = parcel[verifier.REPORT].replace(b"<h1>", b"<SCRIPT>alert(1)</SCRIPT><h1>")
    parcel.relist()
    return parcel


@attack("seal", "report")
def hide_the_policy_of_the_report(scene: Scene) -> Parcel:
    """The report's policy stands in a comment, where browsers do not heed it; all digests are recomputed."""
    parcel = scene.parcel()
    changed = parcel[verifier.REPORT].replace(b"<head>", b"<head><!--", 1).replace(b"<title>", b"--><title>", 1)
    parcel[verifier.REPORT] = changed.replace(b"<h1>", b'<h1 onclick="alert(1)">')
    parcel.relist()
    return parcel


@attack("list", "bytes", "report")
def remove_the_report(scene: Scene) -> Parcel:
    """The report is taken out, and a payload file changed with it."""
    parcel = scene.parcel()
    del parcel[verifier.REPORT]
    parcel[SOUND] = flipped(parcel[SOUND], 3)
    return parcel


@attack("bytes")
def replace_the_verifier(scene: Scene) -> Parcel:
    """The verifier in the package says PASS to everything; a verifier from elsewhere says so."""
    parcel = scene.parcel()
    parcel["verify.py"] = b"print('verdict: PASS')\n"
    return parcel


@attack("seal")
def replace_the_page_and_relist(scene: Scene) -> Parcel:
    """The page in the package says PASS to everything, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel["verify.html"] = b"<p>PASS</p>"
    parcel.relist()
    return parcel


@attack("list", "seal")
def spell_the_list_otherwise(scene: Scene) -> Parcel:
    """The list of files says the same with a space more."""
    parcel = scene.parcel()
    parcel[verifier.FILES] = parcel[verifier.FILES].replace(b'"files":[', b'"files": [')
    parcel.rebag()
    return parcel


@attack("list", "seal")
def write_a_size_as_a_float(scene: Scene) -> Parcel:
    """The list of files writes a size as a fraction, which programs read differently."""
    parcel = scene.parcel()
    parcel[verifier.FILES] = parcel[verifier.FILES].replace(b'"size_bytes":300}', b'"size_bytes":300.0}')
    parcel.rebag()
    return parcel


@attack("list", "seal")
def name_a_file_twice_in_the_list(scene: Scene) -> Parcel:
    """The list of files holds a row twice."""
    parcel = scene.parcel()
    parcel.edit(verifier.FILES, lambda value: value["files"].insert(1, value["files"][0]))
    parcel.rebag()
    return parcel


@attack("list", "bag", "seal")
def list_a_path_that_leads_out(scene: Scene) -> Parcel:
    """The list of files itself names a path outside the package."""
    parcel = scene.parcel()
    parcel.edit(verifier.FILES, lambda value: value["files"][-1].update(path="../x"))
    parcel.rebag()
    return parcel


@attack("list", "seal")
def remove_the_list(scene: Scene) -> Parcel:
    """The list of files is removed."""
    parcel = scene.parcel()
    del parcel[verifier.FILES]
    parcel.rebag()
    return parcel


@attack("list", "bag", "seal")
def remove_the_seal(scene: Scene) -> Parcel:
    """The seal is removed."""
    parcel = scene.parcel()
    del parcel[verifier.SEAL]
    parcel.rebag()
    return parcel


@attack("seal")
def put_garbage_for_the_seal(scene: Scene) -> Parcel:
    """The seal is not even JSON."""
    parcel = scene.parcel()
    parcel[verifier.SEAL] = b"\xff\xfe{"
    parcel.rebag()
    return parcel


@attack("seal")
def put_a_bottomless_seal(scene: Scene) -> Parcel:
    """The seal is nested a hundred thousand deep, so that a careless reader runs out of stack."""
    parcel = scene.parcel()
    parcel[verifier.SEAL] = b"[" * 100_000 + b"]" * 100_000
    parcel.rebag()
    return parcel


@attack("seal")
def add_a_field_to_the_seal(scene: Scene) -> Parcel:
    """The seal's file, which no digest covers, carries something more."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal.update(note="planted"))
    return parcel


@attack("openings", "seal")
def change_the_salt_of_the_seal(scene: Scene) -> Parcel:
    """The seal's opening has another salt."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"]["openings"][0].update(salt="00" * 32))
    return parcel


@attack("openings", "seal")
def make_the_seal_fit_a_changed_list(scene: Scene) -> Parcel:
    """A file is planted, and the seal's opening names the new list."""
    parcel = scene.parcel()
    parcel["metadata/planted.json"] = b"{}"
    parcel.relist()
    digest = hashlib.sha256(parcel[verifier.FILES]).hexdigest()
    parcel.edit_seal(lambda seal: seal["seal"]["openings"][0]["record"].update(files_sha256=digest))
    return parcel


@attack("openings", "seal")
def take_the_promises_back(scene: Scene) -> Parcel:
    """The seal's opening promises no witness and no timestamp any more, and both are stripped."""
    parcel = scene.parcel()

    def strip(seal: Any) -> None:
        seal["seal"]["openings"][0]["record"]["promises"] = {"timestamps": [], "witnesses": []}
        seal["timestamps"], seal["cosignatures"] = [], []

    parcel.edit_seal(strip)
    return parcel


@attack("seal")
def withhold_what_was_sealed(scene: Scene) -> Parcel:
    """The seal's opening is left out."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"].update(openings=[]))
    return parcel


@attack("actor_signatures", "inclusion")
def alter_the_time_of_the_seal(scene: Scene) -> Parcel:
    """The seal is dated a second later."""
    parcel = scene.parcel()

    def later(seal: Any) -> None:
        entry = seal["seal"]["leaf"]["entry"]
        entry["at"] = entry["at"].replace(":05.", ":06.")

    parcel.edit_seal(later)
    return parcel


@attack("entries", "actor_signatures", "inclusion", "seal")
def date_the_seal_before_the_founding(scene: Scene) -> Parcel:
    """The seal is dated years earlier."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"]["leaf"]["entry"].update(at="2020-01-01T00:00:00.000000Z"))
    return parcel


@attack("seal")
def give_the_seal_an_impossible_day(scene: Scene) -> Parcel:
    """The seal is dated 30 February."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"]["leaf"]["entry"].update(at="2030-02-30T00:00:00.000000Z"))
    return parcel


@attack("seal")
def give_the_seal_an_impossible_hour(scene: Scene) -> Parcel:
    """The seal is dated 24 o'clock."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"]["leaf"]["entry"].update(at="2030-03-30T24:00:00.000000Z"))
    return parcel


@attack("seal")
def write_the_time_of_the_seal_otherwise(scene: Scene) -> Parcel:
    """The seal's time lacks its decimals, so that texts no longer sort as times."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["seal"]["leaf"]["entry"].update(at="2030-03-30T12:00:05Z"))
    return parcel


@attack("seal")
def show_the_seal_of_another_package(scene: Scene) -> Parcel:
    """The seal is a true one of this log, with its true proof, but over another list of files."""
    other: list[Any] = []

    def seal_another(ledger: Ledger) -> None:
        sealing = seal_opening(files_sha256="ab" * 32)
        other.append(ledger.append("seal", sealing, by=key_from("editor")))

    sealed = scene.build(Recipe(before_seal=seal_another))
    parcel = Parcel.of(sealed.folder)
    size = len(sealed.ledger.entries)
    proof = [node.hex() for node in merkle.inclusion_proof(other[0].index, size, sealed.ledger.read)]

    def swap(seal: Any) -> None:
        seal["seal"] = other[0].as_json()
        seal["inclusion"][-1] = {"index": other[0].index, "hashes": proof}

    parcel.edit_seal(swap)
    return parcel


# -- the entries


def _edit_entry(scene: Scene, number: int, change: Callable[[Any], Any]) -> Parcel:
    parcel = scene.parcel()
    parcel.edit_line(number, change)
    return parcel


@attack("bytes", "actor_signatures", "inclusion")
def change_what_an_entry_says(scene: Scene) -> Parcel:
    """An entry names another action."""
    return _edit_entry(scene, 2, lambda line: line["leaf"]["entry"].update(action="verify"))


@attack("actor_signatures", "inclusion", "seal")
def change_what_an_entry_says_and_relist(scene: Scene) -> Parcel:
    """An entry names another action, and everything that needs no key is recomputed."""
    parcel = _edit_entry(scene, 2, lambda line: line["leaf"]["entry"].update(action="verify"))
    parcel.relist()
    return parcel


@attack("bytes", "actor_signatures", "inclusion")
def change_who_acted(scene: Scene) -> Parcel:
    """An entry names the founder as its actor."""
    founder = scene.sealed.ledger.founder.key_id
    return _edit_entry(scene, 2, lambda line: line["leaf"]["entry"].update(actor=founder))


@attack("bytes", "actor_signatures", "inclusion")
def put_a_garbage_signature(scene: Scene) -> Parcel:
    """An entry's signature is garbage of the right length."""
    garbage = base64.b64encode(b"\x07" * 64).decode()
    return _edit_entry(scene, 2, lambda line: line["leaf"].update(signature=garbage))


@attack("bytes", "entries")
def strip_a_signature(scene: Scene) -> Parcel:
    """An entry's signature is left empty."""
    return _edit_entry(scene, 2, lambda line: line["leaf"].update(signature=""))


@attack("bytes", "entries")
def leave_a_signature_out(scene: Scene) -> Parcel:
    """An entry has no signature at all."""
    return _edit_entry(scene, 2, lambda line: line["leaf"].pop("signature") and None)


@attack("bytes", "actor_signatures", "inclusion")
def put_a_signature_beyond_the_order(scene: Scene) -> Parcel:
    """An entry's signature is the true one plus the group's order, which careless verifiers take (RFC 8032, 5.1.7)."""

    def malleate(line: Any) -> None:
        signature = base64.b64decode(line["leaf"]["signature"])
        s = int.from_bytes(signature[32:], "little") + verifier.ORDER
        line["leaf"]["signature"] = base64.b64encode(signature[:32] + s.to_bytes(32, "little")).decode()

    return _edit_entry(scene, 2, malleate)


@attack("bytes", "actor_signatures", "inclusion")
def replace_an_entry(scene: Scene) -> Parcel:
    """An entry is replaced by one that a stranger signed."""
    forger = Ledger(founder=key_from("stranger"))
    forger.found()
    forger.append("acquire")
    forged = forger.append("acquire").as_json()
    return _edit_entry(scene, 2, lambda _line: forged)


@attack("bytes", "inclusion")
def replace_an_entry_by_its_own_actor(scene: Scene) -> Parcel:
    """An actor signs another entry for the same place after the fact."""
    editor = key_from("editor")
    again = Ledger()
    again.found()
    again.enrol(editor)
    rewritten = again.append("acquire", opening({"schema": "probata/test/1", "sha256": "00" * 32}), by=editor)
    return _edit_entry(scene, 2, lambda _line: rewritten.as_json())


@attack("bytes", "inclusion")
def leave_an_entry_out(scene: Scene) -> Parcel:
    """A disclosed entry is left out, its proof stays."""
    parcel = scene.parcel()
    parcel.put_lines(parcel.lines()[:2])
    return parcel


@attack("bytes", "actor_signatures", "inclusion")
def leave_an_enrolment_out(scene: Scene) -> Parcel:
    """The entry that enrolled a key is left out."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([lines[0], lines[2]])
    return parcel


@attack("bytes", "entries", "actor_signatures", "inclusion")
def change_the_order_of_entries(scene: Scene) -> Parcel:
    """Two entries change places."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([lines[0], lines[2], lines[1]])
    return parcel


@attack("bytes", "entries", "actor_signatures", "inclusion")
def show_an_entry_twice(scene: Scene) -> Parcel:
    """An entry is shown a second time, in place of the founding."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([lines[1], lines[1], lines[2]])
    return parcel


@attack("bytes", "entries", "inclusion")
def repeat_an_entry(scene: Scene) -> Parcel:
    """The last entry is shown twice in a row."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([*lines, lines[-1]])
    return parcel


@attack("bytes", "entries", "actor_signatures", "inclusion")
def leave_the_founding_out(scene: Scene) -> Parcel:
    """The entry that founded the log is left out."""
    parcel = scene.parcel()
    parcel.put_lines(parcel.lines()[1:])
    return parcel


@attack("bytes", "entries")
def cut_the_last_line_end(scene: Scene) -> Parcel:
    """The entries lack their last line end."""
    parcel = scene.parcel()
    parcel[verifier.ENTRIES] = parcel[verifier.ENTRIES][:-1]
    return parcel


@attack("bytes", "entries", "inclusion")
def renumber_an_entry(scene: Scene) -> Parcel:
    """An entry is said to stand elsewhere in the log."""
    return _edit_entry(scene, 2, lambda line: line.update(index=3))


@attack("bytes", "entries")
def spell_an_entry_otherwise(scene: Scene) -> Parcel:
    """A line of the entries has a space more."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([lines[0].replace(b":", b": ", 1), *lines[1:]])
    return parcel


@attack("bytes", "entries")
def repeat_a_key(scene: Scene) -> Parcel:
    """A line of the entries has a key twice, and programs differ in which they take."""
    parcel = scene.parcel()
    lines = parcel.lines()
    parcel.put_lines([lines[0].replace(b'{"index":0,', b'{"index":0,"index":0,', 1), *lines[1:]])
    return parcel


@attack("bytes", "entries")
def empty_the_entries(scene: Scene) -> Parcel:
    """No entry is shown."""
    parcel = scene.parcel()
    parcel[verifier.ENTRIES] = b""
    return parcel


@attack("bytes", "openings")
def change_the_salt_of_an_opening(scene: Scene) -> Parcel:
    """The salt of a disclosed record is changed."""
    return _edit_entry(scene, 2, lambda line: line["openings"][0].update(salt="00" * 32))


@attack("bytes", "openings")
def change_a_disclosed_record(scene: Scene) -> Parcel:
    """A disclosed record names other footage."""
    return _edit_entry(scene, 2, lambda line: line["openings"][0]["record"].update(sha256="00" * 32))


@attack("bytes", "openings")
def show_a_record_twice(scene: Scene) -> Parcel:
    """A disclosed record is shown twice."""
    return _edit_entry(scene, 2, lambda line: line["openings"].append(line["openings"][0]))


@attack("bytes", "openings")
def show_a_record_beside_another_entry(scene: Scene) -> Parcel:
    """A disclosed record is shown beside an entry that is not about it."""
    parcel = scene.parcel()
    record = parse(parcel.lines()[2])["openings"][0]
    parcel.edit_line(1, lambda line: line["openings"].append(record))
    return parcel


@attack("bytes", "actor_signatures")
def withhold_the_founding(scene: Scene) -> Parcel:
    """Whose key founded the log is not shown."""
    return _edit_entry(scene, 0, lambda line: line.update(openings=[]))


@attack("bytes", "openings", "actor_signatures", "checkpoint_signature")
def name_another_founder(scene: Scene) -> Parcel:
    """The founding record names a stranger's key, its commitment no longer fits, and the key file is swapped."""
    stranger = key_from("stranger")
    parcel = _edit_entry(
        scene, 0, lambda line: line["openings"][0]["record"].update(founder_key=stranger.public_raw.hex())
    )
    parcel[verifier.LOG_KEY] = notes.log_vkey(scene.sealed.ledger.origin, stranger.public_raw).vkey.encode() + b"\n"
    return parcel


@attack("actor_signatures", "seal")
def plant_a_key(scene: Scene) -> Parcel:
    """A key is added to those said to be enrolled, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    stranger = key_from("stranger")
    parcel.edit(verifier.ACTOR_KEYS, lambda keys: keys.update({stranger.key_id: stranger.public_raw.hex()}))
    parcel.relist()
    return parcel


@attack("actor_signatures")
def seal_with_a_key_never_enrolled(scene: Scene) -> Parcel:
    """The log itself took a seal by a key that nobody enrolled: its server was not honest."""
    return scene.parcel(Recipe(sealer=key_from("stranger")))


@attack("actor_signatures")
def enrol_by_one_who_may_not(scene: Scene) -> Parcel:
    """The log itself took the enrolment of a stranger by somebody without that right, and a seal by the stranger."""
    stranger, editor = key_from("stranger"), key_from("editor")
    return scene.parcel(
        Recipe(
            sealer=stranger,
            more_entries=lambda ledger: [ledger.enrol(stranger, by=editor)],
            more_keys=(stranger.public_raw,),
        )
    )


@attack("entries")
def found_the_log_by_another_action(scene: Scene) -> Parcel:
    """The log's first entry does not say that it founds a log."""
    return scene.parcel(Recipe(ledger=Ledger(founding_action="begin")))


@attack("checkpoint_signature")
def found_the_log_with_another_key(scene: Scene) -> Parcel:
    """The founder named another key for the log than the one that signs its checkpoints."""
    return scene.parcel(Recipe(ledger=Ledger(stated_log_key=key_from("the founder's choice"))))


@attack("entries", "checkpoint_signature")
def take_in_an_entry_of_another_log(scene: Scene) -> Parcel:
    """The log itself took an entry that its actor had signed for another log."""

    def elsewhere(ledger: Ledger) -> list[DisclosedEntry]:
        own, ledger.origin = ledger.origin, "probata/another"
        taken = ledger.append("acquire", by=key_from("editor"))
        ledger.origin = own
        return [taken]

    return scene.parcel(Recipe(more_entries=elsewhere))


@attack("entries", "seal")
def set_the_clock_back(scene: Scene) -> Parcel:
    """The log itself took a seal dated before the entries it covers."""

    def set_back(ledger: Ledger) -> None:
        ledger.clock -= timedelta(seconds=60)

    return scene.parcel(Recipe(before_seal=set_back))


# -- the log


@attack("inclusion")
def prove_another_entry(scene: Scene) -> Parcel:
    """The proofs of two entries change places."""
    parcel = scene.parcel()

    def swap(seal: Any) -> None:
        first, second = seal["inclusion"][1], seal["inclusion"][2]
        first["hashes"], second["hashes"] = second["hashes"], first["hashes"]

    parcel.edit_seal(swap)
    return parcel


@attack("inclusion")
def flip_a_bit_in_a_proof(scene: Scene) -> Parcel:
    """One digit of an inclusion proof is changed."""
    parcel = scene.parcel()

    def flip(seal: Any) -> None:
        node = seal["inclusion"][2]["hashes"][0]
        seal["inclusion"][2]["hashes"][0] = ("0" if node[0] != "0" else "1") + node[1:]

    parcel.edit_seal(flip)
    return parcel


@attack("inclusion")
def leave_a_proof_out(scene: Scene) -> Parcel:
    """The proof of one entry is left out."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["inclusion"].pop(2) and None)
    return parcel


@attack("inclusion")
def lengthen_a_proof(scene: Scene) -> Parcel:
    """A proof has a node more than the tree is deep."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["inclusion"][2]["hashes"].append("00" * 32))
    return parcel


def _resigned(scene: Scene, key_word: str, change: Callable[[Checkpoint], Checkpoint] = lambda same: same) -> str:
    ledger = scene.sealed.ledger
    return notes.sign_checkpoint(change(ledger.signed[-1].checkpoint), key_from(key_word), last=None).note


@attack("checkpoint_signature", "timestamps")
def put_a_garbage_checkpoint_signature(scene: Scene) -> Parcel:
    """The log's signature under the last checkpoint is garbage of the right length."""
    key = scene.sealed.ledger.note_key
    body = scene.sealed.ledger.signed[-1].checkpoint.body
    garbage = base64.b64encode(key.key_id + b"\x07" * 64).decode()
    parcel = scene.parcel()
    note = f"{body}\n\u2014 {key.name} {garbage}\n"
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(-1, note))
    return parcel


@attack("checkpoint_signature", "witnesses", "timestamps")
def sign_for_another_log(scene: Scene) -> Parcel:
    """Both checkpoints name another log than the one whose key signs them."""
    parcel, ledger = scene.parcel(), scene.sealed.ledger
    forged = []
    for old in ledger.signed:
        body = old.checkpoint._replace(origin="probata/another").body
        line = base64.b64encode(ledger.note_key.key_id + ledger.log_key.sign(body.encode())).decode()
        forged.append(f"{body}\n\u2014 {ledger.origin} {line}\n")
    parcel.edit_seal(lambda seal: seal.update(checkpoints=forged))
    return parcel


@attack("seal", "checkpoint_signature")
def cut_the_line_end_of_the_log_key(scene: Scene) -> Parcel:
    """The key file lacks its line end, and everything that needs no key is recomputed."""
    parcel = scene.parcel()
    parcel[verifier.LOG_KEY] = parcel[verifier.LOG_KEY][:-1]
    parcel.relist()
    return parcel


@attack("seal")
def put_a_second_line_under_the_checkpoint(scene: Scene) -> Parcel:
    """The last checkpoint carries a second signature line, which nobody asked for."""
    parcel = scene.parcel()
    parcel.edit_seal(
        lambda seal: seal["checkpoints"].__setitem__(-1, seal["checkpoints"][-1] + seal["cosignatures"][0] + "\n")
    )
    return parcel


@attack("seal")
def strip_the_checkpoint_signature(scene: Scene) -> Parcel:
    """The last checkpoint carries no signature: some readers then call it unsigned and valid."""
    parcel = scene.parcel()
    body = scene.sealed.ledger.signed[-1].checkpoint.body
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(-1, f"{body}\n"))
    return parcel


@attack("checkpoint_signature", "timestamps")
def sign_the_checkpoint_with_another_key(scene: Scene) -> Parcel:
    """The last checkpoint is signed with a stranger's key under the log's name."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(-1, _resigned(scene, "stranger")))
    return parcel


@attack("checkpoint_signature", "seal", "timestamps")
def swap_the_log_key(scene: Scene) -> Parcel:
    """Both checkpoints are signed with a stranger's key, which stands in the key file; all digests are recomputed."""
    parcel, ledger = scene.parcel(), scene.sealed.ledger
    stranger = key_from("stranger")
    resigned = [notes.sign_checkpoint(old.checkpoint, stranger, last=None).note for old in ledger.signed]
    parcel[verifier.LOG_KEY] = notes.log_vkey(ledger.origin, stranger.public_raw).vkey.encode() + b"\n"
    parcel.edit(verifier.SEAL, lambda seal: seal.update(checkpoints=resigned))
    parcel.relist()
    return parcel


@attack("inclusion", "witnesses", "timestamps")
def show_an_old_checkpoint(scene: Scene) -> Parcel:
    """The last checkpoint is a true but older one, from before the seal."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal.update(checkpoints=seal["checkpoints"][:1], consistency=[]))
    return parcel


@attack("inclusion", "consistency", "checkpoint_signature", "witnesses", "timestamps")
def change_the_root(scene: Scene) -> Parcel:
    """The last checkpoint names another root under the old signature."""
    parcel, last = scene.parcel(), scene.sealed.ledger.signed[-1]
    forged = last.note.replace(last.checkpoint.body, last.checkpoint._replace(root=bytes(32)).body)
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(-1, forged))
    return parcel


@attack("inclusion", "consistency", "checkpoint_signature", "witnesses", "timestamps")
def truncate_the_log(scene: Scene) -> Parcel:
    """The last checkpoint says that the log ended one entry earlier."""
    parcel, last = scene.parcel(), scene.sealed.ledger.signed[-1]
    size = last.checkpoint.size - 1
    root = merkle.root(size, scene.sealed.ledger.read)
    forged = last.note.replace(last.checkpoint.body, Checkpoint(last.checkpoint.origin, size, root).body)
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(-1, forged))
    return parcel


@attack("consistency")
def flip_a_bit_in_the_consistency_proof(scene: Scene) -> Parcel:
    """One digit of the proof between the checkpoints is changed."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["consistency"][0].__setitem__(0, "00" * 32))
    return parcel


@attack("seal")
def leave_the_consistency_proof_out(scene: Scene) -> Parcel:
    """The proof between the checkpoints is left out."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal.update(consistency=[]))
    return parcel


def _fork(entries: int) -> SignedCheckpoint:
    """A checkpoint that the same log signed over another history."""
    other = Ledger(founder=key_from("stranger"))
    other.found()
    for _ in range(entries - 1):
        other.append("acquire")
    return other.checkpoint()


@attack("consistency")
def show_a_checkpoint_of_a_fork(scene: Scene) -> Parcel:
    """The log signed two histories, and the package shows a checkpoint of each."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["checkpoints"].__setitem__(0, _fork(4).note))
    return parcel


@attack(
    "consistency",
    given=lambda scene: Given(fingerprint=scene.sealed.fingerprint, checkpoints=(_fork(5).note,)),
)
def fork_the_log(scene: Scene) -> Parcel:
    """The log showed the reader one history before, and another in this package."""
    return scene.parcel()


@attack(
    "consistency",
    given=lambda scene: Given(fingerprint=scene.sealed.fingerprint, checkpoints=(_fork(9).note,)),
)
def cut_the_log_back(scene: Scene) -> Parcel:
    """The reader holds a checkpoint of a longer log than this package's."""
    return scene.parcel()


@attack(
    "consistency",
    given=lambda scene: Given(fingerprint=scene.sealed.fingerprint, checkpoints=(_fork(2).note,)),
)
def connect_nothing_to_the_checkpoint_kept(scene: Scene) -> Parcel:
    """The reader holds an older checkpoint that no proof connects with this package."""
    return scene.parcel()


@attack(
    "consistency",
    given=lambda scene: Given(fingerprint=scene.sealed.fingerprint, checkpoints=(_resigned(scene, "stranger log"),)),
)
def keep_a_checkpoint_of_another_log(scene: Scene) -> Parcel:
    """The checkpoint that the reader kept is not signed by this log's key."""
    return scene.parcel()


@attack(
    "consistency",
    given=lambda scene: Given(
        fingerprint=scene.sealed.fingerprint,
        checkpoints=(scene.sealed.ledger.signed[0].note.replace("\n4\n", "\n3\n"),),
    ),
)
def keep_a_checkpoint_that_was_changed(scene: Scene) -> Parcel:
    """The checkpoint that the reader kept was changed since it was signed."""
    return scene.parcel()


# -- everything at once


def _stranger_recipe() -> Recipe:
    return Recipe(ledger=Ledger(log_key=key_from("stranger log"), founder=key_from("stranger")))


@attack("checkpoint_signature")
def rewrite_everything(scene: Scene) -> Parcel:
    """The whole package is made again with fresh keys, every digest, proof and signature right."""
    return scene.parcel(_stranger_recipe())


@attack(verdict="INTACT_SIGNER_UNKNOWN", given=lambda _scene: Given(fingerprint=None))
def rewrite_everything_for_one_who_gives_no_fingerprint(scene: Scene) -> Parcel:
    """The whole package is made again with fresh keys; without a fingerprint that cannot be told, and is never PASS."""
    return scene.parcel(_stranger_recipe())


@attack("checkpoint_signature", given=lambda _scene: Given(fingerprint="0" * 64))
def give_the_wrong_fingerprint(scene: Scene) -> Parcel:
    """The package is honest, the fingerprint another."""
    return scene.parcel()


# -- witnesses and timestamps


@attack("witnesses")
def strip_the_cosignature(scene: Scene) -> Parcel:
    """The promised cosignature is removed."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal.update(cosignatures=[]))
    return parcel


@attack("witnesses")
def put_a_garbage_cosignature(scene: Scene) -> Parcel:
    """The promised cosignature is garbage of the right length."""
    parcel = scene.parcel()
    key = verifier.parse_vkey(scene.sealed.witness.vkey)
    garbage = base64.b64encode(key.key_id + b"\x07" * 72).decode()
    parcel.edit_seal(lambda seal: seal.update(cosignatures=[f"\u2014 {key.name} {garbage}"]))
    return parcel


@attack("witnesses")
def show_the_cosignature_twice(scene: Scene) -> Parcel:
    """The promised cosignature stands there twice, and counts as two."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["cosignatures"].append(seal["cosignatures"][0]))
    return parcel


@attack("witnesses")
def put_nonsense_for_a_cosignature(scene: Scene) -> Parcel:
    """Beside the promised cosignature stands a line that is none."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["cosignatures"].append("cosigned, believe me"))
    return parcel


@attack("witnesses")
def cosign_another_checkpoint(scene: Scene) -> Parcel:
    """The promised cosignature is a true one, of the checkpoint before the seal."""
    parcel, sealed = scene.parcel(), scene.sealed
    line = sealed.witness.cosign(sealed.ledger, sealed.ledger.signed[0], sealed.ledger.clock)
    parcel.edit_seal(lambda seal: seal.update(cosignatures=[line]))
    return parcel


@attack("witnesses")
def cosign_before_the_seal(scene: Scene) -> Parcel:
    """The cosignature is dated an hour before the seal that it covers."""
    parcel, sealed = scene.parcel(), scene.sealed
    early = sealed.ledger.clock - timedelta(hours=1)
    line = sealed.witness.cosign(sealed.ledger, sealed.ledger.signed[-1], early)
    parcel.edit_seal(lambda seal: seal.update(cosignatures=[line]))
    return parcel


def _other_witness() -> Witness:
    return Witness(name="witness.example/other", key=key_from("other witness"))


@attack(
    "witnesses",
    given=lambda scene: Given(fingerprint=scene.sealed.fingerprint, witnesses=(_other_witness().vkey,)),
)
def demand_a_witness_who_did_not_cosign(scene: Scene) -> Parcel:
    """The reader wants a witness whose cosignature is not there."""
    return scene.parcel()


@attack("timestamps")
def strip_the_timestamp(scene: Scene) -> Parcel:
    """The promised timestamp is removed."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal.update(timestamps=[]))
    return parcel


def _with_token(scene: Scene, response: bytes) -> Parcel:
    parcel = scene.parcel()
    text = base64.b64encode(response).decode()
    parcel.edit_seal(lambda seal: seal["timestamps"][0].update(response=text))
    return parcel


@attack("timestamps")
def swap_the_timestamp(scene: Scene) -> Parcel:
    """The timestamp is over another checkpoint of the same log."""
    ledger = scene.sealed.ledger
    return _with_token(scene, unsigned_token(ledger.signed[0], ledger.clock))


@attack("timestamps")
def claim_the_timestamp_for_another_checkpoint(scene: Scene) -> Parcel:
    """The timestamp is said to be over the earlier checkpoint."""
    parcel = scene.parcel()
    parcel.edit_seal(lambda seal: seal["timestamps"][0].update(checkpoint=4))
    return parcel


@attack("timestamps")
def put_garbage_for_the_timestamp(scene: Scene) -> Parcel:
    """The timestamp is no DER at all."""
    return _with_token(scene, b"\x30\x80garbage")


@attack("timestamps")
def cut_the_timestamp_short(scene: Scene) -> Parcel:
    """The timestamp lacks its last byte."""
    return _with_token(scene, unsigned_token(scene.sealed.ledger.signed[-1], scene.sealed.ledger.clock)[:-1])


@attack("timestamps")
def show_a_refused_timestamp(scene: Scene) -> Parcel:
    """The authority's answer says that it refused."""
    response = unsigned_token(scene.sealed.ledger.signed[-1], scene.sealed.ledger.clock)
    return _with_token(scene, response.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x02", 1))


@attack("timestamps")
def date_the_timestamp_before_the_seal(scene: Scene) -> Parcel:
    """The timestamp is an hour older than the seal that it covers."""
    ledger = scene.sealed.ledger
    return _with_token(scene, unsigned_token(ledger.signed[-1], ledger.clock - timedelta(hours=1)))
