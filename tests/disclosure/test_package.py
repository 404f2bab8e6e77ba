"""A package is complete or not there; it discloses what it was given and nothing else; strangers' programs read it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import bagit
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from local_authority import LocalAuthority, Root
from package_making import DATA, Ledger, Recipe, Sealed, key_from, opening, small_files
from parcel import Parcel

from probata.custody import timestamps, verifier
from probata.custody.notes import SignedCheckpoint
from probata.custody.timestamps import Authority
from probata.disclosure import verify_page as page_module
from probata.disclosure.contents import DisclosedEntry, PackageFile, bytes_file
from probata.disclosure.package import PackageRefused, write_zip
from probata.disclosure.verify_page import verify_page
from probata.engines import clock


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Recipe().seal(tmp_path_factory.mktemp("sealed") / "package")


def verified(package: Path, fingerprint: str) -> verifier.Verification:
    return verifier.verify(str(package), verifier.Demands(fingerprint=fingerprint))


def test_an_honest_package_passes(sealed: Sealed) -> None:
    """Every required layer passes; witnesses and timestamps, of which nobody knows the keys, are NOT CHECKED."""
    verification = verified(sealed.folder, sealed.fingerprint)
    answers = {layer.layer: layer.verdict for layer in verification.layers}
    assert tuple(answers) == verifier.LAYERS
    assert {layer for layer, answer in answers.items() if answer == "NOT CHECKED"} == {"witnesses", "timestamps"}
    assert (verification.verdict, verification.exit_code) == ("PASS", 0)


def test_without_a_fingerprint_it_is_never_pass(sealed: Sealed) -> None:
    """An untouched package without a fingerprint is INTACT_SIGNER_UNKNOWN, with an exit code of its own."""
    verification = verifier.verify(str(sealed.folder))
    assert (verification.verdict, verification.exit_code) == ("INTACT_SIGNER_UNKNOWN", 10)


def test_a_package_without_promises_passes(tmp_path: Path) -> None:
    """No witness and no timestamp were promised, none is there, and both layers say that nothing was checked."""
    package = Recipe(promise_witness=False, promise_timestamp=False).seal(tmp_path / "package")
    verification = verified(package.folder, package.fingerprint)
    assert verification.verdict == "PASS"
    assert [layer.verdict for layer in verification.layers if layer.layer == "timestamps"] == ["NOT CHECKED"]


def test_bagit_takes_it_for_a_valid_bag(sealed: Sealed) -> None:
    """The `bagit` package, which is not ours, validates the folder as BagIt 1.0 (RFC 8493)."""
    bag = bagit.Bag(str(sealed.folder))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["Payload-Oxum"] == f"{sum(map(len, DATA.values()))}.{len(DATA)}"


def test_the_verifier_inside_is_ours_byte_for_byte(sealed: Sealed) -> None:
    """`verify.py` is the library's own verifier module, and running it where it lies verifies the package."""
    inside = sealed.folder / "verify.py"
    assert inside.read_bytes() == Path(verifier.__file__).read_bytes()
    command = [sys.executable, "-I", str(inside), "--fingerprint", sealed.fingerprint]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("verdict: PASS\n")
    assert verified(sealed.folder, sealed.fingerprint).verdict == "PASS", "verifying must write nothing"


@given(data=st.data())
def test_any_changed_byte_anywhere_fails(sealed: Sealed, scratch: Path, data: st.DataObject) -> None:
    """Whatever byte of whatever file is changed, the answer is FAIL."""
    files = sorted(path.relative_to(sealed.folder) for path in sealed.folder.rglob("*") if path.stat().st_size)
    name = data.draw(st.sampled_from([path for path in files if (sealed.folder / path).is_file()]))
    changed = bytearray((sealed.folder / name).read_bytes())
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    target = scratch / "package" / name
    honest = target.read_bytes()
    target.write_bytes(bytes(changed))
    try:
        assert verified(scratch / "package", sealed.fingerprint).verdict == "FAIL"
    finally:
        target.write_bytes(honest)


@pytest.fixture(scope="module")
def scratch(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scratch")
    shutil.copytree(sealed.folder, folder / "package")
    return folder


def test_what_was_not_disclosed_is_nowhere_in_it(sealed: Sealed) -> None:
    """Neither the private record, nor its salt, nor another entry's leaf stands anywhere in the package's bytes."""
    everything = b"".join(path.read_bytes() for path in sealed.folder.rglob("*") if path.is_file())
    private = opening({"schema": "probata/test/1", "reason": "a name that stays sealed"})
    assert private.salt.hex().encode() not in everything
    assert b"a name that stays sealed" not in everything
    assert b'"action":"view"' not in everything
    assert private.commitment.encode() in everything, "the commitment itself is part of a disclosed entry"
    assert str(sealed.folder.parent).encode() not in everything


def test_a_draft_does_not_have_the_final_name(tmp_path: Path) -> None:
    """Until it is sealed, a package lies under another name, and its verifier does not pass it."""
    ledger, drafts = Ledger(), []

    def stop(_ledger: Ledger) -> None:
        drafts.append(sorted(path.name for path in tmp_path.iterdir()))
        raise LookupError

    with pytest.raises(LookupError):
        Recipe(ledger=ledger, before_seal=stop).seal(tmp_path / "package")
    assert drafts == [["package.draft"]]
    assert verified(tmp_path / "package.draft", ledger.note_key.fingerprint).verdict == "FAIL"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder, a file, a link or a left-over draft of that name is left as it is, and the package refused."""
    for name in ("folder", "file", "link", "left"):
        target = tmp_path / name
        if name == "folder":
            target.mkdir()
        elif name == "file":
            target.touch()
        elif name == "link":
            target.symlink_to(tmp_path / "nowhere")
        else:
            target.with_name("left.draft").mkdir()
        with pytest.raises(PackageRefused):
            Recipe().seal(target)


@pytest.mark.parametrize(
    "path",
    [
        "data/../x",
        "/data/x",
        "data/a\\b",
        "data/a:b",
        "data/x.",
        "custody/x",
        "verify.py",
        "data/e\u0301",
        "data/0001/CLIP.bin",
        "data/0001/clip.bin",
    ],
)
def test_paths_that_its_verifier_would_refuse_are_refused_first(path: str, tmp_path: Path) -> None:
    """Before anything is copied: names that lead out, that some system cannot hold, that clash, that are not ours."""
    with pytest.raises(PackageRefused):
        Recipe(files=(*small_files(), bytes_file(path, b"x"))).seal(tmp_path / "package")
    assert list(tmp_path.iterdir()) == []


def test_an_original_is_only_read(tmp_path: Path) -> None:
    """A payload file is copied: the source keeps its bytes, and shares no inode with the copy."""
    original = tmp_path / "original.bin"
    original.write_bytes(b"original")
    original.chmod(0o444)
    file = PackageFile(path="data/copy.bin", open=lambda: original.open("rb"))
    package = Recipe(files=(file,)).seal(tmp_path / "package")
    copy = package.folder / "data" / "copy.bin"
    assert copy.read_bytes() == b"original"
    assert copy.stat().st_ino != original.stat().st_ino


def test_the_zip_is_the_same_every_time(sealed: Sealed, tmp_path: Path) -> None:
    """The same folder gives the same zip, stored, without dates or owners; it verifies as the folder does."""
    one, other = write_zip(sealed.folder, tmp_path / "one.zip"), write_zip(sealed.folder, tmp_path / "other.zip")
    assert one.read_bytes() == other.read_bytes()
    assert verified(one, sealed.fingerprint).as_json() == verified(sealed.folder, sealed.fingerprint).as_json()


def test_what_the_reader_knows_from_elsewhere_passes(sealed: Sealed) -> None:
    """The witness named and the checkpoint kept are checked, and then pass."""
    witness = verifier.parse_vkey(sealed.witness.vkey)
    kept = sealed.ledger.signed[0].note
    demands = verifier.Demands(sealed.fingerprint, witnesses=(witness,), checkpoints=(kept,))
    verification = verifier.verify(str(sealed.folder), demands)
    answers = {layer.layer: layer.verdict for layer in verification.layers}
    assert (answers["witnesses"], answers["consistency"], verification.verdict) == ("PASS", "PASS", "PASS")


def test_one_checkpoint_alone_is_not_called_consistent(sealed: Sealed, tmp_path: Path) -> None:
    """With one checkpoint and none kept by the reader, consistency is NOT CHECKED, and the verdict may still pass."""
    parcel = Parcel.of(sealed.folder)
    parcel.edit_seal(lambda seal: seal.update(checkpoints=seal["checkpoints"][1:], consistency=[]))
    folder = parcel.write_folder(tmp_path / "package")
    assert folder is not None
    verification = verified(folder, sealed.fingerprint)
    assert {row.layer: row.verdict for row in verification.layers}["consistency"] == "NOT CHECKED"
    assert verification.verdict == "PASS"


def test_a_zip_without_a_folder_inside_is_read_too(sealed: Sealed, tmp_path: Path) -> None:
    """The package may lie at the top of a zip."""
    made = shutil.make_archive(str(tmp_path / "made"), "zip", sealed.folder)
    assert verified(Path(made), sealed.fingerprint).verdict == "PASS"


@pytest.mark.skipif(shutil.which("zip") is None, reason="no zip program on this machine")
def test_a_strangers_zip_is_read_too(sealed: Sealed, tmp_path: Path) -> None:
    """A zip that another program made of the folder, packed, verifies the same."""
    target = tmp_path / "stranger.zip"
    subprocess.run(["zip", "-qr", str(target), sealed.folder.name], cwd=sealed.folder.parent, check=True)
    assert verified(target, sealed.fingerprint).verdict == "PASS"


def test_shutil_makes_a_zip_that_is_read_too(sealed: Sealed, tmp_path: Path) -> None:
    """A zip made by Python's own archive function, with folder members and packed files, verifies the same."""
    made = shutil.make_archive(str(tmp_path / "made"), "zip", sealed.folder.parent, sealed.folder.name)
    assert verified(Path(made), sealed.fingerprint).verdict == "PASS"


def test_the_report_says_what_was_not_checked_and_runs_nothing(sealed: Sealed) -> None:
    """Plain words, escaped; no script, no picture, nothing loaded from anywhere."""
    report = (sealed.folder / "report.html").read_text("utf-8")
    assert "What was not checked" in report
    assert "Clip &lt;1&gt;" in report
    assert not re.search(r"<(script|img|video|audio|iframe|link|object|embed)\b|(src|href)\s*=", report, re.IGNORECASE)


def test_the_page_names_the_digest_of_its_only_script() -> None:
    """The page's policy allows exactly the script and the style that it holds, and no other source."""
    page = verify_page().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("script", "style"):
        bodies = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"https?://", page)
    assert not re.search(r"\b(eval|Function|innerHTML|fetch|XMLHttpRequest|importScripts)\b", page)


def test_the_page_leaves_no_script_out() -> None:
    """Every script beside the page is part of it."""
    folder = Path(page_module.__file__).parent
    assert {path.name for path in folder.glob("*.js")} == set(page_module.SCRIPTS)
    assert verify_page() == verify_page()


@pytest.mark.services
@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program on this machine")
def test_a_true_timestamp_passes_where_its_authority_is_known(tmp_path: Path) -> None:
    """With the authority's certificate the layer passes; without it, NOT CHECKED; with another's, FAIL."""
    root, other = Root.new("Root"), Root.new("Other")
    local = LocalAuthority.new(tmp_path / "authority", "Authority", root)
    bound = Authority.from_pem("authority-a", "http://127.0.0.1/", root.pem)

    def stamped(signed: SignedCheckpoint, _at: datetime) -> bytes:
        return timestamps.ask(bound, signed.note, lambda _url, request: local.answer(request)).response

    # The ledger's clock must not run ahead of the authority's, which is the machine's.
    package = Recipe(ledger=Ledger(clock=clock.now()), token_over=stamped).seal(tmp_path / "package")
    answers = []
    for authorities in ([bound], [], [evolve(bound, roots=(other.certificate,))]):
        demands = verifier.Demands(package.fingerprint, check_token=timestamps.token_check(authorities))
        verification = verifier.verify(str(package.folder), demands)
        answers.append(({row.layer: row.verdict for row in verification.layers}["timestamps"], verification.verdict))
    assert answers == [("PASS", "PASS"), ("NOT CHECKED", "PASS"), ("FAIL", "FAIL")]


def test_an_unsigned_timestamp_never_passes(sealed: Sealed) -> None:
    """A token whose signature was left out is over the right checkpoint, and still not PASS: it fails its authority."""
    bound = Authority(name="authority-a", url="http://127.0.0.1/", roots=(Root.new("Root").certificate,))
    demands = verifier.Demands(sealed.fingerprint, check_token=timestamps.token_check([bound]))
    verification = verifier.verify(str(sealed.folder), demands)
    assert {row.layer: row.verdict for row in verification.layers}["timestamps"] == "FAIL"


def test_the_answer_is_the_contract_of_the_command_line(sealed: Sealed) -> None:
    """`--json`: schema, verdict, and every layer with layer, verdict and why."""
    printed = json.loads(json.dumps(verified(sealed.folder, sealed.fingerprint).as_json()))
    assert printed["schema"] == "probata/verify/1"
    assert printed["signer"]["fingerprint"] == sealed.fingerprint
    for row in printed["layers"]:
        assert set(row) == {"layer", "verdict", "why"}
        assert row["verdict"] in {"PASS", "FAIL", "NOT CHECKED"}
        assert row["why"]


def test_an_enrolled_key_that_may_enrol_others_may(tmp_path: Path) -> None:
    """The chain from the founder may be longer than one step."""
    deputy, newcomer = key_from("deputy"), key_from("newcomer")

    def enrol(ledger: Ledger) -> list[DisclosedEntry]:
        return [ledger.enrol(deputy, may_enrol=True), ledger.enrol(newcomer, by=deputy)]

    recipe = Recipe(sealer=newcomer, more_entries=enrol, more_keys=(deputy.public_raw, newcomer.public_raw))
    package = recipe.seal(tmp_path / "package")
    assert verified(package.folder, package.fingerprint).verdict == "PASS"


def test_the_draft_tells_the_digest_that_the_seal_must_name(sealed: Sealed) -> None:
    """The digest is that of custody/files.json as it lies in the package."""
    record = json.loads((sealed.folder / verifier.SEAL).read_bytes())["seal"]["openings"][0]["record"]
    assert record["files_sha256"] == hashlib.sha256((sealed.folder / verifier.FILES).read_bytes()).hexdigest()
