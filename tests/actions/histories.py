"""Random histories of a team, played twice: once as they are, once with the others' words flipped.

The reviewer who looks is Anna. On some records, the hidden ones, nothing is ever settled; what
Ben, Dora and Cara say there (verdict, reason, note, seconds, tags, blind judgement) has two
versions. Everything else is the same in both worlds.
"""

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from review import actions
from review.actions import Caller
from review.errors import ReviewError
from review.protocol.default import default_text
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import fill

HOLDER = Caller(None, Channel.API)
TEAM = {
    "Olga": ["owner"],
    "Anna": ["reviewer", "extractor"],
    "Ben": ["reviewer", "extractor"],
    "Dora": ["reviewer"],
    "Cara": ["adjudicator"],
}
TA, FT = "title-abstract", "full-text"
REASONS = ("population", "outcome", "design", "data")
CODEBOOK = """\
codebook:
  facets:
    - id: population
      label: Population
      level: report
      cardinality: many
      terms:
        - {code: pop.human, label: Human, definition: People.}
        - {code: pop.animal, label: Animal, definition: Animals.}
    - id: topic
      label: Topic
      level: study
      terms: [{code: top.a, label: Topic A}, {code: top.b, label: Topic B}]
    - id: group
      label: Group
      level: arm
      terms: [{code: grp.a, label: Group A}, {code: grp.b, label: Group B}]
    - id: finding
      label: Finding
      level: effect
      terms: [{code: fin.a, label: Finding A}, {code: fin.b, label: Finding B}]
"""
FORM = {"study": {"label": "One study"}, "arms": [{"label": "old"}, {"label": "young"}],
        "effects": [{"arms": ["old"]}, {"arms": ["young"]}]}  # fmt: skip
POLICIES = ((2, "as-include"), (2, "as-conflict"), (3, "as-include"), (3, "as-conflict"))


@dataclass
class Act:
    """One thing somebody does; `args` and `more` of the first world, and of the other."""

    name: str
    member: str
    args: tuple[Any, ...]
    more: dict[str, Any] = field(default_factory=dict)
    other: tuple[tuple[Any, ...], dict[str, Any]] | None = None


def template(folder: Path, policy: tuple[int, str]) -> Path:
    """An empty review of the team under a policy, to be copied."""
    path = folder / f"{policy[0]}-{policy[1]}.db"
    if not path.exists():
        n, maybe = policy
        text = default_text().replace("reviewers_per_record: 2", f"reviewers_per_record: {n}")
        text = text.replace("maybe_policy: as-include", f"maybe_policy: {maybe}")
        text = text[: text.index("codebook:")] + CODEBOOK
        protocol = folder / "protocol.yaml"
        protocol.write_text(text, encoding="utf-8")
        db = actions.init(f"sqlite:///{path}", protocol)
        for name, roles in TEAM.items():
            actions.add_member(db, HOLDER, name, roles)
        fill(db, 10)
        actions.extract(db, HOLDER, "1", FORM)
        sides = {"supports": "population = human", "contradicts": "population = animal"}
        scope = "population in (human, animal)"
        actions.add_claim(db, HOLDER, "people", text="People were studied.", scope=scope, **sides)
        db.close()
    return path


def history(seed: int) -> tuple[tuple[int, str], list[int], list[Act]]:
    """A policy, the hidden records, and the acts, in order."""
    chance = random.Random(seed)
    policy = chance.choice(POLICIES)
    hidden = sorted(chance.sample(range(1, 11), 4))
    kinds = {record: chance.choice(("others", "split", "full")) for record in hidden}
    tracks = [
        _hidden(chance, record, policy, kinds[record])
        if record in hidden
        else _open(chance, record, policy)
        for record in range(1, 11)
    ]
    # each costs as much as all the rest: one of them a history
    more = _tags_below_reports if chance.random() < 0.5 else _appraisals
    tracks.append(more(chance))
    acts: list[Act] = []
    if chance.random() < 0.3:
        more = {"stage": TA, "size": 3, "seed": seed}
        acts.append(Act("start_pilot", "Olga", (), more))
        acts.append(Act("open_rest", "Olga", (), {"stage": TA}))
    elif chance.random() < 0.4:
        team = [["Anna", "Ben"], ["Anna", "Ben", "Dora"]][policy[0] - 2]
        acts.append(Act("assign", "Olga", ("pool", team), {"stage": TA}))
    while any(tracks):
        acts.append(chance.choice([track for track in tracks if track]).pop(0))
    # two that only the others have seen: merged, they are as unsettled in either world
    unseen = [record for record in hidden if kinds[record] == "others"]
    if len(unseen) > 1:
        acts.append(Act("merge", "Olga", tuple(chance.sample(unseen, 2))))
    if chance.random() < 0.1:
        acts.append(Act("rank_switch", "Olga", (), {"on": True}))
        acts.append(Act("rank_run", "Olga", ()))
    return policy, hidden, acts


def _said(chance: random.Random, stage: str, verdict: str) -> dict[str, Any]:
    reason = chance.choice(REASONS) if verdict == "exclude" and stage == FT else None
    note = f"said {chance.random():.6f} <b>{verdict}</b>"
    return {"stage": stage, "reason": reason, "note": note, "seconds": chance.randint(1, 90)}


def _vote(chance: random.Random, member: str, record: int, stage: str, *verdicts: str) -> Act:
    """A vote with one of the verdicts, in the other world with another draw of them."""
    one, two = chance.choice(verdicts), chance.choice(verdicts)
    return Act(
        "vote",
        member,
        (record, one),
        _said(chance, stage, one),
        other=((record, two), _said(chance, stage, two)),
    )


def _same(chance: random.Random, member: str, record: int, stage: str, verdict: str) -> Act:
    return Act("vote", member, (record, verdict), _said(chance, stage, verdict))


def _hidden(chance: random.Random, record: int, policy: tuple[int, str], kind: str) -> list[Act]:
    """Acts on a record that never settle it, whichever world it is."""
    n, maybe = policy
    every = ("include", "maybe", "exclude")
    acts: list[Act] = []
    stage = TA
    if kind == "full":
        stage, every = FT, ("include", "exclude")
        acts = [_same(chance, name, record, TA, "include") for name in ("Anna", "Ben", "Dora")[:n]]
        acts.append(Act("report", "Olga", (record, "retrieved")))
    if kind == "others" or n == 3:
        acts.append(_vote(chance, "Ben", record, stage, *every))
        if n == 3 and kind != "others":
            acts.append(_same(chance, "Anna", record, stage, chance.choice(every)))
        elif n == 3:
            acts.append(_vote(chance, "Dora", record, stage, *every))
    elif stage == FT:
        acts.append(_same(chance, "Anna", record, stage, "include"))
        acts.append(_vote(chance, "Ben", record, stage, "exclude"))
        acts.append(_judgement(chance, record, stage))
    else:
        mine, theirs = ("include", ("exclude", "maybe"))
        if maybe == "as-include":
            mine, theirs = ("exclude", ("include", "maybe"))
        acts.append(_same(chance, "Anna", record, stage, mine))
        acts.append(_vote(chance, "Ben", record, stage, *theirs))
        acts.append(_vote(chance, "Ben", record, stage, *theirs))
        acts.append(_judgement(chance, record, stage))
    for _ in range(chance.randint(0, 2)):
        one, two = chance.choice(("pop.human", "pop.animal")), "pop.human"
        more = (f"record:{record}", [one]), {}
        acts.append(Act("tag", "Ben", (f"record:{record}", [two]), other=more))
    return acts


def _tags_below_reports(chance: random.Random) -> list[Act]:
    """Tags on a study, its arms and effects, by two or one; those of others have two versions.

    Where two are done they differ in either world, so nothing is ever settled.
    """
    acts: list[Act] = []
    targets = [("study:1", "top"), ("arm:1", "grp"), ("effect:1", "fin")]
    for target, prefix in chance.sample(targets, 3 if chance.random() < 0.2 else 1):
        mine, theirs = chance.sample((f"{prefix}.a", f"{prefix}.b"), 2)
        first = chance.choice(("Anna", "Dora"))
        # of the other's two versions one adds to what the first put, one contradicts it
        versions = [[theirs], [mine, theirs]]
        chance.shuffle(versions)
        both = ((target, versions[0]), {}), ((target, versions[1]), {})
        some = [Act("tag", first, (target, [mine])), Act("tagging_done", first, (target,))]
        other = [
            Act("tag", "Ben", *both[0], other=both[1]),
            Act("tagging_done", "Ben", (target,)),
        ]
        if chance.random() < 0.5:
            other.pop()
        if chance.random() < 0.3:
            some = []
        acts += [*some, *other] if chance.random() < 0.5 else [*other, *some]
        if chance.random() < 0.5:
            acts.append(Act("discuss_tags", "Anna", (target, _FACETS[prefix], [mine])))
    one, two = chance.sample(("grp.a", "grp.b"), 2)
    acts.append(Act("tag", "Ben", ("arm:2", [one]), other=(("arm:2", [two]), {})))
    return acts


def _appraisals(chance: random.Random) -> list[Act]:
    """Appraisals of a study by one or two, and a draft; those of others have two versions.

    Where two are given they differ in either world, so nothing is ever settled.
    """
    low = {f"d{n}": "low" for n in range(1, 8)}

    def of(name: str, item: str, *answers: str) -> Act:
        one, two = (
            ((1, {"tool": "robins-e", "answers": low | {item: answer}}), {})
            for answer in chance.sample(answers, 2)
        )
        return Act("appraise", name, *one, other=two)

    acts = [of("Ben", "d1", "some", "high", "very-high")]
    mine = Act("appraise", "Anna", (1, {"tool": "robins-e", "answers": low}))
    acts += chance.choice(([], [mine], [of("Dora", "d2", "some", "high", "unclear")]))
    chance.shuffle(acts)
    one, two = ((1, {"answers": {"d1": {"answer": a}}}) for a in chance.sample(["low", "high"], 2))
    acts.append(Act("draft_appraisal", "Ben", one, other=(two, {})))
    if chance.random() < 0.3:
        acts.append(Act("settle_appraisal", "Anna", (1, {}), {"by": "discussion"}))
    return acts


_FACETS = {"top": "topic", "grp": "group", "fin": "finding"}


def _judgement(chance: random.Random, record: int, stage: str) -> Act:
    one, two = chance.choice(("include", "exclude")), chance.choice(("include", "exclude"))
    said = [_said(chance, stage, verdict) for verdict in (one, two)]
    for some in said:
        some.pop("seconds")
    return Act("judge", "Cara", (record, one), said[0], other=((record, two), said[1]))


def _open(chance: random.Random, record: int, policy: tuple[int, str]) -> list[Act]:
    """Acts like any, the same in both worlds, settling the record or not."""
    acts = [
        _same(chance, name, record, TA, chance.choice(("include", "include", "maybe", "exclude")))
        for name in chance.sample(("Anna", "Ben", "Dora"), chance.randint(0, 3))
    ]
    ruling = _said(chance, TA, "include")
    ruling.pop("seconds")
    acts.append(Act("rule", "Cara", (record, "include"), ruling))
    if chance.random() < 0.5:
        acts.append(Act("report", "Olga", (record, "retrieved")))
        acts += [
            _same(chance, name, record, FT, chance.choice(("include", "exclude")))
            for name in ("Anna", "Ben")
        ]
    if chance.random() < 0.2:
        acts.append(Act("reopen", "Olga", (record,), {"stage": TA, "why": "looked again"}))
    return acts


def play(path: Path, source: Path, acts: list[Act], *, flipped: bool) -> tuple[Database, list[str]]:
    """Play the acts in a copy of a review; return it, and what Anna was answered.

    An act that the rule refuses is refused in both worlds alike; it is not skipped in one.
    """
    shutil.copy(source, path)
    db = actions.open_review(f"sqlite:///{path}")
    answers: list[str] = []
    for act in acts:
        args, more = act.other if flipped and act.other else (act.args, act.more)
        try:
            answer = getattr(actions, act.name)(db, Caller(act.member, Channel.API), *args, **more)
        except ReviewError as error:
            answer = f"{type(error).__name__}: {error}"
        if act.member == "Anna":
            answers.append(repr(answer))
    return db, answers
