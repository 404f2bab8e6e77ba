"""Runs analysers over a file: all of them in one pass, with or without a workspace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from probata.analysis.seam import GROUP, About, Analyser, Draft, Track, recipe
from probata.engines import plugins, settings
from probata.engines.sandbox import CellDied, Jail, NotAFile
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.passes import Consumer, Outcome, PassResult, Progress, watch
from probata.media.wire import a_jail
from probata.terms.errors import FootageError, NotFound, ProbataError, UsageError

NOT_INSTALLED = "not_installed"
"""The code of a track whose analyser lacks what it works with: an extra, or weights."""


class NoSuchAnalyser(NotFound):
    """No analyser of that name is installed."""

    code = "no_such_analyser"
    template = "There is no analyser {name!r}."
    advice = "These are installed: {installed}."


@frozen(kw_only=True)
class Looked:
    """What came of one pass: a track of each analyser, and the pass itself; None, and why, where it was not made."""

    tracks: tuple[Track, ...]
    seen: PassResult | None
    why: str = ""


def analysers(only: Sequence[str] | None = None) -> list[Analyser]:
    """The installed analysers, or only the named ones, by name; raises `NoSuchAnalyser`."""
    installed = plugins.names(GROUP)
    workspace = settings.of_environment()
    # A slip in the settings would be passed over in silence, and the defaults taken for what was wanted.
    for name in (*(only or ()), *(workspace.analysers if workspace is not None else ())):
        if name not in installed:
            raise NoSuchAnalyser(name=name, installed=", ".join(installed))
    return [_made(name) for name in installed if only is None or name in only]


@frozen(kw_only=True)
class _Unfit:
    """Stands for an analyser that cannot even be made: it looks at nothing, and says why; the others go on."""

    about: About

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:  # noqa: ARG002  the seam's signature
        return ()

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:  # noqa: ARG002  same
        return Draft(outcome="could_not_look", why=self.about.lacking)


def _told(error: Exception) -> str:
    """What a stranger's code raised, in one line; folders of this machine, which nobody else need know, left out."""
    return re.sub(r"(?<![\w.])/[^\s'\",:;)]+", "…", f"{type(error).__name__}: {error}")[:300]


def _made(name: str) -> Analyser:
    try:
        made: Analyser = plugins.load(GROUP, name)()
    except Exception as error:  # noqa: BLE001  the edge of a plug-in: its fault becomes its answer
        why = f"the analyser cannot be loaded: {_told(error)}"
        promise = "Nothing: it cannot be loaded."
        return _Unfit(about=About(name=name, version="unknown", promise=promise, kinds=(), watches=(), lacking=why))
    return made


def analyse_file(
    path: Path, only: Sequence[str] | None = None, *, limits: Limits | None = None, jail: Jail | None = None
) -> list[Track]:
    """A track of each analyser, or of the named ones, on a bare file; needs no workspace.

    Footage that cannot be looked at gives tracks that say so and why. Raises only if there is no file to look at, no
    such analyser, or no jail.
    """
    return list(look(path, analysers(only), limits=limits, jail=jail).tracks)


class ParameterUnfit(UsageError):
    """The settings name a parameter that an analyser does not have, or give it another kind of value."""

    code = "parameter_unfit"
    template = "The settings of the analyser {analyser} are not used: {why}."
    advice = "Correct [analysers.{analyser}] in probata.toml; its parameters are {known}."


def recipe_of(analyser: Analyser, tools: Mapping[str, str]) -> str:
    """The recipe of this analyser with its parameters as they stand and these tools (`Jail.tools`)."""
    return recipe(analyser.about, parameters_of(analyser), tools)


def parameters_of(analyser: Analyser) -> dict[str, Any]:
    """The parameters as they stand: the defaults, and in their place what the workspace's settings say."""
    workspace = settings.of_environment()
    given = workspace.analysers.get(analyser.about.name, {}) if workspace is not None else {}
    return analyser.about.defaults() | dict(given)


def _must_fit(about: About, parameters: Mapping[str, Any]) -> None:
    defaults = about.defaults()
    for name, value in parameters.items():
        known = ", ".join(defaults) or "none"
        if name not in defaults:
            raise ParameterUnfit(analyser=about.name, why=f"it has no parameter {name}", known=known)
        wanted = (int, float) if type(defaults[name]) is float else (type(defaults[name]),)
        if type(value) not in wanted:
            why = f"{name} is {value!r}, and must be like {defaults[name]!r}"
            raise ParameterUnfit(analyser=about.name, why=why, known=known)


def look(
    file: Path | int,
    chosen: Sequence[Analyser],
    *,
    beside: Sequence[Consumer] = (),
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> Looked:
    """One pass for all the chosen analysers, and for consumers `beside` them whose outcomes stay in `seen`.

    If the jailed process dies of it, it is found out of whom: the file is watched without any analyser, and then by
    each alone, so that one that cannot bear a file takes no other's answer along.
    """
    with a_jail(jail) as held:
        # Read once: settings that change while a look goes on must not be told as what it was made with.
        asked = _Asked(chosen=tuple((one, parameters_of(one)) for one in chosen), tools=held.tools())
        watchers, unable = _who_watches(asked)
        every = [consumer for own in watchers.values() for consumer in own]
        try:
            seen = watch(file, [*beside, *every], limits=limits, progress=progress, jail=held)
        except NotAFile:
            raise
        except (CellDied, DecoderConfused) as error:
            if not every:
                return _nobody(asked, unable, error)
        except FootageError as error:
            return _nobody(asked, unable, error)
        else:
            return Looked(
                tracks=asked.tracks(lambda one, own: unable.get(one.about.name) or _draft(one, own, seen)), seen=seen
            )
        return _one_by_one(file, asked, watchers, unable, beside=beside, limits=limits, progress=progress, jail=held)


@frozen(kw_only=True)
class _Asked:
    """Who looks in one look, each with the parameters that stand while it lasts; and with which tools."""

    chosen: tuple[tuple[Analyser, dict[str, Any]], ...]
    tools: Mapping[str, str]

    def tracks(self, draft_of: Callable[[Analyser, dict[str, Any]], Draft]) -> tuple[Track, ...]:
        """A track of each, made of the draft that is given for it."""
        return tuple(_as_track(one, own, draft_of(one, own), self.tools) for one, own in self.chosen)


def _nobody(asked: _Asked, unable: Mapping[str, Draft], error: FootageError) -> Looked:
    """Nobody could look, for one reason."""
    draft = _could_not(error)
    tracks = asked.tracks(lambda one, _own: unable.get(one.about.name, draft))
    return Looked(tracks=tracks, seen=None, why=error.message)


def _one_by_one(
    file: Path | int,
    asked: _Asked,
    watchers: Mapping[str, Sequence[Consumer]],
    unable: Mapping[str, Draft],
    *,
    beside: Sequence[Consumer],
    limits: Limits | None,
    progress: Callable[[Progress], None] | None,
    jail: Jail,
) -> Looked:
    try:
        seen = watch(file, beside, limits=limits, progress=progress, jail=jail)
    except FootageError as error:
        return _nobody(asked, unable, error)

    def alone(one: Analyser, own: dict[str, Any]) -> Draft:
        name = one.about.name
        if name in unable:
            return unable[name]
        try:
            return _draft(one, own, watch(file, watchers[name], limits=limits, progress=progress, jail=jail))
        except FootageError as error:
            return _could_not(error)

    return Looked(tracks=asked.tracks(alone), seen=seen)


def _could_not(error: FootageError) -> Draft:
    return Draft(outcome="could_not_look", why=error.message, more={"code": error.code})


def nobody_looked(chosen: Sequence[Analyser], tools: Mapping[str, str], why: str) -> Looked:
    """What stands where not even the answers came back: nobody could look, and why."""
    draft = Draft(outcome="could_not_look", why=why, more={"code": "worker_died"})
    asked = _Asked(chosen=tuple((one, parameters_of(one)) for one in chosen), tools=tools)
    return Looked(tracks=asked.tracks(lambda _one, _own: draft), seen=None, why=why)


def _who_watches(asked: _Asked) -> tuple[dict[str, list[Consumer]], dict[str, Draft]]:
    """The consumers of each of the chosen analysers, and what stands for those who cannot look at all, by name."""
    consumers: dict[str, list[Consumer]] = {}
    unable: dict[str, Draft] = {}
    for one, parameters in asked.chosen:
        about = one.about
        if about.lacking:
            unable[about.name] = Draft(outcome="could_not_look", why=about.lacking, more={"code": NOT_INSTALLED})
            continue
        try:
            _must_fit(about, parameters)
            consumers[about.name] = [
                Consumer(name=f"{about.name}/{consumer.name}", target=consumer.target, parameters=consumer.parameters)
                for consumer in one.consumers(parameters)
            ]
        except ProbataError as error:
            why = f"{error.message} {error.what_to_do}".strip()
            unable[about.name] = Draft(outcome="could_not_look", why=why, more={"code": error.code})
    return consumers, unable


def _draft(analyser: Analyser, parameters: Mapping[str, Any], seen: PassResult) -> Draft:
    prefix = f"{analyser.about.name}/"
    own: dict[str, Outcome] = {
        name.removeprefix(prefix): evolve(outcome, name=name.removeprefix(prefix))
        for name, outcome in seen.outcomes.items()
        if name.startswith(prefix)
    }
    try:
        return analyser.track(own, seen, parameters)
    except Exception as error:  # noqa: BLE001  the edge of a plug-in: its fault becomes its stored outcome
        return Draft(outcome="could_not_look", why=f"the analyser failed by {_told(error)}")


def _as_track(analyser: Analyser, parameters: dict[str, Any], draft: Draft, tools: Mapping[str, str]) -> Track:
    about = analyser.about
    return Track(
        analyser=about.name,
        version=about.version,
        recipe=recipe(about, parameters, tools),
        outcome=draft.outcome,
        why=draft.why,
        entries=draft.entries,
        parameters=parameters,
        tools={**tools, **about.tools},
        more=draft.more,
        pictures=draft.pictures,
    )
