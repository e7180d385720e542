"""What is said of each search in a paper (PRISMA-S): one table for supplements and spreadsheets.

In brackets the item of PRISMA-S (Rethlefsen 2021) that a line answers.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.shared import Pt

from review.reporting.foreign import in_markdown, in_word
from review.reporting.office import saved
from review.reporting.sheets import rows_csv, rows_xlsx

FORMATS = ("csv", "xlsx", "docx", "md", "json")
COLUMNS = {
    "id": "Search",
    "source": "Source (1)",
    "platform": "Platform (1)",
    "kind": "Kind of source (1, 3-7)",
    "date": "Date searched (13)",
    "strategy": "Strategy, as run (8)",
    "query": "Query sent",
    "translation": "Understood by the source as",
    "limits": "Limits (9)",
    "rerun_of": "Update of search (12)",
    "reported": "Records reported (15)",
    "imported": "Records imported (15)",
    "differs": "Difference",
    "new": "Of them new",
    "missing": "Not delivered",
    "rejects": "Rejected",
    "complete": "Complete",
    "warnings": "Warnings of the source",
    "file": "File",
    "sha256": "SHA-256 of the file",
    "format": "Format",
    "by": "Run by",
    "at": "Recorded (UTC)",
}
_TEXTS = ("strategy", "query", "translation")


def searches_file(searches: Sequence[Mapping[str, Any]], format: str) -> bytes:
    """The searches, as `actions.searches` gives them, in one of `FORMATS`."""
    if format == "json":
        return json.dumps(list(searches), indent=2, ensure_ascii=False).encode()
    rows = [cells(one) for one in searches]
    if format == "csv":
        return rows_csv(tuple(COLUMNS), rows).encode()
    if format == "xlsx":
        return rows_xlsx(COLUMNS, rows, title="Searches")
    return _docx(rows) if format == "docx" else _markdown(rows).encode()


def cells(search: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in each column for one search; PRISMA-S wants it said that there is no limit."""
    found = {name: search[name] for name in COLUMNS}
    found["limits"] = limits(search["limits"]) or "none recorded"
    found["complete"] = "yes" if search["complete"] else "no"
    # one query is one query: what was sent is told only where it is not what was written
    if found["query"] == found["strategy"]:
        found["query"] = ""
    return found


def limits(given: Mapping[str, Any]) -> str:
    """The limits of a search in words."""
    words = {"since": "entered since", "until": "entered until", "stated": ""}
    return "; ".join(f"{words.get(name, name)} {text}".strip() for name, text in given.items())


def _said(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The lines about one search that say something, texts left out."""
    lines = []
    for name, heading in COLUMNS.items():
        value = row[name]
        if name in ("id", "source", *_TEXTS) or value is None or value == "" or value == []:
            continue
        text = "; ".join(map(str, value)) if isinstance(value, list) else value
        lines.append((heading, f"{text:,}" if type(text) is int else str(text)))
    return lines


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    parts = ["# Searches (PRISMA-S)\n"]
    for row in rows:
        parts.append(f"## {row['id']}. {in_markdown(row['source'])}\n")
        parts += [f"- {heading}: {in_markdown(text)}" for heading, text in _said(row)]
        for name in _TEXTS:
            if row[name]:
                fence = "`" * (_longest_run(row[name]) + 3)
                parts.append(f"\n{COLUMNS[name]}:\n\n{fence}\n{row[name]}\n{fence}")
        parts.append("")
    return "\n".join(parts)


def _longest_run(text: str) -> int:
    """How many backticks stand in a row at most."""
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _docx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = "Searches (PRISMA-S)"
    document.core_properties.author = ""
    document.add_heading("Searches (PRISMA-S)", level=1)
    for row in rows:
        document.add_heading(f"{row['id']}. {in_word(row['source'])}", level=2)
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        texts = [(COLUMNS[name], row[name]) for name in _TEXTS if row[name]]
        for heading, text in [*_said(row), *texts]:
            pair = table.add_row().cells
            pair[0].text, pair[1].text = heading, in_word(text)
    return saved(document)
