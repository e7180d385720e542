"""An extraction as it stands: each cell with its value, where it was read, and who agreed on it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui import doubtful_cells
from review.ui.session import Database, SignedIn
from review.ui.words import count, moment, plain

_AGREED = {
    "both": "both",
    "A": "took A's",
    "B": "took B's",
    "new": "new value",
    "given": "as it came",
    "single": "one extractor",
    "adjudication": "a third's form",
    "discussion": "in discussion",
}


def cells_view(db: Database, who: SignedIn, study: int) -> None:
    """Draw what speaks for a study, cell by cell, with doubts and derived values."""
    found = actions.extraction(db, who.caller, study)
    if found["form"] is None:
        st.info("Nothing of it is settled yet that you may see.")
        return
    st.caption(plain(line(found)))
    for again in found["reopened"]:
        st.caption(plain(f"Opened again {moment(again['at'])} by {again['by']}: {again['why']}"))
    st.dataframe(
        [
            {
                "cell": one["cell"],
                "what": one["label"],
                "value": one["said"],
                "source": actions.source_in_words(one["source"]),
                "extracted by": ", ".join(one["extracted_by"]),
                "checked by": ", ".join(one["checked_by"]),
                "agreed": _AGREED.get(one["agreed"], one["agreed"]),
                "why": one["why"],
            }
            for one in found["cells"]
        ],
        hide_index=True,
    )
    if found["derived"]:
        st.markdown(f"**{count(len(found['derived']), 'derived value')}**")
        st.dataframe(
            [
                {
                    "cell": one["cell"],
                    "group": one["group"],
                    "mean": f"{one['mean']:.4g}",
                    "SD": f"{one['sd']:.4g}",
                    "n": one["n"],
                    "derived by": one["how"],
                }
                for one in found["derived"]
            ],
            hide_index=True,
        )
    doubtful_cells.tell(found["warnings"])


def line(found: Mapping[str, Any]) -> str:
    """Return who extracted, who checked and how it was agreed, in one line."""
    who = " and ".join(one["by"] for one in found["extracted"] if one["by"])
    how = {
        "agreed": f"Extracted by {who}, who agree in every cell",
        "adjudication": f"Extracted by {who}, settled by {found['settled_by']}",
        "discussion": f"Extracted by {who}, agreed in discussion",
        "single": f"Extracted by {who}",
        "given": "As it came with the data",
    }.get(found["how"], f"Extracted by {who}, not checked" if who else "Not checked")
    return f"{how}; {moment(found['at'])} UTC"
