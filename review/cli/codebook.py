"""Commands about the codebook: show it, its versions, and change its terms."""

from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import codebook as group
from review.cli.session import MaybeAs, Output, Session, command
from review.extraction.orphans import told

Term = Annotated[str, typer.Argument(metavar="TERM", help="Its code, or its label.")]
Label = Annotated[str | None, typer.Option(metavar="TEXT", help="What it is called.")]
Definition = Annotated[str | None, typer.Option(metavar="TEXT", help="What it means.")]
Under = Annotated[str | None, typer.Option(metavar="TERM", help="The term it stands under.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")]
Version = Annotated[
    int | None, typer.Option(metavar="N", help="As it was in a version of the protocol.")
]


@command(group, "show")
def show(
    session: Session,
    version: Version = None,
    format: Annotated[str | None, typer.Option(help="yaml or csv: a file instead.")] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show facets and terms with their definitions, and how often each is in use."""
    who = session.who(as_)
    if format is not None:
        data = actions.codebook_file(session.db, who, format, version=version)
        session.hand_over(data, what="codebook", format=format, output=output)
        return
    found = actions.codebook(session.db, version=version)
    uses = actions.codebook_uses(session.db, who) if version is None else {}
    for facet in found:
        for term in facet["terms"]:
            term["uses"] = uses.get(term["code"], {})
    session.show(found, *(_facet(facet) for facet in found))


def _facet(facet: dict[str, Any]) -> Any:
    takes = "one term" if facet["cardinality"] == "one" else "any terms"
    derived = ", derived by rules" if facet["derived"] else ""
    title = f"{facet['label']} ({facet['id']}): {takes} on each {facet['level']}{derived}"
    rows = (
        (
            "  " * (term["code"].count(".") - 1) + term["code"],
            term["label"] + (" (retired)" if term["retired"] else ""),
            term["definition"],
            sum(term["uses"].values()) or "",
            ", ".join(term["was"]),
        )
        for term in facet["terms"]
    )
    return table(("code", "label", "definition", "uses", "was"), rows, title=title)


@command(group, "versions")
def versions(session: Session, as_: MaybeAs = None) -> None:
    """Tell every version of the codebook: when, by whom, and what changed."""
    found = actions.codebook_versions(session.db, session.who(as_))
    lines = []
    for one in found:
        by = f" by {one['by']}" if one["by"] else ""
        terms = f"{one['terms']} terms in {one['facets']} facets"
        lines.append(f"Version {one['version']}, {one['at'][:16]}{by}: {terms}. {one['note']}")
        lines += [f"  {said}" for said in one["differences"]]
    session.show(found, *map(literal, lines))


@command(group, "rename")
def rename(
    session: Session,
    term: Term,
    label: Label = None,
    code: Annotated[
        str | None, typer.Option(metavar="LAST", help="The last part of its code.")
    ] = None,
    definition: Definition = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Give a term another label, definition or code; its tags come with it."""
    found = actions.rename_term(
        session.db,
        session.who(as_),
        term,
        label=label,
        code=code,
        definition=definition,
        note=note,
        dry_run=dry_run,
    )
    session.show(found, *_told(found))


@command(group, "merge")
def merge(
    session: Session,
    term: Term,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The term that stays.")],
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Have a term go up in another of its facet; its tags are then tags of that."""
    found = actions.merge_terms(
        session.db, session.who(as_), term, into, note=note, dry_run=dry_run
    )
    session.show(found, *_told(found))


@command(group, "move")
def move(
    session: Session,
    term: Term,
    under: Under = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Put a term, with all below it, under another; without --under at the top of its facet."""
    found = actions.move_term(
        session.db, session.who(as_), term, under=under, note=note, dry_run=dry_run
    )
    session.show(found, *_told(found))


@command(group, "add")
def add(
    session: Session,
    facet: Annotated[str, typer.Argument(metavar="FACET", help="The facet, by its id.")],
    code: Annotated[str, typer.Argument(metavar="CODE")],
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is called.")],
    definition: Definition = None,
    under: Under = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Add a term to a facet."""
    found = actions.add_term(
        session.db,
        session.who(as_),
        facet,
        code,
        label=label,
        definition=definition,
        under=under,
        note=note,
        dry_run=dry_run,
    )
    session.show(found, *_told(found))


@command(group, "retire")
def retire(
    session: Session,
    term: Term,
    back: Annotated[bool, typer.Option("--back", help="Bring it back into use.")] = False,
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Have a term put on nothing more; what carries it keeps it."""
    found = actions.retire_term(
        session.db, session.who(as_), term, back=back, note=note, dry_run=dry_run
    )
    session.show(found, *_told(found))


@command(group, "split")
def split(
    session: Session,
    term: Term,
    into: Annotated[
        list[str],
        typer.Argument(metavar="LAST=LABEL...", help="Or one code that went up in it."),
    ],
    note: Note = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Split a term into narrower ones, or take a merged one out of it again."""
    found = actions.split_term(session.db, session.who(as_), term, into, note=note, dry_run=dry_run)
    session.show(found, *_told(found))


def _told(found: dict[str, Any]) -> list[Any]:
    lines = [f"{found['said']}."]
    for one in found["touched"]:
        now = f", now {one['becomes']}" if one["becomes"] != one["code"] else ""
        lines.append(f"  {one['code']} ({one['label']}){now}: {told(one['counts'])}.")
    done = "would be" if found["dry_run"] else "is"
    return [literal(line) for line in [*lines, f"Version {found['version']} {done} in force."]]
