"""How right and how fast duplicates are found, set by set, beside other tools.

    python -m tests.benchmarks.bench_dedup [--data FOLDER] [--peer PYTHON] [--scale N ...]

Scores count records to remove (n - 1 per cluster). "asked" are questions in per cent of records;
"F1 after" is the score once each has been answered rightly. "left out" is the automatic F1 with
only those merge rules that made no wrong merge on the *other* sets: what the rules would have been
had this set never been seen. The rules have thresholds set by hand, no fitted weights.

`--peer` names a Python that has bib-dedupe (kept apart, as it holds libraries back); it then runs
on the same sets in the same run. `--scale` makes that many records, a quarter of them copies.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from review.dedup import Found, Pair, Row, decide, find
from tests.dedup.labelled import (
    SETS,
    Removal,
    answered,
    cluster_of,
    is_true,
    labelled,
    removal,
)

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "dedup"
PEER = """
import json, resource, sys, contextlib, io
import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep
frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
place = {name: k for k, name in enumerate(frame["ID"])}
def used():
    own, kids = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + kids.ru_utime + kids.ru_stime
start = used()
with contextlib.redirect_stdout(io.StringIO()):
    found = cluster(match(block(prep(frame))))
seconds = used() - start
pairs = [[place[a], place[b]] for c in found for a, b in zip(c, c[1:])]
print(json.dumps({"cpu": seconds, "pairs": pairs}))
"""
HEAD = (
    f"{'set':14}{'records':>8}{'dupes':>7}{'wrong':>6}{'missed':>7}{'precision':>10}{'recall':>8}"
    f"{'F1':>8}{'left out':>9}{'asked':>7}{'F1 after':>9}{'CPU s':>7}"
    "   peer: wrong missed F1 CPU ratio"
)


def timed(rows: list[Row]) -> tuple[Found, float]:
    """The answer and the CPU seconds it took."""
    start = time.process_time()
    found = find(rows)
    return found, time.process_time() - start


def rule_record(data: Path) -> dict[str, dict[str, list[int]]]:
    """Per set and merge rule: right and wrong merges it made."""
    out: dict[str, dict[str, list[int]]] = {}
    for name in SETS:
        rows, clusters = labelled(data / name)
        truth = cluster_of(clusters)
        counts = out.setdefault(name, {})
        for pair in find(rows).certain:
            counts.setdefault(pair.why[0], [0, 0])[not is_true(pair, truth)] += 1
    return out


def left_out(data: Path, name: str, record: dict[str, dict[str, list[int]]]) -> Removal:
    """The score on a set with only the merge rules that the other sets support."""
    every = decide.MERGE
    others = [counts for other, counts in record.items() if other != name]
    decide.MERGE = tuple(
        rule
        for rule in every
        if any(rule.name in c for c in others)
        and not any(c.get(rule.name, [0, 0])[1] for c in others)
    )
    unused = tuple(rule for rule in every if rule not in decide.MERGE)
    questions = decide.QUESTIONS
    decide.QUESTIONS = questions + unused
    decide.RULES = tuple(rule.name for rule in decide.MERGE + decide.QUESTIONS)
    try:
        rows, clusters = labelled(data / name)
        return removal(find(rows).certain, clusters)
    finally:
        decide.MERGE, decide.QUESTIONS = every, questions
        decide.RULES = tuple(rule.name for rule in every + questions)


def peer(python: str, records: Path, clusters: list[list[int]]) -> tuple[Removal, float]:
    """bib-dedupe on the same file, in its own Python."""
    ran = subprocess.run([python, "-c", PEER, str(records)], capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"The peer failed: {ran.stderr.strip().splitlines()[-1]}")
    answer = json.loads(ran.stdout.strip().splitlines()[-1])
    pairs = [Pair(min(p), max(p), 1.0, []) for p in answer["pairs"]]
    return removal(pairs, clusters), answer["cpu"]


def sets(data: Path, python: str | None) -> None:
    """One line per labelled set, and their sum."""
    print(HEAD)
    record = rule_record(data)
    auto = after = other = loso = Removal(0, 0, 0)
    records = asked = 0
    cpu = peer_cpu = 0.0
    for name in SETS:
        rows, clusters = labelled(data / name)
        found, seconds = timed(rows)
        got = removal(found.certain, clusters)
        then = removal(answered(found, clusters), clusters)
        kept_out = left_out(data, name, record)
        beside = ""
        if python:
            theirs, their_cpu = peer(python, data / name / "records_pre_merged.csv.gz", clusters)
            other, peer_cpu = other + theirs, peer_cpu + their_cpu
            beside = _beside(theirs, their_cpu, seconds)
        _line(name, len(rows), got, kept_out, len(found.uncertain), then, seconds, beside)
        auto, after, loso = auto + got, after + then, loso + kept_out
        records, asked, cpu = records + len(rows), asked + len(found.uncertain), cpu + seconds
    beside = _beside(other, peer_cpu, cpu) if python else ""
    _line("all", records, auto, loso, asked, after, cpu, beside)


def _beside(theirs: Removal, their_cpu: float, ours: float) -> str:
    return (
        f"   {theirs.wrong:>11}{theirs.left:>7}{theirs.f1:>8.4f}{their_cpu:>7.1f}"
        f"{their_cpu / ours:>5.0f}x"
    )


def _line(
    name: str,
    records: int,
    got: Removal,
    kept_out: Removal,
    asked: int,
    then: Removal,
    seconds: float,
    beside: str,
) -> None:
    print(
        f"{name:14}{records:>8}{got.right + got.left:>7}{got.wrong:>6}{got.left:>7}"
        f"{got.precision:>10.4f}{got.recall:>8.4f}{got.f1:>8.4f}{kept_out.f1:>9.4f}"
        f"{100 * asked / records:>6.2f}%{then.f1:>9.4f}{seconds:>7.2f}{beside}"
    )


def made(count: int) -> Iterator[Row]:
    """Records with made-up titles; every fourth is a copy of an earlier one, written otherwise."""
    source = random.Random(7)
    vocabulary = [f"{a}{b}" for a in _HEADS for b in _TAILS]
    kept: list[Row] = []
    for k in range(count):
        if k % 4 == 3:
            original = source.choice(kept)
            first = original.pages.partition("-")[0]
            yield replace(original, id=k, title=original.title.upper(), doi="", pages=first)
            continue
        row = Row(
            id=k,
            title=" ".join(source.choices(vocabulary, k=11)),
            abstract=" ".join(source.choices(vocabulary, k=120)),
            authors=tuple(f"{source.choice(vocabulary).title()}, A" for _ in range(5)),
            journal=f"Journal of {source.choice(_HEADS)}ology",
            year=source.randrange(1980, 2025),
            volume=str(source.randrange(1, 150)),
            pages=f"{(page := source.randrange(1, 3000))}-{page + 8}",
            doi=f"10.5555/{k}",
        )
        if k % 50 == 0:
            kept.append(row)
        yield row


_HEADS = (
    "cardi",
    "neur",
    "my",
    "oste",
    "derm",
    "gastr",
    "hepat",
    "nephr",
    "hemat",
    "immun",
    "path",
)
_TAILS = ("al", "itis", "opathy", "ogenic", "ometry", "oscopy", "ectomy", "oma", "osis", "algia")


def scale(count: int) -> None:
    """CPU, wall and peak memory for that many records; the making of them is timed apart."""
    start = time.process_time()
    for _ in made(count):
        pass
    making = time.process_time() - start
    start, clock = time.process_time(), time.perf_counter()
    found = find(made(count))
    cpu = time.process_time() - start - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{count:>9} records: {cpu:.1f} CPU s ({1e6 * cpu / count:.0f} us each), "
        f"{time.perf_counter() - clock:.1f} s wall with the making of them, peak {peak:.2f} GB, "
        f"{len(found.certain)} merged, {len(found.uncertain)} asked"
    )


def main() -> None:
    """Reads the command line and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--peer", help="a Python that has bib-dedupe installed")
    parser.add_argument("--scale", type=int, nargs="*", default=[])
    options = parser.parse_args()
    if options.data.is_dir():
        sets(options.data, options.peer)
    else:
        print(f"No labelled sets at {options.data}.", file=sys.stderr)
    for count in options.scale:
        scale(count)


if __name__ == "__main__":
    main()
