"""A change of the codebook that would lose a tag or an extracted term is told, and how to do it."""

from review.extraction.orphans import Use, lost, told
from review.protocol import Codebook
from review.vocab import Level


def book(*facets: dict) -> Codebook:
    return Codebook.model_validate({"facets": facets})


def facet(id: str, *terms: dict | str, level: str = "effect", cardinality: str = "many") -> dict:
    made = [t if isinstance(t, dict) else {"code": t, "label": t.upper()} for t in terms]
    return {"id": id, "label": id, "level": level, "cardinality": cardinality, "terms": made}


def use(code: str, level: Level = Level.EFFECT, holder: object = 1, **more: bool) -> Use:
    return Use(level=level, holder=holder, code=code, **more)


OLD = book(facet("outcome", "out.a", "out.b"), facet("group", "grp.a", level="arm"))
USES = [use("out.a"), use("out.b"), use("out.a", Level.REPORT, 2), use("out.a", in_form=True)]


def test_a_term_that_goes_while_in_use_is_told_with_what_to_do():
    (said,) = lost(OLD, book(facet("outcome", "out.b", "out.c"), OLD_GROUP), USES)
    assert "out.a (OUT.A) is gone, but 2 tags (1 effect, 1 report) and 1 extracted term" in said
    assert "was: [out.a]" in said
    assert "retired: true" in said


OLD_GROUP = facet("group", "grp.a", level="arm")


def test_a_new_term_that_looks_like_it_is_hinted_at():
    (said,) = lost(OLD, book(facet("outcome", "out.b", "x.a"), OLD_GROUP), USES)
    assert "perhaps x.a" in said


def test_a_term_with_a_successor_or_out_of_use_may_go():
    moved = {"code": "out.z", "label": "Z", "was": ["out.a"]}
    assert lost(OLD, book(facet("outcome", moved, "out.b"), OLD_GROUP), USES) == []
    assert lost(OLD, book(facet("outcome", "out.a", "out.b")), USES) == []


def test_a_level_too_fine_for_what_is_tagged_is_told():
    (said,) = lost(OLD, book(facet("outcome", "out.a", "out.b", level="report"), OLD_GROUP), USES)
    assert "outcome belongs on report level" in said
    assert "2 tags (2 effect) and 1 extracted term" in said


def test_one_term_only_where_several_are_is_told():
    one = book(facet("outcome", "out.a", "out.b", cardinality="one"), OLD_GROUP)
    (said,) = lost(OLD, one, USES)
    assert "takes one term" in said
    merged = {"code": "out.b", "label": "B", "was": ["out.a"]}
    both = book(facet("outcome", merged, cardinality="one"), OLD_GROUP)
    assert lost(OLD, both, USES) == []  # the two are one by now


def test_what_the_old_codebook_did_not_know_is_no_reason():
    assert lost(OLD, OLD, [use("long.gone")]) == []


def test_a_code_by_which_effects_are_counted_is_kept():
    """Else a rule as 'a difference of sexes never votes' would be lost without a word."""
    old = book(facet("contrast", "con.age", "con.sexmeno"), facet("direction", "dir.up"))
    for gone, into in (("con.sexmeno", "con.x"), ("dir.up", "dir.rise")):
        terms = [{"code": into, "label": "X", "was": [gone]}]
        new = book(
            facet("contrast", "con.age", *(terms if gone[:3] == "con" else ["con.sexmeno"])),
            facet("direction", *(terms if gone[:3] == "dir" else ["dir.up"])),
        )
        (said,) = lost(old, new, [])
        assert f"The code {gone} decides how effects are counted" in said


def test_counts_are_told_in_words():
    assert told({"effect": 2, "report": 1, "form": 4}) == (
        "3 tags (2 effect, 1 report) and 4 extracted terms carry it"
    )
    assert told({"form": 1}) == "1 extracted term carries it"
    assert told({}) == "nothing carries it"
