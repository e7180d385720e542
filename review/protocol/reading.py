"""Reads documents of a known shape from YAML, the protocol before all.

Every fault is one sentence that names file, line and key.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from review.errors import ProtocolError
from review.protocol.checks import Place, faults
from review.protocol.codebook import nearest
from review.protocol.model import Protocol

M = TypeVar("M", bound=BaseModel)

LARGEST = 2_000_000
# Aliases are copied out where they are used; a chain of them may grow without bound.
MOST_VALUES = 100_000
DEEPEST = 60
LONGEST_NUMBER = 40

_YAML = "tag:yaml.org,2002:"


def read(path: Path) -> Protocol:
    """The protocol in a file. Raises ProtocolError if it is missing, too large or malformed."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as fault:
        raise ProtocolError(f"{path}: cannot be read ({fault.strerror})") from fault
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise ProtocolError(f"{path}, line {line}: not UTF-8 text") from fault
    return parse(text, name=str(path))


def parse(text: str, *, name: str = "protocol") -> Protocol:
    """The protocol in a YAML text; `name` is what messages call it. Raises ProtocolError."""
    return parse_as(Protocol, text, name=name, what="a protocol", check=faults)


def parse_as(
    model: type[M],
    text: str,
    *,
    name: str,
    what: str,
    check: Callable[[M], Iterable[tuple[Place, str]]] = lambda _: (),
) -> M:
    """A document of the shape of `model` in a YAML text. Raises ProtocolError.

    `name` is the file and `what` the kind of document in messages; `check` gives what is wrong
    beyond the shape of single values, each with its place.
    """
    if len(text) > LARGEST:
        raise ProtocolError(f"{name}: larger than {LARGEST // 1_000_000} MB, so not {what}")
    if not text.strip():
        raise ProtocolError(f"{name}: empty")
    first = next(iter(model.model_fields))
    begins = f"{what} is a mapping that begins with `{first}:`"
    values, lines = _plain(_compose(text, name, begins), name)
    try:
        made = model.model_validate(values)
    except ValidationError as fault:
        found = _explained(fault.errors(include_url=False), model)
    else:
        found = list(check(made))
        if not found:
            return made
    raise ProtocolError(_first(found, name, lines))


def _compose(text: str, name: str, begins: str) -> Node:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        problem = " ".join((fault.problem or fault.context or "malformed").split())
        raise ProtocolError(f"{name}{line}: not YAML: {problem}") from fault
    except (YAMLError, ValueError) as fault:
        said = " ".join(str(fault).split())[:200]
        raise ProtocolError(f"{name}: not YAML: {said}") from fault
    except RecursionError as fault:
        raise ProtocolError(f"{name}: nested too deeply") from fault
    if not isinstance(node, MappingNode):
        raise ProtocolError(f"{name}, line 1: {begins}")
    return node


class _Reader:
    """Copies a node graph out as plain values, noting the line of every key and item."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.count = 0
        self.yaml = YAML(typ="safe", pure=True)

    def value(self, node: Node, at: Place) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise self.fault(node, f"more than {MOST_VALUES} values once aliases are followed")
        if len(at) > DEEPEST:
            raise self.fault(node, "nested too deeply")
        self.lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self.mapping(node, at)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*at, i)) for i, item in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: MappingNode, at: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                raise self.fault(key, "a key must be a word")
            if key.value in values:
                raise self.fault(key, f"the key {key.value!r} is given twice")
            self.lines[(*at, key.value)] = key.start_mark.line + 1
            values[key.value] = self.value(item, (*at, key.value))
        return values

    def scalar(self, node: Node) -> Any:
        kind = str(node.tag).removeprefix(_YAML)
        # A number longer than any real one is text: turning it into digits could take very long.
        if kind in ("str", "timestamp") or len(node.value) > LONGEST_NUMBER:
            return node.value
        if kind in ("int", "float", "bool", "null"):
            try:
                return self.yaml.constructor.construct_object(node)
            except (ValueError, OverflowError):
                return node.value
        raise self.fault(node, f"the tag {node.tag!s} is not allowed")

    def fault(self, node: Node, problem: str) -> ProtocolError:
        return ProtocolError(f"{self.name}, line {node.start_mark.line + 1}: {problem}")


def _plain(node: Node, name: str) -> tuple[Any, dict[Place, int]]:
    reader = _Reader(name)
    return reader.value(node, ()), reader.lines


def _explained(errors: list[ErrorDetails], model: type[BaseModel]) -> list[tuple[Place, str]]:
    # A list whose items are all faulty counts as too short as well; the items say it better.
    places = [error["loc"] for error in errors]
    return [
        _explain(error, model)
        for error in errors
        if error["type"] != "too_short"
        or not any(
            len(p) > len(error["loc"]) and p[: len(error["loc"])] == error["loc"] for p in places
        )
    ]


def _explain(error: ErrorDetails, model: type[BaseModel]) -> tuple[Place, str]:
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    key = str(place[-1]) if place else ""
    match error["type"]:
        case "missing":
            return place, "is missing"
        case "extra_forbidden":
            return place, _unknown(place, key, error["input"], model)
        case "model_type" | "dict_type" | "mapping_type":
            return place, "must be a mapping of keys to values"
        case "too_short":
            return place, "needs at least one item"
        case "tuple_type" | "list_type":
            return place, "must be a list"
        case "enum" | "literal_error":
            known = str((error.get("ctx") or {}).get("expected", ""))
            words = known.replace("'", "").replace(" or ", ", ").split(", ")
            hint = nearest(str(error["input"]), words)
            return place, f"is {error['input']!r}, which is none of {known}{hint}"
        case "string_pattern_mismatch":
            return place, f"is {error['input']!r}, which is not a valid code"
        case "value_error":
            return place, str(error["msg"]).removeprefix("Value error, ")
    said = str(error["msg"])
    return place, said[0].lower() + said[1:]


def _unknown(place: Place, key: str, value: Any, model: type[BaseModel]) -> str:
    if value is None:
        return "is an unknown key without a value; a text that holds a comma needs quotes in {...}"
    known = list(_keys(model, place[:-1]))
    hint = nearest(key, known)
    return (
        f"is an unknown key{hint}"
        if hint or not known
        else (f"is an unknown key; known here: {', '.join(known)}")
    )


def _keys(model: type[BaseModel], place: Place) -> Iterator[str]:
    """The keys a mapping at a place may hold, found by walking the types."""
    for part in place:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        inner = _model_in(model.model_fields[str(part)].annotation)
        if inner is None:
            return
        model = inner
    yield from model.model_fields


def _model_in(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    found = (_model_in(inner) for inner in getattr(kind, "__args__", ()))
    return next((model for model in found if model is not None), None)


def _first(found: list[tuple[Place, str]], name: str, lines: dict[Place, int]) -> str:
    placed = sorted(((_line(place, lines), place, said) for place, said in found), key=_by_line)
    line, place, said = placed[0]
    key = ".".join(str(p + 1) if isinstance(p, int) else p for p in place)
    more = f" (and {len(placed) - 1} more)" if len(placed) > 1 else ""
    return f"{name}, line {line}: {key} {said}{more}" if key else f"{name}: {said}{more}"


def _by_line(entry: tuple[int, Place, str]) -> tuple[int, bool]:
    # A misspelt key is both unknown and missing: say first what the person wrote.
    line, _, said = entry
    return line, said == "is missing"


def _line(place: Place, lines: dict[Place, int]) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
