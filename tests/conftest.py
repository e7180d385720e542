"""What tests share: the real data beside the project, databases of both kinds, a small review."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from review import actions
from review.actions import Caller
from review.store.engine import Database
from review.vocab import Channel

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
HOLDER = Caller(None, Channel.API)


def absent(what: str) -> None:
    """Skip with one clear line; in CI, where everything is installed, fail instead."""
    if IN_CI:
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project."""
    found = ROOT.parent / "shared" / "data"
    if not found.is_dir():
        pytest.skip(f"the real data is not at {found}")
    return found


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server: REVIEW_TEST_POSTGRESQL, or one started for the tests."""
    if given := os.environ.get("REVIEW_TEST_POSTGRESQL"):
        yield given.rstrip("/")
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if not initdb:
        absent("PostgreSQL is not installed (no initdb found)")
    folder = tmp_path_factory.mktemp("postgresql")
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        for parent in folder.parents[:3]:
            parent.chmod(0o755)
        as_user = ["runuser", "-u", "postgres", "--"]
    data, log = folder / "data", folder / "log"
    subprocess.run(
        [*as_user, initdb, "-D", data, "-A", "trust", "-U", "postgres"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    control = [*as_user, str(Path(initdb).with_name("pg_ctl")), "-D", data]
    port = _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    subprocess.run(
        [*control, "-w", "-l", log, "-o", options, "start"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    yield f"postgresql://postgres@127.0.0.1:{port}"
    subprocess.run(
        [*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder
    )


def _free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/review.db"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"review_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def review(database_url: str) -> Iterator[Database]:
    """An empty review with an owner, two reviewers and an adjudicator, on either engine."""
    db = actions.init(database_url)
    for name, role in (
        ("Olga", "owner"),
        ("Anna", "reviewer"),
        ("Ben", "reviewer"),
        ("Cara", "adjudicator"),
    ):
        actions.add_member(db, HOLDER, name, [role])
    yield db
    db.close()


@pytest.fixture
def sqlite_review(tmp_path: Path) -> Iterator[Database]:
    """An empty review on SQLite, for what does not depend on the engine."""
    db = actions.init(f"sqlite:///{tmp_path}/review.db")
    for name, role in (
        ("Olga", "owner"),
        ("Anna", "reviewer"),
        ("Ben", "reviewer"),
        ("Cara", "adjudicator"),
    ):
        actions.add_member(db, HOLDER, name, [role])
    yield db
    db.close()
