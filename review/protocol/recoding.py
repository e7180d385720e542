"""How a codebook's text changes when terms do, so that no tag is lost: the rest stays as written.

A code that goes is kept in `was` of the one that takes its place, so whatever was tagged with it
is found there; facts are never rewritten. Each function takes a protocol's YAML and returns it
changed, with a sentence; ProtocolError or BadInput where the change cannot be.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from review.errors import BadInput
from review.protocol.codebook import Facet, Term
from review.protocol.codebook_text import CodebookText, flow, is_below


@dataclass(frozen=True, slots=True)
class Recoded:
    """A protocol's text after a change of its codebook, and the change in one sentence."""

    text: str
    said: str


def rename(
    text: str,
    term: str,
    *,
    label: str | None = None,
    code: str | None = None,
    definition: str | None = None,
) -> Recoded:
    """Give a term another label, definition, or last part of its code; what is below follows."""
    book = CodebookText(text)
    facet, found = book.term(term)
    entry = book.entry(facet, found.code)
    said = []
    if label is not None and label != found.label:
        entry["label"] = label
        said.append(f"is now called {label!r}")
    if definition is not None and definition != (found.definition or ""):
        if "definition" not in entry:
            entry.insert(list(entry).index("label") + 1, "definition", definition)
        entry["definition"] = definition
        said.append("is defined anew" if found.definition else "has a definition")
    if code is not None and (new := _beside(found, code)) != found.code:
        _refuse_fixed(facet)
        _refuse_taken(facet, new)
        book.recode(facet, found.code, new)
        said.append(f"has the code {new}")
    if not said:
        raise BadInput(f"{found.code} is called so already; give --label, --code or --definition.")
    return Recoded(book.done(), f"{found.label} ({found.code}) {', '.join(said)}")


def move(text: str, term: str, *, under: str | None) -> Recoded:
    """Put a term, with all below it, under another of its facet, or (None) at the top."""
    book = CodebookText(text)
    facet, found = book.term(term)
    _refuse_fixed(facet)
    if under is None:
        top, where = found.code.partition(".")[0], "at the top"
    else:
        above = facet.term(under)
        if above.code == found.code or is_below(above.code, found.code):
            raise BadInput(f"{above.code} stands under {found.code}, so it cannot be above it")
        top, where = above.code, f"under {above.label} ({above.code})"
    new = f"{top}.{found.last}"
    if new == found.code:
        raise BadInput(f"{found.code} stands {where} already")
    _refuse_taken(facet, new)
    book.recode(facet, found.code, new)
    return Recoded(book.done(), f"{found.label} ({found.code}) stands {where}, as {new}")


def merge(text: str, term: str, into: str) -> Recoded:
    """Have a term go up in another of its facet, which takes its tags and what suggests it."""
    book = CodebookText(text)
    facet, gone = book.term(term)
    _refuse_fixed(facet)
    other, kept = book.term(into)
    if kept.code == gone.code:
        raise BadInput(f"{gone.code} cannot be merged into itself")
    if other.id != facet.id:
        raise BadInput(
            f"{kept.code} answers another question ({other.label}) than {gone.code} "
            f"({facet.label}); only terms of one facet are merged"
        )
    if kept.retired:
        raise BadInput(f"{kept.code} is retired; bring it back before something goes up in it")
    if is_below(kept.code, gone.code):
        raise BadInput(f"{kept.code} stands under {gone.code}; move it out of it first")
    book.recode(facet, gone.code, kept.code)
    return Recoded(book.done(), f"{gone.label} ({gone.code}) goes up in {kept.label} ({kept.code})")


def add(
    text: str,
    facet: str,
    code: str,
    *,
    label: str,
    definition: str | None = None,
    under: str | None = None,
) -> Recoded:
    """Add a term to a facet; `code` is its last part under `under`, or a whole code."""
    book = CodebookText(text)
    owner = book.book.facet(facet)
    if owner.derived:
        raise BadInput(f"{owner.label} is derived by rules; it takes no further term")
    above = owner.term(under) if under else None
    full = f"{above.code}.{code}" if above and not code.startswith(f"{above.code}.") else code
    if "." not in full:
        full = f"{owner.terms[0].code.partition('.')[0]}.{full}"
    _refuse_taken(owner, full)
    former = book.book.current(full)
    if former != full:
        raise BadInput(f"{full} is what {former} was; split {former} to have it back")
    values = {"code": full, "label": label} | ({"definition": definition} if definition else {})
    book.put(owner, values, after=above.code if above else None)
    return Recoded(book.done(), f"{label} ({full}) is added to {owner.label}")


def retire(text: str, term: str, *, back: bool = False) -> Recoded:
    """Have a term put on nothing more, or bring it `back`; what carries it keeps it."""
    book = CodebookText(text)
    facet, found = book.term(term)
    if found.retired is not back:
        raise BadInput(f"{found.code} is {'in use' if back else 'retired'} already")
    if not back:
        _refuse_fixed(facet)
    entry = book.entry(facet, found.code)
    if back:
        entry.pop("retired")
    else:
        entry["retired"] = True
    said = "is in use again" if back else "is retired"
    return Recoded(book.done(), f"{found.label} ({found.code}) {said}")


def split(text: str, term: str, parts: Sequence[tuple[str, str]]) -> Recoded:
    """Put narrower terms (last part of the code, label) under a term, which is retired.

    Its tags stay on it, where a search under it finds them, until somebody puts a narrower one.
    """
    book = CodebookText(text)
    facet, found = book.term(term)
    _refuse_fixed(facet)
    if len(parts) < 2:
        raise BadInput("Split a term into at least two: LAST=LABEL LAST=LABEL.")
    for last, label in parts:
        full = f"{found.code}.{last}"
        _refuse_taken(facet, full)
        book.put(facet, {"code": full, "label": label}, after=found.code)
    book.entry(facet, found.code)["retired"] = True
    named = ", ".join(f"{label} ({found.code}.{last})" for last, label in parts)
    return Recoded(book.done(), f"{found.label} ({found.code}) is split into {named} and retired")


def part(text: str, former: Iterable[Term]) -> Recoded:
    """Have terms back that went up in others: `former` as they last stood, the topmost first."""
    book = CodebookText(text)
    some = list(former)
    first = some[0]
    facet, into = book.term(first.code)
    for term in some:
        if book.book.current(term.code) == term.code:
            continue
        for entry in book.entries(facet):
            own = {term.code, *term.was}
            kept = [str(code) for code in entry.get("was") or () if str(code) not in own]
            if "was" in entry and kept != list(entry["was"]):
                if kept:
                    entry["was"] = flow(kept)
                else:
                    entry.pop("was")
        values = term.model_dump(mode="json", exclude_defaults=True)
        book.put(facet, values, after=term.parent)
    return Recoded(
        book.done(), f"{first.label} ({first.code}) is a term of its own again, not {into.code}"
    )


Change = Callable[[str], Recoded]
"""A change of a protocol's text: one of the above with all but the text given."""


def _beside(term: Term, code: str) -> str:
    head = term.code.rpartition(".")[0]
    wanted = code.strip()
    if "." not in wanted:
        return f"{head}.{wanted}" if head else wanted
    if wanted.rpartition(".")[0] != head:
        raise BadInput(f"{wanted} stands elsewhere than {term.code}; move the term instead")
    return wanted


def _refuse_taken(facet: Facet, code: str) -> None:
    if any(term.code == code for term in facet.terms):
        raise BadInput(f"there is a term {code} already; merge into it, or choose another code")


def _refuse_fixed(facet: Facet) -> None:
    # what a direction means for health is computed from its code
    if facet.id == "direction":
        raise BadInput(f"the codes of {facet.label} are read by the product; change the label only")
