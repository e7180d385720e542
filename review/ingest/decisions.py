"""How decisions made elsewhere are read: Rayyan, ASReview, Covidence, and our own long table."""

from collections.abc import Callable, Collection
from pathlib import Path

from review.errors import BadInput
from review.ingest import asreview, covidence, rayyan, votes_table
from review.ingest.decision import Decision, Decisions, Row, Subject
from review.ingest.decision_rows import files, rows, rows_in
from review.vocab import Stage

Reader = Callable[[str, list[str], list[Row], Collection[str], Stage | None], Decisions]
FORMATS: dict[str, Reader] = {
    "rayyan": rayyan.read_export,
    "asreview": asreview.read_export,
    "covidence": covidence.read_export,
    "csv": votes_table.read_table,
}


def read_decisions(
    path: Path, *, format: str, columns: Collection[str] = (), stage: Stage | None = None
) -> Decisions:
    """Read a file of decisions; `columns` are names that may be label columns of a reviewer.

    `stage` is where the decisions belong in formats that do not say. The file may be a zip of
    several, or the folder they were unpacked to. BadInput for an unknown format, and for a file
    that is not of the format as a whole.
    """
    if format not in FORMATS:
        raise BadInput(f"'{format}' is no format of decisions; formats: {', '.join(FORMATS)}.")
    if format == "asreview" and asreview.is_project(path):
        return asreview.read_project(path, stage)
    inside = files(path)
    if not inside:
        header, found = rows(path)
        return FORMATS[format](path.name, header, found, columns, stage)
    every, tables = Decisions(), list[rayyan.Table]()
    for name, data in inside:
        try:
            header, found = rows_in(name, data)
            placed = [(f"{name}, {position}", row) for position, row in found]
            if format == "rayyan":
                tables.append((header, placed))
            else:
                every.add(FORMATS[format](name, header, placed, columns, stage))
        except BadInput as error:
            every.reject(name, str(error))
    if tables:
        every.add(rayyan.read_together(path.name, tables, stage))
    if not every.items:
        raise BadInput(every.rejects[0].reason if every.rejects else f"{path.name} is empty.")
    every.sort()
    return every


__all__ = ["FORMATS", "Decision", "Decisions", "Subject", "read_decisions"]
