"""Which field a column heading means, in every table export known here; earlier names win."""

import re
from collections.abc import Iterable, Sequence

# Field: headings in lower case, letters and digits only, the preferred one first.
HEADINGS: dict[str, tuple[str, ...]] = {
    "accession": (
        "accession", "covidence", "eid", "ut", "ut unique wos id", "ut unique id", "lens id",
        "central id", "accession number", "accession no", "pui", "embase accession id",
        "ids openalex", "openalex id", "publication id", "nct number", "trial id", "key",
        "embase id", "item id", "reference id", "internal id", "record id", "custom id",
        "store id", "document identifier", "record number", "ref id", "study id", "citation id",
        "unique id", "id", "an", "corpus id", "paper id", "external id", "uid",
    ),
    "title": (
        "title", "titles", "article title", "ti", "t1", "title primary", "primary title",
        "item title", "document title", "display name", "publication title original",
        "reference title", "study title", "public title", "original title", "title of article",
        "scientific title", "title article", "paper title", "ref title", "título", "titulo",
        "titre", "titel",
    ),
    "abstract": (
        "abstract", "abstracts", "ab", "abstract note", "abstract text", "notes abstract", "n2",
        "summary", "original abstract", "brief summary", "abstract english", "resumen", "resumo",
        "résumé", "zusammenfassung",
    ),
    "authors": (
        "author full names", "af", "authors", "author", "author s", "author names", "au", "a1",
        "first authors", "authors primary", "author list", "author name", "primary authors",
        "authors full names", "authorships author display name", "creator", "creators",
        "contributors", "autores", "autor", "auteurs", "autoren",
    ),
    "groups": ("group authors", "corporate authors", "ca", "collective name"),
    "journal": (
        "journal", "journal title", "source title", "publication title", "journal book",
        "publication name", "periodical full", "jf", "so", "jo", "t2", "secondary title",
        "container title", "alternate title3", "publication", "pubtitle", "parent title",
        "primary location source display name", "full journal name", "journal name",
        "journal full title", "book title", "anthology title", "journal conference",
        "host publication title", "journal abbreviation", "alternate title2", "alternate name",
        "venue", "revista", "revue", "zeitschrift",
    ),
    "year": (
        "year", "publication year", "published year", "pub year", "py", "y1",
        "publication date", "date published", "pub date", "publication date online", "date",
        "date of publication", "year of publication", "year published", "issued",
        "date registration", "study first posted", "first posted", "start date", "año", "ano",
        "année", "jahr",
    ),
    "volume": (
        "volume", "vl", "journal volume", "vol", "biblio volume", "volume number", "journal vol",
    ),
    "issue": (
        "issue", "is", "issue number", "journal issue", "number", "no", "biblio issue", "issue no",
    ),
    "pages": ("pages", "pg", "page numbers", "page range", "page s", "pagination", "page"),
    "start": (
        "start page", "page start", "first page", "sp", "bp", "biblio first page", "beginning page",
    ),
    "end": (
        "end page", "page end", "last page", "ep", "other pages", "biblio last page", "ending page",
    ),
    "page_count": ("page count",),
    "article_number": ("art no", "article number", "ar", "article no"),
    "doi": (
        "doi", "di", "do", "item doi", "ids doi", "digital object identifier", "doi link",
        "doi url", "dois", "book doi",
    ),
    "pmid": (
        "pmid", "pubmed id", "pm", "ids pmid", "medline pmid", "pubmed", "pub med id", "pmids",
        "pubmed pmid",
    ),
    "pmcid": ("pmcid", "pmc id", "pmc", "ids pmcid", "pmcids"),
    "url": (
        "url", "ur", "link", "urls", "external url", "source urls", "plink", "embase link",
        "study url", "web address", "dimensions url", "document url", "article url",
        "fulltext url", "full text url", "pdf link", "web of science record", "permalink",
    ),
    "language": (
        "language", "la", "language of original document", "languages", "article language",
        "language of article", "idioma", "langue", "sprache",
    ),
    "publication_types": (
        "publication types", "document type", "publication type", "dt", "item type", "doc type",
        "doc types", "article type", "m3", "reference type", "type", "entry type", "content type",
        "ref type", "type of reference", "type name", "study type",
    ),
    "keywords": (
        "keywords", "author keywords", "keyword", "kw", "de", "manual tags", "descriptors",
        "subjects", "author keyword", "keywords author", "descriptor s", "identifier keywords",
        "subject terms", "conditions", "condition", "subject", "palabras clave",
    ),
    "index_keywords": (
        "index keywords", "keywords plus", "id keywords", "automatic tags",
        "emtree medical index terms", "emtree drug index terms", "ieee terms",
    ),
    "mesh": ("mesh", "mesh terms", "mesh headings", "mh"),
    "issn": ("issn", "issns", "sn", "isbn issn", "issn isbn", "e issn"),
    "retracted": ("is retracted", "retracted"),
    "citation": ("citation", "source", "bibliography", "reference"),
    "notes": ("extra", "notes", "note"),
}  # fmt: skip

# Written with and without spaces: "StartPage", "start_page", "Start page".
_SQUEEZED = {field: [name.replace(" ", "") for name in names] for field, names in HEADINGS.items()}
_FIELD = {name: field for field, names in _SQUEEZED.items() for name in names}
_TELLING = frozenset({"title", "abstract", "authors", "doi", "pmid"})
_RECORDS = frozenset(HEADINGS) - {"citation", "notes", "groups", "page_count"}
_BRACKETS = re.compile(r"[(\[][^()\[\]{}=]{0,40}[)\]]")
_NEED_ALL = frozenset({"date", "startdate", "id", "number", "no", "key", "type", "source"})
LONG = 80  # a heading longer than this is a question of a form, or no heading


def plain(heading: object) -> str:
    """A heading in lower case, letters and digits only, without spaces."""
    text = "" if heading is None else str(heading)
    return re.sub(r"[\W_]+", "", text).lower()


def _without_brackets(heading: object) -> str:
    """The name of a field that a heading is but for its brackets ("Title (English)"), else ""."""
    text = "" if heading is None else str(heading)
    name = plain(_BRACKETS.sub(" ", text))
    known = name in _FIELD and name not in _NEED_ALL and name != plain(text)
    return name if known and plain(text) not in _FIELD else ""


def is_header(cells: Sequence[object]) -> bool:
    """Whether a row names columns of records: a title and something else known, or four."""
    names = [_without_brackets(cell) or plain(cell) for cell in cells]
    if sum(len(name) > LONG for name in names) > len(names) // 2:
        return False
    known = {_FIELD[name] for name in names if name in _FIELD} & _RECORDS
    if "title" in known:
        return len(known) > 1 or len([name for name in names if name]) <= 3
    return len(known) > 3 and bool(known & _TELLING)


def names_of_fields(cells: Iterable[object]) -> int:
    """How many fields of a record the cells name."""
    return len({_FIELD.get(plain(cell), "") for cell in cells} & _RECORDS)


def columns(cells: Sequence[object]) -> dict[str, list[int]]:
    """The columns of each field in a header row, in order of preference."""
    names = [plain(cell) for cell in cells]
    at_name: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        at_name.setdefault(name, []).append(at)
    for at, cell in enumerate(cells):  # behind the headings that need nothing left out
        at_name.setdefault(_without_brackets(cell), []).append(at)
    found: dict[str, list[int]] = {}
    for field, headings in _SQUEEZED.items():
        places = [at for heading in headings for at in at_name.get(heading, ())]
        if field == "journal" and "centralid" in names and "source" in names:
            places.insert(0, names.index("source"))
        if places:
            found[field] = places
    if {"pt", "ut", "so"} <= set(names):  # Web of Science by its two-letter tags
        found["accession"] = [names.index("ut")]
        found["index_keywords"] = [names.index("id")] if "id" in names else []
        found["journal"] = [names.index("so")]
    return found


def is_single_citation(places: dict[str, list[int]]) -> bool:
    """Whether a "source" or "citation" column must give the journal: no other column does."""
    return "citation" in places and "journal" not in places
