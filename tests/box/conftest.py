"""A box in a village and its main server, for every test of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.house_line import Line, serving
from tests.support.village import ReadyVillage, Village, empty_box, ready_village
from youthvoice import context
from youthvoice.config import Settings
from youthvoice.context import runtime_of


@pytest.fixture
def languages() -> tuple[str, ...]:
    """Of the village: one, since a stick brings every page in each, in two sizes; three by `in_three_languages`."""
    return ("en",)


@pytest.fixture
def ready(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, languages: tuple[str, ...]
) -> ReadyVillage | None:
    """A copy of the village that was set up once, where the house is on SQLite."""
    if "village" in request.fixturenames and settings.database_url.startswith("sqlite"):
        return ready_village(StillClock, languages).copy_to(tmp_path)
    return None


@pytest.fixture
def app(ready: ReadyVillage | None, app: Flask) -> Flask:
    """The house, which finds its data there."""
    return app


@pytest.fixture
def box(ready: ReadyVillage | None, tmp_path: Path, clock: StillClock) -> Iterator[Flask]:
    """A box that was not set up yet, or that of the village."""
    made = empty_box(tmp_path, clock, laid=True)
    yield made
    runtime_of(made).engine.dispose()


@pytest.fixture
def village(
    ready: ReadyVillage | None,
    app: Flask,
    box: Flask,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    languages: tuple[str, ...],
) -> Village:
    """A main server with a round, and a box that was set up from it."""
    return Village(app, box, tmp_path, monkeypatch, ready, languages=languages)


@pytest.fixture
def line(village: Village) -> Iterator[Line]:
    """The box knows where its house is."""
    made = Line(village.app)
    with serving(made) as house:
        settings = replace(context.runtime_of(village.box).settings, box_server=house)
        with context.override(village.box, settings=settings):
            yield made
