"""What every part of the Python interface stands on: a review that is open, and how it is asked."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from review import actions
from review.vocab import Channel

if TYPE_CHECKING:
    import pandas as pd

Document = dict[str, Any]


def frame(rows: list[Document], columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return rows as a pandas frame, its columns in the order given."""
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns) if columns else None)


class Opened:
    """A review that is open; each process that uses it gets connections of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open()

    def _open(self) -> Any:
        self._database = actions.open_review(self.url)
        self._process = os.getpid()
        return self._database

    @property
    def _db(self) -> Any:
        # a connection must not be shared with the process that this one was forked from
        return self._database if self._process == os.getpid() else self._open()

    def _do(self, act: Callable[..., Any], as_: str | None, *given: Any, **more: Any) -> Any:
        return act(self._db, actions.Caller(as_, Channel.API), *given, **more)

    def __getstate__(self) -> str:
        return self.url

    def __setstate__(self, url: str) -> None:
        self.url = url
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the database."""
        self._database.close()
