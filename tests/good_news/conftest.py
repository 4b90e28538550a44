"""Fixtures of good news."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.committees import make_house
from tests.support.good_news import GoodPlace
from tests.support.visitor import Visitor


@pytest.fixture
def place(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> GoodPlace:
    return GoodPlace(make_house(), visitor, clock)
