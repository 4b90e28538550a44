"""A box in a village and its main house, for every test of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.village import Village, empty_box
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
