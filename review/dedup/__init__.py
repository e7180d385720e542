"""Which records are the same report: normalise, block, score, decide, cluster, merge."""

from review.dedup.cluster import Clusters, Fact, allowed, clusters
from review.dedup.find import find, keys
from review.dedup.merge import compose
from review.dedup.row import Found, Pair, Row

__all__ = [
    "Clusters",
    "Fact",
    "Found",
    "Pair",
    "Row",
    "allowed",
    "clusters",
    "compose",
    "find",
    "keys",
]
