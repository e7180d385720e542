"""Alembic's environment: it runs on the connection it is given, never on a URL."""

from alembic import context

from review.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=False,
    transactional_ddl=True,
)
context.run_migrations()
