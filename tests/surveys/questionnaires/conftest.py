"""A site whose coordinator makes questionnaires."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.open_rounds import House, a_house
from tests.support.people import signed_in
from tests.support.visitor import Visitor


@pytest.fixture
def house(app: Flask) -> House:
    """The site and its people."""
    return a_house()


@pytest.fixture
def browser(house: House, visitor: Callable[[], Visitor]) -> Visitor:
    """The coordinator's, signed in."""
    return signed_in(visitor(), house.coordinator)
