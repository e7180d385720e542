"""Commands that add up: votes by direction, and what may be pooled."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from review.cli.evidence import Everything, Where
from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import root
from review.cli.session import MaybeAs, Output, Session, command

Row = Mapping[str, Any]


@command(root, "synthesis")
def synthesis(
    session: Session,
    where: Where = None,
    by: Annotated[str, typer.Option(help="domain or outcome: what a group is of.")] = "domain",
    sensitivity: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="Count again, side by side: risk_of_bias, verified, settled, method, family "
            "(leaving one out), priority (one study a family), retracted.",
        ),
    ] = None,
    format: Annotated[str, typer.Option(help="table, md, docx (SWiM report), json or csv")] = (
        "table"
    ),
    everything: Everything = False,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Count votes by direction: one vote a cohort family, contrasts and populations apart.

    Exact binomial test, Wilson interval, and which studies are behind each number.
    """
    who = session.who(as_)
    more: dict[str, Any] = {
        "where": where,
        "by": by,
        "sensitivity": sensitivity,
        "everything": everything,
    }
    if output is None and (format == "table" or (session.as_json and format == "json")):
        found = actions.synthesis(session.db, who, **more)
        session.show(found, *_votes(found))
        return
    data = actions.synthesis_file(session.db, who, format, **more)
    session.hand_over(data, what="synthesis", format=format, output=output)


def _votes(found: Row) -> list[Any]:
    groups = found["groups"]
    heads = ["Population", "Contrast", "Outcome", "Worse", "Better", "None", "Conflicting",
             "Ambiguous", "Not given", "Share worse (Wilson 95 %)", "p"]  # fmt: skip
    rows = [_vote(one, by=found["by"]) for one in groups]
    said: list[Any] = [table(heads, rows)]
    if found["sensitivity"]:
        said.append(table(["Group", "Counted", "Worse", "Better", "Left out", "Wilson 95 %", "p"],
                          _again(groups, found["by"])))  # fmt: skip
        notes = {one["sensitivity"]["note"] for one in groups if one["sensitivity"]["note"]}
        said += [f"{note[:1].upper()}{note[1:]}." for note in sorted(notes)]
    said.append(f"{found['effects']:,} effects of {found['studies']:,} studies "
                f"in {found['families']:,} cohort families.")  # fmt: skip
    return said


def _vote(one: Row, *, by: str) -> list[Any]:
    labels = one["labels"]
    return [
        labels["population"],
        labels["contrast"],
        labels[by],
        *(one[key] for key in ("worse", "better", "none", "conflicting", "ambiguous")),
        one["not_given"],
        _share(one),
        _p(one["p"]),
    ]


def _again(groups: list[Row], by: str) -> list[list[Any]]:
    rows = []
    for one in groups:
        again = one["sensitivity"]
        labels = one["labels"]
        name = f"{labels[by]}, {labels['contrast']}, {labels['population']}"
        for n, part in enumerate([again["before"], *again["after"]]):
            changed = " (changed)" if part["name"] in again["changed"] and n else ""
            changed += " (nobody left)" if part["name"] in again["empty"] and n else ""
            rows.append(
                [
                    name,
                    part["name"] + changed,
                    part["worse"],
                    part["better"],
                    part["left_out"],
                    _share(part),
                    _p(part["p"]),
                ]
            )
    return rows


def _share(one: Row) -> str:
    if one["wilson"] is None:
        return "–"
    low, high = one["wilson"]
    return f"{one['proportion_worse']:.2f} ({low:.2f}–{high:.2f})"


def _p(p: float | None) -> str:
    return "–" if p is None else f"{p:.3f}" if p >= 0.001 else "< 0.001"


@command(root, "meta")
def meta(
    session: Session,
    where: Where = None,
    outcome: Annotated[str | None, typer.Option(metavar="TERM")] = None,
    contrast: Annotated[str | None, typer.Option(metavar="TERM")] = None,
    population: Annotated[str | None, typer.Option(metavar="TERM")] = None,
    method: Annotated[
        str | None, typer.Option(metavar="TERM", help="A family of EMG methods.")
    ] = None,
    measure: Annotated[
        str, typer.Option(help="rom (log ratio of means), g (Hedges), md, or auto")
    ] = "auto",
    estimator: Annotated[str, typer.Option(help="of τ²: REML or DL")] = "REML",
    dependence: Annotated[
        str, typer.Option(help="one (one comparison a family, by rule) or combine (all of it)")
    ] = "one",
    subgroup: Annotated[
        str | None, typer.Option(metavar="FACET", help="Also within each value of a facet.")
    ] = None,
    secondary: Annotated[
        bool, typer.Option(help="Use numbers from another team's pooled table.")
    ] = True,
    hartung_knapp: Annotated[
        bool, typer.Option(help="Interval by Hartung and Knapp; else by z.")
    ] = True,
    guard: Annotated[
        bool, typer.Option(help="Never narrower than without Hartung and Knapp.")
    ] = True,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Log ratio corrected for small samples.")
    ] = False,
    everything: Everything = False,
    as_: MaybeAs = None,
) -> None:
    """Pool what may be pooled (random effects), and say of all else why it may not."""
    found = actions.meta(
        session.db,
        session.who(as_),
        where=where,
        outcome=outcome,
        contrast=contrast,
        population=population,
        method=method,
        measure=measure,
        estimator=estimator,
        dependence=dependence,
        subgroup=subgroup,
        secondary=secondary,
        hartung_knapp=hartung_knapp,
        guard=guard,
        corrected=corrected,
        everything=everything,
    )
    drawn = [one for one in found["groups"] if one["result"]]
    lines: list[Any] = []
    for one in drawn:
        lines += _pool(one)
    refused = [one for one in found["groups"] if one["verdict"] == "refused"]
    if refused:
        why = ([_titled(one), one["families"], one["k"], "; ".join(one["reasons"])]
               for one in refused)  # fmt: skip
        lines.append(table(["Not pooled", "Families", "With numbers", "Why"], why))
    pooled = sum(one["verdict"] == "pooled" for one in drawn)
    lines.append(
        f"{pooled} of {len(found['groups'])} groups pooled, {len(drawn) - pooled} shown without "
        f"a conclusion, {len(refused)} refused."
    )
    session.show(found, *lines)


def _titled(one: Row) -> str:
    labels = one["labels"]
    return ", ".join(labels[key] for key in ("outcome", "contrast", "method", "species"))


def _pool(one: Row) -> list[Any]:
    result = one["result"]
    heads = ["Study", "Muscle, task", "Group 1: n, mean (SD)", "Group 2: n, mean (SD)",
             "Estimate", "95 %", "Weight", "Secondary"]  # fmt: skip
    rows = [
        [
            entry["label"],
            ", ".join(filter(None, (entry["comparisons"][0][k] for k in ("muscle", "task")))),
            *(_arm(entry["comparisons"][0][group]) for group in ("group1", "group2")),
            f"{entry['estimate']:.2f}",
            f"{entry['ci_low']:.2f} to {entry['ci_high']:.2f}",
            "" if entry["weight"] is None else f"{100 * entry['weight']:.1f} %",
            "secondary" if entry["secondary"] else "",
        ]
        for entry in one["entries"]
    ]
    lines: list[Any] = [table(heads, rows, title=f"{one['verdict']}: {_titled(one)}")]
    lines += [_said(result)]
    lines += [f"  beside it: {_said(other)}" for other in one["also"]]
    if one["verdict"] == "pooled":
        lines += _checks(one)
    if one["verdict"] == "shown":
        lines.append(f"Nothing is concluded: {'; '.join(one['reasons'])}.")
    return [*lines, ""]


def _checks(one: Row) -> list[Any]:
    without = [step["estimate"] for step in one["leave_one_out"]]
    lines: list[Any] = [
        f"Without one family at a time: {min(without):.3f} to {max(without):.3f}.",
        one["egger_note"] or "Egger's test: t {t:.3f}, {df} df, p {p:.3f}.".format(**one["egger"]),
    ]
    if divided := one.get("subgroup"):
        rows = (
            [
                step["name"],
                step["k"],
                f"{step['estimate']:.3f}",
                _limits(step),
                f"{step['i2']:.1f} %",
            ]
            for step in divided["groups"]
        )
        heads = ["Subgroup", "Families", "Estimate", "95 %", "I²"]
        lines.append(table(heads, rows, title=f"By {divided['facet']}"))
        if test := divided["between"]:
            said = f"Q {test['q']:.2f}, {test['df']} df, p {_p(test['p'])}"
            lines.append(f"Between the subgroups: {said}.")
    return lines


def _limits(step: Row) -> str:
    return "–" if step["ci_low"] is None else f"{step['ci_low']:.3f} to {step['ci_high']:.3f}"


def _arm(group: Row) -> str:
    return f"{group['n']}, {group['mean']:g} ({group['sd']:.3g})"


def _said(result: Row) -> str:
    said = f"{result['measure_label']} {result['estimate']:.4f}"
    if result["ci_low"] is not None:
        said += f" [{result['ci_low']:.4f}, {result['ci_high']:.4f}]"
    if result["p"] is not None:
        said += f", p {_p(result['p'])}"
    said += f"; {result['estimator']} τ² {result['tau2']:.4f}, I² {result['i2']:.1f} %"
    if result["prediction_low"] is not None:
        said += f"; prediction [{result['prediction_low']:.4f}, {result['prediction_high']:.4f}]"
    if "ratio" in result:
        said += f"; ratio {result['ratio']['estimate']:.3f}"
    return f"{said}; {result['interval']}"
