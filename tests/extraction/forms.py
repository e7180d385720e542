"""Filled forms of the shipped review to compare, settle and write to files, and a strategy."""

import copy
from typing import Any

from hypothesis import strategies as st

FORM: dict[str, Any] = {
    "study": {"population": "human", "design": "des.xs.age", "temperature": 32},
    "arms": [
        {"label": "young", "n": 12, "age": "25", "age_unit": "y", "status": "healthy"},
        {"label": "old", "n": 14, "age": "71", "age_unit": "y", "status": "healthy"},
    ],
    "effects": [
        {
            "outcome": "out.nmj.jitter", "contrast": "con.age", "direction": "increase",
            "muscle": "ta", "emg_method": "emg.sfemg", "unit_of_analysis": "participant",
            "arms": ["young", "old"], "p": "P < 0.05",
            "numbers": [{"group1_mean": 50, "group1_spread": 10, "group2_mean": 70,
                         "group2_spread": 20, "spread_type": "sd", "unit": "us"}],
            "source": {"page": "4", "table": "2"},
        }
    ],
}  # fmt: skip


def with_cell(path: str, value: object) -> dict[str, Any]:
    """The form with one cell changed, or taken out where the value is None."""
    form = copy.deepcopy(FORM)
    *way, last = path.split(".")
    place: Any = form
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    key: Any = int(last) if last.isdigit() else last
    if value is None:
        del place[key]
    else:
        place[key] = value
    return form


_VALUES = st.floats(0.5, 200).map(lambda value: round(value, 2))
_NUMBERS = st.fixed_dictionaries(
    {"unit": st.just("pps")},
    optional={
        "group1_mean": _VALUES,
        "group2_mean": _VALUES,
        "group1_spread": _VALUES,
        "group1_spread_type": st.sampled_from(["sd", "se"]),
        "p_as_reported": st.sampled_from(["P<0.05", "ns", "=1+1", "0.03"]),
        "note": st.sampled_from(["", "x", 'a, b; "c"\nd']),
    },
)


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """A form of a few arms and effects, sound but otherwise anything."""
    labels = draw(st.lists(st.sampled_from(["young", "old", "masters", "trained old"]),
                           unique=True, max_size=3))  # fmt: skip
    arms = [
        {"label": label}
        | draw(st.fixed_dictionaries({}, optional={
            "n": st.integers(5, 40), "age_mean": st.integers(20, 90), "age_unit": st.just("y"),
            "sex": st.sampled_from(["sex.female", "sex.male"]),
        }))
        for label in labels
    ]  # fmt: skip
    effects = draw(st.lists(
        st.fixed_dictionaries(
            {
                "outcome": st.sampled_from(["out.mu.rate", "out.mu.number", "out.nmj.jitter"]),
                "contrast": st.sampled_from(["con.age", "con.athlete"]),
                "direction": st.sampled_from(["increase", "decrease", "no_change"]),
            },
            optional={
                "muscle": st.sampled_from([["mus.leg.ta"], ["mus.leg.vl", "mus.arm.bb"]]),
                "task": st.sampled_from(["25% MVC", "10% MVC"]),
                "arms": st.lists(st.sampled_from(labels), unique=True) if labels else st.just([]),
            },
        ),
        max_size=3,
    ))  # fmt: skip
    for effect in effects:
        if effect["outcome"] == "out.mu.rate":
            effect["numbers"] = draw(st.lists(_NUMBERS, max_size=2))
    study = draw(st.fixed_dictionaries({"population": st.just("pop.human")}, optional={
        "country": st.sampled_from(["Norway", "UK"]), "temperature": st.integers(20, 40),
    }))  # fmt: skip
    return {"study": study, "arms": arms, "effects": effects}
