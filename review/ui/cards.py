"""How a record is shown on a page: its citation, its flags, its abstract, and where to read it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from review.ui import words
from review.ui.components.link_list import Item, link_list
from review.ui.links import link
from review.ui.words import plain

Card = Mapping[str, Any]
PAGE_SIZE = 50
_FIELDS = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMC", "url": "address", "mesh": "MeSH"}
_NOTICES = {
    "retraction": "Retraction",
    "concern": "Expression of concern",
    "correction": "Corrected",
}


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
        for kind in dict.fromkeys(one["kind"] for one in card["notices"]):
            if kind != "retraction":
                st.badge(_NOTICES[kind], icon=":material/info:", color="orange")
        if card["notice_of"]:
            st.badge("Notice", icon=":material/campaign:", color="blue")
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


def notices(card: Card) -> None:
    """Draw the notices about a record, and the reports it is itself a notice about."""
    for one in card["notices"]:
        name = _NOTICES[one["kind"]]
        if one["record"]:
            label = f"{name}: record {one['record']} says so"
            link("records", label, icon=":material/campaign:", record=one["record"])
        elif one["pmid"]:
            address = f"https://pubmed.ncbi.nlm.nih.gov/{quote(one['pmid'])}/"
            st.markdown(f":gray[{name}:] [PubMed {plain(one['pmid'])}]({address})")
        elif one["doi"]:
            address = f"https://doi.org/{quote(one['doi'], safe='/')}"
            st.markdown(f":gray[{name}:] [{plain(one['doi'])}]({address})")
    for one in card["notice_of"]:
        label = f"{_NOTICES[one['kind']]} of record {one['record']}"
        link("records", label, icon=":material/campaign:", record=one["record"])


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
    for name, value in rows.items():
        if value:
            st.markdown(f":gray[{name}] {plain(value)}")


def composed(card: Card) -> None:
    """Draw which of several raw records each field of a report is taken from."""
    source_of = {entry["record"]: entry["source"] for entry in card["entries"]}
    fields: dict[int, list[str]] = {}
    for name, record in card["sources"].items():
        if card[name]:
            fields.setdefault(record, []).append(_FIELDS.get(name, name.replace("_", " ")))
    for record, names in sorted(fields.items()):
        named = f"record {record}, {source_of.get(record, '')}"
        st.markdown(f":gray[From {plain(named)}:] {plain(', '.join(names))}")


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
            (
                f"{card['record']} · {words.citation(card)}",
                words.standing(card["standing"]),
                str(card.get("more", "")),
            ),
            _flags(card),
            *_found(card),
        )
        for card in cards
    ]
    link_list(items, key=f"list-{path}-{box}")


def _found(card: Card) -> tuple[list[Any], tuple[str, list[Any]] | None]:
    """What a search found in a card: places in its title, and an excerpt with places."""
    matches = card.get("matches")
    if not matches:
        return [], None
    part = matches["excerpt"]
    return matches["title"], (part["text"], part["places"]) if part else None


def _flags(card: Card) -> list[str]:
    found = ["retracted"] if card["retracted"] else []
    kinds = {one["kind"] for one in card["notices"]}
    found += [_NOTICES[kind].lower() for kind in _NOTICES if kind in kinds - {"retraction"}]
    found += ["notice"] if card["notice_of"] else []
    return found + (["title unverified"] if card["title_unverified"] else [])


def paged(total: int, *, key: str, size: int = PAGE_SIZE) -> int:
    """Draw the choice of a page where there are several; return the offset of its first item."""
    pages = max(1, -(-total // size))
    if pages == 1:
        return 0
    return (int(st.pagination(pages, key=key)) - 1) * size
