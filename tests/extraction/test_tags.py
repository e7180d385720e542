"""A term is put only where it may stand, and counting sees what stands above it."""

import pytest

from review.errors import BadInput
from review.extraction.tags import add, implied, place, primary_of, together
from review.vocab import Level


def test_a_term_stands_at_its_level_or_a_coarser_one(codebook):
    assert place(codebook, "sp.mouse", level=Level.ARM).facet.id == "species"
    assert place(codebook, "Mouse", level=Level.STUDY).term.code == "sp.mouse"
    assert place(codebook, "emg.mune", level=Level.REPORT).term.code == "emg.mune"
    with pytest.raises(
        BadInput, match=r"sp\.mouse \(Species\) belongs on an arm, not on the effect"
    ):
        place(codebook, "sp.mouse", level=Level.EFFECT)


def test_an_exact_facet_stands_at_its_own_level_only(codebook):
    assert place(codebook, "increase", level=Level.EFFECT).term.code == "dir.increase"
    with pytest.raises(BadInput, match="belongs on an effect, not on the study"):
        place(codebook, "dir.increase", level=Level.STUDY)


def test_derived_terms_are_never_put_by_hand(codebook):
    with pytest.raises(BadInput, match="derived"):
        place(codebook, "aln.impaired", level=Level.EFFECT)


def test_an_unknown_code_names_the_nearest(codebook):
    with pytest.raises(BadInput, match=r"did you mean 'emg\.sfemg'"):
        place(codebook, "emg.sfemgg", level=Level.EFFECT)


def test_one_term_means_one_on_its_level_and_many_above(codebook):
    with pytest.raises(BadInput, match="Species takes one term on the arm"):
        add(codebook, ["sp.mouse"], ["sp.rat"], level=Level.ARM)
    assert add(codebook, ["sp.mouse"], ["rat", "mouse"], level=Level.STUDY) == [
        "sp.mouse",
        "sp.rat",
    ]
    assert together(codebook, ["emg.rns", "emg.cmap"], level=Level.EFFECT) == {
        "emg_method": ["emg.cmap", "emg.rns"]
    }


def test_counting_sees_every_ancestor(codebook):
    assert implied(codebook, ["out.nmj.jitter", "emg.mune.sta"]) == {
        "out.nmj.jitter", "out.nmj", "emg.mune.sta", "emg.mune",
    }  # fmt: skip
    assert implied(codebook, []) == frozenset()


def test_of_several_populations_one_is_primary(codebook):
    both = {"population": ["pop.human", "pop.animal"]}
    assert primary_of(codebook, {"population": ["pop.animal"]}, None) == "pop.animal"
    assert primary_of(codebook, both, "animal") == "pop.animal"
    with pytest.raises(BadInput, match="say which one is primary"):
        primary_of(codebook, both, None)
    with pytest.raises(BadInput, match="not among those given"):
        primary_of(codebook, {"population": ["pop.human"]}, "animal")
