"""How a meta-analysis, or its refusal, becomes a document: numbers, reasons, what went in."""

from collections.abc import Iterable, Sequence
from math import exp

from review.protocol import Codebook
from review.reporting.synthesis_documents import Document, rounded
from review.synthesis.comparisons import Comparison
from review.synthesis.effect_sizes import MEASURES
from review.synthesis.grouping import name
from review.synthesis.pool_checks import Step
from review.synthesis.pool_conditions import Entry
from review.synthesis.pooling import Candidate
from review.synthesis.random_effects import Between, Egger, Pooled
from review.synthesis.votes import Z


def pooled_document(pooled: Pooled, measure: str) -> Document:
    """A random-effects model; a log ratio of means is given back as a ratio and a change in %."""
    low, high = pooled.interval or (None, None)
    ahead = pooled.prediction or (None, None)
    found: Document = {
        "measure": measure,
        "measure_label": MEASURES[measure],
        "k": pooled.k,
        "estimate": pooled.mu,
        "se": pooled.se,
        "ci_low": low,
        "ci_high": high,
        "p": pooled.p,
        "prediction_low": ahead[0],
        "prediction_high": ahead[1],
        "tau2": pooled.tau2,
        "i2": pooled.i2,
        "h2": pooled.h2,
        "q": pooled.q,
        "q_df": pooled.k - 1,
        "q_p": pooled.q_p,
        "estimator": pooled.estimator,
        "interval": _interval(pooled),
        "hartung_knapp": pooled.hartung_knapp,
        "hartung_knapp_factor": pooled.q_hk,
        "guarded": pooled.guarded,
        "iterations": pooled.steps,
    }
    if measure == "rom":
        names = ("estimate", "ci_low", "ci_high", "prediction_low", "prediction_high")
        found["ratio"] = {n: None if found[n] is None else exp(found[n]) for n in names}
        found["change_pct"] = {
            n: None if found[n] is None else 100 * (exp(found[n]) - 1) for n in names
        }
    return dict(rounded(found))


def _interval(pooled: Pooled) -> str:
    if not pooled.hartung_knapp:
        return "normal (z)"
    said = f"Hartung-Knapp, t with {pooled.k - 1} df"
    if pooled.guarded:
        said += (
            f"; its factor {pooled.q_hk:.3f} was below 1 and was taken as 1, so that the interval "
            "is not narrower than without it (ad hoc modification)"
        )
    return said


def candidate_document(
    candidate: Candidate, codebook: Codebook, also: Iterable[Document] = ()
) -> Document:
    """A group that might be pooled: verdict, reasons, conditions, what goes in, what does not."""
    return {
        "population": candidate.population,
        "species": candidate.species,
        "contrast": candidate.contrast,
        "outcome": candidate.outcome,
        "method": candidate.method,
        "labels": {
            key: name(codebook, getattr(candidate, key))
            for key in ("population", "species", "contrast", "outcome", "method")
        },
        "verdict": candidate.verdict,
        "reasons": list(candidate.reasons),
        "conditions": [
            {"condition": one.name, "met": one.met, "found": one.found}
            for one in candidate.conditions
        ],
        "families": candidate.families,
        "studies": len({item.study for item in candidate.items}),
        "k": len(candidate.entries),
        "secondary": sum(entry.secondary for entry in candidate.entries),
        "measure": candidate.measure,
        "result": (
            pooled_document(candidate.pooled, candidate.measure) if candidate.pooled else None
        ),
        "also": list(also),
        "entries": entries_document(candidate, codebook),
        "not_pooled": unsound_documents(candidate),
        "where": _candidate_where(candidate),
    }


def _candidate_where(candidate: Candidate) -> str:
    parts = [
        f"{facet} = {code}"
        for facet, code in (
            ("population", candidate.population),
            ("outcome", candidate.outcome),
            ("contrast", candidate.contrast),
        )
        if code
    ]
    if candidate.method and " + " not in candidate.method:
        parts.append(f"emg_method under {candidate.method}")
    return " and ".join(parts)


def entries_document(candidate: Candidate, codebook: Codebook) -> list[Document]:
    """What each family brings: its numbers, effect size, weight, and why these numbers."""
    weights = candidate.pooled.weights if candidate.pooled else (None,) * len(candidate.entries)
    return [
        _entry(entry, weight, codebook)
        for entry, weight in zip(candidate.entries, weights, strict=True)
    ]


def _entry(entry: Entry, weight: float | None, codebook: Codebook) -> Document:
    half = Z * entry.size.v**0.5
    return {
        "family": entry.family,
        "label": entry.label,
        "year": entry.year or None,
        "studies": sorted({one.item.study for one in entry.of}),
        "estimate": rounded(entry.size.y),
        "variance": rounded(entry.size.v),
        "se": rounded(entry.size.v**0.5),
        "ci_low": rounded(entry.size.y - half),
        "ci_high": rounded(entry.size.y + half),
        "weight": rounded(weight),
        "secondary": entry.secondary,
        "other_comparisons": entry.others,
        "comparisons": [comparison_document(one, codebook) for one in entry.of],
    }


def comparison_document(one: Comparison, codebook: Codebook) -> Document:
    """Two groups as they were compared."""
    return {
        "study": one.item.study,
        "label": one.item.label,
        "effect": one.item.id,
        "muscle": name(codebook, one.muscle),
        "method": name(codebook, one.method),
        "task": one.task,
        "unit": one.unit,
        "group1": {"label": one.one_label, "n": one.one.n, "mean": one.one.mean, "sd": one.one.sd},
        "group2": {"label": one.two_label, "n": one.two.n, "mean": one.two.mean, "sd": one.two.sd},
        "secondary": one.secondary,
        "inferred": one.inferred,
        "how": one.how,
        "source": one.source,
        "risk_of_bias": one.item.risk,
        "retracted": one.item.retracted,
    }


def unsound_documents(candidate: Candidate) -> list[Document]:
    """The rows that were not pooled, each with its reason."""
    return [
        {
            "study": lost.item.study,
            "label": lost.item.label,
            "effect": lost.item.id,
            "row": None if lost.row is None else lost.row + 1,
            "reason": lost.why,
        }
        for lost in candidate.unsound
    ]


def steps_document(steps: Sequence[Step], measure: str, codebook: Codebook) -> list[Document]:
    """Pools of some of the families: what each is called, how many, the estimate."""
    return [
        {"name": name(codebook, step.name), "families": list(step.families)}
        | pooled_document(step.pooled, measure)
        for step in steps
    ]


def between_document(found: Between | None) -> Document | None:
    """Whether subgroups differ."""
    return None if found is None else dict(rounded({"q": found.q, "df": found.df, "p": found.p}))


def egger_document(found: Egger | None) -> Document | None:
    """The test of a funnel's symmetry."""
    if found is None:
        return None
    said = {"intercept": found.intercept, "se": found.se, "t": found.t, "df": found.df}
    return dict(rounded({**said, "p": found.p}))
