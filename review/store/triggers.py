"""The triggers by which the database itself refuses to change or delete a fact."""

from collections.abc import Iterator, Sequence

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'facts are only ever added: % of % refused', TG_OP, TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql
"""


def statements(dialect: str, tables: Sequence[str]) -> Iterator[str]:
    """Yield the DDL that makes `tables` append-only on `dialect` ("sqlite" or "postgresql")."""
    if dialect == "postgresql":
        yield _POSTGRES_FUNCTION
        for table in tables:
            yield (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in tables:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, "
                f"'facts are only ever added: {act} of {table} refused'); END"
            )
