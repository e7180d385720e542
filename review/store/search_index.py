"""The words of every record, kept so that a search over all of them is answered at once.

A projection of the records and of the abstracts fetched later: on SQLite a contentless FTS5 table,
on PostgreSQL a table of text-search vectors with a GIN index, and beside it which words stand side
by side, as looking for a phrase in the vectors takes a second. None is known to SQLAlchemy's
metadata, so all are made here: when a review is made, and anew by every rebuild.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from review.screening.finding import joined, readable, words
from review.store import records, word_pairs
from review.store.bulk import storable
from review.store.canonical import Columns
from review.store.tables import FetchedAbstractRow, RecordRow
from review.store.tables.base import table_of

_RECORD = table_of(RecordRow)
_FETCHED = table_of(FetchedAbstractRow)
_LISTS = ("authors", "keywords", "mesh", "publication_types")
_TEXTS = ("journal", "doi", "pmid", "pmcid", "accession")
_FIELDS = ("title", "abstract", *_LISTS, *_TEXTS, "year")
_PART = 2000
SCATTERED = 600
"""Parts of the index from which they are brought together when an import has ended."""
_POSITIONS = 16_383  # PostgreSQL keeps no later position of a word
_FTS = (
    "CREATE VIRTUAL TABLE {name} USING fts5(title, body, joined, content='', "
    "tokenize='unicode61 remove_diacritics 0')"
)
_TABLES = [
    sa.table(name, sa.column("record_id")) for name in ("record_words", "record_words_pairs")
]
Row = tuple[int, str, str, str]
"""What is indexed of a record: its number, its title, all else, and hyphenated words joined."""


def make(conn: sa.Connection) -> None:
    """Make the index, empty; an earlier one is dropped."""
    conn.exec_driver_sql("DROP TABLE IF EXISTS record_words")
    conn.exec_driver_sql("DROP TABLE IF EXISTS record_words_pairs")
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(_FTS.format(name="record_words"))
        # what is added is not merged on the way, which would cost an import half as much again
        settings = (("automerge", 0), ("crisismerge", 1999), ("rank", "bm25(8.0, 1.0, 1.0)"))
        for setting, value in settings:
            conn.exec_driver_sql(
                "INSERT INTO record_words (record_words, rank) VALUES (?, ?)", (setting, value)
            )
    else:
        conn.exec_driver_sql(
            "CREATE TABLE record_words (record_id integer PRIMARY KEY, "
            "title tsvector NOT NULL, words tsvector NOT NULL)"
        )
        for column in ("title", "words"):
            conn.exec_driver_sql(
                f"CREATE INDEX ix_record_words_{column} ON record_words USING gin ({column})"
            )
        conn.exec_driver_sql(
            "CREATE TABLE record_words_pairs (record_id integer PRIMARY KEY, pairs bytea NOT NULL)"
        )
        # no bytes that could be compressed
        conn.exec_driver_sql("ALTER TABLE record_words_pairs ALTER pairs SET STORAGE EXTERNAL")


def add(conn: sa.Connection, first: int, columns: Columns) -> None:
    """Index new records, given by their columns and numbered from `first`."""
    rows = zip(*(columns[name] for name in _FIELDS), strict=True)
    _put(conn, [_row(first + k, *values) for k, values in enumerate(rows)])


def refresh(conn: sa.Connection, record: int, before: str) -> None:
    """Index a record again whose abstract was `before` and has been fetched meanwhile."""
    values = _values(conn, [record])[record]
    if conn.dialect.name == "sqlite":
        old = _row(record, values[0], before, *values[2:])
        conn.exec_driver_sql(
            "INSERT INTO record_words (record_words, rowid, title, body, joined) "
            "VALUES ('delete', ?, ?, ?, ?)",
            old,
        )
    else:
        for table in _TABLES:
            conn.execute(sa.delete(table).where(table.c.record_id == record))
    _put(conn, [_row(record, *values)])


def is_scattered(conn: sa.Connection) -> bool:
    """Return whether the index lies in so many parts that searching slows down.

    Each batch of an import adds one part; 500 cost a search some 10 ms.
    """
    if conn.dialect.name != "sqlite":
        return False
    query = "SELECT count(DISTINCT segid) FROM record_words_idx"
    return int(conn.exec_driver_sql(query).scalar_one()) > SCATTERED


def gather(conn: sa.Connection) -> bool:
    """Bring some parts of the index together, as much as takes a blink; return whether more may be.

    On SQLite, where `is_scattered` says so; whoever writes meanwhile waits no longer than that.
    """
    changes = "SELECT total_changes()"
    before = conn.exec_driver_sql(changes).scalar_one()
    conn.exec_driver_sql("INSERT INTO record_words (record_words, rank) VALUES ('merge', 300)")
    return int(conn.exec_driver_sql(changes).scalar_one() - before) >= 2


def _row(record: int, title: str, abstract: str, *others: Any) -> Row:
    lists, rest = others[: len(_LISTS)], others[len(_LISTS) :]
    said = [abstract or "", *("; ".join(one) for one in lists if one), *(str(o) for o in rest if o)]
    head, body = readable(storable(title or "")), readable(storable("\n".join(said)))
    return record, head, body, " ".join(joined(f"{head} {body}"))


def _put(conn: sa.Connection, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(
            "INSERT INTO record_words (rowid, title, body, joined) VALUES (?, ?, ?, ?)",
            list(rows),
        )
        return
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor:
        with cursor.copy("COPY record_words (record_id, title, words) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row[0], vector((row[0], row[1], "", "")), vector(row)))
        with cursor.copy("COPY record_words_pairs (record_id, pairs) FROM STDIN") as copy:
            for row, told in zip(rows, pairs(rows), strict=True):
                copy.write_row((row[0], told))


def pairs(rows: Sequence[Row]) -> list[bytes]:
    """Return which words stand side by side in what is indexed of each record."""
    return word_pairs.packed([[words(part) for part in row[1:]] for row in rows])


def vector(row: Row) -> str:
    """Return the text-search vector of what is indexed of a record, as PostgreSQL writes one.

    Words of the title weigh most (A); each part begins behind a gap, so no phrase runs over it.
    """
    found: dict[str, str] = {}
    position = 0
    for text, weight in ((row[1], "A"), (row[2], ""), (row[3], "")):
        for word in words(text):
            position += 1
            if position > _POSITIONS:
                found.setdefault(word, f"'{word}'")
            elif word in found:
                found[word] += f",{position}{weight}"
            else:
                found[word] = f"'{word}':{position}{weight}"
        position += 2
    return " ".join(found.values())


def _values(conn: sa.Connection, ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """Return the indexed fields of records, an abstract fetched later where there was none."""
    columns = (_RECORD.c[name] for name in _FIELDS)
    query = sa.select(_RECORD.c.id, *columns).where(_RECORD.c.id.in_(list(ids)))
    found: dict[int, tuple[Any, ...]] = {row[0]: tuple(row[1:]) for row in conn.execute(query)}
    for record, row in records.abstracts(conn, list(found)).items():
        title, abstract, *rest = found[record]
        found[record] = (title, abstract if (abstract or "").strip() else row.abstract, *rest)
    return found


def _rows(conn: sa.Connection) -> Iterator[list[Row]]:
    """Yield what is to be indexed of all records, some at a time."""
    last = conn.scalar(sa.select(sa.func.max(_RECORD.c.id))) or 0
    for start in range(1, last + 1, _PART):
        query = sa.select(_RECORD.c.id, *(_RECORD.c[name] for name in _FIELDS))
        rows = conn.execute(query.where(_RECORD.c.id.between(start, start + _PART - 1)))
        some = {row[0]: tuple(row[1:]) for row in rows}
        fetched = sa.select(_FETCHED.c.record_id).where(
            _FETCHED.c.record_id.between(start, start + _PART - 1)
        )
        some |= _values(conn, list(conn.scalars(fetched)))
        yield [_row(record, *values) for record, values in sorted(some.items())]


def rebuild(conn: sa.Connection) -> None:
    """Drop the index and make it anew from the records and the fetched abstracts."""
    make(conn)
    for rows in _rows(conn):
        _put(conn, rows)


def differences(conn: sa.Connection) -> list[str]:
    """Return a sentence if a word of any record stands in the index where the facts have none."""
    there = sa.inspect(conn)
    sqlite = conn.dialect.name == "sqlite"
    if not (there.has_table("record_words") and (sqlite or there.has_table("record_words_pairs"))):
        return ["the index of words is missing"]
    return _sqlite_differences(conn) if sqlite else _vectors_that_differ(conn)


def _sqlite_differences(conn: sa.Connection) -> list[str]:
    """Index everything again beside, and compare where every word stands."""
    for name in ("words_anew", "words_anew_places", "record_words_places"):
        conn.exec_driver_sql(f"DROP TABLE IF EXISTS temp.{name}")
    conn.exec_driver_sql(_FTS.format(name="temp.words_anew"))
    for rows in _rows(conn):
        conn.exec_driver_sql(
            "INSERT INTO temp.words_anew (rowid, title, body, joined) VALUES (?, ?, ?, ?)", rows
        )
    sums = []
    for schema, name in (("main", "record_words"), ("temp", "words_anew")):
        conn.exec_driver_sql(
            f"CREATE VIRTUAL TABLE temp.{name}_places USING fts5vocab({schema}, {name}, instance)"
        )
        # one line a word, in the order of the index: nothing is sorted, little is kept
        place = sa.table(
            f"{name}_places", *map(sa.column, ("term", "doc", "offset")), schema="temp"
        )
        doc, offset = place.c.doc, place.c.offset
        total = sa.func.sum
        told = conn.execute(
            sa.select(
                place.c.term,
                sa.func.count(),
                total(doc),
                total(doc * doc % 65_521),
                total(doc % 8191 * (offset + 1)),
            ).group_by(place.c.term)
        )
        sums.append({tuple(row) for row in told})
    for name in ("words_anew_places", "record_words_places", "words_anew"):
        conn.exec_driver_sql(f"DROP TABLE temp.{name}")
    wrong = sorted({term for term, *_ in sums[0] ^ sums[1]})
    return [f"the word '{word}' is not indexed where the records have it" for word in wrong]


def _vectors_that_differ(conn: sa.Connection) -> list[str]:
    found = []
    seen = 0
    for rows in _rows(conn):
        seen += len(rows)
        wrong = conn.exec_driver_sql(
            "SELECT given.record "
            "FROM unnest(%s::integer[], %s::text[], %s::text[], %s::bytea[]) "
            "AS given (record, title, words, pairs) "
            "LEFT JOIN record_words AS stored ON stored.record_id = given.record "
            "LEFT JOIN record_words_pairs AS placed ON placed.record_id = given.record "
            "WHERE stored.words IS DISTINCT FROM given.words::tsvector "
            "OR stored.title IS DISTINCT FROM given.title::tsvector "
            "OR placed.pairs IS DISTINCT FROM given.pairs",
            (
                [row[0] for row in rows],
                [vector((row[0], row[1], "", "")) for row in rows],
                [vector(row) for row in rows],
                pairs(rows),
            ),
        )
        found += [f"the words of record {record} are not indexed" for (record,) in wrong]
    for table in _TABLES:
        kept = conn.scalar(sa.select(sa.func.count()).select_from(table))
        if kept != seen:
            found.append(f"{kept:,} records are indexed, and there are {seen:,}")
    return found
