"""Fixtures of the room of committees."""

import pytest
from flask import Flask

from tests.committees.meeting_house import House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    """A site with its adults, in an empty house."""
    return make_house()
