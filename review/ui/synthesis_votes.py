"""Counts of votes on a page: each number leads to its studies; before and after side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui.linked_table import Linked, linked_table
from review.ui.session import Database, SignedIn
from review.ui.words import plain

Document = Mapping[str, Any]
SENSITIVITIES = {
    "risk_of_bias": "Risk of bias: all, low only, low and some",
    "verified": "Without studies checked in part",
    "settled": "Without extractions that are not settled",
    "method": "Each family of methods alone",
    "family": "Leaving one cohort family out",
    "priority": "One study of each family",
    "retracted": "Without retracted reports",
}
_SAYS = {
    "worse": "Worse",
    "better": "Better",
    "none": "No difference",
    "conflicting": "Conflicting",
    "ambiguous": "Ambiguous",
    "not given": "Not given",
}
_NUMBERS = {"not given": "not_given"}


def votes(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw the counts, by domain or by outcome."""
    by = st.segmented_control(
        "Counted by", ["domain", "outcome"], default="domain", required=True, key="synthesis-by",
        format_func={"domain": "Outcome domain", "outcome": "Each outcome"}.__getitem__,
    )  # fmt: skip
    found = actions.synthesis(db, who.caller, by=by, report=False, **asked)
    _scope(found)
    if not found["groups"]:
        st.info("No effect matches, so there is nothing to count.")
        return
    everything = bool(asked.get("everything"))
    _table(found["groups"], by, everything)
    st.caption(
        "Each number leads to the effects of its studies. No p below six families with a "
        "direction; what is not in worse or better is left out of the share."
    )
    with st.expander("How it is counted"):
        st.markdown("\n".join(f"- {plain(rule)}" for rule in found["rules"]))
    with st.expander("Which studies say what"):
        _named(found["groups"], by, everything)


def _scope(found: Document) -> None:
    st.markdown(
        f"**{found['effects']:,}** effects of **{found['studies']:,}** studies in "
        f"**{found['families']:,}** cohort families."
    )


def _table(groups: Sequence[Document], by: str, everything: bool) -> None:
    rows = []
    for group in groups:
        rows.append(_row(group, by, group["labels"]["population"], everything))
        for part in group["parts"]:
            species = ", ".join(part["labels"]["species"])
            rows.append(_row(part, by, f"– {species}", everything))
    heads = [
        "Population",
        "Contrast",
        "Outcome",
        *_SAYS.values(),
        "Share worse",
        "Wilson 95 %",
        "p",
        "Certainty",
    ]
    linked_table(heads, rows, label="Votes by direction")


def _row(group: Document, by: str, population: str, everything: bool) -> list[object]:
    labels = group["labels"]
    counts = []
    for say in _SAYS:
        n, where = group[_NUMBERS.get(say, say)], group["cells"][say]["where"]
        leads = n and where
        counts.append(Linked.to(n, "evidence", where=where, everything=everything) if leads else n)
    return [
        population,
        labels["contrast"],
        Linked.to(labels[by], "evidence", where=group["where"], everything=everything),
        *counts,
        *share(group),
        (group.get("certainty") or "").partition(";")[0],
    ]


def share(one: Document) -> list[str]:
    """The share of worse, its interval and its p, each as it is printed."""
    if one["wilson"] is None:
        return ["–", "–", "–"]
    low, high = one["wilson"]
    p = one["p"]
    said = "–" if p is None else f"{p:.3f}" if p >= 0.001 else "< 0.001"
    return [f"{one['proportion_worse']:.2f}", f"{low:.2f} to {high:.2f}", said]


def _named(groups: Sequence[Document], by: str, everything: bool) -> None:
    rows = [
        [
            group["labels"][by],
            group["labels"]["contrast"],
            group["labels"]["population"],
            heading,
            Linked.to(
                ", ".join(one["label"] for one in cell["families"]),
                "evidence",
                where=cell["where"],
                everything=everything,
            ),
        ]
        for group in groups
        for say, heading in _SAYS.items()
        if (cell := group["cells"][say])["families"]
    ]
    linked_table(["Outcome", "Contrast", "Population", "Says", "Cohort families"], rows)


def sensitivity(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw every group counted whole and again, side by side."""
    kind = st.selectbox(
        "Counted again", list(SENSITIVITIES), format_func=SENSITIVITIES.__getitem__,
        key="synthesis-again",
    )  # fmt: skip
    found = actions.synthesis(db, who.caller, sensitivity=kind, report=False, **asked)
    groups = [one for one in found["groups"] if one["n"]]
    if not groups:
        st.info("No group has a direction to count again.")
        return
    notes = {one["sensitivity"]["note"] for one in groups} - {""}
    for note in sorted(notes):
        st.warning(plain(f"{note[:1].upper()}{note[1:]}."))
    everything = bool(asked.get("everything"))
    if kind == "family":
        _one_out(groups, everything)
        return
    names = list(dict.fromkeys(p["name"] for g in groups for p in g["sensitivity"]["after"]))
    heads = ["Population", "Contrast", "Outcome", "All", *(_title(name) for name in names)]
    rows = []
    for group in groups:
        again = {part["name"]: part for part in group["sensitivity"]["after"]}
        labels = group["labels"]
        cells = [_again(again[name]) if name in again else "" for name in names]
        rows.append(
            [
                labels["population"],
                labels["contrast"],
                Linked.to(
                    labels["domain"], "evidence", where=group["where"], everything=everything
                ),
                _again(group["sensitivity"]["before"]),
                *cells,
            ]
        )
    linked_table(heads, rows, label="Counted again")
    st.caption("Families worse and better, the share worse with its Wilson interval, and p.")


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _again(part: Document) -> str:
    if not part["families"]:
        return "nobody left"
    if not part["n"]:
        return f"no direction ({part['families']} left out)"
    proportion, interval, p = share(part)
    tested = "" if p == "–" else f", p {p}"
    return f"{part['worse']} worse, {part['better']} better\n{proportion} ({interval}){tested}"


def _one_out(groups: Sequence[Document], everything: bool) -> None:
    rows = []
    for group in groups:
        shares = [p["proportion_worse"] for p in group["sensitivity"]["after"] if p["n"]]
        ps = [p["p"] for p in group["sensitivity"]["after"] if p["p"] is not None]
        labels = group["labels"]
        rows.append(
            [
                labels["population"],
                labels["contrast"],
                Linked.to(
                    labels["domain"], "evidence", where=group["where"], everything=everything
                ),
                _again(group["sensitivity"]["before"]),
                f"{min(shares):.2f} to {max(shares):.2f}" if shares else "nobody left",
                f"{min(ps):.3f} to {max(ps):.3f}" if ps else "–",
                ", ".join(group["sensitivity"]["changed"]) or "–",
            ]
        )
    heads = ["Population", "Contrast", "Outcome", "All", "Share worse, one left out", "p",
             "Changes the majority"]  # fmt: skip
    linked_table(heads, rows, label="One family left out")
