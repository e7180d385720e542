"""The form of a grading: start, five reasons down, three up, each proposed, judged, explained."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.synthesis.certainty import DOWN, MOST_UP, SYMBOLS, UP, WORDS, certainty
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain
from review.vocab import Certainty

Group = Mapping[str, Any]
_STEPS = {0: "no reason", -1: "−1 serious", -2: "−2 very serious"}
_UPS = {0: "no", 1: "+1", 2: "+2"}


def grading(db: Database, who: SignedIn, one: Group, *, settle: bool = False) -> str | None:
    """Draw the form for a group; return what was done once it is given."""
    before = (one["mine"] or {}).get("judgements") or {}
    key = f"{one['outcome']}-{one['contrast']}-{one['population']}"
    with st.form(f"grade-{key}"):
        start, start_reason = _start(one, key)
        judged: dict[str, Any] = {}
        for name, label in DOWN.items():
            proposal = one["proposed"][name]
            judged[name] = _factor(name, label, proposal, before.get(name), key)
        with st.expander("Reasons to rate up"):
            for name, label in UP.items():
                judged[name] = _factor(name, label, None, before.get(name), key)
        level = certainty(Certainty(start), [cell["steps"] for cell in judged.values()])
        st.caption(
            "What is proposed follows from the facts and proposes only. A judgement other than "
            "proposed needs a reason; where you leave the reason empty you confirm the proposal."
        )
        if not st.form_submit_button("Settle" if settle else "Grade", type="primary"):
            return None
    with told():
        done = actions.grade(
            db,
            who.caller,
            one["outcome"],
            one["contrast"],
            one["population"],
            judged,
            start=start,
            start_reason=start_reason,
            settle=settle,
        )
        name = f"{done['outcome_label']}, {done['contrast_label']}, {done['population_label']}"
        if not done["graded"]:
            return f"{name}: kept; it speaks once another grades the same."
        return f"{name}: {SYMBOLS[level]} {WORDS[level]}."
    return None


def _start(one: Group, key: str) -> tuple[str, str]:
    levels = [Certainty.HIGH.value, Certainty.LOW.value]
    left, right = st.columns([1, 3])
    start = left.selectbox(
        "Starts at",
        levels,
        index=levels.index(one["start"]) if one["start"] in levels else 1,
        format_func=lambda level: WORDS[Certainty(level)],
        key=f"start-{key}",
    )
    right.caption(plain(one["start_reason"]))
    reason = right.text_input("Why it starts elsewhere than by the rule", key=f"start-why-{key}")
    return str(start), reason


def _factor(
    name: str,
    label: str,
    proposal: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    key: str,
) -> dict[str, Any]:
    """One reason: how many steps, and why."""
    steps = _STEPS if name in DOWN else {n: _UPS[n] for n in range(MOST_UP[name] + 1)}
    first = before["steps"] if before else proposal["steps"] if proposal else 0
    left, right = st.columns([1, 3])
    chosen = left.selectbox(
        label, list(steps), index=list(steps).index(first), format_func=steps.__getitem__,
        key=f"{name}-{key}",
    )  # fmt: skip
    if proposal:
        right.caption(plain(f"Proposed {proposal['steps']}: {proposal['words']}"))
    said = (before or {}).get("reason") or ""
    reason = right.text_input(
        "Why",
        value="" if said.startswith("Confirmed: ") else said,
        key=f"{name}-why-{key}",
        label_visibility="collapsed",
        placeholder="Why",
    )
    return {"steps": int(chosen or 0), "reason": reason}
