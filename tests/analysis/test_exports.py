"""Tracks as files of other tools, read back by strict little readers that know nothing of who wrote them."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.analysis.exports import FORMATS, LABEL, Decision, UnknownFormat, export
from probata.analysis.exports.lines import bare_name, decision, safe_lines
from probata.analysis.seam import Entry, Track
from probata.terms.digests import sha256
from probata.terms.errors import InvalidValue

TICK = Fraction(1, 90_000)
HOSTILE = [
    "-->", "00:00:01.000 --> 00:00:02.000", "<script>alert(1)</script>", "a\nb", "a\r\n\r\nb", "\n\n2\n00:00:01,000",
    "]]>", "<!--", "&amp; &lt; &", "{\\an8}", "\u202eabc\u202c", "\u200fעברית", "مرحبا", "\x00\x1b[31m", "\ufffe", "",
    "NOTE x", "WEBVTT", "  ", "\u2028x", "'\"", "\u0085", "x" * 5_000,
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE)).map("\n".join))


def _entry(text, start, end=None, kind="speech", **attributes):
    return Entry(
        kind=kind,
        start_pts=start,
        end_pts=start + 9_000 if end is None else end,
        time_base=TICK,
        score=0.5,
        text=text,
        attributes=attributes,
    )


def _track(*entries, outcome="found", why="", analyser="speech", **more):
    return Track(
        analyser=analyser,
        version="1",
        recipe=sha256("1" * 64),
        outcome=outcome,
        why=why,
        entries=entries,
        parameters={},
        tools={},
        more=more,
    ).as_json()


def _export(track, form, decisions=(), media_name="clip.mp4", **more):
    _suffix, _media_type, content = export(track, form, media_name=media_name, decisions=decisions, **more)
    return content.decode("utf-8")


STAMP = r"(\d{2,}):([0-5]\d):([0-5]\d)%s(\d{3})"


def _ms(match):
    hours, minutes, seconds, ms = (int(one) for one in match)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _read_vtt(text):
    """The notes and cues of a WebVTT file, or an assertion where the file is not strictly one."""
    line = re.compile(f"{STAMP % '[.]'} --> {STAMP % '[.]'}")
    assert text.startswith("WEBVTT\n\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", text)
    notes, cues = [], []
    for block in text.removeprefix("WEBVTT\n\n").removesuffix("\n").split("\n\n"):
        rows = block.split("\n")
        assert all(rows)
        if rows[0] == "NOTE":
            assert "-->" not in block
            notes.append(rows[1:])
            continue
        name, timing, *payload = rows
        match = line.fullmatch(timing)
        assert match
        assert "-->" not in name
        assert payload
        for one in payload:
            assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", one)
        read = [one.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for one in payload]
        start, end = _ms(match.groups()[:4]), _ms(match.groups()[4:])
        assert start < end
        cues.append((name, start, end, read))
    assert [one[1] for one in cues] == sorted(one[1] for one in cues)
    return notes, cues


def _read_srt(text):
    line = re.compile(f"{STAMP % ','} --> {STAMP % ','}")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f<>{}]", re.sub(" --> ", " ", text))
    cues = []
    for number, block in enumerate(text.split("\n\n")[:-1], 1):
        rows = block.split("\n")
        assert rows[0] == str(number)
        match = line.fullmatch(rows[1])
        assert match
        assert all(rows[2:])
        cues.append((_ms(match.groups()[:4]), _ms(match.groups()[4:]), rows[2:]))
    assert text.split("\n\n")[-1] == ""
    return cues


def _read_eaf(text):
    """The tiers of an EAF 3.0 document, held to what its schema demands of order, attributes and references."""
    root = ET.fromstring(text)
    assert root.tag == "ANNOTATION_DOCUMENT"
    assert {"AUTHOR", "DATE", "FORMAT", "VERSION"} <= root.attrib.keys()
    assert root.get("FORMAT") == "3.0"
    order = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "CONSTRAINT"]
    places = [order.index(child.tag) for child in root]
    assert places == sorted(places)
    assert places.count(0) == places.count(1) == 1
    (header,), (times,) = root.iter("HEADER"), root.iter("TIME_ORDER")
    assert header.get("TIME_UNITS") == "milliseconds"
    media = header.findall("MEDIA_DESCRIPTOR")
    assert all({"MEDIA_URL", "MIME_TYPE"} <= one.attrib.keys() for one in media)
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in times}
    assert len(slots) == len(times)
    types = {one.get("LINGUISTIC_TYPE_ID") for one in root.iter("LINGUISTIC_TYPE")}
    names = [tier.get("TIER_ID") for tier in root.iter("TIER")]
    assert len(set(names)) == len(names)
    ids = [one.get("ANNOTATION_ID") for one in root.iter("ALIGNABLE_ANNOTATION")]
    assert len(set(ids)) == len(ids)
    tiers = {}
    for tier in root.iter("TIER"):
        assert tier.get("LINGUISTIC_TYPE_REF") in types
        told = []
        for annotation in tier:
            (aligned,) = annotation
            (value,) = aligned
            told.append((slots[aligned.get("TIME_SLOT_REF1")], slots[aligned.get("TIME_SLOT_REF2")], value.text))
        assert all(start < end for start, end, _value in told)
        assert all(one[1] <= other[0] for one, other in pairwise(told)), "a tier overlaps itself"
        tiers[tier.get("TIER_ID")] = told
    return media, tiers


ENTRIES = st.lists(
    st.builds(
        lambda text, start, length, kind: _entry(text, start, start + length, kind),
        TEXTS,
        st.integers(-50_000, 900_000_000),
        st.integers(0, 200_000),
        st.sampled_from(["speech", "visible_text", "impulsive_sound"]),
    ),
    max_size=6,
)


def _nearest(seconds):
    return int((seconds * 2_000 + 1) // 2)


def _expected(entries):
    """Lines in order, as a reader should see them: times in ms, words by line."""
    rows = []
    for number, one in enumerate(entries):
        start, end = one.start_pts * TICK, one.end_pts * TICK
        if start < 0 and _nearest(end) <= 0:
            continue
        first = max(0, _nearest(start))
        told = one.text or f"({one.kind.replace('_', ' ')})"
        lines = safe_lines(told) or ["(nothing that shows)"]
        rows.append(((start, end, number), (first, max(_nearest(end), first + 1), lines)))
    return [row for _key, row in sorted(rows, key=lambda one: one[0])]


@given(ENTRIES)
def test_webvtt_is_read_back_line_by_line(entries):
    """Whatever the texts hold: the same times, the same words, each under a line that says how it stands."""
    notes, cues = _read_vtt(_export(_track(*entries), "vtt"))
    assert [(start, end, payload[1:]) for _name, start, end, payload in cues] == _expected(entries)
    assert all(payload[0] == f"[{LABEL}]" for *_place, payload in cues)
    assert any(LABEL in line for note in notes for line in note)


@given(ENTRIES)
def test_subrip_is_read_back_line_by_line(entries):
    """As WebVTT; signs that players take for tags are written as others that look alike."""
    cues = _read_srt(_export(_track(*entries), "srt"))
    table = str.maketrans({"<": "‹", ">": "›", "{": "❴", "}": "❵"})
    expected = [(start, end, [one.translate(table) for one in lines]) for start, end, lines in _expected(entries)]
    assert [(start, end, payload[1:]) for start, end, payload in cues] == expected


@given(ENTRIES)
def test_elan_reads_every_line_on_the_tier_of_its_kind(entries):
    """Nothing is lost where lines overlap: they go to further tiers of the same name."""
    _media, tiers = _read_eaf(_export(_track(*entries), "eaf"))
    told = sorted((re.sub(r" \d+$", "", name), *one) for name, rows in tiers.items() for one in rows)
    kinds = {}
    for number, one in enumerate(entries):
        kinds[(one.start_pts * TICK, one.end_pts * TICK, number)] = one.kind
    expected = []
    for key in sorted(kinds):
        one = entries[key[2]]
        for start, end, lines in _expected([one]):
            if safe_lines(one.text or "(x)"):
                expected.append((kinds[key], start, end, "\n".join(lines)))
    assert told == sorted(expected)


@given(ENTRIES)
def test_plain_json_is_the_track_itself(entries):
    """Every field as it was, exact ticks included."""
    track = _track(*entries)
    told = json.loads(_export(track, "json"))
    assert (told["schema"], told["label"], told["media"]) == ("probata/analyse/1", LABEL, "clip.mp4")
    assert told["tracks"] == [json.loads(json.dumps(track))]


@given(ENTRIES)
def test_label_studio_gets_a_region_for_every_line(entries):
    """Labels on the timeline, their words beside them under the same id, all of them a prediction."""
    (task,) = json.loads(_export(_track(*entries), "labelstudio"))
    (prediction,) = task["predictions"]
    assert LABEL in prediction["model_version"]
    assert "annotations" not in task
    labels = {one["id"]: one for one in prediction["result"] if one["type"] == "labels"}
    texts = {one["id"]: one["value"]["text"] for one in prediction["result"] if one["type"] == "textarea"}
    assert labels.keys() == {f"speech-{number}" for number in range(len(entries))}
    for number, one in enumerate(entries):
        region = labels[f"speech-{number}"]
        assert region["value"]["labels"] == [one.kind]
        assert region["value"]["start"] == pytest.approx(max(0.0, float(one.start_pts * TICK)), abs=1e-6)
        assert "\n".join(texts.get(f"speech-{number}", [""])) == "\n".join(safe_lines(one.text))
    config = ET.fromstring(task["data"]["label_config"])
    known = {one.get("value") for one in config.iter("Label")}
    assert {one.kind for one in entries} == known
    tags = {one.get("name") for one in config.iter() if one.get("name")}
    assert {(one["from_name"], one["to_name"]) for one in prediction["result"]} <= {
        (name, "audio") for name in tags - {"audio"}
    }


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_track_gives_the_same_bytes(form):
    """Nothing of today is in them."""
    track = _track(_entry("Залиште його", 9_000), _entry(None, 18_000, kind="impulsive_sound"))
    assert export(track, form, media_name="a.mp4") == export(track, form, media_name="a.mp4")


@pytest.mark.parametrize("form", FORMATS)
def test_the_end_of_the_name_says_that_a_machine_made_it(form):
    """Also where the form itself cannot."""
    suffix, media_type, _content = export(_track(analyser="Screen Text/../x"), form, media_name="a.mp4")
    assert suffix.startswith(".screen-text-x.machine-candidate.")
    assert "/" in media_type


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "name", ["/home/somebody/secret folder/clip.mp4", "C:\\Users\\somebody\\clip.mp4", "../clip.mp4"]
)
def test_no_folder_of_anybodys_machine_is_told(form, name):
    """The footage is referred to by its name alone."""
    track = {**_track(_entry("так", 9_000)), "path": name}
    content = _export(track, form, media_name=name)
    assert "somebody" not in content
    assert ".." not in content
    if form == "eaf":
        (media,), _tiers = _read_eaf(content)
        assert media.get("RELATIVE_MEDIA_URL") == media.get("MEDIA_URL") == "./clip.mp4"
        assert media.get("MIME_TYPE") == "video/mp4"


def test_a_name_in_any_script_is_an_address():
    """Percent signs as RFC 3986 has them."""
    (media,), _tiers = _read_eaf(_export(_track(), "eaf", media_name="дім 1.wav"))
    assert media.get("MEDIA_URL") == "./%D0%B4%D1%96%D0%BC%201.wav"
    assert bare_name("..") == bare_name("") == "footage"


def test_what_people_decided_is_told():
    """Accepted, corrected and rejected, by whom; a rejected line is in no subtitle, and its leaving out is noted."""
    track = _track(*(_entry(text, 9_000 * place) for place, text in enumerate(["один", "два", "три", "чотири"])))
    decisions = (
        Decision(entry=0, state="accepted", by="Ann"),
        Decision(entry=1, state="corrected", text="двоє", by="Ann", why="played slowly"),
        Decision(entry=2, state="rejected", by="Bo"),
    )
    notes, cues = _read_vtt(_export(track, "vtt", decisions))
    assert [payload for *_place, payload in cues] == [
        ["[accepted by Ann]", "один"],
        ["[corrected by Ann]", "двоє"],
        [f"[{LABEL}]", "чотири"],
    ]
    assert ["Rejected by a person and left out: 1."] in notes
    assert [payload for *_place, payload in _read_srt(_export(track, "srt", decisions))] == [p for *_x, p in cues]
    _media, tiers = _read_eaf(_export(track, "eaf", decisions))
    assert {name: [value for *_place, value in rows] for name, rows in tiers.items()} == {
        "speech": ["чотири"],
        "speech [accepted by Ann]": ["один"],
        "speech [corrected by Ann]": ["двоє"],
        "speech [rejected by Bo]": ["три"],
    }
    (task,) = json.loads(_export(track, "labelstudio", decisions))
    texts = [one["value"]["text"] for one in task["annotations"][0]["result"] if one["type"] == "textarea"]
    assert texts == [["один"], ["двоє"]]
    said = [one["value"]["text"] for one in task["predictions"][0]["result"] if one["type"] == "textarea"]
    assert said == [["один"], ["два"], ["три"], ["чотири"]]
    told = json.loads(_export(track, "json", decisions))
    assert [decision(one) for one in told["decisions"]] == list(decisions)


def test_a_doubtful_guess_is_never_written_as_what_was_said():
    """It says that it is doubtful, on the line above its words."""
    track = _track(_entry(None, 9_000, kind="doubtful_speech", guess="щось", doubts=["unsure"]))
    _notes, cues = _read_vtt(_export(track, "vtt"))
    assert cues[0][3] == [f"[doubtful, {LABEL}]", "щось"]


def test_words_have_a_tier_of_their_own_in_elan():
    """At their own times, one after another without a further tier where they touch."""
    entry = _entry("залиште його", 9_000, 27_001)
    words = [
        {"text": " залиште", "start_pts": 9_000, "end_pts": 18_001, "time_base": "1/90000", "probability": 0.9},
        {"text": " його", "start_pts": 18_001, "end_pts": 27_001, "time_base": "1/90000", "probability": 0.9},
    ]
    _media, tiers = _read_eaf(_export(_track(entry, segments=[{**entry.as_json(), "words": words}]), "eaf"))
    assert tiers["words of speech"] == [(100, 200, "залиште"), (200, 300, "його")]


@pytest.mark.parametrize("outcome", ["nothing_found", "could_not_look"])
@pytest.mark.parametrize("form", ["vtt", "eaf", "labelstudio", "json"])
def test_an_empty_file_says_what_came_of_the_look(outcome, form):
    """Nothing found is not could not look."""
    content = _export(_track(outcome=outcome, why="the weights are not here"), form)
    assert outcome.replace("_", " ") in content.replace("_", " ")
    assert "the weights are not here" in content


def test_the_exact_ticks_stand_in_the_name_of_a_cue():
    """Milliseconds are for players; an address in footage is exact."""
    _notes, cues = _read_vtt(_export(_track(_entry("так", 1, 90_001)), "vtt"))
    assert cues[0][0] == "speech:0 1-90001@1/90000"


def test_lines_before_the_zero_of_the_footage_are_counted():
    """Where a cue cannot stand, the notes say how many there are."""
    notes, cues = _read_vtt(_export(_track(_entry("так", -20_000), _entry("ні", 0)), "vtt"))
    assert len(cues) == 1
    assert ["Before the zero of the player's clock, where no cue can stand: 1."] in notes


def _placed(track, origin_s):
    """From when to when each form tells the only line of a track, in milliseconds."""
    _notes, cues = _read_vtt(_export(track, "vtt", origin_s=origin_s))
    _media, tiers = _read_eaf(_export(track, "eaf", origin_s=origin_s))
    (task,) = json.loads(_export(track, "labelstudio", origin_s=origin_s))
    region = task["predictions"][0]["result"][0]
    assert cues[0][0].endswith("9000000-9009000@1/90000")
    assert region["meta"]["text"][1] == "9000000-9009000@1/90000"
    return [
        cues[0][1:3],
        _read_srt(_export(track, "srt", origin_s=origin_s))[0][:2],
        tiers["speech"][0][:2],
        tuple(round(region["value"][name] * 1_000) for name in ("start", "end")),
    ]


def test_times_are_on_the_players_clock_and_ticks_are_the_files():
    """A file whose time starts at 99 s is shown from 0; every form counts so, and none changes a tick."""
    track = _track(_entry("так", 9_000_000))
    assert _placed(track, Fraction(99)) == [(1_000, 1_100)] * 4
    assert _placed(track, Fraction(-1, 2)) == [(100_500, 100_600)] * 4
    assert _placed(track, None) == [(100_000, 100_100)] * 4
    told = json.loads(_export(track, "json", origin_s=Fraction(199, 2)))
    assert (told["origin_s"], told["tracks"]) == ("199/2", [json.loads(json.dumps(track))])


def test_words_go_with_their_line_to_the_players_clock():
    """In ELAN, where they have a tier of their own."""
    entry = _entry("так", 9_000_000)
    words = [{"text": "так", "start_pts": 9_000_000, "end_pts": 9_009_000, "time_base": "1/90000"}]
    track = _track(entry, segments=[{**entry.as_json(), "words": words}])
    _media, tiers = _read_eaf(_export(track, "eaf", origin_s=Fraction(99)))
    assert tiers["words of speech"] == [(1_000, 1_100, "так")]


@pytest.mark.parametrize("form", ["vtt", "eaf", "labelstudio"])
def test_a_note_says_whose_clock_it_is(form):
    """How far the player's is from the file's; or that this is not known."""
    track = _track(_entry("так", 9_000_000))
    assert "the file's own less 199/2 s" in _export(track, form, origin_s=Fraction(199, 2))
    assert "the file's own less 0 s" in _export(track, form, origin_s=Fraction(0))
    assert "a player's clock starts is not known here" in _export(track, form)
    if form == "labelstudio":
        (task,) = json.loads(_export(track, form, origin_s=Fraction(199, 2)))
        assert task["data"]["origin_s"] == "199/2"


@pytest.mark.parametrize(
    ("form", "whole"),
    [("vtt", "where no cue can stand"), ("eaf", "where no annotation can stand"), ("labelstudio", "and told at 0")],
)
def test_what_lies_before_the_players_zero_is_told_from_zero_and_counted(form, whole):
    """What is cut there and what is gone are two numbers."""
    track = _track(_entry("до", 0), _entry("через", 85_500), _entry("по", 180_000))
    content = _export(track, form, origin_s=Fraction(1))
    assert f"Before the zero of the player's clock, {whole}: 1." in content
    assert "Begin before the zero of the player's clock, and are told from there: 1." in content
    if form == "labelstudio":
        (task,) = json.loads(content)
        places = [one["value"] for one in task["predictions"][0]["result"] if one["type"] == "labels"]
        assert [(one["start"], one["end"]) for one in places] == [(0, 0), (0, 0.05), (1, 1.1)]
    if form == "vtt":
        assert [cue[1:3] for cue in _read_vtt(content)[1]] == [(0, 50), (1_000, 1_100)]
    if form == "eaf":
        assert [one[:2] for one in _read_eaf(content)[1]["speech"]] == [(0, 50), (1_000, 1_100)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("score", [float("nan"), float("inf"), 10**400])
def test_a_score_that_is_no_number_is_refused(form, score):
    """In every form alike, since none of them can say it."""
    track = _track(_entry("так", 1))
    track["entries"][0]["score"] = score
    with pytest.raises(InvalidValue, match="score of entry 0"):
        export(track, form, media_name="a.mp4")


@pytest.mark.parametrize(
    "track",
    [
        None,
        [],
        {},
        {**_track(), "outcome": "perhaps"},
        {**_track(), "entries": {}},
        {**_track(), "entries": [1]},
        {**_track(), "entries": [{"kind": "x"}]},
        {**_track(), "entries": [{"kind": "x", "start_pts": 1.5, "time_base": "1/2"}]},
        {**_track(), "entries": [{"kind": "x", "start_pts": 1, "time_base": "1/0"}]},
        {**_track(), "entries": [{"kind": "x", "start_pts": 1, "time_base": "-1/2"}]},
        {**_track(), "entries": [{"kind": "x", "start_pts": 2, "end_pts": 1, "time_base": "1/2"}]},
        {**_track(), "entries": [{"kind": "x", "start_pts": 10**400, "time_base": "1/2"}]},
        {**_track(), "entries": [{"kind": 3, "start_pts": 1, "time_base": "1/2"}]},
        {**_track(), "segments": [{"start_pts": 1, "end_pts": 2, "time_base": "1/2", "words": 5}]},
    ],
)
def test_what_is_no_track_is_refused(track):
    """By what is wrong with it, before a byte is written."""
    with pytest.raises(InvalidValue):
        export(track, "vtt", media_name="a.mp4")


def test_a_decision_about_what_is_not_there_is_refused():
    """It belongs to another track."""
    with pytest.raises(InvalidValue, match="no such entry"):
        export(_track(), "vtt", media_name="a.mp4", decisions=[Decision(entry=0, state="accepted")])


def test_an_unknown_format_is_refused():
    """With those that are written."""
    with pytest.raises(UnknownFormat, match="doc"):
        export(_track(), "doc", media_name="a.mp4")
