"""Two people's tags on a page: laid side by side, settled or agreed on, and how well they agree."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.errors import NotAllowed
from review.reporting.intervals import with_interval
from review.ui.downloads import download
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain
from review.vocab import Role

_KINDS = {"adjudication": "settled by a third person", "discussion": "agreed in discussion"}
_MEASURES = {"percent": "Agreed", "kappa": "Kappa", "pabak": "PABAK", "ac1": "AC1"}
Facets = Mapping[str, Mapping[str, Any]]


def compared(db: Database, who: SignedIn, target: str, facets: Facets) -> None:
    """Draw what two people put on a target, as the member may see it, and what can be done."""
    found = actions.compare_tags(db, who.caller, target)
    labels = {t["code"]: t["label"] for facet in facets.values() for t in facet["terms"]}
    if not found["facets"]:
        _hidden(db, who, target, found, facets, labels)
        return
    open_ = [one for one in found["facets"] if one["open"]]
    if open_:
        st.warning(f"To settle: {plain(', '.join(one['label'] for one in open_))}")
    else:
        st.success("Nothing is left to settle.")
    rows = [
        {
            "Facet": one["label"],
            **{str(said["by"]): _named(said["codes"], labels) for said in one["said"]},
            "Stands": _named(one["codes"], labels) if one["said"] else "",
            "How": _how(one),
        }
        for one in found["facets"]
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    if who.may(Role.ADJUDICATOR):
        for one in open_:
            draw = _settle if one["said"] else _judge
            draw(db, who, target, one, facets[one["facet"]], labels)
    if not open_ and who.may(Role.ADJUDICATOR, Role.OWNER):
        _reopen(db, who, target)


def _named(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(code, code) for code in codes) or "–"


def _how(one: Mapping[str, Any]) -> str:
    if one["open"]:
        return "to settle" if one["said"] else "to judge, then to settle"
    if one["settled"]:
        by = f", {one['settled']['by']}" if one["settled"]["by"] else ""
        return f"{_KINDS.get(one['settled']['kind'], one['settled']['kind'])}{by}"
    return "both"


def _judge(
    db: Database,
    who: SignedIn,
    target: str,
    one: Mapping[str, Any],
    facet: Mapping[str, Any],
    labels: Mapping[str, str],
) -> None:
    """The first step of settling a facet: the adjudicator's own terms, before they see theirs."""
    with told(), st.form(f"judge-{target}-{one['facet']}"):
        st.markdown(f"**{plain(one['label'])}** · 1. Judge blind")
        st.caption("Your own judgement is kept before you see what the two put.")
        chosen = st.multiselect(
            "What you would put",
            [term["code"] for term in facet["terms"] if not term["retired"]],
            format_func=lambda code: labels.get(code, code),
            help="Nothing chosen: no term of this facet.",
        )
        if st.form_submit_button("Keep my judgement, show theirs", type="primary"):
            actions.judge_tags(db, who.caller, target, one["facet"], chosen)
            st.rerun()


def _settle(
    db: Database,
    who: SignedIn,
    target: str,
    one: Mapping[str, Any],
    facet: Mapping[str, Any],
    labels: Mapping[str, str],
) -> None:
    said = list(dict.fromkeys(code for some in one["said"] for code in some["codes"]))
    others = [t["code"] for t in facet["terms"] if t["code"] not in said and not t["retired"]]
    with told(), st.form(f"settle-{target}-{one['facet']}"):
        st.markdown(f"**{plain(one['label'])}** · 2. See theirs, then settle")
        mine = one["both"] if one["judged"] is None else one["judged"]
        if one["judged"] is not None:
            st.caption(f"You judged: {plain(_named(mine, labels))}")
        for each in one["said"]:
            st.caption(f"{plain(str(each['by']))}: {plain(_named(each['codes'], labels))}")
        chosen = st.multiselect(
            "What stands",
            [*said, *others],
            default=[code for code in mine if code in {*said, *others}],
            format_func=lambda code: labels.get(code, code),
            help="Nothing chosen: no term of this facet stands.",
        )
        note = st.text_input("Note", max_chars=2000)
        if st.form_submit_button("Settle", type="primary"):
            actions.settle_tags(db, who.caller, target, one["facet"], chosen, note=note)
            st.rerun()


def _reopen(db: Database, who: SignedIn, target: str) -> None:
    with st.expander("Have it tagged again"), told(), st.form(f"reopen-{target}", border=False):
        why = st.text_input("Why", max_chars=2000)
        if st.form_submit_button("Reopen"):
            actions.reopen_tags(db, who.caller, target, why=why)
            st.rerun()


def _hidden(
    db: Database,
    who: SignedIn,
    target: str,
    found: Mapping[str, Any],
    facets: Facets,
    labels: Mapping[str, str],
) -> None:
    """What one of the two sees before it is settled: their own, and the way to agree."""
    if found["state"] != "waiting":
        st.info("Two people's tags are compared here once both are done.")
        return
    st.info(
        "You are done. What the other put stays hidden until it is settled. Where the two of you "
        "have agreed in discussion, confirm it here, facet by facet; it counts once both have."
    )
    usable = [id for id, facet in facets.items() if not facet["derived"]]
    facet = st.selectbox(
        "Facet", usable, format_func=lambda id: facets[id]["label"], key="discussed-facet"
    )
    own = {one["facet"]: one["codes"] for one in found["mine"]}
    before = found["confirmed"].get(facet)
    if before is not None:
        st.caption(f"You confirmed: {plain(_named(before, labels))}")
    with told(), st.form(f"discuss-{target}-{facet}"):
        chosen = st.multiselect(
            "What you agreed on",
            [term["code"] for term in facets[facet]["terms"]],
            default=[c for c in before or own.get(facet, []) if c in labels],
            format_func=lambda code: labels.get(code, code),
        )
        if st.form_submit_button("Confirm"):
            actions.discuss_tags(db, who.caller, target, facet, chosen)
            st.rerun()


def agreement(db: Database, who: SignedIn) -> None:
    """Draw how well taggers agree, a row for each facet."""
    terms = st.toggle("Each term too", key="agreement-terms")
    try:
        found = actions.agreement_on_tags(db, who.caller, terms=terms)
    except NotAllowed as refusal:
        st.info(str(refusal))
        return
    if not found:
        st.info(
            "Agreement is measured over what two people have tagged and are done with; those who "
            "tag see it once it is settled."
        )
        return
    st.caption(
        "First rounds only, as each had tagged when done. A facet's terms are compared as a whole; "
        "a term, whether it was put. Intervals are 95 %."
    )
    rows = [
        {
            "On": one["level"],
            "Facet": one["label"],
            **({"Term": one["term_label"] or ""} if terms else {}),
            "Taggers": " and ".join(one["taggers"]) or "all pairs",
            "n": one["n"],
            **{label: with_interval(one, name) for name, label in _MEASURES.items()},
        }
        for one in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    caller = who.caller
    download("CSV", "tag-agreement.csv", lambda: actions.agreement_on_tags_file(db, caller))
