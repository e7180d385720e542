"""A local E-utilities server: ESearch and EFetch over made-up PubMed records, with faults.

`with serve(hits=25_000, faults={("efetch", 2): "reset"}) as server:` gives `server.url`. By
hand: `python tests/eutils_server.py --port 8900 --hits 500`, then
`REVIEW_EUTILS_URL=http://127.0.0.1:8900 review search pubmed "motor unit"`.

Any query matches all records, but for: entry dates (mindate and maxdate with datetype=edat, or
`"2020/01/01"[EDAT] : "2020/12/31"[EDAT]` in it), `LOW:HIGH[uid]`, `"retracted publication"[pt]`,
and words that begin with `zzz`, which are phrases not found. As at NCBI, ESearch lists 9,999 ids
at most.
"""

import argparse
import random
import re
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

if not __package__:  # run by hand: what is beside this file is found from the project's root
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.eutils_faults import (
    ALL,
    CAP_ERROR,
    HISTORY_ERROR,
    NO_IDS,
    Reply,
    fetch_error,
    search_error,
    too_many,
)
from tests.eutils_records import article_set, made_up

CAP = 9_999
_EDAT = re.compile(r'"?(\d{4}/\d\d/\d\d)"?\[EDAT\]\s*:\s*"?(\d{4}/\d\d/\d\d)"?\[EDAT\]', re.I)
_RETRACTED = '"retracted publication"[pt]'
_UID = re.compile(r"(\d+):(\d+)\[uid\]", re.I)
_SEARCH = """<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" \
"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">
<eSearchResult><Count>{count}</Count><RetMax>{retmax}</RetMax><RetStart>{start}</RetStart>{env}
<IdList>{ids}</IdList><TranslationSet/><QueryTranslation>{translation}</QueryTranslation>{lists}
</eSearchResult>"""


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    at: float
    service: str
    method: str
    fields: dict[str, str]
    fault: str


class Server(ThreadingHTTPServer):
    """`records` maps PMID to entry date; `gone` are found by ESearch but unknown to EFetch."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, records: Mapping[int, date], **options: Any) -> None:
        super().__init__(("127.0.0.1", options.get("port", 0)), _Handler)
        self.records = dict(records)
        self.newest_first = sorted(self.records, reverse=True)
        self.gone = {int(pmid) for pmid in options.get("gone", ())}
        self.faults = dict(options.get("faults") or {})
        self.chance: float = options.get("chance", 0.0)
        self.limit: int | None = options.get("limit")
        self.delay: float = options.get("delay", 0.0)
        self.slow: float = options.get("slow", 0.0)
        self.retracted = {int(pmid) for pmid in options.get("retracted", ())}
        self.calls: list[Call] = []
        self.closing = threading.Event()
        self._random = random.Random(options.get("seed", 1))
        self._numbers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._history: list[list[int]] = []
        self._recent: deque[float] = deque()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/entrez/eutils"

    def answer(self, service: str, method: str, fields: dict[str, str]) -> Reply:
        """The answer to one request, its fault applied."""
        with self._lock:
            fault = self._fault(service)
            self.calls.append(Call(time.time(), service, method, fields, fault))
            crowded = self._crowded("api_key" in fields)
            delay = self.delay + self._random.random() * self.slow
        if crowded:
            return too_many(self.limit or 3)
        self.closing.wait(delay)
        reply = self._search(fields) if service == "esearch" else self._fetch(fields)
        return ALL[fault](reply) if fault else reply

    def _fault(self, service: str) -> str:
        """The fault set for this request: by number of all, by service and number, or always."""
        self._numbers.update([service, "all"])
        keys = (self._numbers["all"], (service, self._numbers[service]), service)
        chosen = next((self.faults[key] for key in keys if key in self.faults), "")
        if not chosen and self._random.random() < self.chance:
            chosen = self._random.choice(["429", "500 page", "reset", "cut short", "json for data"])
        return chosen

    def _crowded(self, keyed: bool) -> bool:
        now = time.time()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        self._recent.append(now)
        return self.limit is not None and len(self._recent) > self.limit * (10 if keyed else 3) / 3

    def _search(self, fields: dict[str, str]) -> Reply:
        term = fields.get("term", "")
        if not term.strip():
            return search_error("Empty term and query_key - nothing todo")
        start, retmax = int(fields.get("retstart", 0)), int(fields.get("retmax", 20))
        if start >= CAP:
            return search_error(CAP_ERROR)
        unknown = re.findall(r"\bzzz\w*", term)
        found = self._matches(term, fields)
        if unknown and not re.sub(r"\bzzz\w*(\[\w+\])?|\bAND\b|[\s()]", "", term):
            found = []
        page = found[start : min(start + retmax, CAP)]
        env = ""
        if fields.get("usehistory") == "y":
            self._history.append(found)
            env = f"<QueryKey>{len(self._history)}</QueryKey><WebEnv>MCID_made_up</WebEnv>"
        body = _SEARCH.format(
            count=len(found),
            retmax=len(page),
            start=start,
            env=env,
            ids="".join(f"<Id>{pmid}</Id>\n" for pmid in page),
            translation=escape(re.sub(r"\bzzz\w*(\[\w+\])?", "", term)),
            lists=_lists(unknown, found),
        )
        return Reply(body.encode())

    def _matches(self, term: str, fields: dict[str, str]) -> list[int]:
        spans = _EDAT.findall(term)
        if fields.get("datetype") == "edat" and "mindate" in fields and "maxdate" in fields:
            spans.append((fields["mindate"], fields["maxdate"]))
        known = "no PMID ranges" not in self.faults.values()
        ranges = [(int(low), int(high)) for low, high in _UID.findall(term) if known]
        days = [tuple(date(*map(int, end.split("/"))) for end in span) for span in spans]
        return [
            pmid
            for pmid in self.newest_first
            if all(first <= self.records[pmid] <= last for first, last in days)
            and all(low <= pmid <= high for low, high in ranges)
            and (pmid in self.retracted or _RETRACTED not in term)
        ]

    def _fetch(self, fields: dict[str, str]) -> Reply:
        if "query_key" in fields:
            stored = self._history[int(fields["query_key"]) - 1]
            start = int(fields.get("retstart", 0))
            if start >= len(stored):
                return fetch_error(HISTORY_ERROR.format(start, len(stored)))
            if start >= CAP:
                return fetch_error(CAP_ERROR)
            asked = stored[start : min(start + int(fields.get("retmax", 20)), CAP)]
        else:
            asked = [int(i) for i in fields.get("id", "").split(",") if i.strip().isdecimal()]
        if not asked:
            return fetch_error(NO_IDS)
        known = (pmid for pmid in asked if pmid in self.records and pmid not in self.gone)
        return Reply(article_set((pmid, self.records[pmid]) for pmid in known))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are part of the game."""


def _lists(unknown: list[str], found: list[int]) -> str:
    errors = "".join(f"<PhraseNotFound>{word}</PhraseNotFound>" for word in unknown)
    text = f"<ErrorList>{errors}</ErrorList>" if errors else ""
    if not found:
        text += "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
    return text


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def _serve(self, query: str) -> None:
        service = urlsplit(self.path).path.rsplit("/", 1)[-1].removesuffix(".fcgi")
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        self.close_connection = True
        if service not in ("esearch", "efetch"):
            return self._send(Reply(b"no such service", status=404))
        if self.command == "GET" and len(self.path) > 4_000:
            return self._send(Reply(b"Request-URI Too Long", status=414))
        return self._send(self.server.answer(service, self.command, fields))

    def _send(self, reply: Reply) -> None:
        if reply.how == "hang":
            self.server.closing.wait(2)
        if reply.how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply.how in ("close", "hang", "reset"):
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.kind,
            "Connection": "close",
            **reply.headers,
        }.items():
            self.send_header(name, value)
        chunked = reply.how == "cut-chunked"
        length = (
            ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", len(reply.body))
        )
        self.send_header(length[0], str(length[1]))
        self.end_headers()
        self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        half = reply.body[: len(reply.body) // 2]
        if reply.how == "cut":
            self.wfile.write(half)
        elif reply.how == "cut-chunked":
            self.wfile.write(b"%x\r\n%b\r\n" % (len(half), half))
        elif reply.how == "drip":
            for byte in reply.body[:100]:
                self.wfile.write(bytes([byte]))
                if self.server.closing.wait(0.02):
                    break
        else:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what arrived is in `calls`."""


@contextmanager
def serve(
    hits: int = 50, faults: Mapping[Any, str] | None = None, **options: Any
) -> Iterator[Server]:
    """A running server. `faults` maps a request's number, (service, number) or a service (every
    request of it) to a name of `eutils_faults.ALL`. Options: first, last (entry dates), busy
    (more hits, all of the last day), gone (PMIDs), chance and seed (random passing faults), limit
    (requests a second; 429 above it), delay (seconds before an answer), slow (up to so many more,
    at random), retracted (PMIDs), port.
    """
    span = {"first": date(2015, 1, 1), "last": date(2024, 12, 31), "busy": 0}
    span |= {name: options.pop(name) for name in tuple(options) if name in span}
    server = Server(made_up(hits, **span), faults=faults, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--hits", type=int, default=500)
    parser.add_argument("--busy", type=int, default=0, help="more hits, all on one day")
    parser.add_argument("--chance", type=float, default=0.0, help="of a random fault, 0 to 1")
    parser.add_argument("--limit", type=int, default=3, help="requests a second without key")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before an answer")
    parser.add_argument("--slow", type=float, default=0.0, help="up to so many more, at random")
    options = vars(parser.parse_args())
    with serve(**options) as server:
        print(server.url, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
