"""What a first visitor finds beside that: services to refer to, and three texts that a placeholder voice says aloud."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.long_tests import long_test
from tests.support.people import CHEAP, PASSWORD, on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.guard import cookie_name
from youthvoice.accounts.people import bootstrap
from youthvoice.accounts.sign_in import staff_session
from youthvoice.example import loader, people, rounds
from youthvoice.read_aloud.status import find_scope, list_texts
from youthvoice.surveys.questionnaires.store import latest_version

LANGUAGES = ("en", "hi", "ar")


@pytest.fixture
def site_id(app: Flask) -> int:
    """The example as far as it matters here."""
    pepper = context.keyring().key("pepper")
    prepared = bootstrap.prepare_accounts(people.ready(context.today()), pepper, PASSWORD, CHEAP)
    with db.writing(db.engine()) as session:
        made = people.add_site(session, context.today())
        people.add_people(session, prepared, made)
        rounds.bring_questionnaires(session)
        people.reach_everybody(session, made)
        loader.keep_voices(session)
    return made


def _questions() -> int:
    with db.reading(db.engine()) as session:
        questionnaire_row = latest_version(session, "daily-life-10-12")
        assert questionnaire_row
        return questionnaire_row.id


def _asha(browser: Visitor) -> Visitor:
    browser.client.set_cookie(cookie_name(), staff_session.sign_in("asha", PASSWORD))
    return browser


def test_there_are_services_to_refer_to(site_id: int, visitor: Callable[[], Visitor]) -> None:
    """S37."""
    page = _asha(visitor()).open("/staff/services/").text
    for name in ("Example Clinic", "Example Room to Talk", "Example Legal Aid"):
        assert name in page


@long_test("RUN")
def test_three_texts_are_said_aloud_in_every_language_in_the_words_that_pages_have_now(
    app: Flask, site_id: int, visitor: Callable[[], Visitor]
) -> None:
    """When this fails a text was changed: make voices."""
    with app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        scope = find_scope(session, _questions(), [site_id], context.now(), "")
        assert scope
        said = {
            language: [
                line.spoken_text.place.text
                for line in list_texts(session, scope, language)[0]
                if line.state == "recorded"
            ]
            for language in LANGUAGES
        }
    assert said == {language: list(loader.VOICE_PLACES) for language in LANGUAGES}
    tablet = on_tablet(visitor(), site_id)
    for language in LANGUAGES:
        tablet.open(f"/language/{language}")
        clip = re.search(r'data-clip="(/clips/[^"]+)"', tablet.open("/").text)
        assert clip, language
        assert tablet.ask("GET", clip[1]).mimetype == "audio/webm"


@long_test("RUN")
def test_adults_are_told_that_it_is_a_placeholder(site_id: int, visitor: Callable[[], Visitor]) -> None:
    page = _asha(visitor()).open(f"/staff/aloud/{_questions()}/en").text
    assert page.count("placeholder voice") == len(loader.VOICE_PLACES)
