"""Duplicates: questions answered one by one, what was merged and why, and finding more."""

from html import escape
from typing import Any

import streamlit as st

from review import actions
from review.ui.components.duplicates import questions
from review.ui.links import asked, link
from review.ui.merged_view import merged
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count
from review.vocab import Role

_JUDGES = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)
_PARTS = {
    "questions": "Questions",
    "related": "Related",
    "merged": "Merged",
    "by-hand": "By hand",
    "find": "Find duplicates",
}
_ABOUT = {
    "questions": "Likely one report, but not certain enough to be merged unasked; new ones come "
    "with Find duplicates.",
    "related": "No duplicates, but likely different reports of one study: an abstract and its "
    "article, a preprint, an erratum. Same study joins them; each stays a report.",
}
_SHOWN = 1000
_MOST_CHOSEN = 9


def page(db: Database, who: SignedIn) -> None:
    """Draw the part that the address names; each is drawn by its own function."""
    st.header("Duplicates", anchor=False)
    parts = [part for part in _PARTS if part != "find" or who.may(Role.OWNER)]
    if not who.may(*_JUDGES):
        parts.remove("by-hand")
    if "part" not in st.session_state:
        named = asked("part")
        st.session_state["part"] = named if named in parts else parts[0]
    part = st.segmented_control(
        "Part",
        parts,
        format_func=_PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        key="part",
    )
    part = part if part in parts else parts[0]
    st.query_params["part"] = part
    if part in {"questions", "related"}:
        st.caption(_ABOUT[part])
        questions(db, who, part=part, may_answer=who.may(*_JUDGES))
    elif part == "merged":
        merged(db, who, may_split=who.may(*_JUDGES))
    elif part == "by-hand":
        _by_hand(db, who)
    else:
        _find(db, who)


def _by_hand(db: Database, who: SignedIn) -> None:
    """Draw the records that a person chose, to be merged or said to be different."""
    given = st.text_input(
        "Records that may be the same report",
        value=asked("records") or "",
        max_chars=200,
        placeholder="two numbers or more, such as 12, 15",
        key="by-hand",
    )
    parts = given.replace(",", " ").split()
    if any(not (part.isascii() and part.isdigit() and len(part) < 10) for part in parts):
        st.error("Write record numbers, parted by commas.")
        return
    numbers = list(dict.fromkeys(int(part) for part in parts))
    if len(numbers) < 2:
        st.info("Name at least two records, or choose them in a list of records.")
        link("records", "Choose among the records", icon=":material/checklist:", choose="yes")
        return
    if len(numbers) > _MOST_CHOSEN:
        st.error(f"At most {_MOST_CHOSEN} records are laid side by side.")
        return
    st.query_params["records"] = ",".join(map(str, numbers))
    with told():
        actions.chosen_question(db, who.caller, numbers)  # refused here, before it is drawn
        questions(db, who, part="chosen", records=",".join(map(str, numbers)), may_answer=True)


def _find(db: Database, who: SignedIn) -> None:
    st.markdown(
        "Certain pairs are merged, uncertain ones become questions. Any merge can be split."
    )
    everything = st.checkbox("Compare all records again, not only the new ones")
    with st.container(horizontal=True):
        look = st.button("Look only (dry run)", key="dry-run")
        merge = st.button("Merge the certain, ask the rest", type="primary", key="dedup")
    if not look and not merge:
        return
    with st.status("Comparing …") as status:
        done = actions.dedup(
            db,
            who.caller,
            dry_run=look,
            everything=everything,
            progress=lambda step, n: status.update(label=f"{escape(step)}: {n:,}"),
        )
        status.update(label="Compared", state="complete")
    verb = "would be merged" if look else "merged"
    st.success(f"{count(done['merged'], 'pair')} {verb}, {count(done['questions'], 'question')}.")
    for name, key in (("Certain", "pairs"), ("Asked", "asked"), ("Related", "related")):
        if pairs := done.get(key):
            _listed(name, pairs)


def _listed(name: str, pairs: list[dict[str, Any]]) -> None:
    more = f", the first {_SHOWN:,} of {len(pairs):,}" if len(pairs) > _SHOWN else ""
    st.markdown(f"**{name}**{more}")
    st.dataframe(
        [
            {"Record": p["a"], "and": p["b"], "Likeness": p["score"], "Why": "; ".join(p["why"])}
            for p in pairs[:_SHOWN]
        ],
        hide_index=True,
    )
