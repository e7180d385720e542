"""Decides which tool of appraisal fits a study, from the terms of its design and population."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from review.errors import BadInput
from review.protocol import Codebook, Protocol
from review.protocol.appraisal import Tool
from review.protocol.tools import SHIPPED, tool_named

DESIGN, POPULATION = "design", "population"


@dataclass(frozen=True, slots=True)
class Words:
    """A default rule: a tool, words that the design or population is called by, what also fits."""

    tool: str
    words: str
    also: tuple[str, ...] = ()


_ANIMALS = re.compile(
    r"\b(animals?|mouse|mice|rats?|rodents?|monkeys?|primates?|dogs?|cats?|rabbits?)\b"
)
_BY_DESIGN = (
    Words("jbi-quasi-experimental", r"not randomi[sz]ed|non-?randomi[sz]ed|nrsi|quasi|before.{0,3}"
          r"after|pre-?post", ("jbi-cohort",)),
    Words("rob2", r"randomi[sz]ed|\brct\b"),
    Words("nos-case-control", r"case.?control", ("robins-e",)),
    Words("jbi-case-series", r"case.?series|case reports?"),
    Words("nos-cohort", r"cohort|longitudinal|follow-?up|prospective",
          ("jbi-cohort", "robins-e")),
    Words("jbi-cross-sectional", r"cross-?sectional|\bxs\b", ("nos-cross-sectional", "robins-e")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitting:
    """The tool that a study calls for (empty where no rule speaks), others that fit, and why."""

    tool: str
    also: tuple[str, ...]
    why: str


def fitting(protocol: Protocol, codes: Iterable[str]) -> Fitting:
    """Return which tool fits a study, given its codes of design and population.

    The protocol's rules come first, the first that matches; without any, words of the terms and
    of those they stand under decide. Animals have tools of their own, whatever the design.
    """
    book = protocol.codebook
    designs, populations = _of(book, codes, DESIGN), _of(book, codes, POPULATION)
    if protocol.appraisal.tools:
        return _by_rules(protocol, designs, populations)
    said = _labels(book, designs) or "not tagged"
    where = _labels(book, populations)
    animal = populations and all(is_animal(book, code) for code in populations)
    if animal or any(is_animal(book, code) for code in designs):
        return Fitting("syrcle", (), f"Animals are appraised with SYRCLE (population: {where}).")
    for rule in _BY_DESIGN:
        if any(re.search(rule.words, _text(book, code)) for code in designs):
            why = f"The design ({said}) calls for {tool_named(rule.tool).title}."
            return Fitting(rule.tool, rule.also, why)
    return Fitting("", (), f"No tool is proposed: the design is {said}.")


def _by_rules(protocol: Protocol, designs: list[str], populations: list[str]) -> Fitting:
    book, own = protocol.codebook, protocol.appraisal.own_tools
    for rule in protocol.appraisal.tools:
        if _among(designs, rule.designs) and _among(populations, rule.populations):
            said = [_labels(book, designs)] if rule.designs else []
            said += [_labels(book, populations)] if rule.populations else []
            why = f"The protocol chooses {tool_named(rule.tool, own).title} for "
            return Fitting(rule.tool, rule.also, why + ("; ".join(said) or "every study") + ".")
    said_ = _labels(book, [*designs, *populations]) or "nothing tagged"
    return Fitting("", (), f"No rule of the protocol speaks of this study ({said_}).")


def chosen(
    protocol: Protocol, found: Fitting, asked: str | None, reason: str, *, study: str
) -> Tool:
    """Return the tool to appraise a study with: the one asked for, else the one it calls for.

    BadInput for an unknown tool, one that does not fit the design, another than proposed
    without a reason, or where none is proposed nor named.
    """
    own = protocol.appraisal.own_tools
    if not asked:
        if not found.tool:
            raise BadInput(f"{found.why} Name the tool to appraise {study} with.")
        return tool_named(found.tool, own)
    tool = tool_named(asked, own)
    if not found.tool or tool.name == found.tool:
        return tool
    mine = {one.name for one in own}
    if tool.name not in (*found.also, *mine):
        fit = [tool_named(name, own).name for name in (found.tool, *found.also, *mine)]
        raise BadInput(
            f"{tool.title} does not fit {study}. {found.why} What fits: {', '.join(fit)}."
        )
    if not reason.strip():
        raise BadInput(f"{found.why} Say why {study} is appraised with {tool.title} instead.")
    return tool


def known_tools(protocol: Protocol) -> list[Tool]:
    """Return the review's own tools and those that ship, a tool of the same name once."""
    own = protocol.appraisal.own_tools
    names = [tool.name for tool in own]
    return [*own, *(tool_named(name) for name in SHIPPED if name not in names)]


def is_animal(book: Codebook, code: str) -> bool:
    """Whether a term, or one above it, speaks of animals."""
    return bool(_ANIMALS.search(_text(book, code)))


def _of(book: Codebook, codes: Iterable[str], facet: str) -> list[str]:
    """The codes of the facet that is called so, or whose name ends so."""
    ids = {f.id for f in book.facets if f.id == facet} or {
        f.id for f in book.facets if f.id.endswith(f"_{facet}")
    }
    known = [term for code in dict.fromkeys(codes) if (term := book.get(code))]
    return [term.code for term in known if book.facet_of(term.code).id in ids]


def _among(codes: Collection[str], wanted: Collection[str]) -> bool:
    return not wanted or any(
        code == one or code.startswith(f"{one}.") for code in codes for one in wanted
    )


def _text(book: Codebook, code: str) -> str:
    """What a term and those above it are called, to look for words in."""
    above = book.ancestors(code) if book.get(code) else ()
    terms = [term for one in (code, *above) if (term := book.get(one))]
    parts = [part for term in terms for part in (term.code.replace(".", " "), term.label)]
    return " ".join(parts).replace("_", " ").casefold()


def _labels(book: Codebook, codes: Iterable[str]) -> str:
    return ", ".join(term.label for code in codes if (term := book.get(code)))
