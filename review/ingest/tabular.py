"""What a table holds (CSV, TSV, Web of Science tab-delimited, sheets): one record a row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from review.ingest import fields
from review.ingest.headings import columns, is_header
from review.ingest.record import Record, Reject

LONGEST_CELL = 16 << 20
LONGEST_ROW = 2_000  # lines; beyond it a quote was left open
HEADER_WITHIN = 40  # rows
Row = tuple[str, Sequence[str]]


def read_csv(text: str, *, delimiter: str) -> Iterator[Record | Reject]:
    """Records of a delimited text, from its header row on."""
    return records_of(_rows(text, delimiter))


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
            yield _record(header, position, row)
        elif len(above) < HEADER_WITHIN and is_header(row):
            header = _Header(row)
        else:
            above.append(item)
    for position, row in above:
        if header is None or sum(1 for cell in row if cell.strip()) > 2:
            reason = "this row stands above the header row" if header else "no header row is known"
            yield Reject(position=position, reason=reason, excerpt=_excerpt("; ".join(row)))


class _Header:
    """The header row: its names, the columns of each field, and how lists are written below it.

    Our own table (known by its headings) always joins lists with "; "; in others a single cell
    may hold names or words between commas.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = [fields.line(name) for name in names]
        self.places = columns(names)
        self.ours = {"accession", "publication_types", "mesh"} <= set(map(_own_name, names))

    def authors(self, text: str) -> tuple[str, ...]:
        if not self.ours:
            return fields.split_names(text)
        return tuple(name for name in map(fields.line, text.split("; ")) if name)

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

    def cell(field: str) -> str:
        for at in header.places.get(field, ()):
            if at < len(row) and row[at].strip() and row[at].strip().lower() not in fields.NOTHING:
                used.add(at)
                return row[at]
        return ""

    number = fields.pmid(cell("pmid"))
    pages = fields.pages(cell("pages")) or fields.pages(cell("start"), cell("end"))
    values = {
        "accession": fields.line(cell("accession")) or number,
        "title": fields.line(cell("title")),
        "abstract": fields.paragraphs(cell("abstract")),
        "authors": header.authors(cell("authors")),
        "journal": fields.line(cell("journal")),
        "year": fields.year(cell("year")),
        "volume": fields.line(cell("volume")),
        "issue": fields.line(cell("issue")),
        "pages": pages or fields.pages(cell("article_number")),
        "doi": fields.doi(cell("doi")),
        "pmid": "" if number == "0" else number,
        "pmcid": fields.pmcid(cell("pmcid")),
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


def _excerpt(text: str) -> str:
    return fields.line(text[:500])[:120]
