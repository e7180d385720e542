"""The codebook: its terms and how often each is in use, its versions, and changing it."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from ruamel.yaml import YAML

from review.actions.caller import Caller, Viewer, acting
from review.actions.tagging import hidden_among, seen
from review.errors import BadInput, NotFound
from review.protocol import Codebook, Protocol
from review.protocol.comparison import Part, compare
from review.screening.blinding import blind_to_forms
from review.store import extractions, people, tags as stored
from review.store.engine import Database
from review.vocab import Level

FORM = "form"
_CSV = (
    "facet", "facet_label", "level", "cardinality", "code", "label", "definition", "parent", "was",
    "retired", "cues", "veto", "mesh", "publication_types",
)  # fmt: skip


def codebook(db: Database, *, version: int | None = None) -> list[dict[str, Any]]:
    """Return the facets of the codebook with their terms, as they are or in an earlier version."""
    with db.read() as conn:
        found = codebook_of(conn, version)
    return [facet.model_dump(mode="json") for facet in found.facets]


def codebook_of(conn: sa.Connection, version: int | None) -> Codebook:
    """Return the codebook in force, or that of a protocol version; NotFound names the known."""
    if version is None:
        return people.protocol(conn)[1].codebook
    rows = {row["id"]: row for row in people.protocol_versions(conn)}
    if version not in rows:
        raise NotFound(f"There is no version {version}; the last is {max(rows)}.")
    return Protocol.model_validate(rows[version]["content"]).codebook


def codebook_versions(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every version: number, when, by whom, note, and how the codebook changed in it.

    `differences` are sentences; a version that left the codebook as it was has none.
    """
    with db.read() as conn:
        acting(conn, who, act="see the codebook")
        names = {member.id: member.name for member in people.members(conn)}
        rows = people.protocol_versions(conn)
    contents = [Protocol.model_validate(row["content"]) for row in rows]
    changes = [
        [one.sentence for one in compare(old, new) if one.part is Part.CODEBOOK]
        for old, new in pairwise(contents)
    ]
    return [
        {
            "version": row["id"],
            "at": row["at"].isoformat(),
            "by": names.get(row["member_id"]),
            "change": row["change"].value,
            "note": row["note"],
            "facets": len(content.codebook.facets),
            "terms": sum(len(facet.terms) for facet in content.codebook.facets),
            "differences": said,
        }
        for row, content, said in zip(rows, contents, [[], *changes], strict=True)
    ]


def codebook_uses(db: Database, who: Caller) -> dict[str, dict[str, int]]:
    """Return how often each term is in use, by code: tags at each level, and terms in forms.

    Only what the caller may see is counted; a term in no use is left out.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the codebook"))
        _, content = people.protocol(conn)
        found = uses_seen(conn, viewer, content.codebook)
    return {code: dict(counts) for code, counts in sorted(found.items())}


def uses_seen(conn: sa.Connection, viewer: Viewer, book: Codebook) -> dict[str, Counter[str]]:
    """Return how often each code in force is in use, as a viewer may see it."""
    found: dict[str, Counter[str]] = {}
    for level in Level:
        standings = stored.standings(conn, level, None, book)
        hidden = hidden_among(conn, viewer, level, standings)
        for target, now in standings.items():
            for _, code, by, _ in seen(now, viewer, hidden=target in hidden):
                found.setdefault(code, Counter())[level.value] += len(by)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    heard = extractions.heard(viewer.id, blind=blind)
    for _, _, terms in stored.in_forms(conn, heard):
        for code in (code for codes in book.spoken(terms).values() for code in codes):
            found.setdefault(code, Counter())[FORM] += 1
    return found


def codebook_file(db: Database, who: Caller, format: str, *, version: int | None = None) -> bytes:
    """Return the codebook as a file: yaml (as it is written in the protocol) or csv (a term a row).

    BadInput for another format.
    """
    if format not in _FILES:
        raise BadInput(f"The codebook is written as {' or '.join(_FILES)}, not as '{format}'.")
    with db.read() as conn:
        acting(conn, who, act="see the codebook")
        book = codebook_of(conn, version)
        texts = {row["id"]: row["text"] for row in people.protocol_versions(conn)}
    return _FILES[format](book, texts[version or max(texts)])


def _yaml(_: Codebook, text: str) -> bytes:
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    out = io.StringIO()
    yaml.dump({"codebook": yaml.load(text).get("codebook", {})}, out)
    return out.getvalue().encode()


def _csv(book: Codebook, _: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, _CSV, lineterminator="\n")
    writer.writeheader()
    for facet in book.facets:
        about = {
            "facet": facet.id,
            "facet_label": facet.label,
            "level": facet.level.value,
            "cardinality": facet.cardinality.value,
        }
        for term in facet.terms:
            listed = {
                name: "; ".join(getattr(term, name))
                for name in ("was", "cues", "veto", "mesh", "publication_types")
            }
            own = {
                "code": term.code,
                "label": term.label,
                "definition": term.definition or "",
                "parent": term.parent or "",
                "retired": "yes" if term.retired else "",
            }
            writer.writerow(about | own | listed)
    return out.getvalue().encode()


_FILES: dict[str, Callable[[Codebook, str], bytes]] = {"yaml": _yaml, "csv": _csv}
