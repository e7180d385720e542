"""How a protocol's text changes where a form changed it: the rest stays as it was written."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from review.protocol.model import Criterion, Highlight, Protocol, Reason
from review.protocol.reading import parse
from review.vocab import Stage


def rewritten(
    text: str,
    *,
    include: Sequence[Criterion] | None = None,
    exclude: Sequence[Criterion] | None = None,
    reasons: Mapping[Stage, Sequence[Reason]] | None = None,
    highlight: Highlight | None = None,
) -> str:
    """Return a protocol's YAML with these parts in place of its own.

    Comments outside of these parts stay; one that follows a replaced list goes with it.

    Raises ProtocolError if what comes out is no protocol.
    """
    yaml = YAML(typ="rt")
    yaml.width = 100
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    now = parse(text)
    eligibility = document.setdefault("eligibility", CommentedMap())
    for part, given in (("include", include), ("exclude", exclude)):
        if given is not None and tuple(given) != getattr(now.eligibility, part):
            eligibility[part] = _items(("code", one.code, "text", one.text) for one in given)
    for stage, some in (reasons or {}).items():
        if tuple(some) != now.reasons.get(stage, ()):
            listed = _items(("code", one.code, "label", one.label) for one in some)
            document.setdefault("reasons", CommentedMap())[stage.value] = listed
    if highlight is not None and highlight != now.highlight:
        document["highlight"] = CommentedMap(
            include=_flow(highlight.include), exclude=_flow(highlight.exclude)
        )
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


def _items(rows: Any) -> CommentedSeq:
    found = CommentedSeq()
    for first, code, second, words in rows:
        row = CommentedMap({first: code, second: words})
        row.fa.set_flow_style()
        found.append(row)
    return found


def _flow(terms: Sequence[str]) -> CommentedSeq:
    found = CommentedSeq(terms)
    found.fa.set_flow_style()
    return found
