"""What a forest plot shows: each family's estimate, and the pool where one is allowed.

Where pooling is refused the single estimates stand without a diamond, the reason written below.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, sqrt
from typing import Any

from review.protocol import Codebook
from review.reporting.pictures.forest_drawing import forest_svg
from review.reporting.pictures.forest_layout import Drawn, Line
from review.reporting.pictures.picture import Picture, several
from review.reporting.synthesis_documents import shown_p
from review.reporting.synthesis_out import number
from review.synthesis.effect_sizes import MEASURES
from review.synthesis.grouping import name
from review.synthesis.pool_checks import Step
from review.synthesis.pool_conditions import Entry
from review.synthesis.pooling import Candidate
from review.synthesis.random_effects import Pooled
from review.synthesis.votes import Z

NOTE = (
    "A square is the estimate of one cohort family, its area the weight in the pool, the line its "
    "95 % interval; the diamond is the mean of the random-effects model with its interval, the bar "
    "below it the interval in which 95 % of true effects of such studies lie (prediction "
    "interval). Group 1 is the reference: left of the line means lower in group 2. A dagger marks "
    "numbers from another team's pooled table. Without a diamond nothing is pooled."
)


def forest(
    candidate: Candidate | None,
    codebook: Codebook,
    *,
    subgroups: Sequence[Step] = (),
    why: str = "",
) -> Picture:
    """The forest plot of one group; `why` is said where there is none to draw.

    `subgroups` divide the families, each with a diamond of its own where it holds two or more.
    """
    if candidate is None or not candidate.entries:
        reasons = "; ".join(candidate.reasons) if candidate else why
        about = _title(candidate, codebook) if candidate else "Forest plot"
        text = f"Nothing can be drawn: {reasons or 'no effect matches'}."
        return Picture(name="forest", title=about, chart=None, text=text, note=NOTE)
    title = _title(candidate, codebook)
    drawn = Drawn(
        title=title,
        subtitle=_subtitle(candidate, codebook),
        lines=tuple(_lines(candidate, codebook, subgroups)),
        ratio=candidate.measure == "rom",
        scale=MEASURES[candidate.measure]
        + (" (shown as a ratio)" if candidate.measure == "rom" else ""),
        below=tuple(_below(candidate)),
    )
    return Picture(
        name="forest",
        title=title,
        chart=forest_svg(drawn),
        rows=_rows(candidate, codebook),
        text=_text(candidate, title),
        note=NOTE,
    )


def _title(candidate: Candidate, codebook: Codebook) -> str:
    return f"{name(codebook, candidate.outcome)}: {name(codebook, candidate.contrast).lower()}"


def _subtitle(candidate: Candidate, codebook: Codebook) -> str:
    return f"{name(codebook, candidate.species)}, {name(codebook, candidate.method)}"


def _lines(candidate: Candidate, codebook: Codebook, subgroups: Sequence[Step]) -> list[Line]:
    weights = _weights(candidate)
    lines: list[Line] = []
    if subgroups:
        for step in subgroups:
            lines.append(Line(kind="heading", label=name(codebook, step.name)))
            for mark, (entry, weight) in enumerate(zip(candidate.entries, weights, strict=True)):
                if entry.family in step.families:
                    lines.append(_line(entry, weight, codebook, mark))
            if step.pooled.k > 1 and candidate.verdict == "pooled":
                lines.append(_diamond(step.pooled, "Subgroup", candidate.verdict))
    else:
        lines += [
            _line(entry, weight, codebook, mark)
            for mark, (entry, weight) in enumerate(zip(candidate.entries, weights, strict=True))
        ]
    if candidate.pooled is not None and candidate.verdict == "pooled":
        whole = _diamond(candidate.pooled, "Random-effects mean", candidate.verdict)
        lines.append(replace(whole, mark=len(candidate.entries)))
    return lines


def _weights(candidate: Candidate) -> list[float | None]:
    if candidate.pooled is None:
        return [None] * len(candidate.entries)
    return list(candidate.pooled.weights)


def _line(entry: Entry, weight: float | None, codebook: Codebook, mark: int) -> Line:
    first = entry.of[0]
    more = f" and {len(entry.of) - 1} more" if len(entry.of) > 1 else ""
    about = ", ".join(filter(None, (name(codebook, first.muscle), first.task))) + more
    half = Z * sqrt(entry.size.v)
    return Line(
        kind="study",
        label=entry.label + (" †" if entry.secondary else ""),
        about=about,
        groups=(_group(first.one), _group(first.two)) if len(entry.of) == 1 else ("", ""),
        ages=(first.one_label, first.two_label),
        at=entry.size.y,
        low=entry.size.y - half,
        high=entry.size.y + half,
        weight=weight,
        mark=mark,
    )


def _group(group: Any) -> str:
    return f"{group.n}; {_plain(group.mean)} ({_plain(group.sd)})"


def _plain(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}") if abs(value) < 1000 else f"{value:,.0f}"


def _diamond(pooled: Pooled, label: str, verdict: str) -> Line:
    low, high = pooled.interval or (pooled.mu, pooled.mu)
    return Line(
        kind="pool",
        label=f"{label} (k = {pooled.k})",
        at=pooled.mu,
        low=low,
        high=high,
        weight=None,
        ahead=pooled.prediction if verdict == "pooled" else None,
        about=f"τ² {number(pooled.tau2, 3)}, I² {number(pooled.i2, 0)} %",
    )


def _below(candidate: Candidate) -> list[str]:
    pooled = candidate.pooled
    said = []
    if pooled is not None and candidate.verdict == "pooled":
        q_p = f", p {shown_p(pooled.q_p)}" if pooled.q_p is not None else ""
        said.append(
            f"τ² = {number(pooled.tau2, 4)} ({pooled.estimator}), I² = {number(pooled.i2, 1)} %, "
            f"H² = {number(pooled.h2)}, Q = {number(pooled.q)} ({pooled.k - 1} df{q_p})."
        )
        test = f"Hartung-Knapp, t with {pooled.k - 1} df" if pooled.hartung_knapp else "normal (z)"
        guard = " (not narrower than without it)" if pooled.guarded else ""
        ahead = ""
        if pooled.prediction:
            ahead = f" Prediction interval: t with {pooled.k - 2} df."
        said.append(f"Interval of the mean: {test}{guard}.{ahead}")
    elif candidate.verdict == "shown":
        together = f"{MEASURES[candidate.measure]} {number(pooled.mu)}" if pooled else "nothing"
        said.append(
            f"Not pooled, nothing is concluded: {'; '.join(candidate.reasons)}. "
            f"Together they would give {together}."
        )
    else:
        said.append(f"Not pooled: {'; '.join(candidate.reasons)}.")
    if any(entry.secondary for entry in candidate.entries):
        said.append("† Numbers from another team's pooled table, not from the report itself.")
    return said


def _rows(candidate: Candidate, codebook: Codebook) -> list[dict[str, Any]]:
    """The data behind the drawing, one row a family, then one of the pool."""
    ratio = candidate.measure == "rom"
    rows: list[dict[str, Any]] = []
    for entry, weight in zip(candidate.entries, _weights(candidate), strict=True):
        first, half = entry.of[0], Z * sqrt(entry.size.v)
        row = {
            "family": entry.label,
            "year": entry.year or None,
            "muscle": name(codebook, first.muscle),
            "task": first.task,
            "group1": first.one_label,
            "n1": first.one.n,
            "mean1": first.one.mean,
            "sd1": first.one.sd,
            "group2": first.two_label,
            "n2": first.two.n,
            "mean2": first.two.mean,
            "sd2": first.two.sd,
            **_estimate(entry.size.y, (entry.size.y - half, entry.size.y + half), ratio),
            "weight_percent": None if weight is None else round(100 * weight, 2),
            "secondary": "yes" if entry.secondary else "",
            "study_ids": sorted({one.item.study for one in entry.of}),
        }
        rows.append(row)
    pooled = candidate.pooled
    if pooled is not None and candidate.verdict == "pooled":
        blank = dict.fromkeys(rows[0])
        rows.append(
            blank
            | {"family": "Random-effects mean", "weight_percent": 100.0}
            | _estimate(pooled.mu, pooled.interval or (pooled.mu, pooled.mu), ratio)
            | {"study_ids": sorted({i for row in rows for i in row["study_ids"]})}
        )
    return rows


def _estimate(at: float, interval: tuple[float, float], ratio: bool) -> dict[str, float | None]:
    low, high = interval
    return {
        "estimate": round(at, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "ratio": round(exp(at), 4) if ratio else None,
    }


def _text(candidate: Candidate, title: str) -> str:
    measure = MEASURES[candidate.measure]
    told = [f"Forest plot of {several(len(candidate.entries), 'cohort family', 'cohort families')}"]
    pooled = candidate.pooled
    if pooled is not None and candidate.verdict == "pooled" and pooled.interval:
        low, high = pooled.interval
        told.append(
            f"pooled {measure} {number(pooled.mu)} (95 % interval {number(low)} to {number(high)}, "
            f"I² {number(pooled.i2, 0)} %)"
        )
        if candidate.measure == "rom":
            told.append(
                f"a ratio of {number(exp(pooled.mu))} ({number(exp(low))} to {number(exp(high))})"
            )
        if pooled.prediction:
            told.append(
                f"prediction interval {number(pooled.prediction[0])} to "
                f"{number(pooled.prediction[1])}"
            )
    else:
        told.append(f"not pooled: {'; '.join(candidate.reasons)}")
    singly = "; ".join(
        f"{entry.label} {number(entry.size.y)}{' (secondary)' if entry.secondary else ''}"
        for entry in candidate.entries
    )
    return f"{title}. {'; '.join(told)}. {measure.capitalize()} of each: {singly}."
