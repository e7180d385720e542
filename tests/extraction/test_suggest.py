"""Suggestions come from the record's own words, and say which."""

import time

from review.extraction.suggest import suggest
from review.ingest.record import Record


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
    (words,) = found(codebook, title=f"Young men {'and so on ' * 20} old men")["con.age"]
    assert words.startswith("Young men")
    assert words.endswith("old")
    assert len(words) < 100


def test_a_very_long_record_costs_little(codebook):
    begun = time.monotonic()
    suggest(codebook, Record(title="young " * 10, abstract="young and weary of jitter " * 40_000))
    assert time.monotonic() - begun < 10
