"""What the methods section says, gathered from the facts that are settled."""

from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import sqlalchemy as sa

from review.actions.amendments import amendments
from review.actions.caller import Caller, acting
from review.actions.flow import current_flow
from review.protocol import Protocol
from review.reporting import searches_out
from review.reporting.methods import (
    MethodsFacts,
    ScreeningDone,
    SearchDone,
    methods as written,
    sections,
)
from review.store import duplicates, extractions, intake, people, settling
from review.store.engine import Database
from review.vocab import RulingKind, Stage


def methods(db: Database, who: Caller) -> dict[str, Any]:
    """Return the text of the methods section (PRISMA 2020 items 5 to 9 and 16a, PRISMA-S).

    Written from facts alone: what was not done, or is not recorded, is not said. {text, sections},
    the text in Markdown. Of screening and extraction only what is settled is told, to everybody.
    """
    changes = [one["text"] for one in amendments(db, who)]
    with db.read() as conn:
        viewer = acting(conn, who, act="see the methods")
        number, content = people.protocol(conn)
        merged = duplicates.merged(conn)
        by_rule = len(merged.keys() & duplicates.merged_by_rule(conn))
        speaking = extractions.spoken(conn)
        facts = MethodsFacts(
            protocol=content,
            version=number,
            flow=current_flow(conn, viewer),
            searches=_sources(intake.searches(conn)),
            screening=[_screening(conn, content, stage) for stage in Stage],
            merged_by_rule=by_rule,
            merged_by_hand=len(merged) - by_rule,
            software=_software(),
            extractors=len({row.member_id for row in speaking}),
            extracted_studies=len({row.study_id for row in speaking}),
            amendments=changes,
        )
    parts = [{"heading": heading, "text": text} for heading, text in sections(facts)]
    return {"text": written(facts), "sections": parts}


def _sources(rows: list[dict[str, Any]]) -> list[SearchDone]:
    """Each source once, however often it was searched, in the order of the first search."""
    of: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of[row["source"].lower(), row["kind"], row["platform"].lower()].append(row)
    return [
        SearchDone(
            source=runs[0]["source"],
            kind=runs[0]["kind"],
            date=max(run["date"] for run in runs),
            records=sum(run["new"] for run in runs),
            platform=runs[0]["platform"],
            runs=len(runs),
            limits=_each(_limits(run) for run in runs),
            # PubMed's are about its reading of the query, and stand in the search log
            note=_each(note for run in runs if not run["query"] for note in run["warnings"]),
            strategy=any(run["strategy"] or run["query"] for run in runs),
        )
        for runs in of.values()
    ]


def _each(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _limits(run: dict[str, Any]) -> str:
    return searches_out.limits(run["limits"])


def _screening(conn: sa.Connection, content: Protocol, stage: Stage) -> ScreeningDone:
    """What votes and rulings show of the reports that are settled at a stage."""
    settled = settling.settled(conn, stage)
    kept = duplicates.all_kept(conn)
    voted: dict[tuple[int, int], set[int]] = defaultdict(set)
    for vote in settling.as_cast(conn, stage):
        if vote.independent and vote.verdict is not None and kept[vote.record_id] in settled:
            voted[kept[vote.record_id], vote.round].add(vote.member_id)
    needed = content.policy(stage).reviewers_per_record
    ruled: dict[int, Any] = {}
    for ruling in settling.rulings(conn, stage):  # newest first
        if kept[ruling.record_id] in settled:
            ruled.setdefault(kept[ruling.record_id], ruling)
    kinds = [
        "blind" if one.kind is RulingKind.ADJUDICATION and one.blind_judgement_id else one.kind
        for one in ruled.values()
    ]
    return ScreeningDone(
        stage=stage,
        decided=len(settled),
        independent=len({report for (report, _), some in voted.items() if len(some) >= needed}),
        reviewers=len(set().union(*voted.values())),
        conflicts=len(ruled),
        adjudicated=kinds.count("blind"),
        ruled=kinds.count(RulingKind.ADJUDICATION),
        discussed=kinds.count(RulingKind.DISCUSSION),
        by_rule=kinds.count(RulingKind.RULE),
        waivers=sum(one.waiver for one in ruled.values()),
    )


def _software() -> str:
    try:
        return f"Review {version('review-evidence')}"
    except PackageNotFoundError:  # run from a checkout
        return "Review"
