"""A house that an earlier version made opens with everything in it, and so does its backup (S8, S13).

`data/house-0010.tar.xz` was made by `older_house.py` with the code before modules, classes and functions moved, at the
migration that it is named after. It is never made anew to please a test.
"""

import html
import json
import re
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.visitor import Visitor
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app

pytestmark = pytest.mark.usefixtures("true_costs")

MADE_AT = "0010"
PACKED = Path(__file__).with_name("data") / f"house-{MADE_AT}.tar.xz"
OPUS = b"\x1a\x45\xdf\xa3"


@dataclass
class Older:
    """The older house, opened by the code of today.

    Attributes:
        app: of today.
        clock: it stands still where the house was left.
        facts: passwords, pictures and addresses, as `older_house` wrote them down.
        folder: where it was unpacked.
    """

    app: Flask
    clock: StillClock
    facts: dict[str, Any]
    folder: Path

    @property
    def said(self) -> dict[str, str]:
        """Words that were said in it."""
        return dict(self.facts["said"])

    def runs(self, *command: str) -> str:
        """What a command says that ends well."""
        answer = self.app.test_cli_runner().invoke(args=command)
        assert answer.exit_code == 0, answer.output
        return answer.output

    def desk(self, handle: str) -> Visitor:
        """Somebody who signs in with the password that she had."""
        desk = Visitor(self.app)
        desk.open("/staff/sign-in")
        desk.send("/staff/sign-in", {"handle": handle, "password": self.facts["passwords"][handle]})
        return desk

    def tablet(self) -> Visitor:
        """The tablet that was connected."""
        browser = Visitor(self.app)
        browser.client.set_cookie("tablet", self.facts["tablet"])
        return browser


def unpacked(folder: Path) -> dict[str, Any]:
    """Lay everything where a house has it; gives its facts."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="data")
    (folder / "keys").chmod(0o700)
    return dict(json.loads((folder / "facts.json").read_text("utf-8")))


def settings_of(folder: Path, data: str = "var") -> Settings:
    where = {"YOUTHVOICE_DATA": str(folder / data), "YOUTHVOICE_KEYS": str(folder / "keys")}
    return Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **where})


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Callable[..., Older]]:
    """Opens it; with another data folder, what is in that one."""
    facts, clock, apps = unpacked(tmp_path), StillClock(), list[Flask]()
    clock.moment = datetime.fromisoformat(facts["now"])

    def opened(data: str = "var") -> Older:
        app = create_app(settings_of(tmp_path, data), clock)
        app.config["TESTING"] = True
        apps.append(app)
        return Older(app, clock, facts, tmp_path)

    yield opened
    for app in apps:
        runtime_of(app).engine.dispose()


@pytest.fixture
def older(opens: Callable[..., Older]) -> Older:
    return opens()


def plain(page: str) -> str:
    """The words of a page."""
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", page).split()))


def test_it_starts_works_and_is_well(older: Older) -> None:
    before = {file.name for file in (older.folder / "keys").iterdir()}
    assert "failed" not in older.runs("work", "--once")
    assert older.runs("doctor") == "All is well.\n"
    older.runs("audit", "verify")
    older.runs("surveys", "close-due")
    assert before - {file.name for file in (older.folder / "keys").iterdir()} == set(), "no key is gone"


@pytest.mark.parametrize("handle", ["tomas", "asha", "ravi", "meera", "olga", "fatima", "lata"])
def test_everybody_signs_in_with_her_password(older: Older, handle: str) -> None:
    assert "To do" in plain(older.desk(handle).open("/staff/").text)


def test_a_report_is_read_and_answered_and_its_child_reads_it(older: Older) -> None:
    desk, report = older.desk("asha"), older.facts["report"]
    desk.open(report)
    page = plain(desk.send(report).text)
    for words in ("the lamp on the stairs is brokn", older.said["answer"], older.said["again"]):
        assert words in page
    desk.send(f"{report}/answer", {"words": "It comes on Monday."})
    tablet = older.tablet()
    tablet.open("/reply")
    picks = {f"p{nth}": str(pick) for nth, pick in enumerate(older.facts["pictures"], 1)}
    tablet.send("/reply", dict(picks), 303, follow=False)
    page = plain(tablet.open("/reply/open").text)
    assert older.said["answer"] in page
    assert "It comes on Monday." in page


def test_a_voice_is_heard(older: Older) -> None:
    desk, report = older.desk("ravi"), older.facts["spoken"]
    desk.open(report)
    page = desk.send(report).text
    assert older.said["report"] in plain(page)
    (sound,) = set(re.findall(rf"{report}/voice/[0-9a-f]{{32}}", page))
    assert desk.ask("POST", sound, data=desk.hidden).data.startswith(OPUS)


def test_letters_and_suggestions_open(older: Older) -> None:
    desk, letter = older.desk("asha"), older.facts["letter"]
    desk.open(letter)
    page = plain(desk.send(letter).text)
    assert "The lamp on the stairs is broken." in page or "We would like more fruit." in page
    older.clock.move(hours=3)
    desk = older.desk("ravi")
    (path,) = set(re.findall(r'action="(/staff/suggestions/[0-9a-f]{32})"', desk.open("/staff/suggestions/").text))
    assert older.said["suggestion"] in plain(desk.send(path).text)


def test_what_waits_for_a_second_adult_is_agreed_to(older: Older) -> None:
    desk, asked = older.desk("ravi"), older.facts["asked"]
    assert "Keep this letter past its end" in plain(desk.open(asked).text)
    desk.send(f"{asked}/agree")
    assert "Let this letter end in time" in plain(older.desk("asha").open(f"{older.facts['letter']}/hold").text)


def test_agendas_minutes_and_representatives_are_there(older: Older) -> None:
    tablet = older.tablet()
    page = plain(tablet.open("/agenda").text)
    for words in ("The stairs are dark", "Fruit every day", "A quiet place to read"):
        assert words in page
    meeting = re.findall(r'href="(/agenda/meeting/\d+)"', tablet.open("/agenda/meetings").text)[0]
    assert "Another one of us keeps the ball each week." in plain(tablet.open(meeting).text)
    tablet.open("/agenda/mine")
    picks: dict[str, object] = {f"p{nth}": str(pick) for nth, pick in enumerate(older.facts["hers"], 1)}
    tablet.send("/agenda/mine", {"who": older.facts["representative"], **picks}, 303, follow=False)
    assert "Turtle" in plain(tablet.open("/agenda/mine").text)


def test_the_last_vote_joins_those_in_the_box_and_all_are_counted(older: Older) -> None:
    tablet, vote = older.tablet(), f"/vote/{older.facts['election']}"
    tablet.open(vote)
    slip = {f"slip/{nth}": str(pick) for nth, pick in enumerate(older.facts["slip"], 1)}
    tablet.send(vote, {**slip, "choice": "0"}, 303, follow=False)
    older.runs("work", "--once")
    older.clock.move(hours=9)
    older.runs("work", "--once")
    page = plain(older.desk("lata").open(f"/staff/elections/{older.facts['election']}").text)
    assert "Tara" in page
    assert "Mina" not in page
    assert not list((older.folder / "keys").glob("ballots-*")), "the key of a vote that is over is gone"


def test_publications_are_shown_and_what_was_counted_is_frozen_now(older: Older) -> None:
    older.runs("work", "--once")
    desk = older.desk("asha")
    pages = set(re.findall(r'href="(/staff/publications/[0-9a-f]{16})"', desk.open("/staff/publications/").text))
    views = sorted(plain(desk.open(page).text) for page in pages)
    assert ["My days here" in view for view in views].count(True) == 1
    assert ["What I need" in view for view in views].count(True) == 1
    assert "There is fruit on four days now." in plain(older.tablet().open("/we-did").text)


def test_a_round_goes_on_and_clips_are_heard(older: Older) -> None:
    tablet = older.tablet()
    assert "We want to know what is good and bad here." in plain(tablet.open(f"/survey/{older.facts['round']}").text)
    with sqlite3.connect(older.folder / "var/youthvoice.sqlite3") as connection:
        (name,) = connection.execute("SELECT name || '/' || take FROM clips").fetchone()
    assert tablet.ask("GET", f"/clips/{name}").data.startswith(OPUS)


def test_answers_that_were_given_before_are_counted_when_their_round_ends(older: Older) -> None:
    older.clock.move(days=14)
    lines = [line for line in older.runs("surveys", "close-due").splitlines() if older.facts["round"] in line]
    assert len(lines) == 1
    assert "closed and counted" in lines[0]


def test_its_backup_comes_back_into_an_empty_house(opens: Callable[..., Older], tmp_path: Path) -> None:
    """It names no column and no migration; its tables are laid as they were, and brought up to date with its rows."""
    older = opens("empty")
    assert "rows are back" in older.runs("restore", str(tmp_path / "copy.backup"))
    desk, report = older.desk("asha"), older.facts["report"]
    desk.open(report)
    assert older.said["again"] in plain(desk.send(report).text)
    older.runs("audit", "verify")
    with sqlite3.connect(tmp_path / "empty/youthvoice.sqlite3") as connection:
        written = connection.execute("SELECT count(*) FROM guardian_letters").fetchone()
    assert written > (0,), "0013 made rows out of rows"
