"""Tags, suggestions and the codebook through the actions: nothing is lost, nobody peeks."""

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, Refused, ReviewError
from review.store.engine import Database
from tests.actions.rush import HOLDER
from tests.actions.tagged_study import ANNA, BEN, CARA, DORA, FORM, OLGA, codes, made


@pytest.fixture
def anywhere(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """The same on either engine."""
    db = made(database_url, tmp_path / "p.yaml")
    yield db
    db.close()


def effects(db: Database, where: str, who: Caller = HOLDER) -> int:
    return int(actions.evidence(db, who, where=where, everything=True)["effects"])


def ok(db: Database) -> bool:
    return all(check["ok"] for check in actions.verify(db, HOLDER)["checks"])


def test_one_tagger_speaks_at_once_but_not_to_who_could_tag_too(tagged: Database) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.a"])
    seen = {
        who.member: effects(tagged, "topic = top.a", who) for who in (HOLDER, ANNA, BEN, CARA, OLGA)
    }
    assert seen == {None: 2, "Anna": 2, "Ben": 0, "Cara": 0, "Olga": 2}
    assert [codes(tagged, who, "study:1") for who in (BEN, CARA, OLGA)] == [[], [], ["top.a"]]
    assert ok(tagged)


@pytest.mark.parametrize(
    ("target", "facet", "mine", "theirs"),
    [
        ("record:1", "kind", "kind.full", "kind.short"),
        ("study:1", "topic", "top.a", "top.c"),
        ("arm:1", "group", "grp.old", "grp.young"),
        ("effect:1", "outcome", "out.b", "out.c"),
    ],
)
def test_two_tag_blind_at_every_level_and_a_third_settles(
    tagged: Database, target: str, facet: str, mine: str, theirs: str
) -> None:
    where = f"{facet} = {theirs}"
    before = effects(tagged, where)
    for who, code in ((ANNA, mine), (BEN, theirs)):
        actions.tag(tagged, who, target, [code])
        told = actions.tagging_done(tagged, who, target)
        assert told["targets"] == [{"target": target, "state": "waiting"}]
    for who, code in ((ANNA, mine), (BEN, theirs)):
        assert codes(tagged, who, target) == [code]
        shown = actions.compare_tags(tagged, who, target)
        assert (shown["state"], shown["facets"]) == ("waiting", [])
    assert codes(tagged, DORA, target) == []
    blind = actions.compare_tags(tagged, CARA, target)
    (one,) = blind["facets"]
    assert (blind["state"], one["open"], one["said"]) == ("conflict", True, [])
    assert codes(tagged, CARA, target) == []
    with pytest.raises(NotAllowed):
        actions.judge_tags(tagged, ANNA, target, facet, [mine])
    (one,) = actions.judge_tags(tagged, CARA, target, facet, [mine])["facets"]
    assert (one["open"], one["codes"], one["judged"]) == (True, [], [mine])
    assert [said["by"] for said in one["said"]] == ["A", "B"]
    again = actions.judge_tags(tagged, CARA, target, facet, [theirs])
    assert again["facets"][0]["judged"] == [mine]  # what was said blind stays said
    assert effects(tagged, where) == before  # what differs does not speak
    with pytest.raises(NotAllowed):
        actions.settle_tags(tagged, ANNA, target, facet, [mine])
    actions.settle_tags(tagged, CARA, target, facet, [theirs], note="as the table says")
    for who in (ANNA, BEN, DORA, HOLDER):
        assert codes(tagged, who, target) == [theirs]
    named = actions.compare_tags(tagged, ANNA, target)["facets"][0]
    assert (named["settled"]["by"], {s["by"] for s in named["said"]}) == ("Cara", {"Anna", "Ben"})
    assert effects(tagged, where, BEN) == effects(tagged, where) > 0
    assert ok(tagged)


def test_two_who_agree_settle_it_themselves_or_by_discussion(anywhere: Database) -> None:
    for who in (ANNA, BEN):
        actions.tag(anywhere, who, "study:1", ["top.a"])
        state = actions.tagging_done(anywhere, who, "study:1")["targets"][0]["state"]
    assert state == "settled"
    for who, code in ((ANNA, "kind.full"), (BEN, "kind.short")):
        actions.tag(anywhere, who, "record:1", [code])
        actions.tagging_done(anywhere, who, "record:1")
    first = actions.discuss_tags(anywhere, ANNA, "record:1", "kind", ["kind.short"])
    assert not first["settled"]
    assert actions.discuss_tags(anywhere, BEN, "record:1", "kind", ["kind.short"])["settled"]
    assert codes(anywhere, ANNA, "record:1") == ["kind.short"]
    with pytest.raises(Refused, match="settled"):
        actions.tag(anywhere, ANNA, "record:1", ["kind.full"])
    actions.reopen_tags(anywhere, CARA, "record:1", why="a new edition")
    actions.tag(anywhere, ANNA, "record:1", ["kind.short"])
    assert ok(anywhere)


def test_agreement_counts_first_rounds_and_waits_for_settlement(tagged: Database) -> None:
    for who, code in ((ANNA, "top.a"), (BEN, "top.c")):
        actions.tag(tagged, who, "study:1", [code])
        actions.tagging_done(tagged, who, "study:1")
    assert actions.agreement_on_tags(tagged, ANNA) == []
    (one,) = actions.agreement_on_tags(tagged, CARA)
    assert (one["facet"], one["n"], one["percent"], one["taggers"]) == (
        "topic", 1, 0.0, ["Anna", "Ben"],
    )  # fmt: skip
    actions.settle_tags(tagged, CARA, "study:1", "topic", ["top.a"])
    actions.reopen_tags(tagged, OLGA, "study:1", why="again")
    actions.tagging_done(tagged, BEN, "study:1")
    assert actions.agreement_on_tags(tagged, CARA)[0]["percent"] == 0.0
    assert b"topic" in actions.agreement_on_tags_file(tagged, CARA)


def test_tags_stand_on_the_same_arm_and_effect_of_the_form_that_is_settled(
    anywhere: Database,
) -> None:
    """From the other's form nothing shows before; afterwards both taggers are compared."""
    form = deepcopy(FORM)
    for stage in ("title-abstract", "full-text"):
        for who in (ANNA, BEN):
            actions.vote(anywhere, who, 2, "include", stage=stage)
        actions.report(anywhere, HOLDER, 2, "retrieved")
    actions.study(anywhere, HOLDER, [2])
    form["arms"].reverse()
    for arm in form["arms"]:
        arm.pop("group", None)
    form["arms"][0]["n"] = 7
    given = {ANNA: actions.extract(anywhere, ANNA, "study:2", form)}
    form["arms"][0]["n"] = 8
    given[BEN] = actions.extract(anywhere, BEN, "study:2", form)
    for who, code in ((ANNA, "grp.old"), (BEN, "grp.young")):
        young, old = (f"arm:{one}" for one in given[who]["arms"])
        actions.tag(anywhere, who, old, [code])
        assert (codes(anywhere, who, old), codes(anywhere, who, young)) == ([code], [])
        actions.tagging_done(anywhere, who, old)
        actions.tag(anywhere, who, f"effect:{given[who]['effects'][1]}", ["out.c"])
    other = f"arm:{given[BEN]['arms'][1]}"
    assert actions.compare_tags(anywhere, CARA, other)["state"] == "open"  # only his own
    (differs,) = actions.compare_extractions(anywhere, CARA, 2)["differences"]
    choice = {"cell": differs["cell"], "takes": "A"}
    done = actions.settle_extraction(anywhere, CARA, 2, [choice])
    young, old = (f"arm:{one}" for one in done["arms"])
    assert codes(anywhere, ANNA, old) == ["grp.old"]
    assert actions.compare_tags(anywhere, CARA, old)["state"] == "conflict"
    actions.settle_tags(anywhere, CARA, old, "group", ["grp.old"])
    assert codes(anywhere, BEN, old) == ["grp.old"]
    assert codes(anywhere, HOLDER, young) == []
    assert effects(anywhere, "group = grp.old") == 2
    assert codes(anywhere, ANNA, f"effect:{done['effects'][1]}") == ["out.c"]
    assert ok(anywhere)
    counted = actions.agreement_on_tags(anywhere, CARA)
    assert [one["n"] for one in counted if one["facet"] == "group"] == [1]


def test_a_whole_study_is_done_at_once(tagged: Database) -> None:
    told = actions.tagging_done(tagged, ANNA, "study:1", whole=True)["targets"]
    assert [one["target"] for one in told] == [
        "study:1", "record:1", "arm:1", "arm:2", "effect:1", "effect:2",
    ]  # fmt: skip
    assert actions.tagging_queue(tagged, ANNA)[0]["state"] == "waiting"
    assert actions.tagging_queue(tagged, BEN)[0]["state"] == "to-do"


def test_a_suggestion_is_confirmed_with_its_words_or_rejected_for_good(tagged: Database) -> None:
    first = {one["code"]: one for one in actions.suggest(tagged, ANNA, 1)}
    assert first["top.a"]["found"] == [{"field": "title", "words": "Title"}]
    done = actions.answer_suggestion(tagged, ANNA, 1, ["top.a"], confirm=True)
    assert done["answered"] == [{"code": "top.a", "target": "study:1"}]
    actions.answer_suggestion(tagged, ANNA, 1, ["kind.full"], confirm=False)
    assert actions.suggest(tagged, ANNA, 1) == []
    assert {one["code"] for one in actions.suggest(tagged, BEN, 1)} == {"top.a", "kind.full"}
    every = {one["code"]: one["answer"] for one in actions.suggest(tagged, ANNA, 1, answered=True)}
    assert every == {"top.a": "confirmed", "kind.full": "rejected"}
    (put,) = actions.tags(tagged, ANNA, "study:1")
    assert (put["code"], put["suggested"]) == ("top.a", [{"field": "title", "words": "Title"}])
    with pytest.raises(BadInput, match="Nothing in record 1 suggests"):
        actions.answer_suggestion(tagged, ANNA, 1, ["top.b"], confirm=True)


def test_tags_and_forms_follow_their_term_wherever_it_goes(anywhere: Database) -> None:
    actions.tag(anywhere, ANNA, "study:1", ["top.a.x"])
    dry = actions.merge_terms(anywhere, OLGA, "top.a", "top.b", dry_run=True)
    touched = {one["code"]: (one["becomes"], one["counts"]) for one in dry["touched"]}
    assert touched["top.a.x"] == ("top.b.x", {"study": 1})
    assert touched["top.b"][1] == {"form": 1}
    with pytest.raises(NotAllowed):
        actions.merge_terms(anywhere, ANNA, "top.a", "top.b")
    actions.merge_terms(anywhere, OLGA, "top.a", "top.b", note="one question")
    actions.rename_term(anywhere, OLGA, "out.a", code="prime", label="Prime")
    assert codes(anywhere, ANNA, "study:1") == ["top.b.x"]
    assert effects(anywhere, "topic = top.a.x") == effects(anywhere, "topic under top.b") == 2
    assert effects(anywhere, "outcome = out.a") == effects(anywhere, "outcome = prime") == 1
    actions.tag(anywhere, ANNA, "study:1", ["top.b.x"], remove=True)
    assert codes(anywhere, ANNA, "study:1") == []
    last = actions.codebook_versions(anywhere, HOLDER)[-2]
    assert (last["by"], last["version"]) == ("Olga", 2)
    assert last["note"].endswith("one question")
    assert ok(anywhere)


def test_a_change_that_would_orphan_is_refused_and_nothing_happens(
    tagged: Database, tmp_path: Path
) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.c"])
    text = actions.versions(tagged)[-1]["text"]
    for old, new, why in (
        ("        - {code: top.c, label: Gamma}\n", "", r"top\.c \(Gamma\) is gone, but 1 tag"),
        ("top.c, label", "top.d, label", "perhaps top.d"),
        ("        - {code: out.a, label: First}\n", "", "but 1 extracted term"),
        ("label: Topic\n      level: study", "label: Topic\n      level: report", "report level"),
    ):
        assert old in text
        file = tmp_path / "new.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        for dry in (True, False):
            with pytest.raises(Refused, match=why) as caught:
                actions.amend(tagged, OLGA, file, change="clarify", note="x", dry_run=dry)
            assert "\n" not in str(caught.value)
    assert len(actions.versions(tagged)) == 1
    kept = text.replace("top.c, label: Gamma", "top.d, label: Delta, was: [top.c]")
    actions.amend(tagged, OLGA, kept, change="clarify", note="renamed by hand")
    assert codes(tagged, ANNA, "study:1") == ["top.d"]
    assert ok(tagged)


def test_a_retired_term_keeps_its_tags_and_is_not_put_anew(tagged: Database) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.c"])
    actions.retire_term(tagged, OLGA, "top.c")
    assert codes(tagged, ANNA, "study:1") == ["top.c"]
    actions.tag(tagged, ANNA, "study:1", ["top.b"])  # beside one that is retired
    with pytest.raises(BadInput, match="retired"):
        actions.tag(tagged, BEN, "study:1", ["top.c"])
    actions.tag(tagged, ANNA, "study:1", ["top.c"], remove=True)
    actions.retire_term(tagged, OLGA, "top.c", back=True)
    actions.tag(tagged, BEN, "study:1", ["top.c"])


def test_a_merge_taken_back_gives_each_tag_the_term_it_was_put_under(tagged: Database) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.c"])
    actions.tag(tagged, BEN, "study:1", ["top.b"])
    actions.merge_terms(tagged, OLGA, "top.c", "top.b")
    assert codes(tagged, ANNA, "study:1") == ["top.b"]
    actions.split_term(tagged, OLGA, "top.b", ["top.c"])
    assert codes(tagged, ANNA, "study:1") == ["top.c"]
    assert codes(tagged, BEN, "study:1") == ["top.b"]
    assert ok(tagged)


def test_tags_go_with_their_record_into_a_merge_of_duplicates_and_out_again(
    tagged: Database,
) -> None:
    actions.tag(tagged, HOLDER, "record:2", ["kind.short"])
    actions.merge(tagged, OLGA, 1, 2)
    assert codes(tagged, HOLDER, "record:1") == codes(tagged, HOLDER, "record:2") == ["kind.short"]
    assert effects(tagged, "kind = kind.short") == 2
    assert ok(tagged)
    actions.split(tagged, OLGA, 2)
    assert codes(tagged, HOLDER, "record:1") == []
    assert codes(tagged, HOLDER, "record:2") == ["kind.short"]
    assert effects(tagged, "kind = kind.short") == 0
    assert ok(tagged)


def test_tags_put_on_a_report_before_it_has_a_study_speak_once_it_has(tagged: Database) -> None:
    actions.tag(tagged, HOLDER, "record:2", ["kind.short"])
    actions.study(tagged, HOLDER, [2], study=1)
    assert effects(tagged, "kind = kind.short") == 2
    assert ok(tagged)


@pytest.mark.parametrize("seed", [1, 2])
def test_through_any_changes_no_tag_is_lost_and_the_projection_is_what_rebuilding_gives(
    tagged: Database, seed: int
) -> None:
    """Whatever is tagged is followed by who put it; each tag stays on a term in force."""
    db, chance = tagged, random.Random(seed)
    put: dict[str, set[str]] = {}
    for number in range(14):
        facets = {f["id"]: [t["code"] for t in f["terms"]] for f in actions.codebook(db)}
        facet = chance.choice(["topic", "kind"])
        one, two = chance.choice(facets[facet]), chance.choice(facets[facet])
        target = "study:1" if facet == "topic" else "record:1"
        acts = [
            lambda one=one, n=number: actions.rename_term(db, OLGA, one, code=f"n{n}"),
            lambda one=one, two=two: actions.merge_terms(db, OLGA, one, two),
            lambda one=one, two=two: actions.move_term(db, OLGA, one, under=two),
            lambda one=one: actions.retire_term(db, OLGA, one),
            lambda one=one, two=target: actions.tag(db, ANNA, two, [one]),
            lambda one=two, two=target: actions.tag(db, ANNA, two, [one]),
        ]
        act = chance.choice(acts)
        try:
            act()
        except ReviewError:
            continue
        if act in acts[-2:]:
            put.setdefault(target, set()).add(one if act is acts[-2] else two)
        for where, ever in put.items():
            now = set(codes(db, ANNA, where))
            known = actions.codebook(db)
            current = {
                old: term["code"]
                for f in known
                for term in f["terms"]
                for old in (term["code"], *term["was"])
            }
            assert now == {current[code] for code in ever}
            facet_ = "topic" if where == "study:1" else "kind"
            for code in ever:
                assert effects(db, f"{facet_} = {code}", ANNA) == 2
    assert ok(db)
