"""A box in a village and its main house, for every test of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.house_line import Line, serving
from tests.support.village import Village, empty_box
from youthvoice import context
from youthvoice.context import runtime_of


@pytest.fixture
def box(tmp_path: Path, clock: StillClock) -> Iterator[Flask]:
    """A box that was not set up yet."""
    made = empty_box(tmp_path, clock)
    yield made
    runtime_of(made).engine.dispose()


@pytest.fixture
def village(app: Flask, box: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    """A main house with a round, and a box that was set up from it."""
    return Village(app, box, tmp_path, monkeypatch)


@pytest.fixture
def line(village: Village) -> Iterator[Line]:
    """The box knows where its house is."""
    made = Line(village.app)
    with serving(made) as house:
        settings = replace(context.runtime_of(village.box).settings, box_house=house)
        with context.override(village.box, settings=settings):
            yield made
