"""Commands about how sure the evidence is: certainty, grade."""

from typing import Annotated, Any

import typer

from review.cli.appraising import parted
from review.cli.evidence import Where
from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import As, MaybeAs, Output, Session, command

_HEADS = {
    "population_label": "population",
    "outcome_label": "outcome",
    "contrast_label": "contrast",
    "certainty_said": "certainty",
    "direction_said": "direction",
    "studies": "studies",
    "families": "families",
    "participants_said": "people or animals",
    "proportion_said": "worse (Wilson 95 %)",
    "reasons_said": "reasons",
}


@command(root, "certainty")
def certainty(
    session: Session,
    where: Where = None,
    by: Annotated[str, typer.Option(help="domain (of outcomes), or outcome")] = "domain",
    format: Annotated[str | None, typer.Option(help="csv, docx, md or json: a file")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Not only included studies speak.")
    ] = False,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show the summary of findings: each outcome and contrast, its direction, how sure we are."""
    who = session.who(as_)
    given: dict[str, Any] = {"where": where, "by": by, "everything": everything}
    written = format or (output.suffix.lstrip(".").lower() if output else None)
    if written and not (written == "json" and output is None and session.as_json):
        data = actions.certainty_file(session.db, who, written, **given)
        session.hand_over(data, what="certainty", format=written, output=output)
        return
    found = actions.certainty(session.db, who, **given)
    if session.as_json:
        session.show(found)
        return
    from review.reporting.certainty_out import said

    rows = [said(group) for group in found["groups"]]
    still = len(rows) - found["graded"]
    session.show(
        found,
        table(list(_HEADS.values()), ([row[key] for key in _HEADS] for row in rows)),
        f"{found['graded']:,} groups graded, {still:,} not; 'review grade' judges one.",
    )


@command(root, "grade")
def grade(
    session: Session,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="A domain or an outcome.")],
    contrast: Annotated[str, typer.Argument(metavar="CONTRAST")],
    population: Annotated[str, typer.Argument(metavar="POPULATION")],
    as_: As,
    judge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REASON=STEPS[:WHY]",
            help="e.g. 'imprecision=-1:five small families'; repeatable. Down: risk_of_bias, "
            "inconsistency, indirectness, imprecision, publication_bias (0, -1, -2); up: "
            "large_effect, dose_response, opposing_confounding (0, +1, +2).",
        ),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm what is proposed for the others.")
    ] = False,
    start: Annotated[
        str | None, typer.Option(metavar="LEVEL:WHY", help="Another start than by the rule.")
    ] = None,
    settle: Annotated[
        bool, typer.Option("--settle", help="As a third person, where two gradings differ.")
    ] = False,
) -> None:
    """Grade the certainty of the evidence (GRADE); without judgements it shows what is proposed."""
    who = session.who(as_)
    if not judge and not confirm and start is None:
        _proposed(session, actions.certainty_group(session.db, who, outcome, contrast, population))
        return
    given = {}
    for text in judge or ():
        name, steps, reason = parted(text)
        given[name] = {"steps": steps, "reason": reason}
    level, _, why = (start or "").partition(":")
    found = actions.grade(
        session.db,
        who,
        outcome,
        contrast,
        population,
        given,
        start=level.strip() or None,
        start_reason=why,
        confirm=confirm,
        settle=settle,
    )
    about = f"{found['outcome_label']}, {found['contrast_label']}, {found['population_label']}"
    waits = "" if found["graded"] else " It speaks once another grades the same."
    words = f"{found['symbols']} {found['certainty_words']}".strip()
    session.show(found, literal(f"{about}: {words}.{waits}"), *map(literal, found["reasons"]))


def _proposed(session: Session, found: dict[str, Any]) -> None:
    rows = ((name, one["steps"], one["words"]) for name, one in found["proposed"].items())
    about = f"{found['outcome_label']}, {found['contrast_label']}, {found['population_label']}"
    now = f"{about}: {found['symbols']} {found['certainty_words']}. {found['changed']}"
    session.show(
        found,
        literal(now.strip()),
        literal(f"Starts at {found['start']}: {found['start_reason']}"),
        table(("reason", "proposed", "because"), rows),
        "Judge with --judge REASON=STEPS:WHY; --confirm takes what is proposed for the others.",
    )
