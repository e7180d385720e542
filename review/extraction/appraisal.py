"""Decides whether an appraisal is sound: items answered as the tool allows, reasons where due."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.errors import BadInput
from review.extraction.judging import asked, domain_judgement, overall_judgement
from review.protocol.appraisal import NOT_APPLICABLE, Domain, Item, Tool
from review.protocol.codebook import nearest
from review.vocab import Risk

LONGEST_REASON, LONGEST_QUOTE_WORDS, LONGEST_PAGE = 5000, 50, 100
_CELLS = ("answer", "reason", "quote", "page")
_SAYS_NA = {NOT_APPLICABLE, "n/a", "not applicable", "not-applicable"}
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraised:
    """A sound appraisal.

    `answers`: item -> {answer, reason, quote, page}; `domains`: domain -> {proposed, judgement,
    reason}, empty (None) where it does not apply; `proposed` and `overall` are risks.
    """

    tool: str
    answers: dict[str, dict[str, str]]
    domains: dict[str, dict[str, Any]]
    proposed: Risk
    overall: Risk
    reason: str


def read_appraisal(
    given: Mapping[str, Any], tool: Tool, *, key_items: Iterable[str] | None = None
) -> Appraised:
    """The appraisal that a form holds.

    `{"answers": {item: answer or {answer, reason, quote, page}}, "domains": {domain: judgement
    or {judgement, reason}}, "overall": judgement or {judgement, reason}}`. An answer is given by
    its code, its words, or by what it means where only one answer does. BadInput names the first
    item at fault and how many more there are.
    """
    reading = _Reading(tool)
    answers = reading.answers(_mapping(given.get("answers"), "answers"))
    reading.complete(answers)
    if reading.problems:
        raise BadInput(_say(reading.problems))
    said = {item: one["answer"] for item, one in answers.items()}
    proposals = {d.id: domain_judgement(tool, d, said) for d in tool.domains}
    domains = reading.domains(_mapping(given.get("domains"), "domains"), proposals)
    proposed = overall_judgement(
        tool, said, {d: one["judgement"] for d, one in domains.items()}, key_items=key_items
    )
    overall, reason = reading.overall(given, proposed)
    if reading.problems:
        raise BadInput(_say(reading.problems))
    return Appraised(
        tool=tool.name,
        answers=answers,
        domains=domains,
        proposed=proposed,
        overall=overall,
        reason=reason,
    )


def preview(
    tool: Tool,
    answers: Mapping[str, str],
    *,
    judged: Mapping[str, Risk] | None = None,
    key_items: Iterable[str] | None = None,
) -> dict[str, Any]:
    """What answers so far amount to: {asked, missing, domains, overall}; overall None if not all.

    Answers that the tool does not know are left out. `judged` are domains judged against their
    rule, on which the whole then rests.
    """
    known = {
        item.id: answers[item.id]
        for item in tool.items
        if answers.get(item.id) in (*tool.answers_of(item), NOT_APPLICABLE)
    }
    wanted = [item.id for item in asked(tool, known)]
    said = {item: known[item] for item in wanted if item in known}
    missing = [item for item in wanted if item not in said]
    domains = {
        domain.id: domain_judgement(tool, domain, said)
        for domain in tool.domains
        if not any(item.id in missing for item in tool.of_domain(domain.id))
    }
    return {
        "asked": wanted,
        "missing": missing,
        "domains": domains,
        "overall": None
        if missing
        else overall_judgement(tool, said, domains | dict(judged or {}), key_items=key_items),
    }


def item_named(tool: Tool, text: str) -> Item:
    """The item of that id, case ignored; BadInput with the nearest."""
    wanted = text.strip().casefold()
    for item in tool.items:
        if item.id.casefold() == wanted:
            return item
    known = [item.id for item in tool.items]
    raise BadInput(
        f"{tool.title} has no item '{text}'{nearest(wanted, known, least=0.5)}; "
        f"items are: {', '.join(known)}."
    )


def answer_code(tool: Tool, item: Item, text: str) -> str:
    """The code of an answer given by code, words or meaning; BadInput with the nearest."""
    wanted = " ".join(text.split()).casefold()
    known = tool.answers_of(item)
    if wanted in _SAYS_NA:
        if not item.not_applicable:
            raise BadInput("cannot be not applicable")
        return NOT_APPLICABLE
    for code, label in known.items():
        if wanted in (code.casefold(), label.casefold()):
            return code
    meant = [code for code, risk in tool.means_of(item).items() if risk.value == wanted]
    if len(meant) == 1:
        return meant[0]
    hint = nearest(wanted, [*known, *known.values()])
    raise BadInput(f"{text!r} is no answer{hint}; answers are: {', '.join((*known, 'na'))}")


class _Reading:
    """Reads part after part and collects what is wrong, so that one message can count it."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.problems: list[Problem] = []

    def answers(self, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, value in given.items():
            try:
                item = item_named(self.tool, str(name))
            except BadInput as fault:
                self.problems.append(("", str(fault).rstrip(".")))
                continue
            cell = value if isinstance(value, Mapping) else {"answer": value}
            if cell.get("answer") in (None, ""):
                continue
            try:
                found[item.id] = self.cell(item, cell)
            except BadInput as fault:
                self.problems.append((item.id, str(fault)))
        order = [item.id for item in self.tool.items]
        return dict(sorted(found.items(), key=lambda one: order.index(one[0])))

    def cell(self, item: Item, cell: Mapping[str, Any]) -> dict[str, str]:
        if unknown := [str(key) for key in cell if key not in _CELLS]:
            raise BadInput(f"{unknown[0]!r} is no part of an answer; it has {', '.join(_CELLS)}")
        code = answer_code(self.tool, item, str(cell["answer"]))
        texts = {key: " ".join(str(cell.get(key) or "").split()) for key in _CELLS[1:]}
        if code == NOT_APPLICABLE and not texts["reason"]:
            raise BadInput("not applicable needs a reason")
        if len(texts["reason"]) > LONGEST_REASON:
            raise BadInput(f"a reason has at most {LONGEST_REASON:,} characters")
        if len(words := texts["quote"].split()) > LONGEST_QUOTE_WORDS:
            raise BadInput(f"the quote has {len(words)} words; quote at most {LONGEST_QUOTE_WORDS}")
        if len(texts["page"]) > LONGEST_PAGE:
            raise BadInput(f"a page has at most {LONGEST_PAGE} characters")
        return {"answer": code} | texts

    def complete(self, answers: dict[str, dict[str, str]]) -> None:
        """Every item that is asked has an answer, and no other; what was left open as na goes."""
        if any(not where or where in self.tool.by_id for where, _ in self.problems):
            return  # what is missing may be what was misspelt
        wanted = {item.id for item in asked(self.tool, _codes(answers))}
        for item in [*answers]:
            if item not in wanted:
                if answers[item]["answer"] != NOT_APPLICABLE:
                    said = "is not asked, given the answers before it; leave it out"
                    self.problems.append((item, said))
                del answers[item]
        self.problems += [
            (item.id, f"has no answer ({item.question})")
            for item in self.tool.items
            if item.id in wanted and item.id not in answers
        ]

    def domains(
        self, given: Mapping[str, Any], proposals: Mapping[str, Risk | None]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {
            domain: {"proposed": risk, "judgement": risk, "reason": ""}
            for domain, risk in proposals.items()
        }
        for name, value in given.items():
            try:
                domain = self.domain(str(name))
                risk, reason = self.judgement(value, found[domain.id]["proposed"])
                if risk is not found[domain.id]["proposed"] and not domain.decide:
                    raise BadInput(f"follows from its items in {self.tool.title}; change those")
            except BadInput as fault:
                self.problems.append((str(name), str(fault)))
                continue
            found[domain.id] |= {"judgement": risk, "reason": reason}
        return found

    def domain(self, text: str) -> Domain:
        wanted = text.strip().casefold()
        for domain in self.tool.domains:
            if wanted in (domain.id.casefold(), domain.label.casefold()):
                return domain
        known = [domain.id for domain in self.tool.domains]
        raise BadInput(f"is no domain of {self.tool.title}{nearest(wanted, known)}")

    def overall(self, given: Mapping[str, Any], proposed: Risk) -> tuple[Risk, str]:
        value = given.get("overall")
        if isinstance(value, Mapping) or value in (None, ""):
            value = {"reason": given.get("reason")} | dict(value or {})
        else:
            value = {"judgement": value, "reason": given.get("reason")}
        try:
            risk, reason = self.judgement(value, proposed)
        except BadInput as fault:
            self.problems.append(("overall", str(fault)))
            return proposed, ""
        return risk or proposed, reason

    def judgement(self, value: Any, proposed: Risk | None) -> tuple[Risk | None, str]:
        """What is judged of a domain or the whole, and why; as proposed where nothing is said."""
        cell = value if isinstance(value, Mapping) else {"judgement": value}
        reason = " ".join(str(cell.get("reason") or "").split())
        text = cell.get("judgement")
        risk = proposed if text in (None, "") else self.risk(str(text))
        if risk is not proposed and not reason:
            said = self.tool.level(proposed) if proposed else "not applicable"
            raise BadInput(f"differs from what the tool's rule proposes ({said}); say why")
        return risk, reason[:LONGEST_REASON]

    def risk(self, text: str) -> Risk:
        levels = self.tool.levels or {risk: "" for risk in Risk if risk is not Risk.VERY_HIGH}
        wanted = re.sub(r"[\s_-]+", "-", text.strip().casefold())
        for risk in levels:
            words = re.sub(r"[\s_-]+", "-", self.tool.level(risk).casefold())
            if wanted in (risk.value, words):
                return risk
        known = [risk.value for risk in levels]
        raise BadInput(
            f"{text!r} is no judgement{nearest(wanted, known)}; judgements are: {', '.join(known)}"
        )


def _codes(answers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {item: one["answer"] for item, one in answers.items()}


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f'{what}: must be a mapping, such as {{"1": "yes"}}.')
    return value


def _say(problems: list[Problem]) -> str:
    where, said = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"Item {where}: {said}{more}." if where else f"{said}{more}."
