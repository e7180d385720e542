"""Commands about how well reviewers agree: agreement, anatomy, overturns, stage close and open."""

from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.screening import AnyStage, StageName
from review.cli.session import MaybeAs, Output, Session, command
from review.errors import BadInput
from review.reporting.intervals import with_interval

_MEASURES = ("percent", "kappa", "pabak", "ac1", "positive", "negative")
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why it is so.")]


@command(root, "agreement")
def agreement(
    session: Session,
    stage: AnyStage = None,
    pair: Annotated[str | None, typer.Option(metavar="A,B", help="Two members.")] = None,
    by: Annotated[
        str, typer.Option(metavar="WHAT", help="pair, criterion, time (or week), hundred")
    ] = "pair",
    format: Annotated[str | None, typer.Option(metavar="csv", help="A file instead.")] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show how well reviewers agree: first complete rounds, independent votes only."""
    who = session.who(as_)
    if format is not None:
        if format != "csv" or pair is not None:
            raise BadInput("Agreement is written as csv, of all pairs.")
        data = actions.agreement_file(session.db, who, stage=stage, by=by)
        session.hand_over(data, what="agreement", format=format, output=output)
        return
    found = actions.agreement(session.db, who, stage=stage, pair=pair, by=by)
    rows = []
    for one in found:
        place = [one["stage"], one["round"], one["reviewers"]]
        place += [one["period"] or one["label"] or "any reason"] if by != "pair" else []
        both = [one, one["two_categories"]] if len(one["categories"]) > 2 else [one]
        for measures in filter(None, both):
            values = (with_interval(measures, name) for name in _MEASURES)
            rows.append((*place, len(measures["categories"]), measures["n"], *values))
    extra = () if by == "pair" else ("period",) if by != "criterion" else ("criterion",)
    heads = ("stage", "round", "reviewers", *extra, "categories", "n", *_MEASURES)
    session.show(found, table(heads, rows), *_methods(found))


def _methods(found: list[dict[str, Any]]) -> list[Any]:
    if not found:
        return []
    methods = found[0]["interval_methods"]
    said = "; ".join(f"{name}: {methods[name]}" for name in _MEASURES)
    two = "Two categories take include and maybe as one."
    return [literal(f"95 % intervals. {said}. {two}")]


@command(root, "anatomy")
def anatomy(session: Session, stage: StageName, as_: MaybeAs = None) -> None:
    """Show what conflicts are made of: which pairs, which reasons, who said what."""
    found = actions.anatomy(session.db, session.who(as_), stage)
    share = ("conflicts", "of", "share")
    said = [
        (
            one["n"],
            *(
                " ".join(filter(None, (v["reviewer"], v["verdict"], v["reason"])))
                for v in one["said"]
            ),
        )
        for one in found["patterns"]
    ]
    session.show(
        found,
        table(("reviewers", *share), ((p["reviewers"], *_share(p)) for p in found["pairs"])),
        table(("reason cited", *share), ((r["label"], *_share(r)) for r in found["reasons"])),
        table(("n", "one said", "the other said"), said),
    )


@command(root, "overturns")
def overturns(session: Session, stage: StageName, as_: MaybeAs = None) -> None:
    """Show whose votes rulings overturned, once the stage is closed; for owners."""
    found = actions.overturns(session.db, session.who(as_), stage)
    share = ("overturned", "of", "share")
    session.show(
        found,
        table(("reviewer", *share), ((r["reviewer"], *_share(r)) for r in found["reviewers"])),
        table(("reason cited", *share), ((c["label"], *_share(c)) for c in found["criteria"])),
        f"Conflicts adjudicated: {found['adjudicated']:,}; {found['interval_method']}.",
    )


def _share(one: dict[str, Any]) -> tuple[int, int, str]:
    low, high = one["interval"] or (None, None)
    said = "not defined" if low is None else f"{one['share']:.3f} [{low:.3f}, {high:.3f}]"
    return one["count"], one["n"], said


@command(root, "close-stage")
def close_stage(session: Session, stage: StageName, why: Why, as_: MaybeAs = None) -> None:
    """Declare a stage closed, although something may be pending there; for owners."""
    found = actions.close_stage(session.db, session.who(as_), stage, why=why)
    session.show(found, f"{stage} is closed, with {found['pending']:,} reports pending.")


@command(root, "open-stage")
def open_stage(session: Session, stage: StageName, why: Why, as_: MaybeAs = None) -> None:
    """Take back that a stage is closed."""
    found = actions.close_stage(session.db, session.who(as_), stage, why=why, closed=False)
    session.show(found, f"{stage} is open, with {found['pending']:,} reports pending.")
