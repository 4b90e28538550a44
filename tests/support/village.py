"""A main house with a round, and a box in a village that was set up from it: each with data of its own."""

from collections.abc import Callable
from contextvars import Context
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.support.child_at_tablet import a_child
from tests.support.people import PASSWORD
from tests.support.rounds import answers, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.box.store import count_envelopes
from youthvoice.config import Settings
from youthvoice.factory import create_app
from youthvoice.sites.models import TabletRow

T = TypeVar("T")


CANARY = "zebramango"
JSON = {"Accept": "application/json"}
NAME = "Village well"


def empty_box(folder: Path, clock: context.Clock, **more: str) -> Flask:
    """A box that was not set up yet."""
    made = create_app(
        Settings.read(
            {
                "YOUTHVOICE_MODE": "development",
                "YOUTHVOICE_DATA": str(folder / "box-var"),
                "YOUTHVOICE_KEYS": str(folder / "box-keys"),
                "YOUTHVOICE_BOX": "1",
                **more,
            }
        ),
        clock,
    )
    made.config["TESTING"] = True
    return made


class Village:
    """A main house with a round, and a box that was set up from it."""

    def __init__(self, app: Flask, box: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.box, self.folder = app, box, folder
        told = a_child(Visitor(app))
        self.site_id, self.people, self.tablet = told.site_id, told.people, told.tablet
        self.round = open_round([self.site_id], self.people["lata"].id)
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"tomas:{PASSWORD}")
        monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"asha:{PASSWORD}")
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
    """Run a command of `flask bundle`, outside of the test's own application."""
    done = Context().run(runner.invoke, args=[group, *given] if group else list(given))
    assert done.exit_code == status, done.output
    return done.output
