"""Two recordings on one clock: what is found and how surely, and everything for which no offset is given."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

ROOT = Path(__file__).parents[2]
for folder in ("verification", "copies/sound"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

from made_recorders import RATE_HZ, Recorder, Source, crowd, shot  # noqa: E402  its folder was put on the path above
from sounds import music, tone, voice  # noqa: E402  same

from probata.terms.errors import InvalidValue  # noqa: E402  same
from probata.verification.sync.anchors import Anchor, by_hand, read_anchor  # noqa: E402  same
from probata.verification.sync.heard import of_samples  # noqa: E402  same
from probata.verification.sync.pairs import By, Outcome, Pair  # noqa: E402  same
from probata.verification.sync.run import sync_heard  # noqa: E402  same

VOICE = Source(sound=voice(3, 40, rate_hz=RATE_HZ))
SPEED_OF_SOUND = 343.0


def pair_of(one: Recorder, other: Recorder, sources, **more) -> Pair:
    """What is made of two recorders at `RATE_HZ`."""
    heard = [of_samples(name, recorder.hears(sources)) for name, recorder in (("A", one), ("B", other))]
    (pair,) = sync_heard(heard, **more).pairs
    return pair


@pytest.mark.parametrize("drift_ppm", [-100.0, 0.0, 37.0, 100.0])
def test_offset_and_drift_of_a_shared_voice(drift_ppm):
    """Own noise, gain and clipping leave the offset right to a tenth of a millisecond; drift lies within its error."""
    one = Recorder(lasts_s=18, noise_db=-40, seed=1)
    other = Recorder(starts_s=5, lasts_s=20, noise_db=-45, gain=0.3, clips_at=0.1, drift_ppm=drift_ppm, seed=2)
    pair = pair_of(one, other, [VOICE])
    assert (pair.outcome, pair.by, pair.strong) == (Outcome.FOUND, By.SOUND, True)
    offset = pair.offset
    truth_s = (offset.at_s - 5) * (1 + drift_ppm * 1e-6) - offset.at_s
    assert abs(offset.offset_s - truth_s) <= offset.error_s == pytest.approx(1e-4)
    assert abs(offset.slope * 1e6 - drift_ppm) <= offset.slope_error * 1e6
    assert offset.slope_error * 1e6 < 20
    assert offset.residual_s < 1e-4


def test_the_other_way_round_is_the_inverse():
    """Which recording is named first changes the sign and nothing else."""
    one = Recorder(lasts_s=12, noise_db=-40, seed=1)
    other = Recorder(starts_s=3, lasts_s=16, noise_db=-40, drift_ppm=60, seed=2)
    there, back = pair_of(one, other, [VOICE]), pair_of(other, one, [VOICE])
    assert back.offset.at(there.offset.at_s + there.offset.offset_s) == pytest.approx(-there.offset.offset_s, abs=2e-5)
    assert back.offset.slope == pytest.approx(-there.offset.slope, abs=2e-6)


def test_sound_is_found_in_noise_as_loud_as_itself():
    """A crowd that two recorders hear under as much wind of their own is still one crowd."""
    recorders = [Recorder(starts_s=i, lasts_s=16, noise_db=-24, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [Source(sound=crowd(1, 30))])
    assert pair.offset.offset_s == pytest.approx(-1, abs=2e-4)


def test_arrival_is_not_the_clock():
    """What is heard 34.3 m further away is heard a tenth of a second later: the answer says so, and by how much."""
    recorders = [Recorder(lasts_s=14, place_m=(x, 0.0), noise_db=-45, seed=int(x)) for x in (0.0, 34.3)]
    pair = pair_of(*recorders, [VOICE], distance_m=40.0)
    assert pair.offset.offset_s == pytest.approx(0.1, abs=2e-4)
    assert pair.acoustic_s == pytest.approx(40 / SPEED_OF_SOUND)
    assert abs(pair.offset.offset_s) <= pair.acoustic_s
    assert "±116.6 ms" in pair.acoustic
    unknown = pair_of(*recorders, [VOICE])
    assert unknown.acoustic_s is None
    assert "not known" in unknown.acoustic


def test_times_are_those_of_each_file():
    """A sound that starts later in its file, as where pictures begin first, gives an offset of the file's own time."""
    one = of_samples("A", Recorder(lasts_s=12, noise_db=-45, seed=1).hears([VOICE]), start_s=Fraction(3, 2))
    other = of_samples("B", Recorder(starts_s=2, lasts_s=12, noise_db=-45, seed=2).hears([VOICE]))
    (pair,) = sync_heard([one, other]).pairs
    assert pair.offset.offset_s == pytest.approx(-2 - 1.5, abs=2e-4)


def test_shots_of_two_guns_are_refused():
    """Three recorders heard the same two shots 292.9, 320.9 and 374.2 ms apart: no clock is set by them, and why."""
    heard = []
    for number, apart_s in enumerate((0.2929, 0.3209, 0.3742)):
        recorder = Recorder(lasts_s=6 + number, noise_db=-50, seed=number)
        shots = [Source(sound=shot(1), at_s=2), Source(sound=shot(2), at_s=2 + apart_s)]
        heard.append(of_samples("ABC"[number], recorder.hears(shots)))
    synced = sync_heard(heard)
    metres = {("A", "B"): 9.6, ("A", "C"): 27.9, ("B", "C"): 18.3}
    for pair in synced.pairs:
        assert (pair.outcome, pair.offset, pair.candidates) == (Outcome.REFUSED, None, ())
        (spacing,) = pair.spacings
        assert spacing.path_m == pytest.approx(metres[pair.a, pair.b], abs=0.7)
        assert spacing.error_s < 0.005
        assert "no mark to set clocks by" in pair.why
    assert synced.pairs[0].spacings[0].a_s == pytest.approx(0.2929, abs=1e-3)
    assert synced.pairs[0].spacings[0].b_s == pytest.approx(0.3209, abs=1e-3)
    assert synced.whole.parts == (("A",), ("B",), ("C",))


@pytest.mark.parametrize("noise_db", [-200.0, -30.0])
def test_refused_in_digital_silence_and_in_noise_too(noise_db):
    """What lies behind the shots changes nothing, as long as it is not shared."""
    pairs = []
    for number, apart_s in enumerate((0.30, 0.36)):
        shots = [Source(sound=shot(1, fades_s=0.2), at_s=2), Source(sound=shot(2, fades_s=0.2), at_s=2 + apart_s)]
        pairs.append(of_samples("AB"[number], Recorder(lasts_s=6, noise_db=noise_db, seed=number).hears(shots)))
    assert sync_heard(pairs).pairs[0].outcome is Outcome.REFUSED


def test_two_guns_beside_a_shared_crowd_are_told_apart():
    """Other sound sets the clock; then the shots' own arrivals differ, which is told as a difference of path."""
    shots = [Source(sound=shot(k), at_s=t) for k, t in enumerate((2.0, 3.1, 5.2))]
    shots += [Source(sound=shot(9 + k), at_s=t, place_m=(100.0, 0.0)) for k, t in enumerate((2.6, 4.3, 6.9))]
    shots.append(Source(sound=crowd(4, 12, level=0.05), at_s=-1, place_m=(50.0, 40.0)))
    recorders = [Recorder(lasts_s=10, place_m=(x, 5.0), noise_db=-50, seed=int(x)) for x in (0.0, 95.0)]
    pair = pair_of(*recorders, shots)
    assert (pair.outcome, pair.by) == (Outcome.FOUND, By.SOUND)
    later = sorted(one.later_s for one in pair.shots)
    assert later[-1] - later[0] == pytest.approx(183 / SPEED_OF_SOUND, abs=0.01)
    assert any("differ by 183" in note for note in pair.notes)


def test_shots_from_one_place_set_a_clock():
    """Five shots that keep their spacing are found by it, and it is said that nothing else was."""
    shots = [Source(sound=shot(k), at_s=t) for k, t in enumerate((2.0, 2.7, 3.9, 4.3, 7.1))]
    recorders = [Recorder(starts_s=0.3 * i, lasts_s=10, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, shots)
    assert (pair.outcome, pair.by) == (Outcome.FOUND, By.IMPULSES)
    assert pair.offset.offset_s == pytest.approx(-0.3, abs=pair.offset.error_s)
    assert "no other sound is shared" in pair.why


def test_two_shots_from_one_place_are_a_weak_mark():
    """One spacing that agrees is little: found, and called weak."""
    shots = [Source(sound=shot(1), at_s=2.0), Source(sound=shot(2), at_s=2.33)]
    pair = pair_of(Recorder(lasts_s=6, noise_db=-50, seed=1), Recorder(lasts_s=7, noise_db=-50, seed=2), shots)
    assert (pair.outcome, pair.by, pair.strong) == (Outcome.FOUND, By.IMPULSES, False)


def test_spacings_that_agree_by_chance_are_no_mark():
    """Two shots here and two others there, as far apart by chance: they do not sound alike, and no offset is chosen."""
    heard = []
    for number in range(2):
        shots = [Source(sound=shot(10 * number + k), at_s=2 + 0.4 * k) for k in range(2)]
        heard.append(of_samples("AB"[number], Recorder(lasts_s=6, noise_db=-50, seed=number).hears(shots)))
    (pair,) = sync_heard(heard).pairs
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    assert "chance" in pair.why


def test_one_bang_alone_is_no_mark():
    """A single bang can be laid on any other."""
    recorders = [Recorder(lasts_s=5 + i, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [Source(sound=shot(1), at_s=2)])
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    assert len(pair.candidates) == 1


def test_an_alarm_fits_in_many_ways_and_none_is_chosen():
    """Beeps every half second: every offset that fits is listed."""
    beep = np.concatenate([tone(1000, 0.2, rate_hz=RATE_HZ), np.zeros(round(0.3 * RATE_HZ), np.float32)])
    recorders = [Recorder(starts_s=0.1 + i, lasts_s=12, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [Source(sound=np.tile(beep, 40))])
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    offsets = sorted(one.offset_s for one in pair.candidates)
    assert len(offsets) >= 4
    assert np.allclose(np.diff(offsets), 0.5, atol=0.02)


def test_a_loop_fits_in_many_ways_and_none_is_chosen():
    """Two seconds of voice that repeat: offsets two seconds apart are listed."""
    loop = Source(sound=np.tile(voice(9, 2, rate_hz=RATE_HZ), 12))
    recorders = [Recorder(starts_s=0.1 + i, lasts_s=14, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [loop])
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    assert len(pair.candidates) >= 4
    assert all(abs((one.offset_s + 1) / 2 - round((one.offset_s + 1) / 2)) < 0.01 for one in pair.candidates)


def test_music_may_come_from_two_loudspeakers():
    """Music alone gives its offset as possible, and chooses none: a broadcast is late by what nobody knows."""
    played = Source(sound=music(2, 30, rate_hz=RATE_HZ))
    recorders = [Recorder(starts_s=i, lasts_s=14, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [played])
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    assert pair.candidates[0].offset_s == pytest.approx(-1, abs=1e-3)
    assert "broadcast" in pair.why


@pytest.mark.parametrize("seed", range(4))
def test_strangers_share_nothing(seed):
    """Two voices that were never in one place: not found, which is an answer."""
    heard = []
    for number in range(2):
        recorder = Recorder(lasts_s=12, noise_db=-40, seed=100 * seed + number)
        alone = Source(sound=voice(20 + 2 * seed + number, 14, rate_hz=RATE_HZ))
        heard.append(of_samples("AB"[number], recorder.hears([alone])))
    (pair,) = sync_heard(heard).pairs
    assert (pair.outcome, pair.offset, pair.candidates) == (Outcome.NOTHING_FOUND, None, ())
    assert "not found" in pair.why


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        (np.zeros(5 * RATE_HZ, np.float32), "silence"),
        (np.zeros(100, np.float32), "too short"),
        (np.full(5 * RATE_HZ, np.nan, np.float32), "silence"),
        (np.zeros(0, np.float32), "too short"),
    ],
)
def test_where_nothing_can_be_heard_it_says_so(samples, why):
    """Silence, too little, and samples that are no numbers: could not look, with the reason."""
    other = of_samples("B", Recorder(lasts_s=5).hears([VOICE]))
    (pair,) = sync_heard([of_samples("A", samples), other]).pairs
    assert pair.outcome is Outcome.COULD_NOT_LOOK
    assert why in pair.why


@pytest.mark.parametrize("constant", [0.5, 1e30])
def test_sound_that_is_no_sound_is_survived(constant):
    """A constant, of any size, shares nothing with anything."""
    samples = np.full(5 * RATE_HZ, constant, np.float32)
    (pair,) = sync_heard([of_samples("A", samples), of_samples("B", Recorder(lasts_s=5).hears([VOICE]))]).pairs
    assert pair.outcome in {Outcome.NOTHING_FOUND, Outcome.COULD_NOT_LOOK}


def test_a_file_against_itself_is_one_recording():
    """The same bytes are told as such: offset 0, and no second recording."""
    one = of_samples("A", Recorder(lasts_s=5).hears([VOICE]), digest="ab" * 32)
    (pair,) = sync_heard([one, evolve(one, name="B")]).pairs
    assert (pair.outcome, pair.by, pair.offset.offset_s) == (Outcome.FOUND, By.SAME_BYTES, 0)
    assert "one recording" in pair.why


def test_a_cut_within_a_recording_is_noted():
    """Four seconds are missing late in B: the offset of most is found, that of the rest told with where it begins."""
    crowded = [Source(sound=crowd(2, 40))]
    whole = Recorder(starts_s=1, lasts_s=28, noise_db=-45, seed=2).hears(crowded)
    cut = np.concatenate([whole[: 17 * RATE_HZ], whole[21 * RATE_HZ :]])
    one = of_samples("A", Recorder(lasts_s=28, noise_db=-45, seed=1).hears(crowded))
    (pair,) = sync_heard([one, of_samples("B", cut)]).pairs
    assert pair.offset.offset_s == pytest.approx(-1, abs=2e-4)
    assert any("-5.000 s" in note and "cut" in note for note in pair.notes)


def test_a_cut_in_the_middle_leaves_two_offsets_and_none_is_chosen():
    """As much fits one offset as the other: both are listed."""
    crowded = [Source(sound=crowd(2, 40))]
    whole = Recorder(starts_s=1, lasts_s=24, noise_db=-45, seed=2).hears(crowded)
    cut = np.concatenate([whole[: 10 * RATE_HZ], whole[14 * RATE_HZ :]])
    one = of_samples("A", Recorder(lasts_s=25, noise_db=-45, seed=1).hears(crowded))
    (pair,) = sync_heard([one, of_samples("B", cut)]).pairs
    assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
    assert {round(one.offset_s, 2) for one in pair.candidates} == {-1.0, -5.0}


@pytest.mark.parametrize("own_rate_hz", [1, 100, 1_000, 4_000])
def test_files_of_hardly_any_bandwidth_are_survived(own_rate_hz):
    """What claims so low a rate may give an offset or none, never a fault, and never a wrong one."""
    heard = [of_samples("AB"[i], Recorder(starts_s=i, lasts_s=8, seed=i).hears([VOICE])) for i in range(2)]
    (pair,) = sync_heard([heard[0], evolve(heard[1], own_rate_hz=own_rate_hz)]).pairs
    assert pair.offset is None or pair.offset.offset_s == pytest.approx(-1, abs=2e-3)


def test_a_second_is_enough_and_its_drift_is_not_known():
    """One second each: an offset with a drift whose error says that nothing is known of it."""
    recorders = [Recorder(starts_s=1 + 0.3 * i, lasts_s=1.2, noise_db=-50, seed=i) for i in range(2)]
    pair = pair_of(*recorders, [VOICE])
    assert pair.offset.offset_s == pytest.approx(-0.3, abs=2e-4)
    assert pair.offset.slope_error * 1e6 > 50


class TestAnchors:
    """Moments that a person named."""

    def test_they_choose_where_sound_must_not(self):
        """What was refused by sound may be set by hand, and the refusal stays on record."""
        heard = []
        for number, apart_s in enumerate((0.30, 0.36)):
            shots = [Source(sound=shot(1), at_s=2), Source(sound=shot(2), at_s=2 + apart_s)]
            heard.append(of_samples("AB"[number], Recorder(lasts_s=6, noise_db=-50, seed=number).hears(shots)))
        (pair,) = sync_heard(heard, anchors=[Anchor(moments={"A": 1.0, "B": 1.5})]).pairs
        assert (pair.outcome, pair.by, pair.offset.offset_s) == (Outcome.FOUND, By.ANCHORS, 0.5)
        assert pair.spacings
        assert any("refused" in note for note in pair.notes)

    def test_two_of_them_give_a_drift(self):
        """A minute apart, a drift of 100 parts in a million is 6 ms: known by hand to a few hundred only."""
        told = by_hand([Anchor(moments={"A": t, "B": t * 1.0001 + 2}, error_s=0.001) for t in (0.0, 600.0)], "A", "B")
        assert told.offset_s == pytest.approx(2 + 300 * 1e-4, abs=1e-6)
        assert abs(told.slope - 1e-4) <= told.slope_error

    def test_one_that_contradicts_sound_is_told_and_nothing_chosen(self):
        """Sound says -1 s, a person says 3 s: both are listed."""
        recorders = [Recorder(starts_s=i, lasts_s=8, noise_db=-45, seed=i) for i in range(2)]
        pair = pair_of(*recorders, [VOICE], anchors=[Anchor(moments={"A": 1.0, "B": 4.0})])
        assert (pair.outcome, pair.offset) == (Outcome.AMBIGUOUS, None)
        assert {round(one.offset_s, 2) for one in pair.candidates} == {-1.0, 3.0}

    def test_one_that_agrees_is_noted(self):
        """Sound stays the finer mark."""
        recorders = [Recorder(starts_s=i, lasts_s=8, noise_db=-45, seed=i) for i in range(2)]
        pair = pair_of(*recorders, [VOICE], anchors=[Anchor(moments={"A": 3.0, "B": 2.01})])
        assert pair.by is By.SOUND
        assert any("anchors agree" in note for note in pair.notes)

    @pytest.mark.parametrize("written", ["", "A", "A=1", "A=1,A=2", "A=x,B=1", "A=1,C=2", "A=inf,B=1", "A=1;B=2"])
    def test_nonsense_is_refused(self, written):
        """An anchor names two known recordings and finite seconds."""
        with pytest.raises(InvalidValue):
            read_anchor(written, known="AB")

    @pytest.mark.parametrize("error_s", [0.0, -1.0, float("nan")])
    def test_an_error_that_is_none_is_refused(self, error_s):
        """Nobody names a moment without any error."""
        with pytest.raises(InvalidValue):
            Anchor(moments={"A": 1.0, "B": 2.0}, error_s=error_s)
