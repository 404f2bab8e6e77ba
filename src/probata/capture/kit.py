"""What every way in must hold to: inherit `SourceKit` in a test class and say where something can be had.

class TestFiles(SourceKit):
    source = Files()
    ...
"""

from __future__ import annotations

import hashlib

from probata.capture.seam import Failure, Offer, Source


class SourceKit:
    """The promises of `probata.capture.seam.Source`, as tests. Override the two locations in fixtures or setup.

    `good_location` must hold exactly the bytes of `good_bytes`, in order of offers; `missing_location` nothing.
    """

    source: Source
    good_location: str
    good_bytes: tuple[bytes, ...]
    missing_location: str

    def _offers(self) -> list[Offer]:
        return [offer for offer in self.source.offers(self.good_location) if isinstance(offer, Offer)]

    def test_it_says_what_it_is(self) -> None:
        """Name, version and promise are not empty."""
        about = self.source.about
        assert about.name
        assert about.version
        assert about.promise

    def test_it_accepts_what_it_offers(self) -> None:
        """What it can offer it accepts."""
        assert self.source.accepts(self.good_location)

    def test_it_alters_no_byte(self) -> None:
        """What is read is exactly what lies there."""
        read = []
        for offer in self._offers():
            with offer.open() as stream:
                read.append(hashlib.sha256(stream.read()).hexdigest())
        assert read == [hashlib.sha256(data).hexdigest() for data in self.good_bytes]

    def test_it_offers_in_a_stable_order(self) -> None:
        """Asked twice, it offers the same things in the same order."""
        assert [one.acquired_from for one in self._offers()] == [one.acquired_from for one in self._offers()]

    def test_a_whole_reading_settles_as_complete_and_a_short_one_never_does(self) -> None:
        """After the reading it says whether it saw the whole: a byte less is never complete."""
        for offer, data in zip(self._offers(), self.good_bytes, strict=True):
            assert offer.settle(len(data)) in {"complete", "length_unproven"}
            assert offer.settle(len(data) - 1) != "complete"

    def test_it_names_every_failure(self) -> None:
        """What cannot be had is yielded with a code and a reason, never raised, never left out."""
        (failure,) = list(self.source.offers(self.missing_location))
        assert isinstance(failure, Failure)
        assert failure.code
        assert failure.why
