"""The verbs, one line each; a verb's module is imported only when it is called."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

VERBS: dict[str, str] = {
    "init": "make a workspace in a folder, with a key that signs for you",
    "add": "acquire files and folders: hash, store once, record",
    "items": "list what the workspace holds",
    "show": "show all that is known about one item",
    "analyse": "look at an item, or at a bare file without a workspace",
    "candidates": "list what machines propose about an item, and accept, correct, reject or translate it",
    "observe": "write down what is seen and heard in an item, with counts and places in the picture",
    "redact": "mask and mute what others must not see or hear, and release it by a second person",
    "tracks": "write tracks as subtitles, for ELAN, for Label Studio, or as plain JSON",
    "models": "list the learned models that are here, what is missing, and how to add better weights",
    "compare": "say which seconds of one file are which of another, without a workspace",
    "copies": "find what shares footage with an item or a file, and decide about it",
    "read": "propose what a saved page or text says that somebody said, for a person to decide",
    "parties": "list who acts and speaks in claims, and add to them",
    "propositions": "list what is claimed to be so, what contradicts and what entails what, and add to it",
    "assertions": "list who says what of which proposition, how many independent roots it has, and add to it",
    "when": "narrow down when something was from all that bounds it, and say which bounds cannot both hold",
    "where": "list every place that a name may mean, with what speaks for and against each",
    "sun": "say when the sun stood so from a shadow, or on which days, both seasons of them",
    "sync": "set several recordings of one event on one clock by what they both heard, or refuse",
    "range": "estimate how far away a shot was from flash and bang, or from crack and thump",
    "search": "find words in what is said, written on screen and translated, across scripts and spellings",
    "assess": "judge a proposition in one respect, blind to the second person who judges it, then seal what both found",
    "derivations": "list the runs of calculators that are on the record, and record one",
    "hypotheses": "weigh rival explanations against the evidence, each person alone first",
    "people": "list who works in this workspace and in which roles, and enrol somebody",
    "seal": "seal items into a package that a stranger can verify",
    "verify": "verify a sealed package, offline",
    "check": "verify the workspace: every byte, every entry, every proof",
    "rebuild": "make the database anew from the store and the ledger",
    "checkpoint": "sign, timestamp and have witnesses cosign the ledger's checkpoint",
    "witness": "cosign another workspace's checkpoint, after a consistency proof",
    "worker": "do what is due, several items at once: analysers, then copies",
    "incidents": "list what is told to have happened under neutral labels, open one, and link two",
    "cases": "list cases with their open questions, and keep them: members, steps, questions, answers",
    "elements": "list tables of elements of crimes with what is for and against each, fill and seal them",
    "intake": "list what came in with what waits first, take in reports, and answer each with an outcome",
    "serve": "open the workbench on this machine",
    "demo": "the main job on demo footage in a new workspace, opened in the workbench",
}


class Verb(Protocol):
    """What a verb's module holds."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's own arguments."""

    def run(self, options: argparse.Namespace) -> int | None:
        """Do it; return an exit code or None for 0."""


def load(verb: str) -> Verb:
    """Import one verb's module."""
    return cast("Verb", import_module(f"probata.cli.{verb}_verb"))
