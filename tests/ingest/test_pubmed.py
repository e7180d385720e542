"""What was fetched from PubMed is stored or listed as missing, whatever goes wrong on the way."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from review.errors import Incomplete, NetworkError, Transient
from review.ingest.batches import Batch
from review.ingest.pubmed import PubMed
from tests.eutils_client import impatient
from tests.eutils_faults import FETCH_PASSING, HARMLESS, LASTING
from tests.eutils_server import serve

SIZE = 4  # ids in a batch
HITS = 20  # five batches
SLOW = pytest.mark.slow
FIRST_MIDDLE_LAST = [pytest.param(1, marks=SLOW), 3, pytest.param(5, marks=SLOW)]


@pytest.fixture(autouse=True)
def own_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_RATE_FOLDER", str(tmp_path))


def titles(batches: list[Batch]) -> list[str]:
    return [record.title for batch in batches for record in batch.records]


def taken(batches: Iterator[Batch]) -> tuple[list[Batch], NetworkError | None]:
    """The batches that came, and what ended them."""
    came = []
    try:
        for batch in batches:
            assert sorted(batch.requested) == sorted(
                [*(record.pmid for record in batch.records), *batch.missing]
            )
            came.append(batch)
    except NetworkError as error:
        return came, error
    return came, None


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[str, ...], list[str]]:
    """The ids and titles of a run in which nothing goes wrong."""
    with pytest.MonkeyPatch.context() as patch, serve(HITS) as server:
        patch.setenv("REVIEW_RATE_FOLDER", str(tmp_path_factory.mktemp("limits")))
        client = impatient(server)
        ids = client.find("muscle").ids
        return ids, titles(list(client.fetch(ids, batch_size=SIZE)))


@pytest.mark.parametrize("batch", FIRST_MIDDLE_LAST)
@pytest.mark.parametrize("fault", [*FETCH_PASSING, *HARMLESS])
def test_a_passing_fault_of_any_batch_costs_nothing(  # invariants 22, 23
    fault: str, batch: int, undisturbed: tuple[tuple[str, ...], list[str]]
) -> None:
    ids, expected = undisturbed
    with serve(HITS, faults={("efetch", batch): fault}) as server:
        batches, end = taken(impatient(server).fetch(ids, batch_size=SIZE))
        assert any(call.fault == fault for call in server.calls)
    assert end is None
    assert titles(batches) == expected
    assert not any(b.missing for b in batches)
    strange = [reject for b in batches for reject in b.rejects]
    assert len(strange) == (fault in ("one twice", "one too many"))


@pytest.mark.parametrize("batch", FIRST_MIDDLE_LAST)
@pytest.mark.parametrize("fault", [*FETCH_PASSING, *LASTING])
def test_a_fault_that_stays_is_never_a_silent_short_result(  # invariants 22, 23
    fault: str, batch: int, undisturbed: tuple[tuple[str, ...], list[str]]
) -> None:
    ids, expected = undisturbed
    faults = {("efetch", n): fault for n in range(batch, 200)}
    with serve(HITS, faults=faults) as server:
        client = impatient(server, attempts=2, timeout=0.4)
        batches, end = taken(client.fetch(ids, batch_size=SIZE))
    missing = [pmid for b in batches for pmid in b.missing]
    assert set(titles(batches)) <= set(expected)
    if end is None:  # EFetch holds to it that it does not know them
        assert len(titles(batches)) + len(missing) == HITS
        assert missing
    else:
        assert isinstance(end, Incomplete)
        assert f"{len(batches) * SIZE} of {HITS}" in str(end)
        assert len(batches) >= batch - 1  # what was there before it stays
        left = [i for i in ids if not any(i in b.requested for b in batches)]
        with serve(HITS) as server:  # and the rest can be had later
            rest, end = taken(impatient(server).fetch(left, batch_size=SIZE))
        assert end is None
        assert sorted(titles(batches) + titles(rest)) == sorted(expected)


def test_what_pubmed_does_not_hold_is_listed_in_its_batch() -> None:
    with serve(HITS, gone=[30_000_003, 30_000_004]) as server:
        client = impatient(server)
        ids = client.find("muscle").ids
        batches, end = taken(client.fetch([*ids, *ids, "1"], batch_size=SIZE))
    assert end is None
    assert [b.missing for b in batches] == [(), (), (), ("30000004",), ("30000003",), ("1",)]


def test_a_pause_that_the_server_asks_for_is_kept_by_all() -> None:  # invariant 25
    with serve(HITS, faults={1: "429 with Retry-After"}) as server:
        impatient(server).count("muscle")
        assert server.calls[1].at - server.calls[0].at >= 1


@pytest.mark.parametrize("fault", ["hangs", "drips"])
def test_every_call_has_a_timeout(fault: str) -> None:  # invariant 25
    with serve(HITS, faults={"esearch": fault}) as server:
        client = impatient(server, attempts=1, timeout=0.3)
        start = time.time()
        with pytest.raises(Transient, match=r"did not answer within 0\.3 seconds"):
            client.count("muscle")
        assert time.time() - start < 1


def test_tries_lie_further_and_further_apart() -> None:  # invariant 25
    with serve(HITS, faults={"esearch": "503"}) as server:
        with pytest.raises(Transient):
            impatient(server, attempts=5, backoff=0.05).count("muscle")
        at = [call.at for call in server.calls]
    gaps = [b - a for a, b in pairwise(at)]
    assert len(at) == 5
    assert gaps[-1] > 0.4 > 0.2 > gaps[0]


def test_no_server_and_no_such_server_are_one_sentence() -> None:
    with serve(HITS) as server:
        client = impatient(server, attempts=2)
    with pytest.raises(Transient, match=r"was not reached.*refused"):
        client.count("muscle")
    nowhere = PubMed("http://no-such-host.invalid/", attempts=2, backoff=0.01, rate=500)
    with pytest.raises(NetworkError, match="no-such-host"):
        nowhere.count("muscle")


def test_a_run_left_early_asks_no_more() -> None:
    with serve(4_000) as server:
        client = impatient(server, rate=50)
        next(iter(client.fetch(client.find("muscle").ids, batch_size=10)))
        time.sleep(0.3)
        assert len(server.calls) < 40


def test_a_run_left_early_leaves_nobody_waiting_to_try_again() -> None:
    with serve(HITS, faults={("efetch", n): "503" for n in range(2, 9)}) as server:
        client = impatient(server, backoff=20, rate=10)  # the first is first
        run = client.fetch(client.find("muscle").ids, batch_size=SIZE)
        next(run)
        time.sleep(0.4)
        run.close()
        time.sleep(0.5)
        assert not [thread for thread in threading.enumerate() if "efetch" in thread.name]


def test_progress_counts_ids_dealt_with() -> None:
    seen: list[tuple[int, int]] = []
    with serve(10) as server:
        client = impatient(server)
        ids = client.find("muscle").ids
        list(
            client.fetch(ids, batch_size=4, progress=lambda done, total: seen.append((done, total)))
        )
    assert seen == [(4, 10), (8, 10), (10, 10)]


def test_slow_answers_do_not_slow_the_run() -> None:
    with serve(400, delay=0.2) as server:
        client = impatient(server, rate=20, timeout=5)
        ids = [str(i) for i in server.newest_first]
        start = time.time()
        assert len(titles(list(client.fetch(ids, batch_size=20)))) == 400
        assert time.time() - start < 3  # one after another they would take 4


@pytest.mark.slow
@pytest.mark.parametrize(("key", "rate"), [(None, 3), ("sesame-7", 10)])
def test_the_rule_is_kept_and_little_time_lost(key: str | None, rate: int) -> None:  # invariant 25
    with serve(rate * 2_000, limit=3) as server:
        client = PubMed(server.url, api_key=key)
        start = time.time()
        ids = client.find("muscle").ids
        assert len(titles(list(client.fetch(ids)))) == rate * 2_000
        took = time.time() - start
        at = [call.at for call in server.calls]
    floor = (1 + rate * 10) / rate
    # as the server saw them, which may be a moment later than they were sent
    assert max(sum(a <= b < a + 0.95 for b in at) for a in at) <= rate
    assert took < 3 * floor  # on a loaded machine too; on a quiet one it is 1.15


@pytest.mark.slow
def test_random_faults_leave_no_trace() -> None:
    with serve(25_000, chance=0.2) as server:
        client = impatient(server, attempts=8, timeout=10)
        ids = client.find("muscle").ids
        batches, end = taken(client.fetch(ids))
        assert end is None
        expected = [
            f"Motor unit number of muscle {pmid} in ageing." for pmid in server.newest_first
        ]
        assert titles(batches) == expected


@pytest.mark.slow
def test_four_processes_keep_the_rule_together(tmp_path: Path) -> None:  # invariant 25
    code = """
import sys
from review.ingest.pubmed import PubMed
ids = [str(30_000_000 + n) for n in range(6)]
assert sum(len(b.records) for b in PubMed(sys.argv[1]).fetch(ids, batch_size=1)) == 6
"""
    with serve(HITS, limit=3) as server:
        running = [subprocess.Popen([sys.executable, "-c", code, server.url]) for _ in range(4)]
        assert [process.wait(60) for process in running] == [0, 0, 0, 0]
        at = [call.at for call in server.calls]
    assert len(at) == 24
    assert max(sum(a <= b < a + 1 for b in at) for a in at) <= 3
