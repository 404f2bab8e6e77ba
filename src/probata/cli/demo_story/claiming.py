"""Who says what in the story: read from its texts and decided by people, or noted as heard; with translations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from probata.claims import services
from probata.claims.assertions import Assertion
from probata.claims.reading import read_article
from probata.claims.reading.stored import MOST_BYTES
from probata.claims.reading.telling import as_json
from probata.cli.demo_story.names import COURIER, EVENING, GAZETA, LANTERN, SCENE, WIRE
from probata.cli.demo_story.people import Cast
from probata.custody.entries import Signer
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256


@frozen(kw_only=True)
class Claims:
    """Record ids by short name: parties, propositions, and the assertions that later steps name."""

    parties: Mapping[str, str]
    propositions: Mapping[str, str]
    said: dict[str, str] = field(factory=dict)


@frozen(kw_only=True)
class _Desk:
    """Whoever writes claims down: the story's items, what was recorded so far, and what each text was read to say."""

    cast: Cast
    items: Mapping[str, str]
    claims: Claims
    read: dict[str, list[dict[str, Any]]] = field(factory=dict)

    def accept(self, name: str, text: str, words: str, of: str, speaker: str, **more: Any) -> None:  # noqa: ANN401
        """Record a proposal of a reading as an assertion; `corrected` where a person says it otherwise."""
        proposed = self.proposal(text, words)
        stance, corrected = more.pop("stance", proposed["stance"]), more.pop("corrected", False)
        assertion = self._assertion(
            of,
            speaker,
            stance,
            {"text": proposed["text"], "language": proposed["language"]},
            {"hedges": proposed["hedges"], "made_at": proposed.get("made_at"), **more},
        )
        as_read = not corrected and stance == proposed["stance"] and len(assertion.via) == len(proposed["via"])
        known = services.decide_proposal(
            self.items[text],
            proposed,
            actor=self.cast.analyst,
            decision="accepted" if as_read else "corrected",
            assertion=assertion,
        )
        assert known is not None, "what is accepted is an assertion"
        self.claims.said[name] = known.id

    def note(self, name: str, of: str, speaker: str, stance: str, words: tuple[str, str], **more: Any) -> None:  # noqa: ANN401
        """Record what somebody said elsewhere than in the texts, in their words and language."""
        language, text = words
        assertion = self._assertion(of, speaker, stance, {"text": text, "language": language}, more)
        self.claims.said[name] = services.add_assertion(assertion, actor=self.cast.reviewer).id

    def _assertion(
        self, of: str, speaker: str, stance: str, words: Mapping[str, str], more: Mapping[str, Any]
    ) -> Assertion:
        told = {**more, "via": [self.claims.parties[one] for one in more.get("via", ())]}
        told["derives_from"] = [self.claims.said.get(one, one) for one in more.get("derives_from", ())]
        return Assertion.from_json(
            {
                "proposition": self.claims.propositions[of],
                "speaker": self.claims.parties[speaker],
                "stance": stance,
                "words": dict(words),
                **told,
            }
        )

    def proposal(self, text: str, words: str) -> dict[str, Any]:
        """The proposal whose words hold these; what the text says is read once."""
        if text not in self.read:
            with preservation.store().open(Sha256(self.items[text])) as stream:
                reading = read_article(stream.read(MOST_BYTES), published_on="", parser=None)
            self.read[text] = as_json(reading)["assertions"]
        return next(one for one in self.read[text] if words in one["text"])


def claimed(
    cast: Cast, items: Mapping[str, str], parties: Mapping[str, str], propositions: Mapping[str, str]
) -> Claims:
    """Record what everybody says; what derives from what, so that nine sources are seen to be few roots."""
    claims = Claims(parties=parties, propositions=propositions)
    desk = _Desk(cast=cast, items=items, claims=claims)
    _of_the_shots(desk)
    _of_who_did_it(desk)
    _of_the_rest(desk)
    _translated(cast, claims.said)
    return claims


def _of_the_shots(desk: _Desk) -> None:
    """Nine speakers: six of them come from the footage at last, the others from two persons' own hearing."""
    scene = f"item:{desk.items[SCENE]}"
    own = {"basis": "own_analysis"}
    shots = "three shots"
    desk.accept("lantern", LANTERN, "three shots being fired", "shots", "lantern", **own, derives_from=[scene])
    desk.accept("residents", LANTERN, "they heard shots", "shots", "residents", via=["lantern"])
    via_lantern = {"basis": "told_by_named", "derives_from": ["lantern"]}
    desk.accept("evening", EVENING, shots, "shots", "lantern", via=["evening"], derives_from=["lantern"])
    desk.note("evening own", "shots", "evening", "alleges", ("en", "Three shots, a video shows."), **via_lantern)
    desk.accept("ruchey", GAZETA, "три выстрела", "shots", "ruchey", **via_lantern)
    copied = {"derives_from": ["evening own"]}
    desk.note("courier", "shots", "courier", "alleges", ("en", "Three shots ring out beside the road."), **copied)
    published = ("en", "We publish an excerpt in which three shots are heard.")
    desk.note("heron", "shots", "heron", "states_circumstances", published, derives_from=[scene])
    heard = ("ru", "На видео слышны выстрелы, мы его видели.")
    desk.note("ministry", "shots", "south defence", "alleges", heard, derives_from=["ruchey"])
    again = ("en", "Everybody can hear the three shots.")
    desk.note("minister", "shots", "south minister", "alleges", again, derives_from=["ministry"])
    driver = ("ru", "Я слышал два или три хлопка, когда проезжал.")
    desk.note("driver", "shots", "driver", "states_circumstances", driver, via=["heron"])


def _of_who_did_it(desk: _Desk) -> None:
    """Each side accuses the other and denies it of itself; who laid the ambush says nothing of who shot."""
    desk.accept("accused", EVENING, "of executing prisoners", "north fired", "south minister", stance="attributes")
    other = ("en", "Their own soldiers fired these shots.")
    desk.note("accused back", "south fired", "north adviser", "attributes", other)
    desk.accept("denied", LANTERN, "Our soldiers did not shoot", "south fired", "south spokesperson")
    away = ("en", "None of our soldiers was on that road.")
    desk.note("denied back", "north fired", "north adviser", "denies_act", away)
    proposed = desk.proposal(LANTERN, "its soldiers had shot prisoners")
    services.decide_proposal(
        desk.items[LANTERN], proposed, actor=desk.cast.analyst, decision="rejected", reason="said in their words below"
    )
    desk.accept("open", WIRE, "could not independently confirm", "unknown fired", "heron")
    desk.accept(
        "ambush", WIRE, "Battalion carried out the ambush", "ambush", "commander",
        stance="claims_responsibility", via=["heron"],
    )  # fmt: skip
    passed_on = {"via": ["courier"], "derives_from": ["ambush"]}
    desk.accept("ambush again", COURIER, "carried out the ambush", "ambush", "heron", **passed_on)


def _of_the_rest(desk: _Desk) -> None:
    desk.accept("investigated", EVENING, "an investigation had been opened", "hit", "north prosecutor")
    desk.note("nobody hit", "unhurt", "north adviser", "denies_act", ("en", "Nobody was hit, they lay in cover."))
    analysed = {"corrected": True, "basis": "own_analysis", "derives_from": ["lantern"]}
    desk.accept("sunday", LANTERN, "on or around October 12", "sunday", "lantern", **analysed)
    desk.note("sunday heard", "sunday", "residents", "states_circumstances", ("ru", "Это было в воскресенье днём."))
    desk.accept("tuesday", COURIER, "happened on Tuesday afternoon", "tuesday", "south defence")
    desk.accept("mistreated", COURIER, "Mistreatment of prisoners", "other video", "north adviser")
    many = ("ru", "На дороге лежат не меньше трёх человек.")
    desk.note("many", "many", "ruchey", "alleges", many, derives_from=[f"item:{desk.items[SCENE]}"])
    desk.note("few", "few", "driver", "states_circumstances", ("ru", "Лежали двое, больше я не видел."), basis="saw")
    gave_up = ("ru", "Они бросили оружие и легли. Один хрипит.")
    desk.note("status", "status", "residents", "states_circumstances", gave_up, basis="saw")
    desk.note("called", "called", "residents", "states_circumstances", ("ru", "Это у Берёзовки, за мостом."))
    desk.note("near", "near", "heron", "states_circumstances", ("en", "on the road to Verkhnya Pelemka"))


def _translated(cast: Cast, said: Mapping[str, str]) -> None:
    english: Sequence[tuple[str, Signer, str]] = (
        ("ruchey", cast.reviewer, "three shots can be heard on the video"),
        ("ministry", cast.reviewer, "Shots can be heard on the video, we have seen it."),
        ("driver", cast.reviewer, "I heard two or three bangs as I drove past."),
        ("driver", cast.counsel, "I heard two or three pops when I was passing."),
        ("many", cast.reviewer, "No fewer than three people lie on the road."),
        ("few", cast.reviewer, "Two were lying there, I saw no more."),
        ("status", cast.reviewer, "They threw down their weapons and lay down. One is wheezing."),
        ("status", cast.counsel, "They dropped their weapons and lay down. One of them rattles as he breathes."),
        ("sunday heard", cast.reviewer, "It was on Sunday, during the day."),
        ("called", cast.reviewer, "That is near Beryozovka, beyond the bridge."),
    )
    for name, translator, text in english:
        services.translate(said[name], actor=translator, text=text, language="en")
    russian = "проверила видео, на котором, по-видимому, слышны три выстрела"
    services.translate(said["lantern"], actor=cast.analyst, text=russian, language="ru")
