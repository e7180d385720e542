"""How a summary of findings is written: CSV, Word, Markdown or JSON."""

import json
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Pt

from review.errors import BadInput
from review.reporting.foreign import in_word
from review.reporting.office import saved
from review.reporting.sheets import rows_csv
from review.reporting.table import as_markdown
from review.synthesis.evidence import Column

FORMATS = ("csv", "docx", "md", "json")
HEADINGS = {
    "population_label": "Population",
    "outcome_label": "Outcome",
    "contrast_label": "Contrast",
    "certainty_said": "Certainty (GRADE)",
    "direction_said": "Direction",
    "studies": "Studies",
    "families": "Families",
    "participants_said": "People or animals",
    "proportion_said": "Worse, share (Wilson 95 %)",
    "reasons_said": "Reasons",
}
_PLAIN = (
    "population", "population_label", "outcome", "outcome_label", "outcomes", "contrast",
    "contrast_label", "studies", "study_ids", "families", "participants", "participants_known",
    "unit", "worse", "better", "none", "conflicting", "ambiguous", "direction", "n", "left_out",
    "proportion", "interval_low", "interval_high", "p", "graded", "certainty", "symbols",
    "reasons", "state", "changed", "part", "where",
)  # fmt: skip
NOTE = (
    "Votes by direction of effect, one a cohort family; the share is of families with a direction. "
    "Certainty is a person's judgement by GRADE, people and animals apart."
)


def certainty_file(found: Mapping[str, Any], format: str) -> bytes:
    """The summary of findings as a file of one of FORMATS; BadInput for another."""
    groups = [dict(group) for group in found["groups"]]
    match format:
        case "json":
            return (json.dumps(dict(found), indent=2, ensure_ascii=False) + "\n").encode()
        case "csv":
            for group in groups:
                low, high = group["interval"] or (None, None)
                group |= {"interval_low": low, "interval_high": high}
            return rows_csv(_PLAIN, groups).encode()
        case "md":
            columns = [Column(key, heading) for key, heading in HEADINGS.items()]
            rows = [said(group) for group in groups]
            return f"{as_markdown(columns, rows)}\n{NOTE}\n".encode()
        case "docx":
            return _docx([said(group) for group in groups], found.get("where"))
    raise BadInput(f"'{format}' is no format of a summary; formats: {', '.join(FORMATS)}.")


def said(group: Mapping[str, Any]) -> dict[str, str]:
    """A group as a person reads it: the cells of HEADINGS."""
    cells = {key: str(group[key]) for key in HEADINGS if key in group}
    known, families = group["participants_known"], group["families"]
    people = f"{group['participants']:,} {group['unit']}" if group["participants"] else ""
    if known < families:
        missing = f"not given in {families - known} of {families}"
        people = f"{people}; {missing}" if people else "not given"
    ways = ("worse", "better", "none", "conflicting", "ambiguous")
    votes = [f"{group[way]} {way}" for way in ways if group[way]]
    share = ""
    if group["proportion"] is not None and group["interval"]:
        low, high = group["interval"]
        share = f"{group['proportion']:.2f} ({low:.2f} to {high:.2f}), n = {group['n']}"
    reasons = [*group["reasons"], *filter(None, (group["part"], group["changed"]))]
    return cells | {
        "participants_said": people,
        "direction_said": f"{group['direction'].capitalize()} ({', '.join(votes) or 'no votes'})",
        "proportion_said": share or "none with a direction",
        "certainty_said": f"{group['symbols']} {group['certainty_words']}".strip(),
        "reasons_said": "; ".join(reasons),
    }


def _docx(rows: list[dict[str, str]], where: str | None) -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(8)
    document.core_properties.author = ""
    document.core_properties.title = "Summary of findings"
    document.add_heading("Summary of findings", level=1)
    if where:
        document.add_paragraph(f"Effects that match: {where}")
    table = document.add_table(rows=1, cols=len(HEADINGS))
    table.style = "Table Grid"
    for cell, heading in zip(table.rows[0].cells, HEADINGS.values(), strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in rows:
        for cell, key in zip(table.add_row().cells, HEADINGS, strict=True):
            cell.text = in_word(row[key])
    document.add_paragraph(NOTE)
    return saved(document)
