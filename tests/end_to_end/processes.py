"""The `review` command as people run it: a process for each, several at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

Together = Callable[..., list[Any]]
LONGEST = 600  # seconds


def commands(database_url: str, folder: Path, **settings: str) -> Together:
    """Return what runs commands (tuples of arguments) at once and gives the document of each."""
    environment = {
        "REVIEW_DATABASE": database_url,
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": str(ROOT),
    } | settings

    def start(args: tuple[object, ...]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", "from review.cli import main; main()", *map(str, args)],
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def done(*several: tuple[object, ...]) -> list[Any]:
        found = []
        running = [start((*command, "--json")) for command in several]
        for command, run in zip(several, running, strict=True):
            out, err = run.communicate(timeout=LONGEST)
            assert (run.returncode, err) == (0, ""), (command, run.returncode, err)
            found.append(json.loads(out))
        return found

    return done
