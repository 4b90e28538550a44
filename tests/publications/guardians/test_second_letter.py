"""What adults answered comes to the families by a second letter: once, to those who got the first (S13)."""

from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.publications.guardians.test_way_to_guardians import (
    ADDRESS,
    Adult,
    answered,
    enter_and_clear,
    home_round,
    links,
    slug,
)
from tests.support import papers
from tests.support.kept_papers import get_papers
from tests.support.people import agrees
from tests.support.publications import House
from tests.support.statements import counted_statements
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import find_by_subject
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.publications.guardians.letter_record import list_sites_to_tell
from youthvoice.publications.guardians.mail import send_due_answers
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.models import GuardianAddressRow, PublicationRow, PublicationSiteRow
from youthvoice.publications.review import drafting
from youthvoice.sites.models import SiteRow
from youthvoice.surveys.models import RoundRow

OTHER, LATER = "family.two@example.org", "family.three@example.org"
SAID = "More fruit from Monday."


def approve_and_send(home: House, adult: Adult, *lines: str, language: str = "en") -> list[EmailMessage]:
    """The first letters."""
    here, advocate, coordinator = slug(), adult("advocate"), adult("coordinator")
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/approve")
    enter_and_clear(home, adult, *lines, language=language)
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    return went_out()


def went_out() -> list[EmailMessage]:
    """What waits in the outbox; a server takes it."""
    with db.writing(db.engine()) as session:
        found = [read_message(outbox.decrypt_mail(mail)) for mail in outbox.lease(session, context.now(), 50)]
        session.query(OutgoingMailRow).delete()
    return found


def next_day(clock: StillClock) -> list[EmailMessage]:
    """What goes out until the evening of the next day; the job looks often."""
    clock.move(days=1)
    clock.moment = clock.moment.replace(hour=15)
    for _look in range(3):
        send_due_answers()
    return went_out()


def text(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body
    return str(body.get_content())


@pytest.mark.dialect("a union of rounds, IS DISTINCT FROM")
def test_the_answer_goes_to_those_who_got_the_first_letter_once_each(
    home: House, adult: Adult, clock: StillClock
) -> None:
    first = approve_and_send(home, adult, ADDRESS, OTHER)
    assert next_day(clock) == [], "nobody has answered"
    answered(home, {"en": SAID})
    send_due_answers()
    assert went_out() == [], "until the next day she may correct her words"
    second = next_day(clock)
    assert sorted(str(one["To"]) for one in second) == [ADDRESS, OTHER]
    for one in second:
        assert SAID in text(one)
        assert SAID in text(one, "html")
        assert "Most of the 24 answers say the food is good: 15 to 24" in text(one)
        assert "answers by" not in text(one)
    assert {one["Subject"] for one in (*first, *second)} == {"A letter for you"}
    assert len({links(str(one)) for one in (*first, *second)}) == 4, "a link opens for 120 days from its letter on"
    assert len({one["Message-ID"] for one in (*first, *second)}) == 4
    assert next_day(clock) == []
    with db.reading(db.engine()) as session:
        assert list_sites_to_tell(session, date.min) == [], "nobody is read again who knows it"
    assert "2 second letters, with the answer" in adult("coordinator").open(f"/staff/publications/{slug()}").text


def test_an_answer_of_the_days_when_nobody_worked_is_told_all_the_same(
    home: House, adult: Adult, clock: StillClock
) -> None:
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    clock.move(days=70)  # the work process stood still
    (second,) = next_day(clock)
    assert SAID in text(second)


def test_ten_years_of_rounds_are_found_by_an_index(home: House, adult: Adult) -> None:
    """Each minute: of a country's rounds more are over than a statement of PostgreSQL takes numbers."""
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    with db.reading(db.engine()) as session:
        with counted_statements(db.engine()) as statements:
            (site,) = list_sites_to_tell(session, context.today())
        (statement,) = statements
        no_values = (None,) * statement.count("?")
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", no_values).scalars(3).all()
    assert site.site_id == home.site_id
    assert "ix_owed_settled_on" in " ".join(steps)
    assert [step for step in steps if step.startswith("SCAN") and "(subquery" not in step] == []


def test_a_view_that_does_not_open_keeps_back_no_letter_of_another(
    home: House, adult: Adult, clock: StillClock
) -> None:
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    home.counted("needs-check")
    drafting.draft_due()
    advocate, coordinator = adult("advocate"), adult("coordinator")
    with db.reading(db.engine()) as session:
        later = session.scalars(
            select(PublicationRow).where(PublicationRow.audience == "guardians").order_by(PublicationRow.id.desc())
        ).first()
        assert later
        here, asked = later.slug, session.get_one(RoundRow, later.round_id).slug
    for browser, act in ((advocate, "approve"), (coordinator, "send")):
        browser.open(f"/staff/publications/{here}")
        browser.send(f"/staff/publications/{here}/{act}")
    went_out()
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "round", asked)
        assert answer_due
        said, who = {"en": "Soap is there."}, home.people["coordinator"].id
        replies.record_reply(session, answer_due.id, "", "yes", said, who, context.today())
        session.execute(update(PublicationRow).where(PublicationRow.slug != here).values(locked=bytes(60)))
    (letter,) = next_day(clock)
    assert "Soap is there." in text(letter)


def test_it_goes_only_to_who_is_still_cleared_and_wants_letters(home: House, adult: Adult, clock: StillClock) -> None:
    approve_and_send(home, adult, ADDRESS, OTHER, LATER)
    answered(home, {"en": SAID})
    with db.writing(db.engine()) as session:
        ids = dict(enumerate(session.scalars(select(GuardianAddressRow.id).order_by(GuardianAddressRow.id)).all()))
        session.execute(
            update(GuardianAddressRow).where(GuardianAddressRow.id == ids[0]).values(unsubscribed_on=context.today())
        )
        session.execute(
            update(GuardianAddressRow).where(GuardianAddressRow.id == ids[1]).values(refused_on=context.today())
        )
    assert [str(one["To"]) for one in next_day(clock)] == [LATER]


def test_who_was_cleared_after_the_first_letter_gets_no_second_one(
    home: House, adult: Adult, clock: StillClock
) -> None:
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    clock.move(days=1)
    enter_and_clear(home, adult, LATER)
    assert [str(one["To"]) for one in next_day(clock)] == [ADDRESS]


def test_a_first_letter_that_bore_the_answer_is_not_followed_by_a_second(
    home: House, adult: Adult, clock: StillClock
) -> None:
    here, advocate = slug(), adult("advocate")
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/approve")
    answered(home, {"en": SAID})
    enter_and_clear(home, adult, ADDRESS)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    (first,) = went_out()
    assert SAID in text(first)
    assert next_day(clock) == []


def test_corrected_words_bring_no_letter_but_an_answer_after_not_yet_does(
    home: House, adult: Adult, clock: StillClock
) -> None:
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    assert len(next_day(clock)) == 1
    answered(home, {"en": "Fruit from Tuesday."})
    assert next_day(clock) == []
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "round", home_round())
        assert answer_due
        replies.reopen(session, answer_due.id, context.today())
    assert next_day(clock) == [], "children said: not yet"
    answered(home, {"en": "Now there is fruit."})
    (third,) = next_day(clock)
    assert "Now there is fruit." in text(third)
    assert next_day(clock) == []


def test_an_address_at_two_sites_of_a_view_gets_one_letter(home: House, adult: Adult, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        other = SiteRow(slug="other", name="Other House", mail_name="Another letter", time_zone="Asia/Kolkata",
                     languages=["en"], checked_languages=["en"])  # fmt: skip
        session.add(other)
        session.flush()
        other_id = other.id
    approve_and_send(home, adult, ADDRESS)
    with db.writing(db.engine()) as session:
        publication = session.scalars(select(PublicationRow.id).where(PublicationRow.audience == "guardians")).one()
        site_row = PublicationSiteRow(publication_id=publication, site_id=other_id, sent_on=context.today(), letters=1)
        session.add(site_row)
        add_address(session, other_id, ADDRESS.upper(), "en", home.people["coordinator"].id)
        cleared = update(GuardianAddressRow).where(GuardianAddressRow.site_id == other_id)
        session.execute(cleared.values(cleared_on=context.today(), cleared_by=home.people["advocate"].id))
    answered(home, {"en": SAID})
    assert len(next_day(clock)) == 1


def test_a_second_letter_that_waits_is_taken_back_with_the_address(
    home: House, adult: Adult, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    (first,) = approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    clock.move(days=1)
    clock.moment = clock.moment.replace(hour=15)
    send_due_answers()
    with db.reading(db.engine()) as session:
        assert outbox.delivery_status(session).waiting == 1
    visitor().ask("POST", links(str(first))[1])
    assert went_out() == []


@pytest.mark.parametrize("known", [True, False])
def test_a_letter_bears_what_the_family_knows_from_paper(home: House, adult: Adult, *, known: bool) -> None:
    with db.writing(db.engine()) as session:
        given = {"mail_picture": "1F418", "mail_word": "Marigold", "ask_number": "0800 555 020", "ask_hours": "10-16"}
        session.execute(update(SiteRow).values(**(given if known else dict.fromkeys(given, ""))))
    (letter,) = approve_and_send(home, adult, ADDRESS)
    for kind in ("plain", "html"):
        said = text(letter, kind)
        lead = said.index("Most of the 24 answers say the food is good")
        assert lead < said.index("/views/"), "the first lines are enough without the link"
        for mark in ("\N{ELEPHANT}", "elephant · Marigold", "0800 555 020"):
            assert (mark in said) is known
        assert not known or said.index("Marigold") < lead
        assert "Example House" not in said
    assert letter["Subject"] == "A letter for you"
    assert "<img" not in text(letter, "html")


def test_a_number_is_read_from_left_to_right_in_an_arabic_letter(home: House, adult: Adult) -> None:
    """Else its groups are shown from the last to the first, and the family dials somebody else."""
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(ask_number="0800 555 020", ask_hours="10-16"))
    (letter,) = approve_and_send(home, adult, ADDRESS, language="ar")
    assert "\u20660800 555 020\u2069 (\u206810-16\u2069)" in text(letter)
    assert '<bdi dir="ltr">0800 555 020</bdi> (<bdi>10-16</bdi>)' in text(letter, "html")


def test_the_hour_is_that_of_the_site(home: House, adult: Adult, clock: StillClock) -> None:
    approve_and_send(home, adult, ADDRESS)
    answered(home, {"en": SAID})
    assert context.today("Asia/Kolkata") == date(2026, 11, 24)
    clock.move(days=1)
    clock.moment = clock.moment.replace(hour=11, minute=29)  # 16:59 there
    send_due_answers()
    assert went_out() == []
    clock.moment += timedelta(minutes=1)
    send_due_answers()
    assert len(went_out()) == 1


def test_whoever_answers_is_found_by_the_name_she_has_now(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    """A name is no finding: what was approved stays word for word, whom to ask is who they know now."""
    old = home.people["coordinator"].name
    here, (first,) = slug(), approve_and_send(home, adult, ADDRESS)
    assert f"{old} answers by" in text(first)
    coordinator = adult("coordinator")
    coordinator.open("/staff/me/name")
    coordinator.send("/staff/me/name", {"name": "Lata Kumar", "second": home.people["facilitator"].id})
    agrees(adult("facilitator"))
    page, _stop = links(str(first))
    family = visitor()
    page_words = family.open(page).text
    for words_ in (page_words, papers.text_of(get_papers(family, f"{page}/paper", ["en"])["en"])):
        assert "Lata Kumar" in words_
        assert old not in words_
    stands = adult("coordinator").open(f"/staff/publications/{here}").text
    assert "Lata Kumar" in stands
    assert old not in stands
