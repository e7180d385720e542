"""Suggestions come from the record's own words, and say which."""

import time

import pytest

from review.extraction.suggest import suggest
from review.ingest.record import Record
from review.protocol import Codebook, Term


def found(codebook, **cells):
    return {s.code: s.words for s in suggest(codebook, Record(**cells))}


def test_each_suggestion_carries_the_words_that_caused_it(codebook):
    title = "Jitter in single fibre EMG of the tibialis\nanterior, jitter again"
    terms = found(codebook, title=title)
    assert terms["out.nmj.jitter"] == ("Jitter", "jitter")
    assert terms["mus.leg.ta"] == ("tibialis anterior",)
    assert terms["emg.sfemg"] == ("single fibre EMG",)


def test_abstract_keywords_mesh_and_publication_types_are_read(codebook):
    assert "emg.mune.munix" in found(codebook, abstract="We used MUNIX.")
    assert "status.sarc" in found(codebook, keywords=("Sarcopenia",))
    assert found(codebook, mesh=("*Neural Conduction/physiology",))["emg.ncs"]
    assert found(codebook, mesh=("Humans",))["pop.human"] == ("Humans",)
    assert found(codebook, publication_types=("Systematic Review",))["des.review"]


def test_each_word_is_told_with_its_field(codebook):
    record = Record(
        title="Jitter of MUNIX",
        abstract="The jitter rose.",
        keywords=("Electromyography",),
        mesh=("*Neural Conduction/physiology",),
        publication_types=("Journal Article; Randomised Controlled Trial",),
    )
    said = {s.code: [(hit.field, hit.words) for hit in s.found] for s in suggest(codebook, record)}
    assert said["out.nmj.jitter"] == [("title", "Jitter"), ("abstract", "jitter")]
    assert said["emg.surface"] == [("keyword", "Electromyography")]
    assert ("MeSH", "Neural Conduction/physiology") in said["emg.ncs"]
    assert [field for field, _ in said["des.rct"]] == ["publication type"]


@pytest.mark.parametrize(
    ("title", "code", "expected"),
    [
        ("Older men without sarcopenia", "status.sarc", False),
        ("Older men with and without sarcopenia", "status.sarc", True),
        ("Ageing muscle, but no MUNIX", "emg.mune.munix", False),
        ("MUNIX was not used", "emg.mune.munix", False),
        ("MUNIX was not different between groups", "emg.mune.munix", True),
        ("No change in jitter of old mice", "out.nmj.jitter", True),
        ("No jitter increase in old mice", "out.nmj.jitter", True),
        ("Not only jitter but strength", "out.nmj.jitter", True),
        ("No drug was given; jitter rose", "out.nmj.jitter", True),
        ("Neither MUNIX nor force", "emg.mune.munix", False),
    ],
)
def test_what_a_text_denies_suggests_nothing(codebook, title, code, expected):
    assert (code in found(codebook, title=title)) is expected


def test_the_narrower_of_two_terms_speaks_for_both(codebook):
    terms = found(codebook, title="High-density surface EMG with surface EMG")
    assert "emg.surface.hd" in terms
    assert "emg.surface" not in terms


def test_a_term_without_cues_is_found_by_its_label_and_a_retired_one_never(codebook):
    facet = codebook.facets[0].model_copy(
        update={
            "terms": (
                Term(code="pop.fly", label="Fruit fly (Drosophila)"),
                Term(code="pop.worm", label="Round worm", retired=True),
            )
        }
    )
    book = codebook.model_copy(update={"facets": (facet,)})
    record = Record(title="Fruit-flys and round worms")
    assert {s.code for s in suggest(Codebook(facets=book.facets), record)} == {"pop.fly"}


def test_a_veto_cancels_its_term_and_no_other(codebook):
    terms = found(codebook, title="Pre-frail and frail mice")
    assert "status.frail" not in terms
    assert {"status.prefrail", "pop.animal"} <= terms.keys()
    assert "status.frail" in found(codebook, title="Frail mice")


def test_derived_facets_are_never_suggested(codebook):
    derived = {f.id for f in codebook.facets if f.derived}
    title = "Impaired young and old mice: ageing, sarcopenia, jitter"
    assert derived.isdisjoint({s.facet for s in suggest(codebook, Record(title=title))})


def test_a_record_without_words_suggests_nothing(codebook):
    assert suggest(codebook, Record()) == []


def test_words_far_apart_are_shown_by_their_ends(codebook):
    title = f"Sarcopenic men {'and so on ' * 20} non-sarcopenic men"
    (words,) = found(codebook, title=title)["con.sarc"]
    assert words.startswith("Sarcopenic men")
    assert words.endswith("non-sarcopenic")
    assert len(words) < 100


@pytest.mark.parametrize(
    ("code", "title", "so"),
    [
        ("con.age", "Balance in young and older adults", True),
        ("con.age", "Age-related differences in force", True),
        ("con.age", "Children younger than 8 and 9 years old", False),
        ("con.age", "Dynapenia is the age-related decline of strength", False),
        ("con.age.corr", "Units are lost with advancing age", True),
        ("con.age.corr", "Patients with age 38 and a model with age as the time scale", False),
        ("con.age.long", "A five-year longitudinal study, with 10-year follow-up", True),
        ("con.age.long", "The longitudinal ligament, without loss to follow-up", False),
    ],
)
def test_what_is_compared_is_suggested_by_comparing_words(codebook, code, title, so):
    assert (code in found(codebook, title=title)) is so


def test_a_very_long_record_costs_little(codebook):
    begun = time.monotonic()
    suggest(codebook, Record(title="young " * 10, abstract="young and weary of jitter " * 40_000))
    assert time.monotonic() - begun < 10
