"""Which format a file is in, decided from what it holds and never from its name."""

import csv
import re

from review.errors import BadInput
from review.ingest import jsonfile, refworks
from review.ingest.headings import is_header

FORMATS = (
    "pubmed-xml", "nbib", "ris", "csv", "tsv", "xlsx", "xls", "wos", "wos-tab", "endnote-xml",
    "bibtex", "refer", "ovid", "refworks", "json", "mods", "rdf",
)  # fmt: skip

_LINES = (
    ("ris", re.compile(r"TY\s{1,4}-(?:\s|[A-Z]{3,6}\s*$)")),
    ("nbib", re.compile(r"(?:PMID|OWN |STAT|DCOM|DRDT|CTDT)\s?- ?\S")),
    ("wos", re.compile(r"(?:FN (?:Clarivate|Thomson|ISI|Web|Deriv)|VR 1\.\d\s*$|PT [A-Z]\s*$)")),
    ("bibtex", re.compile(r"\s*@\s*[A-Za-z]{3,30}\s*[{(]")),
    ("ovid", re.compile(r"\s*<\d+\. ?>\s*$|VN  ?- Ovid")),
    ("refworks", refworks.START),
    ("refer", re.compile(r"%[0AT] \S")),
)
_RIS_TAG = re.compile(r"[A-Z][A-Z0-9]  - ")
_OVID = re.compile(r"<\d+\. ?>")
_OVID_TEXT = re.compile(r"<\d+>\s*\n[A-Z]")
_ROOTS = {
    "PubmedArticleSet": "pubmed-xml",
    "PubmedArticle": "pubmed-xml",
    "PubmedBookArticle": "pubmed-xml",
    "PubmedBookArticleSet": "pubmed-xml",
    "xml": "endnote-xml",
    "records": "endnote-xml",
    "XML": "endnote-xml",
    "RECORDS": "endnote-xml",
    "mods": "mods",
    "modsCollection": "mods",
    "RDF": "rdf",
}
_OTHER_XML = {  # what people export by mistake, and what to export instead
    "TEI": "TEI, the text of a document; export RIS or BibTeX of its reference instead",
    "Workbook": "a spreadsheet in Excel's old XML; save it as .xlsx or CSV",
    "opml": "OPML; export RIS or CSV instead",
    "CitaviExchangeData": "Citavi XML; export RIS or BibTeX from Citavi instead",
    "Sources": "Word's list of sources; export RIS from the reference manager instead",
    "collection": "MARCXML; export RIS or BibTeX instead",
    "eSearchResult": "an answer of eSearchResult, ids without records; fetch the records "
    "themselves (review search pubmed)",
    "rss": "a news feed (RSS); export PubMed, RIS or CSV instead",
    "feed": "a news feed (Atom); export RIS or CSV instead",
}
_ROOT = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*<([A-Za-z_][\w:.-]*)", re.S
)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([A-Za-z]+)", re.I)
_JSON = re.compile(r"(?:\[\s*)?\{\s*\"[^\"\n]{1,80}\"\s*:\s*[\[{\"\dntf-]")
_WOS_HEADER = re.compile(r"(?:[A-Z][A-Z0-9]\t){5,}")


def detect(head: str, *, name: str) -> str:
    """The format of a text, from its first part. BadInput, in one sentence, where it is none.

    `name` is only used in the message.
    """
    start = head.lstrip("\ufeff \t\r\n")
    if _OVID_TEXT.match(start):
        raise BadInput(
            f"{name} is an Ovid export as plain text; export it from Ovid as RIS instead."
        )
    if start.startswith("<") and not _OVID.match(start):
        return _xml(start, name)
    if _JSON.match(start) and jsonfile.KEY.search(start):
        return "json"
    if _WOS_HEADER.match(start):
        return "wos-tab"
    delimiter = table_delimiter(start.partition("\n")[0])
    if delimiter:
        return _table(delimiter)
    tags = 0
    for row in head.splitlines()[:400]:
        for kind, pattern in _LINES:
            if pattern.match(row.lstrip("\ufeff")):
                return kind
        if _RIS_TAG.match(row):
            tags += 1
    delimiter = table_delimiter(head)
    if delimiter:
        return _table(delimiter)
    if tags > 3:
        return "ris"
    raise BadInput(
        f"{name} is in no format known here: its content is no RIS, NBIB, PubMed XML, "
        "Web of Science, EndNote, BibTeX file, nor a table with a title column."
    )


def _table(delimiter: str) -> str:
    return "tsv" if delimiter == "\t" else "csv"


def _xml(start: str, name: str) -> str:
    doctype = _DOCTYPE.search(start[:2000])
    root = _ROOT.match(start)
    tag = root.group(1).rpartition(":")[2] if root else doctype.group(1) if doctype else ""
    if tag.lower() in ("html", "head", "body", "script") or (
        doctype and doctype.group(1).lower() == "html"
    ):
        raise BadInput(
            f"{name} is a web page, not an export of records; the download may need a sign-in."
        )
    if tag in _ROOTS:
        return _ROOTS[tag]
    if tag in _OTHER_XML:
        raise BadInput(f"{name} is {_OTHER_XML[tag]}.")
    if "<PubmedArticle" in start:
        return "pubmed-xml"
    raise BadInput(f"{name} is XML of a kind not read here (its root is <{tag or '?'}>).")


def table_delimiter(head: str) -> str | None:
    """The delimiter under which some early row is a header that names a title; None if none is."""
    rows = head.lstrip("\ufeff").splitlines()[:40]
    for row in rows:
        for delimiter in ("\t", ";", ",", "|"):
            try:
                cells = next(csv.reader([row], delimiter=delimiter), [])
            except csv.Error:
                continue
            if is_header(cells):
                return delimiter
    return None
