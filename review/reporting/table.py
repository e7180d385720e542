"""How the evidence table is written: text for a terminal, Markdown, CSV, JSON, XLSX or DOCX.

Each carries notes (which expression, how many, when, from which state of the database, in which
order), but for CSV, which other programs read: its notes are a file beside it (`csv_metadata`).
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from review.errors import BadInput
from review.reporting.sheets import JOINT, rows_csv, rows_xlsx
from review.reporting.table_docx import table_docx
from review.synthesis.evidence import Column

Row = Mapping[str, Any]

FORMATS = ("table", "csv", "json", "xlsx", "md", "docx")
WIDEST = 36
MOST_IN_WORD = 2_000
"""Rows; a Word table beyond that opens in no Word in reasonable time."""


def evidence_file(
    columns: Sequence[Column],
    rows: Sequence[Row],
    format: str,
    *,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """The table as a file of a format. Raises BadInput for an unknown one."""
    names = [column.name for column in columns]
    said = dict(notes or {})
    match format:
        case "table":
            written = as_table(columns, rows)
            written += "".join(f"\n{name}: {_text(text)}" for name, text in said.items())
        case "md":
            written = as_markdown(columns, rows)
            written += "".join(f"\n{name}: {_escaped(_text(t))}  " for name, t in said.items())
        case "csv":
            written = rows_csv(names, rows)
        case "json":
            picked = [{name: row.get(name) for name in names} for row in rows]
            document = {"notes": said, "rows": picked} if said else picked
            written = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        case "xlsx":
            headings = {c.name: c.label for c in columns}
            return rows_xlsx(headings, rows, title="Evidence", notes=said)
        case "docx":
            return _docx(columns, rows, said)
        case _:
            raise BadInput(f"'{format}' is no format of the table; formats: {', '.join(FORMATS)}")
    return written.encode("utf-8", "replace")


def csv_metadata(columns: Sequence[Column], notes: Mapping[str, str], name: str) -> bytes:
    """The notes of a CSV file, for `name-metadata.json` beside it (CSV on the Web)."""
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "notes": [{"name": key, "text": text} for key, text in notes.items()],
        "tableSchema": {"columns": [{"name": c.name, "titles": c.label} for c in columns]},
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _docx(columns: Sequence[Column], rows: Sequence[Row], notes: Mapping[str, str]) -> bytes:
    if len(rows) > MOST_IN_WORD:
        raise BadInput(
            f"a Word table of {len(rows):,} rows is more than Word opens; narrow the expression to "
            f"at most {MOST_IN_WORD:,} rows, or take xlsx or csv"
        )
    body = [[_text(row.get(c.name)) for c in columns] for row in rows]
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


def as_markdown(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A Markdown table; nothing in a cell is taken for markup."""
    lines = [[_escaped(column.label) for column in columns], ["---"] * len(columns)]
    lines += [[_escaped(_text(row.get(c.name))) for c in columns] for row in rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = JOINT.join(str(one) for one in value)
    # what would move the cursor or colour a terminal is no part of a cell
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(value)).split())


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#&~$])", r"\\\1", text)


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
