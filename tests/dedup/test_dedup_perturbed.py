"""Whatever another database does to a record it is found again; what only looks alike is not."""

from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from review.dedup import Found, Row, find
from tests.benchmarks.bench_dedup import made
from tests.dedup.hard_cases import ARTICLE
from tests.dedup.look_alikes import OTHER
from tests.dedup.perturbed import SAME, Change

WRITTEN = {
    "Müller, Jörg": "Ageing of the α-motor neurone in II phases of haematological disease: 2014",
    "Garcia Lopez, Ana": "Tumour size & colour in randomised paediatric trials - a two-year survey",
    "Øverby, Åse": "Über die Größe motorischer Einheiten: eine Übersicht aus drei Kliniken",
}
PLAIN = [
    replace(row, id=k, pmid="")
    for k, row in enumerate(
        [
            *(r for r in islice(made(150), 150) if r.id % 4 != 3),
            *(
                replace(
                    ARTICLE,
                    title=title,
                    abstract=5 * title,
                    authors=(name, "Lindqvist, Sven"),
                    doi=f"10.5555/{name}",
                )
                for name, title in WRITTEN.items()
            ),
        ]
    )
]
POOR = [replace(row, doi="", abstract="") for row in PLAIN]


def changed(rows: list[Row], change: Change) -> tuple[Found, set[tuple[int, int]]]:
    """What is found among rows and their changed copies, and the pairs that are copies."""
    chance = Random(5)
    copies = {row.id: change(row, chance) for row in rows}
    some = [replace(copy, id=len(rows) + k) for k, copy in copies.items() if copy is not None]
    return find([*rows, *some]), {(k, len(rows) + k) for k, copy in copies.items() if copy}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("rows", [PLAIN, POOR], ids=["with identifiers", "with neither"])
def test_a_record_written_otherwise_is_merged_or_asked_about(rows: list[Row], name: str):
    found, copies = changed(rows, SAME[name])
    certain = {(pair.a, pair.b) for pair in found.certain}
    asked = {(pair.a, pair.b) for pair in found.uncertain}
    assert certain <= copies
    assert len(copies - certain - asked) <= 0.02 * len(copies)


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("rows", [PLAIN, POOR], ids=["with identifiers", "with neither"])
def test_a_report_that_only_looks_alike_is_never_merged(rows: list[Row], name: str):
    found, _ = changed(rows, OTHER[name])
    assert found.certain == []
