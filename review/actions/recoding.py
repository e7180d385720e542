"""Changing the codebook: terms renamed, merged, moved, added, retired and split, no tag lost."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.codebook import codebook_of, uses_seen
from review.actions.orphans import refuse_orphans
from review.errors import BadInput
from review.protocol import Codebook, Protocol, parse, recoding
from review.protocol.comparison import compare
from review.protocol.recoding import Recoded
from review.store import amending, evidence, people
from review.store.engine import Database
from review.vocab import Change, Role

_ACT = "change the codebook"
Edit = Callable[[sa.Connection, str], Recoded]


def rename_term(
    db: Database,
    who: Caller,
    term: str,
    *,
    label: str | None = None,
    code: str | None = None,
    definition: str | None = None,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Give a term another label, definition or last part of its code; see `_change`."""
    label = _words(label, "label")
    return _change(
        db,
        who,
        lambda _, text: recoding.rename(text, term, label=label, code=code, definition=definition),
        note=note,
        dry_run=dry_run,
    )


def merge_terms(
    db: Database, who: Caller, term: str, into: str, *, note: str = "", dry_run: bool = False
) -> dict[str, Any]:
    """Have a term go up in another of its facet, with all that carries it; see `_change`."""
    return _change(
        db, who, lambda _, text: recoding.merge(text, term, into), note=note, dry_run=dry_run
    )


def move_term(
    db: Database,
    who: Caller,
    term: str,
    *,
    under: str | None = None,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Put a term, with all below it, under another, or at the top of its facet; see `_change`."""
    return _change(
        db, who, lambda _, text: recoding.move(text, term, under=under), note=note, dry_run=dry_run
    )


def add_term(
    db: Database,
    who: Caller,
    facet: str,
    code: str,
    *,
    label: str,
    definition: str | None = None,
    under: str | None = None,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Add a term to a facet, under another one or at the top; see `_change`."""
    words = _words(label, "label") or ""
    return _change(
        db,
        who,
        lambda _, text: recoding.add(
            text, facet, code, label=words, definition=definition, under=under
        ),
        note=note,
        dry_run=dry_run,
    )


def retire_term(
    db: Database,
    who: Caller,
    term: str,
    *,
    back: bool = False,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Have a term put on nothing more, or bring it `back`; see `_change`."""
    return _change(
        db, who, lambda _, text: recoding.retire(text, term, back=back), note=note, dry_run=dry_run
    )


def split_term(
    db: Database,
    who: Caller,
    term: str,
    into: Sequence[str],
    *,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Split a term into narrower ones ("last=Label" each), or take a merged one out of it again.

    With narrower ones it is retired, and its tags stay on it until somebody puts a narrower one.
    One former code alone is taken out as it last was, with the tags put under that code.
    """
    parts = [one.partition("=") for one in into]
    if len(parts) == 1 and not parts[0][1]:
        former = into[0].strip()
        return _change(
            db, who, lambda conn, text: _part(conn, text, term, former), note=note, dry_run=dry_run
        )
    if any(not (last.strip() and label.strip()) for last, _, label in parts):
        raise BadInput("Split into LAST=LABEL ..., or into one former code to have it back.")
    named = [(last.strip(), label.strip()) for last, _, label in parts]
    return _change(
        db, who, lambda _, text: recoding.split(text, term, named), note=note, dry_run=dry_run
    )


def _part(conn: sa.Connection, text: str, term: str, former: str) -> Recoded:
    now = parse(text).codebook
    into = now.find(term)
    if former not in into.was:
        known = ", ".join(into.was) or "nothing that was merged into it"
        raise BadInput(f"{former} did not go up in {into.code}; in it went: {known}.")
    versions = [row["id"] for row in people.protocol_versions(conn)]
    for version in reversed(versions):
        book = codebook_of(conn, version)
        if former in (codes := book.under(former) if _own(book, former) else ()):
            return recoding.part(text, [one for code in codes if (one := book.get(code))])
    raise BadInput(f"{former} was never a term of its own here.")


def _own(book: Codebook, code: str) -> bool:
    term = book.get(code)
    return term is not None and term.code == code


def _change(db: Database, who: Caller, edit: Edit, *, note: str, dry_run: bool) -> dict[str, Any]:
    """Make a change of the codebook a new version of the protocol; with `dry_run` only tell it.

    Returns {version, said, differences, touched, dry_run}: `touched` lists each term whose tags
    or extracted terms stand under another code then, or that the change is about, with how many
    there are at each level, as the caller may see them. No fact changes: whatever was put under
    a former code is found under the one in force. For owners.
    """
    if dry_run:
        with db.read() as conn:
            viewer = Viewer.of(acting(conn, who, Role.OWNER, act=_ACT))
            version, _, _, document = _planned(conn, viewer, edit)
            return document | {"version": version + 1, "dry_run": True}
    with writing(db, who) as write:
        viewer = Viewer.of(acting(write.conn, who, Role.OWNER, act=_ACT))
        write.only_writer()  # no tag comes in between
        _, recoded, (old, new), document = _planned(write.conn, viewer, edit)
        told = f"Codebook: {recoded.said}."
        said = " ".join(part for part in (told, note.strip()) if part)
        version = people.add_protocol(write, recoded.text, new, change=Change.CLARIFY, note=said)
        amending.reopen(write, version, [], criteria=(), choice={"codebook": recoded.said})
        if _speaks_otherwise(old.codebook, new.codebook):
            evidence.rebuild(write.conn, new.codebook)
        return document | {"version": version, "dry_run": False}


def _planned(
    conn: sa.Connection, viewer: Viewer, edit: Edit
) -> tuple[int, Recoded, tuple[Protocol, Protocol], dict[str, Any]]:
    version, old = people.protocol(conn)
    recoded = edit(conn, people.protocol_versions(conn)[-1]["text"])
    new = parse(recoded.text, name="the changed codebook")
    refuse_orphans(conn, old, new)
    differences = compare(old, new)
    document = {
        "said": recoded.said,
        "differences": [one.sentence for one in differences],
        "touched": _touched(conn, viewer, old.codebook, new.codebook),
    }
    return version, recoded, (old, new), document


def _touched(
    conn: sa.Connection, viewer: Viewer, old: Codebook, new: Codebook
) -> list[dict[str, Any]]:
    found = []
    uses = uses_seen(conn, viewer, old)
    for facet in old.facets:
        for term in facet.terms:
            becomes = new.get(term.code)
            if becomes != term:
                found.append(
                    {
                        "code": term.code,
                        "label": term.label,
                        "becomes": becomes.code if becomes else None,
                        "counts": dict(uses.get(term.code, {})),
                    }
                )
    return found


def _speaks_otherwise(old: Codebook, new: Codebook) -> bool:
    """Whether what is stored of the evidence rests on more than labels, cues and retirements."""

    def kept(book: Codebook) -> list[Any]:
        told = {"label", "definition", "cues", "veto", "mesh", "publication_types", "retired"}
        return [
            (f.model_dump(exclude={"terms", "label", "note"}), t.model_dump(exclude=told))
            for f in book.facets
            for t in f.terms
        ]

    return kept(old) != kept(new)


def _words(label: str | None, what: str) -> str | None:
    if label is not None and not label.strip():
        raise BadInput(f"Give the term a {what}.")
    return label.strip() if label is not None else None
