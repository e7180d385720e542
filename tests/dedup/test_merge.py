"""The kept record of a cluster says what its records say best, and names them."""

from review.dedup import Row, compose


def test_the_kept_record_takes_each_field_from_who_says_it_best() -> None:
    rows = [
        Row(id=4, title="Whole title of a paper", doi="10.1/wrong", abstract="a" * 80, year=2011),
        Row(id=2, title="WHOLE TITLE OF A PAPER", authors=("Doe, J", "Roe, K"), pmid="7"),
        Row(
            id=3,
            title="Whole title of ...",
            authors=("Doe, Jane", "Roe, Kim"),
            doi="10.1/right",
            volume="5",
            pages="1-9",
        ),
        Row(id=9, doi="10.1/right", abstract="a" * 90),
    ]
    composed = compose(rows)
    assert {name: source for name, (value, source) in composed.items() if value} == {
        "title": 4,
        "authors": 3,
        "doi": 3,
        "pmid": 2,
        "abstract": 9,
        "volume": 3,
        "pages": 3,
        "year": 4,
    }
    assert {source for value, source in composed.values() if not value} == {2}
