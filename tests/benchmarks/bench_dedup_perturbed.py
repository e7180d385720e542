"""What de-duplication makes of records written otherwise, of look-alikes, and of lost fields.

    python -m tests.benchmarks.bench_dedup_perturbed [--data FOLDER] [--records N]

A second test bed beside the labelled sets, whose truth is known because it was made: N records of
an NLM update file (without their PMIDs), each with a copy as another database would write it
(`tests/dedup/perturbed.py`) or a report that only looks like it (`tests/dedup/look_alikes.py`),
one change at a time; in per cent of the copies. *plain*: DOI and abstract in both; *poor*: the
copy has neither. Below, the labelled sets with fields blanked at random.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

from review.dedup import Row, find
from review.ingest.read import read_file
from review.ingest.record import Record
from tests.benchmarks.bench_dedup import DATA
from tests.dedup.labelled import SETS, Removal, answered, labelled, removal
from tests.dedup.look_alikes import OTHER
from tests.dedup.perturbed import SAME, Change

COMPARED = (
    *("title", "abstract", "authors", "journal", "year", "volume", "issue", "pages", "doi"),
    "publication_types",
)
LOST: tuple[tuple[tuple[str, ...], float], ...] = (
    (("pages",), 0.5),
    (("pages", "volume"), 0.5),
    (("pages", "volume", "journal"), 0.5),
    (("authors",), 0.5),
    (("pages", "volume", "authors"), 0.3),
    (("year",), 0.5),
    (("doi", "abstract"), 1.0),
    (("volume", "issue", "pages"), 1.0),
)


def sample(file: Path, count: int) -> list[Row]:
    """Some records of an update file, each PMID once, without it."""
    read = (item for item in read_file(file).items if isinstance(item, Record) and item.title)
    distinct = list({record.pmid: record for record in read}.values())
    return [
        Row(id=k, **{name: getattr(record, name) for name in COMPARED})
        for k, record in enumerate(Random(11).sample(distinct, count))
    ]


def poor(row: Row) -> Row:
    """The record without DOI and abstract."""
    return replace(row, doi="", abstract="")


def tried(rows: list[Row], change: Change, before: Callable[[Row], Row]) -> str:
    """Of the copies: merged, asked about, neither, told as related; and merges that are wrong."""
    chance = Random(3)
    copies: dict[int, int] = {}
    every = list(rows)
    for row in rows:
        copy = change(before(row), chance)
        if copy is not None:
            copies[len(every)] = row.id
            every.append(replace(copy, id=len(every)))
    found = find(every)
    pairs = {(row, copy) for copy, row in copies.items()}
    merged, asked, related = (
        len(pairs & {(p.a, p.b) for p in some})
        for some in (found.certain, found.uncertain, found.related)
    )
    n = max(1, len(copies))
    shares = [100 * x / n for x in (merged, asked, len(copies) - merged - asked, related)]
    wrong = len(found.certain) - merged
    return "".join(f"{share:7.1f}" for share in shares) + f"{wrong:6}"


def blanked(name: str, rows: list[Row], lost: tuple[str, ...], share: float) -> list[Row]:
    """The records with fields emptied, each for a share of them."""
    chance = Random(name)
    empty: dict[str, str | None] = {"year": None}
    return [
        replace(row, **{f: empty.get(f, "") for f in lost if chance.random() < share})
        for row in rows
    ]


def main() -> None:
    """Reads the command line and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA.parent)
    parser.add_argument("--records", type=int, default=800)
    options = parser.parse_args()
    rows = sample(options.data / "pubmed" / "pubmed21n1298.xml.gz", options.records)
    head = f"{'merged':>7}{'asked':>7}{'missed':>7}{'related':>8}{'wrong':>6}"
    print(f"{'':30} plain:{head}   poor:{head}")
    for title, changes in (("the same report", SAME), ("another report", OTHER)):
        print(title)
        for name, change in changes.items():
            both = (tried(rows, change, before) for before in (lambda row: row, poor))
            print(f"  {name:34}" + "         ".join(both), flush=True)
    print(
        f"{'fields lost':32}{'wrong':>6}{'precision':>10}{'recall':>8}{'asked':>7}{'F1 after':>9}"
    )
    for lost, share in LOST:
        got = then = Removal(0, 0, 0)
        records = asked = 0
        for name in SETS:
            given, clusters = labelled(options.data / "dedup" / name)
            found = find(blanked(name, given, lost, share))
            got += removal(found.certain, clusters)
            then += removal(answered(found, clusters), clusters)
            records, asked = records + len(given), asked + len(found.uncertain)
        print(
            f"{', '.join(lost)[:26]:27}{share:5.0%}{got.wrong:>6}{got.precision:>10.4f}"
            f"{got.recall:>8.4f}{100 * asked / records:>6.2f}%{then.f1:>9.4f}"
        )


if __name__ == "__main__":
    main()
