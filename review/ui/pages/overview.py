"""What a member sees first: what waits for them, how far the review is, the live PRISMA flow."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.components.flow import flow_picture
from review.ui.components.link_list import Item, link_list
from review.ui.flow_words import box_name, ordered
from review.ui.links import go, link
from review.ui.retractions import retraction_alert
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain
from review.vocab import Role, Stage


def page(db: Database, who: SignedIn) -> None:
    """Draw the overview."""
    st.header("Overview", anchor=False)
    status = actions.status(db, who.caller)
    flow = actions.prisma(db, who.caller)
    retraction_alert(db, who, key="overview")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _next_steps(db, who, status, flow)
    with right:
        _progress(status)
    _flow(db, who, flow)


def _next_steps(db: Database, who: SignedIn, status: dict[str, Any], flow: dict[str, Any]) -> None:
    st.subheader("What to do next", anchor=False)
    steps = _steps(db, who, status, flow)
    for path, label, why, parameters in steps:
        with st.container(gap=None):
            link(path, f"**{label}**", icon=":material/arrow_forward:", **parameters)
            st.caption(why)
    if not steps:
        st.success("Nothing waits for you. The numbers below open their records.")
    link("plain-summary", "What can I ask?", icon=":material/help:", tab="questions")


Step = tuple[str, str, str, dict[str, str]]


def _steps(db: Database, who: SignedIn, status: dict[str, Any], flow: dict[str, Any]) -> list[Step]:
    """What waits for this member, by role, the most pressing first."""
    empty = not flow["boxes"]
    if empty and not who.may(Role.OWNER):
        return [
            (
                "searches",
                "Wait for the first search",
                "No records are in yet; an owner imports them.",
                {},
            )
        ]
    steps: list[Step] = []
    if who.may(Role.OWNER):
        steps += _for_owner(db, who, flow)
    if who.may(Role.ADJUDICATOR, Role.OWNER):
        steps += _conflicts(status, mine=who.may(Role.ADJUDICATOR))
    if who.may(Role.REVIEWER) and not empty:
        steps += _for_reviewer(db, who)
    waiting = flow["pending"][Stage.FULL_TEXT.value]["awaiting_retrieval"]
    if waiting and not who.roles <= {Role.VIEWER}:
        label = f"Get {count(waiting, 'full text')}"
        steps.append(("full-text", label, "Attach a PDF, give a link, or say what was tried.", {}))
    if flow["included"]["reports"] and who.may(Role.VIEWER, Role.EXTRACTOR, Role.OWNER):
        label = f"Look at the evidence of {count(flow['included']['studies'], 'study', 'studies')}"
        steps.append(("evidence", label, "Filter, map and download it.", {}))
    return steps


def _for_owner(db: Database, who: SignedIn, flow: dict[str, Any]) -> list[Step]:
    steps: list[Step] = []
    if not flow["boxes"]:
        why = "Import a file or search PubMed."
        steps.append(("searches", "Bring in the first records", why, {}))
    questions = len(actions.duplicates(db, who.caller, "questions", limit=100))
    if questions:
        label = f"Answer {count(questions, 'question')} about duplicates"
        steps.append(("duplicates", label, "Pairs that may be the same report.", {}))
    active = [m for m in actions.members(db, who.caller) if m["active"]]
    if sum(Role.REVIEWER in m["roles"] for m in active) < 2:
        steps.append(("team", "Add reviewers", "Screening needs two.", {}))
    if not any(Role.ADJUDICATOR in m["roles"] for m in active):
        steps.append(("team", "Name an adjudicator", "Conflicts need a third person.", {}))
    return steps


def _conflicts(status: dict[str, Any], *, mine: bool) -> list[Step]:
    steps: list[Step] = []
    for stage, name in words.STAGES.items():
        counts = status["stages"][stage]
        n = counts.get("conflict", 0) + counts.get("reason-conflict", 0)
        if n:
            label = f"Settle {count(n, 'conflict')} at {name.lower()}"
            why = "Judge blind first, then see the two votes."
            if not mine:
                label = f"{count(n, 'conflict')} at {name.lower()}"
                why = "An adjudicator settles them."
            steps.append(("conflicts", label, why, {"stage": stage}))
    return steps


def _for_reviewer(db: Database, who: SignedIn) -> list[Step]:
    steps: list[Step] = []
    for stage, name in words.STAGES.items():
        mine = actions.progress(db, who.caller, stage)
        if mine["remaining"]:
            label = f"Screen {count(mine['remaining'], 'record')} at {name.lower()}"
            why = f"You have voted on {mine['mine']:,}. I include, E exclude, U maybe."
            steps.append(("screen", label, why, {"stage": stage}))
    return steps


def _progress(status: dict[str, Any]) -> None:
    st.subheader("Progress", anchor=False)
    for stage, name in words.STAGES.items():
        counts = dict(status["stages"][stage])
        total = counts.get("total", 0)
        settled = sum(counts.get(state, 0) for state in ("included", "excluded", "reason-conflict"))
        share = settled / total if total else 0.0
        st.progress(share, text=f"**{name}**: {settled:,} of {total:,} settled")
        said = [f"{n:,} {words.STATES[s]}" for s, n in counts.items() if n and s in words.STATES]
        st.caption(words.joined(said) or "Nothing has reached this stage yet.")
    rows = status["reviewers"]
    if rows:
        with st.expander("By reviewer"):
            for row in rows:
                done, rest = row["voted"], row["remaining"]
                label = f"{plain(row['name'])}, {words.STAGES[row['stage']].lower()}"
                st.progress(
                    done / max(done + rest, 1), text=f"{label}: {done:,} of {done + rest:,}"
                )


def _flow(db: Database, who: SignedIn, flow: dict[str, Any]) -> None:
    st.subheader("PRISMA flow", anchor=False)
    boxes = {box: n for box, n in flow["boxes"].items() if n}
    if not boxes:
        st.info("The flow fills as records come in.")
        link("searches", "Bring in the first records", icon=":material/arrow_forward:")
        return
    st.caption("Live from the facts. Every number opens its records.")
    for one in flow["not_complete"]:
        st.warning(
            f"Search {one['search']} ({plain(one['source'])}) is not complete: "
            "records of it are still missing here.",
            icon=":material/warning:",
        )
    svg = actions.prisma_file(db, who.caller, "svg").decode()
    opened = flow_picture(svg, boxes)
    if opened:
        go("records", box=opened)
    with st.expander("The same numbers as a list"):
        items = [
            Item("records", {"box": box}, f"{boxes[box]:,} · {box_name(box, flow)}")
            for box in ordered(boxes)
        ]
        link_list(items, key="flow-list")
