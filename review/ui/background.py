"""Work that outlives the page that began it: reloading or leaving the page does not end it.

One piece at a time for each member of a review, in a thread of its own. It lives in this app
server alone; what it stores is in the review, batch by batch, so a server that goes down leaves
an incomplete search that can be resumed.
"""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import streamlit as st

from review.errors import Refused, ReviewError
from review.ui.session import Database, SignedIn, review_id
from review.ui.words import plain

_OFTEN = 0.25
Act = Callable[["Work"], dict[str, Any]]
Draw = Callable[[dict[str, Any]], None]


class Work:
    """One piece of work: how far it is, what it says while it waits, and what came of it.

    `act` is given this, and calls `tell` and `say`; `draw` shows what it returned; `stopped` is
    what is said where the member stops it and it says nothing itself.
    """

    def __init__(self, what: str, act: Act, *, draw: Draw, stopped: str = "") -> None:
        self.what, self.draw, self.stopped = what, draw, stopped
        self.result: dict[str, Any] | None = None
        self.refused = ""
        self.said = ""
        self._far: tuple[int, int | None] = (0, None)
        self._begun: tuple[float, int] | None = None
        self._stopping, self._over = Event(), Event()
        Thread(target=self._run, args=(act,), daemon=True).start()

    def tell(self, done: int, total: int | None) -> None:
        """Take note of how many records are done; ends the work where it is to stop."""
        if self._stopping.is_set():
            raise KeyboardInterrupt("Stopped.")
        if self._begun is None:  # a run that goes on does not begin at 0
            self._begun = time.monotonic(), done
        self._far = done, total

    def say(self, sentence: str) -> None:
        """Take note of what the work waits for."""
        self.said = sentence

    def stop(self) -> None:
        """Have the work end after the batch under way; what came until then is kept."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; return whether it has ended."""
        return self._over.wait(seconds)

    def progress(self) -> tuple[float, str]:
        """Return the share that is done, and in words: records so far, rate, time left."""
        (done, total), begun = self._far, self._begun
        if begun is None:
            return 0.0, f"{self.what}: starting …"
        rate = (done - begun[1]) / max(time.monotonic() - begun[0], 0.001)
        said = f"{self.what}: {done:,}" + (f" of {total:,}" if total else "") + " records"
        if rate:
            said += f", {rate:,.0f}/s"
        if total and rate:
            minutes, seconds = divmod(round((total - done) / rate), 60)
            said += f", {f'{minutes} min ' if minutes else ''}{seconds} s left"
        return min(done / total, 1.0) if total else 0.0, said

    def _run(self, act: Act) -> None:
        try:
            self.result = act(self)
        except ReviewError as error:
            self.refused = str(error)
        except KeyboardInterrupt as error:
            self.refused = self.stopped or str(error)
        finally:
            if self.result is None and not self.refused:  # the log has the traceback
                self.refused = f"{self.what} ended in an error of the app; its log says which."
            self._over.set()


# by review and member: nobody is shown what another one began
_WORKS: dict[tuple[str, int], Work] = {}


def begin(
    db: Database, who: SignedIn, what: str, act: Act, *, draw: Draw, stopped: str = ""
) -> None:
    """Begin a piece of work for a member; Refused while an earlier one of theirs goes on."""
    earlier = of(db, who)
    if earlier and not earlier.is_over:
        raise Refused(f"{earlier.what} is still being read; wait until it is in, or stop it.")
    _WORKS[review_id(db), who.id] = Work(what, act, draw=draw, stopped=stopped)


def of(db: Database, who: SignedIn) -> Work | None:
    """Return the member's work: under way, or ended and not yet put away."""
    return _WORKS.get((review_id(db), who.id))


def show_outcome(db: Database, who: SignedIn, work: Work) -> None:
    """Draw what came of a piece of work, with a button that puts it away."""
    if work.result is not None:
        work.draw(work.result)
    else:
        st.warning(plain(work.refused), icon=":material/warning:")

    def put_away() -> None:
        _WORKS.pop((review_id(db), who.id), None)

    st.button("Close", key="close-work", on_click=put_away)


def follow(work: Work, place: Any) -> None:
    """Show in `place` how far a piece of work is until it has ended; then run the page anew.

    What the member does meanwhile ends this run of the page, and not the work.
    """
    with place.container():
        bar = st.progress(0.0, text=plain(work.progress()[1]))
        waiting = st.empty()
        if work.is_stopping:
            st.caption("Stopping …")
        else:
            st.button("Stop", key="stop-work", on_click=work.stop)
    while not work.wait(_OFTEN):
        share, said = work.progress()
        bar.progress(share, text=plain(said))
        waiting.caption(plain(work.said))
    st.rerun()
