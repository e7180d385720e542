"""What a MODS file holds (Library of Congress, repositories, Zotero): one record per <mods>."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import Any

from review.ingest import fields
from review.ingest.jsonfile import TYPES
from review.ingest.record import Record, Reject
from review.ingest.xml_pieces import read_pieces, text_of

_LIFE = re.compile(r"\s*[(\[][^A-Za-z()\[\]]*[)\]]|,?\s+(?:1[0-9]|20)\d\d-(?:\d{4})?$")
_SENTENCE_END = re.compile(r"(?<=[a-zà-ÿ]{2})\.$")
_RANK = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?")
# Roles as words and as MARC's codes; a name without a role is an author.
_AUTHOR = frozenset({"author", "creator", "aut", "cre", "inventor", "inv", "joint author"})
_EDITOR = frozenset({"editor", "edt", "editor of compilation", "edc", "series editor"})
_MAKER = frozenset({  # of the copy, not of the words
    "publisher", "pbl", "distributor", "dst", "printer", "prt", "funder", "fnd", "sponsor", "spn",
    "host institution", "his", "degree granting institution", "dgg", "repository", "rps",
})  # fmt: skip
_GENRES = {
    **TYPES, "article": "Journal Article", "journal article": "Journal Article",
    "academic journal": "Journal Article", "theses": "Thesis", "thesis or dissertation": "Thesis",
    "dissertation": "Thesis", "conference publication": "Conference Paper",
    "conference paper": "Conference Paper", "conference contribution": "Conference Paper",
    "book chapter": "Book Chapter", "chapter": "Book Chapter", "technical report": "Report",
    "web site": "Web Page", "newspaper": "Newspaper Article",
}  # fmt: skip
_DATES = ("dateIssued", "copyrightDate", "dateOther", "dateCreated", "dateValid")


def read_mods(text: str) -> Iterator[Record | Reject]:
    """Records of the text, in order; positions count records from 1."""
    return read_pieces(text, record="mods", roots=("modsCollection",), values=_values)


def _values(root: ET.Element) -> dict[str, Any]:
    hosts = root.findall("relatedItem[@type='host']")
    places = [root, *hosts]
    people = _people(root)
    editors = people["editor"] or tuple(
        dict.fromkeys(name for host in hosts for name in _people(host)["editor"])
    )
    ids = [one for one in root.findall("identifier") if one.get("invalid") != "yes"]
    urls = root.findall("location/url")
    kind = _kind(root, hosts)
    values: dict[str, Any] = {
        "accession": _accession(root, ids),
        "title": _text(root, "extension/shortTitle[@type='measure']") or _title(root),
        "abstract": "\n".join(_each(root, "abstract", by=fields.paragraphs))
        or fields.paragraphs(text_of(root.find("extension/description"))),
        "authors": people["author"] or editors or people["other"],
        "journal": next(filter(None, map(_title, hosts)), ""),
        "year": _year(places),
        "volume": _detail(places, "volume"),
        "issue": _detail(places, "issue", "number"),
        "pages": _pages(places) or _detail(places, "article-number", "article number"),
        "doi": next(filter(None, map(fields.doi, _given(ids, "doi"))), "")
        or next(
            filter(None, map(_resolved, [*_given(ids, "uri", "hdl"), *map(text_of, urls)])), ""
        ),
        "pmid": fields.pmid(" ".join(_given(ids, "pmid", "pubmed", "pm"))),
        "pmcid": fields.pmcid(" ".join(_given(ids, "pmc", "pmcid"))),
        "url": _url(urls, _given(ids, "uri")),
        "language": "; ".join(fields.unique(map(_language, root.findall("language")))),
        "publication_types": fields.unique([kind]),
        "keywords": fields.unique(_each(root, "subject/topic")),
        "mesh": fields.unique(
            "/".join(_each(one, "topic")) for one in root.findall("subject[@authority='mesh']")
        ),
    }
    extra = {
        "type": fields.line(" ".join(_each(root, "genre") or _each(root, "typeOfResource"))),
        "alternative_titles": [
            title for one in root.findall("titleInfo[@type]") if (title := _title_info(one))
        ],
        "issn": next(iter(_of_type(places, "issn")), ""),
        "isbn": next(iter(_of_type(places, "isbn")), ""),
        "editors": list(editors),
        "contributors": list(fields.merged(people["other"], _committee(root))),
        "publisher": next(
            (name for one in places for name in _each(one, "originInfo/publisher")), ""
        ),
        "notes": "\n".join(_each(root, "note")),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _text(root: ET.Element, path: str) -> str:
    return fields.line(text_of(root.find(path)))


def _each(root: ET.Element, path: str, *, by: Any = fields.line) -> list[str]:
    return [text for one in root.findall(path) if (text := by(text_of(one)))]


def _title(root: ET.Element) -> str:
    """The title proper, else the first of another kind (uniform, abbreviated ...)."""
    titles = [(one.get("type") is not None, _title_info(one)) for one in root.findall("titleInfo")]
    return next((title for _, title in sorted(titles, key=lambda one: one[0]) if title), "")


def _title_info(info: ET.Element) -> str:
    """ "The", "Title", "subtitle" and "part 4" as one text: "The Title: subtitle. Part 4"."""
    article, title, subtitle = (_text(info, name) for name in ("nonSort", "title", "subTitle"))
    if not title:
        return fields.line(info.text)
    if article:
        title = f"{article}{'' if article[-1] in '-’' or article[-1] == chr(39) else ' '}{title}"
    title = f"{title.rstrip(' :')}: {subtitle}" if subtitle else title
    part = ": ".join(filter(None, (_text(info, "partNumber"), _text(info, "partName"))))
    return f"{title.rstrip('. ')}. {part}" if part else title


def _people(root: ET.Element) -> dict[str, tuple[str, ...]]:
    """The names of an item: authors, editors, others; those who made only the copy are left out."""
    found: dict[str, list[str]] = {"author": [], "editor": [], "other": []}
    for name in root.findall("name"):
        roles = {one.lower().strip(" .") for one in _each(name, "role/roleTerm")}
        if not roles or roles & _AUTHOR:
            kind = "author"
        elif roles & _EDITOR:
            kind = "editor"
        elif roles <= _MAKER:
            continue
        else:
            kind = "other"
        found[kind].append(_person(name))
    return {kind: tuple(dict.fromkeys(filter(None, names))) for kind, names in found.items()}


def _person(name: ET.Element) -> str:
    parts: dict[str, list[str]] = {}
    for one in name.findall("namePart"):
        parts.setdefault(one.get("type", ""), []).append(fields.line(text_of(one)))
    if family := " ".join(parts.get("family", [])).strip(" ,"):
        rank = [one for one in parts.get("termsOfAddress", []) if _RANK.fullmatch(one)]
        return ", ".join(filter(None, (family, " ".join(parts.get("given", [])), *rank)))
    whole = parts.get("", []) or parts.get("given", [])
    if name.get("type") != "personal":
        return ": ".join(filter(None, whole)) or _text(name, "displayForm")
    written = _SENTENCE_END.sub("", _LIFE.sub("", " ".join(whole) or _text(name, "displayForm")))
    return fields.name(written)


def _committee(root: ET.Element) -> Iterator[str]:
    """Committees and their members, as the U.S. Government Publishing Office names them."""
    yield from _each(root, "extension/congMember/name[@type='authority-lnf']")


def _year(places: Iterable[ET.Element]) -> int | None:
    """The year it was issued; a start rather than an end, a coded date rather than a worded one."""
    every = list(places)
    for path in (*(f"originInfo/{name}" for name in _DATES[:2]), "part/date",
                 *(f"originInfo/{name}" for name in _DATES[2:])):  # fmt: skip
        dates = [one for place in every for one in place.findall(path)]
        dates.sort(key=lambda one: (one.get("point") == "end", one.get("encoding") is None))
        if year := next(filter(None, (fields.year(text_of(one)) for one in dates)), None):
            return year
    return None


def _detail(places: Iterable[ET.Element], *kinds: str) -> str:
    found = [place.find(f"part/detail[@type='{kind}']") for kind in kinds for place in places]
    details = [one for one in found if one is not None]
    return next((text for one in details if (text := _text(one, "number"))), "") or next(
        (text for one in details if (text := fields.line(text_of(one)))), ""
    )


def _pages(places: Iterable[ET.Element]) -> str:
    for extent in (one for place in places for one in place.findall("part/extent")):
        if extent.get("unit", "pages") in ("page", "pages"):
            start, end = (text_of(extent.find(name)) for name in ("start", "end"))
            if pages := fields.pages(start, end) or fields.pages(text_of(extent.find("list"))):
                return pages
    return ""


def _given(ids: Iterable[ET.Element], *kinds: str) -> list[str]:
    return [text_of(one) for one in ids if (one.get("type") or "").lower() in kinds]


def _of_type(places: Iterable[ET.Element], kind: str) -> list[str]:
    ids = [one for place in places for one in place.findall("identifier")]
    return [text for one in _given(ids, kind) if (text := fields.line(one))]


def _resolved(address: str) -> str:
    """The DOI of an address that resolves DOIs; other addresses only mention them."""
    return fields.doi(address) if "doi.org/" in address or "info:doi/" in address else ""


def _accession(root: ET.Element, ids: list[ET.Element]) -> str:
    return (
        _text(root, "recordInfo/recordIdentifier")
        or fields.line(next(iter(_given(ids, "citekey", "local", "")), ""))
        or fields.line(root.get("ID"))
    )


def _url(urls: list[ET.Element], uris: list[str]) -> str:
    order = sorted(urls, key=lambda one: not (one.get("usage") or "").startswith("primary"))
    texts = [text_of(one) for one in order if one.get("access") != "preview"]
    return next(filter(None, map(fields.url, [*texts, *uris])), "")


def _language(language: ET.Element) -> str:
    """The code of a language, else its name."""
    terms = language.findall("languageTerm")
    terms.sort(key=lambda one: one.get("type") == "text")
    return fields.line(text_of(terms[0] if terms else language))


def _kind(root: ET.Element, hosts: list[ET.Element]) -> str:
    """The publication type its genre names, known ones first; else what its host shows."""
    genres = [genre for one in (root, *hosts) for genre in _each(one, "genre")]
    known = [_GENRES.get(genre) or _GENRES.get(genre.lower()) for genre in genres]
    if found := next(filter(None, known), None):
        return found
    issuance = {text for host in hosts for text in _each(host, "originInfo/issuance")}
    if issuance & {"continuing", "serial"}:
        return "Journal Article"
    if not hosts and _of_type([root], "isbn"):
        return "Book"
    own = _each(root, "genre") or _each(root, "typeOfResource")
    return "Book Chapter" if hosts and own in ([], ["text"]) else next(iter(own), "")
