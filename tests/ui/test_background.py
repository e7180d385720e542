"""Work that goes on behind a page is its member's alone, one at a time, and can be stopped."""

from pathlib import Path
from threading import Event

import pytest

from review import actions
from review.errors import Refused
from review.ui import background
from review.ui.background import Work
from review.ui.session import SignedIn


def test_work_is_its_members_one_at_a_time_and_ends_when_asked(tmp_path: Path) -> None:
    db = actions.init(f"sqlite:///{tmp_path}/review.db")
    olga, omar = (
        SignedIn(id=n, name=name, roles=frozenset()) for n, name in ((1, "Olga"), (2, "Omar"))
    )
    go_on = Event()

    def act(work: Work) -> dict[str, int]:
        work.tell(200, 1000)
        go_on.wait()
        work.tell(400, 1000)
        return {"records": 1000}

    background.begin(db, olga, "index.ris", act, draw=lambda _: None)
    work = background.of(db, olga)
    assert work is not None
    assert background.of(db, omar) is None
    with pytest.raises(Refused, match=r"index\.ris is still being read"):
        background.begin(db, olga, "other.ris", act, draw=lambda _: None)
    work.stop()
    go_on.set()
    assert work.wait(5)
    assert (work.result, work.refused) == (None, "Stopped.")
    share, said = work.progress()
    assert share == 0.2
    assert said.startswith("index.ris: 200 of 1,000 records")
    background.begin(db, olga, "other.ris", lambda _: {"records": 1}, draw=lambda _: None)
    again = background.of(db, olga)
    assert again is not None
    assert again.wait(5)
    assert again.result == {"records": 1}
    db.close()
