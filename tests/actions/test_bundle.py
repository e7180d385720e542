"""A whole review leaves as one file and comes back, from either engine into either."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, Refused
from review.store.engine import Database
from review.vocab import Channel
from tests.conftest import HOLDER

TA = "title-abstract"
RIS = "".join(
    f"TY  - JOUR\nTI  - Motor units of människa 筋 {n}\nAU  - Ågren, B\nPY  - {1990 + n}\nER  -\n\n"
    for n in range(12)
)


def caller(name: str) -> Caller:
    return Caller(name, Channel.APP)


def worked_on(db: Database, folder: Path) -> None:
    """Records, a merge, votes, a change of mind, a conflict ruled, and a full text."""
    file = folder / "found.ris"
    file.write_text(RIS, encoding="utf-8")
    actions.import_file(db, HOLDER, file, source="Index")
    actions.merge(db, HOLDER, 11, 12)
    for name in ("Anna", "Ben"):
        for record in range(1, 9):
            verdict = "exclude" if record > 5 or (name, record) == ("Ben", 2) else "include"
            actions.vote(db, caller(name), record, verdict, stage=TA, note=f"{name}, “{record}”")
    actions.vote(db, caller("Anna"), 7, "maybe", stage=TA)
    actions.judge(db, caller("Cara"), 2, "include", stage=TA)
    actions.rule(db, caller("Cara"), 2, "include", stage=TA)
    actions.report(db, caller("Olga"), 1, "retrieved", pdf=b"%PDF-1.4\n" + bytes(range(256)))


def said(db: Database) -> dict[str, Any]:
    """What a review says of itself, by every way that a reader has."""
    return {
        "flow": actions.prisma(db, HOLDER),
        "votes": actions.export(db, HOLDER, "votes", format="csv"),
        "records": actions.export(db, HOLDER, "records", format="csv"),
        "pdf": actions.document(db, HOLDER, 1)["data"],
        "next": [actions.next_records(db, caller(n), TA, n=12) for n in ("Anna", "Ben")],
        "proof": actions.verify(db, HOLDER),
    }


@pytest.fixture
def empty_postgresql(postgresql_server: str) -> Iterator[str]:
    """A database of that name without anything in it."""
    name = f"back_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield f"{postgresql_server}/{name}"
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_review_comes_back_whole_on_the_other_engine(
    review: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    worked_on(review, tmp_path)
    file = tmp_path / "review.bundle"
    written = actions.export_bundle(review, HOLDER, file)
    assert written["head"] == actions.verify(review, HOLDER)["head"]
    if review.url.startswith("sqlite"):
        target = request.getfixturevalue("empty_postgresql")
    else:
        target = f"sqlite:///{tmp_path}/back.db"
    back = actions.import_bundle(target, HOLDER, file)
    assert back["head"] == written["head"]
    there = actions.open_review(target)
    assert said(there) == said(review)
    # work goes on there, and the next bundle follows from this one
    actions.vote(there, caller("Anna"), 9, "include", stage=TA)
    assert actions.verify(there, HOLDER)["ok"]
    again = actions.export_bundle(there, HOLDER, tmp_path / "again.bundle")
    assert again["head"]["seq"] == written["head"]["seq"] + 1
    there.close()
    with pytest.raises(Refused, match="already"):
        actions.import_bundle(target, HOLDER, file)


def changed(file: Path, target: Path, part: str, change: Any) -> Path:
    """The same bundle with one part changed."""
    with zipfile.ZipFile(file) as bundle, zipfile.ZipFile(target, "w") as new:
        for name in bundle.namelist():
            text = bundle.read(name)
            new.writestr(name, change(text) if name == part else text)
    return target


def flip(text: bytes) -> bytes:
    return text.replace(b'"exclude"', b'"include"', 1)


def refitted(digest: str) -> Callable[[bytes], bytes]:
    """Make the manifest fit votes that were changed."""

    def change(text: bytes) -> bytes:
        manifest = json.loads(text)
        manifest["parts"]["vote"]["sha256"] = digest
        return json.dumps(manifest).encode()

    return change


def test_what_was_changed_is_refused_and_leaves_nothing(
    sqlite_review: Database, tmp_path: Path
) -> None:
    worked_on(sqlite_review, tmp_path)
    file = tmp_path / "review.bundle"
    actions.export_bundle(sqlite_review, HOLDER, file)
    one = changed(file, tmp_path / "one", "vote.jsonl", flip)
    with zipfile.ZipFile(one) as bundle:
        digest = hashlib.sha256(bundle.read("vote.jsonl")).hexdigest()
    two = changed(one, tmp_path / "two", "manifest.json", refitted(digest))
    three = changed(file, tmp_path / "three", "record.jsonl", lambda text: text[: len(text) // 2])
    four = changed(file, tmp_path / "four", "vote.jsonl", lambda text: b"[1]\n" + text)
    bomb = changed(file, tmp_path / "bomb", "vote.jsonl", lambda _: b"0" * 2**24)
    with zipfile.ZipFile(bomb) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[:-200])
    target = tmp_path / "back.db"
    for wrong, sentence in (
        (one, "vote is not what its manifest.json says"),
        (two, "does not verify: ledger unbroken: vote"),
        (three, "record, line"),
        (four, "vote, line 1: not a row of vote"),
        (bomb, "would grow"),
        (cut, "is no bundle of a review, or is damaged"),
        (tmp_path / "found.ris", "is no bundle"),
        (tmp_path / "nowhere", "There is no bundle"),
    ):
        with pytest.raises(BadInput, match=sentence):
            actions.import_bundle(f"sqlite:///{target}", HOLDER, wrong)
        assert [path.name for path in tmp_path.glob("back.db*")] == []
    with pytest.raises(Refused, match="exists already"):
        actions.export_bundle(sqlite_review, HOLDER, file)
    with pytest.raises(NotAllowed):
        actions.export_bundle(sqlite_review, caller("Anna"), tmp_path / "hers.bundle")
    assert not list(tmp_path.glob("hers*"))


def test_what_backup_makes_is_what_restore_reads(review: Database, tmp_path: Path) -> None:
    worked_on(review, tmp_path)
    kept = actions.backup(review, HOLDER, tmp_path / "kept")
    url = f"sqlite:///{tmp_path}/back.db"
    assert actions.restore_backup(url, HOLDER, tmp_path / "kept")["head"] == kept["head"]
    back = actions.open_review(url)
    assert said(back) == said(review)
    back.close()
