"""Labelled sets of duplicates: read, and scored by records to remove."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from review.dedup import Clusters, Found, Pair, Row

SETS = ("diabetes", "digital_work", "respiratory", "stroke")


@dataclass(frozen=True)
class Removal:
    """Records removed rightly, wrongly, and left in: n - 1 per cluster of n."""

    right: int
    wrong: int
    left: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.left)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.left)

    def __add__(self, other: "Removal") -> "Removal":
        return Removal(self.right + other.right, self.wrong + other.wrong, self.left + other.left)


def labelled(folder: Path) -> tuple[list[Row], list[list[int]]]:
    """The records of a set and its true clusters, as positions."""
    with gzip.open(folder / "records_pre_merged.csv.gz", "rt", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    place = {entry["ID"]: k for k, entry in enumerate(entries)}
    with (folder / "merged_record_ids.csv").open(encoding="utf-8") as file:
        clusters = [
            [place[i] for i in line["merged_ids"].split(";")] for line in csv.DictReader(file)
        ]
    return [_row(k, entry) for k, entry in enumerate(entries)], clusters


def _row(k: int, entry: dict[str, str]) -> Row:
    year = re.search(r"\d{4}", entry.get("year", ""))
    return Row(
        id=k,
        title=entry.get("title", ""),
        abstract=entry.get("abstract", ""),
        authors=entry.get("author", ""),
        journal=entry.get("journal", "") or entry.get("booktitle", ""),
        year=int(year.group()) if year else None,
        volume=entry.get("volume", ""),
        issue=entry.get("number", ""),
        pages=entry.get("pages", ""),
        doi=entry.get("doi", ""),
    )


def is_true(pair: Pair, cluster_of: dict[int, int]) -> bool:
    return cluster_of.get(pair.a, -1) == cluster_of.get(pair.b, -2)


def cluster_of(clusters: list[list[int]]) -> dict[int, int]:
    return {record: k for k, cluster in enumerate(clusters) for record in cluster}


def answered(found: Found, clusters: list[list[int]]) -> list[Pair]:
    """The pairs merged once a person has answered every question rightly."""
    truth = cluster_of(clusters)
    return found.certain + [pair for pair in found.uncertain if is_true(pair, truth)]


def removal(pairs: Iterable[Pair], clusters: list[list[int]]) -> Removal:
    """The score of merging these pairs."""
    truth = cluster_of(clusters)
    merged: dict[int, set[int]] = {}
    state = Clusters(("merge", (pair.a, pair.b)) for pair in pairs)
    for record, kept in state.as_dict().items():
        merged.setdefault(kept, set()).add(record)
    right = wrong = 0
    for members in merged.values():
        true = Counter(truth.get(record, -1 - record) for record in members)
        right += len(members) - len(true)
        wrong += len(true) - 1
    return Removal(right, wrong, sum(len(c) - 1 for c in clusters) - right)
