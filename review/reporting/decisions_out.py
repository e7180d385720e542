"""How decisions leave for another tool: RIS in which Rayyan, ASReview or Covidence finds them."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review.errors import BadInput
from review.reporting.records_out import records_file
from review.vocab import Stage, State, Verdict

TOOLS = ("rayyan", "asreview", "covidence")
_RAYYAN = {Verdict.INCLUDE: "Included", Verdict.MAYBE: "Maybe", Verdict.EXCLUDE: "Excluded"}
_ASREVIEW = {True: "ASReview_relevant", False: "ASReview_irrelevant", None: "ASReview_not_seen"}

Report = Mapping[str, Any]


def decisions_file(reports: Iterable[Report], tool: str, *, stage: Stage) -> bytes:
    """Return reports with their decisions as `tool` reads them; BadInput for an unknown tool.

    A report is a card; its `decisions` at `stage` are mappings with `reviewer`, `verdict`,
    `reason` (its label, or None), `note` and `at` (ISO 8601), in the order they were made;
    `label` says for ASReview, which keeps one label a record, what that is (True, False, None).

    - rayyan: RIS, each reviewer's decision in a note as Rayyan's own export has it;
    - asreview: RIS, the label in the notes (asreview.data.ris);
    - covidence: a zip of one RIS for each of Covidence's lists, which is what it imports.
    """
    match tool:
        case "rayyan":
            noted = [{**one, "notes": _rayyan(one["decisions"])} for one in reports]
        case "asreview":
            noted = [{**one, "notes": [_ASREVIEW[one["label"]]]} for one in reports]
        case "covidence":
            return _covidence(reports)
        case _:
            raise BadInput(f"'{tool}' reads no decisions from here; formats: {', '.join(TOOLS)}.")
    return records_file(noted, "ris")


def _rayyan(decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    if not decisions:
        return []
    said = ", ".join(f"{_quoted(one['reviewer'])}=>{_word(one['verdict'])}" for one in decisions)
    reasons = dict.fromkeys(one["reason"] for one in decisions if one["reason"])
    parts = [f"RAYYAN-INCLUSION: {{{said}}}"]
    if reasons:
        parts.append(f"RAYYAN-EXCLUSION-REASONS: {','.join(reasons)}")
    notes = [
        f"USER-NOTES: {{{_quoted(one['reviewer'])}=>[{_quoted(one['note'])}]}}"
        for one in decisions
        if one["note"]
    ]
    return [" | ".join([*parts, *notes])]


def _word(verdict: str) -> str:
    return _quoted(_RAYYAN[Verdict(verdict)])


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _covidence(reports: Iterable[Report]) -> bytes:
    lists: dict[str, list[dict[str, Any]]] = {}
    for one in reports:
        name, notes = _list_of(one)
        lists.setdefault(name, []).append({**one, "notes": notes})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(lists):
            # a fixed time, so that the same decisions are the same file
            entry = zipfile.ZipInfo(f"{name}.ris", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, records_file(lists[name], "ris"))
    return out.getvalue()


def _list_of(report: Report) -> tuple[str, list[str]]:
    """Return the list of Covidence that a report belongs on, and its note there."""
    standing = report["standing"]
    first = standing.get(Stage.TITLE_ABSTRACT.value)
    second = standing.get(Stage.FULL_TEXT.value)
    if second in (State.EXCLUDED, State.REASON_CONFLICT):
        reason = next((one["reason"] for one in report["decisions"] if one["reason"]), "")
        return "excluded", [f"Exclusion reason: {reason};"] if reason else []
    if second == State.INCLUDED:
        return "included", []
    if first == State.EXCLUDED:
        return "irrelevant", []
    return ("select" if first == State.INCLUDED else "screen"), []
