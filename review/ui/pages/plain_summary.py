"""For everyone: the review in plain words, and what is known of the published review."""

from functools import partial

import streamlit as st

from review import actions
from review.errors import NotFound
from review.reporting.published import UNKNOWN
from review.ui.components.plain_text import plain_text
from review.ui.downloads import download
from review.ui.links import asked, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain
from review.vocab import Role

# by the name that an address gives a tab
_TABS = {"published": "The published review", "questions": "What can I ask?"}
_KINDS = {
    "plain-summary": "The summary",
    "published-review": "The published review",
    "mechanisms": "The map of mechanisms",
    "questions": "The questions",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw the summary, the published review and the questions as tabs; owners may change them."""
    st.header("For everyone", anchor=False)
    first = _TABS.get(asked("tab") or "")
    summary, published, answered = st.tabs(["In plain words", *_TABS.values()], default=first)
    with summary:
        _summary(db, who)
    with published:
        _published(db, who)
    with answered:
        questions(db, who)
    if who.may(Role.OWNER):
        _change(db, who)


def _summary(db: Database, who: SignedIn) -> None:
    try:
        found = actions.plain_summary(db, who.caller)
    except NotFound as none:
        st.info(plain(str(none)))
        st.markdown(
            "A summary has sections with paragraphs and claims, and the terms it explains; numbers "
            "such as `{studies}` and the verdict of each claim are computed."
        )
        return
    st.subheader(plain(found["title"]), anchor=False)
    plain_text(found["html"], key="plain-summary")
    if found["notice"]:
        st.caption(plain(found["notice"]))
    with st.container(horizontal=True):
        for format_, name in {"html": "Web page, to print", "md": "Markdown"}.items():
            download(
                name,
                f"plain-summary.{format_}",
                partial(actions.plain_summary_file, db, who.caller, format=format_),
            )
    with st.container(horizontal=True):
        link("claims", "The claims and their studies", icon=":material/format_quote:")
        link("evidence", "The evidence table", icon=":material/table_chart:")
        link("", "How the studies were found", icon=":material/account_tree:")


def _published(db: Database, who: SignedIn) -> None:
    try:
        found = actions.published_review(db, who.caller)
    except NotFound as none:
        st.info(plain(str(none)))
        return
    st.subheader(plain(found["title"]), anchor=False)
    st.markdown(plain(found["about"]))
    phases: dict[str, list[dict[str, str]]] = {}
    for box in found["boxes"]:
        n = UNKNOWN if box["n"] is None else f"{box['n']:,}"
        label = f"– {box['label']}" if box["within"] else box["label"]
        phases.setdefault(box["phase"], []).append({"Box": label, "Number": n})
    for phase, rows in phases.items():
        st.markdown(f"**{plain(phase)}**")
        st.table([{name: plain(value) for name, value in row.items()} for row in rows])
    st.markdown("**What else is said of it**")
    st.table(
        [
            {"What": plain(one["label"]), "Said": plain(one["said"] or UNKNOWN)}
            for one in found["facts"]
        ]
    )
    st.caption("Sources: " + "; ".join(plain(one) for one in found["sources"]))
    link("", "The flow of this database, from its own records", icon=":material/account_tree:")


def questions(db: Database, who: SignedIn) -> None:
    """Draw what can be asked: each question with its page and its command."""
    try:
        found = actions.questions(db, who.caller)
    except NotFound as none:
        st.info(plain(str(none)))
        return
    for one in found:
        with st.container(border=True):
            st.markdown(f"**{plain(one['question'])}**  \n{plain(one['answer'])}.")
            name = one["page"].replace("-", " ").capitalize() or "Overview"
            link(one["page"], name, icon=":material/arrow_forward:", **one["parameters"])
            st.code(one["command"], language="bash", wrap_lines=True)


def _change(db: Database, who: SignedIn) -> None:
    with st.expander("Change these texts"), st.form("writing"):
        st.caption("A document in YAML takes the place of the one in force; the ledger keeps both.")
        kind = st.selectbox("Which", list(_KINDS), format_func=_KINDS.__getitem__)
        given = st.file_uploader("File", type=["yaml", "yml"], max_upload_size=2)
        if st.form_submit_button("Put in place") and given is not None:
            with told():
                text = given.getvalue().decode("utf-8-sig", "replace")
                actions.put_writing(db, who.caller, kind, text, name=given.name)
                st.rerun()
