"""Splink on one labelled file, in the Python that has it: matches of p >= .99; prints JSON.

The model is Splink's usual one (Jaro-Winkler levels, EM without labels), the fields are cleaned
as its manual advises; no setting was tried on the truth.
"""

import json
import logging
import resource
import sys

import pandas as pd
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

USAGE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
logging.disable(logging.CRITICAL)


def used() -> float:
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, USAGE))


def cleaned(given: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame({"unique_id": range(len(given))})
    blank = pd.Series("", index=given.index)
    for name in ("title", "abstract", "author", "journal"):
        text = given.get(name, blank).str.lower()
        out[name] = text.str.replace(r"[^a-z0-9 ]", "", regex=True).str.strip()
    out["abstract"] = out["abstract"].str[:300]
    out["volume"] = given.get("volume", blank).str.extract(r"(\d+)")[0]
    out["page"] = given.get("pages", blank).str.extract(r"(\d+)")[0]
    out["year"] = given.get("year", blank).str.extract(r"(\d{4})")[0]
    out["doi"] = given.get("doi", blank).str.lower().str.extract(r"(10\.\d{4,9}/\S+)")[0]
    letters = out["title"].str.replace(" ", "")
    out["start"], out["end"] = letters.str[:25], letters.str[-25:]
    out["surname"] = out["author"].str.extract(r"^(\w+)")[0]
    return out.replace("", None)


frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
start = used()
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        compare.JaroWinklerAtThresholds("title", [0.98, 0.92, 0.8]),
        compare.JaroWinklerAtThresholds("author", [0.95, 0.85, 0.7]),
        compare.JaroWinklerAtThresholds("journal", [0.95, 0.8]),
        compare.JaroWinklerAtThresholds("abstract", [0.95, 0.85]),
        *(compare.ExactMatch(name) for name in ("volume", "page", "year", "doi")),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("start"),
        block_on("end"),
        block_on("doi"),
        block_on("volume", "page"),
        block_on("surname", "year"),
    ],
)
linker = Linker(DuckDBAPI().register(cleaned(frame)), settings, log_level=50)
train = linker.training
train.estimate_probability_two_random_records_match([block_on("start", "year")], recall=0.8)
train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
train.estimate_parameters_using_expectation_maximisation(block_on("start"))
train.estimate_parameters_using_expectation_maximisation(block_on("surname", "year"))
found = linker.inference.predict(threshold_match_probability=0.99)
grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(found, 0.99)
pairs = []
for _, members in grouped.as_pandas_dataframe().groupby("cluster_id")["unique_id"]:
    first, *others = sorted(int(member) for member in members)
    pairs.extend([first, other] for other in others)
answer = {
    "cpu": used() - start,
    "peak": max(resource.getrusage(who).ru_maxrss for who in USAGE) / 1e3,
    "pairs": pairs,
}
print(json.dumps(answer))
