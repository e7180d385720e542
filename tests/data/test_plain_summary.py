"""The summary for everybody can be read by everybody, and explains every term it uses."""

import re
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.extraction.shipped import folder
from review.reporting.plain_summary import read_summary
from review.vocab import Channel

HOLDER = Caller(None, Channel.API)
SUMMARY = read_summary((folder() / "plain_summary.yaml").read_text(), name="plain_summary.yaml")


@pytest.fixture(scope="module")
def told(demo_file: Path):
    db = actions.open_review(f"sqlite:///{demo_file}")
    yield actions.plain_summary(db, HOLDER)
    db.close()


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    word = re.sub(r"[^a-z]", "", word.casefold())
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$", "", word))))


def grade(text: str) -> float:
    """The Flesch-Kincaid grade (Kincaid et al. 1975): 0.39 words/sentence + 11.8 syllables/word."""
    sentences = [one for one in re.split(r"[.!?:;]+(?:\s|$)", text) if one.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'-]*|\d[\d,.]*", text)
    beats = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * beats / len(words) - 15.59


def test_the_formula_is_that_of_its_authors():
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.01)
    assert (
        grade("Neuromuscular transmission deteriorates considerably in sarcopenic individuals.")
        > 13
    )


def test_it_reads_as_at_grade_eight_or_below(told):
    text = " ".join(block["text"] + "." for block in told["blocks"] if block["kind"] != "heading")
    assert grade(text) <= 8
    definitions = " ".join(word.definition for word in SUMMARY.terms)
    assert grade(definitions) <= 9


def test_every_term_is_explained_where_it_first_stands_in_a_section(told):
    explained = {
        piece["definition"] for block in told["blocks"] for piece in block["pieces"]
        if piece["definition"]
    }  # fmt: skip
    assert explained == {word.definition for word in SUMMARY.terms}


def test_its_numbers_are_computed(told):
    text = " ".join(block["text"] for block in told["blocks"])
    assert "from 69 studies" in text
    assert "59 of them are about people and 10 about animals" in text
    assert "{" not in text
    numbers = {p["text"]: p["where"] for b in told["blocks"] for p in b["pieces"] if p["where"]}
    assert numbers == {"59": "population = human", "10": "population = animal"}


def test_what_it_says_of_a_claim_is_never_stronger_than_its_verdict(told, demo_file):
    db = actions.open_review(f"sqlite:///{demo_file}")
    verdicts = {
        one["id"]: [group["verdict"] for group in one["groups"]]
        for one in actions.claims(db, HOLDER)
    }
    db.close()
    strong = re.compile(r"studies here (agree|found the opposite)")
    for block in told["blocks"]:
        if block["kind"] == "claim":
            for line, verdict in zip(block["lines"], verdicts[block["claim"]], strict=True):
                firm = verdict in ("supported", "contradicted")
                assert bool(strong.search(line["says"])) == firm, (block["claim"], line)
    assert told["disclaimer"].startswith("This is not medical advice")
