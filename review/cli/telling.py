"""Commands that tell others: plain-summary, mechanisms, published-review, questions."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import MaybeAs, Output, Session, command, text_of

File = Annotated[
    Path | None, typer.Option(metavar="FILE.yaml", help="Put this document in place instead.")
]


def _put(session: Session, who: Any, kind: str, file: Path) -> None:
    done = actions.put_writing(session.db, who, kind, text_of(file), name=file.name)
    session.show(done, f"{file.name} is in place." if done["changed"] else "Nothing differs.")


@command(root, "plain-summary")
def plain_summary(
    session: Session,
    format: Annotated[str, typer.Option(help="text, html, md or json")] = "text",
    file: File = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Tell the review in plain words: numbers computed, claims no stronger than the evidence."""
    who = session.who(as_)
    if file is not None:
        _put(session, who, "plain-summary", file)
    elif format == "json" or (session.as_json and format == "text" and output is None):
        session.as_json = True
        session.show(actions.plain_summary(session.db, who))
    else:
        data = actions.plain_summary_file(session.db, who, format=format)
        session.hand_over(data, what="plain-summary", format=format, output=output)


@command(root, "mechanisms")
def mechanisms(session: Session, file: File = None, as_: MaybeAs = None) -> None:
    """List the map of mechanisms: what acts on what, and how many studies here are behind it.

    The drawing is a picture: review picture mechanism-map --format svg.
    """
    who = session.who(as_)
    if file is not None:
        _put(session, who, "mechanisms", file)
        return
    found = actions.mechanisms(session.db, who)
    labels = {node["id"]: node["label"] for node in found["nodes"]}
    rows = [
        (labels[one["source"]], labels[one["target"]], one["says"], one["n"] or "no study here",
         "; ".join(study["label"] for study in one["studies"]))
        for one in found["links"]
    ]  # fmt: skip
    heads = ("from", "to", "how", "studies", "which")
    session.show(found, found["title"], table(heads, rows), literal(found["source"]))


@command(root, "published-review")
def published_review(
    session: Session,
    format: Annotated[str, typer.Option(help="text, html, md or json")] = "text",
    file: File = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show what is known of the published review; what its sources do not say stays unknown."""
    who = session.who(as_)
    if file is not None:
        _put(session, who, "published-review", file)
    elif session.as_json and output is None and format in ("text", "json"):
        session.show(actions.published_review(session.db, who))
    else:
        data = actions.published_review_file(session.db, who, format=format)
        session.hand_over(data, what="published-review", format=format, output=output)


@command(root, "questions")
def questions(
    session: Session,
    format: Annotated[str, typer.Option(help="table, or md: for a README")] = "table",
    file: File = None,
    as_: MaybeAs = None,
) -> None:
    """List the questions this review answers, each with its page and its command."""
    who = session.who(as_)
    if file is not None:
        _put(session, who, "questions", file)
        return
    if format == "md":
        data = actions.questions_file(session.db, who)
        session.hand_over(data, what="questions", format=format, output=None)
        return
    found = actions.questions(session.db, who)
    rows = [
        (one["id"], one["question"], one["page"] or "overview", one["command"]) for one in found
    ]
    session.show(found, table(("", "question", "page", "command"), rows))
