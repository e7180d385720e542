"""What a JSON file holds: CSL-JSON, Zotero's, EPPI-Reviewer's, OpenAlex's, one record an object.

Every object is read as a row of a table whose headings are its keys (see headings).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.record import Record, Reject
from review.ingest.tabular import one_record

DEEPEST = 6  # levels of objects within a record that are looked into
_DECODER = json.JSONDecoder()
_BROKEN = (ValueError, RecursionError)
_BETWEEN = re.compile(r"[\s,\[\]]*")
_NEXT = re.compile(r"(?<=[}\]\s,])\{")
KEY = re.compile(r'"(?:title|display_name|abstract|authors?|doi|DOI|PMID|itemType)"\s*:', re.I)
_NO_AUTHOR = frozenset({  # Zotero's creators who wrote something else, or another's words
    "editor", "seriesEditor", "translator", "reviewedAuthor", "bookAuthor", "contributor",
})  # fmt: skip
TYPES = {
    "article-journal": "Journal Article", "journalArticle": "Journal Article", "book": "Book",
    "chapter": "Book Chapter", "bookSection": "Book Chapter", "thesis": "Thesis",
    "paper-conference": "Conference Paper", "conferencePaper": "Conference Paper",
    "report": "Report", "webpage": "Web Page", "article-magazine": "Magazine Article",
    "article-newspaper": "Newspaper Article", "dataset": "Dataset", "patent": "Patent",
}  # fmt: skip


def read_json(text: str) -> Iterator[Record | Reject]:
    """Records of a JSON text, or of objects one a line, in order; positions count from 1."""
    text = text.lstrip("\ufeff")
    try:
        value = _DECODER.decode(text.strip())
    except _BROKEN:
        yield from _scanned(text)
        return
    items = _listed(value)
    if not items:
        yield _reject("the file", "this JSON holds no list of records", text)
    for number, item in enumerate(items, 1):
        yield _read(item, f"record {number}")


def _listed(value: Any) -> list[Any]:
    """The records: the list itself, the longest list of objects inside, or the object alone."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return []
    lists = [one for one in value.values() if isinstance(one, list) and one]
    objects = [one for one in lists if all(isinstance(item, dict) for item in one)]
    if "title" in {str(key).lower() for key in value} or not objects:
        return [value]
    return max(objects, key=len)


def _scanned(text: str) -> Iterator[Record | Reject]:
    """Objects of a text that is not one JSON value: one a line, or damaged somewhere."""
    at = number = 0
    lost = -1
    while at < len(text):
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr] # it matches nothing too
        if at >= len(text):
            break
        try:
            value, end = _DECODER.raw_decode(text, at)
        except _BROKEN:
            value, end = None, at
        if isinstance(value, dict) and KEY.search(text, at, end):
            if lost >= 0:
                number += 1
                yield _lost(number, text[lost:at])
            number, lost = number + 1, -1
            yield _read(value, f"record {number}")
            at = end
        else:
            lost = at if lost < 0 else lost
            following = _NEXT.search(text, max(end, at + 1))
            at = following.end() - 1 if following else len(text)
    if lost >= 0:
        yield _lost(number + 1, text[lost:])


def _lost(number: int, text: str) -> Reject:
    return _reject(f"record {number}", "this is no well-formed JSON of a record", text)


def _reject(position: str, reason: str, text: str) -> Reject:
    return Reject(position=position, reason=reason, excerpt=fields.line(text[:500])[:120])


def _read(item: Any, position: str) -> Record | Reject:
    if not isinstance(item, dict):
        return _reject(position, "this is no record but a single value", str(item)[:500])
    cells: dict[str, str] = {}
    _flatten(item, "", cells, DEEPEST)
    return one_record(list(cells), list(cells.values()), position=position)


def _flatten(item: dict[str, Any], above: str, cells: dict[str, str], depth: int) -> None:
    """The values of an object as text, those of objects within it by "key.key"."""
    for key, value in item.items():
        name = f"{above}{key}"
        if _is_people(value):
            authors = [one for one in value if one.get("creatorType") not in _NO_AUTHOR]
            cells[name] = "; ".join(filter(None, map(_person, authors or value)))
            if authors and len(authors) < len(value):
                others = [one for one in value if one not in authors]
                cells[f"{name}.others"] = "; ".join(filter(None, map(_person, others)))
        elif isinstance(value, dict) and "date-parts" in value:
            cells[name] = _date(value)
        elif isinstance(value, dict) and depth:
            _flatten(value, f"{name}.", cells, depth - 1)
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value) and depth:
            _gather(value, name, cells, depth)
        elif text := _text(value):
            cells[name] = TYPES.get(text, text) if key in ("type", "itemType") else text


def _gather(items: list[Any], name: str, cells: dict[str, str], depth: int) -> None:
    """The values that a list of objects has under each key, in one text."""
    inside: dict[str, list[str]] = {}
    for item in items:
        found: dict[str, str] = {}
        _flatten(item if isinstance(item, dict) else {"": item}, "", found, depth - 1)
        for key, text in found.items():
            inside.setdefault(key, []).append(text)
    if "tag" in inside:  # Zotero's keywords
        cells["keywords"] = "; ".join(inside.pop("tag"))
    for key, texts in inside.items():
        plain = len(inside) == 1 or key in ("", "name")  # {"name": ...} alone is the list itself
        cells[name if plain else f"{name}.{key}"] = "; ".join(texts)


def _is_people(value: Any) -> bool:
    named = {"family", "literal", "lastName", "last_name", "surname"}
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) for one in value)
        and any(named & set(one) for one in value)
    )


def _person(one: dict[str, Any]) -> str:
    family = [_text(one.get(key)) for key in ("non-dropping-particle", "family", "lastName",
              "last_name", "surname")]  # fmt: skip
    given = [_text(one.get(key)) for key in ("given", "firstName", "first_name", "suffix")]
    whole = ", ".join(filter(None, (" ".join(filter(None, family)), " ".join(filter(None, given)))))
    return whole.replace(";", ",") or _text(one.get("literal") or one.get("name"))


def _date(value: dict[str, Any]) -> str:
    parts = value["date-parts"]
    first = parts[0] if isinstance(parts, list) and parts else parts
    return "-".join(map(_text, first)) if isinstance(first, list) else _text(first)


def _text(value: Any) -> str:
    """A plain value as text; a number that is nought says nothing."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    if value is None or value == 0 or isinstance(value, dict):
        return ""
    return str(value)
