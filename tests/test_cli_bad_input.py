"""Bad input on the command line: status 1, one clear line on stderr, and nothing changed."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.protocol import default_text
from review.vocab import Channel
from tests.command_line import RIS, done, process, review

STAGE = ("--stage", "title-abstract")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a review: 1 is settled, 2 in conflict, 3 has one vote; and with bad files."""
    folder = tmp_path_factory.mktemp("prepared")
    files = {
        "found.ris": RIS,
        "empty.ris": "",
        "binary.ris": bytes(range(256)) * 40,
        "page.html": "<html><body>Sign in to continue</body></html>",
        "broken.yaml": "title: [never closed\n",
        "unknown.yaml": default_text() + "\nquestoin: B\n",
        "form.json": '{"study": ',
        "list.json": "[1, 2]",
        "code.json": json.dumps({"study": {"population": "martians"}}),
        "latin.txt": "Müller".encode("latin-1"),
        "votes.csv": "record,stage,reviewer,vote\n1,title-abstract,Zoe,include\n",
        "other.csv": "accession,stage,reviewer,vote\nZ1,title-abstract,Anna,include\n",
        "columns.csv": "a,b\n1,2\n",
        "text.pdf": "no PDF",
    }
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    found = f"sqlite:///{folder}/review.db"
    done("init", database=found)
    for name, role in (
        ("Olga", "owner"), ("Anna", "reviewer"), ("Ben", "reviewer"), ("Dan", "reviewer"),
        ("Cara", "adjudicator"), ("Anna", "adjudicator"), ("Vic", "viewer"), ("Gone", "reviewer"),
    ):  # fmt: skip
        done("member", "add", name, "--role", role, database=found)
    done("member", "deactivate", "Gone", database=found)
    done("import", folder / "found.ris", "--source", "X", database=found)
    for record, verdict, name in (
        (1, "include", "Anna"), (1, "include", "Ben"), (2, "include", "Anna"),
        (2, "exclude", "Ben"), (3, "include", "Anna"),
    ):  # fmt: skip
        done("vote", record, verdict, "--as", name, *STAGE, database=found)
    return folder


@pytest.fixture
def url(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The prepared review, copied into the working folder."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path}/review.db"


def head(url: str) -> dict:
    db = actions.open_review(url)
    try:
        return actions.verify(db, Caller(None, Channel.API))["head"]
    finally:
        db.close()


TABLE = {
    "a third vote": (["vote", 1, "exclude", "--as", "Dan", *STAGE], "settled"),
    "a third vote in conflict": (["vote", 2, "exclude", "--as", "Dan", *STAGE], "2 votes already"),
    "a vote without the role": (["vote", 3, "include", "--as", "Vic", *STAGE], "role reviewer"),
    "a vote of one who left": (["vote", 3, "include", "--as", "Gone", *STAGE], "has left"),
    "an unknown member": (["vote", 3, "include", "--as", "Zoe", *STAGE], "no member 'Zoe'"),
    "an unknown record": (["vote", 99, "include", "--as", "Ben", *STAGE], "no record 99"),
    "a record beyond all numbers": (
        ["vote", 10**30, "include", "--as", "Ben", *STAGE],
        "too large",
    ),
    "an unknown verdict": (["vote", 3, "perhaps", "--as", "Ben", *STAGE], "'perhaps'"),
    "an unknown stage": (
        ["vote", 3, "include", "--as", "Ben", "--stage", "third"],
        "'third' is no stage",
    ),
    "an unknown reason": (
        ["vote", 3, "exclude", "--as", "Ben", *STAGE, "--reason", "dull"],
        "'dull' is no reason",
    ),
    "a full text not reached": (
        ["vote", 3, "include", "--as", "Ben", "--stage", "full-text"],
        "has not advanced",
    ),
    "a ruling without conflict": (
        ["rule", 1, "include", "--as", "Cara", *STAGE],
        "no conflict",
    ),
    "a ruling by one of the two": (
        ["rule", 2, "include", "--as", "Anna", *STAGE],
        "somebody else must rule",
    ),
    "a ruling without the role": (["rule", 2, "include", "--as", "Dan", *STAGE], "adjudicator"),
    "an unknown code": (["tag", 1, "martians", "--as", "Anna"], "martians"),
    "an unknown target": (["tag", "star:1", "human", "--as", "Anna"], "star:1"),
    "an unknown role": (["member", "add", "New", "--role", "boss"], "'boss' is no role"),
    "an empty file": (["import", "empty.ris", "--source", "X"], "is empty"),
    "a binary file": (["import", "binary.ris", "--source", "X"], "binary"),
    "a page instead of records": (["import", "page.html", "--source", "X"], "page.html"),
    "a missing file": (["import", "nowhere.ris", "--source", "X"], "No such file"),
    "a folder": (["import", ".", "--source", "X"], "is a folder"),
    "a source without a name": (["import", "found.ris", "--source", " "], "source"),
    "an unknown kind": (
        ["import", "found.ris", "--source", "Y", "--kind", "shop"],
        "'shop' is no kind",
    ),
    "a date that is none": (
        ["import", "found.ris", "--source", "Y", "--date", "yesterday"],
        "'yesterday' is no date",
    ),
    "a strategy that is no text": (
        ["import", "found.ris", "--source", "Y", "--strategy", "latin.txt"],
        "UTF-8",
    ),
    "a file that is no PDF": (["report", 1, "retrieved", "--pdf", "text.pdf"], "not a PDF"),
    "a missing PDF": (["report", 1, "retrieved", "--pdf", "no.pdf"], "no.pdf: No such file"),
    "an unknown status": (["report", 1, "lost"], "'lost' is no status"),
    "a form that is no JSON": (["extract", 1, "--as", "Anna", "--file", "form.json"], "not JSON"),
    "a form that is a list": (["extract", 1, "--as", "Anna", "--file", "list.json"], ""),
    "a form with unknown codes": (
        ["extract", 1, "--as", "Anna", "--file", "code.json"],
        "population",
    ),
    "a malformed expression": (["evidence", "--where", "population = "], ""),
    "an expression with unknown facet": (["evidence", "--where", "colour = red"], "colour"),
    "an unknown column": (["evidence", "--columns", "study,colour"], "colour"),
    "an unknown format": (["evidence", "--format", "doc"], "doc"),
    "an unknown format of the flow": (["prisma", "--format", "gif"], "'gif'"),
    "a day that is none": (["prisma", "--as-of", "2025-02-30"], "2025-02-30"),
    "an unknown export": (["export", "hopes", "--format", "csv"], "'hopes'"),
    "a pair of one": (["agreement", "--pair", "Anna"], "pair"),
    "a merge with itself": (["duplicates", "merge", 1, 1], "two different"),
    "a split of one": (["duplicates", "split", 3], "not merged"),
    "an owner who owns nothing": (["dedup", "--as", "Vic"], "role owner"),
    "votes of somebody unknown": (["import-votes", "votes.csv", "--format", "csv"], "'Zoe'"),
    "votes on other records": (
        ["import-votes", "other.csv", "--format", "csv"],
        "None of the decisions",
    ),
    "votes in other columns": (
        ["import-votes", "columns.csv", "--format", "csv"],
        "lacks the columns",
    ),
    "votes of another format": (["import-votes", "columns.csv", "--format", "rayyan"], "Rayyan"),
    "a format unknown for votes": (["import-votes", "votes.csv", "--format", "xls"], "'xls'"),
    "a binary file of votes": (["import-votes", "binary.ris", "--format", "csv"], "binary"),
    "an empty file of votes": (["import-votes", "empty.ris", "--format", "csv"], "empty"),
    "half a mapping": (
        ["import-votes", "votes.csv", "--format", "csv", "--as-reviewer", "Zoe"],
        "COLUMN=NAME",
    ),
    "a review where there is one": (["init"], "already holds a review"),
    "a demonstration in a review": (["demo", "--no-serve"], "a review of your own"),
}


@pytest.mark.parametrize(("args", "said"), TABLE.values(), ids=TABLE.keys())
def test_bad_input_is_one_line_and_changes_nothing(args, said, url):
    before = head(url)
    answer = review(*args, database=url, as_json=True)
    assert answer.status == 1, answer
    # of a form every faulty cell is told, as the one document that --json prints
    assert answer.out == "" or answer.document["faults"], answer
    assert answer.err.count("\n") == 1
    assert said in answer.err
    assert head(url) == before


@pytest.mark.parametrize(
    ("protocol", "said"),
    [("broken.yaml", "broken.yaml"), ("unknown.yaml", "questoin"), ("nowhere.yaml", "nowhere")],
)
def test_a_bad_protocol_makes_nothing(protocol, said, url, tmp_path):
    answer = review("init", protocol, database=f"sqlite:///{tmp_path}/new.db")
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    assert said in answer.err
    assert not (tmp_path / "new.db").exists()


def test_databases_that_are_none_are_told_apart(url, tmp_path):
    (tmp_path / "text.db").write_text("this is a text, and not a short one at that " * 9)
    sqlite3.connect(tmp_path / "bare.db").execute("CREATE TABLE t (a)").connection.close()
    for database, said in (
        ("sqlite:///nowhere.db", "review init"),
        ("sqlite:///text.db", "cannot be opened"),
        ("sqlite:///bare.db", "holds no review"),
        ("mysql://host/name", "SQLite or PostgreSQL"),
        ("not a url", "not a database URL"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be opened"),
    ):
        answer = review("status", database=database)
        assert (answer.status, answer.out, answer.err.count("\n")) == (1, "", 1), answer
        assert said in answer.err


def test_a_database_from_a_newer_version_is_left_alone(url, tmp_path):
    conn = sqlite3.connect(tmp_path / "review.db")
    with conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    answer = review("vote", 3, "include", "--as", "Ben", *STAGE, database=url)
    assert answer.status == 1
    assert "newer version" in answer.err
    assert answer.err.count("\n") == 1


def test_a_review_that_does_not_verify_says_so(url, tmp_path):
    conn = sqlite3.connect(tmp_path / "review.db")
    with conn:
        conn.execute("UPDATE standing SET state = 'excluded' WHERE kept_id = 3")
    conn.close()
    answer = review("verify", database=url, as_json=True)
    assert answer.status == 1
    assert not answer.document["ok"]
    assert answer.err == "The review does not verify: standings = facts.\n"


def test_whoever_stops_reading_gets_no_traceback(url, tmp_path):
    run = process("records", "--json", "--database", url, cwd=tmp_path)
    run.stdout.close()
    assert "Traceback" not in run.stderr.read()
    run.stderr.close()
    run.wait(timeout=30)
