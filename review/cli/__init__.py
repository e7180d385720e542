"""The command line: a command parses, calls one action, prints; `main` is the entry point.

Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage, 130 interrupted.
"""

import sys

from review.cli import evidence, fulltext, intake, running, screening, settling, team
from review.cli.root import root
from review.cli.session import INTERRUPTED

__all__ = ["main"]

_THEMES = [m.__name__ for m in (running, team, intake, screening, settling, fulltext, evidence)]
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
