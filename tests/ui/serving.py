"""The app served for a test in a process of its own, and a plain HTTP client beside the browser."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

# a machine at work on something else draws late: what is awaited is the sight, not the moment
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]


@cache
def _loaded() -> subprocess.Popen[str]:
    """The process that has the app loaded and is forked for each server."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ui.loaded"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve_apart(environment: dict[str, str], port: int, log: Path) -> int:
    """Start a server in a process of its own; return the number of the process."""
    loaded = _loaded()
    assert loaded.stdin
    assert loaded.stdout
    given = {"environment": environment, "port": port, "log": str(log)}
    print(json.dumps(given), file=loaded.stdin, flush=True)
    return int(loaded.stdout.readline())


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
        self.process: int | None = None

    def start(self) -> None:
        self.process = self.launch()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if Client(self.port).get("/_stcore/health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            assert _runs(self.process), self.log.read_text()
        raise AssertionError(f"the app did not start: {self.log.read_text()}")

    def launch(self) -> int:
        """Start the process that serves it; return its number."""
        return serve_apart(os.environ | self.settings, self.port, self.log)

    def stop(self) -> None:
        if self.process is not None:
            if _runs(self.process):
                os.kill(self.process, signal.SIGKILL)
            while _runs(self.process):
                time.sleep(0.01)
            self.process = None


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


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
