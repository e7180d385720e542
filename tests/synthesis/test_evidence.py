import pytest

from review.errors import BadInput
from review.protocol import Codebook
from review.synthesis.evidence import DEFAULT, chosen, columns, row

CODEBOOK = Codebook.model_validate(
    {
        "facets": [
            {
                "id": facet,
                "label": facet.capitalize(),
                "level": "effect",
                "terms": [{"code": f"{facet[:3]}.a", "label": f"{facet} A"}],
            }
            for facet in ("population", "outcome", "extra")
        ]
    }
)


def test_the_default_columns_are_those_the_codebook_has():
    names = [column.name for column in chosen(CODEBOOK)]
    assert names == ["study", "year", "population", "outcome"]
    assert set(names) <= set(DEFAULT)


def test_every_facet_is_a_column_and_names_are_unique():
    names = [column.name for column in columns(CODEBOOK)]
    assert names[-3:] == ["population", "outcome", "extra"]
    assert len(set(names)) == len(names)
    assert chosen(CODEBOOK, ["all"]) == columns(CODEBOOK)


def test_an_unknown_column_is_named_with_the_nearest():
    with pytest.raises(BadInput, match="did you mean 'outcome'"):
        chosen(CODEBOOK, ["outcom"])


def test_a_cell_shows_labels_and_what_is_known_of_the_reports():
    cells = row(
        {
            "id": 5,
            "study_id": 2,
            "study_label": "Chung 2018",
            "facets": {"outcome": ["out.a", "out.gone"]},
            "numbers": [{"mean": 1.5, "sd": None}],
            "reports": [9, 4],
        },
        CODEBOOK,
        reports=[{"title": "T", "year": 2019, "authors": ["A, B"]}, {"year": 2018}],
    )
    assert cells["outcome"] == "outcome A; out.gone"
    assert (cells["year"], cells["title"], cells["authors"]) == (2018, "T", "A, B")
    assert cells["numbers"] == "mean 1.5"
    assert cells["population"] == ""
