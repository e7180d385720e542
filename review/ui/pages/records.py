"""The records behind a number of the flow, a search by words, and one record with its history."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, words
from review.ui.flow_words import box_name
from review.ui.links import asked, asked_number, go, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_JUDGES = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)


def page(db: Database, who: SignedIn) -> None:
    """Draw one record where the address names it, else the list the address asks for."""
    record = asked_number("record")
    if record is not None:
        _one(db, who, record)
    else:
        _list(db, who, asked("box"))


def _list(db: Database, who: SignedIn, box: str | None) -> None:
    if box is None:
        st.header("Records", anchor=False)
    else:
        st.header(plain(box_name(box, actions.prisma(db, who.caller))), anchor=False)
        with st.container(horizontal=True):
            link("", "Overview", icon=":material/arrow_back:")
            link("records", "All records", icon=":material/list:")
    text = st.text_input(
        "Search in title, abstract, authors, journal, keywords, MeSH, DOI, PMID",
        max_chars=300,
        placeholder='all these words, "words together", begin*',
        help="Words in any order; case, accents and hyphens make no difference. "
        "Put words in quotes that stand together, and end one with * to find all it begins.",
        key=f"words-{box}",
    ).strip()
    # two looks: the first tells how many pages there are, so the choice of a page can stand above
    place = st.container()
    key = f"page-{box}-{text}"
    offset = (int(st.session_state.get(key, 1)) - 1) * cards.PAGE_SIZE
    found = actions.records(
        db, who.caller, box=box, text=text or None, limit=cards.PAGE_SIZE, offset=offset
    )
    with place:
        st.markdown(f"**{count(found['total'], 'record')}**")
        cards.paged(found["total"], key=key)
    if who.may(*_JUDGES) and _choosing(found["records"]):
        return
    cards.listed(found["records"], box=box)
    if not found["total"]:
        _nothing(box, text)


def _choosing(shown: list[dict[str, Any]]) -> bool:
    """Draw the list to choose from where it is asked for; what was chosen stays while paging."""
    wanted = asked("choose") is not None
    if not st.toggle("Choose records to merge", value=wanted, key="choosing"):
        return False
    chosen: dict[int, str] = st.session_state.setdefault("chosen", {})
    table = st.dataframe(
        [
            {
                "Record": card["record"],
                "Title": card["title"],
                "Authors": "; ".join(card["authors"][:3]),
                "Year": card["year"],
                "Source": card["source"],
                "Retracted": "yes" if card["retracted"] else "",
            }
            for card in shown
        ],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"choose-{'-'.join(str(card['record']) for card in shown)}",
    )
    rows = [shown[row] for row in table["selection"]["rows"] if row < len(shown)]
    if rows and st.button(f"Add {count(len(rows), 'record')} to those to merge", type="primary"):
        chosen |= {card["record"]: card["title"] for card in rows}
    if not chosen:
        st.caption("Tick two or more, here or on other pages and searches, and add them.")
    for record, title in chosen.items():
        st.markdown(f"{record} · {plain(title or '(no title)')}")
    with st.container(horizontal=True):
        numbers = ",".join(map(str, chosen))
        if len(chosen) > 1 and st.button("Compare and merge", icon=":material/merge:"):
            st.session_state["chosen"] = {}
            st.session_state.pop("part", None)
            st.session_state.pop("by-hand", None)
            go("duplicates", part="by-hand", records=numbers)
        if chosen and st.button("Choose anew"):
            st.session_state["chosen"] = {}
            st.rerun()
    return True


def _nothing(box: str | None, text: str) -> None:
    if text:
        st.info("No record has all these words. Try fewer, or the beginning of a word with a *.")
    elif box:
        st.info("This box of the flow is empty now.")
    else:
        st.info("No records are in yet.")
        link("searches", "Import a file or search PubMed", icon=":material/arrow_forward:")


def _one(db: Database, who: SignedIn, number: int) -> None:
    box = asked("box")
    link("records", "Back to the list", icon=":material/arrow_back:", box=box)
    record = actions.record(db, who.caller, number)
    cards.heading(record)
    st.markdown(f"Record {record['record']} · {plain(words.standing(record['standing']))}")
    cards.notices(record)
    cards.reading_links(record)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Abstract", anchor=False)
        cards.abstract(record)
        cards.details(record)
        cards.composed(record)
    with right:
        st.subheader("History", anchor=False)
        _history(db, record)
        _more(db, who, record)
    _entries(record)


def _history(db: Database, record: dict[str, Any]) -> None:
    reasons = {
        reason["code"]: reason["label"]
        for stage in actions.about(db)["stages"].values()
        for reason in stage["reasons"]
    }
    if not record["history"]:
        st.caption("Nothing has been decided that you may see yet.")
    for entry in record["history"]:
        st.markdown(f":gray[{words.moment(entry['at'])}] {plain(_said(entry, reasons))}")


def _said(entry: dict[str, Any], reasons: dict[str, str]) -> str:
    """One fact of the history as a sentence."""
    by = entry["by"] or "the database's holder"
    stage = words.STAGES.get(entry.get("stage", ""), "").lower()
    reason = reasons.get(entry.get("reason") or "", entry.get("reason"))
    more = words.joined([reason, entry.get("note")])
    more = f" ({more})" if more else ""
    match entry["what"]:
        case "vote":
            again = f", round {entry['round']}" if entry["round"] > 1 else ""
            return f"{by} voted {entry['verdict']} at {stage}{again}{more}"
        case "ruling":
            waiver = ", though one of the voters" if entry.get("waiver") else ""
            return f"{by} ruled {entry['verdict']} at {stage} by {entry['kind']}{waiver}{more}"
        case "reopening":
            return f"{by} reopened it at {stage}: {entry['why']}"
        case "merge" | "split" | "different" | "question":
            others = ", ".join(str(r) for r in entry["records"])
            verb = {"merge": "merged", "split": "split", "different": "kept apart"}
            said = verb.get(entry["what"], "asked about")
            undone = " (undone since)" if entry["undone"] else ""
            return f"{by} {said} {others}: {'; '.join(map(str, entry['why']))}{undone}"
    how = words.joined([entry.get("link"), entry.get("tried")])
    said = words.RETRIEVALS.get(entry["what"], entry["what"])
    return f"{by}: {said}" + (f" ({how})" if how else "")


def _more(db: Database, who: SignedIn, record: dict[str, Any]) -> None:
    """What an owner or adjudicator may do with a record from here."""
    if not who.may(Role.OWNER, Role.ADJUDICATOR):
        return
    with st.expander("Reopen"), st.form(f"reopen-{record['record']}"):
        stages = [stage for stage in words.STAGES if stage in record["standing"]]
        stage = st.selectbox("Stage", stages, format_func=words.STAGES.__getitem__)
        why = st.text_input("Why", max_chars=500)
        if st.form_submit_button("Begin a new round") and stage:
            with told():
                done = actions.reopen(db, who.caller, record["record"], stage=stage, why=why)
                st.success(f"Round {done['round']} begins; the earlier votes are kept.")
    if not who.may(Role.OWNER):
        return
    with st.expander("Remove before screening"), st.form(f"remove-{record['record']}"):
        by = st.selectbox("By", ["other", "automation"])
        why = st.text_input("Why", max_chars=500, key="remove-why")
        if st.form_submit_button("Remove"):
            with told():
                actions.remove(db, who.caller, record["record"], by=by, why=why)
                st.success("Removed; the flow counts it under 'removed before screening'.")


def _entries(record: dict[str, Any]) -> None:
    entries = record["entries"]
    label = "Raw record, as it came"
    if len(entries) > 1:
        label = f"{count(len(entries), 'raw record')} merged into this report, as they came"
    with st.expander(label):
        for entry in entries:
            st.markdown(f"**Record {entry['record']}** from {plain(entry['source'])}")
            st.json(
                {
                    k: v
                    for k, v in entry.items()
                    if v and k not in {"standing", "cluster", "sources"}
                },
                expanded=False,
            )
