"""Decides when the app trains the ranking: in a process of its own, while the ranking is on.

Reading 50,000 records takes a processor for ten seconds, which no key press must wait for. The
process ends when the ranking is off or its app is gone; all it knows can be made again. It is
as nice as the app: put off by others while it holds SQLite's lock, it would hold up votes.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from review import actions
from review.actions import Caller
from review.errors import ReviewError
from review.ui.session import database
from review.vocab import Channel

_LOOK, _STEP = 5.0, 2.0  # seconds between two looks of the app, and of the process that trains
_HOLDER = Caller(None, Channel.APP)


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any] | None]:
    """Watch over the ranking as long as the app runs."""
    task = asyncio.create_task(_watch())
    try:
        yield None
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch() -> None:
    """Have one process that trains, while the ranking is on."""
    process: subprocess.Popen[bytes] | None = None
    try:
        while True:
            on = await asyncio.to_thread(_is_on)
            if on and (process is None or process.poll() is not None):
                # own output would mix with the app's log; what it finds is in the database
                trains = [sys.executable, "-m", __name__, str(os.getpid())]
                process = subprocess.Popen(trains)  # noqa: S603 (nothing of a user is in it)
            await asyncio.sleep(_LOOK)
    finally:
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait()


def _is_on() -> bool:
    """Whether the ranking is on; False too where the review cannot be reached just now."""
    try:
        return bool(actions.rank_status(database(), _HOLDER)["on"])
    except ReviewError:
        return False


def keep(parent: int) -> None:
    """Train whenever it is due, until the ranking is off or `parent` is no more."""
    trainer = actions.RankTrainer(database(), _HOLDER)
    while os.getppid() == parent:
        # a database that is busy or away for a moment is asked again
        with contextlib.suppress(ReviewError):
            if not actions.rank_status(database(), _HOLDER)["on"]:
                return
            trainer.step()
        time.sleep(_STEP)


if __name__ == "__main__":
    # told, not asked for: whoever started this may be gone before it has asked
    keep(int(sys.argv[1]))
