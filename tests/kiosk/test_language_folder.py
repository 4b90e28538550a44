"""A language is a folder: whoever adds one touches no code (`translations/child.toml`)."""

import os
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from scripts import update_catalogues
from tests.support import made_up_language
from youthvoice.web.i18n import languages

TOP = Path(__file__).parents[2]


def test_a_made_up_language_that_is_dropped_in_says_every_text_of_children(tmp_path: Path) -> None:
    made_up_language.drop_in(tmp_path / "translations")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.made_up_language", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "tests/kiosk/made_up_language.py"],
        cwd=TOP,
        env={**os.environ, made_up_language.FOLDER: str(tmp_path / "translations")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]


def test_the_templates_of_both_catalogues_are_what_the_code_says() -> None:
    """`make words`."""
    wanted = update_catalogues.templates()
    for name, template in wanted.items():
        with (TOP / "translations" / f"{name}.pot").open("rb") as file:
            written = {message.id for message in read_po(file) if message.id}
        assert written == {message.id for message in template if message.id}


def test_a_language_without_a_catalogue_is_one_in_which_questions_may_be_asked(tmp_path: Path) -> None:
    for code, files in {"en": [], "aa": ["child.po"], "bb": [], "cc": ["child.mo", "messages.mo"]}.items():
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (tmp_path / code / "language.toml").write_text(f'name = "{code}"\ngreeting = "Hello"\ndirection = "rtl"\n')
        for name in files:
            (folder / name).touch()
    found = languages.read_languages(tmp_path)
    assert list(found) == ["en", "aa", "bb", "cc"]
    assert found["bb"].direction == "rtl"
    assert languages.list_translated(tmp_path, languages.CHILD_CATALOGUE, found) == ("en", "aa", "cc")
    assert languages.list_translated(tmp_path, languages.STAFF_CATALOGUE, found) == ("en", "cc")
