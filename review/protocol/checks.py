"""What one part of a protocol may not say of another: each fault with the place it stands."""

from collections.abc import Iterator

from review.protocol.appraisal import tool_faults
from review.protocol.codebook import Facet, Scale, Term, nearest
from review.protocol.form_checks import faults as of_form
from review.protocol.highlight import fault as term_fault
from review.protocol.model import Protocol
from review.protocol.tools import SHIPPED, tool_named
from review.vocab import ReasonPolicy, Stage

Place = tuple[str | int, ...]
Fault = tuple[Place, str]
Groups = list[tuple[str, int, Facet | Scale]]

# Words of the search expressions; a facet of that name could not be asked for.
RESERVED = frozenset({"and", "or", "not", "in", "under", "true", "false", "none"})


def faults(protocol: Protocol) -> Iterator[Fault]:
    """Everything in a well-typed protocol that contradicts itself, in the order of the file."""
    yield from _criteria(protocol)
    yield from _reasons(protocol)
    yield from _policies(protocol)
    yield from _highlight(protocol)
    yield from _codebook(protocol)
    yield from _appraisal(protocol)
    yield from of_form(protocol.extraction, protocol.codebook)


def _criteria(protocol: Protocol) -> Iterator[Fault]:
    seen: set[str] = set()
    for part in ("include", "exclude"):
        for i, criterion in enumerate(getattr(protocol.eligibility, part)):
            if criterion.code in seen:
                yield ("eligibility", part, i, "code"), f"{criterion.code!r} is given twice"
            seen.add(criterion.code)


def _reasons(protocol: Protocol) -> Iterator[Fault]:
    labels: dict[str, str] = {}
    for stage, reasons in protocol.reasons.items():
        seen: set[str] = set()
        for i, reason in enumerate(reasons):
            at = ("reasons", stage.value, i)
            if reason.code.casefold() in seen:
                yield (*at, "code"), f"{reason.code!r} is given twice"
            seen.add(reason.code.casefold())
            if labels.setdefault(reason.code, reason.label) != reason.label:
                yield (*at, "label"), f"{reason.code!r} has another label at the other stage"
    if not protocol.reasons.get(Stage.FULL_TEXT):
        yield ("reasons",), "full-text needs at least one reason, as every exclusion there has one"
    yield from _order(protocol)


def _order(protocol: Protocol) -> Iterator[Fault]:
    early, late = (protocol.reason_order(s) for s in Stage)
    shared_late = [c for c in late if c in early]
    shared_early = [c for c in early if c in late]
    for i, (a, b) in enumerate(zip(shared_early, shared_late, strict=False)):
        if a != b:
            at = ("reasons", Stage.FULL_TEXT.value, late.index(b))
            yield at, f"stands in another order than at title-abstract, where {a!r} is {_nth(i)}"
            return


def _nth(i: int) -> str:
    return f"number {i + 1} of those both stages share"


def _policies(protocol: Protocol) -> Iterator[Fault]:
    policy = protocol.policies.get(Stage.TITLE_ABSTRACT)
    if policy and policy.reason_policy is ReasonPolicy.CONFLICT:
        at = ("policies", Stage.TITLE_ABSTRACT.value, "reason_policy")
        yield at, "cannot be 'conflict': reasons are optional at title-abstract"


def _highlight(protocol: Protocol) -> Iterator[Fault]:
    sides: dict[str, str] = {}
    for side in ("include", "exclude"):
        for i, term in enumerate(getattr(protocol.highlight, side)):
            if said := term_fault(term):
                yield ("highlight", side, i), said
            elif sides.setdefault(term.casefold(), side) != side:
                yield ("highlight", side, i), f"{term!r} is marked for inclusion already"


def _codebook(protocol: Protocol) -> Iterator[Fault]:
    ids: set[str] = set()
    codes: set[str] = set()
    groups: Groups = [
        *(("facets", i, f) for i, f in enumerate(protocol.codebook.facets)),
        *(("scales", i, s) for i, s in enumerate(protocol.codebook.scales)),
    ]
    for kind, i, facet in groups:
        at = ("codebook", kind, i)
        if facet.id in ids:
            yield (*at, "id"), f"{facet.id!r} is given twice"
        if facet.id in RESERVED:
            yield (*at, "id"), f"{facet.id!r} is a word of the search expressions"
        ids.add(facet.id)
        yield from _terms(facet.terms, at, codes)
    yield from _former(groups)


def _former(groups: Groups) -> Iterator[Fault]:
    """A former code leads to one term only, and is no term's own: else a tag means two."""
    own = {term.code for _, _, facet in groups for term in facet.terms}
    taken: dict[str, str] = {}
    for kind, i, facet in groups:
        for j, term in enumerate(facet.terms):
            for n, old in enumerate(term.was):
                at = ("codebook", kind, i, "terms", j, "was", n)
                if old in own:
                    yield at, f"{old!r} is a term now, so it cannot be what {term.code!r} was"
                elif taken.setdefault(old, term.code) != term.code:
                    yield at, f"{old!r} is what {taken[old]!r} was already"


def _appraisal(protocol: Protocol) -> Iterator[Fault]:
    """What the section on appraisal says of tools and terms that there are not."""
    said = protocol.appraisal
    own = {tool.name: tool for tool in said.own_tools}
    for i, tool in enumerate(said.own_tools):
        for place, fault in tool_faults(tool):
            yield ("appraisal", "own_tools", i, *place), fault
    for i, rule in enumerate(said.tools):
        at = ("appraisal", "tools", i)
        for name in (rule.tool, *rule.also):
            if name not in (*own, *SHIPPED):
                hint = nearest(name, (*own, *SHIPPED))
                yield (*at, "tool"), f"{name!r} is no tool of appraisal{hint}"
        for key in ("designs", "populations"):
            for code in getattr(rule, key):
                if protocol.codebook.get(code) is None:
                    yield (*at, key), f"{code!r} is no term of the codebook"
    for code in said.starts_high:
        if protocol.codebook.get(code) is None:
            yield ("appraisal", "starts_high"), f"{code!r} is no term of the codebook"
    yield from _key_items(protocol)


def _key_items(protocol: Protocol) -> Iterator[Fault]:
    own = {tool.name for tool in protocol.appraisal.own_tools}
    for name, items in protocol.appraisal.key_items.items():
        at = ("appraisal", "key_items", name)
        if name not in (*own, *SHIPPED):
            yield at, f"{name!r} is no tool of appraisal{nearest(name, (*own, *SHIPPED))}"
            continue
        known = tool_named(name, protocol.appraisal.own_tools).by_id
        for item in items:
            if item not in known:
                yield at, f"{item!r} is no item of {name}{nearest(item, known)}"


def _terms(terms: tuple[Term, ...], at: Place, codes: set[str]) -> Iterator[Fault]:
    own = [t.code for t in terms]
    labels: set[str] = set()
    for j, term in enumerate(terms):
        place = (*at, "terms", j)
        if term.code in codes:
            yield (*place, "code"), f"{term.code!r} is given twice"
        if term.parent is not None and term.parent not in own:
            hint = nearest(term.parent, [c for c in own if c != term.code])
            yield (
                (*place, "code"),
                f"{term.code!r} stands under {term.parent!r}, which is no term of this facet{hint}",
            )
        if term.label.casefold() in labels:
            yield (*place, "label"), f"{term.label!r} is the label of two terms of this facet"
        codes.add(term.code)
        labels.add(term.label.casefold())
