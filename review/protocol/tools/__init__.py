"""Which tools of appraisal ship: each a YAML file beside this, read once when it is asked for."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from review.errors import BadInput
from review.protocol.appraisal import Tool
from review.protocol.codebook import nearest

# in the order in which they are listed
SHIPPED = (
    "rob2",
    "robins-e",
    "nos-cohort",
    "nos-case-control",
    "nos-cross-sectional",
    "jbi-cross-sectional",
    "jbi-case-series",
    "jbi-cohort",
    "jbi-quasi-experimental",
    "syrcle",
)


@cache
def shipped(name: str) -> Tool:
    """Return the tool that ships under a name of `SHIPPED`."""
    text = files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return Tool.model_validate(YAML(typ="safe", pure=True).load(text))


def tool_named(name: str, own: Iterable[Tool] = ()) -> Tool:
    """Return the tool of that name, the protocol's own before one that ships.

    Raises BadInput with the nearest name for an unknown one.
    """
    wanted = name.strip().casefold().replace(" ", "-").replace("_", "-")
    mine = {tool.name: tool for tool in own}
    if wanted in mine:
        return mine[wanted]
    if wanted in SHIPPED:
        return shipped(wanted)
    known = (*mine, *(one for one in SHIPPED if one not in mine))
    raise BadInput(
        f"There is no tool '{name}'{nearest(wanted, known)}; tools are: {', '.join(known)}."
    )
