"""Until children are heard: the steps of a new site, the same on To do and in `youthvoice doctor`.

Duties: S35 (a channel opens only with people and a helpline); DESIGN.md 4.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site, on_tablet, signed_in
from tests.support.ready_site import (
    approve_questions,
    bring_questions,
    heard_house,
    put_on_call,
    reach,
    set_person,
    watch_the_log,
)
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.dashboard import steps
from youthvoice.dashboard.entities import SITES_TO_DO_SHOWN
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import change_site, find_site

Visitors = Callable[[], Visitor]
ROLES = ("coordinator", "advocate", "outside_recipient", "facilitator", "reviewer", "safeguarding_lead")


def _codes(site_id: int) -> list[str]:
    with db.reading(db.engine()) as session:
        return [step.code for site in steps.until_heard(session, [site_id]) for step in site.steps]


def _change(site_id: int, **columns: object) -> None:
    with db.writing(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        change_site(session, site.id, columns)


@pytest.fixture
def new_house(app: Flask) -> tuple[int, dict[str, Somebody]]:
    """As `youthvoice staff found` leaves it: four people, nothing told."""
    nothing = {"helpline_tested": None, "helpline_number": "", "danger_adult": ""}
    roles = (("coordinator", ""), ("advocate", ""), ("advocate", "second"), ("outside_recipient", ""))
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "our-house", **nothing).id
        made = [make_person(session, role, site_id, handle=name, trained_until=None) for role, name in roles]
    people = {one.handle: one for one in made}
    for one in made:
        set_person(one, password_known=True)
    return site_id, people


def test_a_new_house_is_told_every_step_in_order_and_each_goes_when_it_is_done(
    app: Flask, new_house: tuple[int, dict[str, Somebody]], visitor: Visitors
) -> None:
    site_id, people = new_house
    advocates = [people["advocate"], people["second"]]
    left = ["password", "help", "training", "test", "reached", "tablet", "questionnaire", "approve", "round", "rota"]
    left += ["mail", "log"]

    def is_done(code: str) -> None:
        left.remove(code)
        assert _codes(site_id) == left

    assert _codes(site_id) == left
    for one in people.values():
        set_person(one, password_known=False)
    is_done("password")
    _change(site_id, helpline_tested=context.today(), helpline_number="1098")
    assert _codes(site_id) == left  # nobody to go to in danger yet
    _change(site_id, danger_adult="the person at the gate")
    is_done("help")
    set_person(advocates[0], trained_until=context.today())
    assert _codes(site_id) == left
    set_person(advocates[1], trained_until=context.today())
    is_done("training")
    set_person(people["outside-recipient"], test_asked_on=context.today())
    is_done("test")
    set_person(people["outside-recipient"], tested_on=context.today())
    is_done("reached")
    on_tablet(visitor(), site_id)
    is_done("tablet")
    questions = bring_questions()
    is_done("questionnaire")
    approve_questions(questions, advocates[0])
    is_done("approve")
    put_on_call(site_id, advocates[0])
    is_done("rota")
    reach(*advocates, people["outside-recipient"])
    is_done("mail")
    watch_the_log(advocates[0], people["outside-recipient"])
    is_done("log")
    assert _codes(site_id) == ["round"]


def test_each_language_that_was_asked_for_is_a_step_until_a_coordinator_signs_for_it(
    app: Flask, new_house: tuple[int, dict[str, Somebody]], visitor: Visitors
) -> None:
    site_id, people = new_house
    _change(site_id, languages=["en"], wanted_languages=["en", "hi", "ar"])
    set_person(people["coordinator"], password_known=False)
    browser, page = signed_in(visitor(), people["coordinator"]), f"/staff/languages/{site_id}/hi"
    assert _codes(site_id).count("language") == 2
    home = browser.open("/staff/").text
    assert "Sign for हिन्दी: until then children cannot choose it" in home
    assert f'href="{page}"' in home
    listed = browser.open("/staff/languages/").text
    assert listed.index(page) < listed.index(f"/staff/languages/{site_id}/en"), "first what waits for a signature"

    browser.open(page)
    browser.send(page, {"way": "taken", "seen": browser.hidden["seen"]})
    assert _codes(site_id).count("language") == 1
    browser.open(f"/staff/languages/{site_id}/ar/withdraw")
    assert "is asked for at" in browser.send(f"/staff/languages/{site_id}/ar/withdraw", {}).text
    assert "language" not in _codes(site_id)
    browser.open(f"{page}/withdraw")
    browser.send(f"{page}/withdraw", {})
    assert "language" not in _codes(site_id), "whoever withdraws one is not asked for it again"


def test_the_list_is_gone_with_the_first_round(app: Flask, visitor: Visitors, clock: StillClock) -> None:
    home = heard_house(visitor())
    assert _codes(home.site_id) == []
    assert "until children are heard" not in signed_in(visitor(), home.people["coordinator"]).open("/staff/").text
    clock.move(days=400)  # and does not come back when the round is over
    assert _codes(home.site_id) == []


def test_a_round_that_waits_for_a_second_adult_is_her_step_and_not_asked_for_twice(
    app: Flask, visitor: Visitors, clock: StillClock
) -> None:
    site_id, people = house(["coordinator", "advocate"])
    tomas, asha = people["coordinator"], people["advocate"]
    caller = Caller(tomas.id, tomas.handle, tomas.name, tomas.role, tomas.site_ids, "en", token="")
    assert "round" in _codes(site_id)
    with app.test_request_context("/staff/"), db.writing(db.engine()) as session:
        asked = agreement.ask_second(session, "round", {"opening": "{}"}, [site_id], caller, asha.id)
    assert [code for code in _codes(site_id) if code in {"round", "second"}] == ["second"]
    with db.reading(db.engine()) as session:
        (site,) = steps.until_heard(session, [site_id])
    (step,) = (one for one in site.steps if one.code == "second")
    assert (step.people, step.key) == (((asha.id, asha.name),), asked)
    clock.move(days=8)  # nobody answered within a week
    assert [code for code in _codes(site_id) if code in {"round", "second"}] == ["round"]


def test_nobody_reads_that_nothing_waits_while_children_cannot_tell(app: Flask, visitor: Visitors) -> None:
    _site_id, people = house(["coordinator", "facilitator", "reviewer", "safeguarding_lead", "outside_recipient"])
    for person in people.values():
        page = signed_in(visitor(), person).open("/staff/").text
        assert "Nothing waits for you" not in page, person.role
        assert "steps until children are heard at Example House" in page, person.role


def test_each_step_leads_whoever_does_it_to_the_page_where_it_is_done_and_nobody_else(
    app: Flask, new_house: tuple[int, dict[str, Somebody]], visitor: Visitors
) -> None:
    site_id, people = new_house
    for one in people.values():
        set_person(one, password_known=False)
    outside = people["outside-recipient"]
    leads = {
        "coordinator": (f"/staff/sites/{site_id}", f"/staff/people/{people['advocate'].id}",
                        f"/staff/tablets/new?site={site_id}", "/staff/questionnaires/#shelf"),
        "advocate": (f"/staff/people/{outside.id}", "/staff/rota/", "/staff/audit/", "/staff/me"),
        "outside-recipient": ("/staff/me",),
    }  # fmt: skip
    for handle, pages in leads.items():
        browser = signed_in(visitor(), people[handle])
        listed = _rows(browser.open("/staff/").text)
        assert [href for href in pages if f'href="{href}"' not in listed] == [], handle
        assert listed.count("href=") == len(pages), handle
        for href in pages:
            browser.open(href)
    assert "Child advocate: Advocate Example and Second Example" in _rows(
        signed_in(visitor(), people["coordinator"]).open("/staff/").text
    )


def _rows(page: str) -> str:
    return page[page.index('<table class="list steps"') : page.index("</table>", page.index("list steps"))]


def test_a_step_waits_until_what_comes_before_it_is_done(
    app: Flask, new_house: tuple[int, dict[str, Somebody]], visitor: Visitors
) -> None:
    _site_id, people = new_house
    set_person(people["outside-recipient"], password_known=False)
    browser = signed_in(visitor(), people["outside-recipient"])
    assert "/staff/me/test" not in _rows(browser.open("/staff/").text)
    set_person(people["outside-recipient"], test_asked_on=context.today())
    assert "/staff/me/test" in _rows(browser.open("/staff/").text)


def test_the_same_list_stands_for_each_new_site_and_what_belongs_to_the_house_stands_once(
    app: Flask, visitor: Visitors
) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, name).id for name in ("first-house", "second-house")]
        tomas = make_person(session, "coordinator", *sites)
        make_person(session, "advocate", *sites)
    page = signed_in(visitor(), tomas).open("/staff/").text
    assert "until children are heard at First House" in page
    assert "until children are heard at Second House" in page
    assert page.count('data-step="tablet"') == 2
    assert page.count('data-step="log"') == 1


def test_of_more_than_fifty_sites_each_has_one_line_and_a_page_with_all_its_steps(
    app: Flask, visitor: Visitors
) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"house-{number}").id for number in range(SITES_SHOWN + 1)]
        other = make_site(session, "other-house").id
        tomas = make_person(session, "coordinator", *sites)
    browser = signed_in(visitor(), tomas)
    page = browser.open("/staff/").text
    assert page.count("<tr data-step=") == SITES_TO_DO_SHOWN
    numbers = [
        set(re.findall(r'"Steps left">(\d+)<', text)) for text in (page, browser.open("/staff/?site_name=7").text)
    ]
    assert numbers[0] == numbers[1], "whichever sites are shown beside it"
    assert len(numbers[0]) == 1
    first, *_others = re.findall(r'href="(/staff/steps/\d+)"', page)
    of_one = browser.open(first).text
    with db.reading(db.engine()) as session:
        (expected,) = steps.until_heard(session, [int(first.rpartition("/")[2])])
    assert re.findall(r'<tr data-step="([a-z]+)"', of_one) == [step.code for step in expected.steps]
    assert "/staff/tablets/new" in of_one
    browser.open(f"/staff/steps/{other}", 404)
    browser.open("/staff/steps/999999", 404)


def test_the_page_of_a_site_that_misses_nothing_says_so(app: Flask, visitor: Visitors) -> None:
    home = heard_house(visitor())
    page = signed_in(visitor(), home.people["coordinator"]).open(f"/staff/steps/{home.site_id}").text
    assert "Nothing is missing here" in page


def test_somebody_without_the_page_of_people_reads_roles_and_no_names(app: Flask, visitor: Visitors) -> None:
    _site_id, people = house(["coordinator", "facilitator"])
    rows = _rows(signed_in(visitor(), people["facilitator"]).open("/staff/").text)
    assert "Coordinator Example" not in rows
    assert "Coordinator" in rows


def test_doctor_says_the_same_steps(app: Flask, new_house: tuple[int, dict[str, Somebody]]) -> None:
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert said.count("- Our House: ") == len(_codes(new_house[0]))
    assert "Our House: Connect a tablet (Coordinator: Coordinator Example)." in said


def test_training_that_ran_out_brings_its_step_back(app: Flask, clock: StillClock) -> None:
    """S35."""
    site_id, _people = house(["advocate", "outside_recipient"])
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="second", trained_until=clock().date())
    assert "training" not in _codes(site_id)
    clock.moment += timedelta(days=2)
    assert "training" in _codes(site_id)
