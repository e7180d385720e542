"""How long a PubMed search takes beside the floor that NCBI's rule sets, on a local server.

    python tests/benchmarks/bench_pubmed.py [--hits 10000 25000] [--key] [--slow 1.0] [--store]

The rule allows 3 requests a second, 10 with a key. The floor is what the fewest requests that can
bring the hits take at that rate: one search, a slice for every 9,999 hits above the first, a fetch
for every 200. Answers take up to `--slow` seconds, at random; the first and the last of them
nobody can do without, so the second ratio is to the floor and half a slow answer for each of these
two. With `--store` the records also go into a database. Last, how many requests arrived in the
busiest second.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from review import actions
from review.ingest.pubmed import PubMed
from review.ingest.slices import CAP
from review.store.engine import Database
from review.vocab import Channel
from tests.eutils_server import Server, serve

KEY = "sesame-7"


def fewest(hits: int) -> int:
    """The fewest requests that bring so many hits."""
    slices = math.ceil(hits / CAP) if hits > CAP else 0
    return 1 + slices + math.ceil(hits / 200)


def fetched(server: Server, key: str | None) -> int:
    client = PubMed(server.url, api_key=key)
    with client.fetching() as run:
        found = client.find("muscle", early=run.add)
        run.add(found.ids)
        return sum(len(batch.records) for batch in run.batches())


def stored(server: Server, key: str | None, db: Database) -> int:
    os.environ["REVIEW_EUTILS_URL"] = server.url
    os.environ.pop("REVIEW_NCBI_API_KEY", None)
    if key:
        os.environ["REVIEW_NCBI_API_KEY"] = key
    found = actions.search_pubmed(db, actions.Caller(None, Channel.API), "muscle")
    return int(found["imported"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hits", type=int, nargs="+", default=[10_000, 25_000])
    parser.add_argument("--key", action="store_true", help="only with a key")
    parser.add_argument("--slow", type=float, default=1.0, help="seconds an answer takes at most")
    parser.add_argument("--store", action="store_true", help="into a database as well")
    given = parser.parse_args()
    print(
        f"{'hits':>8} {'rate':>5} {'floor s':>8} {'ours s':>8} {'ratio':>6} {'requests':>9}  most/s"
    )
    for hits in given.hits:
        for key in [KEY] if given.key else [None, KEY]:
            rate = 10 if key else 3
            with tempfile.TemporaryDirectory() as name, serve(hits, slow=given.slow) as server:
                os.environ["REVIEW_RATE_FOLDER"] = name
                db = actions.init(f"sqlite:///{name}/review.db")
                began = time.monotonic()
                came = stored(server, key, db) if given.store else fetched(server, key)
                took = time.monotonic() - began
                db.close()
                assert came == hits, came
                at = sorted(call.at for call in server.calls)
            floor = (fewest(hits) - 1) / rate
            most = max(sum(a <= b < a + 1 for b in at) for a in at)
            ratios = f"{took / floor:6.2f} {took / (floor + given.slow):8.2f}"
            print(f"{hits:8,} {rate:5} {floor:8.1f} {took:8.1f} {ratios} {len(at):9} {most:7}")


if __name__ == "__main__":
    main()
