"""How a tagged record is taken apart: rispy keeps every tag, and what was used is remembered."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import rispy

from review.ingest import fields

# a line without the space behind the dash is believed where two stand before it
TAG = re.compile(r"([A-Z][A-Z0-9])(?:[ \t]{1,4}-(?:[ \t]+(.*)|)|  -([^\s-].*))$")
_WOS_TAG = re.compile(r"[A-Z][A-Z0-9](?: |$)")


class _Every(dict[str, str]):
    """A tag table in which each tag stands for itself and takes a list."""

    def __missing__(self, tag: str) -> str:
        return tag

    def __contains__(self, tag: object) -> bool:
        return True


class RisTags(rispy.RisParser):  # type: ignore[misc]  # rispy is not typed
    """rispy's RIS, keeping every tag and repetition, lenient about spaces around the dash."""

    DEFAULT_MAPPING = _Every(TY="TY")
    DEFAULT_LIST_TAGS = _Every()
    DEFAULT_DELIMITER_MAPPING: dict[str, str] = {}  # noqa: RUF012 - rispy's own shape

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """Tag and content of a line; no tag where it continues the line before."""
        found = TAG.match(line)
        return (
            (found.group(1), (found.group(2) or found.group(3) or "").strip())
            if found
            else (None, line.strip())
        )


class WosTags(rispy.WokParser):  # type: ignore[misc]  # rispy is not typed
    """rispy's Web of Science, keeping every tag."""

    DEFAULT_IGNORE: list[str] = []  # noqa: RUF012 - rispy's own shape
    DEFAULT_MAPPING = _Every(PT="PT")
    DEFAULT_LIST_TAGS = _Every()

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """As rispy, but a line need not be indented to continue the one before."""
        if _WOS_TAG.match(line):
            return (line[:2], line[3:].strip())
        return (None, line.strip())


def values_of(parser: rispy.RisParser, lines: Iterable[str]) -> dict[str, list[str]]:
    """Every tag of one record with its values in order, empty ones left out."""
    parsed = parser.parse_lines(iter(lines))
    found: dict[str, list[str]] = {}
    for tag, value in (parsed[0] if parsed else {}).items():
        values = value if isinstance(value, list) else [value]
        if kept := [one for one in values if isinstance(one, str) and one.strip()]:
            found[tag or "untagged"] = kept
    return found


class Tags:
    """The tags of one record; what no field asked for is `left`."""

    def __init__(self, tags: dict[str, list[str]], *, used: Iterable[str] = ()) -> None:
        self.tags = tags
        self.used = set(used)

    def all(self, *names: str) -> list[str]:
        """Values of the first of the tags that is there."""
        for name in names:
            if name in self.tags:
                self.used.add(name)
                return self.tags[name]
        return []

    def one(self, *names: str) -> str:
        """The text of the first of the tags that is there; a value over several lines is joined."""
        return " ".join(dict.fromkeys(self.all(*names)))

    def first(self, *names: str) -> str:
        """The first value of the first of the tags that is there; other values stay `left`."""
        for name in names:
            if values := self.tags.get(name):
                if len(set(values)) == 1:
                    self.used.add(name)
                return values[0]
        return ""

    def matching(self, pattern: str, *names: str) -> str:
        """The first group of a pattern in the values of the tags, in order; "" if nowhere."""
        for name in names:
            for value in self.tags.get(name, ()):
                if found := re.search(pattern, value, re.IGNORECASE):
                    return found.group(1)
        return ""

    def left(self, dropped: Sequence[str] = ()) -> dict[str, Any]:
        """Tags that no field took, as text."""
        return {
            tag: [fields.paragraphs(one) for one in values]
            for tag, values in self.tags.items()
            if tag not in self.used and tag not in dropped
        }
