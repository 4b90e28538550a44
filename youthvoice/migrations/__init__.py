"""Migrations: numbered files that bring the tables of a database to the version of the code.

A released file never changes. There is no way back to an earlier version: an administrator restores a backup instead.
The caller gives the metadata, because this package imports no tables.

Alembic is loaded only where tables change: every process asks `is_current` when it starts, and has to be quick.

SQLite changes a column by creating another table and dropping the old one. With foreign keys on, that would delete the
rows that refer to it, such as the wraps of every letter. So they are off during a migration, and checked before the
commit.
Source: https://www.sqlite.org/lang_altertable.html, section 7.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, MetaData, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config


_HERE = Path(__file__).parent


class UnknownTables(RuntimeError):
    """No file here has the number of the database: a later version wrote it. The message is that number."""


def _config(connection: Connection, metadata: MetaData) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def upgrade(engine: Engine, metadata: MetaData, to: str = "head") -> None:
    """Bring a database to a revision; does nothing when it is there already.

    Raises:
        UnknownTables: nothing was changed.
    """
    with changing(engine) as connection:
        upgrade_on(connection, metadata, to)


def upgrade_on(connection: Connection, metadata: MetaData, to: str = "head") -> None:
    """As `upgrade`, in a transaction that `changing` began."""
    from alembic import command  # noqa: PLC0415 - see above

    for number in (revision_of(connection), to):
        if number not in _numbers() | {"", "head"}:
            raise UnknownTables(number)
    command.upgrade(_config(connection, metadata), to)


def recreate_tables(connection: Connection, metadata: MetaData, revision: str) -> None:
    """Drop every table with its rows, and create those of a revision, in a transaction that `changing` began.

    Raises:
        UnknownTables: nothing was changed.
    """
    if revision not in _numbers():
        raise UnknownTables(revision)
    metadata.drop_all(connection)
    connection.execute(text("DELETE FROM alembic_version"))
    upgrade_on(connection, metadata, revision)


def revision_of(connection: Connection) -> str:
    """The number that a database has; empty where no migration created its tables."""
    return "".join(_numbers_in_database(connection)) if inspect(connection).has_table("alembic_version") else ""


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A connection on which a migration may replace tables; commits at the end."""
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            connection.commit()
            return
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # before a transaction begins: inside one it would have no effect
        try:
            yield connection
            if lost := connection.execute(text("PRAGMA foreign_key_check")).first():
                raise RuntimeError(f"A row of {lost[0]} would hang on nothing")
            connection.commit()
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    """Whether a database, migrated before, has every migration: its number is that of the last file."""
    with engine.connect() as connection:
        return _numbers_in_database(connection) == [max(_numbers())]


def _numbers_in_database(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _numbers() -> set[str]:
    return {file.name.split("_")[0] for file in (_HERE / "versions").glob("[0-9]*_*.py")}


def differences(engine: Engine, metadata: MetaData) -> list[object]:
    """What the tables of the code have that the database lacks, or the other way; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see above
    from alembic.migration import MigrationContext  # noqa: PLC0415 - see above

    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def write_revision(engine: Engine, metadata: MetaData, number: str, message: str) -> None:
    """Write the next migration from the differences; for developers."""
    from alembic import command  # noqa: PLC0415 - see above

    with engine.connect().execution_options(writes=True) as connection:
        command.revision(_config(connection, metadata), message, autogenerate=True, rev_id=number)
