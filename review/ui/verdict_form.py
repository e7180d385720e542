"""The fields of a judgement (verdict, reason where it excludes, note), one form for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from review.vocab import Verdict

_NAMES = {
    Verdict.INCLUDE.value: "Include",
    Verdict.EXCLUDE.value: "Exclude",
    Verdict.MAYBE.value: "Maybe",
}
NO_REASON = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was filled in; `verdict` is None until one is chosen."""

    verdict: str | None
    reason: str | None
    note: str | None


def judgement_fields(
    stage: Mapping[str, Any],
    *,
    key: str,
    verdict: str | None = None,
    maybe: bool = False,
    discussed: bool = False,
) -> Judgement:
    """Draw the fields inside a form; `stage` is that of `actions.about`, `verdict` the default."""
    choices = [Verdict.INCLUDE.value, Verdict.EXCLUDE.value]
    if maybe:
        choices.append(Verdict.MAYBE.value)
    chosen = st.radio(
        "Agreed verdict" if discussed else "Your verdict",
        choices,
        index=choices.index(verdict) if verdict in choices else None,
        format_func=_NAMES.__getitem__,
        horizontal=True,
        key=f"{key}-verdict",
    )
    labels = {NO_REASON: "(none)"} | {r["code"]: r["label"] for r in stage["reasons"]}
    reason = st.selectbox(
        "Reason, if excluded", list(labels), format_func=labels.__getitem__, key=f"{key}-reason"
    )
    note = st.text_input("Note", max_chars=5000, key=f"{key}-note").strip()
    excludes = chosen == Verdict.EXCLUDE.value
    return Judgement(chosen, (reason or None) if excludes else None, note or None)
