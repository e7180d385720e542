"""What is reported of a synthesis without meta-analysis: the nine SWiM items, filled from facts.

Items of Campbell et al., BMJ 2020;368:l6890; the wording is ours.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from review.protocol import Codebook, Protocol
from review.reporting.synthesis_documents import domain_name, sentence
from review.synthesis.grouping import JOINED, NEVER_VOTES, Item, name
from review.synthesis.pooling import RULE, Candidate
from review.synthesis.vote_groups import VoteGroup
from review.synthesis.votes import LEAST_FOR_P, ONE_WAY

RULES = (
    "What counts is the direction of the point estimate, never its significance.",
    "Every cohort family has one vote, however many reports, outcomes or muscles it has.",
    f"A family votes one way where at least {100 * ONE_WAY:.0f} % of its directions go that way; "
    "else it is conflicting.",
    "Left out of the proportion: families without a direction, with conflicting directions, or "
    "with outcomes whose direction has no clear meaning for health.",
    "Tested by a two-sided exact binomial test against one half, with a Wilson 95 % interval.",
    f"No p below {LEAST_FOR_P} families with a direction: it could not fall below 0.05.",
    "Contrasts, and people and animals, are never mixed. "
    + " ".join(f"{code} counts with {into}." for code, into in JOINED.items()),
    *(f"{code} never votes: {why}." for code, why in NEVER_VOTES.items()),
)
LIMITS = (
    "A direction says nothing of the size of an effect, nor of whether it matters to anybody.",
    "A small study weighs as much as a large one, and a careful one as much as a careless one.",
    "Studies that saw no difference have no vote; a proportion among the others can look surer "
    "than the evidence is.",
    "What was measured but not reported with a direction is missing, and is likelier to be missing "
    "where nothing was found.",
)


def items_of(
    content: Protocol,
    items: Sequence[Item],
    groups: Sequence[VoteGroup],
    candidates: Sequence[Candidate],
    *,
    graded: Mapping[tuple[str, str, str], str],
    versions: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The nine items: id, name, text (Markdown), one dictionary each.

    `graded`: the certainty by domain, contrast and population, in words; `versions` of the
    codebook: number, when, and how each differs from the one before.
    """
    codebook = content.codebook
    texts: Mapping[str, tuple[str, str]] = {
        "1a": ("Grouping", _grouping(groups, codebook)),
        "1b": ("Changes of grouping", _changes(versions)),
        "2": ("Standardised metric and transformation", _metric(candidates)),
        "3": ("Synthesis method and why no meta-analysis", _method(candidates, codebook)),
        "4": ("Prioritising results", _priority(items)),
        "5": ("Heterogeneity", _heterogeneity(items)),
        "6": ("Certainty of the evidence", _certainty(items, groups, graded, codebook)),
        "7": ("Data presentation", _presentation()),
        "8": ("Reporting results", _results(groups, codebook)),
        "9": ("Limitations of the synthesis", "\n".join(f"- {one}" for one in LIMITS)),
    }
    return [{"id": id, "item": title, "text": text} for id, (title, text) in texts.items()]


def _grouping(groups: Sequence[VoteGroup], codebook: Codebook) -> str:
    populations = _listed(name(codebook, one) for one in sorted({g.population for g in groups}))
    contrasts = _listed(name(codebook, one) for one in sorted({g.contrast for g in groups}))
    return (
        f"Effects were grouped by population ({populations or 'none yet'}), contrast "
        f"({contrasts or 'none yet'}) and outcome domain of the codebook: {len(groups)} groups. "
        "Different contrasts ask different questions, and an animal is no person, so neither is "
        "ever added to the other; outcomes of one domain measure the same stage of the same "
        "process."
    )


def _changes(versions: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"- Version {one['version']} ({str(one['at'])[:10]}): {'; '.join(one['differences'])}"
        for one in versions
        if one["differences"]
    ]
    if not lines:
        return "None: the codebook, from which the groups follow, is as it was at the start."
    return "\n".join(["The groups follow from the codebook, which changed:", *lines])


def _metric(candidates: Sequence[Candidate]) -> str:
    measures = Counter(one.measure for one in candidates if one.verdict == "pooled")
    used = ", ".join(f"{n} by {_NAMES[one]}" for one, n in measures.items()) or "none"
    return (
        "The metric is the direction of effect, turned into worse or better through the direction "
        "that means impairment for each outcome. Where numbers allow a pool, the log ratio of "
        "means for measures on a ratio scale (ln(mean 2 / mean 1); Hedges et al. 1999), else "
        f"Hedges g with its exact correction; group 1 is the reference. Pools made: {used}."
    )


_NAMES = {"rom": "log ratio of means", "g": "Hedges g", "md": "mean difference"}


def _method(candidates: Sequence[Candidate], codebook: Codebook) -> str:
    pooled = [one for one in candidates if one.verdict == "pooled"]
    lines = [
        "Votes were counted by direction of effect, with a sign test (exact binomial). A "
        "meta-analysis is made only of one outcome, method family, contrast and species with at "
        "least three independent cohort families whose means, SDs and numbers of people are "
        f"known: {len(pooled)} of {len(candidates)} groups.",
        *(f"- Pooled: {title(one, codebook)} ({len(one.entries)} families)." for one in pooled),
    ]
    lines += [
        f"- Not pooled: {title(one, codebook)}: {'; '.join(one.reasons)}."
        for one in candidates
        if one.verdict != "pooled"
    ]
    return "\n".join(lines)


def title(one: Candidate, codebook: Codebook) -> str:
    """A group that might be pooled, in words."""
    parts = (one.outcome, one.contrast, one.method, one.species or one.population)
    return ", ".join(name(codebook, part) for part in parts)


def _priority(items: Sequence[Item]) -> str:
    families = {item.family for item in items}
    studies = {item.study for item in items}
    return (
        f"{len(studies)} studies belong to {len(families)} cohort families; a family has one vote "
        f"in each group, from all its directions there. For pools: {RULE}"
    )


def _heterogeneity(items: Sequence[Item]) -> str:
    risks = Counter(item.risk or "not appraised" for item in {i.study: i for i in items}.values())
    told = ", ".join(f"{n} {risk}" for risk, n in sorted(risks.items()))
    return (
        "Heterogeneity is looked at in effect-direction and harvest plots ordered by muscle, sex, "
        "age band, method and risk of bias, in counts repeated without some of the studies, and in "
        f"the list of contradictions. Risk of bias of the studies: {told or 'no study yet'}."
    )


def _certainty(
    items: Sequence[Item],
    groups: Sequence[VoteGroup],
    graded: Mapping[tuple[str, str, str], str],
    codebook: Codebook,
) -> str:
    appraised = {item.study for item in items if item.risk}
    lines = [
        "Certainty is graded by GRADE for each outcome, contrast and population, people and "
        f"animals apart: {len(graded)} of {len(groups)} groups are graded. "
        f"{len(appraised)} of {len({i.study for i in items})} studies have a settled appraisal.",
    ]
    for group in groups:
        key = (group.domain, group.contrast, group.population)
        if key in graded:
            lines.append(f"- {_named(group, codebook)}: {graded[key]}")
    return "\n".join(lines)


def _named(group: VoteGroup, codebook: Codebook) -> str:
    return ", ".join(
        (
            domain_name(group.domain, codebook),
            name(codebook, group.contrast),
            name(codebook, group.population),
        )
    )


def _presentation() -> str:
    return (
        "Tables of votes with the studies behind each number, effect-direction plots with one row "
        "a study, and forest plots. Rows are in the order of year and label unless another order "
        "is stated beside them."
    )


def _results(groups: Sequence[VoteGroup], codebook: Codebook) -> str:
    lines = []
    for group in groups:
        lines.append(f"- {_named(group, codebook)}: {sentence(group)}{_who(group)}")
    return "\n".join(lines) or "No effect is extracted yet."


def _who(group: VoteGroup) -> str:
    told = [
        f"{say}: {', '.join(one.label for one in some)}"
        for say in ("worse", "better", "none", "conflicting", "ambiguous")
        if (some := group.of(say)) and not group.refused
    ]
    return f" {'; '.join(told)}." if told else ""


def _listed(names: Any) -> str:
    return ", ".join(dict.fromkeys(names))
