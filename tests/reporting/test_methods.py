from review.protocol import Protocol
from review.reporting.fates import RecordFate
from review.reporting.methods import MethodsFacts, ScreeningDone, SearchDone, methods
from review.reporting.prisma import flow
from review.vocab import SearchKind, Stage

PROTOCOL = Protocol.model_validate(
    {
        "title": "Jitter and age",
        "eligibility": {"include": [{"code": "I1", "text": "an older arm"}]},
        "reasons": {
            "title-abstract": [{"code": "ex.x", "label": "X"}],
            "full-text": [{"code": "ex.x", "label": "X"}],
        },
    }
)


def written(**facts):
    found = flow([RecordFate(record=1, kept=1, source="PubMed")])
    return methods(MethodsFacts(protocol=PROTOCOL, version=1, flow=found, **facts))


def screened(decided, independent, **more):
    done = ScreeningDone(
        stage=Stage.TITLE_ABSTRACT, decided=decided, independent=independent, reviewers=4, **more
    )
    return written(screening=[done])


def test_dual_screening_is_claimed_as_far_as_votes_show_it():
    assert "1,345 of 1,345 records decided (100 %) had independent votes of two of four" in (
        screened(1345, 1345)
    )
    assert "(99.9 %)" in screened(100_000, 99_999)


def test_how_conflicts_were_settled_is_said_with_its_numbers():
    text = screened(10, 10, conflicts=3, adjudicated=2, discussed=1, waivers=1)
    assert "3 conflicts, settled 2 by a third person" in text
    assert "1 by discussion" in text
    assert "1 ruling came from one of the two, by recorded waiver" in text


def test_what_was_not_done_is_not_said():
    text = written()
    for heading in ("item 6", "item 7", "item 8", "item 9"):
        assert heading not in text
    assert "an older arm (I1)" in text
    assert "not final" in text


def test_a_search_is_named_with_its_date_and_number():
    search = SearchDone(
        source="PubMed", kind=SearchKind.DATABASE, date="2025-05-20", records=1, platform="NLM"
    )
    assert "- PubMed via NLM (database), last searched 2025-05-20: 1 record" in (
        written(searches=[search])
    )


def test_a_source_searched_again_says_how_often_and_within_what_limits():
    runs = SearchDone(
        source="PubMed", kind=SearchKind.DATABASE, date="2025-05-20", records=9, runs=2,
        limits="English",
    )  # fmt: skip
    bare = SearchDone(
        source="Embase", kind=SearchKind.DATABASE, date="2025-05-20", records=1, strategy=False
    )
    text = written(searches=[runs, bare])
    assert "last searched 2025-05-20 (searched two times): 9 records; limits: English" in text
    assert "None is recorded for Embase." in text
    assert "item 7" not in written(searches=[bare])
