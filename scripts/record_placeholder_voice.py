"""Say the example's three texts and its greetings anew, in the words that they have now. Run through `make voices`.

Needs espeak-ng and ffmpeg (both in Debian) on the developer's machine; the house needs neither.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.people import bootstrap
from youthvoice.clips.text_collector import SpokenText
from youthvoice.config import Settings
from youthvoice.example import people, rounds
from youthvoice.example.introductions import greeting_texts
from youthvoice.example.loader import VOICE_FOLDER, VOICE_PLACES, voice_file
from youthvoice.factory import create_app
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.read_aloud import page_texts
from youthvoice.read_aloud.status import find_scope
from youthvoice.surveys.questionnaires.store import latest_version

HEAD = "# Words of the placeholder voice, and where they stand; written by: make voices\n"


def said_now() -> Iterator[SpokenText]:
    """The three texts in each language, from the real pages."""
    folder = tempfile.mkdtemp()
    told = {"YOUTHVOICE_MODE": "development", "YOUTHVOICE_DATA": f"{folder}/var", "YOUTHVOICE_KEYS": f"{folder}/keys"}
    app = create_app(Settings.read(told))
    with app.app_context(), app.test_request_context("/staff/"):
        cost = Argon2Cost(time=1, memory_kib=8)
        pepper = context.keyring().key("pepper")
        prepared = bootstrap.prepare_accounts(people.ready(context.today()), pepper, "made for this", cost)
        with db.writing(db.engine()) as session:
            site_id = people.add_site(session, context.today())
            people.add_people(session, prepared, site_id)
            rounds.bring_questionnaires(session)
        with db.reading(db.engine()) as session:
            yield from _of_pages(session, site_id)


def _of_pages(session: Session, site_id: int) -> Iterator[SpokenText]:
    questionnaire_row = latest_version(session, "daily-life-10-12")
    assert questionnaire_row
    scope = find_scope(session, questionnaire_row.id, [site_id], context.now(), "")
    assert scope
    for language in scope.questionnaire.languages:
        texts = page_texts.find_texts(scope.round, scope.questionnaire, scope.sites, language, has_round=False)
        yield from (spoken_text for spoken_text in texts.all if spoken_text.place.text in VOICE_PLACES)


def main() -> None:
    """Replace every file."""
    shutil.rmtree(VOICE_FOLDER, ignore_errors=True)
    VOICE_FOLDER.mkdir()
    lines = [HEAD]
    for spoken_text in said_now():
        say(spoken_text.language, spoken_text.words, voice_file(spoken_text))
        place = spoken_text.place
        lines.append(
            f'\n[[text]]\nlanguage = "{spoken_text.language}"\n'
            f'place = {{ page = "{place.page}", screen = "{place.screen}", item = "{place.item}" }}\n'
            f'words = "{spoken_text.words}"\n'
        )
    for file, language, words in greeting_texts():
        say(language, words, file)
    (VOICE_FOLDER / "texts.toml").write_text("".join(lines), "utf-8")


def say(language: str, words: str, file: Path) -> None:
    """One text as Opus in WebM."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as wave:
        subprocess.run(["espeak-ng", "-v", language, "-s", "130", "-w", wave.name, words], check=True)
        opus = ["-ac", "1", "-c:a", "libopus", "-b:a", "16k", "-map_metadata", "-1", "-fflags", "+bitexact"]
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-i", wave.name, *opus, str(file)], check=True)


if __name__ == "__main__":
    main()
