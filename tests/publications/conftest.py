"""A house with one counted round whose views are drafted."""

import pytest
from flask import Flask

from tests.support.publications import House, make_house
from youthvoice.publications.review import drafting


@pytest.fixture
def home(app: Flask) -> House:
    house = make_house()
    house.counted()
    drafting.draft_due()
    return house
