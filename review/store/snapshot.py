"""How a SQLite review is copied whole while people go on working in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from review.errors import Refused, StoreError
from review.store.engine import Database, sqlite_path


def copy(database: Database, target: Path) -> None:
    """Copy a review, as it is at one moment, to a new file, which appears only when whole.

    Refused if the file exists, or for PostgreSQL, which has tools of its own.
    """
    source = sqlite_path(database.url)
    if source is None:
        raise Refused("A PostgreSQL database is backed up with pg_dump and restored with psql.")
    if target.exists():
        raise Refused(f"{target} exists already; name a new file.")
    making = target.with_name(f"{target.name}.making")
    making.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(making)) as new:
            original.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    except sqlite3.Error as error:
        making.unlink(missing_ok=True)
        raise StoreError(f"{target} cannot be written: {error}.") from None
    making.replace(target)
