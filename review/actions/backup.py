"""Keeping a whole review in one file, and bringing it back, proved to be what it was."""

from pathlib import Path
from typing import Any

from review.actions.caller import Caller, acting
from review.actions.integrity import verify
from review.errors import BadInput
from review.store import snapshot
from review.store.engine import Database, sqlite_path
from review.store.opening import open_database
from review.vocab import Role


def backup(db: Database, who: Caller, path: Path) -> dict[str, Any]:
    """Copy the review to a new file while work goes on; return {file, bytes, head}.

    The head is the end of the ledger in the copy. Refused if the file exists, or on PostgreSQL.
    """
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="back up the review")
    snapshot.copy(db, path)
    copied = open_database(f"sqlite:///{path}")
    try:
        head = verify(copied, Caller(None, who.channel))["head"]
    finally:
        copied.close()
    return {"file": str(path), "bytes": path.stat().st_size, "head": head}


def restore_backup(url: str, who: Caller, path: Path) -> dict[str, Any]:
    """Bring a review back from a backup into a database that does not exist yet.

    Returns {database, head}. BadInput if the file is no review or its facts were tampered with.
    """
    if not path.is_file():
        raise BadInput(f"There is no backup at {path}.")
    kept = open_database(f"sqlite:///{path}")
    try:
        found = verify(kept, Caller(None, who.channel))
        if not found["ok"]:
            wrong = ", ".join(check["name"] for check in found["checks"] if not check["ok"])
            raise BadInput(f"{path} does not verify: {wrong}.")
        target = sqlite_path(url)
        if target is None:
            raise BadInput("A backup of SQLite is restored into SQLite: sqlite:///NAME.db.")
        snapshot.copy(kept, target)
    finally:
        kept.close()
    return {"database": url, "head": found["head"]}
