"""What changed from one version of a codebook to the next: of each term and facet, a sentence."""

from collections.abc import Iterator

from review.protocol.codebook import Codebook, Facet, Scale, Term
from review.protocol.difference import Difference, Kind, Part

# what of a term is told as lists: gone and new, where the whole would be too long to read
_LISTED = {
    "cues": "cues",
    "veto": "veto cues",
    "mesh": "MeSH headings",
    "publication_types": "publication types",
}
_PLAIN = ("impairment", "domain", "cascade", "unit")
_OF_FACET = ("label", "level", "cardinality", "primary", "derived", "exact", "note")


def differences(old: Codebook, new: Codebook) -> Iterator[Difference]:
    """Yield every difference between two codebooks, facets first, in the order of the newer."""
    if old.taggers != new.taggers:
        said = f"taggers of each target: '{old.taggers}' is now '{new.taggers}'"
        yield _said(Kind.CHANGED, "codebook", "taggers", said)
    yield from _facets(old, new)
    before = {term.code: (facet, term) for facet in old.facets for term in facet.terms}
    seen: set[str] = set()
    for facet in new.facets:
        for term in facet.terms:
            came = [code for code in (term.code, *term.was) if code in before]
            seen.update(came)
            yield from _term(term, facet, came, before)
    for code in (code for code in before if code not in seen):
        yield _one(Kind.REMOVED, "term", code, before=_words(before[code][1]))
    yield from _scales(old.scales, new.scales)


def _facets(old: Codebook, new: Codebook) -> Iterator[Difference]:
    before, after = ({facet.id: facet for facet in book.facets} for book in (old, new))
    for id in (id for id in before if id not in after):
        yield _one(Kind.REMOVED, "facet", id, before=before[id].label)
    for id, facet in after.items():
        if id not in before:
            yield _one(Kind.ADDED, "facet", id, after=facet.label)
            continue
        for name in _OF_FACET:
            was, now = (str(getattr(one, name) or "") for one in (before[id], facet))
            if was != now:
                kind = Kind.REWORDED if name == "label" else Kind.CHANGED
                what = "" if name == "label" else f" in {name}"
                said = f"facet {id} {kind}{what}: '{was}' is now '{now}'"
                yield _one(kind, "facet", id, before=was, after=now, said=said)
        if before[id].attributes != facet.attributes:
            yield _said(Kind.CHANGED, "facet", id, f"facet {id} has other attributes")


def _term(
    term: Term, facet: Facet, came: list[str], before: dict[str, tuple[Facet, Term]]
) -> Iterator[Difference]:
    """What became of the terms that this one comes from: it, as it was, first."""
    code = term.code
    if not came:
        yield _one(Kind.ADDED, "term", code, after=_words(term))
        return
    own = code if code in before else came[-1]
    if own != code:
        kind = Kind.CHANGED if _parent(own) == _parent(code) else Kind.MOVED
        verb = "renamed" if kind is Kind.CHANGED else "moved"
        yield _one(kind, "term", code, before=own, after=code, said=f"term {own} {verb} to {code}")
    for gone in (one for one in came if one != own):
        said = f"term {gone} ({before[gone][1].label}) merged into {code} ({term.label})"
        yield _one(Kind.CHANGED, "term", gone, before=gone, after=code, said=said)
    was_in, was = before[own]
    if was_in.id != facet.id:
        said = f"term {code} moved from facet {was_in.id} to facet {facet.id}"
        yield _one(Kind.MOVED, "term", code, before=was_in.id, after=facet.id, said=said)
    if _words(was) != _words(term):
        yield _one(Kind.REWORDED, "term", code, before=_words(was), after=_words(term))
    if was.retired is not term.retired:
        yield _said(
            Kind.CHANGED,
            "term",
            code,
            f"term {code} ({term.label}) {'retired' if term.retired else 'brought back into use'}",
        )
    lapsed = [one for one in was.was if one not in (term.was or ()) and one != code]
    if lapsed:
        said = f"term {code} no longer stands for {', '.join(lapsed)}"
        yield _said(Kind.CHANGED, "term", code, said)
    yield from _rest(was, term)


def _rest(was: Term, term: Term) -> Iterator[Difference]:
    for name, called in _LISTED.items():
        gone = [one for one in getattr(was, name) if one not in getattr(term, name)]
        more = [one for one in getattr(term, name) if one not in getattr(was, name)]
        said = [f"without {', '.join(gone)}"] if gone else []
        said += [f"with {', '.join(more)}"] if more else []
        if said:
            sentence = f"term {term.code} changed in its {called}: {'; '.join(said)}"
            yield _said(Kind.CHANGED, "term", term.code, sentence)
    for name in _PLAIN:
        old, new = (str(getattr(one, name) or "nothing") for one in (was, term))
        if old != new:
            sentence = f"term {term.code} changed in {name}: '{old}' is now '{new}'"
            yield _one(Kind.CHANGED, "term", term.code, before=old, after=new, said=sentence)
    if was.attributes != term.attributes:
        yield _said(Kind.CHANGED, "term", term.code, f"term {term.code} has other attributes")


def _scales(old: tuple[Scale, ...], new: tuple[Scale, ...]) -> Iterator[Difference]:
    before, after = ({scale.id: scale for scale in some} for some in (old, new))
    for id in (id for id in before if id not in after):
        yield _one(Kind.REMOVED, "scale", id, before=before[id].label)
    for id, scale in after.items():
        if id not in before:
            yield _one(Kind.ADDED, "scale", id, after=scale.label)
        elif scale != before[id]:
            yield _said(Kind.CHANGED, "scale", id, f"scale {id} has other words or terms")


def _words(term: Term) -> str:
    return term.label + (f": {term.definition}" if term.definition else "")


def _parent(code: str) -> str:
    return code.rpartition(".")[0]


def _said(kind: Kind, where: str, code: str, said: str) -> Difference:
    return _one(kind, where, code, said=said)


def _one(
    kind: Kind, where: str, code: str, *, before: str = "", after: str = "", said: str = ""
) -> Difference:
    return Difference(
        part=Part.CODEBOOK,
        kind=kind,
        where=where,
        code=code,
        before=before,
        after=after,
        said=said,
    )
