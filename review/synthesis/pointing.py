"""How a fault in an expression is shown: the text around it, and a caret below the character."""

import re


def pointer(text: str, position: int) -> str:
    """Two lines that show where a fault is: the expression around it, and a caret below."""
    start = max(0, position - 60)
    line = re.sub(r"\s", " ", text[start : position + 40])
    return f"{line}\n{' ' * (position - start)}^"
