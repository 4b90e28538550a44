"""SQL statements that are compiled once for each kind of database, and then run directly on the driver.

They are for the few statements of every child's response: between two writes to the disk, most of its cost is code that
has to be loaded into the cache again, so the least code wins. Everything else uses SQLAlchemy as usual. Values come
back as the driver returns them. An error shows the SQL text, never its parameters.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, Dialect, Integer, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import UserDefinedType

Executed = Select[Any] | UpdateBase


def insert_into(table: Table | type[DeclarativeBase], dialect: Dialect) -> Any:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`, for one kind of database.

    Only that database's dialect is imported: each takes two megabytes of every process.

    Returns:
        `sqlalchemy.dialects.{sqlite,postgresql}.Insert`, which share these methods but no type.
    """
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - see above
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment] # noqa: PLC0415 - see above
    return insert(table)


class CompiledStatement:
    """One SELECT, INSERT, UPDATE or DELETE with named parameters.

    Args:
        statement: itself, or a function that returns it for a database.
    """

    def __init__(self, statement: Executed | Callable[[Dialect], Executed]) -> None:
        self._source = statement
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}

    def first(self, connection: Connection, values: dict[str, Any]) -> Sequence[Any] | None:
        """The first row, or None."""
        return next(iter(self.rows(connection, values)), None)

    def rows(self, connection: Connection, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        """Every row; empty for a statement that returns none.

        Args:
            connection: in a transaction when something is written.
            values: by name of the parameter, as the driver takes them.

        Raises:
            DBAPIError: the database refuses.
        """
        sql, order = self._compile(connection.dialect)
        driver: Any = connection.connection.dbapi_connection
        parameters = values if order is None else [values[name] for name in order]
        refusal = connection.dialect.loaded_dbapi.Error
        try:
            cursor = driver.execute(sql, parameters)
            rows: Sequence[Sequence[Any]] = cursor.fetchall() if cursor.description else ()
            cursor.close()
        except refusal as error:
            if connection.dialect.is_disconnect(error, driver, None):
                connection.invalidate(error)  # else its rollback fails as well, and with it the page that says so
            raise DBAPIError.instance(sql, None, error, refusal, hide_parameters=True) from None
        return rows

    def _compile(self, dialect: Dialect) -> tuple[str, list[str] | None]:
        if dialect.name not in self._compiled:
            statement = self._source if isinstance(self._source, Select | UpdateBase) else self._source(dialect)
            compiled = statement.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)
            order = list(compiled.positiontup or ()) if compiled.positional else None
            self._compiled[dialect.name] = (str(compiled), order)
        return self._compiled[dialect.name]


class _WholeNumbers(UserDefinedType[Any]):
    """An array that is sent as one text: the driver would convert each of a thousand numbers on its own."""

    cache_ok, render_bind_cast = True, True

    def __init__(self, number: Integer) -> None:
        self.number = number

    def get_col_spec(self, **_more: Any) -> str:
        """What the text is cast to."""
        return "BIGINT[]" if isinstance(self.number, BigInteger) else "INTEGER[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - the library's signature
        """How the numbers are sent: as `{1, 2, 3}`."""
        return lambda numbers: f"{{{str([*numbers])[1:-1]}}}"


def send_lists_as_arrays(dialect: Dialect) -> None:
    """Send the whole numbers of an `in_` as one array, and not each as a parameter of its own.

    So a statement is one text for any number of them: the driver reads it once, and the server plans it once.
    Source: PostgreSQL 17, 9.25.3; SQLAlchemy 2.1, "Using IN expressions", whose expanding parameter this replaces.
    """
    usual: Any = dialect.statement_compiler

    class ArrayCompiler(usual):
        """The compiler of this dialect with `= ANY (array)`."""

        def visit_in_op_binary(self, binary: Any, operator: Any, **more: Any) -> str:  # noqa: ARG002 - the library's signature
            values = binary.right
            if not (isinstance(values, BindParameter) and values.expanding and isinstance(values.type, Integer)):
                return str(self._generate_generic_binary(binary, " IN ", **more))
            array = values._clone()  # noqa: SLF001 - so the library knows that both have one value
            array.expanding, array.type = False, _WholeNumbers(values.type)
            return f"{self.process(binary.left, **more)} = ANY ({self.process(array, **more)})"

    dialect.statement_compiler = ArrayCompiler
