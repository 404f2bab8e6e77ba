"""A rendition hides what the plan hides on every frame, keeps every time, and is refused where it does not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from attrs import evolve
from made import Clip, variable_pts, write, write_sound
from made_redactions import MS, PTS, noise, noisy, plan_of

from probata.media.passes import watch
from probata.redaction import rendering
from probata.redaction.plan import Area, Box, Key, Mute, RedactionPlan, Why
from probata.redaction.rendering import Checked, RenderingFailed, RenderingRefused, judge, render
from probata.terms.spans import Span


def pictures(data: bytes, folder: Path) -> list[np.ndarray]:
    """Every picture of a rendition in RGB, decoded by the test itself."""
    path = folder / "rendition.mp4"
    path.write_bytes(data)
    with av.open(str(path)) as made:
        return [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]


def samples(data: bytes, folder: Path) -> np.ndarray:
    path = folder / "rendition.mp4"
    path.write_bytes(data)
    with av.open(str(path)) as made:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in made.decode(audio=0)])


def test_every_frame_inside_is_filled_and_no_frame_outside(clip, jail, tmp_path) -> None:
    """From its first tick up to, not including, its last; what stood there is gone, what stood beside it is not."""
    made = pictures(render(clip, plan_of(), jail=jail).data, tmp_path)
    assert len(made) == len(PTS)
    for ordinal, picture in enumerate(made):
        share = min(1.0, max(0.0, (PTS[ordinal] - PTS[10]) / (PTS[20] - PTS[10])))
        left, top, width = 0.1 + 0.4 * share, 0.1 + 0.3 * share, 0.2 + 0.1 * share
        inside = picture[
            int(top * 96) + 3 : int((top + 0.3) * 96) - 3, int(left * 160) + 3 : int((left + width) * 160) - 3
        ]
        if 10 <= ordinal < 30:
            assert np.abs(inside.astype(int) - 128).max() < 45, ordinal
        else:
            assert inside.std() > 30, ordinal
        assert picture[-20:, :20].std() > 30, ordinal


def test_the_muted_stretch_is_silent_and_the_rest_is_heard(clip, jail, tmp_path) -> None:
    """Silent to the sample: coded without loss."""
    heard = samples(render(clip, plan_of(), jail=jail).data, tmp_path)
    assert not heard[24_000:48_000].any()
    assert heard[23_000:23_999].any()
    assert heard[48_001:49_000].any()
    with av.open(str(clip)) as original:
        before = np.concatenate([one.to_ndarray().reshape(-1) for one in original.decode(audio=0)])
    assert np.abs(heard[:20_000] / 32768 - before[:20_000]).max() < 1 / 16384


def test_sound_between_two_ticks_is_silent_to_the_sample(jail, tmp_path) -> None:
    """Where the file's ticks are no whole samples: a broadcast stream at 44,100 Hz, a mute at odd milliseconds."""
    clip = Clip(pts=[3003 * n for n in range(60)], time_base=Fraction(1, 90_000), sound=noise(), sound_rate_hz=44_100)
    file = write(tmp_path / "stream.ts", evolve(clip, container="mpegts"))
    for start in (1501, 1508, 1517):
        mute = Mute(segment=Span(start_pts=start, end_pts=start + 333, time_base=MS), why=Why.SOURCE)
        made = render(file, RedactionPlan(item="a" * 64, mutes=(mute,)), jail=jail)
        assert abs(made.checked.muted_samples - 0.333 * 44_100) <= 2


@pytest.mark.parametrize(
    "more",
    [
        {"b_frames": 2, "turned_degrees": 90},
        {"shift_ticks": 500},
        {"codec": "libvpx-vp9", "sound_codec": "libopus", "container": "webm"},
        {"mirrored": True, "container": "matroska"},
        {"shift_ticks": -200, "container": "matroska", "sound": None},
        {"pts": [3003 * n + 70_000 for n in range(40)], "time_base": Fraction(1, 90_000), "sound": None},
    ],
    ids=["turned", "later", "webm", "mirrored", "before-zero", "ticks-of-90000"],
)
def test_every_moment_keeps_its_address(more: dict[str, Any], jail, tmp_path) -> None:
    """The times of the rendition's pictures are the original's, exactly, so that a citation leads to the same frame."""
    file = write(
        tmp_path / "original", Clip(**{"pts": PTS, "picture": noisy, "sound": noise(), "container": "mp4"} | more)
    )
    before = watch(file, jail=jail).table
    segment = Span(start_pts=before.pts[5], end_pts=before.pts[9], time_base=before.time_base)
    keys = (Key(pts=segment.start_pts, box=Box(left=0.5, top=0.5, width=0.25, height=0.25)),)
    plan = RedactionPlan(item="a" * 64, areas=(Area(segment=segment, keys=keys, why=Why.BYSTANDER),))
    made = render(file, plan, jail=jail)
    (tmp_path / "made.mp4").write_bytes(made.data)
    after = watch(tmp_path / "made.mp4", jail=jail).table
    assert [one * after.time_base for one in after.pts] == [one * before.time_base for one in before.pts]
    assert made.checked.pictures_in_area == (4,)


def test_boxes_lie_where_the_picture_is_seen(jail, tmp_path) -> None:
    """A picture that players turn by a quarter: the box is of what a person sees, not of what is coded."""
    file = write(tmp_path / "turned.mp4", Clip(pts=PTS, picture=noisy, turned_degrees=90))
    keys = (Key(pts=0, box=Box(left=0, top=0, width=0.5, height=0.25)),)
    area = Area(segment=Span(start_pts=0, end_pts=PTS[5], time_base=MS), keys=keys, why=Why.BYSTANDER)
    made = pictures(render(file, RedactionPlan(item="a" * 64, areas=(area,)), jail=jail).data, tmp_path)
    assert made[0].shape[:2] == (160, 96)
    assert np.abs(made[0][4:36, 4:44].astype(int) - 128).max() < 45
    assert made[0][44:, 52:].std() > 30


def test_the_same_plan_gives_the_same_bytes(clip, jail) -> None:
    """Re-derivable: whoever has the original, the plan and the tools gets the rendition again."""
    assert render(clip, plan_of(), jail=jail).data == render(clip, plan_of(), jail=jail).data


def test_nothing_else_of_the_original_passes(jail, tmp_path) -> None:
    """No tags, and no run of its bytes."""
    # Another coding than the rendition's: noise that is coded twice alike gives the same bytes for what is not masked.
    tagged = write(tmp_path / "tagged.mkv", Clip(pts=PTS, picture=noisy, codec="libvpx-vp9"))
    titled = tmp_path / "titled.mkv"
    with av.open(str(tagged)) as source, av.open(str(titled), "w") as out:
        out.metadata["title"] = "filmed by a source"
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    original = titled.read_bytes()
    assert b"filmed by a source" in original
    made = render(titled, evolve(plan_of(), mutes=()), jail=jail)
    assert b"filmed by a source" not in made.data
    assert not any(original[at : at + 32] in made.data for at in range(0, len(original) - 32, 499))


def test_sound_alone_is_muted(jail, tmp_path) -> None:
    """A recording without pictures has stretches of silence alone."""
    file = write_sound(tmp_path / "sound.wav", noise(), codec="pcm_s16le")
    made = render(file, evolve(plan_of(), areas=()), jail=jail)
    assert made.media_type == "audio/mp4"
    assert made.checked.muted_samples == 24_000
    with pytest.raises(RenderingFailed, match="no pictures"):
        render(file, plan_of(), jail=jail)


def test_a_still_picture_is_filled_without_loss(jail, tmp_path) -> None:
    """A photograph gives a PNG; under the mask there is the one tone."""
    import PIL.Image

    file = tmp_path / "photograph.png"
    PIL.Image.fromarray(noisy(1)).save(file)
    table = watch(file, jail=jail).table
    segment = Span(start_pts=table.pts[0], end_pts=table.pts[0] + 1, time_base=table.time_base)
    keys = (Key(pts=segment.start_pts, box=Box(left=0.25, top=0.25, width=0.5, height=0.5)),)
    made = render(
        file, RedactionPlan(item="a" * 64, areas=(Area(segment=segment, keys=keys, why=Why.DIGNITY),)), jail=jail
    )
    assert made.media_type == "image/png"
    (tmp_path / "made.png").write_bytes(made.data)
    pixels = np.asarray(PIL.Image.open(tmp_path / "made.png"))
    assert (pixels[24:72, 40:120] == 128).all()
    assert (pixels[:24] == noisy(1)[:24]).all()


FINE = Checked(
    farthest_off=3,
    worst_ordinal=4,
    loudest=0.0,
    pictures=40,
    pictures_in_area=(20,),
    samples=96_000,
    muted_samples=24_000,
)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"farthest_off": rendering.MOST_OFF + 1}, "shows under a mask"),
        ({"pictures_in_area": (0,)}, "no picture falls"),
        ({"loudest": 0.001}, "something is heard"),
        ({"muted_samples": 0}, "no sound falls"),
    ],
)
def test_what_does_not_hide_is_refused(found: dict[str, Any], why: str) -> None:
    """Each of the looks can say no."""
    judge(plan_of(), FINE)
    with pytest.raises(RenderingRefused, match=why):
        judge(plan_of(), Checked(**{name: getattr(FINE, name) for name in FINE.__struct_fields__} | found))


def test_the_look_sees_what_is_not_filled(clip, jail) -> None:
    """The original in place of a rendition: the look finds pictures under the masks and sound in the mute."""
    seen = watch(clip, jail=jail)
    made = rendering._Made(data=clip.read_bytes(), media_type="video/mp4", notes=())
    with pytest.raises(RenderingRefused, match="shows under a mask"):
        rendering._checked(plan_of(), seen, made, None, jail)
    with pytest.raises(RenderingRefused, match="something is heard"):
        rendering._checked(evolve(plan_of(), areas=()), seen, made, None, jail)


def test_the_look_sees_times_that_moved(clip, jail, tmp_path) -> None:
    """A rendition whose pictures are shown at other times is refused."""
    other = write(tmp_path / "other.mp4", Clip(pts=[33 * n for n in range(40)], picture=noisy))
    made = rendering._Made(data=other.read_bytes(), media_type="video/mp4", notes=())
    mute = Mute(segment=Span(start_pts=0, end_pts=10, time_base=MS), why=Why.MINOR)
    with pytest.raises(RenderingRefused, match="times of the original"):
        rendering._checked(RedactionPlan(item="a" * 64, mutes=(mute,)), watch(clip, jail=jail), made, None, jail)


def test_variable_times_are_what_is_tested() -> None:
    """The clip's steps are never two alike: a constant rate would hide a rounding."""
    assert len({later - earlier for earlier, later in zip(variable_pts(40), variable_pts(40)[1:], strict=False)}) > 4
