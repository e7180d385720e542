"""What one PubMed article or book says: the fields of its XML element as a Record.

Field meanings: NLM, "MEDLINE PubMed XML Element Descriptions and their Attributes".
`extra` may hold: vernacular_title, other_abstracts, journal_abbreviation, issn, date,
electronic_date, version, registry_ids, editors, publisher, isbn, book_title,
book_accession, retracted (True), and links, a list of {type, pmid, source} with NLM's
RefType (RetractionIn, ErratumFor, UpdateIn, CommentOn ...).
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from review.ingest import fields
from review.ingest.record import Record

E_PAGE = re.compile(r"[A-Za-z]{0,3}\d{1,8}")


def article(root: ET.Element) -> Record | None:
    """A PubmedArticle element as a Record, or None without PMID or citation."""
    citation = root.find("MedlineCitation")
    entry = citation.find("Article") if citation is not None else None
    if citation is None or entry is None:
        return None
    pmid, version = _identity(citation)
    if not pmid:
        return None
    ids = _ids(root.find("PubmedData/ArticleIdList"))
    extra = _extra(citation, entry)
    vernacular = _text(entry.find("VernacularTitle"))
    kinds = _texts(entry.findall("PublicationTypeList/PublicationType"))
    title = _text(entry.find("ArticleTitle")) or vernacular
    if vernacular:
        extra["vernacular_title"] = vernacular
    if version > 1:
        extra["version"] = version
    if _retracted(kinds, extra.get("links", ())):
        extra["retracted"] = True
    journal, issue = entry.find("Journal"), entry.find("Journal/JournalIssue")
    return Record(
        accession=pmid if version == 1 else f"{pmid}.{version}",
        title=title,
        abstract=_abstract(entry.find("Abstract")) or _first_other(extra),
        authors=_people(entry.findall("AuthorList")),
        journal=_child(journal, "Title")
        or _child(citation.find("MedlineJournalInfo"), "MedlineTA"),
        year=_year(entry, issue),
        volume=_child(issue, "Volume"),
        issue=_child(issue, "Issue"),
        pages=_pages(entry),
        doi=_location(entry, "doi") or fields.doi(ids.get("doi")),
        pmid=pmid,
        pmcid=fields.pmcid(ids.get("pmc")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        language="; ".join(_texts(entry.findall("Language"))),
        publication_types=kinds,
        keywords=_texts(citation.findall("KeywordList/Keyword")),
        mesh=tuple(_heading(one) for one in citation.findall("MeshHeadingList/MeshHeading")),
        extra=extra,
    )


def book(root: ET.Element) -> Record | None:
    """A PubmedBookArticle element (a book or a chapter of one) as a Record."""
    entry = root.find("BookDocument")
    volume = entry.find("Book") if entry is not None else None
    if entry is None or volume is None:
        return None
    pmid, version = _identity(entry)
    if not pmid:
        return None
    ids = _ids(entry.find("ArticleIdList"))
    whole, chapter = _text(volume.find("BookTitle")), _text(entry.find("ArticleTitle"))
    kinds = _texts(entry.findall("PublicationType")) or ("Book Chapter" if chapter else "Book",)
    authors = _people(entry.findall("AuthorList")) or _people(volume.findall("AuthorList"))
    editors = _people(volume.findall("AuthorList"), kind="editors")
    extra = {
        "book_title": whole,
        "book_accession": ids.get("bookaccession", ""),
        "publisher": _child(volume.find("Publisher"), "PublisherName"),
        "isbn": _child(volume, "Isbn"),
        "editors": list(editors),
        "version": version if version > 1 else None,
    }
    return Record(
        accession=pmid if version == 1 else f"{pmid}.{version}",
        title=chapter or whole or _text(entry.find("VernacularTitle")),
        abstract=_abstract(entry.find("Abstract")),
        authors=authors or editors,
        journal=whole if chapter else "",
        year=_date_year(volume.find("PubDate")) or _date_year(entry.find("ContributionDate")),
        volume=_child(volume, "Volume"),
        pages=_pagination(entry.find("Pagination")),
        doi=fields.doi(ids.get("doi")) or _location(volume, "doi"),
        pmid=pmid,
        pmcid=fields.pmcid(ids.get("pmc")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        language="; ".join(_texts(entry.findall("Language"))),
        publication_types=kinds,
        keywords=_texts(entry.findall("KeywordList/Keyword")),
        extra={key: value for key, value in extra.items() if value},
    )


def _identity(parent: ET.Element) -> tuple[str, int]:
    """PMID without leading zeros, and its version (1 where none is given)."""
    found = parent.find("PMID")
    number = (found.text or "").strip() if found is not None else ""
    if found is None or not (number.isascii() and number.isdigit()):
        return "", 1
    version = found.get("Version", "1")
    known = version.isascii() and version.isdigit() and len(version) < 5
    return number.lstrip("0"), int(version) if known else 1


def _text(element: ET.Element | None) -> str:
    """All text of an element on one line; layout spaces inside a formula are dropped."""
    if element is None:
        return ""
    if not len(element):
        return " ".join((element.text or "").split())
    return " ".join("".join(_runs(element)).split())


def _runs(element: ET.Element) -> Iterable[str]:
    """Text pieces in reading order."""
    yield element.text or ""
    for child in element:
        if child.tag.endswith("}math"):
            yield _formula(child)
        else:
            yield from _runs(child)
        yield child.tail or ""


def _formula(element: ET.Element) -> str:
    """MathML on one line: a/b for fractions, √(a) for roots, else its symbols in order."""
    parts = [_formula(child) for child in element]
    match element.tag.rpartition("}")[2]:
        case "mfrac" if len(parts) == 2:
            return "/".join(parts)
        case "msqrt":
            return f"√({''.join(parts)})"
        case "annotation" | "annotation-xml":
            return ""
    return (element.text or "").strip() + "".join(parts)


def _texts(elements: Iterable[ET.Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(_text, elements) if text))


def _child(parent: ET.Element | None, tag: str) -> str:
    return _text(parent.find(tag)) if parent is not None else ""


def _abstract(element: ET.Element | None) -> str:
    """Sections as "LABEL: text", one a line."""
    if element is None:
        return ""
    lines = []
    for section in element.findall("AbstractText"):
        text, label = _text(section), section.get("Label", "").strip().rstrip(":")
        if text:
            lines.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(lines)


def _people(lists: Iterable[ET.Element], *, kind: str = "authors") -> tuple[str, ...]:
    """Valid authors (or editors) and groups of the lists of that kind, in order."""
    return tuple(
        name
        for people in lists
        if people.get("Type", "authors") == kind
        for one in people
        if one.get("ValidYN") != "N" and (name := _person(one))
    )


def _person(author: ET.Element) -> str:
    part = {one.tag: one for one in author}
    if "CollectiveName" in part:
        return _text(part["CollectiveName"])
    given = _text(part.get("ForeName")) or _text(part.get("Initials"))
    return ", ".join(filter(None, (_text(part.get("LastName")), given, _text(part.get("Suffix")))))


def _year(entry: ET.Element, issue: ET.Element | None) -> int | None:
    """Year of the issue (its MedlineDate where it has no Year), else of the electronic date."""
    printed = _date_year(issue.find("PubDate")) if issue is not None else None
    return printed or _date_year(entry.find("ArticleDate"))


def _date_year(date: ET.Element | None) -> int | None:
    return fields.year(_child(date, "Year") or _child(date, "MedlineDate"))


def _date(date: ET.Element | None) -> str:
    return " ".join(filter(None, map(_text, date))) if date is not None else ""


def _pages(entry: ET.Element) -> str:
    """Printed pages, else an electronic location that looks like an article number."""
    printed = _pagination(entry.find("Pagination"))
    if printed:
        return printed
    number = _location(entry, "pii")
    return number if E_PAGE.fullmatch(number) else ""


def _pagination(element: ET.Element | None) -> str:
    written = _child(element, "MedlinePgn")
    return written or fields.pages(_child(element, "StartPage"), _child(element, "EndPage"))


def _location(entry: ET.Element, kind: str) -> str:
    """The valid ELocationID of a kind ("doi", "pii")."""
    for one in entry.findall("ELocationID"):
        if one.get("EIdType") == kind and one.get("ValidYN") != "N":
            return fields.doi(_text(one)) if kind == "doi" else _text(one)
    return ""


def _ids(element: ET.Element | None) -> dict[str, str]:
    return {one.get("IdType", ""): _text(one) for one in element} if element is not None else {}


def _heading(element: ET.Element) -> str:
    """A MeSH heading as MEDLINE writes it: "Cocaine/*metabolism", a star on major topics."""
    return "/".join(
        f"*{_text(part)}" if part.get("MajorTopicYN") == "Y" else _text(part) for part in element
    )


def _links(citation: ET.Element) -> list[dict[str, str]]:
    """Retractions, errata, updates, comments: what this record points to or is pointed at by."""
    found = []
    for one in citation.findall("CommentsCorrectionsList/CommentsCorrections"):
        kind = one.get("RefType", "")
        if kind != "Cites":
            link = {"type": kind, "pmid": _child(one, "PMID"), "source": _child(one, "RefSource")}
            found.append({key: value for key, value in link.items() if value})
    return found


def _retracted(kinds: Iterable[str], links: Iterable[dict[str, str]]) -> bool:
    """NLM's own indexing decides; a title may announce another report's retraction."""
    return fields.is_retracted(kinds) or any(link.get("type") == "RetractionIn" for link in links)


def _extra(citation: ET.Element, entry: ET.Element) -> dict[str, Any]:
    journal = entry.find("Journal")
    extra = {
        "journal_abbreviation": _child(journal, "ISOAbbreviation"),
        "issn": _child(journal, "ISSN"),
        "date": _date(entry.find("Journal/JournalIssue/PubDate")),
        "electronic_date": _date(entry.find("ArticleDate")),
        "links": _links(citation),
        "registry_ids": list(_texts(entry.iterfind("DataBankList//AccessionNumber"))),
        "other_abstracts": [
            {"type": one.get("Type", ""), "language": one.get("Language", ""), "text": text}
            for one in citation.findall("OtherAbstract")
            if (text := _abstract(one))
        ],
    }
    return {key: value for key, value in extra.items() if value}


def _first_other(extra: dict[str, Any]) -> str:
    """The first abstract of another kind or language, for records with none of PubMed's own."""
    others = extra.get("other_abstracts", ())
    return str(others[0]["text"]) if others else ""
