"""The scene of a file, told by way of another in which it was found; and what no way leads to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from made_copies import bannered, cropped, graded, mirrored, part, scene, spliced

from probata.copies import among
from probata.copies.archive import Archive
from probata.copies.compare import compared
from probata.copies.relations import Relation
from probata.copies.scenes import told_beside
from probata.terms.digests import Sha256

SOURCE, OTHER_MOMENT = scene(300, 1, 3.0), scene(300, 2, 3.0)
CUT = cropped(part(SOURCE, 0.4, 2.6), (0.1, 0.1, 0.7, 0.7))
SCENE = "same_scene_moment_unproven"


def item_of(path: Path) -> Sha256:
    return Sha256(hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def asked(shelf, jail, tmp_path):
    """Asks which of some reels show the scene of a query, of which it is told what it shares with one of them."""

    def ask(query, known, *others, but=()):
        files = {item_of(path): path for path in map(shelf.file, (known, *others))}
        archive = Archive(tmp_path / "archive")
        archive.bring_up_to_date(files, jail=jail)
        source, *rest = files
        found = {source: compared(shelf.extract(query), shelf.extract(known)).relations}
        assert found[source]
        left_out = {rest[place] for place in but}
        mine = shelf.file(query), shelf.extract(query)
        told = dict(told_beside(mine, found, files, archive, but=left_out, jail=jail))
        return {rest.index(item): relation for item, relation in told.items()}

    return ask


@pytest.mark.parametrize("edit", [graded, mirrored, bannered], ids=["brighter", "mirrored", "under a banner"])
def test_another_moment_of_its_source_s_camera_is_told_as_the_scene(asked, edit):
    """A cut of one film; of two others the one from the same camera shows its scene, and no moment is stated."""
    query = graded(CUT, 1.1, 6) if edit is graded else edit(CUT)
    told = asked(query, SOURCE, OTHER_MOMENT, scene(301, 3, 3.0))

    assert list(told) == [0]
    assert told[0].kind == SCENE
    assert told[0].score < 0.5
    assert told[0].segments == ()


def test_the_reasons_say_by_whom_and_what_is_wrong(asked):
    """How many places the third file shares with the other; how alike the two are, and at most when laid aside."""
    by, aside = asked(CUT, SOURCE, OTHER_MOMENT)[0].why

    assert (by.code, aside.code) == ("scene_by_a_third", "laid_aside")
    assert by.value >= by.threshold
    assert aside.value > aside.wrong


def test_a_scene_that_was_told_leads_on_too(asked):
    """What was found is no copy but the scene at another moment: the third moment of that camera is told as well."""
    assert list(asked(cropped(scene(300, 5, 2.4), (0.1, 0.1, 0.7, 0.7)), SOURCE, OTHER_MOMENT)) == [0]


def test_what_is_beside_another_part_of_the_source_is_not_told(asked):
    """Two films share an intro and no more: what shows the scene of the one's other part is no scene of the other."""
    intro = scene(310, 1, 2.4)
    query, source = spliced(graded(intro, 0.9, 8), scene(311, 2, 2.4)), spliced(intro, scene(312, 3, 2.4))

    assert asked(query, source, scene(312, 4, 2.4)) == {}


def test_a_caption_that_all_share_leads_nowhere(asked):
    """A source and a film of another place under one caption: the caption is no scene."""
    captioned, stranger = (bannered(scene(place, 1, 3.0), seed=5, share=0.3) for place in (320, 321))

    assert asked(part(captioned, 0.4, 2.6), captioned, stranger) == {}


def test_who_is_left_out_is_not_asked(asked):
    """A file that somebody settled already is not told again."""
    assert asked(CUT, SOURCE, OTHER_MOMENT, but=[0]) == {}


def test_sound_alone_leads_nowhere(shelf, jail, tmp_path):
    """What was found by its sound shows we know not what: no file is opened for it."""
    path = shelf.file(SOURCE)
    heard = Relation(kind="copy", score=0.9, by="sound")
    told = told_beside(
        (path, shelf.extract(SOURCE)), {item_of(path): (heard,)}, {item_of(path): path}, Archive(tmp_path), jail=jail
    )

    assert list(told) == []


def test_what_cannot_be_looked_at_is_passed_over(shelf, jail, tmp_path):
    """A file that went bad since it was skimmed is not told, and ends no search."""
    source, other = shelf.file(SOURCE), tmp_path / "other.mp4"
    other.write_bytes(shelf.file(OTHER_MOMENT).read_bytes())
    files = {item_of(source): source, item_of(other): other}
    archive = Archive(tmp_path / "archive")
    archive.bring_up_to_date(files, jail=jail)
    other.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 9)
    found = {item_of(source): compared(shelf.extract(CUT), shelf.extract(SOURCE)).relations}

    assert list(told_beside((shelf.file(CUT), shelf.extract(CUT)), found, files, archive, jail=jail)) == []


def test_a_search_of_many_tells_the_scene_that_comparing_alone_does_not(shelf, jail, monkeypatch):
    """Comparing is made to find the source alone: the search tells the other moment by way of it, and no stranger."""
    source, other, *strangers = map(
        shelf.file, (SOURCE, OTHER_MOMENT, *(scene(330 + place, place, 3.0) for place in range(2)))
    )
    compare = among.compare_with

    def the_source_alone(mine, file, moments, **more):
        answer = compare(mine, file, moments, **more)
        return answer if file == source else among.Compared(outcome="nothing_found", frames=answer.frames)

    monkeypatch.setattr(among, "compare_with", the_source_alone)
    found = among.search(shelf.file(CUT), [source, other, *strangers], jail=jail)

    assert {name: one.relations[0].kind for name, one in found.matches} == {
        str(source): "excerpt_of",
        str(other): SCENE,
    }
    assert found.compared[str(other)].frames > 0
