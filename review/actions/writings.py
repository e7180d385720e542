"""The documents a review shows beside its evidence: put in place by an owner, read by everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from review.actions.caller import Caller, acting, writing
from review.errors import BadInput, ExpressionError, NotFound
from review.protocol import Codebook
from review.reporting.plain_summary import PlainSummary, expressions, read_summary
from review.reporting.published import Published, read_published, written
from review.reporting.questions import Questions, questions_markdown, read_questions
from review.store import claims as stored, people
from review.store.engine import Database
from review.synthesis.expression import parse
from review.synthesis.mechanisms import MechanismMap, read_map
from review.vocab import Role, Writing

T = TypeVar("T", bound=BaseModel)

# how each document is read from the text of its file
READERS: dict[Writing, Callable[..., BaseModel]] = {
    Writing.PLAIN_SUMMARY: read_summary,
    Writing.MECHANISMS: read_map,
    Writing.PUBLISHED_REVIEW: read_published,
    Writing.QUESTIONS: read_questions,
}
COMMANDS = {
    Writing.PLAIN_SUMMARY: "review plain-summary",
    Writing.MECHANISMS: "review mechanisms",
    Writing.PUBLISHED_REVIEW: "review published-review",
    Writing.QUESTIONS: "review questions",
}


def put_writing(
    db: Database, who: Caller, kind: str, text: str, *, name: str = "document"
) -> dict[str, Any]:
    """Put a document in place: plain-summary, mechanisms, published-review or questions (YAML).

    The earlier one stays in the ledger. Needs an owner. BadInput names file, line and key, or the
    expression that does not fit the codebook. Returns {kind, changed}.
    """
    try:
        which = Writing(kind)
    except ValueError:
        raise BadInput(f"'{kind}' is no document; known: {', '.join(Writing)}.") from None
    given = READERS[which](text, name=name)
    content = given.model_dump(mode="json")
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change what the review says of itself")
        _, protocol = people.protocol(write.conn)
        _check(given, protocol.codebook, name)
        before = stored.writing(write.conn, which)
        changed = before is None or before.content != content
        if changed:
            stored.write_down(write, which, content)
    return {"kind": which.value, "changed": changed}


def _check(given: BaseModel, codebook: Codebook, name: str) -> None:
    found: list[tuple[str, str]] = []
    if isinstance(given, MechanismMap):
        found = [(f"the link {link.source} to {link.target}", link.where) for link in given.links]
    if isinstance(given, PlainSummary):
        found = [("a number", text) for text in sorted(expressions(given)) if text]
    for what, text in found:
        try:
            parse(text, codebook)
        except ExpressionError as fault:
            raise BadInput(f"{name}, {what}: {fault}") from None


def writing_of(conn: sa.Connection, kind: Writing, shape: type[T]) -> T:
    """Return the document of a kind; NotFound says how to add one."""
    found = stored.writing(conn, kind)
    if found is None:
        raise NotFound(
            f"This review has no {kind.value.replace('-', ' ')} yet; "
            f"an owner adds one: {COMMANDS[kind]} --file FILE.yaml."
        )
    return shape.model_validate(found.content)


def published_review(db: Database, who: Caller) -> dict[str, Any]:
    """Return what is known of a published review; a box without `n` was not reported."""
    with db.read() as conn:
        acting(conn, who, act="see the published review")
        found = writing_of(conn, Writing.PUBLISHED_REVIEW, Published)
    return found.model_dump(mode="json")


def published_review_file(db: Database, who: Caller, *, format: str = "text") -> bytes:
    """Return what is known of a published review as text, md, html or json."""
    with db.read() as conn:
        acting(conn, who, act="see the published review")
        found = writing_of(conn, Writing.PUBLISHED_REVIEW, Published)
    return written(found, format)


def questions(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return the questions this review answers, each with its page and command."""
    with db.read() as conn:
        acting(conn, who, act="see the questions")
        found = writing_of(conn, Writing.QUESTIONS, Questions)
    return [one.model_dump(mode="json") for one in found.questions]


def questions_file(db: Database, who: Caller) -> bytes:
    """Return the questions as a Markdown table: question, page, command."""
    with db.read() as conn:
        acting(conn, who, act="see the questions")
        found = writing_of(conn, Writing.QUESTIONS, Questions)
    return questions_markdown(found.questions).encode()
