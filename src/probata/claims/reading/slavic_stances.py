"""Where Russian and Ukrainian words change what a verb announces: whose men, of what accused, what granted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from probata.claims.reading.acts import Act, Cue
from probata.claims.reading.said_words import OF_THEIRS, Says
from probata.claims.stances import Stance

_OF_LYING = re.compile(
    r"\b(?:во?|у) (?:\w+ )?(?:лжи|вран|фальсификац|фальсифікац|клевет|наклеп|дезинформ|дезінформ|брехн|обман|вымысл"
    r"|распространении (?:фейк|ложн|лжи|слух)|поширенні (?:фейк|неправд|чуток)|искажени|перекручуванн)",
    re.IGNORECASE,
)
_OF_STAGING = re.compile(
    r"\b(?:во?|у) (?:\w+ )?(?:инсценировк|постановк|постановц|монтаж|подделк|подлог|провокаци|інсценуванн|інсценівк"
    r"|підробц|підробленн|провокаці|изготовлени|виготовленн)",
    re.IGNORECASE,
)
_ON_NOBODY = re.compile(
    r"^\W*(?:(?:вину|провину|ответственность|відповідальність|вс[её]|усе) )?(?:на )?"
    r"(?:[\w-]+ ){0,2}?(?:артиллери|артилері|обстрел|обстріл|мин[ыу]\b|мін[иу]\b|авиаудар|авіаудар|миномёт|миномет"
    r"|міномет|несчастн|нещасн|ошибк|помилк|взрыв|вибух|случайн|випадков)",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"арми|армі|министр|міністр|штаб|правительств|уряд|бригад|батальон|батальйон|полк|командир|командован|командуван|генерал"
    r"|представител|речни|пресс-секретар|пресекретар|президент|власт|влада|отряд|загін|загон|гвард|войск|військ|посольств",
    re.IGNORECASE,
)
_OWED_BY = re.compile(r"\W*(?:ответственн|виновн|відповідальн|винн)\w+ ", re.IGNORECASE)
_THEMSELVES = re.compile(
    r"\W*(?:он |она |він |вона )?(?:сам |сама |лично |особисто )?(?:застрел|уби|расстрел|доби|отда|вби|розстріл"
    r"|застріл|віддав?)\w*(?:л|ла|в)\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"приш|прийш|дійш|заключ|установ|встанов|определ|визнач|опозна|[ву]пізна|идентиф|ідентиф", re.IGNORECASE
)
_CHECKS = re.compile(
    r"прокур|полици|поліц|следств|слідч|следовател|эксперт|експерт|лаборатор|криминал|криміналі", re.IGNORECASE
)


def beyond_in_slavic(act: Act, verb: str, said: str, kinds: Sequence[Says], who: str) -> tuple[Stance, str] | None:
    """The stance that the words give against the verb, and how they do; None where the verb stands."""
    if act.cue is Cue.ACCUSE:
        return _accused(said)
    if act.cue in {Cue.BLAME, Cue.ATTRIBUTE} and _ON_NOBODY.search(said):
        return Stance.ALTERNATIVE_EXPLANATION, "on what nobody did on purpose"
    if act.cue is Cue.CONFIRM:
        party = _PARTY.search(who) is not None and _CHECKS.search(who) is None
        if Says.THEIR_DEED in kinds and _CONCLUDES.match(verb):
            return Stance.ATTRIBUTES, "whose deed it was"
        if OF_THEIRS.search(said) or (party and (Says.GENUINE in kinds or kinds[:1] == [Says.HARM])):
            return Stance.ACCEPTS, "what others say of it"
    return _accepted(said, kinds) if act.cue is Cue.ACCEPT else None


def _accepted(said: str, kinds: Sequence[Says]) -> tuple[Stance, str] | None:
    if kinds[:1] == [Says.NO_KNOWLEDGE]:
        return Stance.DENIES_KNOWLEDGE, "that they do not know"
    if _OWED_BY.match(said):
        return Stance.ATTRIBUTES, "whose deed it was"
    if _THEMSELVES.match(said) or Says.OWN_DEED in kinds:
        return Stance.CLAIMS_RESPONSIBILITY, "a deed of their own"
    return None


def _accused(said: str) -> tuple[Stance, str] | None:
    if _OF_LYING.search(said):
        return Stance.DENIES_ACT, "of saying what is not so"
    if _OF_STAGING.search(said):
        return Stance.ALTERNATIVE_EXPLANATION, "of having made it"
    return None
