"""What is told of amendments (PRISMA 2020 item 24c): what, when, why, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review.screening.amendment import Effect
from review.vocab import Change, Stage

_DID = {
    Change.CLARIFY: "clarified",
    Change.NARROW: "narrowed",
    Change.BROADEN: "broadened",
}
_STAGES = {Stage.TITLE_ABSTRACT: "at title and abstract", Stage.FULL_TEXT: "at full text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """One amendment: the version it made, its day (ISO), and what screening again came to."""

    version: int
    day: str
    change: Change
    note: str
    differences: Sequence[str]
    effects: Mapping[Stage, Effect]


def amendment_text(one: Amended) -> str:
    """Return the paragraph on one amendment, as the methods or results section may have it."""
    note = one.note.strip()
    said = f"On {one.day} the criteria were {_DID[one.change]} (protocol version {one.version})"
    parts = [f"{said}: {note}{'' if note.endswith(('.', '!', '?')) else '.'}"]
    if one.differences:
        parts.append(f"Changed: {'; '.join(one.differences)}.")
    effects = {stage: effect for stage, effect in one.effects.items() if effect.n}
    if not effects:
        parts.append("No record was screened again.")
    for stage, effect in effects.items():
        parts.append(_again(stage, effect))
    return " ".join(parts)


def _again(stage: Stage, effect: Effect) -> str:
    what = "record" if stage is Stage.TITLE_ABSTRACT else "report"
    one = effect.n == 1
    said = f"{effect.n:,} {what}{'' if one else 's'} {'was' if one else 'were'} screened again "
    said += f"{_STAGES[stage]}, blind to the earlier votes"
    if effect.pending:
        said += f" ({effect.pending:,} of them still under way)"
    if not effect.settled:
        return f"{said}."
    if not effect.changed:
        return f"{said}; no decision changed."
    turned = [
        f"{n:,} from {before} to {after}"
        for n, before, after in (
            (effect.included, "excluded", "included"),
            (effect.excluded, "included", "excluded"),
        )
        if n
    ]
    decisions = "decision" if effect.changed == 1 else "decisions"
    return f"{said}; {effect.changed:,} {decisions} changed ({' and '.join(turned)})."
