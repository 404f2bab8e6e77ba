"""`probata compare`: two bare files, told to a person or to a program, with a proof sheet where one is asked for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contract import falls_short
from probata.cli.__main__ import main

ROOT = Path(__file__).parents[2]
for folder in ("media", "copies/record", "copies/sound"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

from made import write_sound  # noqa: E402  its folder was put on the path above
from scenes import Scene, film  # noqa: E402  same
from sounds import RATE_HZ, voice  # noqa: E402  same


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A scene with a voice, a mirrored crop of it, and files in which there is little or nothing to compare."""
    folder = tmp_path_factory.mktemp("clips")
    whole = Scene(ground=1, moment=1).pictures(0, 6)
    film(folder / "whole.mp4", whole, sound=voice(4, 6.0))
    film(folder / "part.mp4", np.ascontiguousarray(whole[30:75, 24:168, 40:280][:, :, ::-1]))
    film(folder / "flat.mp4", np.full_like(whole[:45], 128))
    film(folder / "one.mp4", Scene(ground=9, moment=2).pictures(0, 6)[:1])
    write_sound(folder / "silence.wav", np.zeros(3 * RATE_HZ, np.float32), codec="pcm_s16le", rate_hz=RATE_HZ)
    write_sound(folder / "voice.wav", voice(4, 6.0), codec="pcm_s16le", rate_hz=RATE_HZ)
    (folder / "notes.html").write_text("<!doctype html><html><body>notes</body></html>")
    return folder


def fits_the_contract(text: str) -> str:
    """What in an output falls short of its schema."""
    return falls_short("compare", text)


@pytest.fixture(scope="module")
def proved(clips, tmp_path_factory):
    """The crop compared with the whole, with its proof: exit code, what was printed, and the folder."""
    folder = tmp_path_factory.mktemp("proof") / "sheet"
    command = [sys.executable, "-m", "probata.cli", "compare", str(clips / "part.mp4"), str(clips / "whole.mp4")]
    done = subprocess.run(
        [*command, "--json", "--proof", str(folder)], capture_output=True, text=True, check=False, cwd=folder.parent
    )
    return done, folder


def test_a_mirrored_crop_is_found_and_told_by_the_contract(proved):
    """Found, with stretches, mirror and crop; what is printed fits its schema, and nothing is said beside it."""
    done, _folder = proved
    assert (done.returncode, done.stderr) == (0, "")
    assert fits_the_contract(done.stdout) == ""
    told = json.loads(done.stdout)
    (relation,) = told["relations"]
    (segment,) = relation["segments"]
    assert relation["kind"] in {"excerpt_of", "same_picture_other_audio"}
    assert segment["mirror"] is True
    assert segment["crop"] == pytest.approx([0.125, 0.125, 0.75, 0.75], abs=0.05)
    assert (segment["a_start_s"], segment["b_start_s"]) == pytest.approx((0, 1.98), abs=0.15)
    assert told["why"] == ""


def test_the_proof_is_three_files_a_relation(proved):
    """A page, a picture and JSON lie in the folder that was named, as the output says."""
    done, folder = proved
    (proof,) = json.loads(done.stdout)["proofs"]
    assert {form: Path(path).name for form, path in proof.items()} == {
        "page": "proof-1.html",
        "picture": "proof-1.png",
        "facts": "proof-1.json",
    }
    assert {file.name for file in folder.iterdir()} == {"proof-1.html", "proof-1.png", "proof-1.json"}
    facts = json.loads((folder / "proof-1.json").read_text(encoding="utf-8"))
    assert facts["schema"] == "probata/proof-sheet/1"
    assert facts["relation"] == json.loads(done.stdout)["relations"][0]


def test_a_proof_is_never_written_over_another(proved, clips, capsys):
    """A folder that holds anything is refused before any work, and stays as it was."""
    _done, folder = proved
    before = (folder / "proof-1.json").read_bytes()
    assert main(["compare", str(clips / "part.mp4"), str(clips / "whole.mp4"), "--proof", str(folder)]) == 4
    assert "is not empty" in capsys.readouterr().err
    assert (folder / "proof-1.json").read_bytes() == before


@pytest.mark.browser
def test_the_page_shows_its_pictures_and_asks_for_nothing(proved):
    """In a browser: folded away at first, drawn when opened, styled, without a request or a complaint."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    _done, folder = proved
    page_file = (folder / "proof-1.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(color_scheme="dark")
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(page_file)
        picture = page.locator("img").first
        assert not picture.is_visible()
        page.locator("summary").click()
        assert picture.is_visible()
        assert picture.evaluate("one => one.naturalWidth") > 100
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
        assert [one for one in heard if not one.startswith("data:image/png") and one != page_file] == []
        browser.close()


def test_a_clip_against_itself(clips, capsys):
    """The same bytes are told as such, whatever is in them."""
    assert main(["compare", str(clips / "flat.mp4"), str(clips / "flat.mp4")]) == 0
    shown = capsys.readouterr().out
    assert "A and B are the same file." in shown
    assert "A machine proposes" not in shown


def test_nothing_shared_is_an_answer_and_says_by_what(clips, capsys):
    """Flat frames beside a scene: exit 0, an empty list, and why."""
    assert main(["compare", str(clips / "flat.mp4"), str(clips / "whole.mp4"), "--json"]) == 0
    text = capsys.readouterr().out
    assert fits_the_contract(text) == ""
    told = json.loads(text)
    assert told["relations"] == []
    assert "flat" in told["why"]
    assert told["looked"]["pictures"]["outcome"] == "nothing_found"


def test_a_person_is_told_that_nothing_found_is_no_proof(clips, capsys):
    """One picture of another place: words, not an empty screen."""
    assert main(["compare", str(clips / "one.mp4"), str(clips / "whole.mp4")]) == 0
    shown = capsys.readouterr().out
    assert "Nothing shared was found." in shown
    assert "That is no proof that they share nothing." in shown


def test_sound_alone_is_compared(clips, capsys):
    """A recording without pictures beside footage: the sound is found, and pictures could not be looked at."""
    assert main(["compare", str(clips / "voice.wav"), str(clips / "whole.mp4"), "--json"]) == 0
    text = capsys.readouterr().out
    assert fits_the_contract(text) == ""
    told = json.loads(text)
    assert told["relations"][0]["by"] == "sound"
    assert told["looked"]["pictures"]["outcome"] == "could_not_look"


def test_what_cannot_be_looked_at_is_no_empty_answer(clips, capsys):
    """Silence without pictures: neither way of looking could look, and the exit code says so."""
    assert main(["compare", str(clips / "silence.wav"), str(clips / "whole.mp4"), "--json"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert {answer["outcome"] for answer in told["looked"].values()} == {"could_not_look"}


@pytest.mark.parametrize(
    ("name", "code"), [("gone.mp4", "not_a_file"), ("", "not_a_file"), ("notes.html", "not_media")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_file_that_is_none_is_named(clips, capsys, name, code, turned):
    """Missing, a folder, no footage: the same errors as everywhere, whichever of the two it is."""
    files = [str(clips / "one.mp4"), str(clips / name)]
    assert main(["compare", *(files[::-1] if turned else files), "--json"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["code"]) == ("probata/error/1", code)
