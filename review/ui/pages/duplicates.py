"""Duplicates: questions answered one by one, what was merged and why, and finding more."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.differences import marked
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_FIELDS = {
    "title": "Title",
    "authors": "Authors",
    "journal": "Journal",
    "year": "Year",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "doi": "DOI",
    "pmid": "PMID",
    "source": "Source",
    "abstract": "Abstract",
}
_DONE = {"merge": "merged", "split": "split", "different": "kept apart", "question": "asked"}
_SHOWN = 100
_CLUSTERS = 20
# the answer, the pair, and what was with the second before
Answered = tuple[str, int, int, list[int]]
_JUDGES = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)


def page(db: Database, who: SignedIn) -> None:
    """Draw the page: three parts, each by its own function."""
    st.header("Duplicates", anchor=False)
    parts = ["Questions", "Merged"] + (["Find duplicates"] if who.may(Role.OWNER) else [])
    chosen = st.segmented_control(
        "Part", parts, default=parts[0], required=True, label_visibility="collapsed", key="part"
    )
    draw = {"Questions": _questions, "Merged": _merged, "Find duplicates": _find}
    draw[chosen or parts[0]](db, who)


def _questions(db: Database, who: SignedIn) -> None:
    skipped: int = st.session_state.setdefault("skipped", 0)
    answered: list[Answered] = st.session_state.setdefault("answered", [])
    again: tuple[int, int] | None = st.session_state.get("again")
    found = actions.duplicates(db, who.caller, "questions", limit=_SHOWN)
    waiting = [pair for pair in found if (pair["a"], pair["b"]) != again]
    question = waiting[skipped % len(waiting)] if waiting else None
    if again is not None:
        question = _asked_again(db, who, *again)
    if question is None:
        _no_questions(db, who, answered)
        return
    n = len(found)
    st.markdown(f"**{'at least ' if n == _SHOWN else ''}{count(n, 'question')}** open")
    what = _buttons(who, can_undo=bool(answered))
    with told():
        if what in {"same", "different"}:
            answered.append(_answer(db, who, what, question["a"], question["b"]))
            st.session_state["again"] = None
        elif what == "skip":
            st.session_state["skipped"] = skipped + 1
            st.session_state["again"] = None
        elif what == "undo":
            _undo(db, who, answered)
        if what:
            st.rerun()
    _pair(question)


def _buttons(who: SignedIn, *, can_undo: bool) -> str | None:
    """Draw the answers with their keys; return the one just given."""
    if not who.may(*_JUDGES):
        st.caption("Owners, reviewers and adjudicators answer these questions.")
        return None
    found = None
    with st.container(horizontal=True):
        if st.button("Same report", shortcut="S", type="primary", key="same"):
            found = "same"
        if st.button("Different", shortcut="D", key="different"):
            found = "different"
        if st.button("Skip", shortcut="K", key="skip"):
            found = "skip"
        if st.button("Undo", shortcut="Z", key="undo", disabled=not can_undo):
            found = "undo"
    return found


def _answer(db: Database, who: SignedIn, what: str, a: int, b: int) -> Answered:
    """Act on an answer; return what is needed to take it back."""
    if what == "different":
        actions.different(db, who.caller, a, b)
        return what, a, b, []
    with_b = actions.record(db, who.caller, b)["cluster"]
    actions.merge(db, who.caller, a, b)
    return what, a, b, with_b


def _undo(db: Database, who: SignedIn, answered: list[Answered]) -> None:
    """Take the last answer back and put its question again."""
    what, a, b, with_b = answered.pop()
    if what == "same":
        # everything that was with b leaves a, and is together again
        for record in with_b:
            actions.split(db, who.caller, record)
        for record in with_b[1:]:
            actions.merge(db, who.caller, with_b[0], record)
    st.session_state["again"] = (a, b)


def _asked_again(db: Database, who: SignedIn, a: int, b: int) -> dict[str, Any]:
    raw = {
        entry["record"]: entry
        for number in (a, b)
        for entry in actions.record(db, who.caller, number)["entries"]
    }
    why = ["asked again: the last answer was taken back"]
    return {"a": a, "b": b, "score": None, "why": why, "records": [raw[a], raw[b]]}


def _no_questions(db: Database, who: SignedIn, answered: list[Answered]) -> None:
    st.success("No open questions about duplicates.")
    if answered and st.button("Undo the last answer", shortcut="Z", key="undo"):
        _undo(db, who, answered)
        st.rerun()
    if who.may(Role.OWNER):
        st.caption("After each import, look for duplicates under “Find duplicates”.")


def _pair(question: Mapping[str, Any]) -> None:
    """Draw two records side by side, each differing character marked."""
    score = question["score"]
    why = "; ".join(map(str, question["why"])) or "no reason recorded"
    st.caption(plain(why) + (f" · likeness {score:.2f}" if score is not None else ""))
    left, right = question["records"]
    rows = []
    for name, label in _FIELDS.items():
        a, b = _value(left, name), _value(right, name)
        if a or b:
            marks = marked(a, b)
            rows.append(
                f'<tr><th scope="row">{label}</th><td>{marks[0]}</td><td>{marks[1]}</td></tr>'
            )
    style = (
        "<style>.pair{width:100%;border-collapse:collapse;table-layout:fixed}"
        ".pair :is(th,td){text-align:left;vertical-align:top;padding:.4rem .5rem;"
        "border-bottom:1px solid rgba(128,128,128,.35);overflow-wrap:anywhere}"
        ".pair tr>:first-child{width:5.5rem;font-weight:600;opacity:.75}</style>"
    )
    head = "".join(f"<th scope='col'>Record {int(r['record'])}</th>" for r in (left, right))
    table = f'<table class="pair"><tr><th></th>{head}</tr>{"".join(rows)}</table>'
    st.html(style + table)


def _value(card: Mapping[str, Any], name: str) -> str:
    value = card[name]
    return "; ".join(value) if isinstance(value, list) else str(value or "")


def _merged(db: Database, who: SignedIn) -> None:
    place: int = st.session_state.setdefault("clusters-from", 0)
    found = actions.duplicates(db, who.caller, "clusters", limit=_CLUSTERS + 1, offset=place)
    if not found:
        st.info("Nothing has been merged yet.")
    for cluster in found[:_CLUSTERS]:
        _cluster(db, who, cluster)
    with st.container(horizontal=True):
        if place and st.button("Previous", key="clusters-previous"):
            st.session_state["clusters-from"] = max(0, place - _CLUSTERS)
            st.rerun()
        if len(found) > _CLUSTERS and st.button("Next", key="clusters-next"):
            st.session_state["clusters-from"] = place + _CLUSTERS
            st.rerun()
    if who.may(*_JUDGES):
        _by_hand(db, who)


def _cluster(db: Database, who: SignedIn, cluster: Mapping[str, Any]) -> None:
    with st.container(border=True):
        first = cluster["records"][0]
        link("records", plain(first["title"] or "(no title)"), record=cluster["kept"])
        for fact in cluster["why"]:
            how = "automatically" if fact["automatic"] else "by hand"
            named = " and ".join(str(fact[side]) for side in ("a", "b") if fact[side])
            said = f"{_DONE.get(fact['kind'], fact['kind'])} {how}: {named}"
            st.caption(plain(f"{said}: {'; '.join(map(str, fact['why']))}"))
        for card in cluster["records"]:
            left, right = st.columns([5, 1], vertical_alignment="center")
            kept = " (kept)" if card["record"] == cluster["kept"] else ""
            line = words.joined(
                [f"{card['record']}{kept}", card["source"], words.citation(card), card["doi"]]
            )
            left.markdown(plain(line))
            if who.may(*_JUDGES) and right.button("Split off", key=f"split-{card['record']}"):
                actions.split(db, who.caller, card["record"])
                st.rerun()


def _by_hand(db: Database, who: SignedIn) -> None:
    with st.expander("Merge two records by hand"), st.form("merge"):
        left, right = st.columns(2)
        a = left.number_input("Record", min_value=1, value=None, step=1)
        b = right.number_input("is the same report as record", min_value=1, value=None, step=1)
        if st.form_submit_button("Merge") and a and b:
            with told():
                done = actions.merge(db, who.caller, int(a), int(b))
                st.success(f"Records {', '.join(map(str, done['records']))} are one report now.")


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
    for name, pairs in (("Certain", done["pairs"]), ("Asked", done["asked"])):
        if pairs:
            st.markdown(f"**{name}**")
            st.dataframe(
                [
                    {
                        "Record": p["a"],
                        "and": p["b"],
                        "Likeness": p["score"],
                        "Why": "; ".join(p["why"]),
                    }
                    for p in pairs[:1000]
                ],
                hide_index=True,
            )
