"""A main server with a round, and a box in a village that was set up from it: each with data of its own."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.support import shared_setup
from tests.support.child_at_tablet import Child, a_child
from tests.support.people import PASSWORD
from tests.support.rounds import answers, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.box.store import count_envelopes
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.sites.models import TabletRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.web.rate_limits import TABLET_COOKIE

T = TypeVar("T")


CANARY = "zebramango"
JSON = {"Accept": "application/json"}
NAME = "Village well"
in_three_languages = pytest.mark.parametrize("languages", [("en", "hi", "ar")], ids=["en-hi-ar"])
"""A test whose village has them; the others have one."""


def empty_box(folder: Path, clock: context.Clock, *, laid: bool = False, **more: str) -> Flask:
    """A box that was not set up yet, or what lies in the folder already.

    Args:
        folder: where its data and keys are.
        clock: its own.
        laid: it gets the tables that are made once for all tests; otherwise it makes them, as a new box does.
        more: of its settings.
    """
    settings = Settings.read(
        {
            "YOUTHVOICE_MODE": "development",
            "YOUTHVOICE_DATA": str(folder / "box-var"),
            "YOUTHVOICE_KEYS": str(folder / "box-keys"),
            "YOUTHVOICE_BOX": "1",
            **more,
        }
    )
    if laid:
        shared_setup.lay_tables(settings.database_url)
    made = create_app(settings, clock)
    made.config["TESTING"] = True
    return made


@dataclass(frozen=True)
class ReadyVillage:
    """Data and keys of a house and of its box, of which nothing runs; each test has a copy.

    Attributes:
        folder: with everything.
        told: who is there; the tablet is one of another application.
        token: what the tablet's cookie holds.
        round: that is open.
    """

    folder: Path
    told: Child
    token: str
    round: Round

    def copy_to(self, folder: Path) -> "ReadyVillage":
        """Gives itself."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return self


@cache
def ready_village(clock: Callable[[], context.Clock], languages: tuple[str, ...]) -> ReadyVillage:
    """A village that is set up once, on SQLite: asking the house for every page takes longer than most tests.

    Args:
        clock: makes one that stands where each test begins.
        languages: of its children.
    """
    folder = Path(tempfile.mkdtemp(prefix="village"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Context().run(_set_up_village, folder, clock(), languages)


def _set_up_village(folder: Path, clock: context.Clock, languages: tuple[str, ...]) -> ReadyVillage:
    settings = Settings.read(
        {
            "YOUTHVOICE_MODE": "development",
            "YOUTHVOICE_DATA": str(folder / "var"),
            "YOUTHVOICE_KEYS": str(folder / "keys"),
            "YOUTHVOICE_EXAMPLE": "0",
        }
    )
    shared_setup.lay_tables(settings.database_url)
    app, box = create_app(settings, clock), empty_box(folder, clock, laid=True)
    with app.app_context(), pytest.MonkeyPatch.context() as monkeypatch:
        made = Village(app, box, folder, monkeypatch, languages=languages)
    for one in (app, box):
        runtime_of(one).engine.dispose()
    cookie = made.tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    return ReadyVillage(folder, Child(made.site_id, made.people, made.tablet), cookie.value, made.round)


class Village:
    """A main server with a round, and a box that was set up from it.

    Args:
        app: the house.
        box: empty, or what was copied.
        folder: of both.
        monkeypatch: of the test.
        ready: what was copied; otherwise it is set up now.
        languages: of its children.
    """

    def __init__(
        self,
        app: Flask,
        box: Flask,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        ready: ReadyVillage | None = None,
        *,
        languages: tuple[str, ...],
    ) -> None:
        self.app, self.box, self.folder = app, box, folder
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"tomas:{PASSWORD}")
        monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"asha:{PASSWORD}")
        told = ready.told if ready else a_child(Visitor(app), languages=list(languages))
        self.site_id, self.people, self.tablet = told.site_id, told.people, told.tablet
        if ready:
            self.tablet, self.round = Visitor(app), ready.round
            self.tablet.client.set_cookie(TABLET_COOKIE, ready.token)
            return
        self.round = open_round([self.site_id], self.people["lata"].id)
        assert "key" in self.main("box", NAME, self.file("setup"), "--site", "example-house")
        assert "ready" in self.there("setup", self.file("setup"))

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def main(self, *given: str, status: int = 0) -> str:
        return run(self.app.test_cli_runner(), *given, status=status)

    def there(self, *given: str, status: int = 0) -> str:
        return run(self.box.test_cli_runner(), *given, status=status)

    def carries(self, name: str) -> None:
        """There and back."""
        self.there("out", self.file(f"{name}-out"))
        self.main("in", self.file(f"{name}-out"), self.file(f"{name}-back"))
        self.there("in", self.file(f"{name}-back"))

    def count(self, table: type[object]) -> int:
        with db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def waiting(self) -> int:
        return Context().run(self._waiting)

    def _waiting(self) -> int:
        with self.box.app_context(), db.reading(db.engine()) as session:
            return count_envelopes(session)

    def tablet_id(self) -> int:
        """Row of the box."""
        with db.reading(db.engine()) as session:
            return session.scalars(select(TabletRow.id).where(TabletRow.name == NAME)).one()

    def child(self, language: str = "en") -> Visitor:
        """A browser at the box."""
        visitor = Visitor(self.box)
        visitor.client.set_cookie("language", language)
        return visitor

    def answers_one(self, words: str = CANARY) -> None:
        """A child answers the round at the box."""
        at, path = self.child(), f"/survey/{self.round.slug}"
        at.open(path)
        at.send(path, answers(food="good", letter_box=words), 201, headers=JSON)


def in_box(village: Village, do: Callable[[], T]) -> T:
    """Ask something inside the application of the box."""

    def inside() -> T:
        with village.box.app_context():
            return do()

    return Context().run(inside)


def run(runner: FlaskCliRunner, *given: str, status: int = 0, group: str = "bundle") -> str:
    """Run a command of `youthvoice bundle`, outside of the test's own application."""
    done = Context().run(runner.invoke, args=[group, *given] if group else list(given))
    assert done.exit_code == status, done.output
    return done.output
