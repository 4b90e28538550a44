"""Every form of a child goes through a box: from a page, from its script, from a tablet that was offline.

It is carried to the house, counts there once, and nothing of it is left in the box.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.long_tests import long_test
from tests.support.offline import deliver, manifest_of, outer_of, seal
from tests.support.people import PASSWORD
from tests.support.village import JSON, run
from tests.support.village_day import CODE, KINDS, VillageDay
from tests.support.visitor import Visitor
from tests.surveys.choices.test_choices import Home
from youthvoice import db
from youthvoice.accountability.models import TapRow
from youthvoice.box.store import count_envelopes
from youthvoice.committees.models import BallotRow
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.models import LetterRow, ThreadRow

ASKED_AT = {"tell": "/tell", "suggest": "/agenda/suggest", "me_too": "/agenda", "we_did": "/we-did"}
WAYS = ("page", "script", "tablet")


def from_page(at: Visitor, path: str, fields: Mapping[str, object]) -> None:
    shown = at.send(path, dict(fields), 200)
    assert "Saved on this tablet" in shown.text


def from_script(at: Visitor, path: str, fields: Mapping[str, object]) -> None:
    said = at.send(path, dict(fields), 201, headers=JSON).get_json()
    assert said["sheet"] == at.hidden["sheet"]


def from_tablet(at: Visitor, path: str, fields: Mapping[str, object]) -> None:
    sheet, code = secrets.token_hex(16), CODE if path == "/tell" else ""
    said = deliver(at, seal(manifest_of(at), path, fields, sheet, code=code))
    assert (said.status_code, said.get_json()) == (201, {"sheet": outer_of(sheet), "late": False})


SENDS: dict[str, Callable[[Visitor, str, Mapping[str, object]], None]] = {
    "page": from_page, "script": from_script, "tablet": from_tablet,
}  # fmt: skip


class EveryForm:
    """A house where everything is open, and its box."""

    def __init__(self, app: Flask, box: Flask, visitor: Callable[[], Visitor], folder: str) -> None:
        self.app, self.box, self.folder = app, box, folder
        self.day = VillageDay(visitor)
        self.choice: Round = Home(self.day.house.site_id, self.day.house.joshi, self.day.house.asha, visitor).opened()
        self.house("box", "Village well", self.file("setup"), "--site", "example-house")
        self.there("setup", self.file("setup"))

    def file(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def house(self, *given: str) -> str:
        return run(self.app.test_cli_runner(), *given)

    def there(self, *given: str) -> str:
        return run(self.box.test_cli_runner(), *given)

    def form(self, kind: str) -> tuple[str, dict[str, Any]]:
        if kind == "choice":
            return f"/survey/{self.choice.slug}", {"a-choice": "picture_1"}
        return self.day.form(kind)

    def child_sends(self, kind: str, way: str) -> None:
        at = Visitor(self.box)
        at.client.set_cookie("language", "en")
        path, fields = self.form(kind)
        page = at.open(ASKED_AT.get(kind, path)).text
        if kind == "we_did":
            found = re.search(r'name="about" value="([^"]+)"', page)
            assert found, "the box asks whether it is really done"
            fields["about"] = found[1]
        SENDS[way](at, path, fields)

    def waiting(self) -> int:
        def look() -> int:
            with self.box.app_context(), db.reading(db.engine()) as session:
                return count_envelopes(session)

        return Context().run(look)

    def counted(self) -> dict[str, int]:
        with db.reading(db.engine()) as session:
            rows: dict[str, Any] = {"vote": BallotRow, "tell": ThreadRow, "letter": LetterRow, "tap": TapRow}
            found = {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in rows.items()}
            for name, asked in (("survey", self.day.round), ("choice", self.choice)):
                sheets = select(func.count()).select_from(ResponseRow).where(ResponseRow.round_id == asked.id)
                found[name] = session.scalar(sheets) or 0
            return found


@pytest.fixture
def every(
    app: Flask, box: Flask, visitor: Callable[[], Visitor], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> EveryForm:
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"boss:{PASSWORD}")
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"asha:{PASSWORD}")
    return EveryForm(app, box, visitor, str(tmp_path))


@long_test("RUN")
def test_each_form_comes_home_once_by_every_way(every: EveryForm) -> None:
    for kind in (*KINDS, "choice"):
        for way in WAYS:
            every.child_sends(kind, way)
    assert every.waiting() == len(WAYS) * (len(KINDS) + 1)
    every.there("out", every.file("out"))
    counted = []
    for nth in ("back", "again"):
        every.house("in", every.file("out"), every.file(nth))
        every.there("in", every.file(nth))
        counted.append(every.counted())
    once = len(WAYS)
    assert counted[0] == {
        "survey": once, "choice": once, "vote": once, "tell": once, "letter": 3 * once, "tap": 2 * once,
    }  # fmt: skip
    assert counted[1] == counted[0], "a stick that comes again counts nothing"
    assert every.waiting() == 0


@long_test("RUN")
def test_a_vote_that_comes_after_the_hour_counts_nowhere_and_stays_nowhere(every: EveryForm, clock: Any) -> None:
    every.child_sends("vote", "page")
    every.there("out", every.file("out"))
    clock.move(hours=9)
    every.house("in", every.file("out"), every.file("back"))
    every.there("in", every.file("back"))
    assert (every.counted()["vote"], every.waiting()) == (0, 0)
