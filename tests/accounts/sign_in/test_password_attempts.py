"""Wrong passwords close a name for where they came from, and for nobody else (PRIVACY.md C)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.people import PASSWORD, house, signed_in
from tests.support.seed_rows import NOON, Ground, ground
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import WrongAttemptRow
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.accounts.sign_in.password_attempts import (
    MAX_ATTEMPTS,
    SLOW_FROM,
    WARN_FROM,
    AuthenticationFailed,
    PasswordAttempt,
)
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.grievances.deadlines.notices import warn_about_guessing
from youthvoice.web.rate_limits import limiter

PEPPER = b"p" * 32


@pytest.fixture
def laid(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as here:
        yield here


def tried(laid: Ground, origin: str, *, known: bool = False, right: bool = False, handle: str = "asha") -> str:
    """Try once; `taken`, or why not."""
    password_attempt = PasswordAttempt(PEPPER, handle, origin, known, NOON)
    try:
        with db.writing(laid.engine) as session:
            password_attempt.begin(session)
        if right:
            with db.writing(laid.engine) as session:
                password_attempt.forgive(session)
    except AuthenticationFailed as error:
        return error.code
    return "taken"


def rows(laid: Ground) -> int:
    with db.reading(laid.engine) as session:
        return session.scalar(select(func.count()).select_from(WrongAttemptRow)) or 0


@pytest.mark.dialect("put in once")
def test_ten_wrong_ones_close_a_name_for_one_line_alone(laid: Ground) -> None:
    assert [tried(laid, "line 1") for _ in range(MAX_ATTEMPTS + 1)] == ["taken"] * MAX_ATTEMPTS + ["too_many"]
    assert tried(laid, "line 2") == "taken"
    assert tried(laid, "line 1", handle="ravi") == "taken"
    assert tried(laid, "browser", known=True) == "taken"


@pytest.mark.dialect("put in once")
def test_right_ones_leave_no_row_at_no_hour(laid: Ground) -> None:
    """Who signed in at which hour is nobody's business."""
    assert [tried(laid, "line 1", right=True) for _ in range(MAX_ATTEMPTS + 2)] == ["taken"] * (MAX_ATTEMPTS + 2)
    assert tried(laid, "browser", known=True, right=True) == "taken"
    assert rows(laid) == 0


@pytest.mark.dialect("put in once")
def test_from_a_thousand_lines_on_a_name_is_slowed_but_never_where_she_was_let_in_before(laid: Ground) -> None:
    tried(laid, "line 1")
    with db.writing(laid.engine) as session:
        of_the_day = session.scalars(select(WrongAttemptRow).where(WrongAttemptRow.since == NOON.replace(hour=0))).one()
        of_the_day.tries = SLOW_FROM
    assert [tried(laid, f"other {nth}") for nth in range(3)] == ["taken", "wait", "wait"]
    assert tried(laid, "browser", known=True) == "taken"
    assert tried(laid, "other 9", handle="ravi") == "taken"


@pytest.mark.dialect("put in once")
def test_tries_of_a_browser_that_let_her_in_before_are_told_as_well(laid: Ground) -> None:
    """A colleague at the same computer, or a copied cookie."""
    for nth in range(WARN_FROM):
        tried(laid, f"browser {nth}", known=True)
    with db.reading(laid.engine) as session:
        assert password_attempts.find_attacked_people(session, PEPPER, {"asha": 1}, NOON) == {1}


@pytest.mark.dialect("put in once")
def test_whose_passwords_are_tried_is_told_once_a_day_and_forgotten(laid: Ground) -> None:
    handles = {"asha": 1, "ravi": 2}
    for nth in range(WARN_FROM):
        tried(laid, f"line {nth}")
    told = []
    with db.writing(laid.engine) as session:
        told += [password_attempts.find_people_to_warn(session, PEPPER, handles, NOON) for _ in range(2)]
        assert password_attempts.find_attacked_people(session, PEPPER, handles, NOON) == {1}
        assert not password_attempts.has_old_attempts(session, NOON)
        later = NOON.replace(day=NOON.day + 3)
        assert password_attempts.find_attacked_people(session, PEPPER, handles, later) == set()
        assert password_attempts.has_old_attempts(session, later)
        password_attempts.delete_old_attempts(session, later)
    assert told == [{1}, set()]
    assert rows(laid) == 0


def typed(browser: Visitor, handle: str, password: str, line: str, status: int) -> None:
    """Sign in from a line."""
    browser.open("/staff/sign-in")
    sent: dict[str, object] = {"handle": handle, "password": password}
    browser.send("/staff/sign-in", sent, status, environ_base={"REMOTE_ADDR": line})


def test_a_stranger_with_wrong_passwords_shuts_no_reader_out(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """Ten requests an hour kept out for ever whoever could read a report of danger."""
    _, people = house(["advocate", "safeguarding_lead", "outside_recipient"])
    handles = [one.handle for one in people.values()]
    at_her_desk = visitor()
    typed(at_her_desk, "advocate", PASSWORD, "192.0.2.1", 200)
    assert at_her_desk.client.get_cookie("known")
    at_her_desk.send("/staff/sign-out")
    for handle in handles:
        for line in ("192.0.2.1", "198.51.100.7"):
            stranger = visitor()
            for _ in range(MAX_ATTEMPTS):
                limiter.reset()
                typed(stranger, handle, "wrong", line, 403)
            typed(stranger, handle, PASSWORD, line, 429)
            assert "in a browser in which you signed in before" in stranger.page
    limiter.reset()
    typed(at_her_desk, "advocate", PASSWORD, "192.0.2.1", 200)
    for handle in handles:
        typed(visitor(), handle, PASSWORD, "203.0.113.9", 200)
    assert "Somebody tries passwords with this name today" in at_her_desk.open("/staff/").text


def test_a_browser_that_knows_one_name_is_not_known_for_another(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["advocate", "coordinator"])
    shared, stranger = visitor(), visitor()
    typed(shared, "advocate", PASSWORD, "192.0.2.1", 200)
    shared.send("/staff/sign-out")
    typed(shared, "coordinator", PASSWORD, "192.0.2.1", 200)
    shared.send("/staff/sign-out")
    entries = str(shared.client.get_cookie("known").value).split(".")  # type: ignore[union-attr]
    assert len(entries) == 2
    stranger.client.set_cookie("known", entries[1])
    for _ in range(MAX_ATTEMPTS):
        typed(stranger, "coordinator", "wrong", "192.0.2.1", 403)
    typed(stranger, "coordinator", PASSWORD, "192.0.2.1", 429)
    typed(shared, "coordinator", PASSWORD, "192.0.2.1", 200)


def test_made_up_names_grow_the_log_by_one_line_an_hour(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """Sixty of them made sixty lines."""
    house(["advocate"])
    browser = visitor()
    for nth in range(6):
        typed(browser, f"nobody{nth}", "wrong", "192.0.2.1", 403)
    typed(browser, "advocate", "wrong", "192.0.2.1", 403)
    typed(browser, "advocate", "wrong", "192.0.2.1", 403)
    clock.move(hours=1)
    typed(browser, "nobody", "wrong", "192.0.2.1", 403)
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow.actor).where(AuditEntryRow.action == "sign-in.wrong")).all()
    assert sorted(lines) == ["advocate", "unknown", "unknown"]


def test_the_advocates_of_her_site_are_asked_to_sign_in_once(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _, people = house(["advocate", "coordinator"])
    with db.writing(db.engine()) as session:
        for nth in range(WARN_FROM):
            pepper = context.keyring().key("pepper")
            PasswordAttempt(pepper, "coordinator", f"line {nth}", is_known=False, now=clock()).begin(session)
    for _ in range(2):
        warn_about_guessing()
    told = signed_in(visitor(), people["advocate"]).open("/staff/").text
    assert "Coordinator" in told
    assert "Somebody tries passwords with this name today" in told
    clock.move(days=1)
    assert "Somebody tries passwords" not in signed_in(visitor(), people["advocate"]).open("/staff/").text
