"""Russian and Ukrainian sentences: who said what, by forms of words and by where commas and dashes stand.

Word order is free, and no dictionary of cases is asked: the speaker is what stands before the verb in its clause, or
behind it where quoted speech or a whole clause stands before (`«…», — сказал X`; `…, сообщил X`).
"""

from __future__ import annotations

import re

from attrs import define, field

from probata.claims.reading.acts import MOST_CUES, SPEECH, Act, Cue, From
from probata.claims.reading.loose import loosely
from probata.claims.reading.page import Span
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.slavic_who import TRIM, WORD, Finder, Who, goes_on
from probata.claims.reading.slavic_words import WORDS, Words
from probata.claims.reading.tokens import QUOTE, masked

_ASIDE = re.compile(rf"\([^(){QUOTE}]{{1,80}}\)")
_LABEL = re.compile(rf"\W*([^,:;{QUOTE}]{{3,110}}?)\s*(?::|\s[—–])\s+(?={QUOTE}|без коммент|без комент)", re.IGNORECASE)
_TO_FIND_OUT = re.compile(
    r"\b(?:подтвердить|проверить|установить|определить|верифицировать|выяснить|сказать|назвать|опознать|разглядеть"
    r"|объяснить|найти|узнать|підтвердити|перевірити|встановити|установити|визначити|верифікувати|з[’']ясувати|сказати"
    r"|назвати|впізнати|розгледіти|пояснити|знайти|дізнатися)\b",
    re.IGNORECASE,
)


_SOMEBODY_ELSE = re.compile(
    r"[,;]\s+(?:(?:а|и|і|та|й|но|але|однако|однак|тогда как|тоді як)\s+)?([^,;:]*[А-ЯЁІЇЄҐ][^,;:]*)$"
)


_ONE = frozenset(["он", "она", "его", "её", "ее", "ему", "ей", "він", "вона", "його", "її", "йому", "їй"])
_NAMED = re.compile(r"[А-ЯЁІЇЄҐ][а-яёіїєґ’']+ [А-ЯЁІЇЄҐ][а-яёіїєґ’']+")
# What the page says of its own earlier words is nobody's statement.
_CORRECTS = re.compile(
    r"^\W*(?:исправлен|виправлен|поправка)|\b(?:верси[ия] (?:текста|материала|статьи|новости|публикации)"
    r"|(?:попередній|першій|ранішій) версії)",
    re.IGNORECASE,
)
_NO_TRACES = re.compile(r"(?:следов|признаков|слідів|ознак) [\w’'-]+ (?:[\w’'-]+ )?не\s+$", re.IGNORECASE)
_BUT = re.compile(r"\s*[,;]\s+(?:но|а|однако|зато|але|проте|однак)\b", re.IGNORECASE)


@define
class _Sentence:
    text: str
    place: Sentence
    tongue: str
    words: Words = field(init=False)
    mask: str = field(init=False)
    cues: list[tuple[Cue, int, int]] = field(init=False)
    names: Finder = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.words = WORDS[self.tongue]
        self.mask = _ASIDE.sub(lambda match: " " * len(match[0]), masked(self.text, self.place))
        self.cues = self._cues()
        self.names = Finder(place=self.place, words=self.words, mask=self.mask, cues=self.cues)

    def acts(self) -> list[Act]:
        found: list[Act] = []
        for number in range(len(self.cues)):
            act = self._act(number, found)
            if act is not None:
                found.append(act)
        return self._unreached() + found or self._labelled()

    def _unreached(self) -> list[Act]:
        """`Связаться с командиром не удалось`: who was asked stands in the middle of it."""
        for pattern in self.words.unreached:
            match = pattern.search(self.mask)
            if match is not None:
                spans = [self._span(*match.span())]
                act = self._made(Cue.SILENT, match.span(), Who(span=match.span(1)), spans, quoted=False, trailing=False)
                return [] if act is None else [act]
        return []

    def _labelled(self) -> list[Act]:
        """`Министр обороны: «…»`, as lists and interviews set it, without a verb."""
        label = _LABEL.match(self.mask)
        if label is None or len(WORD.findall(label[1])) > 12 or not WORD.search(label[1]):
            return []
        who = Who(span=(label.start(1), label.end(1)))
        spans, quoted = self._said(label.end(), len(self.mask.rstrip(" .;!?…")))
        cue = Cue.SAY if quoted else Cue.SILENT
        act = self._made(cue, (label.end(1), label.end(1) + 1), who, spans, quoted=quoted, trailing=False)
        return [] if act is None else [act]

    def _cues(self) -> list[tuple[Cue, int, int]]:
        asked = [pattern.search(self.mask) for pattern in self.words.unreached]
        taken: list[tuple[int, int]] = [match.span() for match in asked if match]
        found = []
        for cue, pattern in self.words.cues:
            for match in pattern.finditer(self.mask):
                start, end = match.span()
                if any(start < b and a < end for a, b in taken):
                    continue
                if self.mask[end : end + 1].isalpha() and self.mask[end - 1].isalpha():
                    continue
                if cue is Cue.UNABLE and not self._is_unable(start, end):
                    continue
                taken.append((start, end))
                found.append((cue, start, end))
        return sorted(found, key=lambda one: one[1]) if len(found) <= MOST_CUES else []

    def _is_unable(self, start: int, end: int) -> bool:
        """`Не смогла` alone says so only behind what could not be found out: `определить дату она не смогла`."""
        said = self.mask[start:end]
        if re.fullmatch(
            r"не (?:смог|сумел|удал|уда[её]т|мож|могу|бер[её]т|взял|получ|змог|зміг|зумі|вда|бер)\w*", said
        ):
            return _TO_FIND_OUT.search(self.mask[:start]) is not None
        return True

    def _act(self, number: int, so_far: list[Act]) -> Act | None:
        cue, start, end = self.cues[number]
        if cue is Cue.SAY and self.words.according.match(self.mask[start:end]):
            return self._according(start, end)
        if _CORRECTS.search(self.mask) or (cue is Cue.CONFIRM and _NO_TRACES.search(self.mask[:start])):
            return None
        negated = re.search(r"(?:^|\s)(?:не|ні)\s+(?:\w+\s+)?$", self.mask[:start].lower()) is not None
        who = self.names.who(number, so_far)
        if who is None:
            return None
        spans, quoted, trailing = self._what(number, who)
        return self._made(cue, (start, end), who, spans, quoted=quoted, trailing=trailing, negated=negated)

    def _according(self, start: int, end: int) -> Act | None:
        """`По словам X, …` and `…, по словам X`; `как сообщает X, …`; what stands on both sides is said."""
        pronoun = re.search(r"\b(?:его|её|ее|их|його|її|їх|їхн\w+)\b", self.mask[start:end])
        name = (start + pronoun.start(), start + pronoun.end()) if pronoun else self.names.phrase(end, addressed=False)
        if name is None:
            return None
        how = From.PRONOUN if pronoun or self.mask[slice(*name)].lower() in self.words.pronouns else From.WRITTEN
        after = end if pronoun else name[1]
        rest = self.mask[after:].strip(" .!?…,—–")
        spans, quoted = self._around(start, after)
        of_its_own = re.match(r"(?:её|ее|его|их|її|його|їхн)", self.mask[slice(*name)].lower()) is not None
        trailing = not rest or (of_its_own and pronoun is None and WORD.search(self.mask[:start]) is not None)
        return self._made(
            Cue.SAY, (start, end), Who(span=name, how=how), spans, quoted=quoted, trailing=trailing
        )  # fmt: skip

    def _around(self, start: int, after: int) -> tuple[list[Span], bool]:
        """What stands before words that tell who says it, from the beginning of its clause, and what stands behind."""
        rest = self.mask[after:].strip(" .!?…,—–")
        spans, quoted = self._said(after, len(self.mask)) if rest else ([], False)
        before = self.mask[:start].rstrip(TRIM)
        begun = max(self.mask.rfind(":", 0, start), self.mask.rfind(";", 0, start), self.names.that_before(start)) + 1
        last = before.rfind(",", begun) + 1
        if rest and any(b > begun and b <= start for _, _, b in self.cues):
            begun = max(begun, last)
        nothing = not WORD.search(before[begun:]) or (
            rest and self.words.adverbial.fullmatch(before[begun:].strip(TRIM).lower()) is not None
        )
        few = [word.lower() for word in WORD.findall(before[begun:])]
        if nothing or (rest and (all(one in self.words.empty for one in few) or quoted)):
            return spans, quoted
        first, quoted_before = self._said(begun, len(before))
        return [*first, *spans], quoted_before or quoted

    # What

    def _what(self, number: int, who: Who) -> tuple[list[Span], bool, bool]:
        cue, start, end = self.cues[number]
        stop = self._stop(number)
        if who.behind and who.span is not None:
            return self._told_before(start, who)
        if cue in {Cue.CONDEMN, Cue.PRAISE} and " " in self.mask[start:end]:
            end = start
        if cue in {Cue.SILENT, Cue.UNABLE} or (cue is Cue.CLAIM and who.span is not None and who.span[0] >= end):
            return [self._span(start, stop)], False, False
        if who.span is not None and end <= who.span[0] < stop and who.how is not From.SHARED:
            end = who.span[1]
        begun = self._begun(cue, self.mask[end:stop])
        if begun is None:
            return self._denied_before(start, end, who)
        return (*self._said(end + begun, stop), False)

    def _begun(self, cue: Cue, rest: str) -> int | None:
        """Where behind the verb what is said begins: behind `что` or a colon, or with a quotation."""
        if cue is Cue.DENY and _BUT.match(rest):
            return None
        at = self._that_behind(cue, rest)
        quote, colon = rest.find(QUOTE), rest.find(": ")
        if at is None and colon >= 0 and (quote < 0 or colon < quote) and len(WORD.findall(rest[:colon])) < 14:
            at = colon + 1
        if at is not None and (quote < 0 or at <= quote):
            return at
        if quote >= 0 and len(WORD.findall(rest[:quote])) < 10:
            return quote
        tells = WORD.search(rest) and not self.words.adverbial.fullmatch(rest.strip(TRIM + "."))
        return 0 if tells else None

    def _told_before(self, start: int, who: Who) -> tuple[list[Span], bool, bool]:
        """What is said where its speaker stands behind the verb: before the verb, and what goes on behind."""
        after = max(who.span[1], who.role[1] if who.role else 0) if who.span else start
        if QUOTE not in self.mask[:start]:
            after = who.span[1] if who.span else start
            spans, quoted = self._around(start, after)
            apart = self.mask.find(";", after)
            if apart >= 0 and len(spans) > 1:
                # `…, сообщил X; проверку уже начали`: behind the semicolon stands something else.
                spans = [one for one in spans if one.start < self.place.start + apart]
                spans = [Span(start=one.start, end=min(one.end, self.place.start + apart)) for one in spans]
            return spans, quoted, len(spans) < 2
        spans, quoted = self._said(max(self.mask.find(QUOTE) - 1, 0), len(self.mask[:start].rstrip(TRIM)))
        if quoted and QUOTE in self.mask[after:]:
            spans += self._said(after, len(self.mask))[0]
        return spans, quoted, True

    def _that_behind(self, cue: Cue, rest: str) -> int | None:
        """Where what is said begins behind `, что`; `как` says so only right behind its verb."""
        for that in self.words.that.finditer(rest):
            words = len(WORD.findall(rest[: that.start()]))
            near = 1 if cue not in SPEECH or not re.search(r"что|що", that[0].lower()) else 12
            if that[0].startswith(",") and words < near:
                return that.end()
        return None

    def _denied_before(self, start: int, end: int, who: Who) -> tuple[list[Span], bool, bool]:
        # `Командир полка это отрицает`: what is denied stands before the verb.
        before = self.mask[:start]
        begun = who.span[1] if who.span is not None and who.how is From.WRITTEN and who.span[1] <= start else 0
        spans, quoted = self._said(begun, len(before.rstrip(TRIM)))
        if not spans or len(WORD.findall(self.mask[begun:start])) <= 1:
            spans, quoted = [self._span(start, end)], False
        return spans, quoted, False

    def _stop(self, number: int) -> int:
        """Where the next verb of the same speaker begins, with its conjunction; else the end of the sentence."""
        end = self.cues[number][2]
        for _cue, start, finish in self.cues[number + 1 :]:
            between = self.mask[end:start]
            names = "|".join(sorted(self.words.conjunctions, key=len, reverse=True))
            match = re.search(rf"(?:,\s*|\s+)(?:{names})\s+(?:(?:\w+)\s+){{0,1}}$", between)
            other = self._other_clause(end, start)
            if other is not None:
                return other
            gerund = self.words.gerund.search(self.mask[start:finish].split()[0])
            comma = re.search(r",\s*$", between) if gerund else None
            found = match or comma
            if found and not self.words.that.match(between[found.end() :]):
                return end + found.start()
        return len(self.mask.rstrip(" .!?…"))

    def _other_clause(self, end: int, start: int) -> int | None:
        """Where somebody else begins to speak behind a comma: `A said that …, B of the board said that …`."""
        found = _SOMEBODY_ELSE.search(self.mask, end, start)
        if found is None or found.end() != start or goes_on(found[1]):
            return None
        return found.start() if found.start() > end else None

    def _said(self, start: int, stop: int) -> tuple[list[Span], bool]:
        inside = [
            q
            for q in self.place.quotations
            if q.speech and q.start - self.place.start >= start - 1 and q.end - self.place.start <= stop + 3
        ]
        around = self.mask[start:stop].replace(QUOTE, "")
        leads = self.mask[start:stop].lstrip(" ,:—–").startswith(QUOTE) or len(WORD.findall(around)) <= 2
        if inside and leads:
            spans = [Span(start=q.inner_start, end=q.inner_end) for q in inside if q.inner_end > q.inner_start]
            if spans:
                return spans, True
        said = self.mask[start:stop]
        first = len(said) - len(said.lstrip(TRIM))
        length = len(said.rstrip(TRIM + ".!?…"))
        return ([self._span(start + first, start + length)], False) if length > first else ([], False)

    def _span(self, start: int, end: int) -> Span:
        return Span(start=self.place.start + start, end=self.place.start + max(end, start + 1))

    def _named_in_it(self, who: Who) -> Who:
        """`Выступил депутат Семён Клык: бойцов, по его словам, …`: who `he` is stands in the same sentence."""
        if who.how is not From.PRONOUN or who.span is None or self.mask[slice(*who.span)].lower() not in _ONE:
            return who
        names = [*_NAMED.finditer(self.mask, 0, who.span[0])]
        if not names or ":" not in self.mask[names[-1].end() : who.span[0]]:
            return who
        return Who(span=names[-1].span(), how=From.WRITTEN, behind=who.behind)

    def _made(
        self,
        cue: Cue,
        verb: tuple[int, int],
        who: Who,
        spans: list[Span],
        *,
        quoted: bool,
        trailing: bool,
        negated: bool = False,
    ) -> Act | None:
        if not spans:
            return None
        who = self._named_in_it(who)
        return Act(
            cue=cue,
            verb=self._span(*verb),
            speaker=None if who.span is None else self._span(*who.span),
            speaker_from=who.how,
            role=None if who.role is None else self._span(*who.role),
            negated=negated,
            content=tuple(spans),
            quoted=quoted,
            trailing=trailing,
            frame=Span(start=self.place.start, end=self.place.end),
        )


def acts_in(text: str, sentence: Sentence, tongue: str) -> list[Act]:
    """Every act of speech of a Russian or Ukrainian sentence, in its order."""
    found = _Sentence(text=text, place=sentence, tongue=tongue).acts()
    return sorted([*found, *loosely(text, sentence, found, tongue)], key=lambda act: act.verb.start)
