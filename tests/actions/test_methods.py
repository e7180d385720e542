"""The methods section is gathered from the facts, and says what was done and no more."""

from pathlib import Path

from review import actions
from review.store.engine import Database
from tests.conftest import HOLDER

STAGE = "title-abstract"


def test_the_methods_say_what_the_facts_show(review: Database, tmp_path: Path) -> None:
    file = tmp_path / "index.csv"
    file.write_text(
        "title,year,doi\nJitter in age,2001,10.1000/a\nGrip,2002,\nJitter in age,2001,10.1000/a\n"
    )
    actions.import_file(review, HOLDER, file, source="Index", limits="English")
    anna, ben, cara = (actions.Caller(name, HOLDER.channel) for name in ("Anna", "Ben", "Cara"))
    actions.merge(review, HOLDER, 1, 3)
    actions.vote(review, anna, 1, "include", stage=STAGE)
    actions.vote(review, ben, 1, "exclude", stage=STAGE)
    actions.vote(review, anna, 2, "exclude", stage=STAGE)
    before = actions.methods(review, anna)["text"]
    assert "item 8" in before  # the merge; of screening nothing is settled yet
    assert "reviewers, blind" not in before
    actions.vote(review, ben, 2, "exclude", stage=STAGE)
    actions.judge(review, cara, 1, "include", stage=STAGE)
    actions.rule(review, cara, 1, "include", stage=STAGE)
    text = actions.methods(review, HOLDER)["text"]
    assert "- Index (database)" in text
    assert "3 records; limits: English" in text
    assert "merged: 0 by rule (Review" in text
    assert "and 1 by a person" in text
    assert "2 of 2 records decided (100 %) had independent votes of two of two" in text
    assert "There was 1 conflict, settled 1 by a third person who first judged blind." in text
