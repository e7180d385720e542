"""How a query asks about many numbers at once: as one parameter, since a database takes few."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def listed(conn: sa.Connection, values: Collection[int]) -> sa.Select[Any]:
    """Return a query of `values`, however many: a database takes few parameters one by one."""
    if conn.dialect.name == "postgresql":
        numbers = sa.literal(list(values), ARRAY(sa.BigInteger))
        return sa.select(sa.func.unnest(numbers))
    return sa.select(sa.func.json_each(json.dumps(list(values))).table_valued("value").c.value)
