import pytest

from review.extraction.shipped import ShippedReview, read_shipped
from review.protocol import Codebook


@pytest.fixture(scope="session")
def shipped() -> ShippedReview:
    return read_shipped()


@pytest.fixture(scope="session")
def codebook(shipped) -> Codebook:
    return shipped.protocol.codebook
