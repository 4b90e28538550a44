"""What children wrote and what cookies carry: how it is sealed, what it is bound to, and that what lies there opens."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.structure import formats
from youthvoice.accounts.sign_in import staff_session
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.store import BALLOT_KEY_PREFIX
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.grievances.intake.submission import ReportSubmission
from youthvoice.privacy.credentials import one_time_codes, second_factors
from youthvoice.privacy.credentials.passkeys import Passkey
from youthvoice.privacy.credentials.passwords import PersonSecret, decrypt_private_key, make_secret
from youthvoice.privacy.crypto import session_keys
from youthvoice.privacy.crypto.argon2 import Argon2Cost
from youthvoice.privacy.crypto.sealing import KeyPair, SealedText, public_of
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import case_state, handover_items, key_wraps
from youthvoice.threads.child_codes import code_visit
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.letters.letter_box import (
    EncryptedLetter,
    OpenedLetter,
    SealedLetter,
    Suggestion,
    open_letter,
    open_suggestion,
    seal_letter,
    seal_suggestion,
)
from youthvoice.threads.sealed_thread import SealedEntry, open_entry, seal_entry

ID = bytes(range(16))
HEX = ID.hex()
KEY = bytes(range(32))
MONTH = "2029-11"
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
PRIVATE = b"\x07" * 32
PAIR = KeyPair(public_of(PRIVATE), PRIVATE)
COST = Argon2Cost(time=1, memory_kib=8)

# Made once, with the keys above.
VERIFIER = "3597947da59d3f908876db633ad21d6343f4287c7eec8e530cadc070eee941a9"
WRAPPED = (
    "59c1ee316fb6c9cd7e98b0561b2679c0d2620e68f41210f7bacf218285c9b0f7"
    "ab9c1f0dc67c1ce8d6613bbcd5d150f9e183a2081b188d0058ef366f"
)
SESSION = (
    "2ec40282d3a3301d981f481f31d0aa307e26d454b642044283b408b49d9629cd"
    "8361c8ecf2e5070ba90a1332892ef6b8cc39faea7bb475a3e20b2a3f"
)
TELEPHONE = "5de1305f17bcc64a8107003dbcde26f45e244ec5275aba6287a516cd48857640ff4e6aea453e024992ba2e2e"

MARKS = case_state.CaseState(
    kind="item", state="asked", topic="food", harm=True, urgent=True, severity=2, answerable=False, owner=7,
    clocks={"answer": 500_000}, steps={"answer": 1}, days={"first_look": "2026-11-24"}, flags=("held",), language="hi",
    keys="abc", sent="def", wrote="ghi", transcripts={"a1b2": (500_024, 1, "yes")},
)  # fmt: skip
MARKS_JSON = {
    "kind": "item", "state": "asked", "topic": "food", "harm": True, "urgent": True, "severity": 2,
    "answerable": False, "owner": 7, "clocks": {"answer": 500_000}, "steps": {"answer": 1},
    "days": {"first_look": "2026-11-24"}, "flags": ["held"], "language": "hi", "keys": "abc", "sent": "def",
    "wrote": "ghi", "transcripts": {"a1b2": [500_024, 1, "yes"]},
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a letter box stands."""

    id: int = 1
    time_zone: str = "Asia/Kolkata"
    daily_hour: int = 7
    closes_on: date | None = None


@dataclass(frozen=True)
class Reader:
    """An advocate with the key of these tests."""

    person_id: int = 7
    public_key: bytes = field(default=PAIR.public, repr=False)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    made = Keyring.open(tmp_path / "keys", create=True, development=True)
    made.key_or_new(f"destruction-{MONTH}")
    made.key_or_new("threads")
    return made


def outer(keyring: Keyring, inner: bytes, bound: str, month: str = MONTH) -> bytes:
    return formats.locked(keyring.key(f"destruction-{month}"), inner, bound)


def inside(keyring: Keyring, blob: bytes, bound: str, month: str = MONTH) -> bytes:
    return formats.unlocked(keyring.key(f"destruction-{month}"), blob, bound)


def test_marks() -> None:
    bound = f"thread|{HEX}|marks"
    written = formats.unlocked(KEY, case_state.encrypt_case_state(KEY, ID, MARKS), bound)
    assert json.loads(formats.unpadded(written)) == MARKS_JSON | {"notice_from": 0}
    before = formats.locked(KEY, formats.padded(json.dumps(MARKS_JSON).encode(), 1280), bound)
    assert case_state.open_case_state(KEY, ID, before) == MARKS


def test_what_is_said_in_a_thread(keyring: Keyring) -> None:
    said = {"words": "The lamp is broken."}
    head = {"kind": "told", "by": 0, "turn": 2, "said": said}
    entry = ThreadEntry("told", 0, DAY, 2, said, b"beep")
    made = seal_entry(keyring, ID, PAIR.public, MONTH, entry)
    named = f"thread|{HEX}|{made.id.hex()}"
    inner = inside(keyring, made.body.blob, f"{named}|outer")
    assert formats.unframed(formats.unpadded(formats.unsealed(PRIVATE, inner, named))) == (head, b"beep")
    seal = formats.sealed(PAIR.public, formats.padded(formats.framed(head, b"beep"), 256), f"thread|{HEX}|{HEX}")
    kept = SealedEntry(ID, DAY, SealedText.stored(outer(keyring, seal, f"thread|{HEX}|{HEX}|outer")))
    assert open_entry(keyring, ID, PRIVATE, MONTH, kept) == ThreadEntry("told", 0, DAY, 2, said, b"beep", ID)


def test_what_is_handed_to_one_adult(keyring: Keyring) -> None:
    made = handover_items.seal_handover(keyring, Reader(), DAY, MONTH, {"words": "Fruit"})
    inner = inside(keyring, made.body, f"handed|{made.id.hex()}|7|outer")
    plain = formats.unpadded(formats.unsealed(PRIVATE, inner, f"handed|{made.id.hex()}|7"))
    assert json.loads(plain) == {"words": "Fruit"}
    seal = formats.sealed(PAIR.public, formats.padded(b'{"words": "Fruit"}', 256), f"handed|{HEX}|7")
    body = outer(keyring, seal, f"handed|{HEX}|7|outer")
    kept = handover_items.HandoverItem(id=ID, person_id=7, day=DAY, destruction_month=MONTH, body=body)
    assert handover_items.open_handover(keyring, kept, PRIVATE) == {"words": "Fruit"}


def opened_letter(keyring: Keyring, letter: SealedLetter) -> bytes:
    """What is in a letter, opened with her wrap."""
    (wrapped,) = letter.wraps
    own = formats.unsealed(PRIVATE, wrapped.wrapped, f"letter|{letter.id.hex()}|wrap|7")
    bound = f"letter|{letter.id.hex()}"
    inner = inside(keyring, letter.body.blob, f"{bound}|outer", letter.destruction_month)
    return formats.unpadded(formats.unsealed(own, inner, f"{bound}|body"))


def letter_of(keyring: Keyring, plain: bytes) -> tuple[bytes, bytes]:
    """Body and wrap of a letter as a house has it."""
    seal = formats.sealed(PAIR.public, formats.padded(plain, 8192), f"letter|{HEX}|body")
    return outer(keyring, seal, f"letter|{HEX}|outer"), formats.sealed(PAIR.public, PRIVATE, f"letter|{HEX}|wrap|7")


def test_a_letter(keyring: Keyring) -> None:
    sealing_values = {"site": Place(), "round_id": 1, "question": "words", "readers": [Reader()], "now": NOON}
    made = seal_letter(keyring, "More fruit", **sealing_values, shared=True)  # type: ignore[arg-type]
    assert made.box == "survey"
    head = {"words": "More fruit", "shared": True, "again": False, "voice_kind": "", "voice": 0}
    plain = opened_letter(keyring, made)
    assert formats.unframed(plain[:8000])[0] == head
    assert not plain[8000:].strip(b"\0")
    spoken = {**head, "voice_kind": "audio/webm", "voice": 4}
    said = json.dumps(spoken).encode()
    body, wrapped = letter_of(keyring, formats.padded(said.ljust(7996)) + b"beep" + bytes(9000))
    found = open_letter(keyring, EncryptedLetter(ID, body, MONTH, wrapped), 7, PRIVATE)
    assert found == OpenedLetter("More fruit", shared=True, voice=b"beep", voice_kind="audio/webm")
    body, wrapped = letter_of(keyring, b"0Less noise")
    found = open_letter(keyring, EncryptedLetter(ID, body, MONTH, wrapped), 7, PRIVATE)
    assert found == OpenedLetter("Less noise", shared=False)


def test_a_suggestion(keyring: Keyring) -> None:
    head = {"topic": "food", "wish": "more", "words": "Fruit", "voice_kind": "audio/webm", "language": "hi"}
    value = Suggestion("food", "more", "Fruit", b"beep", "audio/webm", "hi")
    sealing_values = {"site": Place(), "committee_id": 3, "check_days": 4, "readers": [Reader()], "now": NOON}
    made = seal_suggestion(keyring, value, **sealing_values)  # type: ignore[arg-type]
    assert made.box == "agenda"
    plain = opened_letter(keyring, made)
    assert formats.unframed(plain[:4000])[0] == head
    assert plain[4000:] == b"beep"
    said = json.dumps(head).encode()
    body, wrapped = letter_of(keyring, formats.padded(said.ljust(3996))[:4000] + b"beep")
    letter = EncryptedLetter(ID, body, MONTH, wrapped)
    assert open_suggestion(keyring, letter, 7, PRIVATE) == value


def test_wraps() -> None:
    made = key_wraps.wrap_thread_key(KEY, ID, PRIVATE, Reader())
    assert formats.unsealed(PRIVATE, made.wrapped, f"thread|{HEX}|wrap|7") == PRIVATE
    assert key_wraps.unwrap_thread_key(ID, 7, formats.sealed(PAIR.public, KEY, f"thread|{HEX}|wrap|7"), PRIVATE) == KEY
    letter = key_wraps.wrap_letter_key(KEY, ID, PRIVATE, Reader())
    assert formats.unsealed(PRIVATE, letter.wrapped, f"letter|{HEX}|wrap|7") == PRIVATE


def test_what_a_child_told() -> None:
    picked: dict[str, Any] = {"topic": "food", "whom": "me", "by_whom": "adult", "may_know": "yes", "where": "here"}
    submission = ReportSubmission(
        **picked, also=("play",), words="Fruit", urgent=True, come="yes", how="River", helper="Lata",
        left_out=frozenset({9, 7}), language="hi",
    )  # fmt: skip
    more = {"words": "Fruit", "urgent": True, "how": "River", "helper": "Lata", "left_out": [7, 9], "language": "hi"}
    assert submission.said() == {**picked, **more, "also": ["play"], "come": True}


def unlocked_cookie(value: str, bound: str) -> bytes:
    return formats.unlocked(KEY, base64.urlsafe_b64decode(value), bound)


def cookie(plain: bytes, bound: str) -> str:
    return base64.urlsafe_b64encode(formats.locked(KEY, plain, bound)).decode()


def moments(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(8, "big") for number in numbers)


def test_cookies_of_children() -> None:
    now = int(NOON.timestamp())
    plain = ID + PRIVATE + moments(now + 600, now) + b"hill".ljust(64, b"\0")
    visit = code_visit.ChildVisit(ID, PRIVATE, "hill", now)
    assert unlocked_cookie(code_visit.write_cookie(KEY, visit, NOON), "reply|visit|2") == plain
    assert code_visit.read_cookie(KEY, cookie(plain, "reply|visit|2"), NOON) == visit
    representative_session, bound = (
        picture_sign_in.RepresentativeSession(ID, b"markmark", now),
        f"representative|visit|1|{HEX}",
    )
    plain = ID + b"markmark" + moments(now + 900, now)
    assert unlocked_cookie(picture_sign_in.write_cookie(KEY, representative_session, ID, NOON), bound) == plain
    assert picture_sign_in.read_cookie(KEY, cookie(plain, bound), ID, NOON) == representative_session


def test_a_form_that_came_too_late() -> None:
    plain: Sequence[Any] = ["/staff/rounds/?q=1", [["words", "Fruit"]], ["voice"]]
    form = staff_session.KeptForm("/staff/rounds/?q=1", (("words", "Fruit"),), ("voice",))
    assert json.loads(unlocked_cookie(form.sealed(KEY, 7), "kept-form|7")) == plain
    assert staff_session.open_kept_form(KEY, cookie(json.dumps(plain).encode(), "kept-form|7"), 7) == form


def test_a_ballot(keyring: Keyring) -> None:
    blob = ballot_box.encrypt_choice(keyring, "abc", "ballots-x", ID, 3)
    assert formats.unpadded(formats.unlocked(keyring.key("ballots-x"), blob, f"ballot|abc|{HEX}")) == b"\x03"
    assert BALLOT_KEY_PREFIX == "ballots-"


def test_keys_of_people() -> None:
    """What a password locks, what a session holds, and the secret of a telephone."""
    binding = b"asha|1"
    secret = make_secret("a long password", KEY, binding, pair=PAIR, cost=COST)
    assert decrypt_private_key("a long password", secret, KEY, binding) == PRIVATE
    kept = PersonSecret(
        salt=bytes(range(16)),
        verifier_hash=bytes.fromhex(VERIFIER),
        public=PAIR.public,
        wrapped_private=bytes.fromhex(WRAPPED),
        params=COST,
    )
    assert decrypt_private_key("a long password", kept, KEY, binding) == PRIVATE
    assert session_keys.decrypt_for_session(bytes.fromhex(SESSION), "a token") == PRIVATE
    assert one_time_codes.decrypt_secret(bytes.fromhex(TELEPHONE), PRIVATE) == "JBSWY3DPEHPK3PXP"


def test_second_factors_of_a_person() -> None:
    """One-time codes and passkeys, in the record that was the secret of the codes alone until 0.2.0."""
    key = bytes.fromhex("50cbf97dbdf2b3a118e49cb74a4d6ef1085b192a401efbabf82656a146c5b71a")
    passkey = Passkey("Blue key", date(2026, 12, 1), b"i" * 3, b"p" * 3, 7)
    held = second_factors.SecondFactors("JBSWY3DPEHPK3PXP", b"h" * 3, (passkey,))
    plain = (
        b'{"secret":"JBSWY3DPEHPK3PXP","user_handle":"aGho","passkeys":[{"name":"Blue key","added_on":"2026-12-01",'
        b'"credential_id":"aWlp","public_key":"cHBw","sign_count":7}]}'
    )
    blob = second_factors.encrypt_second_factors(held, PRIVATE)
    assert formats.unpadded(formats.unlocked(key, blob, "second-factors|record")) == plain
    stored = formats.locked(key, formats.padded(plain, 4096), "second-factors|record")
    assert len(stored) == len(blob)
    assert second_factors.decrypt_second_factors(stored, PRIVATE) == held
    codes_alone = formats.locked(
        bytes.fromhex("3a609ad4414ad52e0f8249ef5f880487a05ebbad91fa636d34443d69b178568d"),
        b"JBSWY3DPEHPK3PXP" * 2,
        "one-time-codes|secret",
    )
    assert second_factors.decrypt_second_factors(codes_alone, PRIVATE).secret == "JBSWY3DPEHPK3PXP" * 2
