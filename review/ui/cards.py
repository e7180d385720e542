"""How a record is shown on a page: its citation, its flags, its abstract, and where to read it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from review.ui import words
from review.ui.components.link_list import Item, link_list
from review.ui.words import plain

Card = Mapping[str, Any]
PAGE_SIZE = 50


def heading(card: Card, *, level: int = 3) -> None:
    """Draw a record's title with its flags and citation."""
    st.markdown(f"{'#' * level} {plain(card['title'] or '(no title)')}")
    flags(card)
    st.caption(plain(words.citation(card)))


def flags(card: Card) -> None:
    """Draw what warns of a record: retracted, or a title nobody has checked."""
    with st.container(horizontal=True):
        if card["retracted"]:
            st.badge("Retracted", icon=":material/warning:", color="red")
        if card["title_unverified"]:
            st.badge("Title unverified", icon=":material/help:", color="orange")


def addresses(card: Card) -> list[tuple[str, str]]:
    """Return where the record can be read: (name, address) of PubMed, DOI, PMC, its own page."""
    found = []
    if pmid := str(card["pmid"] or ""):
        found.append(("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid)}/"))
    if doi := str(card["doi"] or ""):
        found.append(("DOI", f"https://doi.org/{quote(doi, safe='/')}"))
    if pmcid := str(card["pmcid"] or ""):
        found.append(("PMC", f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(pmcid)}/"))
    url = str(card["url"] or "")
    if url.startswith(("http://", "https://")) and url not in {address for _, address in found}:
        found.append(("Its page", quote(url, safe=":/?&=#%+,;@~")))
    return found


def reading_links(card: Card) -> None:
    """Draw links to where the record can be read."""
    with st.container(horizontal=True):
        for name, address in addresses(card):
            st.link_button(name, address, icon=":material/open_in_new:", type="tertiary")


def abstract(card: Card) -> None:
    """Draw the abstract, its labels in bold; where there is none, say so and where to look."""
    text = str(card["abstract"] or "").strip()
    if not text:
        where = {name for name, _ in addresses(card)}
        hint = " It may be on PubMed." if "PubMed" in where else ""
        st.info(f"This record came without an abstract.{hint}", icon=":material/subject:")
        return
    for paragraph in text.split("\n"):
        label, colon, rest = paragraph.partition(": ")
        if colon and len(label) < 60 and label.upper() == label:
            st.markdown(f"**{plain(label)}** {plain(rest)}")
        elif paragraph.strip():
            st.markdown(plain(paragraph))


def details(card: Card) -> None:
    """Draw the other fields of a record, and which raw record each composed field is from."""
    rows = {
        "Authors": "; ".join(card["authors"]),
        "Source": card["source"],
        "Accession": card["accession"],
        "Language": card["language"],
        "Publication types": "; ".join(card["publication_types"]),
        "Keywords": "; ".join(card["keywords"]),
        "MeSH": "; ".join(card["mesh"]),
        "DOI": card["doi"],
        "PMID": card["pmid"],
        "Note": card["extra"].get("note", ""),
    }
    sources = card["sources"]
    for name, value in rows.items():
        if value:
            origin = sources.get(name.lower().replace(" ", "_"))
            mark = f" :gray[(from record {origin})]" if origin else ""
            st.markdown(f":gray[{name}] {plain(value)}{mark}")


def listed(cards: Sequence[Card], *, path: str = "records", box: str | None = None) -> None:
    """Draw a list of records, each title a link to the record on the page at `path`.

    `box` is the box of the flow that the list is of; the record's page leads back to it.
    """
    back = {"box": box} if box else {}
    items = [
        Item(
            path,
            {"record": card["record"], **back},
            str(card["title"] or "(no title)"),
            (f"{card['record']} · {words.citation(card)}", words.standing(card["standing"])),
            _flags(card),
        )
        for card in cards
    ]
    link_list(items, key=f"list-{path}-{box}")


def _flags(card: Card) -> list[str]:
    retracted = ["retracted"] if card["retracted"] else []
    return retracted + (["title unverified"] if card["title_unverified"] else [])


def paged(total: int, *, key: str, size: int = PAGE_SIZE) -> int:
    """Draw the choice of a page where there are several; return the offset of its first item."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return 0
    return (int(st.pagination(pages, key=key)) - 1) * size
