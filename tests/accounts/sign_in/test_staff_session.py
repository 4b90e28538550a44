"""Sign-in, sessions and their ends: PRIVACY.md C."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.conftest import StillClock
from tests.support.people import PASSWORD, Somebody, house, make_person, make_site
from tests.support.statements import counted_statements
from youthvoice import db
from youthvoice.access.models import StaffSessionRow
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.errors import CannotOpen
from youthvoice.factory import create_app
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import decrypt_for_session, encrypt_for_session, session_token, token_hash


@pytest.fixture
def advocate(app: Flask) -> Somebody:
    return house(["advocate", "coordinator"])[1]["advocate"]


def test_the_right_password_opens_her_own_key(advocate: Somebody) -> None:
    caller = staff_session.find_caller(staff_session.sign_in(" Advocate ", PASSWORD))
    assert caller
    assert (caller.person_id, caller.role, caller.site_ids) == (advocate.id, "advocate", advocate.site_ids)
    assert staff_session.open_private_key(caller) == advocate.private_key


@pytest.mark.dialect("one query for a person and her sites")
def test_who_asks_is_found_by_two_queries_with_all_sites_or_none(app: Flask) -> None:
    """It runs with every request of staff: the session, then the person with her sites."""
    with db.writing(db.engine()) as session:
        places = [make_site(session, slug).id for slug in ("first-house", "second-house")]
        make_person(session, "advocate", *places)
        make_person(session, "coordinator")
    tokens = [staff_session.sign_in(handle, PASSWORD) for handle in ("advocate", "coordinator")]
    with counted_statements(db.engine()) as queries:
        callers = [staff_session.find_caller(token) for token in tokens]
    assert [(caller.role, caller.site_ids) for caller in callers if caller] == [
        ("advocate", frozenset(places)),
        ("coordinator", frozenset()),
    ]
    assert len(queries) == 4


def test_a_token_nobody_was_given_is_nobody(advocate: Somebody) -> None:
    assert staff_session.find_caller(session_token()) is None


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_session_stolen_from_the_database_opens_nothing(advocate: Somebody) -> None:
    staff_session.sign_in("advocate", PASSWORD)
    with db.reading(db.engine()) as session:
        row = session.execute(select(StaffSessionRow.__table__)).one()
    assert advocate.private_key not in row
    for stolen in (row.token_hash.hex(), row.token_hash.decode("latin-1")):
        assert staff_session.find_caller(stolen) is None
        with pytest.raises(CannotOpen):
            decrypt_for_session(row.sealed_private_key, stolen)


def test_a_session_moved_to_another_person_in_the_database_is_nobody(advocate: Somebody) -> None:
    token = staff_session.sign_in("coordinator", PASSWORD)
    with db.writing(db.engine()) as session:
        session.execute(update(StaffSessionRow).values(person_id=advocate.id))
    assert staff_session.find_caller(token) is None


def test_a_session_made_up_in_the_database_is_nobody(advocate: Somebody, clock: StillClock) -> None:
    token = session_token()
    with db.writing(db.engine()) as session:
        session.add(
            StaffSessionRow(
                token_hash=token_hash(token),
                person_id=advocate.id,
                sealed_private_key=encrypt_for_session(new_pair().private, token),
                started_at=clock(),
                seen_at=clock(),
            )
        )
    assert staff_session.find_caller(token) is None


def test_a_role_raised_in_the_database_ends_the_session(advocate: Somebody) -> None:
    token = staff_session.sign_in("coordinator", PASSWORD)
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.handle == "coordinator").values(role="advocate"))
    assert staff_session.find_caller(token) is None
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("coordinator", PASSWORD)


@pytest.mark.dialect("moments")
def test_a_session_ends_after_fifteen_idle_minutes(advocate: Somebody, clock: StillClock) -> None:
    token = staff_session.sign_in("advocate", PASSWORD)
    for _ in range(3):
        clock.move(minutes=14)
        assert staff_session.find_caller(token)
    clock.move(minutes=15)
    assert staff_session.find_caller(token) is None


def test_a_session_ends_after_eight_hours_however_busy_she_is(advocate: Somebody, clock: StillClock) -> None:
    token = staff_session.sign_in("advocate", PASSWORD)
    for _ in range(47):
        clock.move(minutes=10)
        assert staff_session.find_caller(token)
    clock.move(minutes=10)
    assert staff_session.find_caller(token) is None


@pytest.mark.dialect("moments")
def test_she_is_written_down_as_seen_once_a_minute_at_most(advocate: Somebody, clock: StillClock) -> None:
    token = staff_session.sign_in("advocate", PASSWORD)
    begun = clock()
    clock.move(seconds=59)
    staff_session.find_caller(token)
    assert _seen_at() == begun
    clock.move(seconds=1)
    staff_session.find_caller(token)
    assert _seen_at() == clock()


def _seen_at() -> object:
    with db.reading(db.engine()) as session:
        return session.scalar(select(StaffSessionRow.seen_at))


def test_signing_out_deletes_the_session(advocate: Somebody) -> None:
    token = staff_session.sign_in("advocate", PASSWORD)
    caller = staff_session.find_caller(token)
    assert caller
    staff_session.sign_out(caller)
    assert staff_session.find_caller(token) is None
    with pytest.raises(staff_session.SessionOver):
        staff_session.open_private_key(caller)


@pytest.mark.dialect("moments")
def test_signing_in_again_ends_the_browsers_earlier_session_and_sweeps_old_ones(
    advocate: Somebody, clock: StillClock
) -> None:
    staff_session.sign_in("coordinator", PASSWORD)
    clock.move(hours=1)
    first = staff_session.sign_in("advocate", PASSWORD)
    staff_session.sign_in("advocate", PASSWORD, old_token=first)
    assert staff_session.find_caller(first) is None
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(StaffSessionRow)) == 1


@pytest.mark.dialect("put in once")
@pytest.mark.parametrize("handle", ["advocate", "nobody"])
def test_after_ten_wrong_tries_even_the_right_password_waits_for_the_hour(
    advocate: Somebody, clock: StillClock, handle: str
) -> None:
    assert [_refusal(handle, "wrong") for _ in range(10)] == ["wrong"] * 10
    assert _refusal(handle, PASSWORD) == "too_many"
    assert _refusal("coordinator", PASSWORD) == "let in"
    clock.move(hours=1)
    assert _refusal("advocate", PASSWORD) == "let in"


def test_right_passwords_are_never_too_many(advocate: Somebody) -> None:
    assert {_refusal("advocate", PASSWORD) for _ in range(12)} == {"let in"}


def _refusal(handle: str, password: str) -> str:
    try:
        staff_session.sign_in(handle, password)
    except AuthenticationFailed as error:
        return error.code
    return "let in"


def test_the_log_knows_who_came_went_and_failed_but_not_what_was_typed(advocate: Somebody) -> None:
    caller = staff_session.find_caller(staff_session.sign_in("advocate", PASSWORD))
    assert caller
    staff_session.sign_out(caller)
    _refusal("advocate", "wrong")
    _refusal("my-password-in-the-wrong-box", "wrong")
    with db.reading(db.engine()) as session:
        lines = session.execute(select(AuditEntryRow.actor, AuditEntryRow.action).order_by(AuditEntryRow.number)).all()
    assert [tuple(line) for line in lines] == [
        ("advocate", "sign-in"),
        ("advocate", "sign-out"),
        ("advocate", "sign-in.wrong"),
        ("unknown", "sign-in.wrong"),
    ]


def test_who_has_left_cannot_sign_in(advocate: Somebody, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == advocate.id).values(left_on=clock().date()))
    assert _refusal("advocate", PASSWORD) == "wrong"


def test_a_token_of_another_house_is_nobody_here(advocate: Somebody, clock: StillClock, tmp_path: Path) -> None:
    token = staff_session.sign_in("advocate", PASSWORD)
    folders = {"YOUTHVOICE_DATA": str(tmp_path / "other"), "YOUTHVOICE_KEYS": str(tmp_path / "other-keys")}
    other = create_app(Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **folders}), clock)
    with other.app_context():
        house(["advocate", "coordinator"])
        assert staff_session.find_caller(token) is None
        there = staff_session.sign_in("advocate", PASSWORD)
    runtime_of(other).engine.dispose()
    assert staff_session.find_caller(there) is None
    assert staff_session.find_caller(token)
