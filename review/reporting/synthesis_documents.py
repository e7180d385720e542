"""How what the synthesis found becomes documents: plain dictionaries with codes, labels, links."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from review.errors import BadInput
from review.protocol import Codebook
from review.synthesis.axes import DOMAIN, axis
from review.synthesis.contradictions import Contradiction, Discord, Order, OrderConflict
from review.synthesis.grouping import Item, name, where_of
from review.synthesis.sensitivity import Sensitivity, Subset
from review.synthesis.vote_groups import SAYS, VoteGroup
from review.synthesis.votes import Tally

Document = dict[str, Any]
_DIGITS = 6


def rounded(value: Any) -> Any:
    """Numbers with as many digits as can be meant; lists and mappings of them likewise."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, tuple | list):
        return [rounded(one) for one in value]
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    return value


def tally_document(tally: Tally) -> Document:
    """The votes of a group, with what may be said of them."""
    return {
        "worse": tally.worse,
        "better": tally.better,
        "none": tally.none,
        "conflicting": tally.conflicting,
        "ambiguous": tally.ambiguous,
        "n": tally.n,
        "left_out": tally.left_out,
        "proportion_worse": rounded(tally.proportion),
        "wilson": rounded(tally.interval),
        "p": rounded(tally.p),
    }


def group_document(group: VoteGroup, codebook: Codebook, *, by: str = "domain") -> Document:
    """One group of votes: what it is of, its counts, and the studies behind each count."""
    about = {
        "population": group.population,
        "contrast": group.contrast,
        by: group.domain,
        "outcomes": list(group.outcomes),
        "species": list(group.species),
        "labels": {
            "population": name(codebook, group.population),
            "contrast": name(codebook, group.contrast),
            by: domain_name(group.domain, codebook),
            "outcomes": [name(codebook, code) for code in group.outcomes],
            "species": [name(codebook, code) for code in group.species],
        },
    }
    counted = tally_document(group.tally)
    unheard = len(group.of("not given"))
    families = len(group.families)
    return {
        **about,
        **counted,
        "not_given": unheard,
        "families": families,
        "studies": len(group.studies),
        "effects": len(group.items),
        "why_no_p": group.why_no_p,
        "refused": group.refused,
        "sentence": sentence(group),
        "cells": {say: _cell(group, say) for say in SAYS},
        "where": _where(group, group.studies, everyone=True),
        "parts": [group_document(part, codebook, by=by) for part in group.parts],
    }


def _cell(group: VoteGroup, say: str) -> Document:
    some = group.of(say)
    studies = sorted({study for one in some for study in one.studies})
    return {
        "families": [
            {"family": one.family, "label": one.label, "studies": list(one.studies)} for one in some
        ],
        "studies": studies,
        "where": _where(group, studies) if studies else "",
    }


def _where(group: VoteGroup, studies: Sequence[int], *, everyone: bool = False) -> str:
    return where_of(
        population=group.population,
        contrast=group.contrast,
        outcomes=group.outcomes if all(group.outcomes) else (),
        studies=() if everyone else studies,
    )


def in_order(groups: Iterable[VoteGroup], codebook: Codebook) -> list[VoteGroup]:
    """Groups in the order of the codebook: populations, contrasts, then domains or outcomes."""
    codes = [term.code for facet in codebook.facets for term in facet.terms]
    with suppress(BadInput):  # a codebook without domains
        codes += axis(codebook, DOMAIN).labels
    rank = {code: i for i, code in enumerate(codes)}
    last = len(rank)
    return sorted(
        groups,
        key=lambda g: [rank.get(c, last) for c in (g.population, g.contrast, g.domain)],
    )


def domain_name(domain: str, codebook: Codebook) -> str:
    """A domain of outcomes in words: the codebook's label where it is a term, else its own name."""
    if codebook.get(domain):
        return name(codebook, domain)
    try:
        return axis(codebook, DOMAIN).name(domain)
    except BadInput:  # a codebook without domains
        return domain or "(not given)"


def sentence(group: VoteGroup) -> str:
    """What the count of a group says, and no more than that."""
    tally = group.tally
    if group.refused:
        return f"Not counted: {group.refused}."
    if not tally.n:
        return "No cohort family shows a direction for better or worse."
    low, high = tally.interval or (0.0, 1.0)
    p = f"p {shown_p(tally.p)}" if tally.p is not None else f"no p ({group.why_no_p})"
    out = f"{tally.left_out} left out"
    return (
        f"{tally.worse} of {tally.n} cohort families worse, {tally.better} better "
        f"({100 * (tally.proportion or 0):.0f} % worse, 95 % interval {100 * low:.0f} to "
        f"{100 * high:.0f} %; {p}); {out} ({tally.none} no difference, "
        f"{tally.conflicting} conflicting, {tally.ambiguous} ambiguous)."
    )


def shown_p(p: float | None) -> str:
    """A p as papers print it."""
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def sensitivity_document(found: Sensitivity, codebook: Codebook) -> Document:
    """A group counted whole and again: before and after side by side."""
    return {
        "kind": found.kind,
        "before": _subset(found.whole, codebook),
        "after": [_subset(one, codebook) for one in found.subsets],
        "changed": [name(codebook, one) for one in found.changed],
        "empty": [name(codebook, one) for one in found.empty],
        "note": found.note,
    }


def _subset(subset: Subset, codebook: Codebook) -> Document:
    return {
        "name": name(codebook, subset.name),
        **tally_document(subset.tally),
        "families": subset.families,
        "studies": subset.studies,
    }


def item_document(item: Item, codebook: Codebook) -> Document:
    """One effect, short: whose it is, what it says, of what, by what."""
    return {
        "study": item.study,
        "label": item.label,
        "year": item.year,
        "effect": item.id,
        "family": item.family,
        "outcome": name(codebook, item.outcome),
        "direction": item.direction,
        "alignment": item.alignment,
        "muscle": [name(codebook, code) for code in item.muscles],
        "method": [name(codebook, code) for code in item.methods],
        "risk_of_bias": item.risk,
        "settled": item.settled,
        "retracted": item.retracted,
        "p_as_reported": [str(n["p_as_reported"]) for n in item.numbers if n.get("p_as_reported")],
        "note": item.note or "; ".join(str(n["note"]) for n in item.numbers if n.get("note")),
    }


def contradiction_document(found: Contradiction, codebook: Codebook) -> Document:
    """One outcome on which studies disagree: the sides, and what differs between them."""
    return {
        **_about(found, codebook, outcome=found.outcome),
        "opposed": found.opposed,
        "families": found.families,
        "sides": {
            way: [item_document(item, codebook) for item in some]
            for way, some in found.sides.items()
        },
        "differs": {
            trait: {way: [name(codebook, one) for one in have] for way, have in by_way.items()}
            for trait, by_way in found.differs.items()
        },
        "where": where_of(
            population=found.population, contrast=found.contrast, outcomes=(found.outcome,)
        ),
    }


def discord_document(found: Discord, codebook: Codebook) -> Document:
    """One study in which some outcomes changed and others did not."""
    return {
        **_about(found, codebook),
        "study": found.study,
        "label": found.label,
        "changed": _items(found.changed, codebook),
        "unchanged": _items(found.unchanged, codebook),
        "elsewhere": _items(found.elsewhere, codebook),
        "where": where_of(contrast=found.contrast, studies=(found.study,)),
    }


def order_document(found: OrderConflict, codebook: Codebook) -> Document:
    """A stage of the cascade that comes first in some studies and not in others."""
    return {
        **_about(found, codebook, stage=found.stage),
        "first": [_order(one, codebook) for one in found.first],
        "not_first": [_order(one, codebook) for one in found.not_first],
        "where": where_of(
            population=found.population,
            contrast=found.contrast,
            studies=[one.study for one in (*found.first, *found.not_first)],
        ),
    }


def _about(
    found: Contradiction | Discord | OrderConflict, codebook: Codebook, **more: str
) -> Document:
    codes = {
        "population": found.population,
        "species": found.species,
        "contrast": found.contrast,
        **more,
    }
    return {**codes, "labels": {key: name(codebook, code) for key, code in codes.items()}}


def _order(one: Order, codebook: Codebook) -> Document:
    return {
        "study": one.study,
        "label": one.label,
        **{
            part: _items(getattr(one, part), codebook)
            for part in ("own", "before", "after", "together")
        },
    }


def _items(some: Iterable[Item], codebook: Codebook) -> list[Document]:
    return [item_document(item, codebook) for item in some]
