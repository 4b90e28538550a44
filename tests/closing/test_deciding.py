"""A site closes: two adults and the outside recipient decide it, and children read it in time (S7, S16)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.closing import ROLES, choose_last_day, close_house, run_close
from tests.support.committees import make_committee
from tests.support.offline import manifest_of
from tests.support.people import Somebody, house, make_person, make_site, on_tablet
from tests.support.reports import tell
from tests.support.rounds import open_round, starter
from tests.support.suggestions import JSON
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.sites.last_day import ANSWER_DAYS, NOTICE_DAYS
from youthvoice.sites.store import find_site_by_slug


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="second")
    return people


def _closes_on() -> date | None:
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        return site.closes_on


@pytest.mark.parametrize(
    "roles", [("coordinator", "facilitator"), ("facilitator", "advocate"), ("advocate", "advocate")]
)
def test_nobody_else_asks_to_close(app: Flask, people: dict[str, Somebody], roles: tuple[str, str]) -> None:
    by = tuple(people[role] for role in roles)
    code, _output = run_close(app, "decide", "example-house", "--on", choose_last_day(), by=by)
    assert code
    assert run_close(app, "confirm", "example-house", "--on", choose_last_day(), by=(people["outside_recipient"],))[0]
    assert _closes_on() is None


def test_only_the_outside_recipient_confirms_and_the_log_says_who_did_what(
    app: Flask, people: dict[str, Somebody]
) -> None:
    two = (people["advocate"], people["coordinator"])
    assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=two)[0] == 0
    assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=two)[0]
    for person in two:
        assert run_close(app, "confirm", "example-house", "--on", choose_last_day(), by=(person,))[0]
    assert _closes_on() is None
    assert (
        run_close(app, "confirm", "example-house", "--on", choose_last_day(), by=(people["outside_recipient"],))[0] == 0
    )
    assert _closes_on() == choose_last_day()
    assert run_close(app, "call-off", "example-house", by=two)[0] == 0
    assert _closes_on() is None
    with db.reading(db.engine()) as session:
        lines = session.execute(
            select(AuditEntryRow.actor, AuditEntryRow.action).where(AuditEntryRow.action.startswith("site.close"))
        ).all()
    assert [tuple(line) for line in lines] == [
        ("advocate", "site.close.ask"),
        ("outside-recipient", "site.close.confirm"),
        ("advocate", "site.close.call_off"),
    ]


def test_the_outside_recipient_confirms_the_day_that_she_was_told(app: Flask, people: dict[str, Somebody]) -> None:
    """She cannot call it off: whoever tells her of a later day would close the site behind her back."""
    two, outside = (people["coordinator"], people["advocate"]), (people["outside_recipient"],)
    assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=two)[0] == 0
    code, output = run_close(
        app, "confirm", "example-house", "--on", choose_last_day() + timedelta(days=365), by=outside
    )
    assert code
    assert "They did not ask for this day." in output
    assert _closes_on() is None


def test_status_says_the_day_and_a_second_confirmation_that_it_is_confirmed(
    app: Flask, people: dict[str, Somebody]
) -> None:
    two, outside, day = (people["coordinator"], people["advocate"]), (people["outside_recipient"],), choose_last_day()
    assert "Nobody asks to close Example House." in run_close(app, "status", "example-house", by=outside)[1]
    assert run_close(app, "decide", "example-house", "--on", day, by=two)[0] == 0
    asked = f"Two adults ask that Example House closes on {day}. The outside recipient confirms it."
    assert asked in run_close(app, "status", "example-house", by=outside)[1]
    assert run_close(app, "confirm", "example-house", "--on", day, by=outside)[0] == 0
    assert f"Example House closes. Its last day is {day}." in run_close(app, "status", "example-house", by=outside)[1]
    code, output = run_close(app, "confirm", "example-house", "--on", day, by=outside)
    assert code == 1
    assert "It is confirmed already" in output
    assert "Nobody asks" not in output


def test_a_site_that_is_not_there_is_answered_with_those_that_are(app: Flask, people: dict[str, Somebody]) -> None:
    with db.writing(db.engine()) as session:
        make_site(session, "other-house")
    code, output = run_close(app, "status", "example-hous", by=(people["coordinator"],))
    assert code == 1
    assert "There is no site example-hous. There are: example-house, other-house." in output


def test_nobody_of_another_site_takes_part(app: Flask, people: dict[str, Somebody]) -> None:
    with db.writing(db.engine()) as session:
        other_site = make_site(session, "other-house").id
        strangers = {role: make_person(session, role, other_site, handle=f"other-{role}") for role in ROLES}
    ours = (people["coordinator"], people["advocate"])
    for mixed in ((strangers["coordinator"], ours[1]), (ours[0], strangers["advocate"])):
        assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=mixed)[0]
    assert run_close(app, "decide", "example-house", "--on", choose_last_day(), by=ours)[0] == 0
    outside = strangers["outside_recipient"]
    assert run_close(app, "confirm", "example-house", "--on", choose_last_day(), by=(outside,))[0]
    assert "does not work at this site" in run_close(app, "status", "example-house", by=(outside,))[1]
    assert _closes_on() is None


def test_children_have_a_week_before_telling_stops(app: Flask, people: dict[str, Somebody], clock: StillClock) -> None:
    two, day = (people["coordinator"], people["advocate"]), choose_last_day()
    assert run_close(app, "decide", "example-house", "--on", day - timedelta(days=1), by=two)[0]
    assert run_close(app, "decide", "example-house", "--on", day, by=two)[0] == 0
    clock.move(days=NOTICE_DAYS - ANSWER_DAYS - 6)
    code, output = run_close(app, "confirm", "example-house", "--on", day, by=(people["outside_recipient"],))
    assert code
    assert "Too soon" in output


def test_nothing_is_called_off_once_the_last_day_has_passed(
    app: Flask, people: dict[str, Somebody], clock: StillClock
) -> None:
    day = close_house(app, people)
    clock.move(days=NOTICE_DAYS + 1)
    assert run_close(app, "call-off", "example-house", by=(people["coordinator"], people["advocate"]))[0]
    assert _closes_on() == day


def test_what_a_child_sees_before_in_time_and_after(
    app: Flask, people: dict[str, Somebody], visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id = next(iter(people["advocate"].site_ids))
    make_committee(site_id, people["facilitator"])
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", 302, follow=False)
    assert "Suggest" in tablet.open("/agenda").text
    assert "This house closes." not in tablet.open("/").text
    tablet.open("/closing", 302, follow=False)
    close_house(app, people)
    front = tablet.open("/").text
    assert "This house closes." in front
    assert 'href="/closing"' in front
    assert 'href="#m-chevron"' in front.partition('href="/closing"')[2].partition("</a>")[0], "it looks like a link"
    page = tablet.open("/closing").text
    assert "After that, nobody reads here." in page
    assert 'href="tel:1098"' in page
    assert 'href="tel:112"' in page
    tablet.open("/tell")
    tablet.open("/good")
    clock.move(days=NOTICE_DAYS - ANSWER_DAYS + 1)
    stopped = tablet.open("/tell", 404).text
    assert "Nobody could answer you in time." in stopped
    assert 'href="tel:1098"' in stopped
    for path in ("/good", "/agenda/suggest"):
        stopped = tablet.open(path, 404).text
        assert "You cannot tell it here any more." in stopped, path
        assert 'href="tel:1098"' in stopped
    board = tablet.open("/agenda").text
    assert 'href="/closing"' in board
    assert "Suggest" not in board
    assert "You can suggest something." not in board
    tablet.open("/reply")  # what was told before is still answered
    clock.move(days=ANSWER_DAYS)
    for path in ("/", "/tell", "/reply", "/open", "/plan"):
        page = tablet.open(path).text
        assert "This house is closed." in page, path
        assert 'href="tel:1098"' in page
    tablet.open("/help")
    assert "1098" in tablet.open("/offline/over").text


def test_a_tablet_without_a_network_knows_from_when_it_shows_what_is_over(
    app: Flask, people: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    site_id = next(iter(people["advocate"].site_ids))
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", 302, follow=False)
    before = manifest_of(tablet)
    day = close_house(app, people)
    manifest = manifest_of(tablet)
    assert manifest["version"] != before["version"]
    assert "/closing" in manifest["pages"]
    assert "/help" not in manifest["ends"]
    over = datetime.fromtimestamp(manifest["ends"]["/"] / 1000, UTC)
    assert context.day_at(over, "Asia/Kolkata") == day + timedelta(days=1)
    assert context.day_at(over - timedelta(seconds=1), "Asia/Kolkata") == day


@pytest.mark.parametrize("state", ["new", "open", "asked", "closed"])
def test_an_open_report_stands_with_who_takes_it_for_its_readers_alone(
    app: Flask, people: dict[str, Somebody], state: str
) -> None:
    advocate, outside = people["advocate"], people["outside_recipient"]
    site_id = next(iter(advocate.site_ids))
    _code, before = run_close(app, "status", "example-house", by=(people["coordinator"],))
    _code, before_of_advocate = run_close(app, "status", "example-house", by=(advocate,))
    report = tell(site_id, [outside], left_out=[advocate])
    report.changes(state=state, owner=0 if state == "new" else outside.id)
    code, output = run_close(app, "status", "example-house", by=(outside,))
    assert code == 0, output
    assert ("is open" in output) == (state != "closed")
    assert ("nobody yet" in output) == (state == "new")
    assert (outside.name in output) == (state in {"open", "asked"})
    assert run_close(app, "status", "example-house", by=(people["coordinator"],))[1] == before
    assert run_close(app, "status", "example-house", by=(advocate,))[1] == before_of_advocate


def test_what_is_left_to_do_says_who_does_it(
    app: Flask, people: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    on_tablet(visitor(), next(iter(people["advocate"].site_ids)), "Tablet in the hall")
    output = run_close(app, "status", "example-house", by=(people["coordinator"],))[1]
    assert "Tablet Tablet in the hall is not retired: a coordinator, once nothing waits on it." in output
    assert run_close(app, "status", "example-house", by=(people["facilitator"],))[0]


def test_what_is_not_counted_has_its_name_and_what_ends_by_itself_its_day(
    app: Flask, people: dict[str, Somebody]
) -> None:
    site_id, facilitator = next(iter(people["advocate"].site_ids)), people["facilitator"]
    round_ = open_round([site_id], facilitator.id)
    open_round([site_id], facilitator.id, starter("feedback"))
    output = run_close(app, "status", "example-house", by=(people["coordinator"],))[1]
    assert f"The round “My days here” is not counted: a coordinator ends it, with surveys end {round_.slug}." in output
    assert re.search(r"The round “[^”]+” is not counted: it ends by itself after 20\d\d-\d\d-\d\d\.", output)


def test_an_advocate_whom_a_child_left_out_does_not_learn_that_something_waits(
    app: Flask, people: dict[str, Somebody], visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    advocate, site_id = people["advocate"], next(iter(people["advocate"].site_ids))
    with db.writing(db.engine()) as session:
        other = make_person(session, "advocate", site_id, handle="third")
    tablet = on_tablet(visitor(), site_id)
    readers = re.findall(r'name="shown" value="([0-9 ]+)"', tablet.open("/good").text)
    clock.move(days=1)
    before = run_close(app, "status", "example-house", by=(advocate,))[1]
    form = {"shown": readers[0], "left_out": [str(advocate.id)], "words": "The new swing is fun."}
    tablet.open("/good")
    tablet.send("/good", form, 201, headers=JSON)
    clock.move(days=1)
    assert "Letters wait" in run_close(app, "status", "example-house", by=(other,))[1]
    assert run_close(app, "status", "example-house", by=(advocate,))[1] == before
