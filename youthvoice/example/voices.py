"""The placeholder voice of the example: a machine's, and the list of recordings says so.

A real site records people whom its children know. Texts and files in `placeholder_voice/` are written by `make voices`;
they never reach an installation without example.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.clips.store import keep_new_clips
from youthvoice.clips.text_collector import SpokenText, TextPlace
from youthvoice.example.rounds import log_of

FOLDER: Final = Path(__file__).parent / "placeholder_voice"

LANGUAGES: Final = ("en", "hi", "ar")

NAME: Final = "placeholder voice"

_LIST: Final = FOLDER / "texts.tsv"


def list_texts() -> Iterator[SpokenText]:
    """The texts that have a recording: everything of a child's pages that holds no day or hour of the example."""
    with _LIST.open(encoding="utf-8", newline="") as file:
        for language, page, screen, item, site, is_shared, words in csv.reader(file, delimiter="\t"):
            yield SpokenText(language, words, TextPlace(page, screen, item, site, bool(is_shared)))


def write_texts(texts: Iterable[SpokenText]) -> None:
    """Replace the list of texts."""
    with _LIST.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        for text in texts:
            place = text.place
            is_shared = "shared" if place.is_shared else ""
            rows.writerow((text.language, place.page, place.screen, place.item, place.site, is_shared, text.words))


def clip_file(spoken_text: SpokenText) -> Path:
    """The recording of a text."""
    return FOLDER / spoken_text.language / f"{spoken_text.name}.webm"


def keep_voices(session: Session) -> None:
    """Store every recording as if it were made here."""
    sounds = ((spoken_text, clip_file(spoken_text).read_bytes()) for spoken_text in list_texts())
    keep_new_clips(session, sounds, NAME, log_of("tomas"))
