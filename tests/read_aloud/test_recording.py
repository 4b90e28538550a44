"""A coordinator or an advocate records text by text; what is no recording is refused kindly."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.audio import OGG, VIDEO, WEBM, record, webm_of
from tests.support.films import FILM, SIGN, mp4_of, offer_signs
from tests.support.open_rounds import LETTERS, House, a_house, kept, log, questions
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.audio_files import MAX_BYTES
from youthvoice.clips.store import list_takes
from youthvoice.clips.text_collector import clip_name, film_voice
from youthvoice.surveys.rounds import opening

FOOD = "How was the food this week?"
NAME = clip_name("en", FOOD)
NewVisitor = Callable[[], Visitor]


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


@pytest.fixture
def asked(house: House) -> int:
    return kept(questions(LETTERS), house.advocate)


def _keep(browser: Visitor, path: str, sound: bytes, name: str = "voice.webm", status: int = 200) -> TestResponse:
    browser.open(path)
    upload: dict[str, object] = {"sound": (BytesIO(sound), name)}
    return browser.send(path, upload, status, content_type="multipart/form-data")


@pytest.mark.parametrize("role", ["coordinator", "advocate"])
def test_a_recording_is_kept_and_the_next_text_is_shown(
    house: House, asked: int, visitor: NewVisitor, role: str
) -> None:
    browser = signed_in(visitor(), house.people[role])
    page = _keep(browser, f"/staff/aloud/{asked}/en/{NAME}", WEBM).text
    assert "Kept. Children can hear it now." in page
    assert "Very bad" in page  # the first answer comes after its question
    listed = browser.open(f"/staff/aloud/{asked}/en").text
    assert "1 of " in listed
    assert f"<bdi>{house.people[role].handle}</bdi>" in listed


def test_the_questionnaire_leads_to_its_languages_and_says_how_far_each_is(
    house: House, asked: int, visitor: NewVisitor
) -> None:
    browser = signed_in(visitor(), house.coordinator)
    assert f'href="/staff/aloud/{asked}"' in browser.open(f"/staff/questionnaires/{asked}").text
    page = browser.open(f"/staff/aloud/{asked}").text
    assert "0 of " in page
    assert "Begin recording" in page
    assert 'href="/staff/questionnaires/" aria-current="page"' in page
    record("en", FOOD)
    assert "Go on recording" in browser.open(f"/staff/aloud/{asked}").text
    facilitator = signed_in(visitor(), house.facilitator)
    assert "/staff/aloud/" not in facilitator.open(f"/staff/questionnaires/{asked}").text


def test_a_changed_text_is_stale_and_its_old_recording_can_still_be_listened_to(
    house: House, asked: int, visitor: NewVisitor
) -> None:
    browser = signed_in(visitor(), house.coordinator)
    _keep(browser, f"/staff/aloud/{asked}/en/{NAME}", OGG)
    changed = kept(questions(LETTERS, meal="rice"), house.advocate)
    page = browser.open(f"/staff/aloud/{changed}/en").text
    assert page.count("The text has changed") == 1
    name = clip_name("en", "How was the rice this week?")
    page = browser.open(f"/staff/aloud/{changed}/en/{name}").text
    assert "Recorded for an earlier text" in page
    assert FOOD in page
    with db.reading(db.engine()) as session:
        take = list_takes(session)[NAME]
    answer = browser.ask("GET", f"/staff/aloud/clips/{NAME}/{take}")
    assert (answer.data, answer.mimetype) == (OGG, "audio/ogg")


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (b"", "The recording is empty"),
        (b"ID3" + bytes(500), "This is not a sound recording"),
        (VIDEO, "written in another way"),
        (None, "Record it first, or choose a file."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    house: House, asked: int, visitor: NewVisitor, sound: bytes | None, words: str
) -> None:
    browser, path = signed_in(visitor(), house.coordinator), f"/staff/aloud/{asked}/en/{NAME}"
    if sound is None:
        browser.open(path)
        page = browser.send(path, {}, 422).text
    else:
        page = _keep(browser, path, sound, status=422).text
    assert words in page
    assert "<title>Error:" in page
    with db.reading(db.engine()) as session:
        assert list_takes(session) == {}


@pytest.mark.parametrize("more", [MAX_BYTES, 200_000])
def test_too_much_sound_is_refused_with_413(house: House, asked: int, visitor: NewVisitor, more: int) -> None:
    browser = signed_in(visitor(), house.coordinator)
    _keep(browser, f"/staff/aloud/{asked}/en/{NAME}", WEBM + bytes(more), status=413)


def test_thirty_seconds_of_sound_are_taken(house: House, asked: int, visitor: NewVisitor) -> None:
    browser = signed_in(visitor(), house.coordinator)
    page = _keep(browser, f"/staff/aloud/{asked}/en/{NAME}", webm_of(30, 3_300)).text
    assert "Kept." in page


def test_only_the_page_that_records_may_use_the_microphone(house: House, asked: int, visitor: NewVisitor) -> None:
    browser = signed_in(visitor(), house.coordinator)
    recorder = browser.open(f"/staff/aloud/{asked}/en/{NAME}")
    assert "microphone=(self)" in recorder.headers["Permissions-Policy"]
    for path in (f"/staff/aloud/{asked}/en", "/staff/", "/help", "/language", "/exit"):
        assert "microphone=()" in browser.open(path).headers["Permissions-Policy"]


def test_without_a_script_there_is_a_box_for_a_file(house: House, asked: int, visitor: NewVisitor) -> None:
    page = signed_in(visitor(), house.coordinator).open(f"/staff/aloud/{asked}/en/{NAME}").text
    assert "data-recorder hidden" in page
    assert "<details" in page
    assert 'type="file"' in page
    box = page[page.index('<details class="after"') :]
    assert box.index('type="file"') < box.index("</details>")


def test_a_recording_can_be_taken_away(house: House, asked: int, visitor: NewVisitor) -> None:
    browser = signed_in(visitor(), house.coordinator)
    path = f"/staff/aloud/{asked}/en/{NAME}"
    assert "Remove this recording" not in browser.open(path).text
    _keep(browser, path, WEBM)
    assert "Remove this recording" in browser.open(path).text
    assert "The recording is gone" in browser.send(f"{path}/remove").text
    with db.reading(db.engine()) as session:
        assert list_takes(session) == {}


def test_a_page_that_is_asked_for_at_the_same_moment_knows_what_was_recorded(
    house: House, asked: int, visitor: NewVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What such a page looks up is remembered for all, and must not be what there was before."""
    forget = availability.forget_index

    def forget_and_look_at_once() -> None:
        forget()
        availability.clip_index()

    monkeypatch.setattr(availability, "forget_index", forget_and_look_at_once)
    browser, path = signed_in(visitor(), house.coordinator), f"/staff/aloud/{asked}/en/{NAME}"
    _keep(browser, path, WEBM)
    assert NAME in availability.clip_index().takes
    browser.open(path)
    browser.send(f"{path}/remove")
    assert NAME not in availability.clip_index().takes


@pytest.mark.parametrize("path", ["999", "{asked}/xx", "{asked}/en/000000000000000000000000", "{asked}?round=none-1"])
def test_what_does_not_exist_is_not_there(house: House, asked: int, visitor: NewVisitor, path: str) -> None:
    signed_in(visitor(), house.coordinator).open(f"/staff/aloud/{path.format(asked=asked)}", 404)


def test_nobody_can_keep_words_that_no_child_hears(house: House, asked: int, visitor: NewVisitor) -> None:
    browser = signed_in(visitor(), house.coordinator)
    other = f"/staff/aloud/{asked}/en/{clip_name('en', 'Come to my room')}"
    browser.open(f"/staff/aloud/{asked}/en/{NAME}")
    upload: dict[str, object] = {"sound": (BytesIO(WEBM), "voice.webm")}
    browser.send(other, upload, 404, content_type="multipart/form-data")


def test_an_open_round_brings_its_name_and_its_days(house: House, asked: int, visitor: NewVisitor) -> None:
    browser = signed_in(visitor(), house.coordinator)
    page = browser.open(f"/staff/aloud/{asked}/en").text
    assert "hold a name or a date" in page
    assert "this round only" not in page
    with db.writing(db.engine()) as session:
        (opened,) = opening.open_rounds(session, house.opening(asked), log())
    page = browser.open(f"/staff/aloud/{asked}/en").text
    assert "hold a name or a date" not in page
    assert "Coordinator Example" in page
    assert page.count("this round only") >= 2
    assert f"?round={opened.slug}" in page


def test_a_look_at_the_screens_lets_adults_hear_them_too(house: House, asked: int, visitor: NewVisitor) -> None:
    address = record("en", FOOD)
    for person in (house.advocate, house.facilitator):
        browser = signed_in(visitor(), person)
        page = browser.open(f"/staff/questionnaires/{asked}/preview/en").text
        assert f'data-clip="/staff/aloud{address}"' in page
        assert browser.ask("GET", f"/staff/aloud{address}").data == WEBM


SIGNED = film_voice("en", SIGN)
FILM_NAME = clip_name(SIGNED, FOOD)


def test_films_are_one_more_voice_of_each_language_at_a_site_with_a_sign_language(
    house: House, asked: int, visitor: NewVisitor
) -> None:
    browser = signed_in(visitor(), house.advocate)
    browser.open(f"/staff/aloud/{asked}/{SIGNED}", 404)
    offer_signs(house.site_id)
    page = browser.open(f"/staff/aloud/{asked}").text
    assert "Example Sign Language · English" in page
    assert "Bring the first film" in page
    page = browser.open(f"/staff/aloud/{asked}/{SIGNED}").text
    assert FOOD in page
    assert 'lang="en" dir="ltr">Skip</span>' not in page  # hands stand beside no button
    assert 'lang="en" dir="ltr">Help</span>' in page  # a tile says it, too: beside tiles all hands stand, or none
    page = _keep(browser, f"/staff/aloud/{asked}/{SIGNED}/{FILM_NAME}", FILM, "film.webm").text
    assert "Kept. Children can see it now." in page
    assert "Very bad" in page
    page = browser.open(f"/staff/aloud/{asked}/{SIGNED}/{FILM_NAME}").text
    assert "<video controls muted" in page
    assert "<audio" not in page
    assert "Go on with films" in browser.open(f"/staff/aloud/{asked}").text
    assert "0 of" in browser.open(f"/staff/aloud/{asked}/en").text  # a film says nothing aloud
    removed = browser.send(f"/staff/aloud/{asked}/{SIGNED}/{FILM_NAME}/remove", {}, 200).text
    assert "The film is gone. Children no longer see it." in removed


@pytest.mark.parametrize(
    ("film", "words"),
    [
        (b"", "The file is empty"),
        (WEBM, "This is not a whole film."),
        (mp4_of(tracks=2), "The film has sound"),
        (mp4_of(codec=b"hvc1"), "written in another way"),
        (mp4_of(sides=(4000, 3000)), "too wide or too high: 720 pixels"),
        (FILM + bytes(310_000), "larger than 300 KiB. Each tablet keeps every film"),
        (None, "Choose a film."),
    ],
)
def test_what_is_no_small_silent_film_is_refused_in_words(
    house: House, asked: int, visitor: NewVisitor, film: bytes | None, words: str
) -> None:
    offer_signs(house.site_id)
    browser, path = signed_in(visitor(), house.coordinator), f"/staff/aloud/{asked}/{SIGNED}/{FILM_NAME}"
    if film is None:
        browser.open(path)
        page = browser.send(path, {}, 422).text
    else:
        page = _keep(browser, path, film, "film.mp4", status=422).text
    assert words in page
    with db.reading(db.engine()) as session:
        assert list_takes(session) == {}


@pytest.mark.parametrize(("more", "status"), [(4_000_000, 422), (6_000_000, 413)])
def test_who_brings_a_film_of_a_telephone_reads_how_large_it_may_be(
    house: House, asked: int, visitor: NewVisitor, more: int, status: int
) -> None:
    offer_signs(house.site_id)
    browser, path = signed_in(visitor(), house.coordinator), f"/staff/aloud/{asked}/{SIGNED}/{FILM_NAME}"
    browser.open(path)
    token = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + browser.hidden["csrf_token"].encode()
    film = b'\r\n--x\r\nContent-Disposition: form-data; name="sound"; filename="a.mp4"\r\n\r\n' + FILM + bytes(more)
    sent = browser.ask(
        "POST", path, data=token + film + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    assert sent.status_code == status
    assert ("larger than 300 KiB" in sent.text) is (status == 422)
    not_a_film = f"/staff/aloud/{asked}/en/{NAME}"
    assert (
        browser.ask("POST", not_a_film, data=token + film, content_type="multipart/form-data; boundary=x").status_code
        == 413
    )
