"""What parties claim stays theirs: words, author and source; what it says of one act it says of no other."""

from __future__ import annotations

import pytest
from attrs import evolve
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_init

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.capture import services as capture
from probata.claims import models as rows
from probata.claims import selectors, services
from probata.claims.assertions import Appearance, Assertion, Basis
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.claims.stances import Stance
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.custody.models import Entry
from probata.terms.errors import InvalidValue, UsageError
from probata.terms.ids import new_record_id
from probata.terms.text import Stated


def outlet(name: str) -> Party:
    return Party.from_json({"kind": "outlet", "naming": "named", "names": [{"text": name, "language": "en"}]})


def occurred(statement: str) -> Proposition:
    return Proposition.from_json({"type": "occurred", "statement": statement})


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def lantern(actor):
    return services.add_party(outlet("The Morning Lantern"), actor=actor).id


@pytest.fixture
def unit(actor):
    told = {"kind": "unit", "naming": "named", "names": [{"text": "Third Heron Battalion", "language": "en"}]}
    return services.add_party(Party.from_json(told), actor=actor).id


def says(actor, proposition, speaker, words="It was so", stance=Stance.ALLEGES, **more):
    assertion = Assertion(
        proposition=proposition, stance=stance, speaker=speaker, words=Stated(text=words, language="en"), **more
    )
    return services.add_assertion(assertion, actor=actor).id


def test_an_assertion_keeps_its_words_and_its_author(actor, lantern):
    """Words come back letter for letter, in their language, with who said them and who recorded that."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    made = says(actor, proposition, lantern, "Прозвучали три выстрела", basis=Basis.OWN_ANALYSIS)
    known = selectors.assertion(made)
    assert known.thing.words.text == "Прозвучали три выстрела"
    assert (known.thing.speaker, known.by) == (lantern, "operator")
    assert [one.id for one in selectors.claims().of(proposition)] == [made]


def test_what_is_said_of_one_act_is_said_of_no_other(actor, lantern, unit):
    """Who is said to have laid the ambush is not thereby said to have fired the shots."""
    told = {"type": "authorship", "value": {"party": unit}}
    ambush = services.add_proposition(
        Proposition.from_json({**told, "act": "the ambush", "statement": "the unit laid the ambush"}), actor=actor
    ).id
    shooting = services.add_proposition(
        Proposition.from_json({**told, "act": "the shooting", "statement": "the unit fired the shots"}), actor=actor
    ).id
    says(actor, ambush, lantern, stance=Stance.ATTRIBUTES)
    claims = selectors.claims()
    assert len(claims.of(ambush)) == 1
    assert claims.of(shooting) == []
    assert claims.contradictions() == []


def test_who_attributes_names_a_party_and_an_act(actor, lantern):
    """`attributes` of a proposition that names neither is refused, and says how to state it."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    with pytest.raises(services.AttributionWithoutAct) as refused:
        says(actor, proposition, lantern, stance=Stance.ATTRIBUTES)
    assert "authorship" in refused.value.what_to_do


def test_a_proposition_of_who_did_something_names_the_act(unit):
    """`authorship` without an act would speak of every act at once."""
    with pytest.raises(InvalidValue, match="does not name the act"):
        Proposition.from_json({"type": "authorship", "statement": "the unit did it", "value": {"party": unit}})


def test_several_translations_stand_beside_the_words(actor, lantern):
    """A translation replaces neither the words nor another translation."""
    proposition = services.add_proposition(occurred("a man is heard"), actor=actor).id
    made = says(actor, proposition, lantern, "Он хрипит")
    services.translate(made, actor=actor, text="He is wheezing", language="en", translator="A. Reader")
    services.translate(made, actor=actor, text="He rattles", language="en")
    assert [one.text for one in selectors.translations(made)] == ["He is wheezing", "He rattles"]
    assert [one.translator for one in selectors.translations(made)] == ["A. Reader", "operator"]
    assert selectors.assertion(made).thing.words.text == "Он хрипит"


def test_what_is_superseded_leads_on_to_what_stands(actor, lantern, unit):
    """A corrected name of a party is what every assertion of theirs shows from then on; the old row stays."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    says(actor, proposition, lantern)
    renamed = services.add_party(outlet("The Lantern"), actor=actor, reason="misspelt", supersedes=lantern).id
    claims = selectors.claims()
    assert lantern not in claims.parties
    assert {one.thing.speaker for one in claims.of(proposition)} == {renamed}
    assert selectors.party(lantern).id == renamed
    assert rows.Party.objects.filter(pk=lantern).exists()
    with pytest.raises(services.ClaimSuperseded):
        services.add_party(outlet("Lantern"), actor=actor, supersedes=lantern, reason="shorter")


def test_what_was_taken_from_another_counts_with_it(actor, lantern):
    """Nine reports that derive from three are nine sources and three roots; so it stays when found later."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    first = says(actor, proposition, lantern)
    copies = []
    for number in range(4):
        speaker = services.add_party(outlet(f"Outlet {number}"), actor=actor).id
        copies.append(says(actor, proposition, speaker, derives_from=(first,)))
    late = services.add_party(outlet("Late Edition"), actor=actor).id
    copies.append(says(actor, proposition, late))
    claims = selectors.claims()
    everyone = [first, *copies]
    assert claims.independence(everyone).sentence == "6 sources, 2 independent roots"
    services.trace(copies[-1], copies[0], actor=actor, why="the wording is the same, mistakes included")
    assert selectors.claims().independence(everyone).sentence == "6 sources, 1 independent root"
    services.trace(copies[-1], copies[0], actor=actor, why="a common earlier source was found", stands=False)
    assert selectors.claims().independence(everyone).sentence == "6 sources, 2 independent roots"


def test_two_analyses_of_one_clip_share_a_root(workspace, actor, lantern, tmp_path):
    """Whoever looked at the same footage does not corroborate who looked at it before."""
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    footage = f"item:{outcome.acquired.sha256}"
    other = services.add_party(outlet("Evening Post"), actor=actor).id
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    both = [says(actor, proposition, who, derives_from=(footage,)) for who in (lantern, other)]
    independence = selectors.claims().independence(both)
    assert independence.sentence == "2 sources, 1 independent root"
    assert independence.roots[0].kind == "footage"


def test_contradictions_are_said_and_computed(actor):
    """What people say cannot both be so, what values exclude, and what follows from either, each with its reason."""
    many = services.add_proposition(_counted(3, None), actor=actor).id
    few = services.add_proposition(_counted(1, 2), actor=actor).id
    staged = services.add_proposition(occurred("the scene was acted"), actor=actor).id
    real = services.add_proposition(occurred("persons were shot"), actor=actor).id
    services.relate(staged, EdgeKind.CONTRADICTS, real, actor=actor, why="whoever acts is not shot")
    services.relate(many, EdgeKind.ENTAILS, real, actor=actor, why="bodies of persons who were shot")
    found = {frozenset((edge.start, edge.end)): edge for edge in selectors.claims().contradictions()}
    assert set(found) == {frozenset((many, few)), frozenset((staged, real)), frozenset((many, staged))}
    assert found[frozenset((many, few))].why == "the one has at least 3, the other at most 2"
    services.relate(real, EdgeKind.CONTRADICTS, staged, actor=actor, why="not so after all", stands=False)
    left = {frozenset((edge.start, edge.end)) for edge in selectors.claims().contradictions()}
    assert left == {frozenset((many, few))}


def _counted(least, most):
    count = {"min": least, "max": most, "basis": "simultaneous", "population": "bodies", "exhaustive": most is not None}
    return Proposition.from_json(
        {"type": "count", "statement": f"bodies {least}", "subject": "the yard", "value": {"count": count}}
    )


ARTICLE = "“Three shots were fired,” said The Morning Lantern.\n\n“Nobody was hurt.”"


@pytest.fixture
def article(actor, tmp_path):
    """The digest of a stored text of two paragraphs."""
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    return outcome.acquired.sha256


@pytest.fixture
def proposal(actor, lantern, article):
    """Decides about one proposal of that text: its first quotation, as The Morning Lantern's."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    words = Stated(text="Three shots were fired", language="en")
    assertion = Assertion(proposition=proposition, stance=Stance.ALLEGES, speaker=lantern, words=words)
    proposed = {"start": 0, "end": 28, "speaker": "The Morning Lantern", "stance": "alleges"}

    def decide(decision, reason="", **changed):
        told = None if decision == "rejected" else evolve(assertion, **changed)
        return services.decide_proposal(
            article, proposed, actor=actor, decision=decision, assertion=told, reason=reason
        )

    return decide


def test_a_proposal_becomes_an_assertion_in_one_act(actor, article, proposal):
    """Accepting what `read` proposed records decision and assertion together, its words where the proposal has them."""
    size = custody.size_and_time()[0]
    known = proposal("accepted")
    assert custody.size_and_time()[0] == size + 2
    assert selectors.proposals(article)[0, 28].assertion_id == known.id
    assert known.thing.appears_in == Appearance(item=article, start=0, end=28)
    with pytest.raises(InvalidValue, match="another item"):
        proposal("corrected", appears_in=Appearance(item="0" * 64))
    with pytest.raises(InvalidValue, match="bytes"):
        services.decide_proposal(article, {"start": 0, "end": 10_000}, actor=actor, decision="rejected")


def test_what_was_accepted_is_not_accepted_again(proposal):
    """One thing that was said once does not become two assertions; it says which one there is."""
    known = proposal("accepted")
    for decision in ("accepted", "corrected"):
        with pytest.raises(services.ProposalDecided) as refused:
            proposal(decision)
        assert known.id in refused.value.message
    assert list(selectors.claims().assertions) == [known.id]


def test_a_proposal_that_is_rejected_afterwards_ends_its_assertion(workspace, actor, article, proposal):
    """Whoever asks for it, and whatever was corrected in it since, it stands nowhere; a reason is on the record."""
    known = proposal("accepted")
    better = services.add_assertion(
        evolve(known.thing, basis=Basis.SAW), actor=actor, supersedes=known.id, reason="they saw it"
    )
    with pytest.raises(services.SupersedesWithoutReason):
        proposal("rejected")
    proposal("rejected", "a headline")
    assert selectors.proposals(article)[0, 28].decision == "rejected"
    claims = selectors.claims()
    assert (dict(claims.assertions), dict(claims.sources), claims.of(known.thing.proposition)) == ({}, {}, [])
    assert selectors.assertions_in(article) == []
    for ended in (known.id, better.id):
        with pytest.raises(selectors.AssertionNotFound):
            selectors.assertion(ended)
        with pytest.raises((services.ClaimSuperseded, selectors.AssertionNotFound)):
            services.add_assertion(known.thing, actor=actor, supersedes=ended, reason="again")
    tables = (rows.Assertion, rows.ProposalDecision)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_what_was_rejected_may_be_accepted_after_all(proposal):
    """A decision is no last word: a further one makes a further assertion."""
    first = proposal("accepted")
    proposal("rejected", "a headline")
    proposal("rejected")
    again = proposal("corrected", stance=Stance.STATES_CIRCUMSTANCES)
    assert again.id != first.id
    assert list(selectors.claims().assertions) == [again.id]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("three shots were fired", 0, 28),
        ("Three shots were not fired", 0, 28),
        ("Three shots were fired", 0, 20),
        ("Three shots were fired", 30, 60),
        ("Nobody was hurt […] Three shots were fired", 0, 77),
        ("Three shots […]rained", 0, 28),
        ("[…]", 0, 28),
        ("“”", 0, 28),
    ],
)
def test_words_that_the_bytes_do_not_hold_are_refused(actor, lantern, article, proposal, words, start, end):
    """Other letters, other bytes, parts in another order, or no words at all: nobody is quoted with them."""
    proposition = services.add_proposition(occurred("shots are fired"), actor=actor).id
    where = Appearance(item=article, start=start, end=end)
    with pytest.raises(services.WordsNotThere):
        says(actor, proposition, lantern, words, appears_in=where)
    with pytest.raises(services.WordsNotThere):
        proposal("corrected", words=Stated(text=words, language="en"), appears_in=where)
    with pytest.raises(services.WordsNotThere):
        proposal("accepted", words=Stated(text="It rained", language="en"), appears_in=Appearance(item=article))
    assert dict(selectors.claims().assertions) == {}


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("Three shots were fired", 3, 25),
        ('"Three shots  were\u00a0fired,"', 0, 29),
        ("«Three shots were fired,» said The Morning Lantern. 'Nobody was hurt.'", 0, len(ARTICLE.encode())),
        ("Three shots […] fired […] Nobody [...] hurt", 0, len(ARTICLE.encode())),
        ("Lantern.<U+000A><U+000A>“Nobody", 0, len(ARTICLE.encode())),
    ],
)
def test_words_are_compared_as_they_read(actor, lantern, article, words, start, end):
    """Kinds of spaces and of quotation marks make no other words, nor does what a person left out and marked."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    where = Appearance(item=article, start=start, end=end)
    made = says(actor, proposition, lantern, words, appears_in=where)
    assert selectors.assertion(made).thing.words.text == words


def test_words_of_a_page_are_compared_as_a_reader_sees_them(actor, lantern, tmp_path):
    """Entities and tags in the bytes are read as they show; what a script says is said by nobody."""
    page = "<html><body><p>He said: &laquo;it <b>was</b>&nbsp;so&raquo;.</p><script>'it rained'</script></body></html>"
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    proposition = services.add_proposition(occurred("it is so"), actor=actor).id
    where = Appearance(item=outcome.acquired.sha256, start=page.index("&laquo"), end=page.index(".</p>"))
    says(actor, proposition, lantern, "«it was so»", appears_in=where)
    with pytest.raises(services.WordsNotThere):
        says(actor, proposition, lantern, "it rained", appears_in=evolve(where, end=len(page)))


def test_bytes_that_are_no_text_are_not_compared(actor, lantern, tmp_path):
    """Of a picture nobody can say by its bytes what stands in it."""
    path = tmp_path / "scan.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    proposition = services.add_proposition(occurred("it rains"), actor=actor).id
    says(actor, proposition, lantern, "It rains", appears_in=Appearance(item=outcome.acquired.sha256, start=0, end=9))


def authorship(party, **changed):
    told = {"type": "authorship", "statement": "they fired", "act": "the shooting", "value": {"party": party}}
    return Proposition.from_json({**told, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "occurred", "value": None},
        {"act": "the ambush"},
        {"subject": "the yard"},
        {"value": "other"},
        {"incident": "1" * 32},
    ],
)
def test_what_was_said_is_led_on_to_no_other_act_party_or_value(actor, lantern, unit, changed):
    """A superseding proposition says the same thing in other words; anything else is another proposition."""
    old = services.add_proposition(authorship(unit, incident="0" * 32), actor=actor).id
    made = says(actor, old, lantern, stance=Stance.ATTRIBUTES)
    other = services.add_party(outlet("Evening Post"), actor=actor).id
    changed = {**changed, **({"value": {"party": other}} if changed.get("value") == "other" else {})}
    told = authorship(unit, **{"incident": "0" * 32, **changed})
    with pytest.raises(services.ClaimChanged) as refused:
        services.add_proposition(told, actor=actor, supersedes=old, reason="misread")
    assert "another proposition" in refused.value.what_to_do
    assert [one.id for one in selectors.claims().of(old)] == [made]


def test_a_proposition_is_worded_better_and_may_gain_its_incident(actor, unit):
    """The wording changes, an incident comes where none was named, and the party is the same one by its newer name."""
    old = services.add_proposition(authorship(unit), actor=actor).id
    told = {"kind": "unit", "naming": "named", "names": [{"text": "3rd Heron Battalion", "language": "en"}]}
    renamed = services.add_party(Party.from_json(told), actor=actor, supersedes=unit, reason="as it writes itself").id
    better = authorship(renamed, statement="the battalion fired the shots", incident="0" * 32)
    known = services.add_proposition(better, actor=actor, supersedes=old, reason="clearer")
    assert selectors.proposition(old).id == known.id
    with pytest.raises(services.ClaimChanged):
        services.add_proposition(authorship(unit), actor=actor, supersedes=known.id, reason="no incident")


def test_who_was_not_named_may_turn_out_to_have_a_name_and_the_reverse(actor, unit):
    """Naming and kind of a party may change: each change is a row of its own, with its reason."""
    unknown = services.add_party(
        Party.from_json({"kind": "armed_group", "naming": "unknown"}), actor=actor, supersedes=unit, reason="a mistake"
    )
    named = services.add_party(outlet("Evening Post"), actor=actor, supersedes=unknown.id, reason="they said so")
    assert selectors.party(unit).id == named.id
    assert (selectors.party(unit).reason, rows.Party.objects.count()) == ("they said so", 3)


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_nothing_is_superseded_without_a_reason(actor, lantern, reason):
    """Neither party nor proposition nor assertion."""
    proposition = services.add_proposition(occurred("it rains"), actor=actor)
    made = selectors.assertion(says(actor, proposition.id, lantern))
    for write, thing, old in (
        (services.add_party, outlet("Lantern"), lantern),
        (services.add_proposition, occurred("rain falls"), proposition.id),
        (services.add_assertion, made.thing, made.id),
    ):
        with pytest.raises((services.SupersedesWithoutReason, InvalidValue)):
            write(thing, actor=actor, supersedes=old, reason=reason)
    assert not any(table.objects.filter(supersedes__isnull=False).exists() for table in (rows.Party, rows.Assertion))


def test_several_records_are_one_act_or_nothing(actor, lantern):
    """A reference that leads nowhere in the last of them leaves none of them; one alone stands instead of another."""
    size = custody.size_and_time()[0]
    with pytest.raises(selectors.PartyNotFound):
        services.add_propositions([occurred("it rains"), authorship("a" * 32)], actor=actor)
    assert custody.size_and_time()[0] == size
    first, second = services.add_propositions([occurred("it rains"), occurred("it snows")], actor=actor)
    assert Entry.objects.filter(seq__gte=size).values("act_id").distinct().count() == 1
    with pytest.raises(UsageError):
        services.add_propositions([occurred("a"), occurred("b")], actor=actor, supersedes=first.id, reason="both")
    told = [
        Assertion(proposition=one.id, stance=Stance.ALLEGES, speaker=lantern, words=Stated(text="so", language="en"))
        for one in (first, second)
    ]
    with pytest.raises(selectors.PropositionNotFound):
        services.add_assertions([told[0], evolve(told[1], proposition="a" * 32)], actor=actor)
    assert dict(selectors.claims().assertions) == {}
    assert len(services.add_assertions(told, actor=actor)) == 2


def test_translations_stay_with_words_that_stay(actor, lantern):
    """A corrected stance leaves the words, and what they mean; corrected words are translated anew."""
    proposition = services.add_proposition(occurred("a man is heard"), actor=actor).id
    first = says(actor, proposition, lantern, "Он хрипит")
    services.translate(first, actor=actor, text="He is wheezing", language="en", translator="A.\u202eReader")
    assert [one.translator for one in selectors.translations(first)] == ["A.<U+202E>Reader"]
    thing = selectors.assertion(first).thing
    same = services.add_assertion(
        evolve(thing, stance=Stance.STATES_CIRCUMSTANCES), actor=actor, supersedes=first, reason="no charge"
    ).id
    services.translate(first, actor=actor, text="He rattles", language="en")
    assert [one.text for one in selectors.translations(same)] == ["He is wheezing", "He rattles"]
    words = evolve(thing, words=Stated(text="Он спит", language="ru"))
    other = services.add_assertion(words, actor=actor, supersedes=same, reason="misheard").id
    assert selectors.translations(other) == []


def test_one_record_is_found_without_reading_all(actor, lantern):
    """By its id, also by that of the first of several that superseded each other."""
    proposition = services.add_proposition(occurred("it rains"), actor=actor).id
    made = says(actor, proposition, lantern)
    newest = lantern
    for number in range(3):
        newest = services.add_party(outlet(f"L{number}"), actor=actor, supersedes=newest, reason="renamed").id
    for number in range(20):
        services.add_party(outlet(f"Outlet {number}"), actor=actor)
        says(actor, services.add_proposition(occurred(f"rain {number}"), actor=actor).id, lantern)
    read = []

    def note(sender, **_more):
        if sender.__module__ == rows.__name__:
            read.append(sender)

    post_init.connect(note)
    try:
        assert selectors.party(lantern).id == newest
        assert selectors.proposition(proposition).id == proposition
        assert selectors.assertion(made).id == made
    finally:
        post_init.disconnect(note)
    assert read == [rows.Party] * 4 + [rows.Proposition, rows.Assertion]


def test_whoever_may_not_is_refused(workspace, actor):
    """An auditor reads what was claimed and writes nothing."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed):
        services.add_party(outlet("The Morning Lantern"), actor=auditor.signing)


def test_names_that_are_not_there_are_answered(actor, lantern):
    """Every reference that leads nowhere says to what, and where to look."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    for wrong in ({"proposition": new_record_id()}, {"speaker": new_record_id()}, {"derives_from": (new_record_id(),)}):
        told = {"proposition": proposition, "speaker": lantern, "derives_from": (), **wrong}
        with pytest.raises((selectors.PropositionNotFound, selectors.PartyNotFound, selectors.AssertionNotFound)):
            says(actor, told["proposition"], told["speaker"], derives_from=told["derives_from"])


@pytest.mark.parametrize("table", ["claims_party", "claims_proposition", "claims_assertion", "claims_edge"])
def test_nothing_is_edited_or_deleted_by_sql(actor, lantern, table):
    """The database refuses both, with or without an act."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    other = services.add_proposition(occurred("no shot is fired"), actor=actor).id
    services.relate(proposition, EdgeKind.CONTRADICTS, other, actor=actor, why="three is not none")
    says(actor, proposition, lantern)
    for statement in (f"UPDATE {table} SET recorded_by = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_rebuilding_gives_the_same_claims(workspace, actor, lantern, unit):
    """`rebuild` gives every party, proposition, assertion, translation, edge and origin from the ledger alone."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    other = services.add_proposition(occurred("no shot is fired"), actor=actor).id
    services.relate(proposition, EdgeKind.CONTRADICTS, other, actor=actor, why="three is not none")
    first = says(actor, proposition, lantern)
    second = says(actor, proposition, unit, via=(lantern,))
    services.trace(second, first, actor=actor, why="the same words")
    services.translate(first, actor=actor, text="Es war so", language="de")
    tables = (rows.Party, rows.Proposition, rows.Assertion, rows.Translation, rows.Edge, rows.Origin)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_two_parties_of_one_name_are_asked_about(actor, lantern):
    """A name that two bear names neither; its id does. One outlet does not become two by being added twice."""
    with pytest.raises(services.PartyStands) as refused:
        services.add_party(outlet("the morning  lantern"), actor=actor)
    assert lantern in refused.value.message
    with pytest.raises(services.PartyStands):
        services.add_parties([outlet("Evening Post"), outlet("Evening Post")], actor=actor)
    assert list(selectors.claims().parties) == [lantern]
    services.add_party(outlet("The Morning Lantern"), actor=actor, another=True)
    with pytest.raises(selectors.PartyAmbiguous):
        selectors.party("The Morning Lantern")
    assert selectors.party(lantern).id == lantern


def test_frozen_values_are_replaced_not_changed(actor, lantern):
    """A corrected assertion is a new one that supersedes the old."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    made = says(actor, proposition, lantern)
    known = selectors.assertion(made)
    better = evolve(known.thing, stance=Stance.STATES_CIRCUMSTANCES)
    after = services.add_assertion(better, actor=actor, supersedes=made, reason="misread")
    assert selectors.assertion(made).id == after.id
