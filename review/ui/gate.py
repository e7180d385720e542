"""What a JSON request must be before an action sees it, and how its refusal is answered."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from review import actions
from review.errors import BadInput, NotAllowed, NotFound, Refused, ReviewError
from review.ui.session import Database, SignedIn, cookie_name, database, member_behind, review_id

LARGEST_BODY = 64 * 1024
LONGEST_QUERY = 8 * 1024
# A request is mostly Python: more threads than these only pass the interpreter to and fro. Those
# that read never stand behind those that wait for their turn to write.
_READING, _WRITING = anyio.CapacityLimiter(4), anyio.CapacityLimiter(4)
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_STATUS = ((NotAllowed, 403), (Refused, 409), (NotFound, 404), (BadInput, 422), (ReviewError, 503))

Endpoint = Callable[[Request], Awaitable[Response]]
Member = Callable[[Database, SignedIn, dict[str, Any]], Any]
Visitor = Callable[[Request, Database, dict[str, Any]], Response]


class Turned(Exception):
    """The request is answered before any action runs."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def answer(content: Any, status: int = 200) -> JSONResponse:
    """Return a JSON answer that no cache keeps."""
    return JSONResponse(content, status_code=status, headers=_HEADERS)


def for_member(work: Member, *, slow: bool = False) -> Endpoint:
    """Make an endpoint of `work(db, who, given)`, run in a thread in the name of the cookie.

    `slow` is for what waits for another server: it takes no place of the few at once.

    The page names the member and the review it was drawn for (`X-Member`, `X-Review`): where the
    browser has meanwhile signed in as somebody else, or another review answers at this address,
    a waiting vote must not be cast, so the answer is 401 or 409.
    """

    def inside(request: Request, given: dict[str, Any]) -> Response:
        db = database()
        token = request.cookies.get(cookie_name(db))
        who = member_behind(db, token)
        if who is None:
            raise Turned(401, actions.why_signed_out(db, token))
        if request.headers.get("x-review", review_id(db)) != review_id(db):
            raise Turned(409, "This page belongs to another review; reload it.")
        if request.headers.get("x-member", str(who.id)) != str(who.id):
            raise Turned(401, f"This browser is now signed in as {who.name}; sign in again.")
        result = work(db, who, given)
        return result if isinstance(result, Response) else answer(result)

    return _endpoint(inside, slow=slow)


def for_visitor(work: Visitor) -> Endpoint:
    """Make an endpoint of `work(request, db, given)` for whoever asks, run in a thread."""
    return _endpoint(lambda request, given: work(request, database(), given))


def _endpoint(
    inside: Callable[[Request, dict[str, Any]], Response], *, slow: bool = False
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            given = await _given(request)
            few = _READING if request.method == "GET" else _WRITING
            limiter = None if slow else few
            return await run_sync(partial(inside, request, given), limiter=limiter)
        except Turned as turned:
            return answer({"error": str(turned)}, turned.status)
        except ReviewError as error:
            status = next(code for kind, code in _STATUS if isinstance(error, kind))
            return answer({"error": str(error)}, status)

    return endpoint


async def _given(request: Request) -> dict[str, Any]:
    """Return the query of a GET or the JSON object of a POST."""
    if request.method in {"GET", "HEAD"}:
        if len(request.url.query) > LONGEST_QUERY:
            raise Turned(414, "The address is too long.")
        return dict(request.query_params)
    _refuse_foreign(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Turned(415, "Send JSON (Content-Type: application/json).")
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise Turned(413, f"A request has at most {LARGEST_BODY // 1024} KB.")
    except ClientDisconnect:
        raise Turned(400, "The request was cut off.") from None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Turned(400, "The request is not JSON.") from None
    if not isinstance(found, dict):
        raise Turned(400, "Send one JSON object.")
    return found


def _refuse_foreign(request: Request) -> None:
    """Refuse what a page of another site sent; a SameSite cookie alone lets other ports pass."""
    origin = request.headers.get("origin")
    if origin is not None:
        # no page can make a browser send another host or forwarded host to us unasked
        ours = {request.headers.get(name, "").lower() for name in ("host", "x-forwarded-host")}
        foreign = urlsplit(origin).netloc.lower() not in ours - {""}
    else:
        foreign = request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
    if foreign:
        raise Turned(403, "This request came from another site.")


def text(given: dict[str, Any], name: str, *, longest: int = 200) -> str:
    """Return a text that must be there; BadInput otherwise."""
    found = optional_text(given, name, longest=longest)
    if not found:
        raise BadInput(f"'{name}' is missing.")
    return found


def optional_text(given: dict[str, Any], name: str, *, longest: int = 200) -> str | None:
    """Return a text, or None where it is absent; BadInput for anything else."""
    found = given.get(name)
    if found is not None and (not isinstance(found, str) or len(found) > longest):
        raise BadInput(f"'{name}' is a text of at most {longest} characters.")
    # a lone surrogate is valid JSON and no valid text in any database
    return found.encode("utf-8", "replace").decode() if found else None


def whole(given: dict[str, Any], name: str, *, default: int | None = None) -> int:
    """Return a whole number from 0, from JSON or a query; BadInput otherwise."""
    found = given.get(name, default)
    if isinstance(found, str) and found.isascii() and found.isdigit():
        found = int(found[:20])
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**31:
        raise BadInput(f"'{name}' is a whole number.")
    return found
