"""What a BibTeX or BibLaTeX file holds: one record per entry.

bibtexparser finds the entries and splits names, pylatexenc turns LaTeX into characters.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from review.ingest import fields
from review.ingest.record import Record, Reject

_LEFT_OUT = {  # what pylatexenc would drop without a word
    "textgreater": ">", "textless": "<", "gt": ">", "lt": "<", "textbar": "|", "copyright": "©",
    "slash": "/", "upmu": "µ", "textperiodcentered": "·", "mbox": "%s", "hbox": "%s", "url": "%s",
    "nolinkurl": "%s", "cite": "",
}  # fmt: skip
_MACROS = get_default_latex_context_db()
_MACROS.add_context_category(
    "exports", prepend=True, macros=[MacroTextSpec(*one) for one in _LEFT_OUT.items()]
)
_LATEX = LatexNodes2Text(math_mode="text", strict_latex_spaces=False, latex_context=_MACROS)
_SCRIPT = re.compile(r"\$[_^]\{?(?:\\\w+\{)?([^{}$\\]{1,20})\}*\$")
# an accent and its letter, a command and what it is applied to, or a short formula
_COMMAND = re.compile(
    r"\\[`'^\"~=.]\s*(?:\{\s*(?:\\?[A-Za-z]+|\\[`'^\"~=.][A-Za-z])?\s*\}|\\[A-Za-z]+\s?|[^\W\d_])?"
    r"|\\[cvHkrbdut](?:\s*\{[^{}\\]{0,3}\}|\s+[^\W\d_](?![^\W\d_]))"
    r"|\\[A-Za-z]+\*?(?:\s*\{[^{}]{0,200}\}|\s?)"
    r"|\$[^$]{1,300}\$"
    r"|\\[^A-Za-z]?|~"
)
_TILDE = re.compile(r"\\~\s*(?:\{[^{}]{0,20}\}|[^\W\d_])")
# escaped twice on the way: \\'e for \'e, {\\i} for {\i}
_DOUBLED = re.compile(r"\\\\(?=[`'^\"~]\{?\\?[A-Za-z])|(?<=\{)\\\\(?=[A-Za-z]{1,2}\})")
_NO_COMMA = re.compile(r"(?<=[}\"])([ \t]*\n\s*[A-Za-z][\w-]{1,30}[ \t]*=[ \t]*[{\"])")
_PIECE = r'(?:"[^"]*"|\{[^{}]*\}|[^\s#"{}]+)'
_JOINED = re.compile(rf"{_PIECE}(?:\s*#\s*{_PIECE})+")
_ESCAPED = re.compile(r"\\([%&_#])")
_GROUP_WORDS = frozenset({"for", "of", "at", "and", "on", "in", "to", "the"})
_NOISE = frozenset({"cited-references", "references", "file", "bdsk-file-1"})
_TYPES = {
    "article": "Journal Article", "inproceedings": "Conference Paper",
    "conference": "Conference Paper", "incollection": "Book Chapter",
    "inbook": "Book Chapter", "book": "Book", "phdthesis": "Thesis",
    "mastersthesis": "Thesis", "thesis": "Thesis", "techreport": "Report",
    "report": "Report", "online": "Web Page", "unpublished": "Unpublished Work",
}  # fmt: skip

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


def read_bibtex(text: str) -> Iterator[Record | Reject]:
    """Records of a BibTeX text, in order; positions are the entry's first line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    begun = False
    library = parse_string(_NO_COMMA.sub(r",\1", text))
    strings = {one.key.lower(): str(one.value) for one in library.strings}
    for block in library.blocks:
        if isinstance(block, Entry | ParsingFailedBlock):
            begun = True
            yield _read(block, strings)
        elif isinstance(block, ImplicitComment) and begun and not _is_comment(block.comment):
            yield _reject(block, "this text is outside any entry")


def _is_comment(text: str) -> bool:
    """Lines that begin with %, and braces left over, say nothing."""
    return all(row.lstrip().startswith("%") for row in text.splitlines() if re.search(r"\w", row))


def _read(block: Block, strings: Mapping[str, str]) -> Record | Reject:
    """An entry as a record; one whose key or field repeats is still that entry."""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        inner = block.ignore_error_block
        block = inner if inner is not None else block
    if not isinstance(block, Entry):
        return _reject(block, "this entry is not well-formed BibTeX")
    values: dict[str, str] = {}
    enclosed = block.parser_metadata.get("removed_enclosing", {})
    for field in block.fields:
        value = _joined(str(field.value), enclosed.get(field.key, ""), strings)
        values.setdefault(field.key.strip().lower(), _unwrap(value))
    found = fields.record(**_values(block, values))
    return found or _reject(block, "this entry has neither title, abstract, authors nor DOI")


def _joined(value: str, enclosing: str, strings: Mapping[str, str]) -> str:
    """A value put together from texts and @string macros with "#", as one text."""
    raw = f'"{value}"' if enclosing == '"' else value
    if "#" not in raw or enclosing == "{" or not _JOINED.fullmatch(raw):
        return value
    found = re.findall(_PIECE, raw)
    return "".join(one[1:-1] if one[0] in '"{' else strings.get(one.lower(), one) for one in found)


def _unwrap(value: str) -> str:
    """Entries that bibtexparser set aside keep the braces or quotes of their values."""
    value = value.strip()
    if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        return value[1:-1]
    return value


def _values(entry: Entry, found: dict[str, str]) -> dict[str, Any]:
    used = set(_NOISE)

    def raw(*names: str) -> str:
        for name in names:
            if found.get(name, "").strip():
                used.add(name)
                return found[name]
        return ""

    def one(*names: str) -> str:
        return fields.line(_plain(raw(*names)))

    kind = entry.entry_type.lower()
    usual = _TYPES.get(kind, kind)
    editors = _people(raw("editor"))
    values: dict[str, Any] = {
        "accession": one("unique-id", "unique_id", "eid")
        if "unique-id" in found
        else fields.line(entry.key),
        "title": _title(one("title"), one("subtitle")),
        "abstract": fields.paragraphs(_plain(raw("abstract"))),
        "authors": _people(raw("author")) or editors,
        "journal": one(
            "fjournal", "journaltitle", "journal", "booktitle", "publication", "journal-full"
        ),
        "year": fields.year(one("year")) or fields.year(one("date", "publication_date")),
        "volume": one("volume"),
        "issue": one("number", "issue"),
        "pages": fields.pages(one("pages")) or fields.pages(one("article-number", "art_number")),
        "doi": fields.doi(one("doi")) or fields.doi(one("bdsk-url-1", "url")),
        "pmid": fields.pmid(one("pmid", "pubmed_id", "pubmed-id"))
        or fields.noted_pmid(_plain(found.get("note", ""))),
        "pmcid": fields.pmcid(one("pmcid", "pmc")),
        "url": fields.url(one("url", "link", "bdsk-url-1")),
        "language": one("language", "langid"),
        "publication_types": fields.unique([one("document_type", "type") or usual]),
        "keywords": fields.split_list(one("keywords", "author_keywords", "keyword")),
    }
    extra = {
        "type": kind,
        "issn": one("issn"),
        "publisher": one("publisher", "school", "institution"),
        "editors": list(editors) if raw("author") else [],
        "fields": {
            fields.line(name): fields.paragraphs(_plain(value))
            for name, value in found.items()
            if name not in used and value.strip()
        },
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _title(title: str, subtitle: str) -> str:
    return f"{title}: {subtitle}" if title and subtitle else title


def _people(text: str) -> tuple[str, ...]:
    """Names as BibTeX means them: "von Family, Given"; a name in braces stays whole."""
    # bibtexparser takes the tilde of Mu\\~noz for a space, and loses a command that a name after
    # "and" begins with: \\'Etienne
    text = _TILDE.sub(lambda found: _characters(found.group()), " ".join(text.split()))
    text = re.sub(r"(?i)(?<=\sand)\s+(?=\\)", " {}", text)
    people = (one.removeprefix("{}") for one in split_multiple_persons_names(text))
    return tuple(name for name in map(_person, people) if name and name.lower() != "others")


def _person(text: str) -> str:
    if text.startswith("{") and text.endswith("}") and text.count("{") == 1:
        return fields.line(_plain(text))
    try:
        parts = parse_single_name_into_parts(text, strict=False)
    except InvalidNameError:
        return fields.name(_plain(text))
    if _GROUP_WORDS & set(parts.von):
        return fields.line(_plain(text))
    family = " ".join([*parts.von, *parts.last])
    words = (family, " ".join(parts.first), " ".join(parts.jr))
    return ", ".join(filter(None, (fields.line(_plain(word)) for word in words)))


def _plain(value: str) -> str:
    """LaTeX as characters; a bare % is a percent sign in an export, not a comment.

    Only commands and formulas are given to pylatexenc, which walks a text character by
    character: all of an abstract would take it a hundred times longer.
    """
    if "\\" in value or "$" in value:
        value = _DOUBLED.sub(r"\\", value)
        value = _ESCAPED.sub(r"\1", _SCRIPT.sub(r"\1", value))
        value = _COMMAND.sub(lambda found: _characters(found.group()), value)
    return value.replace("{", "").replace("}", "")


@lru_cache(maxsize=20_000)
def _characters(latex: str) -> str:
    """The characters of one command or formula."""
    try:
        return str(_LATEX.latex_to_text(latex.replace("%", r"\%").replace("&", r"\&")))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
        return latex.replace("\\", "")


def _reject(block: Block, reason: str) -> Reject:
    line = (block.start_line or 0) + 1
    return Reject(position=f"line {line}", reason=reason, excerpt=fields.line(block.raw)[:120])
