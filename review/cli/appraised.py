"""How appraisals look on a terminal: a tool's items, one's own answers, two beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from review.cli.printing import literal, table
from review.cli.session import Session
from review.reporting.intervals import with_interval

Document = Mapping[str, Any]
_SHOWN = ("percent", "kappa", "weighted_kappa", "ac1")
STATES = {
    "to-do": "to be appraised",
    "waiting": "waiting for the other assessor",
    "awaiting": "awaiting another appraisal",
    "conflict": "in conflict",
    "settled": "settled",
}


def listed(session: Session, found: list[dict[str, Any]]) -> None:
    """Show the studies and what their appraisals amount to."""
    names = ("study", "label", "tool", "state", "waits", "overall_words", "assessors")
    heads = ("study", "label", "tool", "state", "waits for you", "risk of bias", "assessors")
    counts = ", ".join(
        f"{sum(one['state'] == state for one in found):,} {said}"
        for state, said in STATES.items()
        if any(one["state"] == state for one in found)
    )
    session.show(found, table(heads, ([one[n] for n in names] for one in found)), counts or "")


def shown(session: Session, found: Document) -> None:
    """Show what a member may see of the appraisals of one study."""
    lines = [f"Study {found['study']} ({found['label']}) is {STATES[found['state']]}."]
    lines.append(found["why"])
    session.show(found, *lines, *_one("Settled", found["settled"]), *_one("Yours", found["mine"]))


def _one(heading: str, found: Document | None) -> list[Any]:
    if found is None:
        return []
    rows = [
        (item, said["answer"], said["reason"], said["quote"], said["page"])
        for item, said in found["answers"].items()
    ]
    heads = ("item", "answer", "reason", "quote", "page")
    end = f" {found['reason']}" if found["reason"] else ""
    domains = "; ".join(f"{d}: {one['judgement'] or 'na'}" for d, one in found["domains"].items())
    return [
        table(heads, rows, title=f"{heading}, by {found['tool_title']}"),
        literal(f"Domains: {domains}"),
        literal(f"Overall: {found['overall_words']}.{end}"),
    ]


def asked(session: Session, found: Document) -> None:
    """Show what an assessor is asked for a study."""
    if found["tool"] is None:
        session.show(found, found["why"], "Name the tool with --tool; 'review tools' lists them.")
        return
    mine = (found["mine"] or {}).get("answers", {})
    rows = (
        (item["id"], item["question"], answers_of(item), mine.get(item["id"], {}).get("answer"))
        for item in found["tool"]["items"]
    )
    session.show(
        found,
        literal(f"Study {found['study']} ({found['label']}): {found['why']}"),
        table(("item", "question", "answers", "yours"), rows, title=found["tool"]["title"]),
        found["closed"] or "Answer with --answer ITEM=ANSWER:REASON, or --file; --sheet to fill.",
    )


def compared(session: Session, found: Document) -> None:
    """Show the appraisals of a study item by item, and what they became."""
    letters = [one["who"] for one in found["appraisals"]]
    end = found["settled"]
    rows: list[tuple[Any, ...]] = [
        (one["item"], one["question"], *(one["said"][at] for at in letters), _same(one))
        for one in found["items"]
    ]
    rows += [
        (one["domain"], "", *(one["said"][at] for at in letters), _same(one))
        for one in found["domains"]
    ]
    if end:
        answers = [(end["answers"].get(one["item"]) or {}) for one in found["items"]]
        domains = [(end["domains"].get(one["domain"]) or {}) for one in found["domains"]]
        became = [one.get("answer", "") for one in answers]
        became += [one.get("judgement") or "na" for one in domains]
        rows = [(*row, last) for row, last in zip(rows, became, strict=True)]
    overall = [one["overall"] for one in found["appraisals"]]
    differ = "" if len(set(overall)) == 1 else "differ"
    rows.append(("overall", "", *overall, differ, *([end["overall"]] if end else [])))
    used = "; ".join(
        f"{one['who']}{' is ' + one['name'] if one.get('name') else ''}: {one['tool_title']}"
        for one in found["appraisals"]
    )
    said = f"Settled by {end['how']}: {end['overall_words']}." if end else "Not settled."
    heads = ("", "question", *letters, "", *(["settled"] if end else []))
    session.show(found, used, table(heads, rows), said)


def _same(one: Document) -> str:
    return "" if one["agree"] else "differ"


def agreement(session: Session, found: Sequence[Document]) -> None:
    """Show the agreement of appraisals."""
    heads = ("tool", "part", "", "n", "percent", "kappa", "weighted kappa", "ac1")
    rows = (
        (
            one["tool"],
            one["part"],
            one["id"],
            one["n"],
            *(with_interval(one, name) for name in _SHOWN),
        )
        for one in found
    )
    methods = found[0]["interval_methods"] if found else {}
    said = "; ".join(f"{name}: {how}" for name, how in methods.items())
    session.show(found, table(heads, rows), literal(f"95 % intervals. {said}.") if said else "")


def answers_of(item: Document) -> str:
    """Return the answers an item may have, a star for each star they earn."""
    stars = {True: "*", False: ""}
    said = [
        f"{one['code']} {one['label']}{stars[bool(one['stars'])] * (one['stars'] or 1)}"
        if one["label"].casefold() != one["code"].casefold()
        else f"{one['code']}{stars[bool(one['stars'])] * (one['stars'] or 1)}"
        for one in item["answers"]
    ]
    return "; ".join([*said, *(["na"] if item["not_applicable"] else [])])


def marks(item: Document) -> str:
    """Return what is special about an item: key, or when it is asked."""
    if item["key"]:
        return "key"
    return (
        "if "
        + " or ".join(
            " and ".join(f"{other} {'/'.join(some)}" for other, some in one.items())
            for one in item["asked"]
        )
        if item["asked"]
        else ""
    )
