"""Buttons that hand out a file, written only when somebody asks for it."""

from collections.abc import Callable
from pathlib import PurePath

import streamlit as st

_MIMES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".nbib": "application/nbib",
    ".png": "image/png",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(label: str, name: str, write: Callable[[], bytes]) -> None:
    """Draw a button that downloads the file `name`; `write` makes it at the click."""
    st.download_button(
        label,
        write,
        file_name=name,
        mime=_MIMES.get(PurePath(name).suffix, "application/octet-stream"),
        icon=":material/download:",
        on_click="ignore",
        key=f"download-{name}",
    )
