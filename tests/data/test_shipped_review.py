"""The shipped review is whole, consistent, honest about its gaps, and the same every time."""

import re
from collections import Counter
from pathlib import Path

import pytest

from review.extraction.form import read_form
from review.extraction.shipped import folder, read_shipped, rows
from review.extraction.suggest import suggest
from review.extraction.tags import place
from review.vocab import Stage, Verdict

FOLDER = folder()
STUDIES = rows(FOLDER / "studies.csv")
EFFECTS = rows(FOLDER / "effects.csv")
NUMBERS = rows(FOLDER / "numbers.csv")


def codes(cell: str) -> list[str]:
    return [c.strip() for c in cell.split(";") if c.strip()]


def final(study, stage):
    """The verdicts of A and B at a stage, and the ruling if there was one."""
    at = [d for d in study.decisions if d.stage is stage]
    return {d.who: d.verdict for d in at}


def test_the_counts_are_those_its_readme_states():
    assert Counter(s["eligibility"] for s in STUDIES) == {
        "include": 69,
        "unclear": 53,
        "exclude": 100,
    }
    included = [s for s in STUDIES if s["eligibility"] == "include"]
    assert Counter(s["primary_population"] for s in included) == {"pop.human": 59, "pop.animal": 10}
    assert (len(STUDIES), len(EFFECTS), len(NUMBERS)) == (222, 293, 164)
    assert Counter(n["poolable"] for n in NUMBERS) == {"no": 138, "yes": 21, "secondary": 5}
    readme = (FOLDER / "README.md").read_text()
    for number in ("222", "69", "53", "100", "59 human", "10 animal", "293", "164"):
        assert number in readme


def test_every_code_is_in_the_codebook(codebook):
    columns = {
        "population": [s["primary_population"] for s in STUDIES],
        "species": [s["species"] for s in STUDIES],
        "muscle": [r["muscle"] for r in (*STUDIES, *NUMBERS)] + [e["muscles"] for e in EFFECTS],
        "emg_method": [s["emg_method"] for s in STUDIES]
        + [e["methods"] for e in EFFECTS]
        + [n["method"] for n in NUMBERS],
        "contrast": [r["contrast"] for r in (*STUDIES, *EFFECTS, *NUMBERS)],
        "outcome": [r["outcome"] for r in (*EFFECTS, *NUMBERS)],
        "modifier": [r["modifier"] for r in (*STUDIES, *EFFECTS)],
        "mechanism": [s["mechanism"] for s in STUDIES],
        "design": [s["design"] for s in STUDIES],
        "unit_of_analysis": [n["unit_of_analysis"] for n in NUMBERS],
    }
    for facet, cells in columns.items():
        for code in {c for cell in cells for c in codes(cell)}:
            level = codebook.facet(facet).level
            assert place(codebook, code, level=level, facet=facet).term.code == code
    for row in (*EFFECTS, *NUMBERS):
        assert not row["direction"] or codebook.find(row["direction"], facet="direction")


def test_attributes_that_name_codes_name_real_ones(codebook):
    for facet in codebook.facets:
        for term in facet.terms:
            named = [*term.attributes.get("methods", ()), *codes(term.cascade or "")]
            named += [term.attributes[k] for k in ("rob", "alt_rob") if k in term.attributes]
            for code in named:
                assert codebook.get(code), (term.code, code)


def test_every_effect_and_number_has_its_study_and_studies_are_unique():
    ids = [s["study_id"] for s in STUDIES]
    assert len(set(ids)) == len(ids)
    assert {r["study_id"] for r in (*EFFECTS, *NUMBERS)} <= set(ids)
    for key in ("pmid", "doi", "pmcid"):
        given = [s[key].lower() for s in STUDIES if s[key]]
        assert len(set(given)) == len(given), key


def test_excluded_studies_have_a_reason_of_the_protocol_and_others_none(shipped):
    known = shipped.protocol.reason_order("full-text")
    for study in STUDIES:
        assert (study["exclusion_reason"] in known) == (study["eligibility"] == "exclude")


def test_a_title_not_seen_ships_only_identified_and_marked():
    unverified = [s for s in STUDIES if s["title_unverified"] == "yes"]
    assert len(unverified) == 17
    assert all(s["pmid"] or s["doi"] or s["pmcid"] for s in unverified)
    text = "".join((FOLDER / f).read_text() for f in ("studies.csv", "effects.csv", "numbers.csv"))
    assert not re.search(r"not seen\b|seen in part|\bseed\b", text)


def test_every_row_says_how_far_it_is_verified_and_where_it_was_read():
    assert {s["verified"] for s in STUDIES} == {"yes", "partial"}
    assert all(s["source_url"].startswith("http") for s in STUDIES)
    assert all(n["source_url"].startswith("http") and n["source_location"] for n in NUMBERS)


def test_it_holds_no_abstract(shipped):
    assert not any(s.record.abstract for s in shipped.studies)
    assert all(len(s["note"]) < 250 for s in STUDIES)
    assert "abstract" not in STUDIES[0]


def test_every_record_has_a_link_for_what_it_lacks(shipped):
    for study in shipped.studies:
        assert study.record.url.startswith("http")
        assert (study.source == "PubMed") == ("pubmed.ncbi" in study.record.url)
    assert Counter(s.source for s in shipped.studies)["PubMed"] == 81


def test_the_strategies_of_all_three_databases_ship(shipped):
    assert set(shipped.strategies) == {"PubMed", "Embase", "Web of Science"}
    assert all(len(text) > 500 for text in shipped.strategies.values())


def test_the_notice_says_what_is_real_and_what_is_not(shipped):
    assert shipped.protocol.demo
    for words in ("facts are real", "votes are simulated", "not the published review's list"):
        assert words in shipped.protocol.notice


def test_every_form_is_sound_and_effects_are_those_of_the_table(codebook, shipped):
    expected = Counter(e["study_id"] for e in EFFECTS)
    beyond, included = 0, 0
    for study in shipped.studies:
        if study.form is None:
            assert not expected[study.record.accession]
            continue
        extraction = read_form(study.form, codebook=codebook)
        extra = len(extraction.effects) - expected[study.record.accession]
        assert extra >= 0
        beyond += extra * study.included
        included += len(extraction.effects) * study.included
        assert extraction.primary in ("pop.human", "pop.animal")
    # Numbers whose outcome and contrast the table of effects lacks are effects of their own.
    assert (included - beyond, beyond) == (176, 5)
    assert all(s.form for s in shipped.studies if s.included)


def test_every_number_reaches_a_form(shipped):
    held = [n for s in shipped.studies if s.form for e in s.form["effects"] for n in _numbers(e)]
    assert len(held) == len(NUMBERS)
    assert sum(n["poolable"] == "secondary" for n in held) == 5


def _numbers(effect):
    return effect.get("numbers", [])


def test_included_studies_end_included_and_excluded_never_do(shipped):
    by_id = {s["study_id"]: s for s in STUDIES}
    for study in shipped.studies:
        kind = by_id[study.record.accession]["eligibility"]
        early, late = final(study, Stage.TITLE_ABSTRACT), final(study, Stage.FULL_TEXT)
        if kind == "include":
            assert late.get("adjudicator", late["A"]) is Verdict.INCLUDE
            assert "adjudicator" in late or late["A"] is late["B"]
        if kind == "unclear":
            last = late or early
            assert "adjudicator" not in last
            assert Verdict.EXCLUDE in last.values()
            assert set(last.values()) - {Verdict.EXCLUDE}
        if kind == "exclude":
            assert Verdict.INCLUDE not in late.values()


def test_an_adjudicator_rules_only_where_the_two_disagree(shipped):
    for study in shipped.studies:
        for stage in Stage:
            votes = final(study, stage)
            if "adjudicator" in votes:
                assert (votes["A"] is Verdict.EXCLUDE) != (votes["B"] is Verdict.EXCLUDE)


def test_full_text_exclusions_have_a_reason_and_no_one_says_maybe_there(shipped):
    late = [d for s in shipped.studies for d in s.decisions if d.stage is Stage.FULL_TEXT]
    known = shipped.protocol.reason_order("full-text")
    assert all(d.verdict is not Verdict.MAYBE for d in late)
    assert all((d.reason in known) == (d.verdict is Verdict.EXCLUDE) for d in late)


def test_work_of_every_kind_is_left_to_try(shipped):
    unscreened = [s for s in shipped.studies if not s.decisions]
    awaiting = [s for s in shipped.studies if len(s.decisions) == 1]
    late = [final(s, Stage.FULL_TEXT) for s in shipped.studies]
    reasons = [
        {d.reason for d in s.decisions if d.stage is Stage.FULL_TEXT}
        for s in shipped.studies
        if set(final(s, Stage.FULL_TEXT).values()) == {Verdict.EXCLUDE}
    ]
    assert len(unscreened) >= 10
    assert awaiting
    assert {d.who for s in awaiting for d in s.decisions} == {"A", "B"}
    assert any(v and v["A"] is not v["B"] and "adjudicator" not in v for v in late)
    assert any(len(r) == 2 for r in reasons)


def test_simulated_agreement_is_good_and_not_perfect(shipped):
    pairs = [final(s, Stage.TITLE_ABSTRACT) for s in shipped.studies]
    pairs = [p for p in pairs if {"A", "B"} <= p.keys()]
    same = sum((p["A"] is Verdict.EXCLUDE) == (p["B"] is Verdict.EXCLUDE) for p in pairs)
    assert 0.7 < same / len(pairs) < 0.95


def test_the_same_folder_gives_the_same_review_every_time(shipped):
    assert read_shipped(FOLDER) == shipped


@pytest.mark.parametrize(
    ("facet", "column", "precision", "recall"),
    [
        ("population", "primary_population", 0.9, 0.4),
        ("emg_method", "emg_method", 0.85, 0.15),
    ],
)
def test_cues_on_titles_are_precise_and_incomplete(
    codebook, shipped, facet, column, precision, recall
):
    hits = wrong = wanted = 0
    for study, row in zip(shipped.studies, STUDIES, strict=True):
        true = {a for c in codes(row[column]) for a in (c, *codebook.ancestors(c))}
        said = {s.code for s in suggest(codebook, study.record) if s.facet == facet}
        hits += len(said & true)
        wrong += len(said - true)
        wanted += len(codes(row[column]))
    assert hits / (hits + wrong) >= precision
    assert hits / wanted >= recall


def test_facts_equal_those_the_folder_was_made_from(shared_data: Path, codebook):
    source = {r["study_id"]: r for r in rows(shared_data / "domain" / "studies.csv")}
    for study in STUDIES:
        for key in ("pmid", "doi", "pmcid", "year", "verified", "eligibility", "exclusion_reason"):
            assert study[key] == source[study["study_id"]][key]
    table = {(e["study_id"], e["outcome"], e["contrast"]): e for e in EFFECTS}
    for row in rows(shared_data / "domain" / "effects.csv"):
        kept = table.get((row["study_id"], row["outcome"], row["contrast"]))
        if kept is None:
            assert row["study_id"] not in {s["study_id"] for s in STUDIES}
            continue
        assert (kept["direction"], kept["alignment"]) == (row["direction"], row["alignment"])
        term = codebook.find(row["outcome"])
        assert (term.domain, term.impairment) == (row["domain"], row["impairment_direction"])
        assert (term.cascade or "") == row["cascade"]
