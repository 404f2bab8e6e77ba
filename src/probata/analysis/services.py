"""Looking at items: whatever is due, in one decoding; every outcome stored, the same look never taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from attrs import frozen
from django.conf import settings

from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import run, selectors
from probata.analysis.models import Look
from probata.analysis.seam import About, Analyser, Track, recipe
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.custody.services import Act
from probata.engines.sandbox import Jail
from probata.media.passes import Answer, Progress
from probata.media.waveform import CONSUMER as WAVEFORM
from probata.media.waveform import Waveform
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation_selectors
from probata.preservation import services as preservation
from probata.terms.digests import Sha256

FRAMES = "frames"
"""The look that every item gets: facts, table of frames, waveform. Its parameters are the waveform's."""
FRAMES_VERSION = "1"
_ABOUT_FRAMES = About(
    name=FRAMES,
    version=FRAMES_VERSION,
    promise="What the file states of itself, its table of frames, its waveform.",
    kinds=(),
    watches=("pictures", "sound"),
)


@frozen(kw_only=True)
class Examination:
    """What is due of one item: analysers whose look under today's recipe is missing, and whether the frames are."""

    analysers: tuple[Analyser, ...]
    frames: bool

    @property
    def nothing(self) -> bool:
        """Whether everybody has looked already."""
        return not self.analysers and not self.frames


def due(item: Sha256, only: Sequence[str] | None = None, *, tools: Mapping[str, str]) -> Examination:
    """Who has not looked at an item under today's version, parameters and tools. Raises `NoSuchAnalyser`."""
    chosen = run.analysers(only) if only != () else []
    return Examination(
        analysers=tuple(one for one in chosen if not _told_already(item, one, tools)),
        frames=selectors.look_under(item, FRAMES, _frames_recipe(tools)) is None,
    )


def _told_already(item: Sha256, one: Analyser, tools: Mapping[str, str]) -> bool:
    # Whoever lacks an extra or weights says so once: the item is not decoded again to hear it once more.
    kept = run.recipe_of(one, tools)
    if one.about.lacking:
        return selectors.looked_under(item, one.about.name, kept)
    return selectors.look_under(item, one.about.name, kept) is not None


def examine(
    item: Sha256,
    *,
    actor: Signer,
    only: Sequence[str] | None = None,
    reason: str = "examined",
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> list[Look]:
    """Let everybody look who is due, in one pass, and return the current looks; `only=()` makes the frames alone.

    What was looked at under the same recipe is not looked at again; whoever could not look tries again. An item that
    cannot be decoded gets looks that say so and why.
    """
    access.must_be_allowed(actor, Permission.EXAMINE)
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        tools = held.tools()
        waiting = due(item, only, tools=tools)
        if not waiting.nothing:
            original = preservation_selectors.original(item)
            looked = run.look(original, waiting.analysers, beside=[WAVEFORM], progress=progress, jail=held)
            with custody.act(actor=actor, reason=reason) as act:
                if waiting.frames:
                    _record_frames(act, item, looked, held)
                for track in looked.tracks:
                    _record_track(act, item, track)
    current = selectors.current_looks(item)
    return [current[name] for name in sorted(current)]


@contextmanager
def one_jail() -> Iterator[Jail]:
    """A jail to hold through many examinations: starting it is the dear part."""
    with a_jail(policy=settings.PROBATA.jail_policy) as held:
        yield held


def _record_frames(act: Act, item: Sha256, looked: run.Looked, jail: Jail) -> None:
    """The table of frames, the waveform and the facts as renditions, and the look that says what became of them."""
    seen, tools = looked.seen, jail.tools()
    more: dict[str, Any] = {}
    outcome: Answer = "could_not_look"
    why = looked.why
    if seen is not None:
        recipe_record = {"made_by": "probata.media", "version": FRAMES_VERSION, "tools": dict(tools)}
        facts = msgspec.json.encode(seen.facts, enc_hook=str, order="sorted")
        preservation.add_rendition(act, item, kind="facts", data=facts, recipe=recipe_record)
        more = {"faults": list(seen.faults), "frames": 0}
        if seen.table is not None and seen.table.count:
            preservation.add_rendition(act, item, kind="pts_table", data=seen.table.to_bytes(), recipe=recipe_record)
            more["frames"] = seen.table.count
        heard = seen.outcomes[WAVEFORM.name]
        more["sound"] = {"outcome": heard.outcome, "why": heard.why}
        if heard.outcome == "found":
            preservation.add_rendition(
                act,
                item,
                kind="peaks",
                data=heard.result_as(Waveform).to_bytes(),
                recipe={**recipe_record, "parameters": WAVEFORM.parameters},
            )
        seen_anything = bool(more["frames"]) or heard.outcome == "found"
        outcome = "found" if seen_anything else "nothing_found"
        why = "; ".join(seen.faults[:5]) if seen_anything else "there are neither pictures nor sound in it"
    more["jail"] = jail.layers()
    track = Track(
        analyser=FRAMES,
        version=FRAMES_VERSION,
        recipe=Sha256(_frames_recipe(tools)),
        outcome=outcome,
        why=why,
        entries=(),
        parameters=dict(WAVEFORM.parameters),
        tools=dict(tools),
        more=more,
    )
    _record_track(act, item, track)


def _record_track(act: Act, item: Sha256, track: Track) -> None:
    """A track as a rendition, its pictures beside it, and the look that names it."""
    made_with = {
        "analyser": track.analyser,
        "version": track.version,
        "recipe": track.recipe,
        "parameters": _exact(track.parameters),
        "tools": dict(track.tools),
    }
    for name, png in sorted(track.pictures.items()):
        kind = f"{track.analyser}/{name}".replace("/", "-").removesuffix(".png")
        preservation.add_rendition(act, item, kind=kind, data=png, recipe=made_with)
    data = msgspec.json.encode(track.as_json(), order="sorted")
    sha256 = preservation.add_rendition(act, item, kind=f"track-{track.analyser}", data=data, recipe=made_with)
    act.record(
        "look",
        {
            "subject": f"item:{item}",
            "analyser": track.analyser,
            "version": track.version,
            "recipe": track.recipe,
            "parameters": _exact(track.parameters),
            "outcome": track.outcome,
            "why": track.why,
            "entries": len(track.entries),
            "track_sha256": sha256,
        },
    )


@projects("look")
def _looked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Look.objects.create(
            item=record["subject"].removeprefix("item:"),
            analyser=record["analyser"],
            version=record["version"],
            recipe=record["recipe"],
            parameters=record["parameters"],
            outcome=record["outcome"],
            why=record["why"],
            entry_count=record["entries"],
            track_sha256=record["track_sha256"],
            at=entry.at,
            seq=entry.seq,
        )


def _frames_recipe(tools: Mapping[str, str]) -> str:
    return recipe(_ABOUT_FRAMES, WAVEFORM.parameters, tools)


def _exact(value: Any) -> Any:  # noqa: ANN401  any JSON
    """The same with every float as text: the ledger's canonical JSON holds whole numbers alone."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {key: _exact(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(part) for part in value]
    return value
