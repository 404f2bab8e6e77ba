"""Who speaks in a Russian or Ukrainian sentence: before the verb in its clause, behind it, or inside its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import field, frozen

from probata.claims.reading.acts import Act, Cue, From
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.slavic_words import Words
from probata.claims.reading.tokens import QUOTE

MARK = re.compile(rf"[,;:—–()]|{QUOTE}+")
TRIM = " \t\n,;:—–-"
WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
# «Кто стрелял, установить не удалось»: nobody is named who could not.
_UNKNOWN = re.compile(r"(?:кто|что|когда|где|хто|що|коли|де|чи)\b", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:удалось|уда[её]тся|вда(?:лося|лось|ється)|(?:ен|ён|ан)[аоыі]?|можно|можливо|відом[оа]|известн[оа])$"
)
# «Об этом сообщает агентство»: what it reports stands in another sentence.
_OF_WHAT_STANDS_ELSEWHERE = re.compile(
    r"(?:об этом|об|о том|про це|про що|про)(?: (?:также|також|ранее|раніше))?", re.IGNORECASE
)
_MOST_WORDS_OF_SPEAKER = 16
_TELLING = frozenset({Cue.SAY, Cue.ALLEGE, Cue.ACCEPT, Cue.CONFIRM})
_GOES_ON = re.compile(
    r"\s*(?:(?:в|во|на|к|до|из|с|у|о|за|з|із|під|под|про|від|от|для|через) )?"
    r"(?:котор|котр|чь[яеёюи]|чей|чи[йяїєю]\b|яки[йхм]|як[аеі]\b|яко[гмї]|якій|якою|где\b|куда\b|откуда\b|де\b|куди\b"
    r"|\w+(?:вш|ющ|ящ|ащ|ущ)(?:ий|ая|ее|ие|его|ему|ую|ей|их|им)(?:ся)?\b|\w+(?:вшись|вши|ючи|ячи|учи|ючись|ячись)\b"
    r"|извест|отом|назван|прозван|не назв|пожел|попрос|отвеча|выступа|комментиру|говоря|имя|ім[’']я)",
    re.IGNORECASE,
)
_PARTICLES = re.compile(
    r"(?:но|а|и|однако|але|та|й|і|проте|при этом|впрочем|зато|сам[аио]?|вот|от|ну|так|же|там же|даже|навіть|лишь|лише"
    r"|только|тільки|тогда|тоді|теперь|натомість|утім|втім|затем|потом|напротив|навпаки|итак|отже|ведь|адже|кстати"
    r"|между прочим|правда|прежде всего|передусім|то есть|тобто|что|що|ещё|еще|ще|уже|вже|дескать|мол|мовляв)\s+",
    re.IGNORECASE,
)
_INFINITIVE = re.compile(r"\w+(?:ть|ти|тись|тися|ться|чь)", re.IGNORECASE)
_ADVERB = re.compile(r"(?!\w*(?:войско|військо|окно|вікно|звено)$)\w{2,}(?:но|ко|сто)", re.IGNORECASE)
_APPEARS = re.compile(
    r"появ|з[’']яв|опубликов|размещ|вышл|вышел|висел|висит|опублік|розміщ|вийш|оприлюдн", re.IGNORECASE
)
_PAGE = re.compile(
    r"(?:страниц[еу]|канал[еу]|сайт[еу]|аккаунт[еу]|блог[еу]|паблик[еу]|сторінці|каналі|сайті|акаунті|блозі|пабліку"
    r"|соцсетях|соцмережах|листовке|листівці) ((?:[\w’'«»-]+ ){0,5}?[\w’'«»-]+)"
    r"(?=,| появ| з[’']яв| опубл| разм| розм| вы| ви| за | в | у |:|$)",
    re.IGNORECASE,
)
_IS_WRITTEN = re.compile(
    r"(?:гово|сказ|указ|отмеч|подч[её]рк|утвержда|сообщае|поясн|знач|написан|уточн|добавл|заявлен|йдет|ідет|йшло|ішло"
    r"|мовит|вказ|зазнач|підкр|стверджуєт|повідомляєт|додаєт)\w*(?:ся|но)$",
    re.IGNORECASE,
)
_IN_WHAT = re.compile(r"\s+(?:в|во|у|на)\s+([^,.;:—–]{3,80})", re.IGNORECASE)
_OF_THAT = re.compile(r"\W*(?:о|об|про) (?:том|те|то),? (?:что|як|що|как)\b", re.IGNORECASE)
_TO_WHOM = frozenset(("ему", "ей", "им", "нам", "мне", "йому", "їй", "їм", "мені"))
# `Комментировать это полковник отказался`: what is refused stands first, and who refuses before the verb.
_FRONTED = re.compile(
    r"\w+(?:ть|ти)\b.*?\s((?:[а-яёіїєґ-]+ )?[А-ЯЁІЇЄҐ][\w’'-]+(?: [А-ЯЁІЇЄҐ][\w’'-]+)*|[а-яёіїєґ’'-]{4,})"
    r"\s+(?:отказ|відмов|не )",
)
_THINGS = re.compile(
    r"(?:сообщени[яей]|слухи|обвинени[яей]|рассказы?|показани[яей]|публикаци[яию]|видео(?:запись)?|ролик|звинувачення"
    r"|повідомлення|чутки|розповіді|свідчення|публікаці[яїю]|відео)$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:на|об|о|про|под|над) ", re.IGNORECASE)
_OWN_VOICE = frozenset(("мы", "ми", "нам"))


def goes_on(words: str) -> bool:
    """Whether the words tell more of what stands before them: `который …`, `попросивший …`."""
    return _GOES_ON.match(words) is not None


@frozen(kw_only=True)
class Who:
    """Who speaks: places in the sentence, and how they were found."""

    span: tuple[int, int] | None
    role: tuple[int, int] | None = None
    how: From = From.WRITTEN
    behind: bool = False


@frozen(kw_only=True)
class Finder:
    """Finds the speakers of one sentence, whose words it holds with quoted speech and parentheses blotted out."""

    place: Sentence
    words: Words
    mask: str
    cues: Sequence[tuple[Cue, int, int]] = field(factory=tuple)

    def who(self, number: int, so_far: list[Act]) -> Who | None:
        """The speaker of the cue; None where nobody can be told."""
        cue, start, end = self.cues[number]
        before = self._before(start, addressed=cue is not Cue.UNABLE)
        if _OF_WHAT_STANDS_ELSEWHERE.fullmatch(before.strip()):
            return None
        gerund = self._is_gerund(start, end)
        word = ["", *WORD.findall(before)][-1].lower()
        told = self._of_its_own(number, before)
        if told is not None:
            return told
        behind = None if gerund else self._behind(number, before)
        if behind is not None:
            return behind
        if gerund or (word in self.words.conjunctions and before[-1:].isalpha()):
            return self._shared(so_far) or self._first(start)
        found = None if word in _TO_WHOM and cue is not Cue.UNABLE else self._before_the_verb(before, word)
        if self._is_object(cue, found):
            found = self._inverted(number, "") or self._shared(so_far) or found
        if cue is Cue.UNABLE and self._is_nobody(start, end, before, found):
            return Who(span=None, how=From.OUTLET)
        return found or self._shared(so_far) or self._inverted(number, before)

    def _is_nobody(self, start: int, end: int, before: str, found: Who | None) -> bool:
        """`Кто стрелял, установить не удалось`: nobody is named who could not."""
        if _NOBODY.search(self.mask[start:end].split(" (")[0]):
            return not self._is_given(found)
        return found is None and _UNKNOWN.match(before) is not None

    def _of_its_own(self, number: int, before: str) -> Who | None:
        """The speaker of words that have a place for it: a page, a paper, `ответственность взял X`."""
        cue, start, end = self.cues[number]
        words = self.mask[start:end]
        if cue is Cue.CLAIM and re.search(r"ответств|відпов|на себ", words.lower()):
            name = self.phrase(end) if not self._subject_before(before) else None
            return Who(span=name) if name else None
        if _APPEARS.match(words):
            return self._of_page(start, end)
        written = _IN_WHAT.match(self.mask, end) if _IS_WRITTEN.match(words) else None
        if written:
            role, behind = self._role_after(written.end(1)), before[-1:] in f"{QUOTE},—–"
            return Who(span=written.span(1), role=role, behind=behind)
        return self._inside(cue, start, end)

    def _of_page(self, start: int, end: int) -> Who:
        """`На странице отряда появилась запись: «…»`: whose page it is, says it; else the one who spoke last."""
        stop = self.mask.find(QUOTE, end)
        for match in _PAGE.finditer(self.mask, 0, stop if stop > 0 else len(self.mask)):
            return Who(span=match.span(1))
        name = re.search(
            r"(?:сообщение|заявление|запись|пост|повідомлення|заява|допис) ([^,:;]{4,60}?)[:,—]", self.mask
        )
        return Who(span=name.span(1)) if name and name.start() > start else Who(span=None, how=From.CARRIED)

    def _is_gerund(self, start: int, end: int) -> bool:
        first = self.mask[start:end].split()[0]
        if self.words.past.search(first):
            return False
        return self.words.gerund.search(first) is not None

    def _subject_before(self, before: str) -> bool:
        said = self._nothing_but_names(before[max((m.end() for m in MARK.finditer(before)), default=0) :])
        return bool(said)

    def _inside(self, cue: Cue, start: int, end: int) -> Who | None:
        """`Комментировать это он отказался`: the pronoun inside the words of the cue."""
        if cue not in {Cue.SILENT, Cue.UNABLE}:
            return None
        for match in re.finditer(r"\w+", self.mask[start:end]):
            if match[0].lower() in self.words.pronouns:
                return Who(span=(start + match.start(), start + match.end()), how=From.PRONOUN)
        fronted = _FRONTED.match(self.mask[start:end])
        if fronted and not WORD.search(self.mask[:start]):
            return Who(span=(start + fronted.start(1), start + fronted.end(1)))
        return None

    def _is_object(self, cue: Cue, found: Who | None) -> bool:
        """`Геолокацию установила группа`: what stands before the verb is no subject, by its ending."""
        if found is None or found.span is None or found.how is not From.WRITTEN or cue is Cue.UNABLE:
            return False
        words = self.mask[slice(*found.span)].split()
        if _THINGS.match(words[0]) and not found.behind:
            return True
        if re.search(r"\b(?:в|во|у|из|з|із|від|от)\s+$", self.mask[: found.span[0]], re.IGNORECASE):
            return False
        return len(words) < 4 and words[0].lower().endswith(("у", "ю")) and words[0][:1] not in "«“"

    def _is_given(self, found: Who | None) -> bool:
        """Whether the one before an impersonal verb stands in the dative, and is no date that is looked for."""
        if found is None or found.span is None:
            return False
        if found.how is From.PRONOUN:
            return True
        first = self.mask[slice(*found.span)].split()[0].lower()
        looked_for = r"(?:дат|мест|врем|личност|подлинн|автор|принадлежн|что|кто|где|особ|місц|час|справжн|дан|факт)"
        return re.search(r"(?:у|ю|и|ам|ям|ой|ей|ові|еві|і|ії)$", first) is not None and not re.match(looked_for, first)

    def _before_the_verb(self, before: str, word: str) -> Who | None:
        """A name with what is told of it between commas, a pronoun, `который`, or the words before the verb."""
        if before[-1:] in ",—–":
            return self._apposition(len(before) - 1) if before else None
        if word in self.words.pronouns:
            at = before.lower().rfind(word)
            return Who(span=(at, at + len(word)), how=From.OUTLET if word in _OWN_VOICE else From.PRONOUN)
        if self.words.relatives.match(word):
            return self._apposition(before.lower().rfind(word) - 1, relative=True)
        return self._phrase_before(len(before))

    def _before(self, start: int, *, addressed: bool = True) -> str:
        """What stands before the verb, without adverbs and adverbials that lie between."""
        said = self.mask[:start].rstrip()
        while True:
            word = re.search(r"[\w’'-]+$", said)
            ends = []
            if word and (
                word[0].lower() in self.words.adverbs
                or (_ADVERB.fullmatch(word[0]) and word[0].islower() and word.start())
            ):
                ends = [word.start()]
            means = [*self.words.adverbial.finditer(said)]
            if addressed:
                means += [m for m in self.words.addressee.finditer(said) if m[0][0] not in "«“"]
            ends += [
                m.start() for m in means if m.end() == len(said) and m.start() and not said[m.start() - 1].isalnum()
            ]
            if not ends:
                return said
            said = said[: min(ends)].rstrip()

    def _behind(self, number: int, before: str) -> Who | None:
        """A speaker behind the verb: where quoted speech or a whole clause stands before it."""
        cue, _, end = self.cues[number]
        tail = before.rstrip(" —–,")
        quoted = tail.endswith(QUOTE)
        name = self.phrase(end)
        if name is None or self.words.that.match(self.mask, end) or self.mask[end : end + 1] in ",:":
            return None
        pronoun = re.match(r"\w+", self.mask[name[0] :])
        is_pronoun = pronoun is not None and pronoun[0].lower() in self.words.pronouns
        if not quoted and not self._is_clause(cue, before, tail, name, pronoun=is_pronoun):
            return None
        if is_pronoun and pronoun is not None:
            return Who(span=(name[0], name[0] + pronoun.end()), how=From.PRONOUN, behind=True)
        return Who(span=name, role=self._role_after(name[1]), behind=True)

    def _is_clause(self, cue: Cue, before: str, tail: str, name: tuple[int, int], *, pronoun: bool) -> bool:
        """Whether what stands before is what was said (`…, сообщил X`), and no apposition to a name."""
        after = self.mask[name[1] :].lstrip()
        if _OF_THAT.match(before) and before.endswith((",", "—", "–")) and cue in _TELLING:
            return True
        if cue not in _TELLING or not before.endswith((",", "—", "–")) or not tail.strip():
            return False
        if after[:1] == ":" or self.words.that.match(after) or QUOTE in after[:3]:
            return False
        if pronoun:
            return True
        segments = tail.split(",")
        told_of = len(segments) > 1 and _GOES_ON.match(segments[-1]) is not None
        if cue in {Cue.ACCEPT, Cue.CONFIRM} and not re.search(r"[А-ЯЁІЇЄҐ]", self.mask[slice(*name)]):
            return False
        rest = after.strip(" .!?…,—–")
        return not told_of and (not rest or after[:1] in ",—–;") and (len(WORD.findall(tail)) > 1 or bool(rest))

    def _inverted(self, number: int, before: str) -> Who | None:
        """`Сообщили в управлении`, `Рассказал это X`: where nobody stands before a verb of telling."""
        cue, _, end = self.cues[number]
        if cue not in _TELLING and cue is not Cue.SILENT and before:
            return None
        name = self.phrase(end)
        if name is None or self._nothing_but_names(before[-60:]):
            return None
        name = self._cut(*name) or name
        return Who(span=name, role=self._role_after(name[1]))

    def phrase(self, start: int, *, addressed: bool = True) -> tuple[int, int] | None:
        """The words behind `start` up to the next mark, without adverbials at their head and tail."""
        position = start
        while True:
            lead = re.match(r"[\s,—–]*", self.mask[position:])
            position += lead.end() if lead else 0
            skipped = self._skipped(position, addressed=addressed)
            if skipped is None:
                break
            position = skipped
        inside = self.words.inside.match(self.mask[position:])
        position += inside.end() if inside else 0
        mark = re.compile(rf"[,;:()]|\s[—–]\s|{QUOTE}|[.!?…]+\s*$").search(self.mask, position)
        stop = mark.start() if mark else len(self.mask)
        for match in self.words.adverbial.finditer(self.mask, position, stop):
            if match.start() > position and not self.mask[match.start() - 1].isalnum():
                stop = match.start()
                break
        said = self.mask[position:stop].rstrip(TRIM + ".")
        if not WORD.search(said) or len(said.split()) > _MOST_WORDS_OF_SPEAKER:
            return None
        return position, position + len(said)

    def _skipped(self, position: int, *, addressed: bool) -> int | None:
        """Where an adverbial or an addressee that stands here ends, with something behind it."""
        for pattern in (self.words.adverbial, self.words.addressee) if addressed else (self.words.adverbial,):
            match = pattern.match(self.mask, position)
            if match and match.end() > position and not self.mask[match.end() : match.end() + 1].isalnum():
                return match.end()
        return None

    def _role_after(self, position: int) -> tuple[int, int] | None:
        match = re.match(r",\s*([^,;:.—–]{3,90})(?=[,.]|$)", self.mask[position:])
        if match is None or QUOTE in match[1] or self.words.that.match(match[0]):
            return None
        return position + match.start(1), position + match.end(1)

    def _apposition(self, comma: int, *, relative: bool = False) -> Who | None:
        """Of what stands between commas before the verb, the first that is no adverbial."""
        begun = max(self.mask.rfind(QUOTE, 0, comma), self.mask.rfind(";", 0, comma), self.that_before(comma))
        parts: list[tuple[int, int]] = []
        position = begun + 1
        for piece in self.mask[position:comma].split(","):
            if piece.strip(TRIM):
                parts.append((position, position + len(piece)))
            position += len(piece) + 1
        cut = [self._cut(*part) for part in parts]
        cut = [None if one is None else self._without_in(one) for one in cut]
        kept = [one for one in cut if one is not None]
        if not kept:
            return None
        first = kept[-1] if relative else self._last_named(kept)
        at = kept.index(first)
        return Who(span=first, role=kept[at + 1] if len(kept) > at + 1 and not relative else None)

    def _last_named(self, parts: list[tuple[int, int]]) -> tuple[int, int]:
        """Of parts between commas, the one that those behind it tell of: `В тот день, рано утром, X, который …`."""
        for place in range(len(parts) - 1, 0, -1):
            if not _GOES_ON.match(self.mask[parts[place][0] :]) and any(
                a >= parts[0][0] and b <= parts[place][0] for _, a, b in self.cues
            ):
                return parts[place]
        return parts[0]

    def that_before(self, position: int) -> int:
        """Where the last `, что` before the place ends; -1 where there is none."""
        found = -1
        for match in self.words.that.finditer(self.mask, 0, position):
            if match[0].startswith(","):
                found = match.end() - 1
        return found

    def _cut(self, start: int, end: int) -> tuple[int, int] | None:
        said = self.mask[start:end]
        start += len(said) - len(said.lstrip(TRIM))
        while True:
            adverbial = self.words.adverbial.match(self.mask, start, end)
            particle = _PARTICLES.match(self.mask, start, end)
            stop = adverbial.end() if adverbial else start
            if adverbial is None or self.mask[stop : stop + 1].isalpha():
                adverb = re.compile(r"[\w’'-]+(?=\s+\w)").match(self.mask, start, end)
                stop = particle.end() if particle else start
                if particle is None and adverb and _ADVERB.fullmatch(adverb[0]):
                    stop = adverb.end()
            if stop == start:
                break
            start = stop
            start += len(self.mask[start:end]) - len(self.mask[start:end].lstrip(TRIM))
        said = self._without_tail(self.mask[start:end].rstrip(TRIM))
        again = self.words.objects.search(said)
        if again and again.start() > 0:
            said = said[: again.start()].rstrip(TRIM)
        found = (start, start + len(said))
        return found if self._nothing_but_names(said) else None

    def _without_tail(self, said: str) -> str:
        """The words without an infinitive or a word that names nobody at their end: `женщина ничего сказать`."""
        while True:
            last = re.search(r"\s+([\w’'-]+)$", said)
            if last is None or self._nothing_but_names(last[1]):
                return said
            said = said[: last.start()].rstrip(TRIM)

    def _without_in(self, span: tuple[int, int]) -> tuple[int, int]:
        """`В штабе`: those in it say it."""
        inside = self.words.inside.match(self.mask[slice(*span)])
        return (span[0] + inside.end(), span[1]) if inside else span

    def _nothing_but_names(self, said: str) -> str:
        """What of the words may name somebody: without infinitives, and without what is no name in any place."""
        kept = [
            word
            for word in WORD.findall(said)
            if word.lower() not in self.words.nobody
            and word.lower() not in self.words.adverbs
            and not (_INFINITIVE.fullmatch(word) and word.islower() and word not in {"мать", "часть", "власть"})
        ]
        return " ".join(kept)

    def _phrase_before(self, end: int) -> Who | None:
        """What stands before the verb in its clause: up to a mark, `что`, or a conjunction behind another verb."""
        marks = [match.end() for match in MARK.finditer(self.mask, 0, end)]
        start = max([0, *marks, self.that_before(end) + 1])
        for match in re.finditer(r"\s(\w+)\s", self.mask[start:end]):
            if match[1].lower() in self.words.conjunctions and any(
                b <= start + match.start() and a >= start for _, a, b in self.cues
            ):
                start += match.end()
                break
        if _GOES_ON.match(self.mask[start:end]) and start:
            return None
        whole = self._cut(start, end)
        if whole is None:
            return None
        said = self.mask[slice(*whole)]
        whole = self._without_in(whole)
        if _ABOUT.match(said):
            last = re.search(r"(?:[\w’'-]+|(?:[А-ЯЁІЇЄҐ][\w’'-]+\s?)+)$", self.mask[slice(*whole)])
            whole = (whole[1] - len(last[0]), whole[1]) if last else whole
        if len(said.split()) > _MOST_WORDS_OF_SPEAKER:
            return None
        first = said.lower().split()[0]
        if said.lower() in self.words.pronouns or (first in self.words.pronouns and len(said.split()) < 4):
            how = From.OUTLET if first in _OWN_VOICE else From.PRONOUN
            return Who(span=(whole[0], whole[0] + len(first)), how=how)
        return Who(span=whole)

    def _shared(self, so_far: list[Act]) -> Who | None:
        for act in reversed(so_far):
            if act.speaker is not None:
                how = From.PRONOUN if act.speaker_from is From.PRONOUN else From.SHARED
                at = self.place.start
                return Who(
                    span=(act.speaker.start - at, act.speaker.end - at),
                    role=(act.role.start - at, act.role.end - at) if act.role else None,
                    how=how,
                )
        return None

    def _first(self, start: int) -> Who | None:
        """The words at the head of the sentence up to its first verb in the past."""
        verb = re.search(r"\s[\w’'-]+(?:лся|лась|лись|лася|лися|лося|л|ла|ли|ло|в|вся)\b", self.mask[:start])
        if verb is None:
            return None
        cut = self._cut(0, verb.start())
        return Who(span=cut) if cut else None
