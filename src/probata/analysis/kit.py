"""The conformance kit of analysers: inherit `AnalyserKit` in a test class, say which footage to use, and run pytest.

    class TestScenes(AnalyserKit):
        name = "scenes"
        def found(self, folder): ...     # footage in which it must find something
        def nothing(self, folder): ...   # footage that it can look at, and in which there is nothing
        def unfit(self, folder): ...     # footage that it cannot look at

Every test is a promise that `probata.analysis.seam` makes to whoever reads tracks.
"""

from __future__ import annotations

import json
from pathlib import Path

from attrs import evolve

from probata.analysis import run, seam
from probata.analysis.seam import About, Track
from probata.engines import plugins
from probata.media.passes import Consumer, watch
from probata.terms.spans import Moment


class AnalyserKit:
    """What every analyser keeps; a test class inherits it."""

    name: str

    def found(self, folder: Path) -> Path:
        """Make footage in which the analyser must find something; the path to it."""
        raise NotImplementedError

    def nothing(self, folder: Path) -> Path:
        """Make footage in which there is nothing to find; the path to it."""
        raise NotImplementedError

    def unfit(self, folder: Path) -> Path:
        """Make footage that the analyser cannot look at; the path to it."""
        raise NotImplementedError

    def test_it_is_found_by_its_entry_point(self) -> None:
        """It is installed under the name that it gives itself, and says what it promises in one line."""
        about = self._about()

        assert self.name in plugins.names(seam.GROUP)
        assert about.name == self.name
        assert about.promise
        assert "\n" not in about.promise
        assert about.kinds
        assert about.watches
        assert about.version

    def test_its_parameters_are_plain_and_explained(self) -> None:
        """Every parameter has a meaning and a default that JSON can hold; consumers take them by these names."""
        about = self._about()

        assert all(parameter.means for parameter in about.parameters)
        assert json.loads(json.dumps(about.defaults())) == about.defaults()
        assert run.analysers([self.name])[0].consumers(about.defaults())

    def test_it_finds(self, tmp_path: Path) -> None:
        """Where there is something, the answer is `found`, with entries of the kinds that it declares."""
        track = self._look(self.found(tmp_path))

        assert track.outcome == "found", track.why
        assert track.entries
        assert {entry.kind for entry in track.entries} <= set(self._about().kinds)

    def test_its_entries_lie_in_the_footage(self, tmp_path: Path) -> None:
        """Entries come in order of time, within the footage, and those about pictures at the PTS of real frames."""
        file = self.found(tmp_path)
        track, table = self._look(file), watch(file).table
        starts = [entry.start_pts * entry.time_base for entry in track.entries]

        assert starts == sorted(starts)
        if table is not None and "pictures" in self._about().watches:
            for entry in track.entries:
                for pts in (entry.start_pts, entry.end_pts):
                    moment = Moment(pts=pts, time_base=entry.time_base)
                    ordinal = table.shown_at(moment)
                    assert ordinal is not None
                    assert table.at(ordinal).moment == moment

    def test_nothing_found_is_an_answer(self, tmp_path: Path) -> None:
        """Where there is nothing, the answer is `nothing_found`: no entry, no failure."""
        track = self._look(self.nothing(tmp_path))

        assert track.outcome == "nothing_found", track.why
        assert track.entries == ()

    def test_could_not_look_is_an_answer_and_says_why(self, tmp_path: Path) -> None:
        """Where it cannot look, the answer is `could_not_look`, and why; never an empty result."""
        track = self._look(self.unfit(tmp_path))

        assert track.outcome == "could_not_look"
        assert track.why
        assert track.entries == ()

    def test_it_says_the_same_twice(self, tmp_path: Path) -> None:
        """Two looks with one recipe at one file say the same."""
        file = self.found(tmp_path)
        one, other = self._look(file), self._look(file)

        assert one.recipe == other.recipe
        assert one == other

    def test_its_recipe_tells_what_it_depends_on(self) -> None:
        """Another version, parameter, tool or input is another recipe."""
        about = self._about()
        defaults, tools = about.defaults(), {"av": "1"}
        recipes = {
            seam.recipe(about, defaults, tools),
            seam.recipe(evolve(about, version="next"), defaults, tools),
            seam.recipe(about, defaults | {"of the kit": 1}, tools),
            seam.recipe(about, defaults, tools | {"av": "2"}),
            seam.recipe(about, defaults, tools, [seam.recipe(about, defaults, tools)]),
        }

        assert len(recipes) == 5

    def test_its_track_is_plain_json(self, tmp_path: Path) -> None:
        """The track keeps the JSON contract of `analyse`."""
        told = self._look(self.found(tmp_path)).as_json()

        assert json.loads(json.dumps(told)) == told
        assert {"analyser", "version", "recipe", "outcome", "why", "entries"} <= told.keys()
        for entry in told["entries"]:
            assert {"kind", "start_s", "end_s", "start_pts", "time_base", "score", "attributes"} <= entry.keys()

    def test_a_neighbour_that_fails_does_not_disturb_it(self, tmp_path: Path) -> None:
        """Watching beside a consumer that cannot be made, it finds the same."""
        file = self.found(tmp_path)
        analyser = run.analysers([self.name])
        beside = run.look(file, analyser, beside=[Consumer(name="broken", target="no_such_module:Class")])

        assert beside.tracks == (self._look(file),)
        assert beside.seen is not None
        assert beside.seen.outcomes["broken"].outcome == "could_not_look"

    def _about(self) -> About:
        return run.analysers([self.name])[0].about

    def _look(self, file: Path) -> Track:
        (track,) = run.analyse_file(file, [self.name])
        return track
