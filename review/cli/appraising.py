"""Commands that appraise studies: tools, appraise, appraisals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.appraised import (
    STATES,
    agreement,
    answers_of,
    asked,
    compared,
    listed,
    marks,
    shown,
)
from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import As, MaybeAs, Output, Session, command
from review.errors import BadInput

ToolName = Annotated[
    str | None, typer.Option("--tool", metavar="TOOL", help="Else the one the design calls for.")
]
Why = Annotated[
    str, typer.Option("--why", metavar="TEXT", help="Why another tool than the one called for.")
]
Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="ITEM=JUDGEMENT[:REASON]",
        help="e.g. '3=na:nothing was allocated'; repeatable.",
    ),
]
Domains = Annotated[
    list[str] | None,
    typer.Option(
        "--domain", metavar="DOMAIN=JUDGEMENT:REASON", help="Against what its rule proposes."
    ),
]
Overall = Annotated[
    str | None,
    typer.Option(metavar="JUDGEMENT:REASON", help="Against what the tool's rule proposes."),
]
Filled = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="A filled workbook (XLSX), or JSON.")
]


@command(root, "tools")
def tools(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="[TOOL]", help="Else all are listed.")
    ] = None,
) -> None:
    """List the tools of appraisal, or show one: its items, answers, rules and source."""
    if name is None:
        found = actions.tools(session.db)
        names = ("tool", "title", "items", "purpose")
        session.show(found, table(names, ([one[n] for n in names] for one in found)))
        return
    one = actions.tool(session.db, name)
    heads = ("item", "domain", "question", "answers", "")
    rows = (
        (item["id"], item["domain"], item["question"], answers_of(item), marks(item))
        for item in one["items"]
    )
    source = f"{one['reference']} {'doi:' + one['doi'] if one['doi'] else ''}"
    session.show(
        one,
        f"{one['title']}. {one['purpose']}",
        table(heads, rows),
        literal(f"Overall: {one['overall']}"),
        literal(f"{source.strip()}\n{one['wording']}"),
    )


@command(root, "appraise")
def appraise(
    session: Session,
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Its number, or its name.")],
    as_: As,
    tool: ToolName = None,
    why: Why = "",
    answer: Answers = None,
    domain: Domains = None,
    overall: Overall = None,
    file: Filled = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.xlsx", help="Write a workbook to fill, and bring back by --file."
        ),
    ] = None,
) -> None:
    """Appraise a study, blind to the other assessor; without answers it shows what is asked."""
    who = session.who(as_)
    if sheet is not None:
        data = actions.appraisal_sheet(session.db, who, study, tool=tool)
        session.hand_over(data, what="appraisal", format="xlsx", output=sheet)
        return
    form = _form(file, answer, domain, overall)
    if form is None:
        asked(session, actions.appraisal_form(session.db, who, study, tool=tool))
        return
    found = actions.appraise(session.db, who, study, form, tool=tool, tool_reason=why)
    confirmed = "" if found["overall"] == found["proposed"] else f" (the rule: {found['proposed']})"
    session.show(
        found,
        f"Study {found['study']} ({found['label']}) by {found['tool_title']}: "
        f"{found['overall_words']}{confirmed}. It is {STATES[found['state']]}.",
    )


@command(root, "appraisals")
def appraisals(
    session: Session,
    what: Annotated[
        str,
        typer.Argument(
            metavar="[STUDY|compare STUDY|settle STUDY|agreement|export]",
            help="Else the studies with what their appraisals amount to.",
        ),
    ] = "list",
    study: Annotated[
        str | None, typer.Argument(metavar="STUDY", help="For compare and settle.")
    ] = None,
    take: Annotated[
        str | None, typer.Option(metavar="A|B", help="Whose word holds where they differ.")
    ] = None,
    answer: Answers = None,
    domain: Domains = None,
    overall: Overall = None,
    file: Filled = None,
    tool: ToolName = None,
    discussion: Annotated[
        bool, typer.Option("--discussion", help="Agreed between the assessors; each confirms.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Not only included studies.")] = False,
    format: Annotated[str, typer.Option(help="Of agreement and export: csv, json")] = "csv",
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """List appraisals, compare those of a study, settle them, see agreement, export the settled."""
    who = session.who(as_)
    if what in ("compare", "settle") and study is None:
        raise typer.BadParameter(f"'{what}' takes a study.")
    if what == "compare":
        compared(session, actions.compare_appraisals(session.db, who, study or ""))
    elif what == "settle":
        found = actions.settle_appraisal(
            session.db,
            who,
            study or "",
            _form(file, answer, domain, overall),
            take=take,
            tool=tool,
            by="discussion" if discussion else "adjudication",
        )
        done = "is settled" if found["settled"] else "is settled once the other confirms the same"
        session.show(
            found, f"Study {found['study']} ({found['label']}) {done}: {found['overall_words']}."
        )
    elif what == "agreement":
        if output is not None:
            data = actions.appraisal_agreement_file(session.db, who)
            session.hand_over(data, what="agreement", format="csv", output=output)
        else:
            agreement(session, actions.appraisal_agreement(session.db, who))
    elif what == "export":
        data = actions.appraisals_file(session.db, who, format)
        session.hand_over(data, what="appraisals", format=format, output=output)
    elif what == "list":
        listed(session, actions.appraisals(session.db, who, everything=everything))
    else:
        shown(session, actions.appraisal_form(session.db, who, what))


def _form(
    file: Path | None,
    answers: Sequence[str] | None,
    domains: Sequence[str] | None,
    overall: str | None,
) -> dict[str, Any] | None:
    """The form that file and options make together, the options over the file; None without any."""
    if file is None and not answers and not domains and overall is None:
        return None
    form: dict[str, Any] = (
        actions.appraisal_read(file.read_bytes(), str(file)) if file is not None else {}
    )
    form["answers"] = dict(form.get("answers") or {})
    form["domains"] = dict(form.get("domains") or {})
    for text in answers or ():
        item, said, reason = parted(text)
        form["answers"][item] = {"answer": said, "reason": reason}
    for text in domains or ():
        item, said, reason = parted(text)
        form["domains"][item] = {"judgement": said, "reason": reason}
    if overall is not None:
        said, _, reason = overall.partition(":")
        form["overall"] = {"judgement": said.strip(), "reason": reason.strip()}
    return form


def parted(text: str) -> tuple[str, str, str]:
    """Return ITEM=SAID:REASON as its three parts; BadInput where it is not of this shape."""
    item, equals, rest = text.partition("=")
    said, _, reason = rest.partition(":")
    if not (equals and item.strip() and said.strip()):
        raise BadInput(f"'{text}' is no answer; write ITEM=ANSWER or ITEM=ANSWER:REASON.")
    return item.strip(), said.strip(), reason.strip()
