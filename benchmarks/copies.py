"""How well copies and excerpts are found, and how rarely the same scene at another moment is called one.

    python benchmarks/copies.py [--dir CACHE] [--sample N] [--only crop,pip] [--direct] [--peers] [--sscd PATH] [--json]

Twelve edits of 25 reference clips, excerpts of 3.5 to 6 s, half of them hidden in other footage (../shared/match.md,
section 4). Two readings of the same answers: recall over the highest score of any wrong pair, which is how the peers
were measured, and the verdicts as they are told. Wrong pairs are a query and any other video than its reference; those
of one camera are look-alikes, counted (*kept*) or not (*left out*). The corpus is made once into the cache folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from copy_corpus import corpus
from copy_footage import footage_lacks
from copy_ours import Ours
from copy_peers import Finder, peers
from copy_scores import Answers, measured, reach, table
from probata.media.wire import a_jail


def asked_for(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = Path(tempfile.gettempdir()) / "probata-copies"
    parser.add_argument("--dir", type=Path, default=default, help="where the corpus is, or will be made")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--sample", type=int, help="so many queries of each edit instead of all")
    parser.add_argument("--only", type=lambda text: text.split(","), help="these edits only, by comma")
    parser.add_argument(
        "--direct", action="store_true", help="compare with the source, look-alikes and one other, past the index"
    )
    parser.add_argument("--peers", action="store_true", help="measure the peers as well")
    parser.add_argument("--peers-only", action="store_true", help="measure nothing but the peers")
    parser.add_argument("--sscd", type=Path, help="your own ONNX file of SSCD")
    parser.add_argument("--make", action="store_true", help="make the corpus and end")
    parser.add_argument("--json", action="store_true", help="figures and every answer as JSON")
    return parser.parse_args(words)


def main() -> int:
    """Make the corpus where it is not there, measure, print."""
    asked = asked_for()
    lacks = footage_lacks()
    if lacks is not None:
        print(lacks, file=sys.stderr)
        return 1
    manifest = corpus(asked.dir, seed=asked.seed)
    if asked.make:
        return 0
    finders, missing = peers(asked.sscd) if asked.peers or asked.peers_only else ([], [])
    told: list[dict[str, Any]] = []
    with a_jail() as jail:
        ours: list[Finder] = [] if asked.peers_only else [Ours(jail, direct=asked.direct)]
        for finder in (*ours, *finders):
            answers = Answers.of(finder, manifest, sample=asked.sample, only=asked.only, near=asked.direct)
            told.append(measured(answers, manifest))
            if not asked.json:
                print(table(told[-1]), flush=True)
    if asked.json:
        print(json.dumps({"finders": told, "not_measured": missing}, indent=1))
    else:
        print("\n".join(["", *missing, "", reach()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
