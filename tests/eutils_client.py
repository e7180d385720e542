"""A PubMed client for tests against the local server: it hardly waits."""

from typing import Any

from review.ingest.pubmed import PubMed
from tests.eutils_server import Server


def impatient(server: Server, **settings: Any) -> PubMed:
    """A client that does not wait long between requests, for an answer or before a new try."""
    settings = {"rate": 500.0, "backoff": 0.01, "timeout": 0.4, "attempts": 3} | settings
    return PubMed(server.url, email="who@example.org", **settings)
