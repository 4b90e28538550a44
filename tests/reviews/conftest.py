"""A site with everybody whom a review needs."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.reviews import Panel, make_panel
from tests.support.visitor import Visitor


@pytest.fixture
def panel(app: Flask, visitor: Callable[[], Visitor]) -> Panel:
    return make_panel(visitor)
