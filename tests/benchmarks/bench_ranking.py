"""Ranking on labelled reviews: loss, ATD, WSS, recall and CPU, beside ASReview; and stopping.

python -m tests.benchmarks.bench_ranking FOLDER [--asreview PYTHON] [--seeds 5]
    FOLDER holds CSV files with the columns title, abstract (or abstracts), keywords, and one or
    more label columns: label1, label2 (I is relevant) or included (1 is). PYTHON is that of an
    environment with asreview 2 (it pins an older pandas, so it is none of ours); its default
    model (ELAS u4) screens the same records from the same priors in the same run.
python -m tests.benchmarks.bench_ranking FOLDER --stopping [--seeds 200]
    How often the stopping aid claims too much, and what it saves.
python -m tests.benchmarks.bench_ranking --large
    Features once, and training with scoring, at 50,000 records made of random words.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from review.screening.ranking import Ranker, Text, features
from review.screening.stopping import Sample, ranked_test, size_needed, statement
from tests.benchmarks.simulation import Run, atd, loss, priors, recall_at, simulate, work_saved

LABELS = {"label1": "I", "label2": "I", "included": "1"}
RIVAL = Path(__file__).parent / "asreview_u4.py"
TITLES = ("loss", "ATD %", "WSS@95", "recall@10%", "CPU s")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One review and one of its label columns."""

    name: str
    texts: list[Text]
    relevant: list[bool]


def reviews(folder: Path) -> Iterator[Labelled]:
    """Yield every label column of every CSV file that has both kinds of label."""
    for path in sorted(folder.glob("*.csv")):
        frame = pd.read_csv(path, dtype=str).fillna("")
        frame.columns = [{"abstracts": "abstract"}.get(name, name) for name in frame.columns]
        names = [name for name in ("keywords", "mesh") if name in frame]
        rest = frame[names].agg(" ".join, axis=1) if names else [""] * len(frame)
        texts = [Text(*three) for three in zip(frame.title, frame.abstract, rest, strict=True)]
        for column, word in LABELS.items():
            relevant = [label == word for label in frame.get(column, [])]
            if 1 < sum(relevant) < len(relevant):
                yield Labelled(f"{path.stem} {column}", texts, relevant)


def measured(runs: list[list[int]], cpu: float) -> list[float]:
    """Return the means over runs, in the order of TITLES."""
    each = [(loss(one), 100 * atd(one), work_saved(one, 0.95), recall_at(one, 0.1)) for one in runs]
    return [*np.mean(each, axis=0).tolist(), cpu]


def ours(one: Labelled, seeds: int) -> list[float]:
    """Screen by our ranking; each run pays for its features, as ASReview's does."""
    began = time.process_time()
    runs = [simulate(features(one.texts), one.relevant, seed=seed).labels for seed in range(seeds)]
    return measured(runs, time.process_time() - began)


def theirs(one: Labelled, seeds: int, python: str) -> list[float]:
    """Screen by ASReview's default model in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given.json"
        document = {
            "title": [text.title for text in one.texts],
            "abstract": [text.abstract for text in one.texts],
            "labels": [int(label) for label in one.relevant],
            "priors": [priors(one.relevant, seed) for seed in range(seeds)],
        }
        given.write_text(json.dumps(document))
        done = subprocess.run(
            [python, str(RIVAL), str(given)],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
        )
    answer = json.loads(done.stdout.splitlines()[-1])
    return measured(answer["runs"], answer["cpu"])


def compare(folder: Path, seeds: int, python: str | None) -> None:
    """Print a table of both, set by set, and the means."""
    found: dict[str, list[list[float]]] = {}
    print(f"{'':28}{'n':>6}{'rel.':>6}  " + "".join(f"{title:>12}" for title in TITLES))
    for one in reviews(folder):
        rows = {"ours": ours(one, seeds)}
        if python:
            rows["ELAS u4"] = theirs(one, seeds, python)
        for who, row in rows.items():
            found.setdefault(who, []).append(row)
            what = f"{one.name} {who}"
            size = f"{len(one.texts):>6}{sum(one.relevant):>6}  "
            print(f"{what:28.28}{size}" + "".join(f"{n:12.4f}" for n in row), flush=True)
    for who, table in found.items():
        mean = np.mean(table, axis=0)
        print(f"{'mean ' + who:40}  " + "".join(f"{n:12.4f}" for n in mean))


def stopping(folder: Path, seeds: int) -> None:
    """Print how often a stop at the first claim has a recall below the target.

    "early": a sample of a fifth first, then by rank. "late": by rank until a half is screened,
    then a sample as large as the aid says. "ranked": the ranked test alone at p < 0.05, looked at
    after every 20 records. A run that never claims screens everything.
    """
    print(f"{'':24}{'way':>8}{'runs':>6}{'recall':>9}{'lowest':>9}{'missed':>9}{'screened':>10}")
    for one in reviews(folder):
        matrix = features(one.texts)
        orders = [simulate(matrix, one.relevant, seed=seed, to_the_end=True) for seed in range(5)]
        for way, stop in (("early", stop_early), ("late", stop_late), ("ranked", stop_ranked)):
            ends = [stop(one, orders[seed % 5], seed) for seed in range(seeds)]
            recalls = np.array([recall for recall, _ in ends])
            share = np.mean([n for _, n in ends]) / len(one.texts)
            missed = (recalls < 0.95).mean()
            print(
                f"{one.name:24.24}{way:>8}{seeds:>6}{recalls.mean():9.3f}{recalls.min():9.3f}"
                f"{missed:9.3f}{share:10.2f}",
                flush=True,
            )


def stop_early(one: Labelled, run: Run, seed: int) -> tuple[float, int]:
    """Return recall and records screened where the sample is drawn before anything else."""
    return _with_sample(one, run, seed, at=0, size=len(one.texts) // 5)


def stop_late(one: Labelled, run: Run, seed: int) -> tuple[float, int]:
    """Return recall and records screened where the sample is drawn from the second half."""
    half = len(one.texts) // 2
    found = sum(one.relevant[record] for record in run.records[:half])
    need = size_needed(population=len(one.texts) - half, found=found, number=1)
    return _with_sample(one, run, seed, at=half, size=need)


def _with_sample(one: Labelled, run: Run, seed: int, *, at: int, size: int) -> tuple[float, int]:
    rng, total = np.random.default_rng(seed), sum(one.relevant)
    before, rest = run.records[:at], run.records[at:]
    drawn = set(rng.choice(rest, size, replace=False).tolist())
    held = Sample(
        number=1,
        size=size,
        population=len(rest),
        before=sum(one.relevant[record] for record in before),
        relevant=sum(one.relevant[record] for record in drawn),
        open=0,
    )
    found, screened = held.before + held.relevant, at + size
    if not statement([held], found=found).reached:
        bound = statement([held], found=found).most or 0
        for record in (record for record in rest if record not in drawn):
            screened += 1
            found += one.relevant[record]
            if found >= 0.95 * bound:
                break
    return found / total, screened


def stop_ranked(one: Labelled, run: Run, seed: int) -> tuple[float, int]:
    """Return recall and records screened where the ranked test alone decides."""
    labels = [one.relevant[record] for record in run.records]
    for n in range(20 + seed % 20, len(labels), 20):
        if ranked_test(labels[:n], left=len(labels) - n) < 0.05:
            return sum(labels[:n]) / sum(labels), n
    return 1.0, len(labels)


def large(n: int = 50_000, words: int = 230) -> None:
    """Print the time of features, and of training at 1,000 labels with scoring, at `n` records."""
    rng = np.random.default_rng(0)
    vocabulary = np.array([f"word{number}" for number in range(60_000)])
    share = 1 / np.arange(1, len(vocabulary) + 1)  # Zipf's law
    drawn = rng.choice(vocabulary, (n, words), p=share / share.sum())
    texts = [Text(" ".join(row[:15]), " ".join(row[15:])) for row in drawn]
    began, cpu = time.perf_counter(), time.process_time()
    matrix = features(texts)
    print(
        f"features of {n:,} records: {time.perf_counter() - began:.1f} s "
        f"({time.process_time() - cpu:.1f} s CPU), {matrix.nnz:,} numbers"
    )
    labels = {row: "word77" in texts[row].abstract.split() for row in range(1000)}
    ranker, open_ = Ranker(matrix), range(1000, n)
    times = []
    for _ in range(9):
        began = time.perf_counter()
        ranker.ranked(labels, open_)
        times.append(time.perf_counter() - began)
    print(
        f"training on 1,000 labels and scoring {n - 1000:,}: calibrating {times[0] * 1000:.0f} ms, "
        f"else median {np.median(times[1:]) * 1000:.0f} ms, worst {max(times[1:]) * 1000:.0f} ms; "
        "again after 50 more labels"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--asreview", metavar="PYTHON")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--stopping", action="store_true")
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    if given.large:
        large()
    elif given.folder is None:
        parser.error("name the folder of labelled reviews, or --large")
    elif given.stopping:
        stopping(given.folder, given.seeds or 200)
    else:
        compare(given.folder, given.seeds or 5, given.asreview)
