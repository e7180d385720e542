"""What an expression picks from the database is what it says of each row, on either engine."""

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given, settings, strategies as st

from review import actions
from review.actions.evidence import effect_rows, evidence_of
from review.store import evidence, evidence_bits, ordering, people
from review.store.engine import Database
from review.store.evidence_bits import Spoken
from review.store.records import entries
from review.synthesis.expression import And, Compare, Has, Match, Not, Or, matches, parse, unparse
from review.synthesis.fields import Age
from tests.benchmarks.evidence_review import ACTOR, make
from tests.conftest import HOLDER

STUDIES, EFFECTS = 24, 120
WORDS = {"title": ["a", "osis 7"], "abstract": ["the", "in"], "journal": ["of"], "note": ["twice"]}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A small review of made-up studies on either engine, which every test leaves as it was."""
    if request.param == "sqlite":
        db = make(
            f"sqlite:///{tmp_path_factory.mktemp('picking')}/review.db",
            studies=STUDIES,
            effects=EFFECTS,
        )
        yield db
        db.close()
        return
    server, name = request.getfixturevalue("postgresql_server"), f"picking_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")
        db = make(f"{server}/{name}", studies=STUDIES, effects=EFFECTS)
        yield db
        db.close()
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rows(conn: sa.Connection) -> list[dict[str, Any]]:
    """Each effect as an expression sees it: its codes by facet, and every plain field."""
    found = []
    for one in effect_rows(conn, None):
        reports = entries(conn, one["reports"]).values()
        found.append(
            one["facets"]
            | one["measures"]
            | {
                "study": one["study_id"],
                "study_label": one["study_label"],
                "cohort": one["cohort_family"],
                "effect": one["id"],
                "note": one["note"],
                "verified": one["attributes"]["verified"],
                "risk_of_bias": one["risk_of_bias"] or "none",
                "record": one["reports"],
                "author": [name for report in reports for name in report["authors"]],
            }
            | {
                name: [report[name] for report in reports]
                for name in ("year", "title", "abstract", "journal", "doi", "pmid")
            }
        )
    return found


def trees(codes: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """Expressions over facets and over fields of every kind."""
    facets = st.sampled_from(sorted(codes)).flatmap(
        lambda facet: st.builds(
            lambda op, some: Compare(facet, op, tuple(some)),
            st.sampled_from(["in", "under"]),
            st.lists(st.sampled_from(codes[facet]), min_size=1, max_size=3, unique=True),
        )
    )
    order = st.sampled_from(["<", "<=", ">", ">="])
    fields = st.one_of(
        st.builds(lambda op, n: Compare("year", op, (n,), False), order, st.integers(1963, 1990)),
        st.builds(lambda op, n: Compare("n", op, (float(n),), False), order, st.integers(5, 90)),
        st.builds(
            lambda op, n: Compare("lifespan", op, (float(n),), False), order, st.integers(5, 110)
        ),
        st.builds(
            lambda op, n, unit: Compare("age", op, (Age(n, unit),), False),
            order,
            st.integers(1, 90),
            st.sampled_from(["y", "mo"]),
        ),
        st.builds(
            lambda name, some: Compare(name, "in", tuple(some), False),
            st.sampled_from(["study", "effect", "record"]),
            st.lists(st.integers(1, EFFECTS), min_size=1, max_size=4, unique=True),
        ),
        st.lists(st.sampled_from(["low", "some", "high", "none"]), min_size=1, unique=True).map(
            lambda some: Compare("risk_of_bias", "in", tuple(some), False)
        ),
        st.sampled_from(["yes", "NO", "partial"]).map(
            lambda said: Compare("verified", "in", (said,), False)
        ),
        st.sampled_from(["", "family-4", "family-8"]).map(
            lambda said: Compare("cohort", "in", (said,), False)
        ),
        st.sampled_from([(n, words) for n, some in WORDS.items() for words in some]).map(
            lambda one: Match(one[0], tuple(one[1].split()))
        ),
    )
    return st.recursive(
        facets | fields,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(Has, inner),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
        ),
        max_leaves=6,
    )


def test_the_database_picks_the_rows_of_which_an_expression_is_true(made: Database) -> None:
    with made.read() as conn:
        _, content = people.protocol(conn)
        codes = {f.id: [t.code for t in f.terms] for f in content.codebook.facets}
        every = rows(conn)
        by_study: dict[int, list[Any]] = {}
        for row in every:
            by_study.setdefault(row["study"], []).append(row)
        asked = evidence_of(conn, None)

        @settings(max_examples=150, database=None)
        @given(trees(codes))
        def same(expr: Any) -> None:
            assert parse(unparse(expr), content.codebook) == expr
            picked = asked.picked(expr)
            said = ordering.page(asked, picked, codebook=content.codebook)
            right = [r for r in every if matches(expr, r, by_study[r["study"]])]
            assert set(said) == {row["effect"] for row in right}
            assert asked.studies_of(picked) == {row["study"] for row in right}
            assert asked.layout.studies(picked) == len({row["study"] for row in right})

        assert len(every) == EFFECTS * 22 // 24
        same()


def test_pages_put_together_are_the_whole_table_in_its_order(made: Database) -> None:
    whole: dict[str, Any] = {}
    for sort in ("", "study", "-year", "outcome", "-outcome", "n", "-effect", "risk_of_bias"):
        whole[sort] = [r["effect"] for r in actions.evidence(made, HOLDER, sort=sort)["rows"]]
        parts = [
            actions.evidence(made, HOLDER, sort=sort, offset=offset, limit=17)["rows"]
            for offset in range(0, EFFECTS, 17)
        ]
        assert [row["effect"] for part in parts for row in part] == whole[sort]
    assert len({tuple(sorted(order)) for order in whole.values()}) == 1
    assert whole["-effect"] == sorted(whole["-effect"], reverse=True)
    shown = actions.evidence(made, HOLDER, sort="-year", columns=["year"])["rows"]
    assert [row["year"] for row in shown] == sorted((r["year"] for r in shown), reverse=True)
    sizes = actions.evidence(made, HOLDER, sort="n", columns=["n"])["rows"]
    assert [int(r["n"]) for r in sizes] == sorted(int(r["n"]) for r in sizes)


def test_counts_are_those_of_the_rows_and_of_what_stands_below_a_term(made: Database) -> None:
    where = "population = human and direction != mixed"
    found = actions.evidence_counts(made, HOLDER, where=where)
    with made.read() as conn:
        some = effect_rows(conn, None, where=where)
    assert found["effects"] == len(some)
    for facet in found["facets"]:
        for term in facet["terms"]:
            if facet["id"] == "risk_of_bias":
                held = [one for one in some if (one["risk_of_bias"] or "none") == term["code"]]
            else:
                held = [
                    one
                    for one in some
                    if any(
                        code == term["code"] or code.startswith(term["code"] + ".")
                        for code in one["facets"].get(facet["id"], ())
                    )
                ]
            assert term["effects"] == len(held), (facet["id"], term)
            assert term["studies"] == len({one["study_id"] for one in held})


def test_a_study_stored_again_leaves_the_others_and_what_facts_give(made: Database) -> None:
    """One more form costs what its study costs: the statements do not grow with the review."""
    statements: list[str] = []
    with made.read() as conn:
        _, content = people.protocol(conn)
    with made.write(ACTOR) as write:
        before = evidence_bits.read(write.conn)

        def note(*given: Any) -> None:
            statements.append(given[2])

        sa.event.listen(made.engine, "before_cursor_execute", note)
        evidence.refresh(write.conn, [5], content.codebook)
        sa.event.remove(made.engine, "before_cursor_execute", note)
        assert evidence_bits.read(write.conn) == before
        (own,) = evidence.spoken(write.conn, [5], content.codebook)
        wrong = {one: {("direction", "dir.mixed"), ("made", "up")} for one in own.effects}
        evidence_bits.replace(
            write.conn, [5], [Spoken(extraction=own.extraction, study=5, effects=wrong)]
        )
        assert evidence.differences(write.conn, content.codebook)
        evidence.refresh(write.conn, [5], content.codebook)
        assert evidence_bits.read(write.conn) == before
        assert evidence.differences(write.conn, content.codebook) == []
    assert len(statements) < 60, statements


def test_a_bit_too_many_or_too_few_is_found_and_mended(made: Database) -> None:
    bits = sa.table("evidence_bits", sa.column("facet"), sa.column("code"), sa.column("bits"))
    chosen = (bits.c.facet == "direction", bits.c.code == "dir.increase")
    with made.write(ACTOR) as write:
        old = write.conn.scalar(sa.select(bits.c.bits).where(*chosen))
        new = bytes([old[0] ^ 1, *old[1:]])
        write.conn.execute(bits.update().where(*chosen).values(bits=new))
    checks = actions.verify(made, HOLDER)
    (wrong,) = [check for check in checks["checks"] if not check["ok"]]
    assert "effect 1" in wrong["detail"]
    assert "dir.increase" in wrong["detail"]
    actions.rebuild(made, HOLDER)
    assert actions.verify(made, HOLDER)["ok"]


def test_a_page_costs_as_many_statements_whatever_the_review_holds(made: Database) -> None:
    counted = []
    for limit in (5, 100):
        statements: list[Any] = []

        def note(*given: Any, statements: list[Any] = statements) -> None:
            statements.append(given[2])

        sa.event.listen(made.engine, "before_cursor_execute", note)
        actions.evidence(made, HOLDER, where="year > 1", limit=limit, counts=True)
        sa.event.remove(made.engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[0] == counted[1] < 30
