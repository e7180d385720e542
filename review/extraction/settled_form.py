"""Decides what two forms become once each difference is settled: A's value, B's, or a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from review.errors import BadInput
from review.extraction.comparison import APART, Cell, Comparison, Pair
from review.extraction.faults import Place, where
from review.extraction.sameness import Cells, folded
from review.extraction.values import empty
from review.protocol.codebook import nearest

Takes = Literal["A", "B", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How one difference is settled; a new value says why."""

    cell: str
    takes: Takes
    value: Any = None
    why: str = ""

    def shown(self) -> dict[str, Any]:
        """The choice as it is stored."""
        new = {"value": self.value} if self.takes == "new" else {}
        return {"cell": self.cell, "takes": self.takes, **new, "why": self.why}


def read_choices(given: Iterable[object]) -> list[Choice]:
    """Choices from a document: [{cell, takes: A | B | new, value, why}]. Raises BadInput."""
    found = []
    for i, one in enumerate(given, 1):
        if not isinstance(one, Mapping) or "cell" not in one or "takes" not in one:
            raise BadInput(
                f"Choice {i} names no cell with what it takes: {{cell, takes, value, why}}."
            )
        takes = str(one["takes"])
        takes = "new" if takes.casefold() == "new" else takes.upper()
        if takes not in ("A", "B", "new"):
            raise BadInput(f"{one['cell']} takes A, B or new, not {one['takes']!r}.")
        why = str(one.get("why") or "").strip()
        if takes == "new" and not why:
            raise BadInput(f"{one['cell']} takes a new value: say why.")
        value = one.get("value")
        found.append(Choice(cell=str(one["cell"]), takes=takes, value=value, why=why))  # type: ignore[arg-type]
    return found


def settled(comparison: Comparison, choices: Iterable[Choice]) -> dict[str, Any]:
    """The form that two forms and the choices between them give.

    Equal cells are taken as they are; a row that only one side has is kept or left out. Each
    cell keeps the source it was read from. Raises BadInput for a choice of no difference, one
    made twice, or a difference without a choice.
    """
    return _Settling(comparison, _by_cell(comparison, list(choices))).form()


def origins(comparison: Comparison, choices: Iterable[Choice]) -> dict[Place, Place]:
    """The place of each row of the settled form, and where that row stands in the comparison."""
    settling = _Settling(comparison, _by_cell(comparison, list(choices)))
    settling.form()
    return settling.origins


class _Settling:
    """Goes through the rows of both, and takes of each what was chosen."""

    def __init__(self, comparison: Comparison, by_cell: Mapping[str, Choice]) -> None:
        self.comparison = comparison
        self.by_cell = by_cell
        self.origins: dict[Place, Place] = {}
        self.labels: dict[tuple[int, str], str] = {}
        self.gone: set[tuple[int, str]] = set()
        self.effects: dict[Any, tuple[int, Cells]] = {}
        self.read: dict[Any, dict[str, Cells | None]] = {}

    def form(self) -> dict[str, Any]:
        form: dict[str, Any] = {"study": {}, "arms": [], "effects": []}
        for pair in self.comparison.pairs:
            row = _row(pair, self.by_cell)
            if pair.section.id == "arms":
                _relabel(pair, row, self.labels, self.gone)
            if row is not None:
                self.origins[self.put(form, pair, row)] = pair.place
            if row is not None and pair.section.id == "numbers":
                self.read_by_side(pair, row)
        for _, effect in self.effects.values():
            if not effect["arms"]:
                del effect["arms"]
        return form

    def put(self, form: dict[str, Any], pair: Pair, row: Cells) -> Place:
        """Put a row where it belongs; return its place in the settled form."""
        if pair.section.id == "study":
            form["study"] = row
            return ("study",)
        if pair.section.id == "numbers":
            number, effect = self.effects[pair.place[1]]
            effect.setdefault("numbers", []).append(row)
            return ("effects", number, "numbers", len(effect["numbers"]) - 1)
        rows = form.setdefault(pair.section.id, [])
        rows.append(row)
        if pair.section.id == "effects":
            row["arms"] = _arms(pair, row, self.by_cell, self.labels, self.gone)
            self.effects[pair.place[1]] = len(rows) - 1, row
            given = {"A": pair.a or {}, "B": pair.b or {}}
            self.read[pair.place[1]] = {side: one.get("source") for side, one in given.items()}
        return (pair.section.id, len(rows) - 1)

    def read_by_side(self, pair: Pair, row: Cells) -> None:
        """Keep where values were read by the side they are of, if their effect is of the other's.

        Values are read where their effect was, unless they say otherwise.
        """
        _, effect = self.effects[pair.place[1]]
        for name in [name for name in row if name not in APART]:
            side = "A" if pair.b is None else "B"
            if pair.whole:
                _, side = _value(pair, name, self.by_cell.get(where((*pair.place, name))))
            source = self.read[pair.place[1]].get(side)
            if source and source != effect.get("source"):
                row.setdefault("sources", {}).setdefault(name, dict(source))


def _by_cell(comparison: Comparison, choices: list[Choice]) -> dict[str, Choice]:
    open_ = {cell.cell: cell for cell in comparison.differences}
    found: dict[str, Choice] = {}
    for choice in choices:
        cell = open_.get(choice.cell)
        if cell is None:
            raise BadInput(f"{choice.cell!r} is no difference{nearest(choice.cell, open_)}.")
        if choice.cell in found:
            raise BadInput(f"{choice.cell} is settled twice.")
        if choice.takes == "new" and not cell.name:
            raise BadInput(f"{choice.cell} is a row that one side has: it takes A or B.")
        found[choice.cell] = choice
    left = [cell for cell in open_ if cell not in found]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise BadInput(f"{left[0]}{more} not settled yet: each difference takes A, B or new.")
    return found


def _row(pair: Pair, by_cell: Mapping[str, Choice]) -> Cells | None:
    if pair.a is None or pair.b is None:
        side = "A" if pair.b is None else "B"
        taken = by_cell[where(pair.place)].takes == side
        return dict(pair.a or pair.b or {}) if taken else None
    row: Cells = {}
    sources: Cells = {}
    for name in dict.fromkeys([*pair.a, *pair.b]):
        if name in APART:
            continue
        choice = by_cell.get(where((*pair.place, name)))
        value, side = _value(pair, name, choice)
        if not empty(value):
            row[name] = value
            if source := _source(pair, name, side):
                sources[name] = source
    whole = pair.a.get("source") or pair.b.get("source")
    if whole:
        row["source"] = whole
    own = {name: source for name, source in sources.items() if source != whole}
    if own:
        row["sources"] = own
    return row


def _value(pair: Pair, name: str, choice: Choice | None) -> tuple[Any, str]:
    a, b = (pair.a or {}).get(name), (pair.b or {}).get(name)
    if choice is not None:
        return {"A": a, "B": b, "new": choice.value}[choice.takes], choice.takes
    field = pair.section.field(name)
    if field is not None and not field.compared and not empty(a) and not empty(b):
        apart = folded(a) != folded(b) and name == "note"
        return (f"{a}; {b}" if apart else a), "A"
    return (b, "B") if empty(a) else (a, "A")


def _source(pair: Pair, name: str, side: str, *, alone: bool = False) -> Cells | None:
    """Where a value was read: by the side it is of, else by the other (but for `alone`)."""
    mine, other = (pair.b, pair.a) if side == "B" else (pair.a, pair.b)
    for row in [mine] if alone else [mine, other]:
        if own := (row or {}).get("sources", {}).get(name):
            return dict(own)
    whole = (mine or {}).get("source")
    return dict(whole) if whole else None


def _relabel(
    pair: Pair,
    row: Cells | None,
    labels: dict[tuple[int, str], str],
    gone: set[tuple[int, str]],
) -> None:
    """Note what the arm of each side is called now, or that it was left out."""
    for side, arm in enumerate((pair.a, pair.b)):
        if arm is not None:
            key = side, folded(arm.get("label", ""))
            if row is None:
                gone.add(key)
            else:
                labels[key] = str(row.get("label", ""))


def _arms(
    pair: Pair,
    row: Cells,
    by_cell: Mapping[str, Choice],
    labels: Mapping[tuple[int, str], str],
    gone: set[tuple[int, str]],
) -> list[str]:
    """The arms of an effect by the labels they have now."""
    choice = by_cell.get(where((*pair.place, "arms")))
    side = 1 if pair.a is None or (choice and choice.takes == "B") else 0
    given = row.get("arms") or []
    if choice is None and pair.whole and pair.a is not None and not pair.a.get("arms"):
        side = 1
    if choice is not None and choice.takes == "new":
        return [given] if isinstance(given, str) else list(given)
    kept = [label for label in given if (side, folded(label)) not in gone]
    return list(dict.fromkeys(labels.get((side, folded(label)), label) for label in kept))


def all_of(comparison: Comparison, takes: Literal["A", "B"]) -> list[Choice]:
    """The choices that take one side throughout."""
    return [Choice(cell=cell.cell, takes=takes) for cell in comparison.differences]


def shown(cell: Cell) -> dict[str, Any]:
    """A compared cell as a JSON document has it."""
    return {
        "cell": cell.cell,
        "section": cell.pair.section.id,
        "row": cell.pair.title,
        "name": cell.name,
        "label": cell.label,
        "A": cell.a,
        "B": cell.b,
        "equal": cell.equal,
        "missing": "A" if cell.pair.a is None else "B" if cell.pair.b is None else None,
        "sources": {side: _source(cell.pair, cell.name, side, alone=True) for side in ("A", "B")},
    }
