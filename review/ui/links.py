"""Where one page leads to another: addresses with their parameters, kept in one place."""

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

from review.errors import Refused

# parameters that are not bound to a widget, which would keep them in step itself
_OWN = ("record", "study", "box", "stage", "claim", "effect", "cell", "query")


def _page(path: str) -> st.Page:
    # a page is known to Streamlit by its address alone, so a stand-in names it
    return st.Page(lambda: None, title=path or "Overview", url_path=path, default=not path)


def _given(parameters: Mapping[str, object]) -> dict[str, str | list[str]]:
    """The parameters of an address: what is empty is left out, a list is told value by value."""
    return {
        name: [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
        for name, value in parameters.items()
        if value not in (None, "", [], ())
    }


def link(path: str, label: str, *, icon: str | None = None, **parameters: object) -> None:
    """Draw a link to the page at `path`, with query parameters; the label is Markdown."""
    st.page_link(_page(path), label=label, icon=icon, query_params=_given(parameters))


def go(path: str, **parameters: object) -> NoReturn:
    """Leave for the page at `path`."""
    st.switch_page(_page(path), query_params=_given(parameters))
    raise Refused("The page could not be opened.")  # switch_page only returns outside an app


def restate_address() -> None:
    """Make the browser's address the one this run was asked for; call it before a page is drawn.

    A link to the page it stands on runs the page anew, but Streamlit leaves the address as it was,
    and the next click would go by the old one.
    """
    for name in _OWN:
        if name in st.query_params:
            st.query_params[name] = st.query_params.get_all(name)  # sends the whole address
            return
    if not st.query_params:
        st.query_params.clear()


def asked(name: str) -> str | None:
    """Return a parameter of this page's address, None where it is absent or empty."""
    return st.query_params.get(name) or None


def asked_number(name: str) -> int | None:
    """Return a parameter of this page's address as a number, None where it is none."""
    text = asked(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
