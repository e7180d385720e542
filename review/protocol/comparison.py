"""What changed from one version of a protocol to the next, in sentences a person can check."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from review.protocol.codebook_history import differences as of_codebook
from review.protocol.difference import Difference, Kind, Part
from review.protocol.model import Protocol
from review.vocab import Stage

__all__ = ["Difference", "Kind", "Part", "changed_criteria", "compare"]

Items = Mapping[str, str]


def compare(old: Protocol, new: Protocol) -> list[Difference]:
    """Return every difference between two versions, in the order of the protocol's parts."""
    return [
        *_criteria(old, new),
        *_reasons(old, new),
        *_policies(old, new),
        *_terms(old, new),
        *of_codebook(old.codebook, new.codebook),
        *_rest(old, new),
    ]


def changed_criteria(differences: Sequence[Difference]) -> list[str]:
    """Return the codes of criteria and reasons that changed in more than their order."""
    parts = (Part.CRITERIA, Part.REASONS)
    codes = (d.code for d in differences if d.part in parts and d.kind is not Kind.MOVED)
    return list(dict.fromkeys(codes))


def _criteria(old: Protocol, new: Protocol) -> Iterator[Difference]:
    for where in ("include", "exclude"):
        before, after = (
            {one.code: one.text for one in getattr(version.eligibility, where)}
            for version in (old, new)
        )
        yield from _items(Part.CRITERIA, where, before, after)


def _reasons(old: Protocol, new: Protocol) -> Iterator[Difference]:
    for stage in Stage:
        before, after = (
            {one.code: one.label for one in version.reasons.get(stage, ())}
            for version in (old, new)
        )
        where = f"reasons-{stage.value}"
        yield from _items(Part.REASONS, where, before, after)
        stayed = [code for code in before if code in after]
        order = [code for code in after if code in before]
        for code in (code for a, code in zip(stayed, order, strict=True) if a != code):
            yield Difference(
                part=Part.REASONS,
                kind=Kind.MOVED,
                where=where,
                code=code,
                before=str(list(before).index(code) + 1),
                after=str(list(after).index(code) + 1),
            )


def _policies(old: Protocol, new: Protocol) -> Iterator[Difference]:
    for stage in Stage:
        before, after = (version.policy(stage).model_dump(mode="json") for version in (old, new))
        for name in after:
            if before.get(name) != after[name]:
                yield Difference(
                    part=Part.POLICIES,
                    kind=Kind.CHANGED,
                    where=f"{stage.value} policy",
                    code=name,
                    before=str(before.get(name)),
                    after=str(after[name]),
                )


def _terms(old: Protocol, new: Protocol) -> Iterator[Difference]:
    for side in ("include", "exclude"):
        before, after = (
            dict.fromkeys(getattr(version.highlight, side), "") for version in (old, new)
        )
        yield from _items(Part.HIGHLIGHT, f"terms-{side}", before, after)


def _rest(old: Protocol, new: Protocol) -> Iterator[Difference]:
    yield from _items(Part.REST, "question", old.question, new.question)
    sources = [{source.name: source.kind.value for source in v.sources} for v in (old, new)]
    yield from _items(Part.REST, "source", *sources)
    decisions = [{one.code: one.text for one in version.decisions} for version in (old, new)]
    yield from _items(Part.REST, "decision", *decisions)
    appraised = [_flat(version.appraisal.model_dump(mode="json")) for version in (old, new)]
    yield from _items(Part.REST, "appraisal", *appraised)
    extracted = [_flat(_form(version)) for version in (old, new)]
    yield from _items(Part.REST, "extraction", *extracted)
    for name in ("title", "notice"):
        before, after = getattr(old, name) or "", getattr(new, name) or ""
        if before != after:
            yield Difference(
                part=Part.REST, kind=Kind.CHANGED, where=name, before=before, after=after
            )


def _form(version: Protocol) -> dict[str, Any]:
    """The extraction section with its cells by their ids, without what is left to its default."""
    said = version.extraction.model_dump(mode="json", exclude_defaults=True)
    form = said.pop("form", {})
    groups = {group["id"]: group["fields"] for group in form.pop("groups", [])}
    cells = {
        f"{section}.{cell['id']}": cell
        for section, some in (form | groups).items()
        for cell in some
    }
    return {"extractors": version.extraction.extractors, **cells}


def _flat(section: dict[str, Any]) -> dict[str, str]:
    """A section of settings as one text a key, so that what changed in it can be named."""
    return {key: json.dumps(value, ensure_ascii=False)[:300] for key, value in section.items()}


def _items(part: Part, where: str, before: Items, after: Items) -> Iterator[Difference]:
    for code in (code for code in before if code not in after):
        yield Difference(part=part, kind=Kind.REMOVED, where=where, code=code, before=before[code])
    for code, words in after.items():
        if code not in before:
            yield Difference(part=part, kind=Kind.ADDED, where=where, code=code, after=words)
        elif before[code] != words:
            yield Difference(
                part=part,
                kind=Kind.REWORDED,
                where=where,
                code=code,
                before=before[code],
                after=words,
            )
