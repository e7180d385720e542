"""Decides, for many records at once, which pairs are merged, which are asked, and which are not."""

from array import array
from collections.abc import Callable, Container, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from review.dedup import block, decide, relate, score
from review.dedup.normalise import Norm, normalise
from review.dedup.row import Found, Pair, Row
from review.dedup.words import RULE, why

CHUNK = 100_000
"""Pairs compared at once: bounds the memory, large enough that Python's share stays small."""

Progress = Callable[[str, int], None]


def keys(row: Row) -> list[int]:
    """The blocking keys of one record, for a store that keeps them in an index.

    Two records are compared only if they share a key. Signed 64-bit, stable between runs.
    """
    return block.keys(normalise(row))


def find(
    rows: Iterable[Row],
    *,
    new: Container[int] | None = None,
    merged: Mapping[int, int] | None = None,
    keyed: Callable[[int, list[int]], None] | None = None,
    progress: Progress | None = None,
) -> Found:
    """Finds duplicates among records.

    With `new`, only pairs touching a record of those ids are considered; give then only the new
    records, those that share a key with one (see `keys`) and those already merged with these,
    and the cost follows the new alone. `merged` maps records to the record kept for their
    cluster, as it already is: such pairs are not found again, and what would contradict the
    cluster is not merged into it. `keyed(id, keys)` is called with each record's blocking keys,
    `progress(step, done)` as records are read and pairs compared. Every record's id must be
    given once. No input raises: what cannot be read counts as missing.
    """
    tell = progress or (lambda _step, _done: None)
    ids: list[int] = []
    norms: list[Norm] = []
    owners, hashes = array("q"), array("q")  # a fifth of what lists would hold
    for position, row in enumerate(rows):
        norm = normalise(row)
        ids.append(row.id)
        norms.append(norm)
        found = block.keys(norm)
        hashes.extend(found)
        owners.extend([position] * len(found))
        if keyed:
            keyed(row.id, found)
        if position % 1000 == 999:
            tell("read", position + 1)
    fresh = None if new is None else np.array([record in new for record in ids], np.bool_)
    i, j = block.candidates(
        np.frombuffer(owners, np.int64),
        np.frombuffer(hashes, np.int64),
        order=lambda p: _order(norms[p]),
        fresh=fresh,
    )
    compared = _Compared(norms, i, j, tell)
    return compared.answer(ids, _Groups(norms, ids, merged or {}))


def _order(norm: Norm) -> tuple[str, int, str]:
    return norm.letters, norm.year, norm.page


class _Compared:
    """The pairs that some rule speaks of, with their scores; all others are dropped at once."""

    def __init__(self, norms: list[Norm], i: block.Ints, j: block.Ints, tell: Progress) -> None:
        self.norms = norms
        at: list[block.Ints] = []
        scores: list[score.Scores] = []
        decisions: list[decide.Decision] = []
        relations: list[npt.NDArray[np.int8]] = []
        for start in range(0, max(len(i), 1), CHUNK):
            some = slice(start, start + CHUNK)
            compared = score.score(norms, i[some], j[some])
            decision = decide.decide(compared)
            no = decision.verdict == decide.NO
            related = relate.relate(compared, norms, i[some], j[some], among=no)
            kept = np.flatnonzero(~no | (related > 0))
            at.append(kept + start)
            relations.append(related[kept])
            scores.append(compared.take(kept))
            decisions.append(decision.take(kept))
            tell("compared", min(start + CHUNK, len(i)))
        every = np.concatenate(at)
        self.i, self.j = i[every], j[every]
        self.scores = score.joined(scores)
        self.verdict = np.concatenate([decision.verdict for decision in decisions])
        self.rule = np.concatenate([decision.rule for decision in decisions])
        self.relation = np.concatenate(relations)
        self.hold = np.concatenate([decision.hold for decision in decisions])

    def answer(self, ids: list[int], groups: "_Groups") -> Found:
        """The best pairs that join what is to be joined, no cluster contradicting itself."""
        likeness = self.scores.likeness()
        certain: list[Pair] = []
        asked: list[Pair] = []
        refused: list[int] = []
        related: list[int] = []
        best_first = np.lexsort((-likeness, -self.verdict)).tolist()
        for k in best_first:
            a, b = int(self.i[k]), int(self.j[k])
            if groups.top(a) == groups.top(b):
                continue
            if self.relation[k]:
                related.append(k)
            elif self.verdict[k] == decide.CERTAIN and groups.agree(a, b):
                groups.join(a, b)
                certain.append(self._pair(k, ids, likeness, merged=True))
            else:
                refused.append(k)
        seen: set[tuple[int, int]] = set()
        for k in refused:
            tops = groups.top(int(self.i[k])), groups.top(int(self.j[k]))
            both = min(tops), max(tops)
            if tops[0] != tops[1] and both not in seen:
                seen.add(both)
                asked.append(self._pair(k, ids, likeness))
        told = []
        # first those with the article itself: a reply and a preprint are told by way of it
        for k in sorted(related, key=self._beside_no_article):
            tops = groups.top(int(self.i[k])), groups.top(int(self.j[k]))
            if tops[0] != tops[1] and (min(tops), max(tops)) not in seen:
                groups.join(*tops)  # a chain of reports tells it; not each with each
                told.append(self._pair(k, ids, likeness))
        return Found(certain, asked, told)

    def _beside_no_article(self, k: int) -> bool:
        """Whether both records of a pair are notices, replies, preprints or meeting abstracts."""
        return all(self.norms[int(one[k])].kind for one in (self.i, self.j))

    def _pair(
        self, k: int, ids: list[int], likeness: score.Floats, *, merged: bool = False
    ) -> Pair:
        i, j = int(self.i[k]), int(self.j[k])
        first, second = (i, j) if ids[i] < ids[j] else (j, i)
        reasons = why(self.scores, k, self.norms[first], self.norms[second])
        related = relate.KINDS[self.relation[k]]
        rule = relate.WORDS[related] if related else decide.RULES[self.rule[k]]
        reasons.append(RULE + rule)
        if not related and not merged:
            reasons.extend(self._hindrance(k))
        return Pair(ids[first], ids[second], round(float(likeness[k]), 3), reasons, related)

    def _hindrance(self, k: int) -> list[str]:
        if self.hold[k]:
            return [f"but: {decide.HOLDS[self.hold[k]]}"]
        contradicts = bool(self.verdict[k] == decide.CERTAIN)
        return ["but: it would bring two PMIDs or a notice into one cluster"] * contradicts


class _Groups:
    """Union-find that knows which PMIDs and kinds each group holds, so none contradicts itself."""

    def __init__(self, norms: list[Norm], ids: list[int], merged: Mapping[int, int]) -> None:
        self._norms = norms
        self._up: dict[int, int] = {}
        self._marks: dict[int, tuple[set[str], set[str]]] = {}
        first: dict[int, int] = {}
        for position, record in enumerate(ids) if merged else ():
            kept = merged.get(record, record)
            if first.setdefault(kept, position) != position:
                self.join(first[kept], position)

    def top(self, x: int) -> int:
        up = self._up
        while (above := up.get(x, x)) != x:
            up[x] = up.get(above, above)
            x = above
        return x

    def agree(self, a: int, b: int) -> bool:
        """Whether the two groups together would hold one PMID and one kind of report at most."""
        (pmids, kinds), (other_pmids, other_kinds) = self._of(a), self._of(b)
        return len(pmids | other_pmids) <= 1 and len(kinds | other_kinds) <= 1

    def join(self, a: int, b: int) -> None:
        (pmids, kinds), (other_pmids, other_kinds) = self._of(a), self._of(b)
        low, high = sorted((self.top(a), self.top(b)))
        self._up[high] = low
        self._marks.pop(high, None)
        self._marks[low] = pmids | other_pmids, kinds | other_kinds

    def _of(self, x: int) -> tuple[set[str], set[str]]:
        top = self.top(x)
        if top in self._marks:
            return self._marks[top]
        norm = self._norms[top]
        special = norm.kind if norm.kind != "meeting" else ""
        return ({norm.pmid} if norm.pmid else set()), {special}
