"""Commands that show where the evidence differs: contradictions, modifiers, units of analysis."""

from collections.abc import Mapping
from typing import Any

from review.cli.evidence import Everything, Where
from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import root
from review.cli.session import MaybeAs, Session, command

Row = Mapping[str, Any]


@command(root, "contradictions")
def contradictions(
    session: Session,
    where: Where = None,
    everything: Everything = False,
    as_: MaybeAs = None,
) -> None:
    """Show where studies contradict each other, and what differs between them.

    Between studies (one outcome, several directions), within a study (one outcome changed, another
    did not), and in which stage of the cascade comes first.
    """
    found = actions.contradictions(session.db, session.who(as_), where=where, everything=everything)
    between = ([_who(one, "outcome"), _sides(one), _differs(one)] for one in found["between"])
    within = (
        [one["label"], one["labels"]["contrast"], _outcomes(one["changed"]),
         _outcomes(one["unchanged"]), "; ".join(sorted({i["label"] for i in one["elsewhere"]}))]
        for one in found["within"]
    )  # fmt: skip
    order = (
        [_who(one, "stage"), "; ".join(i["label"] for i in one["first"]),
         "; ".join(i["label"] for i in one["not_first"])]
        for one in found["order"]
    )  # fmt: skip
    session.show(
        found,
        table(["Outcome", "Who says what", "What differs"], between, title="Between studies"),
        table(
            ["Study", "Contrast", "Changed", "Unchanged or mixed", "Worse elsewhere"],
            within,
            title="Within a study",
        ),
        table(["Stage", "First in", "Not first in"], order, title="Order of the cascade"),
    )


def _who(one: Row, what: str) -> str:
    labels = one["labels"]
    return f"{labels[what]}\n{labels['contrast']}, {labels['species']}"


_FEW = 6
_WAYS = {"increase": "up", "decrease": "down", "no_change": "no change", "mixed": "mixed"}


def _sides(one: Row) -> str:
    return "\n".join(
        f"{_WAYS[way]}: {', '.join(dict.fromkeys(i['label'] for i in some))}"
        for way, some in one["sides"].items()
    )


def _differs(one: Row) -> str:
    """What differs; with few families also what each side has of it."""
    differs: Row = one["differs"]
    if one["families"] > _FEW:
        return ", ".join(differs)
    return "\n".join(
        f"{trait}: "
        + " | ".join(f"{_WAYS[way]} {', '.join(have) or '–'}" for way, have in sides.items())
        for trait, sides in differs.items()
        if trait != "cohort"
    )


def _outcomes(some: list[Row]) -> str:
    return "; ".join(f"{i['outcome']} ({_WAYS[i['direction']]})" for i in some)


@command(root, "modifiers")
def modifiers(
    session: Session, where: Where = None, everything: Everything = False, as_: MaybeAs = None
) -> None:
    """Show what each modifier (training, drug, gene therapy ...) does to each outcome."""
    found = actions.modifiers(session.db, session.who(as_), where=where, everything=everything)
    rows = (
        [
            *(one["labels"][key] for key in ("modifier", "outcome", "contrast", "population")),
            one["arrow"],
            *(one[key] for key in ("worse", "better", "none")),
            "; ".join(one["names"]),
        ]
        for one in found["cells"]
    )
    heads = ["Modifier", "Outcome", "Contrast", "Population", "Direction", "Worse", "Better",
             "None", "Studies"]  # fmt: skip
    session.show(found, table(heads, rows))


@command(root, "units")
def units(
    session: Session, where: Where = None, everything: Everything = False, as_: MaybeAs = None
) -> None:
    """Show what effects were tested over: people, or motor units as if they were people."""
    found = actions.units(session.db, session.who(as_), where=where, everything=everything)
    rows = (
        [one[key] for key in ("label", "outcome", "contrast", "unit_label", "n_group1", "n_group2",
                              "n_motor_units", "p_as_reported")]
        for one in found["rows"]
    )  # fmt: skip
    heads = ["Study", "Outcome", "Contrast", "Unit of analysis", "n 1", "n 2", "Motor units", "p"]
    session.show(
        found,
        table(heads, rows),
        f"{found['naive']} rows tested motor units as if they were people.",
    )
