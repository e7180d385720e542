"""What of the Python interface ranks and stops: the ranking, samples, stops."""

from collections.abc import Callable
from typing import Any

from review import actions
from review.api.opened import Document, Opened
from review.errors import BadInput


class Ranking(Opened):
    """What an open review can do about its order and about stopping early."""

    def rank(self, act: str = "status", *, as_: str | None = None) -> Document:
        """Turn the ranking "on" or "off", "run" a training that is due, or return its "status"."""
        acts: dict[str, Callable[[], Any]] = {
            "on": lambda: self._do(actions.rank_switch, as_, on=True),
            "off": lambda: self._do(actions.rank_switch, as_, on=False),
            "run": lambda: self._do(actions.rank_run, as_),
            "status": lambda: self._do(actions.rank_status, as_),
        }
        if act not in acts:
            raise BadInput(f"'{act}' is no act of ranking; say {', '.join(acts)}.")
        return dict(acts[act]())

    def stopping(self, *, as_: str | None = None, **shares: float) -> Document:
        """Return what can be said if screening stopped now; `shares`: target, confidence."""
        return dict(self._do(actions.stopping, as_, **shares))

    def sample(
        self, size: int | None = None, *, as_: str | None = None, **shares: float
    ) -> Document:
        """Draw a random sample that everybody screens first; as large as needed without `size`."""
        return dict(self._do(actions.draw_sample, as_, size, **shares))

    def stop(self, *, why: str, as_: str | None = None, **shares: float) -> Document:
        """Stop title-abstract screening: what nobody has voted on leaves it."""
        return dict(self._do(actions.stop, as_, why=why, **shares))

    def resume(self, *, why: str, as_: str | None = None) -> Document:
        """Take the last stop back."""
        return dict(self._do(actions.resume, as_, why=why))
