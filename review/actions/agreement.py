"""How well reviewers agree, and over what they do not; as the caller may see it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.casting import stage_named
from review.errors import BadInput
from review.reporting.sheets import rows_csv
from review.screening.agreement import (
    MEASURES,
    Agreement,
    By,
    CastVote,
    Measures,
    agreement as measured,
)
from review.screening.blinding import visible_for_agreement
from review.screening.coefficients import METHODS
from review.store import duplicates, people, screening, settling
from review.store.engine import Database
from review.vocab import Stage

_TIME = "time"
_COLUMNS = ("stage", "round", "period", "criterion", "reviewers", "pooled", "categories", "n")


def agreement(
    db: Database,
    who: Caller,
    *,
    stage: str | None = None,
    pair: str | None = None,
    by: str = By.PAIR.value,
) -> list[dict[str, Any]]:
    """Return agreement per stage, round and pair, each with n and intervals.

    First complete rounds, independent votes only; late duplicates are left out. `pair` is
    "NAME,NAME"; `by` groups further: criterion, week (or time), hundred. A reviewer sees it over
    settled records only: a figure that moves with each vote would tell how the other voted.
    Measures are shares; None where not defined. `two_categories` takes include and maybe as one;
    `interval_methods` names where each interval comes from.
    """
    wanted = stage_named(stage) if stage else None
    by_ = _by(by)
    with db.read() as conn:
        seen = Viewer.of(acting(conn, who, act="see agreement"))
        names = {member.id: member.name for member in people.members(conn)}
        chosen = _pair(names, pair)
        visible = independent_votes(conn, seen, wanted)
        _, content = people.protocol(conn)
        labels = reason_labels(conn)
    found = measured(
        visible,
        reviewers_per_record={s: content.policy(s).reviewers_per_record for s in Stage},
        by=by_,
        reason_order={s: content.reason_order(s) for s in Stage},
    )
    return [
        agreement_document(one, names, labels)
        for one in found
        if chosen is None or (set(one.reviewers) == chosen and not one.pooled)
    ]


def agreement_file(
    db: Database, who: Caller, *, stage: str | None = None, by: str = By.PAIR.value
) -> bytes:
    """Return agreement as CSV: a row for the verdicts as cast, and one with two categories."""
    rows = []
    for one in agreement(db, who, stage=stage, by=by):
        for measures in filter(None, (one, one["two_categories"])):
            row = {name: one.get(name) for name in _COLUMNS}
            row |= {"categories": measures["categories"], "n": measures["n"]}
            for name in MEASURES:
                low, high = measures[f"{name}_interval"] or (None, None)
                row |= {name: measures[name], f"{name}_low": low, f"{name}_high": high}
            rows.append(row)
    columns = [*_COLUMNS, *(f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high"))]
    return rows_csv(columns, rows).encode()


def independent_votes(
    conn: sa.Connection, seen: Viewer, stage: Stage | None = None
) -> list[CastVote]:
    """Return the votes over which a viewer may see agreement, late duplicates left out."""
    kept = duplicates.all_kept(conn)
    votes = [
        vote for vote in settling.as_cast(conn, stage) if kept[vote.record_id] == vote.record_id
    ]
    stored = screening.standings(conn, {vote.record_id for vote in votes})
    standings = {
        (record, at): screening.as_standing(row)
        for record, stages in stored.items()
        for at, row in stages.items()
    }
    rows = [
        (standings[vote.record_id, vote.stage], cast_vote(vote))
        for vote in votes
        if (vote.record_id, vote.stage) in standings
    ]
    return visible_for_agreement(seen.id, rows, roles=seen.roles)


def reason_labels(conn: sa.Connection) -> dict[str, str]:
    """Return the label of every reason there ever was: the protocol's last word on each code."""
    return {
        reason["code"]: reason["label"]
        for row in people.protocol_versions(conn)
        for reasons in (row["content"].get("reasons") or {}).values()
        for reason in reasons
    }


def cast_vote(vote: Any) -> CastVote:
    """Return a stored vote as agreement speaks of it."""
    return CastVote(
        record=vote.record_id,
        stage=vote.stage,
        round=vote.round,
        member=vote.member_id,
        verdict=vote.verdict,
        reason=vote.reason,
        seq=vote.id,
        independent=vote.independent,
        at=vote.cast,
    )


def agreement_document(
    one: Agreement, names: Mapping[int, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    """Return one agreement as a document, with names and the labels of reasons."""
    return {
        "stage": one.stage.value,
        "round": one.round,
        "reviewers": [names[id_] for id_ in one.reviewers],
        "pooled": one.pooled,
        "period": one.period,
        "criterion": one.criterion,
        "label": labels.get(one.criterion, one.criterion) if one.criterion else None,
        **measures_document(one),
        "two_categories": measures_document(one.two) if one.two else None,
        "interval_methods": METHODS,
    }


def measures_document(one: Measures) -> dict[str, Any]:
    """Return measures as a document: n, categories, table, and each value with its interval."""
    found: dict[str, Any] = {
        "n": one.n,
        "categories": [str(category) for category in one.categories],
        "table": [list(row) for row in one.table],
    }
    for name in MEASURES:
        found[name] = getattr(one, name)
        interval = getattr(one, f"{name}_interval")
        found[f"{name}_interval"] = list(interval) if interval else None
    return found


def _by(text: str) -> By:
    if text == _TIME:
        return By.WEEK
    try:
        return By(text)
    except ValueError:
        known = ", ".join((*By, _TIME))
        raise BadInput(f"Agreement is not grouped by '{text}'; say {known}.") from None


def _pair(names: Mapping[int, str], pair: str | None) -> set[int] | None:
    if pair is None:
        return None
    ids = {name.casefold(): id_ for id_, name in names.items()}
    wanted = [part.strip() for part in pair.split(",")]
    unknown = [name for name in wanted if name and name.casefold() not in ids]
    if unknown:
        raise BadInput(f"'{unknown[0]}' is no member; members are: {', '.join(names.values())}.")
    if len(wanted) != 2 or len({name.casefold() for name in wanted if name}) != 2:
        raise BadInput("A pair is two members, as in --pair Anna,Ben.")
    return {ids[name.casefold()] for name in wanted}
