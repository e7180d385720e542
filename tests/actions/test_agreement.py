"""Agreement through the actions, against scikit-learn on the votes as they are exported."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from sklearn.metrics import cohen_kappa_score

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed
from review.screening.coefficients import METHODS
from review.store import projection
from review.store.engine import Actor, Database
from review.store.people import members, protocol
from review.store.tables import VoteRow
from review.vocab import Channel, Stage, Verdict
from tests.actions.rush import fill
from tests.conftest import HOLDER

TA = Stage.TITLE_ABSTRACT
ANNA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Olga"))
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def screened(review: Database) -> Database:
    """240 records: verdicts and reasons by arithmetic, thirty a day over eight days."""
    records = fill(review, 240)
    with review.read() as conn:
        ids = {member.name: member.id for member in members(conn)}
    for slot, name in enumerate(("Anna", "Ben"), start=1):
        rows = []
        for n, record in enumerate(records):
            verdict, reason = _said(n, slot)
            rows.append(
                {
                    "record_id": record,
                    "stage": TA,
                    "round": 1,
                    "slot": slot,
                    "revision": 0,
                    "verdict": verdict,
                    "reason": reason,
                    "secondary": [],
                    "protocol_version": 1,
                    "cast": MONDAY + timedelta(days=n // 30, minutes=n % 30),
                }
            )
        with review.write(Actor(member_id=ids[name], channel=Channel.API)) as write:
            write.add_many(VoteRow, rows)
    with review.write(Actor(member_id=None, channel=Channel.API)) as write:
        projection.rebuild(write.conn, protocol(write.conn)[1])
    return review


def _said(n: int, slot: int) -> tuple[Verdict, str | None]:
    odd = (n * 7 + slot * (n % 5 == 0)) % 11
    if odd < 2:
        return Verdict.INCLUDE, None
    if odd == 2:
        return Verdict.MAYBE, None
    return Verdict.EXCLUDE, ("population", "outcome", None)[(n + slot * (n % 9 == 0)) % 3]


def test_each_pair_and_each_reason_agree_as_scikit_learn_says(screened: Database) -> None:
    rows = json.loads(actions.export(screened, HOLDER, "votes", format="json"))
    said = {name: {} for name in ("Anna", "Ben")}
    for row in rows:
        said[row["reviewer"]][row["record"]] = (row["vote"], row["reason"])
    records = sorted(said["Anna"])
    both = [(said["Anna"][r], said["Ben"][r]) for r in records]
    [found] = actions.agreement(screened, HOLDER)
    assert (found["n"], len(found["categories"])) == (240, 3)
    verdicts = [[one[0] for one in side] for side in zip(*both, strict=True)]
    assert found["kappa"] == pytest.approx(cohen_kappa_score(*verdicts))
    merged = [["exclude" if v == "exclude" else "in" for v in side] for side in verdicts]
    assert found["two_categories"]["kappa"] == pytest.approx(cohen_kappa_score(*merged))
    assert found["two_categories"]["positive"] == found["positive"]
    assert found["interval_methods"] == METHODS
    by_reason = {row["criterion"]: row for row in actions.agreement(screened, OLGA, by="criterion")}
    assert list(by_reason) == [None, "population", "outcome"]
    known = [p for p in both if all(reason or vote != "exclude" for vote, reason in p)]
    for code in ("population", "outcome"):
        cited = [[reason == code for _, reason in side] for side in zip(*known, strict=True)]
        assert by_reason[code]["n"] == len(known) < 240
        assert by_reason[code]["kappa"] == pytest.approx(cohen_kappa_score(*cited))
        assert by_reason[code]["label"].startswith("Wrong")
    excluded = [p for p in known if all(vote == "exclude" for vote, _ in p)]
    reasons = [[reason for _, reason in side] for side in zip(*excluded, strict=True)]
    assert by_reason[None]["kappa"] == pytest.approx(cohen_kappa_score(*reasons))
    assert by_reason[None]["positive"] is None


def test_over_time_every_record_is_in_one_week_and_one_hundred(screened: Database) -> None:
    weeks = actions.agreement(screened, OLGA, by="time")
    assert [(w["period"], w["n"]) for w in weeks] == [("2026-W02", 210), ("2026-W03", 30)]
    hundreds = actions.agreement(screened, OLGA, by="hundred")
    assert [(h["period"], h["n"]) for h in hundreds] == [
        ("1-100", 100),
        ("101-200", 100),
        ("201-300", 40),
    ]
    [whole] = actions.agreement(screened, OLGA)
    for rows in (weeks, hundreds):
        agreed = sum(row["percent"] * row["n"] for row in rows)
        assert agreed == pytest.approx(whole["percent"] * 240)


def test_a_reviewer_sees_agreement_over_settled_records_only(screened: Database) -> None:
    for by in ("pair", "criterion", "week", "hundred"):
        for row in actions.agreement(screened, ANNA, by=by):
            assert row["two_categories"] is None or row["two_categories"]["percent"] == 1
    actions.add_member(screened, HOLDER, "Vera", ["viewer"])
    with pytest.raises(NotAllowed):
        actions.agreement(screened, Caller("Vera", Channel.API), by="week")


def test_the_file_has_a_row_for_each_number_of_categories(screened: Database) -> None:
    rows = list(csv.DictReader(io.StringIO(actions.agreement_file(screened, OLGA).decode())))
    [found] = actions.agreement(screened, OLGA)
    assert [row["categories"] for row in rows] == ["include; maybe; exclude", "include; exclude"]
    assert float(rows[0]["kappa"]) == found["kappa"]
    assert float(rows[1]["ac1_low"]) == found["two_categories"]["ac1_interval"][0]


def test_what_agreement_cannot_be_grouped_by_is_refused(sqlite_review: Database) -> None:
    with pytest.raises(BadInput, match="pair, criterion, week, hundred, time"):
        actions.agreement(sqlite_review, OLGA, by="moon")
