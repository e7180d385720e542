"""A file comes in whole however often it is interrupted, and nobody waits for it to end."""

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from review import actions
from review.actions import Caller
from review.errors import BadInput
from review.store.engine import Database
from review.store.tables import FACTS
from review.store.tables.base import table_of
from review.vocab import Channel
from tests.actions.rush import fill
from tests.conftest import HOLDER

STAGE = "title-abstract"
RECORDS = 5000


def exported(path: Path, *, count: int) -> Path:
    """A file of records, some of them twins, with something unreadable in every part."""
    lines = []
    for k in range(count):
        title = f"Motor units of muscle {k - k % 100 if k % 7 == 0 else k}"
        lines += ["TY  - JOUR", f"TI  - {title}", "AU  - Smith, J", "ER  - ", ""]
        if k % 900 == 5:
            lines += ["TY  - JOUR", "ER  - ", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def interrupted(db: Database, path: Path, *, after: int) -> None:
    def cut(done: int, _: int | None) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="import the same file again"):
        actions.import_file(db, HOLDER, path, source="Embase", progress=cut)


def content(db: Database) -> dict[str, int]:
    with db.read() as conn:
        return {
            table.name: conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in map(table_of, FACTS)
        }


def test_an_interrupted_import_is_incomplete_and_the_same_file_completes_it(
    review: Database, tmp_path: Path
) -> None:
    path = exported(tmp_path / "embase.ris", count=RECORDS)
    other = actions.init(f"sqlite:///{tmp_path}/other.db")
    whole = actions.import_file(other, HOLDER, path, source="Embase")
    for after in (1, 3000):
        interrupted(review, path, after=after)
        search = actions.searches(review, HOLDER)[0]
        assert not search["complete"]
        lacking = actions.prisma(review, HOLDER)["not_complete"]
        assert lacking == [{"search": search["id"], "source": "Embase"}]
        assert 0 < search["new"] < RECORDS
        assert actions.verify(review, HOLDER)["ok"]
    done = actions.import_file(review, HOLDER, path, source="Embase")
    assert actions.prisma(review, HOLDER)["not_complete"] == []
    assert done["rejects"] == whole["rejects"]
    assert (done["records"], done["search"]) == (whole["records"], search["id"])
    for key in ("new", "read", "rejects", "complete"):
        assert [s[key] for s in actions.searches(review, HOLDER)] == [
            s[key] for s in actions.searches(other, HOLDER)
        ]
    before = content(review)
    assert before["reject"] == len(whole["rejects"]) > 3
    again = actions.import_file(review, HOLDER, path, source="Embase")
    assert (again["new"], again["search"], content(review)) == (0, search["id"], before)
    other.close()


def test_what_an_interrupted_import_found_again_is_noted_once(
    review: Database, tmp_path: Path
) -> None:
    first = exported(tmp_path / "first.ris", count=RECORDS)
    second = tmp_path / "second.ris"
    second.write_text(first.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    actions.import_file(review, HOLDER, first, source="Embase")
    interrupted(review, second, after=3000)
    actions.import_file(review, HOLDER, second, source="Embase")
    found = actions.searches(review, HOLDER)[1]
    assert (found["new"], found["read"], found["complete"]) == (0, RECORDS, True)


def test_votes_go_in_while_a_file_comes_in(review: Database, tmp_path: Path) -> None:
    records = fill(review, 200)
    path = exported(tmp_path / "embase.ris", count=4 * RECORDS)
    started = threading.Event()
    importing = threading.Thread(
        target=actions.import_file,
        args=(review, HOLDER, path),
        kwargs={"source": "Embase", "progress": lambda *_: started.set()},
    )
    importing.start()
    assert started.wait(60)
    cast = 0
    for record in records:
        actions.vote(review, Caller("Anna", Channel.APP), record, "include", stage=STAGE)
        time.sleep(0.01)
        if not importing.is_alive():
            break
        cast += 1
    importing.join()
    assert cast >= 5  # with one transaction for the whole file it was none or one
    assert actions.searches(review, HOLDER)[-1]["complete"]
    assert actions.verify(review, HOLDER)["ok"]


def test_a_file_that_is_a_later_run_of_a_search_updates_a_review_that_was_decided(
    tmp_path: Path,
) -> None:
    db = actions.init(f"sqlite:///{tmp_path}/review.db")
    first, later = (tmp_path / "first.csv", tmp_path / "later.csv")
    first.write_text("title,year\nJitter in age,2001\n")
    later.write_text("title,year\nJitter in age,2001\nGrip strength,2020\n")
    actions.import_file(db, HOLDER, first, source="Embase")
    for name in ("Anna", "Ben"):
        actions.add_member(db, HOLDER, name, ["reviewer"])
        actions.vote(db, Caller(name, Channel.API), 1, "exclude", stage=STAGE)
    with pytest.raises(BadInput, match="Search 1 was one of Embase"):
        actions.import_file(db, HOLDER, later, source="Scopus", update_of=1)
    done = actions.import_file(db, HOLDER, later, source="embase", update_of=1)
    assert (done["records"], done["new"]) == (2, 1)
    assert actions.prisma(db, HOLDER)["identified"]["total"] == 1  # the new lane
    assert actions.verify(db, HOLDER)["ok"]
    db.close()
