"""How the app is served: its script, its settings, and what an error looks like in it."""

from pathlib import Path
from typing import Any

import streamlit as st

from review.errors import ReviewError
from review.ui.routes import routes

SCRIPT = str(Path(__file__).parent / "shell" / "script.py")

CONFIG: dict[str, Any] = {
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    # a traceback in the page is of no use to a reviewer, and tells a stranger about the server
    "client.showErrorDetails": "none",
}


def show_sentence(error: Exception) -> bool:
    """Show an error of the review as its one sentence; leave any other to Streamlit."""
    if isinstance(error, ReviewError):
        st.error(str(error))
        return True
    return False


def serve(*, port: int = 8501, address: str = "localhost", browser: bool = False) -> None:
    """Serve the review of REVIEW_DATABASE at `address`:`port` until stopped."""
    app = st.App(SCRIPT, routes=routes(), on_script_error=show_sentence)
    app.run(
        config=CONFIG
        | {
            "server.port": port,
            "server.address": address,
            "server.headless": not browser,
        }
    )
