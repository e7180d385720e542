"""How a database comes to the newest schema: Alembic, driven from Python."""

from pathlib import Path

import sqlalchemy as sa

_HERE = Path(__file__).parent
HEAD = max(path.name[:4] for path in (_HERE / "versions").glob("[0-9]*.py"))
"""The newest schema this version of Review knows."""


def upgrade(conn: sa.Connection, to: str = HEAD) -> None:
    """Bring the database of `conn` to the schema `to`, inside its transaction."""
    # a quarter of a second that only making or migrating a database should cost
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, to)
