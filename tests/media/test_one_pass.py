"""One pass: the facts, the table of frames and every consumer's outcome, for every kind of footage that we take."""

from __future__ import annotations

import io
from fractions import Fraction

import msgspec
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
from made import Clip, impulses, ordinal_picture, read_ordinal, variable_pts, write, write_sound

from probata.media import waveform, wire
from probata.media.errors import DecoderConfused, OverLimit, UnknownDecoder
from probata.media.limits import Limits
from probata.media.passes import Consumer, PassResult, watch
from probata.media.probe import probe
from probata.media.stills import StillReader
from probata.media.waveform import Waveform
from probata.terms.errors import InvalidValue

VARIABLE = variable_pts(60)
# Everything whose pictures can be told apart after coding; each with what its table must mark.
CLIPS = {
    "h264-vfr.mp4": Clip(pts=VARIABLE),
    "h264-b-frames.mp4": Clip(pts=VARIABLE, b_frames=3),
    "h264-10-bit.mkv": Clip(pts=VARIABLE, pixel_format="yuv420p10le"),
    "hevc-open-gop.mp4": Clip(
        pts=VARIABLE,
        codec="libx265",
        b_frames=3,
        options={"x265-params": "log-level=none:open-gop=1:keyint=12:min-keyint=12:bframes=3"},
    ),
    "hevc-10-bit.mp4": Clip(pts=VARIABLE, codec="libx265", pixel_format="yuv420p10le"),
    "vp9.webm": Clip(pts=VARIABLE, codec="libvpx-vp9"),
    "av1.mp4": Clip(pts=VARIABLE, codec="libsvtav1"),
    "mpeg4.avi": Clip(pts=range(60), time_base=Fraction(1, 30), codec="mpeg4"),
    "h264-b-frames.avi": Clip(pts=range(60), time_base=Fraction(1, 30), b_frames=2),
    "mjpeg-4-2-2.mkv": Clip(pts=VARIABLE, codec="mjpeg", pixel_format="yuvj422p"),
    "ffv1-rgb.mkv": Clip(pts=VARIABLE, codec="ffv1", pixel_format="bgr0"),
    "raw.h264": Clip(pts=VARIABLE),
    "late.mp4": Clip(pts=[one + 700 for one in VARIABLE]),
    "negative.ts": Clip(
        pts=VARIABLE, shift_ticks=-300, container="mpegts", container_options={"avoid_negative_ts": "disabled"}
    ),
    "with-sound.mp4": Clip(pts=VARIABLE, sound=impulses(2.4, [0.5])),
    "turned.mp4": Clip(pts=VARIABLE, turned_degrees=90),
}


@pytest.fixture(scope="module", params=sorted(CLIPS))
def named(request, folder):
    """Each clip, with its name."""
    file = folder / request.param
    return request.param, file if file.exists() else write(file, CLIPS[request.param])


def test_every_frame_is_in_the_table_at_its_own_time(named, jail):
    """Each picture has a row, in the order of showing, at the PTS that was written, whatever the coding."""
    name, file = named
    clip = CLIPS[name]
    table = watch(file, jail=jail).table

    assert table.count == len(clip.pts)
    assert table.faults == ()
    assert table.out_of_order == table.damaged == ()
    if name == "raw.h264":
        assert table.derived == tuple(range(60))
        return
    wanted = [(one + clip.shift_ticks) * clip.time_base for one in clip.pts]
    written = [one * table.time_base for one in table.pts]
    if name == "h264-b-frames.avi":  # the container has decoding times alone: what is derived from them comes late
        assert len(table.derived) > 50
        wanted = [one + written[0] for one in wanted]
    assert written == wanted
    assert bool(table.derived) == (name == "h264-b-frames.avi")


def test_every_still_is_the_picture_of_its_ordinal(named, jail):
    """A still at any ordinal, in any order, shows the picture that was drawn for it, at the digest of the table."""
    name, file = named
    table = watch(file, jail=jail).table
    order = [59, 0, 30, 31, 32, 11, 12, 13, 58, 1, 47]
    with StillReader(file, table, jail=jail) as reader:
        for ordinal in order:
            still = reader.still(ordinal)
            picture = np.asarray(PIL.Image.open(io.BytesIO(still.png)))
            as_coded = np.rot90(picture, 1) if name == "turned.mp4" else picture
            assert read_ordinal(as_coded) == ordinal
            assert (still.ordinal, still.pts, still.digest) == (ordinal, table.pts[ordinal], table.digest(ordinal))


def test_two_passes_make_the_same_table(named, jail):
    """The table depends on the file alone: another cell, another time, the same bytes; with two threads, too."""
    _name, file = named
    one, other = watch(file, jail=jail).table, watch(file, jail=jail).table

    assert one.to_bytes() == other.to_bytes()
    assert watch(file, jail=jail, limits=Limits(decode_threads=2)).table.digests == one.digests


def test_digests_tell_pictures_apart(named, jail):
    """Different pictures have different digests, and the container says nothing about them."""
    _name, file = named
    table = watch(file, jail=jail).table

    assert len({table.digest(ordinal) for ordinal in range(table.count)}) == table.count


def test_the_digest_is_of_the_picture_and_not_of_the_file(folder, jail):
    """The same stream in two containers, at other times, has the same digests."""
    one = write(folder / "one.mp4", Clip(pts=VARIABLE))
    other = write(folder / "other.mkv", Clip(pts=[one + 5000 for one in VARIABLE]))

    assert watch(one, jail=jail).table.digests == watch(other, jail=jail).table.digests


def test_lossless_pictures_that_differ_in_one_sample_have_other_digests(folder, jail):
    """One sample, one step of brightness: another digest, for that frame alone."""

    def nearly(ordinal):
        picture = ordinal_picture(ordinal)
        if ordinal == 2:
            picture[50, 50, 1] ^= 1
        return picture

    lossless = {"codec": "ffv1", "pixel_format": "bgr0", "pts": range(4), "time_base": Fraction(1, 30)}
    one = watch(write(folder / "exact.mkv", Clip(**lossless)), jail=jail).table
    other = watch(write(folder / "nearly.mkv", Clip(**lossless, picture=nearly)), jail=jail).table

    assert [ordinal for ordinal in range(4) if one.digest(ordinal) != other.digest(ordinal)] == [2]


def test_what_an_edit_list_hides_is_counted_and_not_addressed(folder, jail):
    """Trimmed frames are not in the table, which starts with the first that is shown; that they are there is told."""
    clip = Clip(pts=VARIABLE, shift_ticks=-300, container_options={"avoid_negative_ts": "disabled"})
    file = write(folder / "edited.mp4", clip)
    hidden = sum(one < 300 for one in VARIABLE)

    seen = watch(file, jail=jail)

    assert seen.facts.video_stream.hidden_packets in {hidden, hidden - 1}
    assert seen.table.count == 60 - seen.facts.video_stream.hidden_packets
    with StillReader(file, seen.table, jail=jail) as reader:
        picture = np.asarray(PIL.Image.open(io.BytesIO(reader.still(3).png)))
    assert read_ordinal(picture) == 3 + seen.facts.video_stream.hidden_packets


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_footage_is_shown_upright_and_says_so(folder, jail, turned):
    """The still is turned as the file says; the digest stays that of the picture as coded."""
    file = write(folder / f"turned-{turned}.mp4", Clip(pts=VARIABLE[:4], turned_degrees=turned))
    seen = watch(file, jail=jail)
    picture = seen.facts.video_stream.picture

    with StillReader(file, seen.table, jail=jail) as reader:
        still = reader.still(2)

    assert picture.turned_degrees == still.turned_degrees == turned
    shown = np.asarray(PIL.Image.open(io.BytesIO(still.png)))
    assert shown.shape[1::-1] == picture.shown_px
    assert read_ordinal(np.rot90(shown, turned // 90)) == 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_by_its_exif(tmp_path, jail, orientation):
    """A still picture is a video of one frame; it is shown as its Exif orientation says, mirrored ones too."""
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    as_coded = PIL.Image.fromarray(ordinal_picture(5))
    as_coded.save(tmp_path / "photo.jpg", exif=exif, quality=95, subsampling=0)
    wanted = PIL.ImageOps.exif_transpose(PIL.Image.open(tmp_path / "photo.jpg"))

    seen = watch(tmp_path / "photo.jpg", jail=jail)
    with StillReader(tmp_path / "photo.jpg", seen.table, jail=jail) as reader:
        shown = PIL.Image.open(io.BytesIO(reader.still(0).png))

    assert seen.table.count == 1
    assert shown.size == wanted.size
    assert np.abs(np.asarray(shown).astype(int) - np.asarray(wanted).astype(int)).mean() < 3


@pytest.mark.parametrize(("turned", "upside_down"), [(0, False), (90, False), (0, True), (270, True)])
def test_mirrored_footage_is_shown_mirrored_and_says_so(folder, jail, turned, upside_down):
    """A display matrix that mirrors (front cameras) is applied to the still, and told."""
    clip = Clip(pts=VARIABLE[:4], turned_degrees=turned, mirrored=True, upside_down=upside_down)
    file = write(folder / f"mirrored-{turned}-{upside_down}.mp4", clip)
    seen = watch(file, jail=jail)

    with StillReader(file, seen.table, jail=jail) as reader:
        still = reader.still(3)

    shown = np.asarray(PIL.Image.open(io.BytesIO(still.png)))
    as_coded = shown[:, ::-1] if still.mirrored else shown
    assert still.mirrored == (not upside_down)
    assert read_ordinal(np.rot90(as_coded, round(still.turned_degrees) // 90)) == 3


@pytest.mark.parametrize(("kind", "media_type"), [("png", "image/png"), ("webp", "image/webp"), ("bmp", "image/bmp")])
def test_a_picture_is_a_video_of_one_frame(tmp_path, jail, kind, media_type):
    """Pictures have a table of one frame, and a still."""
    PIL.Image.fromarray(ordinal_picture(77)).save(
        tmp_path / f"picture.{kind}", **({"lossless": True} if kind == "webp" else {})
    )

    seen = watch(tmp_path / f"picture.{kind}", jail=jail)

    assert (seen.facts.media_type, seen.table.count) == (media_type, 1)
    with StillReader(tmp_path / f"picture.{kind}", seen.table, jail=jail) as reader:
        assert read_ordinal(np.asarray(PIL.Image.open(io.BytesIO(reader.still(0).png)))) == 77


def test_timestamps_that_run_backwards_are_marked_and_kept(folder, jail):
    """Frames with doubled or falling PTS keep the PTS that the file gives, marked; each still is found."""
    pts = [0, 40, 20, 60, 60, 100, 140, 180]
    file = folder / "backwards.mkv"
    _write_in_this_order(file, pts)

    table = watch(file, jail=jail).table

    assert list(table.pts) == pts
    assert table.out_of_order == (2, 4)
    with StillReader(file, table, jail=jail) as reader:
        for ordinal in (4, 2, 7, 3, 0):
            picture = np.asarray(PIL.Image.open(io.BytesIO(reader.still(ordinal).png)))
            assert read_ordinal(picture) == ordinal


def _write_in_this_order(file, pts):
    import av

    with av.open(str(file), "w") as out:
        stream = out.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj444p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for ordinal, one in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(ordinal_picture(ordinal), format="rgb24").reformat(format="yuvj444p")
            frame.pts, frame.time_base = ordinal, Fraction(1, 1000)
            for packet in stream.encode(frame):
                packet.pts, packet.dts = one, ordinal
                out.mux(packet)


@pytest.mark.parametrize("name", ["clicks.mp4", "clicks.mkv", "clicks.mov"])
def test_sound_lies_where_it_is_heard(folder, jail, name):
    """The loudest bucket around each click starts within a bucket of the click's own time."""
    clicks = [0.25, 0.8, 1.5, 2.2]
    file = write(folder / name, Clip(pts=VARIABLE, sound=impulses(2.4, clicks)))

    wave = watch(file, [waveform.CONSUMER], jail=jail).outcomes["waveform"].result_as(Waveform)

    assert wave.rate_hz // wave.samples_a_bucket == 100
    for click in clicks:
        near = [bucket for bucket in range(wave.count) if abs(wave.start_s(bucket) - Fraction(click)) < Fraction(1, 4)]
        loudest = max(near, key=lambda bucket: wave.highest[bucket])
        assert abs(wave.start_s(loudest) - Fraction(click)) <= Fraction(1, 90)
        assert wave.highest[loudest] > 8000
    assert Waveform.from_bytes(wave.to_bytes()) == wave


def test_sound_alone_has_a_waveform_and_no_table(folder, jail):
    """A sound file has no pictures, and says so without failing."""
    file = write_sound(folder / "alone.m4a", impulses(1.0, [0.5]), codec="aac", container="ipod")

    seen = watch(file, [waveform.CONSUMER], jail=jail)

    assert seen.table is None
    assert seen.facts.video is None
    assert seen.facts.media_type == "audio/mp4"
    assert seen.outcomes["waveform"].outcome == "found"


def test_footage_without_sound_says_nothing_found(folder, jail):
    """The waveform of silent footage is not a flat line but an answer: nothing found."""
    file = write(folder / "silent.mp4", Clip(pts=VARIABLE[:5]))

    outcome = watch(file, [waveform.CONSUMER], jail=jail).outcomes["waveform"]

    assert (outcome.outcome, outcome.result) == ("nothing_found", None)


def test_one_consumer_that_fails_does_not_stop_the_others(folder, jail):
    """A consumer that cannot be imported, made or finished becomes `could_not_look`, and why; the rest is seen."""
    file = write(folder / "with-sound-2.mp4", Clip(pts=VARIABLE, sound=impulses(2.4, [0.5])))
    consumers = [
        Consumer(name="missing", target="no_such_module:Class"),
        Consumer(name="not one", target="builtins:int"),
        Consumer(name="wrong parameters", target="probata.media.jailed.peaks:Peaks", parameters={"colour": "red"}),
        Consumer(name="fails", target="probata.media.jailed.peaks:Peaks", parameters={"buckets_a_second": "many"}),
        waveform.CONSUMER,
    ]

    seen = watch(file, consumers, jail=jail)

    assert {name: outcome.outcome for name, outcome in seen.outcomes.items()} == {
        "missing": "could_not_look",
        "not one": "could_not_look",
        "wrong parameters": "could_not_look",
        "fails": "could_not_look",
        "waveform": "found",
    }
    assert all(seen.outcomes[one.name].why for one in consumers[:-1])
    assert seen.table.count == 60


def test_progress_is_told(folder, jail):
    """Whoever waits is told how far the pass is."""
    file = write(folder / "progress.mp4", Clip(pts=VARIABLE))
    told = []

    watch(file, progress=told.append, jail=jail)

    assert told
    assert all(0 <= one.frames <= 60 for one in told)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(frames=10), "frames"),
        (Limits(file_bytes=100), "bytes"),
        (Limits(streams=1), "streams"),
        (Limits(picture_pixels=1000), "pixels"),
        (Limits(sound_s=1), "seconds of sound"),
    ],
)
def test_what_is_over_a_limit_is_refused_by_name(folder, jail, limits, words):
    """Too many frames, bytes, streams, pixels or seconds end the look with an error that says which."""
    file = folder / "limits.mp4"
    if not file.exists():
        write(file, Clip(pts=VARIABLE, sound=impulses(3.4, [0.5])))

    with pytest.raises(OverLimit, match=words):
        watch(file, limits=limits, jail=jail)


def test_the_facts_say_what_the_file_states(folder, jail):
    """Container, codings, sizes, rates, times and tags, as far as the file states them."""
    file = write(folder / "facts.mp4", Clip(pts=VARIABLE, sound=impulses(2.4, [0.5]), pixel_format="yuv420p10le"))

    facts = probe(file, jail=jail)

    picture, sound = facts.video_stream.picture, facts.sound_stream.sound
    assert (facts.media_type, facts.video_stream.codec, facts.sound_stream.codec) == ("video/mp4", "h264", "aac")
    assert (picture.width_px, picture.height_px, picture.pixel_format, picture.bit_depth) == (
        160,
        96,
        "yuv420p10le",
        10,
    )
    assert (sound.rate_hz, sound.channels, sound.layout) == (48_000, 1, "mono")
    assert facts.video_stream.stated_frames == 60
    assert facts.size_bytes == file.stat().st_size
    assert facts.video_stream.average_rate != facts.video_stream.nominal_rate
    assert facts.tags["major_brand"] == "isom"
    assert not facts.truncated
    assert facts.named_files == ()
    assert set(facts.tools) >= {"av", "ffmpeg"}


def test_a_name_means_nothing(folder, jail):
    """The same bytes are the same footage under any name."""
    file = write(folder / "plain.mp4", Clip(pts=VARIABLE[:3]))
    for name in ("plain.m3u8", "plain.txt", "-i", "concat:a", "плёнка.mkv"):
        other = folder / name
        other.write_bytes(file.read_bytes())
        assert probe(other, jail=jail) == probe(file, jail=jail)


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz"),
    [
        ("a.wav", "pcm_s16le", 48_000),
        ("eight-bit.wav", "pcm_u8", 22_050),
        ("a.flac", "flac", 44_100),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.aiff", "pcm_s16be", 48_000),
        ("a.caf", "alac", 48_000),
        ("a.amr", "libopencore_amrnb", 8_000),
    ],
)
def test_sound_in_every_coding_lies_where_it_is_heard(tmp_path, jail, name, codec, rate_hz):
    """The click is in the bucket of its time, in the file's own time, whatever the coding pads in front."""
    file = write_sound(tmp_path / name, impulses(1.5, [0.5], rate_hz=rate_hz), codec=codec, rate_hz=rate_hz)

    seen = watch(file, [waveform.CONSUMER], jail=jail)
    wave = seen.outcomes["waveform"].result_as(Waveform)

    loudest = max(range(wave.count), key=lambda bucket: wave.highest[bucket])
    click_s = Fraction(1, 2) + wave.anchors[0].seconds
    assert abs(wave.start_s(loudest) - click_s) <= Fraction(1, 40)
    assert wave.rate_hz == rate_hz
    assert abs(wave.samples / rate_hz - 1.5) < 0.1
    assert seen.table is None


def test_a_cover_picture_is_no_footage(tmp_path, jail):
    """A song's cover does not make it a video: there is sound alone to examine."""
    file = write_sound(tmp_path / "cover.mp3", impulses(1.0, [0.5]), codec="libmp3lame", cover=ordinal_picture(3))

    seen = watch(file, [waveform.CONSUMER], jail=jail)

    assert [stream.kind for stream in seen.facts.streams] == ["audio", "video"]
    assert seen.facts.video is None
    assert seen.table is None


@pytest.mark.parametrize(
    ("kind", "mode", "pixel_format"),
    [
        ("png", "P", "pal8"),
        ("png", "L", "gray"),
        ("png", "RGBA", "rgba"),
        ("png", "1", "monob"),
        ("png", "I;16", "gray16be"),
        ("jpg", "CMYK", "gbrap"),
        ("avif", "RGB", "yuv420p"),
    ],
)
def test_pictures_of_every_make_have_a_digest_and_a_still(tmp_path, jail, kind, mode, pixel_format):
    """Palettes, one bit a pixel, sixteen bits, four colours: a digest, a small view for cuts, a still of the size."""
    PIL.Image.fromarray(ordinal_picture(9)).convert(mode).save(tmp_path / f"picture.{kind}")
    cuts = Consumer(name="cuts", target="probata.analysis.cuts:Cuts")

    seen = watch(tmp_path / f"picture.{kind}", [cuts], jail=jail)
    with StillReader(tmp_path / f"picture.{kind}", seen.table, jail=jail) as reader:
        shown = PIL.Image.open(io.BytesIO(reader.still(0).png))

    assert seen.facts.video_stream.picture.pixel_format == pixel_format
    assert seen.outcomes["cuts"].outcome == "found"
    assert shown.size == (160, 96)


@pytest.mark.parametrize(("kind", "frames"), [("gif", 5), ("png", 5)])
def test_animated_pictures_have_all_their_frames(tmp_path, jail, kind, frames):
    """Animations are video."""
    pictures = [PIL.Image.fromarray(ordinal_picture(ordinal)) for ordinal in range(frames)]
    file = tmp_path / f"animated.{kind}"
    pictures[0].save(file, save_all=True, append_images=pictures[1:], duration=100)

    assert watch(file, jail=jail).table.count == frames


def test_media_that_we_do_not_decode_are_told_from_what_is_none(tmp_path, jail):
    """A TIFF is a picture; that it cannot be examined is said in other words than of a page."""
    PIL.Image.fromarray(ordinal_picture(9)).save(tmp_path / "scan.tiff")

    with pytest.raises(UnknownDecoder, match="image/tiff"):
        probe(tmp_path / "scan.tiff", jail=jail)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["table"].update(pts=[0]),
        lambda told: told["table"].update(digests=b"short"),
        lambda told: told["table"].update(keys=[10_000]),
        lambda told: told["facts"].update(size_bytes="many"),
        lambda told: told.update(outcomes={"a": {"name": "a", "outcome": "certain", "why": "", "result": None}}),
        lambda told: told.pop("facts"),
    ],
)
def test_what_comes_out_of_the_jail_is_checked_like_the_file(folder, jail, change):
    """A decoder that was taken over can answer anything: what does not fit the promised type is refused whole."""
    file = write(folder / "checked.mp4", Clip(pts=VARIABLE[:4]))
    told = msgspec.msgpack.decode(wire.encode(watch(file, jail=jail)))
    assert wire.decode(wire.encode(told), PassResult).table.count == 4

    change(told)

    with pytest.raises((DecoderConfused, InvalidValue)):
        wire.decode(wire.encode(told), PassResult)
