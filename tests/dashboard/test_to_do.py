"""The To do page: what is owed, the overdue on top, and what to do when nothing is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import delete

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site, signed_in, with_codes
from tests.support.publications import make_house, starter
from tests.support.ready_site import heard_house
from tests.support.reports import tell
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.store import create_answer_due
from youthvoice.dashboard.entities import urgency_of
from youthvoice.grievances import report_labels
from youthvoice.jobs.worker_health import PHONE, record_heartbeat
from youthvoice.sites.store import change_site
from youthvoice.surveys.rounds.store import list_rounds
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.translation.models import LanguageSignatureRow
from youthvoice.web.i18n.formats import format_day


def _owe(site_id: int, owner: Somebody, about: str, clock: StillClock, days: int) -> None:
    with db.writing(db.engine()) as session:
        create_answer_due(
            session,
            site_id=site_id,
            kind="round",
            subject=about,
            about={"en": about},
            due=clock().date() + timedelta(days=days),
            owner_id=owner.id,
        )


def test_things_are_grouped_by_how_pressing_they_are() -> None:
    assert [urgency_of(days) for days in (-3, 0, 1, 6, 7, None)] == [
        "late",
        "today",
        "week",
        "week",
        "later",
        "no_date",
    ]


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
        ("coordinator", "To ask children something"),
        ("advocate", "New letters"),
        ("reviewer", "When an answer to children is due from you"),
    ):
        assert words in signed_in(visitor(), people[role]).open("/staff/").text


def test_tasks_that_press_alike_stand_in_the_order_of_numbers(app: Flask, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        site_ids = [make_site(session, f"school-{number}").id for number in (10, 2, 1)]
        session.execute(delete(LanguageSignatureRow))
        coordinator = make_person(session, "coordinator", *site_ids)
    page = signed_in(visitor(), coordinator).open("/staff/").text
    assert re.findall(r"<td[^>]*>(School \d+)", page) == ["School 1", "School 2", "School 10"]


def test_a_facilitator_finds_the_rounds_that_are_open_at_her_site(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    home = heard_house(visitor())
    with db.reading(db.engine()) as session:
        (facts,) = list_rounds(session, [home.site_id])
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
        tell(site_id, [people["advocate"]], case=CaseState(topic="food", state="open", clocks=clocks))
    page = signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert page.count("/staff/reports/") == 20 + 2  # with the menu's line and the last one, for the others
    assert "2 more reports" in page
    assert "Answer the child" in page
    assert "Food" not in signed_in(visitor(), people["safeguarding_lead"]).open("/staff/").text
    clock.move(hours=31)
    late = signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert "Overdue: 2" in late
    assert "1 day over" in late


def test_inside_a_group_what_waits_longest_is_on_top(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """As the line under the heading says; whatever kind of thing it is."""
    site_id, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    for about, days in (("Play", -16), ("Supper", 20), ("Food", -103), ("Nights", 2), ("Days", 5), ("Sleep", 9)):
        _owe(site_id, people["advocate"], about, clock, days)
    tell(
        site_id,
        [people["advocate"]],
        case=CaseState(topic="broken", state="open", clocks={"answer": hour_after(clock(), 75)}),
    )
    page = browser.open("/staff/").text
    assert "Danger is on top, then what waits longest." in page
    report = report_labels.topic("broken")
    places = [page.index(f">{one}</a>") for one in ("Food", "Play", "Nights", report, "Days", "Sleep", "Supper")]
    assert places == sorted(places)


def test_what_children_say_of_their_safety_is_on_top_and_two_rounds_of_the_same_questions_can_be_told_apart(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """S17: with round and day, without a number of children; over its day it stands in the banner."""
    home = make_house()
    rounds = [home.open(starter("daily-life-10-12"))[0]]
    clock.move(days=120)
    rounds.append(home.open(starter("daily-life-10-12"))[0])
    advocate, question = home.people["advocate"], {"en": "Do you feel safe at night?"}
    _owe(home.site_id, advocate, "Nights", clock, -30)
    with db.writing(db.engine()) as session:
        for facts, days in zip(rounds, (-2, 3), strict=True):
            create_answer_due(
                session, site_id=home.site_id, kind="safety", subject=f"{facts.slug}/night",
                about=question, due=clock().date() + timedelta(days=days), owner_role="advocate"
            )  # fmt: skip
    page = signed_in(visitor(), advocate).open("/staff/").text
    assert page.index("Somebody may be in danger: 2") < page.index("Overdue: 1")
    assert page.count(">Children’s answers call for a talk</a>") == 2
    for facts in rounds:
        title = facts.title["en"]
        assert (
            f"Do you feel safe at night? · {title} · asked until {format_day(facts.last_day('Asia/Kolkata'))}" in page
        )
    banner = page.partition('aria-label="Waited too long"')[2].partition("</section>")[0]
    assert banner.count("<li>") == 1
    assert "Do you feel safe at night?</a>:</b> nobody wrote down in time what was done; now asked: you" in banner
    assert page.count("Talk with the group, then write what was done") == 2


def test_a_coordinator_reads_that_nobody_answers_the_telephone_line(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id, people = house(("advocate", "coordinator"))
    words = "Nobody answers the telephone line of the children"
    coordinator, advocate = (signed_in(visitor(), people[role]) for role in ("coordinator", "advocate"))
    assert words not in coordinator.open("/staff/").text, "there is none"
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"phone_number": "+91 22 1234"})
    with context.override(app, settings=replace(context.settings(), phone=Path("modem"))):
        assert words in coordinator.open("/staff/").text
        assert words not in advocate.open("/staff/").text
        record_heartbeat(db.engine(), PHONE)
        clock.move(hours=2)
        untried = "Children do not see the number of their telephone line yet"
        later = signed_in(visitor(), people["coordinator"])
        assert words not in later.open("/staff/").text
        assert untried in later.open("/staff/").text
        with db.writing(db.engine()) as session:
            change_site(session, site_id, {"phone_heard": clock().date()})
        assert untried not in later.open("/staff/").text
        clock.move(hours=1)
        assert words in signed_in(visitor(), people["coordinator"]).open("/staff/").text
