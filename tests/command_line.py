"""Running the command line as a person would, in this process or in one of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer import testing

from review.cli.commands import root

# the commands are put together once, not for each that is run: that is most of what it takes
testing._get_command = cache(testing._get_command)

RIS = """\
TY  - JOUR
AN  - T1
AU  - Okoro, Ada
AU  - Lind, Per
TI  - Fewer motor units in the tibialis anterior of older men
AB  - Motor unit number was estimated by electromyography in young and old men.
T2  - Journal of Made Up Physiology
PY  - 2011
VL  - 12
SP  - 34
EP  - 41
DO  - 10.5555/made.up.1
ER  -

TY  - JOUR
AN  - T2
AU  - Okoro, A.
TI  - Fewer motor units in the tibialis anterior of older men.
T2  - Journal of Made Up Physiology
PY  - 2011
VL  - 12
SP  - 34
DO  - 10.5555/made.up.1
ER  -

TY  - JOUR
AN  - T3
AU  - Brandt, Eva
TI  - [bold]Weekly[/bold] gardening and mood in retired teachers
T2  - Imaginary Annals of Leisure
PY  - 2018
ER  -
"""


@dataclass
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


def review(*args: object, database: str | None = None, as_json: bool = False) -> Answer:
    """Run `review ARGS` in this process; a traceback fails the test."""
    given = [str(arg) for arg in args]
    given += ["--database", database] if database else []
    given += ["--json"] if as_json else []
    result = testing.CliRunner().invoke(root, given, prog_name="review")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def done(*args: object, database: str) -> Any:
    """Run a command that must succeed, with --json; return its document."""
    answer = review(*args, database=database, as_json=True)
    assert (answer.status, answer.err) == (0, ""), answer
    return answer.document


def process(*args: object, cwd: Path) -> subprocess.Popen[str]:
    """Start `review ARGS` in a process of its own."""
    root_folder = Path(__file__).resolve().parents[1]
    return subprocess.Popen(
        [sys.executable, "-c", "from review.cli import main; main()", *map(str, args)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(root_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # who was started in the background ignores an interruption, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
