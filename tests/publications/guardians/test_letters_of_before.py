"""Whoever got a letter before letters were noted gets it no second time, and still gets the answer."""

from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, select

from tests.support.older_rows import fill
from youthvoice import db, metadata, migrations
from youthvoice.publications.models import GuardianLetterRow

SENT, EARLIER, LATER = date(2026, 9, 1), date(2026, 8, 20), date(2026, 9, 2)


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
