"""A house that starts leaves tables of a later version alone, and never gets a new key in place of a lost one."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from tests.conftest import SQLITE, fresh_settings
from tests.support import people, shared_setup
from tests.support.rounds import open_round
from youthvoice import context, db
from youthvoice.accounts.store import find_readers, list_advocates, list_every_person_row
from youthvoice.config import Settings, SettingsError
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site
from youthvoice.startup import LASTING_KEYS
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.letters.letter_box import seal_letter
from youthvoice.threads.letters.store import add_letters
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread


def lose(settings: Settings, name: str) -> None:
    for file in Path(settings.keys).glob(f"{name}.v*.key"):
        file.unlink()


def tell(site_id: int) -> None:
    with db.writing(db.engine()) as session:
        readers = find_readers(session, site_id).everybody
        made = new_thread(
            context.keyring(),
            site_id=site_id,
            day=date(2026, 11, 24),
            month="2029-11",
            case=CaseState(),
            entries=[ThreadEntry("told", CHILD, date(2026, 11, 24), said={"words": "the lamp is broken"})],
            everybody=readers,
            reads={reader.person_id for reader in readers},
        )
        add_thread(session, made)


def test_a_house_that_lost_the_key_of_its_threads_does_not_start(app: Flask, settings: Settings) -> None:
    site_id, _ = people.house(("advocate",))
    tell(site_id)
    lose(settings, "threads")
    with pytest.raises(SettingsError, match="threads"):
        create_app(settings)


@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_tables_of_a_later_version_are_refused_in_words_and_left_alone(settings: Settings) -> None:
    number = "9999"
    app = create_app(settings)
    with app.app_context():
        people.house(("advocate",))
    with app.app_context(), db.writing(db.engine()) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
    with pytest.raises(SettingsError, match=number):
        create_app(settings)
    with db.reading(runtime_of(app).engine) as session:
        assert len(list_every_person_row(session)) == 1
        assert list(session.scalars(text("SELECT version_num FROM alembic_version"))) == [number]
    runtime_of(app).engine.dispose()


def left_in(settings: Settings) -> tuple[object, ...]:
    """What a new house consists of: its files, the rows of each table, and the key files without their secret."""
    kept = sorted((file.name, file.stat().st_mode) for file in Path(settings.data).iterdir())
    files = sorted(Path(settings.keys).iterdir())
    keys = [(file.name, file.stat().st_mode, file.read_text().split("\n")[0], len(file.read_text())) for file in files]
    engine = db.make_engine(settings.database_url)
    with db.reading(engine) as session:
        tables = inspect(engine).get_table_names()
        rows = {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables}  # noqa: S608 - our names
        versions = list(session.scalars(text("SELECT version_num FROM alembic_version")))
    engine.dispose()
    return kept, keys, rows, versions, Path(settings.keys).stat().st_mode, Path(settings.data).stat().st_mode


@pytest.mark.sqlite("the others prepare their house")
def test_a_house_of_a_test_is_what_a_start_makes_and_has_keys_of_its_own(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    started, *laid = (fresh_settings(request, tmp_path / name, SQLITE) for name in ("started", "one", "other"))
    runtime_of(create_app(started)).engine.dispose()
    for settings in laid:
        with shared_setup.founded(settings):
            runtime_of(create_app(settings)).engine.dispose()
        assert left_in(settings) == left_in(started)
        runtime_of(create_app(settings)).engine.dispose()  # it is opened like any other
    for name in LASTING_KEYS:
        secrets = {next(Path(one.keys).glob(f"{name}.v*.key")).read_text() for one in (started, *laid)}
        assert len(secrets) == 3, name


@pytest.mark.usefixtures("app")
def test_every_lasting_key_is_missed(settings: Settings) -> None:
    for name in LASTING_KEYS:
        (file,) = Path(settings.keys).glob(f"{name}.v*.key")
        kept = file.read_bytes()
        file.unlink()
        with pytest.raises(SettingsError, match=name):
            create_app(settings)
        file.write_bytes(kept)
        file.chmod(0o600)


def test_whoever_asks_for_the_tables_has_read_every_one_of_them(app: Flask) -> None:
    names = "from youthvoice.metadata import full_metadata; print(*full_metadata().tables)"
    said = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True).stdout
    with db.reading(runtime_of(app).engine) as session:
        assert set(said.split()) == set(inspect(session.connection()).get_table_names()) - {"alembic_version"}


def test_a_house_whose_letters_bear_tags_does_not_start_without_their_key(app: Flask, settings: Settings) -> None:
    site_id, _ = people.house(("advocate",))
    with db.writing(db.engine()) as session:
        boss = people.make_person(session, "coordinator", site_id)
    round_ = open_round([site_id], boss.id)
    with db.writing(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        readers = list_advocates(session, site_id)
        letter = seal_letter(
            context.keyring(), "hello", site=site, round_id=round_.id, question="x", readers=readers, now=context.now()
        )
        add_letters(session.connection(), [letter])
    lose(settings, "threads")
    with pytest.raises(SettingsError, match="threads"):
        create_app(settings)
