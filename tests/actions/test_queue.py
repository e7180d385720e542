"""Who screens what, and when: the queue, assignments and pilots as people meet them."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, NotFound, Refused, ReviewError
from review.protocol import default_text
from review.screening.queue import ordered
from review.store import upcoming
from review.store.engine import Database
from review.vocab import Channel, Order, Stage
from tests.actions.rush import HOLDER, fill

TA = "title-abstract"
ANNA, BEN, CARA, CEM, OLGA = (
    Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Cem", "Olga")
)


def queue(db: Database, who: Caller, n: int = 50) -> list[int]:
    return [card["record"] for card in actions.next_records(db, who, TA, n)]


def proved(db: Database) -> bool:
    found = actions.verify(db, HOLDER)
    assert [check for check in found["checks"] if not check["ok"]] == []
    return True


def amended(db: Database, tmp_path: Path, **policy: object) -> None:
    path = tmp_path / "protocol.yaml"
    text = default_text()
    for name, value in policy.items():
        line = next(one for one in text.splitlines() if one.strip().startswith(f"{name}:"))
        text = text.replace(line, f"    {name}: {value}", 1)
    path.write_text(text, encoding="utf-8")
    actions.amend(db, HOLDER, path, change="clarify", note="the policy")


def with_three(db: Database, n: int) -> list[int]:
    actions.add_member(db, HOLDER, "Cem", ["reviewer"])
    return fill(db, n)


def ids(db: Database) -> dict[str, int]:
    return {member["name"]: member["id"] for member in actions.members(db, HOLDER)}


def test_each_reviewer_meets_the_records_in_a_random_order_of_their_own(
    review: Database, tmp_path: Path
) -> None:
    records = fill(review, 30)
    number = ids(review)
    for name, who in (("Anna", ANNA), ("Ben", BEN)):
        assert queue(review, who) == ordered(records, member=number[name], seed=1)
    assert queue(review, ANNA) != queue(review, BEN) != sorted(records)
    first = queue(review, ANNA, 5)
    skipped = actions.next_records(review, ANNA, TA, 5, skip=first[:3])
    assert [card["record"] for card in skipped] == queue(review, ANNA)[3:8]
    actions.vote(review, BEN, first[1], "exclude", stage=TA)
    assert queue(review, ANNA, 5) == first  # nothing tells that Ben has voted
    actions.vote(review, ANNA, first[0], "include", stage=TA)
    assert queue(review, ANNA, 4) == first[1:]
    actions.withdraw(review, ANNA, first[0], stage=TA)
    assert queue(review, ANNA, 5) == first
    amended(review, tmp_path, order="id")
    assert queue(review, ANNA) == sorted(records)
    assert proved(review)


def test_8_a_third_reviewers_queue_depends_on_who_voted_never_on_what_they_said(
    tmp_path: Path,
) -> None:
    seen = set()
    for flip in ("include", "exclude", "maybe"):
        db = actions.init(f"sqlite:///{tmp_path}/{flip}.db")
        for name in ("Anna", "Ben"):
            actions.add_member(db, HOLDER, name, ["reviewer"])
        some = with_three(db, 12)[:6]
        for record in some:
            actions.vote(db, ANNA, record, flip, stage=TA)
        for record in some[:3]:  # disputed, or not settled either way
            actions.vote(db, BEN, record, "exclude" if flip != "exclude" else "include", stage=TA)
        pace = actions.my_pace(db, CEM, TA)
        seen.add(str((queue(db, CEM), actions.progress(db, CEM, TA), pace)))
        db.close()
    assert len(seen) == 1


def test_what_is_assigned_comes_first_and_nobody_else_may_vote_on_it(review: Database) -> None:
    records = with_three(review, 12)
    plan = {"stage": TA, "n": 4, "seed": 5}
    preview = actions.assign(review, OLGA, "pairs", ["Anna,Ben"], dry_run=True, **plan)
    assert preview["members"] == {"Anna": 4, "Ben": 4}
    assert preview["plan"] is None
    assert len(queue(review, CEM)) == 12  # looking changed nothing
    done = actions.assign(review, OLGA, "pairs", ["Anna,Ben"], **plan)
    assert done | {"plan": None} == preview
    assert len(queue(review, CEM)) == 8
    own = set(queue(review, ANNA, 4))
    assert own == set(queue(review, BEN, 4)) == set(records) - set(queue(review, CEM))
    record = min(own)
    with pytest.raises(Refused, match=f"Record {record} is assigned to others at title-abstract."):
        actions.vote(review, CEM, record, "include", stage=TA)
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.vote(review, BEN, record, "exclude", stage=TA)
    assert actions.conflicts(review, CARA)[0]["record"] == record
    with pytest.raises(Refused, match="0 are begun and 3 are assigned already"):
        actions.assign(review, OLGA, "pool", ["Anna", "Cem"], stage=TA, records=sorted(own)[1:])
    actions.assign(
        review, OLGA, "pool", ["Anna", "Cem"], stage=TA, records=sorted(own)[1:], again=True
    )
    assert set(queue(review, CEM, 3)) == own - {record}
    assert proved(review)


def test_only_an_owner_assigns_and_only_those_who_screen_enough_of_them(review: Database) -> None:
    with_three(review, 3)
    for who, members, kind, error, words in (
        (ANNA, ["Anna", "Ben"], "split", NotAllowed, "needs the role owner"),
        (OLGA, ["Anna"], "split", BadInput, "at least 2 reviewers"),
        (OLGA, ["Anna", "Olga"], "split", BadInput, "Olga does not screen"),
        (OLGA, ["Anna", "Nobody"], "pool", NotFound, "no member 'Nobody'"),
        (OLGA, ["Anna=many"], "quota", BadInput, "no quota"),
        (OLGA, ["Anna", "Ben"], "must", BadInput, "the one member"),
        (OLGA, ["Anna"], "fairly", BadInput, "no way to assign"),
    ):
        with pytest.raises(error, match=words):
            actions.assign(review, who, kind, members, stage=TA)
    with pytest.raises(BadInput, match="There is no record 99"):
        actions.assign(review, OLGA, "pool", ["Anna", "Ben"], stage=TA, records=[99])


def test_who_must_screen_a_record_gets_it_even_when_another_has_begun(review: Database) -> None:
    first, second = with_three(review, 2)
    actions.vote(review, BEN, first, "include", stage=TA)
    found = actions.assign(review, OLGA, "must", ["Anna"], stage=TA)
    assert found["members"] == {"Anna": 2}
    assert queue(review, ANNA) != []
    assert queue(review, CEM) == [second]  # the seat left of the first is Anna's
    actions.vote(review, CEM, second, "include", stage=TA)
    assert queue(review, BEN) == []
    for record in (first, second):
        actions.vote(review, ANNA, record, "include", stage=TA)
    assert proved(review)


def test_6_who_leaves_gives_back_what_is_open_and_who_joins_gets_a_share(
    review: Database,
) -> None:
    with_three(review, 24)
    actions.assign(review, OLGA, "split", ["Anna", "Ben", "Cem"], stage=TA)
    voted = queue(review, BEN, 2)
    for record in voted:
        actions.vote(review, BEN, record, "include", stage=TA)
    actions.deactivate(review, HOLDER, "Ben")
    status = actions.assigned(review, HOLDER, stage=TA)
    assert {one["name"]: one["left"] for one in status["members"]} == {"Anna": 16, "Cem": 16}
    # beside what is theirs, Ben's seats beside the other one
    assert set(queue(review, ANNA)) > set(queue(review, ANNA, 16))
    actions.add_member(review, HOLDER, "Dora", ["reviewer"])
    dora = Caller("Dora", Channel.API)
    before = len(queue(review, dora))
    preview = actions.balance(review, OLGA, stage=TA, members=["Dora"], dry_run=True)
    done = actions.balance(review, OLGA, stage=TA, members=["Dora"])
    assert preview["members"] == done["members"]
    assert len(queue(review, dora)) > before
    assert proved(review)
    screened_to_the_end(review, [ANNA, CEM, dora])


def screened_to_the_end(db: Database, team: list[Caller]) -> None:
    """Everybody takes what their queue gives until nothing is left: all have their two votes."""
    rng = random.Random(1)
    while waiting := [who for who in team if queue(db, who, 1)]:
        who = rng.choice(waiting)
        actions.vote(db, who, queue(db, who, 1)[0], rng.choice(["include", "exclude"]), stage=TA)
    counts = actions.status(db, HOLDER)["stages"][TA]
    assert counts["unscreened"] == counts["awaiting"] == 0
    with db.read() as conn:
        assert upcoming.entries(conn, Stage.TITLE_ABSTRACT) == {}
    assert proved(db)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_index_serves_the_order_and_the_openings_of_the_rule(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    db = actions.init(f"sqlite:///{tmp_path}/review.db")
    team = ["Anna", "Ben", "Cem", "Dora"]
    for name in team:
        actions.add_member(db, HOLDER, name, ["reviewer"])
    actions.add_member(db, HOLDER, "Cara", ["adjudicator"])
    fill(db, 15)
    number = ids(db)
    for _ in range(30):
        who = Caller(rng.choice(team), Channel.API)
        own = queue(db, who)
        act = rng.randrange(8)
        if act < 5 and own:
            actions.vote(db, who, rng.choice(own), rng.choice(["include", "exclude"]), stage=TA)
        else:
            with suppress(ReviewError):
                decided(db, rng, rng.sample(team, 3))
        with db.read() as conn:
            waiting = upcoming.entries(conn, Stage.TITLE_ABSTRACT)
        pilot = any(p["opened"] is None for p in actions.pilots(db, HOLDER, stage=TA))
        for name in team:
            tiers = {r: o.tier(number[name]) for r, o in waiting.items() if o.pilot or not pilot}
            mine = [r for r, tier in tiers.items() if tier is not None]
            right = ordered(mine, member=number[name], seed=1, order=Order.RANDOM)
            right.sort(key=tiers.__getitem__)
            caller = Caller(name, Channel.API)
            assert queue(db, caller) == right
            assert actions.progress(db, caller, TA)["remaining"] == len(right)
    assert proved(db)
    db.close()


def decided(db: Database, rng: random.Random, team: list[str]) -> None:
    """One decision of an owner about the queue, drawn by chance."""
    about = {"stage": TA, "n": rng.randint(1, 5)}
    match rng.randrange(8):
        case 0:
            actions.assign(db, HOLDER, "split", team, again=True, **about)
        case 1:
            actions.assign(db, HOLDER, "must", team[:1], **about)
        case 2:
            actions.assign(db, HOLDER, "pool", team, **about)
        case 3:
            actions.balance(db, HOLDER, stage=TA)
        case 4:
            actions.merge(db, HOLDER, *rng.sample(range(1, 16), 2))
        case 5:
            actions.start_pilot(db, HOLDER, stage=TA, size=2)
        case 6:
            actions.open_rest(db, HOLDER, stage=TA)
        case 7:
            actions.reopen(db, HOLDER, rng.randint(1, 15), stage=TA, why="again")


def pilot_votes(db: Database, who: Caller, said: dict[int, tuple[str, str | None]]) -> None:
    for record in queue(db, who):
        verdict, reason = said.get(record, ("include", None))
        actions.vote(db, who, record, verdict, stage=TA, reason=reason)


def test_a_pilot_is_screened_by_everybody_before_the_rest_which_an_owner_opens(
    review: Database,
) -> None:
    records = with_three(review, 10)
    drawn = actions.start_pilot(review, OLGA, stage=TA, size=4, note="first calibration")
    sample = drawn["records"]
    assert drawn["reviewers"] == ["Anna", "Ben", "Cem"]
    for who in (ANNA, BEN, CEM):
        assert sorted(queue(review, who)) == sample
    rest = next(record for record in records if record not in sample)
    with pytest.raises(Refused, match="A pilot of title-abstract is under way"):
        actions.vote(review, ANNA, rest, "include", stage=TA)
    with pytest.raises(Refused, match="not finished"):
        actions.start_pilot(review, OLGA, stage=TA, size=2)
    pilot_votes(review, ANNA, {sample[0]: ("exclude", "population")})
    pilot_votes(review, BEN, {sample[0]: ("exclude", "design")})
    assert {actions.record(review, HOLDER, one)["standing"][TA] for one in sample} == {"awaiting"}
    assert "not settled" in actions.pilot_report(review, ANNA, stage=TA)["waits"]
    pilot_votes(review, CEM, {})
    states = [actions.record(review, HOLDER, one)["standing"][TA] for one in sample]
    assert states == ["conflict", "included", "included", "included"]

    told = actions.pilot_report(review, ANNA, stage=TA)
    assert told["n"] is None  # over the settled alone it would look better than it was
    seen = actions.pilot_report(review, OLGA, stage=TA)
    assert (seen["n"], seen["agreed"], seen["disagreements"], seen["hidden"]) == (4, 3, [], 1)
    actions.rule(review, CARA, sample[0], "exclude", stage=TA, reason="population")
    told = actions.pilot_report(review, ANNA, stage=TA)
    (one,) = told["disagreements"]
    assert (one["record"], one["settled"], len(one["votes"])) == (sample[0], "exclude", 3)
    assert told["clarify"] == ["Wrong population", "Wrong study design"]
    assert len(told["pairs"]) == 4
    # shares .833 and .167, own agreement 1/3 and three times 1
    assert told["kappa"] == pytest.approx((5 / 6 - 13 / 18) / (5 / 18))

    assert queue(review, ANNA) == []
    second = actions.start_pilot(review, OLGA, stage=TA, size=2)
    assert second["pilot"] == 2
    assert not set(second["records"]) & set(sample)
    assert actions.open_rest(review, OLGA, stage=TA)["records"] == 4
    assert queue(review, ANNA, 2) == queue(review, ANNA)[:2]
    assert set(queue(review, ANNA, 2)) == set(second["records"])  # still everybody's, and first
    assert len(queue(review, ANNA)) == 6
    assert proved(review)
    screened_to_the_end(review, [ANNA, BEN, CEM])


def test_a_pilot_goes_on_without_who_leaves_and_waits_for_all_under_a_liberal_rule(
    review: Database, tmp_path: Path
) -> None:
    with_three(review, 6)
    amended(review, tmp_path, agreement_policy="liberal-accelerated")
    sample = actions.start_pilot(review, OLGA, stage=TA, size=2)["records"]
    for who in (ANNA, BEN):
        pilot_votes(review, who, {})
    assert {actions.record(review, HOLDER, one)["standing"][TA] for one in sample} == {"awaiting"}
    actions.deactivate(review, HOLDER, "Cem")
    assert {actions.record(review, HOLDER, one)["standing"][TA] for one in sample} == {"included"}
    assert actions.pilot_report(review, OLGA, stage=TA)["finished"]
    assert proved(review)


def test_pilots_are_an_owners_to_draw_from_what_nobody_has_begun(review: Database) -> None:
    fill(review, 3)
    with pytest.raises(NotAllowed):
        actions.start_pilot(review, ANNA, stage=TA, size=1)
    with pytest.raises(BadInput, match="3 records at title-abstract have no vote yet"):
        actions.start_pilot(review, OLGA, stage=TA, size=4)
    with pytest.raises(Refused, match="No pilot keeps"):
        actions.open_rest(review, OLGA, stage=TA)
    with pytest.raises(NotFound, match="No pilot was drawn"):
        actions.pilot_report(review, ANNA, stage=TA)
    actions.deactivate(review, HOLDER, "Ben")
    with pytest.raises(Refused, match="two reviewers at least"):
        actions.start_pilot(review, OLGA, stage=TA, size=1)


def test_own_votes_are_found_again_and_say_why_they_cannot_be_changed(review: Database) -> None:
    first, second, third = fill(review, 3)
    actions.vote(review, ANNA, first, "exclude", stage=TA, reason="population", note="Mice Only")
    actions.vote(review, ANNA, second, "include", stage=TA)
    actions.vote(review, ANNA, third, "maybe", stage=TA)
    actions.vote(review, ANNA, third, "exclude", stage=TA)
    actions.vote(review, BEN, second, "exclude", stage=TA, note="mice")
    actions.rule(review, CARA, second, "include", stage=TA)

    def found(**wanted: object) -> list[int]:
        rows = actions.my_votes(review, ANNA, **wanted)
        assert len(rows) == actions.count_my_votes(review, ANNA, **wanted)
        return [row["record"] for row in rows]

    assert found() == [third, second, first]
    assert found(verdict="exclude") == [third, first]
    assert found(reason="population") == found(note=True) == found(text="only MICE") == [first]
    assert found(text="nothing of it") == found(verdict="maybe") == found(stage="full-text") == []
    today = actions.my_votes(review, ANNA)[0]["at"][:10]
    assert found(day=today) == [third, second, first]
    assert found(day="2001-01-01") == []
    page = actions.my_votes(review, ANNA, limit=1, offset=1)
    assert [(row["record"], row["why_not"]) for row in page] == [
        (second, "A ruling rests on this vote; it takes a reopening to vote again.")
    ]
    assert actions.my_votes(review, ANNA, limit=1)[0]["why_not"] == ""
    for wrong in ({"day": "yesterday"}, {"zone": "Nowhere"}, {"limit": 0}, {"verdict": "perhaps"}):
        with pytest.raises(BadInput):
            actions.my_votes(review, ANNA, **wrong)
