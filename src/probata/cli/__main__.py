"""`probata VERB …`: finds the verb, runs it, and turns every error into advice and an exit code."""

from __future__ import annotations

import argparse
import sys

from probata import __version__
from probata.cli.verbs import VERBS, load
from probata.terms.errors import ProbataError, UsageError


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name = next((word for word in words if not word.startswith("-")), None)
    parser = argparse.ArgumentParser(
        prog="probata",
        description="Evidence from footage: what is alleged and what is proved, kept apart.",
        epilog="`probata VERB --help` explains one verb. Exit codes: docs/errors.md.",
    )
    parser.add_argument("--version", action="version", version=f"probata {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, promise in VERBS.items():
        sub = verbs.add_parser(verb, help=promise, description=promise)
        # Only the verb that was asked for is imported: help for all of them costs nothing.
        if verb == name:
            load(verb).arguments(sub)
            sub.add_argument("--json", action="store_true", help="print one JSON object (schemas: docs/json/)")
    options = parser.parse_args(words)
    return run(options)


def run(options: argparse.Namespace) -> int:
    """Run the verb; an error becomes what happened, what to do now, and its exit code."""
    from probata.cli.output import show_error

    try:
        return int(load(options.verb).run(options) or 0)
    except ProbataError as error:
        show_error(error, as_json=options.json)
        return error.exit_code
    except KeyboardInterrupt:
        stopped = UsageError(what="Stopped by you. What was reported as preserved is preserved.")
        show_error(stopped, as_json=options.json)
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
