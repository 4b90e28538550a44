"""Time zones: the site's country comes first, and a new site begins with the zone of those that are there."""

import re
from collections.abc import Callable

from flask import Flask

from tests.support.people import make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites.forms import nearby_zones


def _first_group(page: str) -> list[str]:
    listed = page[page.index('name="time_zone"') :]
    group = listed[listed.index("<optgroup") : listed.index("</optgroup>")]
    return re.findall(r'value="([^"]+)"', group)


def test_the_zones_of_the_same_country_are_near() -> None:
    assert nearby_zones(["Asia/Kolkata"]) == ["Asia/Kolkata"]
    assert {"America/Manaus", "America/Sao_Paulo"} <= set(nearby_zones(["America/Bahia"]))
    assert "America/New_York" not in nearby_zones(["America/Bahia"])
    assert nearby_zones(["UTC"]) == ["UTC"]  # of no country
    assert nearby_zones(["Asia/Calcutta"]) == ["Asia/Calcutta"]  # an old name


def test_a_site_offers_its_country_first_and_a_new_one_begins_there(app: Flask, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        site = make_site(session, time_zone="America/Bahia").id
        tomas = make_person(session, "coordinator", site)
    browser = signed_in(visitor(), tomas)
    for path in (f"/staff/sites/{site}", "/staff/sites/new"):
        page = browser.open(path).text
        assert "America/Manaus" in _first_group(page)
        assert "Asia/Kolkata" not in _first_group(page)
        assert '<option selected value="America/Bahia">' in page
        assert page.count('value="Asia/Kolkata"') == 1
        assert 'data-of-this-browser="no"' in page  # somebody has chosen it


def test_a_site_whose_zone_nobody_chose_is_offered_that_of_the_browser(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        site = make_site(session, time_zone="UTC").id
        tomas = make_person(session, "coordinator", site)
    browser = signed_in(visitor(), tomas)
    assert 'data-of-this-browser="yes"' in browser.open(f"/staff/sites/{site}").text
    refused = browser.send(f"/staff/sites/{site}", {"name": ""}, 422).text
    assert 'data-of-this-browser="no"' in refused  # what was typed stays
