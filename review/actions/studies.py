"""Studies: which reports are of one, how each is called, its cohort family, its population."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.errors import BadInput, NotFound, Refused
from review.protocol import Codebook
from review.store import duplicates, evidence as evidence_store, fulltext, people, studies as store
from review.store.engine import Database, Write
from review.store.people import protocol
from review.store.tables import StudyNamingRow, StudyReportRow, StudyRow
from review.vocab import Role

_JOINERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
LONGEST = 200


def study(
    db: Database,
    who: Caller,
    records: Sequence[int],
    *,
    study: int | None = None,
    label: str | None = None,
    cohort_family: str | None = None,
    attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Join reports to one study, a new one unless `study` names it.

    Returns {study, label, records}: the study's number and name, and the kept records joined.
    """
    if not records:
        raise BadInput("Name at least one record to join to the study.")
    with writing(db, who) as write:
        acting(write.conn, who, *_JOINERS, act="join reports to studies")
        kept = _kept(write, records)
        left = {was for one in kept if (was := _study_of(write, one)) is not None}
        if study is None:
            study = write.add(
                StudyRow,
                label=_short(label, "name") or _label(write, kept[0]),
                cohort_family=_short(cohort_family, "cohort family"),
                attributes=attributes or {},
            )
        else:
            _known(write.conn, study)
        join(write, study, kept)
        _refresh(write, {study, *left})
        named = _known(write.conn, study).label
    return {"study": study, "label": named, "records": sorted(set(kept))}


def leave_study(db: Database, who: Caller, records: Sequence[int]) -> dict[str, Any]:
    """Take reports off the study they belong to; a study without a report is listed no more.

    Returns {records, studies}: those taken off, and the studies they left. Refused for a report
    of no study.
    """
    if not records:
        raise BadInput("Name at least one record to take off its study.")
    with writing(db, who) as write:
        acting(write.conn, who, *_JOINERS, act="take reports off studies")
        kept = _kept(write, records)
        left: set[int] = set()
        for one in dict.fromkeys(kept):
            was = _study_of(write, one)
            if was is None:
                raise Refused(f"Record {one} belongs to no study.")
            # every entry of the report, as any of them may have been joined
            for record in duplicates.clusters_of(write.conn, [one])[one]:
                if fulltext.study_of(write.conn, [record]) == was:
                    write.add(StudyReportRow, study_id=was, record_id=record, joined=False)
            left.add(was)
        _refresh(write, left)
    return {"records": sorted(set(kept)), "studies": sorted(left)}


def merge_studies(
    db: Database, who: Caller, into: int, others: Sequence[int], *, set_aside: bool = False
) -> dict[str, Any]:
    """Say that studies are one: the reports of `others` join `into`, which keeps its own name.

    Forms and tags stay with the study they were given for. Refused where another study has some,
    unless they are to be `set_aside`: kept, and no longer counted, until its reports go back to
    it. Returns {study, label, records, merged}.
    """
    merged = sorted(set(others) - {into})
    if not merged:
        raise BadInput("Name at least two studies to merge.")
    with writing(db, who) as write:
        acting(write.conn, who, *_JOINERS, act="merge studies")
        found = _known(write.conn, into)
        for one in merged:
            _known(write.conn, one)
        work = store.worked_on(write.conn, [into, *merged])
        worked = [one for one in merged if work[one]]
        if worked and not set_aside:
            one = worked[0]
            done = " and ".join(work[one])
            instead = "" if work[into] else f"merge into study {one} instead, or "
            raise Refused(
                f"Study {one} has {done} of its own, which merging would leave out; "
                f"{instead}say that they are to be set aside."
            )
        reports = store.reports(write.conn)
        moved = [record for one in merged for record in reports.get(one, ())]
        write.lock_records(sorted(moved))
        join(write, into, moved)
        _refresh(write, {into, *merged})
    return {"study": into, "label": found.label, "records": sorted(moved), "merged": merged}


def name_study(
    db: Database,
    who: Caller,
    study: int,
    *,
    label: str | None = None,
    cohort_family: str | None = None,
    population: str | None = None,
    why: str = "",
) -> dict[str, Any]:
    """Correct a study's name, cohort family or primary population; what is None stays.

    An empty `cohort_family` takes it out of its family, an empty `population` leaves that to the
    extraction form. What it was before is kept (`study_history`). BadInput for a population that
    the codebook has not, or an empty name. Returns {study, label, cohort_family, population}.
    """
    with writing(db, who) as write:
        acting(write.conn, who, *_JOINERS, act="name studies")
        now = _known(write.conn, study)
        if label is not None and not label.strip():
            raise BadInput("A study has a name.")
        _, content = protocol(write.conn)
        wanted = {
            "label": now.label if label is None else _short(label, "name"),
            "cohort_family": now.cohort_family
            if cohort_family is None
            else _short(cohort_family, "cohort family"),
            "population": now.population
            if population is None
            else _population(content.codebook, population),
        }
        if any(wanted[name] != getattr(now, name) for name in wanted):
            write.add(StudyNamingRow, study_id=study, why=why.strip()[:2000], **wanted)
            _refresh(write, {study})
    return {"study": study, **wanted}


def _population(book: Codebook, given: str) -> str:
    """Return the code of a term of the facet that counts each study once; empty stays empty."""
    if not given.strip():
        return ""
    term = book.find(given.strip())
    facet = book.facet_of(term.code)
    if not facet.primary:
        named = ", ".join(one.label for one in book.facets if one.primary) or "none in the codebook"
        raise BadInput(f"{term.label} is no population that counts a study once: see {named}.")
    return str(term.code)


def join(write: Write, study: int, kept: Sequence[int]) -> None:
    """Add that the reports `kept` belong to `study`."""
    clusters = duplicates.clusters_of(write.conn, list(kept))
    for kept_id in dict.fromkeys(kept):
        if fulltext.study_of(write.conn, clusters[kept_id]) != study:
            write.add(StudyReportRow, study_id=study, record_id=kept_id, joined=True)


def study_for(write: Write, record: int) -> int:
    """Return the study of a report, making one of its own where it has none."""
    kept = _kept(write, [record])[0]
    found = _study_of(write, kept)
    if found is None:
        found = write.add(StudyRow, label=_label(write, kept), cohort_family="", attributes={})
        join(write, found, [kept])
    return found


def _kept(write: Write, records: Sequence[int]) -> list[int]:
    """Return the kept records of reports, locked; NotFound for a record there is not."""
    kept = []
    for record in records:
        found = duplicates.kept_of(write.conn, record)
        if found is None:
            raise NotFound(f"There is no record {record}.")
        kept.append(found)
    write.lock_records(sorted(set(kept)))
    return kept


def _study_of(write: Write, kept: int) -> int | None:
    return fulltext.study_of(write.conn, duplicates.clusters_of(write.conn, [kept])[kept])


def _known(conn: sa.Connection, study: int) -> Any:
    found = store.studies(conn, id=study)
    if not found:
        raise NotFound(f"There is no study {study}.")
    return found[0]


def _refresh(write: Write, studies: Collection[int]) -> None:
    """Store the evidence of studies again: the tags of a report speak for the study it is of."""
    _, content = protocol(write.conn)
    evidence_store.refresh(write.conn, sorted(studies), content.codebook)


def _short(text: str | None, what: str) -> str:
    found = " ".join((text or "").split())
    if len(found) > LONGEST:
        raise BadInput(f"A {what} has at most {LONGEST} characters.")
    return found


def _label(write: Write, record: int) -> str:
    """First author's family name and year, as studies are cited."""
    card = cards(write.conn, [record], None)[record]
    family = card["authors"][0].split(",")[0].strip() if card["authors"] else f"Record {record}"
    return f"{family} {card['year']}" if card["year"] else family


def study_history(db: Database, who: Caller, study: int) -> list[dict[str, Any]]:
    """Return what was said of a study, oldest first: {at, by, what, ...}.

    `what` is "named" (with label, cohort_family, population, why), "joined" or "left" (with the
    record).
    """
    with db.read() as conn:
        acting(conn, who, act="see the studies")
        _known(conn, study)
        names = {member.id: member.name for member in people.members(conn)}
        found = []
        for row in store.history(conn, study):
            said: dict[str, Any] = {"at": row.at.isoformat(), "by": names.get(row.member_id, "")}
            if hasattr(row, "joined"):
                said |= {"what": "joined" if row.joined else "left", "record": row.record_id}
            else:
                fields = ("label", "cohort_family", "population", "why")
                said |= {"what": "named", **{name: getattr(row, name) for name in fields}}
            found.append(said)
        return found
