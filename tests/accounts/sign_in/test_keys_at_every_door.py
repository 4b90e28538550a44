"""Passkeys and security keys beside one-time codes: added, asked for, taken away. PRIVACY.md C; DESIGN 4."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import PASSWORD, Somebody, house, signed_in, with_codes
from tests.support.software_key import ORIGIN, SoftwareKey, options_of
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow, RecoveryCodeRow, WrongAttemptRow
from youthvoice.accounts.sign_in import authentication, key_challenges, staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.privacy.credentials import second_factors
from youthvoice.privacy.credentials.second_factors import RECORD_BYTES, decrypt_second_factors
from youthvoice.privacy.crypto.symmetric_encryption import LOCK_BYTES

KEYS = "/staff/me/keys"
SIGN_IN = "/staff/sign-in"


@pytest.fixture(autouse=True)
def _at_an_address_with_a_name(app: Flask) -> Iterator[None]:
    with context.override(app, settings=replace(context.settings(), url=ORIGIN)):
        yield


@pytest.fixture
def advocate(app: Flask) -> Somebody:
    return house(["advocate", "coordinator"])[1]["advocate"]


@pytest.fixture
def browser(advocate: Somebody, visitor: Callable[[], Visitor]) -> Visitor:
    """In which the advocate is signed in."""
    return signed_in(visitor(), advocate)


def add(browser: Visitor, key: SoftwareKey, name: str = "My telephone", **proof: object) -> list[str]:
    """Add a key on her own page; gives the recovery codes that are shown."""
    if not proof:
        browser.open(KEYS)
    browser.send(KEYS, {"name": name, "password": PASSWORD, **proof})
    browser.send(f"{KEYS}/new", {"key_answer": key.made_for(browser.page)})
    return re.findall(r"<li>([a-z0-9-]{14})</li>", browser.page)


def to_key(browser: Visitor, password: str = PASSWORD, status: int = 200) -> str:
    """To the page that asks for a key; gives the page."""
    browser.open(SIGN_IN)
    browser.send(SIGN_IN, {"handle": "advocate", "password": password}, status)
    return browser.page


def touch(browser: Visitor, answer: str, status: int = 200, **other: object) -> None:
    """Send what a key answered."""
    browser.send(SIGN_IN, {"key_answer": answer, **other}, status)


def is_in(browser: Visitor) -> bool:
    return browser.ask("GET", "/staff/me").status_code == 200


def record(person: Somebody) -> bytes:
    with db.reading(db.engine()) as session:
        row = find_person_row(session, person.id)
        assert row
        assert row.codes
        return row.codes


def test_she_adds_a_key_and_signs_in_with_it(
    advocate: Somebody, browser: Visitor, visitor: Callable[[], Visitor]
) -> None:
    browser.open("/staff/me")
    assert f'href="{KEYS}"' in browser.page
    browser.open(KEYS)
    browser.send(KEYS, {"name": "My telephone", "password": "not hers"}, 422)
    key = SoftwareKey()
    assert len(add(browser, key)) == 10
    browser.open(KEYS)
    assert "My telephone" in browser.page
    other = visitor()
    page = to_key(other)
    assert "Touch your key" in page
    assert not is_in(other), "the password alone opens nothing"
    touch(other, key.answers(page))
    assert is_in(other)
    with db.reading(db.engine()) as session:
        lines = [tuple(line) for line in session.execute(select(AuditEntryRow.actor, AuditEntryRow.action))]
    assert ("advocate", "codes.key-on") in lines
    assert "/staff/me/codes" not in other.open("/staff/").text, "a second factor is there: nothing is to be set up"


def test_a_key_learns_neither_her_number_nor_her_name(browser: Visitor) -> None:
    browser.open(KEYS)
    browser.send(KEYS, {"name": "Blue key", "password": PASSWORD})
    options = options_of(browser.page)
    assert options["user"]["name"] == options["user"]["displayName"] == "Blue key"
    assert len(options["user"]["id"]) == 43
    assert options["rp"]["id"] == "voice.example.org"
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    key = SoftwareKey()
    browser.send(f"{KEYS}/new", {"key_answer": key.made_for(browser.page)})
    browser.open(KEYS)
    browser.send(KEYS, {"name": "Other", "password": PASSWORD, "key_answer": key.answers(browser.page)})
    assert options_of(browser.page)["user"]["id"] == options["user"]["id"], "one handle for all her keys"


def test_an_answer_works_once(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key = SoftwareKey()
    add(browser, key)
    other = visitor()
    page = to_key(other)
    answer, hidden = key.answers(page), dict(other.hidden)
    jar = [copy(cookie) for cookie in (other.client._cookies or {}).values()]  # noqa: SLF001 - what this browser holds
    touch(other, answer)
    assert is_in(other)
    thief = visitor()
    for cookie in jar:
        thief.client.set_cookie(cookie.key, cookie.value)
    replayed = thief.ask("POST", SIGN_IN, data={**hidden, "key_answer": answer})
    assert replayed.status_code == 403
    assert "longer than five minutes" in replayed.text
    assert not is_in(thief)


def test_a_challenge_that_was_answered_is_refused_even_on_the_next_day(
    browser: Visitor, advocate: Somebody, clock: StillClock
) -> None:
    clock.moment = clock.moment.replace(hour=23, minute=58)
    challenge = key_challenges.KeyChallenge(advocate.id, clock.moment)
    sealed = challenge.sealed("proof", "browser")
    with db.writing(db.engine()) as session:
        assert challenge.spend(session)
    clock.move(minutes=3)
    again = key_challenges.KeyChallenge.open(sealed, "proof", "browser")
    assert again == challenge
    with db.writing(db.engine()) as session:
        assert not again.spend(session)


def test_a_challenge_opens_for_its_purpose_its_browser_and_five_minutes(advocate: Somebody, clock: StillClock) -> None:
    challenge = key_challenges.KeyChallenge(advocate.id, clock.moment, private_key=advocate.private_key)
    sealed = challenge.sealed("sign-in", "browser")
    opened = key_challenges.KeyChallenge.open
    assert opened(sealed, "sign-in", "browser") == challenge
    assert opened(sealed, "proof", "browser") is None
    assert opened(sealed, "sign-in", "other") is None
    assert opened("A" * 40, "sign-in", "browser") is None
    assert opened("ü", "sign-in", "browser") is None
    clock.move(minutes=5)
    assert opened(sealed, "sign-in", "browser") is None


def test_after_five_minutes_the_password_is_needed_again(
    browser: Visitor, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    key = SoftwareKey()
    add(browser, key)
    other = visitor()
    answer = key.answers(to_key(other))
    clock.move(minutes=5)
    touch(other, answer, 403)
    assert "longer than five minutes" in other.page
    assert not is_in(other)


def test_an_answer_for_another_address_opens_nothing(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key = SoftwareKey()
    add(browser, key)
    other = visitor()
    for origin in (
        "https://voice.example.com", "http://voice.example.org", "https://voice.example.org:8443",
        "https://sub.voice.example.org", "https://voice.example.org.example.com",
    ):  # fmt: skip
        touch(other, key.answers(to_key(other), origin), 403)
    touch(other, key.answers(to_key(other), rpId="example.org"), 403)
    touch(other, key.answers(to_key(other), cross_origin=True), 403)
    touch(other, key.answers(to_key(other), flags=0), 403)
    assert not is_in(other)


def test_a_key_of_somebody_else_opens_nothing(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> None:
    _, people = house(["advocate", "coordinator"])
    keys = {role: SoftwareKey() for role in people}
    for role, person in people.items():
        add(signed_in(visitor(), person), keys[role])
    other = visitor()
    touch(other, keys["coordinator"].answers(to_key(other)), 403)
    stranger = SoftwareKey(credential_id=keys["advocate"].credential_id)
    touch(other, stranger.answers(to_key(other)), 403)
    swapped = copy(keys["advocate"])
    swapped.user_handle = keys["coordinator"].user_handle
    touch(other, swapped.answers(to_key(other)), 403)
    assert not is_in(other)
    touch(other, keys["advocate"].answers(to_key(other)))
    assert is_in(other)


def test_the_challenge_of_another_browser_opens_nothing(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key = SoftwareKey()
    add(browser, key)
    hers, other = visitor(), visitor()
    answer, challenge = key.answers(to_key(hers)), hers.hidden["key_challenge"]
    to_key(other)
    touch(other, answer, 403, key_challenge=challenge)
    assert not is_in(other)
    to_key(other)
    touch(other, answer, 403)  # with the challenge of that browser: the key answered another one
    assert not is_in(other)
    touch(hers, answer)
    assert is_in(hers)


def test_a_challenge_of_her_own_page_signs_nobody_in(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key = SoftwareKey()
    add(browser, key)
    browser.open(KEYS)
    answer, challenge = key.answers(browser.page), browser.hidden["key_challenge"]
    other = visitor()
    to_key(other)
    touch(other, answer, 403, key_challenge=challenge)
    assert not is_in(other)


def test_a_copy_of_a_key_that_counts_is_noticed(
    browser: Visitor, visitor: Callable[[], Visitor], advocate: Somebody
) -> None:
    key = SoftwareKey(counts=True)
    add(browser, key)
    cloned = copy(key)
    other = visitor()
    for _ in range(2):
        touch(other, key.answers(to_key(other)))
        assert is_in(other)
        other.client.delete_cookie("staff")
    touch(other, cloned.answers(to_key(other)), 403)
    assert not is_in(other)
    silent = replace(key, counts=False, count=0)
    touch(other, silent.answers(to_key(other)), 403)
    touch(other, key.answers(to_key(other)))
    assert is_in(other)
    (kept,) = decrypt_second_factors(record(advocate), advocate.private_key).passkeys
    assert kept.sign_count == key.count


def test_a_key_that_was_taken_away_opens_nothing(
    browser: Visitor, visitor: Callable[[], Visitor], advocate: Somebody
) -> None:
    kept, lost = SoftwareKey(), SoftwareKey()
    add(browser, kept, "Kept")
    browser.open(KEYS)
    add(browser, lost, "Lost", key_answer=kept.answers(browser.page))
    waiting = visitor()
    waiting_answer = lost.answers(to_key(waiting))
    browser.open(KEYS)
    address = re.findall(r'href="(/staff/me/keys/[0-9a-f]{16}/remove)"', browser.page)[1]
    browser.open(address)
    assert "Lost" in browser.page
    browser.send(address, {"password": PASSWORD}, 422)
    browser.send(address, {"password": "not hers", "key_answer": kept.answers(browser.page)}, 422)
    browser.send(address, {"password": PASSWORD, "key_answer": SoftwareKey().answers(browser.page)}, 422)
    browser.send(address, {"password": PASSWORD, "key_answer": kept.answers(browser.page)})
    assert "Lost" not in browser.page
    browser.open(address, 404)
    touch(waiting, waiting_answer, 403)
    assert not is_in(waiting)
    other = visitor()
    touch(other, lost.answers(to_key(other)), 403)
    assert not is_in(other)
    touch(other, kept.answers(to_key(other)))
    assert is_in(other)


def test_with_the_last_key_recovery_codes_end_and_the_password_is_enough(browser: Visitor, advocate: Somebody) -> None:
    key = SoftwareKey()
    add(browser, key)
    browser.open(KEYS)
    (address,) = re.findall(r'href="(/staff/me/keys/[0-9a-f]{16}/remove)"', browser.page)
    browser.open(address)
    assert "your password alone" in browser.page
    browser.send(address, {"password": PASSWORD, "key_answer": key.answers(browser.page)})
    assert staff_session.sign_in("advocate", PASSWORD)
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(RecoveryCodeRow)).all()
        lines = session.scalars(select(AuditEntryRow.action)).all()
    assert "codes.key-off" in lines


def test_a_recovery_code_opens_where_the_key_is_lost(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    recovery = add(browser, SoftwareKey())
    first, second = visitor(), visitor()
    to_key(first)
    first.send(SIGN_IN, {"code": recovery[0]})
    assert is_in(first)
    to_key(second)
    second.send(SIGN_IN, {"code": recovery[0]}, 403)
    assert not is_in(second)
    second.open(SIGN_IN)
    second.send(SIGN_IN, {"handle": "advocate", "password": PASSWORD, "code": recovery[1]})
    assert is_in(second)


def test_with_both_either_opens(
    browser: Visitor, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    secret, key = with_codes(advocate), SoftwareKey()
    browser.open(KEYS)
    browser.send(KEYS, {"name": "Key", "password": PASSWORD}, 422)
    browser.send(KEYS, {"name": "Key", "password": PASSWORD, "code": "000000"}, 422)
    assert add(browser, key, code=pyotp.TOTP(secret).at(clock.moment)) == [], "recovery codes were there before"
    clock.move(seconds=30)
    other = visitor()
    touch(other, key.answers(to_key(other)))
    assert is_in(other)
    typed = visitor()
    typed.open(SIGN_IN)
    code = pyotp.TOTP(secret).at(clock.moment)
    typed.send(SIGN_IN, {"handle": "advocate", "password": PASSWORD, "code": code})
    assert is_in(typed), "a key that answered spends no code"


def test_codes_are_set_up_and_turned_off_with_a_key(
    browser: Visitor, advocate: Somebody, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    key, codes = SoftwareKey(), "/staff/me/codes"
    add(browser, key)
    browser.open(codes)
    secret = browser.hidden["secret"]
    typed: dict[str, object] = {"password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.moment)}
    browser.send(codes, typed, 422)
    browser.send(codes, {**typed, "key_answer": SoftwareKey().answers(browser.page)}, 422)
    browser.send(codes, {**typed, "key_answer": key.answers(browser.page)})
    assert "Your recovery codes" in browser.page
    browser.open(codes)
    browser.send(codes, {"password": PASSWORD, "act": "recovery", "key_answer": key.answers(browser.page)})
    assert "Your recovery codes" in browser.page
    browser.open(codes)
    answer = key.answers(browser.page)
    browser.send(codes, {"password": PASSWORD, "act": "off", "key_answer": answer})
    left = decrypt_second_factors(record(advocate), advocate.private_key)
    assert not left.secret
    assert left.passkeys
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("advocate", PASSWORD)


def test_new_recovery_codes_for_somebody_who_has_keys_alone(browser: Visitor) -> None:
    key, page = SoftwareKey(), "/staff/me/recovery"
    assert "Add a passkey" in browser.open(page).text
    first = add(browser, key)
    browser.open(page)
    browser.send(page, {"password": PASSWORD}, 422)
    browser.send(page, {"password": PASSWORD, "key_answer": key.answers(browser.page)})
    renewed = re.findall(r"<li>([a-z0-9-]{14})</li>", browser.page)
    assert len(renewed) == 10
    for code, right in ((first[0], False), (renewed[0], True)):
        try:
            staff_session.sign_in("advocate", PASSWORD, code=code)
        except AuthenticationFailed:
            assert not right
        else:
            assert right


def test_the_old_password_opens_nothing_once_it_was_changed_not_even_half_way(
    app: Flask, browser: Visitor, visitor: Callable[[], Visitor]
) -> None:
    key, other = SoftwareKey(), visitor()
    add(browser, key)
    answer, token = key.answers(to_key(other)), browser.client.get_cookie("staff")
    assert token
    with app.test_request_context():
        caller = staff_session.find_caller(token.value)
        assert caller
        authentication.change_password(caller, PASSWORD, "another long password 73")
    touch(other, answer, 403)
    assert not is_in(other)


def test_the_page_of_the_key_and_the_key_file_do_not_open_the_private_key(
    browser: Visitor, visitor: Callable[[], Visitor]
) -> None:
    add(browser, SoftwareKey())
    other = visitor()
    to_key(other)
    payload = other.hidden["csrf_token"].split(".")[0]
    on_the_page = str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    assert key_challenges.KeyChallenge.open(other.hidden["key_challenge"], "sign-in", on_the_page) is None


def test_a_challenge_works_once_though_the_last_key_was_taken_away_meanwhile(
    browser: Visitor, visitor: Callable[[], Visitor]
) -> None:
    key, other = SoftwareKey(), visitor()
    add(browser, key)
    to_key(other)
    hidden = dict(other.hidden)
    browser.open(KEYS)
    (address,) = re.findall(r'href="(/staff/me/keys/[0-9a-f]{16}/remove)"', browser.page)
    browser.open(address)
    browser.send(address, {"password": PASSWORD, "key_answer": key.answers(browser.page)})
    assert other.ask("POST", SIGN_IN, data={**hidden, "code": "0"}).status_code == 303
    other.client.delete_cookie("staff")
    other.open(SIGN_IN)
    again = {**hidden, "csrf_token": other.hidden["csrf_token"], "code": "0"}
    assert other.ask("POST", SIGN_IN, data=again).status_code == 403


def test_wrong_answers_are_counted_like_wrong_passwords(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key, other = SoftwareKey(), visitor()
    add(browser, key)
    for _ in range(10):
        touch(other, SoftwareKey().answers(to_key(other)), 403)
    to_key(other, status=429)


def test_a_right_answer_is_not_counted(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    key = SoftwareKey()
    add(browser, key)
    for _ in range(12):
        other = visitor()
        touch(other, key.answers(to_key(other)))
        assert is_in(other)


def test_a_code_on_the_page_of_the_key_is_tried_once_for_each_password(
    browser: Visitor, visitor: Callable[[], Visitor], clock: StillClock, advocate: Somebody
) -> None:
    """Whoever has the password cannot try six digits there without being counted."""
    secret, other = with_codes(advocate), visitor()
    add_answer = pyotp.TOTP(secret).at(clock.moment)
    browser.open(KEYS)
    add(browser, SoftwareKey(), code=add_answer)
    clock.move(seconds=30)
    to_key(other)
    hidden = dict(other.hidden)
    other.send(SIGN_IN, {"code": "000000"}, 403)
    right = {**hidden, "csrf_token": other.hidden["csrf_token"], "code": pyotp.TOTP(secret).at(clock.moment)}
    assert other.ask("POST", SIGN_IN, data=right).status_code == 403
    assert not is_in(other)


def test_what_no_browser_sends_is_refused(browser: Visitor, visitor: Callable[[], Visitor]) -> None:
    other = visitor()
    browser.open(KEYS)
    browser.send(KEYS, {"name": "Key", "password": PASSWORD})
    browser.send(f"{KEYS}/new", {"key_answer": '{"rawId": 7}'}, 422)
    assert "This key cannot be used here" in browser.page
    add(browser, SoftwareKey())
    to_key(other)
    touch(other, "[" * 9000, 403)
    assert not is_in(other)


def test_a_key_is_added_once_within_five_minutes_and_only_by_who_began(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _, people = house(["advocate", "coordinator"])
    browser, other = signed_in(visitor(), people["advocate"]), signed_in(visitor(), people["coordinator"])
    key = SoftwareKey()
    browser.open(KEYS)
    browser.send(KEYS, {"name": "Key", "password": PASSWORD})
    asking, challenge = browser.page, browser.hidden["key_challenge"]
    other.open(KEYS)
    other.send(f"{KEYS}/new", {"key_answer": key.made_for(asking), "key_challenge": challenge}, 422)
    browser.send(f"{KEYS}/new", {"key_answer": key.made_for(asking)})
    browser.open(KEYS)
    more = SoftwareKey()
    browser.send(f"{KEYS}/new", {"key_answer": more.made_for(asking), "key_challenge": challenge}, 422)
    proof: dict[str, object] = {"name": "Key", "password": PASSWORD, "key_answer": key.answers(browser.open(KEYS).text)}
    browser.send(KEYS, proof)
    clock.move(minutes=5)
    browser.send(f"{KEYS}/new", {"key_answer": more.made_for(browser.page)}, 422)
    assert "longer than five minutes" in browser.page
    proof["key_answer"] = key.answers(browser.open(KEYS).text)
    browser.send(KEYS, proof)
    browser.send(f"{KEYS}/new", {"key_answer": key.made_for(browser.page)}, 422)
    assert "in your list already" in browser.page
    (kept,) = decrypt_second_factors(record(people["advocate"]), people["advocate"].private_key).passkeys
    assert kept.credential_id == key.credential_id


def test_five_keys_are_the_most(browser: Visitor) -> None:
    keys = [SoftwareKey() for _ in range(second_factors.MAX_PASSKEYS)]
    add(browser, keys[0])
    for key in keys[1:]:
        add(browser, key, key_answer=keys[0].answers(browser.open(KEYS).text))
    browser.open(KEYS)
    assert "Your list is full" in browser.page
    assert browser.ask("POST", KEYS, data=browser.hidden | {"name": "Sixth", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("size", [450, 453])
def test_a_record_is_never_too_full_for_codes_or_for_what_a_key_counts(
    browser: Visitor, visitor: Callable[[], Visitor], clock: StillClock, size: int
) -> None:
    """Keys with long ids, until there is no room for another one."""
    first, codes = SoftwareKey(counts=True, credential_id=b"a" * size), "/staff/me/codes"
    add(browser, first)
    for number in range(4):
        browser.open(KEYS)
        more = SoftwareKey(credential_id=bytes([number]) * size)
        named: dict[str, object] = {"name": "Key", "password": PASSWORD}
        browser.send(KEYS, {**named, "key_answer": first.answers(browser.page)})
        made = browser.ask("POST", f"{KEYS}/new", data=browser.hidden | {"key_answer": more.made_for(browser.page)})
        assert made.status_code in {303, 422}
    first.count = 2**32 - 10
    other = visitor()
    touch(other, first.answers(to_key(other)))
    assert is_in(other)
    browser.open(codes)
    code = pyotp.TOTP(browser.hidden["secret"]).at(clock.moment)
    browser.send(codes, {"password": PASSWORD, "code": code, "key_answer": first.answers(browser.page)})
    assert "Your recovery codes" in browser.page


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_does_not_tell_codes_from_keys(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """Codes alone, one key, several keys, both: the same columns, of the same length, with the same kind of values."""
    _, people = house(["advocate", "coordinator", "facilitator"])
    keys = [SoftwareKey(counts=True) for _ in range(3)]
    with_codes(people["coordinator"])
    browser = signed_in(visitor(), people["advocate"])
    add(browser, keys[0], "Blue key")
    for key in keys[1:]:
        add(browser, key, "Red key", key_answer=keys[0].answers(browser.open(KEYS).text))
    add(signed_in(visitor(), people["facilitator"]), SoftwareKey())
    with db.reading(db.engine()) as session:
        rows = session.execute(select(PersonRow.__table__)).mappings().all()
        dump = b"".join(
            value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row.values()
        )
    assert {len(row["codes"]) for row in rows} == {RECORD_BYTES + LOCK_BYTES}
    assert {type(row["code_used"]) for row in rows} == {int}
    for key in keys:
        assert key.credential_id not in dump
        assert key.user_handle not in dump
    assert b"Blue key" not in dump


def test_a_record_of_0_2_0_opens_and_is_as_long_as_others_after_the_next_sign_in(
    advocate: Somebody, clock: StillClock
) -> None:
    secret = with_codes(advocate, as_in_0_2_0=True)
    assert len(record(advocate)) == 60
    assert staff_session.sign_in("advocate", PASSWORD, code=pyotp.TOTP(secret).at(clock.moment))
    assert len(record(advocate)) == RECORD_BYTES + LOCK_BYTES
    clock.move(seconds=30)
    assert staff_session.sign_in("advocate", PASSWORD, code=pyotp.TOTP(secret).at(clock.moment))


def test_a_record_taken_away_in_the_database_while_her_password_is_checked_opens_nothing(
    advocate: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_codes(advocate)
    check = authentication._check_proof  # noqa: SLF001 - what comes after Argon2

    def altered(*given: Any) -> Any:
        with db.writing(db.engine()) as session:
            session.execute(update(PersonRow).where(PersonRow.id == advocate.id).values(codes=None))
        return check(*given)

    monkeypatch.setattr(authentication, "_check_proof", altered)
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("advocate", PASSWORD, code="000000")


def test_no_row_of_a_challenge_stays_for_more_than_two_days(
    browser: Visitor, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """It says that somebody signed in with a key, not who; `password_attempts` deletes it with its other rows."""
    key, other = SoftwareKey(), visitor()
    add(browser, key)
    touch(other, key.answers(to_key(other)))
    with db.reading(db.engine()) as session:
        rows = session.scalars(select(WrongAttemptRow)).all()
    assert {row.since for row in rows} == {clock.moment.replace(hour=0, minute=0, second=0, microsecond=0)}
    assert all(row.since + timedelta(days=1) > clock.moment for row in rows)


@pytest.mark.parametrize(
    "url", ["http://192.168.4.1", "http://voice.example.org", "https://192.0.2.7", "https://[::1]"]
)
def test_where_browsers_offer_no_keys_the_page_says_why_and_codes_are_there(
    app: Flask, browser: Visitor, visitor: Callable[[], Visitor], url: str
) -> None:
    recovery = add(browser, SoftwareKey())
    with context.override(app, settings=replace(context.settings(), url=url)):
        browser.open(KEYS)
        assert f"This service is reached at {url}, so use one-time codes here." in browser.page
        assert "data-key" not in browser.page
        assert 'href="/staff/me/codes"' in browser.page
        assert browser.ask("POST", KEYS, data=browser.hidden | {"name": "K", "password": PASSWORD}).status_code == 400
        other = visitor()
        page = to_key(other)
        assert "data-key" not in page
        assert "Keys do not work at the present address" in page
        other.send(SIGN_IN, {"code": recovery[0]})
        assert is_in(other)


def test_a_form_that_came_too_late_waits_beyond_the_key(
    browser: Visitor, visitor: Callable[[], Visitor], advocate: Somebody
) -> None:
    key, other = SoftwareKey(), signed_in(visitor(), advocate)
    add(browser, key)
    other.open("/staff/me")
    other.client.delete_cookie("staff")
    other.send("/staff/me", {"language": "hi", "mail": "asha@example.org", "picture": ""}, 401)
    other.send(SIGN_IN, {"handle": "advocate", "password": PASSWORD})
    touch(other, key.answers(other.page))
    assert "asha@example.org" in other.page
    assert other.hidden["language"] == "hi"
