"""Rows in the tables of an earlier version, for a test of a migration."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, Connection, MetaData, Table

_DAY: Final = date(2026, 9, 1)
_OF_A_TYPE: dict[type, Any] = {int: 1, str: "x", bytes: b"x", bool: False, datetime: datetime(2026, 9, 1)}  # noqa: DTZ001


def fill(session: Connection, name: str, **values: Any) -> None:
    """A row as the tables were then; what must not be empty and is not told is made up."""
    table = Table(name, MetaData(), autoload_with=session)
    must = [one for one in table.columns if not one.nullable and one.server_default is None and one.name != "id"]
    made = {one.name: {} if isinstance(one.type, JSON) else _OF_A_TYPE.get(one.type.python_type, _DAY) for one in must}
    session.execute(table.insert().values({**made, **values}))
