"""Letters that send themselves: once a period, what is new, to whom an advocate cleared (S9, S12, S13)."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.publications.guardians.test_second_letter import text, went_out
from tests.publications.guardians.test_way_to_guardians import ADDRESS, Adult, answered, enter_and_clear, slug
from tests.support.people import make_person, signed_in
from tests.support.publications import House
from tests.support.statements import counted_statements
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import KeyGone
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.mail.transport import send_due
from youthvoice.publications import rhythm
from youthvoice.publications.guardians import rhythm_job, subscriptions
from youthvoice.publications.guardians.mail import send_due_answers
from youthvoice.publications.guardians.rhythm_job import send_due_rhythms
from youthvoice.publications.guardians.subscriptions import Subscription
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow, PublicationRow, SubscriptionRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_publication_by_slug, mark_view_sent

INDIA = ZoneInfo("Asia/Kolkata")
HOUR = 17
SAID = "More fruit from Monday."


def subscribe(home: House, adult: Adult, how_often: str, audience: str = "guardian", language: str = "") -> Visitor:
    coordinator = adult("coordinator")
    coordinator.open("/staff/subscriptions/")
    given = {"site_id": home.site_id, "audience": audience, "language": language, "rhythm": how_often}
    coordinator.send("/staff/subscriptions/", given)
    return coordinator


def approve(adult: Adult, here: str = "") -> None:
    advocate, here = adult("advocate"), here or slug()
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/approve")


def at(clock: StillClock, day: date, hour: int = HOUR) -> None:
    clock.moment = datetime(day.year, day.month, day.day, hour, 5, tzinfo=INDIA).astimezone(clock.moment.tzinfo)


def goes_out(clock: StillClock, day: date, hour: int = HOUR) -> list[str]:
    """To whom letters go on a day at an hour of the site; the jobs look often."""
    at(clock, day, hour)
    for _look in range(3):
        send_due_rhythms()
        send_due_answers()
    return sorted(str(one["To"]) for one in went_out())


@pytest.mark.parametrize(
    ("how_often", "start", "following"),
    [
        ("weekly", date(2026, 11, 23), date(2026, 11, 30)),
        ("monthly", date(2026, 11, 1), date(2026, 12, 1)),
        ("quarterly", date(2026, 10, 1), date(2027, 1, 1)),
        ("on_publication", date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_a_period_begins_and_the_next_one_follows(how_often: str, start: date, following: date) -> None:
    day = date(2026, 11, 24)
    assert rhythm.period_start(how_often, day) == start
    assert rhythm.next_start(how_often, day) == following
    assert rhythm.period_start(how_often, following) == following
    assert rhythm.period_start(how_often, following - timedelta(days=1)) == start


def test_what_is_due_is_found_by_the_database_whatever_the_rhythm(home: House, adult: Adult) -> None:
    """Each turn read every subscription of every site, a thousand at a country's midnight, and wrote twenty letters."""
    for how_often, audience in zip(rhythm.RHYTHMS, rhythm.AUDIENCES, strict=False):
        subscribe(home, adult, how_often, audience)
    today = date(2026, 11, 24)
    for done_for in (today - timedelta(days=days) for days in range(-2, 100)):
        with db.writing(db.engine()) as session:
            session.execute(update(SubscriptionRow).values(done_for=done_for))
            session.expire_all()
            listed = subscriptions.list_subscriptions(session, [home.site_id])
            for day in (today, today + timedelta(days=1), today + timedelta(days=7)):
                starts = {(each.id, rhythm.period_start(each.rhythm, day)) for each in listed}
                expected = {(row_id, start) for row_id, start in starts if start > done_for}
                for elsewhere in (day, day + timedelta(days=1)):  # another site, where it is tomorrow
                    due = subscriptions.list_due(session, {home.site_id: day, home.site_id + 1: elsewhere})
                    assert {(each.id, start) for each, start in due} == expected
    assert len(listed) == 4


def test_a_quarter_sends_itself_once_and_stays_silent_when_nothing_is_new(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "quarterly")
    approve(adult)
    assert goes_out(clock, date(2026, 12, 31), 23) == [], "the quarter is not over"
    assert goes_out(clock, date(2027, 1, 1), HOUR - 1) == [], "it is not the hour of the site yet"
    at(clock, date(2027, 1, 1))
    for _look in range(3):
        send_due_rhythms()
    (letter,) = went_out()
    assert letter["To"] == ADDRESS
    assert "Most of the 24 answers say the food is good: 15 to 24" in text(letter)
    assert "It opens until 1 May 2027." in text(letter).replace("\N{NO-BREAK SPACE}", " ")
    assert goes_out(clock, date(2027, 1, 2)) == []
    assert goes_out(clock, date(2027, 4, 1)) == [], "nothing is new"
    page = adult("coordinator").open("/staff/subscriptions/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"1 letter, [^<]*1 Jan", page)
    assert "1 letter sent" in adult("coordinator").open(f"/staff/publications/{slug()}").text


def test_what_adults_answered_comes_with_the_next_letter_and_not_by_one_of_its_own(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "monthly")
    approve(adult)
    assert goes_out(clock, date(2026, 12, 1)) == [ADDRESS]
    answered(home, {"en": SAID})
    assert goes_out(clock, date(2026, 12, 3)) == [], "they are written to once a month"
    at(clock, date(2027, 1, 1))
    send_due_rhythms()
    (letter,) = went_out()
    assert SAID in text(letter)
    assert SAID in text(letter, "html")
    assert goes_out(clock, date(2027, 2, 1)) == []


def test_on_publication_a_view_goes_the_same_day_and_the_answer_by_a_second_letter(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "on_publication")
    today = context.today("Asia/Kolkata")
    assert goes_out(clock, today) == []
    approve(adult)
    day = today + timedelta(days=1)
    assert goes_out(clock, day) == [ADDRESS], "approved after the hour: the next day"
    answered(home, {"en": SAID})
    assert goes_out(clock, day) == []
    assert goes_out(clock, day + timedelta(days=1)) == [ADDRESS]
    assert goes_out(clock, day + timedelta(days=2)) == []


def test_a_letter_that_fails_because_a_key_is_lost_is_tried_once_a_minute(
    home: House, adult: Adult, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job comes at once while something is left: many such letters would keep a core busy for ever."""
    subscribe(home, adult, "monthly")
    at(clock, date(2026, 12, 1))
    tried: list[int] = []

    def send(_session: object, subscription: Subscription, _start: date) -> int:
        tried.append(subscription.id)
        raise KeyGone("kept-words")

    monkeypatch.setattr(rhythm_job, "send_period", send)
    for _ in range(3):
        send_due_rhythms()
    assert len(tried) == 1
    clock.move(minutes=1)
    send_due_rhythms()
    assert len(tried) == 2


def test_two_views_of_a_month_are_one_letter(home: House, adult: Adult, clock: StillClock) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "monthly")
    approve(adult)
    home.counted("needs-check")
    drafting.draft_due()
    with db.reading(db.engine()) as session:
        later = session.scalars(
            select(PublicationRow.slug).where(PublicationRow.audience == "guardians").order_by(PublicationRow.id.desc())
        ).first()
    assert later
    approve(adult, later)
    at(clock, date(2026, 12, 1))
    send_due_rhythms()
    (letter,) = went_out()
    assert text(letter).count("/views/") == 3, "two pages, and one way to end the letters"
    for kind in ("plain", "html"):
        assert text(letter, kind).count("This is what children say:") == 2


def test_a_view_that_went_out_is_not_written_again_for_each_site(home: House) -> None:
    """Its row is shared by all its sites, and the letters of a thousand would wait for each other."""
    publication = home.edition().first
    with db.writing(db.engine()) as session:
        mark_view_sent(session, publication, context.today())
        sent = find_publication_by_slug(session, publication.slug)
        assert sent is not None
        with counted_statements(db.engine()) as statements:
            mark_view_sent(session, sent, context.today())
    assert statements == []


@pytest.mark.dialect("the first of two processes takes the period")
def test_however_many_processes_look_each_family_gets_one_letter(
    home: House, adult: Adult, clock: StillClock, app: Flask
) -> None:
    addresses = [f"family.{number}@example.org" for number in range(6)]
    enter_and_clear(home, adult, *addresses)
    subscribe(home, adult, "weekly")
    approve(adult)
    at(clock, date(2026, 11, 30))
    with ThreadPoolExecutor(4, initializer=lambda: app.app_context().push()) as pool:
        for done in [pool.submit(send_due_rhythms) for _process in range(4)]:
            done.result()
    assert sorted(str(one["To"]) for one in went_out()) == addresses


def test_only_cleared_addresses_of_the_audience_and_the_language_are_written_to(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, "hindi@example.org", language="hi")
    enter_and_clear(home, adult, "english@example.org", "refused@example.org", "aunt@example.org")
    with db.writing(db.engine()) as session:
        ids = session.scalars(select(GuardianAddressRow.id).order_by(GuardianAddressRow.id)).all()
        refused = update(GuardianAddressRow).where(GuardianAddressRow.id == ids[2])
        session.execute(refused.values(refused_on=context.today()))
        session.execute(update(GuardianAddressRow).where(GuardianAddressRow.id == ids[3]).values(kind="family"))
    coordinator = adult("coordinator")
    coordinator.open("/staff/addresses/")
    waiting = {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": "not.cleared@example.org"}
    coordinator.send("/staff/addresses/", waiting)
    subscribe(home, adult, "weekly", language="hi")
    subscribe(home, adult, "monthly")
    page = subscribe(home, adult, "quarterly", "family").page
    assert page.count("1 cleared address") == 3
    approve(adult)
    assert goes_out(clock, date(2026, 11, 30)) == ["hindi@example.org"]
    assert goes_out(clock, date(2026, 12, 1)) == ["english@example.org"]
    assert goes_out(clock, date(2027, 1, 1)) == ["aunt@example.org"]


def test_a_rhythm_whose_last_address_was_removed_sends_nothing_and_says_so(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    coordinator = subscribe(home, adult, "weekly")
    approve(adult)
    with db.reading(db.engine()) as session:
        (address,) = session.scalars(select(GuardianAddressRow.id)).all()
    coordinator.open("/staff/addresses/")
    coordinator.send(f"/staff/addresses/{address}/remove")
    assert "no cleared address: nothing can go" in coordinator.open("/staff/subscriptions/").text
    assert goes_out(clock, date(2026, 11, 30)) == []
    enter_and_clear(home, adult, ADDRESS)
    assert goes_out(clock, date(2026, 12, 7)) == [], "what a period said that is over is not sent to who came later"


def test_what_a_coordinator_sent_by_hand_does_not_come_again(home: House, adult: Adult, clock: StillClock) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "weekly")
    approve(adult)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{slug()}")
    coordinator.send(f"/staff/publications/{slug()}/send")
    assert len(went_out()) == 1
    assert goes_out(clock, date(2026, 11, 30)) == []


def test_a_changed_rhythm_leaves_nothing_out_and_an_ended_one_sends_nothing(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "quarterly")
    approve(adult)
    at(clock, date(2026, 12, 5), 9)
    subscribe(home, adult, "monthly")
    assert goes_out(clock, date(2026, 12, 5)) == [ADDRESS], "November is over"
    coordinator = adult("coordinator")
    coordinator.open("/staff/subscriptions/")
    with db.reading(db.engine()) as session:
        (one,) = session.scalars(select(SubscriptionRow.id)).all()
    answered(home, {"en": SAID})
    coordinator.send(f"/staff/subscriptions/{one}/end")
    coordinator.send(f"/staff/subscriptions/{one}/end", status=404)
    assert goes_out(clock, date(2027, 1, 1)) == [ADDRESS], "the second letter of a family without a rhythm"


def test_an_address_that_cannot_be_written_to_keeps_back_no_other_and_is_told_of(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, "broken@example.org", ADDRESS)
    subscribe(home, adult, "weekly")
    approve(adult)
    with db.writing(db.engine()) as session:
        first = session.scalars(select(GuardianAddressRow.id).order_by(GuardianAddressRow.id)).first()
        broken = update(GuardianAddressRow).where(GuardianAddressRow.id == first)
        session.execute(broken.values(locked=bytes(96)))
    at(clock, date(2026, 11, 30))
    send_due_rhythms()
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(GuardianLetterRow)).all()) == 2
    page = adult("coordinator").open("/staff/delivery/").text
    assert "The address cannot be opened with the keys that are here." in page
    assert ADDRESS in page
    assert goes_out(clock, date(2026, 11, 30)) == [ADDRESS]


def test_reviewers_and_staff_are_asked_to_sign_in_and_told_nothing(
    home: House, adult: Adult, clock: StillClock
) -> None:
    from youthvoice.accounts.mail import encrypt_address  # noqa: PLC0415

    with db.writing(db.engine()) as session:
        for role in ("reviewer", "facilitator"):
            mine = update(PersonRow).where(PersonRow.id == home.people[role].id)
            session.execute(mine.values(mail=encrypt_address(f"{role}@example.org")))
    subscribe(home, adult, "weekly", "review")
    subscribe(home, adult, "weekly", "staff")
    assert goes_out(clock, date(2026, 11, 30)) == [], "nothing is approved"
    approve(adult)
    at(clock, date(2026, 12, 7))
    send_due_rhythms()
    send_due_rhythms()
    letters = sorted(went_out(), key=lambda one: str(one["To"]))
    assert [str(one["To"]) for one in letters] == ["facilitator@example.org", "reviewer@example.org"]
    assert all("please sign in." in text(one) and "children" not in text(one) for one in letters)
    assert goes_out(clock, date(2026, 12, 14)) == []


@pytest.mark.parametrize("wrong", [{"rhythm": "daily"}, {"audience": "children"}, {"language": "xx"}, {"site_id": "77"},
                                   {"audience": "review", "language": "hi"}])  # fmt: skip
def test_a_rhythm_that_cannot_be_is_refused_and_nothing_is_kept(
    home: House, adult: Adult, wrong: dict[str, str]
) -> None:
    coordinator = adult("coordinator")
    coordinator.open("/staff/subscriptions/")
    right = {"site_id": str(home.site_id), "audience": "guardian", "language": "", "rhythm": "weekly"}
    coordinator.send("/staff/subscriptions/", {**right, **wrong}, 422)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(SubscriptionRow)).all() == []


def test_only_a_coordinator_of_the_site_sets_a_rhythm(home: House, adult: Adult) -> None:
    adult("advocate").open("/staff/subscriptions/", 403)
    adult("facilitator").open("/staff/delivery/", 403)


def test_the_log_says_that_letters_went_and_names_nobody(home: House, adult: Adult, clock: StillClock) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "weekly")
    approve(adult)
    goes_out(clock, date(2026, 11, 30))
    with db.reading(db.engine()) as session:
        lines = [f"{one.actor} {one.action} {one.subject}" for one in session.scalars(select(AuditEntryRow))]
    assert f"work subscription.send guardian every weekly at site {home.site_id}: 1" in lines
    assert not any("@" in line for line in lines)


@pytest.mark.dialect("two writers want the same rows")
def test_two_coordinators_who_send_at_once_and_a_rhythm_write_to_each_family_once(
    home: House, adult: Adult, clock: StillClock, visitor: Callable[[], Visitor], app: Flask
) -> None:
    addresses = [f"family.{number}@example.org" for number in range(5)]
    enter_and_clear(home, adult, *addresses)
    subscribe(home, adult, "weekly")
    approve(adult)
    with db.writing(db.engine()) as session:
        colleague = make_person(session, "coordinator", home.site_id, handle="colleague")
    at(clock, date(2026, 11, 30))
    both = [adult("coordinator"), signed_in(visitor(), colleague)]
    for browser in both:
        browser.open(f"/staff/publications/{slug()}")
    here = slug()
    acts = [lambda: both[0].send(f"/staff/publications/{here}/send"),
            lambda: both[1].send(f"/staff/publications/{here}/send"), send_due_rhythms]  # fmt: skip
    with ThreadPoolExecutor(3, initializer=lambda: app.app_context().push()) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
    assert sorted(str(one["To"]) for one in went_out()) == addresses
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(GuardianLetterRow)).all()) == len(addresses)


def test_an_address_with_a_line_break_is_two_lines_of_which_each_must_be_one(home: House, adult: Adult) -> None:
    coordinator = adult("coordinator")
    coordinator.open("/staff/addresses/")
    for broken in (
        "one@example.org\u2028Bcc: all@example.org",
        "one@example.org\rBcc: all@example.org",
        "a@b.org\x0bc",
    ):
        given = {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": broken}
        coordinator.send("/staff/addresses/", given, 422)
        assert "This is no mail address: line 2." in coordinator.page
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow)).all() == []


def test_what_was_lost_is_tried_again_one_by_one(home: House, adult: Adult, clock: StillClock) -> None:
    enter_and_clear(home, adult, ADDRESS, "family.two@example.org")
    subscribe(home, adult, "weekly")
    approve(adult)
    at(clock, date(2026, 11, 30))
    send_due_rhythms()
    with db.writing(db.engine()) as session:
        session.execute(update(OutgoingMailRow).values(given_up=True, reason="no_box", tries=1))
    coordinator = adult("coordinator")
    page = coordinator.open("/staff/delivery/").text
    assert page.count("The mail server says that there is no such address.") == 2
    again = re.findall(r"/staff/delivery/\d+/again", page)
    assert len(again) == 2
    assert "1 letter is tried again." in coordinator.send(again[0]).text
    assert coordinator.open("/staff/delivery/").text.count("The mail server says that there is no such address.") == 1
    assert len(went_out()) == 1
    coordinator.send("/staff/delivery/999999/again")
    assert went_out() == []


def test_nobody_is_asked_to_send_what_sends_itself(home: House, adult: Adult) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "monthly")
    link = f"/staff/publications/{slug()}"
    assert "After you its letters send themselves." in adult("advocate").open(link).text
    approve(adult)
    assert link not in adult("coordinator").open("/staff/").text
    listed = adult("coordinator").open("/staff/rounds/").text
    assert "Its letters send themselves. Coordinator Example answers the children." in listed
    assert "A coordinator sends it" not in listed
    page = adult("coordinator").open(link).text
    assert "goes by itself, with their next regular letter" in page
    assert "you need not send them" in page
    assert 'class="button on" type="submit">' not in page, "no large Send beside letters that send themselves"
    enter_and_clear(home, adult, "aunt@example.org")
    with db.writing(db.engine()) as session:
        last = session.scalars(select(GuardianAddressRow.id).order_by(GuardianAddressRow.id.desc())).first()
        session.execute(update(GuardianAddressRow).where(GuardianAddressRow.id == last).values(kind="family"))
    page = adult("coordinator").open("/staff/").text
    assert link in page, "one family has no rhythm"
    assert "Send to 2 cleared addresses" in adult("coordinator").open(link).text
    assert "A coordinator sends it." in adult("coordinator").open("/staff/rounds/").text


def test_a_view_of_before_the_rhythm_is_sent_by_hand_and_somebody_is_asked_to(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    approve(adult)
    clock.move(days=9)  # into the next month
    subscribe(home, adult, "monthly")
    assert goes_out(clock, date(2027, 1, 1)) == [], "its first letter tells of December"
    coordinator = adult("coordinator")
    assert f"/staff/publications/{slug()}" in coordinator.open("/staff/").text
    assert "A coordinator sends it." in coordinator.open("/staff/rounds/").text


def test_a_letter_that_was_never_found_is_sent_once_more_as_it_reads_today(
    home: House, adult: Adult, clock: StillClock
) -> None:
    enter_and_clear(home, adult, ADDRESS)
    subscribe(home, adult, "weekly")
    approve(adult)
    at(clock, date(2026, 11, 30))
    send_due_rhythms()
    send_due()
    answered(home, {"en": SAID})
    coordinator = adult("coordinator")
    page = coordinator.open("/staff/delivery/").text
    (path,) = re.findall(r"/staff/delivery/\d+/once-more", page)
    for _press in range(2):
        coordinator.send(path)
    (letter,) = went_out()
    assert SAID in text(letter)
    assert goes_out(clock, date(2026, 12, 7)) == [], "the answer is known by now"
    coordinator = adult("coordinator")
    coordinator.open("/staff/delivery/")
    coordinator.send("/staff/delivery/999999/once-more", status=404)


def test_an_address_that_was_removed_and_comes_back_is_written_to(home: House, adult: Adult) -> None:
    approve(adult)
    for _time in range(2):
        enter_and_clear(home, adult, ADDRESS)
        coordinator = adult("coordinator")
        coordinator.open(f"/staff/publications/{slug()}")
        coordinator.send(f"/staff/publications/{slug()}/send")
        send_due()
        assert "1 letter at your sites" in coordinator.open("/staff/delivery/").text
        with db.reading(db.engine()) as session:
            assert [one.sent_on is None for one in session.scalars(select(OutgoingMailRow))] == [False]
            (address,) = session.scalars(select(GuardianAddressRow.id)).all()
        coordinator.open("/staff/addresses/")
        coordinator.send(f"/staff/addresses/{address}/remove")
        with db.reading(db.engine()) as session:
            assert session.scalars(select(OutgoingMailRow)).all() == []
