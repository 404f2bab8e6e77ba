"""The standing example's story, step by step, as somebody tells it to the workbench by its keys alone."""

from __future__ import annotations

from attrs import define
from by_keys import Hands
from story import ANALYST, COUNSEL, REVIEWER

from probata.cli.demo_story.names import LANTERN, SCENE

SAID = "three shots are fired"
DENIED = "nobody is hit by the shots"
REASONS = "Three loud sounds with the decay of shots in the open."
OUTLET, MINISTRY = "The Morning Lantern", "Ministry of Defence of Sorland"
QUESTION = "What happened at the roadside?"
COURT = "District Court of Sorland"


@define
class Telling:
    """Somebody at the keys who tells the story; what it must come back to is kept by name."""

    hands: Hands
    language: str

    def leave(self) -> None:
        """Log out, so that somebody else can sit down."""
        self.hands.log_out()
        self.faces()

    def come_in(self, name: str) -> None:
        """Log in, and have the pages in the language of this telling."""
        hands = self.hands
        hands.log_in(name)
        if hands.page.evaluate("document.documentElement.lang") != self.language:
            hands.choose("#language", self.language)
            with hands.leads():
                hands.press("Enter")
        self.faces()

    def faces(self) -> None:
        """The page stands in this language and runs the way that it is read."""
        told = self.hands.page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        assert told == [self.language, "rtl" if self.language == "ar" else "ltr"]

    def open_case(self) -> None:
        """A case of accountability, the item put in, a question asked."""
        hands = self.hands
        hands.room(3)
        hands.row(SCENE)
        digest = hands.page.evaluate("document.activeElement.closest('[data-row]').querySelector('.digest').innerText")
        hands.room(4)
        hands.press("KeyN")
        hands.write("[name=title]", "The roadside")
        hands.radio("kind", "accountability")
        hands.choose("[name=procedure]", "berkeley_protocol")
        hands.write("[name=reason]", "two outlets report it, and the footage is here")
        with hands.leads():
            hands.press("Enter")
        self.faces()
        hands.do("details:has(#in-item) > summary")
        hands.write("#in-item", digest)
        hands.write("#in-item-why", "it is about the roadside")
        with hands.leads():
            hands.press("Enter")
        hands.press("KeyQ")
        hands.page.wait_for_selector("#ask-text:focus")
        hands.page.keyboard.type("Who published the whole video first?")
        hands.choose("#ask-owner", COUNSEL)
        hands.sent("#asking button.primary")

    def open_incident(self) -> None:
        """An incident under a neutral label."""
        hands = self.hands
        hands.room(4)
        hands.follow("a[href='/incidents']")
        hands.press("KeyN")
        hands.write("[name=place]", "Verkhnya Pelemka")
        hands.write("[name=day]", "2031-10-12/2031-10-13")
        hands.write("[name=act]", "shooting of persons on the ground")
        hands.write("[name=reason]", "as the drawn scene shows it")
        with hands.leads():
            hands.press("Enter")
        self.faces()

    def open_item(self, name: str) -> None:
        """An item out of the list, found by typing."""
        hands = self.hands
        hands.room(3)
        hands.row(name)
        with hands.leads():
            hands.press("Enter")

    def observe(self) -> None:
        """In mark, out mark, A: an observation. One candidate is accepted and taken over, one rejected and why."""
        hands, page = self.hands, self.hands.page
        self.open_item(SCENE)
        page.wait_for_selector("#item[data-ready=yes]")
        hands.press("KeyB")
        page.wait_for_selector("#reveal-dialog[open]")
        hands.radio("purpose", "exact_frame")
        hands.press("Enter")
        page.wait_for_selector("#stage[data-state=revealed]")
        hands.press(*["Shift+Period"] * 8)
        hands.press("KeyI")
        hands.press(*["Shift+Period"] * 2)
        hands.press("KeyO")
        hands.press("KeyA")
        hands.choose("#observe-kind", "body")
        hands.write("#observe-words", "three persons lying still on a road and beside it")
        hands.press("Enter")
        page.wait_for_selector("[data-observation]")
        hands.press("Home", "BracketRight", "KeyY")
        page.wait_for_selector("tr.accepted[data-candidate]", state="attached")
        hands.press("KeyR")
        hands.until("document.querySelectorAll('[data-observation]').length === 2")
        # The observation that was just made begins at the same frame, and comes before the next candidate.
        hands.press("BracketRight", "BracketRight")
        hands.write("#why", "heard it: no sound of its own begins there")
        hands.to("[data-do=reject]", back=True)
        hands.press("Enter")
        page.wait_for_selector("tr.rejected[data-candidate]", state="attached")
        hands.press("Escape")
        page.wait_for_selector("#stage[data-state=veiled]")
        self.faces()

    def state_claims(self) -> None:
        """Two parties, two propositions that cannot both be so, and who says one of them."""
        hands = self.hands
        hands.room(5)
        hands.follow("a[href='/claims/parties']")
        for kind, name in (("outlet", OUTLET), ("state_body", MINISTRY)):
            hands.choose("main [name=kind]", kind)
            hands.write("main [name=name]", name)
            with hands.leads():
                hands.press("Enter")
        for statement in (SAID, DENIED):
            hands.room(5)
            hands.follow("a[href^='/claims/state']")
            hands.write("main [name=statement]", statement)
            hands.choose("main [name=type]", "occurred")
            hands.write("main [name=act]", "the shooting")
            with hands.leads():
                hands.press("Enter")
        self.faces()
        hands.follow("a[href$='/say']")
        hands.choose("[name=speaker]", says=MINISTRY)
        hands.choose("[name=stance]", "denies_act")
        hands.write("[name=words]", "Nobody was hit, they lay in cover.")
        hands.write("[name=language]", "en")
        with hands.leads():
            hands.press("Enter")
        hands.do("details:has([name=other]) > summary")
        hands.choose("main [name=kind]", "contradicts")
        hands.choose("[name=other]", says=SAID)
        hands.write("[name=why]", "where shots are fired at people who lie there, somebody is hit")
        with hands.leads():
            hands.press("Enter")

    def read(self) -> None:
        """The article is read: one proposal accepted, one corrected with E, one rejected."""
        hands = self.hands
        self.open_item(LANTERN)
        # Tabs of the page are walked by arrows, in the direction in which the page is read.
        hands.to("[role=tab]")
        hands.press("ArrowRight" if self.language == "ar" else "ArrowLeft")
        hands.follow("a[href$='/reading']")
        # Tab leads from the proposal to what is decided of it, past the others, and back.
        hands.press("KeyJ", "Tab")
        assert hands.page.evaluate("document.activeElement.name") == "of"
        assert hands.page.inner_text("#chosen-number") == "1"
        # What is missing is where the focus goes.
        hands.press("Shift+Tab", "KeyY")
        hands.choose("[name=of]:focus", says=SAID)
        hands.choose("[name=speaker]", says=OUTLET)
        hands.sent("#accept")
        self.faces()
        hands.press("KeyE")
        hands.choose("[name=speaker]:focus", says=OUTLET)
        hands.choose("[name=stance]", "alleges")
        hands.write("[name=reason]", "they tell it in their own words")
        hands.to("[name=of]", back=True)
        hands.choose("[name=of]", says=SAID)
        hands.sent("#accept")
        with hands.leads():
            hands.press("KeyN")
        hands.until("document.activeElement.matches('a.choose')")

    def find_place(self) -> None:
        """The village by its name, within a bound; the run is recorded."""
        hands, page = self.hands, self.hands.page
        hands.room(8)
        hands.press("Slash")
        page.wait_for_selector("#q:focus")
        page.keyboard.type("Березівка")
        hands.do("form.ask details > summary")
        hands.write("#within", "Хмельницька область")
        hands.sent("form.ask button.primary")
        self.faces()
        page.wait_for_selector("[data-ready=yes]")
        # The map follows the rows; R leads past all of them to where the run is put on the record.
        hands.press("KeyJ", "KeyJ", "Enter", "KeyR")
        hands.write("#reason:focus", "which villages bear the name that residents say")
        with hands.leads():
            hands.press("Enter")

    def bound_time(self) -> None:
        """Two bounds that cannot both hold; one is left out, and the run is recorded."""
        hands = self.hands
        hands.room(8)
        hands.follow("main a[href^='/times']")
        bounds = (
            ("caption", "2031-10-11", "2031-10-13", "first_seen", "a caption in the scene: around 12 October"),
            ("statement", "2031-10-14", "2031-10-14", "statement", "a ministry: on Tuesday"),
        )
        hands.write("#zone", "Europe/Kyiv")
        for name, start, end, kind, source in bounds:
            hands.write("[name=id]", name)
            hands.write("[name=subject]", "the shooting")
            hands.choose("[name=says]", "imprecise")
            hands.write("[name=from]", start)
            hands.write("[name=to]", end)
            hands.choose("[name=kind]", kind)
            hands.write("[name=source]", source)
        with hands.leads():
            hands.press("Enter")
        self.faces()
        hands.row("statement")
        with hands.leads():
            hands.press("Enter")
        hands.press("KeyR")
        hands.write("#reason:focus", "how the bounds on the time of the shooting go together")
        with hands.leads():
            hands.press("Enter")

    def judge_first(self) -> None:
        """A review is opened and judged by whoever opened it."""
        hands, page = self.hands, self.hands.page
        hands.room(6)
        with hands.leads():
            hands.press("KeyN")
        hands.row(SAID)
        with hands.leads():
            hands.press("Enter")
        hands.radio("dimension", "content")
        hands.write("#reason", "the shots are heard")
        hands.sent("main form[data-kept] button.primary")
        self.faces()
        hands.press("Slash")
        page.wait_for_selector("#q:focus")
        hands.press("Enter", "KeyF", "KeyJ", "KeyF")
        assert page.locator("[data-chosen=for] [data-record]").count() == 2
        self._judge(REASONS)

    def judge_second(self) -> None:
        """The second takes the place blind: of the first's judgement the page tells nothing."""
        hands, page = self.hands, self.hands.page
        hands.room(6)
        hands.row(SAID)
        with hands.leads():
            hands.press("Enter")
        with hands.leads():
            hands.press("KeyT")
        assert REASONS not in page.content()
        hands.press("KeyJ", "KeyF", "KeyJ", "KeyF")
        assert page.locator("[data-side=for]:checked").count() == 2
        self._judge("The third may be a door.")
        assert REASONS in page.content()

    def _judge(self, reasons: str) -> None:
        hands = self.hands
        hands.radio("result", "likely")
        hands.radio("likelihood", "very_likely")
        hands.radio("confidence", "moderate")
        hands.write("#reasons", reasons)
        hands.write("#other-side", "what both sides say; the other clip")
        hands.write("#alternatives", "fireworks")
        hands.sent("form[data-judging] button.primary")
        self.faces()

    def seal_finding(self) -> None:
        """A third reads what will be sealed, and seals it."""
        hands = self.hands
        hands.room(6)
        hands.row(SAID)
        with hands.leads():
            hands.press("Enter")
        hands.skip()
        hands.write("#because", "both heard the same sounds")
        hands.to("[data-ask-seal]")
        hands.press("Enter")
        hands.page.wait_for_selector("#seal-dialog[open]")
        hands.sent("[data-seal]")
        self.faces()

    def compare(self) -> None:
        """Rival explanations are put before two people, with two records to weigh them by."""
        hands, page = self.hands, self.hands.page
        hands.room(7)
        hands.follow("main a[href^='/hypotheses']")
        hands.follow("main a[href^='/hypotheses/new']")
        hands.write("#question", QUESTION)
        hands.choose("#case", says="The roadside")
        hands.write("[name=hypothesis]", "Persons who lay there were shot")
        hands.to("[data-find]")
        # Down leads to the first record; what is ticked moves up, and the next has the focus.
        hands.press("ArrowDown", "Space", "Space")
        assert page.locator("[data-chosen] [data-choice]").count() == 2
        for name in (ANALYST, REVIEWER):
            if not page.is_checked(f"[name=analyst][value='{name}']"):
                hands.do(f"[name=analyst][value='{name}']")
        hands.sent("main form button.primary")
        self.faces()

    def weigh(self) -> None:
        """Everybody fills a table of their own by figures, and hands it in."""
        hands, page = self.hands, self.hands.page
        hands.room(7)
        hands.row(QUESTION)
        with hands.leads():
            hands.press("Enter")
        page.wait_for_selector("#matrix[data-ready=yes]")
        hands.to("[data-cell]")
        cells = page.locator("[data-cell]").count()
        for number in range(cells):
            hands.press(f"Digit{1 + number % 3}", "Enter")
        assert page.inner_text("[data-left]") == "0"
        hands.sent("#matrix button.primary")
        self.faces()

    def weigh_elements(self) -> None:
        """A table of elements: evidence on both sides, and a search for the contrary."""
        hands, page = self.hands, self.hands.page
        hands.room(7)
        hands.follow("main a[href^='/elements']")
        hands.follow("main a[href^='/elements/new']")
        hands.choose("#case", says="The roadside")
        hands.radio("conflict", "international")
        hands.write("#reason", "two states are said to fight each other; a person states the class")
        hands.choose("#article", "8(2)(b)(vi)")
        hands.sent("main form button.primary")
        self.faces()
        for words, bearing, because in (
            (SAID, "supports", "it says that shots are likely"),
            (DENIED, "undermines", "one side says that nobody was hit"),
        ):
            hands.press("Slash")
            page.wait_for_selector("#find-enter:focus")
            page.keyboard.type(words)
            page.wait_for_selector(f"#found-enter .choice:has-text({words!r}):first-child:nth-last-child(-n+3)")
            hands.press("ArrowDown", "Space")
            hands.radio("bearing", bearing)
            hands.write("#enter-reason", because)
            hands.sent("#entering button.primary")
        hands.do("#searching > summary")
        hands.do("#searching [name=element][value='2']")
        hands.radio("outcome", "nothing_found")
        hands.write("#looked", "all frames before the first shot, for arms in hands")
        hands.sent("#searching button.primary")

    def propose(self) -> None:
        """A disclosure of the case is proposed: the item goes."""
        hands, page = self.hands, self.hands.page
        hands.room(9)
        with hands.leads():
            hands.press("KeyN")
        hands.choose("#case-choice", says="The roadside")
        with hands.leads():
            hands.press("Enter")
        hands.press("KeyJ", "KeyY")
        assert page.input_value("[data-of]") == "goes"
        hands.write("#recipient", COURT)
        hands.write("#recipient-is", "a court")
        hands.write("#purpose", "an inquiry into the roadside")
        hands.write("#legal-basis", "a request of the court")
        hands.write("#disclosing #reason", "they asked for the scene")
        hands.to("[data-preview]")
        hands.press("Enter")
        page.wait_for_selector("#preview:focus")
        hands.to("#disclosing button.primary", back=True)
        with hands.leads():
            hands.press("Enter")
        self.faces()

    def open_disclosure(self) -> None:
        """The disclosure out of the list."""
        hands = self.hands
        hands.room(9)
        hands.row(COURT)
        with hands.leads():
            hands.press("Enter")
        hands.skip()

    def read_again(self) -> None:
        """A custodian has the stored bytes read again: until then nothing is released."""
        self.open_disclosure()
        self.hands.sent("form[action$='/read-again'] button")
        self.hands.page.wait_for_selector("#standing:not(:has(progress)):not(:has(form[action$='/read-again']))")

    def release(self) -> None:
        """Another person than who proposed it releases exactly this."""
        self.open_disclosure()
        self.hands.write("#release-why", "it holds what was asked for")
        self.hands.sent("form[action$='/release'] button.primary")
        self.faces()

    def seal(self) -> None:
        """The custodian seals it and verifies the package: every layer answers."""
        hands, page = self.hands, self.hands.page
        self.open_disclosure()
        hands.write("#seal-why", "released")
        hands.sent("form[action$='/seal'] button.primary")
        page.wait_for_selector("#standing .handing")
        hands.follow("a[href^='/disclosure/verify?']")
        own = page.inner_text("main button.copy.long")
        hands.write("#fingerprint", own)
        hands.sent("main form button.primary")
        self.faces()
        # The package is whole, and sealed by the log that was named; witnesses are not asked for.
        assert page.inner_text("strong.verdict").strip() == "PASS"
        assert page.locator("tbody .verdict.FAIL").count() == 0
        assert page.locator("tbody .verdict.PASS").count() >= 10
