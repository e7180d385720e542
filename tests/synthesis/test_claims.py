"""What a claim is, how families vote on it, and what its verdict may say."""

import itertools

import pytest

from review.errors import BadInput
from review.protocol import Codebook
from review.synthesis.bits import places
from review.synthesis.claim_changes import basis, changes, replaced, told
from review.synthesis.claim_votes import weigh
from review.synthesis.claims import Claim, checked, read_claims
from review.synthesis.heard import Heard

BOOK = Codebook.model_validate(
    {
        "facets": [
            {"id": name, "label": name, "level": "effect",
             "terms": [{"code": code, "label": code} for code in codes]}
            for name, codes in {
                "population": ["pop.human", "pop.animal"],
                "contrast": ["con.age", "con.age.corr", "con.sarc", "con.sexmeno"],
                "direction": ["dir.increase", "dir.no_change", "dir.mixed"],
                "outcome": ["out.early", "out.late"],
            }.items()
        ]
    }
)  # fmt: skip


def effects(*said, population="pop.human", contrast="con.age", first=1):
    """Effects as (family, what it says): + for, - against, 0 no change, ~ mixed, ? silent."""
    directions = {"0": ["dir.no_change"], "~": ["dir.mixed"]}
    rows, sides = [], {"+": set(), "-": set()}
    for id_, (family, says) in enumerate(said, first):
        study = sum(map(ord, family))
        rows.append(
            {
                "id": id_, "study_id": study, "study_label": family, "cohort_family": family,
                "facets": {"population": [population], "contrast": [contrast],
                           "direction": directions.get(says, [])},
            }
        )  # fmt: skip
        if says in sides:
            sides[says].add(id_)
    return rows, sides["+"], sides["-"]


def groups(rows, supports, contradicts):
    """The groups of a claim; `rows` are effects, the sides the numbers of those that speak."""
    rows = sorted(rows, key=lambda row: (row["study_id"], row["id"]))
    sets, blocks, place = {}, [], 0
    for study, some in itertools.groupby(rows, key=lambda row: row["study_id"]):
        for row in some:
            # effects of one study need not follow each other here, so each is told by its number
            row["place"] = place
            for facet, codes in row["facets"].items():
                for code in codes:
                    sets[facet, code] = sets.get((facet, code), 0) | 1 << place
            place += 1
        first = min(row["place"] for row in rows if row["study_id"] == study)
        blocks.append((first, place - first, study, 0))
        place += 1
    names = {row["study_id"]: (row["study_label"], row["cohort_family"]) for row in rows}
    heard = Heard(blocks, names, sets)
    for row in rows:
        heard.effect_at[row["place"]] = row["id"]
    at = {row["id"]: row["place"] for row in rows}
    sides = [[places(at[id_] for id_ in one) for one in side] for side in (supports, contradicts)]
    return weigh(heard, places(at.values()), *sides, codebook=BOOK)


def people(*said, **more):
    rows, for_it, against = effects(*said, **more)
    return groups(rows, [for_it], [against])[0]


def test_a_cohort_family_has_one_vote():
    assert people(("a", "+"), ("a", "+"), ("a", "+"), ("b", "-")).counts == {
        "support": 1, "contradict": 1, "no-change": 0, "divided": 0, "silent": 0,
    }  # fmt: skip


def test_a_family_with_both_kinds_is_divided_however_many_are_for_it():
    assert people(*[("a", "+")] * 9, ("a", "-")).counts["divided"] == 1


def test_a_family_that_saw_no_change_as_often_is_divided_and_more_rarely_is_not():
    assert people(("a", "+"), ("a", "0")).counts["divided"] == 1
    assert people(("a", "+"), ("a", "+"), ("a", "+"), ("a", "0")).counts["support"] == 1
    assert people(("a", "~")).counts["divided"] == 1


def test_what_speaks_for_neither_side_is_silent_and_decides_nothing():
    found = people(("a", "?"), ("b", "?"), ("c", "?"), ("d", "+"))
    assert (found.counts["silent"], found.speaking, found.verdict) == (3, 1, "too few")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("", "no study here"),
        ("++", "too few"),
        ("+++", "supported"),
        ("---", "contradicted"),
        ("++-", "mixed"),
        ("+++++++---", "supported"),
        ("++++++----", "mixed"),
        ("000", "mixed"),
        ("+++00", "mixed"),
    ],
)
def test_a_verdict_needs_three_families_and_seventy_percent(said, verdict):
    assert people(*((f"f{i}", says) for i, says in enumerate(said))).verdict == verdict


def test_people_and_animals_are_never_added_up():
    some = effects(("a", "+"), ("b", "+"))
    more = effects(("c", "+"), population="pop.animal", first=10)
    found = groups([*some[0], *more[0]], [some[1] | more[1]], [set()])
    assert [(g.population, g.counts["support"], g.verdict) for g in found] == [
        ("pop.human", 2, "too few"),
        ("pop.animal", 1, "too few"),
    ]


def test_contrasts_are_never_added_up_but_a_correlation_with_age_is_of_age():
    one = effects(("a", "+"), ("b", "+"))
    two = effects(("c", "+"), contrast="con.age.corr", first=10)
    three = effects(("d", "+"), ("e", "+"), contrast="con.sarc", first=20)
    rows, ids = [*one[0], *two[0]], one[1] | two[1]
    assert groups(rows, [ids], [set()])[0].verdict == "supported"
    found = groups([*one[0], *three[0]], [one[1] | three[1]], [set()])[0]
    assert (found.counts["support"], found.verdict) == (4, "too few")
    assert [(part.contrast, part.verdict) for part in found.parts] == [
        ("con.age", "too few"),
        ("con.sarc", "too few"),
    ]


def test_a_difference_between_the_sexes_never_votes():
    assert people(("a", "+"), contrast="con.sexmeno").counts["silent"] == 1


def test_a_side_of_several_expressions_must_hold_within_one_study():
    rows, _, _ = effects(("a", "?"), ("a", "?"), ("b", "?"), ("c", "?"))
    early, late = {1, 3}, {2, 4}
    found = groups(rows, [early, late], [set(), set()])[0]
    assert {one.name: one.say for one in found.families} == {
        "a": "support", "b": "silent", "c": "silent",
    }  # fmt: skip


def test_what_changed_since_a_reading_is_told_by_study():
    read = basis([people(("a", "+"), ("b", "-"))])
    now = [people(("a", "-"), ("c", "+"), ("d", "+"))]
    assert told(changes(read, now)) == [
        "2 studies more support it (c; d)",
        "1 study more contradicts it (a)",
        "1 study that contradicted it gone (b)",
    ]
    assert changes(basis(now), now) == []
    assert replaced(read, now) == 3


def claim(**more):
    given = {"id": "c", "text": "A claim.", "scope": "population = human",
             "supports": "direction = increase", "contradicts": "direction = mixed"}  # fmt: skip
    return Claim.model_validate(given | more)


def test_an_expression_that_cannot_be_read_names_claim_field_and_character():
    with pytest.raises(
        BadInput, match=r"claim c, supports: at character 1: .*directoin.*direction"
    ):
        checked(claim(supports=["directoin = increase"]), BOOK)
    assert checked(claim(), BOOK).supports == ("direction = increase",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("claims: []", r"f.yaml, line 1: claims needs at least one item"),
        ("claims:\n- {id: a, txt: b}", r"f.yaml, line 2: claims.1.txt is an unknown key.*text"),
        ("claims:\n- id: A b\n  text: t\n  scope: s\n  supports: x\n  contradicts: y",
         r"line 2: claims.1.id is 'A b', which is not a valid code"),
        ("claims: [", r"f.yaml, line 1: not YAML"),
        ("", r"f.yaml: empty"),
        ("sources: [{id: s, citation: S}]\nclaims:\n- id: a\n  text: t\n  sources: [z]\n"
         "  scope: s\n  supports: x\n  contradicts: y", r"line 5: .*is 'z'.*not cite; known: s"),
    ],
)  # fmt: skip
def test_a_file_of_claims_that_is_wrong_is_told_by_line_and_key(text, said):
    with pytest.raises(BadInput, match=said):
        read_claims(text, name="f.yaml")
