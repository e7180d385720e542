"""A test that cannot fail proves nothing: bugs put into a copy of the code are each caught.

The copy lies in a temporary folder; there the machine that plays the rule alone, or the one that
plays a team at work, runs in a process of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = "tests/actions/test_workflow_machine.py"
# what is rare in the work of a team is common where votes and rulings are all there is
ALONE = "tests/screening/test_screening_machine.py"
RULE, PERMISSION = "review/screening/standing.py", "review/screening/permission.py"
CASTING, SETTLE = "review/actions/casting.py", "review/actions/settle.py"

# what is broken: (file, code as it is, code with the bug)
BUGS = {
    "a third person votes": (
        PERMISSION,
        "if standing.state not in UNFINISHED:\n        number",
        "if False:\n        number",
    ),
    "a voter rules on their own conflict": (
        PERMISSION,
        "if kind is RulingKind.ADJUDICATION and voted and not",
        "if False and not",
    ),
    "a ruling without a conflict": (
        PERMISSION,
        "if not standing.disputed or not ready:",
        "if False:",
    ),
    "a vote under a ruling is changed": (
        PERMISSION,
        "if any(record in ruling.covers - ruling.lapsed for ruling in rulings):",
        "if False:",
    ),
    "a vote that full text rests on is changed": (PERMISSION, "if next_stage_begun:", "if False:"),
    "an open report is reopened": (
        PERMISSION,
        'if standing.state in UNFINISHED:\n        return "This',
        'if False:\n        return "This',
    ),
    "one of two confirms a discussion": (
        PERMISSION,
        "set(standing.voters) <= set(agreed)",
        "bool(agreed)",
    ),
    "the first vote counts, not the last": (
        RULE,
        "last[vote.record, vote.member] = vote",
        "last.setdefault((vote.record, vote.member), vote)",
    ),
    "one include is enough": (RULE, "if liberal and said & through", "if said & through"),
    "differing reasons are no conflict": (RULE, "return differ, None", "return False, None"),
    "a reopened record keeps its old votes": (
        "review/store/facts.py",
        "and round_ == self.round_of(vote.record, stage)",
        "",
    ),
    "a report that was not let through is judged": (
        CASTING,
        "if not report.reached(stage):\n        raise Refused(",
        "if False:\n        raise Refused(",
    ),
    "a report nobody has is judged": (
        CASTING,
        "if stage is Stage.FULL_TEXT and report.facts.retrieval is Retrieval.NOT_RETRIEVED:",
        "if False:",
    ),
    "who left goes on voting": ("review/actions/caller.py", "if not member.active:", "if False:"),
    "a merge forgets the standings": (
        "review/store/duplicates.py",
        "    projection.refresh(",
        "    (lambda *_: None)(",
    ),
    "a voted record is removed": (
        "review/actions/records.py",
        "if report.facts.votes and not restored:",
        "if False:",
    ),
    "only the kept record is reopened": (
        SETTLE,
        "for one in report.facts.records:",
        "for one in [report.kept]:",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the code and of the test, to break."""
    folder = tmp_path_factory.mktemp("copy")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("review", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def played(folder: Path, machine: str, *, histories: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-m", "slow", "-p", "no:cacheprovider", machine],
        cwd=folder,
        env=os.environ
        | {
            "REVIEW_WORKFLOWS": str(histories),
            "REVIEW_HISTORIES_OF_THE_RULE": str(histories),
            "REVIEW_WORKFLOWS_SHRINK": "no",
            "PYTHONPATH": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=3600,
    )


@pytest.mark.slow
@pytest.mark.parametrize("bug", BUGS)
def test_a_seeded_bug_is_caught(copy: Path, bug: str) -> None:
    file, good, bad = BUGS[bug]
    machine = ALONE if file in (RULE, PERMISSION) else WORKFLOW
    path = copy / file
    whole = path.read_text(encoding="utf-8")
    assert good in whole, f"{file} no longer has the line that this bug breaks"
    path.write_text(whole.replace(good, bad, 1), encoding="utf-8")
    try:
        found = played(copy, machine, histories=400)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert found.returncode == 1, found.stdout[-2000:] + found.stderr[-2000:]
    # the machine itself failed, not the start of it
    assert f"FAILED {machine}" in found.stdout, found.stdout[-2000:]


@pytest.mark.slow
def test_the_copy_without_a_bug_passes(copy: Path) -> None:
    for machine in (ALONE, WORKFLOW):
        found = played(copy, machine, histories=6)
        assert found.returncode == 0, found.stdout[-2000:]
