"""A house opens in the next version with everything in it, and so does its backup, on both databases (S8, S13).

One is made with the code of today (`older_house.py`), and opened in a version that is to come. So are those that lie in
`data/`, which releases made.
"""

import html
import json
import re
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text

from tests.conftest import StillClock
from tests.structure import older_house
from tests.support import shared_setup
from tests.support.later_version import LaterVersion, make_later_version
from tests.support.long_tests import long_test
from tests.support.visitor import Visitor
from youthvoice import metadata, migrations
from youthvoice.backups.archive import NEVER, CannotRestore, check_copy
from youthvoice.config import Settings, SettingsError, read_version
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.privacy.keys.keyring import Keyring

RELEASED = sorted(Path(__file__).with_name("data").glob("house-*.tar.xz"))
OPUS = b"\x1a\x45\xdf\xa3"


@dataclass
class Older:
    """The older house, opened by a later version.

    Attributes:
        app: of that version.
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

    def runs(self, *command: str, status: int = 0) -> str:
        """What a command says that ends well, or with a status."""
        answer = self.app.test_cli_runner().invoke(args=command)
        assert answer.exit_code == status, answer.output
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

    @property
    def engine(self) -> Engine:
        """Of its database."""
        return runtime_of(self.app).engine

    def rows(self) -> dict[str, list[str]]:
        """Every row of each table that a backup holds, as this version reads it."""
        kept = [table for table in metadata.full_metadata().sorted_tables if table.name not in NEVER]
        with self.engine.connect() as connection:
            return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in kept}

    def column(self, query: str) -> list[Any]:
        """What a query says, in one column."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())


@pytest.fixture(scope="module", params=["today", *RELEASED], ids=lambda which: Path(which).name.partition(".")[0])
def packed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house that was packed."""
    if request.param != "today":
        return Path(request.param)
    older_house.main(file := tmp_path_factory.mktemp("packed") / "house.tar")
    return file


def unpacked(packed: Path, folder: Path) -> dict[str, Any]:
    """Lay everything where a house has it; gives its facts."""
    with tarfile.open(packed) as house:
        house.extractall(folder, filter="data")
    (folder / "keys").chmod(0o700)
    return dict(json.loads((folder / "facts.json").read_text("utf-8")))


def settings_of(folder: Path) -> Settings:
    where = {"YOUTHVOICE_DATA": str(folder / "var"), "YOUTHVOICE_KEYS": str(folder / "keys")}
    return Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **where})


Opens = Callable[[Settings], Older]


@pytest.fixture
def opens(packed: Path, tmp_path: Path) -> Iterator[Opens]:
    """Opens it with the program as it is at that moment, where some settings say; its files were unpacked."""
    facts, clock, apps = unpacked(packed, tmp_path / "house"), StillClock(), list[Flask]()
    clock.moment = datetime.fromisoformat(facts["now"])

    def opened(settings: Settings) -> Older:
        app = create_app(settings, clock)
        app.config["TESTING"] = True
        apps.append(app)
        return Older(app, clock, facts, tmp_path / "house")

    with shared_setup.true_costs() if packed in RELEASED else nullcontext():
        yield opened
    for app in apps:
        runtime_of(app).engine.dispose()


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> LaterVersion:
    return make_later_version(tmp_path_factory.mktemp("later"))


@pytest.fixture
def older(opens: Opens, tmp_path: Path, later: LaterVersion) -> Iterator[Older]:
    with later.is_installed():
        house = opens(settings_of(tmp_path / "house"))
        assert house.column("SELECT version_num FROM alembic_version") == [later.number]
        yield house


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
    assert [words for words in older.facts["letters"] if words in page]
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


@long_test("RUN")
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
    assert ["My days here" in view for view in views].count(True) == 2
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


def restored(opens: Opens, settings: Settings, folder: Path) -> Older:
    """The backup of a house, brought back into an empty database by the program as it is at that moment."""
    shutil.rmtree(settings.keys, ignore_errors=True)
    shutil.copytree(folder / "house" / "keys", settings.keys)
    house = opens(settings)
    assert "rows are back" in house.runs("restore", str(folder / "house" / "copy.backup"))
    return house


def assert_is_brought_up_to_date(house: Older, later: LaterVersion) -> None:
    """Its tables are those of the later version, what that does to rows is done, and everything opens."""
    assert migrations.differences(house.engine, later.tables) == []
    assert house.column("SELECT motto FROM sites ORDER BY id") == [
        name.upper() for name in house.column("SELECT name FROM sites ORDER BY id")
    ]
    desk, report = house.desk("asha"), house.facts["report"]
    desk.open(report)
    assert house.said["again"] in plain(desk.send(report).text)
    house.runs("audit", "verify")


@long_test("RUN")
@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_it_is_brought_up_to_date_where_it_lies_and_the_version_before_then_leaves_it_alone(
    opens: Opens, settings: Settings, tmp_path: Path, later: LaterVersion
) -> None:
    house = restored(opens, settings, tmp_path)
    rows = house.rows()
    assert sum(map(len, rows.values())) > 500
    with later.is_installed():
        house = opens(settings)
        assert house.rows() == rows
        assert_is_brought_up_to_date(house, later)
        rows = house.rows()
    with pytest.raises(SettingsError, match=f"number {later.number}"):
        create_app(settings, house.clock)
    assert house.rows() == rows


@long_test("RUN")
@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_its_backup_comes_back_into_an_empty_house_of_a_later_version(
    opens: Opens, settings: Settings, tmp_path: Path, later: LaterVersion
) -> None:
    """Its tables are laid as they were, and brought up to date with its rows."""
    with later.is_installed():
        assert_is_brought_up_to_date(restored(opens, settings, tmp_path), later)


@long_test("RUN")
@pytest.mark.dialect("migrations")
@pytest.mark.usefixtures("without_tables")
def test_a_backup_of_a_later_version_is_refused_by_the_one_before(
    opens: Opens, settings: Settings, tmp_path: Path, later: LaterVersion
) -> None:
    copy = tmp_path / "later.backup"
    with later.is_installed():
        opens(settings_of(tmp_path / "house")).runs("backup", str(copy))
    shutil.copytree(tmp_path / "house" / "keys", settings.keys)
    key = Keyring.open(settings.keys, create=False).key("backup")
    with pytest.raises(CannotRestore, match="later_version"):  # before anything is made
        check_copy(metadata.full_metadata(), key, copy)
    said = opens(settings).runs("restore", str(copy), status=1)
    assert f"a later version (Youth Voice {read_version()}, tables number {later.number})" in said
