"""What a child's page weighs on a bad network: at most 20 KiB once all that is kept is there (CHILD-UX.md)."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import house, make_person, on_tablet
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import db

MOST = 20 * 1024
GZIP = {"Accept-Encoding": "gzip"}
PAGES = (
    "/", "/language", "/open", "/tell", "/reply", "/agenda", "/agenda/meetings", "/agenda/suggest",
    "/choose", "/mine", "/see", "/we-did", "/rights", "/help", "/credits",
    "/reply/open", "survey", "survey/thanks",
)  # fmt: skip


@pytest.fixture
def tablet(app: Flask, visitor: Callable[[], Visitor]) -> Visitor:
    """Of a site where everything can be done that needs no meeting."""
    site_id, people = house(["advocate", "facilitator", "safeguarding_lead", "outside_recipient"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="ravi", name="Ravi Example")
    tablet = on_tablet(visitor(), site_id)
    tablet.survey = f"/survey/{open_round([site_id], people['facilitator'].id).slug}"  # type: ignore[attr-defined]
    return tablet


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_every_page_of_a_child_is_compressed_and_light(tablet: Visitor, language: str) -> None:
    tablet.client.get(f"/language/{language}")
    for path in PAGES:
        address = path.replace("survey", tablet.survey)  # type: ignore[attr-defined]
        answer = tablet.client.get(address, headers=GZIP, follow_redirects=path != "/")
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert {"Accept-Encoding", "Cookie"} <= set(answer.vary), path
        assert len(answer.data) <= MOST, f"{path}: {len(answer.data)} bytes"
        assert b"</html>" in gzip.decompress(answer.data), path


def test_a_page_that_shows_what_its_address_says_is_not_compressed(tablet: Visitor) -> None:
    """BREACH: who chooses part of a page must not see how long it becomes."""
    for address in ("/", "/help", "/rights", "/we-did", "/tell", "/reply", "/enrol", "/nowhere"):
        answer = tablet.client.get(f"{address}?code=sevenfold&place=sevenfold&back=sevenfold", headers=GZIP)
        is_told = b"sevenfold" in answer.data
        assert is_told == (address == "/enrol"), address
        packed = answer.headers.get("Content-Encoding") == "gzip"
        assert not packed or b"sevenfold" not in gzip.decompress(answer.data), address


@pytest.mark.parametrize("takes", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}])
def test_a_browser_that_takes_no_gzip_gets_the_page_as_it_is(tablet: Visitor, takes: dict[str, str]) -> None:
    tablet.client.get("/language/en")
    answer = tablet.client.get("/rights", headers=takes)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.vary
    assert "</html>" in answer.text
    pressed = tablet.client.get("/rights", headers=GZIP)
    assert gzip.decompress(pressed.data).decode() == answer.text


def test_pages_of_staff_which_bear_tokens_are_not_compressed(tablet: Visitor) -> None:
    """BREACH: the lengths of compressed pages would tell a token, try after try."""
    page = tablet.client.get("/staff/sign-in", headers=GZIP)
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers


def test_the_harmless_page_is_kept_whoever_had_the_tablet_before(tablet: Visitor) -> None:
    """Its copy on the tablet must not depend on a cookie."""
    assert set(tablet.client.get("/exit/en", headers=GZIP).vary) == {"Accept-Encoding"}
