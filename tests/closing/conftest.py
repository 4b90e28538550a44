"""Fixtures of the end of a house."""

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.closing import ROLES, EndingHouse, Holder, close_house
from tests.support.people import house, make_person
from youthvoice import db
from youthvoice.sites.last_day import NOTICE_DAYS


@pytest.fixture
def holder(tmp_path: Path) -> Holder:
    (tmp_path / "holder").mkdir()
    return Holder(tmp_path / "holder")


@pytest.fixture
def ending(app: Flask, clock: StillClock, holder: Holder, tmp_path: Path) -> EndingHouse:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        people["second"] = make_person(session, "advocate", site_id, handle="second")
    close_house(app, people)
    clock.move(days=NOTICE_DAYS + 1)
    (tmp_path / "out").mkdir()
    return EndingHouse(app, people, holder, tmp_path / "out")
