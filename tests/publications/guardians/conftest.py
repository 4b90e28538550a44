"""A house with one counted round whose view is drafted, and its adults, each in a browser of her own."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.publications.guardians.test_way_to_guardians import Adult
from tests.support.people import signed_in
from tests.support.publications import House, make_house
from tests.support.visitor import Visitor
from youthvoice.publications.review import drafting


@pytest.fixture
def home(app: Flask) -> House:
    house = make_house()
    house.counted()
    drafting.draft_due()
    return house


@pytest.fixture
def adult(home: House, visitor: Callable[[], Visitor]) -> Adult:
    return lambda role: signed_in(visitor(), home.people[role])
