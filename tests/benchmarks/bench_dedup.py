"""How right and how fast duplicates are found, set by set, beside other tools.

    python -m tests.benchmarks.bench_dedup [--data FOLDER] [--scale N ...]
        [--bib-dedupe PYTHON] [--splink PYTHON] [--asysd RSCRIPT]

Scores count records to remove (n - 1 per cluster). Rows of each set: *merged* is the automatic
tier; *answered* is the score once each question has been answered rightly, with the questions in
per cent of records; *left out* is the automatic tier with only those merge rules that made no
wrong merge on the *other* sets: what the rules would have been had this set never been seen. The
rules have thresholds set by hand, no fitted weights. Each tool runs in a process of its own; CPU
seconds and the peak of memory count the comparison, not the reading of the file.

Other tools run where they are installed, by an interpreter named by an option or by
REVIEW_BENCH_BIB_DEDUPE, REVIEW_BENCH_SPLINK, REVIEW_BENCH_ASYSD. `--scale` makes that many
records, a quarter of them copies.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from review.dedup import Found, Pair, Row, decide, find
from review.dedup.words import RULE
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
PEERS = Path(__file__).with_name("dedup_peers")
TOOLS = {
    "bib-dedupe": PEERS / "run_bib_dedupe.py",
    "splink": PEERS / "run_splink.py",
    "asysd": PEERS / "run_asysd.R",
}
HEAD = (
    f"{'set':13}{'tool':12}{'records':>8}{'remove':>8}{'wrong':>6}{'missed':>7}{'precision':>10}"
    f"{'recall':>8}{'F1':>8}{'CPU s':>8}{'peak MB':>8}{'asked':>7}"
)


@dataclass(frozen=True)
class Line:
    """One row of the table; `cpu`, `peak` (MB) and `asked` are empty where they mean nothing."""

    tool: str
    records: int
    got: Removal
    cpu: float | None = None
    peak: float | None = None
    asked: int | None = None

    def shown(self, name: str) -> str:
        """The row as text."""
        g = self.got
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}"
        peak = "" if self.peak is None else f"{self.peak:.0f}"
        asked = "" if self.asked is None else f"{100 * self.asked / self.records:.2f}%"
        return (
            f"{name:13}{self.tool:12}{self.records:>8}{g.right + g.left:>8}{g.wrong:>6}{g.left:>7}"
            f"{g.precision:>10.4f}{g.recall:>8.4f}{g.f1:>8.4f}{cpu:>8}{peak:>8}{asked:>7}"
        )

    def __add__(self, other: "Line") -> "Line":
        return Line(
            self.tool,
            self.records + other.records,
            self.got + other.got,
            None if self.cpu is None else self.cpu + (other.cpu or 0),
            None if self.peak is None else max(self.peak, other.peak or 0),
            None if self.asked is None else self.asked + (other.asked or 0),
        )


def rule_of(pair: Pair) -> str:
    """The name of the rule that decided."""
    return next(reason[len(RULE) :] for reason in pair.why if reason.startswith(RULE))


def rule_record(data: Path) -> dict[str, dict[str, list[int]]]:
    """Per set and merge rule: right and wrong merges it made."""
    out: dict[str, dict[str, list[int]]] = {}
    for name in SETS:
        rows, clusters = labelled(data / name)
        truth = cluster_of(clusters)
        counts = out.setdefault(name, {})
        for pair in find(rows).certain:
            counts.setdefault(rule_of(pair), [0, 0])[not is_true(pair, truth)] += 1
    return out


def left_out(rows: list[Row], name: str, record: dict[str, dict[str, list[int]]]) -> Found:
    """The answer on a set with only the merge rules that the other sets support."""
    every, questions = decide.MERGE, decide.QUESTIONS
    others = [counts for other, counts in record.items() if other != name]
    decide.MERGE = tuple(
        rule
        for rule in every
        if any(rule.name in c for c in others)
        and not any(c.get(rule.name, [0, 0])[1] for c in others)
    )
    decide.QUESTIONS = questions + tuple(rule for rule in every if rule not in decide.MERGE)
    decide.RULES = tuple(rule.name for rule in decide.MERGE + decide.QUESTIONS)
    try:
        return find(rows)
    finally:
        decide.MERGE, decide.QUESTIONS = every, questions
        decide.RULES = tuple(rule.name for rule in every + questions)


def ran(command: list[str], tool: str) -> tuple[list[Pair], float, float]:
    """What a tool merges in a process of its own, its CPU seconds and peak in MB."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{tool} failed: {done.stderr.strip().splitlines()[-1]}")
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    pairs = [Pair(min(p), max(p), 1.0, []) for p in answer["pairs"]]
    return pairs, answer["cpu"], answer["peak"]


def ours(folder: Path) -> None:
    """Prints what the product merges, as the other tools' scripts do."""
    rows, _ = labelled(folder)
    start = time.process_time()
    found = find(rows)
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"cpu": cpu, "peak": peak, "pairs": [(p.a, p.b) for p in found.certain]}))


def lines(data: Path, name: str, record: dict[str, dict[str, list[int]]]) -> Iterator[Line]:
    """The product's rows of one set."""
    rows, clusters = labelled(data / name)
    command = [sys.executable, "-m", __spec__.name, "--only", str(data / name)]
    pairs, cpu, peak = ran(command, "This benchmark")
    found = find(rows)
    then = removal(answered(found, clusters), clusters)
    kept_out = removal(left_out(rows, name, record).certain, clusters)
    yield Line("merged", len(rows), removal(pairs, clusters), cpu, peak)
    yield Line("answered", len(rows), then, asked=len(found.uncertain))
    yield Line("left out", len(rows), kept_out)


def sets(data: Path, peers: dict[str, str]) -> None:
    """The table: each labelled set, and their sum."""
    print(HEAD)
    record = rule_record(data)
    total: dict[str, Line] = {}
    for name in SETS:
        found = list(lines(data, name, record))
        _, clusters = labelled(data / name)
        for tool, interpreter in peers.items():
            file = data / name / "records_pre_merged.csv.gz"
            pairs, cpu, peak = ran([interpreter, str(TOOLS[tool]), str(file)], tool)
            found.append(Line(tool, found[0].records, removal(pairs, clusters), cpu, peak))
        for line in found:
            print(line.shown(name))
            total[line.tool] = total[line.tool] + line if line.tool in total else line
    for line in total.values():
        print(line.shown("all"))
    for tool in peers:
        ratio = (total[tool].cpu or 0) / (total["merged"].cpu or 1)
        print(f"{tool} took {ratio:.0f} times the CPU.")


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
    for tool in TOOLS:
        variable = "REVIEW_BENCH_" + tool.upper().replace("-", "_")
        parser.add_argument(f"--{tool}", dest=tool, default=os.environ.get(variable))
    parser.add_argument("--scale", type=int, nargs="*", default=[])
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    options = vars(parser.parse_args())
    if options["only"]:
        ours(options["only"])
        return
    for tool in TOOLS:
        if not options[tool]:
            print(f"{tool}: left out, as no interpreter is named (--{tool}).", file=sys.stderr)
    if options["data"].is_dir():
        sets(options["data"], {tool: options[tool] for tool in TOOLS if options[tool]})
    else:
        print(f"No labelled sets at {options['data']}.", file=sys.stderr)
    for count in options["scale"]:
        scale(count)


if __name__ == "__main__":
    main()
