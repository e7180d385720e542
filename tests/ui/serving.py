"""The app served for a test in a process of its own, and a plain HTTP client beside the browser."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

# a machine at work on something else draws late: what is awaited is the sight, not the moment
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]
_SERVE = "import sys; from review.ui.server import serve; serve(port=int(sys.argv[1]))"

# before its first run, and between two that follow one another, the script is "notRunning" too
_STILL = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const still = app && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED";
  if (!still) window.stillSince = undefined;
  else window.stillSince ??= performance.now();
  return still && performance.now() - window.stillSince > 400;
}"""


def settle(page: Page) -> None:
    """Wait until the page is drawn and has stayed so, as a person who reads it would."""
    page.wait_for_function(_STILL, polling=50, timeout=30_000)


class App:
    """One server process on a port of its own; it can be stopped and started again there."""

    def __init__(self, url: str, log: Path, **settings: str) -> None:
        self.url = url
        self.log = log
        self.settings = {"REVIEW_DATABASE": url} | settings
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = int(sock.getsockname()[1])
        self.address = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=os.environ | self.settings,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if Client(self.port).get("/_stcore/health").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            assert self.process.poll() is None, self.log.read_text()
        raise AssertionError(f"the app did not start: {self.log.read_text()}")

    def command(self) -> list[str]:
        """The process that serves it."""
        return [sys.executable, "-c", _SERVE, str(self.port)]

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """A client that keeps the sign-in cookie, as a browser would."""

    port: int
    cookie: str = ""
    name: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, given: Any, **headers: str) -> Answer:
        body = given if isinstance(given, bytes) else json.dumps(given).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/json"} | headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent["Cookie"] = self.cookie
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return answer

    def sign_in(self, name: str, password: str) -> Answer:
        return self.post("/sign-in", {"name": name, "password": password})
