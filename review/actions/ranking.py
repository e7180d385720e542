"""Ranking title-abstract screening: turned on or off by an owner, trained beside the screening."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.errors import Refused
from review.screening.ranking import Ranked, Ranker, features, to_store
from review.store import ranking as store
from review.store.engine import Database
from review.store.people import protocol
from review.vocab import Role

_TOGETHER = 100  # scores stored in one transaction: votes wait for no longer than that takes
_HEAD = 2000  # records that always get the newest model's scores, besides those with a vote
_SHARE = 3  # a third of the time for the scores, the rest for votes: SQLite admits one writer
_BANDS = (0.5, 0.1, 0.01, 0.0)
Tell = Callable[[str], None]


def _silent(sentence: str) -> None:
    """Tell nobody."""


def rank_switch(db: Database, who: Caller, *, on: bool) -> dict[str, Any]:
    """Turn the ranking on or off, for everybody; return its status. Owners only.

    On, records not settled are met likeliest first once an inclusion and an exclusion are
    settled; off, every record is back where chance put it.
    """
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="turn the ranking on or off")
        if store.is_on(write.conn) is on:
            raise Refused(f"The ranking is {'on' if on else 'off'} already.")
        store.switch(write, on=on, protocol=protocol(write.conn)[1])
        return _status(write.conn)


def rank_status(db: Database, who: Caller) -> dict[str, Any]:
    """Return {on, records, settled, included, waiting_for, model, chances}.

    Owners and adjudicators only: a reviewer is never shown what the model thinks. `chances` are
    how many open records the model gives a chance of 50 % or more, of 10 % or more, and so on;
    None while too little is settled to speak of chances.
    """
    with db.read() as conn:
        acting(conn, who, Role.OWNER, Role.ADJUDICATOR, act="see the ranking")
        return _status(conn)


def _status(conn: sa.Connection) -> dict[str, Any]:
    records, settled, included = store.counts(conn)
    on, last = store.is_on(conn), store.last_model(conn)
    lacking = [
        word
        for word, n in (("an inclusion", included), ("an exclusion", settled - included))
        if not n
    ]
    return {
        "on": on,
        "records": records,
        "settled": settled,
        "included": included,
        "waiting_for": " and ".join(lacking) if on else "",
        "model": _model(last) if last else None,
        "chances": _bands(store.scores(conn).values()) if last and last.calibrated else None,
    }


def _model(last: Any) -> dict[str, Any]:
    return {
        "number": last.number,
        "started": last.started.isoformat(),
        "finished": last.finished.isoformat() if last.finished else None,
        "trained_on": last.labels,
        "relevant": last.relevant,
        "records": last.records,
        "seconds": last.seconds,
    }


def _bands(chances: Iterable[float]) -> dict[str, int]:
    found = {f"{band:.0%} or more": 0 for band in _BANDS[:-1]} | {"less": 0}
    for chance in chances:
        found[next(n for n, band in zip(found, _BANDS, strict=True) if chance >= band)] += 1
    return found


@dataclass(slots=True)
class RankTrainer:
    """Trains the ranking whenever that is due; keeps the features of the records in memory.

    Nothing rests on that memory: any process may train next, and makes the features anew.
    """

    db: Database
    who: Caller
    tell: Tell = _silent
    _ids: list[int] = field(default_factory=list)
    _version: tuple[int, int] | None = None
    _ranker: Ranker | None = None

    def step(self) -> dict[str, Any] | None:
        """Train once if it is due; return {model, settled, scored, seconds}, or None if not.

        The order changes for records not yet fetched by a browser; nobody waits for it.
        """
        with self.db.read() as conn:
            acting(conn, self.who, Role.OWNER, act="train the ranking")
            if not store.due(conn, datetime.now(UTC)):
                return None
            self._read(conn)
        with writing(self.db, self.who) as write:
            number = store.claim(write)
            now = store.labels(write.conn)
        if number is None or self._ranker is None:
            return None
        place = {record: row for row, record in enumerate(self._ids)}
        began = time.perf_counter()
        waiting = [record for record in now.open if record in place]
        found = self._ranker.ranked(
            {place[r]: label for r, label in now.settled.items() if r in place},
            [place[r] for r in waiting],
            seed=0,
        )
        seconds = time.perf_counter() - began
        scores = dict(zip(waiting, found.scores.tolist(), strict=True))
        if not self._store(number, scores, found, seconds):
            return None
        return {
            "model": number,
            "settled": len(now.settled),
            "scored": len(scores),
            "seconds": seconds,
        }

    def _read(self, conn: sa.Connection) -> None:
        """Make the features, where records came in, were merged or split since the last time."""
        newest = store.version(conn)
        if newest == self._version:
            return
        texts = store.texts(conn)
        total = f"{len(texts):,}"
        self._ids = list(texts)
        self._ranker = Ranker(
            features(
                list(texts.values()), tell=lambda n: self.tell(f"Read {n:,} of {total} records.")
            )
        )
        self._version = newest

    def _store(
        self, number: int, scores: Mapping[int, float], found: Ranked, seconds: float
    ) -> bool:
        """Store the scores, the best first, in transactions short enough for votes between them."""
        with self.db.read() as conn:
            before, begun = store.scores(conn), store.begun(conn)
        changed = to_store(scores, before, head=_HEAD + begun)
        best = iter(sorted(changed.items(), key=lambda one: (-one[1], one[0])))
        while some := dict(islice(best, _TOGETHER)):
            began = time.perf_counter()
            with writing(self.db, self.who) as write:
                if not store.put_scores(write, some, protocol(write.conn)[1]):
                    return False
            time.sleep((time.perf_counter() - began) * (_SHARE - 1))
        with writing(self.db, self.who) as write:
            store.finish(write, number, seconds, calibrated=found.calibrated)
        return True


def rank_run(db: Database, who: Caller, *, tell: Tell = _silent) -> dict[str, Any]:
    """Train the ranking now if that is due; return {trained: the training or None} | status.

    Refused while the ranking is off, or before an inclusion and an exclusion are settled.
    """
    before = rank_status(db, who)
    if not before["on"]:
        raise Refused("The ranking is off; an owner turns it on with 'review rank on'.")
    if before["waiting_for"]:
        raise Refused(f"The ranking waits for {before['waiting_for']} to be settled.")
    trained = RankTrainer(db, who, tell).step()
    return {"trained": trained} | rank_status(db, who)
