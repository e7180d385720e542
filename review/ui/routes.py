"""The routes beside the pages: signing in and out, and what the screening page reads and posts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from review import actions
from review.errors import BadInput, NotAllowed
from review.ui.document_routes import document_routes
from review.ui.duplicate_routes import duplicate_routes
from review.ui.gate import Turned, answer, for_member, for_visitor, optional_text, text, whole
from review.ui.session import Database, SignedIn, cookie_name

COOKIE_SECONDS = 7 * 24 * 3600
MOST_LOOKED_BACK = 30
_LONGEST_NOTE = 5000


def routes() -> list[BaseRoute]:
    """Return the routes of the app, to be given to st.App."""
    return [
        Route("/sign-in", for_visitor(_sign_in), methods=["POST"]),
        Route("/sign-out", for_visitor(_sign_out), methods=["POST"]),
        Route("/api/screening/next", for_member(_next), methods=["GET"]),
        Route("/api/screening/progress", for_member(_progress), methods=["GET"]),
        Route("/api/screening/mine", for_member(_mine), methods=["GET"]),
        Route("/api/screening/card", for_member(_card), methods=["GET"]),
        Route("/api/screening/vote", for_member(_vote), methods=["POST"]),
        Route("/api/screening/withdraw", for_member(_withdraw), methods=["POST"]),
        Route("/api/screening/abstract", for_member(_abstract, slow=True), methods=["POST"]),
        Route("/api/screening/term", for_member(_term), methods=["POST"]),
        Route("/api/screening/tags", for_member(_tags), methods=["GET"]),
        Route("/api/screening/tag", for_member(_tag), methods=["POST"]),
        *document_routes(),
        *duplicate_routes(),
    ]


def _sign_in(request: Request, db: Database, given: dict[str, Any]) -> Response:
    """Sign in with name and password, or in a demonstration review with the name alone."""
    name = text(given, "name")
    try:
        if given.get("demo") is True:
            opened = actions.demo_sign_in(db, name)
        else:
            ip = request.client.host if request.client else ""
            password = optional_text(given, "password", longest=1000) or ""
            opened = actions.sign_in(db, name, password, ip=ip)
    except NotAllowed as error:
        raise Turned(401, str(error)) from None
    response = answer({"member": opened["member"]})
    _set_cookie(request, response, cookie_name(db), opened["token"], COOKIE_SECONDS)
    return response


def _sign_out(request: Request, db: Database, given: dict[str, Any]) -> Response:
    if token := request.cookies.get(cookie_name(db)):
        actions.sign_out(db, token)
    response = answer({})
    _set_cookie(request, response, cookie_name(db), "", 0)
    return response


def _set_cookie(request: Request, response: Response, name: str, value: str, age: int) -> None:
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    response.set_cookie(
        name,
        value,
        max_age=age,
        path="/",
        httponly=True,
        samesite="strict",
        secure="https" in (request.url.scheme, forwarded),
    )


def _next(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Return the member's next cards, leaving out those the browser already holds."""
    stage = text(given, "stage")
    held = [part for part in str(given.get("skip", "")).split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in held):
        raise BadInput("'skip' lists record numbers, joined by commas.")
    skip = [int(part) for part in held]
    n = whole(given, "n", default=10)
    found = actions.next_records(db, who.caller, stage, n=n, skip=skip)
    return {"cards": _with_documents(db, who, stage, found)}


def _with_documents(
    db: Database, who: SignedIn, stage: str, cards: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add where the full text is to the cards of the full-text stage."""
    if stage != "full-text" or not cards:
        return cards
    records = [card["record"] for card in cards]
    found = actions.reports(db, who.caller, records=records, limit=None)["reports"]
    sought = {row["record"]: row for row in found}
    return [
        card
        | {
            "document": sought.get(card["record"], {}).get("document"),
            "link": sought.get(card["record"], {}).get("link") or "",
        }
        for card in cards
    ]


def _progress(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, int]:
    counted: dict[str, int] = actions.progress(db, who.caller, text(given, "stage"))
    return counted


def _mine(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Return the member's latest votes, newest first, to look back at after a reload."""
    stage = text(given, "stage")
    return {"votes": actions.my_votes(db, who.caller, stage, limit=MOST_LOOKED_BACK)}


def _card(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Return one card to look back at."""
    shown = actions.record(db, who.caller, whole(given, "record"))
    card = {name: shown[name] for name in shown if name not in {"history", "entries"}}
    return {"card": _with_documents(db, who, text(given, "stage"), [card])[0]}


def _vote(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Cast or change the member's vote; the same key again is the same vote."""
    cast: dict[str, Any] = actions.vote(
        db,
        who.caller,
        whole(given, "record"),
        text(given, "verdict"),
        stage=text(given, "stage"),
        reason=optional_text(given, "reason"),
        note=optional_text(given, "note", longest=_LONGEST_NOTE),
        key=text(given, "key", longest=100),
        seconds=_seconds(given),
        round=whole(given, "round") if given.get("round") is not None else None,
    )
    return _without_number(cast)


def _withdraw(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    taken: dict[str, Any] = actions.withdraw(
        db,
        who.caller,
        whole(given, "record"),
        stage=text(given, "stage"),
        key=text(given, "key", longest=100),
    )
    return _without_number(taken)


def _without_number(stored: dict[str, Any]) -> dict[str, Any]:
    """What a member may read of a stored vote: its number also counts the votes of others."""
    return {name: value for name, value in stored.items() if name != "vote"}


def _abstract(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Fetch the abstract that a record lacks; return its card."""
    found = actions.fetch_abstract(db, who.caller, whole(given, "record"))
    return {"card": _with_documents(db, who, text(given, "stage"), [found])[0]}


def _term(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Have a term marked for everybody, or no longer; return all of them."""
    actions.mark_term(
        db,
        who.caller,
        text(given, "term", longest=300),
        include=given.get("include") is True,
        remove=given.get("remove") is True,
    )
    return {"highlight": actions.about(db)["highlight"]}


def _tags(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    return {"tags": actions.tags(db, who.caller, f"record:{whole(given, 'record')}")}


def _tag(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    """Put a term of the codebook on a report, or take one's own off."""
    remove = given.get("remove") is True
    target = f"record:{whole(given, 'record')}"
    return {
        "tags": actions.tag(db, who.caller, target, [text(given, "code")], remove=remove)["tags"]
    }


def _seconds(given: dict[str, Any]) -> float | None:
    found = given.get("seconds")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise BadInput("'seconds' is a number.")
    return float(found)
