"""How far assessors agreed in their appraisals, as the caller may see it."""

from typing import Any

from review.actions.appraised import document, may_see
from review.actions.caller import Caller, Viewer, acting
from review.extraction.appraisal_agreement import WEIGHTED_METHOD, ToolAgreement, agreements
from review.protocol.tools import tool_named
from review.reporting.sheets import rows_csv
from review.screening.agreement import MEASURES
from review.screening.coefficients import METHODS
from review.store import appraisal, people
from review.store.engine import Database

_COLUMNS = ("tool", "part", "id", "label", "n")


def appraisal_agreement(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return agreement per tool: for each item, each domain and the whole, with n and intervals.

    Over studies with two appraisals by the same tool, each assessor's last before settlement,
    the lower member number first. Whoever could appraise sees it over settled studies only.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the agreement of appraisals"))
        _, content = people.protocol(conn)
        given = appraisal.given(conn)
        pairs: dict[str, list[Any]] = {}
        for study, judged in appraisal.standings(conn, content).items():
            if len(judged.latest) != 2 or not may_see(viewer, judged):
                continue
            last = {one.id for one in judged.latest}
            rows = sorted(
                (row for row in given[study] if row.id in last), key=lambda row: row.member_id or 0
            )
            if rows[0].tool == rows[1].tool:
                both = (document(rows[0], content), document(rows[1], content))
                pairs.setdefault(rows[0].tool, []).append(both)
        return [
            _document(one, tool.title)
            for name, some in sorted(pairs.items())
            for tool in [tool_named(name, content.appraisal.own_tools)]
            for one in agreements(tool, some)
        ]


def appraisal_agreement_file(db: Database, who: Caller) -> bytes:
    """Return the agreement of appraisals as CSV, a row an item, domain or whole."""
    names = [*MEASURES, "weighted_kappa"]
    rows = []
    for one in appraisal_agreement(db, who):
        row = {name: one[name] for name in _COLUMNS}
        for name in names:
            low, high = one[f"{name}_interval"] or (None, None)
            row |= {name: one[name], f"{name}_low": low, f"{name}_high": high}
        rows.append(row | {"weighted_n": one["weighted_n"]})
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    return rows_csv([*_COLUMNS, *ends, "weighted_n"], rows).encode()


def _document(one: ToolAgreement, title: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tool": one.tool,
        "tool_title": title,
        "part": one.part,
        "id": one.id,
        "label": one.label,
        "n": one.measures.n,
        "categories": list(one.measures.categories),
        "table": [list(row) for row in one.measures.table],
    }
    for name in MEASURES:
        interval = getattr(one.measures, f"{name}_interval")
        found |= {
            name: getattr(one.measures, name),
            f"{name}_interval": list(interval) if interval else None,
        }
    return found | {
        "weighted_kappa": one.weighted,
        "weighted_kappa_interval": list(one.weighted_interval) if one.weighted_interval else None,
        "weighted_n": one.weighted_n,
        "interval_methods": METHODS | {"weighted_kappa": WEIGHTED_METHOD},
    }
