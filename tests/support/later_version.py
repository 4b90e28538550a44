"""A version that is to come: one more migration, written as `make migration` writes it, over tables that hold rows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Boolean, Column, MetaData, String, false

from youthvoice import db, metadata, migrations

_PLACE = "_HERE"


@dataclass(frozen=True)
class LaterVersion:
    """What it has.

    Attributes:
        number: of its migration, the next free one.
        tables: with a column more in two tables, and a longer one in `people`, which SQLite makes anew for that.
        folder: its migrations.
    """

    number: str
    tables: MetaData
    folder: Path

    @contextmanager
    def is_installed(self) -> Iterator[None]:
        """The program is this version until the block ends."""
        released = getattr(migrations, _PLACE)
        setattr(migrations, _PLACE, self.folder)
        try:
            yield
        finally:
            setattr(migrations, _PLACE, released)


def make_later_version(folder: Path) -> LaterVersion:
    """Write its migration into an empty folder, beside a copy of those that there are."""
    released = Path(migrations.__file__).parent
    newest = max(int(file.name[:4]) for file in (released / "versions").glob("[0-9]*_*.py"))
    later = LaterVersion(f"{newest + 1:04}", _changed_tables(), folder / "migrations")
    shutil.copytree(released, later.folder, ignore=shutil.ignore_patterns("__pycache__"))
    with later.is_installed():
        _write_migration(later)
    return later


def _changed_tables() -> MetaData:
    changed = MetaData(naming_convention=metadata.full_metadata().naming_convention)
    for table in metadata.full_metadata().sorted_tables:
        table.to_metadata(changed)
    changed.tables["sites"].append_column(Column("motto", String(120), nullable=False, server_default=""))
    changed.tables["box_envelopes"].append_column(Column("heavy", Boolean, nullable=False, server_default=false()))
    changed.tables["people"].columns["name"].type = String(90)
    return changed


def _write_migration(later: LaterVersion) -> None:
    engine = db.make_engine(f"sqlite:///{later.folder}/tables.sqlite3")
    migrations.upgrade(engine, metadata.full_metadata())
    migrations.write_revision(engine, later.tables, later.number, "mottos")
    engine.dispose()
    (file,) = (later.folder / "versions").glob(f"{later.number}_*.py")
    by_hand = "    op.execute('UPDATE sites SET motto = upper(name)')\n"
    file.write_text(file.read_text("utf-8").rstrip() + "\n\n" + by_hand, "utf-8")
