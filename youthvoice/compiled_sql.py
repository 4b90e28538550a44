"""Statements whose words are made once for each kind of database and then go straight to the driver.

For the handful that every response of a child needs: between two writes to the disk, most of what a response costs is
code that has to be read again, so the least code wins. Everything else asks through SQLAlchemy as usual. Values come
back as the driver gives them. An error shows the statement's words, never its parameters.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Executed = Select[Any] | UpdateBase


def insert_into(table: Table | type[DeclarativeBase], dialect: Dialect) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`, in the words of one database.

    Only that database's dialect is imported: each is two megabytes of every process.

    Returns:
        `sqlalchemy.dialects.{sqlite,postgresql}.Insert`, which have these methods alike but no type in common.
    """
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - see above
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment] # noqa: PLC0415 - see above
    return insert(table)


class CompiledStatement:
    """One SELECT, INSERT, UPDATE or DELETE with named parameters.

    Args:
        made: the statement, or what makes it for a database.
    """

    def __init__(self, made: Executed | Callable[[Dialect], Executed]) -> None:
        self._made = made
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}

    def first(self, connection: Connection, values: dict[str, Any]) -> Sequence[Any] | None:
        """The first row, or None."""
        rows = self.rows(connection, values)
        return rows[0] if rows else None

    def rows(self, connection: Connection, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        """Every row; empty for a statement that gives none.

        Args:
            connection: in a transaction when something is written.
            values: by name of the parameter, as the driver takes them.

        Raises:
            DBAPIError: the database refuses.
        """
        words, order = self._words(connection.dialect)
        driver: Any = connection.connection.dbapi_connection
        given = values if order is None else [values[name] for name in order]
        refusal = connection.dialect.loaded_dbapi.Error
        try:
            cursor = driver.execute(words, given)
            rows: Sequence[Sequence[Any]] = cursor.fetchall() if cursor.description else ()
            cursor.close()
        except refusal as error:
            raise DBAPIError.instance(words, None, error, refusal, hide_parameters=True) from None
        return rows

    def _words(self, dialect: Dialect) -> tuple[str, list[str] | None]:
        if dialect.name not in self._compiled:
            made = self._made if isinstance(self._made, Select | UpdateBase) else self._made(dialect)
            compiled = made.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)
            order = list(compiled.positiontup or ()) if compiled.positional else None
            self._compiled[dialect.name] = (str(compiled), order)
        return self._compiled[dialect.name]
