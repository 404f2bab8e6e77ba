"""What the keys of the workbench do, where each stands, and what a person changed: the one list of it on this side.

The places themselves stand in `static/workbench/keys.js`, which acts by them; a test holds both lists together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from attrs import frozen
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from probata.access import services
from probata.terms.errors import InvalidValue, NotFound, Refused

Place = Mapping[str, str | bool]
"""`code` is the key's place on the keyboard (KeyboardEvent.code), `shift` whether Shift is held with it."""


@frozen(kw_only=True)
class Action:
    """Something that a key does on some of the screens; `places` are where it stands unless a person changed it."""

    name: str
    words: str | Promise
    screens: frozenset[str]
    places: tuple[tuple[str, bool | None], ...]


SCREENS: dict[str, str | Promise] = {
    "everywhere": _("Everywhere"),
    "lists": _("Lists"),
    "intake": _("Intake"),
    "item": _("The item's page"),
    "compare": _("Comparing"),
    "reading": _("Reading an article"),
    "cases": _("Cases"),
    "reviews": _("Reviews"),
    "disclosure": _("Disclosure"),
    "claims": _("Claims"),
    "places": _("Place and time"),
    "timeline": _("Time axes"),
}
_LISTS = "lists intake reading cases reviews disclosure claims places"
_BOTH = "item compare"
_KEY = re.compile(r"[A-Z][A-Za-z0-9]{1,24}")
# Veiling is never anywhere else, whoever sits here; the others move the focus or belong to the browser.
_FIXED = re.compile(r"Escape|Tab|Enter|(Shift|Control|Alt|Meta)(Left|Right)|F\d+|CapsLock|ContextMenu")


def _action(name: str, words: str | Promise, screens: str, *codes: str, shift: bool | None = None) -> Action:
    return Action(
        name=name, words=words, screens=frozenset(screens.split()), places=tuple((code, shift) for code in codes)
    )


ACTIONS = (
    _action("help", _("the keys of this screen"), "everywhere", "Slash", shift=True),
    _action("find", _("filter by typing"), _LISTS, "Slash", shift=False),
    _action("next", _("next row"), _LISTS, "KeyJ", "ArrowDown"),
    _action("previous", _("previous row"), _LISTS, "KeyK", "ArrowUp"),
    _action("older", _("next page"), _LISTS, "BracketRight"),
    _action("newer", _("previous page"), _LISTS, "BracketLeft"),
    _action("choose", _("choose the row, or not"), "intake", "Space"),
    _action("acceptReport", _("accepted"), "intake", "KeyA"),
    _action("duplicateOf", _("duplicate of"), "intake", "KeyD"),
    _action("excerptOf", _("excerpt of"), "intake", "KeyE"),
    _action("outOfScope", _("out of scope"), "intake", "KeyX"),
    _action("notFootage", _("not footage"), "intake", "KeyN"),
    _action("referReport", _("referred"), "intake", "KeyR"),
    _action("unsafeToKeep", _("unsafe to keep"), "intake", "KeyU"),
    _action("couldNotAssess", _("could not assess"), "intake", "KeyC"),
    _action("assignReport", _("whose it is"), "intake", "KeyW"),
    _action("reveal", _("reveal while held"), _BOTH, "KeyB"),
    _action("wayMore", _("show more: text, stills, drawing, grey and small, full"), _BOTH, "KeyV", shift=False),
    _action("wayLess", _("show less"), _BOTH, "KeyV", shift=True),
    _action("grey", _("grey and small on, off"), _BOTH, "KeyG"),
    _action("sound", _("sound on, off"), _BOTH, "KeyU"),
    _action("skipOver", _("skip over the severe stretch that is here or next"), _BOTH, "KeyH"),
    _action("severity", _("mark how hard a stretch is to look at"), "item", "KeyM"),
    _action("pause", _("play, pause"), _BOTH, "Space", "KeyK"),
    _action("slower", _("slower"), _BOTH, "KeyJ"),
    _action("faster", _("faster"), _BOTH, "KeyL"),
    _action("back", _("one frame back"), "item compare claims timeline", "Comma", "ArrowLeft", shift=False),
    _action("forward", _("one frame on"), "item compare claims timeline", "Period", "ArrowRight", shift=False),
    _action("backTen", _("ten frames back"), _BOTH, "Comma", "ArrowLeft", shift=True),
    _action("forwardTen", _("ten frames on"), _BOTH, "Period", "ArrowRight", shift=True),
    _action("first", _("first frame"), _BOTH, "Home"),
    _action("last", _("last frame"), _BOTH, "End"),
    _action("earlierEvent", _("previous thing found"), _BOTH, "BracketLeft"),
    _action("laterEvent", _("next thing found"), _BOTH, "BracketRight"),
    _action("go", _("go to a frame by its number"), "item", "KeyF"),
    _action("accept", _("accept"), "item reading disclosure", "KeyY"),
    _action("correct", _("correct: say what it is instead"), "item reading", "KeyE"),
    _action("reject", _("reject"), "item compare reading", "KeyN"),
    _action("reopen", _("undo: undecided again"), "item reading", "KeyZ"),
    _action("translate", _("record a translation"), "item", "KeyT"),
    _action("observe", _("add what you see or hear at this frame"), "item", "KeyA"),
    _action("markIn", _("in mark at this frame"), "item", "KeyI"),
    _action("markOut", _("out mark at this frame"), "item", "KeyO"),
    _action("drawBox", _("draw a box over the picture"), "item", "KeyD"),
    _action("recordCandidate", _("record the chosen candidate as an observation"), "item", "KeyR"),
    _action("spectrogram", _("show, hide the pitches of the sound"), "item", "KeyS"),
    _action("zoomIn", _("zoom in"), "item timeline", "Equal", "NumpadAdd"),
    _action("zoomOut", _("zoom out"), "item timeline", "Minus", "NumpadSubtract"),
    _action("zoomAll", _("the whole length"), "item timeline", "Digit0", "Numpad0"),
    _action("sideBySide", _("side by side"), "compare", "Digit1", "Numpad1", shift=False),
    _action("blink", _("blink: one in the place of the other"), "compare", "Digit2", "Numpad2", shift=False),
    _action("wipe", _("wipe: A to the left of a line, B to its right"), "compare", "Digit3", "Numpad3", shift=False),
    _action("difference", _("difference: black where both agree"), "compare", "Digit4", "Numpad4", shift=False),
    _action("takeA", _("of three or four: in blink, show A"), "compare", "Digit1", shift=True),
    _action("takeB", _("of three or four: lay B on A"), "compare", "Digit2", shift=True),
    _action("takeC", _("of three or four: lay C on A"), "compare", "Digit3", shift=True),
    _action("takeD", _("of three or four: lay D on A"), "compare", "Digit4", shift=True),
    _action("flip", _("in blink: show the other"), "compare", "KeyX"),
    _action("exchange", _("let the other lead"), "compare", "KeyE"),
    _action("confirm", _("confirm"), "compare", "KeyY"),
    _action("begin", _("open a new case"), "cases", "KeyN"),
    _action("ask", _("ask a question"), "cases", "KeyQ"),
    _action("openNew", _("open a new one"), "reviews disclosure", "KeyN"),
    _action("previewPackage", _("preview the package"), "disclosure", "KeyT"),
    _action("takePlace", _("take the place"), "reviews", "KeyT"),
    _action("putOnRecord", _("Record as a derivation"), "places", "KeyR"),
    _action("speaksFor", _("the record speaks for it"), "reviews", "KeyF"),
    _action("speaksAgainst", _("the record speaks against it"), "reviews", "KeyA"),
    _action("computesIt", _("the record computes it"), "reviews", "KeyD"),
    _action("takeOut", _("take out again"), "reviews disclosure", "KeyX"),
)
BY_NAME = {one.name: one for one in ACTIONS}


class NoSuchAction(NotFound):
    """Nothing that a key does has that name."""

    code = "no_such_action"
    template = "No key does {action}."
    advice = "The page of keys lists everything that keys do."


class PlaceTaken(Refused):
    """Another action that works on one of the same screens stands at that key."""

    code = "key_taken"
    template = "{key} is taken: it does “{other}” on a screen on which “{action}” works too."
    advice = "Choose another key, exchange the two, or change the other first."


@frozen(kw_only=True)
class Line:
    """An action as the page of keys shows it; `changed` where a person moved it."""

    action: Action
    places: tuple[str, ...]
    changed: bool


def own_keys(request: HttpRequest) -> dict[str, Place]:
    """What the person of this request changed; what nobody knows any more is left out."""
    kept = services.standing(request.user).keys if request.user.is_authenticated else {}
    return {name: place for name, place in kept.items() if name in BY_NAME}


def keyboard(request: HttpRequest) -> dict[str, str]:
    """For every page: what the person changed, for `keys.js`; nothing where they changed nothing."""
    changed = own_keys(request) if hasattr(request, "user") else {}
    return {"own_keys": json.dumps(changed, sort_keys=True) if changed else ""}


def lines(changed: Mapping[str, Place]) -> list[tuple[str | Promise, list[Line]]]:
    """Every action under the first of its screens, with where it stands now."""
    order = list(SCREENS)
    groups: dict[str, list[Line]] = {name: [] for name in order}
    for one in ACTIONS:
        first = min(one.screens, key=order.index)
        places = tuple(label(code, shift=bool(shift)) for code, shift in _stands(one, changed))
        groups[first].append(Line(action=one, places=places, changed=one.name in changed))
    return [(SCREENS[name], found) for name, found in groups.items() if found]


def moved(
    changed: Mapping[str, Place], untrusted_name: str, untrusted_code: str, *, shift: bool, exchange: bool
) -> dict[str, Place]:
    """The changes with one more; raises `NoSuchAction`, `InvalidValue`, and `PlaceTaken` unless both are exchanged."""
    action = BY_NAME.get(untrusted_name)
    if action is None:
        raise NoSuchAction(action=untrusted_name[:40])
    if not _KEY.fullmatch(untrusted_code) or _FIXED.fullmatch(untrusted_code):
        raise InvalidValue(what=f"The key {untrusted_code[:30]!r}", why=gettext("it keeps what it does everywhere"))
    after: dict[str, Place] = {**changed, action.name: {"code": untrusted_code, "shift": shift}}
    taken = [one for one in ACTIONS if one is not action and _meet(one, action) and _clash(one, action, after)]
    if taken and not (exchange and len(taken) == 1):
        raise PlaceTaken(key=label(untrusted_code, shift=shift), other=str(taken[0].words), action=str(action.words))
    if taken:
        code, held = _stands(action, changed)[0]
        after[taken[0].name] = {"code": code, "shift": bool(held)}
        if again := [one for one in ACTIONS if one not in {action, taken[0]} and _clash(one, taken[0], after)]:
            raise PlaceTaken(key=label(code, shift=bool(held)), other=str(again[0].words), action=str(taken[0].words))
    return after


def must_fit(changed: Mapping[str, Place]) -> None:
    """Raise `PlaceTaken` where two actions that work on one screen would stand at one key."""
    for place, one in enumerate(ACTIONS):
        for other in ACTIONS[place + 1 :]:
            if {one.name, other.name} & changed.keys() and _clash(one, other, changed):
                code, shift = _stands(one, changed)[0]
                raise PlaceTaken(key=label(code, shift=bool(shift)), other=str(one.words), action=str(other.words))


def _meet(one: Action, other: Action) -> bool:
    everywhere = "everywhere" in one.screens | other.screens
    return everywhere or bool(one.screens & other.screens)


def _stands(action: Action, changed: Mapping[str, Place]) -> list[tuple[str, bool | None]]:
    own = changed.get(action.name)
    return [(str(own["code"]), bool(own["shift"]))] if own else list(action.places)


def _clash(one: Action, other: Action, changed: Mapping[str, Place]) -> bool:
    return _meet(one, other) and any(
        here[0] == there[0] and (here[1] is None or there[1] is None or here[1] == there[1])
        for here in _stands(one, changed)
        for there in _stands(other, changed)
    )


_LABELS = {
    "Comma": ",", "Period": ".", "Slash": "/", "BracketLeft": "[", "BracketRight": "]", "Minus": "−", "Equal": "+",
    "Semicolon": ";", "Quote": "'", "Backquote": "`", "Backslash": "\\", "ArrowLeft": "←", "ArrowRight": "→",
    "ArrowUp": "↑", "ArrowDown": "↓", "NumpadAdd": "Num +", "NumpadSubtract": "Num −",
}  # fmt: skip


def label(code: str, *, shift: bool) -> str:
    """A key as it is written on most keyboards."""
    plain = _LABELS.get(code) or code.removeprefix("Key").removeprefix("Digit").replace("Numpad", "Num ")
    return f"Shift {plain}" if shift else plain
