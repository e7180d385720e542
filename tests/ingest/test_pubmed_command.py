"""A PubMed search from the command line: interrupted, resumed, run again, told as it goes."""

import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from review import actions
from review.actions import pubmed
from tests.command_line import done, process, review
from tests.conftest import HOLDER
from tests.eutils_server import Server, serve

HITS = int(os.environ.get("REVIEW_TEST_HITS", "3000"))  # 25,000 takes three minutes
PATIENCE = HITS / 50 + 60  # seconds


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_RATE_FOLDER", str(tmp_path))
    monkeypatch.setenv("REVIEW_NCBI_API_KEY", "sesame-7")


def asking(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_EUTILS_URL", server.url)


def batches(database: Path) -> int:
    with closing(sqlite3.connect(database)) as conn:
        return int(conn.execute("SELECT count(*) FROM search_batch").fetchone()[0])


def stopped_by(
    number: signal.Signals, *arguments: object, folder: Path, after: int
) -> tuple[int, str]:
    """Status and stderr of a command that is sent a signal after so many batches more."""
    database = folder / "review.db"
    enough = batches(database) + after
    running = process(*arguments, cwd=folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while batches(database) < enough:
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        running.send_signal(number)
        _, err = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
    return running.returncode, err


@pytest.mark.slow
def test_a_search_interrupted_twice_amid_faults_ends_as_one_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # invariants 22 to 24
    exported = []
    for name in ("quiet", "rough"):
        folder = tmp_path / name
        folder.mkdir()
        database = f"sqlite:///{folder}/review.db"
        done("init", database=database)
        rough = name == "rough"
        with serve(HITS, chance=0.1 if rough else 0.0, seed=7, gone=[30_000_017]) as server:
            asking(server, monkeypatch)
            if rough:
                status, err = stopped_by(
                    signal.SIGINT, "search", "pubmed", "muscle", folder=folder, after=3
                )
                assert status == 130
                assert err.splitlines()[-1].endswith(
                    f"of {HITS:,} records are in; go on with 'review search pubmed --resume 1'."
                )
                resume = ("search", "pubmed", "--resume", 1)
                status, _ = stopped_by(signal.SIGKILL, *resume, folder=folder, after=3)
                assert status == -signal.SIGKILL
                (search,) = done("searches", database=database)
                assert not search["complete"]
                assert "Traceback" not in err
                end = process(*resume, "--json", cwd=folder)
                out, err = end.communicate(timeout=PATIENCE)
                assert (end.returncode, err) == (0, "")
                found = json.loads(out)
                assert len({call.fault for call in server.calls}) > 3
            else:
                found = done("search", "pubmed", "muscle", database=database)
        assert (found["count"], found["imported"], found["complete"]) == (HITS, HITS - 1, True)
        assert found["missing"] == ["30000017"]
        (search,) = done("searches", database=database)
        assert search["differs"] == f"1 of the {HITS:,} reported did not come in (1 not delivered)."
        assert done("verify", database=database)["ok"]
        exported.append(review("export", "records", database=database).out)
    assert exported[0].count("Journal of made-up muscle") == HITS - 1
    assert exported[0] == exported[1]


def test_an_interruption_as_a_transaction_begins_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a transaction's beginning and the body of its `with`, nobody is there to end it."""
    db = actions.init(f"sqlite:///{tmp_path}/review.db")

    def store(*given: object) -> None:
        transaction = pubmed.writing(db, HOLDER)
        transaction.__enter__()
        raise KeyboardInterrupt

    with serve(30) as server:
        asking(server, monkeypatch)
        monkeypatch.setattr(pubmed, "_store", store)
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt, match="go on with 'review search pubmed --resume 1'"):
            actions.search_pubmed(db, HOLDER, "muscle")
        assert time.monotonic() - began < 30  # who waits for the lock waits for a minute
    assert not actions.searches(db, HOLDER)[0]["complete"]
    db.close()


def test_what_pubmed_left_out_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path}/review.db"
    done("init", database=database)
    with serve(30, faults={("efetch", 1): "429"}) as server:
        asking(server, monkeypatch)
        tried = done("search", "pubmed", "muscle AND zzztop", "--dry-run", database=database)
        assert (tried["search"], tried["count"]) == (None, 30)
        assert tried["warnings"] == ["Not found, so left out of the search: zzztop"]
        assert done("searches", database=database) == []
        assert [call.service for call in server.calls] == ["esearch"]
        told = review("search", "pubmed", "muscle AND zzztop", database=database)
    first, second, third, waiting = told.err.splitlines()
    assert first == "PubMed counts 30 records."
    assert second == f"Warning: {tried['warnings'][0]}"
    assert third == f"Understood as: {tried['translation']}"
    assert "429" in waiting
    assert waiting.endswith("then try 2 of 6.")
    (search,) = done("searches", database=database)
    assert search["warnings"] == tried["warnings"]
    assert (search["reported"], search["imported"], search["differs"]) == (30, 30, "")


def test_an_update_brings_what_came_late_and_names_what_was_retracted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path}/review.db"
    done("init", database=database)
    with serve(40) as server:
        asking(server, monkeypatch)
        server.newest_first = [pmid for pmid in server.newest_first if pmid % 10]  # not yet in
        assert done("search", "pubmed", "muscle", database=database)["new"] == 36
        server.newest_first = sorted(server.records, reverse=True)  # in, with the dates of then
        server.retracted = {30_000_003}
        server.calls.clear()
        found = done("search", "update", database=database)
        (fetched,) = (call for call in server.calls if call.service == "efetch")
        assert len(fetched.fields["id"].split(",")) == 4
        again = done("search", "update", 1, database=database)
    assert (found["count"], found["imported"], found["new"]) == (40, 40, 4)
    assert found["warnings"] == ["Retracted since they came in: PMID 30000003."]
    assert (again["new"], again["complete"], again["warnings"]) == (0, True, [])
    assert done("status", database=database)["retracted"]["reports"] == 1
    first, second, third = done("searches", database=database)
    assert [one["rerun_of"] for one in (first, second, third)] == [None, 1, 1]
    assert done("prisma", database=database)["identified"]["total"] == 40
    assert done("verify", database=database)["ok"]


@pytest.mark.slow
def test_a_search_that_pubmed_listed_short_is_incomplete_until_it_is_listed_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path}/review.db"
    done("init", database=database)
    short = {"esearch": "no PMID ranges"}
    with serve(1, busy=10_300, faults=short | {"efetch": "403"}) as server:
        asking(server, monkeypatch)
        refused = review("search", "pubmed", "muscle", database=database)
        assert refused.status == 1
        assert "Stopped after 0 of " in refused.err
        assert refused.err.endswith("go on with 'review search pubmed --resume 1'.\n")
        server.faults = dict(short)
        still = done("search", "pubmed", "--resume", 1, database=database)
        assert not still["complete"]
        assert still["imported"] < still["count"] == 10_301
        server.faults.clear()
        whole = done("search", "pubmed", "--resume", 1, database=database)
    assert (whole["complete"], whole["imported"]) == (True, 10_301)
    assert review("search", "pubmed", "--resume", 1, database=database).status == 1


def test_a_file_is_told_apart_from_what_its_source_reported(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/review.db"
    done("init", database=database)
    ris = tmp_path / "ovid.ris"
    ris.write_text("TY  - JOUR\nTI  - Jitter in old age\nER  - \n")
    given = ("--source", "Embase", "--platform", "Ovid", "--limits", "English", "--reported", 3)
    found = done("import", ris, *given, database=database)
    assert found["differs"] == "2 of the 3 reported did not come in."
    (search,) = done("searches", database=database)
    assert (search["platform"], search["limits"]) == ("Ovid", {"stated": "English"})
    assert (search["reported"], search["imported"]) == (3, 1)
    assert len(search["sha256"]) == 64
    assert search["by"]
    for format in ("csv", "md", "json"):
        told = review("export", "searches", "--format", format, database=database).out
        for words in ("Embase", "Ovid", "English", search["sha256"], found["differs"]):
            assert words in told
    for format in ("docx", "xlsx"):
        path = tmp_path / f"searches.{format}"
        assert done("searches", "--format", format, "--output", path, database=database)
        assert path.read_bytes().startswith(b"PK")
