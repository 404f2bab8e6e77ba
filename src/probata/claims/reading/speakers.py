"""Who speaks, when the sentence says `he`, `the group` or a surname: the one named before, and said to be so found."""

from __future__ import annotations

import re

from attrs import define, field, frozen

from probata.claims.reading.acts import From
from probata.claims.reading.rows import expressions
from probata.claims.reading.slavic_named import named_before, one_word, signed_by

_PEOPLE = expressions("people.txt")
_BODIES = re.compile(_PEOPLE["bodies"], re.IGNORECASE)
_MANY = re.compile(_PEOPLE["many"], re.IGNORECASE)
_UNNAMED = re.compile(_PEOPLE["unnamed"], re.IGNORECASE)
_PERSON = re.compile(_PEOPLE["person"], re.IGNORECASE)
_HE = frozenset(
    [
        "he",
        "she",
        "his",
        "i",
        "him",
        "her",
        "он",
        "она",
        "я",
        "він",
        "вона",
        "его",
        "её",
        "ее",
        "його",
        "її",
        "ему",
        "ей",
        "йому",
        "їй",
        "мне",
        "мені",
    ]
)
_IT = frozenset(["it", "its", "we", "us", "оно", "мы", "ми", "воно"])
_THEY = frozenset(["they", "them", "their", "они", "вони", "их", "їх", "їхніми"])
_MENTIONED = re.compile(rf"(?i:{_PEOPLE['titles']}\.?\s+)?[A-ZА-ЯЁІЇЄҐ][\w’'-]+(?: [A-ZА-ЯЁІЇЄҐ][\w’'-]+){{1,3}}\b")
# `A former sergeant denies nothing`, `Бывший сержант не отпирается`: told of without a name, and the next `he`.
_SOMEBODY = re.compile(
    r"(?P<who>\b(?:(?:the|a|an|his|her|its|their|old|former|young|бывший|старый|колишній) ){0,2}"
    rf"[\w’'-]*(?:{_PEOPLE['heads']})[\w’'-]*(?-i:(?: [A-ZА-ЯЁІЇЄҐ][\w’'-]+){{0,3}}))",
    re.IGNORECASE,
)
_IS_ONE = re.compile(r"\b(?:is|was|are|were|as|be|been) (?:[\w’'-]+ ){0,2}$")
# `Residents of the village gathered`: the next `they`.
_SOME = re.compile(
    rf"\W*(?P<who>(?:(?:the|some|several|two|three|many) )?(?:[\w-]+ )?(?:{_PEOPLE['several']})"
    r"(?: (?:of|from|in|at|for) (?:the )?[\w’'-]+| (?:села|города|посёлка|погибших|міста|селища|загиблих))?)\b",
    re.IGNORECASE,
)
# `Еженедельник «Фонарь»`: the next `издание`.
_QUOTED_BODY = re.compile(r"\b[а-яёіїєґА-ЯЁІЇЄҐ’'-]{3,} «[^«»]{2,40}»")
# `The Lantern, a weekly`; `Maret, who asked that …`.
_BESIDE = re.compile(
    r"\b(?P<who>(?:[Tt]he )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}),"
    r" (?P<role>(?:an? |the |who |whose |\d\d,)[^,.;]{0,60})"
)
_FULL_NAME = re.compile(
    r"\b[A-ZА-ЯЁІЇЄҐ][\w’'-]+(?: (?:de|van|al|bin))? [A-ZА-ЯЁІЇЄҐ][\w’'-]+(?![\w’'-]| [A-ZА-ЯЁІЇЄҐ])"
)
_ONE_PAPER = re.compile(
    r"(?:the|this|its) (?:[\w’'-]+ )?(?:reports?|study|statement|letter|document|note|findings|message|post"
    r"|communiqu[eé]|filing|notice|bulletin|release|leaflet|authors?)"
)
_A_DAY = re.compile(
    r"(?:On|In|At|By|Since|Last|This|The|When|After|But|And|For|From|As|Until|Across|Asked|Early|Late|It|If|What|Whose|Who|How"
    r"|Why|Where|That|These|Those|They|He|She|We|You|His|Her|Its|Their|Our|My|Only|Not|No|Some|Many|Both|Near|Under|With)\b"
)
# `At Selver Roads`, `inside Fenwick Halt`: where something was, not who; `in Castellan's view` names a person.
_BEHIND_A_PLACE = re.compile(
    r"\b(?:at|in|near|outside|inside|around|across|towards|(?:port|town|village|city|island|side|edge|outskirts) of)"
    r"(?: the)? $",
    re.IGNORECASE,
)
# `“…,” she told Pavia Wire`: who was told something is not the next to speak.
_TOLD_TO = re.compile(r"\btold (?:[Tt]he )?[A-Z][\w’-]*(?: [A-Z][\w’-]*)*(?![\w’'-])")
_ITS_OWN = re.compile(r".{0,2}?['’]s\b")
_TITLE = re.compile(rf"^{_PEOPLE['titles']}\.?\s+", re.IGNORECASE)
_PROPER = re.compile(r"[A-ZА-ЯЁІЇЄҐ][\w’'-]+(?: (?:[A-ZА-ЯЁІЇЄҐ][\w’'.-]*|de|van|al|bin))+")
_INDEFINITE = re.compile(r"(?:an?|one|two|three|four|five|several|some|another|many|others)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:the|its|his|her|their|our)\b|[\w-]+['’]s\b|[А-ЯЁІЇЄҐ]", re.IGNORECASE)
# `Its spokesman` is no body, though `its press office` is one.
_NO_BODY = re.compile(r"(?:a|an|one|его)\b|its\b(?!.*\b(?:office|desk|ministry|command|staff|service|bureau|council)$)")
_NO_PERSON = re.compile(
    r"\b(?:team|panel|statement|report|filing|video|clip|footage|post|message|memo|leaflet|letter|analysis|document|battery|crew"
    r"|house|family|families|Hill|Street|Road|Bridge)\b"
)
# `The Northern Watch`, or a name beside `a monitoring group`.
_PROPER_BODY = re.compile(r"[Tt]he [A-Z]")
_TOLD_A_BODY = re.compile(
    r"(?:an?|the|its) (?:[\w-]+ ){0,3}?(?:group|agency|organi[sz]ation|collective|charity|network|outlet|newspaper"
    r"|union|institute|watchdog|movement|militia|lab|body|coalition|party)\b"
)
_MEDIA = re.compile(
    r"\b(?:agency|outlet|newspaper|paper|daily|broadcaster|channel|station|network|radio|tv|television|news|press|wire|times|post"
    r"|courier|herald|gazette|tribune|beacon|lantern|dispatch|chronicle|ledger|observer|telegraph|mail)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"(?:the|this|that) (?:group|organi[sz]ation|agency|outlet|network|watchdog|body|ngo|charity|collective|monitors?"
    r"|broadcaster|channel|association|institution|movement|newspaper|paper|daily|station|institute|movement|side|militia)",
    re.IGNORECASE,
)
_TOLD_OF = re.compile(
    rf"^(?:The|Its|His|Their) (?:[\w’'-]+ ){{0,5}}?[\w’'-]*(?:{_PEOPLE['bodies']})\w*"
    rf"|\b(?:to|asked|contacted|approached|called|messaged|from)"
    rf" (?P<later>the (?:[\w’'-]+ ){{0,4}}?[\w’'-]*(?:{_PEOPLE['bodies']})\w*)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?P<whose>his|her|its|their|его|её|ее|його|її) (?P<what>(?!own\b)[^\W\d]+(?: [^\W\d]+){0,3})", re.IGNORECASE
)
_RANKS = {
    "general": "gen",
    "colonel": "col",
    "captain": "capt",
    "major": "maj",
    "lieutenant": "lt",
    "commander": "cmdr",
}
# Who was checking is the one who `could not`, where a sentence behind theirs names nobody.
_CHECKS = re.compile(
    r"журнал[иі]ст|редакц|[кс]ореспонд|исследовател|дослідни|аналіти|аналити|[еэ]ксперт|лаборатор", re.IGNORECASE
)
_PAPERS = re.compile(
    r"^(?:the|this|our) (?:paper|newspaper|outlet|magazine|site|broadcaster|station|reporters?)$"
    r"|^(?:наше |це )?(?:издание|редакция|видання|редакція)$",
    re.IGNORECASE,
)


@frozen(kw_only=True)
class Speaker:
    """Who is proposed as the speaker: as resolved, as written at the place, and how the one came from the other."""

    name: str
    as_written: str
    role: str
    how: From
    doubt: str = ""

    @property
    def kind(self) -> str:
        """`named`, `unnamed` (told of without a name), or `not_said`."""
        if self.how is From.NOT_SAID or not self.name:
            return "not_said"
        if _UNNAMED.search(f"{self.name} {self.role}") or _INDEFINITE.match(self.name):
            return "unnamed"
        if _BODIES.search(self.name) and _DEFINITE.match(self.name):
            return "named"
        # A capital behind the first word is a name; a first word alone may have it from the beginning of a sentence.
        inside = re.search(r"\b[A-ZА-ЯЁІЇЄҐ]", re.sub(r"^\W*[\w’'-]+", "", self.name, count=1))
        one_name = re.fullmatch(r"[A-ZА-ЯЁІЇЄҐ][\w’'-]*[^\Ws]", self.name) is not None
        named = inside or one_name or self.name[:1] in '«“"' or _PROPER.fullmatch(self.name)
        return "named" if named else "unnamed"


@define
class Speakers:
    """Who was named so far, in the order of the page."""

    outlet: str = ""
    roster: dict[str, str] = field(factory=dict)
    """Every full name of the page by its surname."""
    places: frozenset[str] = frozenset()
    """Every full name of the page that is told as a place."""
    _named: list[tuple[str, str]] = field(factory=list)

    def resolve(self, written: str, role: str, how: From) -> Speaker:
        """The speaker for these words; remembered for the pronouns that follow."""
        low = written.lower().strip()
        ours = low == "we" and how is From.PRONOUN
        if ours:
            how = From.OUTLET
        if how is From.OUTLET or (self.outlet and _PAPERS.match(low)):
            last = self._named[-1][0] if self._named and (ours or not written) else ""
            checked = last if _CHECKS.search(last) else ""
            name = checked or self.outlet or self._latest(bodies=True, outlets=True)
            doubt = "" if name else "the outlet is not named on the page"
            return Speaker(name=name or "the outlet", as_written=written, role=role, how=From.OUTLET, doubt=doubt)
        if how is From.NOT_SAID or (how is From.CARRIED and not self._named):
            return Speaker(name="", as_written=written, role=role, how=how, doubt="the text does not say who")
        if how is From.WRITTEN and signed_by(role):
            written, role, low = signed_by(role), written, signed_by(role).lower()
        meant = self.carried() if how is From.CARRIED and not written else self._meant(written, role)
        if meant is None and low in _HE | _IT | _THEY:
            meant = self._of_pronoun(low, written, role)
        meant = meant or self._owned(written, role, how)
        if meant is not None:
            return meant
        known = self._known(written) or self._body_meant(low)
        if known:
            self._remember(*known)
            doubt = "" if known[0].lower().endswith(low.split()[-1]) else "taken for the one named before"
            return Speaker(name=known[0], as_written=written, role=role or known[1], how=how, doubt=doubt)
        self._remember(written, role)
        return Speaker(name=written, as_written=written, role=role, how=how)

    def _owned(self, written: str, role: str, how: From) -> Speaker | None:
        """`His office`, `её заместитель`: told with the name of whose it is, where one was named."""
        found = _OWNED.fullmatch(written)
        if found is None or role or found["what"] != found["what"].lower():
            return None
        low = found["whose"].lower()
        if low in {"his", "her", "его", "її", "её", "ее", "його"}:
            owner = self._latest(bodies=False)
        else:
            owner = self._latest(bodies=True) if low == "its" else self._latest(many=True)
        if not owner or _OWNED.fullmatch(owner) or "’s " in owner:
            return None
        english = low in {"his", "her", "its", "their"}
        name = f"{owner}’s {found['what']}" if english else f"{found['what']} ({owner})"
        self._remember(name, role)
        doubt = f"“{found['whose']}”: the last that fits"
        return Speaker(name=name, as_written=written, role=role, how=how, doubt=doubt)

    def _meant(self, written: str, role: str) -> Speaker | None:
        before = named_before(written, self._named)
        if before is None:
            return None
        self._remember(*before)
        doubt = f"“{written}”: the last that fits"
        return Speaker(name=before[0], as_written=written, role=role or before[1], how=From.PRONOUN, doubt=doubt)

    def carried(self) -> Speaker | None:
        """The one who spoke last, for a quotation that goes on without a name."""
        if not self._named:
            return None
        name, role = self._named[-1]
        return Speaker(name=name, as_written="", role=role, how=From.CARRIED, doubt="the quotation names nobody")

    def first(self) -> Speaker | None:
        """The one who was named first: whom an interview is with."""
        name, role = next((one for one in self._named if _is_person(one[0])), ("", ""))
        doubt = "the answers name nobody: the first who was named"
        return Speaker(name=name, as_written="", role=role, how=From.CARRIED, doubt=doubt) if name else None

    def forget(self, name: str) -> None:
        """Somebody in the footage is not the article's next `it`."""
        self._named = [one for one in self._named if one[0] != name]

    def mentioned(self, words: str) -> None:
        """A person who is named in a sentence without speaking there may be the next sentence's `he`."""
        head = re.match(r"\W*([A-ZА-ЯЁІЇЄҐ][\w’-]+?)(?:[’']s)?\b", words)
        known = next((one for one in reversed(self._named) if head and one[0].split()[-1] == head[1]), None)
        if known is not None:
            self._remember(*known)
            return
        body = _TOLD_OF.search(words)
        if body:
            self._remember(body["later"] or body[0], "")
        quoted = _QUOTED_BODY.search(words)
        if quoted and len(quoted[0].split()) < 6:
            self._remember(quoted[0], "")
        somebody, role = self._somebody(_TOLD_TO.sub("told", words))
        somebody = self.roster.get(_TITLE.sub("", somebody), somebody)
        if somebody and all(somebody not in name for name, _role in self._named[-3:]):
            self._remember(somebody, role)

    def _somebody(self, words: str) -> tuple[str, str]:
        """The one who is named first, in full or by a surname that the page has in full; else an office or a trade."""
        full = [(words.find(name), name) for name in self.roster.values() if name in words]
        full = [(at, name) for at, name in full if words[at + len(name) :][:2] not in {"’s", "'s"}]
        if full:
            at, name = min(full)
            beside = _BESIDE.match(words, at)
            before = " ".join(words[:at].split()[-5:])
            return name, f"{beside['role']}, {before}" if beside else before
        beside = next((one for one in _BESIDE.finditer(words[:140]) if not _A_DAY.match(one["who"].split()[-1])), None)
        if beside:
            return beside["who"], beside["role"]
        said = (one for one in _MENTIONED.finditer(words[:140]) if not _A_DAY.match(one[0]))
        match = next((one for one in said if one[0] not in self.places), None)
        if match and _is_person(match[0]):
            return match[0], ""
        alone = next((self.roster[one] for one in re.findall(r"[\w’'-]+", words) if one in self.roster), "")
        if alone:
            return alone, ""
        told = _SOME.match(words) or _SOMEBODY.search(words)
        if told is not None and _IS_ONE.search(words[: told.start("who")]):
            # `Today he is a witness`: of whom it is told, was named before.
            return "", ""
        return (told["who"].strip(), "") if told else ("", "")

    def _remember(self, name: str, role: str) -> None:
        self._named = [one for one in self._named if one[0] != name][-40:]
        self._named.append((name, role))

    def _of_pronoun(self, low: str, written: str, role: str) -> Speaker:
        wanted = (
            self._latest(bodies=False)
            if low in _HE
            else self._latest(bodies=True)
            if low in _IT
            else self._latest(many=True)
        )
        if not wanted and self._named:
            wanted = self._named[-1][0]
        if not wanted:
            return Speaker(
                name=written, as_written=written, role=role, how=From.PRONOUN, doubt="nobody is named before"
            )
        kept = next(((name, told) for name, told in reversed(self._named) if name == wanted), (wanted, role))
        self._remember(*kept)
        return Speaker(
            name=wanted,
            as_written=written,
            role=role or kept[1],
            how=From.PRONOUN,
            doubt=f"“{written}”: the last that fits",
        )

    def _latest(self, *, bodies: bool | None = None, many: bool = False, outlets: bool = False) -> str:
        for name, _role in reversed(self._named):
            told_a_body = _TOLD_A_BODY.match(_role) is not None or _PROPER_BODY.match(name) is not None
            body = (_BODIES.search(name) is not None or told_a_body) and not _NO_BODY.match(name)
            plural = _MANY.search(name) is not None
            person = (not body and not plural) or _is_person(name)
            if many and (plural or body):
                return name
            if outlets and not body:
                continue
            if not many and bodies is True and body and not _is_person(name):
                return name
            if not many and bodies is False and person and not _NO_PERSON.search(name):
                return name
        return ""

    def _body_meant(self, low: str) -> tuple[str, str] | None:
        """The last body named, for `the group` or `the outlet` that no name has in it."""
        of_media = _MEDIA.search(low) is not None
        general = self._latest(bodies=True) if _GENERAL.fullmatch(low) else ""
        if of_media and general:
            general = next((name for name, _role in reversed(self._named) if _MEDIA.search(name)), "")
        return next(((name, role) for name, role in reversed(self._named) if general and name == general), None)

    def _known(self, written: str) -> tuple[str, str] | None:
        """One named before, for a surname alone, a title with it, or `the group` after its full name."""
        bare = _TITLE.sub("", written).strip()
        words = re.findall(r"[\w’'-]+", re.sub(r"['’]s$", "", bare))
        definite = re.match(r"(?:the|this|its|his|her|their)\s+(\w+)$", written, re.IGNORECASE)
        for name, role in reversed(self._named):
            if name == written:
                return name, role
            parts = re.findall(r"[\w’'-]+", name)
            if len(words) == 1 and words[0][:1].isupper() and len(parts) > 1 and parts[-1] == words[0]:
                return name, role
            if definite and not _ONE_PAPER.fullmatch(written.lower()):
                head = definite[1].lower()
                rank = _RANKS.get(head, "")
                heads = [part.lower() for part in parts]
                of_role = [part.lower() for part in re.findall(r"[\w’'-]+", role)]
                if (
                    (head in heads and name.lower() != written.lower())
                    or head in of_role[:10]
                    or (rank and rank in heads)
                ):
                    return name, role
        return self._of_roster(written, words)

    def _of_roster(self, written: str, words: list[str]) -> tuple[str, str] | None:
        """A full name of the page, for its surname alone or with a title: who is named by another is named too."""
        if _ONE_PAPER.fullmatch(written.lower()):
            name = self._latest(bodies=True) or (self._named[-1][0] if self._named else "")
            return next((one for one in reversed(self._named) if name and one[0] == name), None)
        if len(words) != 1 or not words[0][:1].isupper():
            return None
        full = self.roster.get(words[0])
        if full is None and re.match(r"[А-ЯЁІЇЄҐ]", words[0]):
            full = next((name for surname, name in self.roster.items() if one_word(words[0], surname)), None)
        return None if full is None else (full, "")


def roster_of(text: str) -> dict[str, str]:
    """Every full name of a text by its surname; a surname of two people names nobody."""
    found: dict[str, str] = {}
    places = places_of(text)
    for match in _FULL_NAME.finditer(text):
        name = re.sub(r"[’']s$", "", match[0])
        given, surname = name.split()[0], name.split()[-1]
        office = _BODIES.search(match[0]) or _PERSON.search(given) or _TITLE.match(f"{given} ")
        if _A_DAY.match(given) or office or match[0] in places:
            continue
        found[surname] = "" if found.get(surname, name) != name else name
    return {surname: name for surname, name in found.items() if name}


def places_of(text: str) -> frozenset[str]:
    """The names that a text tells as places: behind `at` or `near`, where nothing is told as their own."""
    return frozenset(
        match[0]
        for match in _MENTIONED.finditer(text)
        if _BEHIND_A_PLACE.search(text, max(0, match.start() - 20), match.start())
        and not _ITS_OWN.match(text, match.end() - 2)
    )


def _is_person(name: str) -> bool:
    bare = _TITLE.sub("", name)
    proper = _PROPER.fullmatch(bare) is not None and not bare.startswith("The ")
    return (proper and not _BODIES.search(name)) or _PERSON.search(name) is not None
