"""Which records have the words of a search, told at once however many they are; and the best.

Numbers of records leave the database as one value, since a hundred thousand rows take longer than
finding them. On PostgreSQL a phrase is looked up among the pairs of words (`word_pairs`), and of
those few the words themselves are compared. Only a phrase of two words that more than `COMPARED`
records have is taken from the pairs alone: it counts one record in thousands too many.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TSQUERY

from review.screening.finding import Term
from review.store.word_pairs import is_placed, together

Numbers = npt.NDArray[np.int64]
_WORDS = sa.table("record_words", *map(sa.column, ("rowid", "record_id", "title", "words")))
_PAIRS = sa.table("record_words_pairs", *map(sa.column, ("record_id", "pairs")))
COMPARED = 2_000


@contextmanager
def by_index(conn: sa.Connection) -> Iterator[None]:
    """Have what is asked within go by the index.

    PostgreSQL would rather read the whole table for a common word: it knows what a row costs, and
    not that each row's words lie elsewhere, compressed, and cost twenty times that.
    """
    postgresql = conn.dialect.name == "postgresql"
    if postgresql:
        # nor are such questions worth compiling, which takes longer than answering them
        query = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
        conn.exec_driver_sql(query)
    yield
    if postgresql:
        conn.exec_driver_sql("SELECT set_config('enable_seqscan', 'on', true)")


def _having(conn: sa.Connection, wanted: Sequence[Term]) -> sa.Select[Any]:
    """Return a query of (record_id) of the records that have all terms, or seem to (`found`)."""
    if conn.dialect.name == "sqlite":
        matched = sa.literal_column("record_words").op("MATCH")(sa.literal(_fts(wanted)))
        return sa.select(_WORDS.c.rowid.label("record_id")).where(matched)
    phrases = [term for term in wanted if is_placed(term)]
    asked = sa.cast(sa.literal(_tsquery(wanted, placed=True)), TSQUERY)
    query = sa.select(_WORDS.c.record_id).where(_WORDS.c.words.op("@@")(asked))
    if phrases:
        query = query.join(_PAIRS, _PAIRS.c.record_id == _WORDS.c.record_id)
    for term in phrases:
        query = query.where(*together(_PAIRS.c.pairs, term))
    return query


def found(conn: sa.Connection, wanted: Sequence[Term]) -> Numbers:
    """Return the records that have all terms."""
    every = _numbers(conn, _having(conn, wanted))
    phrases = [term for term in wanted if is_placed(term)]
    exact = all(len(term.words) == 2 and not term.prefix for term in phrases)
    if conn.dialect.name == "sqlite" or not phrases or (exact and len(every) > COMPARED):
        return every
    asked = sa.cast(sa.literal(_tsquery(wanted)), TSQUERY)
    return _numbers(conn, sa.select(_WORDS.c.record_id).where(*_among(every, asked)))


def _numbers(conn: sa.Connection, query: sa.Select[Any]) -> Numbers:
    """Return the numbers that a query of one column gives."""
    told = query.subquery()
    (column,) = told.c
    if conn.dialect.name == "sqlite":
        listed = conn.scalar(sa.select(sa.func.json_group_array(column)))
        return np.array(json.loads(listed or "[]"), dtype=np.int64)
    sent = sa.func.int4send(column, type_=BYTEA)
    data = conn.scalar(sa.select(sa.func.string_agg(sent, sa.cast(b"", BYTEA)))) or b""
    return np.frombuffer(data, dtype=">i4").astype(np.int64)


def _among(records: Numbers, asked: sa.ColumnElement[Any]) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions that a record is one of few and has what is asked."""
    yield _WORDS.c.record_id == sa.any_(sa.literal(records.tolist(), ARRAY(sa.Integer)))
    # as a function it goes by no index: the records are known
    yield sa.func.ts_match_vq(_WORDS.c.words, asked)


def scored(
    conn: sa.Connection,
    wanted: Sequence[Term],
    *,
    among: Numbers | None = None,
    title: bool = False,
) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """Return the records `among` those given, or in all titles, that have the terms; their scores.

    The lower the score the better it is: words in the title and rare words count most.
    """
    if conn.dialect.name == "sqlite":
        search = f"{{title}} : ({_fts(wanted)})" if title else _fts(wanted)
        matched = sa.literal_column("record_words").op("MATCH")(sa.literal(search))
        score: sa.ColumnElement[Any] = sa.literal_column("record_words.rank", sa.Float)
        query = sa.select(_WORDS.c.rowid, score).where(matched)
    else:
        asked = sa.cast(sa.literal(_tsquery(wanted)), TSQUERY)
        column = _WORDS.c.title if title else _WORDS.c.words
        weights = sa.cast(sa.literal([0.1, 0.1, 0.1, 1.0], ARRAY(sa.REAL)), ARRAY(sa.REAL))
        query = sa.select(_WORDS.c.record_id, -sa.func.ts_rank(weights, column, asked))
        query = query.where(*([column.op("@@")(asked)] if among is None else _among(among, asked)))
    rows = conn.execute(query).all()
    records = np.array([row[0] for row in rows], dtype=np.int64)
    return records, np.array([row[1] for row in rows], dtype=np.float64)


def _fts(wanted: Sequence[Term]) -> str:
    """Return terms as FTS5 asks them: every word in quotes, so none is taken for an operator."""

    def one(term: Term) -> str:
        star = " *" if term.prefix else ""
        found = f'"{" ".join(term.words)}"{star}'
        return f'({found} OR "{term.joined}"{star})' if term.joined else found

    return " AND ".join(map(one, wanted))


def _tsquery(wanted: Sequence[Term], *, placed: bool = False) -> str:
    """Return terms as PostgreSQL asks them, but for the order that is looked up elsewhere."""

    def one(term: Term) -> str:
        star = ":*" if term.prefix else ""
        *before, last = (f"'{word}'" for word in term.words)
        together = " & " if placed and is_placed(term) else " <-> "
        found = together.join([*before, last + star])
        return f"(({found}) | '{term.joined}'{star})" if term.joined else f"({found})"

    return " & ".join(map(one, wanted))
