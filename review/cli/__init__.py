"""The command line: a command parses, calls one action, prints; `main` is the entry point.

Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage, 130 interrupted.
"""

import sys

__all__ = ["INTERRUPTED", "main"]

INTERRUPTED = 130


def main() -> None:
    """Run the command named on the command line."""
    try:
        from review.cli.commands import root  # takes a moment, in which somebody may interrupt

        root(prog_name="review")
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED)
