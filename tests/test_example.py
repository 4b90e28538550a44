"""What a first visitor finds beside what children said: a rota, where the head of the log goes, mail to staff."""

import time
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.pages import Visitor
from tests.people import CHEAP, PASSWORD
from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import cookie_name
from youthvoice.accountability import store as answers
from youthvoice.accounts import store as staff
from youthvoice.accounts.people import bootstrap as founding
from youthvoice.accounts.sign_in import session as signing_in
from youthvoice.example import contacts as reaching
from youthvoice.example import loader as loading
from youthvoice.example import people
from youthvoice.grievances.deadlines.notices import daily_due
from youthvoice.mail.send_job import send_due
from youthvoice.sites import store as places
from youthvoice.witnesses.head_job import heads_due


@pytest.fixture
def example(app: Flask) -> float:
    """The people of the example, who can be reached; gives the seconds of a core that it took to reach them."""
    pepper, key = running.keyring().key("pepper"), running.keyring().key("people")
    prepared = founding.prepare(people.ready(running.today()), pepper, PASSWORD, CHEAP)
    with db.writing(db.engine()) as session:
        site_id = people.add_site(session, running.today())
        people.add_people(session, prepared, site_id, key)
    begun = time.process_time()
    with db.writing(db.engine()) as session:
        reaching.reach_everybody(session, site_id)
    return time.process_time() - begun


@pytest.mark.dialect("everything that the example does")
def test_the_rota_and_the_log_are_filled(example: float, visitor: Callable[[], Visitor]) -> None:
    browser = visitor()
    browser.client.set_cookie(cookie_name(), signing_in.sign_in("asha", PASSWORD))
    heads_due()
    rota = browser.open("/staff/rota/").text
    assert "Today: Ravi Example" in rota
    assert "Every Sunday" in rota
    assert "Meera Example" in rota
    log = browser.open("/staff/audit/").text
    for told in ("log-one@example.org", "log-two@example.org", "Olga Example"):
        assert told in log


def test_mail_to_staff_lies_in_the_outbox_and_goes_to_nobody_real(example: float, clock: StillClock) -> None:
    clock.move(hours=4)  # past the daily hour
    daily_due()
    heads_due()
    send_due()
    files = running.settings().outbox.glob("*.eml")
    to = sorted(str(message_from_bytes(file.read_bytes(), policy=policy.default)["To"]) for file in files)
    assert to == ["asha@example.org", "log-one@example.org", "log-two@example.org", "ravi@example.org"]


def test_it_begins_with_no_task_about_safety_that_is_over(app: Flask) -> None:
    """S17: what children said in its first round was talked about at once."""
    loading.load()
    with db.reading(db.engine()) as session:
        asha, site = staff.by_handle(session, "asha"), places.site_by_slug(session, "example-house")
        assert asha
        assert site
        open_ones, done = (
            answers.mine(session, running.keyring(), asha.id, "advocate", {site.id}, settled=settled)
            for settled in (False, True)
        )
    assert [one for one in open_ones if one.kind == "safety" and one.due < running.today()] == []
    talked = [one for one in done if one.kind == "safety"]
    assert talked
    assert not any(one.was_late for one in talked)


def test_a_first_visitor_does_not_wait_for_it(example: float) -> None:
    assert example < 1
