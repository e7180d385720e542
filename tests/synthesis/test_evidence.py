import pytest

from review.errors import BadInput
from review.protocol.default import default_text
from review.protocol.reading import parse
from review.synthesis.evidence import DEFAULT, chosen, columns, row, sorting_key

CODEBOOK = "codebook:\n  facets:\n" + "".join(
    f"""
    - id: {facet}
      label: {facet.capitalize()}
      level: effect
      terms: [{{code: {facet[:3]}.a, label: {facet} A}}]
"""
    for facet in ("population", "outcome", "extra")
)
FORM = """
extraction:
  form:
    study: [{id: country}]
    effects: [{id: electrode}, {id: gain, type: number, unit: mV}, {id: year, label: Year read}]
    groups: [{id: harms, label: Harms, fields: [{id: kind}]}]
"""
START = default_text().partition("codebook:")[0]
PROTOCOL = parse(START + CODEBOOK + FORM)
EFFECT = {
    "id": 5,
    "study_id": 2,
    "study_label": "Chung 2018",
    "facets": {"outcome": ["out.a", "out.gone"]},
    "numbers": [{"mean": 1.5, "sd": None}],
    "reports": [9, 4],
}


def test_the_default_columns_are_those_the_codebook_has():
    names = [column.name for column in chosen(PROTOCOL)]
    assert names == ["study", "year", "population", "outcome"]
    assert set(names) <= set(DEFAULT)


def test_every_facet_is_a_column_and_names_are_unique():
    names = [column.name for column in columns(PROTOCOL)]
    at = names.index("population")
    assert names[at : at + 3] == ["population", "outcome", "extra"]
    assert len(set(names)) == len(names)
    assert chosen(PROTOCOL, ["all"]) == columns(PROTOCOL)


def test_an_unknown_column_is_named_with_the_nearest():
    with pytest.raises(BadInput, match="did you mean 'outcome'"):
        chosen(PROTOCOL, ["outcom"])


def test_a_cell_shows_labels_and_what_is_known_of_the_reports():
    cells = row(
        EFFECT,
        PROTOCOL,
        reports=[{"title": "T", "year": 2019, "authors": ["A, B"]}, {"year": 2018}],
    )
    assert cells["outcome"] == "outcome A; out.gone"
    assert (cells["year"], cells["title"], cells["authors"]) == (2018, "T", "A, B")
    assert cells["numbers"] == "mean 1.5"
    assert cells["population"] == ""


def test_every_cell_of_the_form_is_a_column_by_its_section_but_an_effects_own_by_its_id():
    numbers = [{"task": "rest", "group1_mean": 12.0}, {"task": "20 %", "group1_mean": 9.5}]
    filled = {
        "study": {"country": "Chile"},
        "arms": [{"label": "old", "n": "9", "activity": "high"}, {"label": "young"}],
        "effects": {"electrode": "needle", "gain": 2.0, "year": "1999", "p": "P<0.05"},
        "numbers": numbers,
        "source": {"page": "4", "digitised": True},
        "harms": [{"kind": "pain"}, {"kind": "fall"}],
    }
    names = [
        "electrode", "gain", "effects.year", "p", "task", "study.country", "arms.n",
        "arms.activity", "numbers.group1_mean", "source.page", "source.digitised", "harms.kind",
    ]  # fmt: skip
    wanted = chosen(PROTOCOL, names)
    cells = row(EFFECT | {"filled": filled}, PROTOCOL, wanted=wanted)
    # a task that only the rows of values give is the effect's too
    assert [cells[name] for name in names] == [
        "needle", "2 mV", "1999", "P<0.05", "rest; 20 %", "Chile", "old: 9",
        "old: high", "12; 9.5", "4", "yes", "pain; fall",
    ]  # fmt: skip
    one = row(EFFECT | {"filled": filled | {"numbers": numbers[:1]}}, PROTOCOL, wanted=wanted)
    assert one["numbers.group1_mean"] == 12


def test_cells_are_put_in_order_by_the_numbers_in_them():
    cells = ["P<0.05", "P<0.001", "p 10", "", 3, 20, "p 9", None, "20 %MVC", "5 %MVC"]
    told = [cell for cell in cells if sorting_key(cell) is not None]
    assert sorted(told, key=sorting_key) == [
        3, "5 %MVC", 20, "20 %MVC", "p 9", "p 10", "P<0.001", "P<0.05",
    ]  # fmt: skip
