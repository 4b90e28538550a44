"""The To do page: what is owed, the overdue on top, and what to do when nothing is."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from tests.conftest import StillClock
from tests.desk.heard import heard_house
from tests.grievances.telling import tell
from tests.pages import Visitor
from tests.people import Somebody, house, make_person, signed_in, with_codes
from youthvoice import db, running
from youthvoice.answers import store as answers
from youthvoice.desk.rules import group
from youthvoice.surveys import store as surveys
from youthvoice.threads.marks import Marks, hour_after


def _owe(site_id: int, owner: Somebody, about: str, clock: StillClock, days: int) -> None:
    with db.writing(db.engine()) as session:
        answers.owe(
            session,
            running.keyring(),
            site_id=site_id,
            kind="round",
            subject=about,
            about={"en": about},
            due=clock().date() + timedelta(days=days),
            owner_id=owner.id,
        )


def test_things_are_grouped_by_how_pressing_they_are() -> None:
    assert [group(days) for days in (-3, 0, 1, 6, 7, None)] == ["late", "today", "week", "week", "later", "no_date"]


def test_what_is_overdue_stands_on_top_with_its_clock(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id, people = house(["facilitator"])
    browser = signed_in(visitor(), people["facilitator"])
    _owe(site_id, people["facilitator"], "Supper", clock, 3)
    _owe(site_id, people["facilitator"], "Nights", clock, -2)
    page = browser.open("/staff/").text
    assert page.index("Overdue: 1") < page.index("Nights") < page.index("This week: 1") < page.index("Supper")
    assert "2 days over" in page
    assert "2 things at Example House" in page


def test_nobody_sees_what_somebody_else_owes(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> None:
    site_id, people = house(["facilitator", "coordinator"])
    _owe(site_id, people["facilitator"], "Supper", clock, 3)
    assert "Supper" not in signed_in(visitor(), people["coordinator"]).open("/staff/").text


def test_an_empty_page_says_what_to_do_next(app: Flask, visitor: Callable[[], Visitor]) -> None:
    home = heard_house(visitor())
    with db.writing(db.engine()) as session:  # the first one promised the children an answer
        another = make_person(session, "coordinator", home.site_id, handle="another")
    people = {**home.people, "coordinator": another}
    with_codes(people["advocate"])
    for role, words in (
        ("coordinator", "connect a tablet"),
        ("advocate", "New letters"),
        ("reviewer", "When you owe children an answer"),
    ):
        assert words in signed_in(visitor(), people[role]).open("/staff/").text


def test_a_facilitator_finds_the_rounds_that_are_open_at_her_site(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    home = heard_house(visitor())
    with db.reading(db.engine()) as session:
        (facts,) = surveys.rounds_at(session, [home.site_id])
    browser = signed_in(visitor(), home.people["facilitator"])
    page = browser.open("/staff/").text
    assert "Hold a sitting" in page
    assert f"/staff/rounds/{facts.slug}" in page
    assert "Hold a sitting" not in signed_in(visitor(), home.people["coordinator"]).open("/staff/").text
    clock.move(days=9)
    later = signed_in(visitor(), home.people["facilitator"]).open("/staff/").text
    assert "Rounds that are open at your site appear here" in later


def test_reports_stand_on_it_for_those_who_read_them_the_most_pressing_first(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """S14."""
    site_id, people = house(["advocate", "safeguarding_lead"])
    for nth in range(22):
        clocks = {"answer": hour_after(clock(), 30 + nth)}
        tell(site_id, [people["advocate"]], marks=Marks(topic="food", state="open", clocks=clocks))
    page = signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert page.count("/staff/reports/") == 20 + 2  # with the menu's line and the last one, for the others
    assert "2 more reports" in page
    assert "Answer the child" in page
    assert "Food" not in signed_in(visitor(), people["safeguarding_lead"]).open("/staff/").text
    clock.move(hours=31)
    late = signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert "Overdue: 2" in late
    assert "1 day over" in late
