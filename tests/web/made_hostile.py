"""Hostile words in every place that takes words: typed, heard, read in pictures and in kept pages, and in names."""

from __future__ import annotations

import sys
import wave
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))

from attrs import evolve
from made_tracks import caption, record, said, speech

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.analysis.services import observing
from probata.capture import services as capture
from probata.cases import services as cases
from probata.cases.incoming import Incoming
from probata.cases.labels import Label
from probata.claims import services as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Naming, Party, PartyKind
from probata.claims.propositions import Proposition, PropositionType
from probata.claims.stances import Stance
from probata.terms.text import Stated
from probata.terms.words import Confidence
from probata.verification import services as verification
from probata.verification.assessments import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.web.conftest import Bench

    from probata.analysis.seam import Track

# Each tries another way out of where words stand: text, an attribute in either quote, an address, a script, a template.
PAYLOADS = (
    "<script>alert('p0')</script>",
    "\"><img src=x onerror=alert('p1')>",
    "' autofocus onfocus=alert('p2') x='",
    "javascript:alert('p3')",
    "</title></textarea><svg onload=alert('p4')>",
    "{{ p5 }}{% p5 %}${p5}",
    "&lt;script&gt;p6&lt;/script&gt;",
)
BIDI = "p7\u202egpj.exe"
FORMULAS = ("=HYPERLINK(p8)", "+p9", "-p10", "@SUM(p11)", "\tp12", "\rp13")
"""What a spreadsheet would calculate or break at, where a cell begins with it."""
WORDS = (*PAYLOADS, BIDI, *FORMULAS)


def in_a_name(words: str) -> str:
    """The words as a file's name can bear them."""
    return words.replace("/", "∕")


def poison(bench: Bench) -> None:
    """Parties, propositions, assertions, cases, questions, reports and kept articles bear hostile words."""
    analyst = bench.keyring.signing
    for role in (Role.REVIEWER, Role.LEGAL):
        access.enrol(bench.keyring, f"a {role.value}", None, frozenset(Role) - {Role.RECIPIENT}, reason=PAYLOADS[0])
    case = cases.open_case(
        PAYLOADS[1], actor=analyst, kind="journalism", procedure_name="five_pillars", reason=PAYLOADS[2]
    ).id
    label = Label(place="Pelemka", day="2034-03-30", act="killing of captives")
    incident = cases.open_incident(label, actor=analyst, reason=PAYLOADS[4]).id
    cases.put_into_case(case, actor=analyst, kind="incident", member=incident, reason=PAYLOADS[1])
    cases.put_into_case(case, actor=analyst, kind="item", member=bench.text, reason=PAYLOADS[3])
    for number, payload in enumerate(PAYLOADS):
        # A file may bear any name that its system allows, and an article may say anything.
        article = bench.root.parent / f"{number} {in_a_name(payload)}.html"
        article.write_text(
            f"<title>{payload}</title><p>The mill, {payload}, said a clerk of the Mill Gazette, stood.</p>"
            f"<p>“{payload}, and nobody saw it,” the clerk said.</p>"
            # As markup it may act, or be dropped; as text it says what it says.
            f"<p>“{escape(payload)}, and nobody saw it,” said a clerk of the Mill Gazette.</p>"
            f"<p>The mill burned on 3 March 2034, the clerk said: {escape(payload)}.</p>",
            encoding="utf-8",
        )
        for outcome in capture.add(str(article), actor=analyst, reason=payload):
            assert outcome.acquired is not None, outcome
        cases.ask(payload, actor=analyst, case=case, reason=payload)
        speaker = claims.add_party(
            Party(kind=PartyKind.OUTLET, naming=Naming.NAMED, names=(Stated(text=payload, language="en"),)),
            actor=analyst,
        )
        stated = claims.add_proposition(
            Proposition(type=PropositionType.OCCURRED, statement=f"that {payload} is so", incident=incident),
            actor=analyst,
        )
        said = claims.add_assertion(
            Assertion(
                proposition=stated.id,
                stance=Stance.ALLEGES,
                speaker=speaker.id,
                words=Stated(text=payload, language="en"),
                speaker_role=payload,
                derives_from=(f"item:{bench.text}",),
            ),
            actor=analyst,
        )
        claims.translate(said.id, text=payload, language="uk", translator=payload, actor=analyst)
        verification.open_review(stated.id, Dimension.CONTENT, actor=analyst, reason=payload)
        cases.receive(
            [(Incoming(summary=payload, origin=payload, items=(bench.text,)), None)], actor=analyst, reason=payload
        )


def poison_footage(bench: Bench, *names: str) -> dict[str, list[str]]:
    """Of each of these items what was heard, read, corrected, translated and observed bears hostile words.

    A sound bears such a name itself. Returns the digests of the tracks of each item.
    """
    analyst, tracks = bench.keyring.signing, {}
    sound = bench.root.parent / f"{in_a_name(PAYLOADS[1])}.wav"
    _write_sound(sound)
    (outcome,) = capture.add(str(sound), actor=analyst, reason=PAYLOADS[0])
    assert outcome.acquired is not None
    bench.items[sound.name] = str(outcome.acquired.sha256)
    for item in (*(bench.items[name] for name in names), bench.items[sound.name]):
        heard, read = spoken(WORDS), caption()
        entries = tuple(evolve(read.entries[0], text=words, score=0.5 + 0.01 * n) for n, words in enumerate(WORDS))
        tracks[item] = [record(item, track, analyst) for track in (heard, evolve(read, entries=entries))]
        for track in tracks[item]:
            for number, words in enumerate(WORDS):
                plain = words.replace("\u202e", "")
                analysis.translate(
                    item, track, number, actor=analyst, text=plain, language="uk", translator=plain, reason=plain
                )
                decision = "corrected" if number % 2 else "accepted"
                text = plain if number % 2 else ""
                analysis.decide(item, track, number, actor=analyst, decision=decision, text=text, reason=plain)
    for words in PAYLOADS:
        told = Observation(
            item=bench.items[names[0]],  # type: ignore[arg-type]
            kind=ObservationKind.VEHICLE,
            epistemic=Epistemic.VISIBLE,
            certainty=Confidence.HIGH,
            description=words,
            segment=observing.stretch_of_frames(bench.items[names[0]], 2, 4),
        )
        analysis.observe(told, actor=analyst)
    return tracks


def spoken(texts: Sequence[str]) -> Track:
    """Speech that says these within two seconds."""
    entries = tuple(
        said(words, 0.1 + 0.12 * place, 0.2 + 0.12 * place, languages={"en": 0.9}) for place, words in enumerate(texts)
    )
    return evolve(speech(texts=()), entries=entries)


def _write_sound(path: Path) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(b"\x01\x00" * 32_000)
