"""Commands about claims: list, show, add, reword, retire, read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import MaybeAs, Output, Session, command, text_of
from review.errors import BadInput


class What(StrEnum):
    """What to do with claims."""

    LIST = "list"
    SHOW = "show"
    ADD = "add"
    REWORD = "reword"
    RETIRE = "retire"
    READ = "read"


_FIELDS = ("text", "scope", "supports", "contradicts", "topic", "sources", "note")
Expressions = list[str] | None


@command(root, "claims")
def claims(
    session: Session,
    what: Annotated[
        What, typer.Argument(metavar="[list|show ID|add ID|reword ID|retire ID|read ID|read]")
    ] = What.LIST,
    id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    text: Annotated[str | None, typer.Option(help="The sentence.")] = None,
    scope: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Which effects bear on it.")
    ] = None,
    supports: Annotated[
        Expressions,
        typer.Option(metavar="EXPR", help="What supports it; repeated: all within one study."),
    ] = None,
    contradicts: Annotated[
        Expressions, typer.Option(metavar="EXPR", help="What contradicts it; as --supports.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Under which heading it is listed.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="A citation of who states it; repeatable.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What the query cannot say.")] = None,
    why: Annotated[str, typer.Option(help="Why it is reworded or retired.")] = "",
    file: Annotated[
        Path | None, typer.Option(metavar="CLAIMS.yaml", help="add: all claims of a file.")
    ] = None,
    format: Annotated[str | None, typer.Option(help="list: csv, xlsx, md, docx or json")] = None,
    output: Output = None,
    retired: Annotated[bool, typer.Option("--retired", help="list: also those given up.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Weigh claims: sentences bound to a query over the evidence, and what supports each.

    Each cohort family has one vote, people and animals apart. `read ID --as NAME` notes what you
    found; from then on the list says what new evidence changed. `show ID` lists the rows behind.
    """
    who = session.who(as_)
    values = (text, scope, supports, contradicts, topic, source, note)
    given = {name: value for name, value in zip(_FIELDS, values, strict=True) if value is not None}
    if what is What.LIST:
        _list(session, who, format=format, output=output, retired=retired)
    elif what is What.ADD and file is not None:
        done = actions.add_claims(session.db, who, text_of(file), name=file.name)
        counts = ", ".join(f"{len(ids):,} {name}" for name, ids in done.items())
        session.show(done, f"Claims of {file.name}: {counts}.")
    elif what is What.READ and id is None:
        n = actions.read_all_claims(session.db, who)
        session.show({"read": n}, f"Noted: {n:,} claims read.")
    elif id is None:
        raise BadInput(f"Name the claim: review claims {what.value} ID.")
    else:
        _show(session, _one(session, who, what, id, given, why))


def _one(session: Session, who: Any, what: What, id: str, given: dict[str, Any], why: str) -> Any:
    match what:
        case What.ADD:
            return actions.add_claim(session.db, who, id, **given)
        case What.REWORD:
            return actions.reword_claim(session.db, who, id, why=why, **given)
        case What.RETIRE:
            return actions.retire_claim(session.db, who, id, why=why)
        case What.READ:
            return actions.read_claim(session.db, who, id)
    return actions.claim(session.db, who, id)


def _list(
    session: Session, who: Any, *, format: str | None, output: Path | None, retired: bool
) -> None:
    if format is not None and not (session.as_json and format == "json"):
        data = actions.claims_file(session.db, who, format=format)
        session.hand_over(data, what="claims", format=format, output=output)
        return
    found = actions.claims(session.db, who, retired=retired)
    rows = [
        (one["id"], one["text"] + (" (retired)" if one["retired"] else ""), *_cells(one, group))
        for one in found
        for group in one["groups"] or [None]
    ]
    heads = ("claim", "says", "population", "verdict", "for", "against", "no change", "divided",
             "silent", "certainty")  # fmt: skip
    changed = [literal(f"{one['id']}: {one['changed']['sentence']}")
               for one in found if one["changed"]]  # fmt: skip
    session.show(found, table(heads, rows), *changed)


def _cells(one: dict[str, Any], group: dict[str, Any] | None) -> tuple[Any, ...]:
    if group is None:
        return "", f"cannot be evaluated: {one['error']}", *[""] * 6
    certainty = group.get("certainty") or {}
    return (
        group["label"],
        group["verdict"],
        *group["counts"].values(),
        certainty.get("sentence", ""),
    )


def _show(session: Session, one: dict[str, Any]) -> None:
    lines = [f"{one['id']} ({one['topic']}){': retired' if one['retired'] else ''}", one["text"]]
    lines += [f"Stated by: {source}" for source in one["sources"]]
    lines += [f"Scope: {one['scope']}"]
    lines += [
        f"{side.capitalize()}: {e}" for side in ("supports", "contradicts") for e in one[side]
    ]
    if one["error"]:
        lines.append(f"Cannot be evaluated: {one['error']}")
    for group in one["groups"]:
        lines.append(f"{group['label']}. {group['sentence']}")
        lines += [f"  {part['contrast_label']}. {part['sentence']}" for part in group["parts"]]
    lines += [one["note"], (one["changed"] or {}).get("sentence", "")]
    rows = [
        (family["population"], family["say"], family["label"], e["effect"], e["says"],
         e["outcome"], e["contrast"], e["direction"])
        for family in one["families"]
        for e in family["effects"]
    ]  # fmt: skip
    heads = ("population", "family says", "studies", "effect", "says", "outcome", "contrast",
             "direction")  # fmt: skip
    history = [f"{e['at'][:16].replace('T', ' ')} {e['act']} by {e['by'] or 'the holder'}"
               + (f": {e['why']}" if e.get("why") else "") for e in one["history"]]  # fmt: skip
    session.show(
        one, *map(literal, filter(None, lines)), table(heads, rows), *map(literal, history)
    )
