"""How text from outside stands in Markdown and in Word: as it was written, never as markup."""

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|&~$"})


def in_markdown(text: str) -> str:
    """Return a text on one line, its signs of markup escaped."""
    return " ".join(text.split()).translate(_ESCAPED)


def in_word(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
