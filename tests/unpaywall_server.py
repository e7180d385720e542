"""A local server that answers as Unpaywall does, rightly or wrongly, as the DOI asks it to."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

FOUND = {
    "is_oa": True,
    "best_oa_location": {
        "url": "https://repository.example/paper",
        "url_for_pdf": "https://repository.example/paper.pdf",
        "host_type": "repository",
        "version": "acceptedVersion",
        "license": "cc-by",
    },
}


@dataclass
class Service:
    """Where it answers, and what it was asked: DOIs, and e-mail addresses."""

    url: str
    asked: Counter[str] = field(default_factory=Counter)
    emails: set[str] = field(default_factory=set)
    sleep: float = 0.0

    def reply(self, doi: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for a DOI: 10.1/NAME asks for what NAME says."""
        name = doi.partition("/")[2]
        if name == "slow":
            time.sleep(self.sleep)
        if name == "later" and self.asked[doi] == 1:
            return 429, b"", {}
        bodies: dict[str, Any] = {
            "none": {"is_oa": False, "best_oa_location": None},
            "script": {"is_oa": True, "best_oa_location": {"url": "javascript:alert(1)"}},
            "odd": {"doi": doi},
            "list": [1, 2],
        }
        if name.isdigit():
            return int(name), b"{}", {"Location": "http://127.0.0.1:1/secret"}
        if name == "text":
            return 200, b"<html>Down for maintenance", {}
        if name == "large":
            return 200, b" " * (3 << 20), {}
        return 200, json.dumps(bodies.get(name, FOUND)).encode(), {}


@contextmanager
def serve() -> Iterator[Service]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            doi = unquote(parts.path).removeprefix("/v2/")
            service.asked[doi] += 1
            service.emails.update(parse_qs(parts.query).get("email", []))
            status, body, headers = service.reply(doi)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Service(f"http://127.0.0.1:{server.server_port}/v2")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
