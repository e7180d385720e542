"""Commands of extraction: form, extract, and extraction list, show, compare, settle, export ..."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import extraction as group, root
from review.cli.session import As, MaybeAs, Output, Session, command
from review.errors import BadInput, FormError

Study = Annotated[str, typer.Argument(metavar="STUDY", help="3 or study:3")]
Target = Annotated[
    str | None,
    typer.Argument(metavar="[TARGET]", help="12 or record:12, study:3; not for a file of several."),
]


@command(root, "form")
def form(
    session: Session,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="Write a blank form to fill in.")
    ] = None,
) -> None:
    """Show the extraction form in force, or write a blank one (XLSX or CSV)."""
    if template is not None:
        format_ = template.suffix.lower().lstrip(".") or "xlsx"
        data = actions.form_template(session.db, format=format_)
        template.write_bytes(data)
        about = {"file": str(template), "format": format_, "bytes": len(data)}
        session.show(about, f"Wrote {template} ({len(data):,} bytes).")
        return
    found = actions.extraction_form(session.db)
    names = ("section", "cell", "type", "unit", "required", "when", "label")
    rows = [
        [section["id"], one["id"], _type(one), ", ".join(one["units"]),
         "yes" if one["required"] else "", one["when"] or "", one["label"]]
        for section in found["sections"]
        for one in section["fields"]
        if one["shown"]
    ]  # fmt: skip
    two = "two extractors, blind to each other" if found["extractors"] == 2 else "one extractor"
    session.show(found, table(names, rows), f"Each study is filled in by {two}.")


def _type(field: dict[str, Any]) -> str:
    if field["values"]:
        return f"{field['type']}: {', '.join(field['values'])}"
    return f"{field['type']} {field['facet']}" if field["facet"] else str(field["type"])


@command(root, "extract")
def extract(
    session: Session,
    as_: MaybeAs = None,
    target: Target = None,
    *,
    file: Annotated[
        Path, typer.Option(metavar="FORM", help="The filled form: .json, .xlsx or .csv.")
    ],
) -> None:
    """Store a filled extraction form: a study with its arms and effects."""
    try:
        found = actions.extract_file(
            session.db, session.who(as_), file.read_bytes(), file.name, target=target
        )
    except FormError as error:
        _faults(session, error)
        raise
    document: Any = found if target is None else found[0]
    lines = [
        f"Study {one['study']}: {len(one['arms'])} arms, {len(one['effects'])} effects"
        f" ({'settled' if one['settled'] else 'not settled yet'})."
        for one in found
    ]
    doubts = [(w["where"], w["said"]) for one in found for w in one["warnings"]]
    session.show(document, *lines, *_listed(("doubtful", ""), doubts))


def _faults(session: Session, error: FormError) -> None:
    rows = [(fault["where"], fault["said"]) for fault in error.faults]
    session.show(
        {"error": str(error), "faults": error.faults}, *_listed(("cell", "what is wrong"), rows)
    )


def _listed(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[Any]:
    return [table(names, rows)] if rows else []


@command(root, "convert")
def convert(
    session: Session,
    what: Annotated[str | None, typer.Argument(metavar="[WHAT]", help="e.g. ci-to-sd")] = None,
    values: Annotated[list[str] | None, typer.Argument(metavar="[NAME=NUMBER...]")] = None,
) -> None:
    """Compute mean or SD from what a paper prints: SE, CI, IQR, range, p, t, F, logs."""
    if what is None:
        every = actions.conversions()
        names = ("name", "needs", "gives", "how")
        session.show(every, table(names, ([one[n] for n in names] for one in every)))
        return
    pairs = [text.partition("=") for text in values or []]
    found = actions.convert(what, {name.strip(): value.strip() for name, _, value in pairs})
    shown = [f"{name} = {value:.6g}" for name, value in found.items() if name != "how"]
    session.show(found, ", ".join(shown), str(found["how"]))


@command(group, "list")
def list_(session: Session, as_: MaybeAs = None) -> None:
    """List the studies, what waits for the caller first."""
    found = actions.extraction_queue(session.db, session.who(as_))
    names = ("study", "label", "stand", "waits", "draft", "round")
    session.show(found, table(names, ([one[n] for n in names] for one in found)))


@command(group, "show")
def show(session: Session, study: Study, as_: MaybeAs = None) -> None:
    """Show a study's extraction cell by cell, with source, who extracted and who checked."""
    found = actions.extraction(session.db, session.who(as_), _number(study))
    names = ("cell", "value", "source", "extracted by", "checked by", "agreed")
    rows = [
        (one["cell"], one["said"], actions.source_in_words(one["source"]),
         ", ".join(one["extracted_by"]), ", ".join(one["checked_by"]), one["agreed"])
        for one in found["cells"]
    ]  # fmt: skip
    derived = [
        (one["cell"], one["group"], f"{one['mean']:g}", f"{one['sd']:g}", one["n"], one["how"])
        for one in found.get("derived", [])
    ]
    session.show(
        found,
        f"{found['label']}: {found['stand']}.",
        table(names, rows),
        *_listed(("derived", "group", "mean", "SD", "n", "formula"), derived),
        *_listed(("doubtful", ""), [(w["where"], w["said"]) for w in found.get("warnings", [])]),
    )


@command(group, "compare")
def compare(
    session: Session,
    study: Study,
    every: Annotated[bool, typer.Option("--all", help="Equal cells too.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Lay two extractors' forms side by side, as A and B."""
    found = actions.compare_extractions(session.db, session.who(as_), _number(study))
    cells = found["cells"] if every else found["differences"]
    names = ("cell", "row", "A", "B", "equal")
    rows = [
        (c["cell"], c["row"], _said(c, "A"), _said(c, "B"), "yes" if c["equal"] else "")
        for c in cells
    ]
    n = len(found["differences"])
    session.show(found, table(names, rows), f"{n} of {len(found['cells'])} cells differ.")


def _said(cell: dict[str, Any], side: str) -> str:
    if cell["missing"] == side:
        return "(missing)"
    value = cell[side]
    if not cell["name"]:
        return "(the whole row)"
    return (
        "; ".join(map(str, value))
        if isinstance(value, list)
        else ""
        if value is None
        else str(value)
    )


@command(group, "settle")
def settle(
    session: Session,
    study: Study,
    as_: As,
    take: Annotated[
        list[str] | None,
        typer.Option(metavar="CELL=A|B|VALUE", help="For each cell that differs; a value is new."),
    ] = None,
    why: Annotated[str, typer.Option(help="Why new values are taken.")] = "",
    rest: Annotated[
        str | None, typer.Option(metavar="A|B", help="Whose side the rest takes.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="CHOICES.json", help="[{cell, takes, value, why}]")
    ] = None,
) -> None:
    """Settle where two forms differ, cell by cell: as a third, or the two in discussion."""
    choices = [_choice(one, why) for one in take or []]
    if file is not None:
        choices += _choices(file)
    found = actions.settle_extraction(
        session.db, session.who(as_), _number(study), choices, rest=rest
    )
    done = f"Study {found['study']} is settled."
    session.show(found, done if found["settled"] else "Stored; the other extractor confirms next.")


def _choice(text: str, why: str) -> dict[str, Any]:
    cell, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} takes nothing; write CELL=A, CELL=B or CELL=VALUE.")
    cell, value = cell.strip(), value.strip()
    if value.upper() in ("A", "B"):
        return {"cell": cell, "takes": value.upper(), "why": why}
    return {"cell": cell, "takes": "new", "value": value.removeprefix("new:"), "why": why}


def _choices(file: Path) -> list[Any]:
    found = actions.choices_in_json(file.read_bytes(), file.name)
    return list(found)


@command(group, "discuss")
def discuss(session: Session, study: Study, as_: As) -> None:
    """Ask to talk over where one's own form differs; once both have, both see both forms."""
    found = actions.discuss_extraction(session.db, session.who(as_), _number(study))
    both = "Both forms are open: compare them, then settle."
    session.show(found, both if found["opened"] else "Noted; the other extractor asks next.")


@command(group, "reopen")
def reopen(
    session: Session,
    study: Study,
    why: Annotated[str, typer.Option(help="Why it is extracted anew.")],
    as_: MaybeAs = None,
) -> None:
    """Have a study extracted anew, blind to what was given before."""
    found = actions.reopen_extraction(session.db, session.who(as_), _number(study), why=why)
    session.show(found, f"Study {found['study']} is in round {found['round']}.")


@command(group, "missing")
def missing(
    session: Session,
    study: Annotated[str | None, typer.Argument(metavar="[STUDY]")] = None,
    as_: MaybeAs = None,
) -> None:
    """List what is missing from each study's extraction."""
    number = _number(study) if study is not None else None
    found = actions.missing_extractions(session.db, session.who(as_), study=number)
    names = ("study", "label", "cell", "what is missing")
    rows = [
        (one["study"], one["label"], lack["where"], lack["said"])
        for one in found
        for lack in one["missing"]
    ]
    studies = sum(bool(one["missing"]) for one in found)
    session.show(found, table(names, rows), f"{studies} of {len(found)} studies lack something.")


@command(group, "export")
def export(
    session: Session,
    studies: Annotated[list[str] | None, typer.Argument(metavar="[STUDY...]")] = None,
    format: Annotated[str, typer.Option(metavar="xlsx|csv|json")] = "xlsx",
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Hand out the extractions of studies (all, if none is named) as a file to read back."""
    numbers = [_number(study) for study in studies or []]
    data = actions.extraction_file(session.db, session.who(as_), numbers, format=format)
    session.hand_over(data, what="extraction", format=format, output=output)


def _number(text: str) -> int:
    kind, _, number = text.strip().rpartition(":")
    if kind.lower() not in ("", "study") or not (number.isdecimal() and len(number) < 10):
        raise BadInput(f"{text!r} is no study; write 3 or study:3.")
    return int(number)
