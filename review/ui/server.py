"""How the app is served: its script, its settings, and what an error looks like in it."""

import gc
import sys
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.errors import ReviewError
from review.ui.keeping import lifespan
from review.ui.routes import routes

SCRIPT = str(Path(__file__).parent / "shell" / "script.py")

CONFIG: dict[str, Any] = {
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "logger.hideWelcomeMessage": True,
    # by scheme, as a theme for both would always be light; Streamlit's own red reads as a warning
    "theme.light.primaryColor": "#1c6ea4",
    "theme.dark.primaryColor": "#6cb4ee",
    "client.toolbarMode": "minimal",
    # a traceback in the page is of no use to a reviewer, and tells a stranger about the server
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
}


class Headers:
    """Adds to every answer what keeps other sites from framing the app or guessing its types."""

    SENT = (
        (b"content-security-policy", b"frame-ancestors 'self'"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [pair for pair in self.SENT if pair[0] not in there]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self.app(scope, receive, with_headers)


MIDDLEWARE = [Middleware(Headers)]


def show_sentence(error: Exception) -> bool:
    """Show an error of the review as its one sentence; of any other say that it is in the log."""
    if isinstance(error, ReviewError):
        st.error(str(error))
        return True
    st.error(
        "Something went wrong here that the program did not expect; the details are in the log of "
        "the server. Look whether your last step was stored before you do it again."
    )
    return True


def serve(*, port: int = 8501, address: str = "localhost", browser: bool = False) -> None:
    """Serve the review of REVIEW_DATABASE at `address`:`port` until stopped."""
    # what is loaded lives as long as the server; looking through it again for garbage is a tenth
    # of a second that some answer would wait for
    gc.collect()
    gc.freeze()
    app = st.App(
        SCRIPT,
        lifespan=lifespan,
        routes=routes(),
        middleware=MIDDLEWARE,
        on_script_error=show_sentence,
    )
    app.run(
        config=CONFIG
        | {
            "server.port": port,
            "server.address": address,
            "server.headless": not browser,
            "logger.hideWelcomeMessage": True,  # whoever serves has said where to look
        }
    )


if __name__ == "__main__":
    serve(port=int(sys.argv[1]), address=sys.argv[2])
