"""What one PubMed article says: the fields of its XML element as a Record.

Field meanings: NLM, "MEDLINE PubMed XML Element Descriptions and their Attributes".
`extra` may hold: vernacular_title, other_abstracts, journal_abbreviation, issn, date,
electronic_date, version, registry_ids, editorial_status, retracted (True), and links, a list of
{type, pmid, source} with NLM's RefType (RetractionIn, ErratumFor, UpdateIn, CommentOn ...).
"""

import re
import xml.etree.ElementTree as ET
from typing import Any

from review.ingest import fields
from review.ingest.editorial import editorial_status
from review.ingest.pubmed_elements import (
    abstract_of,
    child_text,
    date_year,
    identity,
    ids_of,
    location,
    members,
    pagination,
    people,
    text_of,
    texts_of,
    within,
)
from review.ingest.record import Record

E_PAGE = re.compile(r"[A-Za-z]{0,3}\d{1,8}")


def article(root: ET.Element) -> Record | None:
    """A PubmedArticle element as a Record, or None without PMID or citation."""
    citation = root.find("MedlineCitation")
    entry = citation.find("Article") if citation is not None else None
    if citation is None or entry is None:
        return None
    pmid, version = identity(citation)
    if not pmid:
        return None
    ids = ids_of(within(root, "PubmedData", "ArticleIdList"))
    extra = _extra(citation, entry)
    vernacular = text_of(entry.find("VernacularTitle"))
    kinds = texts_of(members(entry, "PublicationTypeList"))
    title = text_of(entry.find("ArticleTitle")) or vernacular
    if vernacular:
        extra["vernacular_title"] = vernacular
    if version > 1:
        extra["version"] = version
    # NLM's own indexing decides; a title may announce another report's retraction
    extra.update(fields.flags(editorial_status(kinds, links=extra.get("links", ()))))
    journal, issue = entry.find("Journal"), within(entry, "Journal", "JournalIssue")
    return Record(
        accession=pmid if version == 1 else f"{pmid}.{version}",
        title=title,
        abstract=abstract_of(entry.find("Abstract")) or _first_other(extra),
        authors=people(entry.findall("AuthorList")),
        journal=child_text(journal, "Title")
        or child_text(citation.find("MedlineJournalInfo"), "MedlineTA"),
        year=_year(entry, issue),
        volume=child_text(issue, "Volume"),
        issue=child_text(issue, "Issue"),
        pages=_pages(entry),
        doi=location(entry, "doi") or fields.doi(ids.get("doi")),
        pmid=pmid,
        pmcid=fields.pmcid(ids.get("pmc")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        language="; ".join(texts_of(entry.findall("Language"))),
        publication_types=kinds,
        keywords=texts_of(word for words in citation.findall("KeywordList") for word in words),
        mesh=tuple(map(_heading, members(citation, "MeshHeadingList"))),
        extra=extra,
    )


def _year(entry: ET.Element, issue: ET.Element | None) -> int | None:
    """Year of the issue (its MedlineDate where it has no Year), else of the electronic date."""
    printed = date_year(issue.find("PubDate")) if issue is not None else None
    return printed or date_year(entry.find("ArticleDate"))


def _date(date: ET.Element | None) -> str:
    return " ".join(filter(None, map(text_of, date))) if date is not None else ""


def _pages(entry: ET.Element) -> str:
    """Printed pages, else an electronic location that looks like an article number."""
    printed = pagination(entry.find("Pagination"))
    if printed:
        return printed
    number = location(entry, "pii")
    return number if E_PAGE.fullmatch(number) else ""


def _heading(element: ET.Element) -> str:
    """A MeSH heading as MEDLINE writes it: "Cocaine/*metabolism", a star on major topics."""
    return "/".join(
        f"*{text_of(part)}" if part.get("MajorTopicYN") == "Y" else text_of(part)
        for part in element
    )


def _links(citation: ET.Element) -> list[dict[str, str]]:
    """Retractions, errata, updates, comments: what this record points to or is pointed at by."""
    found = []
    for one in members(citation, "CommentsCorrectionsList"):
        kind = one.get("RefType", "")
        if kind != "Cites":
            link = {
                "type": kind,
                "pmid": child_text(one, "PMID"),
                "source": child_text(one, "RefSource"),
            }
            found.append({key: value for key, value in link.items() if value})
    return found


def _extra(citation: ET.Element, entry: ET.Element) -> dict[str, Any]:
    journal = entry.find("Journal")
    extra = {
        "journal_abbreviation": child_text(journal, "ISOAbbreviation"),
        "issn": child_text(journal, "ISSN"),
        "date": _date(within(journal, "JournalIssue", "PubDate")),
        "electronic_date": _date(entry.find("ArticleDate")),
        "links": _links(citation),
        "registry_ids": list(
            texts_of(
                n for bank in members(entry, "DataBankList") for n in bank.iter("AccessionNumber")
            )
        ),
        "other_abstracts": [
            {"type": one.get("Type", ""), "language": one.get("Language", ""), "text": text}
            for one in citation.findall("OtherAbstract")
            if (text := abstract_of(one))
        ],
    }
    return {key: value for key, value in extra.items() if value}


def _first_other(extra: dict[str, Any]) -> str:
    """The first abstract of another kind or language, for records with none of PubMed's own."""
    others = extra.get("other_abstracts", ())
    return str(others[0]["text"]) if others else ""
