"""How a synthesis leaves: Markdown or Word with the nine SWiM items, a table as CSV, or JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.shared import Pt

from review.errors import BadInput
from review.reporting.foreign import in_word
from review.reporting.office import saved
from review.reporting.sheets import rows_csv
from review.reporting.synthesis_documents import shown_p
from review.reporting.table import as_markdown
from review.synthesis.evidence import Column

FORMATS = ("md", "docx", "json", "csv")
COLUMNS = {
    "population": "Population",
    "contrast": "Contrast",
    "outcome": "Outcome",
    "worse": "Worse",
    "better": "Better",
    "none": "No difference",
    "conflicting": "Conflicting",
    "ambiguous": "Ambiguous",
    "not_given": "Not given",
    "proportion_worse": "Share worse",
    "wilson_low": "Wilson low",
    "wilson_high": "Wilson high",
    "p": "p",
    "studies_worse": "Studies: worse",
    "studies_better": "Studies: better",
    "studies_left_out": "Studies: left out",
    "where": "Expression",
}
POOLS = {
    "outcome": "Outcome",
    "contrast": "Contrast",
    "method": "Method",
    "species": "Species",
    "verdict": "Verdict",
    "k": "Families",
    "estimate": "Estimate",
    "why": "Why not, or what it rests on",
}
_LEFT_OUT = ("none", "conflicting", "ambiguous", "not given")


def synthesis_out(found: Mapping[str, Any], pools: Mapping[str, Any] | None, format: str) -> bytes:
    """The synthesis, as `actions.synthesis` and `actions.meta` give it, in one of FORMATS.

    BadInput for another format.
    """
    if format == "json":
        whole = {**found, "meta": pools}
        return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()
    rows = group_rows(found["groups"])
    match format:
        case "csv":
            return rows_csv(tuple(COLUMNS), rows).encode()
        case "md":
            return _markdown(found, pools, rows).encode("utf-8", "replace")
        case "docx":
            return _docx(found, pools, rows)
    raise BadInput(f"'{format}' is no format of the synthesis; formats: {', '.join(FORMATS)}")


def group_rows(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a group, parts by species behind the group they are of."""
    rows = []
    for group in groups:
        rows.append(_row(group, group["labels"]["population"]))
        species = [f"{group['labels']['population']}: " + ", ".join(p["labels"]["species"])
                   for p in group["parts"]]  # fmt: skip
        rows += [_row(part, named) for part, named in zip(group["parts"], species, strict=True)]
    return rows


def _row(group: Mapping[str, Any], population: str) -> dict[str, Any]:
    low, high = group["wilson"] or (None, None)
    labels = group["labels"]
    counted = ("worse", "better", "none", "conflicting", "ambiguous", "not_given",
               "proportion_worse", "p", "where")  # fmt: skip
    return {
        "population": population,
        "contrast": labels["contrast"],
        "outcome": labels.get("domain") or labels.get("outcome"),
        **{key: group[key] for key in counted},
        "wilson_low": low,
        "wilson_high": high,
        "studies_worse": _named(group, ("worse",)),
        "studies_better": _named(group, ("better",)),
        "studies_left_out": _named(group, _LEFT_OUT),
    }


def _named(group: Mapping[str, Any], says: Sequence[str]) -> str:
    return "; ".join(
        f"{one['label']}{f' ({say})' if len(says) > 1 else ''}"
        for say in says
        for one in group["cells"][say]["families"]
    )


def pool_rows(pools: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a group that might be pooled."""
    return [
        {
            **{key: one["labels"][key] for key in ("outcome", "contrast", "method", "species")},
            "verdict": one["verdict"],
            "k": one["k"],
            "estimate": estimate_text(one["result"]),
            "why": "; ".join(one["reasons"]) or _rests_on(one),
        }
        for one in pools["groups"]
    ]


def _rests_on(one: Mapping[str, Any]) -> str:
    said = ", ".join(entry["label"] for entry in one["entries"])
    return said + (f" ({one['secondary']} secondary)" if one["secondary"] else "")


def estimate_text(result: Mapping[str, Any] | None) -> str:
    """An estimate with its interval, in two decimals."""
    if result is None:
        return ""
    said = f"{result['measure_label']} {number(result['estimate'])}"
    if result["ci_low"] is not None:
        said += f" [{number(result['ci_low'])}, {number(result['ci_high'])}]"
    return said


def number(value: float | None, digits: int = 2) -> str:
    """A number as it is printed, with a minus sign that is one."""
    return "" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    shown = []
    for row in rows:
        share, p = row["proportion_worse"], row["p"]
        interval = ""
        if row["wilson_low"] is not None:
            interval = f"{row['wilson_low']:.2f} to {row['wilson_high']:.2f}"
        shown.append(
            {**row, "share": "" if share is None else f"{share:.2f}", "interval": interval}
            | {"p": shown_p(p)}
        )
    return shown


_SHORT = {
    **{key: COLUMNS[key] for key in ("population", "contrast", "outcome", "worse", "better",
                                     "none", "conflicting", "ambiguous")},
    "share": "Share worse",
    "interval": "Wilson 95 %",
    "p": "p",
}  # fmt: skip


def _markdown(
    found: Mapping[str, Any], pools: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]]
) -> str:
    parts = ["# Synthesis", _scope(found), "## Votes by direction"]
    parts.append(as_markdown([Column(n, h) for n, h in _SHORT.items()], _table(rows)))
    if pools:
        parts += ["## Meta-analysis", pools["rule"]]
        parts.append(as_markdown([Column(n, h) for n, h in POOLS.items()], pool_rows(pools)))
    parts.append("## Reporting without meta-analysis (SWiM)")
    for item in found["swim"]:
        parts += [f"### {item['id']} {item['item']}", item["text"]]
    return "\n\n".join(parts) + "\n"


def _scope(found: Mapping[str, Any]) -> str:
    of = f" that match `{found['where']}`" if found["where"] else ""
    return (
        f"{found['effects']:,} effects of {found['studies']:,} studies in "
        f"{found['families']:,} cohort families{of}."
    )


def _docx(
    found: Mapping[str, Any], pools: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]]
) -> bytes:
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = "Synthesis"
    document.core_properties.author = ""
    document.add_heading("Synthesis", 1)
    document.add_paragraph(_scope(found).replace("`", ""))
    document.add_heading("Votes by direction", 2)
    _grid(document, _SHORT, _table(rows))
    if pools:
        document.add_heading("Meta-analysis", 2)
        document.add_paragraph(pools["rule"])
        _grid(document, POOLS, pool_rows(pools))
    document.add_heading("Reporting without meta-analysis (SWiM)", 2)
    for item in found["swim"]:
        document.add_heading(f"{item['id']} {item['item']}", 3)
        for line in str(item["text"]).splitlines():
            bullet = line.startswith("- ")
            document.add_paragraph(line.removeprefix("- "), style="List Bullet" if bullet else None)
    return saved(document)


def _grid(document: Any, headings: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    table = document.add_table(rows=1, cols=len(headings))
    table.style = "Table Grid"
    for cell, heading in zip(table.rows[0].cells, headings.values(), strict=True):
        cell.text = heading
    for row in rows:
        for cell, key in zip(table.add_row().cells, headings, strict=True):
            cell.text = in_word("" if row[key] is None else str(row[key]))
