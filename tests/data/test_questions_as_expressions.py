"""The questions users ask that are a filter: each is one expression, and finds what the data has.

The shipped review is asked; what it must find is read with pandas from the tables it was made of.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import review
from review import actions
from review.actions.evidence import effect_rows
from review.store.records import entries

Frame = pd.DataFrame
CODED = ("outcome", "contrast", "direction")
ORDERING = (
    "species = mouse and not age < 24 mo and study has (outcome = jitter and direction = increase)"
    ' and study has (outcome under cmap and direction = "no change")'
)
NMJ = ("out.nmj.jitter", "out.nmj.jiggle", "out.nmj.blocking", "out.nmj.decrement")


def has(column: "pd.Series[str]", *codes: str) -> "pd.Series[bool]":
    """Whether a cell of codes parted by `;` has one of these, or one below it."""
    return column.map(
        lambda cell: any(
            one == code or one.startswith(f"{code}.") for one in cell.split(";") for code in codes
        )
    )


QUESTIONS: dict[str, tuple[str, Callable[[Frame], Any]]] = {
    "Q05": (
        "outcome = out.mu.number and contrast under con.age",
        lambda e: (e.outcome == "out.mu.number") & has(e.contrast, "con.age"),
    ),
    "Q06": (
        "outcome = out.mu.number and (contrast = con.athlete or modifier = mod.ex.lifelong)",
        lambda e: (
            (e.outcome == "out.mu.number")
            & ((e.contrast == "con.athlete") | has(e.modifier, "mod.ex.lifelong"))
        ),
    ),
    "Q07": ("contrast = con.sarc", lambda e: e.contrast == "con.sarc"),
    "Q08": (
        "outcome in (jitter, jiggle, blocking, decrement)",
        lambda e: e.outcome.isin(NMJ),
    ),
    "Q11": (
        "modifier under mod.ex and (outcome under out.nmj or outcome = out.mu.number)",
        lambda e: (
            has(e.modifier, "mod.ex") & (has(e.outcome, "out.nmj") | (e.outcome == "out.mu.number"))
        ),
    ),
    "Q12": (
        "modifier = mod.gene and population = animal",
        lambda e: has(e.modifier, "mod.gene") & (e.primary_population == "pop.animal"),
    ),
    "Q13": (
        "modifier = menopause or contrast = con.sexmeno",
        lambda e: has(e.modifier, "mod.horm.menopause") | (e.contrast == "con.sexmeno"),
    ),
    "Q14": (
        "study has (outcome under out.bio)",
        lambda e: e.study_id.isin(e.study_id[has(e.outcome, "out.bio")]),
    ),
    "Q15": ('not cohort = ""', lambda e: e.cohort_family != ""),
    "the grammar's own": (
        "population = human and emg_method under emg.mune and not direction = decrease",
        lambda e: (
            (e.primary_population == "pop.human")
            & has(e.methods, "emg.mune")
            & (e.direction != "decrease")
        ),
    ),
}


@pytest.fixture(scope="module")
def asked(demo_file: Path) -> Iterator[review.Review]:
    with review.open(f"sqlite:///{demo_file}") as opened:
        yield opened


@pytest.fixture(scope="module")
def coded(demo_file: Path) -> Frame:
    """The effects of the shipped review with their codes, as the database has them."""
    db = actions.open_review(f"sqlite:///{demo_file}")
    with db.read() as conn:
        rows = effect_rows(conn, None)
        names = {n: e["accession"] for n, e in entries(conn, range(1, 1000)).items()}
    db.close()
    one = {name: [row["facets"].get(name, [""])[0] for row in rows] for name in CODED}
    about = {
        "effect": [row["id"] for row in rows],
        "study_id": [names[row["reports"][0]] for row in rows],
    }
    return pd.DataFrame(about | one)


@pytest.fixture(scope="module")
def given(shared_data: Path, coded: Frame) -> Frame:
    """The effects of included studies, as they were read from abstracts, of reports that ship."""
    table = pd.read_csv(shared_data / "domain/effects.csv", dtype=str, keep_default_na=False)
    studies = pd.read_csv(shared_data / "domain/studies.csv", dtype=str, keep_default_na=False)
    families = studies.set_index("study_id").cohort_family
    table["cohort_family"] = table.study_id.map(families)
    return table[(table.eligibility == "include") & table.study_id.isin(coded.study_id)]


@pytest.fixture(scope="module")
def numbers(shared_data: Path) -> Frame:
    return pd.read_csv(shared_data / "domain/numbers.csv", dtype=str, keep_default_na=False)


def keys(table: Frame) -> Counter[tuple[str, ...]]:
    """How often each study has each outcome, contrast and direction."""
    names = ["study_id", *CODED]
    rows = table[names].itertuples(index=False)
    return Counter(tuple(str(cell).removeprefix("dir.") for cell in row) for row in rows)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_is_a_filter_finds_what_the_tables_have(
    asked: review.Review, given: Frame, coded: Frame, numbers: Frame, name: str
) -> None:
    where, chosen = QUESTIONS[name]
    found = asked.evidence(where, columns=["effect"])
    have = keys(coded[coded.effect.isin(found.effect)])
    right = keys(given[chosen(given)])
    assert right, "the question finds nothing in the tables"
    assert not right - have
    # a row of numbers on what no row of effects speaks of is an effect of its own
    known = set(zip(numbers.study_id, numbers.outcome, strict=True))
    assert {(study, outcome) for study, outcome, *_ in have - right} <= known
    counted = asked.facets(where).set_index("code").effects
    for facet in ("contrast", "direction"):
        for code, n in coded[coded.effect.isin(found.effect)][facet].value_counts().items():
            below = [c for c in coded[facet] if c.startswith(f"{code}.")]
            assert counted[code] == n or below


def test_jitter_up_with_cmap_unchanged_in_old_mice_is_one_study(
    asked: review.Review, given: Frame
) -> None:
    mice = given[given.species == "sp.mouse"]
    up = mice[(mice.outcome == "out.nmj.jitter") & (mice.direction == "increase")].study_id
    same = mice[has(mice.outcome, "out.cmap") & (mice.direction == "no_change")].study_id
    both = set(up) & set(same)
    found = asked.evidence(ORDERING, columns=["study", "effect"])
    assert both == {"chung2018"}
    assert set(found.study) == {"Chung 2018"}
    assert len(found) == (given.study_id == "chung2018").sum()


def test_motor_units_tested_as_if_they_were_people_are_found(
    asked: review.Review, coded: Frame, numbers: Frame
) -> None:
    naive = numbers[numbers.unit_of_analysis == "uoa.mu_naive"]
    right = set(zip(naive.study_id, naive.outcome, strict=True))
    right = {(study, outcome) for study, outcome in right if study in set(coded.study_id)}
    found = coded[
        coded.effect.isin(asked.evidence("unit_of_analysis = mu_naive", columns=["effect"]).effect)
    ]
    assert set(zip(found.study_id, found.outcome, strict=True)) == right != set()


def test_the_frame_of_a_notebook_has_types(asked: review.Review) -> None:
    found = asked.evidence("year >= 2000", columns=["all"], sort="-year", limit=50)
    assert len(found) == 50
    assert str(found.year.dtype) == str(found.n.dtype) == "Int64"
    assert found.year.is_monotonic_decreasing
    assert found.risk_of_bias.cat.ordered
    assert found.outcome.dtype == "string"
