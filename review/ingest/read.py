"""Which reader reads a file: the format is decided from content, then every record or its reject.

After `read_file` has returned, iterating raises nothing: what cannot be read is a Reject.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from review.errors import BadInput
from review.ingest import content
from review.ingest.bibtex import read_bibtex
from review.ingest.detect import FORMATS, detect, table_delimiter
from review.ingest.endnote_xml import read_endnote_xml
from review.ingest.jsonfile import read_json
from review.ingest.mods import read_mods
from review.ingest.nbib import read_nbib
from review.ingest.ovid import read_ovid
from review.ingest.pubmed_xml import read_path
from review.ingest.rdf import read_rdf
from review.ingest.record import Record, Reject
from review.ingest.refer import read_refer
from review.ingest.refworks import read_refworks
from review.ingest.ris import read_ris
from review.ingest.tabular import NO_HEADER, read_csv
from review.ingest.wos import read_wos

Items = Iterator[Record | Reject]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file being read: its format, its records and rejects in order, and deleted PMIDs.

    `deleted` (NLM's DeleteCitation) is complete once `items` is exhausted.
    """

    format: str
    items: Items
    deleted: list[str] = field(default_factory=list)


def read_file(path: Path, *, format: str | None = None) -> Reading:
    """Open a file of records, whatever its name says, packed with gzip or not.

    `format` overrides what the content says; one of `detect.FORMATS`. Raises BadInput, in one
    sentence, for a file that is missing, empty, binary, a web page or of no known format.
    """
    if format is not None and format not in FORMATS:
        raise BadInput(f"{format} is no format known here; known are {', '.join(FORMATS)}.")
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder; name the files in it.")
    with content.open_file(path) as stream:
        try:
            head = stream.peek(content.HEAD)[: content.HEAD]
        except content.UNREADABLE as error:
            raise BadInput(f"{path.name} is damaged and cannot be unpacked: {error}.") from error
        if workbook := _workbook(head, format):
            return Reading(workbook, _read_workbook(workbook, stream, path.name))
        content.refuse_binary(head, path.name)
        kind = format or detect(content.decode(head), name=path.name)
        if kind != "pubmed-xml":
            return Reading(kind, _read_text(kind, content.read_all(stream, path.name)))
    deleted: list[str] = []
    return Reading(kind, read_path(path, deleted=deleted), deleted)


def _workbook(head: bytes, format: str | None) -> str | None:
    """Which kind of Excel workbook a file is to be read as, None for any other file."""
    if format in ("xls", "xlsx"):
        return format
    found = {content.ZIP: "xlsx", content.OLD_OFFICE: "xls"}.get(head[:4])
    return found if format is None else None


def _read_workbook(kind: str, stream: BinaryIO, name: str) -> Items:
    data = content.read_all(stream, name)
    if kind == "xls":
        from review.ingest.xls import read_xls as read  # late: few files need it
    else:
        from review.ingest.xlsx import read_xlsx as read  # late: it brings numpy, 25 MB
    items = read(data, name=name)
    first: list[Record | Reject] = []
    for item in items:
        first.append(item)
        if isinstance(item, Record) or item.reason != NO_HEADER:
            return chain(first, items)
    raise BadInput(
        f"{name} has no sheet with a header row that names a title and another column of records."
    )


def _read_text(kind: str, data: bytes) -> Items:
    text = content.decode(data)
    if kind in ("csv", "tsv", "wos-tab"):
        usual = "," if kind == "csv" else "\t"
        return read_csv(text, delimiter=table_delimiter(text[: content.HEAD]) or usual)
    return _READERS[kind](text)


_READERS: dict[str, Callable[[str], Items]] = {
    "nbib": read_nbib,
    "ris": read_ris,
    "wos": read_wos,
    "endnote-xml": read_endnote_xml,
    "bibtex": read_bibtex,
    "refer": read_refer,
    "ovid": read_ovid,
    "refworks": read_refworks,
    "json": read_json,
    "mods": read_mods,
    "rdf": read_rdf,
}
