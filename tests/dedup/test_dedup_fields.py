"""How fields are read before they are compared, and which records are compared at all."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from review.dedup import Row, block, find, keys
from review.dedup.journals import journals
from review.dedup.kinds import kind
from review.dedup.normalise import doi, journal, normalise, pages, surnames
from review.dedup.titles import title_words
from tests.dedup.hard_cases import ARTICLE


@pytest.mark.parametrize(
    ("given", "first", "last", "prefix"),
    [
        ("221-8", "221", "228", ""),
        ("115--136", "115", "136", ""),
        ("S73-8", "73", "78", "s"),
        ("2S5-9", "5", "9", "2s"),
        ("e1234", "1234", "", "e"),
        ("pp. 12-19", "12", "19", ""),
        ("21-Aug", "", "", ""),
        ("(no pagination) 6305735", "6305735", "", ""),
        ("", "", "", ""),
    ],
)
def test_pages_are_read_as_first_last_and_prefix(given, first, last, prefix):
    assert pages(given) == (first, last, prefix)


@pytest.mark.parametrize(
    "authors",
    [
        ("Okafor, Amara", "Lindqvist, S."),
        "Okafor, Amara and Lindqvist, Sven",
        "Okafor A.; Lindqvist S.",
        "Okafor A. B.Lindqvist S.",
        "Okafor, A.,Lindqvist, S.",
    ],
)
def test_surnames_are_found_in_every_layout(authors):
    assert surnames(authors)[0] == ["okafor", "lindqvist"]


def test_titles_lose_what_databases_add_behind_them():
    plain = title_words("Ageing of the α-motor neurone")
    assert plain == ["ageing", "of", "the", "alpha", "motor", "neurone"]
    for added in (" [Review] [45 refs]", ". [German]", " [abstract no: 134]", " [see comment]"):
        assert title_words("Ageing of the &alpha;-motor <i>neurone</i>" + added) == plain
    assert title_words("RETRACTED: Ageing of the α-motor neurone") == plain


def test_numbers_tell_parts_apart_however_they_are_written():
    numbers = [
        normalise(Row(id=1, title=f"Motor units. Part {n}")).numbers for n in ("2", "II", "III")
    ]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_doi_is_bare_and_lower_case():
    assert (
        doi("http://dx.doi.org/10.1016/S1567-5688%2809%2970810-4")
        == "10.1016/s1567-5688(09)70810-4"
    )
    assert doi("no doi") == ""


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("J Am Coll Cardiol", "Journal of the American College of Cardiology", True),
        ("Stroke (00392499)", "Stroke; a journal of cerebral circulation", True),
        ("Ai zheng = Aizheng = Chinese journal of cancer", "Chinese Journal of Cancer", True),
        ("Circulation. Conference: Scientific Sessions 2012", "Circulation", True),
        ("BMJ", "British Medical Journal", True),
        ("American Heart Journal", "European Heart Journal", False),
        ("Brain", "Brain Research", False),
        ("PLoS ONE", "Journal of Clinical Oncology", False),
    ],
)
def test_journals_are_alike_as_names_or_abbreviations(a, b, alike):
    assert (journals(journal(a), journal(b)) >= 0.8) is alike
    assert journals(journal(a), journal(b)) == journals(journal(b), journal(a))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Erratum: Motor units", "notice"),
        ("Retraction notice to: Motor units", "notice"),
        ("Retraction of the upper lip during speech", ""),
        ("Re: Motor units", "reply"),
        ("Motor units: authors' reply", "reply"),
        ("Response to neoadjuvant chemotherapy", ""),
        ("Ageing and the immune response", ""),
        ("Correction of scoliosis by casting", ""),
    ],
)
def test_notices_and_replies_are_told_from_articles(title, expected):
    assert kind(Row(id=1, title=title)) == expected


def test_keys_are_the_same_in_another_process():
    script = (
        "from tests.dedup.hard_cases import ARTICLE; from review.dedup import keys;"
        "print(keys(ARTICLE))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == str(keys(ARTICLE))
    assert all(-(2**63) <= key < 2**63 for key in keys(ARTICLE))


def test_a_block_of_any_size_gives_pairs_in_proportion():
    for size in (1_000, 4_000):
        i, j = block.candidates(
            np.arange(size), np.zeros(size, np.int64), order=lambda p: ("", 0, str(p))
        )
        assert len(i) <= block.WINDOW * size
        assert (i < j).all()


def test_a_thousand_equal_records_are_one_cluster():
    same = [replace(ARTICLE, id=k) for k in range(1_000)]
    assert len(find(same).certain) == 999


text = st.text(max_size=60) | st.just("half a \ud800 character")
numerals = text | st.sampled_from(["9" * 5_000, "1-" + "9" * 5_000, "٣-٤", "²"])


@given(
    st.lists(
        st.builds(
            Row,
            id=st.just(0),
            title=text,
            abstract=text,
            authors=text | st.lists(text, max_size=3).map(tuple),
            journal=text,
            year=st.none() | st.integers(0, 9999),
            volume=numerals,
            issue=numerals,
            pages=numerals,
            doi=text,
            pmid=text,
        ),
        max_size=6,
    )
)
def test_no_text_whatever_stops_the_search(rows):
    found = find([replace(row, id=k) for k, row in enumerate(rows)])
    assert all(pair.a < pair.b < len(rows) for pair in found.certain + found.uncertain)
