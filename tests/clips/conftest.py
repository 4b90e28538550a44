"""A tablet at a site where a survey is open."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import house, on_tablet
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice.surveys.rounds.entities import Round


@pytest.fixture
def round_(app: Flask) -> Round:
    site_id, people = house(["advocate", "facilitator"])
    return open_round([site_id], people["facilitator"].id)


@pytest.fixture
def tablet(round_: Round, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), round_.site_ids[0])


def open_survey(tablet: Visitor, round_: Round, choice: str) -> str:
    """The survey as a child sees it who chose a language, perhaps with signs."""
    tablet.open(f"/language/{choice}", 302, follow=False)
    return tablet.open(f"/survey/{round_.slug}").text
