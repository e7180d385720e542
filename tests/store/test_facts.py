"""Invariants 15, 18, 19: facts are only ever added, all or nothing, and any tampering is found."""

import random
import string

import pytest
import sqlalchemy as sa

from review import actions
from review.errors import StoreError
from review.store import ledger
from review.store.engine import Actor, Database
from review.store.tables import FACTS, MemberRow
from review.store.tables.base import table_of
from review.vocab import Channel
from tests.actions.rush import HOLDER, fill

STAGE = "title-abstract"
ACTOR = Actor(member_id=None, channel=Channel.API)


def some_facts(db: Database) -> None:
    first, second, third = fill(db, 3)
    anna, ben = (actions.Caller(name, Channel.API) for name in ("Anna", "Ben"))
    for record in (first, second, third):
        actions.vote(db, anna, record, "include", stage=STAGE, note="ünïcode — “quoted”", seconds=5)
        actions.vote(db, ben, record, "include" if record != third else "exclude", stage=STAGE)
    actions.report(db, HOLDER, first, "retrieved", link="https://example.org/a.pdf")
    actions.merge(db, HOLDER, first, second)


def test_the_database_refuses_to_change_or_delete_any_fact(review: Database) -> None:
    some_facts(review)
    for table in map(table_of, FACTS):
        with review.read() as conn:
            if not _rows(conn, table) and review.engine.dialect.name == "sqlite":
                continue  # its triggers are per row
        for act in ("UPDATE {} SET id = id", "DELETE FROM {}"):
            with pytest.raises(sa.exc.DBAPIError, match="only ever added"):  # noqa: SIM117
                with review.write(ACTOR) as write:
                    write.conn.exec_driver_sql(act.format(f'"{table.name}"'))


def test_every_fact_is_in_the_ledger(review: Database) -> None:
    some_facts(review)
    with review.read() as conn:
        assert list(ledger.faults(conn)) == []


def test_a_failed_act_leaves_nothing_behind(review: Database) -> None:
    def sizes() -> dict[str, int]:
        with review.read() as conn:
            return {
                table.name: conn.scalar(sa.select(sa.func.count()).select_from(table))
                for table in map(table_of, FACTS)
            }

    before = sizes()

    def half_an_act() -> None:
        with review.write(ACTOR) as write:
            write.add(MemberRow, name="Nobody")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_an_act()
    assert sizes() == before


TAMPERING = {
    "vote": ("verdict", "maybe"),
    "record": ("title", "Another title"),
    "member": ("name", "Somebody else"),
    "retrieval": ("link", "https://example.org/b.pdf"),
    "duplicate": ("kind", "different"),
}


@pytest.mark.parametrize("table", TAMPERING)
def test_a_changed_fact_is_found(sqlite_review: Database, table: str) -> None:
    some_facts(sqlite_review)
    column, value = TAMPERING[table]
    _without_triggers(sqlite_review, f"UPDATE {table} SET {column} = '{value}' WHERE id = 1")
    with sqlite_review.read() as conn:
        assert any(table in fault for fault in ledger.faults(conn))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vote WHERE id = 2",
        "DELETE FROM vote WHERE id = (SELECT max(id) FROM vote)",
        "DELETE FROM ledger WHERE seq = 4",
        "UPDATE ledger SET member_id = NULL WHERE fact = 'vote'",
        "UPDATE ledger SET at = '2020-01-01 00:00:00.000000' WHERE seq = 3",
        "UPDATE ledger SET digest = (SELECT digest FROM ledger WHERE seq = 2) WHERE seq = 3",
        "INSERT INTO member (id, at, name) VALUES (99, '2020-01-01 00:00:00.000000', 'Mallory')",
    ],
)
def test_a_removed_or_slipped_in_fact_is_found(sqlite_review: Database, statement: str) -> None:
    some_facts(sqlite_review)
    _without_triggers(sqlite_review, statement)
    with sqlite_review.read() as conn:
        assert list(ledger.faults(conn))


@pytest.mark.slow
def test_a_thousand_random_edits_are_all_found(sqlite_review: Database) -> None:
    some_facts(sqlite_review)
    chance = random.Random(20)
    found = 0
    with sqlite_review.engine.connect() as conn:
        _drop_triggers(conn)
        conn.commit()
        for _ in range(1000):
            table = chance.choice([t for t in map(table_of, FACTS) if _rows(conn, t)])
            column = chance.choice([c for c in table.c if c.name != "id"])
            id_ = chance.choice([row.id for row in conn.execute(sa.select(table.c.id))])
            text = "".join(chance.choices(string.ascii_letters, k=8))
            old = conn.exec_driver_sql(f'SELECT "{column.name}" FROM {table.name} WHERE id={id_}')
            new = 987654 if isinstance(column.type, sa.Integer | sa.Float) else text
            if isinstance(column.type, sa.JSON):
                new = f'["{text}"]'
            if column.name in ("at", "cast"):
                new = "2001-02-03 04:05:06.000000"
            if isinstance(column.type, sa.Boolean):
                new = 1 - int(old.scalar() or 0)
            conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            conn.exec_driver_sql(
                f'UPDATE {table.name} SET "{column.name}"=? WHERE id=?', (new, id_)
            )
            try:
                found += bool(list(ledger.faults(conn)))
            except LookupError:  # an enumeration holds a word that is none
                found += 1
            conn.rollback()
    assert found == 1000


def _rows(conn: sa.Connection, table: sa.Table) -> bool:
    return bool(conn.scalar(sa.select(sa.func.count()).select_from(table)))


def _drop_triggers(conn: sa.Connection) -> None:
    for name in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").all():
        conn.exec_driver_sql(f"DROP TRIGGER {name[0]}")


def _without_triggers(db: Database, statement: str) -> None:
    """What somebody with the file and a hex editor could do."""
    with db.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        _drop_triggers(conn)
        conn.exec_driver_sql(statement)
        conn.commit()


def test_projections_that_differ_from_the_facts_are_found(review: Database) -> None:
    some_facts(review)
    assert actions.verify(review, HOLDER)["ok"]
    with review.write(ACTOR) as write:
        write.conn.exec_driver_sql("UPDATE standing SET state = 'excluded' WHERE kept_id = 1")
    assert not actions.verify(review, HOLDER)["ok"]


def test_a_database_from_a_newer_version_is_refused(review: Database, database_url: str) -> None:
    with review.write(ACTOR) as write:
        write.conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        actions.open_review(database_url)


def test_the_tables_are_what_the_migrations_make(review: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from review.store.tables import metadata

    with review.read() as conn:
        # the index of words is in no metadata: each engine has its own kind of table for it
        opts = {"include_name": lambda name, *_: not (name or "").startswith("record_words")}
        context = MigrationContext.configure(conn, opts=opts)
        assert compare_metadata(context, metadata) == []
