"""A package in an attacker's hands: its members as plain bytes, to be changed at will and written as zip or folder."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define, evolve

from probata.custody import verifier
from probata.custody.canonical import canonical, parse

REGULAR, LINK, PIPE = stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644


@define(kw_only=True)
class Member:
    """One member. For a link the data is where it leads; a name that ends in a slash is a folder."""

    name: str
    data: bytes = b""
    mode: int = REGULAR
    packed: bool = False


@define(kw_only=True)
class Parcel:
    """All members of a package, in order; names that begin with / or .. stay as they are in the zip."""

    members: list[Member]

    @classmethod
    def of(cls, folder: Path) -> Parcel:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return cls(members=[Member(name=str(path.relative_to(folder)), data=path.read_bytes()) for path in paths])

    def copy(self) -> Parcel:
        return Parcel(members=[evolve(member) for member in self.members])

    def __getitem__(self, name: str) -> bytes:
        return self.member(name).data

    def __setitem__(self, name: str, data: bytes) -> None:
        """Change a member's bytes, or add one at the end."""
        if any(member.name == name for member in self.members):
            self.member(name).data = data
        else:
            self.members.append(Member(name=name, data=data))

    def __delitem__(self, name: str) -> None:
        self.members.remove(self.member(name))

    def member(self, name: str) -> Member:
        return next(member for member in self.members if member.name == name)

    def edit(self, name: str, change: Callable[[Any], Any]) -> None:
        """Change a canonical JSON file; a change that returns nothing edited in place."""
        value = parse(self[name])
        changed = change(value)
        self[name] = canonical(value if changed is None else changed)

    def edit_line(self, number: int, change: Callable[[Any], Any]) -> None:
        """Change one line of the entries."""
        lines = self[verifier.ENTRIES][:-1].split(b"\n")
        value = parse(lines[number])
        changed = change(value)
        lines[number] = canonical(value if changed is None else changed)
        self.put_lines(lines)

    def lines(self) -> list[bytes]:
        return self[verifier.ENTRIES][:-1].split(b"\n")

    def put_lines(self, lines: list[bytes]) -> None:
        self[verifier.ENTRIES] = b"".join(line + b"\n" for line in lines)

    def edit_seal(self, change: Callable[[Any], Any]) -> None:
        """Change custody/seal.json and make the bag fit again, as an attacker would."""
        self.edit(verifier.SEAL, change)
        self.rebag()

    def relist(self) -> None:
        """Write the list of files anew over what is there, as far as anyone without a key can."""
        covered = [member for member in self.members if member.name not in verifier.UNLISTED]
        payload = {m.name: hashlib.sha256(m.data).hexdigest() for m in covered if m.name.startswith("data/")}
        self[verifier.MANIFEST] = verifier.manifest(payload)
        rows = [_row(member) for member in covered]
        rows.sort(key=lambda row: str(row["path"]).encode())
        self[verifier.FILES] = canonical({"schema": "probata/files/1", "files": rows})
        self.rebag()

    def rebag(self) -> None:
        """Write the tag manifest anew over what is there."""
        tags = {m.name: hashlib.sha256(m.data).hexdigest() for m in self.members if not m.name.startswith("data/")}
        tags.pop(verifier.TAG_MANIFEST, None)
        self[verifier.TAG_MANIFEST] = verifier.manifest(tags)

    def write_zip(self, target: Path) -> Path:
        """Write a zip whose members lie in one folder, but for those whose names lead out of it."""
        with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Duplicate name")
            for member in self.members:
                info = zipfile.ZipInfo(member.name if member.name.startswith("/") else f"package/{member.name}")
                info.create_system, info.external_attr = 3, member.mode << 16
                info.compress_type = zipfile.ZIP_DEFLATED if member.packed else zipfile.ZIP_STORED
                archive.writestr(info, member.data)
        return target

    def write_folder(self, target: Path) -> Path | None:
        """Write a folder; None where no folder can hold these members."""
        names = [member.name for member in self.members]
        if len(set(names)) < len(names) or any(not _is_plain(name) for name in names):
            return None
        if any(other.startswith(name + "/") for name in names for other in names):
            return None
        for member in self.members:
            _write(target / member.name, member)
        return target


def with_wide_fields(data: bytes) -> bytes:
    """The same zip with every size and offset in 64-bit fields, as zips beyond 4 GiB have them (APPNOTE 4.5.3)."""
    count, _, at = struct.unpack("<H2L", data[-12:-2])
    records, position = b"", at
    for _ in range(count):
        fixed = bytearray(data[position : position + 46])
        name_length, extra_length = struct.unpack("<2H", fixed[28:32])
        packed, unpacked = struct.unpack("<2L", fixed[20:28])
        extra = struct.pack("<2H3Q", 1, 24, unpacked, packed, int.from_bytes(fixed[42:46], "little"))
        fixed[20:28], fixed[42:46] = b"\xff" * 8, b"\xff" * 4
        fixed[30:32] = len(extra).to_bytes(2, "little")
        records += bytes(fixed) + data[position + 46 : position + 46 + name_length] + extra
        position += 46 + name_length + extra_length
    wide_end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(records), at)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + len(records), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:at] + records + wide_end + locator + end


def _is_plain(name: str) -> bool:
    return not name.startswith("/") and not {"..", "."} & set(name.split("/"))


def _row(member: Member) -> dict[str, object]:
    blocks = [member.data[at : at + verifier.CHUNK_BYTES] for at in range(0, len(member.data), verifier.CHUNK_BYTES)]
    readable = verifier.Member(member.name, "file", len(member.data), lambda: iter(blocks))
    return {
        "path": member.name,
        "size_bytes": len(member.data),
        "sha256": hashlib.sha256(member.data).hexdigest(),
        "chunk_root": verifier._chunk_root(readable),
    }


def _write(path: Path, member: Member) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.name.endswith("/"):
        path.mkdir(exist_ok=True)
    elif stat.S_ISLNK(member.mode):
        path.symlink_to(os.fsdecode(member.data))
    elif stat.S_ISFIFO(member.mode):
        os.mkfifo(path)
    else:
        path.write_bytes(member.data)
