"""Whoever writes at a desk is not signed out meanwhile; where she is all the same, no word is lost (S1, S14)."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Dialog, Page, Request, expect
from sqlalchemy import update

from tests.journeys.support.navigators import StaffDesk
from tests.journeys.support.sites import Place
from tests.journeys.test_every_page import faults
from tests.journeys.test_telling import WORDS, found_by, reports
from tests.support.people import PASSWORD, Somebody
from tests.support.reports import Told, tell
from youthvoice import context, db
from youthvoice.access.models import StaffSessionRow
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH

pytestmark = pytest.mark.journey
Desks = Callable[..., StaffDesk]
MINUTE = 60_000
NOTE = "A long note that took a while."


def idles_out(place: Place, name: str) -> None:
    """The house has heard nothing of somebody for more than a quarter of an hour."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        then = context.now() - timedelta(minutes=16)
        session.execute(
            update(StaffSessionRow).where(StaffSessionRow.person_id == place.people[name].id).values(seen_at=then)
        )


def signs_in(page: Page, person: Somebody) -> None:
    page.locator("[name=handle]").fill(person.handle)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").last.click()


def signs_in_in_a_new_tab(page: Page, person: Somebody) -> None:
    """By the link on the page that was signed out; the tab is closed afterwards."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in here").click()
    signs_in(opened.value, person)
    expect(opened.value.get_by_text("Close this tab and go on")).to_be_visible()
    opened.value.close()


def signs_of_life(page: Page) -> list[Request]:
    """What is sent to keep a session alive, from now on."""
    sent: list[Request] = []
    page.on("request", lambda one: sent.append(one) if one.url.endswith("/staff/awake") else None)
    return sent


def helps_a_child_write(desk: StaffDesk) -> Page:
    """Up to the words."""
    desk.opens("/staff/help-tell")
    desk.presses("English")
    page = desk.page
    page.locator(".screen.now [data-go=next]").click()
    page.locator(".screen.now label").filter(has_text="Food").click()
    while page.locator(".screen.now").get_attribute("data-question") != "tell":
        page.locator(".screen.now [data-go=next]").click()
    page.locator(".screen.now textarea").fill(WORDS)
    return page


def goes_to_the_end(page: Page) -> None:
    page.locator("[data-go=stop]").click()
    expect(page.locator("[data-end]")).to_be_visible()


def report_of(place: Place) -> Told:
    with place.house.app.app_context():
        return tell(place.site_id, [place.people["asha"], place.people["ravi"]])


def writes_a_note(desk: StaffDesk, place: Place) -> Page:
    told = report_of(place)
    desk.opens(told.path)
    desk.continues()
    expect(desk.page.locator("blockquote")).to_be_visible()
    desk.opens(f"{told.path}/note")
    desk.page.locator("textarea[name=words]").fill(NOTE)
    return desk.page


# ---- Kept awake ----
def test_while_a_child_writes_her_helper_stays_signed_in_by_a_rare_small_request(desks: Desks, place: Place) -> None:
    desk = desks(place, "lata")
    desk.page.clock.install()
    page = helps_a_child_write(desk)
    sent = signs_of_life(page)
    for _ in range(20):  # twenty minutes of writing, and the house would have signed her out after fifteen
        page.clock.run_for(MINUTE)
        page.locator(".screen.now textarea").press("x")
        assert all(one.response() for one in sent)  # before the clock goes on, and with it the patience of the page
    assert 4 <= len(sent) <= 7
    assert {one.method for one in sent} == {"POST"}
    carried = [name for one in sent for name in parse_qs(one.post_data or "")]
    assert carried == ["csrf_token"] * len(sent), "its token, and nothing besides"


def test_a_page_that_nobody_touches_sends_nothing_and_locks(desks: Desks, place: Place) -> None:
    desk = desks(place, "lata")
    desk.page.clock.install()
    desk.opens("/staff/me")
    sent = signs_of_life(desk.page)
    desk.page.clock.run_for(14 * MINUTE + 1000)
    desk.reads("This page locks in one minute.")
    idles_out(place, "lata")
    desk.page.clock.run_for(MINUTE + 1000)
    expect(desk.page).to_have_url(re.compile("/staff/sign-in.back="))
    assert sent == []


def test_a_touch_after_the_notice_keeps_the_page(desks: Desks, place: Place) -> None:
    desk = desks(place, "lata")
    desk.page.clock.install()
    desk.opens("/staff/me")
    desk.page.clock.run_for(14 * MINUTE + 1000)
    with desk.page.expect_response("**/staff/awake"):
        desk.page.keyboard.press("Tab")
    expect(desk.page.locator("[data-lock-words]")).to_be_hidden()


def test_whoever_leaves_a_page_with_words_on_it_is_asked_first(desks: Desks, place: Place) -> None:
    """A way to another page, Back and a reload took them without a word."""
    desk, asked = desks(place, "asha"), list[str]()
    page = writes_a_note(desk, place)

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stays)
    page.locator(".side nav a").first.click()
    expect(page.locator("textarea[name=words]")).to_have_value(NOTE)
    assert asked == ["beforeunload"]
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/staff/reports/[0-9a-f]+$"))
    assert asked == ["beforeunload"], "sending asks nothing"


# ---- Signed out all the same ----
def test_a_childs_words_are_sent_after_her_helper_signed_in_again(desks: Desks, place: Place) -> None:
    desk = desks(place, "lata")
    page = helps_a_child_write(desk)
    goes_to_the_end(page)
    idles_out(place, "lata")
    page.locator("[data-end] [data-go=send]").click()
    desk.reads("Your helper was signed out.")
    assert not faults(page, child=True)
    again = page.locator("[data-signed-out] [data-go=send]")
    again.click()
    desk.reads("Not signed in yet.")
    signs_in_in_a_new_tab(page, place.people["asha"])
    again.click()
    desk.reads("Not signed in yet.")
    assert reports(place) == 0, "nobody else's sign-in sends it"
    signs_in_in_a_new_tab(page, place.people["lata"])
    again.click()
    expect(page.locator(".screen.now .code > li")).to_have_count(CODE_LENGTH)
    for _ in range(3):
        page.locator(".screen.now :is([data-go=next], [data-go=have])").click()
    page.locator(".screen.now [data-go=done]").click()
    expect(page).to_have_url(f"{place.url}/staff/help-tell")
    (told,) = found_by(place, "asha")
    assert (told.said["words"], told.said["helper"]) == (WORDS, "Lata Example")


def test_without_a_script_she_signs_in_on_the_page_that_answers(desks: Desks, place: Place) -> None:
    desk = desks(place, "lata", java_script_enabled=False)
    desk.opens("/staff/help-tell")
    desk.presses("English")
    page = desk.page
    page.locator("[data-question=topic] label").filter(has_text="Food").click()
    page.locator("textarea[name=words]").fill(WORDS)
    idles_out(place, "lata")
    page.locator("[data-end] button[type=submit]").click()
    desk.reads("You were signed out. What you sent was not taken.")
    assert WORDS not in page.content()
    signs_in(page, place.people["lata"])
    desk.reads("Send it once more")
    desk.presses("Send now")
    expect(page.locator(".code").first).to_be_visible()
    (told,) = found_by(place, "asha")
    assert (told.said["topic"], told.said["words"]) == ("food", WORDS)


def test_what_is_sent_at_once_is_kept_by_the_answer_itself(desks: Desks, place: Place) -> None:
    desk = desks(place, "asha")
    page = writes_a_note(desk, place)
    idles_out(place, "asha")
    desk.continues()
    desk.reads("You were signed out. What you sent was not taken.")
    assert not faults(page, child=False)
    signs_in(page, place.people["asha"])
    desk.reads("Send it once more")
    assert not faults(page, child=False)
    desk.presses("Send now")
    expect(page).to_have_url(re.compile("/staff/reports/[0-9a-f]+$"))
    desk.continues()
    expect(page.locator(".msg.aside").last).to_contain_text(NOTE)


def test_an_advocates_long_note_waits_under_a_cover_and_is_sent(desks: Desks, place: Place) -> None:
    desk = desks(place, "asha")
    desk.page.clock.install()
    page = writes_a_note(desk, place)
    page.clock.run_for(2 * MINUTE)
    idles_out(place, "asha")
    page.locator("main form button[type=submit]").click()
    desk.reads("What you wrote is still here")
    assert page.locator("textarea, aside").count() == 0
    assert NOTE not in page.content(), "the page of a signed-out desk shows nothing"
    assert page.title() == "You were signed out"
    assert not faults(page, child=False)
    page.get_by_role("button", name="Go on").click()
    desk.reads("Asha Example is not signed in yet.")
    signs_in_in_a_new_tab(page, place.people["asha"])
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/staff/reports/[0-9a-f]+$"))
    desk.continues()
    expect(page.locator(".msg.aside").last).to_contain_text(NOTE)


def test_a_note_that_was_left_lying_waits_until_the_page_is_locked_and_opened_again(desks: Desks, place: Place) -> None:
    desk = desks(place, "asha")
    desk.page.clock.install()
    page = writes_a_note(desk, place)
    idles_out(place, "asha")
    page.clock.run_for(15 * MINUTE + 2000)
    desk.reads("What you wrote is still here")
    signs_in_in_a_new_tab(page, place.people["asha"])
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("main textarea").first).to_have_value(NOTE)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/staff/reports/[0-9a-f]+$"))
    desk.continues()
    expect(page.locator(".msg.aside").last).to_contain_text(NOTE)


def test_it_waits_for_one_hour(desks: Desks, place: Place) -> None:
    desk = desks(place, "asha")
    desk.page.clock.install()
    page = writes_a_note(desk, place)
    idles_out(place, "asha")
    page.clock.run_for(15 * MINUTE + 2000)
    desk.reads("What you wrote is still here")
    page.clock.run_for(60 * MINUTE)
    expect(page).to_have_url(re.compile("/staff/sign-in.back="))
