"""English sentences: finds who said what by the verb, the words before and after it, and the commas between.

Rules of a shallow grammar, in the order in which a reader would try them. A parser, where one is installed
(`parsed.py`), is asked for the subject of a verb where these rules know none.
"""

from __future__ import annotations

import re

from attrs import define, field

from probata.claims.reading import english_shapes as shapes
from probata.claims.reading import english_words as words
from probata.claims.reading.acts import MOST_CUES, Act, Cue, From
from probata.claims.reading.english_who import Advice, Subject, Who
from probata.claims.reading.labels import labelled
from probata.claims.reading.loose import loosely
from probata.claims.reading.page import Span
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.tokens import QUOTE, Token, masked, tokens_of


@define
class _Sentence:
    text: str
    place: Sentence
    advice: Advice | None
    mask: str = field(init=False)
    tokens: list[Token] = field(init=False)
    cues: list[tuple[Cue, int, int]] = field(init=False)
    who: Who = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.place = shapes.opened(self.text, self.place)
        self.mask = shapes.ABBREVIATED.sub(lambda match: " " * len(match[0]), masked(self.text, self.place))
        self.tokens = tokens_of(self.mask)
        self.who = Who(
            text=self.text, place=self.place, advice=self.advice, mask=self.mask, tokens=self.tokens, cues=[]
        )
        self.cues = self.who.cues = self._cues()

    def acts(self) -> list[Act]:
        if self.mask.rstrip().endswith("?"):
            # What the article asks, nobody says.
            return []
        found: list[Act] = []
        for number, (cue, start, end) in enumerate(self.cues):
            act = self._act(number, cue, start, end, found)
            if act is not None:
                found.append(act)
        return found

    def behind_a_colon(self) -> list[Act]:
        """A quotation behind a colon is said by the subject of the clause before it: `She was blunter: “…”`."""
        colon = re.search(rf":\s*(?={QUOTE})", self.mask)
        if self.cues or colon is None:
            return []
        came = shapes.CAME_FROM.search(self.mask, 0, colon.start())
        subject = Subject(span=self._span(*came.span(1))) if came else self.who.of_clause(colon.start())
        spans, quoted = self._quoted_or_clause(colon.end(), self._sentence_end())
        if subject is None or not quoted:
            return []
        act = self._made(Cue.SAY, (colon.start(), colon.start() + 1), subject, spans, quoted=True)
        return [] if act is None else [act]

    # Cues

    def _cues(self) -> list[tuple[Cue, int, int]]:
        taken: list[tuple[int, int]] = []
        found = []
        for cue, pattern in words.CUES:
            for match in pattern.finditer(self.mask):
                start, end = match.span()
                if len(taken) > MOST_CUES:
                    return []
                if any(start < b and a < end for a, b in taken) or not self._is_verb(cue, start, end):
                    continue
                taken.append((start, end))
                found.append((cue, start, end))
        return sorted(found, key=lambda one: one[1]) if len(found) <= MOST_CUES else []

    def _is_verb(self, cue: Cue, start: int, end: int) -> bool:
        """Whether the words are a verb here: not `the claims`, `alleged killings`, `is said to`, `to verify`."""
        low = self.mask[start:end].lower()
        if cue is Cue.SILENT and low in words.ANSWERED:
            return shapes.NOBODY.match(self.mask) is not None
        phrase = " " in low and cue in {Cue.SILENT, Cue.UNABLE, Cue.CLAIM}
        if (
            phrase
            or low[0] in "'’"
            or low.startswith(("in ", "by "))
            or re.fullmatch(words.NOUNS, low)
            or (shapes.ACCORDING.search(low) and not shapes.BY_THE_LAW.match(self.mask, end))
        ):
            return True
        before = self.who.word_before(start)
        if self._is_no_verb(low, end, "" if before is None else before.low):
            return False
        gerund = low.endswith("ing")
        if before is None and QUOTE not in self.mask[:start]:
            return gerund or self.mask[end:].lstrip().startswith("by ")
        apart = before is None or self.mask[before.end : start].strip() != ""
        if before is None or QUOTE in self.mask[max(0, start - 4) : start] or (apart and not gerund):
            return True
        # `Channel Two said`: a number with a capital inside the sentence is part of a name.
        named = before.start > 0 and before.text[0].isupper() and before.low in words.NO_SUBJECTS
        several = shapes.BOTH.search(self.mask, 0, start)
        earlier = "" if named else "they" if several else before.low
        return self._follows_as_a_verb(low, earlier, after=self.mask[end : end + 12], gerund=gerund)

    def _is_no_verb(self, low: str, end: int, before: str) -> bool:
        """`Is said to have`, `treated according to the law`; whoever is `asked by the paper` speaks."""
        passive = before in words.BE
        hearsay = (passive or low != "claimed") and low in words.HEARSAY and shapes.HEARSAY.match(self.mask, end)
        hired = not passive and shapes.HIRED.match(low) and self.mask.startswith(" by ", end)
        by_law = low == "according to" and shapes.BY_THE_LAW.match(self.mask, end)
        paper = low in {"document", "documents"} and before not in words.RELATIVES
        paper = paper or (low == "calls" and shapes.WAS.match(self.mask, end) is not None)
        return bool(hearsay or hired or by_law or paper)

    def _follows_as_a_verb(self, low: str, before: str, *, after: str, gerund: bool) -> bool:
        """Whether the word before lets this one be a verb."""
        plural = before.endswith(("s", "n’t", "n't", "ly")) or before in words.PLURALS or before in words.ADVERBS
        shared = before in {"and", "or"} and shapes.OBJECT.match(after) is not None
        if low == "say" and before not in {"to", "a", "will", "would", "could", "not", "can", "must", "should", "the"}:
            return True
        if low in words.BASE_FORMS and not shared and (not plural or before in {"will", "must", "should"}):
            return False
        if before == "to" or before in words.ADJECTIVES or (before in words.NO_SUBJECTS):
            return False
        possessive = before.endswith(("’s", "'s")) and not gerund
        governed = before in words.PREPOSITIONS and (not gerund or before in {"of", "without", "from", "for"})
        if possessive or governed or (low in words.PLURAL_NOUNS and before.endswith("s")):
            return False
        # `Alleged killings`, `is said to have`: nobody in this sentence says it.
        adjective = low in {"alleged", "reported"} and not shapes.AS_A_VERB.match(after)
        return not adjective and not (low in words.HEARSAY and before in words.BE and after.startswith(" to "))

    # One act

    def _act(self, number: int, cue: Cue, start: int, end: int, so_far: list[Act]) -> Act | None:
        low = self.mask[start:end].lower()
        if shapes.AS_TOLD_BY.match(low):
            return self._according(cue, start, end)
        if low.startswith(("'", "’")):
            return self._with_content(number, cue, (start, end), self.who.owner(start), negated=False)
        if low.startswith(("in ", "by ")):
            return self._in_view(number, cue, start, end)
        passive = self._passive(number, start, end)
        if passive:
            return self._passive_act(cue, start, end)
        negated = self._negated(start)
        subject = self._quoted_as(low, start) or self.who.subject(start, end, so_far)
        if subject is not None and cue is Cue.SILENT and subject.span is not None:
            asked = self.text[subject.span.start : subject.span.end]
            subject = None if shapes.CALLS.match(asked) else subject
        if subject is None or (low in shapes.BREAKS_OFF and subject.how is not From.WRITTEN):
            return None
        return self._with_content(number, cue, (start, end), subject, negated=negated)

    def _quoted_as(self, low: str, start: int) -> Subject | None:
        """`State media quoted an officer as saying`: the officer says it."""
        found = shapes.QUOTED_AS.search(self.mask, 0, start) if low in {"saying", "telling"} else None
        return None if found is None else Subject(span=self._span(*found.span(1)))

    def _according(self, cue: Cue, start: int, end: int) -> Act | None:
        stop = self.who.phrase_end(end)
        pronoun = shapes.PRONOUN.match(self.mask, end)
        if pronoun:
            # `According to them the boat was far out`: no comma stands behind a pronoun.
            stop = min(stop, pronoun.end())
        speaker, role = self.who.with_role(end, stop)
        if speaker is None:
            return None
        after_role = max(speaker.end, role.end if role else 0) - self.place.start
        before = self.mask[:start].rstrip(shapes.TRIM)
        opens = (
            len(before.split()) <= 6
            and QUOTE not in before
            and len(self.mask[after_role : self._sentence_end()].split()) > 2
            and not self.who.has_verb((self.who.clause_start(start), len(before)))
        )
        if before.strip() and not opens and not shapes.LEADING.fullmatch(before.strip() + " "):
            spans, quoted = self._quoted_or_clause(self.who.clause_start(start), len(before))
            trailing = True
        else:
            spans, quoted = self._quoted_or_clause(after_role, self._sentence_end())
            trailing = False
        how = From.PRONOUN if pronoun else From.WRITTEN
        subject = Subject(span=speaker, role=role, how=how)
        return self._made(cue, (start, end), subject, spans, quoted=quoted, trailing=trailing)

    def _in_view(self, number: int, cue: Cue, start: int, end: int) -> Act | None:
        """`In her view it was genuine`, `by the army's count nine died`: whose view it is stands in the words."""
        whose = shapes.WHOSE.match(self.mask, start)
        if whose is None:
            return None
        span = Span(start=self.place.start + whose.start("who"), end=self.place.start + whose.end("who"))
        pronoun = whose["who"].lower() in {"his", "her", "its", "their", "my", "our"}
        named = list(shapes.FULL_NAME.finditer(self.mask, 0, start)) if pronoun else []
        if named:
            # `Lena Ostrow disagrees: in her view it is genuine`.
            span, pronoun = self._span(*named[-1].span()), False
        subject = Subject(span=span, how=From.PRONOUN if pronoun else From.WRITTEN)
        left = self.mask[self.who.clause_start(start) : start].rstrip(shapes.TRIM)
        after = self.mask[end : self._content_end(number)].strip(shapes.TRIM)
        at = (end, self._content_end(number)) if after else (self.who.clause_start(start), start)
        spans, quoted = self._quoted_or_clause(*at)
        return self._made(cue, (start, end), subject, spans, quoted=quoted, trailing=not after and bool(left))

    def _passive(self, number: int, start: int, end: int) -> bool:
        cue = self.cues[number][0]
        if (
            (
                cue in {Cue.SILENT, Cue.CLAIM}
                and not re.match(r"(?:responsib|credit for)", self.mask[start:end], re.IGNORECASE)
            )
            or " as " in self.mask[start:end]
            or self.mask[start:end].lower().endswith("ing")
        ):
            return False
        if cue is Cue.UNABLE:
            return (
                re.search(
                    r"\bbe (?:\w+ly )?\w+ed\b|\bbeen (?:\w+ly )?(?:verified|confirmed|authenticated)",
                    self.mask[start:end],
                )
                is not None
            )
        if cue is Cue.CONDEMN and re.match(r"(?:is|are|was|were|am|been|felt|feels?)\b", self.mask[start:end]):
            return False
        before = [token for token in self.tokens if token.end <= start][-4:]
        for token in reversed(before):
            if token.low in words.BE:
                return True
            if not (token.low in words.NEGATIONS or token.low in words.ADVERBS or token.low.endswith("ly")):
                break
        if re.match(r"\s+from\s", self.mask[end:]) and re.fullmatch(words.NOUNS, self.mask[start:end], re.IGNORECASE):
            return True
        # A reduced passive: `the video, verified by The Lantern,`.
        by = re.match(r"\s+(?:\w+ly )?by\s", self.mask[end:]) is not None
        return by and re.search(rf"ed$|^(?:{words.NOUNS})$", self.mask[start:end], re.IGNORECASE) is not None

    def _passive_act(self, cue: Cue, start: int, end: int) -> Act | None:
        agent = re.search(r"\b(?:by|from)\s+", self.mask[end : end + 90])
        negated = self._negated(start)
        clause = self.who.clause_start(start)
        content_end = self._sentence_end()
        if agent is None or re.search(r"[,;:.]|\bof\b|\bthat\b", self.mask[end : end + agent.start()]):
            subject = Subject(how=From.OUTLET if cue in {Cue.UNABLE, Cue.CONFIRM} else From.NOT_SAID)
            if cue not in {Cue.UNABLE, Cue.ACCUSE, Cue.CONFIRM} or (cue is Cue.CONFIRM and not negated):
                return None
            if cue is Cue.CONFIRM:
                cue, negated = Cue.UNABLE, False
        else:
            at = end + agent.end()
            verbs = "appears?|shows?|showed|has|have|had|is|are|was|were|suggests?|depicts?|seems?|but"
            small = "as|after|because|during|on|over|through|using|who"
            of = "" if cue in {Cue.CONFIRM, Cue.CONDEMN, Cue.PRAISE, Cue.DENY} else "|of|for|in"
            stop = self.who.phrase_end(at, also=rf"\b(?:{verbs}|{small}{of})\b")
            span, role = self.who.with_role(at, stop)
            subject = Subject(span=span, role=role, agent=True)
            if cue not in {Cue.ACCUSE, Cue.CALL} and span is not None:
                content_end = span.end - self.place.start
        if subject.span is None:
            # `The Movement, which has itself been accused of it, has admitted …`: the clause between its commas.
            opened = self.mask.rfind(", wh", clause, start)
            closed = self.mask.find(",", end)
            if opened >= 0:
                clause, content_end = opened + 1, closed if closed >= 0 else content_end
        spans, quoted = self._quoted_or_clause(clause, content_end)
        return self._made(cue, (start, end), subject, spans, quoted=quoted, negated=negated)

    def _negated(self, start: int) -> bool:
        before = [token for token in self.tokens if token.end <= start][-4:]
        for token in reversed(before):
            if token.low in words.NEGATIONS or token.low.endswith(("n’t", "n't")):
                return True
            passing = token.text == "," or token.low in words.AUXILIARIES or token.low in words.ADVERBS
            if not (passing or token.low.endswith("ly")):
                return False
        return False

    # What

    def _sentence_end(self) -> int:
        return len(self.mask.rstrip(" .!?…"))

    def _with_content(
        self, number: int, cue: Cue, verb: tuple[int, int], subject: Subject, *, negated: bool
    ) -> Act | None:
        start, end = verb
        stop = self._content_end(number)
        subject_behind = (
            subject.span is not None
            and subject.how in {From.WRITTEN, From.PRONOUN}
            and subject.span.start - self.place.start >= end
        )
        if subject_behind and subject.span is not None:
            last = max(subject.span.end, subject.role.end if subject.role else 0) - self.place.start
            return self._behind(cue, verb, subject, after=last, stop=stop, negated=negated)
        if cue in {Cue.SILENT, Cue.UNABLE, Cue.INVESTIGATE, Cue.COLLECT}:
            spans, quoted = [self._span(start, stop)], False
            return self._made(cue, verb, subject, spans, quoted=quoted, negated=negated)
        after = self._content_start(verb, stop)
        if cue is Cue.CLAIM:
            after = after if re.match(r"\s*[\w\x01]", self.mask[after:stop]) else start
        if shapes.MEANWHILE.match(self.mask, after, stop) and QUOTE not in self.mask[after:stop]:
            # `Said on Tuesday, when a film had been seen`: behind the day stands nothing that was said.
            stop = after
        left = None if shapes.TOLD_OF.search(self.mask, 0, start) else self._left_content(start, subject)
        stop = self._apart(left, end, stop)
        has_more = any(c.isalnum() or c == QUOTE for c in self.mask[after:stop])
        if left and has_more and self._interrupts(end, stop):
            # `Men died there, she said, but not by our hand`: what is said goes on behind the verb.
            before, behind = self._quoted_or_clause(*left), self._quoted_or_clause(after, stop)
            return self._made(
                cue, verb, subject, before[0] + behind[0], quoted=before[1] and behind[1], negated=negated
            )
        saying = cue in {Cue.SAY, Cue.ALLEGE, Cue.CONFIRM}
        rest = self.mask[after:stop]
        aside = not self.who.has_verb((after, stop)) or shapes.ASIDE.match(rest) is not None
        if left and saying and aside and QUOTE not in rest:
            # `It was their work, he tells state television`: behind the verb stands to whom.
            has_more = False
        if has_more and not (left and QUOTE in self.mask[left[0] : left[1]]):
            spans, quoted = self._quoted_or_clause(after, stop)
            return self._made(cue, verb, subject, spans, quoted=quoted, negated=negated)
        if left is None:
            alone = cue is Cue.DENY and "denial" in self.mask[start:end].lower()
            return self._made(cue, verb, subject, [self._span(start, end)], quoted=False) if alone else None
        spans, quoted = self._quoted_or_clause(*left)
        if quoted and has_more and shapes.GOES_ON.match(self.mask, after, stop):
            spans += self._quoted_or_clause(after, stop)[0]
        return self._made(cue, verb, subject, spans, quoted=quoted, trailing=True, negated=negated)

    def _apart(self, left: tuple[int, int] | None, end: int, stop: int) -> int:
        """`It was murder, its spokesman argued; he blamed …`: behind the semicolon stands something else."""
        apart = self.mask.find(";", end, stop)
        return apart if left and apart >= 0 and not self.who.has_verb((end, apart)) else stop

    def _interrupts(self, end: int, stop: int) -> bool:
        """Whether the verb stands between commas inside what is said; to whom and when may stand beside it."""
        match = shapes.INTERRUPTS.match(self.mask, end, stop)
        return match is not None and not self.who.has_verb((end, match.end()))

    def _behind(
        self, cue: Cue, verb: tuple[int, int], subject: Subject, *, after: int, stop: int, negated: bool
    ) -> Act | None:
        left = self.mask[: verb[0]].rstrip(shapes.TRIM)
        if not left.strip():
            return None
        spans, quoted = self._quoted_or_clause(self.who.clause_start(verb[0]), len(left))
        if quoted and shapes.GOES_ON.match(self.mask, after, stop):
            spans += self._quoted_or_clause(after, stop)[0]
        elif self.mask[after:stop].startswith(":"):
            spans += self._quoted_or_clause(after + 1, stop)[0]
        elif not quoted and shapes.GOES_ON_BEHIND.match(self.mask, after, stop):
            more = self.mask.find(" ", after + 2)
            spans += self._quoted_or_clause(more, stop)[0] if self.who.has_verb((more, stop)) else []
        return self._made(cue, verb, subject, spans, quoted=quoted, trailing=True, negated=negated)

    def _left_content(self, start: int, subject: Subject) -> tuple[int, int] | None:
        """What stands before the subject and a comma: `The video is a fake, the minister said`."""
        if subject.span is None or subject.how is From.SHARED:
            return None
        after = subject.span.end - self.place.start
        if any(after <= a and b <= start for _, a, b in self.cues):
            # Another verb stands between the subject and this one: what stands before the subject is that one's.
            return None
        places = [subject.span.start] + ([subject.role.start] if subject.role else [])
        edge = min(places) - self.place.start
        before = self.mask[:edge].rstrip()
        cut = before.rstrip(shapes.TRIM)
        begun = self.who.clause_start(start)
        if not before.endswith((",", QUOTE, "—", "–", "?", "!")) or not cut[begun:].strip():
            return None
        opens = shapes.WHEN.match(cut[begun:]) is not None
        short = len(cut[begun:].split()) < 8
        if QUOTE not in cut[begun:] and (opens or (short and self.who.is_adverbial((begun, len(cut))))):
            return None
        return begun, len(cut)

    def _content_start(self, verb: tuple[int, int], stop: int) -> int:
        """Past whom it was told, when and by what means, and `that`."""
        end = verb[1]
        rest = self.mask[end:stop]
        low = self.mask[verb[0] : end].lower()
        at = 0
        if re.match(r"t(?:old|ell)|assur|warn|remind|inform", low):
            at = self._addressee(rest)
        adverbial = words.ADVERBIAL.match(rest, at)
        if adverbial:
            at = adverbial.end()
        citing = re.match(r",? (?:citing|quoting) [^,]{2,80},", rest[at:])
        at += citing.end() if citing else 0
        colon = re.match(rf"[^,:;{QUOTE}]{{0,60}}:\s*(?={QUOTE})", rest[at:])
        at += colon.end() if colon else 0
        lead = re.match(r"[\s,:;—–-]*(?:that\b,?\s*|how\s+)?", rest[at:])
        at += lead.end() if lead else 0
        return end + at

    def _addressee(self, rest: str) -> int:
        that = re.match(r"(?:\s[^\s.;:]+){1,10}?\s(?=that\s)", rest)
        if that:
            return that.end()
        quote = rest.find(QUOTE)
        if 0 <= quote <= 90:
            return quote
        match = words.ADDRESSEE.match(rest)
        return match.end() if match else 0

    def _content_end(self, number: int) -> int:
        """Where the next verb of the same speaker begins, with its conjunction; else the end of the sentence."""
        cue, begun, end = self.cues[number]
        aside = self.who.aside_end(begun, end)
        if aside is not None:
            return aside
        reported = (
            cue is Cue.SAY
            and re.match(r"[^.;]{0,40}?\b(?:he|she|it|they|his|her|its|their)\b", self.mask[end:]) is not None
        )
        for other, start, _ in self.cues[number + 1 :]:
            if reported and other in {Cue.UNABLE, Cue.COLLECT, Cue.INVESTIGATE}:
                # `Said it had no access and could not confirm`: both verbs are what is said.
                continue
            between = self.mask[end:start]
            match = re.search(
                r"(?:,\s*|\s+)(?:and|but|yet|or|then|while)\s+(?:(?:also|then|later|has|have|had|was|were|is|did|does|not|could|would|again|flatly|\w+ly|that|he|she|it|they)\s+)*$"
                r"|,\s+(?:(?:\w+ly|also)\s+)*$",
                between,
            )
            gerund = shapes.GERUND.match(self.mask[start:]) is not None
            joined = match is not None and match[0].strip(", ") != ""
            if joined and gerund and match is not None and not match[0].startswith(","):
                # `Were collecting and preserving`: two participles of one verb, not two verbs of one speaker.
                continue
            if match and (joined or gerund):
                return end + match.start()
        return self._sentence_end()

    def _quoted_or_clause(self, start: int, stop: int) -> tuple[list[Span], bool]:
        """The quotations of speech where what is said is given by them, else the clause as it stands."""
        inside = [
            q
            for q in self.place.quotations
            if q.speech and q.start - self.place.start >= start - 1 and q.end - self.place.start <= stop + 3
        ]
        around = self.mask[start:stop].replace(QUOTE, "")
        leads = self.mask[start:stop].lstrip(" ,:").startswith(QUOTE) or not re.findall(
            r"\w+", shapes.LEADING.sub("", around)
        )
        if inside and leads:
            spans = [Span(start=q.inner_start, end=q.inner_end) for q in inside if q.inner_end > q.inner_start]
            if spans:
                return spans, True
        said = self.text[self.place.start + start : self.place.start + stop]
        first = len(said) - len(said.lstrip(shapes.TRIM))
        length = len(said.rstrip(" ,;:—–"))
        if length <= first:
            return [], False
        return [Span(start=self.place.start + start + first, end=self.place.start + start + length)], False

    def _span(self, start: int, end: int) -> Span:
        return Span(start=self.place.start + start, end=self.place.start + max(end, start + 1))

    def _made(
        self,
        cue: Cue,
        verb: tuple[int, int],
        subject: Subject,
        spans: list[Span],
        *,
        quoted: bool,
        trailing: bool = False,
        negated: bool = False,
    ) -> Act | None:
        if not spans:
            return None
        return Act(
            cue=cue,
            verb=self._span(*verb),
            speaker=subject.span,
            speaker_from=subject.how,
            role=subject.role,
            negated=negated,
            content=tuple(spans),
            quoted=quoted,
            trailing=trailing,
            agent=subject.agent,
            frame=Span(start=self.place.start, end=self.place.end),
        )


def acts_in(text: str, sentence: Sentence, advice: Advice | None = None) -> list[Act]:
    """Every act of speech of an English sentence, in its order."""
    read = _Sentence(text=text, place=sentence, advice=advice)
    found = read.acts() or labelled(text, sentence) or read.behind_a_colon()
    return sorted([*found, *loosely(text, sentence, found, "en")], key=lambda act: act.verb.start)
