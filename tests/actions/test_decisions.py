"""Decisions made elsewhere come in by the rule, with their times; nothing is dropped unsaid."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed
from review.vocab import Channel

HOLDER = Caller(None, Channel.CLI)
NAMES = {"R1": "Anna", "R2": "Ben", "R3": "Cara"}
RECORDS = """\
accession,title,doi,pmid,year
rayyan-101,Motor units of the made-up mouse,10.5555/one,900001,2001
rayyan-102,Firing rates in invented rats,10.5555/two,,2002
rayyan-103,Twice the same title,,,2003
rayyan-104,Twice the same title,,,2004
"""
STAGE = "title-abstract"


@pytest.fixture
def filled(review, tmp_path):
    """A review that holds the four records above, as 1 to 4."""
    path = tmp_path / "records.csv"
    path.write_text(RECORDS, encoding="utf-8")
    actions.import_file(review, HOLDER, path, source="Rayyan")
    return review


def log(tmp_path: Path, *events: str) -> Path:
    """A customizations_log.csv of "user article key value", a minute apart."""
    lines = ["created_at,user_id,user_email,article_id,key,value"]
    for n, event in enumerate(events):
        user, article, key, value = event.split(" ")
        key = key.replace("_", " ") if not key.startswith(("__", "included")) else key
        quoted = f'"""{key}"""' if key != "included" and "SYSTEM" not in key else key
        lines.append(
            f"2021-05-12T11:{n:02}:00.000Z,{user},u@example.org,{article},{quoted},{value}"
        )
    path = tmp_path / "customizations_log.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def head(db) -> dict:
    return actions.verify(db, HOLDER)["head"]


def standing(db, record: int) -> dict[str, str]:
    return actions.record(db, HOLDER, record)["standing"]


def votes(db) -> list[dict[str, str]]:
    written = actions.export(db, HOLDER, "votes", format="csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written)))


def bring(db, path: Path, format: str = "rayyan", names: dict[str, str] | None = None, **more):
    return actions.import_votes(db, HOLDER, path, format=format, as_reviewer=names, **more)


# another export of as many records is replayed on both engines, end to end
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_accident_export_gives_its_known_figures(review, shared_data):
    folder = shared_data / "dual" / "rayyan_accident"
    read = actions.import_file(review, HOLDER, folder / "articles.csv", source="Rayyan")
    assert read["new"] == 1224
    found = bring(review, folder / "customizations_log.csv", names=NAMES)
    assert (found["matched"], found["votes"], found["unmatched"]) == (1224, 2448, [])
    told = ("votes", "changed", "rulings", "repeated", "unchanged")
    assert sum(found[name] for name in told) + len(found["skipped"]) == found["decisions"] == 2825
    (agreed,) = actions.agreement(review, HOLDER)
    assert agreed["n"] == 1224
    assert round(agreed["kappa"], 3) == 0.331
    assert agreed["table"][2][2] == 1097
    assert actions.verify(review, HOLDER)["ok"]
    before = head(review)
    again = bring(review, folder / "customizations_log.csv", names=NAMES)
    assert again["repeated"] == found["votes"] + found["changed"] + found["rulings"]
    assert head(review) == before


def test_a_third_person_rules_and_what_comes_after_is_listed(filled, tmp_path):
    path = log(
        tmp_path,
        "R3 102 included 1",  # before anybody voted: neither vote nor ruling
        "R1 101 included 1",
        "R2 101 included -1",
        "R3 101 included 1",
        "R1 101 included -1",
        "R1 101 included -1",
        "R9 101 __EXR__x 1",
    )
    found = bring(filled, path, names=NAMES)
    assert (found["votes"], found["rulings"], found["unchanged"]) == (2, 1, 1)
    assert [(one["record"], one["reviewer"]) for one in found["skipped"]] == [(2, "R3"), (1, "R1")]
    assert "role reviewer" in found["skipped"][0]["why"]
    assert "A ruling rests on this vote" in found["skipped"][1]["why"]
    assert standing(filled, 1)[STAGE] == "included"
    before = head(filled)
    assert bring(filled, path, names=NAMES)["repeated"] == 3
    assert head(filled) == before


def test_a_view_older_than_the_conflict_never_becomes_its_ruling(filled, tmp_path):
    path = log(
        tmp_path,
        "R1 101 included 1",
        "R2 101 included 1",
        "R3 101 included -1",  # they agreed then
        "R2 101 included -1",
    )
    assert bring(filled, path, names=NAMES)["rulings"] == 0
    assert standing(filled, 1)[STAGE] == "conflict"
    again = bring(filled, path, names=NAMES)
    assert again["rulings"] == 0
    assert "older than the votes" in again["skipped"][0]["why"]


def test_first_decisions_are_independent_and_changes_are_not(filled, tmp_path):
    path = log(tmp_path, "R1 101 included 0", "R2 101 included -1", "R1 101 included -1")
    found = bring(filled, path, names={"R1": "Anna", "R2": "Ben"})
    assert (found["votes"], found["changed"]) == (2, 1)
    assert standing(filled, 1)[STAGE] == "excluded"
    (agreed,) = actions.agreement(filled, HOLDER)
    assert (agreed["n"], agreed["percent"]) == (1, 0.0)
    assert [row["at"][:16] for row in votes(filled)] == [
        "2021-05-12T11:00",
        "2021-05-12T11:01",
        "2021-05-12T11:02",
    ]


def test_reasons_and_labels_go_with_the_decision_they_stood_beside(filled, tmp_path):
    path = log(
        tmp_path,
        "R1 101 __EXR__Outros 1",
        "R1 101 included -1",
        "R1 101 GIS 1",
        "R1 102 __EXR__Outros 1",
        "R1 102 __EXR__Outros deleted",
        "R1 102 included -1",
    )
    found = bring(filled, path, names={"R1": "Anna"})
    assert found["unknown_reasons"] == {"Outros": 1}
    notes = {one["record"]: one["note"] for one in actions.my_votes(filled, anna())}
    assert notes == {1: "Rayyan labels: GIS\nRayyan reason: Outros", 2: ""}


def anna() -> Caller:
    return Caller("Anna", Channel.CLI)


def test_a_reason_of_the_protocol_is_its_code(tmp_path, shipped_protocol):
    db = actions.init(f"sqlite:///{tmp_path}/own.db", shipped_protocol)
    actions.add_member(db, HOLDER, "Anna", ["reviewer"])
    (tmp_path / "records.csv").write_text(RECORDS, encoding="utf-8")
    actions.import_file(db, HOLDER, tmp_path / "records.csv", source="Rayyan")
    path = log(tmp_path, "R1 101 __EXR__dull 1", "R1 101 __EXR__noage 1", "R1 101 included -1")
    assert bring(db, path, names={"R1": "Anna"})["unknown_reasons"] == {"dull": 1}
    (mine,) = actions.my_votes(db, anna())
    assert (mine["reason"], mine["note"]) == ("ex.noage", "Rayyan reason: dull")
    db.close()


@pytest.fixture
def shipped_protocol() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "emg-nmj-ageing" / "protocol.yaml"


def test_reviewers_nobody_knows_are_named_and_nothing_changes(filled, tmp_path):
    path = log(tmp_path, "R1 101 included 1", "R2 101 included 1", "Ben 102 included 1")
    before = head(filled)
    with pytest.raises(BadInput, match=r"'R1', 'R2', who are no members.*'R1=NAME'"):
        bring(filled, path)
    with pytest.raises(BadInput, match="no decisions of 'R7'"):
        bring(filled, path, names={"R7": "Anna"})
    with pytest.raises(BadInput, match="'Zoe' is no member"):
        bring(filled, path, names={"R1": "Zoe", "R2": "Ben"})
    with pytest.raises(NotAllowed, match="role owner"):
        actions.import_votes(filled, anna(), path, format="rayyan", as_reviewer=NAMES)
    assert head(filled) == before


def test_articles_of_rayyan_give_last_decisions_that_no_agreement_counts(filled, tmp_path):
    path = tmp_path / "articles.csv"
    path.write_text(
        "key,title,notes\n"
        'rayyan-101,x,"Old note | RAYYAN-INCLUSION: {""R1 ""=>""Included"", ""R2""=>""Excluded""}'
        ' | RAYYAN-LABELS: KDE | RAYYAN-EXCLUSION-REASONS: Outros"\n'
        "rayyan-102,x,nothing decided\n",
        encoding="utf-8",
    )
    found = bring(filled, path, names={"R1": "Anna", "R2": "Ben"})
    assert found["votes"] == 2
    assert standing(filled, 1)[STAGE] == "conflict"
    assert not any(one["n"] for one in actions.agreement(filled, HOLDER))
    assert any("first decision" in sentence for sentence in found["lost"])


def test_labels_of_asreview_are_matched_by_identifier_then_title(filled, tmp_path):
    path = tmp_path / "anna.csv"
    path.write_text(
        "record_id,title,doi,asreview_label,asreview_time,asreview_note,asreview_user_name\n"
        "7,other words,https://doi.org/10.5555/ONE,1,1620817722.5,seen,Anna\n"
        "8,Firing rates in invented rats.,,0,,,Anna\n"
        "9,Twice the same title,,1,,,Anna\n"
        "10,Nobody knows this one,,1,,,Anna\n"
        "11,Not labelled,,,,,\n"
        "12,Odd,,7,,,Anna\n",
        encoding="utf-8",
    )
    found = bring(filled, path, "asreview")
    assert found["votes"] == 2
    assert [one["why"] for one in found["unmatched"]] == [
        "Several records match: 3, 4.",
        "No record of this review matches.",
    ]
    assert [bad["position"] for bad in found["rejects"]] == ["line 7"]
    mine = {v["record"]: (v["verdict"], v["at"][:19]) for v in actions.my_votes(filled, anna())}
    assert mine[1] == ("include", "2021-05-12T11:08:42")
    assert mine[2][0] == "exclude"


def test_a_label_column_can_be_said_to_be_a_reviewer(filled, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("pmid,first,second\n900001,1,0\n", encoding="utf-8")
    found = bring(filled, path, "asreview", {"first": "Anna", "second": "Ben"})
    assert found["votes"] == 2
    assert standing(filled, 1)[STAGE] == "conflict"


def test_lists_of_covidence_are_told_by_their_name(filled, tmp_path):
    rows = "Title,DOI,Covidence #,Notes\nMotor units of the made-up mouse,10.5555/one,#1,\n"
    path = tmp_path / "review_1_irrelevant_csv_20250101.csv"
    path.write_text(rows, encoding="utf-8")
    assert bring(filled, path, "covidence", {"covidence": "Anna"})["votes"] == 1
    assert actions.my_votes(filled, anna())[0]["verdict"] == "exclude"
    unnamed = tmp_path / "export.csv"
    unnamed.write_text(rows, encoding="utf-8")
    with pytest.raises(BadInput, match="does not say which list"):
        bring(filled, unnamed, "covidence", {"covidence": "Anna"})


def test_our_own_table_comes_back_as_it_went(filled, tmp_path, shipped_protocol):
    def act(name, record, verdict, stage=STAGE, **more):
        actions.vote(filled, Caller(name, Channel.CLI), record, verdict, stage=stage, **more)

    act("Anna", 1, "maybe", seconds=4.5)
    act("Anna", 1, "include", note="changed")
    act("Ben", 1, "exclude")
    cara = Caller("Cara", Channel.CLI)
    actions.rule(filled, cara, 1, "include", stage=STAGE)
    act("Anna", 2, "exclude")
    act("Ben", 2, "exclude")
    actions.reopen(filled, cara, 2, stage=STAGE, why="the criteria were read wrongly")
    act("Anna", 2, "include")
    act("Ben", 2, "include")
    act("Anna", 4, "include")
    act("Ben", 4, "exclude")
    for name in ("Anna", "Ben"):
        actions.discuss(filled, Caller(name, Channel.CLI), 4, "exclude", stage=STAGE)
    act("Ben", 3, "include")
    actions.withdraw(filled, Caller("Ben", Channel.CLI), 3, stage=STAGE)

    path = tmp_path / "votes.csv"
    path.write_bytes(actions.export(filled, HOLDER, "votes", format="csv"))
    other = actions.init(f"sqlite:///{tmp_path}/other.db")
    for name, role in (("Anna", "reviewer"), ("Ben", "reviewer"), ("Cara", "adjudicator")):
        actions.add_member(other, HOLDER, name, [role])
    (tmp_path / "again.csv").write_text(RECORDS, encoding="utf-8")
    actions.import_file(other, HOLDER, tmp_path / "again.csv", source="Rayyan")
    found = bring(other, path, "csv")
    assert (found["skipped"], found["unmatched"], found["rejects"]) == ([], [], [])
    left_out = {"protocol_version"}
    for mine, theirs in zip(votes(filled), votes(other), strict=True):
        assert {k: v for k, v in mine.items() if k not in left_out} == {
            k: v for k, v in theirs.items() if k not in left_out
        }
    for record in (1, 2, 3, 4):
        assert standing(other, record) == standing(filled, record)
    assert actions.agreement(other, HOLDER) == actions.agreement(filled, HOLDER)
    assert actions.verify(other, HOLDER)["ok"]
    before = head(other)
    assert bring(other, path, "csv")["repeated"] == len(votes(filled))
    assert head(other) == before
    other.close()


def test_rows_that_make_no_sense_are_rejects(filled, tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(
        "accession,stage,round,reviewer,vote,at,seconds,kind\n"
        "rayyan-101,title-abstract,1,Anna,include,2024-01-01,3,vote\n"
        "rayyan-101,title-abstract,1,Ben,perhaps,,,\n"
        "rayyan-101,third,1,Ben,include,,,\n"
        "rayyan-101,title-abstract,one,Ben,include,,,\n"
        "rayyan-101,title-abstract,1,,include,,,\n"
        "rayyan-101,title-abstract,1,Ben,include,soon,,\n"
        "rayyan-101,title-abstract,1,Ben,include,,fast,\n"
        "rayyan-101,title-abstract,1,Ben,include,,,wish\n"
        "rayyan-101,title-abstract,3,Ben,include,,,\n",
        encoding="utf-8",
    )
    by_text = tmp_path / "by-text.csv"
    by_text.write_text(
        "doi,title,stage,reviewer,vote\n10.5555/two,,title-abstract,Anna,maybe\n"
        ",Twice the same title,title-abstract,Anna,include\n",
        encoding="utf-8",
    )
    other = bring(filled, by_text, "csv")
    assert other["votes"] == 1
    assert [one["why"] for one in other["unmatched"]] == ["Several records match: 3, 4."]
    found = bring(filled, path, "csv")
    assert found["votes"] == 1
    assert [bad["position"] for bad in found["rejects"]] == [f"line {n}" for n in range(3, 10)]
    assert [one["why"] for one in found["skipped"]] == [
        "It belongs to round 3; the record is in round 1."
    ]


def test_what_somebody_decided_here_is_not_undone_by_an_older_file(filled, tmp_path):
    actions.vote(filled, anna(), 1, "exclude", stage=STAGE)
    found = bring(filled, log(tmp_path, "R1 101 included 1"), names={"R1": "Anna"})
    assert found["changed"] == 0
    assert [one["why"] for one in found["skipped"]] == [
        "It is older than the vote of Anna that is stored."
    ]
    assert actions.my_votes(filled, anna())[0]["verdict"] == "exclude"


@pytest.fixture
def screened(filled):
    """Record 1 advanced, 2 excluded by both, 3 seen by Anna only, 4 by nobody."""
    for name, record, verdict in (
        ("Anna", 1, "include"),
        ("Ben", 1, "maybe"),
        ("Anna", 2, "exclude"),
        ("Ben", 2, "exclude"),
        ("Anna", 3, "exclude"),
    ):
        note = "a “quoted” \\ note" if record == 1 else None
        actions.vote(filled, Caller(name, Channel.CLI), record, verdict, stage=STAGE, note=note)
    return filled


def another(tmp_path, name: str = "other"):
    """A second review that holds the same records and no decision."""
    db = actions.init(f"sqlite:///{tmp_path}/{name}.db")
    for member in ("Anna", "Ben"):
        actions.add_member(db, HOLDER, member, ["reviewer"])
    (tmp_path / "again.csv").write_text(RECORDS, encoding="utf-8")
    actions.import_file(db, HOLDER, tmp_path / "again.csv", source="Rayyan")
    return db


def test_decisions_for_rayyan_come_back_as_each_reviewers_own(screened, tmp_path):
    path = tmp_path / "rayyan.ris"
    path.write_bytes(actions.export(screened, HOLDER, "decisions", format="rayyan"))
    other = another(tmp_path)
    assert bring(other, path)["votes"] == 5
    assert [standing(other, n) for n in (1, 2, 3, 4)] == [
        standing(screened, n) for n in (1, 2, 3, 4)
    ]
    other.close()


@pytest.mark.parametrize(
    ("reviewer", "labels"),
    [(None, ["relevant", "irrelevant", "not_seen", "not_seen"]),
     ("Anna", ["relevant", "irrelevant", "irrelevant", "not_seen"])],
)  # fmt: skip
def test_asreview_gets_one_label_a_record(screened, reviewer, labels):
    written = actions.export(
        screened, HOLDER, "decisions", format="asreview", reviewer=reviewer
    ).decode()
    assert [
        line.removeprefix("N1  - ASReview_") for line in written.splitlines() if "ASReview_" in line
    ] == [label for label in labels]


def test_covidence_gets_a_file_for_each_of_its_lists(screened, tmp_path):
    data = actions.export(screened, HOLDER, "decisions", format="covidence")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {name: archive.read(name).count(b"TY  - ") for name in archive.namelist()}
        archive.extract("irrelevant.ris", tmp_path)
    assert sizes == {"irrelevant.ris": 1, "screen.ris": 2, "select.ris": 1}
    other = another(tmp_path)
    path = tmp_path / "irrelevant.ris"
    assert bring(other, path, "covidence", {"covidence": "Anna"})["votes"] == 1
    assert actions.my_votes(other, anna())[0]["record"] == 2
    other.close()


def test_a_reviewer_takes_only_decisions_that_are_settled_or_their_own(screened):
    ben = Caller("Ben", Channel.CLI)
    for tool in ("rayyan", "asreview", "covidence"):
        before = actions.export(screened, ben, "decisions", format=tool)
        actions.vote(screened, anna(), 3, "include", stage=STAGE)
        assert actions.export(screened, ben, "decisions", format=tool) == before
        actions.vote(screened, anna(), 3, "exclude", stage=STAGE)
    own = actions.export(screened, anna(), "decisions", format="rayyan").decode()
    assert own.count("RAYYAN-INCLUSION") == 3
    with pytest.raises(BadInput, match="'endnote' reads no decisions"):
        actions.export(screened, HOLDER, "decisions", format="endnote")


def test_an_import_that_is_only_tried_keeps_nothing(filled, tmp_path):
    path = log(tmp_path, "R1 101 included 1", "R2 101 included -1")
    names = {"R1": "Anna", "R2": "Ben"}
    before = head(filled)
    tried = bring(filled, path, names=names, dry_run=True)
    assert (tried["votes"], head(filled)) == (2, before)
    done = bring(filled, path, names=names)
    assert {**done, "dry_run": True} == tried
    makers = actions.decision_makers(filled, HOLDER, path, format="rayyan")
    assert makers["reviewers"] == [
        {"name": "R1", "decisions": 1, "member": None},
        {"name": "R2", "decisions": 1, "member": None},
    ]
