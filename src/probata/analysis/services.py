"""Looking at items, whatever is due, in one decoding; and what people decide about the candidates that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, get_args

import msgspec
from attrs import frozen
from django.conf import settings

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import run, selectors
from probata.analysis.models import CandidateDecision, Look, Translation, TranslationCheck
from probata.analysis.seam import About, Analyser, Track, recipe
from probata.analysis.selectors import Candidate, Decided, KnownTranslation
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
from probata.terms.errors import AccessError, InvalidValue, UsageError
from probata.terms.ids import new_record_id
from probata.terms.languages import language_tag

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


def due(
    item: Sha256, only: Sequence[str] | None = None, *, tools: Mapping[str, str], tries: int | None = None
) -> Examination:
    """Who has not looked at an item under today's version, parameters and tools. Raises `NoSuchAnalyser`.

    Whoever tried `tries` times under this recipe and could not look is not due; None lets everybody try again.
    """
    chosen = run.analysers(only) if only != () else []
    frames = _frames_recipe(tools)
    return Examination(
        analysers=tuple(
            one
            for one in chosen
            if not _told_already(item, one, tools)
            and not _gave_up(item, one.about.name, run.recipe_of(one, tools), tries)
        ),
        frames=selectors.look_under(item, FRAMES, frames) is None and not _gave_up(item, FRAMES, frames, tries),
    )


def all_due(
    only: Sequence[str] | None = None, *, tools: Mapping[str, str], tries: int | None = MOST_TRIES
) -> list[Sha256]:
    """Every item at which somebody has not looked yet, the oldest first; what failed `tries` times is left alone."""
    rows = preservation_selectors.items().order_by("seq")
    items = [Sha256(row.sha256) for row in rows]
    return [item for item in items if not due(item, only, tools=tools, tries=tries).nothing]


def _gave_up(item: Sha256, analyser: str, recipe_digest: str, tries: int | None) -> bool:
    return tries is not None and selectors.attempts(item, analyser, recipe_digest) >= tries


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
            seen = Seen(looked=looked, tools=tools, layers=held.layers())
            _record(item, waiting, seen, actor=actor, reason=reason)
    return list(_looks(item))


@frozen(kw_only=True)
class Examined:
    """What became of one item of many: its current looks; or that another program was at it, and nothing was done."""

    item: Sha256
    looks: tuple[Look, ...] = ()
    busy: bool = False

    @property
    def could_not_look(self) -> dict[str, str]:
        """Who could not look, and why."""
        return {one.analyser: one.why for one in self.looks if one.outcome == "could_not_look"}


def examine_all(
    items: Sequence[Sha256],
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
        jobs: dict[str, tuple[Examination, Job]] = {}
        for item in dict.fromkeys(items):
            # The lease first: what somebody else did meanwhile is not due any more once it is ours.
            free = leases.take(item)
            waiting = due(item, only, tools=tools, tries=tries)
            if waiting.nothing or not free:
                yield Examined(item=item, looks=_looks(item), busy=not waiting.nothing)
            else:
                names = tuple(one.about.name for one in waiting.analysers)
                original = preservation_selectors.original(item)
                jobs[item] = waiting, Job(name=item, file=original, analysers=names, policy=policy)
        for done in looked_at([job for _waiting, job in jobs.values()], workers=workers, told=told):
            item = Sha256(done.job.name)
            waiting = jobs[item][0]
            seen = done.gave or Seen(
                looked=run.nobody_looked(waiting.analysers, tools, done.why), tools=tools, layers=layers
            )
            _record(item, waiting, seen, actor=actor, reason=reason)
            yield Examined(item=item, looks=_looks(item))


def _looks(item: Sha256) -> tuple[Look, ...]:
    current = selectors.current_looks(item)
    return tuple(current[name] for name in sorted(current))


def _record(item: Sha256, waiting: Examination, seen: Seen, *, actor: Signer, reason: str) -> None:
    with custody.act(actor=actor, reason=reason) as act:
        if waiting.frames:
            _record_frames(act, item, seen.looked, tools=seen.tools, layers=seen.layers)
        for track in seen.looked.tracks:
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


class CorrectionEmpty(UsageError):
    """A correction was given without what is right."""

    code = "correction_empty"
    template = "A correction of {kind} needs what is right."
    advice = "Give the words as they are, with --text; or reject it."


class OwnTranslation(AccessError):
    """Somebody wanted to check a translation that they recorded."""

    code = "own_translation"
    template = "{person} recorded this translation, and cannot be its second check."
    advice = "Ask another person who reads the language."


def decide(
    item: str,
    track_sha256: str,
    entry: int,
    *,
    actor: Signer,
    decision: Decided,
    text: str = "",
    reason: str = "",
) -> Candidate:
    """Record what a person decided about one candidate; the newest counts, older ones stay.

    `accepted` says that it is as the machine tells it, `corrected` what it is instead (`text`), `rejected` that it is
    not so, `reopened` that it is undecided again. Raises `NotAllowed`, `CandidateNotFound`, `CorrectionEmpty`,
    `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    if decision not in get_args(Decided):
        raise InvalidValue(what=f"The decision {decision!r}", why=f"it must be one of {', '.join(get_args(Decided))}")
    found = selectors.candidate(item, track_sha256, entry)
    corrected = text.strip() if decision == "corrected" else ""
    if decision == "corrected" and not corrected:
        raise CorrectionEmpty(kind=found.kind)
    with custody.act(actor=actor, reason=reason.strip() or f"{decision} a candidate") as act:
        act.record(
            "decide_candidate",
            {
                "subject": _about(item),
                "item": item,
                "track_sha256": track_sha256,
                "entry": entry,
                "decision": decision,
                "text": corrected,
                "reason": reason.strip(),
            },
        )
    return selectors.candidate(item, track_sha256, entry)


def translate(
    item: str, track_sha256: str, entry: int, *, actor: Signer, text: str, language: str, translator: str = ""
) -> KnownTranslation:
    """Record a person's translation of what one candidate says; it stands beside others, and waits for a second check.

    `translator` names who translated, the actor unless told; `language` is the tag of the language that it is in.
    Raises `NotAllowed`, `CandidateNotFound`, `CorrectionEmpty`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    found = selectors.candidate(item, track_sha256, entry)
    if not text.strip():
        raise CorrectionEmpty(kind="a translation")
    words = found.words
    if not words:
        raise InvalidValue(what=f"A translation of {found.kind}", why="there are no words to translate")
    made = new_record_id()
    with custody.act(actor=actor, reason="translated") as act:
        act.record(
            "translate",
            {
                "subject": _about(item),
                "id": made,
                "item": item,
                "track_sha256": track_sha256,
                "entry": entry,
                "of_text": words,
                "text": text.strip(),
                "language": language_tag(language),
                "translator": translator.strip() or _name_of(actor),
            },
        )
    return selectors.translation(made)


def check_translation(translation: str, *, actor: Signer, holds: bool, reason: str = "") -> KnownTranslation:
    """Record what a second person says of a translation; never the one who recorded it.

    Raises `NotAllowed`, `OwnTranslation`, `TranslationNotFound`, and `InvalidValue` for a second check by one person.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    known = selectors.translation(translation)
    if known.recorded_by_key == actor.key_id:
        raise OwnTranslation(person=_name_of(actor))
    if not holds and not reason.strip():
        raise CorrectionEmpty(kind="a translation that does not hold")
    if any(one.by_key == actor.key_id for one in known.checks):
        raise InvalidValue(what="A second check by one person", why="theirs stands already; ask somebody else")
    with custody.act(actor=actor, reason=reason.strip() or "checked a translation") as act:
        act.record(
            "check_translation",
            {
                "subject": _about(known.item),
                "translation": known.id,
                "holds": holds,
                "reason": reason.strip(),
            },
        )
    return selectors.translation(known.id)


def _name_of(actor: Signer) -> str:
    return next((one.name for one in access_selectors.people() if one.key_id == actor.key_id), "unknown")


def _about(item: str) -> str:
    # A subject of its own: what people made of footage is disclosed by a decision of its own, not with the bytes.
    return f"candidates:{item}"


@projects("decide_candidate")
def _decided(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        CandidateDecision.objects.create(
            item=record["item"],
            track_sha256=record["track_sha256"],
            entry=record["entry"],
            decision=record["decision"],
            text=record["text"],
            reason=record["reason"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("translate")
def _translated(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Translation.objects.create(
            id=record["id"],
            item=record["item"],
            track_sha256=record["track_sha256"],
            entry=record["entry"],
            of_text=record["of_text"],
            text=record["text"],
            language=record["language"],
            translator=record["translator"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("check_translation")
def _checked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        TranslationCheck.objects.create(
            translation_id=record["translation"],
            holds=record["holds"],
            reason=record["reason"],
            checked_by=entry.actor,
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
