"""Decides what the answers to a tool's items amount to: each domain, its stars, and the study."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review.protocol.appraisal import (
    NOT_APPLICABLE,
    TOTAL,
    Condition,
    Decision,
    Domain,
    Item,
    Tool,
)
from review.vocab import Risk

Answered = Mapping[str, str]
"""The answer given to each item, `na` where it does not apply."""

WORST_FIRST = (Risk.VERY_HIGH, Risk.HIGH, Risk.UNCLEAR, Risk.SOME, Risk.LOW)


@dataclass(frozen=True, slots=True)
class Stars:
    """Stars earned, and how many could have been."""

    earned: int
    most: int

    @property
    def missed(self) -> int:
        """How many were not earned that could have been."""
        return self.most - self.earned


def asked(tool: Tool, answers: Answered) -> tuple[Item, ...]:
    """Return the items that are put to the assessor, given the answers so far, in order.

    An item that depends on one not asked, or not answered yet, is not asked.
    """
    found: list[Item] = []
    known: dict[str, str] = {}
    for item in tool.items:
        if item.asked and not any(_holds(tool, one, known) for one in item.asked):
            continue
        found.append(item)
        if item.id in answers:
            known[item.id] = answers[item.id]
    return tuple(found)


def item_judgement(tool: Tool, item: Item, answer: str) -> Risk | None:
    """Return what an answer means; None where the item does not apply."""
    return None if answer == NOT_APPLICABLE else tool.means_of(item)[answer]


def domain_judgement(tool: Tool, domain: Domain, answers: Answered) -> Risk | None:
    """Return what a domain is judged to be by the tool's rule; None where none of it applies."""
    of_it = [item for item in tool.of_domain(domain.id) if item.id in answers]
    if all(answers[item.id] == NOT_APPLICABLE for item in of_it):
        return None
    if domain.decide:
        return worst(_decided(tool, table, answers) for table in domain.decide)
    if tool.overall.rule == "stars":
        return _by_stars(tool, domain, stars(tool, answers)[domain.id])
    return worst(item_judgement(tool, item, answers[item.id]) for item in of_it)


def overall_judgement(
    tool: Tool,
    answers: Answered,
    domains: Mapping[str, Risk | None],
    *,
    key_items: Iterable[str] | None = None,
) -> Risk:
    """Return what a study is judged to be by the tool's rule, given its domains as judged.

    `key_items` replaces the items that the tool marks as key. Unclear where nothing applies.
    """
    match tool.overall.rule:
        case "worst":
            return _worst_domain(tool, domains)
        case "stars":
            return _by_thresholds(tool, stars(tool, answers))
    key = set(key_items) if key_items is not None else {i.id for i in tool.items if i.key}
    said = {
        item.id: risk
        for item in tool.items
        if item.id in answers and (risk := item_judgement(tool, item, answers[item.id]))
    }
    if any(said.get(item) in (Risk.HIGH, Risk.VERY_HIGH) for item in key):
        return Risk.HIGH
    if said and all(risk is Risk.LOW for risk in said.values()):
        return Risk.LOW
    bad = any(risk in (Risk.HIGH, Risk.VERY_HIGH) for risk in said.values())
    unclear = not said or Risk.UNCLEAR in said.values()
    return Risk.UNCLEAR if unclear and not bad else Risk.SOME


def stars(tool: Tool, answers: Answered) -> dict[str, Stars]:
    """Return the stars of each domain, and in `total`; items not applicable cannot earn any."""
    found: dict[str, Stars] = {}
    for domain in tool.domains:
        applying = [
            item
            for item in tool.of_domain(domain.id)
            if item.id in answers and answers[item.id] != NOT_APPLICABLE
        ]
        found[domain.id] = Stars(
            sum(item.stars.get(answers[item.id], 0) for item in applying),
            sum(tool.most_stars(item) for item in applying),
        )
    total = list(found.values())
    found[TOTAL] = Stars(sum(s.earned for s in total), sum(s.most for s in total))
    return found


def worst(risks: Iterable[Risk | None]) -> Risk | None:
    """Return the worst of some judgements, None where none applies; unclear is worse than some."""
    said = set(risks)
    return next((risk for risk in WORST_FIRST if risk in said), None)


def _worst_domain(tool: Tool, domains: Mapping[str, Risk | None]) -> Risk:
    found = worst(domains.values())
    concerned = sum(risk is Risk.SOME for risk in domains.values())
    if found is Risk.SOME and tool.overall.several and concerned >= tool.overall.several:
        return Risk.HIGH
    return found or Risk.UNCLEAR


def _decided(tool: Tool, table: tuple[Decision, ...], answers: Answered) -> Risk:
    """The judgement of the first line of a table that holds; unclear where none does."""
    for line in table:
        if _holds(tool, line.when, answers) and (
            not line.any or any(_holds(tool, one, answers) for one in line.any)
        ):
            return line.judgement
    return Risk.UNCLEAR


def _holds(tool: Tool, condition: Condition, answers: Answered) -> bool:
    return all(_read(tool, answers.get(item)) in wanted for item, wanted in condition.items())


def _read(tool: Tool, answer: str | None) -> str | None:
    return tool.unknown if answer == NOT_APPLICABLE else answer


def _by_thresholds(tool: Tool, found: Mapping[str, Stars]) -> Risk:
    if not found[TOTAL].most:
        return Risk.UNCLEAR
    for threshold in tool.overall.stars:
        if all(found[name].missed <= most for name, most in threshold.missed.items()):
            return threshold.judgement
    return Risk.HIGH


def _by_stars(tool: Tool, domain: Domain, found: Stars) -> Risk:
    """A domain by the same thresholds; where those are of the total, by all, some or no stars."""
    own = [line for line in tool.overall.stars if domain.id in line.missed]
    if own:
        met = (line.judgement for line in own if found.missed <= line.missed[domain.id])
        return next(met, Risk.HIGH)
    if not found.missed:
        return Risk.LOW
    return Risk.SOME if found.earned else Risk.HIGH
