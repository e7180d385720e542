"""How a database that fails says so: one sentence, nothing changed."""

import sqlite3
from pathlib import Path

import pytest

from review import actions
from review.errors import StoreError
from review.store import engine
from review.store.engine import Actor, Database
from review.store.tables import MemberRow
from review.vocab import Channel
from tests.actions.rush import HOLDER

ACTOR = Actor(member_id=None, channel=Channel.API)


def test_a_database_that_stays_locked_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_SQLITE_SETTINGS", ("PRAGMA busy_timeout=50",))
    url = f"sqlite:///{tmp_path}/review.db"
    db = actions.init(url)
    other = sqlite3.connect(tmp_path / "review.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked; nothing was changed"):
        actions.add_member(db, HOLDER, "Anna", ["reviewer"])
    other.close()
    actions.add_member(db, HOLDER, "Anna", ["reviewer"])
    db.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("dear diary " * 500)
    with pytest.raises(StoreError, match="cannot be opened"):
        actions.open_review(f"sqlite:///{path}")
    assert path.read_text().startswith("dear diary")


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(StoreError):
        actions.open_review(url)


def test_text_a_database_cannot_hold_is_stored_without_it(review: Database) -> None:
    with review.write(ACTOR) as write:
        write.add(MemberRow, name="A\x00n\ud83dna")
    assert [m["name"] for m in actions.members(review, HOLDER)][-1].startswith("An")
    assert actions.verify(review, HOLDER)["ok"]
