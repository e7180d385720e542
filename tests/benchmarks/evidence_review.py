"""A review of many studies and effects, made up from the shipped codebook by bulk insertion."""

import random
from typing import Any

from review import actions
from review.actions import Caller
from review.extraction.shipped import read_shipped
from review.ingest.record import Record
from review.protocol import Codebook
from review.store import derived, intake
from review.store.engine import Actor, Database, Write
from review.store.tables import (
    AppraisalRow,
    ArmRow,
    EffectRow,
    ExtractionRow,
    SearchEndRow,
    SearchRow,
    StudyReportRow,
    StudyRow,
    VoteRow,
)
from review.vocab import Channel, Risk, SearchKind, Stage, Verdict
from tests.benchmarks.bench_dedup import made

HOLDER = Caller(None, Channel.API)
ACTOR = Actor(member_id=None, channel=Channel.API)
OF_STUDY = ("population", "design", "mechanism", "contributor", "modifier", "sarcopenia_criteria")
OF_ARM = ("species", "strain", "sex", "status")
OF_EFFECT = ("outcome", "contrast", "muscle", "direction", "unit_of_analysis")


def make(url: str, *, studies: int, effects: int, seed: int = 1) -> Database:
    """Make a review in an empty database: so many studies with so many effects in all.

    Nine of ten studies are included, one of ten forms is another member's and not settled, half
    of the studies are appraised.
    """
    shipped = read_shipped()
    db = actions.init(url, shipped.folder / "protocol.yaml")
    for name in ("Anna", "Ben"):
        actions.add_member(db, HOLDER, name, ["reviewer", "extractor"])
    rng = random.Random(seed)
    with db.write(ACTOR) as write:
        _records(write, studies)
        _votes(write, studies)
        _studies(write, shipped.protocol.codebook, studies, effects, rng)
        derived.rebuild(write.conn)
    return db


def _records(write: Write, count: int) -> None:
    search = write.add(
        SearchRow,
        source="Made up",
        kind=SearchKind.DATABASE,
        limits={},
        date="2026-01-01",
        warnings=[],
    )
    some = [
        Record(
            accession=f"M{number}",
            title=f"{row.title} {number}",
            abstract=row.abstract,
            authors=tuple(row.authors),
            journal=row.journal,
            year=1964 + number % 62,
            doi=f"10.1/{number}",
        )
        for number, row in enumerate(made(count), 1)
    ]
    intake.add_records(write, search, some, intake.Occurrences("Made up"))
    write.add(SearchEndRow, search_id=search, complete=True, deleted=[])


def _votes(write: Write, count: int) -> None:
    rows = []
    for record in range(1, count + 1):
        for stage in Stage:
            out = stage is Stage.FULL_TEXT and record % 10 == 0
            for slot in (1, 2):
                rows.append(
                    {
                        "member_id": slot,
                        "record_id": record,
                        "stage": stage,
                        "round": 1,
                        "slot": slot,
                        "revision": 0,
                        "verdict": Verdict.EXCLUDE if out else Verdict.INCLUDE,
                        "reason": "ex.noemg" if out else None,
                        "secondary": [],
                        "protocol_version": 1,
                        "cast": write.at,
                    }
                )
    write.add_many(VoteRow, rows)


def _studies(
    write: Write, codebook: Codebook, studies: int, effects: int, rng: random.Random
) -> None:
    codes = {facet.id: [term.code for term in facet.terms] for facet in codebook.facets}

    def some(facets: tuple[str, ...], most: int = 1) -> dict[str, list[str]]:
        return {f: rng.sample(codes[f], rng.randint(1, most)) for f in facets if f in codes}

    named = [
        {
            "label": f"Study {n}",
            "cohort_family": f"family-{n // 3}" if n % 4 == 0 else "",
            "attributes": {"verified": rng.choice(("yes", "partial", "no"))},
        }
        for n in range(1, studies + 1)
    ]
    ids = write.add_many(StudyRow, named)
    write.add_many(StudyReportRow, [{"study_id": n, "record_id": n, "joined": True} for n in ids])
    forms = [
        {
            "member_id": 1 if n % 10 == 5 else None,
            "study_id": n,
            "form": {},
            "terms": some(OF_STUDY, 2),
            "main": "",
        }
        for n in ids
    ]
    extractions = write.add_many(ExtractionRow, forms)
    arms: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    each = effects // studies
    for study, extraction in zip(ids, extractions, strict=True):
        owner = {"extraction_id": extraction, "study_id": study}
        mouse = study % 3 == 0
        shared = some(OF_ARM) | {"species": ["sp.mouse" if mouse else "sp.human"]}
        for label, age in (("young", rng.randint(3, 9)), ("old", rng.randint(18, 30))):
            plain = {"age": str(age if mouse else age * 3), "age_unit": "mo" if mouse else "y"}
            plain["n"] = rng.randint(5, 40)
            arms.append(owner | {"label": label, "terms": shared, "attributes": plain})
        for number in range(each):
            own = some(OF_EFFECT) | some(("emg_method",), 3)
            note = "only the older group was tested twice" if number % 7 == 0 else ""
            rest = {"arms": [], "numbers": [], "source": {"table": "2"}, "note": note}
            rows.append(owner | rest | {"terms": own})
    write.add_many(ArmRow, arms)
    write.add_many(EffectRow, rows)
    write.add_many(
        AppraisalRow,
        [
            {
                "study_id": n,
                "tool": "made-up",
                "answers": {},
                "domains": {},
                "proposed": Risk.LOW,
                "overall": rng.choice((Risk.LOW, Risk.SOME, Risk.HIGH)),
                "protocol_version": 1,
            }
            for n in ids
            if n % 2
        ],
    )
