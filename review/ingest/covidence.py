"""What a Covidence export tells of decisions: one list of references (CSV or RIS) at a time."""

import re
from collections.abc import Collection

from review.errors import BadInput
from review.ingest.decision import Decision, Decisions, Row, key_of, subject_of
from review.vocab import Stage, Verdict

_REASON = re.compile(r"exclusion reason:\s*(.*?)\s*(?:;|\n|$)", re.IGNORECASE)
# Covidence exports one list at a time, and names the file for it
LISTS = {
    "irrelevant": (Stage.TITLE_ABSTRACT, Verdict.EXCLUDE),
    "select": (Stage.TITLE_ABSTRACT, Verdict.INCLUDE),
    "excluded": (Stage.FULL_TEXT, Verdict.EXCLUDE),
    "included": (Stage.FULL_TEXT, Verdict.INCLUDE),
    "extract": (Stage.FULL_TEXT, Verdict.INCLUDE),
}


def read_export(
    name: str,
    header: list[str],
    found: list[Row],
    columns: Collection[str],
    stage: Stage | None,
) -> Decisions:
    """Read the rows of one list; a row with a reason was excluded at full text.

    BadInput where neither the file's name nor its rows say which list it is, and for the
    table of inter-rater reliability, which counts decisions and names none.
    """
    if any("cohen" in column.casefold() for column in header):
        raise BadInput(
            f"{name} is Covidence's table of inter-rater reliability: it counts decisions but "
            "does not hold them; export the references of a list instead."
        )
    if not {"Covidence #", "Title", "title"} & set(header):
        raise BadInput(f"{name} is no Covidence export: it has no columns Title and Covidence #.")
    words = set(re.split(r"[^a-z]+", name.casefold()))
    lists = [value for word, value in LISTS.items() if word in words]
    decisions = Decisions()
    for position, row in found:
        noted = _REASON.search(row.get("Notes") or row.get("notes") or "")
        reason = noted[1] if noted else ""
        if reason:
            where, verdict = Stage.FULL_TEXT, Verdict.EXCLUDE
        elif len(lists) == 1:
            where, verdict = lists[0]
        else:
            decisions.reject(
                position, "neither a reason nor the file's name says the list", str(row)
            )
            continue
        subject = subject_of(row)
        decisions.items.append(
            Decision(
                position=position,
                reviewer="covidence",
                subject=subject,
                stage=stage or where,
                verdict=verdict,
                reasons=(reason,) if reason else (),
                note=row.get("Tags", "") and f"Covidence tags: {row['Tags']}",
                independent=False,
                key=key_of("covidence", row.get("Covidence #"), subject, where, verdict),
            )
        )
    if not decisions.items:
        raise BadInput(
            f"{name} does not say which list of Covidence it is; keep in its name one of "
            f"{', '.join(LISTS)}."
        )
    decisions.lost.append(
        "who voted, how and when: Covidence exports what was agreed, so that agreement cannot "
        "be computed from it"
    )
    return decisions
