"""Rows written many at once are sealed, stored and read back as rows written one by one."""

from dataclasses import fields

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st

from review import actions
from review.ingest.record import Record
from review.store import bulk, intake
from review.store.canonical import digest
from review.store.engine import Actor, Database
from review.store.tables import RecordRow, SearchRow
from review.store.tables.base import table_of
from review.vocab import Channel, SearchKind
from tests.conftest import HOLDER

ACTOR = Actor(member_id=None, channel=Channel.API)
# NUL and half a surrogate pair are in what people's files hold, and in no database
TEXT = st.text(st.characters(), max_size=20)
RECORD = st.builds(
    Record,
    accession=st.none() | TEXT,
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple),
    year=st.none() | st.integers(0, 3000),
    extra=st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT, max_size=2), max_size=2),
)


def load(db: Database, records: list[Record]) -> int:
    with db.write(ACTOR) as write:
        search = write.add(
            SearchRow,
            source="Made up",
            kind=SearchKind.DATABASE,
            limits={},
            date="2026-01-01",
            warnings=[],
        )
        new, _ = intake.add_records(write, search, records, intake.Occurrences("Made up"))
        return new


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECORD, min_size=1, max_size=4))
def test_the_digest_by_columns_is_that_of_the_rows(records: list[Record]) -> None:
    rows = [{f.name: getattr(r, f.name) for f in fields(r)} | {"at": None} for r in records]
    storable = [bulk.storable(row) for row in rows]
    engine = sa.create_engine("sqlite://")
    names = [f.name for f in fields(Record)] + ["at"]
    table = sa.Table("t", sa.MetaData(), *(sa.Column(name, sa.JSON) for name in names))
    with engine.begin() as conn:
        table.create(conn)
        assert bulk.put(conn, table, bulk.columns_of(rows)) == digest(storable)


def test_records_with_what_no_database_holds_are_stored_without_it(review: Database) -> None:
    odd = ["plain", "N\x00UL", "half \ud800 pair", "ünïcode — “quoted” \\u0000", 'say "yes"\n']
    records = [
        Record(title=f"{odd[k % 5]} {k}", authors=(odd[k % 5],), mesh=(odd[k % 5], "Aged"))
        for k in range(bulk.MANY + 5)
    ]
    assert load(review, records) == len(records)
    with review.read() as conn:
        table = table_of(RecordRow)
        rows = conn.execute(sa.select(table).order_by(table.c.id)).all()
    assert [row.title for row in rows[:5]] == [
        "plain 0",
        "NUL 1",
        "half ? pair 2",
        "ünïcode — “quoted” \\u0000 3",
        'say "yes"\n 4',
    ]
    assert [row.mesh for row in rows[:2]] == [["plain", "Aged"], ["NUL", "Aged"]]
    assert actions.verify(review, HOLDER)["ok"]
    assert load(review, records) == 0
