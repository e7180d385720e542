"""What rows a file of decisions has, whether it is a CSV or TSV table, a workbook or RIS.

Tools also hand out several files at once: a zip, or the folder it was unpacked to.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from review.errors import BadInput
from review.ingest.content import (
    HEAD,
    LARGEST_TEXT,
    OLD_OFFICE,
    UNREADABLE,
    ZIP,
    decode,
    open_file,
    read_all,
    refuse_binary,
)
from review.ingest.decision import Row
from review.ingest.record import Record, Reject
from review.ingest.ris import read_ris

LONGEST_CELL = 16 << 20
_INSIDE = frozenset({".csv", ".tsv", ".txt", ".ris", ".xlsx"})
_RIS = re.compile(r"^TY[ \t]{1,4}-", re.MULTILINE)
_ASREVIEW_NOTES = {"ASReview_relevant": "1", "ASReview_irrelevant": "0", "ASReview_not_seen": ""}


def files(path: Path) -> list[tuple[str, bytes]]:
    """Return the files of a zip or a folder of exports by name; none for a file by itself.

    BadInput for a zip that is damaged, unpacks to too much, or holds no table and no RIS.
    """
    if path.is_dir():
        inside = [one for one in sorted(path.iterdir()) if one.suffix.casefold() in _INSIDE]
        found = [(one.name, _bytes(one)) for one in inside]
    elif not zipfile.is_zipfile(path):
        return []
    else:
        try:
            with zipfile.ZipFile(path) as archive:
                if "[Content_Types].xml" in archive.namelist():
                    return []  # a workbook, which is a table like any other
                entries = [one for one in archive.infolist() if _is_export(one.filename)]
                if sum(one.file_size for one in entries) > LARGEST_TEXT:
                    raise BadInput(f"{path.name} unpacks to more than {LARGEST_TEXT >> 20} MB.")
                found = [(PurePosixPath(one.filename).name, archive.read(one)) for one in entries]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *UNREADABLE) as error:
            raise BadInput(f"{path.name} is damaged and cannot be unpacked: {error}.") from None
    if not found:
        raise BadInput(f"{path.name} holds no table (CSV, XLSX) and no RIS file.")
    return found


def _is_export(name: str) -> bool:
    inside = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)
    return not hidden and inside.suffix.casefold() in _INSIDE


def _bytes(path: Path) -> bytes:
    with open_file(path) as stream:
        return read_all(stream, path.name)


def rows(path: Path) -> tuple[list[str], list[Row]]:
    """Return the header of a file and its rows, as `rows_in` does."""
    return rows_in(path.name, _bytes(path))


def rows_in(name: str, data: bytes) -> tuple[list[str], list[Row]]:
    """Return the header of what a file holds, stripped, and its rows with their positions.

    A RIS file has a row for each record: accession (also as key), title, doi, pmid, its notes,
    and what ASReview wrote into them under the names of ASReview's own columns. BadInput for a
    file that is empty, binary, or has no rows.
    """
    if data.startswith((ZIP, OLD_OFFICE)):
        return _told(name, _table(name, _sheet(data, name)))
    refuse_binary(data[:HEAD], name)
    text = decode(data).lstrip("\ufeff").replace("\x00", "")
    if _RIS.search(text[:HEAD]):
        return _told(name, _ris(text))
    return _told(name, _table(name, _delimited(text, name)))


def _told(name: str, found: tuple[list[str], list[Row]]) -> tuple[list[str], list[Row]]:
    if not found[1]:
        raise BadInput(f"{name} holds no decisions: there is no row below its first line.")
    return found


def _delimited(text: str, name: str) -> Iterator[tuple[str, list[str]]]:
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield f"line {reader.line_num}", cells
    except csv.Error as error:
        raise BadInput(f"{name}, line {reader.line_num}: {error}.") from None


def _sheet(data: bytes, name: str) -> Iterator[tuple[str, list[str]]]:
    if data.startswith(OLD_OFFICE):
        from review.ingest.xls import sheet_rows  # late: few files need it
    else:
        from review.ingest.xlsx import sheet_rows  # late: it brings numpy, 25 MB
    for item in sheet_rows(data, name=name):
        if isinstance(item, Reject):
            raise BadInput(f"{name}, {item.position}: {item.reason}.")
        yield item[0], list(item[1])


def _table(name: str, lines: Iterator[tuple[str, list[str]]]) -> tuple[list[str], list[Row]]:
    _, names = next(lines, ("", []))
    header = [cell.strip().lstrip("\ufeff") for cell in names]
    found: list[Row] = []
    for position, cells in lines:
        if any(cell.strip() for cell in cells):
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            found.append((position, row))
    return header, found


def _ris(text: str) -> tuple[list[str], list[Row]]:
    found: list[Row] = []
    header: dict[str, None] = {}
    for number, item in enumerate(read_ris(text), start=1):
        if isinstance(item, Record):
            row = _ris_row(item)
            header.update(dict.fromkeys(row))
            found.append((f"record {number}", row))
    return list(header), found


def _ris_row(record: Record) -> dict[str, str]:
    notes = [str(note) for note in (record.extra.get("tags") or {}).get("N1", ())]
    row = {
        "key": record.accession or "",
        "accession": record.accession or "",
        "title": record.title or "",
        "doi": record.doi or "",
        "pmid": record.pmid or "",
        "notes": "\n".join(notes),
    }
    for note in notes:
        text = note.removeprefix("<p>").removesuffix("</p>").strip()
        label = next((value for word, value in _ASREVIEW_NOTES.items() if word in text), None)
        name, _, value = text.partition(": ")
        if label is not None:
            row["asreview_label"] = label
        elif name.startswith("asreview_"):
            row[name] = _plain(value)
    return row


def _plain(value: str) -> str:
    """A value as ASReview writes it, JSON, as the text of a cell."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, str) else json.dumps(found)
