"""Decides what certainty follows from judgements by GRADE, and what the facts propose for them.

Start by design, five reasons to go down, three to go up (Guyatt et al., BMJ 2008;336:924-926), for
evidence without a pooled estimate (Murad et al., Evid Based Med 2017;22:85-87), animals apart
(Hooijmans et al., PLoS One 2018;13:e0187271). The thresholds of the proposals are this product's:
they only propose, in words that say them; a person judges.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.errors import BadInput
from review.protocol import Codebook
from review.protocol.codebook import nearest
from review.synthesis.grouping import Item
from review.synthesis.vote_groups import VoteGroup
from review.vocab import Certainty

DOWN = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}
UP = {
    "large_effect": "Large effect",
    "dose_response": "Dose response",
    "opposing_confounding": "Opposing confounding",
}
FACTORS = DOWN | UP
MOST_UP = {"large_effect": 2, "dose_response": 1, "opposing_confounding": 1}
SYMBOLS = {
    Certainty.HIGH: "⊕⊕⊕⊕",
    Certainty.MODERATE: "⊕⊕⊕◯",
    Certainty.LOW: "⊕⊕◯◯",
    Certainty.VERY_LOW: "⊕◯◯◯",
}
WORDS = {
    Certainty.HIGH: "High",
    Certainty.MODERATE: "Moderate",
    Certainty.LOW: "Low",
    Certainty.VERY_LOW: "Very low",
}
NOT_GRADED = "Not graded"
START_RULE = (
    "Evidence starts at high certainty where every study of it was randomised, is an experiment "
    "in animals, or was appraised with ROBINS-E; otherwise at low."
)
ENOUGH, FEW, FOR_FUNNEL = 6, 3, 10
_LEVELS = (Certainty.VERY_LOW, Certainty.LOW, Certainty.MODERATE, Certainty.HIGH)
_RANDOMISED = re.compile(r"\brandomi[sz]ed|\brct\b")
_NOT_RANDOMISED = re.compile(r"(not|non)[- ]?randomi[sz]ed|\bnrsi\b")
_EXPERIMENT = re.compile(r"\banimals? exp|\banimal experiment")
LONGEST_REASON = 5000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the facts propose for one reason: steps (0, -1, -2) and why."""

    steps: int
    words: str


def starting(
    items: Iterable[Item],
    codebook: Codebook,
    *,
    tools: Mapping[int, str],
    starts_high: Collection[str] = (),
) -> tuple[Certainty, str]:
    """Return where a body of evidence starts and why; `tools` is each study's settled tool.

    `starts_high` are codes of designs that replace the rule on designs.
    """
    designs: dict[int, list[str]] = {}
    for item in items:
        designs[item.study] = list(item.facets.get("design", ()))
    high = [
        study
        for study, codes in designs.items()
        if tools.get(study) == "robins-e"
        or any(_starts_high(code, codebook, starts_high) for code in codes)
    ]
    n = len(designs)
    start = Certainty.HIGH if designs and len(high) == n else Certainty.LOW
    said = f"{len(high)} of {n} {'study' if n == 1 else 'studies'} would start high"
    return start, f"{START_RULE} Here {said}."


def proposals(group: VoteGroup, *, animal: bool) -> dict[str, Proposal]:
    """Return what the facts of a group propose for each of the five reasons to go down."""
    return {
        "risk_of_bias": _risk_of_bias(group),
        "inconsistency": _inconsistency(group),
        "indirectness": Proposal(-1, "Measured in animals: as evidence on people it is indirect.")
        if animal
        else Proposal(0, "Measured in people, with the outcome that was asked for."),
        "imprecision": _imprecision(group),
        "publication_bias": _publication_bias(group),
    }


def certainty(start: Certainty, steps: Iterable[int]) -> Certainty:
    """Return the certainty that start and steps amount to, never above high nor below very low."""
    place = _LEVELS.index(start) + sum(steps)
    return _LEVELS[max(0, min(place, len(_LEVELS) - 1))]


def read_judgements(
    given: Mapping[str, Any], proposed: Mapping[str, Proposal], *, confirm: bool = False
) -> dict[str, dict[str, Any]]:
    """Return the judgement on each reason: {steps, reason, proposed}.

    `given` maps a reason to steps or {steps, reason}; each of the five reasons to go down must be
    judged, those that are not take the proposal where `confirm` says that a person confirms it.
    BadInput for an unknown reason (the nearest is suggested), steps out of range, one missing, or
    a judgement other than proposed, or other than 0, without a reason.
    """
    said = {_factor(str(name)): value for name, value in given.items()}
    missing = [name for name in DOWN if name not in said]
    if missing and not confirm:
        one = missing[0]
        raise BadInput(
            f"{FACTORS[one]} is not judged; proposed is {proposed[one].steps}: "
            f"{proposed[one].words} Judge it, or confirm what is proposed."
        )
    found: dict[str, dict[str, Any]] = {}
    for name in FACTORS:
        proposal = proposed.get(name, Proposal(0, ""))
        steps, reason = _judged(name, said[name]) if name in said else (proposal.steps, "")
        if not reason and steps not in (proposal.steps, 0):
            raise BadInput(f"{FACTORS[name]} {steps:+d} needs a reason.")
        if not reason and steps != proposal.steps:
            raise BadInput(
                f"{FACTORS[name]}: {proposal.steps:+d} is proposed ({proposal.words}) "
                "Say why it is not so."
            )
        words = reason or (f"Confirmed: {proposal.words}" if proposal.words else "")
        found[name] = {"steps": steps, "reason": words, "proposed": proposal.steps}
    return found


def level_named(text: str) -> Certainty:
    """The certainty of that name; BadInput with the nearest."""
    wanted = text.strip().casefold().replace(" ", "-").replace("_", "-")
    try:
        return Certainty(wanted)
    except ValueError:
        known = [one.value for one in Certainty]
        raise BadInput(
            f"'{text}' is no certainty{nearest(wanted, known)}; levels are: {', '.join(known)}."
        ) from None


def digest(items: Iterable[Item]) -> str:
    """Return what a body of evidence says as one digest: another one means that it has changed.

    It takes in studies, families, outcomes, contrasts, directions and risk of bias; not numbers
    of rows, which change when a form is given again that says the same.
    """
    said = sorted(
        [item.study, item.family, item.outcome, item.exact, item.direction, item.alignment,
         list(item.muscles), list(item.methods), item.risk or "", item.retracted]
        for item in items
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def direction(group: VoteGroup) -> str:
    """Where most families with a direction point: worse, better, evenly, or why there is none."""
    tally = group.tally
    if group.refused:
        return "not counted"
    if not tally.n:
        if tally.none or tally.conflicting:
            return "none" if tally.none >= tally.conflicting else "conflicting"
        return "ambiguous" if tally.ambiguous else "not given"
    if tally.worse == tally.better:
        return "evenly"
    return "worse" if tally.worse > tally.better else "better"


def _starts_high(code: str, codebook: Codebook, starts_high: Collection[str]) -> bool:
    if starts_high:
        return any(code == one or code.startswith(f"{one}.") for one in starts_high)
    term = codebook.get(code)
    said = f"{code.replace('.', ' ')} {term.label if term else ''}".casefold()
    if _EXPERIMENT.search(said):
        return True
    return bool(_RANDOMISED.search(said)) and not _NOT_RANDOMISED.search(said)


def _risk_of_bias(group: VoteGroup) -> Proposal:
    risks = {item.study: item.risk for item in group.items}
    known = Counter(risk for risk in risks.values() if risk)
    n, total = sum(known.values()), len(risks)
    if not n:
        return Proposal(0, f"None of {total} studies has a settled appraisal: judge it by reading.")
    parts = [f"{known[risk]} {risk}" for risk in ("low", "some", "high", "unclear") if known[risk]]
    rest = f"; {total - n} of {total} studies not appraised" if total > n else ""
    said = f"Of {n} appraised: {', '.join(parts)}{rest}."
    if n < total / 2:
        return Proposal(0, f"{said} Fewer than half are, too few to propose anything.")
    share = known["high"] / n
    if share > 0.5:
        return Proposal(-2, f"{said} More than half at high risk.")
    if share >= 0.25 or known["low"] < n / 2:
        why = "A quarter or more at high risk." if share >= 0.25 else "Fewer than half at low risk."
        return Proposal(-1, f"{said} {why}")
    return Proposal(0, f"{said} Most at low risk.")


def _inconsistency(group: VoteGroup) -> Proposal:
    tally = group.tally
    still = tally.none + tally.conflicting
    said = f"{tally.worse} families worse, {tally.better} better, {still} none or conflicting."
    if tally.n + still < 2:
        return Proposal(0, f"{said} One family cannot disagree with itself.")
    against = min(tally.worse, tally.better)
    if tally.n >= 4 and against / tally.n >= 0.4:
        return Proposal(-2, f"{said} Two in five or more point the other way.")
    if against and against / tally.n >= 0.2:
        return Proposal(-1, f"{said} A fifth or more point the other way.")
    if still >= tally.n:
        return Proposal(-1, f"{said} Half or more show no direction.")
    return Proposal(0, f"{said} Most point one way.")


def _imprecision(group: VoteGroup) -> Proposal:
    tally = group.tally
    said = f"{tally.n} {'family' if tally.n == 1 else 'families'} with a direction."
    if tally.n < FEW:
        return Proposal(-2, f"{said} Fewer than {FEW}.")
    if tally.n < ENOUGH:
        return Proposal(-1, f"{said} Fewer than {ENOUGH}, where no test can reach 0.05.")
    low, high = tally.interval or (0.0, 1.0)
    if low <= 0.5 <= high:
        return Proposal(
            -1, f"{said} The interval of the share that is worse ({low:.2f}–{high:.2f}) holds 0.5."
        )
    return Proposal(0, f"{said} The interval ({low:.2f}–{high:.2f}) lies on one side of 0.5.")


def _publication_bias(group: VoteGroup) -> Proposal:
    n = len(group.families)
    if n < FOR_FUNNEL:
        return Proposal(
            0, f"With {n} {'family' if n == 1 else 'families'} nothing can be tested (ten are "
            "needed): judge from what is known of unpublished studies."
        )  # fmt: skip
    return Proposal(0, f"{n} families; no estimate to draw a funnel of, so nothing is proposed.")


def _factor(text: str) -> str:
    wanted = re.sub(r"[\s-]+", "_", text.strip().casefold())
    if wanted not in FACTORS:
        raise BadInput(
            f"'{text}' is no reason of GRADE{nearest(wanted, FACTORS)}; "
            f"reasons are: {', '.join(FACTORS)}."
        )
    return wanted


def _judged(name: str, value: Any) -> tuple[int, str]:
    cell = value if isinstance(value, Mapping) else {"steps": value}
    allowed = (0, -1, -2) if name in DOWN else tuple(range(MOST_UP[name] + 1))
    text = str(cell.get("steps")).strip().replace("−", "-")
    read: Callable[[str], int] = int
    if not re.fullmatch(r"[+-]?\d", text) or read(text) not in allowed:
        said = ", ".join(f"{one:+d}" if one else "0" for one in allowed)
        raise BadInput(f"{FACTORS[name]} is {said}, not '{cell.get('steps')}'.")
    reason = " ".join(str(cell.get("reason") or "").split())
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"{FACTORS[name]}: a reason has at most {LONGEST_REASON:,} characters.")
    return read(text), reason
