"""What our own long table of votes tells: one act a row, as `review export votes` writes it."""

from collections.abc import Collection, Mapping

from review.errors import BadInput
from review.ingest.decision import Decision, Decisions, Row, Subject, key_of, moment
from review.vocab import RulingKind, Stage, Verdict


def read_table(
    name: str,
    header: list[str],
    found: list[Row],
    columns: Collection[str],
    stage: Stage | None,
) -> Decisions:
    """Read votes and rulings; BadInput where a column is missing, a reject for each bad row."""
    missing = [column for column in ("reviewer", "vote") if column not in header]
    if "stage" not in header and stage is None:
        missing.append("stage")
    if not {"record", "accession", "doi", "pmid", "title"} & set(header):
        missing.append("record or accession")
    if missing:
        raise BadInput(f"{name} lacks the columns: {', '.join(missing)}.")
    decisions = Decisions()
    for position, row in found:
        try:
            decisions.items.append(_read(position, row, stage))
        except BadInput as error:
            decisions.reject(position, str(error), str(dict(row)))
    decisions.sort()
    return decisions


def _read(position: str, row: Mapping[str, str], stage: Stage | None) -> Decision:
    """Read one row of the long table; BadInput says which cell is not what it should be."""
    stage_ = _stage(row.get("stage") or (stage.value if stage else ""))
    verdict = _verdict(row["vote"]) if row.get("vote") else None
    kind, round_, record = row.get("kind") or "vote", row.get("round", ""), row.get("record", "")
    if kind not in ("vote", "ruling"):
        raise BadInput(f"'{kind}' is neither vote nor ruling")
    how = _how(row.get("settled_by") or RulingKind.ADJUDICATION) if kind == "ruling" else None
    if not row.get("reviewer"):
        raise BadInput("no reviewer is named")
    if not all(number.isdecimal() and len(number) < 10 for number in (round_, record) if number):
        raise BadInput("record and round are whole numbers")
    at = moment(row.get("at", ""))
    if row.get("at") and at is None:
        raise BadInput(f"'{row['at']}' is no time")
    if kind == "ruling" and verdict is None:
        raise BadInput("a ruling needs a verdict")
    subject = Subject(
        accession=row.get("accession", ""),
        record=int(record) if record else None,
        doi=row.get("doi", ""),
        pmid=row.get("pmid", ""),
        title=row.get("title", ""),
    )
    names = ("round", "reviewer", "kind", "at", "vote", "reason")
    return Decision(
        position=position,
        reviewer=row["reviewer"],
        subject=subject,
        stage=stage_,
        verdict=verdict,
        at=at,
        reasons=(row["reason"],) if row.get("reason") else (),
        note=row.get("note", ""),
        seconds=_seconds(row.get("seconds", "")),
        round=int(round_) if round_ else None,
        ruling=how,
        key=key_of("csv", subject, stage_, *(row.get(name) for name in names)),
    )


def _stage(text: str) -> Stage:
    try:
        return Stage(text.casefold())
    except ValueError:
        raise BadInput(f"'{text}' is no stage") from None


def _how(text: str) -> RulingKind:
    try:
        return RulingKind(text.casefold())
    except ValueError:
        raise BadInput(f"'{text}' is no way to settle a conflict") from None


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text.casefold())
    except ValueError:
        raise BadInput(f"'{text}' is no verdict") from None


def _seconds(text: str) -> float | None:
    try:
        found = float(text) if text else None
    except ValueError:
        raise BadInput(f"'{text}' is no number of seconds") from None
    if found is not None and not 0 <= found < 1e6:
        raise BadInput(f"'{text}' is no number of seconds")
    return found
