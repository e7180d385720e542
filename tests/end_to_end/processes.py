"""The `review` command as people run it: a process for each, several at once.

Each is forked from one that has loaded the commands, which takes most of the time of a command.
"""

import json
import multiprocessing.process
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.actions.rush import forking

Together = Callable[..., list[Any]]
LONGEST = 600  # seconds


def commands(database_url: str, folder: Path, **settings: str) -> Together:
    """Return what runs commands (tuples of arguments) at once and gives the document of each."""
    environment = os.environ | {
        "REVIEW_DATABASE": database_url,
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    environment |= settings
    said = Path(tempfile.mkdtemp(dir=folder))

    def start(number: int, args: tuple[object, ...]) -> multiprocessing.process.BaseProcess:
        given = [str(arg) for arg in args]
        run = forking().Process(
            target=_command, args=(given, environment, folder, said / f"{number}")
        )
        run.start()
        return run

    def done(*several: tuple[object, ...]) -> list[Any]:
        found = []
        running = [start(n, (*command, "--json")) for n, command in enumerate(several)]
        for number, (command, run) in enumerate(zip(several, running, strict=True)):
            run.join(LONGEST)
            out, err = (
                (said / f"{number}.{name}").read_text(encoding="utf-8") for name in ("out", "err")
            )
            assert (run.exitcode, err) == (0, ""), (command, run.exitcode, err)
            found.append(json.loads(out))
        return found

    return done


def _command(args: list[str], environment: dict[str, str], folder: Path, said: Path) -> None:
    """Be the command: its arguments, environment, folder, and files for what it prints."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{said}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["review", *args]
    from review.cli import main

    main()
