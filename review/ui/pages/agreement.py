"""Agreement: how well reviewers agree, by pair, criterion and over time, as the member may see."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from review import actions
from review.reporting.intervals import with_interval
from review.ui import words
from review.ui.downloads import download
from review.ui.session import Database, SignedIn
from review.ui.stage_choice import stage_choice
from review.vocab import Role

_BY = {
    "pair": "Pairs",
    "criterion": "Reasons",
    "week": "By week",
    "hundred": "By hundred records",
}
_MEASURES = {
    "percent": "Agreement",
    "kappa": "Cohen's kappa",
    "pabak": "PABAK",
    "ac1": "Gwet's AC1",
    "positive": "Positive agreement",
    "negative": "Negative agreement",
}
_SHOWN_TO = (Role.OWNER, Role.ADJUDICATOR, Role.REVIEWER)
Row = Mapping[str, Any]


def page(db: Database, who: SignedIn) -> None:
    """Draw the measures in a table, over time also as a chart, and their file."""
    st.header("Agreement", anchor=False)
    if not who.may(*_SHOWN_TO):
        st.info("Agreement is shown to owners, adjudicators and reviewers.")
        return
    with st.container(horizontal=True):
        stage = stage_choice(labelled=True)
        by = st.segmented_control(
            "Grouped",
            list(_BY),
            default="pair",
            format_func=_BY.__getitem__,
            required=True,
            key="by",
        )
        two = st.toggle("Include and maybe as one", key="two") if by != "criterion" else False
    found = actions.agreement(db, who.caller, stage=stage, by=by)
    _whose(who)
    if not found:
        st.info("Nothing that you may see here was judged by two reviewers independently yet.")
        return
    if by in ("week", "hundred"):
        _chart(found, two=two)
    names = {"week": "Week", "hundred": "Records", "criterion": "Reason"}
    rows = [_row(one, names.get(by), two=two) for one in found]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    methods = found[0]["interval_methods"]
    said = "; ".join(f"{_MEASURES[name]}: {methods[name]}" for name in _MEASURES)
    st.caption(words.plain(f"95 % intervals. {said}."))
    download(
        "CSV",
        f"agreement-{stage}-{by}.csv",
        lambda: actions.agreement_file(db, who.caller, stage=stage, by=by),
    )


def _whose(who: SignedIn) -> None:
    own = who.may(Role.REVIEWER)
    only = " You see it over settled records only, so that it tells nothing of open ones."
    st.caption(
        "Each reviewer's last vote before anything was revealed, in the first complete round; "
        f"rulings and late duplicates are left out.{only if own else ''}"
    )


def _row(one: Row, group: str | None, *, two: bool) -> dict[str, Any]:
    measures = (one["two_categories"] if two else None) or one
    names = "All pairs" if one["pooled"] else " and ".join(one["reviewers"])
    row: dict[str, Any] = {}
    if group:
        row[group] = one["period"] or one["label"] or "the reason given, of all"
    row |= {"Round": one["round"], "Reviewers": names, "n": measures["n"]}
    row |= {label: with_interval(measures, name) for name, label in _MEASURES.items()}
    return row | {"Categories": len(measures["categories"])}


def _chart(found: Sequence[Row], *, two: bool) -> None:
    measure = st.segmented_control(
        "Measure",
        list(_MEASURES),
        default="percent",
        format_func=_MEASURES.__getitem__,
        required=True,
        key="measure",
    )
    measure = measure or "percent"
    points = chart_points(found, measure, two=two)
    if points.empty:
        st.info(f"{_MEASURES[measure]} is not defined in any of these periods.")
        return
    lows = points[["value", "low"]].min().min()
    least = min(0.0, float(lows))
    order = list(dict.fromkeys(one["period"] for one in found))
    base = alt.Chart(points).encode(
        x=alt.X("period:N", sort=order, title=None, axis=alt.Axis(labelAngle=-40)),
        xOffset=alt.XOffset("reviewers:N"),
        tooltip=["period", "reviewers", "n", alt.Tooltip("value:Q", format=".3f"), "low", "high"],
    )
    colour = alt.Color("reviewers:N", title="", legend=alt.Legend(orient="top", labelLimit=500))
    shape = alt.Shape("reviewers:N", title="")
    bars = base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q", color=colour)
    dots = base.mark_point(filled=True, size=80).encode(
        y=alt.Y("value:Q", title=_MEASURES[measure], scale=alt.Scale(domain=[least, 1])),
        color=colour,
        shape=shape,
    )
    st.altair_chart((bars + dots).properties(height=300), width="stretch")
    st.caption("Bars are 95 % intervals; where a measure is not defined, nothing is drawn.")


def chart_points(found: Sequence[Row], measure: str, *, two: bool) -> pd.DataFrame:
    """Return what the chart draws: one row a period and pair where the measure is defined."""
    rows = []
    for one in found:
        measures = (one["two_categories"] if two else None) or one
        value, interval = measures[measure], measures[f"{measure}_interval"]
        if value is None:
            continue
        low, high = interval or (None, None)
        names = "All pairs" if one["pooled"] else " and ".join(one["reviewers"])
        row = {"period": one["period"], "reviewers": f"{names}, round {one['round']}"}
        rows.append(row | {"n": measures["n"], "value": value, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["period", "reviewers", "n", "value", "low", "high"])
