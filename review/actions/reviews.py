"""Making and opening a review, and what it says of itself."""

from pathlib import Path
from typing import Any

from review.actions.agreement import reason_labels
from review.actions.amendments import terms_in_force
from review.errors import Refused, ReviewError
from review.protocol import Protocol, default_text, parse, read
from review.protocol.highlight import safe
from review.store import search_index
from review.store.engine import Actor, Database, shown, sqlite_path, system_user
from review.store.ledger import Told
from review.store.migrations import upgrade
from review.store.opening import open_database, refuse_network_filesystem, schema_version
from review.store.people import add_protocol, protocol, protocol_versions
from review.vocab import Change, Channel, Stage


def open_review(url: str, *, told: Told | None = None) -> Database:
    """Open a review that exists; StoreError says what to do where there is none.

    A database of an older version is brought up to date; `told` hears of each step of that.
    """
    return open_database(url, told=told)


def init(
    url: str, protocol_file: Path | None = None, *, channel: Channel = Channel.API
) -> Database:
    """Make a new, empty review from a protocol file, or from the commented default.

    ProtocolError if the protocol cannot be read (nothing is made then); Refused if the
    database already holds a review.
    """
    if protocol_file is None:
        text = default_text()
        content = parse(text, name="the default protocol")
    else:
        content = read(protocol_file)
        text = protocol_file.read_text(encoding="utf-8-sig")
    return make(url, text, content, channel=channel)


def make(url: str, text: str, content: Protocol, *, channel: Channel) -> Database:
    """Make the database of a new review: schema and protocol version 1, or nothing."""
    path = sqlite_path(url)
    is_new = path is not None and not path.exists()
    if path is not None:
        if not path.parent.is_dir():
            raise Refused(f"The folder {path.parent} does not exist; make it first.")
        refuse_network_filesystem(path)
    database = Database(url)
    try:
        if schema_version(database) is not None:
            raise Refused(f"{shown(url)} already holds a review; choose another --database.")
        actor = Actor(member_id=None, channel=channel, user=system_user())
        with database.write(actor) as write:
            upgrade(write.conn)
            search_index.make(write.conn)
            add_protocol(write, text, content, change=Change.INITIAL, note="")
    except ReviewError:
        database.close()
        if is_new and path is not None:
            path.unlink(missing_ok=True)
        raise
    return database


def about(db: Database) -> dict[str, Any]:
    """Return what the review says of itself: title, notice, criteria and reasons by stage.

    `highlight` are the terms to mark, as a browser may try them.
    """
    with db.read() as conn:
        version, content = protocol(conn)
        terms = terms_in_force(conn)
        labels = reason_labels(conn)
    criteria = {
        "include": [{"code": c.code, "text": c.text} for c in content.eligibility.include],
        "exclude": [{"code": c.code, "text": c.text} for c in content.eligibility.exclude],
    }
    return {
        "title": content.title,
        "question": dict(content.question),
        "demo": content.demo,
        "notice": content.notice or "",
        "version": version,
        "highlight": {
            side: [term for term in map(safe, getattr(terms, side)) if term]
            for side in ("include", "exclude")
        },
        "stages": {
            stage.value: {
                "reasons": [
                    {"code": reason.code, "label": reason.label}
                    for reason in content.reasons.get(stage, ())
                ],
                # of reasons that votes may cite and the protocol no longer has
                "former_reasons": {
                    code: label
                    for code, label in labels.items()
                    if code not in content.reason_order(stage)
                },
                "criteria": criteria,
                "policy": content.policy(stage).model_dump(mode="json"),
            }
            for stage in Stage
        },
    }


def versions(db: Database) -> list[dict[str, Any]]:
    """Return every protocol version: number, when, what kind of change, note and text."""
    with db.read() as conn:
        return [
            {
                "version": row["id"],
                "at": row["at"].isoformat(),
                "change": row["change"].value,
                "note": row["note"],
                "text": row["text"],
            }
            for row in protocol_versions(conn)
        ]
