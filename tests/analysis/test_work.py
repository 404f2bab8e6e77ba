"""Many items are looked at at once; poison takes nothing down but its own answer, and stopping loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from attrs import frozen
from made import Clip, write

from contract import falls_short
from probata.analysis import run, selectors, services
from probata.analysis.analysers.scenes import Scenes
from probata.analysis.seam import About, Draft
from probata.capture import services as capture
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.engines.work.leases import Leases
from probata.engines.work.local import Done
from probata.media.passes import Consumer


@frozen
class Poison:
    """An analyser that takes the jailed process down with it."""

    target: str = "os:abort"

    @property
    def about(self) -> About:
        return About(name="poison", version="1", promise="none", kinds=(), watches=("pictures",))

    def consumers(self, _parameters):
        return (Consumer(name="dies", target=self.target),)

    def track(self, _outcomes, _seen, _parameters):
        return Draft(outcome="nothing_found")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Three clips, and a page under a video's name."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(3):
        write(folder / f"{number}.mp4", Clip(pts=range(0, 40 * (12 + number), 40)))
    (folder / "page.mp4").write_bytes(b"<!doctype html><html><body>log in</body></html>")
    return folder


@pytest.fixture
def items(workspace, clips):
    """The four as items."""
    return [
        outcome.acquired.sha256
        for outcome in capture.add(str(clips), actor=workspace.keyring.signing, reason="a test")
        if outcome.acquired
    ]


def test_an_analyser_that_kills_the_process_takes_no_others_answer_along(clips, jail):
    """Watched together they all die; so each is asked alone, and only the one that cannot bear the file says so."""
    looked = run.look(clips / "0.mp4", [Scenes(), Poison()], jail=jail)
    outcomes = {track.analyser: (track.outcome, track.more.get("code")) for track in looked.tracks}
    assert outcomes == {"scenes": ("nothing_found", None), "poison": ("could_not_look", "decoder_died")}
    assert looked.seen is not None
    assert looked.seen.table.count == 12


def test_an_analyser_that_cannot_be_made_takes_no_others_answer_along(clips, jail, monkeypatch):
    """A stranger's plug-in that is broken says so on its own track."""

    def broken(group, name):
        if name == "scenes":
            return Scenes
        raise ImportError("it needs what is not here")

    monkeypatch.setattr(run.plugins, "load", broken)
    tracks = run.look(clips / "0.mp4", run.analysers(["scenes", "speech"]), jail=jail).tracks
    assert [(one.analyser, one.outcome) for one in tracks] == [
        ("scenes", "nothing_found"),
        ("speech", "could_not_look"),
    ]
    assert "it needs what is not here" in tracks[1].why


def test_a_file_that_kills_every_process_is_told_so_by_all(clips, jail):
    """If the file is poison without any analyser, nobody is asked alone."""
    beside = [Consumer(name="also", target="os:abort")]
    looked = run.look(clips / "0.mp4", [Scenes()], beside=beside, jail=jail)
    assert [(track.outcome, track.more["code"]) for track in looked.tracks] == [("could_not_look", "decoder_died")]
    assert looked.seen is None


def test_many_at_once_say_what_each_says_alone(workspace, items, clips):
    """Two workers or none: the same answers, each item once, the unreadable one with its reason."""
    signing = workspace.keyring.signing
    heard = []
    done = list(services.examine_all(items, actor=signing, only=("scenes",), workers=2, told=heard.append))
    assert sorted(one.item for one in done) == sorted(items)
    assert heard
    by_name = {one.item: one for one in done}
    for item in items:
        assert [look.id for look in by_name[item].looks] == [
            look.id for look in services.examine(item, actor=signing, only=("scenes",), jail=None)
        ] or by_name[item].could_not_look
    assert sum(bool(one.could_not_look) for one in done) == 1


def test_what_was_done_stays_done_when_it_is_stopped(workspace, items):
    """Whoever stops after the first finds it on the record; asked again, only the rest is due."""
    signing = workspace.keyring.signing
    working = services.examine_all(items, actor=signing, only=(), workers=1)
    first = next(working)
    working.close()
    with services.one_jail() as jail:
        left = services.all_due((), tools=jail.tools())
    assert first.item not in left
    assert len(left) >= len(items) - 2
    list(services.examine_all(left, actor=signing, only=()))
    with services.one_jail() as jail:
        assert len(services.all_due((), tools=jail.tools())) == 1  # the page, which may be tried once more


def test_what_failed_twice_is_left_alone_until_somebody_names_it(workspace, items):
    """Unwatched work does not try for ever; a person who names the item does."""
    signing = workspace.keyring.signing
    for _turn in range(3):
        with services.one_jail() as jail:
            due = services.all_due(("scenes",), tools=jail.tools())
        list(services.examine_all(due, actor=signing, only=("scenes",), tries=services.MOST_TRIES))
    assert due == []
    (page,) = [item for item in items if selectors.current_looks(item)["frames"].outcome == "could_not_look"]
    services.examine(page, actor=signing, only=("scenes",))
    assert len([look for look in selectors.looks(page) if look.analyser == "scenes"]) == 3


def test_an_item_that_kills_its_worker_is_on_the_record_as_such(workspace, items, monkeypatch):
    """Not even the answers came back: every look says that it could not, and why."""

    def all_die(jobs, **_rest):
        return [Done(job=job, why="the worker ended while it looked (status 9)") for job in jobs]

    monkeypatch.setattr(services.looking, "looked_at", all_die)
    list(services.examine_all(items[:1], actor=workspace.keyring.signing, only=("scenes",)))
    looks = selectors.current_looks(items[0])
    assert {look.outcome for look in looks.values()} == {"could_not_look"}
    assert all("worker ended" in look.why for look in looks.values())


def test_two_workers_do_not_do_the_same(workspace, items):
    """What another program has leased is told as busy, and nothing is written about it."""
    script = (
        "import sys, time; from pathlib import Path; from probata.engines.work.leases import Leases\n"
        "with Leases(Path(sys.argv[1])) as held:\n    print(held.take(sys.argv[2]), flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(workspace.root / "work"), items[0]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline().strip() == "True"
        before = custody.size_and_time()
        (one,) = services.examine_all(items[:1], actor=workspace.keyring.signing, only=("scenes",))
        assert one.busy
        assert custody.size_and_time() == before
        other.kill()
    (one,) = services.examine_all(items[:1], actor=workspace.keyring.signing, only=("scenes",))
    assert not one.busy


def test_the_worker_does_what_is_due_and_ends(workspace, items, capsys):
    """`probata worker --once`: everything looked at, what could not be told with why, nothing left but that."""
    command = ["worker", "--once", "--only", "scenes", "--no-copies", "-w", str(workspace.root)]
    capsys.readouterr()
    assert main([*command, "--json"]) == 5
    text = capsys.readouterr().out
    assert falls_short("worker", text) == ""
    told = json.loads(text)
    assert told["examined"] == len(items)
    assert {one["analyser"] for one in told["could_not_look"]} == {"frames", "scenes"}
    assert main(["analyse", "--due", "--only", "scenes", "-w", str(workspace.root), "--json"]) in {0, 5}
    assert main(["analyse", "-w", str(workspace.root)]) == 2


def test_a_lease_folder_is_no_part_of_the_record(workspace, items):
    """Leases hold nothing: taken away, everything still verifies."""
    with Leases(workspace.root / "work") as held:
        held.take(items[0])
    assert main(["check", "-w", str(workspace.root)]) == 0


def test_two_who_look_at_once_record_it_once(workspace, items, monkeypatch):
    """Whoever comes second finds it told, writes nothing, and raises nothing."""
    signing = workspace.keyring.signing
    watched = run.look

    def meanwhile(*given, **named):
        monkeypatch.setattr(run, "look", watched)
        services.examine(items[0], actor=signing, only=("scenes",))
        return watched(*given, **named)

    monkeypatch.setattr(run, "look", meanwhile)
    looks = services.examine(items[0], actor=signing, only=("scenes",))
    assert [look.analyser for look in looks] == ["frames", "scenes"]
    assert len(selectors.looks(items[0])) == 2


def test_settings_that_change_during_a_look_are_not_told_as_its_own(workspace, items, monkeypatch):
    """What is recorded is what the look was made with."""
    settings_file = workspace.root / "probata.toml"
    plain = settings_file.read_text()
    watched = run.watch

    def changed(*given, **named):
        settings_file.write_text(plain + "\n[analysers.scenes]\nunlike = 0.9\n")
        return watched(*given, **named)

    monkeypatch.setattr(run, "watch", changed)
    services.examine(items[0], actor=workspace.keyring.signing, only=("scenes",))
    assert selectors.current_looks(items[0])["scenes"].parameters["unlike"] == "0.1"


def test_a_slip_in_the_name_of_an_analyser_is_refused(workspace, items):
    """Settings for an analyser that there is not are never passed over."""
    with (workspace.root / "probata.toml").open("a") as out:
        out.write("\n[analysers.sceens]\nunlike = 0.2\n")
    with pytest.raises(run.NoSuchAnalyser, match="sceens"):
        services.examine(items[0], actor=workspace.keyring.signing, only=("scenes",))


def test_a_missing_original_is_an_error_and_no_look(workspace, items):
    """That bytes are lost is not an answer about footage, and no folder of this machine goes into the record."""
    from probata.preservation import selectors as preservation

    original = preservation.original(items[0])
    original.chmod(0o600)
    original.unlink()
    before = custody.size_and_time()
    (one,) = services.examine_all(items[:1], actor=workspace.keyring.signing, only=("scenes",))
    assert "not in the store" in one.could_not_look["frames"]
    assert custody.size_and_time() == before
    with pytest.raises(services.OriginalMissing):
        services.examine(items[0], actor=workspace.keyring.signing)


def test_leases_are_held_only_while_an_item_is_at_work(workspace, items):
    """Once the first is done, another program may have it."""
    working = services.examine_all(items, actor=workspace.keyring.signing, only=(), workers=1)
    first = next(working)
    script = (
        "import sys; from pathlib import Path; from probata.engines.work.leases import Leases\n"
        "with Leases(Path(sys.argv[1])) as held:\n    print(held.take(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(workspace.root / "work"), first.item]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "True"
    working.close()
