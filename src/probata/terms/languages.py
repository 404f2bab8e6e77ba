"""Languages as BCP 47 tags, with their direction; and languages in doubt, as shares of likelihood.

The subset of RFC 5646 that footage needs: language, script, region. Variants, extensions and grandfathered tags are
refused rather than half understood. Three-letter languages are held to the form and to the ranges of ISO 639-3, not
to its list of names, which changes every year.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Literal, NewType

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import number

LanguageTag = NewType("LanguageTag", str)
"""A tag such as `ru`, `uk-Cyrl`, `ckb-Arab-IQ` in its conventional case, that passed `language_tag`."""

Direction = Literal["ltr", "rtl"]

_TAG = re.compile(r"(?P<language>[A-Za-z]{2,3})(?:-(?P<script>[A-Za-z]{4}))?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?")

# ISO 639-1 codes, each with its ISO 639-3 code: RFC 5646 section 2.2.1 wants the shorter one where both exist.
_TWO_AND_THREE_LETTERS = """
aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bibis bmbam bnben bobod brbre
bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe elell eneng eoepo esspa etest
eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat
huhun hyhye hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz
klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg
mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya
ococi ojoji omorm orori ososs papan pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme
sgsag shhbs sisin skslk slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir
tktuk tltgl tntsn toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid
yoyor zazha zhzho zuzul
""".split()  # noqa: SIM905  184 quoted words would be a wall
_SHORTER = {pair[2:]: pair[:2] for pair in _TWO_AND_THREE_LETTERS}
_TWO_LETTER = frozenset(_SHORTER.values())

# Scripts written from right to left (Unicode Script property R or AL), by their ISO 15924 codes.
_RTL_SCRIPTS = """
Adlm Arab Aran Armi Avst Chrs Cprt Elym Hatr Hebr Hung Khar Lydi Mand Mani Mend Merc Mero Narb Nbat Nkoo Orkh Ougr Palm
Phli Phlp Phnx Prti Rohg Samr Sarb Sogd Sogo Syrc Syre Syrj Syrn Thaa Yezi
""".split()  # noqa: SIM905  same
# Languages whose usual script runs from right to left when the tag names no script (CLDR likely subtags).
_RTL_LANGUAGES = """
acm aeb afb ajp apc apd ar arc arq ars ary arz ayl azb bal bgn ckb dv fa glk hac haz he jpr khw kmz ks lki lrc luz mzn
nqo oui pal pnb prd prs ps rhg sd sdh skr swb syc syr tmr trw ug ur yi
""".split()  # noqa: SIM905  same


def language_tag(untrusted_text: str) -> LanguageTag:
    """Take a text for a language tag only if it is one, and give it its conventional case.

    `und` says undetermined, `zxx` no linguistic content, `mul` several, `qaa` to `qtz` are private (RFC 5646 section
    4.1). Raises `InvalidValue` for a two-letter code that ISO 639-1 does not hold, for a three-letter code that has a
    shorter twin (`rus` is `ru`), and for anything outside language, script and region.
    """
    match = _TAG.fullmatch(untrusted_text)
    if match is None:
        raise InvalidValue(what=f"The language {untrusted_text!r}", why="it must read like ru, uk-Cyrl or ckb-Arab-IQ")
    language = match["language"].lower()
    if len(language) == 2 and language not in _TWO_LETTER:
        raise InvalidValue(what=f"The language {language!r}", why="ISO 639-1 has no such code")
    if language in _SHORTER:
        raise InvalidValue(what=f"The language {language!r}", why=f"its tag is {_SHORTER[language]}")
    parts = [language]
    if match["script"]:
        parts.append(match["script"].title())
    if match["region"]:
        parts.append(match["region"].upper())
    return LanguageTag("-".join(parts))


def direction(tag: LanguageTag) -> Direction:
    """Which way the language is written: by the script the tag names, else by its usual one."""
    language, *rest = tag.split("-")
    script = next((part for part in rest if len(part) == 4), None)
    if script is not None:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if language in _RTL_LANGUAGES else "ltr"


def _as_shares(given: Mapping[str, float]) -> tuple[tuple[LanguageTag, float], ...]:
    pairs = [(language_tag(tag), float(share)) for tag, share in given.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


@frozen(kw_only=True)
class LanguagesInDoubt:
    """Which languages a stretch may be in, each with its probability; what is missing to 1 is undetermined.

    Made from a mapping `{tag: probability}`; kept most probable first. There is no method that picks one.
    """

    shares: tuple[tuple[LanguageTag, float], ...] = field(converter=_as_shares)

    @shares.validator
    def _adds_up(self, _attribute: object, value: tuple[tuple[LanguageTag, float], ...]) -> None:
        if len({tag for tag, _share in value}) != len(value):
            raise InvalidValue(what="A distribution over languages", why="it names one language twice")
        if any(not (math.isfinite(share) and 0 < share <= 1) for _tag, share in value):
            raise InvalidValue(what="A distribution over languages", why="each share lies above 0 and not above 1")
        if math.fsum(share for _tag, share in value) > 1 + 1e-9:
            raise InvalidValue(what="A distribution over languages", why="the shares add up to more than 1")

    @property
    def undetermined(self) -> float:
        """The probability that it is none of these, or nobody knows."""
        return max(0.0, 1.0 - math.fsum(share for _tag, share in self.shares))

    def as_json(self) -> dict[str, object]:
        """The distribution as `{tag: probability}`."""
        return dict(self.shares)

    @classmethod
    def from_json(cls, untrusted: object) -> LanguagesInDoubt:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        if not isinstance(untrusted, dict) or not all(isinstance(tag, str) for tag in untrusted):
            raise InvalidValue(what="A distribution over languages", why="it must map tags to probabilities")
        return cls(shares={tag: number(untrusted, tag) for tag in untrusted})
