"""Keeping a whole review in one file, and bringing it back, proved to be what it was."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review.actions.caller import Caller, acting
from review.actions.integrity import checks, verify
from review.errors import BadInput, Refused, StoreError
from review.store import bundle, derived, people, snapshot
from review.store.engine import Actor, Database, shown, sqlite_path, system_user
from review.store.ledger import Told
from review.store.migrations import HEAD, upgrade
from review.store.opening import open_database, refuse_network_filesystem, schema_version
from review.vocab import Role

_SQLITE = b"SQLite format 3\x00"


def backup(db: Database, who: Caller, path: Path) -> dict[str, Any]:
    """Copy the review to a new file while work goes on; return {file, bytes, head}.

    On SQLite the copy is a database, sign-in and all; on PostgreSQL it is a bundle. The head is
    the end of the ledger in the copy. Refused if the file exists.
    """
    if sqlite_path(db.url) is None:
        return export_bundle(db, who, path)
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="back up the review")
    snapshot.copy(db, path)
    copied = open_database(f"sqlite:///{path}")
    try:
        head = verify(copied, Caller(None, who.channel))["head"]
    finally:
        copied.close()
    return {"file": str(path), "bytes": path.stat().st_size, "head": head}


def export_bundle(db: Database, who: Caller, path: Path) -> dict[str, Any]:
    """Write every fact and the ledger to one file that either engine reads, while work goes on.

    Passwords are no facts and stay behind. Returns {file, bytes, head}; the file appears only
    when whole. Refused if it exists.
    """
    if path.exists():
        raise Refused(f"{path} exists already; name a new file.")
    making = path.with_name(f"{path.name}.making")
    try:
        with db.read() as conn, making.open("wb") as file:
            acting(conn, who, Role.OWNER, act="export the whole review")
            _, content = people.protocol(conn)
            written = bundle.write(conn, file, title=content.title, made=datetime.now(UTC))
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        making.unlink(missing_ok=True)
    return {"file": str(path), "bytes": path.stat().st_size, "head": _head(written)}


def import_bundle(url: str, who: Caller, path: Path, *, told: Told | None = None) -> dict[str, Any]:
    """Make a review from a bundle, in a database that holds none; return {database, title, head}.

    All of it or nothing: BadInput if a digest, the ledger, or a sum of the flow does not hold.
    `told` hears of each step.
    """
    if not path.is_file():
        raise BadInput(f"There is no bundle at {path}.")
    manifest = bundle.read_manifest(path)
    target = sqlite_path(url)
    if target is None:
        _load(url, who, path, manifest, told)
    else:
        if target.exists():
            raise Refused(f"{target} exists already; choose another --database.")
        refuse_network_filesystem(target)
        making = target.with_name(f"{target.name}.making")
        _remove(making)
        try:
            _load(f"sqlite:///{making}", who, path, manifest, told)
            making.replace(target)
        finally:
            _remove(making)
    return {"database": url, "title": manifest.title, "head": _head(manifest)}


def _load(url: str, who: Caller, path: Path, manifest: bundle.Manifest, told: Told | None) -> None:
    database = Database(url)
    try:
        if schema_version(database) is not None:
            raise Refused(f"{shown(url)} already holds a review; choose another --database.")
        actor = Actor(member_id=None, channel=who.channel, user=system_user())
        with database.write(actor) as write:
            # as it was where it was written, and only then brought up to date
            upgrade(write.conn, manifest.schema_version)
            bundle.load(write.conn, path, manifest)
            if manifest.schema_version < HEAD:
                upgrade(write.conn)
            derived.rebuild(write.conn, told)
            faults = [each for each in checks(write.conn, told or _silent) if not each["ok"]]
            if faults:
                said = "; ".join(f"{each['name']}: {each['detail']}" for each in faults)
                raise BadInput(f"{path} does not verify: {said}.")
    finally:
        database.close()


def restore_backup(
    url: str, who: Caller, path: Path, *, told: Told | None = None
) -> dict[str, Any]:
    """Bring a review back from a backup into a database that holds none yet.

    A copy of SQLite comes back into SQLite as it was; a bundle into either engine. Returns
    {database, head}. BadInput if the file is no review or its facts were tampered with.
    """
    if not path.is_file():
        raise BadInput(f"There is no backup at {path}.")
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            found = import_bundle(url, who, path, told=told)
            return {"database": found["database"], "head": found["head"]}
    kept = open_database(f"sqlite:///{path}")
    try:
        found = verify(kept, Caller(None, who.channel))
        if not found["ok"]:
            wrong = ", ".join(check["name"] for check in found["checks"] if not check["ok"])
            raise BadInput(f"{path} does not verify: {wrong}.")
        target = sqlite_path(url)
        if target is None:
            raise BadInput(
                "A backup of SQLite is restored into SQLite: sqlite:///NAME.db. For PostgreSQL "
                "write a bundle of it first: review export bundle."
            )
        snapshot.copy(kept, target)
    finally:
        kept.close()
    return {"database": url, "head": found["head"]}


def _head(manifest: bundle.Manifest) -> dict[str, Any]:
    return {"seq": manifest.parts["ledger"].rows, "hash": manifest.head}


def _silent(step: str, done: int | None) -> None:
    """Tell nobody."""


def _remove(path: Path) -> None:
    for one in (path, *path.parent.glob(f"{path.name}-*")):
        one.unlink(missing_ok=True)
