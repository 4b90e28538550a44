"""Run by Alembic; the connection and the metadata are handed in by `upgrade`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DefaultClause
from sqlalchemy.sql.elements import False_

from youthvoice.db import Utc


def render_for_both(kind: str, thing: Any, autogenerate: AutogenContext) -> str | Literal[False]:  # noqa: ARG001 - the library's signature
    """A migration names the library's type, so that it outlives ours, and a default as either database says it."""
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(thing, DefaultClause) and isinstance(thing.arg, False_):
        return "sa.false()"  # as SQLite says it, `0`, it is none on PostgreSQL
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
