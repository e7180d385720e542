"""Parsing PubMed XML side by side: ours, pubmed_parser and Bio.Entrez.read, in one run.

By hand: `python tests/benchmarks/bench_parse.py FILE.xml[.gz] [--records N]`. Each way runs in
a process of its own (Linux); CPU seconds are the process's, peak memory its largest resident set.
Goals: at least 2.4 times pubmed_parser and 4.5 times Entrez.read, in constant memory.
Entrez.read takes the whole document at once, and its time grows with it: it is given the
first N records (default 5,000); the others read the whole file. pubmed_parser reads only
gzip, so it is compared with ours from gzip.
"""

import argparse
import gzip
import importlib.util
import re
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
GOALS = {"pubmed_parser": ("ours, from .gz", 2.4), "Entrez.read": ("ours", 4.5)}


def ours(path: str) -> int:
    from review.ingest.read import read_file

    return sum(1 for _ in read_file(Path(path)).items)


def pubmed_parser(path: str) -> int:
    from pubmed_parser import parse_medline_xml

    return sum(1 for _ in parse_medline_xml(path, year_info_only=False))


def entrez(path: str) -> int:
    from Bio import Entrez

    with open(path, "rb") as file:
        return len(Entrez.read(file)["PubmedArticle"])


def measured(way: Callable[[str], int], path: str, few: str) -> tuple[int, float, float]:
    """Records, CPU seconds and peak MB of one way over one file; imports are not counted."""
    way(few)
    used = time.process_time()
    count = way(path)
    used = time.process_time() - used
    status = Path("/proc/self/status").read_text()
    return count, used, int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def unpacked(source: Path, folder: Path, *, records: int | None) -> Path:
    """The file unpacked; with `records`, only that many, closed again."""
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rb") as file:
        data = file.read()
    if records is not None:
        end, at = b"</PubmedArticle>", 0
        for _ in range(records):
            found = data.find(end, at)
            if found < 0:
                break
            at = found + len(end)
        data = data[:at] + b"</PubmedArticleSet>"
    path = folder / f"{records or 'all'}.xml"
    path.write_bytes(data)
    with gzip.open(f"{path}.gz", "wb", compresslevel=1) as packed:
        packed.write(data)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=5_000, help="given to Entrez.read")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        whole = unpacked(options.file, Path(name), records=None)
        part = unpacked(options.file, Path(name), records=options.records)
        packed = options.file.suffix == ".gz"
        few = unpacked(options.file, Path(name), records=50)
        runs: list[tuple[str, Callable[[str], int], Path]] = [("ours", ours, whole)]
        if packed:
            runs.append(("ours, from .gz", ours, options.file))
        if packed and importlib.util.find_spec("pubmed_parser"):
            runs.append(("pubmed_parser", pubmed_parser, options.file))
        runs.append(("Entrez.read", entrez, part))
        speed: dict[str, float] = {}
        for title, way, path in runs:
            with get_context("spawn").Pool(1) as pool:
                count, used, peak = pool.apply(
                    measured, (way, str(path), f"{few}{path.suffix.removeprefix('.xml')}")
                )
            speed[title] = count / used
            print(
                f"{title:16} {count:7} records {used:7.2f} s {speed[title]:7.0f}/s {peak:7.0f} MB"
            )
        for title, (like, goal) in GOALS.items():
            if title in speed:
                print(f"{like} / {title}: {speed[like] / speed[title]:.2f} (goal {goal})")


if __name__ == "__main__":
    main()
