"""Commands about the protocol: protocol, amend, amendments, terms."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.screening import AnyStage
from review.cli.session import MaybeAs, Session, command
from review.errors import BadInput

_SHOWN = 10


@command(root, "protocol")
def protocol(session: Session) -> None:
    """Print the protocol in force, as the YAML it was read from, to keep or to edit."""
    found = actions.versions(session.db)[-1]
    session.show(found, found["text"].rstrip())


@command(root, "amend")
def amend(
    session: Session,
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL.yaml")],
    change: Annotated[str, typer.Option(metavar="WHAT", help="clarify, narrow or broaden")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What was changed, and why.")] = "",
    criterion: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="What it is about; repeatable. Else what changed."),
    ] = None,
    stage: AnyStage = None,
    citing: Annotated[
        bool, typer.Option("--citing", help="Narrow: also exclusions citing the criterion.")
    ] = False,
    sample: Annotated[int, typer.Option(help="Clarify: so many settled reports again.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Put a new version of the protocol in force; what it makes doubtful is screened again."""
    found = actions.amend(
        session.db,
        session.who(as_),
        protocol,
        change=change,
        note=note,
        criteria=criterion or (),
        stage=stage,
        citing=citing,
        sample=sample,
        dry_run=dry_run,
    )
    lines = [one["text"] for one in found["differences"]] or ["Nothing differs."]
    session.show(found, *map(literal, lines), *map(literal, _again(found)))


def _again(found: dict[str, Any]) -> list[str]:
    verb = "would be screened again" if found["dry_run"] else "are screened again"
    lines = []
    for stage, n in found["rescreen_counts"].items():
        whys: dict[str, list[str]] = {}
        for one in found["rescreen"]:
            if one["stage"] == stage:
                whys.setdefault(one["why"], []).append(str(one["record"]))
        lines.append(f"{n:,} {verb} at {stage}.")
        for why, some in whys.items():
            more = " ...; --json lists them all" if len(some) > _SHOWN else ""
            lines.append(f"  {len(some):,} {why}: {', '.join(some[:_SHOWN])}{more}")
        begun = (found["begun"] or {}).get(stage)
        if begun:
            lines.append(f"  {begun:,} with votes, not settled, go on under the new version.")
    done = "would be" if found["dry_run"] else "is"
    return [*lines, f"Version {found['version']} of the protocol {done} in force."]


@command(root, "amendments")
def amendments(session: Session, as_: MaybeAs = None) -> None:
    """Tell every amendment: what, when, why, what was screened again (PRISMA 2020 item 24c)."""
    found = actions.amendments(session.db, session.who(as_))
    texts = [one["text"] for one in found] or ["No amendment so far."]
    session.show(found, *map(literal, texts))


@command(root, "terms")
def terms(
    session: Session,
    term: Annotated[str | None, typer.Argument(metavar="[TERM]")] = None,
    include: Annotated[bool, typer.Option("--include", help="Marked for inclusion.")] = False,
    exclude: Annotated[bool, typer.Option("--exclude", help="Marked for exclusion.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="No longer marked.")] = False,
    as_: MaybeAs = None,
) -> None:
    """List the terms marked while screening, or mark one: a word, 'a phrase', word*, /regex/."""
    who = session.who(as_)
    if term is None:
        if include or exclude or remove:
            raise BadInput("Name the term that is to be marked, or no longer.")
        found = actions.highlight(session.db, who)
    elif include is exclude:
        raise BadInput("Say --include or --exclude.")
    else:
        found = actions.mark_term(session.db, who, term, include=include, remove=remove)
    rows = [(one, side) for side in ("include", "exclude") for one in found[side]]
    session.show(found, table(("term", "marked for"), rows))
