"""Three texts that most children meet, said aloud in each language, so that a first visitor meets reading aloud.

A machine says them, and the list of what is recorded says so: a house records people whom its children know. The words
and files in `placeholder_voice/` are written by `make voices`; none of it reaches a house that is not the example.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.clips import store
from youthvoice.clips.text_collector import Heard
from youthvoice.example.rounds import log_of

FOLDER: Final = Path(__file__).parent / "placeholder_voice"
PLACES: Final = ("language: top/0", "front: top/0", "daily-life-10-12: why/0")
"""Where these texts stand: the choice of a language, the front page, the first screen before the questions."""
SAID_BY: Final = "placeholder voice"


def texts() -> Iterator[Heard]:
    """The texts that have a file."""
    with (FOLDER / "texts.toml").open("rb") as file:
        for one in tomllib.load(file)["text"]:
            yield Heard(one["language"], one["words"], one["place"])


def file_of(heard: Heard) -> Path:
    """Where a text is said."""
    return FOLDER / f"{heard.name}.webm"


def speak(session: Session) -> None:
    """Keep every one of them as if it were recorded here."""
    for heard in texts():
        store.keep(session, heard, file_of(heard).read_bytes(), SAID_BY, log_of("tomas"))
