"""Decides where two appraisals of a study differ, and what they become once that is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import BadInput
from review.extraction.appraisal import answer_code, item_named
from review.extraction.judging import asked
from review.protocol.appraisal import NOT_APPLICABLE, Item, Tool

Document = Mapping[str, Any]
"""An appraisal: tool, answers, domains, proposed, overall, reason."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What each of the appraisals says of one item, domain or the whole; empty where nothing."""

    id: str
    said: tuple[str, ...]

    @property
    def agree(self) -> bool:
        """Whether all say the same."""
        return len(set(self.said)) == 1


def compared(tool: Tool, given: Sequence[Document]) -> tuple[list[Compared], list[Compared]]:
    """Return the items and the domains of appraisals by one tool, each with what was said of it."""
    items = [
        Compared(item.id, tuple(_answer(one, item) for one in given))
        for item in tool.items
        if any(item.id in one["answers"] for one in given)
    ]
    domains = [
        Compared(domain.id, tuple(_domain(one, domain.id) for one in given))
        for domain in tool.domains
    ]
    return items, domains


def merged(
    tool: Tool, given: Sequence[Document], form: Mapping[str, Any], *, take: int | None = None
) -> dict[str, Any]:
    """Return the form that settles appraisals: what they agree on, and what `form` says instead.

    `take` is the place of the appraisal whose word holds where they differ and `form` is silent.
    Where the appraisals were made by different tools only `form` (or the one taken) speaks. The
    result is to be read by `read_appraisal`, which asks for what is still open.
    """
    same = {one["tool"] for one in given} == {tool.name}
    answers: dict[str, Any] = {}
    for item in tool.items:
        said = [one["answers"].get(item.id) for one in given] if same else []
        if said and len({(one or {}).get("answer") for one in said}) == 1 and said[0]:
            answers[item.id] = dict(said[0])
        elif take is not None and given[take]["tool"] == tool.name:
            taken = given[take]["answers"].get(item.id)
            answers |= {item.id: dict(taken)} if taken else {}
    for name, value in _given(form, "answers").items():
        answers[item_named(tool, str(name)).id] = value
    own = _given(form, "answers")
    return dict(form) | {
        "answers": _still_asked(tool, answers, set(own)),
        "domains": _domains(tool, given, form, take) if same else _given(form, "domains"),
        "overall": _overall(given, form, take) if same else form.get("overall"),
    }


def _still_asked(tool: Tool, answers: dict[str, Any], own: set[str]) -> dict[str, Any]:
    """Without what was answered by others and is not asked once the settled answers hold."""
    codes: dict[str, str] = {}
    for name, value in answers.items():
        item = tool.by_id[name]
        text = str(value.get("answer") if isinstance(value, Mapping) else value)
        try:
            codes[name] = answer_code(tool, item, text)
        except BadInput:
            codes[name] = NOT_APPLICABLE  # read_appraisal says what is wrong with it
    wanted = {item.id for item in asked(tool, codes)}
    mine = {item_named(tool, name).id for name in own}
    return {name: value for name, value in answers.items() if name in wanted | mine}


def _domains(
    tool: Tool, given: Sequence[Document], form: Mapping[str, Any], take: int | None
) -> dict[str, Any]:
    """Judgements of domains that all made against the rule in the same way, or the one taken."""
    found: dict[str, Any] = {}
    for domain in tool.domains:
        said = [one["domains"].get(domain.id) or {} for one in given]
        alike = len({(one.get("proposed"), one.get("judgement")) for one in said}) == 1
        one = said[0] if alike else said[take] if take is not None else {}
        if one.get("judgement") and one.get("judgement") != one.get("proposed"):
            found[domain.id] = {"judgement": one["judgement"], "reason": one["reason"]}
    return found | dict(_given(form, "domains"))


def _overall(given: Sequence[Document], form: Mapping[str, Any], take: int | None) -> Any:
    if form.get("overall") not in (None, ""):
        return form["overall"]
    alike = len({(str(one["proposed"]), str(one["overall"])) for one in given}) == 1
    one = given[0] if alike else given[take] if take is not None else None
    if one is None or one["overall"] == one["proposed"]:
        return None
    return {"judgement": str(one["overall"]), "reason": one["reason"]}


def _given(form: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    found = form.get(part) or {}
    if not isinstance(found, Mapping):
        raise BadInput(f"{part}: must be a mapping.")
    return found


def _answer(one: Document, item: Item) -> str:
    return str((one["answers"].get(item.id) or {}).get("answer") or "")


def _domain(one: Document, domain: str) -> str:
    return str((one["domains"].get(domain) or {}).get("judgement") or NOT_APPLICABLE)
