"""Meta-analyses on a page: the forest plot, what went in, and why the rest is not pooled."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.ui.downloads import download
from review.ui.linked_table import Linked, linked_table
from review.ui.picture_view import forest_picture
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

Document = Mapping[str, Any]
_MEASURES = {
    "auto": "Ratio of means where it fits, else Hedges g",
    "rom": "Log ratio of means",
    "g": "Hedges g",
    "md": "Mean difference",
}
_DEPENDENCE = {"one": "One comparison a family, by rule", "combine": "All of a family combined"}
_FORMATS = {"svg": "SVG", "png": "PNG", "csv": "CSV"}


def pools(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw what may be pooled, with its checks, and the refusals with their reasons."""
    how = _options()
    found = actions.meta(db, who.caller, **how, **asked)
    groups = found["groups"]
    if not groups:
        st.info("No effect matches, so there is nothing to pool.")
        return
    drawn = [one for one in groups if one["entries"]]
    refused = [one for one in groups if one["verdict"] == "refused"]
    pooled = sum(one["verdict"] == "pooled" for one in groups)
    st.markdown(
        f"**{pooled}** of {count(len(groups), 'group')} may be pooled; "
        f"{count(len(refused), 'is', 'are').partition(' ')[0]} refused, each with its reason."
    )
    if drawn:
        _one(db, who, drawn, how, asked)
    st.subheader("Not pooled, and why", anchor=False)
    others = [one for one in groups if one["verdict"] != "pooled"]
    _refusals(others, bool(asked.get("everything")))
    st.caption(plain(found["rule"]))


def _options() -> dict[str, Any]:
    one, two, three = st.columns(3, vertical_alignment="bottom")
    measure = one.selectbox(
        "Measure", list(_MEASURES), format_func=_MEASURES.__getitem__, key="meta-measure"
    )
    dependence = two.selectbox(
        "Within a family", list(_DEPENDENCE), format_func=_DEPENDENCE.__getitem__, key="meta-within"
    )
    secondary = three.toggle("Numbers from another team's table", value=True, key="meta-secondary")
    return {"measure": measure, "dependence": dependence, "secondary": secondary}


def _titled(one: Document) -> str:
    labels = one["labels"]
    said = ", ".join(labels[key] for key in ("outcome", "contrast", "method", "species"))
    return f"{said} ({count(one['k'], 'family', 'families')}: {one['verdict']})"


def _one(
    db: Database,
    who: SignedIn,
    drawn: list[Document],
    how: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    chosen = st.selectbox(
        "Forest plot of", range(len(drawn)), format_func=lambda n: _titled(drawn[n]),
        key="meta-forest",
    )  # fmt: skip
    group = drawn[chosen or 0]
    choices = {
        "outcome": group["outcome"],
        "contrast": group["contrast"],
        "population": group["population"],
        "emg_method": group["method"],
        "measure": how["measure"],
        "dependence": how["dependence"],
        "secondary": "yes" if how["secondary"] else "no",
    }
    picture = actions.picture(db, who.caller, "forest", choices=choices, **asked)
    # the page's own filter is bound to `where`, so a line leads on by its address
    everything = bool(asked.get("everything"))
    forest_picture(picture, key=f"forest-{chosen}", everything=everything, leaves=True)
    st.caption(plain(picture.note))
    with st.container(horizontal=True):
        for format_, name in _FORMATS.items():
            write = partial(
                actions.picture_file, db, who.caller, "forest", format_, choices=choices, **asked
            )
            download(name, f"forest.{format_}", write)
    if group["result"]:
        _result(group)
    with st.expander("In words, and the numbers behind it"):
        st.markdown(plain(picture.text))
        st.dataframe(_entries(group), hide_index=True)
    if group["verdict"] == "pooled":
        _checks(group)
    _left_out(group)


def _result(group: Document) -> None:
    rows = [_estimate(group["result"]), *(_estimate(one) for one in group["also"])]
    heads = ["Measure", "Estimate", "95 % interval", "p", "Prediction interval", "τ²", "I²", "Q",
             "How"]  # fmt: skip
    linked_table(heads, rows, label="Estimates")
    if group["verdict"] == "shown":
        st.info(plain(f"Shown, and nothing concluded: {'; '.join(group['reasons'])}."))


def _estimate(one: Document) -> list[str]:
    ratio = ""
    if "ratio" in one:
        ratio = f"\nratio {one['ratio']['estimate']:.2f} ({one['change_pct']['estimate']:+.0f} %)"
    p = one["p"]
    q_p = one["q_p"]
    return [
        one["measure_label"],
        f"{one['estimate']:.3f}{ratio}",
        _between(one, "ci"),
        "–" if p is None else f"{p:.4f}",
        _between(one, "prediction"),
        f"{one['tau2']:.4f}",
        f"{one['i2']:.1f} %",
        f"{one['q']:.2f}" + ("" if q_p is None else f" (p {q_p:.3f})"),
        f"{one['estimator']}; {one['interval']}",
    ]


def _between(one: Document, what: str) -> str:
    low, high = one[f"{what}_low"], one[f"{what}_high"]
    return "–" if low is None else f"{low:.3f} to {high:.3f}"


def _entries(group: Document) -> list[dict[str, Any]]:
    return [
        {
            "Study": entry["label"],
            "Muscle": one["muscle"],
            "Task": one["task"],
            "Group 1": one["group1"]["label"],
            "n 1": one["group1"]["n"],
            "Mean 1": one["group1"]["mean"],
            "SD 1": one["group1"]["sd"],
            "Group 2": one["group2"]["label"],
            "n 2": one["group2"]["n"],
            "Mean 2": one["group2"]["mean"],
            "SD 2": one["group2"]["sd"],
            "Estimate": entry["estimate"],
            "Variance": entry["variance"],
            "Weight": entry["weight"],
            "Secondary": "yes" if one["secondary"] else "",
            "Derived": one["how"] or ("kind of spread inferred" if one["inferred"] else ""),
            "Where": one["source"],
        }
        for entry in group["entries"]
        for one in entry["comparisons"]
    ]


def _checks(group: Document) -> None:
    with st.expander("Without one family, and as the years went by"):
        for key in ("leave_one_out", "cumulative"):
            rows = [[one["name"], one["k"], f"{one['estimate']:.3f}", _between(one, "ci"),
                     f"{one['i2']:.0f} %"] for one in group[key]]  # fmt: skip
            linked_table(["Pool", "Families", "Estimate", "95 % interval", "I²"], rows)
        if group["egger"] is None:
            st.caption(plain(group["egger_note"]))
        else:
            test = group["egger"]
            st.caption(f"Egger's test: t {test['t']:.3f}, {test['df']} df, p {test['p']:.3f}.")


def _left_out(group: Document) -> None:
    if not group["not_pooled"]:
        return
    with st.expander(f"Rows of this group that are not pooled ({len(group['not_pooled'])})"):
        rows = [
            [Linked.to(one["label"], "evidence", study=one["study"]), one["reason"]]
            for one in group["not_pooled"]
        ]
        linked_table(["Study", "Why not"], rows)


def _refusals(groups: list[Document], everything: bool) -> None:
    rows = [
        [
            Linked.to(
                one["labels"]["outcome"], "evidence", where=one["where"], everything=everything
            ),
            one["labels"]["contrast"],
            one["labels"]["method"],
            one["labels"]["species"],
            one["families"],
            one["k"],
            "; ".join(one["reasons"]),
        ]
        for one in groups
    ]
    heads = ["Outcome", "Contrast", "Method", "Species", "Families", "With numbers", "Why not"]
    linked_table(heads, rows, label="Refusals")
