"""A study under the writer's lock: what its forms amount to, and how a sound form is stored."""

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from review.errors import NotFound, Refused
from review.extraction.comparison import Comparison, compare
from review.extraction.form import Extraction
from review.extraction.settling import Extracted
from review.protocol import Protocol
from review.screening.blinding import mask
from review.store import evidence, extractions, ledger, settlements, studies as stored
from review.store.engine import Write
from review.store.tables import ArmRow, EffectRow, ExtractionRow, ExtractionSettlementRow
from review.vocab import Role, Settling

EXTRACTORS = (Role.OWNER, Role.EXTRACTOR, Role.ADJUDICATOR, Role.REVIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A study, the protocol in force, and what the study's forms amount to."""

    write: Write
    content: Protocol
    study: int
    now: Extracted


def case_of(write: Write, content: Protocol, study: int) -> Case:
    """Return the case of a study; nobody else adds facts from here on. NotFound for none."""
    write.only_writer()
    return Case(write=write, content=content, study=study, now=standing(write.conn, content, study))


def standing(conn: sa.Connection, content: Protocol, study: int) -> Extracted:
    """Return what the forms of a study amount to. NotFound if there is no such study."""
    if not stored.studies(conn, id=study):
        raise NotFound(f"There is no study {study}.")
    return extractions.standings(conn, content, [study]).get(study, Extracted())


def store(case: Case, filled: Extraction) -> dict[str, Any]:
    """Add the facts of a sound form; return {study, extraction, arms, effects} with their ids."""
    write, study = case.write, case.study
    extraction = write.add(
        ExtractionRow,
        study_id=study,
        form=filled.form,
        terms=filled.terms,
        main=filled.primary or "",
    )
    owner = {"extraction_id": extraction, "study_id": study}
    arms = write.add_many(ArmRow, [owner | asdict(arm) for arm in filled.arms])
    rows = [owner | asdict(effect) for effect in filled.effects]
    for row in rows:
        del row["cells"]  # which are read from the form
    effects = write.add_many(EffectRow, rows)
    return {"study": study, "extraction": extraction, "arms": arms, "effects": effects}


def add_settlement(
    case: Case, extraction: int, kind: Settling, choices: list[dict[str, Any]]
) -> None:
    """Add that an extraction settled the two forms of a study."""
    first, second = case.now.pair or (extraction, extraction)
    case.write.add(
        ExtractionSettlementRow,
        study_id=case.study,
        extraction_id=extraction,
        first_id=first,
        second_id=second,
        kind=kind,
        choices=choices,
    )


def speak_again(case: Case) -> Extracted:
    """Store again who speaks for the study and the evidence of it; return what it amounts to."""
    extractions.refresh(case.write.conn, [case.study], case.content)
    evidence.refresh(case.write.conn, [case.study], case.content.codebook)
    return standing(case.write.conn, case.content, case.study)


def labels(now: Extracted, *, study: int, seed: int) -> dict[int, str]:
    """Return which extractor is A and which is B, in an order that tells nothing."""
    return mask(now.own, of=study, seed=seed)


def sides(conn: sa.Connection, now: Extracted, study: int) -> tuple[int, int] | None:
    """Return the extractions of A and of B, or None where there are not two."""
    if now.pair is None:
        return None
    called = labels(now, study=study, seed=ledger.seed(conn))
    by_label = {called[member]: extraction for member, extraction in now.own.items()}
    return by_label["A"], by_label["B"]


def compared(conn: sa.Connection, content: Protocol, now: Extracted, study: int) -> Comparison:
    """Return the comparison of A's and B's form; Refused where there are not two."""
    both = sides(conn, now, study)
    if both is None:
        raise Refused(f"Study {study} has no two forms to compare.")
    given = settlements.rows(conn, both)
    one, other = (given[id_].form for id_ in both)
    return compare(one, other, definition=content.form, codebook=content.codebook)


def talked_over(conn: sa.Connection, now: Extracted, study: int) -> bool:
    """Return whether both extractors asked to talk their forms over, so that both are open."""
    return now.pair is not None and set(now.own) <= set(settlements.discussions(conn, study, now))
