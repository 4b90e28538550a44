"""Whoever got a letter before letters were noted gets it no second time, and still gets the answer."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, create_engine, select

from youthvoice import db, metadata, migrations
from youthvoice.publications.models import GuardianLetterRow

SENT, EARLIER, LATER = date(2026, 9, 1), date(2026, 8, 20), date(2026, 9, 2)
_OF_A_TYPE: dict[type, Any] = {int: 1, str: "x", bytes: b"x", bool: False, datetime: datetime(2026, 9, 1)}  # noqa: DTZ001


def fill(session: Connection, name: str, **values: Any) -> None:
    """A row as the tables were then; what must not be empty and is not told is made up."""
    table = Table(name, MetaData(), autoload_with=session)
    must = [one for one in table.columns if not one.nullable and one.server_default is None and one.name != "id"]
    made = {one.name: {} if isinstance(one.type, JSON) else _OF_A_TYPE.get(one.type.python_type, SENT) for one in must}
    session.execute(table.insert().values({**made, **values}))


def test_whom_a_view_was_sent_to_is_noted_from_the_days(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'before.sqlite3'}")
    migrations.upgrade(engine, metadata.full_metadata(), "0012")
    with create_engine(engine.url).begin() as there:  # which asks for no site, round or person behind a row
        for name in ("people", "sites", "questionnaires", "batches", "rounds"):
            fill(there, name, id=1)
        for number in (1, 2, 3):
            fill(there, "publications", id=number, slug=f"{number}", version=number)
        for number, cleared in enumerate((EARLIER, LATER, None), start=1):
            fill(there, "addresses", id=number, fingerprint=bytes([number]), cleared_on=cleared)
        for number, sent_on, told_of in ((1, SENT, LATER), (2, SENT, None), (3, None, None)):
            fill(there, "publication_sites", publication_id=number, site_id=1, sent_on=sent_on, told_of=told_of)
    migrations.upgrade(engine, metadata.full_metadata())
    with engine.connect() as there:
        columns = GuardianLetterRow.address_id, GuardianLetterRow.publication_id, GuardianLetterRow.told_of
        found = {(row[0], row[1], row[2]) for row in there.execute(select(*columns))}
        assert set(there.execute(select(GuardianLetterRow.message_id)).scalars()) == {""}
        kinds = there.exec_driver_sql("SELECT DISTINCT kind FROM addresses").scalars().all()
    engine.dispose()
    assert found == {(1, 1, None), (1, 1, LATER), (1, 2, None)}
    assert kinds == ["guardian"]
