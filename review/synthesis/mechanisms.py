"""Decides what a map of mechanisms holds: what acts on what, and which studies stand behind it.

Every link has an expression over the effects; a link that no study matches says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from review.errors import BadInput, ProtocolError
from review.protocol import parse_as
from review.protocol.codebook import Strict
from review.synthesis.heard import Heard

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(max_length=1000)]
Expression = Annotated[str, Field(min_length=1, max_length=10_000)]

NO_STUDY = "no study here"


class Node(Strict):
    """A box: a contributor (left), a tissue (middle, where it may start) or the outcome (right)."""

    id: Name
    label: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["contributor", "origin", "outcome"]
    name: Annotated[str, Field(max_length=60)] = ""
    text: Long = ""


class Link(Strict):
    """What acts on what, in words, and which effects would show it."""

    source: Name
    target: Name
    says: Words
    where: Expression


class MechanismMap(Strict):
    """Boxes and arrows after a published scheme, drawn by us; `source` is its citation."""

    title: Words
    source: Words
    note: Long = ""
    nodes: Annotated[tuple[Node, ...], Field(min_length=2, max_length=40)]
    links: Annotated[tuple[Link, ...], Field(min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True)
class Backing:
    """The effects behind a link: how many studies and families, and of which population."""

    link: Link
    studies: Mapping[int, str]
    families: int
    effects: int
    populations: Mapping[str, int]

    @property
    def n(self) -> int:
        """How many studies stand behind it."""
        return len(self.studies)


def read_map(text: str, *, name: str) -> MechanismMap:
    """The map in a YAML text. BadInput names file, line and key, also of an unknown box."""
    try:
        return parse_as(MechanismMap, text, name=name, what="a map of mechanisms", check=_faults)
    except ProtocolError as fault:
        raise BadInput(str(fault)) from None


def _faults(given: MechanismMap) -> Iterator[tuple[tuple[str | int, ...], str]]:
    known: set[str] = set()
    for index, node in enumerate(given.nodes):
        if node.id in known:
            yield ("nodes", index, "id"), f"is {node.id!r}, as an earlier box is called"
        known.add(node.id)
    seen: set[tuple[str, str, str]] = set()
    for index, link in enumerate(given.links):
        for end in ("source", "target"):
            if getattr(link, end) not in known:
                yield ("links", index, end), f"is {getattr(link, end)!r}, which no box is called"
        key = (link.source, link.target, link.says)
        if key in seen:
            yield ("links", index), "is given twice"
        seen.add(key)


def backing(link: Link, heard: Heard | None = None, effects: int = 0) -> Backing:
    """What stands behind a link: the effects that its expression picked, by study and family."""
    if heard is None:
        return Backing(link, {}, 0, 0, {})
    counts = {code: heard.layout.studies(effects & s) for code, s in heard.population.items()}
    return Backing(
        link,
        {study: heard.label(study) for study in sorted(heard.studies(effects))},
        len(heard.families(effects)),
        effects.bit_count(),
        {code: n for code, n in counts.items() if n},
    )


def said(found: Backing, labels: Mapping[str, str]) -> str:
    """One sentence for a link: who acts on whom, how, and how many studies are behind it."""
    ends = f"{labels[found.link.source]} → {labels[found.link.target]}"
    n = f"{found.n} {'study' if found.n == 1 else 'studies'}" if found.n else NO_STUDY
    return f"{ends}: {found.link.says} ({n})"


def text_of(given: MechanismMap, found: Sequence[Backing]) -> str:
    """The map in sentences, for those who do not see it: every link with its studies."""
    labels = {node.id: node.label for node in given.nodes}
    backed = sum(bool(one.n) for one in found)
    lines = [
        f"{len(given.nodes)} boxes, {len(found)} links; "
        f"{backed} have studies behind them, {len(found) - backed} have none.",
        *(said(one, labels) + "." for one in found),
    ]
    return "\n".join(lines)
