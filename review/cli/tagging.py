"""Commands about tags: tag, tags, suggest, and the group tagging of two people's tags."""

from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root, tagging
from review.cli.session import As, MaybeAs, Output, Session, command
from review.errors import BadInput
from review.reporting.intervals import with_interval

Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="12 or record:12, study:3, arm:4, effect:5")
]
Codes = Annotated[list[str], typer.Argument(metavar="CODE...")]
Facet = Annotated[str, typer.Option("--facet", metavar="FACET", help="The facet, by its id.")]
Note = Annotated[str, typer.Option(metavar="TEXT")]
_MEASURES = ("percent", "kappa", "pabak", "ac1")


@command(root, "tag")
def tag(
    session: Session,
    target: Target,
    codes: Codes,
    as_: As,
    remove: Annotated[bool, typer.Option("--remove", help="Take one's own off.")] = False,
) -> None:
    """Put codebook terms on a record, study, arm or effect."""
    found = actions.tag(session.db, session.who(as_), target, codes, remove=remove)
    session.show(found, _tags(found["tags"], found["target"]))


@command(root, "tags")
def tags(session: Session, target: Target, as_: MaybeAs = None) -> None:
    """List the tags on a target, as the caller may see them."""
    found = actions.tags(session.db, session.who(as_), target)
    session.show(found, _tags(found, target))


def _tags(found: list[dict[str, Any]], target: str) -> Any:
    rows = (
        (
            one["facet"],
            one["code"],
            one["label"],
            one["by"],
            _because(one["suggested"]),
            "" if one["stands"] else "waits",
        )
        for one in found
    )
    return table(("facet", "code", "label", "by", "suggested by", ""), rows, title=target)


def _because(found: list[dict[str, Any]]) -> str:
    return "; ".join(f"{hit['words']} ({hit['field']})" for hit in found)


@command(root, "suggest")
def suggest(
    session: Session,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="12, or study:3")],
    confirm: Annotated[
        list[str] | None,
        typer.Option("--confirm", metavar="CODE", help="Put a suggested term; repeatable."),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option("--reject", metavar="CODE", help="Never suggest it again; repeatable."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--on", metavar="TARGET", help="Where confirmed terms go: study:3, arm:4 ..."),
    ] = None,
    answered: Annotated[
        bool, typer.Option("--all", help="Also those answered or put already.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Suggest codebook terms from the words of a record, each with words and field; answer them."""
    who = session.who(as_)
    if confirm or reject:
        if not record.rpartition(":")[2].isdecimal() or record.startswith("study"):
            raise BadInput("Answer what a record suggests: name it by its number.")
        number = int(record.rpartition(":")[2])
        done = []
        for codes, yes in ((confirm, True), (reject, False)):
            if codes:
                done.append(
                    actions.answer_suggestion(
                        session.db, who, number, codes, confirm=yes, target=target
                    )
                )
        lines = []
        for given in done:
            for one in given["answered"]:
                became = f"is on {one['target']}" if given["confirmed"] else "is rejected"
                lines.append(f"{one['code']} {became}.")
        session.show(done, *map(literal, lines))
        return
    found = actions.suggest(session.db, who, record, answered=answered)
    rows = (
        (
            one["facet"],
            one["code"],
            one["label"],
            _because(one["found"]),
            one["answer"] or "",
        )
        for one in found
    )
    heads = ("facet", "code", "label", "because of", "answer" if answered else "")
    session.show(found, table(heads, rows))


@command(tagging, "queue")
def queue(session: Session, as_: MaybeAs = None) -> None:
    """List the studies by what waits for the caller."""
    found = actions.tagging_queue(session.db, session.who(as_))
    names = ("study", "label", "state")
    session.show(found, table(names, ([one[n] for n in names] for one in found)))


@command(tagging, "done")
def done(
    session: Session,
    target: Target,
    as_: As,
    undo: Annotated[bool, typer.Option("--undo", help="Not done after all.")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="A study with its reports, arms and effects.")
    ] = False,
) -> None:
    """Say that one is done tagging a target; once two are, their tags are compared."""
    found = actions.tagging_done(session.db, session.who(as_), target, undo=undo, whole=whole)
    rows = ((one["target"], one["state"]) for one in found["targets"])
    session.show(found, table(("target", "state"), rows))


@command(tagging, "compare")
def compare(session: Session, target: Target, as_: MaybeAs = None) -> None:
    """Compare what two taggers put on a target, facet by facet."""
    _show_compared(session, actions.compare_tags(session.db, session.who(as_), target))


def _show_compared(session: Session, found: dict[str, Any]) -> None:
    if not found["facets"]:
        rows = ((one["label"], one["codes"]) for one in found["mine"])
        session.show(found, f"{found['target']}: {found['state']}.", table(("facet", "mine"), rows))
        return
    told = next((one["said"] for one in found["facets"] if one["said"]), ())
    heads = ["facet", *(said["by"] for said in told), "stands", ""]
    rows_ = (
        (
            one["facet"],
            *([said["codes"] for said in one["said"]] or ["hidden" for _ in told]),
            one["codes"],
            _how(one),
        )
        for one in found["facets"]
    )
    session.show(found, f"{found['target']}: {found['state']}.", table(heads, rows_))


def _how(one: dict[str, Any]) -> str:
    if one["open"]:
        return "to settle" if one["said"] else "to judge"
    if one["settled"]:
        by = f" by {one['settled']['by']}" if one["settled"]["by"] else ""
        return f"settled{by} ({one['settled']['kind']})"
    return "both"


@command(tagging, "judge")
def judge(
    session: Session,
    target: Target,
    as_: As,
    facet: Facet,
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE...]", help="What you would put; or none.")
    ] = None,
    note: Note = "",
) -> None:
    """Say what one would put of a facet in which two differ, then see theirs as A and B."""
    found = actions.judge_tags(session.db, session.who(as_), target, facet, codes or [], note=note)
    _show_compared(session, found)


@command(tagging, "settle")
def settle(
    session: Session,
    target: Target,
    as_: As,
    facet: Facet,
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE...]", help="Those that stand; or none.")
    ] = None,
    note: Note = "",
) -> None:
    """Settle a facet in which two taggers differ; for an adjudicator who did not tag it."""
    found = actions.settle_tags(session.db, session.who(as_), target, facet, codes or [], note=note)
    session.show(found, _told(found))


@command(tagging, "discuss")
def discuss(
    session: Session,
    target: Target,
    as_: As,
    facet: Facet,
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE...]", help="Those that stand; or none.")
    ] = None,
    note: Note = "",
) -> None:
    """Confirm what the two taggers agreed on; once both have, it is settled."""
    found = actions.discuss_tags(
        session.db, session.who(as_), target, facet, codes or [], note=note
    )
    session.show(found, _told(found))


def _told(found: dict[str, Any]) -> str:
    named = ", ".join(found["codes"]) or "nothing"
    if not found["settled"]:
        return f"Noted for {found['facet']} of {found['target']}: {named}; it waits for the other."
    return f"{found['facet']} of {found['target']} is settled: {named}."


@command(tagging, "reopen")
def reopen(
    session: Session,
    target: Target,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why it is looked at again.")],
    as_: MaybeAs = None,
) -> None:
    """Have a target tagged again; what was settled has lapsed, the tags stay."""
    found = actions.reopen_tags(session.db, session.who(as_), target, why=why)
    session.show(found, f"{found['target']} is open again, round {found['round']}.")


@command(tagging, "agreement")
def agreement(
    session: Session,
    terms: Annotated[bool, typer.Option("--terms", help="A line for each term too.")] = False,
    format: Annotated[str | None, typer.Option(metavar="csv", help="A file instead.")] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show how well taggers agree, facet by facet: first rounds, as each had tagged when done."""
    who = session.who(as_)
    if format is not None:
        if format != "csv":
            raise BadInput("Agreement is written as csv.")
        data = actions.agreement_on_tags_file(session.db, who, terms=terms)
        session.hand_over(data, what="agreement", format=format, output=output)
        return
    found = actions.agreement_on_tags(session.db, who, terms=terms)
    rows = (
        (
            one["level"],
            one["facet"],
            one["term"] or "",
            one["taggers"] or "all pairs",
            one["n"],
            *(with_interval(one, name) for name in _MEASURES),
        )
        for one in found
    )
    heads = ("level", "facet", "term", "taggers", "n", *_MEASURES)
    session.show(found, table(heads, rows))
