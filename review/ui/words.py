"""How the app's pages say things: text escaped for Markdown, states and stages in plain words."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from review.vocab import Attempt, Retrieval, SearchKind, Stage, State, Tried

STAGES = {
    Stage.TITLE_ABSTRACT.value: "Title and abstract",
    Stage.FULL_TEXT.value: "Full text",
}
STATES = {
    State.UNSCREENED.value: "without a vote",
    State.AWAITING.value: "awaiting another vote",
    State.CONFLICT.value: "in conflict",
    State.REASON_CONFLICT.value: "excluded, reason in conflict",
    State.INCLUDED.value: "included",
    State.EXCLUDED.value: "excluded",
    "undecided": "not decided yet",
    "to-do": "to do",
    "waiting": "waiting for others",
    "open": "not decided yet",
}
RETRIEVALS = {
    Retrieval.RETRIEVED.value: "retrieved",
    Retrieval.NOT_RETRIEVED.value: "not retrieved",
    "sought": "awaiting retrieval",
}
TRIED = {
    Tried.PUBLISHER.value: "Publisher",
    Tried.OPEN_ACCESS.value: "Open access",
    Tried.LIBRARY.value: "Library",
    Tried.INTERLIBRARY.value: "Inter-library loan",
    Tried.AUTHORS.value: "Authors written to",
    Tried.WEB.value: "The web",
    Tried.OTHER.value: "Elsewhere",
}
ATTEMPTS = {
    Attempt.WAITING.value: "waiting for it",
    Attempt.OBTAINED.value: "obtained",
    Attempt.UNAVAILABLE.value: "not there",
    Attempt.REFUSED.value: "refused",
    Attempt.NO_ANSWER.value: "no answer",
}
MATCHED = {
    "doi": "its DOI",
    "pmid": "its PMID",
    "title": "its title",
    "like title": "a title like its own",
    "name": "the file's name",
}
MISSING = {
    "population": "no primary population",
    "extraction": "no extraction",
    "full_text": "no full text",
}
KINDS = {
    SearchKind.DATABASE.value: "Database",
    SearchKind.REGISTER.value: "Register",
    SearchKind.WEBSITE.value: "Website",
    SearchKind.ORGANISATION.value: "Organisation",
    SearchKind.CITATION.value: "Citation searching",
}
_NAMED_SIGN = re.compile(r":(?=material/|[a-z][a-z0-9_+-]*:)")
_MARKUP = frozenset("\\`*_{}[]()#+-.!|<>$~:&")


def plain(text: object) -> str:
    """Escape Markdown, on one line, so that a text from outside shows as it was written."""
    # icons and emoji (:material/info:, :smile:) are looked for after escapes are undone
    line = _NAMED_SIGN.sub(":\u2060", " ".join(str(text).split()))
    return "".join(f"\\{c}" if c in _MARKUP else c for c in line)


def count(n: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 record", "1,224 records"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def moment(stamp: str) -> str:
    """Return an ISO time as date and minute in UTC; an empty text where there is none."""
    if not stamp:
        return ""
    return datetime.fromisoformat(stamp).strftime("%Y-%m-%d %H:%M")


def joined(parts: Iterable[object]) -> str:
    """Return what is not empty, parted by middle dots."""
    return " · ".join(str(part) for part in parts if part not in (None, "", [], ()))


def standing(states: Mapping[str, str]) -> str:
    """Return where a record stands at each stage it has reached, as the member may see it."""
    order = [stage for stage in STAGES if stage in states]
    return joined(f"{STAGES[stage]}: {STATES.get(states[stage], states[stage])}" for stage in order)


def citation(card: Mapping[str, Any]) -> str:
    """Return authors, journal, year and place of a card on one line, the first three authors."""
    authors = list(card["authors"])
    named = ", ".join(authors[:3]) + (f" and {len(authors) - 3} more" if len(authors) > 3 else "")
    volume = str(card["volume"] or "") + (f"({card['issue']})" if card["issue"] else "")
    place = ":".join(part for part in (volume, str(card["pages"] or "")) if part)
    return joined([named, card["journal"], card["year"], place])
