"""Decides which records are compared at all: those that share a key, in blocks of capped size."""

from collections.abc import Callable, Iterator
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from review.dedup.kinds import bare
from review.dedup.normalise import Norm

CAP = 24
"""Records of one block that are all compared; in larger ones each meets its nearest neighbours."""
WINDOW = 8
"""Neighbours a record of a large block is compared with, in the order of title, year and page."""

Ints = npt.NDArray[np.int64]


def keys(norm: Norm) -> list[int]:
    """The blocking keys of a record: signed 64-bit numbers, the same on every machine and day.

    Two records are compared only if they share one, so a store may keep them in an index and
    hand `find` only the records that share a key with a new one.
    """
    named = [*_of_title(norm), *_of_place(norm)]
    if norm.doi:
        named.append(("doi", norm.doi))
    if norm.pmid:
        named.append(("pmid", norm.pmid))
    if norm.trial:
        named.append(("trial", norm.trial))
    if len(norm.abstract) >= 100:
        named.append(("abstract", norm.abstract[:48]))
        named.append(("abstract-middle", norm.abstract[60:100]))
    return [_hash(f"{name}:{value}") for name, value in named]


def _of_title(n: Norm) -> Iterator[tuple[str, str]]:
    if len(n.letters) > 20:
        yield "start", n.letters[:36]
        yield "end", n.letters[-30:]
        yield "words", n.longest
        if n.first:
            yield "name-word", f"{n.first} {n.longest.partition(' ')[0]} {n.year}"
            yield "name-start", f"{n.first} {n.letters[:20]}"
        if n.kind in ("notice", "reply") and len(article := bare(n.letters)) > 20:
            yield "start", article[:36]
    elif n.letters:
        yield "short", f"{n.letters} {n.volume} {n.page}"
        yield "short-name", f"{n.letters} {n.first} {n.year}"


def _of_place(n: Norm) -> Iterator[tuple[str, str]]:
    if n.first and n.volume:
        yield "name-volume", f"{n.first} {n.volume} {n.year} {n.journal[:1]}"
    if not n.page:
        return
    if n.volume:
        if n.last:
            yield "place", f"{n.volume} {n.page} {n.last}"
        yield "volume-page", f"{n.volume} {n.page} {n.year} {n.journal[:1]}"
    if n.first:
        yield "name-page", f"{n.first} {n.page} {n.volume or n.year}"


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def candidates(
    owner: Ints,
    digest: Ints,
    *,
    order: Callable[[int], tuple[str, int, str]],
    fresh: npt.NDArray[np.bool_] | None = None,
) -> tuple[Ints, Ints]:
    """The pairs of record positions (i < j) that share a key, each once.

    `owner[k]` holds the position whose key is `digest[k]`; `order(position)` sorts a block that
    is too large to be compared in full; with `fresh`, pairs without a fresh record are left out.
    Work grows with the records, not with their square: a block gives at most
    `max(CAP, WINDOW) * size` pairs.
    """
    if not len(owner):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    by = np.argsort(digest, kind="stable")
    owner, digest = owner[by], digest[by]
    starts = np.flatnonzero(np.r_[True, digest[1:] != digest[:-1]])
    sizes = np.diff(np.r_[starts, len(digest)])
    count = int(owner.max()) + 1
    found = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= CAP)]):
        blocks = owner[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(int(size), 1)
        found.append(_coded(blocks[:, left].ravel(), blocks[:, right].ravel(), count))
    for start, size in zip(starts[sizes > CAP], sizes[sizes > CAP], strict=True):
        block = np.array(sorted(owner[start : start + size].tolist(), key=order))
        for step in range(1, WINDOW + 1):
            found.append(_coded(block[:-step], block[step:], count))
    coded = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    i, j = coded // count, coded % count
    keep = i != j
    if fresh is not None:
        keep &= fresh[i] | fresh[j]
    return i[keep], j[keep]


def _coded(a: Ints, b: Ints, count: int) -> Ints:
    """A pair as one number, so that pairs found twice are recognised without Python objects."""
    return np.minimum(a, b) * count + np.maximum(a, b)
