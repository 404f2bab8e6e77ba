"""An archive that is skimmed once and asked often: what is proposed, what is looked through, what leaves no trace."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from made_copies import backwards, cropped, graded, held, mirrored, part, scene, spliced
from sounds import voice

from probata.copies import among
from probata.copies.archive import ALWAYS_TRIED, Archive
from probata.copies.extract import extract
from probata.terms.digests import Sha256


@pytest.fixture(scope="module")
def files(shelf):
    """Ten films of ten places, the fourth with somebody speaking."""
    made = [shelf.file(scene(200 + seed, seed, 3.0, camera=held(seed))) for seed in range(9)]
    return [*made, shelf.file(scene(240, 41, 4.0), sound=voice(7, 4.0))]


def named(paths) -> dict[Sha256, Path]:
    return {Sha256(hashlib.sha256(path.read_bytes()).hexdigest()): path for path in paths}


@pytest.fixture(scope="module")
def filled(files, jail, tmp_path_factory):
    """All ten, skimmed."""
    archive = Archive(tmp_path_factory.mktemp("archive"))
    archive.bring_up_to_date(named(files), jail=jail)
    return archive


def item_of(path: Path) -> Sha256:
    return next(iter(named([path])))


def test_what_holds_the_excerpt_is_proposed_first(shelf, files, filled, jail):
    """Two seconds, mirrored and brighter, among ten: their source comes first and stands out, with moments."""
    query = shelf.file(mirrored(graded(part(scene(203, 3, 3.0, camera=held(3)), 0.5, 2.5), 1.1, 5)))
    first = filled.propose(query, None, jail=jail).proposed[0]

    assert first.item == item_of(files[3])
    assert first.stands_out
    assert first.moments
    assert abs(float(first.moments[0].item_moment.seconds - first.moments[0].query_s) - 0.5) < 2.1


def test_what_is_heard_alone_is_proposed_too(shelf, files, filled, jail):
    """Other pictures under the same voice: pictures propose nothing that stands out, the sound does."""
    query = shelf.extract(scene(250, 51, 4.0), sound=voice(7, 4.0))
    path = shelf.file(scene(250, 51, 4.0), sound=voice(7, 4.0))
    (heard,) = [one for one in filled.propose(path, query, jail=jail).proposed if one.by_sound > 1]

    assert heard.item == item_of(files[-1])


def test_everything_is_looked_through_and_little_is_compared(shelf, filled, jail):
    """Footage of a place that no file shows: few are proposed, all ten were looked through."""
    proposal = filled.propose(shelf.file(scene(260, 61, 3.0)), None, jail=jail)

    assert len(proposal.proposed) <= ALWAYS_TRIED
    assert len(proposal.searched) == 10
    assert all(one.pictures and one.seconds and not one.unreadable for one in proposal.searched.values())


def test_what_is_gone_leaves_no_code_and_no_print(files, jail, tmp_path):
    """A file that is no longer named: nothing that was kept of it is in any file of the archive."""
    archive = Archive(tmp_path)
    archive.bring_up_to_date(named(files[-2:]), jail=jail)
    gone = item_of(files[-1])
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and gone.encode() in path.read_bytes()]
    assert kept or list(tmp_path.rglob(f"{gone}*"))

    archive.bring_up_to_date(named(files[-2:-1]), jail=jail)

    assert archive.items() == {item_of(files[-2])}
    assert not list(tmp_path.rglob(f"{gone}*"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and gone.encode() in path.read_bytes()]


def test_what_is_up_to_date_is_not_skimmed_again(files, jail, tmp_path, monkeypatch):
    """A second time nothing is decoded; a torn note, or one of an older form, is made anew."""
    archive = Archive(tmp_path)
    two = named(files[:2])
    archive.bring_up_to_date(two, jail=jail)
    skimmed = []
    adds = Archive.add

    def counted(self, item, *args, **more):
        skimmed.append(item)
        adds(self, item, *args, **more)

    monkeypatch.setattr(Archive, "add", counted)
    archive.bring_up_to_date(two, jail=jail)
    assert skimmed == []

    torn, older = sorted(two)
    (note,) = tmp_path.rglob(f"{torn}.note")
    note.write_bytes(note.read_bytes()[:10])
    (old,) = tmp_path.rglob(f"{older}.note")
    monkeypatch.setattr("probata.copies.archive.FORM", "a later form")
    archive.bring_up_to_date(two, jail=jail)

    assert skimmed == [torn, older]
    assert old.exists()


def test_what_cannot_be_looked_at_says_why_and_is_not_tried_each_time(jail, tmp_path):
    """A file of noise: noted with the reason, and told in every search."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 9)
    archive = Archive(tmp_path / "archive")
    archive.bring_up_to_date(named([broken]), jail=jail)

    assert archive.items() == {item_of(broken)}
    assert archive.propose(broken, None, jail=jail).searched[item_of(broken)].unreadable


def test_a_file_is_found_in_a_folder_of_many(shelf, files, jail, monkeypatch):
    """Ten bare files: the one that holds the excerpt is told, and only those that may are compared."""
    query = shelf.file(spliced(part(scene(205, 5, 3.0, camera=held(5)), 0.4, 2.8), scene(270, 71, 1.0)))
    tried = []
    compare = among.compare_with

    def counted(mine, file, moments, **more):
        tried.append(file)
        return compare(mine, file, moments, **more)

    monkeypatch.setattr(among, "compare_with", counted)
    found = among.search(query, files, jail=jail)

    assert [name for name, _one in found.matches] == [str(files[5])]
    assert len(tried) <= ALWAYS_TRIED
    assert len(found.compared) == 10
    assert [one.why for one in found.compared.values()].count(among.NOTHING_ALIKE) == 10 - len(tried)


def test_a_short_crop_is_asked_closely_enough_to_be_found(shelf, files, filled, jail):
    """Two seconds, cropped: too little for one picture in 0.7 s, and enough for one in a fifth."""
    query = shelf.file(cropped(part(scene(203, 3, 3.0, camera=held(3)), 0.5, 2.5), (0.1, 0.1, 0.7, 0.7)))

    assert filled.propose(query, extract(query, jail=jail), jail=jail).proposed[0].item == item_of(files[3])


def test_played_backwards_it_is_proposed(shelf, files, filled, jail):
    """Key pictures know no direction: what was reversed is proposed as well."""
    query = shelf.file(backwards(scene(204, 4, 3.0, camera=held(4))))

    assert filled.propose(query, None, jail=jail).proposed[0].item == item_of(files[4])


def test_what_stood_beside_is_told_by_what_is_kept(shelf, files, jail, tmp_path):
    """Two takes from one tripod among ten places: either is the likest beside the other, and tells at which moments."""
    takes = [shelf.file(scene(280, moment, 3.0, things=1)) for moment in (1, 2)]
    archive = Archive(tmp_path)
    archive.bring_up_to_date(named([*files, *takes]), jail=jail)
    one, other = map(item_of, takes)

    assert archive.beside([one])[0].item == other
    assert archive.beside([other])[0].item == one
    assert archive.beside([one])[0].moments
    assert other not in {near.item for near in archive.beside([one], but=[other])}
    assert one not in {near.item for near in archive.beside([one])}
