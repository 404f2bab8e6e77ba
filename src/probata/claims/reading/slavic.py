"""Russian and Ukrainian sentences: who said what, by forms of words and by where commas and dashes stand.

Word order is free, and no dictionary of cases is asked: the speaker is what stands before the verb in its clause, or
behind it where quoted speech or a whole clause stands before (`«…», — сказал X`; `…, сообщил X`).
"""

from __future__ import annotations

import re

from attrs import define, field, frozen

from probata.claims.reading.acts import MOST_CUES, Act, Cue, From
from probata.claims.reading.page import Span
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.slavic_words import WORDS, Words
from probata.claims.reading.tokens import QUOTE, masked

_MARK = re.compile(rf"[,;:—–()]|{QUOTE}+")
_TRIM = " \t\n,;:—–-"
# «Кто стрелял, установить не удалось»: nobody is named who could not.
_UNKNOWN = re.compile(r"(?:кто|что|когда|где|хто|що|коли|де|чи)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"(?:ен|ён|ан)[аоыі]?$", re.IGNORECASE)
# «Об этом сообщает агентство»: what it reports stands in another sentence.
_OF_WHAT_STANDS_ELSEWHERE = re.compile(
    r"(?:об этом|об|о том|про це|про що|про)(?: (?:также|також|ранее|раніше))?", re.IGNORECASE
)
_LIKE_A_VERB = re.compile(
    r"\b\w+(?:ют|ет|ит|ят|ёт|ал[аи]?|ил[аи]?|ел[аи]?|ули|ли|ло|лся|лись|лась|но|ны|то|єть|ють|ить|ять|ав|ив|ула|є)\b"
)
_MOST_WORDS_OF_SPEAKER = 16
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


@frozen(kw_only=True)
class _Who:
    span: tuple[int, int] | None
    role: tuple[int, int] | None = None
    how: From = From.WRITTEN
    behind: bool = False


@define
class _Sentence:
    text: str
    place: Sentence
    tongue: str
    words: Words = field(init=False)
    mask: str = field(init=False)
    cues: list[tuple[Cue, int, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.words = WORDS[self.tongue]
        self.mask = masked(self.text, self.place)
        self.cues = self._cues()

    def acts(self) -> list[Act]:
        found: list[Act] = []
        for number in range(len(self.cues)):
            act = self._act(number, found)
            if act is not None:
                found.append(act)
        return found

    def _cues(self) -> list[tuple[Cue, int, int]]:
        taken: list[tuple[int, int]] = []
        found = []
        for cue, pattern in self.words.cues:
            for match in pattern.finditer(self.mask):
                start, end = match.span()
                if any(start < b and a < end for a, b in taken):
                    continue
                if self.mask[end : end + 1].isalpha() and self.mask[end - 1].isalpha():
                    continue
                taken.append((start, end))
                found.append((cue, start, end))
        return sorted(found, key=lambda one: one[1]) if len(found) <= MOST_CUES else []

    def _act(self, number: int, so_far: list[Act]) -> Act | None:
        cue, start, end = self.cues[number]
        if cue is Cue.SAY and self.words.according.match(self.mask[start:end]):
            return self._according(start, end)
        negated = re.search(r"(?:^|\s)(?:не|ні)\s+(?:\w+\s+)?$", self.mask[:start].lower()) is not None
        who = self._who(number, so_far)
        if who is None:
            return None
        spans, quoted, trailing = self._what(number, who)
        return self._made(cue, (start, end), who, spans, quoted=quoted, trailing=trailing, negated=negated)

    def _according(self, start: int, end: int) -> Act | None:
        """`По словам X, …` and `…, по словам X`; `как сообщает X, …`."""
        pronoun = re.search(r"\b(?:его|её|ее|их|його|її|їх|їхніми)\b", self.mask[start:end])
        name = (start + pronoun.start(), start + pronoun.end()) if pronoun else self._phrase(end)
        if name is None:
            return None
        after = end if pronoun else name[1]
        rest = self.mask[after:].strip(" .!?…,—–")
        before = self.mask[:start].rstrip(_TRIM)
        if rest and (not before or len(rest) > len(before) / 2 or not _WORD.search(before)):
            spans, quoted = self._said(after, len(self.mask))
            trailing = False
        else:
            spans, quoted = self._said(0, len(before))
            trailing = True
        how = From.PRONOUN if pronoun else From.WRITTEN
        return self._made(Cue.SAY, (start, end), _Who(span=name, how=how), spans, quoted=quoted, trailing=trailing)

    # Who

    def _who(self, number: int, so_far: list[Act]) -> _Who | None:
        cue, start, end = self.cues[number]
        before = self._before(start)
        if _OF_WHAT_STANDS_ELSEWHERE.fullmatch(before.strip()):
            return None
        gerund = self.words.gerund.search(self.mask[start:end].split()[0]) is not None
        if (
            gerund
            and self.tongue == "ru"
            and self.mask[start:end].lower().split()[0].endswith(("л", "ла", "ли", "ло", "ся"))
        ):
            gerund = False
        word = ["", *_WORD.findall(before)][-1].lower()
        if cue is Cue.CLAIM and self.mask[start:end].lower().startswith(("ответств", "відпов")):
            name = self._phrase(end)
            return _Who(span=name) if name else self._shared(so_far)
        if cue is Cue.UNABLE and (_PASSIVE.search(self.mask[start:end]) or _UNKNOWN.match(before)):
            return _Who(span=None, how=From.OUTLET)
        behind = None if gerund else self._behind(number, before)
        if behind is not None:
            return behind
        if gerund or (word in self.words.conjunctions and before[-1:].isalpha()):
            return self._shared(so_far) or self._first(start)
        return self._before_the_verb(before, word) or self._shared(so_far)

    def _before_the_verb(self, before: str, word: str) -> _Who | None:
        """A name with what is told of it between commas, a pronoun, `который`, or the words before the verb."""
        if before[-1:] in ",—–":
            return self._apposition(len(before) - 1) if before else None
        if word in self.words.pronouns:
            at = before.lower().rfind(word)
            return _Who(span=(at, at + len(word)), how=From.PRONOUN)
        if self.words.relatives.match(word):
            return self._apposition(before.lower().rfind(word) - 1, relative=True)
        return self._phrase_before(len(before))

    def _before(self, start: int) -> str:
        """What stands before the verb, without adverbs and adverbials that lie between."""
        said = self.mask[:start].rstrip()
        while True:
            word = re.search(r"[\w’'-]+$", said)
            ends = [word.start()] if word and word[0].lower() in self.words.adverbs else []
            means = self.words.adverbial.finditer(said)
            ends += [
                m.start() for m in means if m.end() == len(said) and m.start() and not said[m.start() - 1].isalnum()
            ]
            if not ends:
                return said
            said = said[: min(ends)].rstrip()

    def _behind(self, number: int, before: str) -> _Who | None:
        """A speaker behind the verb: where quoted speech or a whole clause stands before it."""
        end = self.cues[number][2]
        tail = before.rstrip(" —–,")
        clause = before.endswith((",", "—", "–")) and self._is_clause(tail)
        if not (tail.endswith(QUOTE) or clause):
            return None
        name = self._phrase(end)
        if name is None or self.words.that.match(self.mask, end) or self.mask[end : end + 1] in ",:":
            return None
        if self.mask[slice(*name)].lower() in self.words.pronouns:
            return _Who(span=name, how=From.PRONOUN, behind=True)
        return _Who(span=name, role=self._role_after(name[1]), behind=True)

    def _is_clause(self, tail: str) -> bool:
        """Whether what stands before is long enough to be what was said, and no apposition to a name."""
        cues_inside = any(b <= len(tail) for _, _, b in self.cues)
        segments = tail.split(",")
        return cues_inside or (_LIKE_A_VERB.search(segments[0]) is not None and len(_WORD.findall(tail)) > 3)

    def _phrase(self, start: int) -> tuple[int, int] | None:
        """The words behind `start` up to the next mark, without adverbials at their head and tail."""
        position = start
        while True:
            lead = re.match(r"[\s,—–]*", self.mask[position:])
            position += lead.end() if lead else 0
            adverbial = self.words.adverbial.match(self.mask, position)
            if (
                adverbial is None
                or adverbial.end() == position
                or self.mask[adverbial.end() : adverbial.end() + 1].isalnum()
            ):
                break
            position = adverbial.end()
        inside = self.words.inside.match(self.mask[position:])
        position += inside.end() if inside else 0
        mark = re.compile(rf"[,;:()]|\s[—–]\s|{QUOTE}|[.!?…]+\s*$").search(self.mask, position)
        stop = mark.start() if mark else len(self.mask)
        for match in self.words.adverbial.finditer(self.mask, position, stop):
            if match.start() > position and match.start() < stop and not self.mask[match.start() - 1].isalnum():
                stop = match.start()
                break
        said = self.mask[position:stop].rstrip(_TRIM + ".")
        if not _WORD.search(said) or len(said.split()) > _MOST_WORDS_OF_SPEAKER:
            return None
        return position, position + len(said)

    def _role_after(self, position: int) -> tuple[int, int] | None:
        match = re.match(r",\s*([^,;:.—–]{3,90})(?=[,.]|$)", self.mask[position:])
        if match is None or QUOTE in match[1] or self.words.that.match(match[0]):
            return None
        return position + match.start(1), position + match.end(1)

    def _apposition(self, comma: int, *, relative: bool = False) -> _Who | None:
        """Of what stands between commas before the verb, the first that is no adverbial."""
        begun = max(self.mask.rfind(QUOTE, 0, comma), self.mask.rfind(";", 0, comma), self._that_before(comma))
        parts: list[tuple[int, int]] = []
        position = begun + 1
        for piece in self.mask[position:comma].split(","):
            if piece.strip(_TRIM):
                parts.append((position, position + len(piece)))
            position += len(piece) + 1
        parts = [one for one in (self._cut(*part) for part in parts) if one is not None]
        if not parts:
            return None
        first = parts[-1] if relative else parts[0]
        return _Who(span=first, role=parts[1] if len(parts) > 1 and not relative else None)

    def _that_before(self, position: int) -> int:
        found = -1
        for match in self.words.that.finditer(self.mask, 0, position):
            if match[0].startswith(","):
                found = match.end() - 1
        return found

    def _cut(self, start: int, end: int) -> tuple[int, int] | None:
        said = self.mask[start:end]
        lead = len(said) - len(said.lstrip(_TRIM))
        start += lead
        while True:
            adverbial = self.words.adverbial.match(self.mask, start, end)
            if (
                adverbial is None
                or adverbial.end() == start
                or self.mask[adverbial.end() : adverbial.end() + 1].isalpha()
            ):
                break
            start = adverbial.end()
            start += len(self.mask[start:end]) - len(self.mask[start:end].lstrip(_TRIM))
        word = re.match(
            r"(?:но|а|и|однако|але|та|й|і|проте|при этом|впрочем|зато|сам[аио]?)\s+",
            self.mask[start:end],
            re.IGNORECASE,
        )
        start += word.end() if word else 0
        said = self.mask[start:end].rstrip(_TRIM)
        again = self.words.objects.search(said)
        if again and again.start() > 0:
            said = said[: again.start()].rstrip(_TRIM)
        return (start, start + len(said)) if _WORD.search(said) else None

    def _phrase_before(self, end: int) -> _Who | None:
        """What stands before the verb in its clause: up to a mark, `что`, or a conjunction behind another verb."""
        marks = [match.end() for match in _MARK.finditer(self.mask, 0, end)]
        start = max([0, *marks, self._that_before(end) + 1])
        for match in re.finditer(r"\s(\w+)\s", self.mask[start:end]):
            if match[1].lower() in self.words.conjunctions and any(
                b <= start + match.start() and a >= start for _, a, b in self.cues
            ):
                start += match.end()
                break
        whole = self._cut(start, end)
        if whole is None:
            return None
        said = self.mask[slice(*whole)]
        inside = self.words.inside.match(said)
        if inside:
            whole = (whole[0] + inside.end(), whole[1])
        if len(said.split()) > _MOST_WORDS_OF_SPEAKER:
            return None
        if said.lower() in self.words.pronouns:
            return _Who(span=whole, how=From.PRONOUN)
        return _Who(span=whole)

    def _shared(self, so_far: list[Act]) -> _Who | None:
        for act in reversed(so_far):
            if act.speaker is not None:
                how = From.PRONOUN if act.speaker_from is From.PRONOUN else From.SHARED
                at = self.place.start
                return _Who(
                    span=(act.speaker.start - at, act.speaker.end - at),
                    role=(act.role.start - at, act.role.end - at) if act.role else None,
                    how=how,
                )
        return None

    def _first(self, start: int) -> _Who | None:
        """The words at the head of the sentence up to its first verb in the past."""
        verb = re.search(r"\s\w+(?:лся|лась|лись|л|ла|ли|ло|в|вся)\b", self.mask[:start])
        if verb is None:
            return None
        cut = self._cut(0, verb.start())
        return _Who(span=cut) if cut else None

    # What

    def _what(self, number: int, who: _Who) -> tuple[list[Span], bool, bool]:
        cue, start, end = self.cues[number]
        stop = self._stop(number)
        if who.behind and who.span is not None:
            spans, quoted = self._said(0, len(self.mask[:start].rstrip(_TRIM)))
            after = max(who.span[1], who.role[1] if who.role else 0)
            if quoted and QUOTE in self.mask[after:]:
                spans += self._said(after, len(self.mask))[0]
            return spans, quoted, True
        if cue in {Cue.SILENT, Cue.UNABLE} or (cue is Cue.CLAIM and who.span is not None and who.span[0] >= end):
            return [self._span(start, stop)], False, False
        rest = self.mask[end:stop]
        that = self.words.that.search(rest)
        quote = rest.find(QUOTE)
        if (
            that
            and that[0].startswith(",")
            and len(_WORD.findall(rest[: that.start()])) < 12
            and (quote < 0 or that.start() < quote)
        ):
            spans, quoted = self._said(end + that.end(), stop)
            return spans, quoted, False
        if quote >= 0 and len(_WORD.findall(rest[:quote])) < 10:
            return (*self._said(end + quote, stop), False)
        if _WORD.search(rest) and not self.words.adverbial.fullmatch(rest.strip(_TRIM + ".")):
            spans, quoted = self._said(end, stop)
            return spans, quoted, False
        # `Командир полка это отрицает`: what is denied stands before the verb.
        before = self.mask[:start]
        begun = who.span[1] if who.span is not None and who.how is From.WRITTEN else 0
        spans, quoted = self._said(begun, len(before.rstrip(_TRIM)))
        if not spans or len(_WORD.findall(self.mask[begun:start])) <= 1:
            spans, quoted = [self._span(start, end)], False
        return spans, quoted, False

    def _stop(self, number: int) -> int:
        """Where the next verb of the same speaker begins, with its conjunction; else the end of the sentence."""
        end = self.cues[number][2]
        for _cue, start, finish in self.cues[number + 1 :]:
            between = self.mask[end:start]
            names = "|".join(sorted(self.words.conjunctions, key=len, reverse=True))
            match = re.search(rf"(?:,\s*|\s+)(?:{names})\s+(?:(?:\w+)\s+){{0,1}}$", between)
            gerund = self.words.gerund.search(self.mask[start:finish].split()[0])
            comma = re.search(r",\s*$", between) if gerund else None
            found = match or comma
            if found and not self.words.that.match(between[found.end() :]):
                return end + found.start()
        return len(self.mask.rstrip(" .!?…"))

    def _said(self, start: int, stop: int) -> tuple[list[Span], bool]:
        inside = [
            q
            for q in self.place.quotations
            if q.speech and q.start - self.place.start >= start - 1 and q.end - self.place.start <= stop + 3
        ]
        around = self.mask[start:stop].replace(QUOTE, "")
        leads = self.mask[start:stop].lstrip(" ,:—–").startswith(QUOTE) or len(_WORD.findall(around)) <= 2
        if inside and leads:
            spans = [Span(start=q.inner_start, end=q.inner_end) for q in inside if q.inner_end > q.inner_start]
            if spans:
                return spans, True
        said = self.mask[start:stop]
        first = len(said) - len(said.lstrip(_TRIM))
        length = len(said.rstrip(_TRIM + ".!?…"))
        return ([self._span(start + first, start + length)], False) if length > first else ([], False)

    def _span(self, start: int, end: int) -> Span:
        return Span(start=self.place.start + start, end=self.place.start + max(end, start + 1))

    def _made(
        self,
        cue: Cue,
        verb: tuple[int, int],
        who: _Who,
        spans: list[Span],
        *,
        quoted: bool,
        trailing: bool,
        negated: bool = False,
    ) -> Act | None:
        if not spans:
            return None
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
    return _Sentence(text=text, place=sentence, tongue=tongue).acts()
