"""A form that comes after its sign-in is over is not lost, and only the same person sends it on (PRIVACY.md C)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from wtforms import PasswordField

from tests.conftest import StillClock
from tests.structure.names import every_form
from tests.support.child_at_tablet import Child, a_child
from tests.support.people import PASSWORD, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.guard import cookie_name
from youthvoice.accounts.sign_in.staff_session import SECRET_FIELDS, KeptForm, open_kept_form
from youthvoice.threads.models import ThreadRow

WORDS = "I only told it to Lata.\nAnd here it goes on."
DESK = "/staff/help-tell/example-house/en"
KEY = bytes(32)


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    return a_child(visitor())


@pytest.fixture
def desk(child: Child, visitor: Callable[[], Visitor]) -> Visitor:
    """Lata helps a child, and the page has been open for a while."""
    desk = signed_in(visitor(), child.people["lata"])
    desk.open(DESK)
    return desk


def signs_in(desk: Visitor, handle: str, status: int = 200, **more: object) -> str:
    """On the page that is open, with what waits in it."""
    desk.send("/staff/sign-in", {"handle": handle, "password": PASSWORD, **more}, status)
    return desk.page


def _reports() -> int:
    with db.reading(db.engine()) as session:
        return len(session.scalars(select(ThreadRow.id)).all())


def test_a_telling_that_came_too_late_is_sent_on_after_she_signed_in_again(
    child: Child, desk: Visitor, clock: StillClock
) -> None:
    clock.move(minutes=16)
    desk.send(DESK, {"topic": "food", "words": WORDS, "left_out": child.id_of("ravi")}, 401)
    assert "You were signed out. What you sent was not taken." in desk.page
    assert "told it to Lata" not in desk.page, "whoever reads the page of a desk reads no word of a child"
    page = signs_in(desk, child.people["lata"].handle)
    assert "Send it once more" in page
    assert "Lata Example" in page
    assert f'action="{DESK}"' in page
    assert PASSWORD not in page
    assert _reports() == 0, "nothing is sent before she says so"
    assert desk.send(DESK, {}, 201).text.count('class="code"') == 2
    (told,) = child.reads("asha")
    assert (told.said["topic"], told.said["words"], told.said["helper"]) == ("food", WORDS, "Lata Example")
    assert child.lines("ravi") == []


def test_a_wrong_password_loses_nothing_either(child: Child, desk: Visitor, clock: StillClock) -> None:
    clock.move(minutes=16)
    desk.send(DESK, {"words": WORDS}, 401)
    desk.send("/staff/sign-in", {"handle": child.people["lata"].handle, "password": "not this one"}, 403)
    assert "Nothing of it is lost" in desk.page
    signs_in(desk, child.people["lata"].handle)
    desk.send(DESK, {}, 201)


def test_nobody_else_sends_it_on_or_reads_it(child: Child, desk: Visitor, clock: StillClock) -> None:
    clock.move(minutes=16)
    desk.send(DESK, {"words": WORDS}, 401)
    waits = desk.hidden["kept"]
    page = signs_in(desk, child.people["asha"].handle)
    assert "Send it once more" not in page
    assert "told it to Lata" not in page
    desk.open("/staff/me")
    with desk.app.app_context():
        from youthvoice.accounts.routes.staff import returned_forms  # noqa: PLC0415 - the key is asked inside the application

        assert open_kept_form(returned_forms.kept_form_key(), waits, child.people["asha"].id) is None
        assert open_kept_form(returned_forms.kept_form_key(), waits, child.people["lata"].id)
    assert _reports() == 0


def test_who_signed_in_anew_in_another_tab_gets_her_form_back(child: Child, desk: Visitor) -> None:
    before = dict(desk.hidden)
    signed_in(desk, child.people["lata"])  # another tab of the same browser
    desk.hidden = before
    desk.send(DESK, {"words": WORDS}, 400)
    assert "Send it once more" in desk.page
    assert _reports() == 0, "an old token does nothing by itself"
    desk.send(DESK, {}, 201)


def test_the_form_of_another_person_is_refused_and_not_shown(child: Child, desk: Visitor) -> None:
    before = dict(desk.hidden)
    signed_in(desk, child.people["asha"])
    desk.hidden = before
    desk.send(DESK, {"words": WORDS}, 400)
    assert "Send it once more" not in desk.page
    assert "told it to Lata" not in desk.page
    assert _reports() == 0


@pytest.mark.parametrize("token", ["", "made up", "IjEuYWJjIg.aaaa.bbbb"])
def test_a_token_that_is_not_of_this_house_gives_nothing_back(child: Child, desk: Visitor, token: str) -> None:
    answer = desk.ask("POST", DESK, data={"csrf_token": token, "words": WORDS})
    assert answer.status_code == 400
    assert "Lata." not in answer.text


def test_what_another_site_sends_is_refused_whoever_is_signed_in(child: Child, desk: Visitor) -> None:
    data = {**desk.hidden, "words": WORDS}
    answer = desk.ask("POST", DESK, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    desk.client.delete_cookie(cookie_name())
    answer = desk.ask("POST", DESK, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Lata." not in answer.text


def test_who_signed_out_in_another_tab_signs_in_on_the_page_that_answers(child: Child, desk: Visitor) -> None:
    desk.client.delete_cookie(cookie_name())
    desk.send(DESK, {"words": WORDS}, 401)
    signs_in(desk, child.people["lata"].handle)
    desk.send(DESK, {}, 201)


def test_what_waits_survives_a_sign_in_in_another_tab(child: Child, desk: Visitor, clock: StillClock) -> None:
    clock.move(minutes=16)
    desk.send(DESK, {"words": WORDS}, 401)
    waiting = dict(desk.hidden)
    signed_in(desk, child.people["lata"])
    desk.hidden = waiting
    assert "Send it once more" in signs_in(desk, child.people["lata"].handle, 400)
    desk.send(DESK, {}, 201)


def test_a_file_has_to_be_brought_again_and_a_password_typed_again(
    child: Child, visitor: Callable[[], Visitor], desk: Visitor, clock: StillClock
) -> None:
    clock.move(minutes=16)
    desk.send(DESK, {"words": WORDS, "voice": (BytesIO(b"beep"), "voice.webm"), "current": PASSWORD}, 401)
    page = signs_in(desk, child.people["lata"].handle)
    assert '<input type="file" id="again-1" name="voice">' in page
    assert 'enctype="multipart/form-data"' in page
    assert 'name="current"' not in page


def test_a_script_is_told_that_nobody_is_signed_in(child: Child, desk: Visitor, clock: StillClock) -> None:
    clock.move(minutes=16)
    answer = desk.ask("POST", DESK, data=desk.hidden, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json == {"title": "You were signed out.", "words": "Sign in, then send again."}


def test_words_are_kept_at_any_page_and_at_the_end_of_a_long_day(
    child: Child, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser = signed_in(visitor(), child.people["tomas"])
    browser.open("/staff/services/new")
    clock.move(hours=9)
    browser.send("/staff/services/new", {"name": "A long name"}, 401)
    assert 'name="name" value="A long name"' in signs_in(browser, child.people["tomas"].handle)


# ---- What is kept ----
def test_more_than_a_form_can_be_is_not_kept() -> None:
    assert KeptForm("/staff/", (("words", "x" * 50_000),), ()).sealed(KEY, 1)
    assert KeptForm("/staff/", (("words", "x" * 90_000),), ()).sealed(KEY, 1) == ""


@pytest.mark.parametrize("blob", ["", "=", "é", "AAAA", "A" * 200])
def test_what_is_not_a_kept_form_opens_nothing(blob: str) -> None:
    assert open_kept_form(KEY, blob, 1) is None


def test_no_password_of_any_form_is_kept() -> None:
    named = {
        name
        for form in every_form()
        for name in dir(form)
        if getattr(getattr(form, name, None), "field_class", None) is PasswordField
    }
    assert {"password", "current", "new", "again"} <= named
    assert named <= SECRET_FIELDS
