"""Fixtures of the room of committees."""

import pytest
from flask import Flask

from tests.support.committees import House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    """A site with its adults, in an empty house."""
    return make_house()
