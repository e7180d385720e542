"""The command line: one record from import to evidence, --json, help, interruption."""

import csv
import fcntl
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.command_line import RIS, done, process, review

ROOT = Path(__file__).resolve().parents[1]
PROTOCOL = ROOT / "data" / "emg-nmj-ageing" / "protocol.yaml"
FORM = {
    "study": {"population": "human", "design": "des.xs.age"},
    "arms": [{"label": "young", "n": 10}, {"label": "old", "n": 12}],
    "effects": [
        {
            "outcome": "out.mu.number",
            "contrast": "con.age",
            "muscle": "ta",
            "method": ["emg.mune.desta"],
            "direction": "decrease",
            "arms": ["young", "old"],
        }
    ],
}
# DESIGN 5
COMMANDS = [
    "demo", "init", "serve", "member", "search", "import",
    "dedup", "duplicates", "next", "vote", "import-votes", "conflicts",
    "rule", "report", "tag", "extract", "agreement", "status",
    "evidence", "prisma", "export", "backup", "restore",
    "verify", "import-bundle",
]  # fmt: skip


@pytest.fixture
def ris(tmp_path: Path) -> Path:
    path = tmp_path / "found.ris"
    path.write_text(RIS, encoding="utf-8")
    return path


def test_one_record_goes_from_import_to_evidence(database_url, ris, tmp_path):
    def do(*args):
        return done(*args, database=database_url)

    do("init", PROTOCOL)
    for name, role in (("Anna", "reviewer"), ("Ben", "reviewer"), ("Cara", "adjudicator")):
        do("member", "add", name, "--role", role)
    found = do("import", ris, "--source", "Made Up Index")
    assert (found["records"], found["new"], found["rejects"]) == (3, 3, [])
    assert do("import", ris, "--source", "Made Up Index")["new"] == 0
    assert do("dedup")["merged"] == 1

    stage = ("--stage", "title-abstract")
    queue = do("next", "-n", "2", "--as", "Anna", *stage)["records"]
    first = next(one["record"] for one in queue if len(one["cluster"]) == 2)
    do("vote", first, "include", "--as", "Anna", *stage, "--key", "a-1")
    again = do("vote", first, "include", "--as", "Anna", *stage, "--key", "a-1")
    assert again["repeated"]
    do("vote", first, "exclude", "--as", "Ben", *stage, "--reason", "noage")
    assert [(c["record"], c["kind"]) for c in do("conflicts")] == [(first, "verdict")]
    assert len(do("judge", first, "include", "--as", "Cara", *stage)["votes"]) == 2
    do("rule", first, "include", "--as", "Cara", *stage, "--note", "old men are studied")
    assert do("conflicts") == []
    other = do("next", "--as", "Anna", *stage)["record"]
    for name in ("Anna", "Ben"):
        do("vote", other, "exclude", "--as", name, *stage)

    pdf = tmp_path / "full.pdf"
    pdf.write_bytes(b"%PDF-1.4\n%made up\n")
    do("report", first, "retrieved", "--pdf", pdf)
    for name in ("Anna", "Ben"):
        do("vote", first, "include", "--as", name, "--stage", "full-text")

    form = tmp_path / "form.json"
    form.write_text(json.dumps(FORM), encoding="utf-8")
    study = do("extract", f"record:{first}", "--as", "Anna", "--file", form)["study"]
    do("tag", f"study:{study}", "mod.none", "--as", "Anna")
    table = do("evidence", "--where", "population = human and outcome under out.mu")
    assert (table["effects"], table["studies"]) == (1, 1)
    assert table["rows"][0]["reports"] == [first]
    assert do("evidence", "--where", "direction = increase")["rows"] == []

    flow = do("prisma")
    assert (flow["included"]["studies"], flow["included"]["reports"]) == (1, 1)
    assert all(identity["ok"] for identity in flow["identities"])
    (agreed,) = do("agreement", "--stage", "title-abstract", "--pair", "Anna,Ben")
    assert (agreed["n"], agreed["percent"]) == (2, 0.5)
    assert do("status")["stages"]["title-abstract"]["excluded"] == 1
    assert do("verify")["ok"]
    what = [fact["what"] for fact in do("record", first)["history"]]
    assert what.count("vote") == 4
    assert {"merge", "ruling", "retrieved"} <= set(what)
    votes = review("export", "votes", "--format", "csv", database=database_url)
    rows = list(csv.DictReader(io.StringIO(votes.out)))
    assert [row["kind"] for row in rows].count("ruling") == 1
    assert len(rows) == 7


def test_what_is_printed_for_people_shows_record_text_as_it_is(sqlite_review, ris):
    url = sqlite_review.url
    review("import", ris, "--source", "X", database=url)
    shown = review("record", 3, database=url)
    assert "[bold]Weekly[/bold] gardening" in shown.out
    listed = review("records", database=url)
    assert "[bold]Weekly[/bold]" in listed.out


@pytest.mark.parametrize(
    "args",
    [
        ("status",), ("agreement",), ("conflicts",), ("searches",), ("duplicates",),
        ("duplicates", "clusters"), ("records",), ("record", 1), ("sought",), ("studies",),
        ("evidence",), ("prisma",), ("verify",), ("member", "list"), ("dedup", "--dry-run"),
        ("next", "--as", "Anna", "--stage", "title-abstract"), ("my-votes", "--as", "Anna"),
        ("tags", "record:1"), ("suggest", 1), ("export", "records"), ("rejects", 1),
    ],
    ids=lambda args: " ".join(map(str, args)),
)  # fmt: skip
def test_json_is_one_document_and_people_get_lines(args, sqlite_review, ris, tmp_path):
    url = sqlite_review.url
    review("import", ris, "--source", "X", database=url)
    assert review(*args, database=url, as_json=True).document is not None
    for_people = review(*args, database=url)
    assert (for_people.status, for_people.err) == (0, "")


def test_database_and_json_are_taken_before_the_command_too(sqlite_review):
    answer = review("--database", sqlite_review.url, "--json", "member", "list")
    assert [one["name"] for one in answer.document] == ["Olga", "Anna", "Ben", "Cara"]


def test_files_go_where_they_are_told(sqlite_review, ris, tmp_path):
    url = sqlite_review.url
    review("import", ris, "--source", "X", database=url)
    for args in (("prisma", "--format", "docx"), ("export", "records", "--format", "xlsx")):
        path = tmp_path / args[-1]
        assert done(*args, "--output", path, database=url)["bytes"] == path.stat().st_size
    assert review("prisma", "--format", "svg", database=url).out.lstrip().startswith("<")


def test_several_files_are_several_searches(sqlite_review, ris, tmp_path):
    second = tmp_path / "second.ris"
    second.write_text(RIS.replace("T1", "T9"), encoding="utf-8")
    found = done("import", ris, second, "--source", "X", database=sqlite_review.url)
    assert found["search"] == [1, 2]
    assert found["records"] == 6
    empty = tmp_path / "empty.ris"
    empty.touch()
    third = tmp_path / "third.ris"
    third.write_text(RIS.replace("T1", "T10"), encoding="utf-8")
    answer = review("import", third, empty, "--source", "X", database=sqlite_review.url)
    assert answer.status == 1
    assert "empty.ris is empty. Imported before it: third.ris." in answer.err


def test_wrong_usage_is_status_2():
    for args in (["vote"], ["nonsense"], ["vote", "x", "include"], ["duplicates", "merge", "1"]):
        assert review(*args).status == 2, args


def test_help_names_every_command_and_comes_at_once(tmp_path):
    began = time.perf_counter()
    run = process("--help", cwd=tmp_path)
    out, err = run.communicate(timeout=30)
    assert (run.returncode, err) == (0, "")
    assert time.perf_counter() - began < 5  # it takes 0.2 s; importing everything takes longer
    listed = {line.split()[0] for line in out.splitlines() if line.startswith("  ")}
    assert set(COMMANDS) <= listed
    assert {"pubmed", "update"} <= set(review("search", "--help").out.split())


def test_help_loads_nothing_heavy(tmp_path):
    code = "import sys; from review.cli.commands import root; print(list(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("pandas", "streamlit", "sklearn", "sqlalchemy", "review.store"):
        assert f"'{heavy}'" not in loaded


def test_the_demonstration_is_made_without_serving(tmp_path):
    url = f"sqlite:///{tmp_path}/demo.db"
    made = done("demo", "--no-serve", database=url)
    assert "simulated" in made["notice"]
    assert done("demo", "--no-serve", database=url)["title"] == made["title"]
    assert done("verify", database=url)["ok"]
    assert done("evidence", database=url)["effects"] > 0


def test_interruption_is_one_line_and_status_130(tmp_path, sqlite_review):
    fifo = tmp_path / "never.json"
    os.mkfifo(fifo)  # reading it waits for ever
    run = process(
        "--database", sqlite_review.url,
        "extract", "record:1", "--as", "Anna", "--file", fifo,
        cwd=tmp_path,
    )  # fmt: skip
    writer = _read_from(fifo, run.pid)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    os.close(writer)
    assert (run.returncode, out, err) == (130, "", "Interrupted.\n")


def _read_from(fifo, reader: int) -> int:
    """Return the writing end of a pipe once the reader waits for more of what it carries.

    Earlier is too early: a signal between the opening and the wait is noted by the interpreter,
    and acted on only when the wait is over, which it never is.
    """
    writer = None
    for _ in range(600):
        time.sleep(0.1)
        if writer is None:
            try:
                writer = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:  # a pipe nobody reads cannot be opened
                continue
            os.write(writer, b" ")
            continue
        unread = fcntl.ioctl(writer, termios.FIONREAD, b"\0" * 4)
        state = Path(f"/proc/{reader}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        if not any(unread) and state[0] == "S":
            return writer
    raise AssertionError("the command never read its form")


def test_serve_says_where_and_answers_there(tmp_path, sqlite_review):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = process("serve", "--port", port, "--json", "--database", sqlite_review.url, cwd=tmp_path)
    try:
        said = ""
        while not said.endswith("}\n"):
            said += run.stdout.readline()
        url = json.loads(said)["url"]
        for _ in range(100):
            time.sleep(0.2)
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    assert answer.status == 200
                    break
            except urllib.error.URLError:
                continue
        else:
            pytest.fail("the app never answered")
        taken = review("serve", "--port", port, database=sqlite_review.url)
        assert (taken.status, taken.err.count("\n")) == (1, 1)
        assert "choose another --port" in taken.err
    finally:
        run.terminate()
        out, _ = run.communicate(timeout=30)
    assert out == ""


def test_a_backup_brings_back_what_was(tmp_path, sqlite_review, ris):
    url, kept = sqlite_review.url, tmp_path / "kept.db"
    done("import", ris, "--source", "X", database=url)
    found = done("backup", kept, database=url)
    assert found["head"] == done("verify", database=url)["head"]
    done("vote", 1, "include", "--as", "Anna", "--stage", "title-abstract", database=url)
    back = f"sqlite:///{tmp_path}/back.db"
    assert done("restore", kept, database=back)["head"] == found["head"]
    assert done("status", database=back)["stages"]["title-abstract"]["unscreened"] == 3
    assert [path.name for path in tmp_path.glob("*.making*")] == []

    for args, database in (
        (("backup", kept), url),  # never over what is there
        (("restore", kept), url),
        (("restore", tmp_path / "nowhere.db"), back + ".new"),
        (("restore", ris), back + ".new"),
    ):
        answer = review(*args, database=database)
        assert (answer.status, answer.out, answer.err.count("\n")) == (1, "", 1), answer
    with sqlite3.connect(kept) as conn:
        conn.execute("UPDATE standing SET state = 'excluded' WHERE kept_id = 2")
    conn.close()
    tampered = review("restore", kept, database=back + ".new")
    assert "does not verify: standings = facts" in tampered.err
    assert not (tmp_path / "back.db.new").exists()
