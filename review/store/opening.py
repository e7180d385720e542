"""How a review's database is opened: what is none is refused, an older one brought up to date."""

import os
from pathlib import Path

import sqlalchemy as sa

from review.errors import StoreError
from review.store import derived
from review.store.engine import Actor, Database, reason, shown, sqlite_path
from review.store.ledger import Told
from review.store.migrations import HEAD, upgrade
from review.vocab import Channel

_NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"}


def open_database(url: str, *, told: Told | None = None) -> Database:
    """Open a review that exists; one of an older version of Review is brought up to date first.

    `told` hears of each step of that. StoreError if there is no review, if the database holds
    something else, or if a newer version of Review made it.
    """
    path = sqlite_path(url)
    if path is not None:
        if not path.is_file():
            raise StoreError(f"There is no review at {path}; make one with 'review init'.")
        refuse_network_filesystem(path)
    database = Database(url)
    try:
        version = schema_version(database)
        if version is None:
            raise StoreError(f"{shown(url)} holds no review; make one with 'review init'.")
        if version > HEAD:
            raise StoreError(
                f"{shown(url)} was made by a newer version of Review (schema {version}, this one "
                f"knows {HEAD}); upgrade with 'pip install --upgrade'."
            )
        if version < HEAD:
            _bring_up_to_date(database, told)
    except StoreError:
        database.close()
        raise
    return database


def _bring_up_to_date(database: Database, told: Told | None) -> None:
    """Bring an older database to the newest schema, in one transaction: all of it or nothing.

    Of several processes that open it at once one does this and the others wait; nobody adds a
    fact meanwhile. Facts and ledger stay as they are, projections are made anew from them.
    """
    with database.write(Actor(member_id=None, channel=Channel.API)) as write:
        write.only_writer()
        if _version(write.conn) == HEAD:
            return
        if told:
            told(f"schema {HEAD}", None)
        upgrade(write.conn)
        # all of them: what they are made by may have changed, too
        derived.rebuild(write.conn, told)


def schema_version(database: Database) -> str | None:
    """Return the schema version of a database, or None where there is none."""
    try:
        with database.engine.connect() as conn:
            if not sa.inspect(conn).has_table("alembic_version"):
                return None
            return _version(conn)
    except sa.exc.DatabaseError as error:
        raise StoreError(f"{shown(database.url)} cannot be opened: {reason(error)}.") from None


def _version(conn: sa.Connection) -> str | None:
    version: str | None = conn.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def refuse_network_filesystem(path: Path) -> None:
    """Raise StoreError if `path` lies on a network filesystem: WAL needs one host (sqlite.org)."""
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return
    target = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.read_text(errors="replace").splitlines():
        _, point, filesystem, *_ = line.split(" ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) > len(best):
            best, kind = point, filesystem
    if kind in _NETWORK_FILESYSTEMS:
        raise StoreError(
            f"{path} is on a network filesystem ({kind}), where SQLite may lose votes; "
            "use a local disk or PostgreSQL."
        )
