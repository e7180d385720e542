"""Which keys fill in a judgement: I, E, U for the verdict, digits for a reason of exclusion."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review.ui.words import plain
from review.vocab import Verdict

_KEYS = {Verdict.INCLUDE: "I", Verdict.EXCLUDE: "E", Verdict.MAYBE: "U"}


def verdict_keys(
    stage: Mapping[str, Any],
    *,
    key: str,
    maybe: bool = False,
    done: tuple[str, str] | None = None,
) -> bool:
    """Draw small buttons that fill in the fields named by `key`, each with its key.

    `stage` is that of `actions.about`; `done` is the label and key of one more, and whether that
    was pressed is returned. Keys do nothing while somebody types.
    """
    verdicts = [Verdict.INCLUDE, Verdict.EXCLUDE] + ([Verdict.MAYBE] if maybe else [])
    with st.container(horizontal=True, gap="small", key=f"keys-{key}"):
        for verdict in verdicts:
            st.button(
                f":small[{verdict.value}]",
                shortcut=_KEYS[verdict],
                type="tertiary",
                on_click=_fill,
                args=(key, verdict.value, ""),
                key=f"{key}-key-{verdict.value}",
            )
        for number, reason in enumerate(stage["reasons"][:9], start=1):
            st.button(
                f":small[{plain(reason['code'])}]",
                shortcut=str(number),
                type="tertiary",
                help=f"Exclude: {plain(reason['label'])}",
                on_click=_fill,
                args=(key, Verdict.EXCLUDE.value, reason["code"]),
                key=f"{key}-key-{number}",
            )
        label, shortcut = done or ("", None)
        if not label:
            return False
        pressed: bool = st.button(
            f":small[{label}]", shortcut=shortcut, type="tertiary", key=f"{key}-key-done"
        )
        return pressed


def _fill(key: str, verdict: str, reason: str) -> None:
    st.session_state[f"{key}-verdict"] = verdict
    st.session_state[f"{key}-reason"] = reason
