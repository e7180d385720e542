"""The flow as one JSON document: the shape that scripts and other tools rely on.

`identified`, `removed`, `screened` ... `pending` at the top are the databases-and-registers lane,
`other` and `previous` the two other lanes, `included` and `total` where they join. `retracted`
counts the retracted reports beside all that, in all and by box; it is no part of any sum.
"""

from typing import Any

from review.reporting.fates import OTHER, pending
from review.reporting.identities import identities
from review.reporting.prisma import FULL_TEXT_PENDING, INCLUDED, TITLE_ABSTRACT_PENDING, Flow
from review.vocab import DATABASE_LANE, Stage


def as_json(flow: Flow) -> dict[str, Any]:
    """The flow as one JSON-ready document, with its identities and the size of every box."""
    document: dict[str, Any] = {
        "identified": {"by_source": _by_source(flow, other=False), "total": flow.n("identified")},
        "removed": {
            "duplicates": flow.n("removed.duplicates"),
            "automation": flow.n("removed.automation"),
            "other": flow.n("removed.other"),
        },
        "screened": flow.n("screened"),
        **_lane(flow, ""),
        "included": {
            "studies": len(flow.studies["new"]),
            "reports": flow.n("included") + flow.n("other.included"),
            "reports_from_databases": flow.n("included"),
            "reports_from_other_methods": flow.n("other.included"),
        },
        "other": {
            "identified": {
                "by_source": _by_source(flow, other=True),
                "total": flow.n("other.identified"),
            },
            "already_identified": flow.n("other.already_identified"),
            "duplicates": flow.n("other.duplicates"),
            "removed": flow.n("other.removed.automation") + flow.n("other.removed.other"),
            **_lane(flow, OTHER),
            "included_reports": flow.n("other.included"),
        },
        "previous": {
            "studies": len(flow.studies["previous"]),
            "reports": flow.n("previous.reports"),
        },
        "total": {
            "studies": len(flow.studies["total"]),
            "reports": flow.n("included") + flow.n("other.included") + flow.n("previous.reports"),
            "studies_in_meta_analysis": len(flow.studies["meta_analysis"]),
        },
        "retracted": {
            "reports": len(flow.retracted_reports),
            "included": sum(flow.n(f"retracted.{box}") for box in INCLUDED),
            "boxes": {box: n for box in flow.names if (n := flow.n(f"retracted.{box}"))},
        },
        "under_way": flow.under_way,
        "as_of": flow.as_of,
        "boxes": {box: flow.n(box) for box in flow.names},
        "identities": [identity.as_json() for identity in identities(flow)],
    }
    if flow.where is not None:
        document["where"] = {
            "expression": flow.where,
            "studies": len(flow.studies.get("selected", ())),
        }
    return document


def _lane(flow: Flow, lane: str) -> dict[str, Any]:
    counts = flow.other_reasons if lane else flow.reasons
    first, second = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
    return {
        "excluded_title_abstract": flow.n(lane + "excluded_title_abstract"),
        "sought": flow.n(lane + "sought"),
        "not_retrieved": flow.n(lane + "not_retrieved"),
        "assessed": flow.n(lane + "assessed"),
        "excluded_full_text": _labelled([(c.label, c.code, c.n) for c in counts]),
        "reasons": [{"code": c.code, "label": c.label, "n": c.n, "box": c.box} for c in counts],
        "pending": {
            first.value: {k: flow.n(lane + pending(first, k)) for k in TITLE_ABSTRACT_PENDING},
            second.value: {
                k: flow.n(lane + pending(second, k))
                for k in (*FULL_TEXT_PENDING, "reason_conflict")
            },
        },
    }


def _by_source(flow: Flow, *, other: bool) -> dict[str, int]:
    return _labelled(
        [
            (count.source, count.kind.value, count.n)
            for count in flow.sources
            if (count.kind not in DATABASE_LANE) is other
        ]
    )


def _labelled(counts: list[tuple[str, str, int]]) -> dict[str, int]:
    """Counts by label; where two share one, what sets them apart stands in brackets."""
    labels = [label for label, _, _ in counts]
    return {
        label if labels.count(label) == 1 else f"{label} ({apart})": n for label, apart, n in counts
    }
