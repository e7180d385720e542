"""How an appraisal stands in a workbook, to be filled elsewhere and read back; and in CSV."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from review.errors import BadInput
from review.ingest.record import Reject
from review.ingest.xlsx import sheet_rows
from review.protocol.appraisal import NOT_APPLICABLE
from review.reporting.office import saved
from review.reporting.sheets import rows_csv, write_cell

SHEET, ABOUT = "Appraisal", "About"
HEADINGS = {
    "item": "Item", "domain": "Domain", "question": "Question", "help": "Help",
    "answers": "Answers", "answer": "Answer", "reason": "Reason", "quote": "Quote", "page": "Page",
}  # fmt: skip
_WIDTHS = (10, 24, 60, 50, 30, 14, 40, 40, 10)
_TOOL, _OVERALL = "tool", "overall"
_FILLED = ("answer", "reason", "quote", "page")
LARGEST_MB = 5
_MOST_ROWS = 1000


def appraisal_workbook(
    tool: Mapping[str, Any], study: str, given: Mapping[str, Any] | None = None
) -> bytes:
    """A workbook with a row an item of the tool, filled with `given` answers where there are any.

    `tool` is the tool's document. Below the items stand rows for domains that may be judged
    against the rule, and for the whole. Nothing in it is a formula.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for column, heading in enumerate(HEADINGS.values(), 1):
        write_cell(sheet.cell(1, column), heading)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
    for number, row in enumerate(_rows(tool, given or {}), 2):
        for column, name in enumerate(HEADINGS, 1):
            cell = sheet.cell(number, column)
            write_cell(cell, row[name])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        # Excel takes no list longer than this
        codes = ",".join(row["codes"])
        if codes and len(codes) < 250:
            choice = DataValidation(type="list", formula1=f'"{codes}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(sheet.cell(number, list(HEADINGS).index("answer") + 1))
    sheet.freeze_panes = "B2"
    about = book.create_sheet(ABOUT)
    said = {"study": study, "tool": tool["title"], "source": f"{tool['reference']} {tool['doi']}"}
    for number, (name, value) in enumerate(said.items(), 1):
        write_cell(about.cell(number, 1), name)
        write_cell(about.cell(number, 2), value)
    about.column_dimensions["B"].width = 100
    return saved(book)


def read_workbook(data: bytes, name: str = "the file") -> dict[str, Any]:
    """The appraisal form that a filled workbook holds: tool, answers, domains, overall.

    BadInput where it is no workbook, or has not the columns that it left with.
    """
    if len(data) > LARGEST_MB * 2**20:
        raise BadInput(f"{name} is larger than {LARGEST_MB} MB.")
    form: dict[str, Any] = {"answers": {}, "domains": {}}
    place: dict[str, int] = {}
    for row in islice(sheet_rows(data, name=name), _MOST_ROWS):
        if isinstance(row, Reject):
            raise BadInput(f"{name}, {row.position}: {row.reason}.")
        position, cells = row
        if not place:
            place = _places([cell.strip().casefold() for cell in cells], f"{name}, {position}")
            continue
        values = {key: cells[at].strip() if at < len(cells) else "" for key, at in place.items()}
        _take(form, values)
    return form


def _places(heads: list[str], where: str) -> dict[str, int]:
    """In which column each part stands; BadInput where one is missing that is needed."""
    for key in ("item", *_FILLED):
        if HEADINGS[key].casefold() not in heads:
            raise BadInput(
                f"{where}: there is no column '{HEADINGS[key]}'; export an empty workbook "
                "and fill that."
            )
    return {key: heads.index(h.casefold()) for key, h in HEADINGS.items() if h.casefold() in heads}


def appraisals_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Settled appraisals as CSV, a row an item, domain or whole of a study."""
    names = ("study", "label", "tool", "part", "id", "answer", "means", "reason", "quote", "page")
    return rows_csv(names, rows).encode()


def _rows(tool: Mapping[str, Any], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = {domain["id"]: domain["label"] for domain in tool["domains"]}
    answers, domains = given.get("answers") or {}, given.get("domains") or {}
    empty = dict.fromkeys(HEADINGS, "")
    found: list[dict[str, Any]] = [
        empty
        | {"item": _TOOL, "question": tool["title"], "help": tool["overall"], "codes": []}
        | {"answer": tool["tool"], "reason": given.get("tool_reason") or ""}
    ]
    for item in tool["items"]:
        codes = [one["code"] for one in item["answers"]]
        codes += [NOT_APPLICABLE] if item["not_applicable"] else []
        words = [f"{one['code']}: {one['label']}" for one in item["answers"]]
        said = answers.get(item["id"]) or {}
        about = {"domain": labels[item["domain"]], "question": item["question"]}
        found.append(
            {"item": item["id"], "help": item["help"], "codes": codes, "answers": "; ".join(words)}
            | about
            | {key: said.get(key) or "" for key in _FILLED}
        )
    levels = list(tool["levels"])
    judgements = "; ".join(f"{risk}: {said}" for risk, said in tool["levels"].items())
    judged = [(d["id"], d["label"], domains.get(d["id"])) for d in tool["domains"] if d["judged"]]
    whole = {"judgement": given.get("overall"), "reason": given.get("reason")} if given else None
    for id_, label, said in [*judged, (_OVERALL, "Overall", whole)]:
        found.append(
            empty
            | {"item": id_, "domain": label, "answers": judgements, "codes": levels}
            | {
                "question": "Judgement",
                "help": "Leave empty for what the rule proposes; else say why.",
                "answer": (said or {}).get("judgement") or "",
                "reason": (said or {}).get("reason") or "",
            }
        )
    return found


def _take(form: dict[str, Any], values: Mapping[str, str]) -> None:
    """Put one row of a workbook into the form."""
    item = values.get("item", "")
    if item.casefold() == _TOOL and values.get("answer"):
        form |= {"tool": values["answer"], "tool_reason": values.get("reason", "")}
    if item.casefold() in ("", _TOOL) or not values.get("answer"):
        return
    cell = {key: values[key] for key in _FILLED if values.get(key)}
    if item.casefold() == _OVERALL:
        form["overall"] = {"judgement": cell["answer"], "reason": cell.get("reason", "")}
    elif values.get("question", "").casefold() == "judgement":
        form["domains"][item] = {"judgement": cell["answer"], "reason": cell.get("reason", "")}
    else:
        form["answers"][item] = cell
