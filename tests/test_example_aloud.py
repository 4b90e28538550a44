"""What a first visitor finds beside that: services to refer to, and three texts that a placeholder voice says aloud."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.people import CHEAP, PASSWORD, on_tablet
from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import cookie_name
from youthvoice.accounts.people import bootstrap as founding
from youthvoice.accounts.sign_in import session as signing_in
from youthvoice.example import contacts as reaching
from youthvoice.example import people, placeholder_voice, rounds
from youthvoice.read_aloud import scope as around
from youthvoice.surveys.questionnaires import store as questionnaire_store

LANGUAGES = ("en", "hi", "ar")


@pytest.fixture
def site_id(app: Flask) -> int:
    """The example as far as it matters here."""
    pepper, key = running.keyring().key("pepper"), running.keyring().key("people")
    prepared = founding.prepare(people.ready(running.today()), pepper, PASSWORD, CHEAP)
    with db.writing(db.engine()) as session:
        made = people.add_site(session, running.today())
        people.add_people(session, prepared, made, key)
        rounds.bring_questionnaires(session)
        reaching.reach_everybody(session, made)
        placeholder_voice.speak(session)
    return made


def _questions() -> int:
    with db.reading(db.engine()) as session:
        stored = questionnaire_store.latest(session, "daily-life-10-12")
        assert stored
        return stored.id


def _asha(browser: Visitor) -> Visitor:
    browser.client.set_cookie(cookie_name(), signing_in.sign_in("asha", PASSWORD))
    return browser


def test_there_are_services_to_refer_to(site_id: int, visitor: Callable[[], Visitor]) -> None:
    """S37."""
    page = _asha(visitor()).open("/staff/services/").text
    for name in ("Example Clinic", "Example Room to Talk", "Example Legal Aid"):
        assert name in page


def test_three_texts_are_said_aloud_in_every_language_in_the_words_that_pages_have_now(
    app: Flask, site_id: int, visitor: Callable[[], Visitor]
) -> None:
    """When this fails a text was changed: make voices."""
    with app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        at = around.around(session, _questions(), [site_id], running.now(), "")
        assert at
        said = {
            language: [line.heard.place for line in around.listed(session, at, language)[0] if line.state == "recorded"]
            for language in LANGUAGES
        }
    assert said == {language: list(placeholder_voice.PLACES) for language in LANGUAGES}
    tablet = on_tablet(visitor(), site_id)
    for language in LANGUAGES:
        tablet.open(f"/language/{language}")
        clip = re.search(r'data-clip="(/clips/[^"]+)"', tablet.open("/").text)
        assert clip, language
        assert tablet.ask("GET", clip[1]).mimetype == "audio/webm"


def test_adults_are_told_that_it_is_a_placeholder(site_id: int, visitor: Callable[[], Visitor]) -> None:
    page = _asha(visitor()).open(f"/staff/aloud/{_questions()}/en").text
    assert page.count("placeholder voice") == len(placeholder_voice.PLACES)
