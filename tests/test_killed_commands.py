"""Each command that changes something, killed at its commits: given again, it ends as if nothing had happened.

The mechanism is that of `tests/jobs/test_killed.py`, on both databases. A new installation may also die at whatever
gives a file or folder its name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support import command_line
from tests.support.audio import WEBM
from tests.support.full_site import FullSite, Picture, survives_kills
from tests.support.long_tests import breadth, long_test
from tests.support.open_rounds import LETTERS, a_house, kept, questions
from tests.support.people import FIRST_NAMES
from youthvoice.clips.text_collector import clip_name
from youthvoice.config import INSTALLATION, Settings, unfinished_file
from youthvoice.installation import commands

SURVEY = Path(__file__).parents[1] / "surveys/daily-life-10-12.toml"


def some(number: int) -> Sequence[int]:
    """The point in the middle that comes after a commit; each in the long run."""
    middle = number // 2 + number // 2 % 2
    return breadth([middle], sorted({*range(1, number + 1)} - {middle}))


@pytest.fixture
def site(app: Flask, clock: StillClock, settings: Settings) -> FullSite:
    """An installation with a site and its people."""
    return FullSite(app, clock, {}, settings.data.parent)


def command(site: FullSite, *given: str) -> Callable[[], object]:
    """What a process does that runs a command of the installation."""

    def act() -> None:
        ran = site.app.test_cli_runner().invoke(args=list(given))
        assert ran.exit_code == 0, ran.output

    return act


@long_test("WALKED")
@pytest.mark.dialect("commits")
def test_a_questionnaire_whose_import_was_killed_is_there_once(site: FullSite, monkeypatch: pytest.MonkeyPatch) -> None:
    person = a_house().people["coordinator"]
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{person.handle}:{person.password}")
    survives_kills(site, command(site, "surveys", "import", str(SURVEY)), some)


@long_test("WALKED")
@pytest.mark.dialect("commits")
def test_clips_whose_keeping_was_killed_are_kept_once(site: FullSite, monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_house()
    questionnaire, person = kept(questions(LETTERS), house.advocate), house.people["coordinator"]
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{person.handle}:{person.password}")
    folder = site.folder / "clips"
    folder.mkdir()
    for words in ("How was the food this week?", "Very bad", "Very good"):
        (folder / f"{clip_name('en', words)}.webm").write_bytes(WEBM)
    survives_kills(site, command(site, "clips", str(questionnaire), "en", str(folder)), some)


@dataclass
class NewPlace(FullSite):
    """Where nothing is yet.

    Attributes:
        place: settings of what will be there.
    """

    place: Settings | None = None

    @property
    def settings(self) -> Settings:
        """Of what will be there."""
        assert self.place
        return self.place

    def disconnect(self) -> None:
        """Nothing is open."""

    def put_back(self, kept: Mapping[Path, bytes] | None = None) -> None:
        """Take away folders, too."""
        super().put_back(kept)
        for folder in sorted((path for path in self.folder.rglob("*") if path.is_dir()), reverse=True):
            folder.rmdir()

    def picture(self) -> Picture:
        """What lies there, but the log: who founds again gets other passwords, which it tells."""
        picture = super().picture()
        names = [str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if file.name != "points"]
        files = [name for name in names if "/.making-" not in name]  # which the next key that ends takes along
        for table in ("audit_entries", "audit_heads"):
            del picture.columns[table], picture.rows[table]
        return Picture(picture.columns, picture.rows, sorted(files), [])


@long_test("WALKED")
@pytest.mark.dialect("tables that are made, and commits")
@pytest.mark.usefixtures("without_tables")
def test_an_installation_whose_making_was_killed_is_made_by_doing_it_again(
    settings: Settings, clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    file, is_file = folder / "voice.conf", settings.database_url.startswith("sqlite")
    where = {"YOUTHVOICE_DATA": str(folder / "var"), "YOUTHVOICE_KEYS": str(folder / "var-keys")}
    url = {} if is_file else {"YOUTHVOICE_DATABASE_URL": settings.database_url}
    place = Settings.read({"YOUTHVOICE_MODE": "development", **where, **url})
    site = NewPlace(Flask("nothing"), clock, {}, folder, place=place)
    options = [
        *("--site", "Our house", "--time-zone", "Asia/Kolkata", "--url", "https://voice.example.org"),
        *("--languages", "en,hi", "--backups", "-", "--yes", *FIRST_NAMES),
        *([] if is_file else ["--database-url", settings.database_url]),
    ]

    def run(*given: str) -> str:
        ran = command_line.run(*given, settings={INSTALLATION: str(file)})
        assert ran.exit_code == 0, ran.output
        return ran.output

    printed: list[str] = []
    monkeypatch.setattr(
        commands, "_found", lambda _layout, given: printed.append(run("staff", "found", "--again", *given))
    )

    def act() -> None:
        if file.exists() and not unfinished_file(file).exists():
            return  # it was made, to the last step
        run("init", *options)
        (people,) = printed
        assert re.findall(r"\t([a-z0-9-]+):\S+$", people, re.MULTILINE)[-1] == "outside"

    survives_kills(site, act, some, names=True)
