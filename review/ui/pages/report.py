"""What goes into the paper: the flow with its checks, agreement, proof, and files to take away."""

from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import ExpressionError, NotAllowed
from review.ui import words
from review.ui.components.flow import flow_picture
from review.ui.downloads import download
from review.ui.links import go
from review.ui.retractions import retraction_alert
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain
from review.vocab import Role

_FLOW_FILES = {
    "svg": ("SVG", "svg"),
    "docx": ("Word", "docx"),
    "html": ("HTML", "html"),
    "text": ("Text", "txt"),
    "csv": ("CSV (PRISMA2020)", "csv"),
    "json": ("JSON", "json"),
}
_RECORD_FILES = {"ris": "RIS", "csv": "CSV", "nbib": "NBIB", "xlsx": "Excel"}
_MEASURES = {
    "percent": "Agreement",
    "kappa": "Cohen's κ",
    "pabak": "PABAK",
    "ac1": "Gwet's AC1",
    "positive": "Positive agreement",
    "negative": "Negative agreement",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw the parts of the report."""
    st.header("Report", anchor=False)
    retraction_alert(db, who, key="report")
    flow, agreement, checks, files = st.tabs(["Flow", "Agreement", "Checks", "Files"])
    with flow:
        _flow(db, who)
    with agreement:
        _agreement(db, who)
    with checks:
        _checks(db, who)
    with files:
        _files(db, who)


def _flow(db: Database, who: SignedIn) -> None:
    left, right = st.columns([3, 1])
    where = left.text_input(
        "Which included studies (an expression of the Evidence page)",
        max_chars=5000,
        key="flow-where",
    ).strip()
    day = right.date_input("As of", value=None, format="YYYY-MM-DD", key="flow-day")
    options: dict[str, Any] = {"where": where or None, "as_of": day.isoformat() if day else None}
    try:
        flow = actions.prisma(db, who.caller, **options)
    except ExpressionError as fault:
        st.error(plain(str(fault)))
        st.code(f"{where}\n{' ' * fault.position}^", language=None)
        return
    with st.container(horizontal=True):
        for format_, (name, ending) in _FLOW_FILES.items():
            download(
                name,
                f"prisma-flow.{ending}",
                partial(actions.prisma_file, db, who.caller, format_, **options),
            )
    svg = actions.prisma_file(db, who.caller, "svg", **options).decode()
    # a number of another day has no list of records behind it that is still true
    boxes = {} if day else {box: n for box, n in flow["boxes"].items() if n}
    if opened := flow_picture(svg, boxes, key="report-flow"):
        go("records", box=opened)
    if "where" in flow:
        chosen = flow["where"]["studies"]
        st.markdown(f"The expression picks **{count(chosen, 'study', 'studies')}**.")
    with st.expander("As text"):
        st.code(actions.prisma_file(db, who.caller, "text", **options).decode(), language=None)
    _identities(flow["identities"])


def _identities(identities: list[dict[str, Any]]) -> None:
    wrong = [one for one in identities if not one["ok"]]
    if wrong:
        st.error(f"{count(len(wrong), 'identity', 'identities')} of the flow does not hold.")
    else:
        st.success(
            f"The flow adds up: all {count(len(identities), 'identity', 'identities')} hold."
        )
    st.dataframe(
        [
            {
                "Check": one["name"],
                "What": one["text"],
                "Left": one["left"],
                "Right": one["right"],
                "Holds": "yes" if one["ok"] else "NO",
            }
            for one in identities
        ],
        hide_index=True,
    )


def _agreement(db: Database, who: SignedIn) -> None:
    try:
        found = actions.agreement(db, who.caller)
    except NotAllowed as refused:
        st.info(plain(str(refused)))
        return
    if not found:
        st.info("No record has been screened by two reviewers yet, so there is nothing to compare.")
        return
    st.caption(
        "Votes before anything was revealed, first complete round, duplicates left out. "
        "Intervals are 95 %."
    )
    for one in found:
        who_ = "all pairs together" if one["pooled"] else " and ".join(one["reviewers"])
        title = f"{words.STAGES[one['stage']]}, round {one['round']}: {who_}"
        st.markdown(f"**{plain(title)}**, n = {one['n']:,}")
        st.dataframe(
            [
                {
                    "Measure": name,
                    "Value": _figure(one[key]),
                    "95 % interval": _interval(one[f"{key}_interval"]),
                }
                for key, name in _MEASURES.items()
            ],
            hide_index=True,
        )
        with st.expander("Table of votes"):
            _votes(one)


def _figure(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _interval(interval: list[float] | None) -> str:
    return "not defined" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def _votes(one: dict[str, Any]) -> None:
    rows, columns = (one["reviewers"] + ["first", "second"])[:2] if not one["pooled"] else ("", "")
    st.caption(plain(f"Rows: {rows}; columns: {columns}" if rows else "Rows: one of the pair"))
    st.dataframe(
        [
            {"": category} | dict(zip(one["categories"], line, strict=True))
            for category, line in zip(one["categories"], one["table"], strict=True)
        ],
        hide_index=True,
    )


def _checks(db: Database, who: SignedIn) -> None:
    st.markdown(
        "Proves that what is stored is what the facts give: the ledger is unbroken, standings and "
        "evidence rebuilt are equal, every PubMed search is accounted for, the flow adds up."
    )
    if not who.may(Role.OWNER):
        st.info("An owner verifies the review here; whoever holds it, by `review verify`.")
        return
    if not st.button("Verify the review", type="primary"):
        return
    with st.spinner("Verifying …"):
        found = actions.verify(db, who.caller)
    for check in found["checks"]:
        icon = ":material/check_circle:" if check["ok"] else ":material/error:"
        said = f"{check['name']}: {check['detail']}"
        (st.success if check["ok"] else st.error)(plain(said), icon=icon)
    st.caption(f"Head of the ledger: {found['head']['seq']:,}")
    st.code(found["head"]["hash"], language=None)


def _files(db: Database, who: SignedIn) -> None:
    st.markdown("**Records**, as they came, with the record kept and the standing by stage")
    with st.container(horizontal=True):
        for format_, name in _RECORD_FILES.items():
            download(
                name,
                f"records.{format_}",
                partial(actions.export, db, who.caller, "records", format=format_),
            )
    st.markdown("**Reports**, one each without duplicates, each field from who says it best")
    with st.container(horizontal=True):
        for format_, name in _RECORD_FILES.items():
            download(
                name,
                f"reports.{format_}",
                partial(actions.export, db, who.caller, "reports", format=format_),
            )
    st.markdown("**Methods**, as the facts show them (PRISMA 2020 items 5 to 9 and 16a)")
    download("Markdown", "methods.md", lambda: actions.methods(db, who.caller)["text"].encode())
    st.markdown("**Votes**, as far as you may see them, with rulings")
    with st.container(horizontal=True):
        for format_ in ("csv", "json"):
            download(
                format_.upper(),
                f"votes.{format_}",
                partial(actions.export, db, who.caller, "votes", format=format_),
            )
