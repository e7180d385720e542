"""bib-dedupe on one labelled file, in the Python that has it; prints JSON."""

import contextlib
import io
import json
import resource
import sys
from itertools import pairwise

import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep

USAGE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def used() -> float:
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, USAGE))


frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
place = {name: k for k, name in enumerate(frame["ID"])}
start = used()
with contextlib.redirect_stdout(io.StringIO()):
    found = cluster(match(block(prep(frame))))
answer = {
    "cpu": used() - start,
    "peak": max(resource.getrusage(who).ru_maxrss for who in USAGE) / 1e3,
    "pairs": [[place[a], place[b]] for c in found for a, b in pairwise(c)],
}
print(json.dumps(answer))
