"""Open copies are looked for by DOI; whatever the service does ends in an answer or a sentence."""

from collections.abc import Iterator

import pytest

from review.errors import BadInput, NetworkError, Permanent, Transient
from review.ingest.open_access import OpenAccessService
from review.vocab import OpenAccess
from tests.unpaywall_server import Service, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Service]:
    with serve() as service:
        yield service


def client(server: Service, **more: float) -> OpenAccessService:
    return OpenAccessService(server.url, email="a@example.org", pause=0.01, **more)


def test_an_open_copy_is_told_with_where_and_what_it_is(server):
    copy = client(server).find(" 10.1/Found(1) ")
    assert copy.outcome is OpenAccess.FOUND
    assert (copy.doi, copy.pdf_url) == ("10.1/found(1)", "https://repository.example/paper.pdf")
    assert (copy.host, copy.version, copy.licence) == ("repository", "acceptedVersion", "cc-by")
    assert server.emails == {"a@example.org"}


@pytest.mark.parametrize(
    ("doi", "outcome"),
    [("10.1/none", "none"), ("10.1/404", "unknown"), ("10.1/script", "none")],
)
def test_no_copy_and_an_unknown_doi_are_answers_too(server, doi, outcome):
    copy = client(server).find(doi)
    assert (copy.outcome, copy.url) == (outcome, "")


@pytest.mark.parametrize(
    ("doi", "fault", "tries"),
    [
        ("10.1/422", Permanent, 1),
        ("10.1/403", Permanent, 1),
        ("10.1/302", Permanent, 1),
        ("10.1/500", Transient, 3),
        ("10.1/429", Transient, 3),
        ("10.1/text", Permanent, 1),
        ("10.1/odd", Permanent, 1),
        ("10.1/list", Permanent, 1),
        ("10.1/large", Permanent, 1),
    ],
)
def test_a_fault_is_one_sentence_and_tried_again_only_where_it_may_pass(server, doi, fault, tries):
    with pytest.raises(fault, match=r"^127\.0\.0\.1 .*\.$"):
        client(server).find(doi)
    assert server.asked[doi] == tries


def test_a_pause_that_is_asked_for_is_made(server):
    assert client(server).find("10.1/later").outcome is OpenAccess.FOUND
    assert server.asked["10.1/later"] == 2


def test_a_server_that_does_not_answer_is_not_waited_for(server):
    server.sleep = 1.0
    with pytest.raises(NetworkError, match=r"did not answer within 0\.2 seconds"):
        client(server, timeout=0.2, attempts=1).find("10.1/slow")


@pytest.mark.parametrize("doi", ["", "11.1/x", "10.1", "10.1/" + "x" * 600])
def test_what_is_no_doi_is_never_asked(server, doi):
    with pytest.raises(BadInput, match="no DOI"):
        client(server).find(doi)


def test_without_an_email_or_a_web_address_nothing_is_asked():
    with pytest.raises(BadInput, match="REVIEW_OPEN_ACCESS_EMAIL"):
        OpenAccessService(email=None)
    for url in ("file:///etc/passwd", "api.unpaywall.org", "http://[1/v2"):
        with pytest.raises(BadInput, match="REVIEW_OPEN_ACCESS_URL"):
            OpenAccessService(url, email="a@example.org")
