"""Every tampered package is caught, with the right layer named, alike by the library, `verify.py` and `verify.html`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from mutations import MUTATIONS, Given, Mutation, Scene
from parcel import with_wide_fields

from probata.custody import verifier
from probata.disclosure.package import write_zip

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

every_mutation = pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.name for mutation in MUTATIONS])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(folder=tmp_path_factory.mktemp("packages"))


@frozen(kw_only=True)
class Answer:
    """What one verifier says of one package, so that verifiers can be compared."""

    verdict: str
    layers: tuple[tuple[str, str], ...]
    failing: frozenset[str]

    @classmethod
    def of(cls, printed: dict[str, Any]) -> Answer:
        layers = tuple((row["layer"], row["verdict"]) for row in printed["layers"])
        failing = frozenset(layer for layer, verdict in layers if verdict == "FAIL")
        return cls(verdict=printed["verdict"], layers=layers, failing=failing)


@frozen(kw_only=True)
class Case:
    """One tampered package as files: a zip always, a folder where a folder can hold it."""

    zip: Path
    folder: Path | None
    given: Given

    @property
    def forms(self) -> list[Path]:
        return [form for form in (self.zip, self.folder) if form is not None]

    @property
    def demands(self) -> verifier.Demands:
        witnesses = tuple(verifier.parse_vkey(vkey) for vkey in self.given.witnesses)
        return verifier.Demands(self.given.fingerprint, witnesses, self.given.checkpoints)


def laid_out(mutation: Mutation, scene: Scene, folder: Path) -> Case:
    """The attack as files."""
    parcel = mutation.make(scene)
    zip_file = parcel.write_zip(folder / "package.zip")
    if mutation.rewrite_zip:
        zip_file.write_bytes(mutation.rewrite_zip(zip_file.read_bytes()))
    as_folder = None if mutation.rewrite_zip else parcel.write_folder(folder / "package")
    return Case(zip=zip_file, folder=as_folder, given=mutation.given(scene))


def run_verify_py(package: Path, given: Given, folder: Path) -> tuple[int, dict[str, Any]]:
    """Run the verifier's one file alone, isolated from everything installed."""
    options = ["--json"]
    if given.fingerprint is not None:
        options += ["--fingerprint", given.fingerprint]
    for vkey in given.witnesses:
        options += ["--witness", vkey]
    for number, note in enumerate(given.checkpoints):
        file = folder / f"kept-{number}.checkpoint"
        file.write_text(note, encoding="utf-8")
        options += ["--checkpoint", str(file)]
    command = [sys.executable, "-I", verifier.__file__, str(package), *options]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for all: the page of an honest package, opened from the disk."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    from probata.disclosure.verify_page import verify_page

    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_bytes(verify_page())
    with sync_playwright() as play, play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET)) as browser:
        opened = browser.new_page()
        opened.goto(file.as_uri())
        yield opened


def run_verify_html(page: Page, package: Path, given: Given) -> dict[str, Any]:
    """Choose the package in the page's own field and verify it there."""
    field = "folder" if package.is_dir() else "zip"
    page.set_input_files(f"#{field}", package)
    answer: dict[str, Any] = page.evaluate(
        "([field, fingerprint, options]) =>"
        " window.probataVerify(document.getElementById(field).files, fingerprint, options)",
        [
            field,
            given.fingerprint or "",
            {"witnesses": list(given.witnesses), "checkpoints": list(given.checkpoints)},
        ],
    )
    return answer


def test_there_are_enough_attacks() -> None:
    """The suite holds at least forty attacks, each under a name and a sentence of its own."""
    assert len(MUTATIONS) >= 40
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    assert all(mutation.attack.endswith(".") for mutation in MUTATIONS)


@every_mutation
def test_library_names_the_layer(mutation: Mutation, scene: Scene, tmp_path: Path) -> None:
    """Exactly the layers that the attack touches answer FAIL, for zip and folder alike."""
    case = laid_out(mutation, scene, tmp_path)
    for form in case.forms:
        verification = verifier.verify(str(form), case.demands)
        answer = Answer.of(verification.as_json())
        assert (answer.failing, answer.verdict) == (mutation.layers, mutation.verdict)
        assert verification.exit_code == mutation.exit_code != 0


@every_mutation
def test_verify_py_says_the_same(mutation: Mutation, scene: Scene, tmp_path: Path) -> None:
    """`python -I verify.py` answers as the library does, word for word, and its exit code says so too."""
    case = laid_out(mutation, scene, tmp_path)
    for form in case.forms:
        exit_code, printed = run_verify_py(form, case.given, tmp_path)
        assert printed == verifier.verify(str(form), case.demands).as_json()
        assert exit_code == mutation.exit_code


@pytest.mark.browser
@every_mutation
def test_verify_html_says_the_same(mutation: Mutation, scene: Scene, page: Page, tmp_path: Path) -> None:
    """The page in a browser gives the library's verdict and the library's answer for every layer."""
    case = laid_out(mutation, scene, tmp_path)
    for form in case.forms:
        if form.is_dir() and mutation.hidden_from_browser_folder:
            continue
        answer = Answer.of(run_verify_html(page, form, case.given))
        assert answer == Answer.of(verifier.verify(str(form), case.demands).as_json())


@pytest.mark.browser
def test_all_three_pass_an_honest_package(scene: Scene, page: Page, tmp_path: Path) -> None:
    """An untouched package passes everywhere, folder and zip, with the witness named; the same words everywhere."""
    sealed = scene.sealed
    zip_file = write_zip(sealed.folder, tmp_path / "package.zip")
    given = Given(
        fingerprint=sealed.fingerprint,
        witnesses=(sealed.witness.vkey,),
        checkpoints=(sealed.ledger.signed[0].note,),
    )
    for form in (sealed.folder, zip_file):
        case = Case(zip=form, folder=None, given=given)
        said = verifier.verify(str(form), case.demands)
        assert (said.verdict, said.exit_code) == ("PASS", 0)
        assert run_verify_py(form, given, tmp_path) == (0, said.as_json())
        in_browser = run_verify_html(page, form, given)
        if form.is_dir():
            # The one thing that a browser cannot see, and says so.
            in_browser["layers"][0]["why"] = said.layers[0].why
        assert in_browser == said.as_json()


@pytest.mark.browser
def test_all_three_read_zips_with_wide_fields(scene: Scene, page: Page, tmp_path: Path) -> None:
    """A zip whose sizes stand in 64-bit fields, as beyond 4 GiB, passes everywhere; one cut in them, nowhere."""
    given = Given(fingerprint=scene.sealed.fingerprint)
    data = with_wide_fields(write_zip(scene.sealed.folder, tmp_path / "package.zip").read_bytes())
    wide, cut = tmp_path / "wide.zip", tmp_path / "cut.zip"
    wide.write_bytes(data)
    cut.write_bytes(data.replace(b"\x01\x00\x18\x00", b"\x01\x00\x10\x00", 1))
    for form, verdict in ((wide, "PASS"), (cut, "FAIL")):
        said = verifier.verify(str(form), verifier.Demands(given.fingerprint))
        assert said.verdict == verdict
        assert run_verify_py(form, given, tmp_path) == (said.exit_code, said.as_json())
        assert run_verify_html(page, form, given) == said.as_json()


NOT_CHECKED = {
    "remove_a_payload_file": {"bytes"},
    "remove_the_list": {"bytes", "bag", "report"},
    "spell_the_list_otherwise": {"bytes", "bag", "report"},
    "strip_a_signature": {"openings", "actor_signatures", "inclusion", "seal", "timestamps"},
    "put_garbage_for_the_seal": {
        "openings",
        "actor_signatures",
        "inclusion",
        "consistency",
        "checkpoint_signature",
        "witnesses",
        "timestamps",
    },
    "flip_a_bit": set(),
}


@pytest.mark.parametrize("name", NOT_CHECKED)
def test_what_could_not_be_looked_at_is_never_pass(name: str, scene: Scene, tmp_path: Path) -> None:
    """A layer that needs what another could not read answers NOT CHECKED; the two that need more, always here."""
    mutation = next(mutation for mutation in MUTATIONS if mutation.name == name)
    case = laid_out(mutation, scene, tmp_path)
    layers = Answer.of(verifier.verify(str(case.zip), case.demands).as_json()).layers
    unchecked = {layer for layer, verdict in layers if verdict == "NOT CHECKED"}
    assert unchecked | {"witnesses", "timestamps"} == NOT_CHECKED[name] | {"witnesses", "timestamps"}


@pytest.mark.browser
def test_the_page_says_it_in_words(scene: Scene, page: Page) -> None:
    """A person who chooses a folder and presses the button reads the verdict and every layer's answer."""
    page.set_input_files("#folder", scene.sealed.folder)
    page.fill("#fingerprint", " ".join(scene.sealed.fingerprint.upper()))
    page.click("button")
    page.wait_for_selector("#verdict[data-verdict=PASS]")
    cells = page.locator("#layers tbody td:nth-child(2)").all_inner_texts()
    assert cells == ["PASS"] * 11 + ["NOT CHECKED"] * 2 + ["PASS"]
    page.fill("#fingerprint", "")
    page.click("button")
    page.wait_for_selector("#verdict[data-verdict=INTACT_SIGNER_UNKNOWN]")


@pytest.mark.browser
def test_the_page_hashes_large_files_as_streams(scene: Scene, page: Page, tmp_path: Path) -> None:
    """Above the limit for the browser's own hash, the page's streaming SHA-256 gives the same answers."""
    zip_file = write_zip(scene.sealed.folder, tmp_path / "honest.zip")
    tampered = next(mutation for mutation in MUTATIONS if mutation.name == "flip_a_bit_in_the_last_chunk")
    for form, verdict in ((zip_file, "PASS"), (laid_out(tampered, scene, tmp_path).zip, "FAIL")):
        page.set_input_files("#zip", form)
        answer = page.evaluate(
            "f => window.probataVerify(document.getElementById('zip').files, f, {wholeLimitBytes: -1})",
            scene.sealed.fingerprint,
        )
        assert answer["verdict"] == verdict
