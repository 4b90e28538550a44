"""A child knocks, an adult learns that a child wants to talk, and advocates see what nobody came to."""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.knocks import TUESDAY_AT_FOUR, KnockSite
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.ready_site import reach
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.knocks import rules
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.knocks.page import KnockPageKey, knock_people, render_knock_page, render_thanks
from youthvoice.knocks.rules import Slot
from youthvoice.knocks.store import site_clock
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.web.random_ids import new_submission_id

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def site(app: Flask, visitor: NewVisitor) -> KnockSite:
    """Tuesday, half past two at the site."""
    assert app
    return KnockSite(visitor)


def test_a_child_chooses_by_face_and_hears_what_is_learnt_and_what_is_not(site: KnockSite) -> None:
    page = site.tablet.open("/talk").text
    assert re.findall(r'name="adult" value="(\d+)"', page) == [str(site.people[name].id) for name in ("lata", "asha")]
    assert page.count("/static/drawn-") >= 4
    for words in (
        "Tuesday, 4 in the afternoon</span></li><li>",
        "Thursday, 4 in the afternoon</span></li>",
        "on the bench",
        "learns only: a child wants to talk.",
        "Not who you are",
        "Others may see who comes.",
        "/help",
    ):
        assert words in page


def test_where_nothing_can_be_told_a_child_is_not_sent_to_tell(app: Flask, site: KnockSite) -> None:
    """As in the last fortnight of a house that closes: nobody would answer."""
    tell, call = "You can knock again, or tell us. Then you get an answer.", "Others help you now. You can call them."
    people = knock_people(site.site.id)
    with app.test_request_context():
        for tells, words, other_words in ((True, tell, call), (False, call, tell)):
            key = KnockPageKey(site.site, people, "en", tells=tells)
            for page in (render_knock_page(key, "0" * 32), render_thanks(key)):
                assert words in page
                assert other_words not in page
    for path in ("/talk", "/talk/thanks"):  # nobody outside was reached at this site yet
        assert tell not in site.tablet.open(path).text


def test_an_adult_learns_at_the_next_fixed_hour_where_to_be_and_no_minute(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    site.passes()
    assert site.sees("lata").slot is None
    clock.move(hours=1, minutes=29)  # 15:59 at the site
    site.passes()
    assert site.sees("lata").slot is None
    clock.move(minutes=1)
    site.passes()
    assert site.sees("lata").slot == Slot(date(2026, 11, 26), 16)
    home, page = site.browser("lata").open("/staff/").text, site.browser("lata").open("/staff/knocks/").text
    assert "A child wants to talk" in home
    assert re.search(r"26\s+Nov[^·<]* · 16:00–17:00 · on the bench", page)


def test_many_knocks_look_like_one_everywhere(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    once = site.box()
    with db.reading(db.engine()) as session:
        length = len(session.scalars(select(KnockBoxRow.locked)).one())
    for _nth in range(7):
        site.knocks("lata")
    assert site.box() == once
    clock.move(hours=2)
    site.passes()
    first = site.browser("lata").open("/staff/knocks/").text
    site.knocks("lata")
    clock.move(hours=20)
    site.passes()
    assert _plain(site.browser("lata").open("/staff/knocks/").text) == _plain(first)
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(KnockBoxRow.locked)).one()) == length


def _plain(page: str) -> str:
    return re.sub(r'value="[^"]{20,}"', "", page)


def test_who_was_left_out_never_learns_of_it_and_others_do(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata", without=("ravi",))
    _time_passes(site, clock, days=4)  # nobody marks anything
    assert [shown.person_id for shown in site.sees("asha").missed] == [site.people["lata"].id]
    assert site.sees("ravi").missed == ()
    assert "did not meet" in site.browser("asha").open("/staff/").text
    assert "did not meet" not in site.browser("ravi").open("/staff/").text
    assert "did not meet" not in site.browser("lata").open("/staff/").text


def test_who_was_left_out_once_learns_of_the_other_knock_alone(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata", without=("ravi",))
    site.knocks("lata")
    _time_passes(site, clock, days=4)
    assert len(site.sees("asha").missed) == len(site.sees("ravi").missed) == 1
    _settles(site, "ravi")
    assert site.sees("ravi").missed == ()
    assert len(site.sees("asha").missed) == 1, "the knock of which Ravi knows nothing still waits for her"
    _settles(site, "asha")
    assert site.sees("asha").missed == ()


def _time_passes(site: KnockSite, clock: StillClock, days: int) -> None:
    for _nth in range(days * 6):
        clock.move(hours=4)
        site.passes()


def _settles(site: KnockSite, name: str, of: str = "lata") -> None:
    browser = site.browser(name)
    browser.open("/staff/knocks/")
    browser.send(_settle_address(site, of))


def _settle_address(site: KnockSite, of: str = "lata") -> str:
    return f"/staff/knocks/{site.site.id}/settle/{site.people[of].id}"


def test_once_nobody_came_she_is_asked_again_and_the_second_time_an_advocate_is(
    site: KnockSite, clock: StillClock
) -> None:
    site.passes()
    site.knocks("lata")
    _time_passes(site, clock, days=2)
    clock.move(hours=2)  # Thursday, half past four
    site.marks("lata", "nobody")
    assert site.sees("lata").slot == Slot(date(2026, 12, 1), 16)
    assert site.sees("asha").missed == ()
    clock.move(days=5)
    site.marks("lata", "nobody")
    assert site.sees("lata").slot is None
    assert [shown.code for shown in site.sees("asha").missed] == ["nobody"]


def test_a_child_who_came_ends_it_and_nobody_else_hears_of_it(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    clock.move(hours=2)
    site.passes()
    assert "You have not begun to listen yet" in site.marks("lata", "nobody", 422)
    clock.move(days=2)
    site.marks("lata", "came")
    _time_passes(site, clock, days=4)
    assert not site.box().calls
    assert not site.box().missed


def test_an_adult_who_cannot_be_there_says_so_before_and_advocates_see_it(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    clock.move(hours=2)
    site.passes()
    site.marks("lata", "away")
    assert [shown.code for shown in site.sees("ravi").missed] == ["away"]


def test_a_child_to_whom_nobody_came_says_so_and_the_adult_does_not_learn_it(
    site: KnockSite, clock: StillClock
) -> None:
    site.passes()
    site.knocks("asha", "not_there", without=("meera",))
    clock.move(hours=2)
    site.passes()
    assert [shown.code for shown in site.sees("ravi").missed] == ["child"]
    assert site.sees("asha").missed == ()
    assert site.sees("asha").slot is None


def test_an_adult_who_stops_listening_loses_no_knock(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    browser = site.browser("lata")
    browser.open(f"/staff/knocks/{site.site.id}/hours/{site.people['lata'].id}")
    browser.send(f"/staff/knocks/{site.site.id}/stop/{site.people['lata'].id}")
    assert f'value="{site.people["lata"].id}"' not in site.tablet.open("/talk").text
    clock.move(hours=2)
    site.passes()
    assert [shown.code for shown in site.sees("asha").missed] == ["away"]


def test_what_advocates_do_not_settle_is_deleted_after_two_weeks(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    site.knocks("lata")
    clock.move(hours=2)
    site.passes()
    site.marks("lata", "away")
    clock.move(days=13)
    site.passes()
    assert len(site.sees("asha").missed) == 1
    clock.move(days=1)
    site.passes()
    assert site.box().missed == {}


def test_a_knock_that_waited_on_a_tablet_counts_once_and_a_repeat_after_the_talk_calls_nobody(
    site: KnockSite, clock: StillClock
) -> None:
    site.passes()
    manifest = manifest_of(site.tablet)
    assert {"/ways", "/talk", "/talk/thanks"} <= set(manifest["pages"])
    envelope = seal(manifest, "/talk", site.fields("lata", without=("ravi",)))
    stranger = site.visitor()
    for _nth in range(2):
        assert deliver(stranger, envelope).status_code == 201
    clock.move(hours=2)
    site.passes()
    assert site.sees("lata").slot is not None
    clock.move(days=2)
    site.marks("lata", "came")
    assert deliver(stranger, envelope).status_code == 201
    clock.move(days=1)
    site.passes()
    assert site.sees("lata").slot is None


def test_a_knock_that_waited_until_nobody_listens_any_more_reaches_the_advocates(
    site: KnockSite, clock: StillClock
) -> None:
    site.passes()
    envelope = seal(manifest_of(site.tablet), "/talk", site.fields("lata"))
    browser = site.browser("joshi")
    browser.open(f"/staff/knocks/{site.site.id}/hours/{site.people['lata'].id}")
    browser.send(f"/staff/knocks/{site.site.id}/stop/{site.people['lata'].id}")
    clock.move(hours=1)
    answer = deliver(site.visitor(), envelope)
    assert (answer.status_code, answer.get_json()["late"]) == (201, False)
    clock.move(hours=1)
    site.passes()
    assert [shown.code for shown in site.sees("asha").missed] == ["away"]


def test_mails_go_to_everybody_who_listens_whether_anybody_knocked_or_not(
    site: KnockSite, clock: StillClock, visitor: NewVisitor
) -> None:
    quiet = KnockSite(visitor, "quiet-house")
    for place in (site, quiet):
        place.passes()
        reach(*place.people.values())
    site.knocks("lata")
    _time_passes(site, clock, days=7)
    with db.reading(db.engine()) as session:
        mails = [len(mail.locked) for mail in session.scalars(select(OutgoingMailRow))]
    assert len(mails) == 6, "Lata twice and Asha once a week, at each of the sites"
    assert len(set(mails)) == 1


def test_nothing_is_logged_of_a_knock_or_a_mark(site: KnockSite, clock: StillClock) -> None:
    site.passes()
    with db.reading(db.engine()) as session:
        before = session.scalars(select(AuditEntryRow.number)).all()
    site.knocks("lata")
    clock.move(hours=2)
    site.passes()
    site.marks("lata", "away")
    _settles(site, "asha")
    with db.reading(db.engine()) as session:
        assert session.scalars(select(AuditEntryRow.number)).all() == before


@pytest.mark.parametrize(("name", "wish"), [("ravi", "talk"), ("lata", ""), ("lata", "shout")])
def test_a_page_that_was_altered_is_shown_again(site: KnockSite, name: str, wish: str) -> None:
    form = {**site.fields(name, wish), "sheet": "ab" * 16}
    answer = site.tablet.ask("POST", "/talk", data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert site.box().waiting == {}
    assert "Something could not be taken" in site.tablet.ask("POST", "/talk", data=form).text


def test_a_stranger_without_a_tablet_knocks_at_nobody(site: KnockSite) -> None:
    stranger = site.visitor()
    for path in ("/talk", "/talk/thanks", "/ways"):
        assert stranger.ask("GET", path).status_code == 403
    assert stranger.ask("POST", "/talk", data={**site.fields(), "sheet": "ab" * 16}).status_code == 403
    assert site.box().waiting == {}


def test_at_a_site_where_nobody_listens_the_door_leads_straight_to_telling(
    site: KnockSite, visitor: NewVisitor
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "silent-house").id
    silent = on_tablet(visitor(), other)
    assert "Nobody can be asked here yet" in silent.open("/talk", 404).text
    silent.ask("GET", "/language/en")
    assert 'href="/tell"' in silent.open("/").text
    site.tablet.ask("GET", "/language/en")
    assert 'href="/ways"' in site.tablet.open("/").text
    assert all('href="/talk"' in site.tablet.open(path).text for path in ("/ways", "/help"))
    assert 'href="/talk"' not in silent.open("/help").text


def test_without_an_approved_face_nobody_can_be_knocked_at(site: KnockSite) -> None:
    with db.writing(db.engine()) as session:
        person = make_person(session, "facilitator", site.site.id, handle="new", name="New")
    site.people["new"] = person
    site.listens("new", "tree", TUESDAY_AT_FOUR)
    assert f'name="adult" value="{person.id}"' not in site.tablet.open("/talk").text
    assert "approved your portrait" in signed_in(site.visitor(), person).open("/staff/knocks/").text


def test_an_adult_sets_her_own_hours_and_a_coordinator_everybodys(site: KnockSite) -> None:
    own = f"/staff/knocks/{site.site.id}/hours/{site.people['ravi'].id}"
    for name, place in (("ravi", "tree"), ("joshi", "garden")):
        browser = site.browser(name)
        browser.open(own)
        browser.send(own, {"place": "", "first": "", "second": "", "third": ""}, 422)
        browser.send(own, {"place": "cellar", "first": "1-9", "second": "", "third": ""}, 422)
        browser.send(own, {"place": place, "first": "1-23", "second": "", "third": ""}, 422)
        browser.open(own)
        browser.send(own, {"place": place, "first": "4-9", "second": "0-10", "third": "4-9"})
    page = site.tablet.open("/talk").text
    assert "in the garden" in page
    assert page.index("Monday, 10 in the morning</span></li>") < page.index("Friday, 9 in the morning</span></li>")
    site.browser("lata").open(own, 404)


def test_thanks_are_the_same_whomever_she_chose(site: KnockSite) -> None:
    pages = set()
    for name in ("lata", "asha"):
        site.knocks(name)
        pages.add(site.tablet.ask("GET", "/talk/thanks").data)
    assert len(pages) == 1


@pytest.mark.parametrize(("hour", "clock"), [(12, "1F55B"), (13, "1F550"), (7, "1F556"), (16, "1F553")])
def test_a_clock_shows_the_hour(hour: int, clock: str) -> None:
    assert rules.clock_picture(hour) == clock
    assert unicodedata.name(chr(int(clock, 16))).startswith("CLOCK FACE")


def test_faces_come_first_in_thanks(site: KnockSite) -> None:
    page = site.tablet.open("/talk/thanks").text
    faces, then = page.index('class="cards"'), page.index('class="thread')
    assert page.index("All are shown") < faces < then
    assert "#p-1F553" in page[faces:then], "a clock at four"


def test_a_child_who_found_nobody_and_leaves_everybody_out_is_told_that_nobody_reads_it(site: KnockSite) -> None:
    screens = dict(re.findall(r'data-question="(nobody-\d+)" data-when="([^"]*)"', site.tablet.open("/talk").text))
    for name, learners in (("lata", {"asha", "ravi", "meera"}), ("asha", {"ravi", "meera"})):
        chosen = str(site.people[name].id)
        how, (adult, wish, *out) = json.loads(unescape(screens[f"nobody-{chosen}"]))
        assert (how, adult, wish) == ("all", ["is", "adult", chosen], ["is", "wish", "not_there"])
        assert {row for _is, _readers, row in out} == {str(site.people[other].id) for other in learners}


def test_words_hold_for_both_wishes(site: KnockSite) -> None:
    asked, thanked = site.tablet.open("/talk").text, site.tablet.open("/talk/thanks").text
    for page in (asked, thanked):
        assert "It arrives at 12 noon or 4 in the afternoon." in page
    assert "It can be read" not in asked[asked.index("data-end") :], "under the rows it would be said of them"


def test_whoever_sets_hours_reads_that_children_choose_by_face(site: KnockSite) -> None:
    browser = site.browser("joshi")
    for path in ("", f"{site.site.id}/hours/{site.people['ravi'].id}"):
        page = browser.open(f"/staff/knocks/{path}").text
        assert "they cannot choose an adult whose portrait is not approved yet" in page


def test_another_adult_after_an_answer_was_lost_is_knocked_at_too(site: KnockSite) -> None:
    """The page said Asha, and thanked her; only Lata was called."""
    sheet = new_submission_id()
    for name in ("lata", "lata", "asha"):
        form = {**site.fields(name), "sheet": sheet}
        assert site.tablet.ask("POST", "/talk", data=form).status_code == 303
    assert set(site.box().waiting) == {site.people["lata"].id, site.people["asha"].id}


def test_while_a_box_does_not_open_a_child_is_asked_to_wait(site: KnockSite) -> None:
    site.knocks("lata")
    with db.writing(db.engine()) as session:
        session.execute(update(KnockBoxRow).values(locked=b"altered"))
    sent = {**site.fields("lata"), "sheet": new_submission_id()}
    assert site.tablet.ask("POST", "/talk", data=sent).status_code == 503


@pytest.mark.parametrize("act", ["mark", "settle"])
def test_while_a_box_does_not_open_an_adult_reads_so(site: KnockSite, act: str) -> None:
    site.knocks("lata")
    with db.writing(db.engine()) as session:
        session.execute(update(KnockBoxRow).values(locked=b"altered"))
    browser = site.browser("asha")
    browser.open("/staff/knocks/")
    address = f"/staff/knocks/{site.site.id}/mark" if act == "mark" else _settle_address(site)
    assert "cannot be opened now" in browser.send(address, {"mark": "away"}).text


def test_once_her_hour_is_over_she_is_asked_what_happened_and_no_more_to_be_there(
    site: KnockSite, clock: StillClock
) -> None:
    site.passes()
    site.knocks("lata")
    _time_passes(site, clock, days=1)
    slot, said = site.sees("lata").slot, []
    assert slot
    for moment in (slot.starts, slot.ends):
        while site_clock(site.site) < moment:
            clock.move(minutes=30)
        page = site.browser("lata").open("/staff/knocks/").text
        said.append(("Be there, alone" in page, "This hour is over." in page))
    assert said == [(True, False), (False, True)]
