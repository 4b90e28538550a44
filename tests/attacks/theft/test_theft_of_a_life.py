"""T6, completed: after a whole life, everything but the key folder is taken: database, WAL, locks, backup, log."""

import base64
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.stolen_house import disguises, leaks, stolen_files
from tests.support.people import make_person, on_tablet, signed_in
from tests.support.publications import House, link_to, make_house
from tests.support.rounds import answers, open_round, sheet_of
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.sites.tablets import store
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.web.rate_limits import TABLET_COOKIE

LETTERS = ("purple giraffe of the attic", "बैंगनी जिराफ़ अटारी में", "الزرافة البنفسجية")
GUARDIAN = "guardian.canary@example.org"


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def live(home: House, visitor: Callable[[], Visitor], clock: StillClock, app: Flask) -> dict[str, str | bytes]:
    """A round from its opening to the mail; gives every secret there was."""
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", home.site_id, handle="second-advocate")
        code = store.start_enrolment(session, home.site_id, "A tablet that never came")
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    child = on_tablet(visitor(), home.site_id)
    cookie = child.client.get_cookie(TABLET_COOKIE)
    assert cookie
    secrets: dict[str, str | bytes] = {"tablet": cookie.value, "code": code, "address": GUARDIAN}
    for number in range(14):
        sheet = sheet_of(child.open(f"/survey/{round_.slug}").text)
        said = answers(food="good" if number < 11 else "bad", letter_box=LETTERS[number % 3])
        child.ask("POST", f"/survey/{round_.slug}", data={"sheet": sheet, **said})
        secrets[f"sheet {number}"] = bytes.fromhex(sheet)
    secrets |= {f"letter {place}": words for place, words in enumerate(LETTERS)}
    clock.move(days=8)
    assert close_due(context.now()).with_code("counted")
    edition = home.edition()
    coordinator = signed_in(visitor(), home.people["coordinator"])
    coordinator.open("/staff/addresses/")
    coordinator.send(
        "/staff/addresses/", {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": GUARDIAN}
    )
    advocate = signed_in(visitor(), home.people["advocate"])
    advocate.open("/staff/addresses/clearing")
    advocate.send("/staff/addresses/1/decide", {"decision": "clear"})
    advocate.open(f"/staff/publications/{edition.first.slug}")
    advocate.send(f"/staff/publications/{edition.first.slug}/approve")
    coordinator.open(f"/staff/publications/{edition.first.slug}")
    coordinator.send(f"/staff/publications/{edition.first.slug}/send")
    for name, browser in (("coordinator", coordinator), ("advocate", advocate)):
        held = browser.client.get_cookie("staff")
        assert held
        secrets[f"session of the {name}"] = held.value
    secrets["link"] = link_to(edition.first.slug)
    secrets["private key"] = home.people["advocate"].private_key
    secrets["counts"] = '"good":11'
    secrets["password"] = home.people["advocate"].password
    return secrets


@pytest.mark.sqlite("reads its files")
def test_everything_but_the_keys_tells_nothing(  # noqa: PLR0917 - fixtures
    app: Flask,
    home: House,
    visitor: Callable[[], Visitor],
    clock: StillClock,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.WARNING)
    secrets = live(home, visitor, clock, app)
    files = stolen_files(app, settings, caplog.text)
    assert {"youthvoice.sqlite3", "youthvoice.sqlite3-wal", "backup", "prepare.lock", "log"} <= set(files)
    assert b"example-house" in files["youthvoice.sqlite3"] + files["youthvoice.sqlite3-wal"], "the search finds"
    assert leaks(files.items(), secrets) == []


def test_after_closing_no_open_answers_key_is_left_that_opens_a_sheet(
    app: Flask, home: House, visitor: Callable[[], Visitor], clock: StillClock, settings: Settings
) -> None:
    live(home, visitor, clock, app)
    assert not [name for name in context.keyring().names() if name.startswith("open-answers")]
    assert not list(settings.keys.glob("*open-answers*"))


@pytest.mark.sqlite("an error by its name")
def test_a_page_that_breaks_tells_no_value_in_log_or_answer(
    app: Flask, home: House, visitor: Callable[[], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    """The table is gone in the middle of a request that carries a letter, an address, a password."""
    caplog.set_level(logging.WARNING)
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    child = on_tablet(visitor(), home.site_id)
    sheet = sheet_of(child.open(f"/survey/{round_.slug}").text)
    coordinator = signed_in(visitor(), home.people["coordinator"])
    coordinator.open("/staff/addresses/")
    stranger = visitor()
    stranger.open("/staff/sign-in")
    with db.engine().begin() as connection:
        for table in ("receipts", "addresses", "wrong_tries"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO gone_{table}")
    answer = child.ask("POST", f"/survey/{round_.slug}", data={"sheet": sheet, **answers(letter_box=LETTERS[0])})
    given = {**coordinator.hidden, "site_id": home.site_id, "language": "en", "kind": "guardian", "lines": GUARDIAN}
    kept = coordinator.ask("POST", "/staff/addresses/", data=given)
    tried = stranger.ask(
        "POST", "/staff/sign-in", data={**stranger.hidden, "handle": "name-canary", "password": "p w d"}
    )
    assert [one.status_code for one in (answer, kept, tried)] == [500, 500, 500]
    said = caplog.text + answer.text + kept.text + tried.text
    assert "OperationalError" in caplog.text
    for secret in (*LETTERS, GUARDIAN, sheet, "name-canary", "p w d"):
        assert not [one for one in disguises(secret) if one in said.encode()], secret


def test_the_search_finds_what_a_naive_house_would_keep(tmp_path: Path) -> None:
    for words in (LETTERS[1], LETTERS[1].encode().hex(), base64.b64encode(b"xx" + LETTERS[1].encode()).decode()):
        assert [one for one in disguises(LETTERS[1]) if one in words.encode()]
