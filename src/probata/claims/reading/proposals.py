"""From a page to proposed assertions: who says what, in which words, when, about which footage; nothing is decided.

A machine proposes; a person accepts, corrects or rejects each. Every proposal carries the reasons for its speaker and
its stance, and the bytes of the stored file from which its words were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import evolve, field, frozen

from probata.claims.reading import english, slavic
from probata.claims.reading.acts import SPEECH, Act, Cue, From
from probata.claims.reading.dates import Published, dates_in
from probata.claims.reading.deciding import Decision, decide
from probata.claims.reading.dialogue import Turn, spoken, turns_in
from probata.claims.reading.english_who import Parser
from probata.claims.reading.footage import About, footage_in
from probata.claims.reading.hedges import hedges_in
from probata.claims.reading.labels import named_under
from probata.claims.reading.page import Page, Span
from probata.claims.reading.parts import parted
from probata.claims.reading.places import places_in
from probata.claims.reading.rows import expressions
from probata.claims.reading.sentences import Sentence, sentences_of
from probata.claims.reading.speakers import Speaker, Speakers, places_of, roster_of
from probata.claims.reading.tongues import tongue_of
from probata.claims.stances import Stance
from probata.terms.times import TimeWithDoubt

_TURNS = {name: re.compile(one, re.IGNORECASE) for name, one in expressions("turns.txt").items()}
_FEWEST_LETTERS_SAID = 5
_FEWEST_LETTERS_BEFORE = 25
# Nobody writes such a sentence; what is longer is no prose, or made to keep the rules busy.
_LONGEST_SENTENCE = 6_000
# Some fifty times a long article.
_MOST_SENTENCES = 20_000


@frozen(kw_only=True)
class Proposal:
    """One proposed assertion; `spans` are the stretches of what was said, in characters of the page."""

    speaker: Speaker
    via: tuple[str, ...]
    verb: str
    decision: Decision
    spans: tuple[Span, ...]
    quoted: bool
    language: str
    hedges: tuple[str, ...]
    made_at: TimeWithDoubt | None
    times: tuple[TimeWithDoubt, ...]
    about: About | None
    places: tuple[str, ...]
    said: str

    @property
    def stance(self) -> Stance:
        """What the speaker does in saying it."""
        return self.decision.stance


@frozen(kw_only=True)
class Heard:
    """Words that the article writes down from the footage itself: said by somebody in it, not about it."""

    speaker: str
    spans: tuple[Span, ...]


@frozen(kw_only=True)
class Reading:
    """What was read: the proposals, and what could not be read, with reasons."""

    page: Page
    published: Published | None
    proposals: tuple[Proposal, ...]
    languages: tuple[str, ...]
    sentences: int
    unread: tuple[str, ...]
    grammar: str
    unread_sentences: tuple[Span, ...] = field(factory=tuple)
    heard: tuple[Heard, ...] = field(factory=tuple)


def propose(page: Page, at: Published | None, parser: Parser | None = None) -> Reading:
    """Every proposal of the page in its order; `parser` is asked for English subjects where it is given."""
    around = _tongue_of_page(page)
    sentences = sentences_of(page.text, page.blocks)
    turns = turns_in(page.text, page.blocks)
    speakers = Speakers(outlet=page.outlet, roster=roster_of(page.text), places=places_of(page.text))
    state = _State(page=page, at=at, speakers=speakers)
    proposals: list[Proposal] = []
    seen: set[str] = set()
    foreign: list[Span] = []
    endless = 0
    for sentence in sentences[:_MOST_SENTENCES]:
        if sentence.end - sentence.start > _LONGEST_SENTENCE:
            endless += 1
            continue
        words = page.text[sentence.start : sentence.end]
        tongue = tongue_of(words, around)
        if tongue == "und":
            if sum(character.isalpha() for character in words) > 12:
                foreign.append(Span(start=sentence.start, end=sentence.end))
            continue
        seen.add(tongue)
        if sentence.block in turns:
            proposals += state.of_turn(sentence, tongue, turns[sentence.block])
            continue
        acts = _acts(page.text, sentence, tongue, parser)
        proposals += state.proposals(sentence, tongue, acts)
    unread = list(page.unread)
    if foreign:
        unread.append(f"{len(foreign)} of {len(sentences)} sentences are in a language that is not read here")
    if len(sentences) > _MOST_SENTENCES:
        unread.append(f"only the first {_MOST_SENTENCES} of {len(sentences)} sentences were read")
    if endless:
        unread.append(
            f"{endless} stretches run on for more than {_LONGEST_SENTENCE} characters without the end of a sentence"
        )
    if len(seen) > 1:
        unread.append(
            f"the text is in several languages ({', '.join(sorted(seen))}); each sentence was read in its own"
        )
    return Reading(
        page=page, published=at, proposals=tuple(_each_once(proposals)), languages=tuple(sorted(seen)),
        sentences=len(sentences),
        unread=tuple(unread), grammar="rules and a parser" if parser is not None else "rules",
        unread_sentences=tuple(foreign), heard=tuple(state.heard),
    )  # fmt: skip


def _each_once(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """What one speaker says once is proposed once: a stretch inside another of the same stance says nothing more."""
    reach = [(one, _reach(one)) for one in proposals]
    for number, (one, (start, end)) in enumerate(reach):
        inside = any(
            other.speaker.name == one.speaker.name and other.stance is one.stance
            and a <= start and end <= b and ((a, b) != (start, end) or place < number)
            for place, (other, (a, b)) in enumerate(reach[max(0, number - 4) : number + 5], start=max(0, number - 4))
            if place != number
        )  # fmt: skip
        if not inside:
            yield one


def _reach(one: Proposal) -> tuple[int, int]:
    return min(span.start for span in one.spans), max(span.end for span in one.spans)


def _tongue_of_page(page: Page) -> str:
    article = " ".join(page.text[block.start : block.end] for block in page.blocks if not block.furniture_because)
    return tongue_of(article[:20_000], page.declared_language[:2].lower())


def _acts(text: str, sentence: Sentence, tongue: str, parser: Parser | None) -> list[Act]:
    if tongue == "en":
        advice = None if parser is None else parser(text[sentence.start : sentence.end], sentence.start)
        return settled(text, english.acts_in(text, sentence, advice))
    return settled(text, slavic.acts_in(text, sentence, tongue))


def settled(text: str, acts: Sequence[Act]) -> list[Act]:
    """Of acts one inside what another says, the one that is meant: `A accuses C, B reports` is A's, by way of B."""
    kept = {act.verb.start: act for act in acts}
    dropped: set[int] = set()
    for outer in acts:
        if outer.cue not in SPEECH or outer.quoted:
            continue
        for inner in acts:
            mine = kept[outer.verb.start]
            if inner is outer or inner.verb.start in dropped or not _inside(inner.verb, mine.content):
                continue
            if _in_our_voice(text, mine, inner):
                # `We condemn it, the bishops wrote`: whose voice it is, is told behind.
                dropped.add(outer.verb.start)
                continue
            beside = _clause_beside(text, mine, inner)
            if beside is not None:
                kept[outer.verb.start] = evolve(mine, content=beside)
            elif _stands_alone(outer, inner, text):
                kept[inner.verb.start] = _by_way_of(outer, kept[inner.verb.start])
                dropped.add(outer.verb.start)
            else:
                dropped.add(inner.verb.start)
    return [kept[act.verb.start] for act in acts if act.verb.start not in dropped]


def _in_our_voice(text: str, outer: Act, inner: Act) -> bool:
    """Whether the outer one is `we` or `I` outside quotation marks, and the inner one tells who that is."""
    if outer.speaker is None or inner.speaker is None or outer.quoted or not inner.trailing:
        return False
    own = text[outer.speaker.start : outer.speaker.end].lower() in {"we", "i"}
    return own and inner.cue in SPEECH and inner.speaker_from is From.WRITTEN


def _by_way_of(outer: Act, inner: Act) -> Act:
    """The inner act, told by the outer one's speaker; its words end where the outer one's do."""
    by = () if outer.speaker is None else (outer.speaker,)
    clipped = _clipped(inner.content, outer.content) or inner.content
    return evolve(inner, via=(*by, *outer.via, *inner.via), content=clipped)


def _clause_beside(text: str, outer: Act, inner: Act) -> tuple[Span, ...] | None:
    """What the outer one says without a clause of somebody else behind it: `A condemned it, while B was silent`."""
    if inner.speaker is None or inner.speaker_from is not From.WRITTEN or inner.speaker.start >= inner.verb.start:
        return None
    for span in outer.content:
        if span.start < inner.speaker.start < span.end:
            between = _TURNS["beside"].search(text[span.start : inner.speaker.start])
            if between and between.start() > 0:
                return (Span(start=span.start, end=span.start + between.start()),)
    return None


def _clipped(content: tuple[Span, ...], within: tuple[Span, ...]) -> tuple[Span, ...]:
    first, last = min(one.start for one in within), max(one.end for one in within)
    pairs = [(max(one.start, first), min(one.end, last)) for one in content]
    return tuple(Span(start=start, end=end) for start, end in pairs if start < end)


def _inside(verb: Span, content: tuple[Span, ...]) -> bool:
    return any(span.start <= verb.start and verb.end <= span.end for span in content)


def _stands_alone(outer: Act, inner: Act, text: str) -> bool:
    """Whether the inner speaker is somebody else, named inside what the outer one says."""
    if (
        inner.speaker is None
        or inner.speaker_from in {From.PRONOUN, From.SHARED}
        or not _inside(inner.speaker, outer.content)
    ):
        return False
    said = text[inner.speaker.start : inner.speaker.end]
    if _TURNS["own"].match(said) and not outer.trailing:
        return False
    if inner.cue in SPEECH and outer.cue in {Cue.SAY, Cue.CONFIRM, Cue.ALLEGE}:
        return outer.cue is Cue.SAY or inner.cue is not Cue.CONFIRM
    # `Прокуратура собирает доказательства, сообщил её представитель`: the office does it, whoever tells.
    told_by = "" if outer.speaker is None else text[outer.speaker.start : outer.speaker.end]
    return outer.trailing and outer.cue is Cue.SAY and re.match(r"(?:её|ее|его|их|її|його|їх\w*) ", told_by) is not None


@frozen(kw_only=True)
class _State:
    """What is carried from sentence to sentence: who spoke, and where the last quotation stood."""

    page: Page
    at: Published | None
    speakers: Speakers
    heard: list[Heard] = field(factory=list)

    def proposals(self, sentence: Sentence, tongue: str, acts: Sequence[Act]) -> list[Proposal]:
        if not acts:
            carried = self._carried(sentence, tongue)
            if not carried:
                self.speakers.mentioned(self.page.text[sentence.start : sentence.end])
            return carried
        found = self._of_acts(tongue, acts)
        if not found:
            self.speakers.mentioned(self.page.text[sentence.start : sentence.end])
        return found

    def of_turn(self, sentence: Sentence, tongue: str, turn: Turn) -> list[Proposal]:
        """What is told in a paragraph of an interview, in words that tell something."""
        found = []
        for act in spoken(self.page.text, sentence, turn):
            speaker = self.speakers.first() if act.speaker is None else None
            speaker = speaker or self.speakers.resolve(self._text(act.speaker or turn.who), "", From.WRITTEN)
            for part in parted(self.page.text, act, tongue):
                decision = decide(part, self._text(turn.who), " ".join(map(self._text, part.content)), tongue)
                if decision is not None and decision.told:
                    found.append(self._made(part, tongue, speaker, (), "", decision, [act]))
        return found

    def _of_acts(self, tongue: str, acts: Sequence[Act]) -> list[Proposal]:
        first = acts[0]
        if first.speaker is not None and first.speaker_from is From.PRONOUN:
            # `The office went further: it denounced`: who was named in the sentence before the pronoun is meant.
            before = self.page.text[first.frame.start : first.speaker.start]
            if len(before) > _FEWEST_LETTERS_BEFORE:
                self.speakers.mentioned(before)
        found = []
        for act in [part for one in acts for part in parted(self.page.text, one, tongue)]:
            proposal = self._of(act, tongue, acts)
            if proposal is not None:
                found.append(proposal)
        return _granted_and_denied(found)

    def _text(self, span: Span | None) -> str:
        return "" if span is None else self.page.text[span.start : span.end]

    def _of(self, act: Act, tongue: str, acts: Sequence[Act]) -> Proposal | None:
        speaker = self.speakers.resolve(self._text(act.speaker), self._text(act.role), act.speaker_from)
        verb = self._text(act.verb)
        said = " ".join(self._text(span) for span in act.content)
        # `Said so` says nothing that stands here; `denied it` does.
        fewest = _FEWEST_LETTERS_SAID if act.cue is Cue.SAY and not act.quoted else 2
        if sum(character.isalpha() for character in said) < fewest:
            return None
        if act.quoted and _is_heard(speaker, verb, self._text(act.frame)):
            self.heard.append(Heard(speaker=speaker.name, spans=act.content))
            self.speakers.forget(speaker.name)
            return None
        decision = decide(act, verb, said, tongue, self._text(act.speaker))
        if decision is None:
            return None
        if tongue != "en" and act.cue is Cue.SAY and not decision.told:
            return None
        via = [self._text(span) for span in act.via]
        speaker, via = _cited(speaker, via, self._text(act.frame), tongue, instead=act.cue is Cue.SAY and not act.via)
        return self._made(act, tongue, speaker, tuple(via), verb, decision, acts)

    def _made(
        self,
        act: Act,
        tongue: str,
        speaker: Speaker,
        via: tuple[str, ...],
        verb: str,
        decision: Decision,
        acts: Sequence[Act],
    ) -> Proposal:
        said = " ".join(self._text(span) for span in act.content)
        frame = self._text(act.frame)
        outside = _without(frame, act, acts)
        # Of several dates outside what is said, the one nearest to the verb says when; another is a dateline.
        place = act.verb.start - act.frame.start
        made = sorted(dates_in(outside, tongue, self.at), key=lambda one: abs(one.start - place))
        told = dates_in(said, tongue, self.at)
        if not made and not act.quoted and act.cue in {Cue.ACCUSE, Cue.BLAME}:
            # `Accused the army on Tuesday of …`: the day stands inside, between whom and of what.
            made = [one for one in told if re.match(r"\s+(?:of|for)\b|\s+в\s", said[one.end :])][:1]
            told = [one for one in told if one not in made]
        return Proposal(
            speaker=speaker, via=via, verb=" ".join(verb.split()), decision=decision, spans=act.content,
            quoted=act.quoted, language=tongue, hedges=tuple(hedges_in(said, tongue)),
            made_at=made[0].time if made else None,
            times=tuple(one.time for one in told), about=footage_in(said, tongue) or footage_in(frame, tongue),
            places=tuple(places_in(said, tongue)), said=said,
        )  # fmt: skip

    def _carried(self, sentence: Sentence, tongue: str) -> list[Proposal]:
        """A quotation without a verb of saying is the last speaker's, where it is all of the sentence."""
        speech = [one for one in sentence.quotations if one.speech]
        if not speech:
            return []
        text = self.page.text
        under = named_under(text, speech[-1].end) or named_under(text, sentence.end)
        after = "" if named_under(text, speech[-1].end) else text[speech[-1].end : sentence.end]
        outside = text[sentence.start : speech[0].start] + after
        if len(re.findall(r"\w+", outside)) > 3:
            return []
        speaker = self.speakers.resolve(*under, From.WRITTEN) if under is not None else self.speakers.carried()
        if speaker is None:
            speaker = Speaker(name="", as_written="", role="", how=From.NOT_SAID, doubt="the quotation names nobody")
        spans = tuple(
            Span(start=one.inner_start, end=one.inner_end) for one in speech if one.inner_end > one.inner_start
        )
        if not spans:
            return []
        act = Act(
            cue=Cue.SAY, verb=Span(start=sentence.start, end=sentence.start + 1), speaker=None,
            speaker_from=From.CARRIED, content=spans, quoted=True, frame=Span(start=sentence.start, end=sentence.end),
        )  # fmt: skip
        found = []
        for part in parted(text, act, tongue):
            said = " ".join(self._text(span) for span in part.content)
            decision = decide(part, "(a quotation that goes on)", said, tongue)
            if decision is not None and (decision.told or tongue == "en"):
                found.append(self._made(part, tongue, speaker, (), "", decision, [act]))
        return found


def _is_heard(speaker: Speaker, verb: str, frame: str) -> bool:
    """Whether the words are told as heard in the footage: `“…,” a man says as a soldier …`."""
    return _TURNS["somebody"].match(speaker.name) is not None and bool(
        _TURNS["now"].search(verb) or _TURNS["in_footage"].search(frame)
    )


def _granted_and_denied(found: list[Proposal]) -> list[Proposal]:
    """`Acknowledged that they died but said his unit was not involved` is one statement of two halves."""
    told: list[Proposal] = []
    for one in found:
        before = told[-1] if told else None
        if (
            before is not None
            and (before.stance is Stance.ACCEPTS or (before.stance is Stance.ALLEGES and _own_hands(before, one)))
            and before.speaker.name == one.speaker.name
            and (one.speaker.how in {From.SHARED, From.PRONOUN} or one.verb == before.verb)
            and one.stance is not Stance.CONDEMNS
            and not _TURNS["of_footage"].search(before.said)
            and _TURNS["clean_hands"].search(f"{one.verb} {one.decision.because} {one.said}")
        ):
            because = f"“{before.verb}” that it happened, and then “{one.verb}” that it was they"
            decision = Decision(stance=Stance.ACKNOWLEDGES_DENIES_RESPONSIBILITY, because=because)
            told[-1] = evolve(before, decision=decision, spans=(*before.spans, *one.spans))
        else:
            told.append(one)
    return told


def _own_hands(before: Proposal, one: Proposal) -> bool:
    """`Yes, they were shot. It was not my unit`: the second half is about their own."""
    return (
        one.verb == before.verb and one.stance is Stance.DENIES_ACT and _TURNS["not_they"].search(one.said) is not None
    )


def _without(frame: str, act: Act, acts: Sequence[Act]) -> str:
    """The sentence without what anybody says in it: there stands when and how it was said."""
    characters = list(frame)
    for one in (act, *acts):
        for span in one.content:
            for place in range(max(0, span.start - act.frame.start), min(len(characters), span.end - act.frame.start)):
                characters[place] = " "
    return "".join(characters)


_CITING = {tongue: re.compile(one, re.IGNORECASE) for tongue, one in expressions("citing.txt").items()}
_CITES = re.compile(r",?\s(?:citing|quoting|relaying|со ссылкой|ссылаясь|з посиланням|посилаючись)\s", re.IGNORECASE)


def _cited(speaker: Speaker, via: list[str], frame: str, tongue: str, *, instead: bool) -> tuple[Speaker, list[str]]:
    """`The agency, citing an officer, reported`: the officer says it, by way of the agency."""
    match = _CITING[tongue].search(frame)
    if match is None:
        return speaker, via
    cited = match[1].strip()
    if instead and (
        speaker.role.startswith(("citing", "quoting")) or 0 <= frame.find(speaker.as_written) < match.start()
    ):
        return Speaker(name=cited, as_written=cited, role="", how=From.WRITTEN), [
            _CITES.split(speaker.name)[0].strip(),
            *via,
        ]
    return speaker, [*via, cited]
