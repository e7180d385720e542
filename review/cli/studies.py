"""Commands about studies: study, studies."""

from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import MaybeAs, Session, command


@command(root, "study")
def study(
    session: Session,
    records: Annotated[list[int], typer.Argument(metavar="RECORD...")],
    label: Annotated[str | None, typer.Option(help="Else first author and year.")] = None,
    to: Annotated[int | None, typer.Option(metavar="STUDY", help="Join to this study.")] = None,
    leave: Annotated[
        bool, typer.Option("--leave", help="Take the reports off their study instead.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Join reports to one study, or take them off it."""
    who = session.who(as_)
    if leave:
        found = actions.leave_study(session.db, who, records)
        session.show(found, f"Records {found['records']} left studies {found['studies']}.")
        return
    found = actions.study(session.db, who, records, study=to, label=label)
    session.show(
        found, literal(f"Study {found['study']} ({found['label']}): records {found['records']}.")
    )


@command(root, "name-study")
def name_study(
    session: Session,
    study: Annotated[int, typer.Argument(metavar="STUDY")],
    label: Annotated[str | None, typer.Option(help="Its name.")] = None,
    family: Annotated[
        str | None, typer.Option(help="Its cohort family; '' takes it out of its family.")
    ] = None,
    population: Annotated[
        str | None, typer.Option(help="Its primary population; '' leaves it to the form.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why it changes.")] = "",
    as_: MaybeAs = None,
) -> None:
    """Correct a study's name, cohort family or primary population; what it was is kept."""
    given = {"label": label, "cohort_family": family, "population": population}
    if all(value is None for value in given.values()):
        found = actions.study_history(session.db, session.who(as_), study)
        names = ("at", "by", "what", "record", "label", "cohort_family", "population", "why")
        session.show(found, table(names, ([one.get(n) for n in names] for one in found)))
        return
    done = actions.name_study(session.db, session.who(as_), study, why=why, **given)
    said = f"Study {done['study']} is {done['label']}"
    said += f", family {done['cohort_family']}" if done["cohort_family"] else ""
    said += f", primary population {done['population']}" if done["population"] else ""
    session.show(done, literal(f"{said}."))


@command(root, "merge-studies")
def merge_studies(
    session: Session,
    into: Annotated[int, typer.Argument(metavar="INTO")],
    others: Annotated[list[int], typer.Argument(metavar="STUDY...")],
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Although the others have forms or tags.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Say that studies are one: the reports of the others join the first."""
    found = actions.merge_studies(session.db, session.who(as_), into, others, set_aside=set_aside)
    session.show(
        found,
        literal(f"Study {found['study']} ({found['label']}) has records {found['records']} too."),
    )


@command(root, "studies")
def studies(
    session: Session,
    families: Annotated[
        bool, typer.Option("--families", help="Which reports share participants.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """List the studies with their reports and what each lacks, or the cohort families."""
    who = session.who(as_)
    if families:
        _families(session, actions.families(session.db, who))
        return
    found = actions.studies(session.db, who)
    names = ("study", "label", "cohort_family", "population", "reports", "missing")
    session.show(
        found, table(names, ([one[n] for n in names] for one in found)), _sums(session, as_)
    )


def _sums(session: Session, as_: str | None) -> str:
    n = actions.study_counts(session.db, session.who(as_))
    each = ", ".join(f"{count} {name or 'without one'}" for name, count in n["populations"].items())
    return (
        f"Included: {n['studies']:,} studies in {n['reports']:,} reports, {n['families']:,} "
        f"families of participants; by primary population: {each or 'none'}."
    )


def _families(session: Session, found: dict[str, Any]) -> None:
    rows = (
        (
            one["family"] or "(one study)",
            [f"{study['label']} ({study['study']})" for study in one["studies"]],
            one["reports"],
        )
        for one in found["list"]
    )
    session.show(
        found,
        table(("family", "studies", "reports"), rows),
        f"{found['reports']:,} reports of {found['studies']:,} studies, "
        f"{found['families']:,} families of participants.",
    )
