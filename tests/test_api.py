"""The notebook interface: tables as frames, the same verbs, many processes at once."""

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import review
from review.errors import NotAllowed, Refused, StoreError
from tests.command_line import RIS

ROOT = Path(__file__).resolve().parents[1]
STAGE = "title-abstract"


@pytest.fixture
def opened(database_url, tmp_path):
    (tmp_path / "found.ris").write_text(RIS, encoding="utf-8")
    with review.init(database_url) as r:
        for name, role in (("Anna", "reviewer"), ("Ben", "reviewer"), ("Cara", "adjudicator")):
            r.add_member(name, [role])
        r.import_file(tmp_path / "found.ris", source="Made Up Index")
        yield r


def test_a_record_goes_from_import_to_a_ruling(opened):
    assert opened.dedup()["merged"] == 1
    first = opened.next(as_="Anna", stage=STAGE)["record"]
    opened.vote(first, "include", as_="Anna", stage=STAGE, key="k")
    assert opened.vote(first, "include", as_="Anna", stage=STAGE, key="k")["repeated"]
    opened.vote(first, "exclude", as_="Ben", stage=STAGE, seconds=2)
    with pytest.raises(NotAllowed):
        opened.rule(first, "include", as_="Anna", stage=STAGE)
    with pytest.raises(Refused):
        opened.rule(3 if first != 3 else 1, "include", as_="Cara", stage=STAGE)
    opened.rule(first, "include", as_="Cara", stage=STAGE)
    opened.report(first, "retrieved", link="https://example.org/1")
    assert opened.conflicts() == []
    assert opened.prisma()["screened"] == 2
    assert opened.verify()["ok"]

    votes = opened.votes()
    assert list(votes["vote"]) == ["include", "exclude", "include"]
    assert votes.dtypes["record"] == "int64"
    assert votes["seconds"].sum() == 2
    assert str(votes.dtypes["at"]).endswith("UTC]")
    assert list(opened.votes(as_="Anna")["reviewer"]) == ["Anna", "Ben", "Cara"]  # it is settled


def test_tables_are_frames_even_when_empty(opened):
    records = opened.records()
    assert list(records["record"]) == [1, 2, 3]
    assert list(records["year"]) == [2011, 2011, 2018]
    assert set(records["standing_title_abstract"]) == {"unscreened"}
    assert list(opened.records("gardening")["record"]) == [3]
    assert len(opened.votes()) == 0
    assert list(opened.evidence(columns=["study", "year"]).columns) == ["study", "year"]
    assert list(opened.searches()["source"]) == ["Made Up Index"]


def test_records_come_whole_however_many_pages_they_are(sqlite_review, tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"N{n},Title number {n} of this made-up list\n" for n in range(1203))
    path.write_text("accession,title\n" + rows, encoding="utf-8")
    with review.open(sqlite_review.url) as r:
        r.import_file(path, source="X")
        assert list(r.records()["record"]) == list(range(1, 1204))


def vote_in_another_process(r: review.Review, name: str) -> int:
    """Vote on everything there is; return how many votes that were."""
    votes = 0
    while record := r.next(as_=name, stage=STAGE):
        r.vote(record["record"], "include", as_=name, stage=STAGE)
        votes += 1
    return votes


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_open_review_can_be_handed_to_other_processes(method, opened):
    opened.status()  # the connection is in use before
    with multiprocessing.get_context(method).Pool(2) as pool:
        done = pool.starmap(vote_in_another_process, [(opened, "Anna"), (opened, "Ben")])
    assert done == [3, 3]
    assert opened.status()["stages"][STAGE]["included"] == 3
    assert opened.verify()["ok"]


def test_a_forked_process_does_not_share_the_connection(opened):
    opened.status()
    context = multiprocessing.get_context("fork")
    running = [
        context.Process(target=vote_in_another_process, args=(opened, name))
        for name in ("Anna", "Ben")
    ]
    for one in running:
        one.start()
    for one in running:
        one.join(60)
        assert one.exitcode == 0
    assert opened.status()["stages"][STAGE]["included"] == 3


def test_a_review_is_pickled_as_its_url(opened):
    again = pickle.loads(pickle.dumps(opened))
    assert repr(again) == repr(opened)
    again.close()


def test_where_there_is_no_review_the_error_says_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="review init"):
        review.open(f"sqlite:///{tmp_path}/none.db")


def test_importing_review_loads_nothing():
    code = "import review, sys; print(len([m for m in sys.modules if m.startswith('review')]))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "1"
    assert set(review.__all__) == {"Review", "demo", "init", "open"}
    with pytest.raises(AttributeError):
        review.nonsense  # noqa: B018
