"""T5: nothing changes for anybody while a batch is open, however one sheet after the other comes in; nor by taps."""

import re
from contextvars import Context

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import StillClock
from tests.support.attacks.crawler import signed_in, walk
from youthvoice import context, db
from youthvoice.accountability import confirmation
from youthvoice.accounts.people.bootstrap import PreparedAccount
from youthvoice.config import Settings
from youthvoice.example import loader, rounds
from youthvoice.sites.tablets import device
from youthvoice.surveys.batches.closing import close_due
from youthvoice.surveys.rounds.store import list_open_rounds

SHEETS, TAPS = 40, 4
CHILD = ["/", "/we-did", "/rights", "/help", "/language"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As everywhere, with the example allowed."""
    return Settings.read(
        {
            "YOUTHVOICE_MODE": "development",
            "YOUTHVOICE_DATA": str(settings.data),
            "YOUTHVOICE_KEYS": str(settings.keys),
        }
    )


def enrolled(app: Flask) -> FlaskClient:
    """The example's tablet."""
    tablet = app.test_client()
    with db.writing(db.engine()) as session:
        token = device.enrol_device(session, str(loader.tablet_code()))
    tablet.set_cookie("tablet", str(token))
    return tablet


def one_of_each_role(app: Flask, people: list[PreparedAccount]) -> dict[str, FlaskClient]:
    """Browsers in which they are signed in."""
    first = {one.newcomer.role: one for one in reversed(people)}
    return {role: signed_in(app, one.newcomer.handle, one.password) for role, one in first.items()}


def test_no_page_of_any_role_changes_while_sheets_come_in_or_children_tap(app: Flask, clock: StillClock) -> None:
    """A10, S9: sheets are counted when their batch is closed; taps move once a day, all together."""
    people = loader.load()
    with db.reading(db.engine()) as session:
        open_now = list_open_rounds(session, 1, context.now())
    slug = open_now[0].slug
    eyes = one_of_each_role(app, people)
    tablet = enrolled(app)

    def everything() -> dict[str, dict[str, str]]:
        seen = {name: walk(client, ["/staff/"]) for name, client in eyes.items()}
        return seen | {"tablet": walk(tablet, [*CHILD, f"/survey/{slug}"]), "nobody": walk(app.test_client(), CHILD)}

    before = everything()
    assert sum(len(pages) for pages in before.values()) > 60, "the crawl reaches the house"
    for number in range(SHEETS):
        rounds.answer(slug, 1, ("A letter that waits for its hour.",) if number % 4 == 0 else ())
        if number < TAPS:
            taps_not_yet(tablet)
        if number in {0, SHEETS - 1}:  # the first, and more than ten sheets and than open every answer again
            assert everything() == before, f"after sheet {number + 1}"
    clock.move(hours=9)  # past the daily hour in Kolkata
    confirmation.count_due_taps()
    board = Context().run(tablet.get, "/we-did").text
    assert "We said: not yet." in board, "the walk would have seen a change"
    clock.move(days=60)
    signed = signed_in(app, people[1].newcomer.handle, people[1].password)
    close_due(context.now())
    assert walk(signed, ["/staff/"]) != before["advocate"], "closing shows: the crawl would have seen a change"


def taps_not_yet(tablet: FlaskClient) -> None:
    """A child says of everything on the board that it is not done yet."""
    page = Context().run(tablet.get, "/we-did").text
    asked = re.findall(r'name="sheet" value="(\w+)"><input type="hidden" name="about" value="([^"]+)"', page)
    assert asked, "the board asks"
    for sheet, about in asked:
        data = {"sheet": sheet, "about": about, "what": "not_yet"}
        assert Context().run(tablet.post, "/we-did", data=data).status_code == 303
