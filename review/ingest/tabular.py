"""What a table holds (CSV, TSV, Web of Science tab-delimited, sheets): one record a row."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from review.ingest import fields
from review.ingest.citations import taken_apart
from review.ingest.headings import columns, is_header, is_single_citation, names_of_fields, plain
from review.ingest.record import Record, Reject

LONGEST_CELL = 16 << 20
LONGEST_ROW = 2_000  # lines; beyond it a quote was left open
HEADER_WITHIN = 40  # rows
NO_HEADER = "no header row is known"
BY_ROW = 5  # so many fields named in the first column: the table stands upright
Row = tuple[str, Sequence[str]]
_AUTHOR_ID = re.compile(r"\s*\(\d{5,}\)")  # Scopus, behind each full name
# Springer writes "Andy SmithTom Weber"; a name may have a capital inside
_RUN_TOGETHER = re.compile(r"(?<=[^\W\d_A-Z])(?<!\bMc)(?<!Mac)(?<!\bDe)(?<!\bLa)(?<!\bDi)(?=[A-Z])")
_QUOTED_NUMBER = re.compile(r'="([^"]*)"')


def read_csv(text: str, *, delimiter: str) -> Iterator[Record | Reject]:
    """Records of a delimited text, from its header row on.

    Embase also exports "fields by row": each row a heading and its values, an empty row between
    records.
    """
    rows = _rows(text, delimiter)
    first = list(islice(rows, HEADER_WITHIN))
    headed = [item[1][0] for item in first if not isinstance(item, Reject) and any(item[1][:1])]
    upright = names_of_fields(headed)
    every = chain(first, rows)
    return _by_row(every) if upright >= BY_ROW else records_of(every)


def _by_row(rows: Iterable[Row | Reject]) -> Iterator[Record | Reject]:
    """Records whose fields stand below each other; a record ends where its first field recurs."""
    names: list[str] = []
    cells: list[str] = []
    position = ""
    for item in chain(rows, [("end", [])]):
        if isinstance(item, Reject):
            yield item
            continue
        where, row = item
        if names and (not any(row) or row[0] == names[0]):
            if names_of_fields(names):  # else it is what stands above the records
                yield one_record(names, cells, position=position)
            names, cells = [], []
        if any(row):
            position = position if names else where
            names.append(row[0])
            cells.append("; ".join(cell.strip() for cell in row[1:] if cell.strip()))


def _rows(text: str, delimiter: str) -> Iterator[Row | Reject]:
    """Rows with the line they begin on; a quote never closed costs one line, not the rest."""
    csv.field_size_limit(LONGEST_CELL)
    lines = list(io.StringIO(text.lstrip("\ufeff"), newline=""))
    at = 0
    while at < len(lines):
        found = _row(lines, at, delimiter)
        if found is None:
            reason = "a quotation mark opened on this line is never closed"
            yield Reject(position=f"line {at + 1}", reason=reason, excerpt=_excerpt(lines[at]))
            at += 1
            continue
        row, used = found
        yield f"line {at + 1}", row
        at += used


def _row(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int] | None:
    """The row that begins at a line and how many lines it takes; None if it never ends."""
    last = min(len(lines), at + LONGEST_ROW)
    for strict in (True, False):
        reader = csv.reader(
            (lines[number] for number in range(at, last)), delimiter=delimiter, strict=strict
        )
        try:
            row = next(reader, [])
        except csv.Error as error:
            if "end of data" in str(error) or "field larger" in str(error):
                return None
            continue
        used = reader.line_num
        to_the_end = used > 1 and at + used == last
        if not strict and to_the_end and "".join(lines[at:last]).count('"') % 2:
            return None
        return row, used
    return None


def records_of(rows: Iterable[Row | Reject]) -> Iterator[Record | Reject]:
    """The rows below the header as records; what stands above it is the export's own preamble."""
    header: _Header | None = None
    above: list[Row] = []
    for item in rows:
        if isinstance(item, Reject):
            yield item
            continue
        position, row = item
        if not any(cell.strip() for cell in row):
            continue
        if header is not None:
            yield from _below(header, position, row)
        elif len(above) < HEADER_WITHIN and is_header(row):
            header = _Header(row)
        else:
            above.append(item)
    for position, row in above:
        if header is None or sum(1 for cell in row if cell.strip()) > 2:
            reason = "this row stands above the header row" if header else NO_HEADER
            yield Reject(position=position, reason=reason, excerpt=_excerpt("; ".join(row)))


def one_record(names: Sequence[str], cells: Sequence[str], *, position: str) -> Record | Reject:
    """A single row under headings of its own."""
    return _record(_Header(names), position, cells)


def _below(header: "_Header", position: str, row: Sequence[str]) -> Iterator[Record | Reject]:
    """A row under the header; the header again (tables pasted together) is no record."""
    again = plain(row[0][:200]) == header.plain[0] and [plain(cell) for cell in row] == header.plain
    if not again:
        yield _record(header, position, row)


class _Header:
    """The header row: its names, the columns of each field, and how lists are written below it.

    Our own table (known by its headings) always joins lists with "; "; in others a single cell
    may hold names or words between commas.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = [fields.line(name) for name in names]
        self.plain = [plain(name) for name in names]
        self.places = columns(names)
        self.ours = {"accession", "publication_types", "mesh"} <= set(map(_own_name, names))

        self.springer = "itemdoi" in self.plain

    def authors(self, text: str) -> tuple[str, ...]:
        if self.ours:
            return tuple(name for name in map(fields.line, text.split("; ")) if name)
        if self.springer and not re.search(r"[;,|]| and ", text):
            return fields.names(_RUN_TOGETHER.split(text))
        return fields.split_names(_AUTHOR_ID.sub("", text))

    def words(self, text: str) -> tuple[str, ...]:
        return fields.unique(text.split("; ")) if self.ours else fields.split_list(text)


def _own_name(heading: str) -> str:
    return heading.strip("\ufeff ").lower().replace(" ", "_")


def _record(header: _Header, position: str, row: Sequence[str]) -> Record | Reject:
    width = len(header.names)
    if any(cell.strip() for cell in row[width:]):
        reason = f"this row has {len(row)} cells where the header has {width}"
        return Reject(position=position, reason=reason, excerpt=_excerpt("; ".join(row)))
    found = fields.record(**_values(header, row))
    if found is None:
        reason = "this row has neither title, abstract, authors, DOI nor PMID"
        return Reject(position=position, reason=reason, excerpt=_excerpt("; ".join(row)))
    return found


def _values(header: _Header, row: Sequence[str]) -> dict[str, Any]:
    used: set[int] = set()

    def cell(field: str, *, kept: bool = False) -> str:
        """The first column of a field that says something; `kept` leaves it among `columns`."""
        for at in header.places.get(field, ()):
            if at < len(row) and row[at].strip().lower() not in fields.NOTHING:
                used.update(() if kept else (at,))
                return _QUOTED_NUMBER.sub(r"\1", row[at])
        return ""

    notes = cell("notes", kept=True)
    number = fields.pmid(cell("pmid")) or fields.noted_pmid(notes)
    source = taken_apart(cell("citation", kept=True)) if not header.ours else {}
    journal = fields.line(cell("journal"))
    if not journal and is_single_citation(header.places):
        journal = source.get("journal", "")
    groups = fields.names(cell("groups").split(";"))
    values = {
        "accession": fields.line(cell("accession")) or number,
        "title": fields.line(cell("title")),
        "abstract": fields.paragraphs(cell("abstract")),
        "authors": fields.merged(header.authors(cell("authors")), groups),
        "journal": journal,
        "year": fields.year(cell("year")) or fields.year(source.get("date")),
        "volume": fields.line(cell("volume")) or source.get("volume", ""),
        "issue": fields.line(cell("issue")) or source.get("issue", ""),
        "pages": _pages(cell) or fields.pages(source.get("pages")),
        "doi": fields.doi(cell("doi")) or fields.noted_doi(notes),
        "pmid": "" if number == "0" else number,
        "pmcid": fields.pmcid(cell("pmcid")) or fields.pmcid(notes),
        "url": fields.url(cell("url")),
        "language": fields.line(cell("language")),
        "publication_types": fields.split_list(cell("publication_types"), commas=False),
        "keywords": header.words(cell("keywords")) or header.words(cell("index_keywords")),
        "mesh": fields.split_list(cell("mesh"), commas=False),
    }
    extra: dict[str, Any] = {"issn": fields.line(cell("issn"))}
    extra["retracted"] = cell("retracted").strip().lower() in ("true", "yes", "1")
    extra["columns"] = {
        name: fields.paragraphs(row[at])
        for at, name in enumerate(header.names)
        if at < len(row) and at not in used and row[at].strip()
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def plain_cell(value: object) -> str:
    """A cell of a workbook as a person reads it: no ".0" on whole numbers, no midnight on dates."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _pages(cell: Callable[[str], str]) -> str:
    """Pages of one column, or of first and last; EBSCO gives the first and how many there are."""
    if pages := fields.pages(cell("pages")):
        return pages
    start, end = cell("start"), cell("end")
    count = "" if end else cell("page_count")
    if start.strip().isdecimal() and count.strip().isdecimal() and 1 < int(count) < 10_000:
        end = str(int(start) + int(count) - 1)
    return fields.pages(start, end) or fields.pages(cell("article_number"))


def _excerpt(text: str) -> str:
    return fields.line(text[:500])[:120]
