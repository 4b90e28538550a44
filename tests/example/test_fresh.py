"""`make fresh` and `youthvoice tablet`: a visitor starts anew, gets another link, and nothing real is lost."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import CHEAP, make_site
from youthvoice import context, db
from youthvoice.accounts.people import bootstrap
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.example import fresh, people
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site_by_slug
from youthvoice.sites.tablets.store import list_tablets

MODE = "YOUTHVOICE_MODE"


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """The environment of a house that ran once."""
    (tmp_path / ".env").write_text("")
    environment = {
        MODE: "development",
        "YOUTHVOICE_DATA": str(tmp_path / "var"),
        "YOUTHVOICE_KEYS": str(tmp_path / "keys"),
        "YOUTHVOICE_PORT": _free_port(),
    }
    runtime_of(create_app(Settings.read(environment))).engine.dispose()
    outbox = tmp_path / "var/outbox"
    outbox.mkdir()
    (outbox / "1.eml").write_text("a mail")
    (tmp_path / "keys/example-sign-ins.txt").write_text("tomas:secret")
    return environment


def _fresh(environment: dict[str, str], answer: str = "y\n") -> Result:
    return CliRunner().invoke(fresh.fresh, input=answer, env=environment)


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_it_names_what_will_be_gone_and_asks(told: dict[str, str], tmp_path: Path) -> None:
    before = _files(tmp_path)
    answer = _fresh(told, "n\n")
    for words in ("the database", "the mails in", "the key files in", "passwords of the example's people"):
        assert words in answer.output
    assert "Nothing was removed." in answer.output
    assert _files(tmp_path) == before


def test_everything_is_gone_and_the_next_start_is_the_first_one(told: dict[str, str], tmp_path: Path) -> None:
    assert _fresh(told).exit_code == 0
    assert _files(tmp_path) == [".env"]
    assert not (tmp_path / "var").exists()
    runtime_of(create_app(Settings.read(told))).engine.dispose()
    assert (tmp_path / "var/youthvoice.sqlite3").exists()
    _fresh(told)
    assert "Nothing is here yet" in _fresh(told).output


def test_a_file_of_somebody_elses_stays(told: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "var/notes.txt").write_text("mine")
    assert _fresh(told).exit_code == 0
    assert _files(tmp_path) == [".env", "var/notes.txt"]


def test_a_house_in_production_is_refused(told: dict[str, str], tmp_path: Path) -> None:
    before = _files(tmp_path)
    answer = _fresh({**told, MODE: "production"})
    assert answer.exit_code == 1
    assert "in production. Nothing was removed" in answer.output
    key = next((tmp_path / "keys").glob("pepper*.key"))
    key.write_text(key.read_text("utf-8").replace("development", "production"), "utf-8")
    assert "is a key of a house in production" in _fresh(told).output  # whatever the setting says
    assert _files(tmp_path) == before


def test_a_house_that_runs_is_refused(told: dict[str, str], tmp_path: Path) -> None:
    before = _files(tmp_path)
    with socket.socket() as listens:
        listens.bind(("127.0.0.1", int(told["YOUTHVOICE_PORT"])))
        listens.listen()
        assert "Stop the house first" in _fresh(told).output
    assert _files(tmp_path) == before


def test_a_database_elsewhere_is_refused(told: dict[str, str], tmp_path: Path) -> None:
    before = _files(tmp_path)
    answer = _fresh({**told, "YOUTHVOICE_DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.sqlite3"})
    assert "lies elsewhere" in answer.output
    assert _files(tmp_path) == before


def test_another_link_connects_another_tablet_of_the_example(app: Flask, clock: StillClock) -> None:
    prepared = bootstrap.prepare_accounts(people.ready(context.today()), context.keyring().key("pepper"), "x", CHEAP)
    with db.writing(db.engine()) as session:
        site_id = people.add_site(session, context.today())
        people.add_people(session, prepared, site_id)
    browser = app.test_client()
    for nth in (1, 2):
        link = app.test_cli_runner().invoke(args=["tablet"]).output.strip()
        browser.post("/enrol", data={"code": link.rpartition("=")[2]})
        with db.reading(db.engine()) as session:
            at = list_tablets(session, [site_id])
        assert [one.state for one in at] == ["connected"] * nth


def test_a_house_without_the_example_is_told_where_tablets_are_connected(app: Flask) -> None:
    with db.writing(db.engine()) as session:
        make_site(session, "our-house")
    answer = app.test_cli_runner().invoke(args=["tablet"])
    assert answer.exit_code == 1
    assert "A coordinator connects tablets under Tablets" in answer.output
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "our-house")
        assert site
        assert list_tablets(session, [site.id]) == []
