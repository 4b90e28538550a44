import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.seed_rows import NOON, Ground, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import decrypt_padded, sealing_context
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import SealedResponse, StoreResult, seal_response, store_response
from youthvoice.threads import receipts
from youthvoice.threads.key_wraps import KeyWrap
from youthvoice.threads.letters.letter_box import seal_letter
from youthvoice.threads.models import LetterRow, ReceiptRow

DAY = NOON.date()


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def a_response(
    house: Ground, coded: bytes | None = b"\x01\x02\x00", submission_id: bytes | None = None, words: str = ""
) -> SealedResponse:
    letters = []
    if words:
        letters = [
            seal_letter(
                house.keyring,
                words,
                site=house.place,
                round_id=1,
                question="words",
                readers=[house.asha],
                now=NOON,
            )
        ]
    return seal_response(house.round, submission_id or secrets.token_bytes(16), coded, day=DAY, letters=letters)


def send(house: Ground, response: SealedResponse) -> StoreResult:
    with db.writing(house.engine) as session:
        return store_response(session.connection(), response)


def stored(house: Ground) -> int:
    with db.reading(house.engine) as session:
        return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


def opened(house: Ground) -> list[bytes]:
    key = house.keyring.key(house.round.answers_key)
    with db.reading(house.engine) as session:
        rows = session.execute(select(ResponseRow.id, ResponseRow.blob)).all()
    return [
        decrypt_padded(key, blob, sealing_context("sheet", house.round.slug, submission_id.hex()))
        for submission_id, blob in rows
    ]


def test_a_sheet_waits_and_opens_only_for_counting(house: Ground) -> None:
    assert send(house, a_response(house, b"\x01\x05")) == StoreResult(late=False, repeated=False)
    assert opened(house) == [b"\x01\x05"]


@pytest.mark.dialect("put in once")
def test_a_repeat_is_a_success_and_counts_once(house: Ground) -> None:
    submission_id = secrets.token_bytes(16)
    send(house, a_response(house, submission_id=submission_id, words="once"))
    again = send(house, a_response(house, b"\x02\x02\x02", submission_id=submission_id, words="twice"))
    assert again == StoreResult(late=False, repeated=True)
    assert opened(house) == [b"\x01\x02\x00"]
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 1


@pytest.mark.dialect("writers wait for each other")
def test_eight_tablets_at_once_send_one_sheet_and_it_counts_once(house: Ground) -> None:
    submission_id = secrets.token_bytes(16)
    sheets = [a_response(house, submission_id=submission_id, words="the same") for _ in range(8)]
    with ThreadPoolExecutor(8) as tablets:
        taken = list(tablets.map(lambda sheet: send(house, sheet), sheets))
    assert sorted(one.repeated for one in taken) == [False] + [True] * 7
    assert stored(house) == 1
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 1


def test_a_late_sheet_is_discarded_and_its_letter_delivered(house: Ground) -> None:
    sheet = a_response(house, words="late but heard")
    house.close()
    assert send(house, sheet) == StoreResult(late=True, repeated=False)
    assert send(house, sheet) == StoreResult(late=True, repeated=True)
    assert stored(house) == 0
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 1


@pytest.mark.dialect("put in once")
def test_a_sheet_that_came_in_time_is_in_time_when_it_comes_again_after_closing(house: Ground) -> None:
    submission_id = secrets.token_bytes(16)
    send(house, a_response(house, submission_id=submission_id))
    house.close()
    again = a_response(house, coded=None, submission_id=submission_id, words="twice")
    assert send(house, again) == StoreResult(late=False, repeated=True)
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 0
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_receipt_does_not_tell_whether_its_sheet_was_late(house: Ground) -> None:
    send(house, a_response(house))
    late = a_response(house)
    house.close()
    send(house, late)
    with db.reading(house.engine) as session:
        rows = session.execute(select(ReceiptRow.id_hash, ReceiptRow.month)).all()
    assert {len(row.id_hash) for row in rows} == {32}
    assert len({row.month for row in rows}) == 1


def test_a_response_that_is_known_to_be_late_makes_no_key_anew(house: Ground) -> None:
    house.close()
    assert send(house, a_response(house, coded=None)).late
    assert house.round.answers_key not in house.keyring.names()


@pytest.mark.dialect("what a thief reads in the rows")
def test_sheets_have_equal_length_whatever_was_said(house: Ground) -> None:
    for coded in (b"", bytes(3), bytes(range(20)), bytes(124)):
        send(house, a_response(house, coded))
    with db.reading(house.engine) as session:
        assert len(set(session.scalars(select(func.length(ResponseRow.blob))))) == 1


def test_a_sheet_moved_to_another_id_does_not_open(house: Ground) -> None:
    send(house, a_response(house))
    with db.writing(house.engine) as session:
        session.execute(ResponseRow.__table__.update().values(id=secrets.token_bytes(16)))  # type: ignore[attr-defined]
    with pytest.raises(CannotOpen):
        opened(house)


@pytest.mark.dialect("moments")
def test_receipts_are_forgotten_after_twelve_months(house: Ground) -> None:
    for day in (date(2025, 10, 31), date(2025, 11, 1), date(2026, 11, 24)):
        send(house, seal_response(house.round, secrets.token_bytes(16), b"\x01", day=day))
    with db.writing(house.engine) as session:
        assert receipts.forget_old_receipts(session, DAY) == 1
        assert sorted(session.scalars(select(ReceiptRow.month))) == ["2025-11", "2026-11"]


@pytest.mark.dialect("what was begun is rolled back")
def test_nothing_half_written_when_a_letter_cannot_be_stored(house: Ground) -> None:
    sheet = a_response(house, words="hello")
    stranger = [replace(sheet.letters[0].wraps[0], person_id=999)]  # no such person: the foreign key refuses it
    broken = SealedResponse(
        **{name: getattr(sheet, name) for name in SealedResponse.__slots__} | {"letters": (_with(sheet, stranger),)}
    )
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        send(house, broken)
    assert stored(house) == 0
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 0
    assert send(house, sheet) == StoreResult(late=False, repeated=False)


def _with(sheet: SealedResponse, wraps: list[KeyWrap]) -> object:
    letter = sheet.letters[0]
    return type(letter)(**{name: getattr(letter, name) for name in type(letter).__slots__} | {"wraps": wraps})


@pytest.mark.sqlite("reads its files")
def test_a_thief_of_the_database_and_its_log_finds_no_word_and_no_answer(house: Ground, tmp_path: Path) -> None:
    coded = bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    canary = "the blue gate is never locked"
    sheet = a_response(house, coded, words=canary)
    send(house, sheet)
    stolen = b"".join(path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file())
    assert sheet.submission_id in stolen
    assert canary.encode() not in stolen
    assert coded not in stolen
    assert f"{datetime.now(UTC):%Y-%m-%d %H:%M}".encode() not in stolen, "what the wall says"


def test_a_sheet_id_of_another_length_is_refused(house: Ground) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        seal_response(house.round, b"short", b"\x01", day=DAY)


def test_what_is_known_to_be_late_is_late_though_its_batch_looks_open(house: Ground) -> None:
    """Its key is gone: nothing was locked, so nothing can be stored; the letter still arrives."""
    response = a_response(house, coded=None, words="It is cold")
    assert response.blob is None
    assert send(house, response) == StoreResult(late=True, repeated=False)
    assert send(house, response) == StoreResult(late=True, repeated=True)
    assert stored(house) == 0
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 1
