"""How a refusal is told: its sentence where the person acted, the rest of the page as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from review.errors import ReviewError
from review.ui.words import plain


@contextmanager
def told() -> Iterator[None]:
    """Show a ReviewError raised inside as its sentence, and go on with the page."""
    try:
        yield
    except ReviewError as error:
        st.error(plain(str(error)))
