"""The tools of appraisal as data: their rules against the published ones, and what is refused."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as some
from statsmodels.stats.inter_rater import cohens_kappa

from review.errors import BadInput
from review.extraction.appraisal import read_appraisal
from review.extraction.appraisal_agreement import weighted_kappa
from review.extraction.judged_by_two import Amount, Judgement, judged
from review.extraction.judging import asked, domain_judgement, overall_judgement, stars
from review.extraction.tool_choice import chosen, fitting
from review.protocol import Protocol, default_text, parse
from review.protocol.appraisal import Tool, tool_faults
from review.protocol.tools import SHIPPED, shipped, tool_named
from review.vocab import Risk, RulingKind

YES, NO = ("Y", "PY"), ("N", "PN")
L, S, H = Risk.LOW, Risk.SOME, Risk.HIGH
ROB2 = shipped("rob2")


def complete(tool: Tool, domain: str) -> Iterator[dict[str, str]]:
    """Every way of answering a domain, each question put only where the tool puts it."""

    def further(so_far: dict[str, str]) -> Iterator[dict[str, str]]:
        open_ = [i for i in asked(tool, so_far) if i.domain == domain and i.id not in so_far]
        if not open_:
            yield so_far
            return
        for answer in tool.answers_of(open_[0]):
            yield from further(so_far | {open_[0].id: answer})

    yield from further({})


# Sterne et al. 2019, the full guidance of 22 August 2019, Tables 4, 6, 8, 10 and 12, read again


def randomisation(a: dict[str, str]) -> Risk:
    if a["1.2"] in NO:
        return H
    if a["1.2"] == "NI":
        return H if a["1.3"] in YES else S
    if a["1.1"] in NO or a["1.3"] in YES:
        return S
    return L


def deviations(a: dict[str, str]) -> Risk:
    if (a["2.1"] in NO and a["2.2"] in NO) or a["2.3"] in NO:
        one = L
    elif a["2.3"] == "NI" or a["2.4"] in NO:
        one = S
    else:
        one = S if a["2.5"] in YES else H
    two = L if a["2.6"] in YES else S if a["2.7"] in NO else H
    return H if H in (one, two) else L if one is two is L else S


def missing(a: dict[str, str]) -> Risk:
    if a["3.1"] in YES or a["3.2"] in YES or a["3.3"] in NO:
        return L
    return S if a["3.4"] in NO else H


def measurement(a: dict[str, str]) -> Risk:
    if a["4.1"] in YES or a["4.2"] in YES:
        return H
    if a["4.3"] in NO or a["4.4"] in NO:
        return L if a["4.2"] in NO else S
    return S if a["4.5"] in NO else H


def reported(a: dict[str, str]) -> Risk:
    if a["5.2"] in YES or a["5.3"] in YES:
        return H
    if "NI" in (a["5.2"], a["5.3"]):
        return S
    return L if a["5.1"] in YES else S


@pytest.mark.parametrize(
    ("domain", "table", "ways"),
    [("D1", randomisation, 125), ("D2", deviations, 0), ("D3", missing, 0), ("D4", measurement, 0),
     ("D5", reported, 125)],
)  # fmt: skip
def test_rob2_judges_each_domain_as_its_flow_chart_does(domain: str, table: Any, ways: int) -> None:
    one = next(d for d in ROB2.domains if d.id == domain)
    count = 0
    for answers in complete(ROB2, domain):
        full = {item.id: "" for item in ROB2.of_domain(domain)} | answers
        assert domain_judgement(ROB2, one, answers) is table(full), answers
        count += 1
    assert count == ways or (not ways and count > 50)


def test_rob2_is_as_bad_as_its_worst_domain_and_high_with_several_of_some_concern() -> None:
    for risks in itertools.product((L, S, H), repeat=5):
        domains = dict(zip(("D1", "D2", "D3", "D4", "D5"), risks, strict=True))
        wanted = H if H in risks or risks.count(S) >= 3 else S if S in risks else L
        assert overall_judgement(ROB2, {}, domains) is wanted


@given(some.lists(some.sampled_from(list(Risk)), min_size=7, max_size=7))
def test_robins_e_is_as_bad_as_its_worst_domain(risks: list[Risk]) -> None:
    tool = shipped("robins-e")
    form = {"answers": {f"d{n}": risk.value for n, risk in enumerate(risks, 1)}}
    order = (Risk.VERY_HIGH, H, Risk.UNCLEAR, S, L)
    assert read_appraisal(form, tool).overall is next(r for r in order if r in risks)


def test_newcastle_ottawa_stars_become_good_fair_and_poor_by_domain() -> None:
    tool = shipped("nos-cohort")
    best = {i.id: max(i.stars, key=lambda a: i.stars[a]) for i in tool.items}
    worst = {i.id: next(a for a in i.answers or {} if a not in i.stars) for i in tool.items}
    assert stars(tool, best)["total"].earned == 9
    for selection, comparability, outcome in itertools.product(range(5), range(3), range(4)):
        answers = dict(best)
        lost = [*["S1", "S2", "S3", "S4"][: 4 - selection], *["O1", "O2", "O3"][: 3 - outcome]]
        answers |= {item: worst[item] for item in lost}
        answers["C1"] = {2: "a", 1: "b", 0: "d"}[comparability]
        wanted = H if selection < 2 or not comparability or outcome < 2 else S
        wanted = L if wanted is S and selection >= 3 else wanted
        assert overall_judgement(tool, answers, {}) is wanted, answers
    # a star that an item not applicable could not earn is not missed
    assert overall_judgement(tool, best | {"S4": "na", "S1": worst["S1"]}, {}) is L
    total = shipped("nos-cross-sectional")
    best = {i.id: max(i.stars, key=lambda a: i.stars[a]) for i in total.items}
    assert stars(total, best)["total"].earned == 10
    assert overall_judgement(total, best | {"S2": "b", "S3": "c", "C1": "c"}, {}) is L
    assert overall_judgement(total, best | {"S2": "b", "S3": "c", "C1": "d"}, {}) is S
    assert overall_judgement(total, best | {"S2": "b", "C1": "d", "S4": "c", "O2": "b"}, {}) is H


def test_syrcle_and_jbi_follow_their_key_items_and_no_sum() -> None:
    tool = shipped("syrcle")
    good = {item.id: "yes" for item in tool.items}
    assert overall_judgement(tool, good, {}) is L
    assert overall_judgement(tool, good | {"1": "na", "3": "na"}, {}) is L
    assert overall_judgement(tool, good | {"4": "unclear"}, {}) is Risk.UNCLEAR
    assert overall_judgement(tool, good | {"4": "no", "5": "unclear"}, {}) is S
    assert overall_judgement(tool, good | {"7": "no"}, {}) is H
    assert overall_judgement(tool, good | {"7": "no"}, {}, key_items=["10"]) is S
    assert overall_judgement(tool, dict.fromkeys(good, "na"), {}) is Risk.UNCLEAR


@pytest.mark.parametrize("name", SHIPPED)
def test_every_tool_that_ships_is_whole(name: str) -> None:
    tool = shipped(name)
    assert not list(tool_faults(tool))
    assert all(item.question.endswith("?") and item.not_applicable for item in tool.items)
    assert tool.reference
    assert tool.overall.text
    assert tool.wording.startswith("Our own wording")
    counts = {"rob2": (22, 5), "robins-e": (7, 7), "syrcle": (10, 6), "jbi-cohort": (11, 6)}
    if name in counts:
        assert (len(tool.items), len(tool.domains)) == counts[name]


LOW = {f"d{n}": "low" for n in range(1, 8)}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"answers": LOW | {"d9": "low"}}, "has no item 'd9' (did you mean 'd7'?)"),
        ({"answers": LOW | {"d1": "lowish"}}, "Item d1: 'lowish' is no answer (did you mean"),
        ({"answers": {"d1": "low"}}, "Item d2: has no answer"),
        ({"answers": {"d1": "low"}}, "(and 5 more)"),
        ({"answers": LOW | {"d2": "na"}}, "Item d2: not applicable needs a reason"),
        (
            {"answers": LOW | {"d2": {"answer": "low", "quote": "w " * 51}}},
            "the quote has 51 words",
        ),
        ({"answers": LOW | {"d2": {"answer": "low", "why": "x"}}}, "'why' is no part of an answer"),
        ({"answers": LOW, "overall": "high"}, "differs from what the tool's rule proposes (Low"),
        ({"answers": LOW, "overall": {"judgement": "worse", "reason": "x"}}, "is no judgement"),
        ({"answers": LOW, "domains": {"D1": {"judgement": "high", "reason": "x"}}}, "follows from"),
        ({"answers": LOW, "domains": {"D8": "low"}}, "D8: is no domain of ROBINS-E"),
        ({"answers": ["low"]}, "answers: must be a mapping"),
    ],
)
def test_what_is_wrong_with_an_appraisal_is_one_clear_sentence(
    form: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        read_appraisal(form, shipped("robins-e"))
    assert said in str(refusal.value)


def test_a_question_that_is_not_asked_takes_no_answer() -> None:
    good = {"1.1": "Y", "1.2": "Y", "1.3": "N", "2.1": "N", "2.2": "N", "2.6": "Y", "3.1": "Y",
            "4.1": "N", "4.2": "N", "4.3": "N", "5.1": "Y", "5.2": "N", "5.3": "N"}  # fmt: skip
    found = read_appraisal({"answers": good}, ROB2)
    assert found.overall is L
    with pytest.raises(BadInput, match=r"Item 2\.3: is not asked"):
        read_appraisal({"answers": good | {"2.3": "Y"}}, ROB2)
    # a domain may be judged otherwise, with a reason, and the whole follows
    form = {"answers": good, "domains": {"D4": {"judgement": "high", "reason": "Unblinded."}}}
    found = read_appraisal(form, ROB2)
    assert (found.domains["D4"]["proposed"], found.overall) == (L, H)


CODEBOOK = """\
codebook:
  facets:
    - id: population
      label: Population
      level: study
      terms: [{code: pop.human, label: Human}, {code: pop.animal, label: Animal}]
    - id: design
      label: Design
      level: study
      terms:
        - {code: d.rct, label: Randomised trial}
        - {code: d.nrsi, label: 'Controlled, not randomised'}
        - {code: d.cohort, label: Cohort}
        - {code: d.cc, label: Case-control}
        - {code: d.xs, label: Cross-sectional}
        - {code: d.xs.age, label: Age groups}
        - {code: d.series, label: Case series}
        - {code: d.other, label: Other}
"""


def protocol(more: str = "") -> Protocol:
    text = default_text()
    return parse(text[: text.index("codebook:")] + CODEBOOK + more)


@pytest.mark.parametrize(
    ("codes", "tool"),
    [
        (["d.rct", "pop.human"], "rob2"),
        (["d.nrsi", "pop.human"], "jbi-quasi-experimental"),
        (["d.cohort"], "nos-cohort"),
        (["d.cc"], "nos-case-control"),
        (["d.xs.age", "pop.human"], "jbi-cross-sectional"),
        (["d.series"], "jbi-case-series"),
        (["d.rct", "pop.animal"], "syrcle"),
        (["d.rct", "pop.animal", "pop.human"], "rob2"),
        (["d.other", "pop.human"], ""),
        ([], ""),
    ],
)
def test_the_design_calls_for_a_tool(codes: list[str], tool: str) -> None:
    assert fitting(protocol(), codes).tool == tool


def test_a_tool_that_does_not_fit_is_refused_and_another_needs_a_reason() -> None:
    agreed = protocol()
    found = fitting(agreed, ["d.xs", "pop.human"])
    assert "Cross-sectional" in found.why
    with pytest.raises(
        BadInput, match=r"SYRCLE does not fit study 1\..*What fits: jbi-cross-sectional"
    ):
        chosen(agreed, found, "syrcle", "I like it", study="study 1")
    with pytest.raises(BadInput, match="Say why study 1 is appraised with ROBINS-E instead"):
        chosen(agreed, found, "robins-e", "", study="study 1")
    assert chosen(agreed, found, "robins-e", "age is the exposure", study="study 1")
    with pytest.raises(BadInput, match=r"no tool 'rob3' \(did you mean 'rob2'\?\)"):
        chosen(agreed, found, "rob3", "", study="study 1")
    with pytest.raises(BadInput, match="Name the tool"):
        chosen(agreed, fitting(agreed, []), None, "", study="study 1")


OWN = """\
appraisal:
  assessors: 1
  tools:
    - {tool: emg, designs: [d.xs], populations: [pop.human], also: [robins-e]}
  own_tools:
    - name: emg
      title: EMG check
      purpose: What our review asks of EMG.
      reference: This review.
      answers: {given: Given, absent: Absent}
      means: {given: low, absent: high}
      domains: [{id: skin, label: Skin}]
      items: [{id: t, domain: skin, question: Was the temperature of the skin given?}]
      overall: {rule: worst, text: As bad as its worst item.}
"""


def test_a_review_adds_a_tool_of_its_own_and_says_when_it_is_used() -> None:
    agreed = protocol(OWN)
    found = fitting(agreed, ["d.xs.age", "pop.human"])
    assert (found.tool, found.also) == ("emg", ("robins-e",))
    tool = tool_named("EMG", agreed.appraisal.own_tools)
    assert read_appraisal({"answers": {"t": "absent"}}, tool).overall is H
    assert fitting(agreed, ["d.rct", "pop.human"]).tool == ""
    for wrong, said in (
        (OWN.replace("tool: emg,", "tool: egm,"), "'egm' is no tool of appraisal"),
        (OWN.replace("designs: [d.xs]", "designs: [d.xx]"), "'d.xx' is no term of the codebook"),
        (OWN.replace("domain: skin", "domain: skn"), "'skin' has no item"),
        (OWN.replace("absent: high", "absnt: high"), "does not say what 'absent' means"),
    ):
        with pytest.raises(BadInput, match=said):
            protocol(wrong)


def test_what_two_judged_amounts_to() -> None:
    def said(id: int, member: int, content: str, kind: RulingKind | None = None) -> Judgement:
        return Judgement(id=id, member=member, content=content, kind=kind)

    third, talk = RulingKind.ADJUDICATION, RulingKind.DISCUSSION
    one, other, same = said(1, 1, "a"), said(2, 2, "b"), said(3, 2, "a")
    assert judged([], [], needed=2).amount is Amount.TO_DO
    assert judged([one], [], needed=2).amount is Amount.AWAITING
    assert judged([one], [], needed=1).speaks == one
    assert judged([one, other], [], needed=2).amount is Amount.CONFLICT
    assert judged([one, other, same], [], needed=2).speaks == one
    assert judged([one, other], [said(1, 3, "c", third)], needed=2).speaks
    agreed = [said(1, 1, "c", talk), said(2, 2, "d", talk)]
    assert not judged([one, other], agreed, needed=2).settled
    agreed.append(said(3, 1, "d", talk))
    assert judged([one, other], agreed, needed=2).speaks == agreed[2]
    # what a third person settles later speaks
    assert judged([one, other], [*agreed, said(4, 3, "e", third)], needed=2).speaks.content == "e"
    assert not judged([one], [said(1, 1, "c", talk)], needed=2).settled


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # theirs, where a table is degenerate
@given(some.lists(some.tuples(*[some.sampled_from("abc")] * 2), min_size=3, max_size=60))
def test_weighted_kappa_is_that_of_statsmodels(pairs: list[tuple[str, str]]) -> None:
    value, interval = weighted_kappa(pairs, "abc")
    table = [[sum(pair == (a, b) for pair in pairs) for b in "abc"] for a in "abc"]
    if value is None:
        assert len({one for pair in pairs for one in pair}) == 1
        return
    theirs = cohens_kappa(table, wt="linear")
    assert value == pytest.approx(theirs.kappa)
    if interval and interval[0] > -1 and interval[1] < 1:
        # a variance of nothing is left over from larger terms, and its root is far larger
        assert interval == pytest.approx((theirs.kappa_low, theirs.kappa_upp), abs=1e-6)
