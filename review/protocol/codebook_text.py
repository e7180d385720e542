"""The codebook inside a protocol's YAML, open for a change that leaves the rest as written."""

import io
import re
from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.util import load_yaml_guess_indent

from review.errors import BadInput
from review.protocol.codebook import Codebook, Facet, Term
from review.protocol.reading import parse

_WIDEST = 4096
_SECTION = re.compile(
    r"^codebook:[ \t]*(?:#.*)?\n(?:(?:[ \t#-].*)?\n)*(?:[ \t].*\Z)?", re.MULTILINE
)
_LISTS = ("mesh", "publication_types", "cues")


class CodebookText:
    """The entries of a codebook as they stand in a YAML text; `done` gives the text back."""

    def __init__(self, text: str) -> None:
        self.book: Codebook = parse(text).codebook
        self.yaml = YAML(typ="rt")
        self.yaml.width = _WIDEST
        self.yaml.preserve_quotes = True
        self.before, section, self.after = _parted(text)
        _, indent, dash = load_yaml_guess_indent(section, yaml=_Unread())
        self.yaml.indent(mapping=2, sequence=indent or 2, offset=dash or 0)
        self.document = self.yaml.load(section)

    def term(self, text: str) -> tuple[Facet, Term]:
        """A term by any of its names, with its facet; BadInput where it is derived by rules."""
        found = self.book.find(text)
        facet = self.book.facet_of(found.code)
        if facet.derived:
            raise BadInput(f"{facet.label} is derived by rules, so its terms stay as they are")
        return facet, found

    def entries(self, facet: Facet) -> CommentedSeq:
        """The entries of a facet's terms."""
        place = [one.id for one in self.book.facets].index(facet.id)
        found: CommentedSeq = self.document["codebook"]["facets"][place]["terms"]
        return found

    def entry(self, facet: Facet, code: str) -> CommentedMap:
        """The entry of one term."""
        entries = self.entries(facet)
        found: CommentedMap = next(one for one in entries if str(one["code"]) == code)
        return found

    def recode(self, facet: Facet, old: str, new: str) -> None:
        """Give a term, and each below it, another code; where that one is taken, merge into it."""
        below = [term.code for term in facet.under(old)]
        taken = {term.code for term in facet.terms} - set(below)
        for code in below:
            after = new + code.removeprefix(old)
            if after in taken:
                self.swallow(facet, code, after)
            else:
                entry = self.entry(facet, code)
                entry["code"] = after
                _remember(entry, [code], but=after)

    def swallow(self, facet: Facet, code: str, into: str) -> None:
        """Have one entry take another's codes and what suggests it, and drop the other."""
        gone, kept = self.entry(facet, code), self.entry(facet, into)
        _remember(kept, [code, *map(str, gone.get("was") or ())], but=into)
        for name in _LISTS:
            more = [one for one in gone.get(name) or () if one not in (kept.get(name) or ())]
            if more:
                kept[name] = flow([*(kept.get(name) or ()), *more])
        entries = self.entries(facet)
        entries.remove(gone)

    def put(self, facet: Facet, values: dict[str, Any], *, after: str | None) -> None:
        """Add an entry behind the last one below `after`, or at the end."""
        entries = self.entries(facet)
        codes = [str(one["code"]) for one in entries]
        below = [i for i, c in enumerate(codes) if after and (c == after or is_below(c, after))]
        entry = CommentedMap(
            {name: flow(v) if isinstance(v, list) else v for name, v in values.items()}
        )
        place = below[-1] + 1 if below else len(codes)
        before = entries[place - 1]
        last = list(before)[-1]
        if last in before.ca.items:  # the empty line that parts this facet from the next
            entry.ca.items[list(entry)[-1]] = before.ca.items.pop(last)
        entries.insert(place, entry)

    def done(self) -> str:
        """The text as it is now; ProtocolError where it is no protocol any more."""
        out = io.StringIO()
        self.yaml.dump(self.document, out)
        text = self.before + out.getvalue() + self.after
        parse(text, name="the changed codebook")
        return text


class _Unread:
    """Stands for a reader where only the indentation of a text is asked for."""

    def load(self, _: str) -> None:
        """Read nothing."""


def _parted(text: str) -> tuple[str, str, str]:
    """The text before the codebook, the codebook, and what follows.

    All of it is the codebook where that cannot be read apart: on one line with the rest, or
    with an alias of what stands elsewhere.
    """
    found = _SECTION.search(text)
    whole = "", text, ""
    if found is None:
        return whole
    try:
        YAML(typ="safe", pure=True).compose(found.group())
    except YAMLError:
        return whole
    if re.search(r"(?<=[\s\[,])&\w", found.group()):  # what follows may be an alias of it
        return whole
    return text[: found.start()], found.group(), text[found.end() :]


def is_below(code: str, above: str) -> bool:
    """Whether a code stands below another, at any depth."""
    return code.startswith(f"{above}.")


def flow(items: Iterable[Any]) -> CommentedSeq:
    """A list written on one line."""
    found = CommentedSeq(items)
    found.fa.set_flow_style()
    return found


def _remember(entry: CommentedMap, codes: Iterable[str], *, but: str) -> None:
    every = dict.fromkeys([*map(str, entry.get("was") or ()), *codes])
    kept = [code for code in every if code != but]
    if kept:
        entry["was"] = flow(kept)
    else:
        entry.pop("was", None)
