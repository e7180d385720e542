"""Review: an evidence database for systematic reviews.

    import review
    r = review.open("sqlite:///review.db")

What it offers is loaded at its first use; the names are those of `review.api`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from review.api import Review, demo, init, open

__all__ = ["Review", "demo", "init", "open"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from review import api

        return getattr(api, name)
    raise AttributeError(f"module 'review' has no attribute '{name}'")
