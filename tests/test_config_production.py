"""A house in production is at one address, keeps its cookies to it, and its keys apart."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import make_site
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.sites.tablets import store
from youthvoice.web.rate_limits import TABLET_COOKIE

URL = "https://voice.example.org"


@pytest.fixture
def production(settings: Settings, clock: StillClock) -> Iterator[Flask]:
    made = create_app(replace(settings, mode="production", url=URL), clock)
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


@pytest.mark.parametrize(
    "said",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "javascript"},
        {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "8443"},
    ],
    ids=["host", "forwarded host", "forwarded scheme", "all"],
)
def test_no_header_leads_to_another_address(production: Flask, said: dict[str, str]) -> None:
    """`GET /staff` answered with a redirect to whatever the request called the house."""
    answer = Visitor(production).ask("GET", "/staff", headers=said, follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["Location"] in {"/staff/", f"{URL}/staff/"}


def test_a_tablets_cookie_is_bound_to_its_host(production: Flask) -> None:
    """A neighbour's host could set another house's tablet."""
    with db.writing(db.engine()) as session:
        site_id = make_site(session).id
        code = store.start_enrolment(session, site_id, "Tablet 1")
    browser = Visitor(production)
    answer = browser.ask("POST", "/enrol", data={"code": code}, base_url=URL, headers={"Origin": URL})
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if TABLET_COOKIE in one)
    assert cookie.startswith(f"__Host-{TABLET_COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert browser.ask("GET", "/open", base_url=URL).status_code == 200
    stranger = Visitor(production)
    stranger.client.set_cookie(TABLET_COOKIE, cookie.partition("=")[2].partition(";")[0], domain="voice.example.org")
    assert stranger.ask("GET", "/open", base_url=URL).status_code == 403


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+pysqlite"])
def test_keys_beside_the_database_are_refused(tmp_path: Path, driver: str) -> None:
    """`sqlite+pysqlite:` was not seen as a file."""
    told = Settings.read(
        {
            "YOUTHVOICE_URL": URL,
            "YOUTHVOICE_DATA": str(tmp_path / "var"),
            "YOUTHVOICE_KEYS": str(tmp_path / "keys"),
            "YOUTHVOICE_DATABASE_URL": f"{driver}:///{tmp_path}/keys/house.sqlite3",
        }
    ).refusals()
    assert [one for one in told if "YOUTHVOICE_KEYS must lie outside YOUTHVOICE_DATA" in one]
