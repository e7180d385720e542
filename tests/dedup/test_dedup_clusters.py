"""Clusters as a replay of facts, what may never be merged again, and the kept record."""

import pytest

from review.dedup import Clusters, Found, Pair, Row, allowed, clusters, compose


def certain(*pairs: tuple[int, int]) -> Found:
    return Found([Pair(a, b, 1.0, []) for a, b in pairs], [])


def test_merging_unites_clusters_and_the_lowest_id_is_kept():
    facts = [("merge", (5, 9)), ("merge", (2, 7)), ("merge", (9, 7))]
    assert clusters(facts) == {2: 2, 5: 2, 7: 2, 9: 2}


def test_splitting_takes_the_listed_out_into_a_cluster_of_their_own():
    facts = [("merge", (1, 2)), ("merge", (2, 3)), ("merge", (3, 4)), ("split", (1, 4))]
    assert clusters(facts) == {1: 1, 4: 1, 2: 2, 3: 2}


def test_splitting_undoes_a_merge_exactly():
    state = Clusters([("merge", (1, 2)), ("merge", (3, 4))])
    before = {record: state.members(record) for record in (1, 2, 3, 4)}
    state.add(("merge", (2, 3)))
    state.add(("split", (3, 4)))
    assert {record: state.members(record) for record in (1, 2, 3, 4)} == before


def test_a_cluster_can_be_merged_split_and_merged_again_by_hand():
    facts = [("merge", (1, 2)), ("split", (2,)), ("merge", (2, 1))]
    assert clusters(facts) == {1: 1, 2: 1}


def test_different_and_question_change_no_cluster():
    assert clusters([("different", (1, 2)), ("question", (3, 4))]) == {}


def test_a_record_never_named_stands_for_itself():
    assert Clusters().kept(8) == 8
    assert Clusters().members(8) == {8}


def test_pairs_judged_different_are_neither_merged_nor_asked_again():
    facts = [("different", (1, 2))]
    assert allowed(certain((1, 2)), facts) == Found([], [])
    assert allowed(Found([], certain((1, 2)).certain), facts) == Found([], [])


def test_records_split_apart_are_not_merged_automatically_again():
    facts = [("merge", (1, 2)), ("split", (2,))]
    assert allowed(certain((1, 2)), facts).certain == []


def test_different_records_are_not_merged_through_a_third():
    found = allowed(certain((1, 3), (2, 3)), [("different", (1, 2))])
    assert [(p.a, p.b) for p in found.certain] == [(1, 3)]
    assert [(p.a, p.b) for p in found.uncertain] == [(2, 3)]


def test_what_is_already_one_cluster_is_not_found_again():
    assert allowed(certain((1, 2)), [("merge", (1, 2))]) == Found([], [])


def test_the_kept_record_is_composed_field_by_field_with_sources():
    ahead = Row(id=1, title="A title", year=2014, doi="10.5555/a", abstract="Short.")
    printed = Row(
        id=2,
        title="A TITLE",
        year=2015,
        volume="12",
        pages="1-9",
        pmid="90000001",
        abstract="A longer abstract.",
        authors=("Okafor, Amara",),
    )
    kept = compose([printed, ahead])
    assert kept["title"] == ("A title", 1)
    assert kept["abstract"] == ("A longer abstract.", 2)
    assert kept["doi"] == ("10.5555/a", 1)
    assert kept["pmid"] == ("90000001", 2)
    # year, volume and pages belong together: not the online year with the printed volume
    assert kept["year"] == (2015, 2)
    assert kept["volume"] == ("12", 2)
    assert kept["language"] == ("", 1)


def test_composing_nothing_is_an_error():
    with pytest.raises(ValueError):
        compose([])
