"""Which sums must hold in a PRISMA flow, finished or under way; each with its two sides.

D database lane, O other methods, J joined, S a review under way, P partition. Where a review is
under way, D3 to D5 and O2 to O4 also take away what is pending; when nothing is, they are the
template's own.
"""

from dataclasses import dataclass
from typing import Any

from review.reporting.fates import OTHER, pending
from review.reporting.prisma import Flow
from review.vocab import DATABASE_LANE, Stage

FIRST, SECOND = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT


@dataclass(frozen=True, slots=True)
class Identity:
    """One check: `left` and `right` as counted apart, and whether they agree."""

    name: str
    left: int
    right: int
    ok: bool
    text: str

    def as_json(self) -> dict[str, Any]:
        """The check as a JSON object."""
        return {
            "name": self.name,
            "left": self.left,
            "right": self.right,
            "ok": self.ok,
            "text": self.text,
        }


def identities(flow: Flow) -> list[Identity]:
    """Check every identity of a flow."""
    return [*_database(flow), *_other(flow), *_joined(flow), *_under_way(flow), _partition(flow)]


def holds(flow: Flow) -> bool:
    """Whether all identities hold."""
    return all(identity.ok for identity in identities(flow))


def _equal(name: str, left: int, right: int, text: str) -> Identity:
    return Identity(name, left, right, left == right, text)


def _at_most(name: str, left: int, right: int, text: str) -> Identity:
    return Identity(name, left, right, left <= right, text)


def _database(flow: Flow) -> list[Identity]:
    n = flow.n
    removed = sum(n(f"removed.{why}") for why in ("duplicates", "automation", "other"))
    waiting = n(pending(SECOND, "awaiting_retrieval"))
    undecided = flow.pending(SECOND) - waiting
    by_source = sum(s.n for s in flow.sources if s.kind in DATABASE_LANE)
    return [
        _equal("D1", n("identified"), by_source, "identified = sum over databases and registers"),
        _equal(
            "D2",
            n("screened"),
            n("identified") - removed,
            "screened = identified - duplicates - automation - other removals",
        ),
        _equal(
            "D3",
            n("sought"),
            n("screened") - n("excluded_title_abstract") - flow.pending(FIRST),
            "sought = screened - excluded - pending at title and abstract",
        ),
        _equal(
            "D4",
            n("assessed"),
            n("sought") - n("not_retrieved") - waiting,
            "assessed = sought - not retrieved - awaiting retrieval",
        ),
        _equal(
            "D5",
            n("included"),
            n("assessed") - sum(r.n for r in flow.reasons) - undecided,
            "reports included = assessed - sum over reasons of excluded - pending at full text",
        ),
    ]


def _other(flow: Flow) -> list[Identity]:
    def n(box: str) -> int:
        return flow.n(OTHER + box)

    waiting = n(pending(SECOND, "awaiting_retrieval"))
    undecided = flow.pending(SECOND, lane=OTHER) - waiting
    removed = n("removed.automation") + n("removed.other")
    gap = n("already_identified") + n("duplicates") + removed
    gap += n("excluded_title_abstract") + flow.pending(FIRST, lane=OTHER)
    by_source = sum(s.n for s in flow.sources if s.kind not in DATABASE_LANE)
    return [
        _equal("O1", n("identified"), by_source, "identified by other methods = sum over them"),
        _equal(
            "O2",
            n("sought"),
            n("identified") - gap,
            "sought = identified - already found - duplicates - removed - excluded - pending",
        ),
        _equal(
            "O3",
            n("assessed"),
            n("sought") - n("not_retrieved") - waiting,
            "assessed = sought - not retrieved - awaiting retrieval",
        ),
        _equal(
            "O4",
            n("included"),
            n("assessed") - sum(r.n for r in flow.other_reasons) - undecided,
            "reports included = assessed - sum over reasons of excluded - pending at full text",
        ),
    ]


def _joined(flow: Flow) -> list[Identity]:
    reports = flow.n("included") + flow.n("other.included")
    studies = flow.studies
    ended = sum(flow.n(box) for box in flow.terminals if box.endswith("included"))
    total = len(studies["total"])
    return [
        _equal("J1", ended, reports, "new reports = included from databases + from other methods"),
        _at_most("J2", len(studies["new"]), reports, "new studies are at most the new reports"),
        _equal(
            "J3",
            total,
            len(studies["previous"]) + len(studies["new"]),
            "all studies = previous + new",
        ),
        Identity(
            "J4",
            len(studies["meta_analysis"]),
            total,
            studies["meta_analysis"] <= studies["total"],
            "studies in meta-analysis are some of all studies",
        ),
    ]


def _under_way(flow: Flow) -> list[Identity]:
    n = flow.n
    done = n("included") + n("excluded_full_text")
    return [
        _equal(
            "S1",
            n("screened"),
            n("sought") + n("excluded_title_abstract") + flow.pending(FIRST),
            "screened = advanced + excluded + conflict + one vote + unscreened",
        ),
        _equal(
            "S2",
            n("sought"),
            done + n("not_retrieved") + flow.pending(SECOND),
            "sought = decided + not retrieved + awaiting retrieval + pending at full text",
        ),
    ]


def _partition(flow: Flow) -> Identity:
    ended = sorted(record for box in flow.terminals for record in flow.ids(box))
    counted = sum(flow.n(box) for box in flow.terminals)
    return Identity(
        "P",
        counted,
        flow.size,
        counted == flow.size and ended == list(flow.records),
        "every record ends in exactly one box",
    )
