"""A rapporteur reads what came of children's words, without an account, and takes the figures home as a file.

Duties: S9, S13; PRIVACY.md A12.
"""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.support.server import House
from tests.journeys.support.sites import settle
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due
from youthvoice.publications.influence.years import freeze_influence_due

pytestmark = pytest.mark.journey
YEAR = datetime.now(UTC).year - 2  # over, whatever the day of today


def a_year_of_answers(house: House) -> str:
    """A site whose committee asked for twelve things, and adults said yes to all of them within a week; its name."""
    place = settle(house)
    said = datetime(YEAR, 5, 4, 9, tzinfo=UTC)
    with house.app.app_context():
        lata = place.people["lata"].id
        with db.writing(db.engine()) as session:
            for number in range(12):
                asked = create_answer_due(
                    session, site_id=place.site_id, kind="item", subject=f"{place.site_id:08}{number:024}",
                    about={"en": "A lamp"}, due=said.date() + timedelta(14), owner_id=lata, day=said.date(),
                )  # fmt: skip
                words, day = {"en": "There is a lamp."}, said.date() + timedelta(7)
                replies.record_reply(session, asked.id, "", "yes", words, lata, day)
        with context.override(house.app, clock=lambda: datetime(YEAR + 1, 4, 2, tzinfo=UTC)):
            freeze_influence_due()
    return place.name


def test_a_rapporteur_reads_the_year_and_takes_it_home(house: House, browser: Browser, tmp_path: Path) -> None:
    name = a_year_of_answers(house)
    visit = browser.new_context(locale="en", accept_downloads=True)
    page = visit.new_page()
    page.goto(f"{house.url}/influence")
    told = page.locator("main").inner_text()
    assert str(YEAR) in told
    assert "12 things that children said" in told
    assert "The median wait for an answer" in told
    assert name not in told
    for link, file in (("CSV", "figures.csv"), ("JSON", "figures.json")):
        page.goto(f"{house.url}/influence")
        address = page.get_by_role("link", name=link).get_attribute("href")
        (tmp_path / file).write_bytes(visit.request.get(house.url + str(address)).body())
    rows = list(csv.DictReader((tmp_path / "figures.csv").read_text("utf-8").splitlines()))
    mine = {row["figure"]: row for row in rows if row["year"] == str(YEAR)}
    assert set(mine) == {"in_time", "changed", "helped", "middle_wait_days"}
    assert {row["of"] for row in rows} == {"all"}
    assert int(mine["in_time"]["low"]) <= 12 <= int(mine["in_time"]["high"])
    whole = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    (year,) = [one for one in whole["years"] if one["year"] == YEAR]
    assert year["groups"][0]["changed"]["n"] == 12
    visit.close()
