"""ELAN's annotation format, EAF 3.0: a tier for each kind of entry, and one for words.

Annotations of one tier may not overlap, so what does goes on a further tier of the same name with a number. What people
accepted, corrected and rejected stands on tiers of its own. Times are whole milliseconds of the player's clock, as the
format has them; the exact ticks stand in the plain track. The date that the format demands is no statement: it is
always the same, so that the same track gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from attrs import field, frozen

from probata.analysis.exports.lines import LABEL, Line, Told, Word, before_zero, in_ms, safe_lines

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NO_DATE = "1970-01-01T00:00:00Z"
_TYPE = "default-lt"
_MEDIA_TYPES = {
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "mpg": "video/mpeg", "mpeg": "video/mpeg",
    "avi": "video/x-msvideo", "webm": "video/webm", "mkv": "video/x-matroska", "wav": "audio/x-wav",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
    "flac": "audio/flac",
}  # fmt: skip
# RFC 3986 section 2.3.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# The stereotypes that every document of ELAN carries.
_CONSTRAINTS = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps allowed within this "
    "interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are "
    "ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps are allowed",
}


@frozen(kw_only=True)
class _Tier:
    """Annotations that do not overlap: from which to which millisecond, and what they say."""

    name: str
    annotator: str
    annotations: list[tuple[int, int, str]] = field(factory=list)

    def has_room(self, start: int) -> bool:
        """Whether nothing on it lasts beyond this millisecond."""
        return not self.annotations or self.annotations[-1][1] <= start


def write(track: Told) -> bytes:
    """The whole document."""
    tiers = _tiers(track)
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": f"probata ({LABEL})",
            "DATE": _NO_DATE,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    _header(root, track, sum(len(tier.annotations) for tier in tiers))
    order = ET.SubElement(root, "TIME_ORDER")
    number = 0
    for tier in tiers:
        told = ET.SubElement(
            root, "TIER", {"ANNOTATOR": tier.annotator, "LINGUISTIC_TYPE_REF": _TYPE, "TIER_ID": tier.name}
        )
        for start, end, value in tier.annotations:
            number += 1
            _annotation(told, order, number, (start, end), value)
    ET.SubElement(
        root, "LINGUISTIC_TYPE", {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": _TYPE, "TIME_ALIGNABLE": "true"}
    )
    for name, means in _CONSTRAINTS.items():
        ET.SubElement(root, "CONSTRAINT", {"DESCRIPTION": means, "STEREOTYPE": name})
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _header(root: ET.Element, track: Told, annotations: int) -> None:
    header = ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    address = "./" + "".join(chr(one) if one in _UNRESERVED else f"%{one:02X}" for one in track.media_name.encode())
    media_type = _MEDIA_TYPES.get(track.media_name.rpartition(".")[2].lower(), "unknown")
    ET.SubElement(
        header,
        "MEDIA_DESCRIPTOR",
        {"MEDIA_URL": address, "MIME_TYPE": media_type, "RELATIVE_MEDIA_URL": address},
    )
    early = before_zero(track.lines, whole="where no annotation can stand")
    for number, about in enumerate((*track.about, *early)):
        ET.SubElement(header, "PROPERTY", {"NAME": f"probata:note{number + 1}"}).text = _one_line(about)
    ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"}).text = str(annotations)


def _annotation(tier: ET.Element, order: ET.Element, number: int, place: tuple[int, int], value: str) -> None:
    slots = [f"ts{number * 2 - 1}", f"ts{number * 2}"]
    for slot, ms in zip(slots, place, strict=True):
        ET.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(ms)})
    aligned = ET.SubElement(
        ET.SubElement(tier, "ANNOTATION"),
        "ALIGNABLE_ANNOTATION",
        {"ANNOTATION_ID": f"a{number}", "TIME_SLOT_REF1": slots[0], "TIME_SLOT_REF2": slots[1]},
    )
    ET.SubElement(aligned, "ANNOTATION_VALUE").text = value


def _tiers(track: Told) -> list[_Tier]:
    tiers: dict[str, list[_Tier]] = {}
    machine = f"{_one_line(track.analyser)} {_one_line(track.version)} ({LABEL})"
    for line in track.lines:
        kind = _one_line(line.kind)
        if line.decision is None:
            _place(tiers, kind, machine, [(line, line.said)])
        else:
            _place(tiers, f"{kind} [{_one_line(line.standing)}]", _one_line(line.decision.by), [(line, line.said)])
        if line.state in ("candidate", "accepted"):
            _place(tiers, f"words of {kind}", machine, [(word, word.text) for word in line.words])
    return [tier for name in sorted(tiers) for tier in tiers[name]]


def _place(tiers: dict[str, list[_Tier]], name: str, annotator: str, told: Iterable[tuple[Line | Word, str]]) -> None:
    for one, said in told:
        place, value = in_ms(one), "\n".join(safe_lines(said))
        if place is None or not value:
            continue
        there = tiers.setdefault(name, [])
        tier = next((tier for tier in there if tier.has_room(place[0])), None)
        if tier is None:
            further = f" {len(there) + 1}" if there else ""
            tier = _Tier(name=name + further, annotator=annotator)
            there.append(tier)
        tier.annotations.append((*place, value))


def _one_line(text: str) -> str:
    return " ".join(safe_lines(text))
