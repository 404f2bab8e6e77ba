"""Looking at items: whatever is due, in one decoding; every outcome stored, the same look never taken twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from attrs import frozen
from django.conf import settings

from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import run, selectors
from probata.analysis.models import Look
from probata.analysis.seam import About, Analyser, Track, recipe
from probata.analysis.work import Job, Seen, looked_at
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.custody.services import Act
from probata.engines.sandbox import Jail
from probata.engines.work.leases import Leases
from probata.media.passes import Answer, Progress
from probata.media.waveform import CONSUMER as WAVEFORM
from probata.media.waveform import Waveform
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation_selectors
from probata.preservation import services as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import ProbataError, StorageError

FRAMES = "frames"
"""The look that every item gets: facts, table of frames, waveform. Its parameters are the waveform's."""
FRAMES_VERSION = "1"
MOST_TRIES = 2
"""How often one recipe is tried on an item by work that nobody watches; whoever names the item tries again."""
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


@frozen(kw_only=True)
class _Round:
    """Who is asked in one round and under which recipes: told once, since an archive may hold many items."""

    asked: tuple[tuple[Analyser, str], ...]
    frames: str
    tries: int | None

    @classmethod
    def of(cls, only: Sequence[str] | None, tools: Mapping[str, str], tries: int | None) -> _Round:
        chosen = run.analysers(only) if only != () else []
        return cls(
            asked=tuple((one, run.recipe_of(one, tools)) for one in chosen),
            frames=_frames_recipe(tools),
            tries=tries,
        )

    def due(self, item: str, told: selectors.Told) -> Examination:
        """Who has not looked at an item of which this was told."""
        return Examination(
            analysers=tuple(
                one for one, recipe_digest in self.asked if self._waits(item, one.about, recipe_digest, told)
            ),
            frames=self._waits(item, _ABOUT_FRAMES, self.frames, told),
        )

    def told(self, items: Sequence[str] | None = None) -> selectors.Told:
        """What was told of these items, or of all, under the recipes of this round."""
        return selectors.told_under([self.frames, *(recipe_digest for _one, recipe_digest in self.asked)], items)

    def _waits(self, item: str, about: About, recipe_digest: str, told: selectors.Told) -> bool:
        could, could_not = told.get((item, about.name, recipe_digest), (0, 0))
        # Whoever lacks an extra or weights says so once: the item is not decoded again to hear it once more.
        gave_up = could_not if about.lacking else self.tries is not None and could_not >= self.tries
        return not could and not gave_up


def due(
    item: Sha256, only: Sequence[str] | None = None, *, tools: Mapping[str, str], tries: int | None = None
) -> Examination:
    """Who has not looked at an item under today's version, parameters and tools. Raises `NoSuchAnalyser`.

    Whoever tried `tries` times under this recipe and could not look is not due; None lets everybody try again.
    """
    asked = _Round.of(only, tools, tries)
    return asked.due(item, asked.told([item]))


def all_due(
    only: Sequence[str] | None = None, *, tools: Mapping[str, str], tries: int | None = MOST_TRIES
) -> list[Sha256]:
    """Every item at which somebody has not looked yet, the oldest first; what failed `tries` times is left alone."""
    asked = _Round.of(only, tools, tries)
    told = asked.told()
    rows = preservation_selectors.items().order_by("seq").values_list("sha256", flat=True)
    return [Sha256(item) for item in rows if not asked.due(item, told).nothing]


class OriginalMissing(StorageError):
    """The original of an item is not where the store keeps it."""

    code = "original_missing"
    template = "The original of item {item} is not in the store, so nobody can look at it."
    advice = "`probata check` says what else is missing; bring the bytes back from a copy."
    advice_here = "Tell whoever keeps this machine: `probata check`, run there, says what else is missing."


def examine(
    item: Sha256,
    *,
    actor: Signer,
    only: Sequence[str] | None = None,
    reason: str = "examined",
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> list[Look]:
    """Let everybody look who is due, in one pass, and return the newest looks; `only=()` makes the frames alone.

    What was looked at under the same recipe is not looked at again; whoever could not look tries again. An item that
    cannot be decoded gets looks that say so and why. Raises `OriginalMissing`.
    """
    access.must_be_allowed(actor, Permission.EXAMINE)
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        tools = held.tools()
        waiting = due(item, only, tools=tools)
        if not waiting.nothing:
            original = _original(item)
            looked = run.look(original, waiting.analysers, beside=[WAVEFORM], progress=progress, jail=held)
            seen = Seen(looked=looked, tools=tools, layers=held.layers())
            _record(item, seen, frames=waiting.frames, actor=actor, reason=reason)
    return list(_looks(item))


def _original(item: Sha256) -> Path:
    original = preservation_selectors.original(item)
    if not original.is_file():
        raise OriginalMissing(item=item[:8])
    return original


@frozen(kw_only=True)
class Examined:
    """What became of one item of many: its newest looks; that another program was at it; or what kept it from all."""

    item: Sha256
    looks: tuple[Look, ...] = ()
    busy: bool = False
    error: ProbataError | None = None

    @property
    def could_not_look(self) -> dict[str, str]:
        """Who could not look, and why."""
        failed = {one.analyser: one.why for one in self.looks if one.outcome == "could_not_look"}
        return failed if self.error is None else {FRAMES: f"{self.error.message} {self.error.what_to_do}"}


def examine_all(
    items: Iterable[Sha256],
    *,
    actor: Signer,
    only: Sequence[str] | None = None,
    reason: str = "examined",
    workers: int | None = None,
    tries: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Iterator[Examined]:
    """Let everybody look at many items who is due, several at once in processes of their own; each as it is done.

    What is recorded stays recorded if this is stopped: asked again, it goes on with the rest. An item that kills its
    worker gets looks that say so; one at which another program works is told as busy. `told` hears how many pictures
    were seen, in all.
    """
    access.must_be_allowed(actor, Permission.EXAMINE)
    policy = settings.PROBATA.jail_policy
    with a_jail(policy=policy) as held, Leases(settings.PROBATA.root / "work") as leases:
        tools, layers = held.tools(), held.layers()
        asked = _Round.of(only, tools, tries)
        waiting: dict[str, Examination] = {}
        at_once: deque[Examined] = deque()

        def jobs() -> Iterator[Job]:
            # Asked for a few at a time, as workers come free: nothing is held that nobody is at.
            for item in dict.fromkeys(items):
                free = leases.take(item)
                # What somebody else did meanwhile is not due any more once the lease is ours.
                now = asked.due(item, asked.told([item]))
                if free and not now.nothing:
                    try:
                        file = _original(item)
                    except OriginalMissing as error:
                        at_once.append(Examined(item=item, error=error))
                    else:
                        waiting[item] = now
                        names = tuple(one.about.name for one in now.analysers)
                        yield Job(name=item, file=file, analysers=names, policy=policy)
                        continue
                else:
                    at_once.append(Examined(item=item, looks=_looks(item), busy=not now.nothing))
                if free:
                    leases.drop(item)

        for done in looked_at(jobs(), workers=workers, told=told):
            item = Sha256(done.job.name)
            now = waiting.pop(item)
            seen = done.gave or Seen(
                looked=run.nobody_looked(now.analysers, tools, done.why), tools=tools, layers=layers
            )
            _record(item, seen, frames=now.frames, actor=actor, reason=reason)
            leases.drop(item)
            while at_once:
                yield at_once.popleft()
            yield Examined(item=item, looks=_looks(item))
        yield from at_once


def _looks(item: Sha256) -> tuple[Look, ...]:
    newest = selectors.newest_looks(item)
    return tuple(newest[name] for name in sorted(newest))


class _ToldMeanwhile(Exception):
    """Somebody else recorded all of these looks while this one ran."""


def _record(item: Sha256, seen: Seen, *, frames: bool, actor: Signer, reason: str) -> None:
    with suppress(_ToldMeanwhile), custody.act(actor=actor, reason=reason) as act:
        # The act holds the database's lock: what others recorded while this look was taken is seen here.
        frames = frames and selectors.look_under(item, FRAMES, _frames_recipe(seen.tools)) is None
        tracks = [one for one in seen.looked.tracks if selectors.look_under(item, one.analyser, one.recipe) is None]
        if not frames and not tracks:
            raise _ToldMeanwhile
        if frames:
            _record_frames(act, item, seen.looked, tools=seen.tools, layers=seen.layers)
        for track in tracks:
            _record_track(act, item, track)


@contextmanager
def one_jail() -> Iterator[Jail]:
    """A jail to hold through many examinations: starting it is the dear part."""
    with a_jail(policy=settings.PROBATA.jail_policy) as held:
        yield held


def _record_frames(
    act: Act, item: Sha256, looked: run.Looked, *, tools: Mapping[str, str], layers: Mapping[str, str]
) -> None:
    """The table of frames, the waveform and the facts as renditions, and the look that says what became of them."""
    seen = looked.seen
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
    more["jail"] = dict(layers)
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
