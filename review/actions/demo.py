"""Making the demonstration: the shipped review with simulated votes, ready to screen."""

from typing import Any

from review.actions.caller import Caller
from review.actions.duplicates import dedup
from review.actions.extraction import extract
from review.actions.fulltext import report
from review.actions.reviews import make, open_review
from review.actions.screen import vote
from review.actions.searches import Progress
from review.actions.settle import rule
from review.actions.shipped_texts import add_shipped_texts
from review.actions.studies import study as join_reports
from review.actions.team import add_member
from review.errors import Refused, StoreError
from review.extraction.shipped import ShippedStudy, read_shipped
from review.extraction.simulated import seconds_of
from review.ingest.record import Record
from review.store import intake, people
from review.store.engine import Actor, Database, sqlite_path, system_user
from review.store.tables import SearchEndRow, SearchRow
from review.vocab import Channel, Role, SearchKind, Stage

DEMO_MEMBERS = {
    "Reviewer A": [Role.REVIEWER, Role.EXTRACTOR],
    "Reviewer B": [Role.REVIEWER, Role.EXTRACTOR],
    "Adjudicator": [Role.ADJUDICATOR],
    "Owner": [Role.OWNER],
}
_NAMES = {"A": "Reviewer A", "B": "Reviewer B", "adjudicator": "Adjudicator"}


def demo(url: str, *, channel: Channel = Channel.CLI, progress: Progress | None = None) -> Database:
    """Open the demonstration in a database, making it there if there is none yet.

    Refused if the database holds another review. On SQLite the file appears only when whole.
    """
    path = sqlite_path(url)
    if path is None:
        try:
            return _opened(url)
        except StoreError as missing:
            if "holds no review" not in str(missing):
                raise
        return _make(url, channel, progress)
    if path.exists():
        return _opened(url)
    making = path.with_name(f"{path.name}.making")
    for leftover in (making, *making.parent.glob(f"{making.name}-*")):
        leftover.unlink(missing_ok=True)
    _make(f"sqlite:///{making}", channel, progress).close()
    making.replace(path)
    return open_review(url)


def _opened(url: str) -> Database:
    db = open_review(url)
    with db.read() as conn:
        _, content = people.protocol(conn)
    if not content.demo:
        db.close()
        raise Refused("This database holds a review of your own; choose another --database.")
    return db


def _make(url: str, channel: Channel, progress: Progress | None) -> Database:
    shipped = read_shipped()
    text = (shipped.folder / "protocol.yaml").read_text(encoding="utf-8")
    db = make(url, text, shipped.protocol, channel=channel)
    for name, roles in DEMO_MEMBERS.items():
        add_member(db, Caller(None, channel), name, roles)
    ids = _records(db, shipped.studies, shipped.strategies, channel)
    owner = Caller("Owner", channel)
    dedup(db, owner)
    for done, study in enumerate(shipped.studies, 1):
        _decide(db, study, ids[study.record.accession or ""], channel)
        if progress:
            progress(done, len(shipped.studies))
    add_shipped_texts(db, owner, shipped.folder)
    return db


def _records(
    db: Database, studies: tuple[ShippedStudy, ...], strategies: dict[str, str], channel: Channel
) -> dict[str, int]:
    """Store the studies as one search a source; return accession -> record."""
    by_source: dict[str, list[Record]] = {}
    for study in studies:
        by_source.setdefault(study.source, []).append(study.record)
    found: dict[str, int] = {}
    actor = Actor(member_id=None, channel=channel, user=system_user())
    for source, some in by_source.items():
        with db.write(actor) as write:
            search = write.add(
                SearchRow,
                source=source,
                kind=SearchKind.DATABASE,
                strategy=strategies.get(source, ""),
                limits={},
                date=write.at.date().isoformat(),
                warnings=["The records were selected by hand; the strategy has not been run."],
            )
            intake.add_records(write, search, some, intake.Occurrences(source))
            write.add(SearchEndRow, search_id=search, complete=True, note="", deleted=[])
            found.update(intake.accessions_of(write.conn, search))
    return found


def _decide(db: Database, study: ShippedStudy, record: int, channel: Channel) -> None:
    """Replay the simulated votes and rulings on one study, and its extraction."""
    retrieved = False
    for decision in study.decisions:
        who = Caller(_NAMES[decision.who], channel)
        what: dict[str, Any] = {"stage": decision.stage.value, "reason": decision.reason}
        if decision.stage is Stage.FULL_TEXT and not retrieved:
            report(db, Caller("Owner", channel), record, "retrieved", link=study.link)
            retrieved = True
        if decision.ruling:
            rule(db, who, record, decision.verdict.value, **what)
        else:
            taken = seconds_of(study.record.accession or "", decision)
            vote(db, who, record, decision.verdict.value, **what, seconds=taken)
    # of those not included, too: what was read of them speaks where somebody asks for it
    if study.form:
        said: Any = study.form.get("study", {})
        join_reports(
            db,
            Caller("Owner", channel),
            [record],
            label=said.get("label"),
            cohort_family=said.get("cohort_family"),
            attributes={"verified": study.record.extra.get("verified", "")},
        )
        # by nobody in particular: it was not extracted twice, and it speaks to everybody
        extract(db, Caller(None, channel), f"record:{record}", study.form)
