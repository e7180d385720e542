"""A PubMed search finds all that PubMed counts, or says that it does not."""

from pathlib import Path

import pytest

from review.errors import BadInput, Incomplete, NetworkError, Permanent, Transient
from review.ingest.pubmed import PubMed
from tests.eutils_client import impatient
from tests.eutils_faults import LASTING, SEARCH_HARMLESS, SEARCH_PASSING
from tests.eutils_server import serve

HITS = 20
SLOW = pytest.mark.slow
FIRST_MIDDLE_LAST = [pytest.param(1, marks=SLOW), 2, pytest.param(3, marks=SLOW)]


@pytest.fixture(autouse=True)
def own_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_RATE_FOLDER", str(tmp_path))


@pytest.mark.parametrize("number", FIRST_MIDDLE_LAST)
@pytest.mark.parametrize("fault", [*SEARCH_PASSING, *SEARCH_HARMLESS])
def test_a_passing_fault_of_a_sliced_search_costs_nothing(fault: str, number: int) -> None:
    with serve(11_000, faults={("esearch", number): fault}) as server:
        found = impatient(server, timeout=1).find("muscle")
        assert any(call.fault == fault for call in server.calls)
        assert found.complete
        assert [int(i) for i in found.ids] == server.newest_first
        assert found.warnings == ()


@pytest.mark.parametrize("number", FIRST_MIDDLE_LAST)
@pytest.mark.parametrize("fault", [*SEARCH_PASSING, *LASTING])
def test_a_sliced_search_that_fails_for_good_gives_no_ids(fault: str, number: int) -> None:
    faults = {("esearch", n): fault for n in range(number, 30)}
    with serve(11_000, faults=faults) as server:
        client = impatient(server, attempts=2, timeout=0.4)
        with pytest.raises((Transient, Permanent, Incomplete)):
            client.find("muscle")


@pytest.mark.parametrize("fault", [*SEARCH_PASSING, *LASTING])
def test_a_search_that_fails_for_good_is_no_search_without_hits(fault: str) -> None:
    with serve(HITS, faults={"esearch": fault}) as server:
        client = impatient(server, attempts=2, timeout=0.15)
        if fault in ("fewer ids", "no ids", "one id twice", "ids of another kind"):
            assert client.count("muscle").count == HITS
        else:
            with pytest.raises((Transient, Permanent, Incomplete)):
                client.count("muscle")
        with pytest.raises((Transient, Permanent, Incomplete)) as raised:
            client.find("muscle")
        assert (raised.type is Permanent) == (fault in LASTING and fault != "long pause")
        message = str(raised.value)
        assert message.endswith(".")
        assert "\n" not in message
        assert "<" not in message


def test_nothing_above_9_999_is_lost() -> None:
    early: list[str] = []
    with serve(25_000) as server:
        found = impatient(server, timeout=5).find("muscle", early=early.extend)
        assert early == list(found.ids[:9_999])
        assert (found.count, found.complete, found.warnings) == (25_000, True, ())
        assert [int(i) for i in found.ids] == server.newest_first
        assert len(server.calls) < 20


@pytest.mark.parametrize("hits", [9_999, 10_000])
def test_the_cap_itself_is_no_edge(hits: int) -> None:
    with serve(hits) as server:
        found = impatient(server, timeout=5).find("muscle")
        assert found.complete
        assert len(set(found.ids)) == hits


def test_one_busy_day_is_complete() -> None:
    with serve(12, busy=25_000) as server:
        found = impatient(server, timeout=5).find("muscle")
        assert found.complete
        assert [int(i) for i in found.ids] == server.newest_first


def test_entry_dates_bound_the_search_and_its_slices() -> None:
    with serve(40_000) as server:
        client = impatient(server, timeout=5)
        found = client.find("muscle", since="2016-02-29", until="2020-03-01")
        days = [server.records[int(i)].isoformat() for i in found.ids]
        assert min(days) == "2016-02-29"
        assert max(days) == "2020-03-01"
        assert found.complete
        assert found.count > 9_999
        assert client.count("muscle", since="2016-02-29", until="2020-03-01").count == found.count


def test_a_count_that_moves_is_taken_anew_and_one_that_stays_wrong_is_said() -> None:
    with serve(11_000, faults={1: "one more counted"}) as server:
        found = impatient(server, timeout=5).find("muscle")
        assert (found.count, found.complete) == (11_000, True)
        requests = len(server.calls)
    with serve(11_000, faults={1: "one more counted", requests: "one more counted"}) as server:
        found = impatient(server, timeout=5).find("muscle")
    assert (found.count, len(found.ids), found.complete) == (11_001, 11_000, False)
    assert found.warnings == ("PubMed counts 11,001 records but listed 11,000 ids.",)


def test_a_busy_day_that_cannot_be_cut_is_said_to_be_incomplete() -> None:
    with serve(1, busy=12_000, faults={"esearch": "no PMID ranges"}) as server:
        found = impatient(server, timeout=5).find("muscle")
        assert len(server.calls) < 40
    assert not found.complete
    assert found.warnings == ("PubMed counts 12,001 records but listed 10,000 ids.",)


def test_what_pubmed_left_out_of_the_search_is_said() -> None:
    with serve(HITS) as server:
        found = impatient(server).count("muscle AND zzztop[tiab]")
        assert found.count == HITS
        assert found.warnings == ("Not found, so left out of the search: zzztop",)
        nothing = impatient(server).find("zzztop")
        assert (nothing.count, nothing.ids, nothing.complete) == (0, (), True)
        assert nothing.warnings[-1] == "No items found."


def test_every_request_says_who_asks_and_fetches_go_by_post() -> None:
    with serve(HITS) as server:
        client = impatient(server, api_key="sesame-7")
        list(client.fetch(client.find("muscle").ids))
        client.find(" OR ".join(f"muscle{n}[tiab]" for n in range(500)))
        for call in server.calls:
            assert call.fields["tool"] == "review-evidence"
            assert call.fields["email"] == "who@example.org"
            assert call.fields["api_key"] == "sesame-7"
        assert [call.method for call in server.calls] == ["GET", "POST", "POST"]


@pytest.mark.parametrize("fault", LASTING)
def test_the_key_is_never_in_a_message(fault: str) -> None:
    with serve(HITS, faults={1: fault, 2: fault}) as server:
        client = impatient(server, api_key="sesame-7")
        with pytest.raises(NetworkError) as raised:
            client.count("muscle sesame-7")
    with pytest.raises(NetworkError) as unreached:
        client.count("muscle")
    for error in (raised.value, unreached.value):
        assert "sesame-7" not in str(error)
        assert "sesame-7" not in repr(error.__cause__)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"base_url": "file:///etc"}, "must look like"),
        ({"base_url": "ftp://example.org/x"}, "must look like"),
        ({"base_url": "eutils.ncbi.nlm.nih.gov"}, "must look like"),
        ({"base_url": "http://"}, "must look like"),
        ({"base_url": "http://me:secret@example.org/"}, "must look like"),
        ({"base_url": "http://[::1/"}, "not a web address"),
        ({"base_url": "http://host:port/"}, "not a web address"),
        ({}, "REVIEW_NCBI_EMAIL"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(
    settings: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput, match=said) as raised:
        PubMed(**settings)
    assert "secret" not in str(raised.value)


def test_bad_questions_are_refused_before_anything_is_sent() -> None:
    with serve(HITS) as server:
        client = impatient(server)
        for query, dates in [
            (" \n", {}),
            ("muscle", {"since": "last year"}),
            ("muscle", {"since": "2025-02-30"}),
            ("muscle", {"since": "2025-01-02", "until": "2025-01-01"}),
        ]:
            with pytest.raises(BadInput):
                client.find(query, **dates)
        with pytest.raises(BadInput, match="not a PMID"):
            client.fetch(["1", "2; drop"])
        assert server.calls == []
