"""Claims as facts: who may change them, what a reading remembers, and what new evidence changes."""

import shutil

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, NotFound, Refused
from review.protocol.default import default_text
from review.vocab import Channel
from tests.actions.rush import fill

HOLDER = Caller(None, Channel.API)
CLAIM = {
    "text": "Units get fewer.",
    "scope": "outcome = number",
    "supports": "direction = decrease",
    "contradicts": "direction = increase",
}
CODEBOOK = """\
codebook:
  facets:
  - {id: population, label: Population, level: study, primary: true, terms: [
      {code: pop.human, label: Human}, {code: pop.animal, label: Animal}]}
  - {id: contrast, label: Contrast, level: effect, cardinality: one, terms: [
      {code: con.age, label: Age}]}
  - {id: outcome, label: Outcome, level: effect, cardinality: one, terms: [
      {code: out.number, label: Number}, {code: out.mass, label: Mass}]}
  - {id: direction, label: Direction, level: effect, cardinality: one, exact: true, terms: [
      {code: dir.increase, label: Increase}, {code: dir.decrease, label: Decrease},
      {code: dir.no_change, label: No change}]}
"""


def who(name):
    return Caller(name, Channel.API)


def made(url, folder):
    """A review in which three studies are included; two have effects, given by nobody named."""
    text = default_text()
    protocol = folder / "protocol.yaml"
    protocol.write_text(text[: text.index("codebook:")] + CODEBOOK)
    db = actions.init(url, protocol)
    for name, roles in {"Olga": ["owner"], "Anna": ["reviewer", "extractor"],
                        "Ben": ["reviewer", "extractor"], "Vera": ["viewer"]}.items():  # fmt: skip
        actions.add_member(db, HOLDER, name, roles)
    fill(db, 3)
    for record in (1, 2, 3):
        for stage in ("title-abstract", "full-text"):
            if stage == "full-text":
                actions.report(db, HOLDER, record, "retrieved", link="https://example.org")
            for name in ("Anna", "Ben"):
                actions.vote(db, who(name), record, "include", stage=stage)
        actions.study(db, HOLDER, [record], label=f"Study {record}")
    for record, way in ((1, "decrease"), (2, "increase")):
        extract(db, record, way)
    actions.add_claim(db, who("Olga"), "fewer", **CLAIM)
    return db


@pytest.fixture
def either(database_url, tmp_path):
    """That review, on either engine."""
    db = made(database_url, tmp_path)
    yield db
    db.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims")
    made(f"sqlite:///{folder}/review.db", folder).close()
    return folder / "review.db"


@pytest.fixture
def db(template, tmp_path):
    """A copy of it on SQLite, for what does not depend on the engine."""
    shutil.copy(template, tmp_path / "review.db")
    db = actions.open_review(f"sqlite:///{tmp_path}/review.db")
    yield db
    db.close()


def extract(db, record, way, *more, by=None):
    form = {
        "study": {"population": ["pop.human"], "primary": "pop.human"},
        "effects": [
            {"outcome": outcome, "contrast": "con.age", "direction": f"dir.{points}",
             "source": {"page": "3"}}
            for outcome, points in (("out.number", way), *more)
        ],
    }  # fmt: skip
    actions.extract(db, who(by) if by else HOLDER, f"record:{record}", form)


def counts(db, name=None, population="pop.human"):
    found = actions.claim(db, who(name), "fewer")["groups"]
    return next(g["counts"] for g in found if g["population"] == population)


def test_a_new_effect_changes_the_numbers_and_the_claim_says_so(either):
    db = either
    assert (counts(db)["support"], counts(db)["contradict"]) == (1, 1)
    assert actions.claim(db, HOLDER, "fewer")["changed"] is None
    actions.read_claim(db, who("Vera"), "fewer")
    extract(db, 3, "decrease")
    assert counts(db)["support"] == 2
    changed = actions.claim(db, who("Vera"), "fewer")["changed"]
    assert changed["populations"] == {"pop.human": ["1 study more supports it (Study 3)"]}
    assert changed["by"] == "Vera"
    assert "reading by Vera): Human: 1 study more supports it" in changed["sentence"]
    extract(db, 1, "increase")
    (said,) = actions.claims(db, who("Vera"))[0]["changed"]["populations"].values()
    assert said == ["1 study more supports it (Study 3)", "1 study more contradicts it (Study 1)"]
    actions.read_claim(db, who("Vera"), "fewer")
    assert actions.claim(db, who("Vera"), "fewer")["changed"] is None


def test_who_could_extract_learns_nothing_from_a_form_that_is_not_settled(either):
    db = either
    before = actions.claims(db, who("Anna"))
    extract(db, 3, "decrease", by="Ben")
    actions.read_claim(db, who("Vera"), "fewer")
    actions.read_claim(db, who("Ben"), "fewer")
    assert actions.claims(db, who("Anna")) == before
    assert (
        counts(db, "Ben")["support"] == counts(db, "Vera")["support"] == counts(db)["support"] == 2
    )
    assert actions.claim(db, who("Anna"), "fewer")["history"][-1]["act"] == "added"


def test_a_side_may_ask_of_fields_and_of_other_effects_of_the_study(db):
    olga = who("Olga")
    extract(db, 3, "decrease", ("out.mass", "increase"))
    for id_, supports, right in (
        ("field", 'study_label = "Study 1"', [1]),
        ("other", "direction = decrease and study has (outcome = mass)", [3]),
        ("both", ["direction = decrease", "outcome = mass"], [3]),
    ):
        sides = {"supports": supports, "contradicts": "direction = no_change"}
        scope = "outcome in (number, mass)"
        made = actions.add_claim(db, olga, id_, text="t", scope=scope, **sides)
        found = [one["label"] for one in made["families"] if one["say"] == "support"]
        assert found == [f"Study {n}" for n in right], id_


def test_only_owners_change_claims_and_everybody_may_read_them(db):
    for name in ("Anna", "Vera"):
        for act in (
            lambda n=name: actions.add_claim(db, who(n), "other", **CLAIM),
            lambda n=name: actions.reword_claim(db, who(n), "fewer", text="x"),
            lambda n=name: actions.retire_claim(db, who(n), "fewer"),
            lambda n=name: actions.put_writing(db, who(n), "questions", QUESTIONS),
        ):
            with pytest.raises(NotAllowed, match=f"{name} may not change"):
                act()
        assert len(actions.claims(db, who(name))) == 1
    with pytest.raises(Refused, match="Say who you are"):
        actions.read_claim(db, HOLDER, "fewer")


def test_every_version_of_a_claim_is_kept(db):
    actions.reword_claim(db, who("Olga"), "fewer", text="Fewer units.", why="shorter")
    actions.retire_claim(db, who("Olga"), "fewer", why="not ours")
    assert actions.claims(db, HOLDER) == []
    (kept,) = actions.claims(db, HOLDER, retired=True)
    assert (kept["retired"], kept["version"], kept["text"]) == (True, 3, "Fewer units.")
    history = actions.claim(db, HOLDER, "fewer")["history"]
    assert [(e["act"], e["claim"]["text"], e["why"]) for e in history] == [
        ("added", "Units get fewer.", ""),
        ("reworded", "Fewer units.", "shorter"),
        ("retired", "Fewer units.", "not ours"),
    ]
    actions.reword_claim(db, who("Olga"), "fewer", why="back")
    assert len(actions.claims(db, HOLDER)) == 1


def test_what_cannot_be_is_refused_in_one_sentence(db):
    olga = who("Olga")
    with pytest.raises(Refused, match="There is a claim 'fewer' already"):
        actions.add_claim(db, olga, "fewer", **CLAIM)
    with pytest.raises(BadInput, match=r"claim x, scope: at character 11: .*'numbr'.*number"):
        actions.add_claim(db, olga, "x", **CLAIM | {"scope": "outcome = numbr"})
    with pytest.raises(BadInput, match="claim 'x', contradicts: is missing"):
        actions.add_claim(db, olga, "x", **CLAIM | {"contradicts": ""})
    with pytest.raises(NotFound, match=r"no claim 'fewr'.*fewer"):
        actions.claim(db, HOLDER, "fewr")
    with pytest.raises(Refused, match="says so already"):
        actions.reword_claim(db, olga, "fewer", text=CLAIM["text"])


def test_a_file_of_claims_is_taken_whole_or_not_at_all(db):
    good = "- {id: more, text: t, scope: outcome = number, supports: direction = increase,"
    good += " contradicts: direction = decrease}\n"
    bad = good.replace("more", "worse").replace("number", "wrong")
    with pytest.raises(BadInput, match="claim worse, scope"):
        actions.add_claims(db, who("Olga"), f"claims:\n{good}{bad}")
    assert [one["id"] for one in actions.claims(db, HOLDER)] == ["fewer"]
    assert actions.add_claims(db, who("Olga"), f"claims:\n{good}")["added"] == ["more"]
    again = actions.add_claims(db, who("Olga"), f"claims:\n{good.replace('text: t', 'text: u')}")
    assert again == {"added": [], "reworded": ["more"], "unchanged": []}


def test_a_claim_that_no_longer_fits_says_so_and_leaves_the_others_alone(db, monkeypatch):
    actions.add_claim(db, who("Olga"), "mass", **CLAIM | {"scope": "outcome = mass"})
    text = actions.versions(db)[-1]["text"].replace("{code: out.mass, label: Mass}", "")
    with db.read() as conn:
        from review.actions.weighing import heard_by, weighed
        from review.protocol import parse
        from review.store import people
        from review.synthesis.claims import Claim

        changed = parse(text)
        monkeypatch.setattr(people, "protocol", lambda _: (2, changed))
        heard, scopes = heard_by(conn, None), {"a": "outcome = mass", "b": "outcome = number"}
        claims = [Claim(id=id_, **CLAIM | {"scope": scope}) for id_, scope in scopes.items()]
        found = [weighed(heard, one, changed.codebook) for one in claims]
    assert "mass" in found[0].error
    assert found[1].groups[0].counts["support"] == 1


QUESTIONS = """\
questions:
- {id: Q1, question: What?, answer: That, page: evidence, command: review evidence}
"""


def test_a_document_is_put_in_place_by_an_owner_and_told_wrong_by_line(db):
    with pytest.raises(NotFound, match="no questions yet; an owner adds one: review questions"):
        actions.questions(db, who("Vera"))
    assert actions.put_writing(db, who("Olga"), "questions", QUESTIONS)["changed"]
    assert not actions.put_writing(db, who("Olga"), "questions", QUESTIONS)["changed"]
    assert actions.questions(db, who("Vera"))[0]["command"] == "review evidence"
    wrong = QUESTIONS.replace("command: review evidence", "command: rm -rf")
    with pytest.raises(BadInput, match=r"q.yaml, line 2: questions.1.command must begin with"):
        actions.put_writing(db, who("Olga"), "questions", wrong, name="q.yaml")
    summary = "title: T\nsections:\n- {heading: H, paragraphs: ['{studis} studies']}\n"
    with pytest.raises(BadInput, match=r"line 3: .*placeholder \{studis\}; known: studies"):
        actions.put_writing(db, who("Olga"), "plain-summary", summary)
    published = "title: T\nabout: a\nsources: [s]\nboxes:\n- {id: a, label: A, n: 5}\n"
    published += "- {id: b, label: B, n: 2, within: a}\n- {id: c, label: C, n: 4, within: a}\n"
    with pytest.raises(BadInput, match=r"line 5: boxes.1.n is 5, but its parts add up to 6"):
        actions.put_writing(db, who("Olga"), "published-review", published)


def test_the_summary_tells_what_is_counted_and_nothing_it_was_given_as_markup(db):
    summary = """\
title: <script>alert(1)</script>
sections:
- heading: H
  paragraphs: ['{studies} studies, {studies: direction = decrease} fewer, of a <b>unit</b>.']
  claims: [{claim: fewer, says: Units get fewer.}, {claim: gone, says: Nothing.}]
terms: [{term: unit, also: [units], definition: '"><img src=x onerror=alert(1)>'}]
"""
    actions.put_writing(db, who("Olga"), "plain-summary", summary)
    found = actions.plain_summary(db, who("Vera"))
    assert "2 studies, 1 fewer" in found["blocks"][1]["text"]
    assert found["blocks"][2]["lines"][0]["says"] == (
        "too few studies to tell: 1 for it, 1 against it."
    )
    assert found["blocks"][3]["lines"][0]["says"] == "The review does not hold this claim."
    for page in (found["html"], actions.plain_summary_file(db, who("Vera")).decode()):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>" not in page
    extract(db, 3, "decrease")
    assert "3 studies, 2 fewer" in actions.plain_summary(db, who("Vera"))["blocks"][1]["text"]
