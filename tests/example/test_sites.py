"""What a first visitor finds beside what children said: a rota, where the head of the log goes, mail to staff."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import CHEAP, PASSWORD, on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.guard import cookie_name
from youthvoice.accountability.store import list_answers_due_of, list_settled_of
from youthvoice.accounts.people import bootstrap
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.example import loader, past_meetings, people, reviews, rounds
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.mail.transport import send_due
from youthvoice.publications.influence.years import last_frozen_year
from youthvoice.sites.store import find_site_by_slug
from youthvoice.witnesses.head_job import send_due_heads


@pytest.fixture
def example(app: Flask) -> float:
    """The people of the example, who can be reached; gives the seconds of a core that it took to reach them."""
    pepper = context.keyring().key("pepper")
    prepared = bootstrap.prepare_accounts(people.ready(context.today()), pepper, PASSWORD, CHEAP)
    with db.writing(db.engine()) as session:
        site_id = people.add_site(session, context.today())
        people.add_people(session, prepared, site_id)
    begun = time.process_time()
    with db.writing(db.engine()) as session:
        people.reach_everybody(session, site_id)
    return time.process_time() - begun


@pytest.mark.dialect("everything that the example does")
def test_the_rota_and_the_log_are_filled(example: float, visitor: Callable[[], Visitor]) -> None:
    browser = visitor()
    browser.client.set_cookie(cookie_name(), staff_session.sign_in("asha", PASSWORD))
    send_due_heads()
    rota = browser.open("/staff/rota/").text
    assert "Today: Ravi Example" in rota
    assert "Every Sunday" in rota
    assert "Meera Example" in rota
    log = browser.open("/staff/audit/").text
    for told in ("log-one@example.org", "log-two@example.org", "Olga Example"):
        assert told in log


def test_mail_to_staff_lies_in_the_outbox_and_goes_to_nobody_real(example: float, clock: StillClock) -> None:
    clock.move(hours=4)  # past the daily hour
    send_daily_notices()
    send_due_heads()
    send_due()
    files = context.settings().outbox.glob("*.eml")
    to = sorted(str(message_from_bytes(file.read_bytes(), policy=policy.default)["To"]) for file in files)
    assert to == ["asha@example.org", "log-one@example.org", "log-two@example.org", "ravi@example.org"]


def test_it_begins_with_no_task_about_safety_that_is_over_a_theme_and_a_counted_year(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """S17: what children said in its first round was talked about at once; A12: what many wrote and what came of it."""
    loader.load()
    with db.reading(db.engine()) as session:
        asha, site = find_person_row_by_handle(session, "asha"), find_site_by_slug(session, "example-house")
        assert asha
        assert site
        open_ones = list_answers_due_of(session, asha.id, "advocate", {site.id})
        done = list_settled_of(session, asha.id, "advocate", {site.id}, 99)
    assert [one for one in open_ones if one.kind == "safety" and one.due < context.today()] == []
    talked = [one for one in done if one.kind == "safety"]
    assert talked
    assert not any(one.was_late for one in talked)
    open_page, child = visitor().open("/influence").text, on_tablet(visitor(), site.id).open("/we-did").text
    assert f'id="year-{last_frozen_year(context.today(people.TIME_ZONE))}"' in open_page
    assert "All sites together · 13 things that children said" in open_page
    for numbers in ("9 to 13 of 13", "5 to 8 of 13", "0 to 4 of 13"):
        assert numbers in open_page
    for said in ("We said it is done: few", "Many of us wish for fruit every day."):
        assert said in child


def test_a_first_visitor_does_not_wait_for_it(example: float) -> None:
    assert example < 1


@pytest.mark.parametrize("days", [0, 5, 36, 68, 158])
def test_a_visitor_finds_steps_of_care_with_one_gap_in_any_month(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock, days: int
) -> None:
    clock.move(days=days)
    year = last_frozen_year(context.today(people.TIME_ZONE))
    pepper = context.keyring().key("pepper")
    prepared = bootstrap.prepare_accounts(people.ready(context.today()), pepper, PASSWORD, CHEAP)
    with rounds.pretend_moment(past_meetings.first_moment(year)), db.writing(db.engine()) as session:
        people.add_people(session, prepared, people.add_site(session, context.today()))
    reviews.hold_reviews_of_last_quarter(context.now())
    for handle in ("tomas", "asha"):
        browser = visitor()
        browser.client.set_cookie(cookie_name(), staff_session.sign_in(handle, PASSWORD))
        page = browser.open("/staff/care-steps/").text
        assert page.count("Asked before every review") == 1
        assert page.count("A gap: not before every review") == 1
        assert page.count("In time after every review") == 2
        assert "Children not asked or answered in time" in browser.open("/staff/").text


def test_a_visitor_reads_a_pack_in_her_language_one_promise_that_is_late_and_one_alarm(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    pepper, now = context.keyring().key("pepper"), context.now()
    prepared = bootstrap.prepare_accounts(people.ready(context.today()), pepper, PASSWORD, CHEAP)
    with rounds.pretend_moment(now - timedelta(days=400)), db.writing(db.engine()) as session:
        people.add_people(session, prepared, people.add_site(session, context.today()))
    reviews.hold_reviews(now)
    reva, tomas = visitor(), visitor()
    for browser, handle in ((reva, "reva"), (tomas, "tomas")):
        browser.client.set_cookie(cookie_name(), staff_session.sign_in(handle, PASSWORD))
    listed = reva.open("/staff/reviews/").text
    assert "A promise is late" in listed
    assert "Nobody asked the child" in tomas.open("/staff/reviews/").text
    address = re.search(r'href="(/staff/reviews/[0-9a-f]{32})"><b><bdi>K-24', listed)
    assert address
    decided = {"hi": ("आप हर शनिवार को सिलाई सीखेंगी।", "सिलाई सीखने तक"), "en": ("on Saturdays", "until you can sew")}
    for language, sentences in decided.items():
        with db.writing(db.engine()) as session:
            row = find_person_row_by_handle(session, "reva")
            assert row
            change_person(session, row, language=language)
        reva.open(address[1])
        pack = reva.send(f"{address[1]}/open").text
        assert 'lang="hi"' in pack
        assert "सिलाई सीखना चाहती हूँ" in pack, "her words are never put into others"
        assert all(one in pack for one in sentences), language
