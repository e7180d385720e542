"""The command line: a command parses, calls one action, prints; `main` is the entry point.

Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage, 130 interrupted.
"""

import sys

from review.cli import (
    agreeing,
    amending,
    appraising,
    claims,
    codebook,
    disputing,
    duplicates,
    evidence,
    extracting,
    grading,
    intake,
    pictures,
    queries,
    ranking,
    reports,
    running,
    screening,
    searching,
    settling,
    sharing,
    studies,
    synthesising,
    tagging,
    team,
    telling,
)
from review.cli.root import root
from review.cli.session import INTERRUPTED

__all__ = ["main"]

_MODULES = (
    running,
    team,
    searching,
    intake,
    duplicates,
    screening,
    sharing,
    settling,
    agreeing,
    ranking,
    amending,
    codebook,
    reports,
    studies,
    extracting,
    tagging,
    appraising,
    evidence,
    queries,
    synthesising,
    disputing,
    grading,
    claims,
    telling,
    pictures,
)
_THEMES = [module.__name__ for module in _MODULES]
root.registered_commands.sort(
    key=lambda one: _THEMES.index(getattr(one.callback, "__module__", ""))
)


def main() -> None:
    """Run the command named on the command line."""
    try:
        root(prog_name="review")
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED)
