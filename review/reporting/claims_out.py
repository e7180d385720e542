"""How claims leave: a table with one row a claim and population, its counts and its verdict."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.shared import Pt

from review.errors import BadInput
from review.reporting.foreign import in_word
from review.reporting.office import saved
from review.reporting.sheets import rows_csv, rows_xlsx
from review.reporting.table import as_markdown
from review.synthesis.evidence import Column

FORMATS = ("csv", "xlsx", "md", "docx", "json")
COLUMNS = {
    "claim": "Claim",
    "topic": "Topic",
    "text": "What it says",
    "sources": "Stated by",
    "population": "Population",
    "verdict": "Verdict",
    "support": "Support",
    "contradict": "Contradict",
    "no-change": "No change",
    "divided": "Divided",
    "silent": "Silent",
    "families": "Cohort families",
    "studies": "Studies",
    "effects": "Effects",
    "certainty": "Certainty",
    "changed": "Changed since it was read",
    "scope": "Which effects bear on it",
    "supports": "What supports",
    "contradicts": "What contradicts",
}
_SHORT = ("text", "population", "verdict", "support", "contradict", "no-change", "divided",
          "silent", "certainty")  # fmt: skip
_COUNTED = ("families", "studies", "effects", "verdict")


def claims_out(claims: Sequence[Mapping[str, Any]], format: str) -> bytes:
    """The claims, as `actions.claims` gives them, in one of `FORMATS`; BadInput for another."""
    if format == "json":
        return json.dumps(list(claims), indent=2, ensure_ascii=False).encode()
    rows = claim_rows(claims)
    match format:
        case "csv":
            return rows_csv(tuple(COLUMNS), rows).encode()
        case "xlsx":
            return rows_xlsx(COLUMNS, rows, title="Claims")
        case "md":
            return as_markdown([Column(name, COLUMNS[name]) for name in _SHORT], rows).encode()
        case "docx":
            return _docx(rows)
    raise BadInput(f"'{format}' is no format of the claims; formats: {', '.join(FORMATS)}")


def claim_rows(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a claim and population; a claim that cannot be evaluated says why as its verdict."""
    rows = []
    for one in claims:
        about = {name: one[name] for name in ("topic", "text", "sources", "scope")}
        about |= {"claim": one["id"], "changed": (one["changed"] or {}).get("sentence", "")}
        about |= {side: " | ".join(one[side]) for side in ("supports", "contradicts")}
        for group in one["groups"] or [{"verdict": f"cannot be evaluated: {one['error']}"}]:
            counted = {name: group[name] for name in _COUNTED if name in group}
            rows.append(
                {
                    **about,
                    "population": group.get("label", ""),
                    **counted,
                    **group.get("counts", {}),
                    "certainty": group.get("certainty", {}).get("sentence", ""),
                }
            )
    return rows


def _docx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = "Claims"
    document.core_properties.author = ""
    document.add_heading("Claims", level=1)
    table = document.add_table(rows=1, cols=len(_SHORT))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, _SHORT, strict=True):
        cell.text = COLUMNS[name]
    for row in rows:
        for cell, name in zip(table.add_row().cells, _SHORT, strict=True):
            value = row.get(name)
            cell.text = in_word("" if value is None else str(value))
    return saved(document)
