"""Appraisals and gradings from the first to the settled, on either engine: blind, kept, proved."""

import json
from pathlib import Path
from typing import Any

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, Refused
from review.protocol import default_text
from review.reporting.pictures.files import picture_spec
from review.store import appraisal
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import fill
from tests.command_line import review as command
from tests.conftest import HOLDER

CODEBOOK = """\
codebook:
  facets:
    - id: population
      label: Population
      level: study
      primary: true
      terms: [{code: pop.human, label: Human}, {code: pop.animal, label: Animal}]
    - id: design
      label: Design
      level: study
      terms: [{code: d.xs, label: Cross-sectional}, {code: d.rct, label: Randomised trial}]
    - id: outcome
      label: Outcome
      level: effect
      cardinality: one
      terms:
        - {code: out.number, label: Motor units, impairment: decrease, domain: number}
        - {code: out.jitter, label: Jitter, impairment: increase, domain: nmj}
    - id: contrast
      label: Contrast
      level: effect
      cardinality: one
      terms: [{code: con.age, label: Older against younger}]
    - id: direction
      label: Direction
      level: effect
      cardinality: one
      exact: true
      terms: [{code: dir.increase, label: Increase}, {code: dir.decrease, label: Decrease}]
    - id: alignment
      label: Meaning
      level: effect
      cardinality: one
      derived: true
      exact: true
      terms: [{code: aln.impaired, label: Worse}, {code: aln.preserved, label: Better}]
"""
TEAM = {"Olga": "owner", "Anna": "reviewer", "Ben": "extractor", "Dora": "reviewer",
        "Cara": "adjudicator", "Eve": "adjudicator"}  # fmt: skip
YES = {str(n): "yes" for n in range(1, 9)}
NUMBER = ("number", "con.age", "human")


def who(name: str) -> Caller:
    return Caller(name, Channel.API)


def prepared(url: str, folder: Path, more: str = "") -> Database:
    """Six included human studies, each with one effect; the third one says the opposite.

    A seventh record is included, and not extracted yet.
    """
    text = default_text()
    path = folder / "protocol.yaml"
    path.write_text(text[: text.index("codebook:")] + CODEBOOK + more, encoding="utf-8")
    db = actions.init(url, path)
    for name, role in TEAM.items():
        actions.add_member(db, HOLDER, name, [role])
    for n, record in enumerate(fill(db, 7), 1):
        for stage in ("title-abstract", "full-text"):
            for name in ("Anna", "Dora"):
                actions.vote(db, who(name), record, "include", stage=stage)
        if n < 7:
            actions.extract(db, HOLDER, str(record), form(n))
    return db


def form(n: int, direction: str = "") -> dict[str, Any]:
    way = direction or ("increase" if n == 3 else "decrease")
    numbers = {"group1_n": 10, "group1_mean": 2, "group2_n": 10 + n, "group2_mean": 1}
    effect = {"outcome": "number", "contrast": "con.age", "direction": way, "numbers": [numbers]}
    study = {"label": f"Study {n}", "population": "human", "design": "d.xs"}
    return {"study": study, "effects": [effect]}


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Any:
    made = prepared(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def lite(tmp_path: Path) -> Any:
    made = prepared(f"sqlite:///{tmp_path}/made.db", tmp_path)
    yield made
    made.close()


def state(db: Database, study: int, name: str | None = None) -> str:
    rows = actions.appraisals(db, Caller(name, Channel.API))
    return str(next(row["state"] for row in rows if row["study"] == study))


def proved(db: Database) -> None:
    found = actions.verify(db, HOLDER)
    assert all(check["ok"] for check in found["checks"]), found


def test_two_who_agree_settle_a_third_settles_the_rest_and_all_of_it_is_proved(
    db: Database,
) -> None:
    assert actions.appraise(db, who("Anna"), 1, {"answers": YES})["state"] == "waiting"
    with db.read() as conn:
        assert appraisal.overall(conn) == {}
    # reasons and quotes may differ, answers may not
    noted = YES | {"8": {"answer": "yes", "reason": "mixed model", "page": "4"}}
    assert actions.appraise(db, who("Ben"), "Study 1", {"answers": noted})["state"] == "settled"
    with db.read() as conn:
        assert appraisal.overall(conn) == {1: "low"}
    actions.appraise(db, who("Anna"), 2, {"answers": YES})
    actions.appraise(db, who("Ben"), 2, {"answers": YES | {"6": "no", "8": "unclear"}})
    assert [state(db, 2, name) for name in (None, "Cara", "Olga", "Anna", "Dora")] == [
        "conflict", "conflict", "conflict", "waiting", "to-do"]  # fmt: skip
    shown = actions.compare_appraisals(db, who("Cara"), 2)
    assert [one["item"] for one in shown["items"] if not one["agree"]] == ["6", "8"]
    assert not any("name" in one for one in shown["appraisals"])
    with pytest.raises(BadInput, match=r"Item 6: has no answer .*\(and 1 more\)"):
        actions.settle_appraisal(db, who("Cara"), 2, {})
    settled = {"6": {"answer": "no", "reason": "none"}, "8": "yes"}
    found = actions.settle_appraisal(db, who("Cara"), 2, {"answers": settled})
    assert (found["overall"], found["settled"]) == ("high", True)
    with db.read() as conn:
        assert appraisal.overall(conn) == {1: "low", 2: "high"}
    assert {row["risk_of_bias"] for row in _rows(db)} == {"low", "high", None}
    shown = actions.compare_appraisals(db, who("Anna"), 2)
    assert {one["name"] for one in shown["appraisals"]} == {"Anna", "Ben"}
    assert shown["settled"]["how"] == "adjudication"
    # what a third person settled, a third person settles anew; nobody else changes it
    with pytest.raises(Refused, match="is settled; an adjudicator can settle it anew"):
        actions.appraise(db, who("Anna"), 2, {"answers": YES})
    actions.settle_appraisal(db, who("Eve"), 2, {"answers": {"6": "yes", "8": "yes"}})
    with db.read() as conn:
        assert appraisal.overall(conn) == {1: "low", 2: "low"}
    proved(db)
    actions.rebuild(db, HOLDER)
    with db.read() as conn:
        assert appraisal.overall(conn) == {1: "low", 2: "low"}
    rows = {r["id"]: r for r in actions.appraisal_agreement(db, who("Anna")) if r["part"] == "item"}
    assert (rows["6"]["n"], rows["6"]["percent"], rows["5"]["percent"]) == (2, 0.5, 1.0)


def _rows(db: Database) -> list[dict[str, Any]]:
    from review.actions.evidence import effect_rows

    with db.read() as conn:
        return effect_rows(conn, None)


def test_what_the_order_or_the_role_does_not_allow_is_refused(lite: Database) -> None:
    db = lite
    actions.appraise(db, who("Anna"), 1, {"answers": YES})
    hidden = "stay hidden from you until it is settled"
    for name in ("Anna", "Ben", "Dora"):
        with pytest.raises(Refused, match=hidden):
            actions.compare_appraisals(db, who(name), 1)
    with pytest.raises(Refused, match="has no appraisals to settle"):
        actions.settle_appraisal(db, who("Cara"), 1, {}, take="A")
    actions.appraise(db, who("Ben"), 1, {"answers": YES | {"1": "no"}})
    with pytest.raises(Refused, match="has its 2 appraisals already"):
        actions.appraise(db, who("Dora"), 1, {"answers": YES})
    for name in ("Anna", "Ben", "Dora"):
        with pytest.raises(Refused, match=hidden):
            actions.compare_appraisals(db, who(name), 1)
    with pytest.raises(NotAllowed, match="may not appraise studies"):
        actions.appraise(db, who("Cara"), 2, {"answers": YES})
    with pytest.raises(Refused, match="only a named member"):
        actions.appraise(db, HOLDER, 2, {"answers": YES})
    with pytest.raises(BadInput, match="'C' is none of the appraisals; take A or B"):
        actions.settle_appraisal(db, who("Cara"), 1, {}, take="C")
    with pytest.raises(BadInput, match="RoB 2 does not fit study 2"):
        actions.appraise(db, who("Anna"), 2, {"answers": {}}, tool="rob2")
    # one's own may be changed until it is settled, so the two may come to agree
    assert actions.appraise(db, who("Ben"), 1, {"answers": YES})["state"] == "settled"


def test_what_was_agreed_in_discussion_holds_once_both_have_confirmed_it(lite: Database) -> None:
    db = lite
    actions.appraise(db, who("Anna"), 1, {"answers": YES})
    actions.appraise(db, who("Ben"), 1, {"answers": YES | {"6": "no"}})
    agreed = {"answers": {"6": {"answer": "unclear", "reason": "talked over"}}}
    first = actions.settle_appraisal(db, who("Anna"), 1, agreed, by="discussion")
    assert (first["settled"], first["state"]) == (False, "waiting")
    with pytest.raises(Refused, match="You have not appraised"):
        actions.settle_appraisal(db, who("Dora"), 1, agreed, by="discussion")
    assert actions.settle_appraisal(db, who("Ben"), 1, agreed, by="discussion")["settled"]
    assert actions.compare_appraisals(db, who("Anna"), 1)["settled"]["how"] == "discussion"
    proved(db)


def test_the_command_lays_two_appraisals_side_by_side_before_and_after(
    lite: Database, tmp_path: Path
) -> None:
    actions.appraise(lite, who("Anna"), 2, {"answers": YES})
    actions.appraise(lite, who("Ben"), 2, {"answers": YES | {"6": "no"}})
    shown = ("appraisals", "compare", "2", "--as", "Cara")
    url = f"sqlite:///{tmp_path}/made.db"
    before = command(*shown, database=url)
    assert before.status == 0
    assert "Not settled." in before.out
    actions.settle_appraisal(lite, who("Cara"), 2, {"answers": {"6": "yes"}})
    assert "Settled by adjudication" in command(*shown, database=url).out


def test_a_click_on_a_light_is_heard_in_every_panel_of_the_plots(lite: Database) -> None:
    for name in ("Anna", "Ben"):
        actions.appraise(lite, who(name), 1, {"answers": YES})
    for kind in ("traffic-light", "risk-summary"):
        picture = actions.picture(lite, who("Cara"), kind, everything=True)
        spec = picture_spec(picture)
        (heard,) = spec["params"]
        drawn = json.dumps(spec["vconcat"])
        assert heard["views"]
        assert all(f'"name": "{view}"' in drawn for view in heard["views"])


def test_a_workbook_goes_out_and_comes_back(lite: Database) -> None:
    db = lite
    answers = YES | {"4": {"answer": "na", "reason": "=none", "quote": "as it stands", "page": "3"}}
    given = {"answers": answers, "overall": {"judgement": "some", "reason": "small"}}
    actions.appraise(db, who("Anna"), 1, given)
    data = actions.appraisal_sheet(db, who("Anna"), 1)
    found = actions.import_appraisal(db, who("Ben"), 1, data, name="filled.xlsx")
    assert found["state"] == "settled"
    mine = actions.appraisal_form(db, who("Ben"), 1)["mine"]
    assert mine["answers"]["4"] == answers["4"]
    assert (mine["proposed"], mine["overall"], mine["reason"]) == ("low", "some", "small")
    for wrong, said in ((b"PK", "not an Excel workbook"), (b"x", "neither a workbook"),
                        (b"{", "not JSON")):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            actions.import_appraisal(db, who("Ben"), 2, wrong, name="f")
    actions.draft_appraisal(db, who("Anna"), 2, {"answers": {"1": {"answer": "no"}}})
    assert actions.appraisal_form(db, who("Anna"), 2)["draft"]["answers"]["1"]["answer"] == "no"
    assert actions.appraisal_form(db, who("Dora"), 2)["draft"] is None
    actions.appraise(db, who("Anna"), 2, {"answers": YES})
    assert actions.appraisal_form(db, who("Anna"), 2)["draft"] is None


def group(db: Database, name: str | None = None) -> dict[str, Any]:
    found = actions.certainty(db, Caller(name, Channel.API))
    assert len(found["groups"]) == 1
    return dict(found["groups"][0])


def test_a_person_grades_what_the_facts_only_propose_and_change_is_told(db: Database) -> None:
    before = group(db)
    assert (before["graded"], before["certainty"], before["certainty_words"]) == (
        False, None, "Not graded")  # fmt: skip
    assert (before["worse"], before["better"], before["studies"]) == (5, 1, 6)
    assert before["participants"] == 6 * 20 + 21  # 10 + 10 + n of each study
    assert before["direction"] == "worse"
    assert before["proposed"]["imprecision"]["steps"] == -1  # the interval holds one half
    with pytest.raises(BadInput, match="Risk of bias is not judged; proposed is 0"):
        actions.grade(db, who("Anna"), *NUMBER)
    with pytest.raises(BadInput, match=r"no reason of GRADE \(did you mean 'imprecision'\?\)"):
        actions.grade(db, who("Anna"), *NUMBER, {"imprecison": -1})
    with pytest.raises(BadInput, match="Inconsistency -1 needs a reason"):
        actions.grade(db, who("Anna"), *NUMBER, {"inconsistency": -1}, confirm=True)
    with pytest.raises(BadInput, match="Imprecision: -1 is proposed"):
        actions.grade(db, who("Anna"), *NUMBER, {"imprecision": 0}, confirm=True)
    with pytest.raises(BadInput, match="Imprecision is 0, -1, -2, not '-3'"):
        actions.grade(db, who("Anna"), *NUMBER, {"imprecision": -3}, confirm=True)
    with pytest.raises(BadInput, match=r"there is no term 'numbr'.*nor a domain"):
        actions.grade(db, who("Anna"), "numbr", "con.age", "human", confirm=True)
    with pytest.raises(NotAllowed, match="may not grade"):
        actions.grade(db, who("Ben"), *NUMBER, confirm=True)
    found = actions.grade(db, who("Anna"), *NUMBER, confirm=True)
    # low by design, one step down for imprecision
    assert (found["certainty"], found["symbols"]) == ("very-low", "⊕◯◯◯")
    assert [reason.partition(":")[0] for reason in found["reasons"]] == ["Imprecision -1"]
    high = {"start": "high", "start_reason": "as if randomised", "confirm": True}
    found = actions.grade(db, who("Anna"), *NUMBER, {"imprecision": -1}, **high)
    assert found["certainty"] == "moderate"
    assert group(db)["changed"] == ""
    # the same said again is no change; another direction is, and so is a risk of bias
    actions.extract(db, HOLDER, "study:1", form(1))
    assert group(db)["changed"] == ""
    actions.extract(db, HOLDER, "study:1", form(1, "increase"))
    assert "The evidence has changed since it was graded" in group(db)["changed"]
    proved(db)


def test_two_graders_are_blind_to_each_other_until_a_third_settles(tmp_path: Path) -> None:
    more = "appraisal: {graders: 2, assessors: 1}\n"
    db = prepared(f"sqlite:///{tmp_path}/made.db", tmp_path, more)
    actions.appraise(db, who("Anna"), 1, {"answers": YES})
    with db.read() as conn:
        assert appraisal.overall(conn) == {1: "low"}  # one assessor is enough here
    everybody = ("Anna", "Olga", "Dora", "Cara", None)
    actions.grade(db, who("Anna"), *NUMBER, confirm=True)
    states = [group(db, name)["state"] for name in everybody]
    assert states == ["waiting", "to-do", "to-do", "to-do", "awaiting"]
    assert not group(db)["graded"]
    assert actions.certainty_group(db, who("Dora"), *NUMBER)["history"] == []
    other = {"publication_bias": {"steps": -1, "reason": "small studies only"}}
    given = {"confirm": True, "start": "high", "start_reason": "as if randomised"}
    actions.grade(db, who("Olga"), *NUMBER, other, **given)
    states = [group(db, name)["state"] for name in everybody]
    assert states == ["waiting", "waiting", "to-do", "conflict", "conflict"]
    with pytest.raises(Refused, match="they differ and wait to be settled"):
        actions.grade(db, who("Dora"), *NUMBER, confirm=True)
    with pytest.raises(Refused, match="You graded this yourself"):
        actions.grade(db, who("Olga"), *NUMBER, confirm=True, settle=True)
    assert not any(group(db, name)["graded"] for name in everybody)
    done = actions.grade(db, who("Cara"), *NUMBER, other, settle=True, **given)
    assert (done["graded"], done["certainty"]) == (True, "low")
    assert all(group(db, name)["graded"] for name in everybody)
    history = actions.certainty_group(db, who("Anna"), *NUMBER)["history"]
    assert [row["by"] for row in history] == ["Anna", "Olga", "Cara"]
    db.close()


def test_a_grading_that_rests_on_an_open_form_stays_unseen_by_who_is_blind_to_it(
    lite: Database,
) -> None:
    db = lite
    claim = {"scope": "outcome = number", "supports": "direction = decrease",
             "contradicts": "direction = increase"}  # fmt: skip
    actions.add_claim(db, who("Olga"), "fewer", text="Units get fewer.", **claim)
    actions.grade(db, who("Olga"), *NUMBER, confirm=True)
    assert group(db, "Dora")["graded"]
    seen, claimed = group(db, "Dora"), actions.claim(db, who("Dora"), "fewer")
    assert "certainty" in str(claimed)
    actions.extract(db, who("Ben"), "7", form(7))
    actions.grade(db, who("Olga"), *NUMBER, confirm=True)
    assert group(db)["studies"] == 7
    assert group(db)["graded"]
    # not even that it was graded again
    assert group(db, "Dora") == seen
    assert actions.claim(db, who("Dora"), "fewer") == claimed
    assert len(actions.certainty_group(db, who("Dora"), *NUMBER)["history"]) == 1
    assert len(actions.certainty_group(db, who("Cara"), *NUMBER)["history"]) == 2
