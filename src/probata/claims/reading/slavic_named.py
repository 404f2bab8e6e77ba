"""Who is meant by a Russian or Ukrainian pronoun, a surname in another case, `генерал` or `в документе`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

_SHE = frozenset(["она", "её", "ее", "ей", "вона", "її", "їй"])
_HE = frozenset(["он", "его", "ему", "він", "його", "йому"])
# One word for somebody of whom more was told before; at most a proper name gives it another sense.
_THE_WOMAN = frozenset(["женщина", "чиновница", "собеседница", "жінка", "чиновниця", "посадовиця", "співрозмовниця"])
_THE_MAN = frozenset(
    [
        "мужчина",
        "чиновник",
        "политик",
        "собеседник",
        "последний",
        "военный",
        "тот",
        "чоловік",
        "посадовець",
        "політик",
        "співрозмовник",
        "останній",
        "військовий",
        "той",
    ]
)
_THERE = frozenset(["там", "там же", "тут"])
_THEY = frozenset(["они", "их", "им", "вони", "їх", "їм", "їхня", "їхню", "їхнім", "їхніми", "їхньою"])
_PAPER = re.compile(
    r"(?:этом |этой |том же |цьому |цій |том |тому )?"
    r"(?:сообщени[ие]|заявлени[ие]|документ[еі]|пост[еі]?|публикации|тексте"
    r"|письме|запис[иі]|обращении|пресс-релизе|релизе|отч[её]те|докладе|листовке|комментарии|ролике|ответе|повідомленні"
    r"|заяві|дописі|публікації|тексті|листі|зверненні|пресрелізі|релізі|звіті|доповіді|листівці|коментарі|ролику"
    r"|відповіді|подписи|підписі?|втором|другому)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"министерств|міністерств|арми|армі|командован|командуван|групп|груп|агентств|агенц|батальон|батальйон|бригад|полк(?!ов)"
    r"|организац|організац|комитет|комітет|штаб|полици|поліці|прокуратур|газет|издани|виданн|служб|совет(?!ник)|рада\b|раді\b"
    r"|ведомств|відомств|офис|офіс|ассоциац|асоціац|управлени|управлінн|гварді[яюї]|гварди[яюие]|войск(?!ов)|військ(?!ов)"
    r"|отряд|заг[іо]н|корпус|мисси|місі|фонд|центр|союз|спілк|администрац|адміністрац|правительств|уряд|парламент|лаборатор|редакц|канцеляр|посольств"
    r"|комендатур|дивизи|дивізі|спецназ|легион|легіон|фронт|движени|рух\b|генштаб|лига|ліга|альянс|проект|бюро|суд\b|суде\b",
    re.IGNORECASE,
)
_THE_BODY = re.compile(
    r"(?:само\w+ )?(?:ведомств|відомств|организаци|організаці|учреждени|установ|издани|виданн|газет|групп|груп|фонд"
    r"|центр|агентств|агенці|движени|рух|бригад|отряд|загін|загон|батальон|батальйон|комисси|комісі)\w{0,2}"
)
_ADJECTIVE = re.compile(
    r"\w+(?:ая|ое|ее|ий|ый|ой|ые|ие|ого|ому|ом|ском|ій|ої|(?:[сзц]ьк|льн|вн|ов|тн|чн|дн|жн|[сзц]к)[ае])$", re.IGNORECASE
)
_GIVEN = re.compile(r"([А-ЯЁІЇЄҐ][а-яёіїєґ’']+) [А-ЯЁІЇЄҐ][\w’'-]+$")
_MEN_IN_A = frozenset(
    ["илья", "никита", "лука", "кузьма", "фома", "савва", "данила", "микола", "ілля", "микита", "сава", "хома", "ярема"]
)
_MEN_IN_A_BY_OFFICE = frozenset(
    ["глава", "голова", "староста", "старшина", "мужчина", "воевода", "воєвода", "судья", "суддя", "юноша", "дядя"]
)
_FEWEST = 4
# What a surname ends in, in any case: `Дуга`, `Дуги`; `Лозовий`, `Лозового`.
_ENDINGS = re.compile(r"(?:ого|ому|ими|ий|ый|ой|им|ым|ая|яя|ої|ою|ую|ові|еві|ом|ем|єм|[аяуюиіыейєоьї])$")


def named_before(written: str, named: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The one named before who is meant; None where the words themselves name somebody, or nobody fits."""
    low = written.lower().strip()
    if not named or not re.match(r"[А-Яа-яЁёІіЇїЄєҐґ]", written):
        return None
    bodies = [one for one in reversed(named) if _is_body(one[0])]
    if low in _THERE or _THE_BODY.fullmatch(low):
        return next(iter(bodies), named[-1] if low in _THERE else None)
    if low in _THEY:
        return next((one for one in reversed(named) if _is_body(one[0]) or _is_many(one[0])), named[-1])
    if low in _SHE | _HE | _THE_WOMAN | _THE_MAN:
        return _person(named, she=low in _SHE | _THE_WOMAN, surely=low in _THE_WOMAN | _THE_MAN)
    return named[-1] if _is_paper(low) else _same(written, named)


def _is_paper(low: str) -> bool:
    """Whether the words are a paper and no more: `заявлении`, `этом документе`, and not `заявлении штаба`."""
    paper = _PAPER.search(low)
    if paper is None or len(low[: paper.start()].split()) > 2 or re.search(r" (?:в|у) ", low):
        return False
    return (paper.start() == 0 or low[: paper.start()].endswith(" ")) and _ends(low[paper.end() :])


def signed_by(role: str) -> str:
    """Who signed a paper, by what is told of it: `сообщение, которое подписал начальник …`."""
    found = re.search(r"\b(?:подписа|підписа)\w+ (.+)", role)
    return found[1].strip() if found else ""


def _ends(rest: str) -> bool:
    return re.match(r"\s*$|\s+(?:на|в|у|от|за|від|к|до|по)\b", rest) is not None


def _is_body(name: str) -> bool:
    """Whether the first noun of the name is a body: `Следственное управление`, and not `начальник управления`."""
    if re.fullmatch(r"[а-яёіїєґ’'-]+ «[^«»]+»", name):
        return True
    words = re.findall(r"[\w’'-]+", name)
    for word in words[:3]:
        if _BODY.search(word):
            return True
        if _ADJECTIVE.fullmatch(word) is None:
            return name[:1] in "«“"
    return False


def _person(named: Sequence[tuple[str, str]], *, she: bool, surely: bool) -> tuple[str, str] | None:
    """The last person whose given name or office fits; the last of all where no name tells."""
    people = [one for one in reversed(named) if not _is_many(one[0]) and not _is_body(one[0])]
    for one in people:
        if _woman(one[0]) is she:
            return one
    return people[0] if people and not surely else None


def _woman(name: str) -> bool:
    given = _GIVEN.search(name)
    if given is not None and given[1].lower() in _MEN_IN_A:
        return False
    if given is not None and given[1][-1] in "ая":
        return True
    head = re.match(r"\w+", name.lower())
    return given is None and head is not None and head[0][-1] in "ая" and head[0] not in _MEN_IN_A_BY_OFFICE


def _is_many(name: str) -> bool:
    return re.match(r"\w+(?:ы|и|і|ї)\b(?! [А-ЯЁІЇЄҐ])", name) is not None and _GIVEN.search(name) is None


def _same(written: str, named: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """`Ярцева` after `генерал Платон Ярцев`, `штаба` after `Штаб лиги`: one word, or a surname with its office."""
    words = re.findall(r"[\w’'-]+", written)
    if len(words) != 1:
        return None
    for name, role in reversed(named):
        heads = re.findall(r"[\w’'-]+", name)
        if len(heads) > 1 and any(one_word(words[0], head) for head in (heads[0], heads[1], heads[-1])):
            return name, role
    return None


def one_word(one: str, other: str) -> bool:
    """Whether two words are one in two cases, as far as their beginnings tell."""
    pairs = zip(one.lower(), other.lower(), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if one[:1].isupper() and other[:1].isupper():
        stems = {_ENDINGS.sub("", word.lower()) for word in (one, other)}
        if len(stems) == 1 and len(next(iter(stems))) >= _FEWEST - 1:
            return True
    return same >= max(_FEWEST, len(one) - 2, len(other) - 2)
