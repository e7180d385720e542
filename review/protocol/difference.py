"""One change from a version of a protocol to the next: of what, which kind, and in one sentence."""

from dataclasses import dataclass
from enum import StrEnum

from review.vocab import Stage


class Part(StrEnum):
    """The part of a protocol that changed."""

    CRITERIA = "criteria"
    REASONS = "reasons"
    POLICIES = "policies"
    HIGHLIGHT = "highlight terms"
    CODEBOOK = "codebook"
    REST = "other"


class Kind(StrEnum):
    """What happened to one item."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change: of which item of which part, `before` and `after` in words, and a sentence.

    `said` is the sentence where kind, before and after do not make it.
    """

    part: Part
    kind: Kind
    where: str = ""
    code: str = ""
    before: str = ""
    after: str = ""
    said: str = ""

    @property
    def sentence(self) -> str:
        """The change in one line."""
        if self.said:
            return self.said
        what = " ".join(word for word in (_NAMES.get(self.where, self.where), self.code) if word)
        match self.kind:
            case Kind.ADDED:
                return f"{what} added: {self.after}" if self.after else f"{what} added"
            case Kind.REMOVED:
                return (
                    f"{what} removed (it was: {self.before})" if self.before else f"{what} removed"
                )
            case Kind.MOVED:
                return f"{what} moved from place {self.before} to place {self.after}"
        return f"{what} {self.kind}: '{self.before}' is now '{self.after}'"


_NAMES = {
    "include": "inclusion criterion",
    "exclude": "exclusion criterion",
    "terms-include": "term marked for inclusion",
    "terms-exclude": "term marked for exclusion",
} | {f"reasons-{stage.value}": f"{stage.value} reason" for stage in Stage}
