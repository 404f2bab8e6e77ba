"""Disclosing at the workbench: one proposes, another releases, a custodian seals, and a stranger verifies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from claims_made import preserved
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER
from visiting import held

from probata.access import services as access
from probata.cases import selectors as cases
from probata.cases import services as cases_services
from probata.disclosure import selectors, services
from probata.disclosure.plan import Along, Why

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from story import StoryBench

HOSTILE = "<script>alert(1)</script> \u202egnp.exe"
EVERYTHING = [one.value for one in Along]


def footage(story: StoryBench) -> list[str]:
    """The digests of its clips."""
    return [digest for name, digest in story.items.items() if name.endswith((".mp4", ".webm", ".mkv"))]


def form(items: list[str], **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    sent = {
        "recipient": "A court of the example",
        "recipient_is": "a court",
        "purpose": "evidence in a hearing",
        "legal_basis": "an order of that court",
        "reason": "the court asked for it",
        "along": EVERYTHING,
    }
    return sent | {f"of-{item}": "goes" for item in items} | more


def proposed(story: StoryBench, items: list[str], name: str = ANALYST, **more: Any) -> str:
    """Propose as somebody; the id."""
    answer = story.client(name).post("/disclosure/propose", form(items, **more), headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["to"]).rpartition("/")[2]


def read_again(story: StoryBench, items: list[str]) -> None:
    services.read_again(items, actor=story.keyring(CUSTODIAN).signing, reason="read before disclosing")


def released(story: StoryBench, items: list[str], **more: Any) -> str:
    """Proposed by the analyst, read again, released by counsel."""
    made = proposed(story, items, **more)
    read_again(story, items)
    known = selectors.disclosure(made)
    seen = services.gathered(known).sha256
    answer = story.client(COUNSEL).post(
        f"/disclosure/{made}/release", {"seen": seen, "reason": "it is what was ordered"}
    )
    assert answer.status_code == 302, answer.content.decode()
    return made


def sealed(story: StoryBench, made: str) -> Client:
    """Sealed by the custodian, in the background; the custodian's client once it has ended."""
    client = story.client(CUSTODIAN)
    assert client.post(f"/disclosure/{made}/seal", {"reason": "released"}).status_code == 302
    for _ in range(300):
        if selectors.disclosure(made).package and selectors.stored(selectors.disclosure(made)):
            return client
        time.sleep(0.1)
    raise AssertionError(client.get(f"/disclosure/{made}").content.decode())


def test_proposed_released_sealed_and_verified_by_a_stranger(story: StoryBench, tmp_path: Path) -> None:
    """Dual control, and the package's own verifier answers PASS with the fingerprint told over another channel."""
    items = footage(story)
    made = released(story, items)
    client = sealed(story, made)
    answer = client.post(f"/disclosure/{made}/package.zip", {"reason": "handed over in person"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        archive.extractall(tmp_path / "out")
    (package,) = (tmp_path / "out").iterdir()
    run = subprocess.run(
        [sys.executable, "-I", "verify.py", "--fingerprint", access.log_fingerprint(), "--json"],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, json.loads(run.stdout)["verdict"]) == (0, "PASS")
    known = selectors.disclosure(made)
    assert known.package is not None
    assert [name for name, _at in known.package.taken_out] == [CUSTODIAN]
    page = client.get(f"/disclosure/{made}").content.decode()
    assert "taken out" in page


def test_the_preview_is_what_is_sealed(story: StoryBench) -> None:
    """Every file of the record that the preview lists is in the package with that digest, and no other file is."""
    items = footage(story)
    made = released(story, items)
    known = selectors.disclosure(made)
    listed = {file.path: file.sha256 for file in services.gathered(known).contents.files}
    page = story.client(COUNSEL).get(f"/disclosure/{made}").content.decode()
    assert all(path in page for path in listed)
    sealed(story, made)
    archive = selectors.stored(selectors.disclosure(made))
    assert archive is not None
    with zipfile.ZipFile(archive) as package:
        rows = json.loads(package.read(f"{known.package_name}/custody/files.json"))["files"]
    held = {row["path"]: row["sha256"] for row in rows if row["path"].startswith(("data/", "metadata/"))}
    assert held == listed


def test_whoever_proposed_is_shown_no_way_to_release(story: StoryBench) -> None:
    """The page says that another person does it; a request past the page is refused."""
    items = footage(story)
    made = proposed(story, items, COUNSEL)
    read_again(story, items)
    client = story.client(COUNSEL)
    page = client.get(f"/disclosure/{made}").content.decode()
    assert "another person releases it" in page
    assert "Release exactly this" not in page
    seen = services.gathered(selectors.disclosure(made)).sha256
    answer = client.post(f"/disclosure/{made}/release", {"seen": seen, "reason": "mine"})
    assert answer.status_code == 403
    assert not selectors.disclosure(made).decision


def test_roles_are_asked_before_anything_is_shown_or_done(story: StoryBench) -> None:
    """Who may not, reads why, and is refused past the page."""
    items = footage(story)
    made = proposed(story, items)
    page = story.client(REVIEWER).get(f"/disclosure/{made}").content.decode()
    assert "You may not release it" in page
    for who, address in (
        (REVIEWER, f"/disclosure/{made}/release"),
        (REVIEWER, f"/disclosure/{made}/seal"),
        (REVIEWER, f"/disclosure/{made}/read-again"),
        (REVIEWER, f"/disclosure/{made}/package.zip"),
        (REVIEWER, "/checkpoint/sign"),
        (CUSTODIAN, "/disclosure/propose"),
        (CUSTODIAN, "/disclosure/preview"),
    ):
        assert story.client(who).post(address, {"reason": "because", "seen": "x"}).status_code == 403, address
    assert story.client(CUSTODIAN).get("/disclosure/new").status_code == 403
    assert story.client(COUNSEL).post(f"/disclosure/{made}/package.zip", {"reason": "why"}).status_code == 404


def test_what_is_withheld_of_a_case_is_asked_of_every_item(story: StoryBench) -> None:
    """Of a case every item is sent or withheld with a reason: the refusal names those that are not."""
    case = cases.cases()[0]
    members = [one.id for one in case.members if one.kind == "item"]
    assert len(members) > 1
    client = story.client(ANALYST)
    page = client.get(f"/disclosure/new?case={case.id}").content.decode()
    assert all(f"of-{item}" in page for item in members)
    answer = client.post("/disclosure/propose", form(members[:1], case=case.id), headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert members[1][:8] in answer.json()["message"]
    rest = {f"of-{item}": Why.SAFETY.value for item in members[1:]}
    made = proposed(story, members[:1], case=case.id, **rest)
    assert len(selectors.disclosure(made).plan.withheld) == len(members) - 1
    again = client.get(f"/disclosure/new?from={made}").content.decode()
    assert again.count('<option value="safety" selected>') == len(members) - 1


def test_texts_from_outside_cannot_act(story: StoryBench) -> None:
    """A recipient that is a script, or that reads backwards, is shown as what it is; the latter is not taken."""
    refused = story.client(ANALYST).post("/disclosure/propose", form(footage(story), recipient=HOSTILE))
    assert refused.status_code == 400
    made = proposed(story, footage(story), recipient="<script>alert(1)</script>")
    for page in ("/disclosure", f"/disclosure/{made}", "/disclosure?q=<script>alert"):
        text = story.client(ANALYST).get(page).content.decode()
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_an_empty_list_says_what_begins_it(story: StoryBench) -> None:
    """The empty state, unknown ids, unknown cases, and an id's beginning."""
    client = story.client(ANALYST)
    assert "Nothing was disclosed yet" in client.get("/disclosure").content.decode()
    assert client.get("/disclosure/0000").status_code == 404
    assert client.get("/disclosure/new?from=0000").status_code == 404
    assert client.get("/disclosure/new?case=0000").status_code == 200
    made = proposed(story, footage(story))
    assert client.get(f"/disclosure/{made[:8]}")["Location"] == f"/disclosure/{made}"
    assert client.get(f"/disclosure/{made}/standing").status_code == 200
    assert "matches" in client.get("/disclosure?q=nothing-like-it").content.decode()


def test_the_preview_names_nobody_of_the_team(story: StoryBench) -> None:
    """Before anything is proposed, the form shows the package: labels for people, the withheld, every file."""
    answer = story.client(ANALYST).post("/disclosure/preview", form(list(story.items.values())))
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "metadata/findings.json" in page
    assert "person 1 of the team" in page
    assert "R. Reviewer" not in page
    assert not selectors.disclosures()


def test_behind_a_wall_there_is_no_disclosure(story: StoryBench) -> None:
    """For somebody who is not admitted to the case of its items, it is not in the list and at no address."""
    case = cases.cases()[0]
    members = [one.id for one in case.members if one.kind == "item"]
    made = proposed(story, members, case=case.id)
    cases_services.wall(case.id, actor=story.keyring(COUNSEL).signing, reason="need to know")
    for who in (ANALYST, REVIEWER, CUSTODIAN):
        client = story.client(who)
        assert client.get(f"/disclosure/{made}").status_code == 404
        assert made not in client.get("/disclosure").content.decode()
        assert client.post(f"/disclosure/{made}/release", {"reason": "x", "seen": "y"}).status_code == 404
    assert story.client(COUNSEL).get(f"/disclosure/{made}").status_code == 200
    answer = story.client(ANALYST).post("/disclosure/propose", form(members[:1]))
    assert answer.status_code == 404


def test_every_layer_is_told_in_words(story: StoryBench) -> None:
    """With the fingerprint PASS, without it nobody knows by whom, with a byte changed FAIL; absent is never a pass."""
    made = released(story, footage(story))
    client = sealed(story, made)
    archive = selectors.stored(selectors.disclosure(made))
    assert archive is not None
    good = client.post("/disclosure/verify", {"package": made, "fingerprint": access.log_fingerprint()})
    assert 'class="verdict PASS">PASS</strong>' in good.content.decode()
    unknown = client.post("/disclosure/verify", {"package": made, "fingerprint": ""}).content.decode()
    assert "By whom it was sealed was not checked" in unknown
    assert "NOT CHECKED" in unknown
    bent = bytearray(archive.read_bytes())
    bent[bent.index(b"ftyp") + 40] ^= 1
    upload = BytesIO(bytes(bent))
    upload.name = "package.zip"
    page = client.post("/disclosure/verify", {"file": upload, "fingerprint": access.log_fingerprint()})
    assert "Do not rely on it" in page.content.decode()
    junk = BytesIO(b"no package")
    junk.name = "package.zip"
    assert "Do not rely on it" in client.post("/disclosure/verify", {"file": junk}).content.decode()
    assert client.post("/disclosure/verify", {"package": made, "fingerprint": "zz"}).status_code == 400
    assert client.post("/disclosure/verify", {}).status_code == 400


def test_a_custodian_signs_what_nobody_signed_yet(story: StoryBench) -> None:
    """Entries newer than the last checkpoint are told, with the button that signs one."""
    made = proposed(story, footage(story))
    client = story.client(CUSTODIAN)
    assert "Sign a checkpoint now" in client.get(f"/disclosure/{made}").content.decode()
    assert client.post("/checkpoint/sign", {"back": f"disclosure:{made}"}).status_code == 302
    assert "Sign a checkpoint now" not in client.get(f"/disclosure/{made}").content.decode()


def test_bytes_are_read_again_before_anything_goes(story: StoryBench, tmp_path: Path) -> None:
    """The page says which were not; a custodian has them read, in the background; then it can be released."""
    item = preserved(story.keyring(FOUNDER).signing, tmp_path)
    made = proposed(story, [item])
    counsel, keeper = story.client(COUNSEL), story.client(CUSTODIAN)
    page = counsel.get(f"/disclosure/{made}").content.decode()
    assert "were not read again" in page or "was not read again" in page
    seen = services.gathered(selectors.disclosure(made)).sha256
    refused = counsel.post(f"/disclosure/{made}/release", {"seen": seen, "reason": "unread"})
    assert refused.status_code == 403
    assert keeper.post(f"/disclosure/{made}/read-again").status_code == 302
    for _ in range(100):
        if not selectors.not_read_again([item]):
            break
        time.sleep(0.1)
    assert counsel.post(f"/disclosure/{made}/release", {"seen": seen, "reason": "read"}).status_code == 302
    assert selectors.disclosure(made).state == "released"


@pytest.mark.browser
def test_a_preview_of_what_was_changed_since_does_not_stand(browser: Any, story_address: str) -> None:
    """Neither one that is shown nor one on its way, but for filter and reason; what was typed is left when asked."""
    page = browser.new_context().new_page()
    page.goto(story_address + "login")
    page.fill("[name=name]", ANALYST)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    page.goto(story_address + "disclosure/new")
    page.keyboard.press("j")
    page.keyboard.press("y")
    for name in ("recipient", "recipient_is", "purpose", "legal_basis"):
        page.fill(f"[name={name}]", "a court")
    ask = page.get_by_role("button", name="Preview as the recipient")
    ask.click()
    page.wait_for_selector("#preview .files")
    page.fill("[name=reason]", "asked for")
    page.fill("[data-narrows]", "mp4")
    assert page.locator("#preview .files").count() == 1
    page.fill("[name=recipient]", "another court")
    assert page.locator("#preview .files").count() == 0
    assert "preview it anew" in page.inner_text("#preview")
    waiting = held(page, "**/disclosure/preview")
    ask.click()
    while not waiting:
        page.wait_for_timeout(50)
    page.check("[name=along][value=observations]")
    with page.expect_response("**/disclosure/preview"):
        waiting[0].continue_()
    page.wait_for_timeout(300)
    assert page.locator("#preview .files").count() == 0
    assert page.get_attribute("#disclosing", "aria-busy") is None
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("() => { setTimeout(() => document.querySelector('.rooms a').click()); }")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url == story_address + "disclosure/new"


@pytest.mark.browser
def test_from_the_proposal_to_the_stranger(
    browser: Any, served_story: StoryBench, story_address: str, tmp_path: Path
) -> None:
    """By keys: items chosen, previewed and proposed; released by another; sealed, downloaded; the stranger's PASS."""

    def page_of(name: str) -> Any:
        page = browser.new_context(accept_downloads=True).new_page()
        page.goto(story_address + "login")
        page.fill("[name=name]", name)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "login" not in address)
        page.goto(story_address + "disclosure")
        return page

    page = page_of(ANALYST)
    page.keyboard.press("n")
    page.wait_for_url("**/disclosure/new")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("y")
    assert "2 go" in page.inner_text("#tally")
    for name, words in (
        ("recipient", "A court of the example"),
        ("recipient_is", "a court"),
        ("purpose", "evidence"),
        ("legal_basis", "its order"),
        ("reason", "asked for"),
    ):
        page.fill(f"[name={name}]", words)
    page.locator("#items-title").click()
    page.keyboard.press("t")
    page.wait_for_selector("#preview .files")
    assert page.locator("#preview .files code", has_text=re.compile(r"^data/")).count() == 2
    page.get_by_role("button", name="Propose", exact=True).press("Enter")
    page.wait_for_selector("#standing")
    address = page.url
    assert page.get_by_role("button", name="Release exactly this").count() == 0

    counsel = page_of(COUNSEL)
    counsel.goto(address)
    counsel.fill("#release-why", "it is what was ordered")
    counsel.get_by_role("button", name="Release exactly this").press("Enter")
    counsel.wait_for_selector(".stands.released")

    keeper = page_of(CUSTODIAN)
    keeper.goto(address)
    keeper.fill("#seal-why", "released")
    keeper.keyboard.press("Enter")
    keeper.wait_for_selector(".handing")
    fingerprint = keeper.locator(".fingerprint").get_attribute("data-copy")
    keeper.fill("#take-why", "handed over in person")
    with keeper.expect_download() as taken:
        keeper.get_by_role("button", name="Download the package").press("Enter")
    taken.value.save_as(tmp_path / "package.zip")
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        archive.extractall(tmp_path / "out")
    (package,) = (tmp_path / "out").iterdir()
    run = subprocess.run(
        [sys.executable, "-I", "verify.py", "--fingerprint", str(fingerprint)],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "verdict: PASS" in run.stdout
