"""One record from search to evidence table through the real `review` command, a process each."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from review import actions
from tests.conftest import HOLDER
from tests.end_to_end import case
from tests.end_to_end.processes import Together, commands
from tests.eutils_server import Server


@pytest.fixture
def together(database_url: str, pubmed: Server, tmp_path: Path) -> Together:
    """Run several commands at once, as a team does; return the document of each."""
    return commands(database_url, tmp_path, REVIEW_EUTILS_URL=pubmed.url)


# the browser carries the same record on SQLite
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_record_on_the_command_line(
    together: Together, database_url: str, pubmed: Server, tmp_path: Path
) -> None:
    def do(*command: object) -> Any:
        return together(command)[0]

    do("init", case.protocol(tmp_path))
    together(*(("member", "add", name, "--role", role) for name, role in case.TEAM.items()))

    # search, import, duplicates
    counted = do("search", "pubmed", case.QUERY, "--dry-run", "--as", "Olga")
    assert (counted["search"], counted["count"], counted["imported"]) == (None, 4, 0)
    assert [call.service for call in pubmed.calls] == ["esearch"]
    found = do("search", "pubmed", case.QUERY, "--as", "Olga")
    assert (found["count"], found["imported"], found["missing"]) == (4, 4, [])
    assert found["complete"]
    file = tmp_path / "index.ris"
    file.write_text(case.RIS, encoding="utf-8")
    read = do("import", file, "--source", "Made Up Index", "--as", "Olga")
    assert (read["records"], read["new"], read["rejects"]) == (1, 1, [])
    merged = do("dedup", "--as", "Olga")
    assert (merged["merged"], merged["questions"]) == (1, 0), merged

    # two reviewers at once, blind to each other; a third settles what they disagree on
    first = ("--stage", "title-abstract")
    queue = do("next", "-n", "50", "--as", "Anna", *first)
    records = case.by_title(queue["records"])
    assert len(records) == queue["remaining"] == 4
    target, other, missing = (
        records[title] for title in (case.TARGET, case.WITHOUT_EMG, case.NOT_HAD)
    )
    for title, record in records.items():
        together(
            *(
                ("vote", record, case.first_verdict(name, title), "--as", name, *first)
                for name in ("Anna", "Ben")
            )
        )
    (conflict,) = do("conflicts", *first)
    assert (conflict["record"], conflict["kind"]) == (target, "verdict")
    settle = (target, "include", "--as", "Cara", *first)
    shown = do("judge", *settle)
    assert sorted(vote["verdict"] for vote in shown["votes"]) == ["exclude", "include"]
    assert do("rule", *settle, "--note", "Old age is studied.")["verdict"] == "include"

    # full texts
    paper = case.pdf(tmp_path)
    together(
        ("report", target, "retrieved", "--pdf", paper, "--as", "Olga"),
        ("report", other, "retrieved", "--link", "https://example.org/2", "--as", "Olga"),
        ("report", missing, "not-retrieved", "--tried", "library, authors", "--as", "Olga"),
    )
    for record, verdict in ((target, ("include",)), (other, ("exclude", "--reason", "ex.noemg"))):
        together(
            *(
                ("vote", record, *verdict, "--as", name, "--stage", "full-text")
                for name in ("Anna", "Ben")
            )
        )

    # extraction, evidence, reporting
    form = tmp_path / "form.json"
    form.write_text(json.dumps(case.FORM), encoding="utf-8")
    stored = do("extract", target, "--as", "Emma", "--file", form)
    assert len(stored["effects"]) == 1
    table, flow, verified, agreed, history, votes = together(
        ("evidence", "--where", case.WHERE),
        ("prisma",),
        ("verify",),
        ("agreement", *first, "--pair", "Anna,Ben"),
        ("record", target),
        ("export", "votes", "--format", "csv"),
    )
    assert (table["effects"], table["studies"]) == (1, 1)
    assert table["rows"][0]["reports"] == [target]
    assert {box: n for box, n in flow["boxes"].items() if n} == case.BOXES
    assert all(identity["ok"] for identity in flow["identities"])
    assert verified["ok"], verified
    assert (agreed[0]["n"], agreed[0]["percent"]) == (4, 2 / 4)
    facts = [(fact["what"], fact["by"]) for fact in history["history"]]
    assert {("vote", "Anna"), ("vote", "Ben"), ("ruling", "Cara"), ("retrieved", "Olga")} <= {
        *facts
    }
    rows = list(csv.DictReader(io.StringIO(votes["content"])))
    assert [row["reviewer"] for row in rows if row["kind"] == "ruling"] == ["Cara"]
    assert sorted(
        (row["reviewer"], row["vote"])
        for row in rows
        if (row["record"], row["stage"]) == (str(target), "title-abstract")
    ) == [("Anna", "include"), ("Ben", "exclude"), ("Cara", "include")]

    db = actions.open_review(database_url)
    report = next(one for one in actions.sought(db, HOLDER) if one["record"] == target)
    document = actions.document(db, HOLDER, report["document"])
    db.close()
    assert document["data"] == paper.read_bytes()
    assert "Fewer motor units" in PdfReader(io.BytesIO(document["data"])).pages[0].extract_text()
