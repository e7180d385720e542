from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from review.protocol import Reason
from review.reporting.boxes import template
from review.reporting.fates import RecordFate
from review.reporting.identities import holds, identities
from review.reporting.prisma import flow
from review.reporting.prisma_json import as_json
from review.vocab import Removal, Retrieval, SearchKind, State

REASONS = (
    Reason(code="ex.design", label="Wrong design"),
    Reason(code="ex.noemg", label="No EMG, at all; none"),
)


def fate(record, kept=None, **facts):
    facts = {"source": "PubMed", **facts}
    return RecordFate(record=record, kept=kept or record, **facts)


INCLUDED = {"ta": State.INCLUDED, "retrieval": Retrieval.RETRIEVED, "ft": State.INCLUDED}


def test_an_empty_review_adds_up_to_nothing():
    empty = flow([])
    assert holds(empty)
    assert as_json(empty)["identified"] == {"by_source": {}, "total": 0}


def test_a_duplicate_counts_as_identified_and_removed_and_nowhere_else():
    doc = as_json(flow([fate(1), fate(2, 1, source="Embase", ta=State.EXCLUDED)]))
    assert doc["identified"] == {"by_source": {"Embase": 1, "PubMed": 1}, "total": 2}
    assert doc["removed"] == {"duplicates": 1, "automation": 0, "other": 0}
    assert doc["screened"] == 1
    assert doc["pending"]["title-abstract"]["unscreened"] == 1


def test_a_report_found_by_a_database_and_on_a_website_is_the_database_s():
    doc = as_json(
        flow([fate(1, source="Site", kind=SearchKind.WEBSITE, **INCLUDED, study=7), fate(2, 1)])
    )
    assert (doc["identified"]["total"], doc["removed"]["duplicates"], doc["screened"]) == (1, 0, 1)
    assert (doc["other"]["identified"]["total"], doc["other"]["already_identified"]) == (1, 1)
    assert doc["other"]["sought"] == 0
    assert doc["included"]["reports_from_databases"] == 1


def test_a_box_opens_the_record_that_stands_for_the_report_in_its_lane():
    of = flow([fate(1, kind=SearchKind.WEBSITE, ta=State.EXCLUDED), fate(2, 1)])
    assert of.ids("excluded_title_abstract") == (2,)
    assert of.ids("other.already_identified") == (1,)


def test_a_reason_conflict_is_excluded_with_its_reason_not_settled():
    facts = {"ta": State.INCLUDED, "retrieval": Retrieval.RETRIEVED}
    doc = as_json(
        flow(
            [
                fate(1, **facts, ft=State.REASON_CONFLICT),
                fate(2, **facts, ft=State.EXCLUDED, ft_reason="ex.noemg"),
                fate(3, **facts, ft=State.EXCLUDED, ft_reason="ex.design"),
            ],
            reasons=REASONS,
        )
    )
    assert list(doc["excluded_full_text"].items()) == [
        ("Wrong design", 1),
        ("No EMG, at all; none", 1),
        ("Reason not settled", 1),
    ]
    assert doc["pending"]["full-text"]["reason_conflict"] == 1
    assert doc["assessed"] == 3


def test_reports_sought_wait_for_retrieval_until_obtained_or_given_up():
    doc = as_json(
        flow(
            [
                fate(1, ta=State.INCLUDED),
                fate(2, ta=State.INCLUDED, retrieval=Retrieval.NOT_RETRIEVED),
                fate(3, ta=State.INCLUDED, retrieval=Retrieval.RETRIEVED),
                fate(4, ta=State.INCLUDED, ft=State.CONFLICT),
                fate(5, ta=State.INCLUDED, retrieval=Retrieval.NOT_RETRIEVED, ft=State.INCLUDED),
            ]
        )
    )
    assert (doc["sought"], doc["not_retrieved"], doc["assessed"]) == (5, 1, 3)
    assert doc["pending"]["full-text"] == {
        "awaiting_retrieval": 1,
        "unscreened": 1,
        "awaiting": 0,
        "conflict": 1,
        "reason_conflict": 0,
    }


def test_reports_of_one_study_count_once_and_an_unlinked_report_is_a_study_of_its_own():
    doc = as_json(
        flow([fate(1, **INCLUDED, study=7), fate(2, **INCLUDED, study=7), fate(3, **INCLUDED)])
    )
    assert (doc["included"]["studies"], doc["included"]["reports"]) == (2, 3)


def test_a_new_report_of_a_previous_study_raises_reports_not_studies():
    doc = as_json(flow([fate(1, previous=True, study=7), fate(2, **INCLUDED, study=7)]))
    assert doc["previous"] == {"studies": 1, "reports": 1}
    assert (doc["included"]["studies"], doc["included"]["reports"]) == (0, 1)
    assert (doc["total"]["studies"], doc["total"]["reports"]) == (1, 2)


def test_a_report_of_the_previous_review_found_again_is_a_duplicate():
    doc = as_json(flow([fate(1, previous=True, study=7), fate(2, 1, **INCLUDED)]))
    assert (doc["identified"]["total"], doc["removed"]["duplicates"]) == (1, 1)
    assert doc["included"]["reports"] == 0


def test_a_meta_analysis_of_a_study_that_is_not_included_breaks_its_identity():
    of = flow([fate(1, **INCLUDED, study=7)], meta_analysis={8})
    assert [i.name for i in identities(of) if not i.ok] == ["J4"]


@pytest.mark.parametrize(
    ("box", "names"),
    [
        ("removed.duplicates", {"D2", "P"}),
        ("screened", {"D2", "D3", "S1"}),
        ("not_retrieved", {"D4", "S2", "P"}),
        ("other.included", {"O4", "J2", "P"}),
    ],
)
def test_a_box_that_loses_a_record_breaks_its_identities(box, names):
    whole = flow(
        [
            fate(1, **INCLUDED),
            fate(2, 1),
            fate(3, ta=State.INCLUDED, retrieval=Retrieval.NOT_RETRIEVED),
            fate(4, kind=SearchKind.CITATION, **INCLUDED),
        ]
    )
    assert holds(whole)
    broken = replace(whole, boxes={**whole.boxes, box: whole.boxes[box][1:]})
    assert {i.name for i in identities(broken) if not i.ok} == names


@pytest.mark.parametrize("why", Removal)
def test_a_report_removed_before_screening_is_not_screened_whatever_was_voted(why):
    of = flow([fate(1, **INCLUDED, removal=why)])
    assert (of.n(f"removed.{why}"), of.n("screened"), of.n("included")) == (1, 0, 0)


def test_two_sources_of_one_name_are_told_apart():
    of = flow([fate(1, source="ICTRP"), fate(2, source="ICTRP", kind=SearchKind.REGISTER)])
    assert as_json(of)["identified"]["by_source"] == {"ICTRP (database)": 1, "ICTRP (register)": 1}


OPTIONAL_STATE = st.none() | st.sampled_from(State)


@st.composite
def reviews(draw):
    n = draw(st.integers(0, 25))
    fates = []
    for record in range(1, n + 1):
        kept = draw(st.sampled_from([record, *(f.record for f in fates if f.kept == f.record)]))
        fates.append(
            RecordFate(
                record=record,
                kept=kept,
                source=draw(st.sampled_from(["PubMed", "Embase", "a.b", ""])),
                kind=draw(st.sampled_from(SearchKind)),
                previous=draw(st.sampled_from([False, False, False, True])),
                removal=draw(st.sampled_from([None, None, None, *Removal])),
                ta=draw(OPTIONAL_STATE | st.just(State.INCLUDED)),
                retrieval=draw(st.none() | st.sampled_from(Retrieval)),
                ft=draw(OPTIONAL_STATE),
                ft_reason=draw(st.sampled_from([None, "ex.design", "ex.noemg", "ex.old"])),
                study=draw(st.none() | st.integers(1, 5)),
            )
        )
    return draw(st.permutations(fates))


@given(reviews())
def test_every_review_adds_up_whatever_its_state(fates):
    of = flow(fates, reasons=REASONS)
    assert [i for i in identities(of) if not i.ok] == []
    assert set(of.records) == {f.record for f in fates}


@settings(max_examples=40)
@given(reviews())
def test_every_number_shown_opens_as_many_records_or_at_least_one_a_study(fates):
    of = flow(fates, reasons=REASONS, where="year > 1", selected={1, 2})
    for box in template(of).all_boxes():
        for line in box.lines:
            if line.n is not None:
                opened = len(of.ids(line.opens))
                assert opened == line.n or (opened > line.n and "tudies" in line.text)


@given(reviews())
def test_the_order_of_records_changes_nothing(fates):
    assert as_json(flow(fates)) == as_json(flow(sorted(fates, key=lambda f: f.record)))
