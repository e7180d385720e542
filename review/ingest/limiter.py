"""Decides when the next request to a host may start, for all processes of this user at once.

The time of the next free slot lives in one small file per host. A caller books a slot under
the file's lock, then sleeps until it comes. One who wakes too late lets the slot go and books
another, so that a stalled process never sends on the heels of the next one.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from review.errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Requests start this much further apart than the rule asks: what leaves here evenly does not
# arrive evenly, and the rule is counted where it arrives. Stays within 1.2 of the rule's floor.
SLACK = 1.08
# A slot used later than this (seconds) is lost; the slack of one second's requests is 0.08 s.
LATE = 0.03
# A next slot further ahead than this (seconds) is a clock that was set back, not a queue.
HORIZON = 900.0


class Limiter:
    """At most `rate` requests a second to `host`, over all threads and processes of this user.

    `directory` holds the files shared by the processes; the default is the user's cache, or
    the temporary directory where there is none to write to. StoreError where neither can be.
    """

    def __init__(self, host: str, *, rate: float, directory: Path | None = None) -> None:
        self.rate = rate
        self._spacing = SLACK / rate
        folders = [directory] if directory else [_cache(), _temporary()]
        self._path = _writable(folders, re.sub(r"[^a-z0-9.-]", "_", host.lower()))

    def wait(self, stop: Event | None = None) -> None:
        """Return when a request may start; earlier, and without leave, once `stop` is set."""
        stop = stop or Event()
        while True:
            slot = self.book()
            stop.wait(max(0.0, slot - time.time()))
            if stop.is_set() or time.time() - slot < LATE:
                return

    def hold(self, seconds: float) -> None:
        """Nobody starts a request for `seconds`: the server has asked for it."""
        with self._slot() as (free, move):
            move(max(free, time.time() + seconds))

    def book(self) -> float:
        """Take the next free slot; the time it begins, in seconds since the epoch."""
        with self._slot() as (free, move):
            slot = max(free, time.time())
            move(slot + self._spacing)
        return slot

    @contextmanager
    def _slot(self) -> "Iterator[tuple[float, _Move]]":
        """The time of the next free slot, and how to move it, while the file is locked."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = _open(self._path)
        except OSError as error:  # the folder was there when this run began
            raise StoreError(
                f"The request rate cannot be kept in {self._path}: {error}."
            ) from error
        try:
            _lock(handle)
            yield _read(handle), _Move(handle)
        finally:
            os.close(handle)  # closing unlocks


class _Move:
    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __call__(self, free: float) -> None:
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, b"%020.6f" % free)


def _read(handle: int) -> float:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        free = float(os.read(handle, 20) or 0)
    except ValueError:  # a write that a crash cut short
        return 0.0
    return free if free < time.time() + HORIZON else 0.0


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "review-evidence" / "eutils"


def _temporary() -> Path:
    user = getattr(os, "getuid", lambda: os.environ.get("USERNAME", ""))()
    return Path(tempfile.gettempdir()) / f"review-evidence-{user}"


def _writable(folders: list[Path], name: str) -> Path:
    """The file `name` in the first folder that is this user's to write in."""
    trouble: OSError | None = None
    for folder in folders:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(_open(folder / name))
        except OSError as error:
            trouble = error
        else:
            return folder / name
    raise StoreError(f"No folder to keep the request rate in: {trouble}.")
