"""What the tags of two people on a target amount to, and to whom they speak."""

import pytest

from review.extraction.tag_agreement import tag_agreement
from review.extraction.tagging import (
    BLIND,
    EVERYBODY,
    Finished,
    Put,
    Settled,
    Tagging,
    TagState,
    may_settle,
    may_tag,
    may_take_back,
    still_finished,
)
from review.vocab import Level

ANNA, BEN, CARA = 1, 2, 3
MOUSE, RAT, HUMAN, ANIMAL = "sp.mouse", "sp.rat", "pop.human", "pop.animal"


def tagging(codebook, put, done=(), settled=()):
    every = [Put(member=m, code=code) for m, codes in put.items() for code in codes]
    return Tagging(
        put=tuple(every),
        finished={m: tuple(put[m]) for m in done},
        settlements=tuple(settled),
        codebook=codebook,
    )


def codes(found):
    return {code for _, code in found}


def test_one_persons_tags_speak_at_once_but_not_to_who_could_tag_too(codebook):
    now = tagging(codebook, {ANNA: [HUMAN]})
    assert now.state is TagState.OPEN
    assert [codes(now.heard(to)) for to in (EVERYBODY, ANNA, BEN, BLIND)] == [
        {HUMAN}, {HUMAN}, set(), set(),
    ]  # fmt: skip


def test_what_both_put_stands_at_once_and_what_differs_waits(codebook):
    put = {ANNA: [HUMAN, MOUSE, "mus.leg.ta"], BEN: [HUMAN, RAT, "mus.leg.ta"]}
    now = tagging(codebook, put, done=(ANNA, BEN))
    assert now.state is TagState.CONFLICT
    assert codes(now.heard(EVERYBODY)) == {HUMAN, "mus.leg.ta"}
    assert codes(now.heard(ANNA)) == set(put[ANNA])  # as before: nothing tells of the other
    assert [one.facet for one in now.compared if one.open] == ["species"]
    settled = Settled(facet="species", codes=(RAT,), member=CARA, kind="adjudication")
    after = tagging(codebook, put, done=(ANNA, BEN), settled=[settled])
    assert after.state is TagState.SETTLED
    for listener in (EVERYBODY, ANNA, BLIND):
        assert codes(after.heard(listener)) == {HUMAN, RAT, "mus.leg.ta"}


def test_two_who_agree_settle_it_and_a_third_does_not_count(codebook):
    put = {ANNA: [HUMAN], BEN: [HUMAN], CARA: [ANIMAL]}
    now = tagging(codebook, put, done=(ANNA, BEN))
    assert (now.state, codes(now.heard(EVERYBODY))) == (TagState.SETTLED, {HUMAN})


def test_where_one_tagger_is_asked_for_the_first_who_is_done_settles_it(codebook):
    alone = codebook.model_copy(update={"taggers": 1})
    assert tagging(alone, {ANNA: [HUMAN]}).state is TagState.OPEN
    now = tagging(alone, {ANNA: [HUMAN], BEN: [ANIMAL]}, done=(ANNA,))
    assert (now.state, codes(now.heard(BLIND))) == (TagState.SETTLED, {HUMAN})


def test_nothing_put_is_an_answer_too(codebook):
    now = tagging(codebook, {ANNA: [HUMAN], BEN: []}, done=(ANNA, BEN))
    assert now.state is TagState.CONFLICT
    nothing = Settled(facet="population", codes=(), member=CARA)
    after = tagging(codebook, {ANNA: [HUMAN], BEN: []}, done=(ANNA, BEN), settled=[nothing])
    assert after.heard(EVERYBODY) == set()
    assert after.state is TagState.SETTLED


def test_tags_of_nobody_in_particular_always_speak(codebook):
    now = tagging(codebook, {None: [ANIMAL], ANNA: [HUMAN]})
    assert codes(now.heard(BLIND)) == {ANIMAL}
    assert codes(now.heard(EVERYBODY)) == {ANIMAL, HUMAN}


def test_done_is_taken_back_until_something_is_settled_on_it(codebook):
    put = {ANNA: [HUMAN], BEN: [ANIMAL, MOUSE]}
    now = tagging(codebook, put, done=(ANNA, BEN))
    assert "take that back" in str(may_tag(now, member=ANNA))
    assert may_take_back(now, member=ANNA) is None
    half = Settled(facet="population", codes=(HUMAN,), member=CARA)
    ruled = tagging(codebook, put, done=(ANNA, BEN), settled=[half])
    assert "rests on your tags" in str(may_take_back(ruled, member=ANNA))
    said = [Finished(member=ANNA, codes=(HUMAN,)), Finished(member=ANNA, codes=(), done=False)]
    assert still_finished(said) == {}


def test_a_refusal_tells_nothing_of_the_other(codebook):
    alone = tagging(codebook, {ANNA: [HUMAN]}, done=(ANNA,))
    differing = tagging(codebook, {ANNA: [HUMAN], BEN: [ANIMAL]}, done=(ANNA, BEN))
    for now in (alone, differing):
        assert may_settle(now, "population", member=ANNA, third=False) is None
        assert "somebody else" in str(may_settle(now, "population", member=ANNA, third=True))


@pytest.mark.parametrize(("facet", "refused"), [("population", False), ("species", True)])
def test_a_third_settles_only_what_differs(codebook, facet, refused):
    now = tagging(codebook, {ANNA: [HUMAN], BEN: [ANIMAL]}, done=(ANNA, BEN))
    assert bool(may_settle(now, facet, member=CARA, third=True)) is refused


def test_agreement_is_told_by_facet_and_by_term(codebook):
    said = {
        Level.STUDY: [
            {ANNA: (HUMAN,), BEN: (HUMAN,)},
            {ANNA: (HUMAN,), BEN: (ANIMAL,)},
            {ANNA: (ANIMAL,), BEN: (ANIMAL,)},
            {ANNA: (ANIMAL, MOUSE), BEN: (ANIMAL,)},
        ]
    }
    found = {
        (one.facet, one.term): one.measures for one in tag_agreement(said, codebook, terms=True)
    }
    whole = found["population", ""]
    assert (whole.n, whole.percent, whole.kappa) == (4, 0.75, 0.5)
    assert found["population", HUMAN].table == ((1, 1), (0, 2))
    assert (found["species", ""].n, found["species", ""].percent) == (1, 0.0)


def test_every_pair_is_told_apart_and_all_together(codebook):
    said = {Level.STUDY: [{ANNA: (HUMAN,), BEN: (HUMAN,)}, {ANNA: (HUMAN,), CARA: (ANIMAL,)}]}
    found = tag_agreement(said, codebook)
    assert [(one.pair, one.measures.n) for one in found] == [
        ((ANNA, BEN), 1), ((ANNA, CARA), 1), ((), 2),
    ]  # fmt: skip
