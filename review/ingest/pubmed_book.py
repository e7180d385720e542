"""What one PubMed book, or chapter of a book, says: its XML element as a Record.

`extra` may hold: book_title, book_accession, publisher, isbn, editors, version.
"""

import xml.etree.ElementTree as ET

from review.ingest import fields
from review.ingest.pubmed_elements import (
    abstract_of,
    child_text,
    date_year,
    identity,
    ids_of,
    location,
    pagination,
    people,
    text_of,
    texts_of,
)
from review.ingest.record import Record


def book(root: ET.Element) -> Record | None:
    """A PubmedBookArticle element (a book or a chapter of one) as a Record."""
    entry = root.find("BookDocument")
    volume = entry.find("Book") if entry is not None else None
    if entry is None or volume is None:
        return None
    pmid, version = identity(entry)
    if not pmid:
        return None
    ids = ids_of(entry.find("ArticleIdList"))
    whole, chapter = text_of(volume.find("BookTitle")), text_of(entry.find("ArticleTitle"))
    kinds = texts_of(entry.findall("PublicationType")) or ("Book Chapter" if chapter else "Book",)
    authors = people(entry.findall("AuthorList")) or people(volume.findall("AuthorList"))
    editors = people(volume.findall("AuthorList"), kind="editors")
    extra = {
        "book_title": whole,
        "book_accession": ids.get("bookaccession", ""),
        "publisher": child_text(volume.find("Publisher"), "PublisherName"),
        "isbn": child_text(volume, "Isbn"),
        "editors": list(editors),
        "version": version if version > 1 else None,
    }
    return Record(
        accession=pmid if version == 1 else f"{pmid}.{version}",
        title=chapter or whole or text_of(entry.find("VernacularTitle")),
        abstract=abstract_of(entry.find("Abstract")),
        authors=authors or editors,
        journal=whole if chapter else "",
        year=date_year(volume.find("PubDate")) or date_year(entry.find("ContributionDate")),
        volume=child_text(volume, "Volume"),
        pages=pagination(entry.find("Pagination")),
        doi=fields.doi(ids.get("doi")) or location(volume, "doi"),
        pmid=pmid,
        pmcid=fields.pmcid(ids.get("pmc")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        language="; ".join(texts_of(entry.findall("Language"))),
        publication_types=kinds,
        keywords=texts_of(entry.findall("KeywordList/Keyword")),
        extra={key: value for key, value in extra.items() if value},
    )
