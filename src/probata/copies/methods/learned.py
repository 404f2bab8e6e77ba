"""A learned descriptor that the user gives: pictures that a network holds to be alike. The house ships none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probata.copies.seam import About, Explanation, Kept
from probata.engines import settings
from probata.engines.settings import GivenDescriptor, SettingsInvalid
from probata.media.passes import Answer, CannotLook, Consumer, Outcome
from probata.terms.digests import sha256
from probata.terms.errors import InvalidValue, Refused

if TYPE_CHECKING:
    from probata.copies.likeness import Described

FILE, DIGEST = "PROBATA_DESCRIPTOR", "PROBATA_DESCRIPTOR_SHA256"
WATCHER, _TARGET = "descriptors", "probata.copies.jailed.descriptors:Descriptors"
_VERSION = "1"
_MOST_BYTES = 400 << 20
_NONE_GIVEN = (
    f"no descriptor is given: name an ONNX file and its SHA-256 by {FILE} and {DIGEST}, or as descriptor and "
    "descriptor_sha256 under [copies] in probata.toml"
)


class DescriptorRefused(Refused):
    """The learned descriptor that was given is not the one that was named, or was named by half."""

    code = "descriptor_refused"
    template = "The descriptor {file} is not used: {why}."
    advice = (
        "Give an ONNX file together with its SHA-256 (`sha256sum FILE`), by PROBATA_DESCRIPTOR and "
        "PROBATA_DESCRIPTOR_SHA256 or under [copies] in probata.toml; or give neither."
    )


class LearnedDescriptor:
    """Compares what a network that the user gives makes of pictures, beside pictures that are known to be others."""

    def __init__(self, given: GivenDescriptor | None = None) -> None:
        self._refusal: DescriptorRefused | SettingsInvalid | None = None
        try:
            self._given = given or _given()
        except (DescriptorRefused, SettingsInvalid) as refusal:
            self._given, self._refusal = None, refusal

    @property
    def about(self) -> About:
        """The model's digest is part of it: another model is another version of the method."""
        given = self._given
        return About(
            name="learned",
            version=f"{_VERSION}+{given.sha256[:12]}" if given else _VERSION,
            promise="Finds pictures that a network given by the user describes alike, more than any that must differ.",
            watches="pictures",
            needs=("learned",),
            weights={"descriptor": given.sha256} if given else {},
        )

    def consumers(self) -> Sequence[Consumer]:
        """One picture a second is described by the model, whose bytes go into the jail once their digest is right.

        Raises `CannotLook` where no model is given, `DescriptorRefused` where another one lies there than was named.
        """
        if self._refusal is not None:
            raise self._refusal
        if self._given is None:
            raise CannotLook(_NONE_GIVEN)
        return (Consumer(name=WATCHER, target=_TARGET, parameters={"model": _read(self._given)}),)

    def kept(self, outcomes: Mapping[str, Outcome]) -> Described | None:
        """The vectors, each with its picture's address."""
        from probata.copies.likeness import described  # noqa: PLC0415  numpy is loaded where it is needed

        told = outcomes[WATCHER]
        if told.outcome == "could_not_look" or self._given is None:
            raise CannotLook(told.why or _NONE_GIVEN)
        return described(told, self._given.sha256) if told.outcome == "found" else None

    def explain(self, a: Kept, b: Kept, background: Sequence[Described] = ()) -> Explanation:
        """Every picture of A that is described as one of B is, above all that is known to be wrong.

        A `background` of files that share nothing with either is known to be wrong too.
        """
        from probata.copies.likeness import Described, hits_of  # noqa: PLC0415  same

        assert isinstance(a, Described)
        assert isinstance(b, Described)
        if len({one.weights for one in (a, b, *background)}) > 1:
            return self._told("could_not_look", "they were described by different models")
        for which, one in (("first", a), ("second", b)):
            if not one.seconds:
                return self._told("nothing_found", f"the pictures of the {which} file are flat: none can be described")
        hits = tuple(hits_of(a, b, background))
        if hits:
            return Explanation(method=self.about.name, version=self.about.version, outcome="found", hits=hits)
        why = "no two pictures are described more alike than pictures that are known to differ"
        if not len(a.mirrored) and not len(b.mirrored):
            why += "; both files are long, or tell no length, so mirror images were not looked at"
        return self._told("nothing_found", why)

    def _told(self, outcome: Answer, why: str) -> Explanation:
        return Explanation(method=self.about.name, version=self.about.version, outcome=outcome, why=why)


def _given() -> GivenDescriptor | None:
    """The model that the environment names, or else the workspace's settings."""
    file, digest = os.environ.get(FILE, ""), os.environ.get(DIGEST, "")
    if file or digest:
        if not file or not digest:
            why = "its SHA-256 is not given" if file else "a SHA-256 is given without a file"
            raise DescriptorRefused(file=file or "of the environment", why=why)
        try:
            return GivenDescriptor(file=Path(file), sha256=sha256(digest.lower()))
        except InvalidValue as error:
            raise DescriptorRefused(file=file, why=f"{digest!r} is no SHA-256") from error
    workspace = settings.of_environment()
    return workspace.descriptor if workspace is not None else None


def _read(given: GivenDescriptor) -> bytes:
    """The bytes of the model: those that were digested are those that are used."""
    try:
        with given.file.open("rb") as stream:
            model = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DescriptorRefused(file=given.file, why=error.strerror or "it cannot be read") from error
    if len(model) > _MOST_BYTES:
        raise DescriptorRefused(file=given.file, why=f"it is larger than {_MOST_BYTES >> 20} MiB")
    found = hashlib.sha256(model).hexdigest()
    if found != given.sha256:
        raise DescriptorRefused(file=given.file, why=f"its SHA-256 is {found}, not {given.sha256}")
    return model
