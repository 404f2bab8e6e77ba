"""The index of words: it answers as reading every text would, survives a crash, and forgets what is taken out."""

from __future__ import annotations

import sqlite3
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probata.search import index as index_module
from probata.search.index import Edition, Passage, Wanted, WordIndex, WordsUnavailable
from probata.search.query import How, NothingToLookFor, QueryTooLong, find, parse

A, B = "a" * 64, "b" * 64
HOSTILE = [
    '"x" OR',
    "NEAR(танк дом, 2)",
    "written : танк",
    "танк*",
    "^танк",
    "танк' OR 1=1 --",
    'танк" OR "',
    "{x}:танк",
]
PIECES = st.sampled_from(
    """
    танк танка танки Дмитрівка Дмитровка Dmytrivka dmitrovka Дмитрівці دميتريفكا у в біля стріляли стреляли shooting
    shoots Київ Києва Kyiv дом дым Дім Т-72 T-72 об'єкт 東京 кінь المدينة مدينه , . — \u202e
    """.split()  # noqa: SIM905  a page of words reads better without quotes
)
TEXTS = st.lists(st.lists(PIECES, min_size=1, max_size=7).map(" ".join), min_size=1, max_size=6)
TYPED = st.lists(
    st.one_of(PIECES, PIECES.map('"{} '.format), PIECES.map("-{}".format), st.sampled_from(["OR", '"'])),
    min_size=1,
    max_size=5,
).map(" ".join)


def _edition(item=A, source="speech", edition="1", outcome="found"):
    return Edition(item=item, source=source, edition=edition, outcome=outcome)


def _passages(*texts, **more):
    return [
        Passage(kind="speech", text=text, start_pts=place, end_pts=place + 1, time_base=Fraction(1, 10), **more)
        for place, text in enumerate(texts)
    ]


def _texts(index, typed, **wanted):
    return [match.passage.text for match in index.search(parse(typed), Wanted(**wanted))]


@pytest.fixture
def index(tmp_path):
    with WordIndex(tmp_path / "words") as opened:
        yield opened


@settings(max_examples=200)
@given(TEXTS, TYPED)
def test_the_index_answers_as_reading_every_text_would(tmp_path_factory, texts, typed):
    """The same texts, in the same ways, with the same marks; nothing is missed and nothing is made up."""
    try:
        query = parse(typed)
    except (NothingToLookFor, QueryTooLong):
        return
    with WordIndex(tmp_path_factory.mktemp("words")) as index:
        index.put(_edition(), _passages(*texts))
        told = {match.passage.start_pts: (match.how, match.marks) for match in index.search(query, Wanted())}
    read = {place: found for place, text in enumerate(texts) if (found := find(query, text))}
    assert told == {place: (found.how, found.marks) for place, found in read.items()}


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_query_reaches_the_table_as_it_was_typed(index, typed):
    """What means something to FTS5 or SQL is words here, and the answer is that of reading."""
    texts = ["танк", "дом", "x", "written танк", "танк OR 1 1", "near танк дом 2", "x танк"]
    index.put(_edition(), _passages(*texts))
    assert sorted(_texts(index, typed)) == sorted(text for text in texts if find(parse(typed), text))


def test_near_ways_come_before_far_ones_and_doubt_last(index):
    """As written, inflected, spelled otherwise; what nobody vouches for after all that somebody does."""
    index.put(
        _edition(), _passages("Dmytrivka", "у Дмитрівці", "Дмитрівка і ще багато слів, які тут стоять", "Дмитрівка")
    )
    index.put(_edition(source="other"), _passages("Дмитрівка", doubtful=True))
    matches = list(index.search(parse("Дмитрівка"), Wanted()))
    assert [match.how for match in matches] == [How.WRITTEN, How.WRITTEN, How.INFLECTED, How.SPELLED, How.WRITTEN]
    assert [match.passage.doubtful for match in matches] == [False] * 4 + [True]
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
    assert all(0 <= match.score <= 1 for match in matches)


def test_the_same_question_has_the_same_answer(index):
    """Order included."""
    index.put(_edition(), _passages(*["танк"] * 20))
    index.put(_edition(item=B), _passages(*["танк"] * 20))
    assert list(index.search(parse("танк"), Wanted())) == list(index.search(parse("танк"), Wanted()))


def test_where_to_look_can_be_told(index):
    """One item, some sources, a language that the words may be in."""
    index.put(_edition(), _passages("танк", languages={"ru": 0.6, "uk": 0.3}))
    index.put(_edition(item=B, source="screen_text"), _passages("танк тут", languages={"uk": 0.9}))
    assert _texts(index, "танк", item=A) == ["танк"]
    assert _texts(index, "танк", sources=("screen_text",)) == ["танк тут"]
    assert sorted(_texts(index, "танк", language="uk")) == ["танк", "танк тут"]
    assert _texts(index, "танк", language="ru") == ["танк"]
    assert _texts(index, "танк", language="ar") == []


def test_a_later_edition_takes_the_place_of_the_earlier(index):
    """What a source said before is not found any more."""
    index.put(_edition(), _passages("танк"))
    index.put(_edition(edition="2"), _passages("автобус"))
    assert _texts(index, "танк OR автобус") == ["автобус"]
    assert index.held() == {(A, "speech"): "2"}
    assert index.count() == 1


def test_what_is_taken_out_leaves_no_word_in_the_file(index, tmp_path):
    """Not in the tables, not in the index, not in the pages that are free; other items stay."""
    index.put(_edition(), _passages(*(f"Потайгород танк {number}" for number in range(200))))
    index.put(_edition(item=B), _passages("автобус"))
    index.remove(A)
    index.close()
    left = b"".join(file.read_bytes() for file in (tmp_path / "words").iterdir())
    for word in ("Потайгород", "потайгород", "pitaihirid", "танк"):
        assert word.encode() not in left
    assert "автобус".encode() in left


def _left(tmp_path):
    return b"".join(file.read_bytes() for file in (tmp_path / "words").iterdir())


@pytest.mark.parametrize("wipes_by_itself", [False, True])
def test_what_is_replaced_leaves_no_word_in_the_file(tmp_path, wipes_by_itself, monkeypatch):
    """As what is taken out, whether or not the database can see to it by itself."""
    if wipes_by_itself and not index_module._wipes_by_itself():
        pytest.skip("this SQLite cannot")
    monkeypatch.setattr(index_module, "_wipes_by_itself", lambda: wipes_by_itself)
    index_module.form.cache_clear()
    try:
        with WordIndex(tmp_path / "words") as index:
            index.put(_edition(), _passages(*(f"Потайгород танк {number}" for number in range(200))))
            index.put(_edition(item=B), _passages("автобус"))
            index.put(_edition(edition="2"), _passages("машина"))
            assert _texts(index, "танк OR машина") == ["машина"]
    finally:
        index_module.form.cache_clear()
    for word in ("Потайгород", "потайгород", "pitaihirid", "танк"):
        assert word.encode() not in _left(tmp_path)
    assert "автобус".encode() in _left(tmp_path)


def test_what_many_replace_is_gone_once_all_is_said(index, tmp_path):
    """The segments are merged once, when the index is told that it is up to date."""
    index.put(_edition(), _passages(*(f"Потайгород танк {number}" for number in range(200))))
    index.put(_edition(edition="2"), _passages("машина"), merge=False)
    index.remove(B, merge=False)
    index.saw(1, "ab")
    index.close()
    for word in ("Потайгород", "потайгород", "pitaihirid", "танк"):
        assert word.encode() not in _left(tmp_path)


@pytest.mark.parametrize("before", ["nothing", "open to all", "damaged"])
def test_only_its_owner_reads_the_file(tmp_path, before):
    """Folder and file, also those of an earlier version, and one that is made anew."""
    folder, file = tmp_path / "words", tmp_path / "words" / "words.sqlite3"
    if before != "nothing":
        folder.mkdir(mode=0o755)
        file.write_bytes(b"" if before == "open to all" else b"no database at all")
        file.chmod(0o644)
    with WordIndex(folder) as index:
        index.put(_edition(), _passages("танк"))
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_cannot_be_had_is_an_answer(tmp_path):
    """What is wrong and what to do."""
    (tmp_path / "words").write_text("a file")
    with pytest.raises(WordsUnavailable), WordIndex(tmp_path / "words"):
        pass


def test_a_text_of_no_known_language_may_be_in_any(index):
    """Figures and short texts are not dropped for a language that nobody could tell."""
    index.put(
        _edition(),
        [
            *_passages("танк", languages={}),
            *_passages("танк 2", languages={"ru": 0.05, "uk": 0.05}),
            *_passages("танк 3", languages={"ru": 0.9}),
        ],
    )
    found = {match.passage.text: match.passage for match in index.search(parse("танк"), Wanted(language="uk"))}
    assert found.keys() == {"танк", "танк 2"}
    assert not any(passage.language_known for passage in found.values())


def test_a_crash_in_the_middle_leaves_what_was(index):
    """One edition is held whole or not at all."""
    index.put(_edition(), _passages("танк"))

    def failing():
        yield from _passages("автобус", "машина")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.put(_edition(edition="2"), failing())
    assert (_texts(index, "танк OR автобус"), index.held()) == (["танк"], {(A, "speech"): "1"})


def test_a_crash_between_two_writes_leaves_what_was(index, monkeypatch):
    """Within the transaction as well."""
    index.put(_edition(), _passages("танк"))
    monkeypatch.setattr(index_module, "_told", lambda _one: ("kind", None, *[None] * 10))
    with pytest.raises(sqlite3.IntegrityError):
        index.put(_edition(edition="2"), _passages("автобус"))
    assert (_texts(index, "танк"), index.held()) == (["танк"], {(A, "speech"): "1"})


@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    """It is no evidence: it is emptied, and holds nothing until it is brought up to date."""
    (tmp_path / "words.sqlite3").write_bytes(damage)
    with WordIndex(tmp_path) as index:
        assert (index.held(), index.seen()) == ({}, (0, ""))
        index.put(_edition(), _passages("танк"))
        assert _texts(index, "танк") == ["танк"]


def test_another_form_is_made_anew(tmp_path, monkeypatch):
    """When words are cut, stemmed or heard otherwise, what was kept is let go."""
    with WordIndex(tmp_path) as index:
        index.put(_edition(), _passages("танк"))
        index.saw(7, "ab")
    monkeypatch.setattr(index_module, "form", lambda: "a later one")
    with WordIndex(tmp_path) as index:
        assert (index.held(), index.seen(), index.count()) == ({}, (0, ""), 0)


def test_a_file_that_somebody_else_is_writing_is_an_answer(tmp_path, monkeypatch):
    """After some patience: what is wrong and what to do."""
    with WordIndex(tmp_path) as index:
        index.put(_edition(), _passages("танк"))
        monkeypatch.setattr(index_module, "_PATIENCE_S", 0.05)
        holder = sqlite3.connect(tmp_path / "words.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            with WordIndex(tmp_path) as other:
                assert _texts(other, "танк") == ["танк"]
                with pytest.raises(WordsUnavailable, match="locked"):
                    other.put(_edition(edition="2"), _passages("автобус"))
        finally:
            holder.execute("ROLLBACK")
            holder.close()


def test_the_first_hits_of_many_texts_come_at_once(index):
    """Only as much is read as is asked for."""
    index.put(_edition(), _passages(*(f"танк {number}" for number in range(3_000))))
    assert len(list(islice(index.search(parse("танк"), Wanted()), 10))) == 10
