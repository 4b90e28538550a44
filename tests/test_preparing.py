"""A house of an earlier version is brought up to date, and never gets a new key in place of a lost one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, text

from tests import people
from tests.rounds import open_round
from youthvoice import context, db, metadata, migrations
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.store import find_person, find_readers, list_advocates, list_everybody
from youthvoice.config import Settings, SettingsError
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site
from youthvoice.threads import readership
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry, new_thread
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.letter_box import seal_letter
from youthvoice.threads.letters.store import add_letters, list_letters
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow
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


OLD, RENEWED = (bytes([number]) * 16 for number in (1, 2))
"""A letter from before Ravi's new key, and one that was sealed to it."""


def house_of_the_second_version(settings: Settings) -> dict[str, int]:
    """Asha and Ravi with two letters, whose wraps have no tags yet; Ravi has had a new key since the first."""
    app = create_app(settings)
    with app.app_context():
        site_id, _ = people.house(())
        with db.writing(db.engine()) as session:
            asha, ravi = (people.make_person(session, "advocate", site_id, handle=one) for one in ("asha", "ravi"))
            boss = people.make_person(session, "coordinator", site_id)
        round_ = open_round([site_id], boss.id)
        with db.writing(db.engine()) as session:
            person = find_person(session, ravi.id)
            assert person
            trusted = datetime(2026, 11, 20, tzinfo=UTC)
            columns = {"key_version": 2, "trusted_from": trusted}
            change_person(session, person, context.keyring().key("people"), **columns)
            connection = session.connection()
            for number, shown in ((OLD, trusted - timedelta(days=1)), (RENEWED, trusted + timedelta(hours=1))):
                columns = {"id": number, "site_id": site_id, "round_id": round_.id, "question": "words", "body": b"x"}
                connection.execute(
                    insert(LetterRow).values(**columns, destruction_month="2099-11", day=shown.date(), shown_from=shown)
                )
                for one in (asha, ravi):
                    connection.execute(
                        insert(LetterKeyWrapRow).values(letter_id=number, person_id=one.id, wrapped=b"y")
                    )
    engine = runtime_of(app).engine
    migrations.downgrade(engine, metadata.full_metadata(), "0002")
    engine.dispose()
    return {"asha": asha.id, "ravi": ravi.id}


@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_wraps_of_the_second_version_get_the_tag_of_the_key_that_they_were_made_for(settings: Settings) -> None:
    ids = house_of_the_second_version(settings)
    app = create_app(settings)
    with app.app_context():
        assert migrations.differences(db.engine(), metadata.full_metadata()) == []
        with db.reading(db.engine()) as session:
            readers = {name: readership.reader_key_at(session, ids[name], 1) for name in ids}
            now, found = context.now(), {}
            for name, one in readers.items():
                assert one
                found[name] = {letter.id for letter in list_letters(session, context.keyring(), one, now)}
            assert not letter_readers.has_untagged_wraps(session)
    assert found == {"asha": {OLD, RENEWED}, "ravi": {RENEWED}}
    runtime_of(app).engine.dispose()


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
