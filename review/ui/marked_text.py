"""How the words of a record that suggest a term are marked where they stand."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from review.ui import cards, words
from review.ui.words import plain

_FAR_APART = " … "


def marked(text: str, hits: Iterable[str]) -> str:
    """Return a text as Markdown in which some words stand out; all of it is escaped."""
    parts = {part for hit in hits for part in hit.split(_FAR_APART) if part.strip()}
    if not parts:
        return plain(text)
    found = re.compile("|".join(sorted(map(re.escape, parts), key=len, reverse=True)))
    said, at = [], 0
    for match in found.finditer(text):
        said.append(_kept(text[at : match.start()]))
        said.append(f":orange-background[{plain(match.group())}]")
        at = match.end()
    return "".join([*said, _kept(text[at:])])


def _kept(text: str) -> str:
    """A stretch of text, escaped, with the spaces at its ends."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text.strip() and text[-1:].isspace() else ""
    return f"{lead}{plain(text)}{trail}"


def record_text(card: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> None:
    """Draw what is read of a record, with the words marked that suggest something in each field."""
    by_field: dict[str, set[str]] = {}
    for hit in found:
        by_field.setdefault(hit["field"], set()).add(hit["words"])
    st.markdown(f"#### {marked(card['title'] or '(no title)', by_field.get('title', ()))}")
    cards.flags(card)
    st.caption(plain(words.citation(card)))
    cards.reading_links(card)
    abstract = str(card["abstract"] or "").strip()
    if not abstract:
        st.info("This record came without an abstract.", icon=":material/subject:")
    for paragraph in abstract.split("\n"):
        if paragraph.strip():
            st.markdown(marked(" ".join(paragraph.split()), by_field.get("abstract", ())))
    for name, field, label in (
        ("keywords", "keyword", "Keywords"),
        ("mesh", "MeSH", "MeSH"),
        ("publication_types", "publication type", "Publication types"),
    ):
        if card[name]:
            line = "; ".join(marked(one, by_field.get(field, ())) for one in card[name])
            st.markdown(f":gray[{label}] {line}")
