"""The conformance kit of matching methods: inherit `MethodKit` in a test class, say which footage to use, run pytest.

    class TestSoundPrint(MethodKit):
        name = "sound_print"
        def footage(self, folder): ...   # something that the method can tell from everything else
        def copy(self, folder): ...      # the same, encoded again
        def other(self, folder): ...     # something else
        def noise(self, folder): ...     # what proves nothing: noise, hiss, flat pictures

Every test is a promise that `probata.copies.seam` makes.
"""

from __future__ import annotations

from pathlib import Path

from probata.copies import run, seam
from probata.copies.seam import Explanation
from probata.engines import plugins


class MethodKit:
    """What every matching method keeps; a test class inherits it."""

    name: str

    def footage(self, folder: Path) -> Path:
        """Make footage that the method can tell from everything else; the path to it."""
        raise NotImplementedError

    def copy(self, folder: Path) -> Path:
        """Make the same footage encoded again; the path to it."""
        raise NotImplementedError

    def other(self, folder: Path) -> Path:
        """Make other footage; the path to it."""
        raise NotImplementedError

    def noise(self, folder: Path) -> Path:
        """Make footage in which nothing can be told from anything; the path to it."""
        raise NotImplementedError

    def test_it_is_found_by_its_entry_point(self) -> None:
        """It is installed under the name that it gives itself, and says what it promises in one line."""
        about = run.method(self.name).about

        assert self.name in plugins.names(seam.GROUP)
        assert about.name == self.name
        assert about.promise
        assert "\n" not in about.promise
        assert about.version

    def test_it_finds_itself(self, tmp_path: Path) -> None:
        """Footage against itself: hits at the same moments of both, and none with a score below what is needed."""
        file = self.footage(tmp_path)
        told = self._explain(file, file)

        assert told.outcome == "found", told.why
        best = told.hits[0]
        assert abs(best.a_s - best.b_s) < 0.1
        assert all(hit.score >= hit.needed for hit in told.hits)

    def test_it_finds_a_copy(self, tmp_path: Path) -> None:
        """The same encoded again is found at the same moments."""
        told = self._explain(self.copy(tmp_path), self.footage(tmp_path))

        assert told.outcome == "found", told.why
        assert any(abs(hit.a_s - hit.b_s) < 0.5 for hit in told.hits)

    def test_it_is_symmetric(self, tmp_path: Path) -> None:
        """Whichever is named first, the best hit is of the same moments."""
        one, other = self.copy(tmp_path), self.footage(tmp_path)
        there, back = self._explain(one, other), self._explain(other, one)

        assert (there.outcome, bool(there.hits)) == (back.outcome, bool(back.hits))
        moments = {(hit.b_s, hit.a_s) for hit in back.hits}
        near = min(abs(there.hits[0].a_s - a) + abs(there.hits[0].b_s - b) for a, b in moments)
        assert near < 0.2

    def test_it_is_silent_about_other_footage(self, tmp_path: Path) -> None:
        """Footage that shares nothing has no hit that is not called weak."""
        told = self._explain(self.other(tmp_path), self.footage(tmp_path))

        assert not [hit for hit in told.hits if not hit.weak]

    def test_it_is_silent_on_noise(self, tmp_path: Path) -> None:
        """What proves nothing has no hits, not even with itself; the answer says why."""
        file = self.noise(tmp_path)
        for told in (self._explain(file, file), self._explain(file, self.footage(tmp_path))):
            assert told.outcome != "found"
            assert told.why

    def test_it_explains_every_hit(self, tmp_path: Path) -> None:
        """Every hit has a reason in plain words, and a score beside what was needed."""
        told = self._explain(self.copy(tmp_path), self.footage(tmp_path))

        assert all(hit.why for hit in told.hits)

    def test_it_keeps_the_same_bytes_twice(self, tmp_path: Path) -> None:
        """What is kept of the same footage is the same, byte by byte."""
        file = self.footage(tmp_path)
        one, other = run.kept(file, self.name), run.kept(file, self.name)

        assert one is not None
        assert other is not None
        assert one.to_bytes() == other.to_bytes()

    def _explain(self, a: Path, b: Path) -> Explanation:
        return run.explain(a, b, self.name)
