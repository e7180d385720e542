"""The routes that show an attached PDF: the file itself, one page of it, and words found in it."""

from base64 import b64encode
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from review import actions
from review.errors import NotFound
from review.ui.gate import for_member, text
from review.ui.session import Database, SignedIn

_LARGEST = 2**31


def document_routes() -> list[BaseRoute]:
    """Return the routes, to be listed with those of the app."""
    return [
        Route("/api/document/{id:int}", _file, methods=["GET"]),
        Route("/api/document/{id:int}/page/{page:int}", _page, methods=["GET"]),
        Route("/api/document/{id:int}/find", _find, methods=["GET"]),
    ]


def _number(request: Request) -> int:
    number = int(request.path_params["id"])
    if number >= _LARGEST:
        raise NotFound(f"There is no document {number}.")
    return number


async def _file(request: Request) -> Response:
    """Return the PDF itself, to read in the browser's own viewer or to keep."""

    def document(db: Database, who: SignedIn, given: dict[str, Any]) -> Response:
        number = _number(request)
        found = actions.document(db, who.caller, number)
        return Response(
            found["data"],
            media_type="application/pdf",
            headers={
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f'inline; filename="document-{number}.pdf"',
                "Content-Security-Policy": "sandbox; default-src 'none'; object-src 'self'",
            },
        )

    return await for_member(document)(request)


async def _page(request: Request) -> Response:
    """Return one page: its picture, the runs of its text, and the text as it was read."""

    def page(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
        number, wanted = _number(request), int(request.path_params["page"])
        drawn = actions.document_page(db, who.caller, number, wanted)
        return drawn | {"png": b64encode(drawn["png"]).decode()}

    # drawing waits for a process of its own, and takes none of the few places meanwhile
    return await for_member(page, slow=True)(request)


async def _find(request: Request) -> Response:
    """Return where words stand in the text of a document."""

    def find(db: Database, who: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
        return dict(
            actions.find_in_document(db, who.caller, _number(request), text(given, "words"))
        )

    return await for_member(find)(request)
