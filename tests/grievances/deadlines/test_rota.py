"""The page of who is on call: advocates write it, and only trusted readers of the site stand in it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import PASSWORD, make_person, make_site, signed_in
from tests.support.unattended_reports import ROLES, Site, make
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.grievances.short_names import short_name


@pytest.fixture
def site(app: Flask, clock: StillClock) -> Site:
    return make(clock)


@pytest.fixture
def asha(site: Site, visitor: Callable[[], Visitor]) -> Visitor:
    return signed_in(visitor(), site.people["asha"])


def put(browser: Visitor, site: Site, who: str, status: int = 200, **when: str) -> str:
    browser.open("/staff/rota/")
    given: dict[str, object] = {"person": str(site.people[who].id), "when": "once", **when}
    return browser.send(f"/staff/rota/{site.id}", given, status).text


def rota(site: Site) -> list[on_call_rota.Duty]:
    with db.reading(db.engine()) as session:
        return list(on_call_rota.list_duties(session, [site.id]))


def test_whoever_is_put_into_the_rota_is_asked_first(site: Site, asha: Visitor) -> None:
    page = put(asha, site, "ravi", when="1")
    assert "Every Tuesday" in page
    assert "Today: Ravi Example" in page
    site.report(urgent=True)
    assert site.after() == ["lata", "ravi"]
    assert site.after(hours=1) == ["asha", "lata", "ravi"]


def test_some_days_once_are_a_first_and_a_last_day(site: Site, asha: Visitor) -> None:
    put(asha, site, "lata", first_day="2026-11-24", last_day="2026-11-26")
    assert "Today: Lata Example" in asha.page
    for wrong, told in (
        ({"first_day": "", "last_day": "2026-11-26"}, "Choose a day"),
        ({"first_day": "2026-11-27", "last_day": "2026-11-26"}, "is before the first day"),
        ({"first_day": "2026-11-20", "last_day": "2026-11-23"}, "has passed"),
        ({"first_day": "2026-11-25", "last_day": "2028-11-26"}, "At most one year"),
        ({"first_day": "soon", "last_day": "later"}, "Choose a day"),
    ):
        assert told in put(asha, site, "ravi", 422, **wrong)
    assert len(rota(site)) == 1


def test_days_do_not_matter_where_it_is_every_week(site: Site, asha: Visitor) -> None:
    put(asha, site, "ravi", when="0", first_day="soon", last_day="")
    assert [(one.weekday, one.first_day) for one in rota(site)] == [(0, None)]


@pytest.mark.dialect("put in once")
def test_the_same_line_stands_there_once_and_goes_again(site: Site, asha: Visitor) -> None:
    put(asha, site, "ravi", when="3")
    assert "says so already" in put(asha, site, "ravi", 409, when="3")
    asha.open("/staff/rota/")
    (found,) = re.findall(r"/staff/rota/(\d+)/remove", asha.page)
    asha.send(f"/staff/rota/{found}/remove")
    assert rota(site) == []
    assert "all advocates are on call" in asha.page


def test_nobody_else_than_trusted_readers_of_the_site_stands_in_it(
    site: Site, asha: Visitor, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stranger = make_person(session, "advocate", other, handle="stranger")
        newcomer = make_person(session, "advocate", site.id, handle="newcomer", trusted=False)
        cook = make_person(session, "facilitator", site.id, handle="cook")
    for nobody in (stranger, newcomer, cook, site.people["omar"]):
        asha.open("/staff/rota/")
        assert f'value="{nobody.id}"' not in asha.page.split("<select", maxsplit=1)[1].split("</select>")[0]
        asha.send(f"/staff/rota/{site.id}", {"person": str(nobody.id), "when": "1"}, 422)
    assert rota(site) == []
    elsewhere = signed_in(visitor(), stranger)
    elsewhere.open("/staff/rota/")
    elsewhere.send(f"/staff/rota/{site.id}", {"person": str(stranger.id), "when": "1"}, 404)


def test_a_second_site_takes_nothing_out_of_it(site: Site, asha: Visitor, visitor: Callable[[], Visitor]) -> None:
    put(asha, site, "ravi", when="3")
    with db.writing(db.engine()) as session:
        stranger = make_person(session, "advocate", make_site(session, "other-house").id, handle="stranger")
    browser = signed_in(visitor(), stranger)
    browser.open("/staff/rota/")
    browser.send(f"/staff/rota/{rota(site)[0].id}/remove", status=404)
    assert len(rota(site)) == 1


def test_whoever_left_is_shown_so_and_asked_no_more(site: Site, asha: Visitor) -> None:
    put(asha, site, "ravi", when="1")
    with db.writing(db.engine()) as session:
        person = find_person_row(session, site.people["ravi"].id)
        assert person is not None
        close_account(session, person, context.today())
    assert "cannot read reports now" in asha.open("/staff/rota/").text
    site.report(urgent=True)
    assert site.after() == ["asha", "lata"]


def test_whoever_leaves_stands_in_no_rota_any_more(site: Site, asha: Visitor, visitor: Callable[[], Visitor]) -> None:
    put(asha, site, "lata", when="1")
    put(asha, site, "lata", first_day="2026-11-24", last_day="2026-11-26")
    put(asha, site, "ravi", when="1")
    browser = signed_in(visitor(), site.people["lata"])
    browser.open("/staff/me/leave")
    browser.send("/staff/me/leave", {"password": PASSWORD})
    assert [one.person_id for one in rota(site)] == [site.people["ravi"].id]


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_days_that_are_over_at_the_site_are_forgotten_once_a_day(site: Site, asha: Visitor, clock: StillClock) -> None:
    put(asha, site, "lata", first_day="2026-11-24", last_day="2026-11-24")
    put(asha, site, "ravi", first_day="2026-11-24", last_day="2026-11-25")
    put(asha, site, "ravi", when="1")
    clock.move(hours=9)  # 23:30 at the site, still the 24th
    send_daily_notices()
    assert len(rota(site)) == 3
    clock.move(hours=20)  # 19:30 on the 25th
    send_daily_notices()
    assert [(one.person_id, one.last_day) for one in rota(site)] == [
        (site.people["ravi"].id, None),
        (site.people["ravi"].id, date(2026, 11, 25)),
    ]


def test_what_was_handed_on_stays_overdue_on_every_list_of_whoever_reads_it(
    site: Site, visitor: Callable[[], Visitor]
) -> None:
    """S13: with the clock of the next person it stood under "This week" on *Reports*, and for whoever was not asked."""
    report = site.report()
    site.after(hours=24)
    for name in ("asha", "ravi"):
        desk = signed_in(visitor(), site.people[name])
        for page in (desk.open("/staff/").text, desk.open("/staff/reports/").text):
            row = page.partition("<tbody>")[2]
            assert row.index("Overdue: 1") < row.index("overdue</") < row.index(short_name(report))
            assert "nobody looked in time" in row
            assert "This week" not in row[: row.index(short_name(report))]


def test_the_to_do_page_names_and_links_what_waited_too_long_for_those_who_were_asked_and_for_nobody_else(
    site: Site, visitor: Callable[[], Visitor]
) -> None:
    """S13, S14: neither for whom the child left out, nor for the outside recipient while only others were asked."""
    report = site.report(left_out=["ravi"])
    site.after()

    def banner(name: str) -> str:
        page = signed_in(visitor(), site.people[name]).open("/staff/").text
        found = page.partition('aria-label="Waited too long"')[2].partition("</section>")[0]
        if found:
            assert f'href="/staff/reports/{report.hex()}">{short_name(report)}</a>' in found
            row = page.partition("<tbody>")[2]
            assert row.index("Overdue: 1") < row.index(short_name(report))
            assert "nobody looked in time" in row
        return " ".join(re.sub("<[^>]+>", "", found.partition("</svg>")[2]).split())

    assert banner("asha") == ""
    site.after(hours=24)
    line = f"{short_name(report)}: nobody looked in time; now asked: "
    assert [banner(name) for name in ROLES] == [line + "you", "", "", ""]
    site.after(hours=24)  # nobody else inside reads an ordinary report
    assert [banner(name) for name in ROLES] == [line + "Omar Example", "", "", line + "you"]
