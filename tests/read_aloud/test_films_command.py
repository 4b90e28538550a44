"""Whoever runs the server lists what has to be signed, and brings a folder of films."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.support.films import FILM, SIGN, mp4_of, offer_signs
from tests.support.open_rounds import LETTERS, House, a_house, kept, questions
from youthvoice import db
from youthvoice.clips.store import list_takes
from youthvoice.clips.text_collector import clip_name, film_voice
from youthvoice.read_aloud.commands import films

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
        return app.test_cli_runner().invoke(films, [str(questionnaire), voice, *more])

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


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"voice": "en"}, f"No films are made for en. There are: {VOICE}"),
        ({"voice": "hi.qxx"}, "No films are made for hi.qxx."),
        ({"questionnaire": 999}, "There is no questionnaire 999 for your sites."),
        ({"role": "facilitator"}, "it needs the sign-in of: coordinator or advocate."),
    ],
)
def test_what_there_is_not_is_refused_in_words(runs: Runs, given: dict[str, str], words: str) -> None:
    ran = runs(**given)
    assert ran.exit_code == 1
    assert words in ran.stderr
