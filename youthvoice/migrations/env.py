"""Alembic runs this module; `migrations` gives it the connection and the metadata."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DefaultClause
from sqlalchemy.sql.elements import False_

from youthvoice.db import Utc


def render_for_both(kind: str, thing: Any, autogenerate: AutogenContext) -> str | Literal[False]:  # noqa: ARG001 - the library's signature
    """How a migration names a type and a default: the library's type, in case ours is removed; for both databases."""
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(thing, DefaultClause) and isinstance(thing.arg, False_):
        return "sa.false()"  # SQLite's own `0` is no default of a boolean on PostgreSQL
    return False


connection = context.config.attributes["connection"]


context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_for_both,
)


with context.begin_transaction():
    context.run_migrations()
