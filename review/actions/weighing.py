"""What the evidence says of a claim, to whoever asks: groups, counts, verdicts, rows behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.claim_certainty import Grade, certainty_of
from review.actions.evidence import effect_rows, evidence_of
from review.errors import ExpressionError
from review.protocol import Codebook, Protocol
from review.store.people import Member
from review.store.speaking_rows import SpeakingRows
from review.synthesis.claim_votes import SAYS, Group, Say, weigh
from review.synthesis.claims import Claim
from review.synthesis.evidence import label
from review.synthesis.expression import parse
from review.synthesis.grouping import where_of
from review.synthesis.votes import LEAST_FOR_P

# more studies than this are not named one by one in the expression behind a number
_MOST_NAMED = 400
_DOES: tuple[tuple[Say, str, str], ...] = (
    ("support", "supports it", "support it"),
    ("contradict", "contradicts it", "contradict it"),
    ("no-change", "saw no change", "saw no change"),
    ("divided", "is divided", "are divided"),
)
_FIRM = ("supported", "contradicted")
_SHOWN = ("outcome", "direction", "alignment", "contrast", "muscle", "emg_method")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim with its groups; `error` where its query cannot be read."""

    claim: Claim
    groups: tuple[Group, ...] = ()
    error: str = ""


def heard_by(
    conn: sa.Connection, member: Member | None, *, everything: bool = False
) -> SpeakingRows:
    """The effects that `member` may see (None: whoever holds the database), to be asked often."""
    return SpeakingRows(evidence_of(conn, member, everything=everything))


def weighed(rows: SpeakingRows, claim: Claim, codebook: Codebook) -> Weighed:
    """Weigh a claim by the effects that are heard.

    A claim whose expressions no longer fit the codebook says so instead of failing the others.
    """
    try:
        scope = rows.picked(parse(claim.scope, codebook))
        supports, contradicts = (
            [rows.picked(parse(one, codebook)) for one in side]
            for side in (claim.supports, claim.contradicts)
        )
    except ExpressionError as fault:
        return Weighed(claim, error=str(fault))
    groups = weigh(rows.heard, scope, supports, contradicts, codebook=codebook)
    return Weighed(claim, tuple(groups))


def described(found: Weighed, content: Protocol, given: Sequence[Grade]) -> list[dict[str, Any]]:
    """The groups of a claim as a document: one a population, each with its parts by contrast.

    `given` are the gradings of certainty that the member may see.
    """
    return [_group(group, found, content, given) for group in found.groups]


def _group(
    group: Group, found: Weighed, content: Protocol, given: Sequence[Grade]
) -> dict[str, Any]:
    claim, codebook = found.claim, content.codebook
    return {
        "population": group.population,
        "label": label(codebook, group.population) if group.population else "All studies",
        "contrast": group.contrast,
        "contrast_label": label(codebook, group.contrast) if group.contrast else "",
        "verdict": group.verdict,
        "sentence": sentence(group),
        "counts": group.counts,
        "families": len(group.votes),
        "studies": sum(map(len, group.studies.values())),
        "effects": group.effects.bit_count(),
        "where": {say: _where(claim, group, say) for say in SAYS},
        "certainty": certainty_of(group, given, content),
        "parts": [_group(part, found, content, given) for part in group.parts],
    }


def sentence(group: Group) -> str:
    """The verdict with its counts, in one sentence that is never stronger than they are."""
    n = group.counts
    if not group.votes:
        return "No study here."
    if not group.speaking:
        return f"Too few: {_studies(n['silent'])} looked at it, for neither side."
    many = "study that speaks" if group.speaking == 1 else "studies that speak"
    counts = ", ".join(
        f"{n[say]} {one if n[say] == 1 else several}"
        for say, one, several in _DOES
        if n[say] or say in ("support", "contradict")
    )
    silent = n["silent"]
    quiet = f"; {silent} more {'says' if silent == 1 else 'say'} nothing either way"
    few = " by few" if group.verdict in _FIRM and group.speaking < LEAST_FOR_P else ""
    said = f"{group.verdict.capitalize()}{few}: of {group.speaking:,} {many}, {counts}"
    return f"{said}{quiet if silent else ''}."


def _studies(n: int) -> str:
    return f"{n:,} {'study' if n == 1 else 'studies'}"


def _where(claim: Claim, group: Group, say: Say) -> str:
    """The expression whose rows are behind a number; empty where it is zero."""
    studies = group.studies[say]
    if not studies:
        return ""
    parts = [f"({claim.scope})"]
    if group.contrast:
        parts.append(where_of(contrast=group.contrast))
    if say in ("support", "contradict"):
        side = claim.supports if say == "support" else claim.contradicts
        parts.append("(" + " or ".join(f"({one})" for one in side) + ")")
    if len(studies) <= _MOST_NAMED:
        parts.append(f"study in ({', '.join(map(str, studies))})")
    return " and ".join(parts)


def families(
    conn: sa.Connection, member: Member | None, found: Weighed, codebook: Codebook
) -> list[dict[str, Any]]:
    """Every family of every group with its effects, each effect with what it says."""
    if found.error:
        return []
    by_id = {row["id"]: row for row in effect_rows(conn, member, where=found.claim.scope)}
    listed = []
    for group in found.groups:
        for one in group.families:
            listed.append(
                {
                    "population": group.population,
                    "family": one.name,
                    "label": one.label,
                    "say": one.say,
                    "studies": list(one.studies),
                    "effects": [
                        _effect(by_id[id_], said, codebook) for id_, said in one.effects.items()
                    ],
                }
            )
    return listed


def _effect(row: Mapping[str, Any], said: str, codebook: Codebook) -> dict[str, Any]:
    cells = {
        name: "; ".join(label(codebook, code) for code in row["facets"].get(name, ()))
        for name in _SHOWN
    }
    about = {name: row.get(name) for name in ("study_id", "study_label", "year", "title")}
    marks = {"retracted": row.get("retracted"), "risk_of_bias": row.get("risk_of_bias")}
    return {"effect": row["id"], "says": said, **about, **cells, **marks}
