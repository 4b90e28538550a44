"""The coordinator's pages of sites, groups and tablets."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import house, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.sites.store import change_site, find_phone_site, find_site, get_site, list_groups
from youthvoice.sites.tablets import store


def _coordinator(visitor: Callable[[], Visitor]) -> tuple[Visitor, int]:
    site_id, people = house(["coordinator"])
    return signed_in(visitor(), people["coordinator"]), site_id


def _site(**changed: object) -> dict[str, object]:
    return {
        "name": "Example House",
        "mail_name": "Family letter",
        "time_zone": "Asia/Kolkata",
        "daily_hour": "18",
        "jurisdiction": "india",
        "helpline_number": "1098",
        "helpline_languages": ["hi"],
        "helpline_tested": "2026-11-20",
        **changed,
    }


def test_a_changed_site_bumps_its_version(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open(f"/staff/sites/{site_id}")
    browser.send(f"/staff/sites/{site_id}", _site())
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        assert (site.version, site.daily_hour) == (2, 18)
        assert (site.languages, site.helpline_languages) == (("en", "hi", "ar"), ("hi",))
        assert str(site.helpline_tested) == "2026-11-20"
        assert site.jurisdiction == "india"
    assert "Tested on" in browser.open("/staff/sites").text


def test_a_telephone_line_is_asked_for_where_a_modem_is_and_belongs_to_one_site(
    app: Flask, visitor: Callable[[], Visitor], tmp_path: Path
) -> None:
    """Without the modem nothing is asked, and the number that was written stays."""
    browser, site_id = _coordinator(visitor)
    path = f"/staff/sites/{site_id}"
    assert "telephone line" not in browser.open(path).text
    with context.override(app, settings=replace(context.settings(), phone=tmp_path / "modem")):
        page = browser.open(path).text
        assert "the network keeps which number called this one, and when" in page
        browser.send(path, _site(phone_number="+91 22 1234"))
    browser.open(path)
    browser.send(path, _site())
    with db.writing(db.engine()) as session:
        line_site = find_phone_site(session)
        assert line_site
        assert (line_site.id, line_site.phone_number) == (site_id, "+91 22 1234")
        change_site(session, site_id, {"phone_number": ""})
        other = make_site(session, "hill-school", name="Hill School", phone_number="5")
    with context.override(app, settings=replace(context.settings(), phone=tmp_path / "modem")):
        browser.open(path)
        page = browser.send(path, _site(phone_number="6"), 422).text
        assert "Number that children call: Hill School has the telephone line." in page, "one field of many for numbers"
        browser.open(path)
        browser.send(path, _site(phone_number=""))
    assert other.id != site_id


@pytest.mark.parametrize(
    ("written", "is_same"),
    [
        ("+912212340", True),
        ("+91-22-12340", True),
        ("0091 (22) 12340", True),
        ("+91 22 12341", False),
        ("91 22 12340", False),
        ("", False),
    ],
)
def test_a_line_stays_tried_where_its_number_is_only_written_in_another_way(
    app: Flask, visitor: Callable[[], Visitor], tmp_path: Path, written: str, *, is_same: bool
) -> None:
    browser, site_id = _coordinator(visitor)
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"phone_number": "+91 22 12340"})
        change_site(session, site_id, {"phone_heard": context.today()})
    path = f"/staff/sites/{site_id}"
    with context.override(app, settings=replace(context.settings(), phone=tmp_path / "modem")):
        browser.open(path)
        browser.send(path, _site(phone_number=written))
    with db.reading(db.engine()) as session:
        site = get_site(session, site_id)
    assert (site.phone_number, site.phone_heard is not None) == (written, is_same)


def test_of_two_who_save_the_second_reads_that_the_first_one_did(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    path = f"/staff/sites/{site_id}"
    seen = re.search(r'name="seen"[^>]* value="(\d+)"', browser.open(path).text)
    assert seen
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"helpline_hours": "9 to 5"})
    page = browser.send(path, _site(daily_hour="19", seen=seen[1]), 422).text
    assert "Somebody changed this site a moment ago." in page
    assert '<option selected value="19">' in page, "what she typed is still there"
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        assert (site.daily_hour, site.helpline_hours) == (17, "9 to 5")
    again = re.search(r'name="seen"[^>]* value="(\d+)"', page)
    assert again
    browser.send(path, _site(daily_hour="19", seen=again[1]))


def test_what_letters_are_known_by_is_kept_and_tells_nothing(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    path = f"/staff/sites/{site_id}"
    browser.open(path)
    known = {"mail_picture": "1F418", "mail_word": "Marigold", "staff_word": "Teapot", "ask_number": "0800 555 020"}
    for wrong, said in (
        ({"mail_picture": ""}, "Choose a picture and a word, both or neither."),
        ({"mail_word": ""}, "Choose a picture and a word, both or neither."),
        ({"mail_word": "sign in at evil.example"}, "Choose a word, not a link or an address."),
        ({"staff_word": "lotus\r\nCall me at once"}, "Choose a word, not a link or an address."),
        ({"mail_word": "Example House mango"}, "Mail must not bear the name of the site."),
        ({"staff_word": "marigold "}, "Choose another word than the one that families know."),
        ({"ask_number": "call us"}, "Only digits"),
        ({"mail_picture": "1F4A3"}, "Not a valid choice"),
    ):
        assert said in browser.send(path, _site(**{**known, **wrong}), 422).text, wrong
    browser.send(path, _site(**known))
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        assert {name: getattr(site, name) for name in known} == known
    for language, said in (("en", "elephant"), ("hi", "हाथी"), ("ar", "فيل")):
        cards = browser.open(f"{path}/card/{language}").text
        assert cards.count("Marigold") == 8
        assert '<bdi dir="ltr" class="whole">0800 555 020</bdi>' in cards  # dialled from left to right in Arabic, too
        assert said in cards
        assert "Example House" not in cards.partition('class="slips')[2]
    browser.open(f"{path}/card/xx", 404)


def test_without_a_name_of_the_site_its_mail_name_is_not_blamed(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open(f"/staff/sites/{site_id}")
    browser.send(f"/staff/sites/{site_id}", _site(name=""), 422)
    assert "Mail must not bear the name of the site" not in browser.page


def test_every_error_is_named_and_what_was_typed_is_kept(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open(f"/staff/sites/{site_id}")
    wrong = _site(
        name="Hill House",
        mail_name="News from Hill House",
        helpline_number="call me",
        helpline_tested="2026-12-24",
        time_zone="Nowhere/Land",
        jurisdiction="../general",
    )
    browser.send(f"/staff/sites/{site_id}", wrong, 422)
    for told in (
        "Mail must not bear the name of the site",
        "Only digits",
        "This day has not come yet",
    ):
        assert told in browser.page
    assert browser.page.startswith("<!doctype html>")
    assert "<title>Error:" in browser.page
    for kept in ('value="Hill House"', 'value="call me"', 'value="2026-12-24"'):
        assert kept in browser.page
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        assert site.version == 1


def test_a_day_that_stands_there_stays_right_in_a_zone_where_it_has_not_come_yet(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """Tested after midnight in Kolkata, then the site's zone is put right: there it is the evening before."""
    browser, site_id = _coordinator(visitor)
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"helpline_tested": context.today() + timedelta(days=1)})
    tomorrow = (context.today() + timedelta(days=1)).isoformat()
    browser.open(f"/staff/sites/{site_id}")
    browser.send(f"/staff/sites/{site_id}", _site(time_zone="America/Bahia", helpline_tested=tomorrow))
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
    assert site
    assert (site.time_zone, str(site.helpline_tested)) == ("America/Bahia", tomorrow)


def test_groups_come_and_go_and_each_name_is_there_once(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open(f"/staff/sites/{site_id}")
    assert "0 groups at Example House" in browser.page
    assert "No groups yet" in browser.page
    browser.send(f"/staff/sites/{site_id}/groups", {"name": "Class 5"})
    assert "1 group at Example House" in browser.page
    browser.send(f"/staff/sites/{site_id}/groups", {"name": "class 5 "}, 422)
    assert "There is a group of this name already" in browser.page
    with db.reading(db.engine()) as session:
        (group,) = list_groups(session, site_id)
    address = f"/staff/sites/{site_id}/groups/{group.id}/remove"
    assert "This will be gone" in browser.open(address).text
    browser.send(address)
    assert "Class 5 is gone" in browser.page


def test_a_tablet_is_connected_with_the_code_that_the_page_shows(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    assert "No tablet yet" in browser.open("/staff/tablets").text
    browser.open(f"/staff/tablets/new?site={site_id}")
    browser.send("/staff/tablets/new", {"site": site_id, "name": "Common room"})
    (code,) = re.findall(r'<b class="typed">([A-Z]{4}-\d{4})</b>', browser.page)
    assert 'class="qr"' in browser.page
    assert "until 14:45 IST" in browser.page  # 09:15 UTC, by the clock of the site
    assert "This address is not encrypted" in browser.page
    with db.writing(db.engine()) as session:
        assert store.enrol_device(session, code)
    browser.open("/staff/tablets")
    assert "1 tablet at Example House" in browser.page
    assert "Connected on" in browser.page


def test_a_tablet_that_does_not_know_the_address_is_led_to_whoever_runs_the_machine(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open(f"/staff/tablets/new?site={site_id}")
    settings = replace(context.settings(), url="https://voice.local")
    monkeypatch.setattr(context, "settings", lambda: settings)
    browser.send("/staff/tablets/new", {"site": site_id, "name": "Common room"})
    assert "Do not go past the warning" in browser.page
    assert "This address is not encrypted" not in browser.page


def test_a_tablet_whose_code_ran_out_gets_a_new_one(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser, site_id = _coordinator(visitor)
    browser.open("/staff/tablets/new")
    browser.send("/staff/tablets/new", {"site": site_id, "name": "Common room"})
    clock.move(minutes=14)
    browser.open("/staff/tablets")
    clock.move(minutes=2)
    assert "The code ran out" in browser.open("/staff/tablets").text
    (address,) = re.findall(r'action="(/staff/tablets/\d+/code)"', browser.page)
    browser.send(address)
    assert 'class="qr"' in browser.page


def test_retiring_names_what_will_be_gone(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id = _coordinator(visitor)
    with db.writing(db.engine()) as session:
        code = store.start_enrolment(session, site_id, "Common room")
        store.enrol_device(session, code)
    browser.open("/staff/tablets")
    (address,) = re.findall(r'href="(/staff/tablets/\d+/retire)"', browser.page)
    assert "children can no longer answer on it" in browser.open(address).text
    browser.send(address)
    assert "no longer belongs to Example House" in browser.page
    assert "0 tablets at Example House" in browser.page


def test_places_of_another_coordinator_are_not_there(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _ = _coordinator(visitor)
    other, _ = house([], "hill-school")
    with db.writing(db.engine()) as session:
        store.start_enrolment(session, other, "Their room")
    browser.open(f"/staff/sites/{other}", 404)
    assert "Their room" not in browser.open("/staff/tablets").text
    browser.open("/staff/tablets/new")
    browser.send("/staff/tablets/new", {"site": other, "name": "Mine"}, 422)


def test_adding_a_site_is_a_page_of_sites(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["coordinator"])
    page = signed_in(visitor(), people["coordinator"]).open("/staff/sites/new").text
    (lit,) = re.findall(r'<a href="([^"]+)" aria-current="page">', page)
    assert lit == "/staff/sites"
