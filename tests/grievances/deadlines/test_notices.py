"""What staff get by mail says "please sign in" and nothing else, every day alike (S22), through a real server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace
from email.message import Message

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import make_site
from tests.support.smtp_server import Office, post_office
from tests.support.unattended_reports import ROLES, WORDS, Site, make
from youthvoice import context, db
from youthvoice.accounts.mail import encrypt_number
from youthvoice.accounts.people.store import add_workplace
from youthvoice.accounts.store import find_person_row
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.mail.sms import send_due_sms
from youthvoice.mail.transport import send_all_due

BEFORE_THE_HOUR = {"hours": 2}  # 16:30 in Kolkata; the daily hour is 17
AFTER_IT = {"hours": 1}


@pytest.fixture
def site(app: Flask, clock: StillClock) -> Site:
    return make(clock)


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as made:
        yield made


def sent(office: Office) -> list[Message]:
    settings = replace(context.settings(), smtp_url=office.url)
    send_all_due(db.engine(), settings, context.now)
    taken, office.taken = office.taken, []
    return sorted(taken, key=lambda mail: str(mail["To"]))


def a_day(site: Site, office: Office) -> list[Message]:
    """What goes out in the hour in which the daily mail goes out."""
    site.clock.move(**AFTER_IT)
    for job in (send_daily_notices, escalate_reports, send_daily_notices):
        job()
    found = sent(office)
    site.clock.move(days=1, hours=-1)
    return found


def without_stamp(mail: Message) -> bytes:
    del mail["Message-ID"], mail["Date"]
    return mail.as_bytes()


def test_a_day_with_reports_and_a_day_without_send_the_same_bytes(site: Site, office: Office) -> None:
    site.clock.move(**BEFORE_THE_HOUR)
    quiet = a_day(site, office)
    for _ in range(3):
        site.report()
    busy = a_day(site, office)
    assert [str(mail["To"]) for mail in quiet] == ["asha@example.org", "ravi@example.org"]
    assert [len(mail.as_bytes()) for mail in quiet] == [len(mail.as_bytes()) for mail in busy]
    assert [mail["Message-ID"] for mail in quiet] != [mail["Message-ID"] for mail in busy]
    assert [without_stamp(mail) for mail in quiet] == [without_stamp(mail) for mail in busy]


@pytest.mark.dialect("put in once")
def test_the_daily_mail_goes_to_every_advocate_once_a_day_from_the_daily_hour_on(site: Site, office: Office) -> None:
    site.clock.move(**BEFORE_THE_HOUR)
    send_daily_notices()
    assert sent(office) == []
    assert len(a_day(site, office)) == 2
    send_daily_notices()
    assert sent(office) == []
    assert len(a_day(site, office)) == 2


def test_whoever_works_at_several_sites_gets_one_mail_however_long_the_job_takes(site: Site, office: Office) -> None:
    site.clock.move(**BEFORE_THE_HOUR)
    site.clock.move(**AFTER_IT)
    send_daily_notices()
    assert [str(mail["To"]) for mail in sent(office)] == ["asha@example.org", "ravi@example.org"]
    with db.writing(db.engine()) as session:  # its turn comes when her mail has left
        later = make_site(session, "later-house").id
        asha = find_person_row(session, site.people["asha"].id)
        assert asha
        add_workplace(session, asha, later)
    send_daily_notices()
    assert sent(office) == []
    site.clock.move(days=1)
    send_daily_notices()
    assert [str(mail["To"]) for mail in sent(office)] == ["asha@example.org", "ravi@example.org"]


def test_a_work_process_that_was_down_at_the_hour_sends_it_later_that_day(site: Site, office: Office) -> None:
    site.clock.move(hours=8)
    send_daily_notices()
    assert len(sent(office)) == 2


def test_an_urgent_one_says_please_sign_in_with_the_very_bytes_of_the_daily_mail(site: Site, office: Office) -> None:
    site.clock.move(**BEFORE_THE_HOUR)
    daily = a_day(site, office)
    site.report(urgent=True)
    escalate_reports()
    urgent = [mail for mail in sent(office) if str(mail["To"]) in {str(one["To"]) for one in daily}]
    assert [len(mail.as_bytes()) for mail in daily] == [len(mail.as_bytes()) for mail in urgent]
    assert [without_stamp(mail) for mail in daily] == [without_stamp(mail) for mail in urgent]


def test_no_mail_says_what_whom_or_how_much(site: Site, office: Office) -> None:
    site.report(urgent=True)
    site.report(harm=True)
    site.report()
    for hours in (0, 1, 1, 24, 24, 24):
        site.clock.move(hours=hours)
        escalate_reports()
        send_daily_notices()
    mails = sent(office)
    assert {str(mail["To"]) for mail in mails} == {f"{name}@example.org" for name in ROLES}
    for mail in mails:
        words = mail.as_string().replace(f"{mail['To']}", "").replace(f"{mail['Message-ID']}", "")
        assert "please sign in" in words
        for hint in (WORDS, "report", "child", "Example House", "urgent", "danger", "harm", "Asha", "Omar", "overdue"):
            assert hint not in words, hint


def test_each_is_asked_in_her_own_language_and_whoever_has_no_address_is_left_away(site: Site, office: Office) -> None:
    with db.writing(db.engine()) as session:
        asha, ravi = (find_person_row(session, site.people[name].id) for name in ("asha", "ravi"))
        assert asha is not None
        assert ravi is not None
        asha.language, ravi.mail = "hi", None
    site.report(urgent=True)
    escalate_reports()
    (mail, _lata) = sent(office)
    assert mail["Content-Language"] == "hi"


@pytest.mark.dialect("writers wait for each other")
def test_two_work_processes_at_the_daily_hour_write_to_each_once(site: Site, office: Office, app: Flask) -> None:
    site.clock.move(hours=3)

    def look() -> None:
        with app.app_context():
            send_daily_notices()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(Context().run, look) for _ in range(2)]:
            done.result()
    assert len(sent(office)) == 2


def texts() -> list[str]:
    """What lies in the folder of text messages; it is emptied."""
    send_due_sms()
    files = sorted(context.settings().outbox.glob("*.eml"))
    written = [file.read_text("utf-8") for file in files]
    for file in files:
        file.unlink()
    return [one for one in written if "Telephone-Number" in one]


def has_number(site: Site, *names: str) -> None:
    with db.writing(db.engine()) as session:
        for place, name in enumerate(names):
            person = find_person_row(session, site.people[name].id)
            assert person is not None
            person.telephone = encrypt_number(f"+91 98765 4321{place}")


def test_whoever_is_on_call_is_warned_by_text_once_when_somebody_may_be_in_danger(site: Site) -> None:
    """S14."""
    has_number(site, "asha")
    site.report()
    site.report(harm=True)
    escalate_reports()
    assert texts() == []
    site.report(urgent=True)
    for _ in range(3):
        escalate_reports()
    (text,) = texts()
    assert "+919876543210" in text
    assert "please sign in" in text
    for hint in (WORDS, "report", "child", "urgent", "danger", "harm", "Asha"):
        assert hint not in text
    site.clock.move(hours=30)
    escalate_reports()
    assert texts() == []


def test_an_advocate_whom_the_child_left_out_is_not_warned_by_text(site: Site) -> None:
    has_number(site, "asha", "ravi")
    site.report(urgent=True, left_out=["ravi"])
    escalate_reports()
    (text,) = texts()
    assert "+919876543210" in text


@pytest.mark.dialect("a message is stored once, and days are compared")
def test_a_flood_of_invented_danger_costs_two_texts_in_ten_minutes_and_loses_none(site: Site) -> None:
    """Each text costs money: an empty card warns of no danger. The last report of a flood may be the true one."""
    has_number(site, "asha", "ravi")
    for _ in range(7):
        site.report(urgent=True)
        escalate_reports()
    assert len(texts()) == 2, "one to each of the two"
    site.clock.move(minutes=9)
    assert texts() == []
    site.clock.move(minutes=1)
    assert len(texts()) == 2, "whoever signed in before the last one came is asked again"
    site.clock.move(minutes=30)
    assert texts() == []
