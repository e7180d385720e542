"""How a database comes to the newest schema: Alembic, driven from Python."""

from pathlib import Path

import sqlalchemy as sa


def upgrade(conn: sa.Connection) -> None:
    """Bring the database of `conn` to the newest schema, inside its transaction."""
    # a quarter of a second that only making or migrating a database should cost
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
