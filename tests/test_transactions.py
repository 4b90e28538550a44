"""Something breaks in the middle of a transaction: whoever asked gets a page that says so, and nothing was changed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text, update

from tests.support.people import house, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites.models import SiteRow

PATHS = ("/staff/breaks", "/breaks")


@pytest.fixture
def broken(app: Flask) -> Flask:
    """A house with two pages that break; on PostgreSQL nothing can be asked in their transaction any more."""

    def breaks() -> ResponseReturnValue:
        if db.connection().get_execution_options()["writes"]:
            db.session().execute(update(SiteRow).values(name="Half done"))
        db.session().execute(text("SELECT nothing FROM nowhere"))
        return "not reached"

    for path in PATHS:
        app.add_url_rule(path, path.replace("/", "-"), breaks, methods=["GET", "POST"])
    return app


def names() -> list[str]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(SiteRow.name)))


def test_staff_see_their_menu_around_what_went_wrong(broken: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/me")
    for ask in (browser.open, browser.send):
        page = ask("/staff/breaks", status=500).text
        assert "Something broke" in page
        assert "Advocate Example" in page
        assert "Example House" in page
        browser.open("/staff/me")
    assert names() == ["Example House"]


def test_a_child_sees_that_it_is_not_her_fault(broken: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, _ = house([])
    tablet = on_tablet(visitor(), site_id)
    assert "It is not your fault" in tablet.open("/breaks", 500).text


@pytest.mark.dialect("writers wait for each other")
def test_such_a_page_does_not_wait_for_whoever_writes(
    broken: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite writers queue; whoever waited for nothing else than to hear that it broke would hold up the others."""
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/me")
    begun: list[bool] = []
    connection = db.connection

    def noted() -> object:
        found = connection()
        begun.append(bool(found.get_execution_options()["writes"]))
        return found

    monkeypatch.setattr(db, "connection", noted)
    browser.send("/staff/breaks", status=500)
    assert begun[0] is True
    assert begun[-1] is False
