"""Who says it, in an English sentence: by the words before and behind the verb and the commas between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from attrs import define, frozen

from probata.claims.reading import english_words as words
from probata.claims.reading.acts import Act, Cue, From
from probata.claims.reading.page import Span
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.tokens import QUOTE, Token

Advice = Callable[[int, int], "Subject | None"]
"""Asked with the place of a verb in the page: what a parser holds to be its subject."""

Parser = Callable[[str, int], Advice]
"""Given a sentence and the place where it begins in the page: whom to ask about its verbs."""

_CLAUSE_ENDS = frozenset(";:—–")
_GERUND = re.compile(r"(?!(?:no|some|any|every)thing\b|king\b|morning\b|evening\b)[\w-]+ing\b", re.IGNORECASE)
_TRIM = " \t\n,;:—–-"
_PROPER = re.compile(r"^(?:(?:[A-Z][\w’'.-]*|\d+\w*|de|van|von|al|bin|der|of|the|for|and)\s?)+$")
_ROLE = re.compile(r"^(?:an?|the|its|his|her|their|whose|who|which|himself|herself|[a-z])\b")
# `Neighbouring Saldria` and `the ruling party` are somebody; `speaking to reporters` is how it was said.
_ASIDE = re.compile(r",\s(?:who|which|whose)\b[^,;]*$")
_RELATIVE = re.compile(r"\W*(?:which|who|whose|whom|where|that)\b")
_ADJECTIVAL = re.compile(
    r"(?:neighbou?ring|outgoing|incoming|ruling|governing|opposing|leading|acting|visiting|remaining|sitting|serving"
    r"|commanding|presiding|investigating|warring|grieving|surviving|retiring)\b",
    re.IGNORECASE,
)
# `A post on the Legion's channel claimed it`: where it stands tells whose it is.
_ON_A_PAGE = re.compile(r"\b(?:post|message|statement|notice|entry|article|leaflet|comment|caption)$")
_NO_ADVERBS = frozenset(
    ("assembly", "family", "reply", "supply", "anomaly", "monopoly", "weekly", "daily", "monthly", "quarterly", "ally")
)
_CONTRACTED = re.compile(r"(?:n['’]t|['’](?:s|ve|d|ll|re))$")


@frozen(kw_only=True)
class Subject:
    """Who does the saying: a stretch of the page with a role beside it, a pronoun, or the subject of another verb."""

    span: Span | None = None
    role: Span | None = None
    how: From = From.WRITTEN
    agent: bool = False


@define
class Who:
    """Finds the subject of a verb in a sentence of which words, marks and verbs of saying are known."""

    text: str
    place: Sentence
    advice: Advice | None
    mask: str
    tokens: list[Token]
    cues: list[tuple[Cue, int, int]]

    def subject(self, start: int, end: int, so_far: list[Act]) -> Subject | None:
        """The subject of the verb at this place, by the rules; by the parser, where they know none."""
        subject = self._by_rules(start, end, so_far)
        if subject is None and self.advice is not None:
            advised = self.advice(self.place.start + start, self.place.start + end)
            if advised is None or advised.span is None or advised.how is From.PRONOUN:
                return advised
            return self._noun_phrase(advised.span.start - self.place.start, advised.span.end - self.place.start)
        return subject

    def _by_rules(self, start: int, end: int, so_far: list[Act]) -> Subject | None:
        before = [token for token in self.tokens if token.end <= start]
        gerund = _GERUND.match(self.mask[start:end]) is not None
        k = len(before) - 1
        while k >= 0 and self._skipped(before[k]):
            k -= 1
        if k < 0 or before[k].is_quote:
            return self._after(end) or self._shared(so_far)
        token = before[k]
        participle = gerund and not (k + 1 < len(before) and before[k + 1].low in words.BE)
        if participle or token.low in words.CONJUNCTIONS:
            return self._shared(so_far) or self._first_of_sentence(start)
        if token.low in words.PRONOUNS:
            span = Span(start=self.place.start + token.start, end=self.place.start + token.end)
            return Subject(span=span, how=From.PRONOUN)
        if token.text in "—–" and k + 1 == len(before):
            return self._after(end) or self._shared(so_far)
        return self._of_phrase(before, k, end, so_far)

    def _of_phrase(self, before: list[Token], k: int, end: int, so_far: list[Act]) -> Subject | None:
        """The subject where the words before the verb are a name, a comma behind one, or `who`."""
        if before[k].text == ",":
            return self._before_comma(before, k, end, so_far)
        if before[k].low in words.RELATIVES:
            return self._antecedent(before, k, so_far)
        comma = max((n for n in range(k + 1) if before[n].text == ","), default=-1)
        said = self.mask[before[comma].end : before[k].end] if comma > 0 else ""
        if said and words.ADVERBIAL.fullmatch(" " + said.strip()):
            # `The army, whose spokesman was silent, on Friday dismissed it`: the day stands before the verb.
            return self._before_comma(before, comma, end, so_far)
        return self._ending_at(before, k)

    def _skipped(self, token: Token) -> bool:
        low = token.low
        return (
            low in words.AUXILIARIES
            or token.text in {"“", '"', "‘"}
            or low in words.NEGATIONS
            or low in words.ADVERBS
            or (low.endswith("ly") and len(low) > 4 and token.text[0].islower() and low not in _NO_ADVERBS)
            or (_CONTRACTED.search(low) is not None and low[:-3] in words.AUXILIARIES)
        )

    def _shared(self, so_far: list[Act]) -> Subject | None:
        for act in reversed(so_far):
            if act.agent:
                continue
            if act.speaker is not None:
                how = From.PRONOUN if act.speaker_from is From.PRONOUN else From.SHARED
                return Subject(span=act.speaker, role=act.role, how=how)
        return None

    def _first_of_sentence(self, start: int) -> Subject | None:
        """The subject of the sentence's first verb, for a second verb that shares it: `The group looked and said`."""
        clause = self.clause_start(start)
        for token in self.tokens:
            if token.start < clause or not token.is_word:
                continue
            if token.end > start:
                return None
            earlier = self.word_before(token.start)
            if earlier is not None and earlier.low in words.DETERMINERS:
                continue
            if token.start > clause and (
                token.low in words.AUXILIARIES or (words.VERBISH.fullmatch(token.low) and token.text[0].islower())
            ):
                pieces = self._pieces(clause, token.start)
                first = next((n for n, one in enumerate(pieces) if not self.is_adverbial(one)), None)
                return (
                    self._named(pieces[first:])
                    if first is not None and len(pieces) > 1
                    else self._noun_phrase(clause, token.start)
                )
        return None

    def _after(self, end: int) -> Subject | None:
        """A subject behind its verb, as in `said Lena Ostrow, its director`."""
        stop = self.phrase_end(end, also=r"\b(?:when|after|as|during|while|because|that)\b")
        span, role = self.with_role(end, stop)
        if span is None:
            return None
        first = self.text[span.start : span.end].split()[0].lower()
        if first in words.PRONOUNS:
            return Subject(span=span, how=From.PRONOUN)
        if first in words.PREPOSITIONS or first in words.AUXILIARIES or first in {"it", "that"}:
            return None
        return Subject(span=span, role=role)

    def _before_comma(self, before: list[Token], k: int, end: int, so_far: list[Act]) -> Subject | None:
        segments = self._segments(before, k)
        first = next((one for one in segments if not self.is_adverbial(one)), None)
        if first is None or QUOTE in self.mask[before[k].start - 1 : before[k].start]:
            return self._after(end) or self._shared(so_far)
        if _RELATIVE.match(self.mask[first[0] : first[1]]) and segments.index(first) > 0:
            # `On Monday the group, which is based abroad, said`: the name stands behind the day, not behind a comma.
            first = self._behind_place(segments[segments.index(first) - 1]) or first
            return self._noun_phrase(*first)
        clause = self.has_verb(first)
        if clause:
            cue = next((kind for kind, _, stop in self.cues if stop == end), None)
            helped = before[-1].low in words.AUXILIARIES
            inverted = self._after(end) if cue in {Cue.SAY, Cue.ALLEGE} and not helped else None
            if inverted is not None and not self.has_verb((end, self.phrase_end(end))):
                return inverted
            last = self._trimmed(*segments[-1])
            if last is not None and len(segments) > 1 and self._is_proper(last):
                return Subject(span=last)
            # `It was shared by Meridian Wire, an agency, said …` is rare; `The men, who had fled, said` is not.
            return self._noun_phrase(first[0], self._before_verb(first)) or self._shared(so_far)
        return self._between(before, k, end) or self._named(segments[segments.index(first) :])

    def _between(self, before: list[Token], k: int, end: int) -> Subject | None:
        """`The wounds, said Dr Hamdi, were …`: a name behind the verb and a comma behind it, inside what is said."""
        cue = next((kind for kind, _, stop in self.cues if stop == end), None)
        if cue is not Cue.SAY or k + 1 != len(before):
            return None
        behind = self._after(end)
        if behind is None or behind.span is None or not self.text[behind.span.start].isupper():
            return None
        stop = max(behind.span.end, behind.role.end if behind.role else 0) - self.place.start
        goes_on = self.mask[stop : stop + 1] == "," and self.has_verb((stop, len(self.mask)))
        return behind if goes_on else None

    def aside_end(self, start: int, end: int) -> int | None:
        """Where a clause between commas ends that begins with `who`, `which` or `whose` before the verb here."""
        opened = _ASIDE.search(self.mask, 0, start)
        closed = self.mask.find(",", end)
        return closed if opened is not None and closed >= 0 else None

    def _behind_place(self, segment: tuple[int, int]) -> tuple[int, int] | None:
        """What of a stretch is left behind the day or the place with which it begins: `In Holm the mayor`."""
        inside = [one for one in self.tokens if segment[0] <= one.start and one.end <= segment[1] and one.is_word]
        if not inside or inside[0].low not in words.PREPOSITIONS:
            return None
        for earlier, token in pairwise(inside):
            governed = earlier.low in words.PREPOSITIONS or earlier.low in words.DETERMINERS - {"own"}
            named = token.text[:1].isupper() and (earlier.text[:1].islower() or words.DAY.fullmatch(earlier.low))
            if not governed and (token.low in words.DETERMINERS or named) and earlier.low not in words.ADJECTIVES:
                return token.start, segment[1]
        return None

    def _segments(self, before: list[Token], k: int) -> list[tuple[int, int]]:
        """What stands between commas before the comma at `k`, from the beginning of its clause, as places."""
        marks = [before[k].start]
        begun = 0
        for j in range(k - 1, -1, -1):
            token = before[j]
            if token.is_quote or token.text in _CLAUSE_ENDS:
                begun = token.end
                break
            if token.text == ",":
                if j + 1 < len(before) and before[j + 1].low in {"and", "but", "while"}:
                    begun = before[j + 1].end
                    break
                marks.append(token.start)
            elif token.low == "that" and j > 0 and any(a <= before[j - 1].start < b for _, a, b in self.cues):
                begun = token.end
                break
        marks.append(begun)
        marks.reverse()
        pairs = [(a if n == 0 else a + 1, b) for n, (a, b) in enumerate(pairwise(marks))]
        return [(a, b) for a, b in pairs if self.mask[a:b].strip()]

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """What stands between the commas from `start` to `end`."""
        found, position = [], start
        for piece in self.mask[start:end].split(","):
            if piece.strip():
                found.append((position, position + len(piece)))
            position += len(piece) + 1
        return found

    def is_adverbial(self, segment: tuple[int, int]) -> bool:
        """Whether what stands here says when, where or how, and names nobody."""
        said = self.mask[segment[0] : segment[1]].strip()
        participle = _GERUND.match(said) is not None and _ADJECTIVAL.match(said) is None
        return words.TEMPORAL.match(said) is not None or said.lower() in words.ADVERBS or participle

    def has_verb(self, segment: tuple[int, int]) -> bool:
        """Whether a verb stands between the two places, outside a relative clause."""
        inside = [
            token for token in self.tokens if segment[0] <= token.start and token.end <= segment[1] and token.is_word
        ]
        for n, token in enumerate(inside):
            if n and token.text[0].islower() and words.VERBISH.fullmatch(token.low):
                earlier = inside[n - 1].low
                if (
                    earlier not in words.DETERMINERS
                    and earlier not in words.RELATIVES
                    and earlier not in words.PREPOSITIONS
                ):
                    return not any(one.low in words.RELATIVES for one in inside[:n])
        return False

    def _before_verb(self, segment: tuple[int, int]) -> int:
        inside = [
            token for token in self.tokens if segment[0] <= token.start and token.end <= segment[1] and token.is_word
        ]
        for n, token in enumerate(inside):
            if n and token.text[0].islower() and words.VERBISH.fullmatch(token.low):
                return token.start
        return segment[1]

    def _named(self, segments: list[tuple[int, int]]) -> Subject | None:
        """Of a name and what is said about it between commas, the name; the other is its role."""
        if not segments:
            return None
        spans = [one for one in (self._trimmed(a, b) for a, b in segments[:4]) if one is not None]
        if not spans:
            return None
        first = spans[0]
        name = next((one for one in spans[1:] if self._is_proper(one)), None)
        said = [self.text[one.start : one.end] for one in spans]
        if name is None and len(spans) > 1 and re.match(r"An?\b", said[0]) and re.match(r"the [A-Z]", said[1]):
            return Subject(span=spans[1], role=first)
        if name is not None and not self._is_proper(first):
            return Subject(span=name, role=first)
        role = spans[1] if len(spans) > 1 else None
        return Subject(span=first, role=role)

    def _is_proper(self, span: Span) -> bool:
        said = self.text[span.start : span.end]
        named = _PROPER.match(said) is not None and any(character.isupper() for character in said)
        return named and said.split()[0].lower() not in {"the", "a", "an"}

    def _antecedent(self, before: list[Token], k: int, so_far: list[Act]) -> Subject | None:
        j = k - 1
        if j < 0:
            return None
        if before[j].text != ",":
            return self._ending_at(before, j, last_phrase=True)
        segments = self._segments(before, j)
        spans = [one for one in (self._trimmed(a, b) for a, b in segments) if one is not None]
        role = None
        while len(spans) > 1 and _ROLE.match(self.text[spans[-1].start : spans[-1].end]):
            role = spans.pop()
        if not spans:
            return self._shared(so_far)
        at = spans[-1]
        return Subject(span=self._last_phrase(at), role=role)

    def _last_phrase(self, at: Span) -> Span:
        inside = [
            t for t in self.tokens if at.start <= t.start + self.place.start and t.end + self.place.start <= at.end
        ]
        for n in range(len(inside) - 1, 0, -1):
            low = inside[n - 1].low
            if (
                low in {"by", "to", "from", "with", "on", "in", "against", "that", "at", "as"}
                or low in words.AUXILIARIES
            ):
                return Span(start=inside[n].start + self.place.start, end=at.end)
            if words.VERBISH.fullmatch(low) and inside[n - 1].text[0].islower():
                return Span(start=inside[n].start + self.place.start, end=at.end)
        return at

    def _ending_at(self, before: list[Token], k: int, *, last_phrase: bool = False) -> Subject | None:
        j = k
        while j >= 0:
            token = before[j]
            named_so = (
                token.low == "as"
                and j > 0
                and before[j - 1].low in {"himself", "herself", "known", "identified", "only", "name", "named"}
            )
            if token.is_quote or token.text in ",;:—–(":
                break
            if j < k and token.low in {"which", "whom"}:
                break
            if token.low in words.SUBORDINATORS and token.low not in {"who", "whose"} and not named_so:
                break
            if any(a <= token.start < b for _, a, b in self.cues) and not (j > 0 and before[j - 1].low == "who"):
                break
            if token.low in {"and", "but", "or"} and self._clause_before(before, j):
                break
            j -= 1
        # `A man who lives there said`: the relative clause belongs to the man; `A, who lives there, said` has commas.
        start = max(before[j].end if j >= 0 else 0, self.clause_start(before[k].end))
        subject = self._noun_phrase(start, before[k].end)
        if subject is None or subject.span is None:
            return subject
        if last_phrase:
            return Subject(span=self._last_phrase(subject.span), role=subject.role)
        return subject

    def _clause_before(self, before: list[Token], j: int) -> bool:
        if j and before[j - 1].text == ",":
            return True
        here = before[j].start
        return any(b <= here for _, _, b in self.cues) or self.has_verb((self.clause_start(here), here))

    def _noun_phrase(self, start: int, end: int) -> Subject | None:
        dated = words.DATED.match(self.mask[start:end])
        span = self._trimmed(start + dated.end() if dated else start, end)
        if span is None:
            return None
        said = self.text[span.start : span.end]
        low = said.lower()
        if low in words.PRONOUNS:
            return Subject(span=span, how=From.PRONOUN)
        if low in words.UNSPEAKING or low.split()[0] in {"there", "nobody", "none", "no"}:
            return None
        behind = self._behind_place((span.start - self.place.start, span.end - self.place.start))
        if behind is not None:
            return self._noun_phrase(*behind)
        if low.split()[0] in words.PREPOSITIONS or len(said.split()) > 24 or self._is_thing(said):
            return None
        return Subject(span=span)

    def _is_thing(self, said: str) -> bool:
        """Whether the head of the phrase is footage or an event, which can say nothing; a name may end so."""
        head = re.split(r"\b(?:of|for|that|which|who|posted|in|on|from|at|by|showing|near)\b", said)[0].split()
        named = len(head) > 1 and head[-1][:1].isupper()
        return bool(head) and not named and head[-1].lower() in words.THINGS

    def _trimmed(self, start: int, end: int) -> Span | None:
        """The stretch without marks, conjunctions and adverbs at its edges; None where nothing is left."""
        said = self.mask[start:end]
        lead = re.match(r"[\s,;:—–\-()]*", said)
        start += lead.end() if lead else 0
        again = words.LEADING.match(self.mask[start:end])
        start += again.end() if again else 0
        said = self.mask[start:end].rstrip(_TRIM)
        # Before the verb an adverbial leaves the subject: `The president on Friday condemned`.
        for match in words.ADVERBIAL.finditer(said):
            if _ON_A_PAGE.search(said[: match.start()]):
                continue
            of_the_name = re.match(r",?\s+(?:from|to|as|at|over|before)\b", match[0])
            if match.end() == len(said) and match.start() > 0 and not (of_the_name or re.search(r"\bwho\b", said)):
                said = said[: match.start()]
                break
        said = said.rstrip(_TRIM)
        if not said or not any(character.isalnum() for character in said):
            return None
        return Span(start=self.place.start + start, end=self.place.start + start + len(said))

    def with_role(self, start: int, stop: int) -> tuple[Span | None, Span | None]:
        """The name that begins at `start`, and what follows it between commas."""
        span = self._trimmed(start, stop)
        if span is None:
            return None, None
        rest = self.mask[stop:]
        role = None
        if rest.startswith(","):
            close = re.search(r",(?! (?:and|or)\b)|[;:—–]|\.$|" + QUOTE, rest[1:])
            inner = rest[1 : 1 + close.start()] if close else rest[1:]
            lead = len(inner) - len(inner.lstrip())
            told = inner.strip()
            aside = _GERUND.match(told) or words.ADVERBIAL.fullmatch(" " + told)
            if not aside and (_ROLE.match(told) or (_PROPER.fullmatch(told) and not self._is_proper(span))):
                place = (stop + 1 + lead, stop + 1 + len(inner))
                told_of = self.has_verb(place) and not re.match("wh|that", told)
                role = None if told_of else self._trimmed(*place)
        if role is not None and not self._is_proper(span) and self._is_proper(role):
            span, role = role, span
        return span, role

    def phrase_end(self, start: int, also: str = "") -> int:
        """Where a noun phrase that begins at `start` ends: at a mark, an adverbial, or one of the given words."""
        rest = self.mask[start:]
        ends = [len(rest.rstrip(".!? "))]
        mark = re.search(r"[,;:—–()]|" + QUOTE, rest)
        if mark:
            ends.append(mark.start())
        if also:
            word = re.search(also, rest)
            if word and word.start() > 1:
                ends.append(word.start())
        for match in words.ADVERBIAL.finditer(rest):
            if match.start() > 2:
                ends.append(match.start())
                break
        return start + min(ends)

    def of_clause(self, stop: int) -> Subject | None:
        """The subject of the clause that ends at a place: its first words up to its verb."""
        first = next((one for one in self.tokens if one.is_word), None)
        if first is not None and first.low in words.PRONOUNS:
            span = Span(start=self.place.start + first.start, end=self.place.start + first.end)
            return Subject(span=span, how=From.PRONOUN)
        return self._first_of_sentence(stop)

    def owner(self, start: int) -> Subject:
        """Whose word it is, where the word stands behind a genitive: `the army's version is that`."""
        return self._noun_phrase(self.clause_start(start), start) or Subject(how=From.NOT_SAID)

    def word_before(self, position: int) -> Token | None:
        """The word that stands before a place."""
        return next((one for one in reversed(self.tokens) if one.end <= position and one.is_word), None)

    def clause_start(self, position: int) -> int:
        """Where the clause begins that ends at `position`: behind a semicolon, or the beginning of the sentence."""
        found = 0
        for match in re.finditer(r";|—|–", self.mask[:position]):
            if match[0] == ";" or (self.mask[:position].count(match[0]) == 1 and self.mask[: match.start()].isupper()):
                found = match.end()
        dateline = re.match(r"[A-Z][A-Z ,.’'\w]{2,40}?(?:\([^)]{2,40}\)\s*)?\s?[—–-]\s", self.mask)
        if dateline and dateline.end() <= position:
            found = max(found, dateline.end())
        return found
