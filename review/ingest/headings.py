"""Which field a column heading means, in every table export known here; earlier names win."""

import re
from collections.abc import Sequence

# Field: headings in lower case, letters and digits only, the preferred one first.
HEADINGS: dict[str, tuple[str, ...]] = {
    "accession": (
        "accession", "covidence", "eid", "ut", "ut unique wos id", "ut unique id", "lens id",
        "central id", "accession number", "ids openalex", "openalex id", "key", "embase id",
        "reference id", "internal id", "record id", "recordid", "unique id", "customid",
        "custom id", "study id", "citation id", "id", "refid", "an",
    ),
    "title": (
        "title", "titles", "article title", "ti", "t1", "title primary", "primary title",
        "item title", "document title", "display name", "publication title original",
        "reference title", "study title", "original title", "title of article",
    ),
    "abstract": (
        "abstract", "abstracts", "ab", "abstract note", "abstract text", "notes abstract", "n2",
        "summary", "original abstract",
    ),
    "authors": (
        "author full names", "af", "authors", "author", "author s", "author names", "au", "a1",
        "first authors", "authors primary", "author list", "author name",
        "authorships author display name", "creator", "creators",
    ),
    "journal": (
        "journal", "journal title", "source title", "publication title", "journal book",
        "publication name", "publicationname", "periodical full", "jf", "so", "jo", "t2",
        "secondary title", "container title", "alternate title3", "publication",
        "primary location source display name", "full journal name", "booktitle",
        "journal abbreviation", "alternate title2", "alternatename",
    ),
    "year": (
        "year", "publication year", "published year", "pub year", "py", "y1",
        "publication date", "date published", "date", "publication date online", "pubyear",
    ),
    "volume": ("volume", "vl", "journal volume", "vol", "biblio volume"),
    "issue": ("issue", "is", "issue number", "journal issue", "number", "no", "biblio issue"),
    "pages": ("pages", "pg", "page numbers", "page range", "page s"),
    "start": ("start page", "page start", "first page", "sp", "bp", "biblio first page"),
    "end": ("end page", "page end", "last page", "ep", "other pages", "biblio last page"),
    "article_number": ("art no", "article number", "ar"),
    "doi": ("doi", "di", "do", "item doi", "ids doi", "doi link", "doi url"),
    "pmid": ("pmid", "pubmed id", "pubmedid", "pm", "ids pmid", "medline pmid", "pubmed"),
    "pmcid": ("pmcid", "pmc id", "pmc", "ids pmcid"),
    "url": ("url", "ur", "link", "urls", "external url", "source urls", "plink", "embase link"),
    "language": ("language", "la", "language of original document", "languages"),
    "publication_types": (
        "publication types", "publication type", "document type", "dt", "item type", "doctype",
        "m3", "reference type", "type", "entrytype", "content type", "ref type",
        "type of reference",
    ),
    "keywords": (
        "keywords", "author keywords", "keyword", "kw", "de", "manual tags", "descriptors",
        "subjects", "author keyword",
    ),
    "index_keywords": (
        "index keywords", "keywords plus", "id keywords", "automatic tags",
        "emtree medical index terms", "emtree drug index terms",
    ),
    "mesh": ("mesh", "mesh terms", "mesh headings", "mh"),
    "issn": ("issn", "issns", "sn", "isbn issn", "issn isbn"),
    "retracted": ("is retracted", "retracted"),
}  # fmt: skip

_FIELD = {heading: field for field, names in HEADINGS.items() for heading in names}
_TELLING = frozenset({"title", "abstract", "authors", "doi", "pmid"})


def plain(heading: object) -> str:
    """A heading in lower case, letters and digits only, single spaces."""
    text = "" if heading is None else str(heading)
    return re.sub(r"[\W_]+", " ", text.replace("\ufeff", "")).strip().lower()


def is_header(cells: Sequence[object]) -> bool:
    """Whether a row names columns of records: a title and something else known, or four."""
    names = [plain(cell) for cell in cells]
    if any(len(name) > 80 for name in names):
        return False
    known = {_FIELD[name] for name in names if name in _FIELD}
    if "title" in known:
        return len(known) > 1 or len([name for name in names if name]) <= 3
    return len(known) > 3 and bool(known & _TELLING)


def columns(cells: Sequence[object]) -> dict[str, list[int]]:
    """The columns of each field in a header row, in order of preference."""
    names = [plain(cell) for cell in cells]
    found: dict[str, list[int]] = {}
    for field, headings in HEADINGS.items():
        places = [at for heading in headings for at, name in enumerate(names) if name == heading]
        if field == "journal" and "central id" in names and "source" in names:
            places.insert(0, names.index("source"))
        if places:
            found[field] = places
    if _is_web_of_science(names):
        found["accession"] = [names.index("ut")]
        found["index_keywords"] = [names.index("id")] if "id" in names else []
    return found


def _is_web_of_science(names: Sequence[str]) -> bool:
    return {"pt", "ut", "so"} <= set(names)
