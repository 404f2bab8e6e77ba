"""`probata search` in a workspace whose looks a test made, so that no model is needed."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from asking import json_of

from probata.analysis.seam import Entry, Track
from probata.cli.__main__ import main
from probata.cli.demo_footage.ordinals import make_ordinal_clip
from probata.cli.search_verb import clock
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.terms.digests import sha256
from probata.terms.spans import Moment

ROOT = Path(__file__).parents[2]
TICK = Fraction(1, 1_000)


def _entry(kind, text, start_s, *, doubtful=False):
    return Entry(
        kind=kind,
        start_pts=int(start_s * 1_000),
        end_pts=int(start_s * 1_000) + 400,
        time_base=TICK,
        text=None if doubtful else text,
        attributes={"guess": text, "doubts": ["unsure"]} if doubtful else {},
    )


def _track(analyser, *entries, outcome="found", recipe="1"):
    return Track(
        analyser=analyser,
        version="1",
        recipe=sha256(recipe * 64),
        outcome=outcome,
        why="" if outcome == "found" else "the weights are not here",
        entries=entries,
        parameters={},
        tools={},
    )


@pytest.fixture
def record(workspace):
    """Puts a made track on the record."""
    from probata.analysis import services
    from probata.custody import services as custody

    def put(item, track):
        with custody.act(actor=workspace.keyring.signing, reason="made for a test") as act:
            services.looking._record_track(act, item, track)

    return put


@pytest.fixture
def add(workspace, tmp_path):
    """Acquires a made file under a name."""
    from probata.capture import services as capture

    def acquire(name, content=None):
        path = tmp_path / name
        if content is None:
            make_ordinal_clip(path, frames=20)
        else:
            path.write_bytes(content)
        (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
        return outcome.acquired.sha256

    return acquire


@pytest.fixture
def item(workspace, jail, add, record):
    """Footage of twenty frames in which a village is named, said and written, and once only guessed."""
    from probata.analysis import services

    found = add("clip.mp4")
    services.examine(found, actor=workspace.keyring.signing, only=(), jail=jail)
    record(
        found,
        _track(
            "speech",
            _entry("speech", "Біля Дмитровки стоять танки.", 0.2),
            _entry("doubtful_speech", "Дмитрівка", 0.4, doubtful=True),
        ),
    )
    record(found, _track("screen_text", _entry("visible_text", "DMYTRIVKA 12:30", 0.6)))
    return found


@pytest.mark.parametrize("word", ["Дмитрівка", "Дмитровка", "Dmytrivka", "dmitrovka", "دميتريفكا"])
def test_every_spelling_finds_speech_and_screen_text(workspace, item, word, capsys):
    """Across scripts; what is doubtful comes last and is marked."""
    code, told = json_of(capsys, "search", "-w", str(workspace.root), word)
    assert code == 0
    assert {(hit["kind"], hit["doubtful"]) for hit in told["hits"]} == {
        ("speech", False),
        ("visible_text", False),
        ("doubtful_speech", True),
    }
    assert told["hits"][-1]["doubtful"]


def test_a_hit_leads_to_the_exact_frame_and_says_how_it_matched(workspace, item, capsys):
    """Ticks and time base of the track, the ordinal of the picture on screen, the characters."""
    _, told = json_of(capsys, "search", "-w", str(workspace.root), "Дмитрівка", "--in", "speech")
    hit = told["hits"][0]
    assert (hit["item"], hit["analyser"], hit["start_pts"], hit["time_base"]) == (item, "speech", 200, "1/1000")
    table = PtsTable.from_bytes(preservation.rendition_bytes(preservation.rendition(item, "pts_table")))
    assert hit["frame"] == table.shown_at(Moment(pts=200, time_base=TICK)) > 0
    (mark,) = hit["matched"]
    assert (hit["text"][mark["start"] : mark["end"]], mark["how"]) == ("Дмитровки", "spelled otherwise")


def test_where_to_look_can_be_told(workspace, item, add, capsys):
    """Some analysers, one item, a language, a limit that says that there is more."""
    other = add("Дмитрівка.txt", b"notes")
    root = str(workspace.root)
    assert {hit["analyser"] for hit in json_of(capsys, "search", "-w", root, "Дмитрівка")[1]["hits"]} == {
        "speech",
        "screen_text",
        "names",
    }
    (hit,) = json_of(capsys, "search", "-w", root, "Дмитрівка", "--item", other[:12])[1]["hits"]
    assert (hit["kind"], hit["start_pts"], hit["start_s"]) == ("name", None, None)
    _, told = json_of(capsys, "search", "-w", root, "танк", "--language", "uk")
    assert [hit["kind"] for hit in told["hits"]] == ["speech"]
    assert json_of(capsys, "search", "-w", root, "танк", "--language", "ar")[1]["hits"] == []
    _, told = json_of(capsys, "search", "-w", root, "Дмитрівка", "--limit", "1")
    assert (len(told["hits"]), told["more"]) == (1, True)


def test_no_hit_is_never_told_as_nothing_said(workspace, item, add, record, capsys):
    """How many items were looked at, could not be, and have not been, by each analyser that reads words."""
    record(add("other.txt", b"other"), _track("speech", outcome="could_not_look"))
    add("third.txt", b"third")
    code, told = json_of(capsys, "search", "-w", str(workspace.root), "автобус")
    assert (code, told["hits"]) == (0, [])
    searched = told["searched"]
    assert (searched["items"], searched["could_not_look"], searched["not_looked"]) == (3, 1, 2)
    assert searched["by"][0] == {"analyser": "speech", "looked": 1, "could_not_look": 1, "not_looked": 1}
    assert main(["search", "-w", str(workspace.root), "автобус"]) == 0
    shown = capsys.readouterr().out
    assert "Speech: 1 items listened to, 1 could not be, 1 have not been." in shown
    assert "Nothing that is known" in shown


def test_a_newer_look_takes_the_place_of_the_older(workspace, item, record, capsys):
    """Superseded words are not found; a look that could not look takes nothing away."""
    root = str(workspace.root)
    record(item, _track("speech", _entry("speech", "Їде автобус.", 0.2), recipe="2"))
    assert [hit["analyser"] for hit in json_of(capsys, "search", "-w", root, "Дмитрівка")[1]["hits"]] == ["screen_text"]
    record(item, _track("speech", outcome="could_not_look", recipe="3"))
    _, told = json_of(capsys, "search", "-w", root, "автобус")
    assert len(told["hits"]) == 1
    assert told["searched"]["could_not_look"] == 0


def test_what_people_decide_is_what_is_found(workspace, item, capsys):
    """No rejected reading; a correction, an accepted guess without its doubt, a translation under its own words."""
    from probata.analysis import selectors, services

    root, actor = str(workspace.root), workspace.keyring.signing
    looks = selectors.current_looks(item)
    speech, screen = looks["speech"].track_sha256, looks["screen_text"].track_sha256
    services.decide(item, screen, 0, actor=actor, decision="rejected", reason="a shadow")
    services.decide(item, speech, 0, actor=actor, decision="corrected", text="Біля Щедрогірки стоять танки")
    services.decide(item, speech, 1, actor=actor, decision="accepted", reason="played it slowly")
    services.translate(item, speech, 0, actor=actor, text="Tanks stand near Shchedrohirka", language="en")
    _, told = json_of(capsys, "search", "-w", root, "Дмитрівка")
    assert [(hit["kind"], hit["state"], hit["doubtful"]) for hit in told["hits"]] == [
        ("doubtful_speech", "accepted", False)
    ]
    _, told = json_of(capsys, "search", "-w", root, "Щедрогірка")
    assert {(hit["kind"], hit["state"], hit["number"]) for hit in told["hits"]} == {
        ("speech", "corrected", 0),
        ("translation", "unchecked", 0),
    }


def test_what_people_made_of_an_earlier_look_stays_findable(workspace, item, record, capsys):
    """Corrections, acceptances and translations, marked so and with the track that they belong to; nothing else."""
    from probata.analysis import selectors, services

    root, actor = str(workspace.root), workspace.keyring.signing
    track = selectors.current_looks(item)["speech"].track_sha256
    services.decide(item, track, 0, actor=actor, decision="corrected", text="Біля Щедрогірки стоять танки")
    services.translate(item, track, 0, actor=actor, text="Tanks stand near Shchedrohirka", language="en")
    record(item, _track("speech", _entry("speech", "Їде автобус.", 0.2), recipe="2"))
    _, told = json_of(capsys, "search", "-w", root, "Щедрогірка")
    assert {(hit["kind"], hit["state"], hit["superseded"], hit["track_sha256"]) for hit in told["hits"]} == {
        ("speech", "corrected", True, track),
        ("translation", "unchecked", True, track),
    }
    assert json_of(capsys, "search", "-w", root, "Дмитровка", "--in", "speech")[1]["hits"] == []
    assert main(["search", "-w", root, "Щедрогірка"]) == 0
    assert "corrected, of an earlier look)" in capsys.readouterr().out
    # What is decided of it afterwards is found as well, and what is rejected is not.
    services.decide(item, track, 1, actor=actor, decision="accepted", reason="played it slowly")
    (hit,) = json_of(capsys, "search", "-w", root, "Дмитрівка", "--in", "speech")[1]["hits"]
    assert (hit["state"], hit["superseded"], hit["number"]) == ("accepted", True, 1)
    services.decide(item, track, 0, actor=actor, decision="rejected", reason="not heard")
    assert json_of(capsys, "search", "-w", root, "Щедрогірка")[1]["hits"] == []
    (hit,) = json_of(capsys, "search", "-w", root, "автобус")[1]["hits"]
    assert not hit["superseded"]


def test_what_people_made_is_found_where_a_later_look_found_nothing(workspace, item, record, capsys):
    """Nor does a look that could not look make it earlier than it is."""
    from probata.analysis import selectors, services

    root, actor = str(workspace.root), workspace.keyring.signing
    track = selectors.current_looks(item)["speech"].track_sha256
    services.decide(item, track, 0, actor=actor, decision="corrected", text="Біля Щедрогірки стоять танки")
    record(item, _track("speech", outcome="could_not_look", recipe="2"))
    (hit,) = json_of(capsys, "search", "-w", root, "Щедрогірка")[1]["hits"]
    assert not hit["superseded"]
    record(item, _track("speech", outcome="nothing_found", recipe="3"))
    (hit,) = json_of(capsys, "search", "-w", root, "Щедрогірка")[1]["hits"]
    assert (hit["superseded"], hit["track_sha256"]) == (True, track)


def test_a_translation_of_what_was_rejected_is_not_found(workspace, item, capsys):
    """Nobody said what it translates."""
    from probata.analysis import selectors, services

    root, actor = str(workspace.root), workspace.keyring.signing
    track = selectors.current_looks(item)["speech"].track_sha256
    services.translate(item, track, 0, actor=actor, text="Tanks stand near Shchedrohirka", language="en")
    assert len(json_of(capsys, "search", "-w", root, "Shchedrohirka")[1]["hits"]) == 1
    services.decide(item, track, 0, actor=actor, decision="rejected", reason="not heard")
    assert json_of(capsys, "search", "-w", root, "Shchedrohirka")[1]["hits"] == []


def test_a_translation_of_other_words_is_doubtful(workspace, item, capsys):
    """The words were corrected since; that nobody checked it is told either way, and is no doubt."""
    from probata.analysis import selectors, services

    root, actor = str(workspace.root), workspace.keyring.signing
    track = selectors.current_looks(item)["speech"].track_sha256
    services.translate(item, track, 0, actor=actor, text="Tanks stand near Shchedrohirka", language="en")
    (hit,) = json_of(capsys, "search", "-w", root, "Shchedrohirka")[1]["hits"]
    assert (hit["state"], hit["doubtful"]) == ("unchecked", False)
    assert main(["search", "-w", root, "Shchedrohirka"]) == 0
    assert "translation  (as written, unchecked)" in capsys.readouterr().out
    services.decide(item, track, 0, actor=actor, decision="corrected", text="Біля Дмитровки стоять автобуси")
    (hit,) = json_of(capsys, "search", "-w", root, "Shchedrohirka")[1]["hits"]
    assert (hit["state"], hit["doubtful"]) == ("unchecked", True)
    assert main(["search", "-w", root, "Shchedrohirka"]) == 0
    assert "doubtful, translates other words than today's, unchecked)" in capsys.readouterr().out


def test_times_are_shown_on_the_players_clock(workspace, item, monkeypatch, capsys):
    """The list as the player counts; JSON has the file's own beside it, and ticks stay as they are."""
    root = str(workspace.root)
    monkeypatch.setattr(preservation, "origin_s", lambda _item: Fraction(-1, 2))
    hit = json_of(capsys, "search", "-w", root, "Дмитрівка", "--in", "speech")[1]["hits"][0]
    assert (hit["start_pts"], hit["time_base"], hit["start_s"], hit["shown_s"]) == (200, "1/1000", 0.2, 0.7)
    assert main(["search", "-w", root, "Дмитрівка", "--in", "speech"]) == 0
    assert "00:00:00.700  speech" in capsys.readouterr().out


def test_the_players_clock_is_told_by_the_pictures_else_by_the_sound(workspace, item, add, monkeypatch):
    """By the table of frames, by the first anchor of the waveform; by nothing where nobody made either."""
    from types import SimpleNamespace

    from probata.media.waveform import Anchor, Waveform

    table = PtsTable.from_bytes(preservation.rendition_bytes(preservation.rendition(item, "pts_table")))
    assert preservation.origin_s(item) == table.origin_s
    assert preservation.origin_s(add("other.txt", b"other")) is None
    anchors = (Anchor(sample=0, seconds=Fraction(100)),)
    wave = Waveform(
        rate_hz=8, samples=1, samples_a_bucket=8, anchors=anchors, lowest=(0,), highest=(0,), level=(0,)
    ).to_bytes()
    row = SimpleNamespace(sha256=preservation.store().put_bytes(wave, what="a waveform").sha256)
    monkeypatch.setattr(preservation, "rendition", lambda _item, kind: row if kind == "peaks" else None)
    assert preservation.origin_s(item) == 100


def test_a_clock_that_cannot_be_read_is_not_made_up(workspace, item, monkeypatch, capsys):
    """The words are found all the same."""
    from probata.media.errors import TableUnreadable

    def torn(_item):
        raise TableUnreadable(why="torn")

    monkeypatch.setattr(preservation, "origin_s", torn)
    hit = json_of(capsys, "search", "-w", str(workspace.root), "танк")[1]["hits"][0]
    assert (hit["start_s"], hit["shown_s"]) == (0.2, None)
    assert main(["search", "-w", str(workspace.root), "танк"]) == 0
    assert "time unknown  speech" in capsys.readouterr().out


def test_a_text_of_no_known_language_is_not_left_out_for_a_language(workspace, item, record, capsys):
    """It is among the hits, and marked."""
    root = str(workspace.root)
    record(item, _track("screen_text", _entry("visible_text", "T-72", 0.6), recipe="2"))
    (hit,) = json_of(capsys, "search", "-w", root, "T-72", "--language", "ar")[1]["hits"]
    assert not hit["language_known"]
    assert main(["search", "-w", root, "T-72", "--language", "ar"]) == 0
    assert "(as written, language unknown)" in capsys.readouterr().out
    assert main(["search", "-w", root, "T-72"]) == 0
    assert "language unknown" not in capsys.readouterr().out


def test_the_index_can_be_deleted_and_comes_back(workspace, item, capsys):
    """It is made of the record alone; damaged, it is made anew as well."""
    import shutil

    root = str(workspace.root)
    _, first = json_of(capsys, "search", "-w", root, "Дмитрівка")
    shutil.rmtree(workspace.settings.index / "words")
    assert json_of(capsys, "search", "-w", root, "Дмитрівка")[1] == first
    (workspace.settings.index / "words" / "words.sqlite3").write_bytes(b"torn")
    assert json_of(capsys, "search", "-w", root, "Дмитрівка")[1] == first


def test_only_items_of_which_something_was_recorded_are_asked_about_again(workspace, item, add, monkeypatch, capsys):
    """A search after a small change costs a small change."""
    from probata.search import services

    root = str(workspace.root)
    main(["search", "-w", root, "танк"])
    other = add("other.txt", b"other")
    asked = []
    bring = services._bring_item
    monkeypatch.setattr(services, "_bring_item", lambda index, one: (asked.append(one), bring(index, one)))
    main(["search", "-w", root, "танк"])
    main(["search", "-w", root, "танк"])
    assert asked == [other]


def test_an_items_words_can_be_taken_out(workspace, item, capsys):
    """They are not found, and stay out until something new is recorded of the item."""
    from probata.search import services

    root = str(workspace.root)
    main(["search", "-w", root, "танк"])
    services.forget(item)
    assert json_of(capsys, "search", "-w", root, "танк")[1]["hits"] == []


def test_another_ledger_is_looked_through_whole(workspace, item, monkeypatch, capsys):
    """An index that belongs to another record of the same length is brought to this one."""
    from probata.search import services

    root = str(workspace.root)
    _, first = json_of(capsys, "search", "-w", root, "танк")
    with services.word_index() as index:
        size, _root = index.seen()
        index.remove(item)
        index.saw(size, "00" * 32)
    assert json_of(capsys, "search", "-w", root, "танк")[1] == first


def test_a_source_that_is_not_there_is_refused(workspace, item, capsys):
    """A mistyped name would find nothing, and nothing would read as nothing said."""
    assert main(["search", "-w", str(workspace.root), "танк", "--in", "spech"]) == 2
    assert "names, observations, screen_text, speech" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["", '"', "*", "a" * 10_240])
def test_what_names_no_word_is_refused(workspace, typed, capsys):
    """Exit code 2, and what to do."""
    assert main(["search", "-w", str(workspace.root), typed, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["schema"] == "probata/error/1"


@pytest.mark.parametrize("typed", ["NEAR(танк", "\x00танк", "\udcffтанк", "\u202eтанк", 'танк" OR "'])
def test_hostile_words_are_words(workspace, item, typed, capsys):
    """They are looked for, printed safely, and drive neither the table nor the terminal."""
    assert main(["search", "-w", str(workspace.root), typed]) == 0
    shown = capsys.readouterr().out
    assert "\u202e" not in shown
    assert "\x00" not in shown
    code, _told = json_of(capsys, "search", "-w", str(workspace.root), typed)
    assert code == 0


def test_the_list_is_for_people_too(workspace, item, record, capsys):
    """Digest, clock, kind, how it matched; no sign that acts comes through."""
    record(item, _track("screen_text", _entry("visible_text", "танк\u202e\x1b[31m", 0.65), recipe="2"))
    assert main(["search", "-w", str(workspace.root), "танк"]) == 0
    shown = capsys.readouterr().out
    assert f"{item[:8]}  00:00:00.650  visible text  (as written)" in shown
    assert f"{item[:8]}  00:00:00.200  speech  (inflected)" in shown
    assert "<U+202E><U+001B>[31m" in shown
    assert "\x1b" not in shown


def test_on_a_terminal_the_match_is_bold(workspace, item, monkeypatch, capsys):
    """And nowhere else."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(["search", "-w", str(workspace.root), "танк"]) == 0
    assert "\x1b[1mтанки\x1b[0m" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (Fraction(0), "00:00:00.000"),
        (Fraction(1, 3), "00:00:00.333"),
        (Fraction(5_999_999, 1_000_000), "00:00:05.999"),
        (Fraction(3_661), "01:01:01.000"),
        (Fraction(-1, 2), "-00:00:00.500"),
    ],
)
def test_a_clock_never_rounds_up(seconds, told):
    """A time that is told is not after the moment."""
    assert clock(seconds) == told
