"""A house of an earlier version is brought up to date, and never gets a new key in place of a lost one."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests import people
from tests.rounds import open_round
from youthvoice import context, db, metadata, migrations
from youthvoice.accounts.store import find_readers, list_advocates, list_everybody
from youthvoice.config import Settings, SettingsError
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry, new_thread
from youthvoice.threads.letters.letter_box import seal_letter
from youthvoice.threads.letters.store import add_letters
from youthvoice.threads.store import add_thread


def lose(settings: Settings, name: str) -> None:
    for file in Path(settings.keys).glob(f"{name}.v*.key"):
        file.unlink()


def tell(site_id: int) -> None:
    with db.writing(db.engine()) as session:
        readers = find_readers(session, site_id, context.keyring().key("people"), context.now()).everybody
        made = new_thread(
            context.keyring(),
            site_id=site_id,
            day=date(2026, 11, 24),
            month="2029-11",
            marks=CaseState(),
            entries=[ThreadEntry("told", CHILD, date(2026, 11, 24), said={"words": "the lamp is broken"})],
            everybody=readers,
            reads={one.person_id for one in readers},
        )
        add_thread(session, made)


def test_a_house_from_before_the_channel_gets_its_key(app: Flask, settings: Settings) -> None:
    lose(settings, "threads")
    with create_app(settings).app_context():
        assert context.keyring().versions("threads") == [1]


def test_a_house_that_lost_the_key_of_its_threads_does_not_start(app: Flask, settings: Settings) -> None:
    site_id, _ = people.house(("advocate",))
    tell(site_id)
    lose(settings, "threads")
    with pytest.raises(SettingsError, match="threads"):
        create_app(settings)


@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_a_house_of_the_first_version_comes_up_with_everything_in_it(settings: Settings, tmp_path: Path) -> None:
    engine = db.make_engine(settings.database_url)
    migrations.upgrade(engine, metadata.full_metadata(), "0001")
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
    app = create_app(settings)
    with app.app_context():
        assert migrations.differences(db.engine(), metadata.full_metadata()) == []
        with db.reading(db.engine()) as session:
            (kept,) = list_everybody(session)
            assert (kept.handle, kept.name) == ("old", "Old Example")
    runtime_of(app).engine.dispose()
    engine.dispose()


def test_a_house_whose_letters_bear_tags_does_not_start_without_their_key(app: Flask, settings: Settings) -> None:
    site_id, _ = people.house(("advocate",))
    with db.writing(db.engine()) as session:
        boss = people.make_person(session, "coordinator", site_id)
    round_ = open_round([site_id], boss.id)
    with db.writing(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        readers = list_advocates(session, site_id, context.keyring().key("people"), context.now())
        letter = seal_letter(
            context.keyring(), "hello", box=site, round_id=round_.id, question="x", readers=readers, now=context.now()
        )
        add_letters(session.connection(), [letter])
    lose(settings, "threads")
    with pytest.raises(SettingsError, match="threads"):
        create_app(settings)
