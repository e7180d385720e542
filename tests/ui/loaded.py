"""The app loaded once and forked for every server that tests start: loading takes seconds.

    python -m tests.ui.loaded

Each line of standard input is a JSON object {environment, port, log}: a server is started, and its
process number printed. It ends when its input does, and so with the tests that started it.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import threading
from typing import Any

import review.ui
from review.ui.server import serve

_ENTRY = {"review.ui.shell.script"}  # which draws a page as soon as it is loaded


def load() -> None:
    """Load what a page, or the first one drawn, would load."""
    for module in pkgutil.walk_packages(review.ui.__path__, "review.ui."):
        if module.name not in _ENTRY:
            importlib.import_module(module.name)


def serving(environment: dict[str, str], port: int, log: str) -> None:
    """Be the server, until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, out, out)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    serve(port=port)


def main() -> None:
    """Load, then start a server for each line."""
    load()
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, "threads do not survive the fork"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a server that was killed is gone at once
    for line in sys.stdin:
        given: dict[str, Any] = json.loads(line)
        number = os.fork()
        if not number:
            try:
                serving(**given)
            finally:
                os._exit(1)
        print(number, flush=True)


if __name__ == "__main__":
    main()
