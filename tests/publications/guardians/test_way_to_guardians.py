"""From a closed batch to a guardian's page and the children's board, through the real pages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.publications import House, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import find_by_subject, list_answers_due_of
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.publications.encryption import open_view
from youthvoice.publications.guardians import store
from youthvoice.publications.models import GuardianAddressRow, PublicationRow
from youthvoice.sites.models import SiteRow
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import change_site
from youthvoice.surveys.models import RoundRow
from youthvoice.web.i18n import languages

ADDRESS = "family.one@example.org"


@pytest.fixture
def adult(home: House, visitor: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    return lambda role: signed_in(visitor(), home.people[role])


Adult = Callable[[str], Visitor]


def slug() -> str:
    with db.reading(db.engine()) as session:
        found = session.scalar(select(PublicationRow.slug).where(PublicationRow.audience == "guardians"))
    assert found
    return found


def approve(adult: Adult) -> str:
    advocate, here = adult("advocate"), slug()
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/approve")
    return here


def enter_and_clear(home: House, adult: Adult, *lines: str, language: str = "en") -> None:
    coordinator, advocate = adult("coordinator"), adult("advocate")
    coordinator.open("/staff/addresses/")
    given = {"site_id": home.site_id, "language": language, "kind": "guardian", "lines": "\n".join(lines)}
    coordinator.send("/staff/addresses/", given)
    advocate.open("/staff/addresses/clearing")
    with db.reading(db.engine()) as session:
        ids = session.scalars(select(GuardianAddressRow.id).where(GuardianAddressRow.cleared_on.is_(None))).all()
    for one in ids:
        advocate.send(f"/staff/addresses/{one}/decide", {"decision": "clear"})
        advocate.open("/staff/addresses/clearing")


def letters() -> list[str]:
    with db.writing(db.engine()) as session:
        return [str(read_message(outbox.decrypt_mail(mail))) for mail in outbox.lease(session, context.now())]


def links(letter: str) -> tuple[str, str]:
    """The page, and what the header says ends the letters: whole, for mail programs read it as it stands."""
    (stop,) = re.findall(r"List-Unsubscribe: <http://127.0.0.1:8000(/views/[\w-]+/stop)>", letter)
    return stop.removesuffix("/stop"), stop


def sent(home: House, adult: Adult, *lines: str, language: str = "en") -> tuple[str, str]:
    here = approve(adult)
    enter_and_clear(home, adult, *(lines or (ADDRESS,)), language=language)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    (letter,) = letters()
    return links(letter)


def enters_sixty_addresses(coordinator: Visitor, home: House) -> None:
    coordinator.open("/staff/addresses/")
    lines = "\n".join(f"family.{number}@example.org" for number in range(60))
    given = {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": lines}
    coordinator.send("/staff/addresses/", given)


def test_of_many_addresses_fifty_are_shown_at_a_time(home: House, adult: Adult) -> None:
    coordinator = adult("coordinator")
    enters_sixty_addresses(coordinator, home)
    pages = [coordinator.open(f"/staff/addresses/?mine={page}").text for page in (1, 2)]
    assert [page.count("/remove") for page in pages] == [50, 10]
    assert ["60 addresses" in page for page in pages] == [True, True]
    assert ["family.9@" in page for page in pages] == [True, False]
    assert "/staff/addresses/?mine=2#mine" in pages[0]


def test_of_many_addresses_to_clear_fifty_are_shown_at_a_time_and_a_decision_stays_there(
    home: House, adult: Adult
) -> None:
    coordinator, advocate = adult("coordinator"), adult("advocate")
    enters_sixty_addresses(coordinator, home)
    pages = [advocate.open(f"/staff/addresses/clearing?to_clear={page}").text for page in (1, 2)]
    assert [page.count("/decide?to_clear=") for page in pages] == [50, 10]
    assert ["60 addresses" in page for page in pages] == [True, True]
    assert "/staff/addresses/clearing?to_clear=2#state-to_clear" in pages[0]
    decide = re.findall(r'action="(/staff/addresses/\d+/decide[?]to_clear=2)"', pages[1])[0]
    page = advocate.send(decide, {"decision": "clear"})
    assert page.request.path + "?" + page.request.query_string.decode() == "/staff/addresses/clearing?to_clear=2"
    assert page.text.count("/decide?to_clear=2") == 9 + 1, "nine are left on this page, and one is cleared"


def test_of_many_sites_those_where_addresses_wait_come_first(app: Flask, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth:02}").id for nth in range(SITES_SHOWN + 10)]
        advocate = make_person(session, "advocate", *sites)
        for site_id in sites:
            assert store.add_address(session, site_id, f"at.{site_id}@example.org", "en", advocate.id, "guardian")
        log = Log(context.today(), "test")
        for (address_id,) in session.execute(
            select(GuardianAddressRow.id).where(GuardianAddressRow.site_id.in_(sites[:20]))
        ).all():
            store.decide_address(session, address_id, sites, advocate.id, context.today(), log, clear=True)
    browser = signed_in(visitor(), advocate)
    page = browser.open("/staff/addresses/clearing").text
    assert page.count("/decide") == SITES_SHOWN
    assert f"at.{sites[-1]}@" in page, "there one waits"
    assert f"at.{sites[19]}@" not in page, "the last of those where none does"
    assert f"{len(sites)} addresses at your sites" in page
    found = browser.open("/staff/addresses/clearing?site_name=school+19").text
    assert re.findall(r"at[.]\d+@", found) == [f"at.{sites[19]}@"]


def test_only_the_advocate_sees_what_is_not_approved(home: House, adult: Adult) -> None:
    here = slug()
    adult("advocate").open(f"/staff/publications/{here}")
    for role in ("coordinator", "facilitator", "safeguarding_lead"):
        adult(role).open(f"/staff/publications/{here}", 404)
        adult(role).open(f"/staff/publications/{here}/print", 404)
        adult(role).open(f"/staff/publications/{here}/view.json", 404)
    adult("reviewer").open(f"/staff/publications/{here}/review", 404)
    approve(adult)
    for role in ("coordinator", "facilitator", "safeguarding_lead"):
        adult(role).open(f"/staff/publications/{here}")
        adult(role).open(f"/staff/publications/{here}/review", 403)
    adult("reviewer").open(f"/staff/publications/{here}/review")
    adult("reviewer").open("/staff/publications/review")


def test_approving_lets_the_decider_answer_part_by_part(home: House, adult: Adult) -> None:
    approve(adult)
    with db.reading(db.engine()) as session:
        owed = list_answers_due_of(session, home.people["coordinator"].id, "coordinator", [home.site_id])
    (facts,) = owed
    assert facts.ready
    assert "food" in {part.name for part in facts.parts}


def test_a_letter_goes_to_each_cleared_address_once(home: House, adult: Adult) -> None:
    here = approve(adult)
    enter_and_clear(home, adult, ADDRESS, "second@example.org")
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    assert "Send to 2 cleared addresses" in coordinator.page
    for _again in range(2):
        coordinator.send(f"/staff/publications/{here}/send")
    assert len(letters()) == 2
    assert "nothing to send" in coordinator.page


def test_without_a_cleared_address_nothing_is_sent_and_the_page_says_what_to_do(home: House, adult: Adult) -> None:
    here = approve(adult)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    assert "no cleared address" in coordinator.page
    coordinator.send(f"/staff/publications/{here}/send")
    assert letters() == []


def test_a_refused_address_gets_nothing_and_its_link_ends(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, _stop = sent(home, adult)
    visitor().open(page)
    advocate = adult("advocate")
    advocate.open("/staff/addresses/clearing")
    advocate.send("/staff/addresses/1/decide", {"decision": "refuse"})
    visitor().open(page, 404)


@pytest.mark.sqlite("PostgreSQL gives no number twice")
def test_whose_address_was_removed_holds_no_link_to_that_of_the_next(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    """SQLite gives the number of the last row that was removed to the next."""
    page, stop = sent(home, adult)
    coordinator = adult("coordinator")
    coordinator.open("/staff/addresses/")
    coordinator.send("/staff/addresses/1/remove")
    enter_and_clear(home, adult, "another@example.org")
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.id)).all() == [1]
    visitor().open(page, 404)
    assert visitor().ask("POST", stop).status_code == 404
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.unsubscribed_on)).all() == [None]


def test_a_letter_that_an_address_never_got_is_not_shown_as_that_of_the_next(home: House, adult: Adult) -> None:
    sent(home, adult)
    with db.writing(db.engine()) as session:
        session.execute(update(OutgoingMailRow).values(given_up=True))
    coordinator = adult("coordinator")
    coordinator.open("/staff/delivery/")
    assert ADDRESS in coordinator.page
    coordinator.open("/staff/addresses/")
    coordinator.send("/staff/addresses/1/remove")
    enter_and_clear(home, adult, "another@example.org")
    coordinator.open("/staff/delivery/")
    assert "another@example.org" not in coordinator.page
    coordinator.send("/staff/delivery/")
    assert letters() == []


def test_the_guardian_reads_what_the_advocate_approved(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, _stop = sent(home, adult)
    guardian = visitor()
    guardian.open(page)
    assert "Most of the 24 answers say the food is good: 15 to 24" in guardian.page
    assert "%" not in re.sub(r'(width|height)="[\d.]+%"', "", guardian.page)
    before = guardian.page
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "round", home_round())
        assert answer_due
        coordinator = home.people["coordinator"].id
        replies.record_reply(
            session, answer_due.id, "food", "partly", {"en": "Fruit comes twice a week."}, coordinator,
            context.today()
        )  # fmt: skip
    guardian.open(page)
    assert "Fruit comes twice a week." in guardian.page
    assert sentences(guardian.page) == sentences(before), "what was frozen is said as before"
    first, *_rest = re.split(r"<section", guardian.page)[1:]
    assert "Fruit comes twice a week." in first, "an answer stands beside what it answers, and that comes first"


def sentences(page: str) -> list[str]:
    """What is said of the bands, wherever it stands."""
    matches = re.findall(r"class=\"(?:first|statement)\">([^<]+)<|<small>([^<]+)</small>", page)
    return sorted("".join(one) for one in matches)


def home_round() -> str:
    with db.reading(db.engine()) as session:
        return session.scalars(select(RoundRow.slug)).one()


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_a_letter_is_in_the_language_of_the_address(home: House, adult: Adult, language: str) -> None:
    here = approve(adult)
    enter_and_clear(home, adult, ADDRESS, language=language)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    with db.writing(db.engine()) as session:
        (leased,) = outbox.lease(session, context.now())
        message = read_message(outbox.decrypt_mail(leased))
    assert message["Content-Language"] == language
    assert "Example House" not in str(message["Subject"]) + str(message["From"])
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'lang="{language}"' in html
    assert ('dir="rtl"' in html) == (language == "ar")
    assert "<img" not in html
    assert "src=" not in html
    assert ADDRESS not in html
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_ends_the_letters_and_again_answers_alike(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, stop = sent(home, adult)
    mail_program = visitor()
    mail_program.open(stop)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.unsubscribed_on)).all() == [None]  # opening changes nothing
    first = visitor().send(stop, {"List-Unsubscribe": "One-Click"})
    second = visitor().send(stop, {"List-Unsubscribe": "One-Click"})
    assert first.data == second.data
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.unsubscribed_on)).all() != [None]
    visitor().open(page)


def test_a_link_that_ends_and_resumes_letters_in_turn_does_not_fill_the_log(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    _page, stop = sent(home, adult)
    guardian, again = visitor(), stop.removesuffix("stop") + "again"
    answers = []
    for _turn in range(20):
        assert guardian.ask("POST", stop).status_code == 200, "to end is never refused"
        answers.append(guardian.ask("POST", again).status_code)
    assert answers == [200] * 3 + [429] * 17
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.action.startswith("address."))).all()
    assert lines.count("address.subscribe") == 3
    assert lines.count("address.unsubscribe") == 4


@pytest.mark.parametrize("token", ["x", "A" * 38, "A" * 500, "ü", "..%2f", "AAAA=="])
def test_a_wrong_link_is_told_kindly(home: House, visitor: Callable[[], Visitor], token: str) -> None:
    for path in (f"/views/{token}", f"/views/{token}/stop"):
        said = visitor().open(path, 404).text
        assert "This page is not to be found." in said
        assert "Open it once more from the letter you got." in said
        assert "Example House" not in said
        assert len(token) < len("AAAA") or token not in said


def test_a_link_opens_for_120_days_and_then_says_what_to_do(
    home: House, adult: Adult, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(ask_number="0800 555 020"))
    page, stop = sent(home, adult)
    last = (context.today("Asia/Kolkata") + timedelta(days=120)).day
    assert re.search(rf"This page opens until {last}\W", visitor().open(page).text)
    clock.move(days=120)
    visitor().open(page)
    clock.move(days=1)
    for path in (page, f"{page}/in/hi", f"{page}/paper/en"):
        said = visitor().open(path, 410).text
        assert "say the food is good" not in said
        assert "0800 555 020" in said
    assert "The next letter brings a new link." in visitor().open(page, 410).text
    visitor().send(stop)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.unsubscribed_on)).one() is not None, (
            "to end them stays possible"
        )


def test_a_letter_says_the_day_on_which_it_was_sent_and_its_numbers_can_be_touched(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(ask_number="0800 555 020"))
    page, _stop = sent(home, adult)
    today = context.today("Asia/Kolkata")
    with db.writing(db.engine()) as session:  # at another site the same view went out before
        session.execute(update(PublicationRow).values(sent_on=today - timedelta(days=4)))
    said = visitor().open(page).text.replace("\u00a0", " ")
    assert f"Sent on {today.day} {today:%B} {today.year}" in said
    assert 'href="tel:0800555020"' in said


def test_an_altered_link_opens_nothing(home: House, adult: Adult, visitor: Callable[[], Visitor]) -> None:
    page, _stop = sent(home, adult)
    for place in (7, 20, len(page) - 1):
        changed = page[:place] + ("A" if page[place] != "A" else "B") + page[place + 1 :]
        visitor().open(changed, 404)


def test_the_log_and_the_database_hold_no_address(home: House, adult: Adult) -> None:
    sent(home, adult)
    with db.reading(db.engine()) as session:
        lines = [f"{one.actor} {one.action} {one.subject}" for one in session.scalars(select(AuditEntryRow))]
        locked = session.scalars(select(GuardianAddressRow.locked)).all()
    assert any("publication.send" in line for line in lines)
    assert not any("@" in line for line in lines)
    assert not any(b"@" in blob and b"family" in blob for blob in locked)


def test_the_same_address_twice_is_told(home: House, adult: Adult) -> None:
    coordinator = adult("coordinator")
    coordinator.open("/staff/addresses/")
    given = {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": f"{ADDRESS}\n\n{ADDRESS.upper()}"}
    coordinator.send("/staff/addresses/", given)
    assert "1 was there already" in coordinator.page


def test_what_is_no_address_is_refused_by_its_line_and_nothing_is_kept(home: House, adult: Adult) -> None:
    coordinator = adult("coordinator")
    coordinator.open("/staff/addresses/")
    given = {"site_id": home.site_id, "language": "en", "kind": "guardian", "lines": f"{ADDRESS}\nnot one"}
    coordinator.send("/staff/addresses/", given, 422)
    assert "line 2" in coordinator.page
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.id)).all() == []


def test_a_coordinator_cannot_clear_and_cannot_approve(home: House, adult: Adult) -> None:
    coordinator, here = adult("coordinator"), slug()
    coordinator.open("/staff/addresses/")
    coordinator.send("/staff/addresses/1/decide", {"decision": "clear"}, 403)
    coordinator.send(f"/staff/publications/{here}/approve", status=403)


def test_what_was_sent_back_is_shown_to_nobody_and_comes_again_as_a_new_version(home: House, adult: Adult) -> None:
    advocate, here = adult("advocate"), slug()
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/send-back", {"reason": ""}, 422)
    advocate.send(f"/staff/publications/{here}/send-back", {"reason": "The decider has left."})
    adult("coordinator").open(f"/staff/publications/{here}", 404)
    advocate.send(f"/staff/publications/{here}/approve")
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/again")
    with db.reading(db.engine()) as session:
        rows = session.scalars(
            select(PublicationRow).where(PublicationRow.audience == "guardians").order_by(PublicationRow.version)
        ).all()
        assert [(row.version, row.state) for row in rows] == [(1, "sent_back"), (2, "waiting")]
        first, second = (open_view(context.keyring(), row.slug, row.locked) for row in rows)
        assert first["questions"] == second["questions"]


def test_children_see_it_when_it_is_approved_and_what_adults_do(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).where(SiteRow.id == home.site_id).values(languages=["en", "de"]))
    child = on_tablet(visitor(), home.site_id)
    child.open("/we-did")
    assert "Nothing here yet" in child.page
    approve(adult)
    child.open("/we-did")
    assert "Most of us say the food is good." in child.page
    assert "Not answered yet." in child.page
    assert "answers by" in child.page
    child.client.set_cookie("language", "de")
    german = child.open("/we-did").text
    assert '<span lang="en" dir="ltr">Most of us say the food is good.</span>' in german
    assert "Die meisten von uns" not in german, "half a sentence, and half of one in another language"


def test_a_round_under_ten_is_told_of_kindly(home: House, visitor: Callable[[], Visitor]) -> None:
    (small,) = home.open(starter("permanent-release"))
    home.close(small, "too_few")
    child = on_tablet(visitor(), home.site_id)
    child.open("/we-did")
    assert "Fewer than ten of us answered" in child.page


def test_we_did_is_for_tablets_only(home: House, visitor: Callable[[], Visitor]) -> None:
    visitor().open("/we-did", 403)


def answered(home: House, words: dict[str, str], part: str = "") -> None:
    """The named adult answered the whole round, or one part of it."""
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "round", home_round())
        assert answer_due
        replies.record_reply(session, answer_due.id, part, "yes", words, home.people["coordinator"].id, context.today())


ENGLISH, HINDI = "More fruit from Monday.", "सोमवार से ज़्यादा फल।"


def test_a_family_is_offered_its_own_language_and_those_of_its_site_alone(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    """A view is written for every site that was asked together, and for the addresses of all."""
    page, _stop = sent(home, adult, language="hi")
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"languages": ["en"]})
    guardian = visitor()
    offered = set(re.findall(rf'href="{page}/in/([a-z]+)"', guardian.open(page).text))
    assert offered == {"en"}, "and Hindi, in which it is read"
    assert '<html lang="hi"' in guardian.open(page).text
    assert '<html lang="en"' in guardian.open(f"{page}/in/en").text
    assert '<html lang="hi"' in guardian.open(f"{page}/in/ar").text
    assert guardian.ask("GET", f"{page}/paper/ar").status_code == 404
    assert guardian.ask("GET", f"{page}/paper/hi").status_code != 404


@pytest.mark.parametrize(("language", "shown"), [("en", "en"), ("hi", "hi"), ("ar", "en")])
def test_the_answer_is_read_in_the_readers_language_else_in_the_first_it_was_written_in(
    home: House, adult: Adult, visitor: Callable[[], Visitor], language: str, shown: str
) -> None:
    page, _stop = sent(home, adult)
    answered(home, {"en": ENGLISH, "hi": HINDI})
    direction, said = languages.direction(shown), {"en": ENGLISH, "hi": HINDI}[shown]
    guardian, tablet = visitor(), on_tablet(visitor(), home.site_id)
    tablet.client.set_cookie(languages.COOKIE, language)
    for text in (guardian.open(f"{page}/in/{language}").text, tablet.open("/we-did").text):
        assert f'<span lang="{shown}" dir="{direction}">{said}</span>' in text
        assert ('(<bdi lang="en">English</bdi>)' in text) == (language == "ar")


def test_an_answer_to_everything_is_told_once_after_those_to_single_things(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    approve(adult)
    child = on_tablet(visitor(), home.site_id)
    answered(home, {"en": ENGLISH})
    page = child.open("/we-did").text
    assert page.count(ENGLISH) == 1
    said = page.index("Everything you said")
    assert said < page.index("say the food is good") < page.index(ENGLISH), "an answer beside nothing says nothing"
    answered(home, {"en": "Two more blankets."}, "sleep")
    page = child.open("/we-did").text
    assert page.count(ENGLISH) == page.count("Two more blankets.") == 1
    assert page.index("Two more blankets.") < page.index("Everything else you said") < page.index(ENGLISH)


def test_what_has_an_answer_is_read_first_and_the_rest_lies_folded(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    """S9: eight cards of one weight hid the three with an answer; the board was 5,911 px high on a phone."""
    approve(adult)
    child = on_tablet(visitor(), home.site_id)
    answered(home, {"en": ENGLISH})
    answered(home, {"en": "Two more blankets."}, "sleep")
    open_, _, folded = child.open("/we-did").text.partition('<details class="folded">')
    assert open_.count('class="answer story"') == 2
    assert open_.count("<b>") + open_.count('class="verdict"') >= 2
    assert 'class="verdict"' not in folded
    assert folded.count('class="answer story"') >= 3
    assert "things more that you said" in folded


def test_who_did_not_say_is_told_to_adults_and_not_to_children(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, _stop = sent(home, adult)
    assert "did not say" in visitor().open(page).text
    assert "did not say" not in on_tablet(visitor(), home.site_id).open("/we-did").text


def test_a_letter_that_goes_out_after_the_answer_bears_it(home: House, adult: Adult) -> None:
    here = approve(adult)
    answered(home, {"en": ENGLISH, "hi": HINDI})
    enter_and_clear(home, adult, ADDRESS, language="hi")
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    with db.writing(db.engine()) as session:
        (leased,) = outbox.lease(session, context.now())
        message = read_message(outbox.decrypt_mail(leased))
    for kind in ("plain", "html"):
        said = message.get_body((kind,)).get_content()  # type: ignore[union-attr]
        assert HINDI in said
        assert ENGLISH not in said


def test_an_advocate_sees_every_language_that_goes_out_before_she_approves(home: House, adult: Adult) -> None:
    advocate, here = adult("advocate"), slug()
    page = advocate.open(f"/staff/publications/{here}").text
    assert "It goes out in 3 languages" in page
    for part in ("", "/children", "/review"):
        for language, said in (("en", "say the food is good"), ("hi", "खाना अच्छा है"), ("ar", "الطعام جيد")):
            page = advocate.open(f"/staff/publications/{here}{part}/in/{language}").text
            inside = page[page.index('class="page"') - 40 :]
            assert f'lang="{language}" dir="{languages.direction(language)}"' in inside[:60]
            assert said in inside
        advocate.open(f"/staff/publications/{here}{part}/in/xx", 404)


def test_the_childrens_tab_has_the_words_of_their_board(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    here = approve(adult)
    tablet = on_tablet(visitor(), home.site_id)
    for language in ("en", "hi", "ar"):
        tablet.client.set_cookie(languages.COOKIE, language)
        board = tablet.open("/we-did").text
        tab = adult("advocate").open(f"/staff/publications/{here}/children/in/{language}").text
        said = re.findall(r"<h2>([^<]+)</h2>", board)
        assert len(said) > 5
        assert all(one in tab for one in said)


def test_the_list_of_rounds_says_where_the_view_stands_and_whose_turn_it_is(home: House, adult: Adult) -> None:
    def told() -> str:
        return adult("coordinator").open("/staff/rounds/").text

    page = told()
    assert "Counted; the view is not approved yet" in page
    assert "An advocate looks at it and approves it." in page
    here = approve(adult)
    page = told()
    assert "View approved, not sent yet" in page
    assert "A coordinator sends it. Coordinator Example answers the children." in page
    enter_and_clear(home, adult, ADDRESS)
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/publications/{here}")
    coordinator.send(f"/staff/publications/{here}/send")
    page = told()
    assert "View sent to guardians" in page
    assert "A coordinator sends it" not in page
    answered(home, {"en": ENGLISH})
    page = told()
    assert "Answered" in page
    assert "answers the children." not in page


def test_a_view_that_was_sent_back_waits_for_an_advocate(home: House, adult: Adult) -> None:
    advocate, here = adult("advocate"), slug()
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/send-back", {"reason": "It names the cook."})
    page = adult("coordinator").open("/staff/rounds/").text
    assert "Counted; the view was sent back" in page
    assert "An advocate makes a new version." in page
    assert "the cook" not in page


def test_beside_the_answer_stands_what_the_children_said(home: House, adult: Adult) -> None:
    approve(adult)
    owner = adult("coordinator")
    owed = re.search(r"/staff/answers/\d+", owner.open("/staff/answers/").text)
    assert owed
    whole = owner.open(owed[0]).text
    assert "Most of the 24 answers say the food is good: 15 to 24" in whole
    assert "say they sleep well" in whole
    one = owner.open(f"{owed[0]}/food").text
    assert "Most of the 24 answers say the food is good: 15 to 24" in one
    assert "say they sleep well" not in one
    assert "safe at night" not in whole  # A9: whoever answers sees what guardians see


def test_a_safety_question_is_said_to_go_where_it_goes(home: House, adult: Adult) -> None:
    """A9: one true thing, on the page of the questionnaire and where its view is approved."""
    advocate = adult("advocate")
    approving = advocate.open(f"/staff/publications/{slug()}").text
    assert "Safety questions go neither to guardians nor to children's boards" in approving
    listed = advocate.open("/staff/questionnaires/").text
    page = advocate.open(re.findall(r"/staff/questionnaires/\d+", listed)[0]).text
    assert "about safety: never to guardians or children's boards; care-plan reviews see ranges" in page
    assert "never published" not in page


def test_a_mistyped_link_of_a_letter_shows_an_adult_a_page_of_her_own(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, _stop = sent(home, adult)
    right = visitor()
    for path in (page[:-3] + "xxx", "/views/nonsense", page + "/in/hi/more"):
        wrong = right.open(path, 404, unknown=True).text
        assert "This page is not to be found." in wrong
        assert 'class="view"' in wrong
        assert "tablet" not in wrong.partition("<svg class=")[0]


def test_whoever_ended_the_letters_by_mistake_gets_them_again_at_one_click(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    page, stop = sent(home, adult)
    guardian = visitor()
    ended = guardian.send(stop).text
    assert f'href="{page}"' in ended
    assert f'action="{page}/again"' in ended

    def unsubscribed() -> bool:
        with db.reading(db.engine()) as session:
            return session.scalars(select(GuardianAddressRow.unsubscribed_on)).one() is not None

    assert unsubscribed()
    assert "You get letters again." in guardian.send(f"{page}/again").text
    assert not unsubscribed()


def test_whoever_has_an_old_letter_cannot_begin_letters_that_its_owner_ended(
    home: House, adult: Adult, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    page, stop = sent(home, adult)
    visitor().send(stop)
    clock.move(days=2)
    stranger = visitor()
    assert "again" not in stranger.send(stop).text.partition("<form")[2], "no button that would do nothing"
    assert "You get no more letters." in stranger.send(f"{page}/again", status=410).text
    with db.reading(db.engine()) as session:
        assert session.scalars(select(GuardianAddressRow.unsubscribed_on)).one() is not None


def give_up() -> None:
    """A server refuses every letter that waits."""
    with db.writing(db.engine()) as session:
        session.execute(update(OutgoingMailRow).values(given_up=True))


def test_a_coordinator_sees_what_could_not_be_delivered_and_tries_again(home: House, adult: Adult) -> None:
    sent(home, adult)
    give_up()
    coordinator = adult("coordinator")
    assert "Letters that could not be delivered" in coordinator.open("/staff/").text
    assert "1 letter could not be delivered." in coordinator.open("/staff/addresses/").text
    page = coordinator.open("/staff/delivery/").text
    assert ADDRESS in page  # she entered it herself
    assert "1 letter is tried again." in coordinator.send("/staff/delivery/").text
    with db.reading(db.engine()) as session:
        assert outbox.delivery_status(session) == outbox.DeliveryStatus(waiting=1, given_up=0)
    assert "On their way" in coordinator.open("/staff/delivery/").text


def test_another_coordinator_sees_that_a_letter_was_lost_but_not_the_address(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    sent(home, adult)
    give_up()
    with db.writing(db.engine()) as session:
        colleague = make_person(session, "coordinator", home.site_id, handle="colleague")
        stranger = make_person(session, "coordinator", make_site(session, "other-house").id, handle="stranger")
    page = signed_in(visitor(), colleague).open("/staff/delivery/").text
    assert "an address that Coordinator Example entered" in page
    assert ADDRESS not in page
    elsewhere = signed_in(visitor(), stranger)
    assert "None at your sites" in elsewhere.open("/staff/delivery/").text
    elsewhere.open("/staff/addresses/")
    elsewhere.send("/staff/delivery/")
    with db.reading(db.engine()) as session:
        assert outbox.delivery_status(session).given_up == 1


def test_a_letter_to_whoever_ended_them_is_not_tried_again(
    home: House, adult: Adult, visitor: Callable[[], Visitor]
) -> None:
    _page, stop = sent(home, adult)
    give_up()
    visitor().send(stop)
    coordinator = adult("coordinator")
    assert "not tried again" in coordinator.open("/staff/delivery/").text
    coordinator.send("/staff/delivery/")
    with db.reading(db.engine()) as session:
        assert outbox.delivery_status(session).given_up == 1


@pytest.mark.parametrize("ended_by", ["advocate", "coordinator", "guardian"])
def test_a_letter_that_waits_does_not_go_to_an_address_that_was_ended(
    home: House, adult: Adult, visitor: Callable[[], Visitor], clock: StillClock, ended_by: str
) -> None:
    _page, stop = sent(home, adult)
    with db.reading(db.engine()) as session:
        (address,) = session.scalars(select(GuardianAddressRow.id)).all()
    if ended_by == "guardian":
        visitor().ask("POST", stop)
    elif ended_by == "advocate":
        advocate = adult("advocate")
        advocate.open("/staff/addresses/clearing")
        advocate.send(f"/staff/addresses/{address}/decide", {"decision": "refuse"})
    else:
        coordinator = adult("coordinator")
        coordinator.open("/staff/addresses/")
        coordinator.send(f"/staff/addresses/{address}/remove")
    clock.move(hours=1)  # whoever had leased it has let it go
    assert letters() == []
