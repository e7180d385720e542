"""The meaning of a direction is derived from the outcome's impairment, never typed in."""

import pytest

from review.extraction.alignment import alignment, derived


@pytest.mark.parametrize(
    ("direction", "impairment", "meaning"),
    [
        ("dir.increase", "increase", "impaired"),
        ("decrease", "increase", "preserved"),
        ("decrease", "decrease", "impaired"),
        ("increase", "decrease", "preserved"),
        ("increase", "context", "ambiguous"),
        ("decrease", None, "ambiguous"),
        ("mixed", "increase", "ambiguous"),
        ("no_change", "context", "neutral"),
        ("no_change", "decrease", "neutral"),
        ("dir.not_extracted", "increase", None),
    ],
)
def test_direction_and_impairment_give_the_meaning(direction, impairment, meaning):
    assert alignment(direction, impairment) == meaning


def test_jitter_up_is_worse_and_first_in_the_cascade_and_size_never_speaks(codebook):
    worse = {"outcome": ["out.nmj.jitter"], "direction": ["dir.increase"]}
    assert derived(codebook, worse) == {"alignment": ("aln.impaired",), "timing": ("c1",)}
    bigger = {"outcome": ["out.mu.size"], "direction": ["dir.increase"], "timing": ["c4"]}
    assert derived(codebook, bigger) == {"alignment": ("aln.ambiguous",)}


def test_it_equals_the_alignment_of_every_shipped_effect(codebook, shipped):
    from review.extraction.shipped import rows

    effects = rows(shipped.folder / "effects.csv")
    wrong = [
        e
        for e in effects
        if (alignment(e["direction"], codebook.find(e["outcome"]).impairment) or "")
        != e["alignment"]
    ]
    assert len(effects) == 293
    assert wrong == []
