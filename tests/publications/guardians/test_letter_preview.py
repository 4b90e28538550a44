"""A letter is looked at before it goes, and sent to whoever looks; families get nothing by it."""

import pytest
from sqlalchemy import select, update

from tests.publications.guardians.test_rhythm_job import approve, subscribe
from tests.publications.guardians.test_second_letter import text, went_out
from tests.publications.guardians.test_way_to_guardians import ADDRESS, Adult, enter_and_clear, slug
from tests.support.publications import House
from youthvoice import db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.publications.models import GuardianLetterRow, SubscriptionRow

OWN = "coordinator@example.org"


def write_down(home: House, address: str) -> None:
    with db.writing(db.engine()) as session:
        mine = update(PersonRow).where(PersonRow.id == home.people["coordinator"].id)
        session.execute(mine.values(mail=encrypt_address(address)))


def rhythm_id() -> int:
    with db.reading(db.engine()) as session:
        return session.scalars(select(SubscriptionRow.id)).one()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "say the food is good"), ("hi", "खाना अच्छा है"), ("ar", "الطعام جيد")]
)
def test_the_letter_about_a_view_is_read_word_for_word_in_each_language(
    home: House, adult: Adult, language: str, said: str
) -> None:
    approve(adult)
    page = adult("coordinator").open(f"/staff/subscriptions/view/{slug()}/{language}").text
    inside = page[page.index('class="page letter"') :]
    assert f'lang="{language}"' in inside[:60]
    assert said in inside
    assert "style=" not in inside
    assert "The letter of the week" in page


def test_a_test_goes_to_her_own_address_and_nowhere_else(home: House, adult: Adult) -> None:
    enter_and_clear(home, adult, ADDRESS)
    approve(adult)
    write_down(home, OWN)
    coordinator = adult("coordinator")
    path = f"/staff/subscriptions/view/{slug()}/hi"
    coordinator.open(path)
    assert "On its way to your own address." in coordinator.send(path).text
    (letter,) = went_out()
    assert (letter["To"], letter["Content-Language"]) == (OWN, "hi")
    assert letter["List-Unsubscribe"] is None
    assert "/views/" not in text(letter) + text(letter, "html"), "no link of a family"
    assert f"/staff/publications/{slug()}" in text(letter)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianLetterRow)).all() == []
        lines = [f"{one.action} {one.subject}" for one in session.scalars(select(AuditEntryRow))]
    assert f"letter.test site {home.site_id}" in lines
    assert not any("@" in line for line in lines)
    assert "Send to 1 cleared address" in coordinator.open(f"/staff/publications/{slug()}").text


def test_who_has_no_address_is_told_where_to_write_it_down(home: House, adult: Adult) -> None:
    approve(adult)
    write_down(home, "")
    coordinator = adult("coordinator")
    path = f"/staff/subscriptions/view/{slug()}/en"
    assert "You have no mail address here yet." in coordinator.open(path).text
    assert "You have no mail address here yet." in coordinator.send(path).text
    assert went_out() == []


def test_what_the_next_letter_of_a_rhythm_would_say(home: House, adult: Adult) -> None:
    write_down(home, OWN)
    coordinator = subscribe(home, adult, "quarterly")
    path = f"/staff/subscriptions/{rhythm_id()}/letter"
    assert "Nothing new so far" in coordinator.open(path).text
    coordinator.send(f"{path}/en", status=404)
    approve(adult)
    assert "say the food is good" in coordinator.open(path).text
    coordinator.send(f"{path}/en")
    assert [str(one["To"]) for one in went_out()] == [OWN]


def test_nothing_is_looked_at_before_an_advocate_approved_it_or_in_a_language_that_is_not_there(
    home: House, adult: Adult
) -> None:
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/subscriptions/view/{slug()}/en", 404)
    coordinator.send(f"/staff/subscriptions/view/{slug()}/en", status=404)
    approve(adult)
    coordinator.open(f"/staff/subscriptions/view/{slug()}/xx", 404)
    coordinator.send(f"/staff/subscriptions/view/{slug()}/xx", status=404)
    coordinator.open("/staff/subscriptions/77/letter", 404)
    adult("facilitator").open(f"/staff/subscriptions/view/{slug()}/en", 403)
