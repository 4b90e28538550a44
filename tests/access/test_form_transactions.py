"""The guard settles the transaction of a form of staff: below 400 what it wrote is kept, else it is undone."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, abort, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text, update

from tests.support.people import Somebody, house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.guard import permission_required
from youthvoice.sites.models import GroupRow, SiteRow
from youthvoice.threads import readership

OPENED = bytes(16)


def name_of_site() -> str:
    with db.reading(db.engine()) as session:
        return session.scalars(select(SiteRow.name)).one()


def refuse(status: int) -> ResponseReturnValue:
    abort(status)


def take_back_and_lead_on() -> ResponseReturnValue:
    db.session().rollback()
    return redirect("/staff/me", 303)


def take_with_a_code_of_its_own() -> ResponseReturnValue:
    db.session().commit()
    return "refused", 422


ANSWERS: dict[str, tuple[Callable[[], ResponseReturnValue], int, str]] = {
    "page": (lambda: "kept", 200, "Changed"),
    "made": (lambda: ("kept", 201), 201, "Changed"),
    "led on": (lambda: redirect("/staff/me", 303), 303, "Changed"),
    "response": (lambda: Response(status=204), 204, "Changed"),
    "refused": (lambda: ("refused", 422), 422, "Example House"),
    "faster": (lambda: ("refused", 409, {"X-Why": "faster"}), 409, "Example House"),
    "broken response": (lambda: Response(status=500), 500, "Example House"),
    "not there": (lambda: refuse(404), 404, "Example House"),
    "taken back": (take_back_and_lead_on, 303, "Example House"),
    "explicit": (take_with_a_code_of_its_own, 422, "Changed"),
}
"""What a page answers after it wrote, with which status, and what the site is called afterwards."""


@pytest.fixture
def advocate(app: Flask) -> Somebody:
    return house(["advocate"])[1]["advocate"]


def add_page(app: Flask, answer: Callable[[], ResponseReturnValue]) -> None:
    """A form of staff that renames the site, and answers so."""

    @permission_required("home.see")
    def renames() -> ResponseReturnValue:
        db.session().execute(update(SiteRow).values(name="Changed"))
        return answer()

    app.add_url_rule("/staff/renames", "renames", renames, methods=["GET", "POST"])


@pytest.mark.parametrize("case", ANSWERS)
def test_what_a_form_wrote_is_kept_where_the_page_answers_below_400_and_nowhere_else(
    app: Flask, visitor: Callable[[], Visitor], advocate: Somebody, case: str
) -> None:
    answer, status, name = ANSWERS[case]
    add_page(app, answer)
    browser = signed_in(visitor(), advocate)
    browser.open("/staff/me")
    assert browser.ask("POST", "/staff/renames", data=browser.hidden).status_code == status
    assert name_of_site() == name


@pytest.mark.dialect("a page that is only looked at cannot write on one of them")
def test_a_page_that_is_only_looked_at_keeps_nothing(
    app: Flask, visitor: Callable[[], Visitor], advocate: Somebody
) -> None:
    add_page(app, lambda: "seen")
    signed_in(visitor(), advocate).ask("GET", "/staff/renames")
    assert name_of_site() == "Example House"


@pytest.mark.parametrize("sender", ["wrong token", "signed out", "another role"])
def test_a_form_that_is_refused_before_its_page_begins_is_not_settled(
    app: Flask, visitor: Callable[[], Visitor], advocate: Somebody, sender: str
) -> None:
    @permission_required("figures.see")
    def figures() -> ResponseReturnValue:
        pytest.fail("the page began")

    app.add_url_rule("/staff/figures-of-others", "figures-of-others", figures, methods=["POST"])
    browser = signed_in(visitor(), advocate)
    browser.open("/staff/me")
    form = {**browser.hidden, **({"csrf_token": "made up"} if sender == "wrong token" else {})}
    if sender == "signed out":
        browser.client.delete_cookie("staff")
    status = browser.ask("POST", "/staff/figures-of-others", data=form).status_code
    assert status == {"wrong token": 400, "signed out": 401, "another role": 403}[sender]


@pytest.mark.sqlite("a statement of its own makes COMMIT fail")
def test_where_nothing_can_be_kept_no_message_says_so_and_nothing_counts_as_opened(
    app: Flask, visitor: Callable[[], Visitor], advocate: Somebody
) -> None:
    """Both lie in a cookie, which goes to the browser with the page that says that it could not be kept."""

    def says_that_it_is_done() -> ResponseReturnValue:
        session = db.session()
        session.execute(text("PRAGMA defer_foreign_keys = ON"))  # COMMIT is the first to find that there is no such
        session.add(GroupRow(site_id=999, name="Nowhere"))
        flash("It is done.")
        readership.opened_reports.note(OPENED)
        return redirect("/staff/me", 303)

    add_page(app, says_that_it_is_done)
    browser = signed_in(visitor(), advocate)
    browser.open("/staff/me")
    answer = browser.ask("POST", "/staff/renames", data=browser.hidden)
    assert answer.status_code == 500
    assert "It is done." not in answer.text
    assert "It is done." not in browser.open("/staff/me").text
    with browser.client.session_transaction(path="/staff/me") as cookie:
        assert OPENED.hex() not in cookie.get("reports", [])
    assert name_of_site() == "Example House"
