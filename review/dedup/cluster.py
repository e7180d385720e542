"""Decides which records are one cluster: a replay of merges and splits, in the order they came."""

from collections.abc import Iterable

from review.dedup.row import Found, Pair
from review.vocab import Duplicate

Fact = tuple[str, tuple[int, ...]]
"""(`Duplicate` value, records): merge, different, question (a, b); split (those leaving)."""


class Clusters:
    """Records in clusters, as the facts so far have it; a record never named is its own cluster.

    Remembers also which records must not be merged without a person: those judged different, and
    those a person split apart.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._kept: dict[int, int] = {}
        self._members: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Applies one more fact."""
        what, records = fact
        if what == Duplicate.MERGE:
            for record in records[1:]:
                self._unite(records[0], record)
        elif what == Duplicate.SPLIT:
            self._split(records)
        elif what == Duplicate.DIFFERENT:
            for record in records[1:]:
                self._bar(records[0], record)

    def kept(self, record: int) -> int:
        """The record that stands for this one's cluster: the lowest id in it."""
        return self._kept.get(record, record)

    def members(self, record: int) -> set[int]:
        """All records of this one's cluster, itself included."""
        return set(self._members.get(self.kept(record), {record}))

    def as_dict(self) -> dict[int, int]:
        """Record to kept record, for every record a merge or split has named."""
        return dict(self._kept)

    def may_merge(self, a: int, b: int) -> bool:
        """Whether joining the clusters of a and b would bring no two barred records together."""
        small, large = sorted((self.members(a), self.members(b)), key=len)
        return not any(self._apart.get(record, set()) & large for record in small)

    def barred(self, a: int, b: int) -> bool:
        """Whether a person has said that just these two are different, or split them."""
        return b in self._apart.get(a, set())

    def _unite(self, a: int, b: int) -> None:
        self._settle(self.members(a) | self.members(b))

    def _split(self, records: tuple[int, ...]) -> None:
        leaving = set(records)
        staying = {m for record in records for m in self.members(record)} - leaving
        for cluster in {self.kept(record) for record in records}:
            rest = self.members(cluster) - leaving
            self._members.pop(cluster, None)
            if rest:
                self._settle(rest)
        self._settle(leaving)
        for record in leaving:
            for other in staying:
                self._bar(record, other)

    def _settle(self, members: set[int]) -> None:
        kept = min(members)
        for record in members:
            self._members.pop(record, None)
            self._kept[record] = kept
        self._members[kept] = members

    def _bar(self, a: int, b: int) -> None:
        self._apart.setdefault(a, set()).add(b)
        self._apart.setdefault(b, set()).add(a)


def clusters(facts: Iterable[Fact]) -> dict[int, int]:
    """Record to kept record (the lowest id of its cluster) for every record merged or split.

    `merge` unites the two clusters as they then are, `split` takes the listed records out into a
    cluster of their own, `different` and `question` change nothing.
    """
    return Clusters(facts).as_dict()


def allowed(found: Found, facts: Iterable[Fact]) -> Found:
    """What may still be merged or asked, given what people have already said.

    Pairs judged different or split apart are neither merged again, directly or through third
    records, nor asked again; pairs already in one cluster are left out. A certain pair that
    would bring barred records together becomes a question. Related pairs stay, unless one of
    them was answered.
    """
    now = Clusters(facts)
    certain: list[Pair] = []
    asked: list[Pair] = []
    for pair in found.certain:
        if _one(now, pair):
            continue
        if now.may_merge(pair.a, pair.b):
            now.add((Duplicate.MERGE, (pair.a, pair.b)))
            certain.append(pair)
        else:
            asked.append(pair)
    asked = [p for p in asked if not now.barred(p.a, p.b)]
    asked += [p for p in found.uncertain if not _one(now, p) and now.may_merge(p.a, p.b)]
    related = [p for p in found.related if now.may_merge(p.a, p.b) and not _one(now, p)]
    return Found(certain, asked, related)


def _one(now: Clusters, pair: Pair) -> bool:
    return now.kept(pair.a) == now.kept(pair.b)
