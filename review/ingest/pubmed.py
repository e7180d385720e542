"""Decides how PubMed is asked: what is sent, how often, and what becomes of a failed answer.

The only network code of the product. Every request waits for the machine's limiter, has a
timeout, is tried again with growing pauses while the fault is Transient, and ends as what was
asked for or as a NetworkError; never as an empty success. ESearch goes by GET, EFetch by POST.
"""

import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from threading import Event
from typing import TypeVar, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from tenacity import (
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
from review.ingest.answers import Found, Hits
from review.ingest.batches import Batch, Progress, reconcile, run
from review.ingest.limiter import Limiter
from review.ingest.pubmed_xml import articles
from review.ingest.record import Record, Reject
from review.ingest.slices import CAP, EVERYTHING, Slice, collect, one_line, span

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
TOOL = "review-evidence"
RATE, RATE_WITH_KEY = 3.0, 10.0  # requests a second, NCBI's rule
PATIENCE = 120.0  # a server that asks for a longer pause (seconds) ends the run instead
LONGEST_PAUSE = 30.0  # between two tries, seconds
LANES_OF_SEARCH = 4  # slices asked for at once; more would mostly be asked in vain
LONGEST_URL = 1_800  # characters; what is longer goes by POST
LARGEST = 1 << 29  # bytes of one answer; 200 articles are about 4 MB

T = TypeVar("T")


class PubMed:
    """PubMed through the E-utilities at `base_url` (http or https; NCBI's by default).

    `email` is sent with every request and must be given for NCBI's own server. `rate` is in
    requests a second, NCBI's rule by default. `timeout` (seconds) is for one request, connecting
    and reading each; a Transient fault is met by `attempts` tries with pauses that begin at
    `backoff` seconds and double. BadInput for settings that cannot work.
    """

    def __init__(
        self,
        base_url: str = NCBI,
        *,
        email: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        rate: float | None = None,
        attempts: int = 6,
        backoff: float = 1.0,
    ) -> None:
        host, netloc = _checked(base_url)
        if not email and host.endswith("ncbi.nlm.nih.gov"):
            raise BadInput(
                "NCBI wants an e-mail address with every request: set REVIEW_NCBI_EMAIL."
            )
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
        rate = rate or (RATE_WITH_KEY if self._key else RATE)
        self._limiter = Limiter(netloc, rate=rate)
        self._lanes = min(24, math.ceil(rate * 2.5))  # an answer takes about 2 s
        self._opener = _opener(host)

    def count(self, query: str, *, since: str | None = None, until: str | None = None) -> Found:
        """How many records match, and how PubMed reads the query; no ids.

        `since` and `until` are ISO dates of entry into PubMed (EDAT), both included.
        """
        query, dates = one_line(query), span(since, until)
        answer = self._search(query, dates, wanted=0)
        return answers.found(query, answer, ids=None)

    def find(self, query: str, *, since: str | None = None, until: str | None = None) -> Found:
        """All ids that match; above 9,999 in slices. Dates as for `count`."""
        query, dates = one_line(query), span(since, until)
        whole = self._search(query, dates, wanted=CAP)
        if whole.count <= CAP:
            return answers.found(query, whole, ids=whole.ids)
        stop = Event()
        ask = partial(self._search, query, wanted=CAP, stop=stop)
        with ThreadPoolExecutor(LANES_OF_SEARCH, thread_name_prefix="esearch") as pool:
            try:
                ids = collect(dates, whole, ask=lambda parts: pool.map(ask, parts))
            finally:
                stop.set()
        count = whole.count
        if len(ids) != count:  # records may have come in meanwhile
            count = self._search(query, dates, wanted=0).count
        return answers.found(query, whole, ids=ids, count=count)

    def fetch(
        self, ids: Iterable[str], *, batch_size: int = 200, progress: Progress | None = None
    ) -> Iterator[Batch]:
        """The records of PMIDs, batch by batch, in the order given; each id once.

        `progress(done, total)` is called after each batch. Ids that an answer lacks are asked
        for once more before they are listed as missing. A batch that fails for good ends the
        run with Incomplete, after the batches that were under way have been handed out: what
        was yielded stays, and the ids not yielded can be fetched again. BadInput for an id that
        is not a PMID.
        """
        wanted = tuple(dict.fromkeys(str(i).strip() for i in ids))
        wrong = [i for i in wanted if not (i.isascii() and i.isdecimal())]
        if wrong:
            raise BadInput(f"{wrong[0]!r} is not a PMID.")
        parts = [wanted[n : n + batch_size] for n in range(0, len(wanted), batch_size)]
        return run(parts, fetch=self._batch, lanes=self._lanes, progress=progress)

    def _batch(self, asked: tuple[str, ...], stop: Event) -> Batch:
        """One batch; what its answer lacks, or holds unreadable, is asked for once more."""
        deleted: list[str] = []
        items = self._articles(asked, deleted, stop)
        missing = reconcile(asked, items).missing
        if missing:
            read = [item for item in items if isinstance(item, Record)]
            items = [*read, *self._articles(missing, deleted, stop)]
        return reconcile(asked, items, deleted=deleted)

    def _articles(
        self, asked: tuple[str, ...], deleted: list[str], stop: Event
    ) -> list[Record | Reject]:
        fields = {"db": "pubmed", "id": ",".join(asked), "rettype": "xml", "retmode": "xml"}
        try:
            body = self._ask("efetch", fields, answers.articles_body, stop=stop)
        except answers.NoneKnown:
            return []
        return list(articles(BytesIO(body), deleted=deleted))

    def _search(self, query: str, part: Slice, *, wanted: int, stop: Event | None = None) -> Hits:
        fields = {"db": "pubmed", "term": part.term(query), "retmode": "xml", "retstart": "0"}
        fields["retmax"] = str(wanted)
        if (part.first, part.last) != (EVERYTHING.first, EVERYTHING.last):
            fields["datetype"] = "edat"
            fields["mindate"] = f"{part.first:%Y/%m/%d}"
            fields["maxdate"] = f"{part.last:%Y/%m/%d}"
        return self._ask("esearch", fields, partial(answers.hits, wanted=wanted), stop=stop)

    def _ask(
        self,
        service: str,
        fields: dict[str, str],
        read: Callable[[bytes], T],
        *,
        stop: Event | None = None,
    ) -> T:
        """What `read` makes of the answer; tried again while either finds a Transient fault."""
        stop = stop or Event()
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts) | stop_when_event_set(stop),
            wait=self._pause,
            sleep=sleep_using_event(stop),
            retry=retry_if_exception_type(Transient),
            reraise=True,
        )
        try:
            return retrying(lambda: read(self._once(service, fields, stop)))
        except NetworkError as error:  # a server may quote the request, key and all
            said = str(error).replace(self._key, "***") if self._key else str(error)
            raise type(error)(said) from None

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
