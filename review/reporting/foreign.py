"""How text from outside stands in Markdown and in Word: as it was written, never as markup."""

_MARKUP = frozenset("\\`*_[]<>#|&~$")


def in_markdown(text: str) -> str:
    """Return a text on one line, its signs of markup escaped."""
    return "".join(f"\\{c}" if c in _MARKUP else c for c in " ".join(text.split()))


def in_word(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
