"""How a whole review stands in one file: its facts and ledger as text, each part with its digest.

A bundle is a zip: `manifest.json` first, then one part a table, a JSON document a line, with the
columns that the table had. It holds what the ledger covers and no more: projections are made
anew, and passwords stay behind. SQLite and PostgreSQL write the same bundle and read either's.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from review.errors import BadInput, StoreError
from review.store import bulk
from review.store.ledger import head
from review.store.migrations import HEAD
from review.store.tables import FACTS, LedgerRow
from review.store.tables.base import table_of

FORMAT = 1
_MANIFEST = "manifest.json"
_PART = 500
# a document of the largest size allowed, as text, and room for what stands beside it
_LONGEST_LINE = 200 * 1024 * 1024
_LARGEST_MANIFEST = 1024 * 1024
# text of facts shrinks to a tenth; what grows a thousandfold was made to fill a disk
_GROWTH = 500
_NAMES = {table_of(LedgerRow).name, *(table_of(kind).name for kind in FACTS)}
# what is referred to before what refers to it
_TABLES = tuple(table for table in SQLModel.metadata.sorted_tables if table.name in _NAMES)


class Part(BaseModel):
    """One table in a bundle: how many rows, and the SHA-256 of its text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a bundle says of itself; `head` is the end of the ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int
    schema_version: str = Field(pattern="^[0-9]{4}$")
    title: str
    made: datetime
    head: str = Field(pattern="^[0-9a-f]{64}$")
    parts: dict[str, Part]


def write(conn: sa.Connection, target: IO[bytes], *, title: str, made: datetime) -> Manifest:
    """Write the review, as `conn` sees it at one moment, to a file; return its manifest."""
    parts = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for table in _TABLES:
            total, number = hashlib.sha256(), 0
            with bundle.open(f"{table.name}.jsonl", "w", force_zip64=True) as part:
                for row in _rows(conn, table):
                    line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
                    part.write(line + b"\n")
                    total.update(line + b"\n")
                    number += 1
            parts[table.name] = Part(rows=number, sha256=total.hexdigest())
        manifest = Manifest(
            format=FORMAT,
            schema_version=HEAD,
            title=title,
            made=made,
            head=head(conn)[1],
            parts=parts,
        )
        bundle.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _rows(conn: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Yield rows as JSON has them: JSON columns as the very text that is stored."""
    columns = [
        sa.cast(column, sa.Text).label(column.name)
        if isinstance(column.type, sa.JSON)
        else sa.type_coerce(column, sa.String).label(column.name)
        if isinstance(column.type, sa.Enum)
        else column
        for column in table.c
    ]
    query = sa.select(*columns).order_by(*table.primary_key)
    result = conn.execute(query, execution_options={"yield_per": _PART})
    for row in result.mappings():
        yield {name: _said(value) for name, value in row.items()}


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return value


def read_manifest(path: Path) -> Manifest:
    """Return what a bundle says of itself; BadInput if it is none, or of a newer version."""
    try:
        with zipfile.ZipFile(path) as bundle:
            about = bundle.getinfo(_MANIFEST)
            if about.file_size > _LARGEST_MANIFEST:
                raise BadInput(f"{path} is no bundle: its {_MANIFEST} is too large.")
            manifest = Manifest.model_validate_json(bundle.read(_MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValidationError, NotImplementedError, RuntimeError):
        raise BadInput(f"{path} is no bundle of a review, or is damaged.") from None
    if manifest.format > FORMAT or manifest.schema_version > HEAD:
        raise BadInput(
            f"{path} was written by a newer version of Review (schema {manifest.schema_version}, "
            f"this one knows {HEAD}); upgrade with 'pip install --upgrade'."
        )
    return manifest


def load(conn: sa.Connection, path: Path, manifest: Manifest) -> None:
    """Put every row of a bundle into the tables, which are empty and of the bundle's schema.

    BadInput names the part that is missing, damaged or not what the manifest says.
    """
    known = {table.name: table for table in _TABLES}
    if strange := sorted(set(manifest.parts) - set(known)):
        raise BadInput(f"{path}: '{strange[0]}' is no table of a review.")
    try:
        with zipfile.ZipFile(path) as bundle:
            for name, table in known.items():
                if name not in manifest.parts:
                    continue  # a table that came after this bundle
                _refuse_bomb(bundle.getinfo(f"{name}.jsonl"), path)
                with bundle.open(f"{name}.jsonl") as part:
                    _load_part(conn, table, part, manifest.parts[name], path)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, NotImplementedError):
        raise BadInput(f"{path} is damaged: a part of it cannot be read.") from None
    if head(conn)[1] != manifest.head:
        raise BadInput(f"{path}: its ledger does not end where its {_MANIFEST} says.")


def _refuse_bomb(part: zipfile.ZipInfo, path: Path) -> None:
    if part.file_size > 1024 * 1024 and part.file_size > _GROWTH * max(part.compress_size, 1):
        raise BadInput(f"{path}: {part.filename} would grow {_GROWTH}-fold; it is no bundle.")


def _load_part(
    conn: sa.Connection, table: sa.Table, part: IO[bytes], said: Part, path: Path
) -> None:
    total, number = hashlib.sha256(), 0
    rows: list[dict[str, Any]] = []
    while line := part.readline(_LONGEST_LINE):
        number += 1
        total.update(line)
        where = f"{path}: {table.name}, line {number}"
        rows.append(_row(table, line, where))
        if rows[-1].keys() != rows[0].keys():
            raise BadInput(f"{where}: not the columns of the line before.")
        if len(rows) == _PART:
            _insert(conn, table, rows)
            rows = []
    _insert(conn, table, rows)
    if (number, total.hexdigest()) != (said.rows, said.sha256):
        raise BadInput(f"{path}: {table.name} is not what its {_MANIFEST} says; it was changed.")


def _insert(conn: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        bulk.put_stored(conn, table, bulk.columns_of(rows))
    except (sa.exc.DatabaseError, LookupError, TypeError, ValueError) as error:
        raise StoreError(f"Rows of {table.name} cannot be stored: {error}.") from None


def _row(table: sa.Table, line: bytes, where: str) -> dict[str, Any]:
    """Read one row; every value is of the kind its column holds."""
    try:
        row = json.loads(line)
        return {name: _value(table.c[name], value) for name, value in row.items()}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise BadInput(f"{where}: not a row of {table.name}.") from None


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = str if isinstance(stored, sa.JSON | sa.Enum) else stored.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is bytes:
        return base64.b64decode(value, validate=True)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{column.name} is not {kind.__name__}")
    return value
