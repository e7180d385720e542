"""What a bibliographic field says: doi, year, pages, names and lists in one spelling."""

import ast
import html
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from review.ingest.editorial import EditorialStatus, editorial_status
from review.ingest.record import Record

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ufeff]")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|p|br|span|sc|scp|inf|title|italic|bold|h[1-6]"
    r"|jats:[a-z-]+|mml:[a-z]+)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=\D|$|\d{2}(?:\d{2})?(?!\d))")
_PMID = re.compile(r"(?<![\d.])(\d{1,8})(?:\.\d)?(?![\d.])")
_NOTED_PMID = re.compile(r"(?m)^\W*(?:PubMed(?: ID)?|PMID)\s*:?\s*(\d{4,8})(?!\d)", re.IGNORECASE)
_NOTED_DOI = re.compile(r"(?m)^\W*doi[:= ]\s*(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LIST_COMMA = re.compile(r",(?![^()]{0,200}\))")  # not one inside brackets
_URL = re.compile(r"https?://[^\s<>\"]+")
_PMCID = re.compile(r"PMC\d{1,9}", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_a-zß-ÿ]\.?-?\s?){1,4}")
# "J. R. Smith", and Google Scholar's "JR Smith"; no group ("EU Commission") is taken apart
_INITIALS_FIRST = re.compile(
    r"((?:[A-Z]\.[- ]?){1,4}|[A-Z]{1,3}(?= ))\s*"
    r"(?!(?i:group|commission|collaborat\w*|consortium|network|investigators|committee|team|society"
    r"|association|foundation|trial\w*|study|initiative|cent\w*|institut\w*|university)\b)"
    r"((?:[A-Z]['’])?[A-Z][^\W\d_A-Z]+(?:[-'’][A-Z]?[^\W\d_A-Z]+)*)"
)
NOTHING = frozenset({"", "-", "n/a", "na", "nan", "null", "none", "null-null", "undefined"})


def line(text: str | None) -> str:
    """Text on one line: markup and entities turned to text, control characters gone."""
    return " ".join(paragraphs(text).split())


def paragraphs(text: str | None) -> str:
    """Text that keeps its line breaks, else as `line`."""
    if not text:
        return ""
    text = unmarked(unescaped(text))
    if text.isprintable():  # so it holds neither control characters nor line breaks
        return " ".join(text.split())
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    rows = (" ".join(row.split()) for row in text.split("\n"))
    return "\n".join(row for row in rows if row)


def unescaped(text: str) -> str:
    """Entities that came through as text ("&#945;") as their characters."""
    return _ENTITY.sub(lambda one: html.unescape(one.group()), text) if "&" in text else text


def unmarked(text: str) -> str:
    """Text without the tags of markup that came through as text ("<italic>")."""
    return _MARKUP.sub("", text) if "<" in text else text


def doi(text: str | None) -> str:
    """The first DOI in a text, lower case, without resolver; empty if there is none."""
    if not text:
        return ""
    if "%2" in text or "%3" in text:
        text = unquote(text)
    found = _DOI.search(html.unescape(text))
    if not found:
        return ""
    name = _CONTROL.sub("", found.group()).rstrip(".,;:'\"}]>")
    if name.endswith(")") and name.count("(") < name.count(")"):
        name = name[:-1]
    return name.lower()


def year(text: str | None) -> int | None:
    """The first plausible year (1500 to 2099) in a date as any source writes it."""
    found = _YEAR.search(text or "")
    return int(found.group(1)) if found else None


def pages(start: str | None, end: str | None = None) -> str:
    """Pages as text: "187-94", "e1234"; a range written in one or in two fields."""
    first, last = (_page(part) for part in (start, end))
    if first and last and last != first and "-" not in first:
        return f"{first}-{last}"
    return first or last


def _page(text: str | None) -> str:
    page = re.sub(r"\s*[‐-―−]+\s*", "-", line(text))
    page = re.sub(r"^(?:pp?\.?|pages?)\s+(?=\w)", "", page, flags=re.IGNORECASE).strip(" ,;.")
    page = re.sub(r"-+", "-", page).strip("-")
    return "" if page.lower() in NOTHING else page


def pmid(text: str | None) -> str:
    """The first PubMed id in a text that is known to hold one."""
    found = _PMID.search(text or "")
    return found.group(1).lstrip("0") if found else ""


def noted_pmid(text: str | None) -> str:
    """The PubMed id that a note names as such ("PMID: 123")."""
    found = _NOTED_PMID.search(text or "")
    return found.group(1).lstrip("0") if found else ""


def noted_doi(text: str | None) -> str:
    """The DOI that a line of a note names as the record's own ("DOI: 10.1/x")."""
    found = _NOTED_DOI.search(text or "")
    return doi(found.group(1)) if found else ""


def pmcid(text: str | None) -> str:
    """The first PubMed Central id in a text, as "PMC123"."""
    found = _PMCID.search(text or "")
    return found.group().upper() if found else ""


def url(text: str | None) -> str:
    """The first web address in a text."""
    found = _URL.search(_CONTROL.sub("", text or ""))
    return html.unescape(found.group()).rstrip(";,") if found else ""


def name(text: str) -> str:
    """One author as "Family, Given" as far as the source tells the two apart."""
    written = re.sub(r"^(?:and|&)\s+", "", line(text).strip(" ;"))
    written = re.sub(r"(?<=\s[A-Z]{2}|[A-Z]{3})\.$", "", written)
    if "," in written:
        parts = [part.strip() for part in written.split(",")]
        return ", ".join(part for part in parts if part)
    initials_first = _INITIALS_FIRST.fullmatch(written)
    if initials_first:
        return f"{initials_first.group(2)}, {initials_first.group(1).strip()}"
    words = written.split(" ")
    for count in range(1, len(words)):
        given = " ".join(words[count:])
        if _INITIALS.fullmatch(given):
            return f"{' '.join(words[:count])}, {given}"
    return written


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Authors, one text each, as `name`; empty ones and "et al." are left out."""
    found = (name(text) for text in texts)
    return tuple(
        one for one in found if one.strip(" .,") and one.lower() not in ("et al.", "et al")
    )


def merged(first: Iterable[str], *others: Iterable[str]) -> tuple[str, ...]:
    """Texts of several lists in their order, each once."""
    return tuple(dict.fromkeys(one for some in (first, *others) for one in some))


def split_names(text: str) -> tuple[str, ...]:
    """Authors written in one text, whatever stands between them.

    Understood: "; ", "|", line breaks, " and ", a Python or JSON list, and commas where
    each part is a whole name ("Smith J, Doe A") or parts alternate ("Smith, J., Doe, A.").
    """
    listed = _literal(text)
    if listed is not None:
        return names(listed)
    text = paragraphs(text)
    for between in (";", "|", "\n"):
        if between in text:
            return names(text.split(between))
    if re.search(r"\sand\s|\s&\s", text):
        return names(_commas(re.sub(r",?\s+(?:and|&)\s+", "\n", text)))
    return names(_commas(text))


def _commas(text: str) -> list[str]:
    """Authors between commas or line breaks; "Smith, J." stays one where it is one."""
    rows = text.split("\n")
    if len(rows) > 1 and any(row.count(",") > 1 for row in rows):
        return [one for row in rows for one in _commas(row)]
    if len(rows) > 1:
        return rows
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return parts
    if len(parts) % 2 == 0 and all(_INITIALS.fullmatch(part) for part in parts[1::2]):
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return [f"{family}, {given}" for family, given in pairs]
    if len(parts) > 2 or all(" " in part.rstrip(".") for part in parts):
        return parts
    return [text]


def split_list(text: str, *, commas: bool = True) -> tuple[str, ...]:
    """Words written in one text, between ";", "|" or line breaks.

    With `commas`, also between commas where there are several and nothing else separates;
    not for lists whose members have commas ("Research Support, U.S. Gov't, P.H.S.").
    """
    listed = _literal(text)
    if listed is not None:
        return unique(listed)
    text = paragraphs(text)
    for between in (";", "|", "\n"):
        if between in text:
            return unique(text.split(between))
    parts = _LIST_COMMA.split(text) if commas else []
    return unique(parts if len(parts) > 2 else [text])


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts on one line each, without empty ones and repeats, in their order."""
    return tuple(dict.fromkeys(one for one in map(line, texts) if one.strip(" ,;.")))


def _literal(text: str) -> list[str] | None:
    """The members of a list written as Python or JSON, or None."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]") and text[1:2] in "\"']"):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return [str(one) for one in value] if isinstance(value, list) else None


def record(*, indexed: bool = False, **values: Any) -> Record | None:
    """A Record of already normalised values; None where they name nothing at all.

    Sets `extra["editorial_status"]` (see editorial) and `extra["retracted"]` where the source
    says so; where it is `indexed` by NLM, its title is not asked.
    """
    values = {key: value for key, value in values.items() if value}
    if not any(values.get(key) for key in ("title", "abstract", "doi", "pmid", "authors")):
        return None
    extra = values.get("extra", {})
    status = editorial_status(
        values.get("publication_types", ()),
        title="" if indexed else values.get("title", ""),
        links=extra.get("links", ()),
        keywords=values.get("keywords", ()),
    )
    if extra.get("retracted") or extra.get("editorial_status") == EditorialStatus.RETRACTED:
        status = EditorialStatus.RETRACTED
    return Record(**{**values, "extra": {**extra, **flags(status)}})


def flags(status: EditorialStatus | None) -> dict[str, Any]:
    """An editorial status as `extra` holds it."""
    if status is None:
        return {}
    retracted = {"retracted": True} if status is EditorialStatus.RETRACTED else {}
    return {"editorial_status": status.value, **retracted}
