"""The whole workflow through the actions, over random histories, against the rule on paper.

Two and more reviewers, one of whom adjudicates too, an adjudicator, an owner; votes, changes,
withdrawals, blind judgements, rulings, discussions, merges, splits, removals, reports not
retrieved, reopenings, amendments, people who leave and come back. After every act the model says
whether it had to be refused, and what every record stands at.

REVIEW_WORKFLOWS sets how many histories the slow test tries.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from review import actions
from review.actions import Caller
from review.errors import NotAllowed, Refused
from review.protocol import StagePolicy
from review.protocol.default import default_text
from review.store.tables import ClusterRow, StandingRow, VoteRow
from review.store.tables.base import table_of
from review.vocab import Channel, Stage, State, Verdict
from tests.actions.rush import fill
from tests.paper import FULL, TITLES, Page, count_up, on_paper

HOLDER = Caller(None, Channel.API)
RECORDS = (1, 2, 3)
REVIEWERS = ("Anna", "Ben", "Dora", "Emil")
ADJUDICATORS = ("Cara", "Emil")  # Emil screens and adjudicates
REASONS = ("population", "outcome", "design")
UNFINISHED = {State.UNSCREENED, State.AWAITING}
DISPUTED = {State.CONFLICT, State.REASON_CONFLICT}
SETTLED = {State.INCLUDED, State.EXCLUDED}
RUNS = int(os.environ.get("REVIEW_WORKFLOWS", "120"))

records = st.sampled_from(RECORDS)
stages = st.sampled_from(Stage)
reviewers = st.sampled_from(REVIEWERS)
verdicts = st.sampled_from(Verdict)
reasons = st.sampled_from(REASONS)
# number of reviewers, maybe, reasons, agreement, whether a voter may adjudicate
POLICIES = (
    (2, "as-include", "conflict", "unanimous", False),
    (2, "as-conflict", "hierarchy", "unanimous", False),
    (3, "as-include", "conflict", "safety-first", False),
    (2, "as-include", "ignore", "liberal-accelerated", True),
    (1, "as-conflict", "conflict", "unanimous", False),
)
_made: dict[tuple, Path] = {}


def made(policy: tuple) -> Path:
    """An empty review with its team and records under a policy, made once to be copied."""
    if policy not in _made:
        folder = Path(tempfile.mkdtemp(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        n, maybe, reason, agree, waiver = policy
        text = default_text()
        for old, new in (
            ("reviewers_per_record: 2", f"reviewers_per_record: {n}"),
            ("maybe_policy: as-include", f"maybe_policy: {maybe}"),
            ("reason_policy: conflict", f"reason_policy: {reason}"),
            ("agreement_policy: unanimous", f"agreement_policy: {agree}"),
            ("adjudicator_may_be_voter: false", f"adjudicator_may_be_voter: {str(waiver).lower()}"),
        ):
            assert old in text
            text = text.replace(old, new)
        (folder / "protocol.yaml").write_text(text, encoding="utf-8")
        db = actions.init(f"sqlite:///{folder}/review.db", folder / "protocol.yaml")
        for name in REVIEWERS:
            actions.add_member(db, HOLDER, name, ["reviewer"])
        actions.add_member(db, HOLDER, "Cara", ["adjudicator"])
        actions.set_roles(db, HOLDER, "Emil", ["reviewer", "adjudicator"])
        fill(db, len(RECORDS))
        db.close()
        _made[policy] = folder / "review.db"
    return _made[policy]


class Workflow(RuleBasedStateMachine):
    """A team at work on three records."""

    @initialize(policy=st.sampled_from(POLICIES))
    def begin(self, policy):
        self.folder = Path(tempfile.mkdtemp(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        shutil.copy(made(policy), self.folder / "review.db")
        self.db = actions.open_review(f"sqlite:///{self.folder}/review.db")
        self.protocol = made(policy).with_name("protocol.yaml").read_text(encoding="utf-8")
        n, maybe, reason, agree, waiver = policy
        own = {"reviewers_per_record": n, "adjudicator_may_be_voter": waiver}
        self.policies = {
            TITLES: StagePolicy(
                **own, maybe_policy=maybe, reason_policy="ignore", agreement_policy=agree
            ),
            FULL: StagePolicy(reviewers_per_record=n, reason_policy=reason),
        }
        self.pages = {(record, stage): Page() for record in RECORDS for stage in Stage}
        self.clusters = [frozenset({record}) for record in RECORDS]
        self.gone = set()  # who left
        self.removed = {}  # record -> whether its last removal still holds, in order of saying
        self.retrieved = {}  # record -> whether, in order of saying
        self.seen = set()  # (kept, stage, round, member): judged blind, so was shown the votes
        self.agreed = {}  # (kept, stage, round) -> {member: word} confirmed in discussion
        self.moment = self.votes = 0

    def teardown(self):
        if not hasattr(self, "db"):
            return
        try:
            assert actions.verify(self.db, HOLDER)["ok"]
            with self.db.read() as conn:
                count = sa.select(sa.func.count()).select_from(table_of(VoteRow))
                assert conn.scalar(count) == self.votes  # no act is ever lost or overwritten
        finally:
            self.db.close()
            shutil.rmtree(self.folder)

    # --- what the model knows ----------------------------------------------------------------

    def cluster_of(self, record):
        return next(cluster for cluster in self.clusters if record in cluster)

    def state(self, record, stage):
        words, people, ruled = on_paper(self.pages, self.cluster_of(record), stage)
        return count_up(stage, self.policies[stage], words, people, ruled)

    def voters(self, record, stage):
        cluster = self.cluster_of(record)
        return {who for one in cluster for who in self.pages[one, stage].says}

    def is_removed(self, record):
        said = [held for one, held in self.removed.items() if one in self.cluster_of(record)]
        return bool(said) and said[-1]

    def was_retrieved(self, record):
        said = [got for one, got in self.retrieved.items() if one in self.cluster_of(record)]
        return said[-1] if said else None

    def reached(self, record, stage):
        if self.is_removed(record):
            return False
        return stage is TITLES or self.state(record, TITLES) is State.INCLUDED

    def desk(self, record, stage):
        """What a judgement or discussion is filed under: kept record, stage, its round."""
        kept = self.kept()[record]
        return kept, stage, self.pages[kept, stage].round

    def kept(self):
        with self.db.read() as conn:
            table = table_of(ClusterRow)
            return dict(conn.execute(sa.select(table.c.record_id, table.c.kept_id)).all())

    def attempt(self, allowed, act, *args, **more):
        """Do something; it must be refused exactly where the model says so."""
        try:
            answer = act(self.db, *args, **more)
        except (Refused, NotAllowed):
            assert not allowed, f"{act.__name__}{args} was refused"
            return None
        assert allowed, f"{act.__name__}{args} should have been refused"
        return answer

    # --- what people do ----------------------------------------------------------------------

    @rule(record=records, stage=stages, member=reviewers, verdict=verdicts, reason=reasons)
    def vote(self, record, stage, member, verdict, reason):
        self.cast(record, stage, member, verdict, reason)

    @rule(
        record=records,
        stage=stages,
        team=st.permutations(REVIEWERS),
        said=st.lists(st.tuples(verdicts, reasons), min_size=3, max_size=3),
    )
    def screen(self, record, stage, team, said):
        """As many as it takes vote one after the other."""
        for member, (verdict, reason) in zip(team, said, strict=False):
            self.cast(record, stage, member, verdict, reason)

    @rule(record=records, team=st.permutations(REVIEWERS))
    def advance(self, record, team):
        """Everybody lets the record through, so that full text is reached often enough."""
        for member in team:
            self.cast(record, TITLES, member, Verdict.INCLUDE, None)

    @rule(record=records, stage=stages, member=reviewers)
    def withdraw(self, record, stage, member):
        allowed = self.may_change(record, stage, member) and (
            self.state(record, stage) not in SETTLED
        )
        caller = Caller(member, Channel.API)
        if self.attempt(allowed, actions.withdraw, caller, record, stage=stage.value):
            self.note_vote(self.place(record, stage, member), stage, member, None, None)

    def cast(self, record, stage, member, verdict, reason):
        reason = reason if verdict is Verdict.EXCLUDE else None
        if member in self.voters(record, stage):
            allowed = self.may_change(record, stage, member)
            target = self.place(record, stage, member)
        else:
            allowed = self.may_vote(record, stage, member)
            target = self.kept()[record]
        caller = Caller(member, Channel.API)
        act = actions.vote
        if self.attempt(
            allowed, act, caller, record, verdict.value, stage=stage.value, reason=reason
        ):
            self.note_vote(target, stage, member, verdict, reason)

    def note_vote(self, target, stage, member, verdict, reason):
        page = self.pages[target, stage]
        page.begun = True
        page.says.pop(member, None)
        if verdict is not None:
            page.says[member] = (verdict, reason)
        self.votes += 1
        if stage is FULL and self.was_retrieved(target) is None:
            self.tell(self.retrieved, target, True)

    def place(self, record, stage, member):
        """Where a member's vote is: after a merge, on the record it was cast on last."""
        with self.db.read() as conn:
            table = table_of(VoteRow)
            rows = conn.execute(
                sa.select(table.c.record_id, table.c.round, table.c.member_id)
                .where(table.c.stage == stage)
                .order_by(table.c.id)
            ).all()
        id_ = {m["name"]: m["id"] for m in actions.members(self.db, HOLDER)}[member]
        cluster = self.cluster_of(record)
        return next(
            row.record_id
            for row in reversed(rows)
            if row.member_id == id_
            and row.record_id in cluster
            and row.round == self.pages[row.record_id, stage].round
        )

    def open_to_votes(self, record, stage, member):
        missing = stage is FULL and self.was_retrieved(record) is False
        return member not in self.gone and self.reached(record, stage) and not missing

    def may_change(self, record, stage, member):
        if not self.open_to_votes(record, stage, member):
            return False
        if member not in self.voters(record, stage):
            return False
        built_on = stage is TITLES and any(
            self.pages[one, FULL].begun for one in self.cluster_of(record)
        )
        return not built_on and not self.pages[self.place(record, stage, member), stage].rulings

    def may_vote(self, record, stage, member):
        if not self.open_to_votes(record, stage, member):
            return False
        desk = self.desk(record, stage)
        talked = len(self.voters(record, stage)) > 1 and member in self.agreed.get(desk, {})
        seen = (*desk, member) in self.seen or talked
        return self.state(record, stage) in UNFINISHED and not seen

    @rule(
        record=records,
        stage=stages,
        member=st.sampled_from([*ADJUDICATORS, *REVIEWERS]),
        verdict=verdicts,
        reason=reasons,
        only_judge=st.booleans(),
    )
    def settle(self, record, stage, member, verdict, reason, only_judge):
        waiting = [(o, at) for o in RECORDS for at in Stage if self.state(o, at) in DISPUTED]
        if waiting:  # mostly there is none where one happens to look
            record, stage = waiting[record % len(waiting)]
        policy = self.policies[stage]
        decisive = only_judge or verdict is not Verdict.MAYBE
        if stage is TITLES and policy.maybe_policy.value == "as-include":
            decisive = True
        allowed = (
            member in ADJUDICATORS
            and member not in self.gone
            and (member not in self.voters(record, stage) or policy.adjudicator_may_be_voter)
            and self.reached(record, stage)
            and self.state(record, stage) in DISPUTED
            and decisive
        )
        reason = reason if verdict is Verdict.EXCLUDE else None
        desk = self.desk(record, stage)
        caller = Caller(member, Channel.API)
        act = actions.judge if only_judge else actions.rule
        done = self.attempt(
            allowed, act, caller, record, verdict.value, stage=stage.value, reason=reason
        )
        if done is None:
            return
        self.seen.add((*desk, member))
        if not only_judge:
            self.note_ruling(record, stage, (verdict, reason))

    def note_ruling(self, record, stage, word):
        self.moment += 1
        cluster = self.cluster_of(record)
        for one in cluster:
            self.pages[one, stage].rulings.append((self.moment, cluster, word))
        assert self.state(record, stage) in SETTLED

    @rule(record=records, stage=stages, team=st.permutations(REVIEWERS), verdict=verdicts)
    def discuss(self, record, stage, team, verdict):
        """Those who voted, and one who did not, say what they agreed on."""
        for member in team:
            state, voters = self.state(record, stage), self.voters(record, stage)
            decisive = verdict is not Verdict.MAYBE or (
                stage is TITLES and self.policies[stage].maybe_policy.value == "as-include"
            )
            allowed = (
                member not in self.gone
                and self.reached(record, stage)
                and member in voters
                and state not in SETTLED
                and decisive
            )
            word = (verdict, REASONS[0] if verdict is Verdict.EXCLUDE else None)
            desk = self.desk(record, stage)
            caller = Caller(member, Channel.API)
            act, at = actions.discuss, stage.value
            if not self.attempt(
                allowed, act, caller, record, verdict.value, stage=at, reason=word[1]
            ):
                continue
            said = self.agreed.setdefault(desk, {})
            said[member] = word
            if state in DISPUTED and all(said.get(one) == word for one in voters):
                self.note_ruling(record, stage, word)

    @rule(one=records, other=records)
    def merge(self, one, other):
        parts = [self.cluster_of(one), self.cluster_of(other)]
        if one != other and self.attempt(parts[0] != parts[1], actions.merge, HOLDER, one, other):
            self.clusters = [c for c in self.clusters if c not in parts] + [parts[0] | parts[1]]

    @rule(record=records)
    def split(self, record):
        whole = self.cluster_of(record)
        if self.attempt(len(whole) > 1, actions.split, HOLDER, record):
            rest = [c for c in self.clusters if c != whole]
            self.clusters = [*rest, frozenset({record}), whole - {record}]

    @rule(record=records, stage=stages)
    def reopen(self, record, stage):
        merged = [
            (one, at)
            for one in RECORDS
            for at in Stage
            if len(self.cluster_of(one)) > 1 and self.reached(one, at)
            if self.state(one, at) not in UNFINISHED
        ]
        if merged:  # rare, and each of its records has votes of its own
            record, stage = merged[record % len(merged)]
        allowed = self.reached(record, stage) and self.state(record, stage) not in UNFINISHED
        act = actions.reopen
        if self.attempt(allowed, act, HOLDER, record, stage=stage.value, why="looked again"):
            for one in self.cluster_of(record):
                self.pages[one, stage] = Page(round=self.pages[one, stage].round + 1)

    @rule(
        stage=st.sampled_from([None, TITLES, FULL]), change=st.sampled_from(["narrow", "clarify"])
    )
    def amend(self, stage, change):
        """Narrower criteria put what was let through in doubt; a clarification puts nothing."""
        self.moment += 1
        text = self.protocol.replace("the review's question", f"the question, {self.moment}")
        again = []
        for cluster in self.clusters if change == "narrow" else ():
            one = min(cluster)
            ends = {at: self.state(one, at) for at in Stage if self.reached(one, at)}
            if stage is None:  # the last stage it was settled at
                settled = [at for at in Stage if ends.get(at) in SETTLED]
                where = settled[-1:] if settled else []
            else:
                where = [stage]
            again += [(cluster, at) for at in where if ends.get(at) is State.INCLUDED]
        at = stage.value if stage else None
        more = {"change": change, "stage": at, "note": "seen too late"}
        done = self.attempt(True, actions.amend, HOLDER, text, **more)
        assert len(done["rescreen"]) == len(again)
        for cluster, at in again:
            for one in cluster:
                self.pages[one, at] = Page(round=self.pages[one, at].round + 1)

    @rule(record=records, back=st.booleans())
    def remove(self, record, back):
        pages = [self.pages[one, stage] for one in self.cluster_of(record) for stage in Stage]
        voted = any(page.begun for page in pages)
        if not voted and any(page.round > 1 for page in pages):
            return  # reopened with a cluster it has left: whose votes those were is not on its page
        held = self.is_removed(record)
        if back:
            done = self.attempt(held, actions.restore, HOLDER, record, why="it was none")
        else:
            act = actions.remove
            done = self.attempt(not held and not voted, act, HOLDER, record, by="other", why="x")
        if done:
            self.tell(self.removed, done["record"], not back)

    @rule(record=records, got=st.booleans())
    def report(self, record, got):
        allowed = self.reached(record, FULL) and (got or not self.voters(record, FULL))
        status = "retrieved" if got else "not-retrieved"
        if done := self.attempt(allowed, actions.report, HOLDER, record, status):
            self.tell(self.retrieved, done["record"], got)

    @staticmethod
    def tell(said, record, what):
        """Note what was said of a record, as the last thing said."""
        said.pop(record, None)
        said[record] = what

    @rule(member=st.sampled_from([*REVIEWERS, "Cara"]))
    def leave(self, member):
        actions.deactivate(self.db, HOLDER, member)
        self.gone.add(member)

    @precondition(lambda self: getattr(self, "gone", None))
    @rule(back=st.data())
    def come_back(self, back):
        member = back.draw(st.sampled_from(sorted(self.gone)))
        actions.reactivate(self.db, HOLDER, member)
        self.gone.discard(member)

    # --- what must hold at every moment ------------------------------------------------------

    @invariant()
    def every_record_stands_where_the_model_has_it(self):
        if not hasattr(self, "db"):
            return
        with self.db.read() as conn:
            table = table_of(StandingRow)
            rows = conn.execute(sa.select(table.c.kept_id, table.c.stage, table.c.state)).all()
        found = {(kept, stage): state for kept, stage, state in rows}
        of = self.kept()
        assert {frozenset(r for r in of if of[r] == kept) for kept in of.values()} == set(
            self.clusters
        )
        expected = {}
        for cluster in self.clusters:
            one = min(cluster)
            for stage in Stage:
                if self.reached(one, stage):
                    expected[of[one], stage] = self.state(one, stage)
        assert found == expected


def run(examples):
    # a seeded bug is only to be caught, not to be made small, and by the same histories each time
    shrink = os.environ.get("REVIEW_WORKFLOWS_SHRINK") != "no"
    run_state_machine_as_test(
        Workflow,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            phases=tuple(Phase) if shrink else (Phase.generate,),
            derandomize=not shrink,
            report_multiple_bugs=shrink,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_1_2_3_7_11_12_a_team_at_work_keeps_to_the_rule():
    run(15)


@pytest.mark.slow
@pytest.mark.parametrize("part", [1, 2])
def test_1_2_3_7_11_12_a_team_at_work_keeps_to_the_rule_at_length(part):
    run(RUNS // 2)
