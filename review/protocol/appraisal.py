"""What a tool of appraisal is (items, answers, rules), and what a protocol says of appraisal."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from review.protocol.codebook import Label, Strict
from review.vocab import Risk

ToolName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
ItemId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)]
Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
Answers = dict[ItemId, Label]
Condition = dict[ItemId, tuple[ItemId, ...]]
"""Items, each with the answers of which it must have one."""

TOTAL = "total"
NOT_APPLICABLE = "na"


class Item(Strict):
    """One question of a tool.

    `answers`, `means` and `stars` replace the tool's own where given; `asked` are conditions of
    which one must hold for the question to be put (none: always); `key` items decide an overall
    judgement by key items.
    """

    id: ItemId
    domain: ItemId
    question: Sentence
    help: str = ""
    answers: Answers | None = None
    means: dict[ItemId, Risk] | None = None
    stars: dict[ItemId, Annotated[int, Field(ge=0, le=9, strict=True)]] = Field(
        default_factory=dict
    )
    asked: tuple[Condition, ...] = ()
    not_applicable: bool = Field(default=True, strict=True)
    key: bool = Field(default=False, strict=True)


class Decision(Strict):
    """One line of a decision table: the judgement where all of `when`, or one of `any`, holds."""

    judgement: Risk
    when: Condition = Field(default_factory=dict)
    any: tuple[Condition, ...] = ()


class Domain(Strict):
    """A group of items. `decide` holds decision tables, whose worst result is the judgement.

    Without one a domain is judged by its stars, or is as bad as its worst item.
    """

    id: ItemId
    label: Label
    decide: tuple[tuple[Decision, ...], ...] = ()


class Threshold(Strict):
    """A judgement reached where no more stars than these are missed, by domain or in total."""

    judgement: Risk
    missed: dict[ItemId, Annotated[int, Field(ge=0, strict=True)]]


class Overall(Strict):
    """How a whole study is judged. `text` says it in words and stands beside every judgement.

    worst: as bad as the worst domain, and high where `several` domains or more are of some
    concern; key-items: by the items marked key; stars: the first of the thresholds that is met.
    """

    rule: Literal["worst", "key-items", "stars"]
    text: Sentence
    several: Annotated[int, Field(ge=2, strict=True)] | None = None
    stars: tuple[Threshold, ...] = ()


class Tool(Strict):
    """A tool of appraisal as data. `columns` says what a column of its plot is.

    `unknown` is the answer that a rule reads where an item does not apply.
    """

    name: ToolName
    title: Label
    purpose: Sentence
    version: str = ""
    reference: Sentence
    doi: str = ""
    wording: str = "Our own wording; the reference holds the tool as its authors published it."
    columns: Literal["items", "domains"] = "domains"
    answers: Answers = Field(default_factory=dict)
    means: dict[ItemId, Risk] = Field(default_factory=dict)
    levels: dict[Risk, Label] = Field(default_factory=dict)
    unknown: ItemId | None = None
    domains: tuple[Domain, ...] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    overall: Overall

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """The items by their ids."""
        return {item.id: item for item in self.items}

    def of_domain(self, domain: str) -> tuple[Item, ...]:
        """The items of a domain, in order."""
        return tuple(item for item in self.items if item.domain == domain)

    def answers_of(self, item: Item) -> Answers:
        """The answers an item may have, `na` (not applicable) apart."""
        return item.answers or self.answers

    def means_of(self, item: Item) -> dict[str, Risk]:
        """What each answer of an item means."""
        return item.means or self.means

    def most_stars(self, item: Item) -> int:
        """The most stars an item can earn."""
        return max(item.stars.values(), default=0)

    def level(self, risk: Risk) -> str:
        """What the tool calls a judgement."""
        return self.levels.get(risk) or LEVELS[risk]


LEVELS = {
    Risk.LOW: "Low risk",
    Risk.SOME: "Some concerns",
    Risk.HIGH: "High risk",
    Risk.VERY_HIGH: "Very high risk",
    Risk.UNCLEAR: "Unclear",
}


class ToolChoice(Strict):
    """Which tool fits: a study of one of the designs and of one of the populations (none: any).

    Codes stand for what is under them too; `also` are tools that fit as well.
    """

    tool: ToolName
    designs: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    also: tuple[ToolName, ...] = ()


class Appraisal(Strict):
    """What a protocol says of appraisal; the defaults are the design's.

    `assessors` judge each study, blind to each other; `graders` judge each certainty. `tools`
    replaces the choice by design, `own_tools` adds to those that ship, `key_items` replaces the
    key items of a tool, `starts_high` names designs whose evidence begins at high certainty.
    """

    assessors: int = Field(default=2, ge=1, le=2, strict=True)
    graders: int = Field(default=1, ge=1, le=2, strict=True)
    tools: tuple[ToolChoice, ...] = ()
    own_tools: tuple[Tool, ...] = ()
    key_items: dict[ToolName, tuple[ItemId, ...]] = Field(default_factory=dict)
    starts_high: tuple[str, ...] = ()


Fault = tuple[tuple[str | int, ...], str]


def tool_faults(tool: Tool) -> Iterator[Fault]:
    """Everything in a well-typed tool that contradicts itself, with the place it stands."""
    domains = {domain.id for domain in tool.domains}
    seen: set[str] = set()
    for i, item in enumerate(tool.items):
        at: tuple[str | int, ...] = ("items", i)
        if item.id in seen:
            yield (*at, "id"), f"{item.id!r} is given twice"
        seen.add(item.id)
        if item.domain not in domains:
            yield (*at, "domain"), f"{item.domain!r} is no domain of the tool"
        yield from _answer_faults(tool, item, at)
        for condition in item.asked:
            yield from _condition_faults(tool, condition, (*at, "asked"))
    for i, domain in enumerate(tool.domains):
        yield from _domain_faults(tool, domain, ("domains", i))
    for i, threshold in enumerate(tool.overall.stars):
        for name in threshold.missed:
            if name not in domains | {TOTAL}:
                yield ("overall", "stars", i), f"{name!r} is no domain of the tool"
    if tool.overall.rule == "stars" and not tool.overall.stars:
        yield ("overall", "stars"), "needs at least one threshold"


def _domain_faults(tool: Tool, domain: Domain, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if not tool.of_domain(domain.id):
        yield (*at, "id"), f"{domain.id!r} has no item"
    for table in domain.decide:
        for line in table:
            for condition in (line.when, *line.any):
                yield from _condition_faults(tool, condition, (*at, "decide"))


def _answer_faults(tool: Tool, item: Item, at: tuple[str | int, ...]) -> Iterator[Fault]:
    known = tool.answers_of(item)
    if not known:
        yield (*at, "answers"), "needs at least one answer"
    if NOT_APPLICABLE in known:
        yield (*at, "answers"), f"{NOT_APPLICABLE!r} stands for not applicable, in every tool"
    missing = [answer for answer in known if answer not in tool.means_of(item)]
    if missing:
        yield (*at, "means"), f"does not say what {missing[0]!r} means"
    for answer in item.stars:
        if answer not in known:
            yield (*at, "stars"), f"{answer!r} is no answer of the item"


def _condition_faults(
    tool: Tool, condition: Condition, at: tuple[str | int, ...]
) -> Iterator[Fault]:
    for name, answers in condition.items():
        item = tool.by_id.get(name)
        if item is None:
            yield at, f"{name!r} is no item of the tool"
            continue
        for answer in answers:
            if answer not in tool.answers_of(item):
                yield at, f"{answer!r} is no answer of {name}"
