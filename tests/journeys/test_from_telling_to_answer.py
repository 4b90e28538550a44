"""From a child who tells to the answer that comes back, and to the person outside when nobody answers (S9, S13, S17).

Real processes, a real browser with a made-up microphone, a real mail server. Time is moved by moving what was told.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.journeys.support.mailbox import PATIENCE, Postbox
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sites import Place
from tests.journeys.test_telling import keeps_the_pictures, opens_tell, reports, speaks
from tests.support.long_tests import long_test
from youthvoice import db
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.threads.models import ThreadEntryRow, ThreadReplyRow, ThreadRow
from youthvoice.threads.store import change_case_state, find_thread

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
ANSWER = "हम दीपक ठीक करा रहे हैं।"
OUTSIDE = "olga.outside@example.org"


def slug_of(place: Place) -> str:
    from youthvoice.sites import store  # noqa: PLC0415 - only here

    with place.house.app.app_context(), db.reading(db.engine()) as session:
        site = store.find_site(session, place.site_id)
        assert site
        return site.slug


def time_passes(place: Place, **time: float) -> None:
    """What was told at this place lies so much further back."""
    back = timedelta(**time)
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        ids = list(session.scalars(select(ThreadRow.id).where(ThreadRow.site_id == place.site_id)))
        for thread_id in ids:
            thread = find_thread(session, thread_id)
            assert thread
            clocks = {name: hour - int(back.total_seconds() // 3600) for name, hour in thread.case.clocks.items()}
            change_case_state(session, thread, thread.case.having(clocks=clocks))
        entries = session.scalars(select(ThreadEntryRow).where(ThreadEntryRow.thread_id.in_(ids))).all()
        replies = session.scalars(select(ThreadReplyRow).where(ThreadReplyRow.thread_id.in_(ids))).all()
        for row in (*entries, *replies, *session.scalars(select(ThreadRow).where(ThreadRow.id.in_(ids)))):
            row.day -= timedelta(days=back.days)


def opens_the_report(desk: StaffDesk) -> None:
    """From the first page by the list, with the button that is logged."""
    desk.opens("/staff/reports/")
    desk.page.locator("table .about a").first.click()
    desk.presses("Open and read")


def chooses_the_pictures(phone: ChildTablet, names: list[str]) -> None:
    for name in names:
        phone.answers_and_goes_on(name)


def test_a_child_tells_by_voice_in_hindi_and_reads_the_answer_by_her_pictures_on_another_phone(
    tablet: ChildTablet, tablets: Tablets, desks: Desks, place: Place
) -> None:
    opens_tell(tablet, "हिन्दी")
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):  # who did it is not asked of a lamp
        tablet.answers_and_goes_on(words)
    tablet.goes_on()
    tablet.goes_on()
    speaks(tablet)
    tablet.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "नहीं"):
        tablet.answers_and_goes_on(words)
    tablet.sends()
    pictures = keeps_the_pictures(tablet)
    assert reports(place) == 1
    asha = desks(place, "asha")
    opens_the_report(asha)
    expect(asha.page.locator(".voice").first).to_be_visible()
    asha.fills(words=ANSWER)
    asha.presses("Send to the child")
    asha.reads(ANSWER)
    time_passes(place, days=2)
    phone = tablets(place, enrolled=False, locale="hi-IN")
    phone.opens(f"/reply?at={slug_of(place)}")
    chooses_the_pictures(phone, pictures)
    expect(phone.page).to_have_url(f"{place.url}/reply/open")
    phone.reads(ANSWER)
    phone.page.locator("footer a").last.click()
    phone.is_at_the_first_screen()
    assert ANSWER not in phone.page.content()


@long_test("WALKED")
def test_wrong_pictures_open_nothing_and_say_so_kindly(tablet: ChildTablet, place: Place) -> None:
    opens_tell(tablet)
    tablet.answers_and_goes_on("Just me")
    tablet.answers_and_goes_on("Food")
    while not tablet.page.locator(".screen.now[data-end]").count():
        tablet.goes_on()
    tablet.sends()
    pictures = keeps_the_pictures(tablet)
    tablet.opens("/reply")
    chooses_the_pictures(tablet, pictures[:-1])
    last = tablet.screen.locator(".tile").filter(has_not_text=pictures[-1]).first
    last.click()
    tablet.goes_on()
    expect(tablet.page).to_have_url(f"{place.url}/reply/open")
    expect(tablet.page.locator("h1, h2").first).to_contain_text("open nothing")


@long_test("WALKED")
def test_an_urgent_one_that_is_left_alone_reaches_the_person_outside(
    tablet: ChildTablet, desks: Desks, place: Place, postbox: Postbox
) -> None:
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        locked = encrypt_address(OUTSIDE)
        session.execute(update(PersonRow).where(PersonRow.id == place.people["olga"].id).values(mail=locked))
    opens_tell(tablet)
    tablet.answers_and_goes_on("Just me")
    tablet.answers_and_goes_on("Feeling unsafe")
    while tablet.question != "danger":
        tablet.goes_on()
    tablet.answers_and_goes_on("Yes")
    while not tablet.page.locator(".screen.now[data-end]").count():
        tablet.goes_on()
    tablet.sends()
    keeps_the_pictures(tablet)
    before = len(postbox.letters)
    for _ in range(12):
        time_passes(place, hours=6)
        place.house.works_once()
        mine = [letter for to, letter in postbox.letters[before:] if to == OUTSIDE]
        if mine:
            break
    assert mine, PATIENCE
    text = mine[0].message.get_body(("plain",))
    assert text
    assert "unsafe" not in text.get_content().casefold()
    olga = desks(place, "olga")
    olga.opens("/staff/")
    olga.reads("Feeling unsafe")
    opens_the_report(olga)
    olga.reads("Feeling unsafe")
