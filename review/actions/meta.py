"""What may be pooled and what comes out, as the caller may see it; and why not, for the rest."""

from collections.abc import Iterable
from typing import Any

from review.actions.caller import Caller, acting
from review.actions.synthesised import items_seen, known
from review.protocol import Codebook
from review.reporting.pooled_documents import (
    between_document,
    candidate_document,
    egger_document,
    pooled_document,
    steps_document,
)
from review.store import people
from review.store.engine import Database
from review.synthesis import pool_checks
from review.synthesis.effect_sizes import MEASURES
from review.synthesis.grouping import Item, branch
from review.synthesis.pooling import COMBINED, RULE, Candidate, Options, candidates
from review.synthesis.random_effects import egger

Document = dict[str, Any]


def meta(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    outcome: str | None = None,
    contrast: str | None = None,
    population: str | None = None,
    method: str | None = None,
    subgroup: str | None = None,
    everything: bool = False,
    **how: Any,
) -> Document:
    """Return the meta-analyses that the data allow and, for every other group, why not.

    {groups, rule, options}: each group has `verdict` (pooled, shown, refused), `reasons`, the
    `conditions` one by one, `result`, `entries` (one a cohort family) and `not_pooled` (rows left
    out, each with its reason). `how`: measure (auto, rom, g, md), estimator (REML, DL), secondary,
    hartung_knapp, guard, dependence (one, combine), corrected. Raises BadInput for an unknown
    term or value, ExpressionError for `where`.
    """
    options = options_of(**how)
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        codebook = content.codebook
        wanted = codebook.facet("emg_method").term(method).code if method else ""
        narrow = narrowed(codebook, where, outcome, contrast, population)
        if wanted != branch(wanted):  # a method within its family: only what was measured by it
            only = f"emg_method under {wanted}"
            narrow = f"({narrow}) and {only}" if narrow else only
        some = items_seen(conn, member, content, narrow, everything)
    if subgroup is not None:
        known("subgroup", subgroup, ("muscle", "risk_of_bias", "secondary", *_facets(codebook)))
    found = [
        one for one in candidates(some, codebook, options) if not wanted or _of_method(one, wanted)
    ]
    return {
        "where": narrow,
        "options": _described(options),
        "rule": COMBINED if options.dependence == "combine" else RULE,
        "groups": [_candidate(one, codebook, some, options, subgroup) for one in found],
    }


def _candidate(
    one: Candidate,
    codebook: Codebook,
    some: Iterable[Item],
    options: Options,
    subgroup: str | None,
) -> Document:
    also = []
    if one.pooled is not None:
        for other in _others(one, options):
            again = candidates(one.items, codebook, other)
            also += [
                pooled_document(same.pooled, same.measure)
                for same in again
                if same.pooled and same.method == one.method
            ]
    document = candidate_document(one, codebook, also)
    if one.verdict == "pooled":
        document |= _checks(one, codebook, options, subgroup)
    return document


def _others(one: Candidate, options: Options) -> list[Options]:
    """The same pooled otherwise, to be read beside it: the other measure, and DerSimonian-Laird."""
    measure = "g" if one.measure == "rom" else "rom"
    common = {"dependence": options.dependence, "secondary": options.secondary}
    return [
        Options(measure=measure, estimator=options.estimator, **common),  # type: ignore[arg-type]
        Options(measure=one.measure, estimator="DL", hartung_knapp=False, **common),  # type: ignore[arg-type]
        Options(measure=measure, estimator="DL", hartung_knapp=False, **common),  # type: ignore[arg-type]
    ]


def _checks(one: Candidate, codebook: Codebook, options: Options, subgroup: str | None) -> Document:
    left_out = pool_checks.leave_one_out(one.entries, options)
    as_years = pool_checks.cumulative(one.entries, options)
    test = egger([entry.size for entry in one.entries])
    document: Document = {
        "leave_one_out": steps_document(left_out, one.measure, codebook),
        "cumulative": steps_document(as_years, one.measure, codebook),
        "egger": egger_document(test),
        "egger_note": "" if test else "Egger's test needs at least 10 families.",
    }
    if subgroup:
        steps, between = pool_checks.subgroups(one.entries, subgroup, options)
        document["subgroup"] = {
            "facet": subgroup,
            "groups": steps_document(steps, one.measure, codebook),
            "between": between_document(between),
        }
    return document


def options_of(**how: Any) -> Options:
    """Return how to pool, as typed; None stands for the default. BadInput for an unknown value."""
    given = {key: value for key, value in how.items() if value is not None}
    measure = str(given.get("measure", "auto")).strip().casefold()
    estimator = str(given.get("estimator", "REML")).strip().upper()
    dependence = str(given.get("dependence", "one")).strip().casefold()
    known("measure", measure, ("auto", *MEASURES))
    known("estimator", estimator, ("REML", "DL"))
    known("dependence", dependence, ("one", "combine"))
    given |= {"measure": measure, "estimator": estimator, "dependence": dependence}
    return Options(**given)


def _described(options: Options) -> Document:
    return {name: getattr(options, name) for name in Options.__dataclass_fields__}


def narrowed(
    codebook: Codebook,
    where: str | None,
    outcome: str | None,
    contrast: str | None,
    population: str | None,
) -> str | None:
    """Return the expression of all that was asked for; terms are named as anywhere."""
    parts = [f"({where})"] if where and where.strip() else []
    for facet, text, how in (
        ("outcome", outcome, "="),
        ("contrast", contrast, "="),
        ("population", population, "="),
    ):
        if text:
            parts.append(f"{facet} {how} {codebook.facet(facet).term(text).code}")
    return " and ".join(parts) or None


def _of_method(one: Candidate, code: str) -> bool:
    """Return whether a group is of the family that a method belongs to."""
    return one.method == branch(code)


def _facets(codebook: Codebook) -> tuple[str, ...]:
    return tuple(facet.id for facet in codebook.facets)
