"""Decides when the next request to a host may start, for everybody on this machine at once.

The time of the next free slot lives in one small file per host, in the temporary folder that all
users of the machine share. A caller books a slot under the file's lock, then sleeps until it
comes. One who wakes too late lets the slot go and books another, so that a stalled process never
sends on the heels of the next one. Where the shared file cannot be trusted or had, the user's
own cache holds it, and the rule is kept over the processes of that user.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock

from review.errors import StoreError
from review.ingest import slot_file

# Requests start this much further apart than the rule asks: what leaves here evenly does not
# arrive evenly, and the rule is counted where it arrives. Stays within 1.2 of the rule's floor.
SLACK = 1.08
# A slot used later than this (seconds) is lost; the slack of one second's requests is 0.08 s.
LATE = 0.03
# A next slot further ahead than this (seconds) is a clock that was set back, not a queue.
HORIZON = 900.0

Move = Callable[[float], None]


class Limiter:
    """At most `rate` requests a second to `host`, over all threads, processes and users here.

    `directory` holds the files that are shared; the default is the machine's temporary folder,
    then the user's cache, then the temporary folder of the user. StoreError where none can be
    written to.
    """

    def __init__(self, host: str, *, rate: float, directory: Path | None = None) -> None:
        self.rate = rate
        self._spacing = SLACK / rate
        name = re.sub(r"[^a-z0-9.-]", "_", host.lower())
        self._places = [directory / name] if directory else slot_file.places(name)
        self._path = self._first_of(self._places)
        self._turn = Lock()  # who comes first in this process books first

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
        with self._turn, self._slot() as (free, move):
            slot = max(free, time.time())
            move(slot + self._spacing)
        return slot

    @contextmanager
    def _slot(self) -> Iterator[tuple[float, Move]]:
        """The time of the next free slot, and how to move it, while the file is locked."""
        try:
            handle = slot_file.locked(self._path)
        except OSError:  # taken away, or never given back, since this run began
            rest = self._places[self._places.index(self._path) + 1 :]
            self._path = self._first_of(rest or self._places)
            handle = slot_file.locked(self._path)
        try:
            yield _free(handle), lambda free: slot_file.write(handle, b"%020.6f" % free)
        except OSError as error:
            raise StoreError(
                f"The request rate cannot be kept in {self._path}: {error.strerror}."
            ) from error
        finally:
            os.close(handle)  # closing unlocks

    @staticmethod
    def _first_of(places: list[Path]) -> Path:
        """The first of the files that can be opened and locked."""
        trouble: OSError | None = None
        for path in places:
            try:
                os.close(slot_file.locked(path))
            except OSError as error:
                trouble = error
            else:
                return path
        raise StoreError(f"No folder to keep the request rate in: {trouble}.")


def _free(handle: int) -> float:
    try:
        free = float(slot_file.read(handle) or 0)
    except ValueError:  # a write that a crash cut short
        return 0.0
    return free if free < time.time() + HORIZON else 0.0
