"""Say all texts of the example's children and its greetings, in the words that they have now: `make voices`.

Needs espeak-ng and ffmpeg (both in Debian) on the developer's machine; the house needs neither. What was said before in
the same words stays as it is.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.clips.text_collector import SpokenText
from youthvoice.config import Settings
from youthvoice.example import loader, people, voices
from youthvoice.example.introductions import greeting_texts
from youthvoice.factory import create_app
from youthvoice.read_aloud.status import find_scope, list_texts
from youthvoice.sites.store import find_site_by_slug
from youthvoice.surveys.questionnaires.store import list_newest_versions

_ANOTHER_DAY: Final = timedelta(days=101)
"""What is not said the same then holds a day of the example, and is another text tomorrow."""


def texts_on(now: datetime) -> dict[str, SpokenText]:
    """Every text of a child of the example, by the name of its clip, in a house that is made for this.

    Args:
        now: when the example is loaded.
    """
    with tempfile.TemporaryDirectory() as folder:
        places = {"YOUTHVOICE_DATA": f"{folder}/var", "YOUTHVOICE_KEYS": f"{folder}/keys"}
        app = create_app(Settings.read({"YOUTHVOICE_MODE": "development"} | places), lambda: now)
        with app.app_context(), app.test_request_context("/staff/"):
            context.open_installation(app, lambda _settings: True)
            loader.load()
            with db.reading(db.engine()) as session:
                return {text.name: text for text in _texts_of_site(session, now)}


def _texts_of_site(session: Session, now: datetime) -> Iterator[SpokenText]:
    site = find_site_by_slug(session, people.SLUG)
    assert site
    for questionnaire_row in list_newest_versions(session):
        scope = find_scope(session, questionnaire_row.id, [site.id], now, "")
        for language in scope.questionnaire.languages if scope else ():
            if scope and language in voices.LANGUAGES:
                yield from (line.spoken_text for line in list_texts(session, scope, language)[0])


def main() -> None:
    """Say what is not said yet, and delete what nobody says any more."""
    now = context.wall_clock()
    one, other = texts_on(now), texts_on(now + _ANOTHER_DAY)
    texts = sorted((text for name, text in one.items() if name in other), key=lambda text: (text.language, text.name))
    wanted = {voices.clip_file(text): (text.language, text.words) for text in texts}
    wanted |= {file: (language, words) for file, language, words in greeting_texts()}
    for file in voices.FOLDER.rglob("*.webm"):
        if file not in wanted:
            file.unlink()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda file: say(*wanted[file], file), [file for file in wanted if not file.exists()]))
    voices.write_texts(texts)


def say(language: str, words: str, file: Path) -> None:
    """One text as Opus in WebM."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=".wav") as wave:
        subprocess.run(["espeak-ng", "-v", language, "-s", "130", "-w", wave.name, words], check=True)
        small = [
            "-ac",
            "1",
            "-ar",
            "16000",
            "-c:a",
            "libopus",
            "-b:a",
            "8k",
            "-application",
            "voip",
            "-frame_duration",
            "60",
        ]
        same = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"]
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-i", wave.name, *small, *same, str(file)], check=True)


if __name__ == "__main__":
    main()
