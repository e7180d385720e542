"""How often suggested terms are right, and how many of the right ones are suggested.

    python -m tests.benchmarks.bench_suggest [--data FOLDER]

The records are titles alone (the data holds no abstracts), the right terms those that people gave
after reading abstracts. A term counts as suggested if it or one below it is, and a suggestion as
right if it or one below it was given: a narrower term implies the broader. A facet is measured
over the studies of which people said anything in it.
"""

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from review.extraction.suggest import suggest
from review.extraction.tags import implied
from review.ingest.record import Record
from review.protocol import Codebook, read

HERE = Path(__file__).resolve().parents[2]
DATA = HERE.parent / "shared" / "data" / "domain"
PROTOCOL = HERE / "data" / "emg-nmj-ageing" / "protocol.yaml"
FACETS = {
    "population": "primary_population",
    "species": "species",
    "muscle": "muscle",
    "emg_method": "emg_method",
    "outcome": "outcomes_direction",
    "contrast": "contrast",
    "modifier": "modifier",
    "mechanism": "mechanism",
    "design": "design",
}


def given(cell: str, codebook: Codebook) -> set[str]:
    """The codes that a cell of the data names and the codebook has."""
    codes = re.findall(r"[a-z]+\.[a-z0-9_.]+", cell)
    return {code for code in codes if codebook.get(code)}


def rows(data: Path) -> Iterator[dict[str, str]]:
    """The studies whose titles were seen, not described."""
    with (data / "studies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["verified"] in ("yes", "partial") and "seen" not in row["title"]:
                yield row


def measured(data: Path, codebook: Codebook) -> dict[str, tuple[int, int, int, int]]:
    """Right suggestions, all suggestions, all given terms and those of them suggested, by facet."""
    counts = {facet: [0, 0, 0] for facet in FACETS}
    for row in rows(data):
        said: dict[str, set[str]] = {}
        for one in suggest(codebook, Record(title=row["title"])):
            said.setdefault(one.facet, set()).add(one.code)
        for facet, column in FACETS.items():
            right, suggested = given(row[column], codebook), said.get(facet, set())
            if not right:  # nobody asked, which is not the same as none
                continue
            above, below = implied(codebook, right), implied(codebook, suggested)
            counts[facet][0] += len(suggested & above)
            counts[facet][1] += len(suggested)
            counts[facet][2] += len(right)
            counts[facet].append(len(right & below))
    return {f: (c[0], c[1], c[2], sum(c[3:])) for f, c in counts.items()}


def main() -> None:
    """Print precision and recall by facet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    codebook = read(PROTOCOL).codebook
    print(f"{'facet':14}{'suggested':>10}{'precision':>10}{'given':>8}{'recall':>8}")
    for facet, (right, suggested, n, found) in measured(parser.parse_args().data, codebook).items():
        precision = f"{right / suggested:.2f}" if suggested else "–"
        print(f"{facet:14}{suggested:>10}{precision:>10}{n:>8}{found / n:>8.2f}")


if __name__ == "__main__":
    main()
