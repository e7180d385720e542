"""What a picture is: a drawing, the data behind it, and the same said in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    Drawing = alt.TopLevelMixin | str

# the column of `rows` with the studies behind a mark, and the one that a mark carries to find it
STUDIES, MARK = "study_ids", "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, whole: nothing in it needs the database again.

    `chart` is an Altair chart without theme, or the text of an SVG drawn elsewhere; None where
    there is nothing to draw, and `text` then says so. `rows` are the data behind, one dictionary
    a mark, all with the same keys; `study_ids` in a row are the studies behind the mark.
    `text` says in sentences, with the numbers, what the drawing shows; `note` how to read it and
    by which rule it was made, with the source of the rule.
    """

    name: str
    title: str
    chart: "Drawing | None"
    rows: Sequence[Mapping[str, Any]] = field(default=())
    text: str
    note: str = ""

    def headings(self) -> dict[str, str]:
        """The columns of the data behind it: name and heading."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        return {name: name.replace("_", " ").capitalize() for name in names}


def several(n: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 study", "12 studies"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(items: Sequence[str], *, most: int = 12) -> str:
    """Words in a row, "a, b and c"; of more than `most`, how many are not named."""
    named = list(items[:most])
    if len(items) > most:
        named.append(f"{len(items) - most:,} more")
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def fewer(drawn: int, total: int, what: str) -> str:
    """The sentence that says that not everything is drawn, empty where it is."""
    if drawn >= total:
        return ""
    return f"Only {drawn:,} of {total:,} {what} are drawn; the data behind holds all."
