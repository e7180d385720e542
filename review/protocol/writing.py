"""How a protocol's text changes where a form changed it: the rest stays as it was written."""

import io
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from review.protocol.model import Protocol
from review.protocol.reading import parse
from review.vocab import Stage

Pairs = Sequence[tuple[str, str]]
"""Codes with their words, in order."""


def rewritten(
    text: str,
    *,
    include: Pairs,
    exclude: Pairs,
    reasons: Mapping[Stage, Pairs],
    highlight: tuple[Sequence[str], Sequence[str]],
) -> str:
    """Return a protocol's YAML with these parts in place of its own, where they differ.

    `highlight` are the terms marked for inclusion and for exclusion. Comments outside of these
    parts stay; one that follows a replaced list goes with it. Raises ProtocolError if what comes
    out is no protocol.
    """
    yaml = YAML(typ="rt")
    yaml.width = 100
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    now = parse(text)
    eligibility = document["eligibility"]
    for part, given in (("include", include), ("exclude", exclude)):
        before = [(one.code, one.text) for one in getattr(now.eligibility, part)]
        if list(given) != before:
            eligibility[part] = _items(given, "text")
    for stage, some in reasons.items():
        if list(some) != [(one.code, one.label) for one in now.reasons.get(stage, ())]:
            document["reasons"][stage.value] = _items(some, "label")
    if tuple(map(tuple, highlight)) != (now.highlight.include, now.highlight.exclude):
        marked, against = (_flow(terms) for terms in highlight)
        document["highlight"] = CommentedMap(include=marked, exclude=against)
    out = io.StringIO()
    yaml.dump(document, out)
    parse(out.getvalue(), name="the amended protocol")
    return out.getvalue()


def listed(protocol: Protocol) -> dict[str, list[str]]:
    """Return criteria, reasons and terms as lines to edit: `CODE: words`, or a term a line."""
    found = {
        "include": [f"{one.code}: {one.text}" for one in protocol.eligibility.include],
        "exclude": [f"{one.code}: {one.text}" for one in protocol.eligibility.exclude],
        "terms-include": list(protocol.highlight.include),
        "terms-exclude": list(protocol.highlight.exclude),
    }
    for stage in Stage:
        some = protocol.reasons.get(stage, ())
        found[f"reasons-{stage.value}"] = [f"{one.code}: {one.label}" for one in some]
    return found


def _items(rows: Pairs, second: str) -> CommentedSeq:
    found = CommentedSeq()
    for code, words in rows:
        row = CommentedMap({"code": code, second: words})
        row.fa.set_flow_style()
        found.append(row)
    return found


def _flow(terms: Sequence[str]) -> CommentedSeq:
    found = CommentedSeq(terms)
    found.fa.set_flow_style()
    return found
