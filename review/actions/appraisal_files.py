"""Appraisals as files: a workbook to fill elsewhere and bring back, and all that is settled."""

import json
from typing import Any

from review.actions.appraisal import appraisal_form, appraise, tool_document
from review.actions.appraised import document
from review.actions.caller import Caller, acting
from review.actions.extraction_files import form_in_json
from review.errors import BadInput
from review.protocol.appraisal import NOT_APPLICABLE
from review.protocol.tools import tool_named
from review.reporting.appraisals_out import appraisal_workbook, appraisals_csv, read_workbook
from review.store import appraisal, fulltext, people
from review.store.engine import Database

_FORMATS = ("csv", "json")


def appraisal_sheet(
    db: Database, who: Caller, study: int | str, *, tool: str | None = None
) -> bytes:
    """Return a workbook (XLSX) to fill for a study, with what the caller has given already.

    BadInput where no tool is proposed and none named.
    """
    found = appraisal_form(db, who, study, tool=tool)
    if found["tool"] is None:
        raise BadInput(f"{found['why']} Name the tool.")
    mine = found["mine"]
    same = mine if mine and mine["tool"] == found["tool"]["tool"] else None
    return appraisal_workbook(found["tool"], f"{found['study']}: {found['label']}", same)


def appraisal_read(data: bytes, name: str = "the file") -> dict[str, Any]:
    """Return the form that a filled file holds: a workbook (XLSX), or JSON; BadInput for others."""
    if data.lstrip()[:1] == b"{":
        return form_in_json(data, name)
    if not data.startswith(b"PK"):
        raise BadInput(f"{name} is neither a workbook (XLSX) nor a JSON object with answers.")
    return read_workbook(data, name)


def import_appraisal(
    db: Database, who: Caller, study: int | str, data: bytes, *, name: str = "the file", **more: Any
) -> dict[str, Any]:
    """Store a filled file as the caller's own appraisal; `more` as for `appraise`."""
    return appraise(db, who, study, appraisal_read(data, name), **more)


def appraisals_file(db: Database, who: Caller, format: str = "csv") -> bytes:
    """Return every settled appraisal as csv (a row an item, domain or whole) or json."""
    if format not in _FORMATS:
        raise BadInput(f"'{format}' is no format of appraisals; formats: {', '.join(_FORMATS)}.")
    with db.read() as conn:
        acting(conn, who, act="see the appraisals")
        _, content = people.protocol(conn)
        labels = {row.id: row.label for row in fulltext.studies(conn)}
        found = [
            {"study": study, "label": labels[study], **document(row, content)}
            for study, row in appraisal.speaking(conn).items()
        ]
        tools = {
            name: tool_document(tool_named(name, content.appraisal.own_tools), content)
            for name in {one["tool"] for one in found}
        }
    if format == "json":
        return (json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode()
    return appraisals_csv([row for one in found for row in _rows(one, tools[one["tool"]])])


def _rows(one: dict[str, Any], tool: dict[str, Any]) -> list[dict[str, Any]]:
    means = {
        (item["id"], answer["code"]): answer["means"]
        for item in tool["items"]
        for answer in item["answers"]
    }
    about = {"study": one["study"], "label": one["label"], "tool": one["tool"]}
    rows = [
        about | {"part": "item", "id": item, "means": means.get((item, said["answer"]), "")} | said
        for item, said in one["answers"].items()
    ]
    rows += [
        about
        | {"part": "domain", "id": domain, "means": said["judgement"] or NOT_APPLICABLE}
        | {"reason": said["reason"]}
        for domain, said in one["domains"].items()
    ]
    whole = {"part": "overall", "id": "overall", "means": one["overall"], "reason": one["reason"]}
    return [*rows, about | whole]
