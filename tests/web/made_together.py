"""Four clips that hold each other's footage, made frame by frame, and what each is to the one it was compared with.

The original has uneven frames. The excerpt holds two stretches of it, mirrored and cropped, and frames of its own. The
middle holds frames of the original, plainly; it was never compared with the excerpt. The reposted one holds frames of
the excerpt alone.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image
from tests.postgres import copied

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.cli import workspace as workspace_module
from probata.cli.demo_footage.encode import PICTURE_TIME_BASE, Encoding, TimedPicture, write_clip
from probata.cli.demo_footage.rhythm import RESTLESS, frame_times
from probata.copies.relations import Kind, Reason, Relation, Segment, Transform

ORIGINAL, EXCERPT, MIDDLE, REPOSTED = "ordinals.mp4", "posted.mp4", "middle.mp4", "reposted.mp4"
STRETCHES = ((60, 120), (180, 240))  # frames of the original that the excerpt holds
OWN, OWN_LASTS = 20, 3600  # frames of its own that follow
MIDDLE_OF = (90, 210)  # frames of the original that the middle holds
REPOSTED_OF = (20, 100)  # frames of the excerpt that the reposted one holds
CROP = (16, 9, 304, 171)
MATRIX = (-0.9, 0.0, 0.95, 0.0, 0.9, 0.05)
PLAIN = Transform(
    mirror=False, scale=1, turned_degrees=0, crop=(0, 0, 1, 1), place=(0, 0, 1, 1), matrix=(1, 0, 0, 0, 1, 0)
)
MIRRORED = Transform(
    mirror=True, scale=0.9, turned_degrees=0, crop=(0.05, 0.05, 0.9, 0.9), place=(0, 0, 1, 1), matrix=MATRIX
)

Times = list[tuple[int, int]]


def original_times() -> Times:
    """When each frame of the original starts, and how long it is shown."""
    return frame_times(RESTLESS, seed=300, frames=300)


def following(lasts: list[int]) -> Times:
    """Frames one after the other, from 0."""
    now, times = 0, []
    for one in lasts:
        times.append((now, one))
        now += one
    return times


def excerpt_times() -> Times:
    """The same of the excerpt."""
    held = [original_times()[ordinal][1] for start, end in STRETCHES for ordinal in range(start, end)]
    return following(held + [OWN_LASTS] * OWN)


def cut(times: Times, frames: tuple[int, int]) -> Times:
    """The same of a clip that holds these frames of one with such times."""
    return following([lasts for _start, lasts in times[slice(*frames)]])


def span(times: Times, frames: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """From the start of the first of these frames to the end of the last."""
    (start, _lasts), (last, lasts) = times[frames[0]], times[frames[1] - 1]
    return start * PICTURE_TIME_BASE, (last + lasts) * PICTURE_TIME_BASE


def relation(
    kind: Kind, parts: list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]], lies: Transform
) -> Relation:
    """What the one is to the other along these parts."""
    segments = tuple(
        Segment(a_start_s=a[0], a_end_s=a[1], b_start_s=b[0], b_end_s=b[1], transform=lies) for a, b in parts
    )
    why = (Reason(code="motion", text="what moves in the one moves in step in the other", value=0.93, wrong=0.41),)
    return Relation(kind=kind, score=0.91, by="frames", segments=segments, why=why, strongest_wrong=0.41)


def decoded(path: Path) -> list[np.ndarray]:
    """Every frame of a clip."""
    with av.open(str(path)) as opened:
        return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]


def write(path: Path, pictures: list[np.ndarray], times: Times) -> None:
    """A clip of these pictures at these times."""
    timed = [
        TimedPicture(rgb=np.ascontiguousarray(rgb), pts=pts, duration=lasts)
        for rgb, (pts, lasts) in zip(pictures, times, strict=True)
    ]
    write_clip(path, timed, encoding=Encoding(crf=20, b_frames=2))


def excerpt_of(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Mirrored and cropped, and a calm field after it."""
    held = []
    for ordinal in (ordinal for start, end in STRETCHES for ordinal in range(start, end)):
        image = Image.fromarray(pictures[ordinal]).crop(CROP).resize((320, 180), Image.Resampling.BICUBIC)
        held.append(np.asarray(image)[:, ::-1])
    return held + [np.full((180, 320, 3), 90, np.uint8)] * OWN


def make(archive: Path, root: Path) -> Path:
    """A copy of the archive with the three in it, each compared with the one it is made of and with nothing else."""
    copied(archive, root)
    workspace_module.open_workspace(root)

    from django.db import connections

    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.copies import among
    from probata.copies import services as copies
    from probata.copies.among import Compared
    from probata.preservation import selectors as preservation

    keyring = access.unlock(access_selectors.person(None), None)
    items = {str(item.name): item.sha256 for item in preservation.items()}
    pictures = decoded(preservation.original(items[ORIGINAL]))
    footage = root.parent
    write(footage / EXCERPT, excerpt_of(pictures), excerpt_times())
    write(footage / MIDDLE, pictures[slice(*MIDDLE_OF)], cut(original_times(), MIDDLE_OF))
    write(footage / REPOSTED, decoded(footage / EXCERPT)[slice(*REPOSTED_OF)], cut(excerpt_times(), REPOSTED_OF))
    held, middle, reposted = excerpt_times(), cut(original_times(), MIDDLE_OF), cut(excerpt_times(), REPOSTED_OF)
    parts = [
        (span(held, (60 * place, 60 * place + 60)), span(original_times(), frames))
        for place, frames in enumerate(STRETCHES)
    ]
    told = {
        EXCERPT: (ORIGINAL, relation("overlaps", parts, MIRRORED)),
        MIDDLE: (
            ORIGINAL,
            relation("excerpt_of", [(span(middle, (0, 120)), span(original_times(), MIDDLE_OF))], PLAIN),
        ),
        REPOSTED: (EXCERPT, relation("excerpt_of", [(span(reposted, (0, 80)), span(held, REPOSTED_OF))], PLAIN)),
    }
    nothing = Compared(outcome="nothing_found", why="nothing agrees", frames=1, seconds=Fraction(1))
    mine = SimpleNamespace(views=object(), sound=None, why="", long=False, from_s=Fraction(0), to_s=Fraction(4))
    with pytest.MonkeyPatch.context() as patch, copies.one_jail() as jail:
        patch.setattr("probata.copies.extract.extract", lambda *_args, **_named: mine)
        # What shows the same scene besides is not looked for.
        patch.setattr("probata.copies.scenes.told_beside", lambda *_args, **_named: iter(()))
        for name, (other, found) in told.items():
            (outcome,) = capture.add(str(footage / name), actor=keyring.signing, reason="acquired for a test")
            items[name] = outcome.acquired.sha256
            analysis.examine(items[name], actor=keyring.signing, jail=jail)

            def compared(
                _mine: object,
                path: Path,
                *_moments: object,
                _to: str = items[other],
                _found: Relation = found,
                **_named: object,
            ) -> Compared:
                return Compared(outcome="found", relations=(_found,), frames=1) if path.name == _to else nothing

            patch.setattr(among, "compare_with", compared)
            copies.look_for_copies(items[name], actor=keyring.signing, jail=jail)
    connections.close_all()
    return root
