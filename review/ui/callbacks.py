"""Decides that a callback which keeps what somebody typed runs to its end, whatever comes next."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from streamlit.runtime.scriptrunner import RerunException

_Given = ParamSpec("_Given")


def uncut(callback: Callable[_Given, None]) -> Callable[_Given, None]:
    """Return a callback that is begun anew where the next click cuts it short, then lets that in.

    Streamlit ends a callback at the first look into the session's state once another request is
    there, and does not call it again: what it was to keep would be on the page alone. So the
    callback must be one that may be done twice.
    """

    @wraps(callback)
    def whole(*args: _Given.args, **kwargs: _Given.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except RerunException:
            callback(*args, **kwargs)
            raise

    return whole
