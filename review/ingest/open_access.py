"""Decides what a service says of an open copy of a report, asked by DOI as Unpaywall answers.

Asked only when somebody wishes it, and never in the way of anything: whatever goes wrong is one
sentence, and nothing is stored. No redirect is followed, so nobody else's server, nor one inside
this network, is reached; the address of the copy is told, and never fetched from here.
"""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from review.errors import BadInput, NetworkError, Permanent, Transient
from review.vocab import OpenAccess

UNPAYWALL = "https://api.unpaywall.org/v2"
LARGEST = 2 << 20  # bytes; an answer has some ten thousand
TIMEOUT = 10.0  # seconds for one answer, all of it
ATTEMPTS = 3
PAUSE = 1.0  # seconds before the second try, doubled before the next
LONGEST = 500  # characters of a DOI, or of any field that is kept
_PART = 1 << 16


@dataclass(frozen=True, slots=True)
class OpenCopy:
    """What was answered of one DOI; the addresses only where a copy was found.

    `url` is a page or file to read, `pdf_url` the PDF itself where it is known; `host` is
    publisher or repository, `version` submittedVersion, acceptedVersion or publishedVersion.
    """

    doi: str
    outcome: OpenAccess
    url: str = ""
    pdf_url: str = ""
    host: str = ""
    version: str = ""
    licence: str = ""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class OpenAccessService:
    """A service that answers as Unpaywall does at `base_url`; `email` goes with every request."""

    def __init__(
        self,
        base_url: str = UNPAYWALL,
        *,
        email: str | None,
        timeout: float = TIMEOUT,
        attempts: int = ATTEMPTS,
        pause: float = PAUSE,
    ) -> None:
        try:
            parts = urlsplit(base_url)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise BadInput("REVIEW_OPEN_ACCESS_URL must look like https://host/path.")
        if not email or "@" not in email:
            raise BadInput(
                "The open-access service wants an e-mail address with every request: "
                "set REVIEW_OPEN_ACCESS_EMAIL."
            )
        self.name = parts.hostname
        self._base, self._email, self._timeout = base_url.rstrip("/"), email, timeout
        own = self.name in ("localhost", "127.0.0.1", "::1")
        self._opener = build_opener(_NoRedirect, *([ProxyHandler({})] if own else []))
        self._retrying: Callable[[], Retrying] = lambda: Retrying(
            stop=stop_after_attempt(attempts),
            wait=wait_exponential(multiplier=pause, max=30),
            retry=retry_if_exception_type(Transient),
            reraise=True,
        )

    def find(self, doi: str) -> OpenCopy:
        """Return what the service says of a DOI; tried again while a fault may pass.

        BadInput for what is no DOI; NetworkError, in one sentence, where no answer is to be had.
        """
        asked = doi.strip().lower()
        if not asked.startswith("10.") or "/" not in asked or len(asked) > LONGEST:
            raise BadInput(f"'{doi[:100]}' is no DOI.")
        query = urlencode({"email": self._email})
        url = f"{self._base}/{quote(asked, safe='/().;:')}?{query}"
        found: OpenCopy = self._retrying()(self._once, asked, url)
        return found

    def _once(self, doi: str, url: str) -> OpenCopy:
        request = Request(url, headers={"User-Agent": "review-evidence"})  # noqa: S310 (checked)
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return read(doi, self._body(answer), self.name)
        except HTTPError as error:
            with error:
                return self._refused(doi, error.code)
        except (OSError, HTTPException) as error:
            raise self._unreached(error) from None

    def _body(self, answer: Any) -> bytes:
        deadline = time.monotonic() + self._timeout
        body = b""
        while piece := answer.read1(_PART):
            body += piece
            if len(body) > LARGEST:
                raise Permanent(f"{self.name} answered with more than {LARGEST >> 20} MB.")
            if time.monotonic() > deadline:  # drop by drop, each within the time-out
                raise TimeoutError
        return body

    def _refused(self, doi: str, status: int) -> OpenCopy:
        if status == 404:
            return OpenCopy(doi, OpenAccess.UNKNOWN)
        if status == 422:
            raise Permanent(
                f"{self.name} does not take the e-mail address {self._email} or the DOI {doi}."
            )
        if status == 429 or status >= 500:
            raise Transient(f"{self.name} answered {status}; try again later.")
        raise Permanent(f"{self.name} answered {status}.")

    def _unreached(self, error: Exception) -> NetworkError:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return Transient(f"{self.name} did not answer within {self._timeout:g} seconds.")
        if isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN:
            return Permanent(f"There is no server named {self.name}.")
        said = getattr(reason, "strerror", None) or type(reason).__name__
        return Transient(f"{self.name} was not reached, or broke off: {said}.")


def read(doi: str, body: bytes, name: str) -> OpenCopy:
    """Return what an answer says; NetworkError for one that is not as Unpaywall's are."""
    try:
        told = json.loads(body)
        is_open, best = told["is_oa"], told.get("best_oa_location") or {}
        fields = {key: best.get(key) for key in ("url", "url_for_pdf", "host_type", "version")}
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise Permanent(f"{name} gave an answer that is not as Unpaywall's are.") from None
    url, pdf = _address(fields["url"]), _address(fields["url_for_pdf"])
    if is_open is not True or not (url or pdf):
        return OpenCopy(doi, OpenAccess.NONE)
    return OpenCopy(
        doi,
        OpenAccess.FOUND,
        url=url or pdf,
        pdf_url=pdf,
        host=_text(fields["host_type"]),
        version=_text(fields["version"]),
        licence=_text(best.get("license")),
    )


def _address(value: Any) -> str:
    """Return a web address as it came, or nothing for anything else."""
    found = value.strip() if isinstance(value, str) else ""
    whole = len(found) <= 4 * LONGEST and not any(char.isspace() for char in found)
    return found if whole and found.lower().startswith(("http://", "https://")) else ""


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""
