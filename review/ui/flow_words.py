"""What each box of the PRISMA flow is called where it is listed beside the picture."""

from collections.abc import Mapping
from typing import Any

_FIXED = {
    "identified": "Records identified from databases and registers",
    "identified.database": "Identified in databases",
    "identified.register": "Identified in registers",
    "identified.website": "Identified on websites",
    "identified.organisation": "Identified through organisations",
    "identified.citation": "Identified by citation searching",
    "removed": "Records removed before screening",
    "removed.duplicates": "Removed before screening: duplicates",
    "removed.automation": "Removed before screening: by automation",
    "removed.other": "Removed before screening: other reasons",
    "screened": "Records screened",
    "excluded_title_abstract": "Records excluded on title and abstract",
    "pending.title-abstract": "Title and abstract: not decided yet",
    "pending.title-abstract.unscreened": "Title and abstract: without a vote",
    "pending.title-abstract.awaiting": "Title and abstract: awaiting another vote",
    "pending.title-abstract.conflict": "Title and abstract: in conflict",
    "sought": "Reports sought for retrieval",
    "not_retrieved": "Reports not retrieved",
    "pending.full-text.awaiting_retrieval": "Reports awaiting retrieval",
    "assessed": "Reports assessed for eligibility",
    "excluded_full_text": "Reports excluded on full text",
    "pending.full-text": "Full text: not decided yet",
    "pending.full-text.unscreened": "Full text: without a vote",
    "pending.full-text.awaiting": "Full text: awaiting another vote",
    "pending.full-text.conflict": "Full text: in conflict",
    "pending.full-text.reason_conflict": "Excluded on full text, reason in conflict",
    "included": "Reports included",
    "included.reports": "Reports of the included studies",
    "total.reports": "Reports of all included studies, earlier ones too",
}
_OTHER = {
    "identified": "Records identified by other methods",
    "already_identified": "Other methods: already found by databases or registers",
    "duplicates": "Other methods: duplicates of one another",
}


def box_name(box: str, flow: Mapping[str, Any]) -> str:
    """Return what a box holds, in words; `flow` is the document of `actions.prisma`."""
    if box == "retracted":
        return "Retracted reports"
    if box.startswith("retracted."):
        return f"Retracted, among: {box_name(box.removeprefix('retracted.'), flow)}"
    if box == "previous.reports":
        return "Reports of the previous version of the review"
    lane, rest = ("other", box[6:]) if box.startswith("other.") else ("", box)
    name = _OTHER.get(rest) if lane else None
    name = name or _FIXED.get(rest) or _named(rest, (flow["other"] if lane else flow)["reasons"])
    return f"Other methods: {name}" if lane and rest not in _OTHER else name


def _named(box: str, reasons: list[dict[str, Any]]) -> str:
    """A source of the searches, or a reason for exclusion."""
    head, _, tail = box.partition(".")
    if head == "identified":
        return f"Identified in {tail.partition('.')[2] or tail}"
    label = next((reason["label"] for reason in reasons if reason["code"] == tail), tail)
    return f"Reports excluded: {label}" if head == "excluded_full_text" else box


def ordered(boxes: Mapping[str, int]) -> list[str]:
    """Return the boxes in the order in which records pass through them, lane by lane."""
    order = list(_FIXED)

    def place(box: str) -> tuple[int, int, str]:
        rest = box.removeprefix("other.")
        parents = [n for n, name in enumerate(order) if rest == name or rest.startswith(f"{name}.")]
        lane = 0 if box.startswith("previous") else 2 if box.startswith("other.") else 1
        return lane, max(parents, default=len(order)), rest

    return sorted(boxes, key=place)
