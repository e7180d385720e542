"""Invariant 8: nothing that reaches a reviewer depends on what others said of unsettled records.

Two worlds differ only in the others' words on records that are not settled; whatever Anna can
read, download, count or be refused must be the same in both, byte for byte.

REVIEW_HISTORIES sets how many histories the slow test tries.
"""

import inspect
import io
import os
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from review import actions
from review.actions import Caller
from review.actions.pictures import PICTURES
from review.errors import ReviewError
from review.screening import blinding
from review.store.engine import Database
from review.vocab import Channel, Stage
from tests.actions.histories import FT, HOLDER, TA, history, play, template
from tests.command_line import review as command

ANNA = Caller("Anna", Channel.APP)
HISTORIES = int(os.environ.get("REVIEW_HISTORIES", "200"))
IDS = range(1, 11)
TARGETS = [
    *(f"record:{i}" for i in IDS),
    *(f"{kind}:{i}" for kind in ("study", "arm", "effect") for i in (1, 2)),
]
STAGES = [stage.value for stage in Stage]
BOXES = ("identified", "duplicates", "screened", "excluded_title_abstract", "sought", "assessed",
         "included", "pending")  # fmt: skip
Read = Callable[[Database], Any]


def _each(name: str, *args: Any, **more: Any) -> Read:
    return lambda db: getattr(actions, name)(db, ANNA, *args, **more)


# every way of reading, with every kind of argument
READ: dict[str, list[Read]] = {
    "about": [lambda db: actions.about(db)],
    "agreement": [_each("agreement", stage=s, by=by)
                  for s in STAGES for by in ("pair", "criterion", "week", "hundred")],
    "agreement_file": [_each("agreement_file")],
    "amendments": [_each("amendments")],
    "anatomy": [_each("anatomy", s) for s in STAGES],
    "appraisal_agreement": [_each("appraisal_agreement")],
    "appraisal_agreement_file": [_each("appraisal_agreement_file")],
    "appraisal_form": [_each("appraisal_form", i) for i in (1, 2)],
    "appraisal_preview": [lambda db: actions.appraisal_preview(db, "syrcle", {"1": "yes"})],
    "appraisal_read": [lambda db: actions.appraisal_read(b"{}")],
    "appraisal_sheet": [_each("appraisal_sheet", 1, tool="syrcle")],
    "appraisals": [_each("appraisals"), _each("appraisals", everything=True)],
    "appraisals_file": [_each("appraisals_file", f) for f in ("csv", "json")],
    "assigned": [_each("assigned", stage=TA)],
    "claim": [_each("claim", "people")],
    "claims": [_each("claims"), _each("claims", retired=True)],
    "claims_file": [_each("claims_file", format="csv")],
    "certainty": [_each("certainty"), _each("certainty", by="outcome", everything=True)],
    "certainty_file": [_each("certainty_file", f) for f in ("csv", "md", "json")],
    "certainty_group": [_each("certainty_group", "outcome", "contrast", "population")],
    "codebook": [lambda db: actions.codebook(db)],
    "codebook_file": [_each("codebook_file", "csv"), _each("codebook_file", "yaml")],
    "codebook_uses": [_each("codebook_uses")],
    "codebook_versions": [_each("codebook_versions")],
    "compare_tags": [_each("compare_tags", target) for target in TARGETS],
    "contradictions": [_each("contradictions"), _each("contradictions", everything=True)],
    "agreement_on_tags": [_each("agreement_on_tags", terms=True)],
    "agreement_on_tags_file": [_each("agreement_on_tags_file")],
    "tag_targets": [_each("tag_targets", 1)],
    "tagging_queue": [_each("tagging_queue")],
    "columns": [lambda db: actions.columns(db)],
    "compare_appraisals": [_each("compare_appraisals", i) for i in (1, 2)],
    "conflict": [_each("conflict", i, stage=s) for i in IDS for s in STAGES],
    "conflict_counts": [_each("conflict_counts")],
    "conflicts": [_each("conflicts"), _each("conflicts", TA, limit=3)],
    "count_my_votes": [_each("count_my_votes")],
    "document": [_each("document", 1)],
    "document_page": [_each("document_page", 1, 1)],
    "document_pages": [_each("document_pages", i) for i in IDS],
    "duplicate_questions": [_each("duplicate_questions")],
    "duplicates": [_each("duplicates", what) for what in ("questions", "clusters", "related")],
    "editable": [_each("editable")],
    "effect": [_each("effect", i) for i in (1, 2)],
    "evidence": [_each("evidence"), _each("evidence", everything=True, counts=True, sort="-n"),
                 _each("evidence", where="study has (direction = increase)", everything=True)],
    "evidence_counts": [_each("evidence_counts"), _each("evidence_counts", everything=True)],
    "evidence_file": [_each("evidence_file", format=f, everything=True, columns=["all"])
                      for f in ("csv", "json")],
    "write_evidence_file": [
        lambda db: actions.write_evidence_file(db, ANNA, io.BytesIO(), everything=True)
    ],
    "built": [lambda db: actions.built(db, {"join": "and", "groups": []})],
    "expression": [lambda db: actions.expression(db, "population = human")],
    "fields": [lambda db: actions.fields(db)],
    "narrowed": [lambda db: actions.narrowed(db, "", "population", "pop.human")],
    "queries": [_each("queries"), _each("queries", retired=True)],
    "query": [_each("query", "1")],
    "export": [
        *(_each("export", "records", format=f) for f in ("csv", "ris", "nbib")),
        *(_each("export", "votes", format=f) for f in ("csv", "json")),
        *(_each("export", "decisions", format=f, stage=s)
          for f in ("rayyan", "asreview", "covidence") for s in STAGES),
        *(_each("export", "decisions", format="asreview", reviewer=n) for n in ("Anna", "Ben")),
    ],
    "families": [_each("families")],
    "find_in_document": [_each("find_in_document", 1, "motor")],
    "foresee": [_each("foresee", merge=(a, a + 1)) for a in range(1, 10)],
    "highlight": [_each("highlight")],
    "methods": [_each("methods")],
    "mechanisms": [_each("mechanisms")],
    "members": [_each("members")],
    "merged": [_each("merged")],
    "meta": [_each("meta", everything=True), _each("meta", measure="g", dependence="combine")],
    "modifiers": [_each("modifiers", everything=True)],
    "my_pace": [_each("my_pace", s) for s in STAGES],
    "my_votes": [_each("my_votes"), _each("my_votes", TA, limit=2, offset=1)],
    "next_records": [_each("next_records", s, 20) for s in STAGES],
    "overturns": [_each("overturns", s) for s in STAGES],
    "picture": [lambda db: actions.picture(db, ANNA, "evidence-map").rows],
    "picture_file": [_each("picture_file", name, f)
                     for name in PICTURES for f in ("txt", "json")],
    "pictures": [_each("pictures")],
    "pilot_report": [_each("pilot_report", stage=TA)],
    "pilots": [_each("pilots", stage=TA)],
    "plain_summary": [_each("plain_summary")],
    "plain_summary_file": [_each("plain_summary_file", format="md")],
    "prisma": [_each("prisma"), _each("prisma", as_of="2020-01-01")],
    "prisma_file": [_each("prisma_file", f) for f in ("text", "json", "csv", "svg", "html")],
    "progress": [_each("progress", s) for s in STAGES],
    "quote_found": [_each("quote_found", i, "motor unit") for i in IDS],
    "published_review": [_each("published_review")],
    "published_review_file": [_each("published_review_file")],
    "questions": [_each("questions")],
    "questions_file": [_each("questions_file")],
    "rank_status": [_each("rank_status")],
    "record": [_each("record", i) for i in IDS],
    "records": [_each("records"),
                _each("records", text="number 3"), *(_each("records", box=b) for b in BOXES)],
    "rejects": [_each("rejects", 1)],
    "report_document": [_each("report_document", i) for i in IDS],
    "reports": [_each("reports"), _each("reports", text="number 3", in_pdfs=True),
                *(_each("reports", status=s) for s in ("sought", "retrieved", "judged"))],
    "reports_file": [_each("reports_file", "csv")],
    "retractions": [_each("retractions")],
    "rulings": [_each("rulings", s) for s in STAGES],
    "searches": [_each("searches")],
    "searches_file": [_each("searches_file", "csv")],
    "sought": [_each("sought")],
    "status": [_each("status")],
    "stopping": [_each("stopping")],
    "studies": [_each("studies")],
    "study_counts": [_each("study_counts")],
    "study_history": [_each("study_history", 1)],
    "check_form": [_each("check_form", {"arms": [{"label": "old", "n": 0}]})],
    "compare_extractions": [_each("compare_extractions", i) for i in (1, 2)],
    "draft": [_each("draft", i) for i in (1, 2)],
    "extraction": [_each("extraction", i) for i in (1, 2)],
    "extraction_file": [_each("extraction_file", format=f) for f in ("csv", "json")],
    "extraction_form": [lambda db: actions.extraction_form(db)],
    "extraction_queue": [_each("extraction_queue")],
    "form_template": [lambda db: actions.form_template(db, format="csv")],
    "missing_extractions": [_each("missing_extractions"), _each("missing_extractions", study=1)],
    "suggest": [_each("suggest", i) for i in IDS],
    "synthesis": [_each("synthesis", everything=True), _each("synthesis", sensitivity="family")],
    "synthesis_file": [_each("synthesis_file", f) for f in ("md", "csv")],
    "tags": [_each("tags", target) for target in TARGETS],
    "tool": [lambda db: actions.tool(db, "rob2")],
    "tools": [lambda db: actions.tools(db)],
    "units": [_each("units", everything=True)],
    "verify": [_each("verify")],
    "versions": [lambda db: actions.versions(db)],
}  # fmt: skip

APPRAISED = {f"d{n}": "low" for n in range(1, 8)}

# what a reviewer may try that writes: the answer or refusal must tell nothing either
TRIED: dict[str, list[Read]] = {
    "vote": [_each("vote", i, "maybe", stage=TA) for i in IDS]
    + [_each("vote", i, "include", stage=FT) for i in IDS],
    "withdraw": [_each("withdraw", i, stage=s) for i in IDS for s in STAGES],
    "judge": [_each("judge", i, "include", stage=s) for i in IDS for s in STAGES],
    "rule": [_each("rule", i, "include", stage=s) for i in IDS for s in STAGES],
    "discuss": [_each("discuss", i, "include", stage=s) for i in IDS for s in STAGES],
    "reopen": [_each("reopen", i, stage=s, why="x") for i in IDS for s in STAGES],
    "report": [_each("report", i, "not-retrieved") for i in IDS],
    "remove": [_each("remove", i, by="other", why="x") for i in IDS],
    "merge": [_each("merge", i, i + 1) for i in range(1, 10)],
    "split": [_each("split", i) for i in IDS],
    "answer_duplicates": [_each("answer_duplicates", (1, 2))],
    "same_study": [_each("same_study", 3, 5)],
    "different": [_each("different", 2, 7)],
    "tag": [_each("tag", f"record:{i}", ["pop.human"]) for i in IDS],
    "answer_suggestion": [_each("answer_suggestion", i, ["pop.human"], confirm=True) for i in IDS],
    "tagging_done": [_each("tagging_done", target, undo=u) for target in TARGETS for u in (0, 1)],
    "judge_tags": [_each("judge_tags", target, "population", []) for target in TARGETS],
    "settle_tags": [_each("settle_tags", target, "population", []) for target in TARGETS],
    "discuss_tags": [_each("discuss_tags", t, "population", ["pop.human"]) for t in TARGETS],
    "reopen_tags": [_each("reopen_tags", target, why="x") for target in TARGETS],
    "rename_term": [_each("rename_term", "pop.human", label="x")],
    "merge_terms": [_each("merge_terms", "pop.human", "pop.animal")],
    "move_term": [_each("move_term", "pop.human", under="pop.animal")],
    "add_term": [_each("add_term", "population", "x", label="x")],
    "retire_term": [_each("retire_term", "pop.human")],
    "split_term": [_each("split_term", "pop.human", ["a=A", "b=B"])],
    "study": [_each("study", [i]) for i in IDS],
    "leave_study": [_each("leave_study", [i]) for i in IDS],
    "merge_studies": [_each("merge_studies", 1, [2])],
    "name_study": [_each("name_study", 1, cohort_family="A")],
    "tried": [_each("tried", i, "library", "waiting") for i in IDS],
    "rule_reasons": [_each("rule_reasons", dry_run=True)],
    "appraise": [_each("appraise", i, {"tool": "robins-e", "answers": APPRAISED}) for i in (1, 2)],
    "grade": [_each("grade", "outcome", "contrast", "population", confirm=True)],
    "draft_appraisal": [_each("draft_appraisal", 1, {"answers": {"d1": "low"}})],
    "settle_appraisal": [
        _each("settle_appraisal", i, {}, by=by)
        for i in (1, 2)
        for by in ("adjudication", "discussion")
    ],
    "discuss_extraction": [_each("discuss_extraction", i) for i in (1, 2)],
    "settle_extraction": [_each("settle_extraction", i, rest="A") for i in (1, 2)],
    "reopen_extraction": [_each("reopen_extraction", i, why="x") for i in (1, 2)],
    "save_draft": [_each("save_draft", i, {"study": {"label": "x"}}) for i in (1, 2)],
    "mark_term": [_each("mark_term", "mouse", include=True)],
    "assign": [_each("assign", "pool", ["Anna"], stage=TA, dry_run=True)],
    "balance": [_each("balance", stage=TA, dry_run=True)],
    "unassign": [_each("unassign", stage=TA, member="Anna")],
    "draw_sample": [_each("draw_sample", 2)],
    "close_stage": [_each("close_stage", TA, why="x")],
    "dedup": [_each("dedup", dry_run=True)],
    "read_claim": [_each("read_claim", "people")],
    "read_all_claims": [_each("read_all_claims")],
    "add_claim": [
        _each(
            "add_claim",
            "more",
            text="x",
            scope="population = human",
            supports="population = human",
            contradicts="population = animal",
        )
    ],
    "add_claims": [_each("add_claims", "claims: []")],
    "reword_claim": [_each("reword_claim", "people", text="x")],
    "retire_claim": [_each("retire_claim", "people")],
    "save_query": [_each("save_query", "mine", where="direction = increase", everything=True)],
    "rename_query": [_each("rename_query", "mine", "ours")],
    "retire_query": [_each("retire_query", "ours")],
    "put_writing": [_each("put_writing", "questions", "questions: []")],
}

# one such attempt changes what the next one is about
ALONE = {"merge", "split", "answer_duplicates"}

# what brings in, sets up, signs in or copies whole: for owners, or before anybody is known
OTHER = {
    "import_appraisal", "extract_any", "extract_file", "form_in_json", "choices_in_json",
    "source_in_words", "conversions", "convert",
    "add_member", "amend", "backup", "chosen_question", "deactivate", "decision_makers", "demo",
    "demo_sign_in", "find_open_access", "match_pdf", "match_pdfs",
    "edited", "export_bundle", "extract", "fetch_abstract",
    "import_bundle", "import_file", "import_votes",
    "init", "open_rest", "open_review", "rank_run", "rank_switch", "reactivate", "read_documents",
    "rebuild", "restore", "restore_backup", "resume", "search_pubmed", "set_password", "set_roles",
    "sign_in", "sign_out", "signed_in", "start_pilot", "stop", "undo_duplicates",
    "update_search", "why_signed_out",
}  # fmt: skip

COMMANDS = [
    ["status"], ["records"], ["record", 3], ["my-votes"], ["conflicts"], ["agreement"],
    ["next", "--stage", TA], ["next", "--stage", FT], ["prisma"], ["prisma", "--format", "json"],
    ["export", "votes"], ["export", "records"], ["export", "decisions", "--format", "rayyan"],
    ["evidence"], ["evidence", "--counts", "--all"], ["queries", "list"],
    ["duplicates"], ["searches"], ["sought"], ["tags", 3], ["suggest", 3],
    ["codebook"], ["codebook", "versions"], ["tagging", "queue"], ["tagging", "compare", 3],
    ["tagging", "agreement", "--terms"],
    ["appraisals"], ["appraisals", 1], ["appraisals", "compare", 1], ["appraisals", "agreement"],
    ["appraisals", "export"], ["certainty", "--all"], ["picture", "traffic-light", "--all"],
    ["appraise", 1, "--tool", "robins-e"],
    ["anatomy", "--stage", TA], ["overturns", "--stage", TA], ["rulings", "--stage", TA],
    ["pace", "--stage", TA], ["assignments", "--stage", TA], ["stopping"], ["verify"],
    ["form"], ["extraction", "list"], ["extraction", "show", 1], ["extraction", "missing"],
    ["judge", 4, "include", "--stage", TA], ["rule", 4, "include", "--stage", TA],
]  # fmt: skip


def test_every_action_is_read_tried_or_known_to_be_neither() -> None:
    """A new action is told here how a reviewer could reach it, or the test fails."""
    known = set(READ) | set(TRIED) | OTHER
    functions = {name for name in actions.__all__ if inspect.isfunction(getattr(actions, name))}
    assert functions == known


def answer(read: Read, db: Database) -> str:
    """What Anna gets: an answer, or the sentence of a refusal; times as one word."""
    try:
        found = read(db)
    except ReviewError as error:
        found = f"{type(error).__name__}: {error}"
    return shown(found)


def shown(found: object) -> str:
    return re.sub(r"20\d\d-\d\d-\d\d[T ][\d:.+]+Z?|20\d\d-\d\d-\d\d", "TIME", repr(found))


def everything(db: Database, *, share: float, seed: int) -> Iterator[tuple[str, str]]:
    """Every reading, and, in a copy of the review, every attempt to write; or a share of them."""
    chance = random.Random(seed)
    for name, reads in READ.items():
        for number, read in enumerate(reads):
            if chance.random() < share:
                yield f"{name} {number}", answer(read, db)
    db.close()  # which puts all of it into the one file
    path = Path(db.url.removeprefix("sqlite:///"))
    copy = path.with_suffix(".copy.db")
    for name, attempts in TRIED.items():
        at_once = 1 if name in ALONE else len(IDS)
        for start in range(0, len(attempts), at_once):
            if chance.random() > share:
                continue
            shutil.copy(path, copy)
            trial = actions.open_review(f"sqlite:///{copy}")
            for number, attempt in enumerate(attempts[start : start + at_once], start=start):
                yield f"{name} {number}", answer(attempt, trial)
            trial.close()
            copy.unlink()


def commands(url: str) -> Iterator[tuple[str, str]]:
    """Every command that shows something, as Anna would type it."""
    for given in COMMANDS:
        for as_json in (False, True):
            told = command(*given, "--as", "Anna", database=url, as_json=as_json)
            yield " ".join(map(str, given)), shown(told)


def worlds(seed: int, folder: Path) -> tuple[list[Database], list[int], list[list[str]]]:
    policy, hidden, acts = history(seed)
    source = template(folder, policy)
    played = [
        play(folder / f"{seed}-{number}.db", source, acts, flipped=bool(number))
        for number in range(2)
    ]
    dbs = [db for db, _ in played]
    # else the history would prove nothing, or what became known would be no leak
    stood = [
        {
            record: card["standing"]
            for card in actions.records(db, HOLDER, ids=IDS)["records"]
            for record in card["cluster"]
        }
        for db in dbs
    ]
    for record in IDS:
        settled = [
            {stage: state in ("included", "excluded") for stage, state in world[record].items()}
            for world in stood
        ]
        assert settled[0] == settled[1], (seed, record, stood)
        assert record not in hidden or not settled[0].get(FT, settled[0][TA]), (seed, record)
    return dbs, hidden, [answers for _, answers in played]


def compare(seed: int, folder: Path, *, share: float = 1.0, typed: bool = False) -> None:
    """Play a history in both worlds, and compare what Anna can reach, or a share of it."""
    dbs, _, answers = worlds(seed, folder)
    assert answers[0] == answers[1], f"history {seed}: what Anna was answered on the way"
    try:
        told = (everything(db, share=share, seed=seed) for db in dbs)
        for (what, one), (_, two) in zip(*told, strict=True):
            assert one == two, f"history {seed}: {what}"
        if typed:
            for (what, one), (_, two) in zip(*(commands(db.url) for db in dbs), strict=True):
                assert one.replace("-0.db", "") == two.replace("-1.db", ""), f"{seed}: {what}"
    finally:
        for db in dbs:
            db.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.mark.parametrize("seed", range(4))
def test_8_nothing_reaches_a_reviewer_that_depends_on_the_others(folder: Path, seed: int) -> None:
    compare(seed, folder, typed=seed == 0)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_8_nothing_reaches_a_reviewer_over_many_histories(folder: Path, part: int) -> None:
    """In each history a twentieth of everything, drawn anew, so that in all nothing is left out."""
    _compare_all(folder, range(100 + part, 100 + HISTORIES, 4), share=0.05)


@pytest.mark.parametrize("leak", ["sight", "is_blind", "blind_to_tags"])
def test_8_a_leak_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    """The control: with blindness switched off the same comparison fails."""
    open_eyes: dict[str, Any] = {
        "sight": lambda *_, **__: blinding.Sight.OPEN,
        "is_blind": lambda *_, **__: False,
        "blind_to_tags": lambda *_, **__: False,
    }
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("review.") and hasattr(module, leak):
            monkeypatch.setattr(module, leak, open_eyes[leak])
    with pytest.raises(AssertionError):
        _compare_all(folder, range(20, 32), share=0.3)


def _compare_all(folder: Path, seeds: Iterable[int], *, share: float) -> None:
    for seed in seeds:
        compare(seed, folder, share=share, typed=seed % 50 == 0)
        for path in folder.glob(f"{seed}-*"):
            path.unlink()
