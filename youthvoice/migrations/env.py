"""Run by Alembic; the connection and the metadata are handed in by `upgrade`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from youthvoice.db import Utc


def plain_moment(kind: str, thing: Any, autogenerate: AutogenContext) -> str | Literal[False]:  # noqa: ARG001 - the library's signature
    """A migration names the library's type, so that it outlives ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Utc) else False


connection = context.config.attributes["connection"]


context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_moment,
)


with context.begin_transaction():
    context.run_migrations()
