"""Sentences that rooms compute and the record keeps in English, told in the language of the page.

A reason lies on the record with its figures filled in. Here stand the sentences of which it was made, as templates: the
one that fits is translated and filled again. What fits none is told as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from probata.terms.errors import ProbataError

CONTRADICTIONS = (
    _("their ranges of time share no instant"),
    _("the one has at least {least}, the other at most {most}"),
    _("what follows from them cannot both be so: {reason}"),
    _("what follows from it cannot both be so: {reason}"),
)
LOOKS = (
    _("there are neither pictures nor sound in it"),
    _("there are no pictures in the footage"),
    _("there is no sound in the footage"),
    _("the pictures cannot be decoded"),
    _("the sound cannot be decoded"),
    _("no change of scene in {pictures} pictures"),
    _("no face was seen in {pictures} pictures; the detector looked at {looked} of them, four ways each"),
    _("pictures of {pixels} pixels hold no face that could be seen"),
    _("more than {pictures} pictures would have to be looked at"),
    _("more than {patches} patches would have to be asked for"),
    _("pictures of {width} by {height} pixels are no pictures of a scene"),
    _("pictures of {pixels} pixels hold no text that could be read"),
    _("the face detector failed: {error}"),
    _("the text detector failed: {error}"),
    _("the speech model failed: {error}"),
    _("the classifier of [models.sound] failed: {error}"),
    _("the classifier of [models.sound] does not take mono sound alone"),
    _("the classifier of [models.sound] gives {count}, and its map names {names} classes"),
    _("the classifier of [models.sound] gives scores that are not from 0 to 1, as its map says"),
    _("the classifier of [models.sound] gives what is no number"),
    _("the face detector does not answer as CenterFace does"),
    _("no text was seen on {pictures} pictures; the detector looked at {looked} of them"),
    _("text may be there; no reading of it is sure enough to tell"),
    _("the sound lasts {seconds} s: too short to hear speech in"),
    _("the sound lasts {seconds} s: too short to tell what begins in it"),
    _("the sound is silent throughout, {seconds} s of sound"),
    _("the sound is silent throughout, {seconds} s"),
    _("a voice may be heard; nothing that was made of it passes the guards"),
    _("no voice was heard in {seconds} s of sound; what was like a voice and shorter than {least} s: {count}"),
    _("no voice was heard in {seconds} s of sound"),
    _("nothing begins like a shot in {seconds} s of sound; {count} sounds begin suddenly"),
    _("all that was found is doubtful"),
    _("{programs} is not installed here: pip install 'probata[{extra}]'"),
    _("there is nothing at {file}, which probata.toml names"),
    _("Tesseract is not whole here: apt-get install {packages}"),
    _("the analyser cannot be loaded: {error}"),
    _("the face detector cannot be loaded: {error}"),
    _("the voice detector cannot be loaded: {error}"),
    _("the speech model cannot be loaded: {error}"),
    _("{what} cannot be loaded: {error}"),
    _("the analyser failed by {error}"),
    _("its result cannot be written: {error}"),
    _("it took longer than it was given"),
    _("the worker ended while it looked (status {status})"),
    _("it failed by {error}"),
)
COUNTS = (
    _("{count} may be something else among fireworks"),
    _("{count} may be something else"),
    _("{count} may be an echo"),
    _("{count} may be echoes"),
    _("{count} is doubtful"),
    _("{count} are doubtful"),
    _("one burst is marked and not counted inside"),
    _("{count} bursts are marked and not counted inside"),
    _("each stands out plainly"),
    _("none was heard"),
    _("no sound"),
)
DOUBTS = (
    _("possible echo of an earlier sound"),
    _("fireworks are heard around it"),
    _("little speaks for it"),
    _("it may as well be a firework or a backfire"),
    _("it hardly stands out of what is heard behind it"),
    _("a burst: not counted inside"),
    _("the model holds it to be no speech ({a})"),
    _("the model is unsure of what it wrote (log probability {a})"),
    _("it repeats itself (compression ratio {a})"),
    _("its words are unlikely (mean probability {a})"),
    _("its language is unclear: the one that it was written in is likely by {a} only"),
    _("a voice is heard in {a} of its time only"),
    _("it has {a} letters in {b} s: more than can be said"),
    _("it is a phrase of subtitles, which such models add where nothing is said"),
)
SEARCHES = (
    _("there is no other footage to compare it with"),
    _("nothing shared was found in {count} others; {failed} of them could not be compared"),
    _("nothing shared was found in {count} others"),
    _("all that was found was rejected"),
    _("no key picture of it and no sound is more alike than what is known to be wrong"),
)
OWN = (*CONTRADICTIONS, *LOOKS, *COUNTS, *DOUBTS, *SEARCHES)
_FIELD = re.compile(r"\{(\w*)[^{}]*\}")
_LEAST_LETTERS = 12


def in_words(reason: str) -> str:
    """A computed reason in the language of the page; several that `; ` joins each by itself."""
    whole = _in_words(reason)
    return whole if whole is not None else "; ".join(_in_words(one) or one for one in reason.split("; "))


def fits(reason: str) -> bool:
    """Whether every part of a reason is made of a sentence that is known here."""
    return _template(reason) is not None or all(_template(one) for one in reason.split("; "))


def _in_words(reason: str) -> str | None:
    found = _template(reason)
    if found is None:
        return None
    sentence, told = found
    filled = {name: in_words(value) if name == "reason" else value for name, value in told}
    return _FIELD.sub(lambda field: filled[field[1]], gettext(sentence))


@lru_cache(maxsize=4096)
def _template(reason: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The sentence of which a reason was made, and what fills it."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return sentence, tuple(found.groupdict().items())
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    errors = sorted({kind.template for kind in _kinds(ProbataError)} - set(OWN))
    return tuple((one, _pattern(one)) for one in (*OWN, *errors) if _is_telling(one))


def _kinds(of: type[ProbataError]) -> Iterator[type[ProbataError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _is_telling(sentence: str) -> bool:
    """Whether a sentence is more than its fields, so that it fits nothing else, and names each of them once."""
    names = _FIELD.findall(sentence)
    letters = sum(map(str.isalpha, _FIELD.sub("", sentence)))
    return all(names) and len(set(names)) == len(names) and (letters >= _LEAST_LETTERS or sentence in OWN)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _FIELD.split(sentence)
    fixed = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
