"""The part of the Python interface that shares out the work, and shows one's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened, frame

if TYPE_CHECKING:
    import pandas as pd


class Sharing(Opened):
    """What an open review can do about assignments, pilots, and one's own votes and pace."""

    def my_votes(self, stage: str | None = None, *, as_: str, **more: Any) -> "pd.DataFrame":
        """Return the member's own votes, newest first, and why each may not be changed.

        `more`: verdict, reason, text, note (bool), day, zone, limit, offset.
        """
        return frame(self._do(actions.my_votes, as_, stage, **more))

    def pace(self, *, as_: str, stage: str, zone: str | None = None) -> Document:
        """Return what the member has done at a stage, how fast, and when their queue ends."""
        return dict(self._do(actions.my_pace, as_, stage, zone=zone))

    def assign(
        self, kind: str, members: Sequence[str], *, stage: str, as_: str | None = None, **more: Any
    ) -> Document:
        """Assign records; `kind` is pairs, split, quota, pool or must.

        `more`: records, n, again, seed, note, dry_run.
        """
        return dict(self._do(actions.assign, as_, kind, members, stage=stage, **more))

    def balance(self, *, stage: str, as_: str | None = None, **more: Any) -> Document:
        """Even out what is assigned and not begun; `more`: members, seed, dry_run."""
        return dict(self._do(actions.balance, as_, stage=stage, **more))

    def unassign(self, *, stage: str, as_: str | None = None, **more: Any) -> Document:
        """Give assigned records back to everybody; `more`: member, records."""
        return dict(self._do(actions.unassign, as_, stage=stage, **more))

    def assignments(self, *, stage: str, as_: str | None = None) -> Document:
        """Return who was assigned how many records, and every decision about it."""
        return dict(self._do(actions.assigned, as_, stage=stage))

    def start_pilot(
        self, *, stage: str, size: int, as_: str | None = None, **more: Any
    ) -> Document:
        """Draw records that everybody screens before the rest; `more`: seed, note."""
        return dict(self._do(actions.start_pilot, as_, stage=stage, size=size, **more))

    def open_rest(self, *, stage: str, as_: str | None = None) -> Document:
        """Open the rest of a stage after its pilot."""
        return dict(self._do(actions.open_rest, as_, stage=stage))

    def pilot_report(
        self, *, stage: str, pilot: int | None = None, as_: str | None = None
    ) -> Document:
        """Return how far everybody agreed in a pilot, and what to clarify."""
        return dict(self._do(actions.pilot_report, as_, stage=stage, pilot=pilot))
