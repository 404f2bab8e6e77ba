"""A workspace is one folder; its `probata.toml` says how it works and is read here, once."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from attrs import field, frozen

from probata.engines import database
from probata.engines.database import Postgres
from probata.engines.sandbox import Policy
from probata.engines.weights import GivenWeights, role_named
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import NotFound, Refused, UsageError
from probata.terms.text import SafeText, safe_text

FILE_NAME = "probata.toml"
ENVIRONMENT = "PROBATA_WORKSPACE"
"""Names the workspace that is open, for this process and those that it starts."""
Value = int | float | str | bool
_LARGEST = 1 << 53
_LONGEST_ATTRIBUTION = 300
LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES = 2, 480


class NoWorkspace(NotFound):
    """There is no workspace in the folder."""

    code = "no_workspace"
    template = "There is no workspace in {folder}."
    advice = "Make one with `probata init FOLDER`, or name another with `--workspace FOLDER`."


class WorkspaceExists(Refused):
    """A workspace is there already and is never overwritten."""

    code = "workspace_exists"
    template = "There is a workspace in {folder} already; it was left as it is."
    advice = "Use it with `--workspace {folder}`, or choose another folder."


class SettingsInvalid(UsageError):
    """The workspace's settings file does not say what it must."""

    code = "settings_invalid"
    template = "The settings file of the workspace is not valid: {why}."
    advice = "Correct `probata.toml`; docs/settings.md lists every setting."


@frozen(kw_only=True)
class TimestampAuthority:
    """A timestamp authority (RFC 3161) that this workspace may ask, and the root certificate it must chain to."""

    name: str
    url: str
    roots: Path


@frozen(kw_only=True)
class GivenDescriptor:
    """A learned descriptor of pictures that the user gives: an ONNX file, and the SHA-256 that it must have."""

    file: Path
    sha256: Sha256


@frozen(kw_only=True)
class GivenMap:
    """A map file of the user's own (PMTiles), whom it is owed to, and the SHA-256 that it must have, where told."""

    file: Path
    attribution: SafeText | None = None
    sha256: Sha256 | None = None


@frozen(kw_only=True)
class Access:
    """How people of this workspace log in and stay logged in."""

    second_factor: str = "optional"
    idle_minutes: int = 30

    @property
    def requires_second_factor(self) -> bool:
        """Whether a person without one can do nothing but set one up."""
        return self.second_factor == "required"


@frozen(kw_only=True)
class Settings:
    """Where everything of one workspace stands and what it may reach; made by `load` or `create`."""

    root: Path
    log_id: UUID
    timestamp_authorities: tuple[TimestampAuthority, ...] = ()
    require_bubblewrap: bool = False
    max_file_bytes: int = field(default=1 << 40)
    descriptor: GivenDescriptor | None = None
    models: Mapping[str, GivenWeights] = field(factory=dict)
    analysers: Mapping[str, Mapping[str, Value]] = field(factory=dict)
    label: str = ""
    access: Access = field(factory=Access)
    postgres: Postgres | None = None
    map_file: GivenMap | None = None

    @property
    def origin(self) -> str:
        """The name of this workspace's log, as C2SP checkpoints carry it."""
        return f"probata/{self.log_id}"

    @property
    def database(self) -> Path:
        """The SQLite database, where no server is named: a projection that `probata rebuild` can make anew."""
        return self.root / "probata.sqlite3"

    @property
    def blobs(self) -> Path:
        """The write-once store of evidentiary originals and renditions."""
        return self.root / "blobs"

    @property
    def ledger(self) -> Path:
        """The ledger as plain files, so that it outlives the database."""
        return self.root / "ledger"

    @property
    def keys(self) -> Path:
        """Keyrings (age files), public keys."""
        return self.root / "keys"

    @property
    def checkpoints(self) -> Path:
        """Signed checkpoints, cosignatures, timestamp tokens."""
        return self.root / "checkpoints"

    @property
    def jail_policy(self) -> Policy:
        """What a jail of this workspace must be made of."""
        return Policy(bubblewrap="always" if self.require_bubblewrap else "when_needed")

    @property
    def index(self) -> Path:
        """Search and matching indexes: rebuildable, never evidence."""
        return self.root / "index"


def create(root: Path) -> Settings:
    """Make a workspace's folders and settings file; refuses a folder that has one already."""
    if (root / FILE_NAME).exists():
        raise WorkspaceExists(folder=root)
    settings = Settings(root=root.resolve(), log_id=uuid4())
    for folder in (settings.blobs, settings.ledger, settings.keys, settings.checkpoints, settings.index):
        folder.mkdir(parents=True, exist_ok=True)
    settings.keys.chmod(0o700)
    (root / FILE_NAME).write_text(_TEMPLATE.format(log_id=settings.log_id), encoding="utf-8")
    return settings


def label(settings: Settings, words: str) -> Settings:
    """Write into the settings file what people call this workspace; the rest of the file stays as it is."""
    file = settings.root / FILE_NAME
    # TOML's basic strings are JSON's, but for the escaped slash, which is not written here.
    line = f"label = {json.dumps(words, ensure_ascii=False)} # what people call this workspace"
    lines = [one for one in file.read_text(encoding="utf-8").splitlines() if not re.match(r"(# )?label = ", one)]
    lines.insert(lines.index("[workspace]") + 1, line)
    fresh = file.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(file)
    return load(settings.root)


def load(root: Path) -> Settings:
    """Read a workspace's settings; raises `NoWorkspace` or `SettingsInvalid`."""
    file = root / FILE_NAME
    try:
        untrusted = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoWorkspace(folder=root) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(why=error) from error
    try:
        limits, sandbox = untrusted.get("limits", {}), untrusted.get("sandbox", {})
        return Settings(
            root=root.resolve(),
            log_id=UUID(untrusted["workspace"]["log_id"]),
            timestamp_authorities=tuple(
                TimestampAuthority(name=row["name"], url=row["url"], roots=root / row["roots"])
                for row in untrusted.get("timestamp_authority", [])
            ),
            require_bubblewrap=bool(sandbox.get("require_bubblewrap", False)),
            max_file_bytes=int(limits.get("max_file_bytes", 1 << 40)),
            descriptor=_descriptor(root, dict(untrusted.get("copies", {}))),
            models={
                role_named(name).name: _weights(root, name, dict(row))
                for name, row in dict(untrusted.get("models", {})).items()
            },
            analysers={
                name: _parameters(name, dict(row)) for name, row in dict(untrusted.get("analysers", {})).items()
            },
            label=str(untrusted["workspace"].get("label", "")),
            access=_access(dict(untrusted.get("access", {}))),
            postgres=database.read(root, dict(untrusted.get("database", {}))),
            map_file=_map_file(root, dict(untrusted.get("map", {}))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsInvalid(why=f"{type(error).__name__}: {error}") from error


def of_environment() -> Settings | None:
    """The settings of the workspace that the environment names; None where it names none."""
    named = os.environ.get(ENVIRONMENT)
    try:
        return load(Path(named)) if named else None
    except NoWorkspace:
        return None


def given_weights(role: str) -> GivenWeights | None:
    """The weights that the settings of that workspace give for a role; None where they give none."""
    workspace = of_environment()
    return workspace.models.get(role) if workspace is not None else None


def _access(untrusted: dict[str, Any]) -> Access:
    second_factor, idle = untrusted.get("second_factor", "optional"), untrusted.get("idle_minutes", 30)
    if second_factor not in ("optional", "required"):
        raise ValueError("access.second_factor is optional or required")
    if not isinstance(idle, int) or not LEAST_IDLE_MINUTES <= idle <= MOST_IDLE_MINUTES:
        raise ValueError(f"access.idle_minutes is a number from {LEAST_IDLE_MINUTES} to {MOST_IDLE_MINUTES}")
    return Access(second_factor=second_factor, idle_minutes=idle)


def _parameters(name: str, untrusted: dict[str, Any]) -> dict[str, Value]:
    for key, value in untrusted.items():
        if not isinstance(value, int | float | str | bool):
            raise TypeError(f"analysers.{name}.{key} must be a number, a text, true or false")
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise ValueError(f"analysers.{name}.{key} is out of all bounds")
    return untrusted


def _descriptor(root: Path, untrusted_copies: dict[str, Any]) -> GivenDescriptor | None:
    file, digest = untrusted_copies.get("descriptor"), untrusted_copies.get("descriptor_sha256")
    if not file and not digest:
        return None
    if not file or not digest:
        raise ValueError("copies.descriptor and copies.descriptor_sha256 are given together or not at all")
    return GivenDescriptor(file=root / str(file), sha256=sha256(str(digest).lower()))


def _map_file(root: Path, untrusted: dict[str, Any]) -> GivenMap | None:
    if unknown := sorted(set(untrusted) - {"pmtiles", "attribution", "sha256"}):
        raise ValueError(f"map.{unknown[0]} is no setting; pmtiles, attribution and sha256 are")
    path, words, digest = (untrusted.get(name, "") for name in ("pmtiles", "attribution", "sha256"))
    if not all(isinstance(one, str) for one in (path, words, digest)):
        raise TypeError("map.pmtiles, map.attribution and map.sha256 are texts")
    if not path:
        if words or digest:
            raise ValueError("map.attribution and map.sha256 are of map.pmtiles, which is not given")
        return None
    if len(words) > _LONGEST_ATTRIBUTION:
        raise ValueError(f"map.attribution is one line of at most {_LONGEST_ATTRIBUTION} characters")
    return GivenMap(
        file=root / path,
        attribution=safe_text(words) if words else None,
        sha256=sha256(digest.lower()) if digest else None,
    )


def _weights(root: Path, role: str, untrusted: dict[str, Any]) -> GivenWeights:
    path, digest = untrusted.get("path"), untrusted.get("sha256")
    if not path or not digest:
        raise ValueError(f"models.{role}.path and models.{role}.sha256 are given together or not at all")
    return GivenWeights(path=root / str(path), sha256=sha256(str(digest).lower()))


_TEMPLATE = """\
# Settings of one Probata workspace. docs/settings.md lists them all.

[workspace]
log_id = "{log_id}" # names this workspace's log in every checkpoint; never change it
# label = "Reading room" # what people call this workspace

[access]
second_factor = "optional" # "required": who has none can do nothing at the workbench but set one up
idle_minutes = 30 # without a sign of life for so long, a session ends and its key is locked; 8 hours end it in any case

[database]
engine = "sqlite" # "postgres": rows on a server that you name here; then run `probata rebuild`
# host = "/var/run/postgresql" # a name, an address, or the folder of a socket; elsewhere sslmode is "verify-full"
# port = 5432
# name = "probata"
# user = "probata"
# schema = "probata" # one workspace has it to itself
# passfile = "keys/pgpass" # libpq's password file; no password stands in this one
# sslmode = "verify-full"
# sslrootcert = "keys/database-roots.pem"

[limits]
max_file_bytes = 1_099_511_627_776

[sandbox]
require_bubblewrap = false # true: refuse to decode where only Landlock holds

# A learned descriptor of pictures, for `probata compare` and `probata copies`: any ONNX file that takes one picture and
# gives one vector, and its SHA-256. None by default: none is shipped, and copies are found without one.
# [copies]
# descriptor = "models/sscd.onnx"
# descriptor_sha256 = "64 hexadecimal digits, as sha256sum prints them"

# Weights of your own for what a learned model does (`probata models` lists the roles), from any folder or disk: better
# ones than those that a package ships. `probata models --look PATH` prints these lines for what lies there.
# [models.speech]
# path = "models/whisper-small-int8" # a folder with a Whisper model, converted for CTranslate2
# sha256 = "64 hexadecimal digits, as `probata models --look` prints them"

# Parameters of an analyser that shall not stand at their defaults; a changed one makes its looks due again.
# [analysers.speech]
# draft_translation = true # a machine's draft in English beside each text: it invents content, and is never a quote

# A map of your own under the candidates for a place: one PMTiles file (version 3; PNG, JPEG, WebP or AVIF pictures, or
# vectors), from any folder or disk. None by default: coarse coasts and borders are drawn. No server is asked in any
# case, and a file that cannot be read is told on the page.
# [map]
# pmtiles = "maps/region.pmtiles"
# attribution = "© those who made it" # shown under the map, as words
# sha256 = "64 hexadecimal digits, as sha256sum prints them" # may be left out; no other file is drawn

# Each timestamp authority that `probata checkpoint --timestamp` may ask (RFC 3161). None by default: nothing is
# called unless you name it here and ask for it.
# [[timestamp_authority]]
# name = "example"
# url = "https://tsa.example/"
# roots = "keys/example-roots.pem"
"""
