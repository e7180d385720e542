"""Decides how doubts about cells of a form are told: one box, a line for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review.ui.words import plain


def tell(doubts: Sequence[Mapping[str, Any]]) -> None:
    """Draw the doubts [{where, said}], if there are any."""
    if not doubts:
        return
    lines = [plain(f"{one['where']}: {one['said']}") for one in doubts]
    text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
    st.warning(text, icon=":material/warning:")
