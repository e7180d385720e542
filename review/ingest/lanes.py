"""Decides how requests go side by side: so many under way at a time, their answers in turn.

Threads are daemons: whoever interrupts a run does not wait for a server that does not answer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def begun(work: Callable[[], T], *, name: str) -> "Future[T]":
    """What `work` comes to, under way in a thread called `name`."""
    future: Future[T] = Future()

    def settle() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 (handed to whoever asks for the result)
            future.set_exception(error)
        else:
            future.set_result(result)

    Thread(target=settle, name=name, daemon=True).start()
    return future


def in_turn(works: Iterable[Callable[[], T]], *, lanes: int, name: str) -> Iterator[T]:
    """What each of `works` comes to, in their order; the first `lanes` are begun at once."""
    left = iter(works)
    waiting = deque(begun(work, name=name) for work in islice(left, lanes))

    def results() -> Iterator[T]:
        while waiting:
            result = waiting.popleft().result()
            if work := next(left, None):
                waiting.append(begun(work, name=name))
            yield result

    return results()
