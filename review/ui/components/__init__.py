"""Components of the app: JavaScript, CSS and markup kept as files here, read once at import."""

from pathlib import Path

_HERE = Path(__file__).parent


def asset(*names: str) -> str:
    """Return package files of this folder, one after the other, as one text.

    Streamlit takes a one-line script for a path, so a script must have several lines.
    """
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
