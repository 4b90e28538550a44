"""Migrations, numbered 0001, 0002, ...; the metadata is handed in from above."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

_HERE = Path(__file__).parent


def _config(connection: Connection, metadata: MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def upgrade(engine: Engine, metadata: MetaData, to: str = "head") -> None:
    """Bring a database to a revision; does nothing when it is there already."""
    with engine.connect().execution_options(writes=True) as connection:
        command.upgrade(_config(connection, metadata), to)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether a database has every migration."""
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_heads()
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    return tuple(have) == tuple(ScriptDirectory.from_config(config).get_heads())


def differences(engine: Engine, metadata: MetaData) -> list[object]:
    """What the tables of the code have that the database lacks, or the other way; empty when they agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def write_revision(engine: Engine, metadata: MetaData, number: str, message: str) -> None:
    """Write the next migration from the differences; for developers."""
    with engine.connect().execution_options(writes=True) as connection:
        command.revision(_config(connection, metadata), message, autogenerate=True, rev_id=number)
