"""The words of every record, kept so that a search over all of them is answered at once.

A projection of the records and of the abstracts fetched later: on SQLite a contentless FTS5 table,
on PostgreSQL a table of text-search vectors with a GIN index. Neither is known to SQLAlchemy's
metadata, so both are made here: when a review is made, and anew by every rebuild.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from review.screening.finding import Term, joined, readable, words
from review.store import records
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
_WORDS = sa.table("record_words", *map(sa.column, ("rowid", "record_id", "title", "words")))
Row = tuple[int, str, str, str]
"""What is indexed of a record: its number, its title, all else, and hyphenated words joined."""


def make(conn: sa.Connection) -> None:
    """Make the index, empty; an earlier one is dropped."""
    conn.exec_driver_sql("DROP TABLE IF EXISTS record_words")
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
        conn.exec_driver_sql("DELETE FROM record_words WHERE record_id = %s", (record,))
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
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY record_words (record_id, title, words) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((row[0], vector((row[0], row[1], "", "")), vector(row)))


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


@contextmanager
def by_index(conn: sa.Connection) -> Iterator[None]:
    """Have what is asked within go by the index.

    PostgreSQL would rather read the whole table for a common word: it knows what a row costs, and
    not that each row's words lie elsewhere, compressed, and cost twenty times that.
    """
    postgresql = conn.dialect.name == "postgresql"
    if postgresql:
        conn.exec_driver_sql("SELECT set_config('enable_seqscan', 'off', true)")
    yield
    if postgresql:
        conn.exec_driver_sql("SELECT set_config('enable_seqscan', 'on', true)")


def matching(conn: sa.Connection, wanted: Sequence[Term], *, title: bool = False) -> sa.Select[Any]:
    """Return a query of (record_id, score) of the records that have all terms, or in the title.

    The lower the score the better it is: words in the title and rare words count most.
    """
    if conn.dialect.name == "sqlite":
        search = f"{{title}} : ({_fts(wanted)})" if title else _fts(wanted)
        condition = sa.literal_column("record_words").op("MATCH")(sa.literal(search))
        score: sa.ColumnElement[Any] = sa.literal_column("record_words.rank", sa.Float)
        return sa.select(_WORDS.c.rowid.label("record_id"), score.label("score")).where(condition)
    asked = sa.cast(sa.literal(_tsquery(wanted)), TSQUERY)
    column = _WORDS.c.title if title else _WORDS.c.words
    weights = sa.cast(sa.literal([0.1, 0.1, 0.1, 1.0], ARRAY(sa.REAL)), ARRAY(sa.REAL))
    score = -sa.func.ts_rank(weights, column, asked)
    return sa.select(_WORDS.c.record_id, score.label("score")).where(column.op("@@")(asked))


def _fts(wanted: Sequence[Term]) -> str:
    """Return terms as FTS5 asks them: every word in quotes, so none is taken for an operator."""

    def one(term: Term) -> str:
        star = " *" if term.prefix else ""
        found = f'"{" ".join(term.words)}"{star}'
        return f'({found} OR "{term.joined}"{star})' if term.joined else found

    return " AND ".join(map(one, wanted))


def _tsquery(wanted: Sequence[Term]) -> str:
    def one(term: Term) -> str:
        star = ":*" if term.prefix else ""
        *before, last = (f"'{word}'" for word in term.words)
        found = " <-> ".join([*before, last + star])
        return f"(({found}) | '{term.joined}'{star})" if term.joined else f"({found})"

    return " & ".join(map(one, wanted))


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
    if not sa.inspect(conn).has_table("record_words"):
        return ["the index of words is missing"]
    return (
        _sqlite_differences(conn) if conn.dialect.name == "sqlite" else _vectors_that_differ(conn)
    )


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
            "SELECT given.record FROM unnest(%s::integer[], %s::text[], %s::text[]) "
            "AS given (record, title, words) LEFT JOIN record_words ON record_id = given.record "
            "WHERE record_words.words IS DISTINCT FROM given.words::tsvector "
            "OR record_words.title IS DISTINCT FROM given.title::tsvector",
            (
                [row[0] for row in rows],
                [vector((row[0], row[1], "", "")) for row in rows],
                [vector(row) for row in rows],
            ),
        )
        found += [f"the words of record {record} are not indexed" for (record,) in wrong]
    kept = conn.exec_driver_sql("SELECT count(*) FROM record_words").scalar_one()
    if kept != seen:
        found.append(f"{kept:,} records are indexed, and there are {seen:,}")
    return found
