"""A house of an earlier version is brought up to date, and never gets a new key in place of a lost one."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests import people
from youthvoice import db, migrations, running, tables
from youthvoice.config import Settings, SettingsError
from youthvoice.factory import create_app
from youthvoice.staff import store as staff
from youthvoice.threads import thread_store
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.making import new_thread
from youthvoice.threads.marks import Marks


def lose(settings: Settings, name: str) -> None:
    for file in Path(settings.keys).glob(f"{name}.v*.key"):
        file.unlink()


def tell(site_id: int) -> None:
    with db.writing(db.engine()) as session:
        readers = staff.readers(session, site_id, running.keyring().key("people"), running.now()).everybody
        made = new_thread(
            running.keyring(),
            site_id=site_id,
            day=date(2026, 11, 24),
            month="2029-11",
            marks=Marks(),
            entries=[Entry("told", CHILD, date(2026, 11, 24), said={"words": "the lamp is broken"})],
            everybody=readers,
            reads={one.person_id for one in readers},
        )
        thread_store.add(session, made)


def test_a_house_from_before_the_channel_gets_its_key(app: Flask, settings: Settings) -> None:
    lose(settings, "threads")
    with create_app(settings).app_context():
        assert running.keyring().versions("threads") == [1]


def test_a_house_that_lost_the_key_of_its_threads_does_not_start(app: Flask, settings: Settings) -> None:
    site_id, _ = people.house(("advocate",))
    tell(site_id)
    lose(settings, "threads")
    with pytest.raises(SettingsError, match="threads"):
        create_app(settings)


def test_a_house_of_the_first_version_comes_up_with_everything_in_it(on_both: Settings, tmp_path: Path) -> None:
    engine = db.make_engine(on_both.database_url)
    migrations.upgrade(engine, tables.metadata(), "0001")
    site = (
        "INSERT INTO sites (slug, name, mail_name, time_zone, daily_hour, languages, checked_languages, helpline_name, "
        "helpline_number, helpline_hours, helpline_languages, danger_number, danger_adult, version) VALUES "
        "('old', 'Old House', 'Old', 'UTC', 17, '[\"en\"]', '[]', '', '', '', '[]', '', '', 1)"
    )
    person = text(
        "INSERT INTO people (handle, name, role, language, salt, verifier_hash, public_key, wrapped_private_key, "
        "key_version, cost, seal) VALUES ('old', 'Old Example', 'advocate', 'en', :b, :b, :b, :b, 1, '{}', :b)"
    )
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(text(site))
        connection.execute(person, {"b": bytes(32)})
        connection.commit()
    app = create_app(on_both)
    with app.app_context():
        assert migrations.differences(db.engine(), tables.metadata()) == []
        with db.reading(db.engine()) as session:
            (kept,) = staff.everybody(session)
            assert (kept.handle, kept.name) == ("old", "Old Example")
    app.extensions["youthvoice.engine"].dispose()
    engine.dispose()
