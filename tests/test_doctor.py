"""What `flask doctor` and a start say when key files are not the right ones, or not all there."""

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.publications.scene import House, make_house
from youthvoice import running
from youthvoice.config import Settings, SettingsError
from youthvoice.factory import create_app
from youthvoice.privacy.key_files import write_if_first


@pytest.fixture
def home(app: Flask) -> House:
    made = make_house()
    made.counted()
    made.edition()
    return made


def doctor(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["doctor"]).output


def lose(name: str) -> Path:
    """Another key lies where the right one was."""
    folder = running.settings().keys
    (folder / f"{name}.v1.key").unlink()
    write_if_first(folder / f"{name}.v1.key", name, 1, "development", bytes(32))
    return folder


def test_with_the_right_keys_it_says_nothing_about_them(app: Flask, home: House) -> None:
    assert "do not open" not in doctor(app)


def test_it_says_which_key_file_is_not_the_right_one(app: Flask, home: House) -> None:
    lose("kept-words")
    assert "3 views do not open. Put the right key file kept-words back" in doctor(app)
    assert "1 answers and tasks do not open" in doctor(app)
    assert "kept-counts" not in doctor(app)
    lose("kept-counts")
    assert "1 counts of rounds do not open. Put the right key file kept-counts back" in doctor(app)


def test_a_house_does_not_start_with_a_key_file_missing_and_makes_none_in_its_place(
    app: Flask, home: House, settings: Settings, clock: StillClock
) -> None:
    (settings.keys / "kept-words.v1.key").unlink()
    with pytest.raises(SettingsError, match=r"missing .*kept-words\. Put them back"):
        create_app(settings, clock)
    assert not (settings.keys / "kept-words.v1.key").exists()
