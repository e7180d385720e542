"""Decides how one request goes to the E-utilities: sent when, waited for how long, tried how often.

The only code of the product that opens a connection. Every request waits for the machine's
limiter, has a timeout, is tried again with growing pauses while the fault is Transient, and ends
as what was asked for or as a NetworkError; never as an empty success.
"""

import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from threading import Event
from typing import TypeVar, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    stop_when_event_set,
    wait_exponential,
    wait_random,
)

from review.errors import BadInput, Incomplete, NetworkError, Permanent, Transient
from review.ingest import answers
from review.ingest.limiter import Limiter

TOOL = "review-evidence"
RATE, RATE_WITH_KEY = 3.0, 10.0  # requests a second, NCBI's rule
PATIENCE = 120.0  # a server that asks for a longer pause (seconds) ends the run instead
LONGEST_PAUSE = 30.0  # between two tries, seconds
LONGEST_URL = 1_800  # characters; what is longer goes by POST
LARGEST = 1 << 29  # bytes of one answer; 200 articles are about 4 MB

T = TypeVar("T")
Say = Callable[[str], None]


class Asking:
    """Requests to the E-utilities at `base_url`, as `PubMed` describes its settings."""

    def __init__(
        self,
        base_url: str,
        *,
        email: str | None,
        api_key: str | None,
        timeout: float,
        rate: float | None,
        attempts: int,
        backoff: float,
    ) -> None:
        host, netloc = _checked(base_url)
        if not email and host.endswith("ncbi.nlm.nih.gov"):
            raise BadInput(
                "NCBI wants an e-mail address with every request: set REVIEW_NCBI_EMAIL."
            )
        self.say: Say | None = None
        self.rate = rate or (RATE_WITH_KEY if api_key else RATE)
        self._base = base_url.rstrip("/")
        self._netloc = netloc
        self._key = api_key or ""
        self._identity = {"tool": TOOL, "email": email or f"unknown@{host}"}
        if self._key:
            self._identity["api_key"] = self._key
        self._timeout = timeout
        self._attempts = attempts
        self._backoff = backoff
        growing = wait_exponential(multiplier=backoff, max=LONGEST_PAUSE)
        self._pause = growing + wait_random(0, backoff)
        self._limiter = Limiter(netloc, rate=self.rate)
        self._opener = _opener(host)

    def ask(
        self,
        service: str,
        fields: dict[str, str],
        read: Callable[[bytes], T],
        *,
        stop: Event | None = None,
    ) -> T:
        """What `read` makes of the answer; tried again while either finds a Transient fault.

        `say` hears of each pause before another try.
        """
        stop = stop or Event()
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts) | stop_when_event_set(stop),
            wait=self._pause,
            sleep=sleep_using_event(stop),
            retry=retry_if_exception_type(Transient),
            before_sleep=self._waiting,
            reraise=True,
        )
        try:
            return retrying(lambda: read(self._once(service, fields, stop)))
        except NetworkError as error:
            raise type(error)(self._without_key(str(error))) from None

    def _waiting(self, state: RetryCallState) -> None:
        if self.say is None or state.outcome is None or state.next_action is None:
            return
        fault = self._without_key(str(state.outcome.exception()))
        self.say(
            f"{fault} Waiting {state.next_action.sleep:.0f} s, "
            f"then try {state.attempt_number + 1} of {self._attempts}."
        )

    def _without_key(self, said: str) -> str:
        """What was said, but for the key: a server may quote the request."""
        return said.replace(self._key, "***") if self._key else said

    def _once(self, service: str, fields: dict[str, str], stop: Event) -> bytes:
        self._limiter.wait(stop)
        if stop.is_set():
            raise Incomplete("The run was stopped.")
        url, sent = f"{self._base}/{service}.fcgi", urlencode(fields | self._identity)
        data = None
        if service == "efetch" or len(url) + len(sent) >= LONGEST_URL:
            data = sent.encode("ascii")
        else:
            url = f"{url}?{sent}"
        request = Request(url, data=data, headers={"User-Agent": TOOL})  # noqa: S310 (checked)
        deadline = time.monotonic() + self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return _body(answer, deadline)
        except HTTPError as error:
            raise self._refused(error) from None
        except (OSError, HTTPException) as error:
            raise self._unreached(error) from None

    def _refused(self, error: HTTPError) -> NetworkError:
        with error:
            try:
                body = _body(cast(HTTPResponse, error.fp), time.monotonic() + self._timeout)
            except (OSError, HTTPException, NetworkError):
                body = b""  # the status alone must do
        after = answers.retry_after(error.headers.get("Retry-After"))
        if after > PATIENCE:
            return Incomplete(f"{self._netloc} asks for a pause of {after:,.0f} seconds.")
        if after or error.code == 429:
            self._limiter.hold(after or self._backoff)
        return answers.refusal(error.code, body)

    def _unreached(self, error: Exception) -> NetworkError:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return Transient(f"{self._netloc} did not answer within {self._timeout:g} seconds.")
        if isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN:
            return Permanent(f"There is no server named {self._netloc}.")
        if isinstance(reason, ssl.SSLCertVerificationError):
            return Permanent(f"The certificate of {self._netloc} is not trusted.")
        said = getattr(reason, "strerror", None) or type(reason).__name__
        return Transient(f"{self._netloc} was not reached, or broke off: {said}.")


def _checked(base_url: str) -> tuple[str, str]:
    """Host, and host with port, of an http(s) address; BadInput for any other address."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("The address of the E-utilities is not a web address.") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query:
        raise BadInput("The address of the E-utilities must look like https://host/path.")
    return host, f"{host}:{port}" if port else host


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is not followed: it would carry the key to an address nobody has set."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _opener(host: str) -> OpenerDirector:
    """The system's proxies are used, but not on the way to this very machine."""
    own = host in ("localhost", "127.0.0.1", "::1")
    return build_opener(_NoRedirect, *([ProxyHandler({})] if own else []))


def _body(answer: HTTPResponse, deadline: float) -> bytes:
    """All of an answer, or what there is of it: whether it is whole, its reader finds out."""
    body = bytearray()
    while piece := answer.read1(1 << 16):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError
        if len(body) > LARGEST:
            raise Permanent(f"PubMed's answer is larger than {LARGEST >> 20} MB.")
    return bytes(body)
