"""A small review with one extracted study, for tests of tags: its codebook, team and form."""

from pathlib import Path

from review import actions
from review.actions import Caller
from review.protocol.default import default_text
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import HOLDER, fill

ANNA, BEN, CARA, OLGA, DORA = (
    Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga", "Dora")
)
CODEBOOK = """\
codebook:
  facets:
    - id: kind
      label: Kind of report
      level: report
      terms: [{code: kind.full, label: Full, cues: ['number']}, {code: kind.short, label: Short}]
    - id: topic
      label: Topic
      level: study
      terms:
        - {code: top.a, label: Alpha, cues: ['\\bTitle\\b']}
        - {code: top.a.x, label: Alpha X}
        - {code: top.b, label: Beta}
        - {code: top.c, label: Gamma}
    - id: group
      label: Group
      level: arm
      cardinality: one
      terms: [{code: grp.old, label: Old}, {code: grp.young, label: Young}]
    - id: outcome
      label: Outcome
      level: effect
      cardinality: one
      terms:
        - {code: out.a, label: First}
        - {code: out.b, label: Second}
        - {code: out.c, label: Third}
    - id: contrast
      label: Contrast
      level: effect
      cardinality: one
      terms: [{code: con.age, label: Age}]
    - id: direction
      label: Direction
      level: effect
      cardinality: one
      terms: [{code: dir.increase, label: Up}, {code: dir.decrease, label: Down}]
"""
FORM = {
    "study": {"label": "One", "topic": ["top.b"]},
    "arms": [{"label": "old", "group": "grp.old"}, {"label": "young", "group": "grp.young"}],
    "effects": [
        {"outcome": "out.a", "contrast": "con.age", "direction": "increase", "arms": ["old"]},
        {"outcome": "out.b", "contrast": "con.age", "direction": "decrease", "arms": ["young"]},
    ],
}  # fmt: skip


def made(url: str, protocol: Path) -> Database:
    """A review with one study of two arms and two effects, and its team."""
    text = default_text()
    protocol.write_text(text[: text.index("codebook:")] + CODEBOOK, encoding="utf-8")
    db = actions.init(url, protocol)
    for name, roles in (
        ("Olga", ["owner"]),
        ("Anna", ["reviewer", "extractor"]),
        ("Ben", ["reviewer", "extractor"]),
        ("Cara", ["adjudicator"]),
        ("Dora", ["extractor"]),
    ):
        actions.add_member(db, HOLDER, name, roles)
    fill(db, 2)
    for stage in ("title-abstract", "full-text"):  # else nobody may see a reviewer's tags
        for who in (ANNA, BEN):
            actions.vote(db, who, 1, "include", stage=stage)
        actions.report(db, HOLDER, 1, "retrieved")
    study = actions.study(db, HOLDER, [1], label="One")["study"]
    actions.extract(db, HOLDER, f"study:{study}", FORM)
    return db


def codes(db: Database, who: Caller, target: str) -> list[str]:
    return [one["code"] for one in actions.tags(db, who, target)]
