"""The component that shows a PDF page by page: pictures with their text, over the JSON routes."""

from typing import Any

import streamlit as st

from review.ui.components import asset
from review.ui.session import Database, SignedIn, review_id

_viewer = st.components.v2.component(
    "review_document",
    html='<div class="document"></div>',
    css=asset("document/document.css"),
    js=asset("drawing.js", "document/viewer.js"),
)


def viewer(
    db: Database,
    who: SignedIn,
    found: dict[str, Any],
    *,
    page: int | None = None,
    words: str = "",
    quotes: bool = True,
) -> dict[str, Any] | None:
    """Draw an attached document, `found` as `actions.report_document` gives it, opened at `page`.

    Returns what was last chosen as a quote, {quote, page, document}, or None.
    """
    shown: Any = _viewer(
        key=f"document-{found['document']}",
        data={
            "review": review_id(db),
            "member": who.id,
            "document": found["document"],
            "pages": len(found["pages"]),
            "has_text": any(found["pages"]),
            "said": found["said"],
            "page": page,
            "words": words,
            "quotes": quotes,
        },
        on_quote_change=lambda: None,
    )
    chosen = shown.quote
    return dict(chosen) if chosen else None
