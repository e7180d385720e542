"""How the evidence table is written: text for a terminal, Markdown, CSV, JSON, XLSX or DOCX.

Each carries notes (which expression, how many, when, from which state of the database, in which
order), but for CSV, which other programs read: its notes are a file beside it (`csv_metadata`).
"""

import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, TextIO

from review.errors import BadInput
from review.reporting.foreign import in_markdown
from review.reporting.sheets import JOINT, write_csv, write_xlsx
from review.reporting.table_docx import table_docx
from review.synthesis.evidence import Column

Row = Mapping[str, Any]

FORMATS = ("table", "csv", "json", "xlsx", "md", "docx")
WIDEST = 36
MOST_IN_WORD = 2_000
"""Rows; a Word table beyond that opens in no Word in reasonable time."""


def evidence_file(
    columns: Sequence[Column],
    rows: Iterable[Row],
    format: str,
    *,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """The table as a file of a format. Raises BadInput for an unknown one."""
    out = io.BytesIO()
    write_evidence(out, columns, rows, format, notes=notes)
    return out.getvalue()


def write_evidence(
    out: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Row],
    format: str,
    *,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write the table to an open file; CSV, JSON, XLSX and Markdown each row as it comes."""
    known(format)
    said = dict(notes or {})
    if format == "xlsx":
        headings = {c.name: c.label for c in columns}
        write_xlsx(out, headings, rows, title="Evidence", notes=said)
    elif format == "docx":
        out.write(_docx(columns, rows, said))
    else:
        text = io.TextIOWrapper(out, "utf-8", "replace", newline="")
        if format == "csv":
            write_csv(text, [column.name for column in columns], rows)
        elif format == "json":
            _write_json(text, [column.name for column in columns], rows, said)
        elif format == "md":
            text.writelines(markdown_lines(columns, rows))
            text.writelines(f"\n{name}: {in_markdown(_text(t))}  " for name, t in said.items())
        else:
            text.write(as_table(columns, list(rows)))
            text.writelines(f"\n{name}: {_text(t)}" for name, t in said.items())
        text.detach()  # the file stays open; this empties the buffer into it


def known(format: str) -> None:
    """Raise BadInput for what is no format of the table."""
    if format not in FORMATS:
        raise BadInput(f"'{format}' is no format of the table; formats: {', '.join(FORMATS)}")


def _write_json(
    out: TextIO, names: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str]
) -> None:
    """A list of rows, or an object of notes and rows, indented as one dump of it all would be."""
    inner = "    " if notes else "  "
    if notes:
        said = json.dumps(notes, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        out.write(f'{{\n  "notes": {said},\n  "rows": ')
    begun = "["
    for row in rows:
        one = json.dumps({name: row.get(name) for name in names}, indent=2, ensure_ascii=False)
        out.write(begun + "\n" + inner + one.replace("\n", "\n" + inner))
        begun = ","
    closed = "[]" if begun == "[" else "\n" + inner[2:] + "]"
    out.write(closed + ("\n}\n" if notes else "\n"))


def csv_metadata(columns: Sequence[Column], notes: Mapping[str, str], name: str) -> bytes:
    """The notes of a CSV file, for `name-metadata.json` beside it (CSV on the Web)."""
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "notes": [{"name": key, "text": text} for key, text in notes.items()],
        "tableSchema": {"columns": [{"name": c.name, "titles": c.label} for c in columns]},
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _docx(columns: Sequence[Column], rows: Iterable[Row], notes: Mapping[str, str]) -> bytes:
    some = list(islice(rows, MOST_IN_WORD + 1))
    if len(some) > MOST_IN_WORD:
        raise BadInput(
            f"a Word table of more than {MOST_IN_WORD:,} rows is more than Word opens; narrow the "
            "expression, or take xlsx or csv"
        )
    body = [[_text(row.get(c.name)) for c in columns] for row in some]
    return table_docx("Evidence", [c.label for c in columns], body, notes=notes)


def as_table(columns: Sequence[Column], rows: Sequence[Row], *, widest: int = WIDEST) -> str:
    """Columns padded with spaces; a cell wider than `widest` characters is cut with `…`."""
    body = [[_cut(_text(row.get(c.name)), widest) for c in columns] for row in rows]
    lines = [[column.label for column in columns], *body]
    widths = [max(map(_cells, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], ["-" * width for width in widths], *body]
    return "".join(
        "  ".join(_pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in ruled
    )


def as_markdown(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """A Markdown table; nothing in a cell is taken for markup."""
    return "".join(markdown_lines(columns, rows))


def markdown_lines(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a Markdown table, each as its row comes."""
    yield _line(in_markdown(column.label) for column in columns)
    yield _line("---" for _ in columns)
    for row in rows:
        yield _line(in_markdown(_text(row.get(c.name))) for c in columns)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = JOINT.join(str(one) for one in value)
    # what would move the cursor or colour a terminal is no part of a cell
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(value)).split())


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _cut(text: str, widest: int) -> str:
    if _cells(text) <= widest:
        return text
    while _cells(text) > widest - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))
