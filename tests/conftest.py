"""What tests share: the real data beside the project, databases of both kinds, a small review."""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import settings

from review import actions
from review.actions import Caller
from review.store.engine import Database
from review.vocab import Channel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# a loaded machine is no bug: how long an example may take is left to the benchmarks
settings.register_profile("review", deadline=None)
settings.load_profile("review")

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
_SHARED_MEMORY = Path("/dev/shm")
# a folder in memory, where there is one with room for all the tests' databases
MEMORY = (
    _SHARED_MEMORY
    if _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > 4 * 2**30
    else None
)
if MEMORY:
    # each act waits for the disk, as it must: here that would be most of the time the tests take
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
HOLDER = Caller(None, Channel.API)


def absent(what: str) -> None:
    """Skip with one clear line; in CI, where everything is installed, fail instead."""
    if IN_CI:
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session", autouse=True)
def rate_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests ask a server of their own: they need not wait for each other, nor leave anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEW_RATE_FOLDER", str(tmp_path_factory.mktemp("rate")))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project."""
    found = ROOT.parent / "shared" / "data"
    if not found.is_dir():
        pytest.skip(f"the real data is not at {found}")
    return found


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: REVIEW_TEST_POSTGRESQL, or one started for the tests."""
    if given := os.environ.get("REVIEW_TEST_POSTGRESQL"):
        yield given.rstrip("/")
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if not initdb:
        absent("PostgreSQL is not installed (no initdb found)")
    as_user: list[str] = []
    # not under pytest's own folder, which only root may enter: PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="review-postgresql-", dir=MEMORY) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        run = partial(subprocess.run, check=True, capture_output=True, cwd=folder)
        run([*as_user, initdb, "-D", folder / "data", "-A", "trust", "-U", "postgres", "-N"])
        control = [*as_user, str(Path(initdb).with_name("pg_ctl")), "-D", folder / "data"]
        port = _free_port()
        # what is lost when the machine itself loses power is lost with the test; with fsync on,
        # making and dropping a database for every test takes longer than all else
        settings = ("listen_addresses=127.0.0.1", "max_connections=300", "fsync=off")
        options = f"-p {port} -k {folder} " + " ".join(f"-c {setting}" for setting in settings)
        run([*control, "-w", "-l", folder / "log", "-o", options, "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            run([*control, "-m", "immediate", "stop"])


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _made(url: str) -> None:
    db = actions.init(url)
    for name, role in (
        ("Olga", "owner"),
        ("Anna", "reviewer"),
        ("Ben", "reviewer"),
        ("Cara", "adjudicator"),
    ):
        actions.add_member(db, HOLDER, name, [role])
    db.close()


@pytest.fixture(scope="session")
def review_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty review with its members on SQLite, made once to be copied."""
    path = tmp_path_factory.mktemp("template") / "review.db"
    _made(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def review_template(postgresql_server: str) -> Iterator[str]:
    """The same as a database on the PostgreSQL server; gives its name."""
    name = f"review_template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")
        _made(f"{postgresql_server}/{name}")
        yield name
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database, once on SQLite and once on PostgreSQL.

    It is empty, or holds the review for a test that asks for `review` too.
    """
    full = "review" in request.fixturenames
    if request.param == "sqlite":
        if full:
            shutil.copy(request.getfixturevalue("review_file"), tmp_path / "review.db")
        yield f"sqlite:///{tmp_path}/review.db"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("review_template") if full else "template0"
    name = f"review_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield f"{server}/{name}"
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def review(database_url: str) -> Iterator[Database]:
    """An empty review with an owner, two reviewers and an adjudicator, on either engine."""
    db = actions.open_review(database_url)
    yield db
    db.close()


@pytest.fixture
def sqlite_review(review_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty review on SQLite, for what does not depend on the engine."""
    shutil.copy(review_file, tmp_path / "review.db")
    db = actions.open_review(f"sqlite:///{tmp_path}/review.db")
    yield db
    db.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration on SQLite: to be read, or to be copied and written.

    It is made once for all workers, and each has a copy.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / "demonstration.db"
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            actions.demo(f"sqlite:///{folder}/demonstration.part").close()
            (folder / "demonstration.part").rename(made)
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(made, path)
    return path


@pytest.fixture(scope="session")
def tagged_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with one extracted study on SQLite, made once to be copied."""
    from tests.actions import tagged_study  # only where it is asked for

    folder = tmp_path_factory.mktemp("tagged")
    tagged_study.made(f"sqlite:///{folder}/review.db", folder / "p.yaml").close()
    return folder / "review.db"


@pytest.fixture
def tagged(tagged_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A review with one extracted study, to be tagged by two people."""
    shutil.copy(tagged_file, tmp_path / "review.db")
    db = actions.open_review(f"sqlite:///{tmp_path}/review.db")
    yield db
    db.close()


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """Chromium as the system has it."""
    path = os.environ.get("REVIEW_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        absent("Chromium is not installed (no chromium on the path)")
    from playwright.sync_api import sync_playwright  # only where a browser is asked for

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: "Browser") -> "Iterator[BrowserContext]":
    """A browser profile of its own: cookies and storage of one person."""
    made = chromium.new_context(viewport={"width": 1400, "height": 900})
    made.set_default_timeout(20_000)
    yield made
    made.close()
