"""How decisions made elsewhere are read: Rayyan, ASReview, Covidence, and our own long table."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from review.errors import BadInput
from review.ingest import rayyan
from review.ingest.decision import Decision, Decisions, Row, Subject, key_of, moment, rows
from review.vocab import Stage, Verdict

_ASREVIEW_LABELS = ("asreview_label", "included", "label_included", "final_included", "label")
_LABELS = {
    "1": Verdict.INCLUDE,
    "0": Verdict.EXCLUDE,
    "1.0": Verdict.INCLUDE,
    "0.0": Verdict.EXCLUDE,
}
_UNLABELLED = {"", "-1", "nan", "none", "na"}
_COVIDENCE_REASON = "exclusion reason:"
# Covidence exports one list at a time, and names the file for it
_COVIDENCE_LISTS = {
    "irrelevant": (Stage.TITLE_ABSTRACT, Verdict.EXCLUDE),
    "select": (Stage.TITLE_ABSTRACT, Verdict.INCLUDE),
    "excluded": (Stage.FULL_TEXT, Verdict.EXCLUDE),
    "included": (Stage.FULL_TEXT, Verdict.INCLUDE),
    "extract": (Stage.FULL_TEXT, Verdict.INCLUDE),
}


def read_decisions(
    path: Path, *, format: str, columns: Collection[str] = (), stage: Stage | None = None
) -> Decisions:
    """Read a file of decisions; `columns` are names that may be label columns of a reviewer.

    `stage` is where the decisions belong in formats that do not say. BadInput for an unknown
    format, and for a file that is not of the format as a whole.
    """
    if format not in FORMATS:
        raise BadInput(f"'{format}' is no format of decisions; formats: {', '.join(FORMATS)}.")
    header, found = rows(path)
    return FORMATS[format](path.name, header, found, columns, stage)


def _rayyan(
    name: str, header: list[str], found: list[Row], _: Collection[str], stage: Stage | None
) -> Decisions:
    if set(header) >= rayyan.LOG:
        decisions = rayyan.read_log(found)
    elif "notes" in header:
        decisions = rayyan.read_articles(found)
    else:
        raise BadInput(
            f"{name} is neither Rayyan's customizations_log.csv nor an articles.csv with notes."
        )
    if not decisions.items:
        raise BadInput(f"{name} holds no decisions of Rayyan.")
    return decisions


def _asreview(
    name: str, header: list[str], found: list[Row], columns: Collection[str], stage: Stage | None
) -> Decisions:
    known = {column.casefold(): column for column in header}
    chosen = [known[c.casefold()] for c in columns if c.casefold() in known]
    if not chosen:
        chosen = [known[c] for c in _ASREVIEW_LABELS if c in known][:1]
    if not chosen:
        raise BadInput(f"{name} has no column of labels: {', '.join(_ASREVIEW_LABELS)}.")
    decisions = Decisions()
    for column in chosen:
        for position, row in found:
            label = row.get(column, "").casefold()
            if label in _UNLABELLED:
                continue
            if label not in _LABELS:
                decisions.reject(position, f"'{label}' in column {column} is no label", label)
                continue
            own = column == known.get("asreview_label")
            reviewer = _first(row, "asreview_user_name", "asreview_user_email") if own else ""
            time = row.get("asreview_time", "") if own else ""
            subject = subject_of(row)
            decisions.items.append(
                Decision(
                    position=position,
                    reviewer=reviewer or column,
                    subject=subject,
                    stage=stage or Stage.TITLE_ABSTRACT,
                    verdict=_LABELS[label],
                    at=moment(time),
                    note=row.get("asreview_note", "") if own else "",
                    key=key_of("asreview", reviewer or column, subject, label, time),
                )
            )
    decisions.sort()
    decisions.lost.append("earlier labels of a record: the export holds its last one")
    return decisions


def _covidence(
    name: str, header: list[str], found: list[Row], _: Collection[str], stage: Stage | None
) -> Decisions:
    if "Covidence #" not in header and "Title" not in header:
        raise BadInput(f"{name} is no Covidence export: it has no columns Title and Covidence #.")
    parts = set(name.casefold().replace(".", "_").replace("-", "_").replace(" ", "_").split("_"))
    lists = [value for word, value in _COVIDENCE_LISTS.items() if word in parts]
    decisions = Decisions()
    for position, row in found:
        reason = _covidence_reason(row.get("Notes", ""))
        if reason:
            where, verdict = Stage.FULL_TEXT, Verdict.EXCLUDE
        elif len(lists) == 1:
            where, verdict = lists[0]
        else:
            raise BadInput(
                f"{name} does not say which list of Covidence it is; keep in its name one of "
                f"{', '.join(_COVIDENCE_LISTS)}."
            )
        subject = subject_of(row)
        decisions.items.append(
            Decision(
                position=position,
                reviewer="covidence",
                subject=subject,
                stage=stage or where,
                verdict=verdict,
                reasons=(reason,) if reason else (),
                note=row.get("Tags", "") and f"Covidence tags: {row['Tags']}",
                independent=False,
                key=key_of("covidence", row.get("Covidence #"), subject, where, verdict),
            )
        )
    decisions.lost.append(
        "who voted, how and when: Covidence exports what was agreed, so that agreement cannot "
        "be computed from it"
    )
    return decisions


def _covidence_reason(notes: str) -> str:
    for part in notes.split(";"):
        if part.strip().casefold().startswith(_COVIDENCE_REASON):
            return part.strip()[len(_COVIDENCE_REASON) :].strip()
    return ""


def _csv(
    name: str, header: list[str], found: list[Row], _: Collection[str], stage: Stage | None
) -> Decisions:
    missing = [column for column in ("reviewer", "vote") if column not in header]
    if "stage" not in header and stage is None:
        missing.append("stage")
    if not {"record", "accession"} & set(header):
        missing.append("record or accession")
    if missing:
        raise BadInput(f"{name} lacks the columns: {', '.join(missing)}.")
    decisions = Decisions()
    for position, row in found:
        try:
            decisions.items.append(_csv_row(position, row, stage))
        except BadInput as error:
            decisions.reject(position, str(error), str(dict(row)))
    decisions.sort()
    return decisions


def _csv_row(position: str, row: Mapping[str, str], stage: Stage | None) -> Decision:
    """Read one row of the long table; BadInput says which cell is not what it should be."""
    stage_ = _stage(row.get("stage") or (stage.value if stage else ""))
    verdict = _verdict(row["vote"]) if row.get("vote") else None
    kind, round_, record = row.get("kind") or "vote", row.get("round", ""), row.get("record", "")
    if kind not in ("vote", "ruling"):
        raise BadInput(f"'{kind}' is neither vote nor ruling")
    if not row.get("reviewer"):
        raise BadInput("no reviewer is named")
    if not all(number.isdecimal() and len(number) < 10 for number in (round_, record) if number):
        raise BadInput("record and round are whole numbers")
    at = moment(row.get("at", ""))
    if row.get("at") and at is None:
        raise BadInput(f"'{row['at']}' is no time")
    if kind == "ruling" and verdict is None:
        raise BadInput("a ruling needs a verdict")
    subject = Subject(accession=row.get("accession", ""), record=int(record) if record else None)
    names = ("round", "reviewer", "kind", "at", "vote", "reason")
    return Decision(
        position=position,
        reviewer=row["reviewer"],
        subject=subject,
        stage=stage_,
        verdict=verdict,
        at=at,
        reasons=(row["reason"],) if row.get("reason") else (),
        note=row.get("note", ""),
        seconds=_seconds(row.get("seconds", "")),
        round=int(round_) if round_ else None,
        ruling=kind == "ruling",
        key=key_of("csv", subject, stage_, *(row.get(name) for name in names)),
    )


def _stage(text: str) -> Stage:
    try:
        return Stage(text.casefold())
    except ValueError:
        raise BadInput(f"'{text}' is no stage") from None


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text.casefold())
    except ValueError:
        raise BadInput(f"'{text}' is no verdict") from None


def _seconds(text: str) -> float | None:
    try:
        found = float(text) if text else None
    except ValueError:
        raise BadInput(f"'{text}' is no number of seconds") from None
    if found is not None and not 0 <= found < 1e6:
        raise BadInput(f"'{text}' is no number of seconds")
    return found


def subject_of(row: Mapping[str, str]) -> Subject:
    """Return what a row of another tool's table says of which record it means."""
    cells = {name.casefold().replace(" ", "_"): cell for name, cell in row.items()}
    return Subject(
        accession=_first(cells, "accession", "accession_number"),
        doi=_first(cells, "doi"),
        pmid=_first(cells, "pmid", "pubmed_id"),
        title=_first(cells, "title", "primary_title"),
    )


def _first(cells: Mapping[str, str], *names: str) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


Reader = Callable[[str, list[str], list[Row], Collection[str], Stage | None], Decisions]
FORMATS: dict[str, Reader] = {
    "rayyan": _rayyan,
    "asreview": _asreview,
    "covidence": _covidence,
    "csv": _csv,
}
__all__ = ["FORMATS", "Decision", "Decisions", "Subject", "read_decisions"]
