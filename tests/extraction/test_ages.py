"""What ages as printed mean, each text as it stands in a report or in the shipped tables."""

import pytest

from review.extraction.ages import ages, band, onset, share_of_life, unit_of


def said(text, unit=None):
    return [str(age) for age in ages(text, unit=unit)]


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("2, 6, 9, 12, 18, 24 mo", None, ["2 mo", "6 mo", "9 mo", "12 mo", "18 mo", "24 mo"]),
        ("60-96 y, n=28", None, ["60–96 y"]),
        ("22-38", "y", ["22–38 y"]),
        ("71.4+/-6.2", "y", ["71.4 y"]),
        ("25.3+/-4.8 y n=22; 71.4+/-6.2 y n=20 (men)", None, ["25.3 y", "71.4 y"]),
        ("~25, ~65, >=80 y men", None, ["25 y", "65 y", "≥80 y"]),
        ("<35 y; >60 y", None, ["<35 y", "≥60 y"]),
        ("9-10, 24-25, 32-33 mo, male", None, ["9–10 mo", "24–25 mo", "32–33 mo"]),
        ("22 to 27 mo", None, ["22–27 mo"]),
        ("46+/-20 (21-91)", "y", ["46 y"]),
        ("10 wk and 104 weeks", None, ["10 wk", "104 wk"]),
        ("700 days", None, ["700 d"]),
    ],
)
def test_an_age_is_read_with_its_unit_or_that_of_its_cell(text, unit, found):
    assert said(text, unit) == found


@pytest.mark.parametrize(
    "text",
    [
        "8 young, 7 older",
        "n=150 (76 men, 74 women)",
        "n=16 healthy older, retested after almost 3 y",
        "15 Y, 17 YA, 22 O, 29 MA (men)",
        "aged (months not in abstract), 4-month treatment",
        "20 monkeys in five groups",
        "",
    ],
)
def test_a_count_a_share_and_a_duration_are_no_ages(text):
    assert said(text, "y") == []


def test_what_comes_later_is_no_age():
    assert said("16 mo, killed 10-11 mo later") == ["16 mo"]
    assert said("73+/-6 y n=98; 45% pre-frail, 18% frail", "y") == ["73 y"]


def test_ages_of_different_units_compare_in_months():
    (years,), (months,), (weeks,) = ages("2 y"), ages("24 mo"), ages("104.35 wk")
    assert years.middle == months.middle == 24
    assert weeks.middle == pytest.approx(24, abs=0.01)


def test_a_strain_has_its_own_lifespan_and_else_the_bands_are_interpolated(codebook):
    mouse = share_of_life(24, codebook, species="sp.mouse", strain="strain.c57bl6")
    assert mouse == pytest.approx(100 * 24 / 28)
    # between 18 months (60 %) and 26 months (90 %)
    assert share_of_life(24, codebook, species="sp.mouse") == pytest.approx(82.5)
    assert share_of_life(70 * 12, codebook, species="sp.human") == pytest.approx(75)
    assert share_of_life(24, codebook, species="sp.dog") is None
    assert band(75, codebook) == "age.old"
    assert unit_of(["sp.human"]) == "y"
    assert unit_of(["sp.human", "sp.rat"]) is None


def test_a_note_tells_when_an_outcome_had_and_had_not_changed():
    before, after = onset("Unchanged at 20 and 24 mo; first changed at 27 mo (abstract).")
    assert ([str(a) for a in before], [str(a) for a in after]) == (["20 mo", "24 mo"], ["27 mo"])
    assert onset("jitter up while CMAP unchanged") == ((), ())
