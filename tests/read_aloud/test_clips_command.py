"""Whoever runs the server lists what has to be read aloud or signed, and brings a folder of recordings or films."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.support.audio import WEBM
from tests.support.films import FILM, SIGN, mp4_of, offer_signs
from tests.support.open_rounds import LETTERS, House, a_house, kept, questions
from youthvoice import db
from youthvoice.clips.store import list_takes
from youthvoice.clips.text_collector import clip_name, film_voice
from youthvoice.read_aloud.commands import clips

VOICE = film_voice("en", SIGN)
NAME = clip_name(VOICE, "How was the food this week?")
Runs = Callable[..., Result]


@pytest.fixture
def house(app: Flask) -> House:
    house = a_house()
    offer_signs(house.site_id)
    return house


@pytest.fixture
def runs(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Runs:
    asked = kept(questions(LETTERS), house.advocate)

    def run(*more: str, voice: str = VOICE, questionnaire: int = asked, role: str = "coordinator") -> Result:
        person = house.people[role]
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{person.handle}:{person.password}")
        return app.test_cli_runner().invoke(clips, [str(questionnaire), voice, *more])

    return run


def test_films_of_a_folder_are_kept_by_their_names_and_the_others_are_named_with_the_reason(
    runs: Runs, tmp_path: Path
) -> None:
    assert f"missing\t{NAME}\tHow was the food this week?\n" in runs().stdout
    folder, answer = tmp_path / "films", clip_name(VOICE, "Very bad")
    folder.mkdir()
    (folder / f"{NAME}.webm").write_bytes(FILM)
    (folder / f"{answer}.mp4").write_bytes(mp4_of(tracks=2))
    (folder / "food.webm").write_bytes(FILM)
    (folder / f"{'0' * 24}.webm").mkdir()
    (folder / "red\x1b[31m\nkept.webm").write_bytes(FILM)
    ran = runs(str(folder), role="advocate")
    assert ran.exit_code == 1
    assert f"recorded\t{NAME}\t" in ran.stdout
    assert f"missing\t{answer}\t" in ran.stdout
    assert f"{answer}.mp4: The film has sound" in ran.stderr
    assert ran.stderr.count("no text has this name.") == 3
    assert "red?[31m?kept.webm: no text" in ran.stderr  # no name draws on a terminal, or looks like two
    with db.reading(db.engine()) as session:
        assert list(list_takes(session)) == [NAME]


def test_recordings_of_a_folder_are_kept_and_a_film_is_none(runs: Runs, tmp_path: Path) -> None:
    asked, answer, other = (
        clip_name("en", words) for words in ("How was the food this week?", "Very bad", "Very good")
    )
    assert f"missing\t{asked}\tHow was the food this week?\n" in runs(voice="en").stdout
    (tmp_path / f"{asked}.webm").write_bytes(WEBM)
    (tmp_path / f"{answer}.mp4").write_bytes(mp4_of())
    (tmp_path / f"{other}.ogg").write_bytes(b"")
    (tmp_path / f"{other}.webm").symlink_to("/proc/self/mem")  # a file that is there, and cannot be read
    ran = runs(str(tmp_path), voice="en")
    assert ran.exit_code == 1
    assert f"recorded\t{asked}\t" in ran.stdout
    assert f"{answer}.mp4: This is not a sound recording." in ran.stderr
    assert f"{other}.ogg: The recording is empty. Is the microphone on?" in ran.stderr
    assert f"{other}.webm: Input/output error." in ran.stderr
    with db.reading(db.engine()) as session:
        assert list(list_takes(session)) == [asked]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"voice": "hi.qxx"}, f"Nothing is recorded for hi.qxx. There are: en, {VOICE}."),
        ({"questionnaire": 999}, "There is no questionnaire 999 for your sites."),
        ({"role": "facilitator"}, "it needs the sign-in of: coordinator or advocate."),
    ],
)
def test_what_there_is_not_is_refused_in_words(runs: Runs, given: dict[str, str], words: str) -> None:
    ran = runs(**given)
    assert ran.exit_code == 1
    assert words in ran.stderr
