"""Filled forms as files: given from a workbook or CSV, a blank one to fill in, and handed out."""

import json
from collections.abc import Sequence
from typing import Any

from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.extraction import extract, give
from review.actions.extraction_case import EXTRACTORS
from review.actions.extraction_views import extraction, source_in_words
from review.errors import BadInput, FormError, NotFound
from review.extraction.form import read_form
from review.extraction.sheets import Filled
from review.protocol import Protocol
from review.reporting.form_files import forms_csv, forms_xlsx, read_forms
from review.screening.blinding import blind_to_forms
from review.store import extractions, studies as stored
from review.store.engine import Database
from review.store.people import protocol

FORMATS = ("xlsx", "csv", "json")


def form_template(db: Database, *, format: str = "xlsx") -> bytes:
    """Return the blank form as a workbook with drop-downs and help, or as the heads of a CSV."""
    with db.read() as conn:
        _, content = protocol(conn)
    return _written({}, content, format)


def extraction_file(
    db: Database, who: Caller, studies: Sequence[int] = (), *, format: str = "xlsx"
) -> bytes:
    """Return the extractions that speak to the caller as one file; all studies if none is named.

    XLSX and CSV come back through `extract_file` unchanged. NotFound for a study that is none, or
    of which nothing speaks to the caller.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the extractions"))
        _, content = protocol(conn)
        blind = blind_to_forms(viewer.id, roles=viewer.roles)
        names = {row.id: row.label for row in stored.studies(conn)}
        heard = extractions.extractions(conn, list(studies) or None, viewer=viewer.id, blind=blind)
    for study in studies:
        if study not in names:
            raise NotFound(f"There is no study {study}.")
        if study not in heard:
            raise NotFound(f"Nothing has been extracted of study {study} that you may see.")
    forms = {f"study:{id_}": heard[id_].form for id_ in sorted(heard)}
    audit = _audit(db, who, sorted(heard)) if format == "xlsx" else []
    return _written(forms, content, format, audit)


def _audit(db: Database, who: Caller, studies: Sequence[int]) -> list[dict[str, Any]]:
    """Who extracted and who checked each cell, when, where it was read, and how it was agreed."""
    found = []
    for study in studies:
        told = extraction(db, who, study)
        found += [
            {
                "study": f"study:{study}",
                "cell": one["cell"],
                "value": one["said"],
                "source": source_in_words(one["source"]),
                "extracted by": ", ".join(one["extracted_by"]),
                "checked by": ", ".join(one["checked_by"]),
                "agreed": one["agreed"],
                "why": one["why"],
                "settled by": told["settled_by"] or "",
                "at": one["at"],
            }
            for one in told["cells"]
        ]
    return found


def _written(
    forms: dict[str, Any],
    content: Protocol,
    format: str,
    audit: Sequence[dict[str, Any]] = (),
) -> bytes:
    match format:
        case "xlsx":
            return forms_xlsx(
                forms, definition=content.form, codebook=content.codebook, audit=audit
            )
        case "csv":
            return forms_csv(forms, definition=content.form)
        case "json":
            one = next(iter(forms.values())) if len(forms) == 1 else forms
            return (json.dumps(one, ensure_ascii=False, indent=2) + "\n").encode()
    raise BadInput(f"'{format}' is no format of a form; formats: {', '.join(FORMATS)}.")


def extract_file(
    db: Database, who: Caller, data: bytes, name: str, *, target: str | None = None
) -> list[dict[str, Any]]:
    """Give the filled forms of a file (XLSX, CSV, or the JSON of one form), each to its study.

    `target` is the study or record of a file that holds one form; without it each form names
    its study (`study:3`, or its label). All of them are stored, or none: FormError has every
    fault of every form, by sheet and row. Returns what `extract` does for each, with `of`.
    """
    with db.read() as conn:
        _, content = protocol(conn)
        labels: dict[str, list[int]] = {}
        for row in stored.studies(conn):
            labels.setdefault(row.label.casefold(), []).append(row.id)
    if name.lower().endswith(".json"):
        if target is None:
            raise BadInput("Say which study or record the form is of.")
        return [extract(db, who, target, form_in_json(data, name)) | {"of": target}]
    filled = read_forms(data, name=name, definition=content.form)
    targets = _targets(filled, target, labels, name)
    _check(filled, content, name)
    with writing(db, who) as write:
        member = acting(write.conn, who, *EXTRACTORS, act="extract")
        return [
            give(write, member, to, one.form) | {"of": one.study or to}
            for to, one in zip(targets, filled, strict=True)
        ]


def extract_any(
    db: Database, who: Caller, data: bytes, name: str, *, study: int
) -> list[dict[str, Any]]:
    """Give the forms of a file where a study is open: JSON is of that study.

    So is a form in XLSX or CSV that names no study; forms that name theirs go there.
    """
    if name.lower().endswith(".json"):
        return extract_file(db, who, data, name, target=f"study:{study}")
    with db.read() as conn:
        _, content = protocol(conn)
    unnamed = [one.study for one in read_forms(data, name=name, definition=content.form)] == [""]
    return extract_file(db, who, data, name, target=f"study:{study}" if unnamed else None)


def form_in_json(data: bytes, name: str) -> dict[str, Any]:
    """Return the form in a JSON file; BadInput says at which line it is none."""
    try:
        form = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not a text file in UTF-8.") from None
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise BadInput(f"{name} is not JSON: {fault.msg} at {where}.") from None
    except RecursionError:
        raise BadInput(f"{name} is nested too deeply.") from None
    if not isinstance(form, dict):
        raise BadInput(f"{name}: a form is one JSON object with study, arms and effects.")
    return form


def _targets(
    filled: Sequence[Filled], target: str | None, labels: dict[str, list[int]], name: str
) -> list[str]:
    if target is not None:
        if len(filled) > 1:
            raise BadInput(f"{name} holds {len(filled)} studies; give it without naming one.")
        return [target]
    return [_target(one, labels, name) for one in filled]


def _target(one: Filled, labels: dict[str, list[int]], name: str) -> str:
    said = one.study.strip()
    if not said:
        raise BadInput(f"{name}: say which study it is of, in its column 'study' or beside it.")
    kind, _, number = said.rpartition(":")
    if number.isdecimal() and kind.lower() in ("", "study", "record"):
        return f"{kind or 'study'}:{number}"
    known = labels.get(said.casefold(), [])
    if len(known) != 1:
        how = "is no study" if not known else "names several studies"
        raise BadInput(f"{name}: {said!r} {how}; write study:3 in the column 'study'.")
    return f"study:{known[0]}"


def _check(filled: Sequence[Filled], content: Protocol, name: str) -> None:
    """Refuse the file if any of its forms is faulty, telling each fault by sheet and row."""
    found: list[dict[str, Any]] = []
    for one in filled:
        try:
            read_form(one.form, codebook=content.codebook, definition=content.form)
        except FormError as error:
            found += [
                {**fault, "where": one.located(_place(fault)), "study": one.study}
                for fault in error.faults
            ]
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise FormError(f"{name}, {found[0]['where']}: {found[0]['said']}{more}", faults=found)


def _place(fault: dict[str, object]) -> list[Any]:
    cell = fault["cell"]
    return list(cell) if isinstance(cell, list) else []


def choices_in_json(data: bytes, name: str) -> list[Any]:
    """Return the choices in a JSON file, a list or {choices: [...]}; BadInput if it is neither."""
    wrapped = data if data.lstrip()[:1] == b"{" else b'{"choices": ' + data + b"}"
    found = form_in_json(wrapped, name).get("choices")
    if not isinstance(found, list):
        raise BadInput(f"{name} holds no list of choices: [{{cell, takes, value, why}}].")
    return found
