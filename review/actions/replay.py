"""How decisions made elsewhere become votes and rulings: one by one, by the rule of screening."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from review.actions.casting import Report, cast, reason_code, refuse_closed, target_of
from review.actions.matching import Matching
from review.actions.screen import LONGEST_NOTE
from review.actions.settle import settle
from review.errors import BadInput, NotAllowed, NotFound, Refused, ReviewError
from review.ingest.decision import Decision, Subject
from review.protocol import Protocol
from review.screening.standing import UNFINISHED, Standing
from review.store import duplicates, people, projection, screening
from review.store.engine import Write
from review.store.people import Member
from review.store.tables import ReopeningRow
from review.vocab import Role, RulingKind, Stage, Verdict

_CHUNK = 500
_ROLES = {
    RulingKind.ADJUDICATION: Role.ADJUDICATOR,
    RulingKind.DISCUSSION: Role.REVIEWER,
    RulingKind.RULE: Role.OWNER,
}


@dataclass(slots=True)
class Counts:
    """What became of the decisions; whatever did not come in is in a list with its reason."""

    votes: int = 0
    changed: int = 0
    rulings: int = 0
    repeated: int = 0
    unchanged: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    unknown_reasons: Counter[str] = field(default_factory=Counter)


class Replay:
    """One import, in one transaction: the reports are locked, the rule decides on each vote."""

    def __init__(self, write: Write, members: dict[str, Member], *, source: str) -> None:
        self._write = write
        self._actor = write.actor
        self._members = members
        self._source = source
        self._reports: dict[int, Report] = {}
        self._known: set[tuple[int | None, str | None]] = set()
        self._last: dict[tuple[int, Stage], dict[int, datetime]] = defaultdict(dict)
        self.counts = Counts()

    def run(self, decisions: list[Decision]) -> int:
        """Replay decisions, oldest first; return how many records they are about.

        BadInput if none of them is about a record of this review.
        """
        matching = Matching(self._write.conn)
        found: list[tuple[int, Decision]] = []
        for decision in decisions:
            try:
                found.append((matching.kept(decision.subject), decision))
            except NotFound as error:
                self.counts.unmatched.append(_entry(decision, str(decision.subject), str(error)))
        if not found:
            numbered = all(
                item.subject == Subject(rayyan=item.subject.rayyan) for item in decisions
            )
            hint = (
                " The log of Rayyan knows articles by its own numbers; give the whole download "
                "(the zip, or its folder), where articles.csv says which those are."
            )
            raise BadInput(
                f"None of the decisions is about a record of this review.{hint if numbered else ''}"
            )
        kept = sorted({record for record, _ in found})
        self._load(kept)
        for record, decision in found:
            try:
                self._add(self._reports[record], decision)
            except ReviewError as error:
                self.counts.skipped.append(_entry(decision, record, str(error)))
        self._write.actor = self._actor
        return len(kept)

    def _load(self, kept: list[int]) -> None:
        """Lock the reports and read their facts, and when whose last vote was cast."""
        conn = self._write.conn
        version, content = people.protocol(conn)
        for start in range(0, len(kept), _CHUNK):
            some = kept[start : start + _CHUNK]
            self._write.lock_records(some)
            for record, facts in projection.load(conn, some).items():
                self._reports[record] = Report(record, facts, version, content)
        of = duplicates.all_kept(conn)
        if any(of[record] != record for record in kept):
            raise Refused("Records were merged or split meanwhile; import the file again.")
        for row in screening.votes(conn):
            self._known.add((row.member_id, row.key))
            last = self._last[of[row.record_id], row.stage]
            last[row.member_id] = max(row.cast, last.get(row.member_id, row.cast))
        self._known |= {(row.member_id, row.key) for row in screening.rulings(conn)}

    def _add(self, report: Report, decision: Decision) -> None:
        member, stage = self._members[decision.reviewer], decision.stage
        if (member.id, decision.key) in self._known:
            self.counts.repeated += 1
            return
        self._write.actor = replace(self._actor, member_id=member.id)
        code, others, unknown, note = self._reasons(report.protocol, decision)
        refuse_closed(self._write.conn, stage)
        self._round(report, decision)
        standing = report.standing(stage)
        third = member.id not in standing.voters and standing.state not in UNFINISHED
        third_rules = third and standing.disputed and Role.ADJUDICATOR in member.roles
        how = decision.ruling or (RulingKind.ADJUDICATION if third_rules else None)
        if decision.verdict and how:
            self._rule(report, decision, member, decision.verdict, code, note, how)
        else:
            self._vote(report, decision, member, code, others, note, standing)
        self._known.add((member.id, decision.key))
        self.counts.unknown_reasons.update(unknown)

    def _vote(
        self,
        report: Report,
        decision: Decision,
        member: Member,
        code: str | None,
        others: list[str],
        note: str,
        standing: Standing,
    ) -> None:
        stage, verdict = decision.stage, decision.verdict
        if Role.REVIEWER not in member.roles:
            raise NotAllowed(f"{member.name} may not vote: that needs the role reviewer.")
        current = [v for v in report.facts.current_votes(stage) if v.member == member.id]
        same = bool(current) and current[-1].verdict is verdict and current[-1].reason == code
        if same and decision.independent is False:
            self.counts.unchanged += 1
            return
        target, changes = target_of(report, report.kept, stage, member, withdrawing=verdict is None)
        last = self._last[report.kept, stage]
        if changes and decision.at and decision.at < last.get(member.id, decision.at):
            raise Refused(f"It is older than the vote of {member.name} that is stored.")
        if verdict is None and standing.settled:
            raise Refused("The report was settled; a vote on it cannot be withdrawn.")
        independent = decision.independent
        if independent is None or (independent and changes):
            independent = report.is_open(stage)
        when = decision.at or self._write.at
        cast(
            self._write,
            report,
            target,
            stage,
            member,
            verdict=verdict,
            reason=code,
            secondary=others,
            note=note,
            seconds=decision.seconds,
            independent=independent,
            key=decision.key,
            when=when,
        )
        last[member.id] = when
        self.counts.changed += changes
        self.counts.votes += not changes

    def _rule(
        self,
        report: Report,
        decision: Decision,
        member: Member,
        verdict: Verdict,
        code: str | None,
        note: str,
        how: RulingKind,
    ) -> None:
        if (role := _ROLES[how]) not in member.roles:
            raise NotAllowed(f"{member.name} may not settle it: that needs the role {role}.")
        voters = report.standing(decision.stage).voters
        last = self._last[report.kept, decision.stage]
        voted = max((last[id_] for id_ in voters if id_ in last), default=None)
        if decision.at and voted and decision.at < voted:
            raise Refused("It is older than the votes that are in conflict.")
        settle(
            self._write,
            report,
            decision.stage,
            member,
            verdict,
            reason=code,
            note=note,
            key=decision.key,
            when=decision.at or self._write.at,
            kind=how,
        )
        self.counts.rulings += 1

    def _round(self, report: Report, decision: Decision) -> None:
        """Open the next round where the file says that the record was screened again."""
        stage, wanted = decision.stage, decision.round
        now = report.facts.round(stage)
        if wanted is None or wanted == now:
            return
        if wanted != now + 1 or report.standing(stage).state in UNFINISHED:
            raise Refused(f"It belongs to round {wanted}; the record is in round {now}.")
        for one in report.facts.records:
            why = "screened again, as the imported votes say"
            self._write.add(ReopeningRow, record_id=one, stage=stage, why=why)
            report.facts.reopened[one, stage] = report.facts.reopened.get((one, stage), 0) + 1
        projection.put(self._write.conn, {report.kept: report.facts}, report.protocol)

    def _reasons(
        self, protocol: Protocol, decision: Decision
    ) -> tuple[str | None, list[str], list[str], str]:
        """Return primary reason, further ones, those the protocol lacks, and the note with them.

        At title-abstract, where reasons are optional, an unknown one goes into the note.
        """
        stage, known, unknown = decision.stage, list[str](), list[str]()
        for text in decision.reasons:
            try:
                known.append(protocol.reason(stage, text).code)
            except BadInput:
                if stage is Stage.FULL_TEXT and decision.reasons == (text,):
                    raise
                unknown.append(text)
        known = sorted(set(known), key=protocol.reason_order(stage).index)
        verdict = decision.verdict
        code = known[0] if known else None
        if verdict is not None:
            code = reason_code(protocol, stage, verdict, code)
        said = f"{self._source} reason: {'; '.join(unknown)}" if unknown else ""
        note = "\n".join(part for part in (decision.note, said) if part)
        return code, known[1:], unknown, note[:LONGEST_NOTE]


def _entry(decision: Decision, record: int | str, why: str) -> dict[str, Any]:
    return {
        "position": decision.position,
        "record": record,
        "reviewer": decision.reviewer,
        "stage": decision.stage.value,
        "verdict": decision.verdict.value if decision.verdict else None,
        "at": decision.at.astimezone(UTC).isoformat() if decision.at else None,
        "why": why,
    }
