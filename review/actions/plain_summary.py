"""The summary for everybody as the caller may see it: its numbers counted, its claims weighed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from review.actions.caller import Caller, acting
from review.actions.claims import claims_seen
from review.actions.weighing import heard_by
from review.actions.writings import writing_of
from review.errors import BadInput
from review.reporting.plain_pages import body_html, page_html, page_markdown
from review.reporting.plain_summary import (
    Block,
    Facts,
    PlainSummary,
    blocks,
    expressions,
)
from review.store import people
from review.store.engine import Database
from review.store.people import Member
from review.synthesis.expression import parse
from review.synthesis.heard import Heard
from review.vocab import Writing

FORMATS = ("html", "md", "text", "json")


def plain_summary(db: Database, who: Caller) -> dict[str, Any]:
    """Return the summary for everybody: title, blocks with their pieces, terms, html.

    A piece with `definition` is a term, one with `where` a number and the expression behind it.
    NotFound where the review has none.
    """
    given, found, notice = _told(db, who)
    return {
        "title": given.title,
        "disclaimer": given.disclaimer,
        "notice": notice,
        "blocks": [_block(block) for block in found],
        "terms": [word.model_dump(mode="json") for word in given.terms],
        "html": body_html(given, found, link=_address, title=False),
    }


def _address(where: str) -> str:
    return f"evidence?{urlencode({'where': where})}"


def plain_summary_file(db: Database, who: Caller, *, format: str = "html") -> bytes:
    """Return the summary as a page to print or to put on the web, or as md, text or json."""
    given, found, notice = _told(db, who)
    foot = " ".join([notice, f"Written on {datetime.now(UTC).date().isoformat()}."]).strip()
    match format:
        case "html":
            return page_html(given, found, foot=foot).encode()
        case "md":
            return page_markdown(given, found, foot=foot).encode()
        case "text":
            return _text(given, found, foot).encode()
    raise BadInput(f"'{format}' is no format of the summary; formats: {', '.join(FORMATS)}.")


def _told(db: Database, who: Caller) -> tuple[PlainSummary, list[Block], str]:
    with db.read() as conn:
        member = acting(conn, who, act="see the summary")
        _, content = people.protocol(conn)
        given = writing_of(conn, Writing.PLAIN_SUMMARY, PlainSummary)
        counts, dates = _counts(conn, member, given)
        known = {one["id"]: one for one in claims_seen(conn, member)}
    facts = Facts(counts=counts, claims=known, dates=dates)
    return given, blocks(given, facts), content.notice or ""


def _counts(
    conn: sa.Connection, member: Member | None, given: PlainSummary
) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    _, content = people.protocol(conn)
    rows = heard_by(conn, member)
    counts = {"": _counted(rows.heard, rows.picked(None))}
    for text in expressions(given) - {""}:
        counts[text] = _counted(rows.heard, rows.picked(parse(text, content.codebook)))
    years = rows.years()
    dates = {
        "first_year": str(min(years)) if years else "–",
        "last_year": str(max(years)) if years else "–",
        "date": rows.latest() or "–",
    }
    return counts, dates


def _counted(heard: Heard, effects: int) -> dict[str, int]:
    return {
        "studies": heard.layout.studies(effects),
        "families": len(heard.families(effects)),
        "effects": effects.bit_count(),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": "".join(piece.text for piece in block.pieces),
        "pieces": [
            {"text": piece.text, "definition": piece.definition, "where": piece.where}
            for piece in block.pieces
        ],
        "claim": block.claim,
        "lines": [{"who": who, "says": line} for who, line in block.lines],
    }


def _text(given: PlainSummary, found: Iterable[Block], foot: str) -> str:
    lines = [given.title.upper(), ""]
    for block in found:
        said = "".join(piece.text for piece in block.pieces)
        if block.kind == "heading":
            lines += ["", said, "-" * len(said)]
        elif block.kind == "claim":
            lines.append(f"* {said}")
            lines += [f"    {who}: {line}" if who else f"    {line}" for who, line in block.lines]
        else:
            lines += [said, ""]
    lines += ["", given.disclaimer, "", foot]
    return "\n".join(lines) + "\n"
