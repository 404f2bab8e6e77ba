"""The verifier's own primitives: one file, standard library alone, equal to the libraries that everybody uses."""

from __future__ import annotations

import ast
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from probata.custody import selftest, verifier
from probata.custody.selftest import SelfTestFailed
from probata.engines.chunks import ChunkHasher

SOURCE = Path(verifier.__file__).read_text("utf-8")

# RFC 8032, section 7.1: seed, public key, message, signature.
KNOWN_ANSWERS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def library_verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_it_imports_the_standard_library_alone() -> None:
    """Nothing is imported, anywhere in the file, that Python does not bring."""
    tree = ast.parse(SOURCE)
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_it_is_written_for_python_3_9() -> None:
    """The file parses by the grammar of Python 3.9, and uses no `zip(strict=)` and no `bit_count`."""
    tree = ast.parse(SOURCE, feature_version=(3, 9))
    assert "strict" not in {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    assert "bit_count" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_its_steps_are_numbered_in_order() -> None:
    """Every layer's method begins with its number, in the order of the layers, as docs/package.md has them."""
    documents = [getattr(verifier.Examination, f"check_{layer}").__doc__ for layer in verifier.LAYERS]
    assert [text.split(".")[0] for text in documents] == [str(number) for number in range(1, 15)]


@pytest.mark.parametrize(("seed", "public_key", "message", "signature"), KNOWN_ANSWERS)
def test_ed25519_known_answers(seed: str, public_key: str, message: str, signature: str) -> None:
    """RFC 8032, section 7.1."""
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw().hex() == public_key
    assert verifier.ed25519_verifies(bytes.fromhex(public_key), bytes.fromhex(message), bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511), st.booleans())
def test_ed25519_agrees_with_the_library(seed: bytes, message: bytes, bit: int, in_message: bool) -> None:  # noqa: FBT001
    """True signatures verify; with any bit of signature or message turned, both verifiers say no."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public_key, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verifier.ed25519_verifies(public_key, message, signature)
    if in_message:
        changed, kept = message + b"x", signature
    else:
        turned = bytearray(signature)
        turned[bit // 8] ^= 1 << bit % 8
        changed, kept = message, bytes(turned)
    assert not verifier.ed25519_verifies(public_key, changed, kept)
    assert not library_verifies(public_key, changed, kept)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
@example(b"\x00" * 32, b"\x00" * 64)
@example(b"\x01" + b"\x00" * 31, b"\x01" + b"\x00" * 63)
@example(b"\xff" * 32, b"\x00" * 64)
def test_garbage_keys_never_verify(public_key: bytes, signature: bytes) -> None:
    """Points of small order and what is no point never verify, though some libraries take them."""
    assert not verifier.ed25519_verifies(public_key, b"", signature)


@pytest.mark.parametrize("size", [0, 1, 31, 33])
def test_a_key_of_another_length_never_verifies(size: int) -> None:
    """A public key has 32 bytes, a signature 64."""
    assert not verifier.ed25519_verifies(b"\x09" * size, b"", b"\x00" * 64)
    assert not verifier.ed25519_verifies(b"\x09" * 32, b"", b"\x00" * size)


@pytest.mark.parametrize("size_bytes", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20])
def test_the_chunk_tree_is_the_one_made_at_ingest(size_bytes: int, tmp_path: Path) -> None:
    """The verifier's chunk tree and digest, read from a file and from a packed zip, are those of the store's hasher."""
    data = (bytes(range(251)) * (size_bytes // 251 + 1))[:size_bytes]
    file = tmp_path / "data.bin"
    file.write_bytes(data)
    hasher = ChunkHasher()
    hasher.update(data)
    tree = hasher.finish()
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, "bagit.txt")
    for member in (verifier._folder_members(str(tmp_path))[0], verifier.open_package(str(tmp_path / "x.zip"))[0]):
        assert verifier._chunk_root(member) == tree.root
        assert verifier._whole_digest(member) == tree.sha256


def zip_of(names: list[str], method: int = zipfile.ZIP_STORED) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"x" * 3000)
    return held.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zips")


@given(data=st.data())
def test_a_damaged_zip_never_breaks_the_verifier(folder: Path, data: st.DataObject) -> None:
    """Whatever bytes of a zip are changed, the verifier answers FAIL; it never ends in an error of its own."""
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    changed = bytearray(zip_of(["p/bagit.txt", "p/custody/files.json", "p/custody/seal.json", "p/é"], method))
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    file = folder / "x.zip"
    file.write_bytes(bytes(changed)[: data.draw(st.sampled_from([len(changed), len(changed) - 1, 30]))])
    assert verifier.verify(str(file)).verdict == "FAIL"


def test_a_zip_of_more_than_65535_members_is_read(tmp_path: Path) -> None:
    """The 64-bit end record is used when there are more members than the plain one can count."""
    file = tmp_path / "many.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(65_540):
            archive.writestr(zipfile.ZipInfo(f"p/data/{number}"), b"")
        archive.writestr(zipfile.ZipInfo("p/bagit.txt"), b"")
    assert len(verifier.open_package(str(file))) == 65_541


def test_what_is_no_package_is_unreadable(tmp_path: Path) -> None:
    """An empty folder, a text file, nothing at all: FAIL with an exit code of its own, every layer NOT CHECKED."""
    (tmp_path / "text").write_text("no package", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name in ("text", "empty", "nowhere"):
        verification = verifier.verify(str(tmp_path / name))
        assert (verification.verdict, verification.exit_code) == ("FAIL", verifier.EXIT_UNREADABLE)
        assert {layer.verdict for layer in verification.layers} == {"NOT CHECKED"}
        assert verification.facts["unreadable"]


def test_a_file_that_may_not_be_read_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system refuses to open is a stated failure, and every layer still answers."""
    (tmp_path / "bagit.txt").write_bytes(b"x")
    (tmp_path / "custody").mkdir()
    (tmp_path / verifier.SEAL).write_bytes(b"x")

    def refused(_path: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(verifier, "_file_blocks", refused)
    verification = verifier.verify(str(tmp_path))
    assert verification.verdict == "FAIL"
    assert "Permission denied" in {layer.layer: layer.why for layer in verification.layers}["seal"]


@pytest.mark.parametrize(
    "path",
    ["data/a", "a", "data/клип.mp4", "data/.hidden", "data/a b", "é"],
)
def test_plain_paths_are_taken(path: str) -> None:
    """Letters of any script, spaces inside, a leading dot."""
    assert verifier.path_fault(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "./a",
        "a/..",
        "a\\b",
        "C:a",
        "a\nb",
        "a\x7f",
        "a?",
        "a%0A",
        "a.",
        "a ",
        "\u202ea",
        "\udcff",
        "é" * 501,
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    """Whatever some system reads differently, hides, or cannot hold."""
    assert verifier.path_fault(path)


def test_fingerprints_are_taken_as_people_type_them() -> None:
    """Spaces, colons, dashes and capitals do not count; anything else is refused."""
    digits = "0123456789abcdef" * 4
    for typed in (digits, digits.upper(), " ".join(digits), ":".join(digits), f" {digits}\n"):
        assert verifier.read_fingerprint(typed) == digits
    for typed in ("", digits[:-1], digits + "0", "g" + digits[1:]):
        with pytest.raises(verifier.Fault):
            verifier.read_fingerprint(typed)


def test_a_wrong_fingerprint_is_a_usage_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A fingerprint that is none ends with exit code 2 before anything is looked at."""
    with pytest.raises(SystemExit) as ended:
        verifier.main([str(tmp_path), "--fingerprint", "xyz"])
    assert ended.value.code == verifier.EXIT_USAGE
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_the_self_test_passes_here() -> None:
    """Every known answer is right on this machine."""
    selftest.run()


@pytest.mark.parametrize("name", selftest._TESTS)
def test_the_self_test_names_what_is_broken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong answer stops everything, by name."""
    monkeypatch.setitem(selftest._TESTS, name, lambda: False)
    with pytest.raises(SelfTestFailed, match=name):
        selftest.run()


def test_the_self_test_sees_a_broken_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verifier that says yes to everything does not pass."""
    monkeypatch.setattr(verifier, "ed25519_verifies", lambda *_arguments: True)
    with pytest.raises(SelfTestFailed, match="Ed25519 verification"):
        selftest.run()
