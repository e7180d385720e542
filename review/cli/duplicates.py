"""Commands that find duplicates, answer about them by hand, and take answers back."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import flagged, progressing, table
from review.cli.root import root
from review.cli.session import MaybeAs, Session, command

_MOST = 1_000_000


@command(root, "dedup")
def dedup(
    session: Session,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Compare old records again.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Merge the certain duplicates, queue the uncertain; only what is new is compared."""
    with progressing("Duplicates", quiet=session.as_json) as progress:
        found = actions.dedup(
            session.db,
            session.who(as_),
            dry_run=dry_run,
            everything=everything,
            progress=progress,
        )
    would = "would be " if dry_run else ""
    session.show(
        found,
        f"{found['merged']:,} {would}merged, {found['questions']:,} {would}asked about, "
        f"{len(found['related']):,} likely of one study (review duplicates related).",
    )


class What(StrEnum):
    """What to do with duplicates."""

    LIST = "list"
    CLUSTERS = "clusters"
    RELATED = "related"
    MERGE = "merge"
    DIFFERENT = "different"
    SAME_STUDY = "same-study"
    SPLIT = "split"
    UNDO = "undo"


# how many record numbers each takes: at least, and at most
_NEEDED = {
    What.MERGE: (2, 100),
    What.DIFFERENT: (2, 2),
    What.SAME_STUDY: (2, 2),
    What.SPLIT: (1, 100),
    What.UNDO: (1, 100),
}


@command(root, "duplicates")
def duplicates(
    session: Session,
    what: Annotated[
        What, typer.Argument(metavar="[list|clusters|related|merge A B|split A|undo FACT|...]")
    ] = What.LIST,
    records: Annotated[
        list[int] | None, typer.Argument(metavar="RECORD...", help="Or facts, to undo.")
    ] = None,
    as_: MaybeAs = None,
) -> None:
    """List the open questions (or clusters), merge A B ..., split A ..., say A B are different.

    `related` lists what is no duplicate but likely of one study, such as a conference abstract
    and the article: join them by same-study A B, or dismiss them by different A B. Each answer
    names the facts it added: `undo` takes them back, and all is as it was.
    """
    ids = records or []
    least, most = _NEEDED.get(what, (0, 0))
    if not least <= len(ids) <= most:
        needed = f"{least}" if least == most else f"at least {least}"
        raise typer.BadParameter(f"'{what}' takes {needed} record numbers.")
    who = session.who(as_)
    if what is What.MERGE:
        found: Any = actions.merge(session.db, who, *ids)
        session.show(found, f"Merged; record {found['kept']} is kept.", *_told(found))
    elif what is What.SPLIT:
        found = actions.split(session.db, who, *ids)
        named = " and ".join(map(str, found["records"]))
        stand = "stands alone again" if len(found["records"]) == 1 else "are one report again"
        session.show(found, f"Record {named} {stand}.", *_told(found))
    elif what is What.UNDO:
        found = actions.undo_duplicates(session.db, who, ids)
        session.show(found, f"{len(found['undone'])} answers taken back.")
    elif what is What.DIFFERENT:
        found = actions.different(session.db, who, *ids)
        session.show(found, f"Records {found['a']} and {found['b']} stay apart.", *_told(found))
    elif what is What.SAME_STUDY:
        found = actions.same_study(session.db, who, *ids)
        said = f"Records {found['a']} and {found['b']} are reports of study {found['study']}."
        session.show(found, said, *_told(found))
    else:
        _list(session, what, actions.duplicates(session.db, who, _NAMES[what], limit=_MOST))


_NAMES = {What.LIST: "questions", What.CLUSTERS: "clusters", What.RELATED: "related"}


def _list(session: Session, what: What, found: list[dict[str, Any]]) -> None:
    clusters = what is What.CLUSTERS
    rows = [
        [
            one["kept"] if clusters else one.get("kind", ""),
            one.get("score"),
            "; ".join(f"{r['record']}: {flagged(r)}" for r in one["records"]),
            _why(one["why"]) if clusters else "; ".join(one["why"]),
        ]
        for one in found
    ]
    names = ["kept" if clusters else "kind", "score", "records", "why"]
    left_out = {What.LIST: 0, What.CLUSTERS: 1}.get(what)
    if left_out is not None:
        for row in (names, *rows):
            del row[left_out]
    session.show(found, table(names, rows))


def _why(said: list[dict[str, Any]]) -> str:
    """What was said of a cluster and still holds: each merge with its score and reasons."""
    lines = []
    for one in said:
        if one["undone"]:
            continue
        of = "; ".join(map(str, one["records"])) or f"{one['a']} and {one['b']}"
        score = "" if one["score"] is None else f" ({one['score']:.2f})"
        lines.append(f"{one['kind']} {of}{score}: {'; '.join(one['why'])}")
    return "\n".join(lines)


def _told(found: dict[str, Any]) -> list[str]:
    """What an answer made of the votes, and how to take it back."""
    lines = []
    for stage, ends in found.get("votes", {}).get("stages", {}).items():
        now, then = (
            ", ".join(f"record {one['record']} {one['state']}" for one in ends[end])
            for end in ("now", "then")
        )
        lines.append(f"At {stage}: {now}; now {then}.")
    facts = " ".join(map(str, found["facts"]))
    return [*lines, f"To take this back: review duplicates undo {facts}"]
