"""What a first visitor finds beside that: services to refer to, and a placeholder voice that says children's texts."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.long_tests import breadth
from tests.support.people import CHEAP, PASSWORD, on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.guard import cookie_name
from youthvoice.accounts.people import bootstrap
from youthvoice.accounts.sign_in import staff_session
from youthvoice.example import people, rounds, voices
from youthvoice.example.introductions import greeting_texts
from youthvoice.read_aloud.status import find_scope, list_texts
from youthvoice.surveys.questionnaires.store import latest_version
from youthvoice.threads.child_fields import CODE_FIELDS


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
        voices.keep_voices(session)
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


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_nearly_everything_that_a_child_meets_is_said_aloud_by_a_voice_that_is_called_a_placeholder(
    app: Flask, site_id: int, visitor: Callable[[], Visitor], language: str
) -> None:
    """A changed text is silent until: make voices. When this fails it is time to."""
    with app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        scope = find_scope(session, _questions(), [site_id], context.now(), "")
        assert scope
        lines = list_texts(session, scope, language)[0]
    silent = [line.spoken_text.words for line in lines if line.state != "recorded"]
    assert len(silent) < len(lines) / 15, silent
    assert _asha(visitor()).open(f"/staff/aloud/{_questions()}/{language}").text.count(voices.NAME) > 500
    tablet = on_tablet(visitor(), site_id)
    tablet.open(f"/language/{language}")
    clip = re.search(r'data-clip="(/clips/[^"]+)"', tablet.open("/tell").text)
    assert clip, language
    assert tablet.ask("GET", clip[1]).mimetype == "audio/webm"
    missing = tablet.open("/nothing-is-here", 404, unknown=True)
    wrong_pictures = tablet.send("/reply", dict.fromkeys(CODE_FIELDS, "0"))
    for page in (missing, wrong_pictures):
        assert re.search(r"<h1[^>]* data-clip=", page.text), page.request.path


def test_what_is_listed_has_its_file_and_no_file_is_left_over() -> None:
    listed = {voices.clip_file(text) for text in voices.list_texts()} | {file for file, *_ in greeting_texts()}
    assert listed == {*voices.FOLDER.rglob("*.webm")}
    assert all(path.stat().st_size < 20_000 for path in listed)
