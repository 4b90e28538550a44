"""One-time codes at every door: sign-in, second adults, commands. PRIVACY.md C; DESIGN 4."""

import re
from collections.abc import Callable
from typing import Final
from unittest.mock import patch

import click
import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import PASSWORD, Somebody, house, signed_in, with_codes
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.models import PersonRow, RecoveryCodeRow
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.privacy.crypto import argon2

WRONG: Final = "000000"


def _now(secret: str, clock: StillClock) -> str:
    return str(pyotp.TOTP(secret).at(clock.moment))


def _refusal(handle: str, password: str = PASSWORD, code: str = "") -> str:
    try:
        staff_session.sign_in(handle, password, code=code)
    except AuthenticationFailed as error:
        return error.code
    return ""


@pytest.fixture
def advocate(app: Flask) -> Somebody:
    return house(["advocate", "coordinator"])[1]["advocate"]


def test_once_set_up_the_password_alone_opens_nothing(advocate: Somebody, clock: StillClock) -> None:
    assert _refusal("advocate") == ""
    secret = with_codes(advocate)
    assert _refusal("advocate") == "wrong"
    assert _refusal("advocate", code=WRONG) == "wrong"
    assert _refusal("advocate", "not hers", _now(secret, clock)) == "wrong"
    assert _refusal("advocate", code=_now(secret, clock)) == ""
    assert _refusal("coordinator") == "", "who has none needs none"


@pytest.mark.dialect("writers wait for each other")
def test_a_code_works_once(advocate: Somebody, clock: StillClock) -> None:
    secret = with_codes(advocate)
    code = _now(secret, clock)
    assert _refusal("advocate", code=code) == ""
    assert _refusal("advocate", code=code) == "wrong"
    clock.move(seconds=30)
    assert _refusal("advocate", code=code) == "wrong"
    assert _refusal("advocate", code=_now(secret, clock)) == ""


def test_a_code_is_not_spent_on_a_wrong_password(advocate: Somebody, clock: StillClock) -> None:
    secret = with_codes(advocate)
    assert _refusal("advocate", "not hers", _now(secret, clock)) == "wrong"
    assert _refusal("advocate", code=_now(secret, clock)) == ""


def test_wrong_codes_are_counted_like_wrong_passwords(advocate: Somebody, clock: StillClock) -> None:
    secret = with_codes(advocate)
    assert [_refusal("advocate", code=WRONG) for _ in range(10)] == ["wrong"] * 10
    assert _refusal("advocate", code=_now(secret, clock)) == "too_many"


def test_name_password_and_code_are_never_told_apart(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    secret = with_codes(advocate)
    pages = []
    for handle, password, code in (
        ("nobody", PASSWORD, WRONG),
        ("advocate", "not hers", _now(secret, clock)),
        ("advocate", PASSWORD, WRONG),
        ("advocate", PASSWORD, ""),
    ):
        browser = visitor()
        browser.open("/staff/sign-in")
        browser.send("/staff/sign-in", {"handle": handle, "password": password, "code": code}, 403)
        plain = browser.page.replace(browser.hidden["csrf_token"], "-").replace(f'value="{handle}"', "-")
        pages.append(plain.replace(f'value="{code}"', 'value=""'))
    assert len(set(pages)) == 1


def test_a_wrong_code_takes_as_long_as_a_wrong_password(app: Flask, advocate: Somebody) -> None:
    with_codes(advocate)

    def stretches(password: str, code: str) -> int:
        with patch.object(argon2._queue, "run", wraps=argon2._queue.run) as run:  # noqa: SLF001 - counted here
            assert _refusal("advocate", password, code) == "wrong"
        return run.call_count

    assert stretches(PASSWORD, WRONG) == stretches("not hers", WRONG) == 1


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_shows_no_secret_and_no_recovery_code(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    secret, recovery = _set_up(signed_in(visitor(), advocate), clock)
    with db.reading(db.engine()) as session:
        rows = [*session.execute(select(PersonRow.__table__)), *session.execute(select(RecoveryCodeRow.__table__))]
    for row in rows:
        told = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        assert secret.encode() not in told
        assert not [code for code in recovery if code.encode() in told]
    assert len(rows) == 12


def test_codes_taken_away_in_the_database_open_nothing(advocate: Somebody, clock: StillClock) -> None:
    secret = with_codes(advocate)
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == advocate.id).values(codes=None))
    assert _refusal("advocate") == "wrong"
    assert _refusal("advocate", code=_now(secret, clock)) == "wrong"


def _set_up(browser: Visitor, clock: StillClock) -> tuple[str, list[str]]:
    """On her own page; gives the secret and the recovery codes."""
    browser.open("/staff/me/codes")
    secret = browser.hidden["secret"]
    assert f'<b class="link">{secret}</b>' in browser.page
    assert '<svg class="qr"' in browser.page or "<svg" in browser.page
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": _now(secret, clock)})
    return secret, re.findall(r"<li>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</li>", browser.page)


def test_she_sets_codes_up_on_her_own_page_and_signs_in_with_them(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser = signed_in(visitor(), advocate)
    browser.open("/staff/")
    assert "/staff/me/codes" in browser.page
    browser.open("/staff/me/codes")
    secret = browser.hidden["secret"]
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": WRONG}, 422)
    assert browser.hidden["secret"] == secret, "the telephone has it already"
    browser.send("/staff/me/codes", {"password": "not hers", "code": _now(secret, clock)}, 422)
    assert _refusal("advocate") == ""
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": _now(secret, clock)})
    assert "Your recovery codes" in browser.page
    assert "/staff/me/codes" not in browser.open("/staff/").text
    other = visitor()
    other.open("/staff/sign-in")
    typed: dict[str, object] = {"handle": "advocate", "password": PASSWORD}
    other.send("/staff/sign-in", {**typed, "code": _now(secret, clock)}, 403)
    clock.move(seconds=30)
    other.send("/staff/sign-in", {**typed, "code": _now(secret, clock)})
    assert other.open("/staff/").request.path == "/staff/"
    with db.reading(db.engine()) as session:
        lines = [tuple(line) for line in session.execute(select(AuditEntryRow.actor, AuditEntryRow.action))]
    assert ("advocate", "codes.on") in lines


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_recovery_code_works_once_and_only_for_her(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _, people = house(["advocate", "reviewer"])
    _, recovery = _set_up(signed_in(visitor(), people["advocate"]), clock)
    with_codes(people["reviewer"])
    assert len(recovery) == 10
    assert _refusal("reviewer", code=recovery[0]) == "wrong"
    assert _refusal("advocate", code=recovery[0].upper().replace("-", "")) == ""
    assert _refusal("advocate", code=recovery[0]) == "wrong"
    assert _refusal("advocate", code=recovery[1]) == ""


def test_new_recovery_codes_end_the_earlier_ones(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser = signed_in(visitor(), advocate)
    _, recovery = _set_up(browser, clock)
    browser.open("/staff/me/codes")
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": WRONG, "act": "recovery"}, 422)
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": recovery[0], "act": "recovery"})
    renewed = re.findall(r"<li>([a-z0-9-]{14})</li>", browser.page)
    assert len(renewed) == 10
    assert _refusal("advocate", code=recovery[1]) == "wrong"
    assert _refusal("advocate", code=renewed[0]) == ""


def test_turning_codes_off_takes_password_and_code(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser = signed_in(visitor(), advocate)
    secret, _ = _set_up(browser, clock)
    browser.open("/staff/me/codes")
    browser.send("/staff/me/codes", {"password": "not hers", "code": _now(secret, clock), "act": "off"}, 422)
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": WRONG, "act": "off"}, 422)
    assert _refusal("advocate") == "wrong"
    clock.move(seconds=30)
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": _now(secret, clock), "act": "off"})
    assert _refusal("advocate") == ""
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(RecoveryCodeRow)).all()
        person = find_person_row(session, advocate.id)
        assert person
        assert person.codes is None


def test_a_secret_that_is_none_is_refused(app: Flask, advocate: Somebody, visitor: Callable[[], Visitor]) -> None:
    browser = signed_in(visitor(), advocate)
    browser.open("/staff/me/codes")
    browser.send("/staff/me/codes", {"password": PASSWORD, "code": WRONG, "secret": "A"}, 400)


def test_a_new_password_keeps_the_codes(
    app: Flask, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    browser = signed_in(visitor(), advocate)
    secret, _ = _set_up(browser, clock)
    new = "seven green boats at noon"
    browser.open("/staff/me/password")
    browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": new})
    clock.move(seconds=30)
    assert _refusal("advocate", new) == "wrong"
    assert _refusal("advocate", new, _now(secret, clock)) == ""


def test_commands_take_a_code_behind_the_password(
    app: Flask, advocate: Somebody, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    secret = with_codes(advocate)
    for typed in (PASSWORD, f"{PASSWORD}:{WRONG}", f"{PASSWORD}:"):
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"advocate:{typed}")
        with pytest.raises(click.ClickException, match="one-time code"):
            staff_session.sign_in_for_command()
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"advocate:{PASSWORD}:{_now(secret, clock)}")
    assert staff_session.sign_in_for_command().private_key == advocate.private_key


def test_a_password_with_colons_is_whole_where_there_are_no_codes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Callable[[], Visitor]
) -> None:
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    new = "seven:green:boats:at:noon"
    browser.open("/staff/me/password")
    browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": new})
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"advocate:{new}")
    assert staff_session.sign_in_for_command().person_id == people["advocate"].id
