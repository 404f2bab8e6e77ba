"""Scenes that a third file tells: each is on the record of its pair, and what people decided is left alone."""

from __future__ import annotations

import pytest

from probata.copies import selectors, services
from probata.copies.relations import Relation

SCENE = Relation(kind="same_scene_moment_unproven", score=0.3, by="frames")


@pytest.fixture
def beside(monkeypatch):
    """What lies beside what was found; `asked` has what was found and what was left out, search by search."""

    class Beside:
        items: tuple[str, ...] = ()
        asked: tuple = ()

    made = Beside()

    def told(_mine, found, _files, _archive, *, but, jail):
        assert jail is not None
        made.asked = (*made.asked, (set(found), set(but)))
        return ((item, SCENE) for item in made.items if found and item not in found and item not in but)

    monkeypatch.setattr("probata.copies.scenes.told_beside", told)
    return made


@pytest.fixture
def three(archive, told, beside):
    """A cut, its source in which it is found, and another recording beside the source."""
    cut, source, other = (archive.add(name) for name in ("cut", "source", "other"))
    archive.share(cut, source, told.relation())
    beside.items = (other,)
    return cut, source, other


def test_a_scene_told_by_a_third_is_a_candidate_on_the_record(archive, three):
    """Comparing found nothing in the pair; by way of the source the scene is told, and that alone is recorded."""
    cut, source, other = three
    looked = archive.look(cut)

    assert {one.other(cut): one.kind for one in looked.relations} == {source: "excerpt_of", other: SCENE.kind}
    assert [row.outcome for row in selectors.comparisons(cut, other)] == ["found"]
    assert looked.searched_frames == 200


def test_where_nothing_is_beside_nothing_found_is_recorded(archive, three, beside):
    """The second answer is kept back until the scenes were asked, and not lost."""
    cut, _source, other = three
    beside.items = ()
    archive.look(cut)

    assert [row.outcome for row in selectors.comparisons(cut, other)] == ["nothing_found"]


def test_what_an_earlier_search_found_leads_on(archive, three, beside):
    """The pair with the source was compared when the source was searched: it leads in the cut's own search too."""
    cut, source, other = three
    archive.share(source, cut, SCENE)
    beside.items = ()
    archive.look(source)
    archive.look(other)
    beside.items = (other,)
    archive.look(cut)

    assert beside.asked[-1] == ({source}, {cut})
    assert [row.outcome for row in selectors.comparisons(cut, other)] == ["found", "nothing_found"]
    assert [row.asked for row in selectors.comparisons(cut, other)] == [1, 0]


def test_a_rejected_scene_is_not_asked_again(archive, three, beside, monkeypatch):
    """A person said that it is another place: a later version does not propose it."""
    cut, source, other = three
    archive.look(cut)
    known = next(one for one in selectors.relations_of(cut) if one.other(cut) == other)
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="another room of that kind")
    monkeypatch.setattr(services, "VERSION", "a later one")
    looked = archive.look(cut)

    assert beside.asked[-1][1] == {cut, other}
    assert {one.other(cut): one.state for one in looked.relations} == {source: "candidate", other: "rejected"}


def test_what_a_person_rejected_leads_nowhere(archive, three, beside, monkeypatch):
    """The source was no source: it tells no scene in a later search."""
    cut, source, _other = three
    beside.items = ()
    archive.look(cut)
    known = next(one for one in selectors.relations_of(cut) if one.other(cut) == source)
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="another day")
    monkeypatch.setattr(services, "VERSION", "a later one")
    archive.look(cut)

    assert beside.asked[-1] == (set(), {cut, source})
