"""The full text beside what is filled in or settled: it stays in sight while the form scrolls."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_PANE = "document-beside"
# in a narrow window columns stand one below the other, and nothing needs to stay
_STAYS = f"""<style>
@media (min-width: 641px) {{
  .stColumn:has(.st-key-{_PANE}) > [data-testid="stVerticalBlock"] {{ height: 100%; }}
  [data-testid="stLayoutWrapper"]:has(> .st-key-{_PANE}) {{
    position: sticky; top: 4rem; max-height: calc(100vh - 5rem); overflow-y: auto;
  }}
}}
</style>"""


@contextmanager
def beside(label: str) -> Iterator[DeltaGenerator | None]:
    """Draw in the left of two columns; gives the place of the document, None if it is not wanted.

    A switch says whether it is.
    """
    if not st.toggle(label, value=True, key="pdf-beside"):
        yield None
        return
    st.html(_STAYS)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        pane = st.container(key=_PANE)
    with left:
        yield pane
