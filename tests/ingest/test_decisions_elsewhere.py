"""What other tools' files tell of decisions: ASReview projects of three layouts, RIS, workbooks."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from review.errors import BadInput
from review.ingest.decision_rows import rows
from review.ingest.decisions import read_decisions
from review.vocab import Stage, Verdict
from tests.ingest.export_samples import SAMPLES

RECORDS = [(0, "Motor units of the made-up mouse", "10.5555/one"), (1, "Firing rates", None)]
RECORD_TABLE = "CREATE TABLE record (record_id INTEGER, title TEXT, doi TEXT)"
RESULTS = (
    "CREATE TABLE results (record_id INTEGER UNIQUE, label INTEGER, querier TEXT, time FLOAT,"
    " note TEXT, tags JSON, user_id INTEGER)"
)
CHANGES = "CREATE TABLE decision_changes (record_id INTEGER, {}, time FLOAT, user_id INTEGER)"
TRIGGER = (
    "CREATE TRIGGER trg_results_label_update AFTER UPDATE OF label ON results FOR EACH ROW"
    " WHEN OLD.label IS NOT NEW.label BEGIN INSERT INTO decision_changes"
    " VALUES (OLD.record_id, OLD.label, OLD.time, OLD.user_id); END"
)


def database(*statements: str, rows: dict[str, list[tuple]] | None = None, folder: Path) -> bytes:
    path = folder / "made.db"
    with closing(sqlite3.connect(path)) as conn:
        for statement in statements:
            conn.execute(statement)
        for table, values in (rows or {}).items():
            marks = ",".join("?" * len(values[0]))
            conn.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        conn.commit()
    data = path.read_bytes()
    path.unlink()
    return data


def project(path: Path, **files: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps({"id": "x"}))
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def told(path: Path, format: str = "asreview", **more) -> list[tuple]:
    found = read_decisions(path, format=format, **more)
    return [
        (d.reviewer, d.subject.title, d.verdict, d.at and d.at.timestamp()) for d in found.items
    ]


def test_a_project_of_version_3_gives_every_label_ever_given(tmp_path):
    """Its triggers keep the old label with its time, so nothing is lost."""
    results = database(
        RECORD_TABLE,
        RESULTS,
        CHANGES.format("label INTEGER"),
        TRIGGER,
        "INSERT INTO results VALUES (0, 1, 'max', 100.5, 'why', '[{\"name\": \"mouse\"}]', NULL)",
        "UPDATE results SET label = 0, time = 200 WHERE record_id = 0",
        rows={"record": RECORDS, "results": [(1, 1, "max", 150.0, None, None, None)]},
        folder=tmp_path,
    )
    path = project(tmp_path / "v3.asreview", **{"results.db": results})
    title = RECORDS[0][1]
    assert told(path) == [
        ("asreview", title, Verdict.INCLUDE, 100.5),
        ("asreview", "Firing rates", Verdict.INCLUDE, 150.0),
        ("asreview", title, Verdict.EXCLUDE, 200.0),
    ]
    found = read_decisions(path, format="asreview", stage=Stage.FULL_TEXT)
    assert found.lost == []
    assert {d.stage for d in found.items} == {Stage.FULL_TEXT}
    assert found.items[-1].note == "why\nASReview tags: mouse"
    assert read_decisions(path, format="asreview").items[0].key == found.items[0].key


def test_a_project_of_version_2_says_what_it_overwrote(tmp_path):
    """It keeps the label after a change; the first one is gone, and that is said."""
    results = database(
        RESULTS,
        CHANGES.format("label INTEGER"),
        rows={
            "results": [(0, 0, "max", 100.0, None, "[]", 3), (1, 1, None, 50.0, None, "[]", 4)],
            "decision_changes": [(0, 0, 300.0, 3)],
        },
        folder=tmp_path,
    )
    store = database(RECORD_TABLE, rows={"record": RECORDS}, folder=tmp_path)
    path = project(
        tmp_path / "v2.asreview", **{"reviews__a1__results.db": results, "data_store.db": store}
    )
    assert told(path) == [
        ("user 4", "Firing rates", Verdict.INCLUDE, 50.0),
        ("user 3", RECORDS[0][1], Verdict.EXCLUDE, 300.0),
    ]
    lost = read_decisions(path, format="asreview").lost
    assert "the first label of 1 records" in lost[0]
    assert "names of the users" in lost[1]


def test_a_project_of_version_1_is_read_with_its_dataset(tmp_path):
    results = database(
        "CREATE TABLE results (record_id INTEGER, label INTEGER, query_strategy TEXT,"
        " labeling_time INTEGER, notes TEXT)",
        CHANGES.format("new_label INTEGER"),
        rows={
            "results": [
                (0, 1, "prior", "2023-05-01 10:00:00.5", None),
                (1, 0, "max", "2023-05-01 10:01:00", "n"),
                (7, 1, "max", "2023-05-01 10:02:00", None),
            ]
        },
        folder=tmp_path,
    )
    dataset = "title,abstract,doi\nMotor units,a,10.5555/one\nFiring rates,b,\n"
    path = project(
        tmp_path / "v1.asreview", **{"reviews__a1__results.sql": results, "data__my.csv": dataset}
    )
    found = read_decisions(path, format="asreview")
    assert [(d.subject.title, d.verdict) for d in found.items] == [
        ("Motor units", Verdict.INCLUDE),
        ("Firing rates", Verdict.EXCLUDE),
    ]
    assert found.items[0].subject.doi == "10.5555/one"
    assert "known before" in found.items[0].note
    assert [bad.position for bad in found.rejects] == ["record 7 of the project"]


@pytest.mark.parametrize(
    "files",
    [{}, {"results.db": b"SQLite format 3\x00" + b"rubbish" * 200}, {"results.db": b""}],
    ids=["unlabelled", "damaged", "empty"],
)
def test_a_project_that_tells_nothing_says_so(tmp_path, files):
    path = project(tmp_path / "bad.asreview", **files)
    with pytest.raises(BadInput, match=r"bad\.asreview is a(n| damaged) ASReview project"):
        read_decisions(path, format="asreview")


def test_a_truncated_project_is_one_sentence(tmp_path):
    path = project(tmp_path / "cut.asreview", **{"results.db": b"x" * 5000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInput, match=r"cut\.asreview"):
        read_decisions(path, format="asreview")


def test_ris_of_asreview_carries_its_labels_in_notes(tmp_path):
    path = tmp_path / "labels.ris"
    path.write_text(
        "TY  - JOUR\nTI  - One\nN1  - ASReview_relevant\nN1  - asreview_time: 1620817722.5\n"
        'N1  - asreview_user_name: "Anna"\nN1  - asreview_note: "odd: but in"\nER  - \n\n'
        "TY  - JOUR\nTI  - Two\nN1  - <p>ASReview_irrelevant</p>\nER  - \n\n"
        "TY  - JOUR\nTI  - Three\nN1  - ASReview_not_seen\nER  - \n",
        encoding="utf-8",
    )
    assert told(path) == [
        ("Anna", "One", Verdict.INCLUDE, 1620817722.5),
        ("asreview_label", "Two", Verdict.EXCLUDE, None),
    ]
    assert read_decisions(path, format="asreview").items[0].note == "odd: but in"


def test_a_workbook_is_a_table_like_any_other(tmp_path):
    book = openpyxl.Workbook()
    for row in (["title", "included"], ["One", 1], ["Two", 0], ["Three", None]):
        book.worksheets[0].append(row)
    path = tmp_path / "labels.xlsx"
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    assert [verdict for _, _, verdict, _ in told(path)] == [Verdict.INCLUDE, Verdict.EXCLUDE]


def test_an_old_workbook_is_a_table_too(tmp_path):
    path = tmp_path / "labels.xls"
    path.write_bytes(SAMPLES["xls"])
    header, found = rows(path)
    assert "Article Title" in header
    assert [row["Publication Year"] for _, row in found] == ["2019", "2001"]


def test_ris_of_rayyan_carries_each_reviewers_last_decision(tmp_path):
    path = tmp_path / "articles.ris"
    path.write_text(
        "TY  - JOUR\nAN  - rayyan-101\nTI  - One\n"
        'N1  - RAYYAN-INCLUSION: {"Anna"=>"Included", "Ben"=>"Maybe"} | RAYYAN-LABELS: KDE\n'
        "ER  - \n",
        encoding="utf-8",
    )
    found = read_decisions(path, format="rayyan")
    assert [(d.reviewer, d.verdict) for d in found.items] == [
        ("Anna", Verdict.INCLUDE),
        ("Ben", Verdict.MAYBE),
    ]
    assert found.items[0].subject.rayyan == "101"


ARTICLES = r'''key,title,doi,notes
rayyan-1,One,10.5555/one,"RAYYAN-INCLUSION: {""R1 ""=>""Included""} | RAYYAN-LABELS: x
USER-NOTES: {""R1 ""=>[""a \""word\"""", ""two
lines""], ""R3""=>[""only this""]}"
rayyan-2,Two,,
'''
LOG = """\
created_at,user_id,user_email,article_id,key,value
2021-05-12T11:00:00.000Z,R1,r@example.org,1,included,-1
2021-05-12T11:01:00.000Z,R1,r@example.org,1,included,1
2021-05-12T11:02:00.000Z,R2,s@example.org,2,included,0
2021-05-12T11:02:00.000Z,R1,r@example.org,1,note-abc,1
2021-05-12T11:03:00.000Z,R2,s@example.org,3,included,0
"""


def test_the_download_of_rayyan_is_its_log_on_its_articles(tmp_path):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("articles.csv", ARTICLES), ("customizations_log.csv", LOG)):
            archive.writestr(f"rayyan/{name}", text)
        archive.writestr("__MACOSX/._articles.csv", "x")
    found = read_decisions(path, format="rayyan")
    assert [(d.reviewer, d.verdict, d.subject.title, d.note) for d in found.items] == [
        ("R1", Verdict.EXCLUDE, "One", ""),
        ("R1", Verdict.INCLUDE, "One", 'a "word"\ntwo\nlines'),
        ("R2", Verdict.MAYBE, "Two", ""),
        ("R2", Verdict.MAYBE, "", ""),
    ]
    assert found.lost == ["notes of 'R3' on articles without a decision under that name (1)"]
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    assert read_decisions(folder / "rayyan", format="rayyan").items == found.items
    log = read_decisions(folder / "rayyan" / "customizations_log.csv", format="rayyan")
    assert [d.key for d in log.items] == [d.key for d in found.items]  # the same decisions again


def test_lists_of_covidence_come_in_one_zip(tmp_path):
    path = tmp_path / "lists.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("irrelevant", "screen", "select"):
            archive.writestr(f"{name}.ris", f"TY  - JOUR\nTI  - {name}\nER  - \n")
    found = read_decisions(path, format="covidence")
    assert [(d.subject.title, d.verdict) for d in found.items] == [
        ("irrelevant", Verdict.EXCLUDE),
        ("select", Verdict.INCLUDE),
    ]
    assert [bad.position for bad in found.rejects] == ["screen.ris"]
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BadInput, match=r"lists\.zip"):
        read_decisions(path, format="covidence")


def test_covidences_reliability_table_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "irr.csv"
    path.write_text("Reviewer A,Reviewer B,Cohen's Kappa\nAnna,Ben,0.5\n", encoding="utf-8")
    with pytest.raises(BadInput, match="counts decisions but does not hold them"):
        read_decisions(path, format="covidence")


def test_a_row_of_covidence_that_tells_nothing_is_a_reject(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "Title,Covidence #,Notes\nOne,#1,Exclusion reason: Wrong outcome; \nTwo,#2,\n",
        encoding="utf-8",
    )
    found = read_decisions(path, format="covidence")
    assert [(d.reasons, d.stage) for d in found.items] == [(("Wrong outcome",), Stage.FULL_TEXT)]
    assert [bad.position for bad in found.rejects] == ["line 3"]
