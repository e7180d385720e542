"""Decides that actions, and with them the heavy libraries, load at their first use.

`review --help` and a mistyped command answer at once that way.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from review import actions
else:

    class _Actions:
        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("review.actions"), name)

    actions = _Actions()

__all__ = ["actions"]
