"""What ASReview tells of decisions: an export (CSV, TSV, XLSX, RIS), or a whole project file.

A project file is a zip with the labels in SQLite, so this reader, alone among them, asks a
database: a stranger's, a copy of it, read-only. Three layouts are known (asreview.project):
version 1 keeps results.sql beside the dataset as it was uploaded, version 2 results.db and
data_store.db, version 3 one results.db with both and with triggers that keep every old label.
"""

import json
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from review.errors import BadInput
from review.ingest.content import LARGEST_TEXT
from review.ingest.decision import (
    Decision,
    Decisions,
    Row,
    Subject,
    first,
    key_of,
    moment,
    subject_of,
)
from review.ingest.read import read_file
from review.ingest.record import Record
from review.vocab import Stage, Verdict

_COLUMNS = (
    "asreview_label", "included", "label_included", "final_included", "included_label",
    "included_final", "included_flag", "include", "label",
)  # fmt: skip
_WORDS = {
    Verdict.INCLUDE: ("1", "1.0", "true", "include", "included", "relevant", "yes"),
    Verdict.EXCLUDE: ("0", "0.0", "false", "exclude", "excluded", "irrelevant", "no"),
    Verdict.MAYBE: ("maybe", "unclear", "unsure"),
}
_LABELS = {word: verdict for verdict, words in _WORDS.items() for word in words}
_UNLABELLED = {"", "-1", "-1.0", "nan", "none", "na", "null", "not_seen"}
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)


def read_export(
    name: str,
    header: list[str],
    found: list[Row],
    columns: Collection[str],
    stage: Stage | None,
) -> Decisions:
    """Read the rows of an export; `columns` are names that may be label columns of a reviewer.

    The reviewer is who the row names, else the label column. BadInput without such a column.
    """
    known = {column.casefold(): column for column in header}
    chosen = [known[c.casefold()] for c in columns if c.casefold() in known]
    if not chosen:
        chosen = [known[c] for c in _COLUMNS if c in known][:1]
    if not chosen:
        raise BadInput(f"{name} has no column of labels: {', '.join(_COLUMNS)}.")
    decisions = Decisions()
    for column in chosen:
        for position, row in found:
            _read_row(decisions, position, row, column, stage or Stage.TITLE_ABSTRACT)
    decisions.sort()
    decisions.lost.append(
        "earlier labels of a record: the export holds its last one (a project file has them)"
    )
    return decisions


def _read_row(
    decisions: Decisions, position: str, row: Mapping[str, str], column: str, stage: Stage
) -> None:
    label = row.get(column, "").casefold()
    if label in _UNLABELLED:
        return
    if label not in _LABELS:
        decisions.reject(position, f"'{label}' in column {column} is no label", label)
        return
    own = row if column.casefold() == "asreview_label" else {}
    reviewer = first(own, "asreview_user_name", "asreview_user_email") or column
    subject = subject_of(row)
    decisions.items.append(
        Decision(
            position=position,
            reviewer=reviewer,
            subject=subject,
            stage=stage,
            verdict=_LABELS[label],
            at=moment(own.get("asreview_time", "")),
            note=_note(own.get("asreview_note", ""), own.get("asreview_tags", "")),
            key=key_of("asreview", reviewer, subject, label, own.get("asreview_time", "")),
        )
    )


def _note(note: str, tags: str) -> str:
    """The note of a record, with its ASReview tags, which are JSON."""
    try:
        listed = json.loads(tags) if tags else []
    except ValueError:
        listed = [tags]
    names = [
        str(tag.get("name") or tag.get("id")) if isinstance(tag, dict) else str(tag)
        for tag in (listed if isinstance(listed, list) else [listed])
        if tag is not None
    ]
    said = f"ASReview tags: {'; '.join(names)}" if any(names) else ""
    return "\n".join(part for part in (note, said) if part and part.casefold() != "nan")


def is_project(path: Path) -> bool:
    """Return whether a file is an ASReview project: a zip that holds a project.json."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "project.json" in archive.namelist()
    except _DAMAGED:
        return False


class _Label(NamedTuple):
    record: int
    label: int | None
    at: datetime | None
    note: str
    reviewer: str
    changed: bool


def read_project(path: Path, stage: Stage | None) -> Decisions:
    """Read every decision of an .asreview file, of any version.

    A reviewer is named "asreview", or "user N" where several worked on the project, which
    knows them by number only. BadInput for a damaged file, or one without labels.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            inside = _unpack(path, Path(folder))
            results = _one(inside, "results.db") or _one(inside, "results.sql")
            if results is None:
                raise BadInput(f"{path.name} is an ASReview project in which nothing is labelled.")
            labels, every = _labels(results)
            subjects = _subjects(inside, results)
        except (sqlite3.Error, *_DAMAGED) as error:
            raise BadInput(f"{path.name} is a damaged ASReview project: {error}.") from None
    return _decided(labels, subjects, every=every, stage=stage or Stage.TITLE_ABSTRACT)


def _unpack(path: Path, folder: Path) -> list[Path]:
    """Unpack the files that are needed under names of our own; refuse what is too large."""
    found: list[Path] = []
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > 4 * LARGEST_TEXT:
            raise BadInput(f"{path.name} unpacks to more than {4 * LARGEST_TEXT >> 20} MB.")
        for number, entry in enumerate(archive.infolist()):
            name = PurePosixPath(entry.filename)
            dataset = "data" in name.parts[:-1] and not entry.is_dir()
            if not dataset and name.name not in ("results.db", "results.sql", "data_store.db"):
                continue
            target = folder / f"{number}" / (name.name if not dataset else "dataset")
            target.parent.mkdir()
            with archive.open(entry) as packed, target.open("wb") as file:
                shutil.copyfileobj(packed, file)
            found.append(target)
    return found


def _one(files: list[Path], name: str) -> Path | None:
    return next((file for file in files if file.name == name), None)


def _ask(file: Path, sql: str) -> Iterator[dict[str, Any]]:
    """Rows of a query to a stranger's database: a copy, read-only, its own functions off."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as conn:
        conn.execute("PRAGMA trusted_schema = OFF")
        conn.row_factory = sqlite3.Row
        yield from (dict(row) for row in conn.execute(sql))


def _labels(results: Path) -> tuple[list[_Label], bool]:
    """Return the labels, and whether every label ever given is among them."""
    names = {row["name"] for row in _ask(results, "SELECT name FROM sqlite_master")}
    every = "trg_results_label_update" in names
    found = []
    for row in _ask(results, "SELECT * FROM results WHERE label IS NOT NULL"):
        found.append(_label(row, changed=False))
    if "decision_changes" in names:
        found += [
            _label(row, changed=True) for row in _ask(results, "SELECT * FROM decision_changes")
        ]
    return found, every


def _label(row: Mapping[str, Any], *, changed: bool) -> _Label:
    label = row.get("label", row.get("new_label"))
    user = row.get("user_id")
    prior = not changed and "prior" in (row.get("query_strategy"), row.get("querier"))
    note = _note(str(row.get("note") or row.get("notes") or ""), str(row.get("tags") or ""))
    known = "ASReview: known before the screening" if prior else ""
    return _Label(
        record=int(row["record_id"]),
        label=None if label is None else int(label),
        at=_time(row.get("time") or row.get("labeling_time")),
        note="\n".join(part for part in (note, known) if part),
        reviewer="asreview" if user is None else f"user {user}",
        changed=changed,
    )


def _time(value: object) -> datetime | None:
    """Seconds since 1970 (versions 2 and 3), microseconds or a date and time (version 1)."""
    found = moment(str(value or ""))
    if found is None and isinstance(value, int):
        return datetime.fromtimestamp(value / 1e6, UTC) if 0 < value < 1e17 else None
    return found


def _subjects(files: list[Path], results: Path) -> dict[int, Subject]:
    """Return what the project says of each record, by its number in the labels."""
    store = _one(files, "data_store.db") or (results if results.name == "results.db" else None)
    if store is not None:
        rows = _ask(store, "SELECT record_id, title, doi FROM record")
        return {
            int(row["record_id"]): Subject(title=row["title"] or "", doi=row["doi"] or "")
            for row in rows
        }
    dataset = _one(files, "dataset")
    if dataset is None:
        raise BadInput("The ASReview project holds labels but no dataset; export it as CSV.")
    found: dict[int, Subject] = {}
    for number, item in enumerate(read_file(dataset).items):
        if isinstance(item, Record):
            own = (item.extra.get("columns") or {}).get("record_id", "")
            found[int(own) if own.isdecimal() else number] = Subject(
                accession=item.accession or "", title=item.title, doi=item.doi, pmid=item.pmid
            )
    return found


def _decided(
    labels: list[_Label], subjects: Mapping[int, Subject], *, every: bool, stage: Stage
) -> Decisions:
    """Put the labels of each record in order; where old ones are lost, say so."""
    decisions = Decisions()
    of: dict[int, list[_Label]] = defaultdict(list)
    for label in labels:
        of[label.record].append(label)
    lost = 0
    verdicts = {1: Verdict.INCLUDE, 0: Verdict.EXCLUDE, None: None}
    late = datetime.max.replace(tzinfo=UTC)
    for number, some in of.items():
        changes = sorted((x for x in some if x.changed), key=lambda x: x.at or late)
        ends = [x for x in some if not x.changed]
        # with triggers the changes are the labels before, else those after; then the last of
        # them is the result itself and what came first was overwritten
        if not every and changes:
            lost += 1
            ends = ends if not ends or changes[-1].label != ends[0].label else []
        story = [*changes, *ends]
        if every and not ends:
            story.append(changes[-1]._replace(label=None))
        for label in story:
            position = f"record {number} of the project"
            if number not in subjects or label.label not in verdicts:
                decisions.reject(position, f"the label {label.label} of no record it holds")
                continue
            decisions.items.append(
                Decision(
                    position=position,
                    reviewer=label.reviewer,
                    subject=subjects[number],
                    stage=stage,
                    verdict=verdicts[label.label],
                    at=label.at,
                    note=label.note,
                    key=key_of("asreview-project", label.reviewer, number, label.label, label.at),
                )
            )
    decisions.sort()
    if lost:
        decisions.lost.append(f"the first label of {lost} records that were labelled again")
    if any(item.reviewer.startswith("user ") for item in decisions.items):
        decisions.lost.append("the names of the users: the project file has only their numbers")
    return decisions
