"""The routes of the Duplicates page: the next questions, an answer, and taking one back."""

from typing import Any

from starlette.routing import BaseRoute, Route

from review import actions
from review.errors import BadInput
from review.ui import comparison
from review.ui.gate import for_member, optional_text, text, whole
from review.ui.session import Database, SignedIn

MOST = 50


def duplicate_routes() -> list[BaseRoute]:
    """Return the routes, to be listed with those of the app."""
    return [
        Route("/api/duplicates/next", for_member(_next), methods=["GET"]),
        Route("/api/duplicates/answer", for_member(_answer), methods=["POST"]),
        Route("/api/duplicates/undo", for_member(_undo), methods=["POST"]),
    ]


def _next(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Return {open, questions} of a part: questions, related, or the records chosen by hand."""
    part = text(given, "part")
    n = min(whole(given, "n", default=10), MOST)
    skip = _numbers(given, "skip")
    if part == "chosen":
        found = actions.chosen_question(db, who.caller, _numbers(given, "records"))
        return {"open": 1, "questions": [_drawn(found)]}
    if part == "related":
        pairs = actions.duplicates(db, who.caller, "related", limit=10**6)
        wanted = [pair for pair in pairs if not {pair["a"], pair["b"]} & set(skip)][:n]
        return {"open": len(pairs), "questions": [_drawn(_of_pair(pair)) for pair in wanted]}
    if part != "questions":
        raise BadInput("'part' is questions, related or chosen.")
    page = actions.duplicate_questions(db, who.caller, limit=n, skip=skip)
    return {"open": page["open"], "questions": [_drawn(one) for one in page["questions"]]}


def _of_pair(pair: dict[str, Any]) -> dict[str, Any]:
    return {"records": pair["records"], "pairs": [pair], "votes": None, "kind": pair["kind"]}


def _drawn(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the page draws it: columns, rows with marks, and words."""
    cards = question["records"]
    several = len(cards) > 2
    return {
        "columns": [
            {
                "record": card["record"],
                "source": card["source"],
                "with": [r for r in card["cluster"] if r != card["record"]],
                "retracted": card["retracted"],
                "title": card["title"],
            }
            for card in cards
        ],
        "rows": comparison.rows(cards),
        "why": [comparison.why(pair, names=several) for pair in question["pairs"]],
        "votes": comparison.votes(question["votes"]) if question["votes"] else [],
    }


def _answer(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Answer one question: `together` are one report, `apart` are not, or both of one `study`."""
    together, apart = _numbers(given, "together"), _numbers(given, "apart")
    if given.get("study") is True:
        if len(together) != 2:
            raise BadInput("Two reports are joined to one study at a time.")
        return {"facts": actions.same_study(db, who.caller, *together)["facts"]}
    answered: dict[str, Any] = actions.answer_duplicates(db, who.caller, together, apart)
    return answered


def _undo(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    undone: dict[str, Any] = actions.undo_duplicates(db, who.caller, _numbers(given, "facts"))
    return undone


def _numbers(given: dict[str, Any], name: str) -> list[int]:
    parts = [part for part in (optional_text(given, name, longest=4000) or "").split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise BadInput(f"'{name}' lists numbers, joined by commas.")
    return [int(part) for part in parts]
