"""Sealed threads: who can open one, who cannot, and what the database shows (S14, PRIVACY.md C)."""

import secrets
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.seed_rows import NOON, Ground, Reader, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads import store
from youthvoice.threads.case_state import CaseState, encrypt_case_state, hour_after
from youthvoice.threads.entities import CHILD, OpenedThread, ThreadEntry
from youthvoice.threads.key_wraps import decoy_wrap_for, unwrap_thread_key, wrap_thread_key
from youthvoice.threads.models import ThreadKeyWrapRow
from youthvoice.threads.sealed_thread import NewThread, new_thread
from youthvoice.threads.store import ReaderKey

DAY, MONTH = date(2026, 11, 24), "2029-11"
TOLD = ThreadEntry("told", CHILD, DAY, said={"words": "the lamp is brokn 😢 दीपक"})


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def me(reader: Reader) -> ReaderKey:
    return ReaderKey(reader.person_id, reader.pair.public, frozenset({1}))


def told(
    house: Ground,
    *reads: Reader,
    keys: PictureCodeKeys | None = None,
    case: CaseState | None = None,
    receipt: bytes = b"",
) -> NewThread:
    made = new_thread(
        house.keyring,
        site_id=1,
        day=DAY,
        month=MONTH,
        case=case or CaseState(),
        entries=[TOLD],
        everybody=[house.asha, house.ravi],
        reads={reader.person_id for reader in reads},
        keys=keys,
        receipt=receipt,
    )
    with db.writing(house.engine) as session:
        store.add_thread(session, made)
    return made


def new_code() -> PictureCodeKeys:
    return PictureCodeKeys(secrets.token_bytes(16), new_pair())


def opened(house: Ground, thread: NewThread, reader: Reader) -> OpenedThread | None:
    with db.reading(house.engine) as session:
        return store.open_thread(session, me(reader), thread.id, reader.pair.private)


def words(house: Ground, thread: NewThread, reader: Reader) -> list[str]:
    found = opened(house, thread, reader)
    assert found is not None
    with db.reading(house.engine) as session:
        return [entry.said["words"] for entry in store.read_entries(session, found)]


def listed(house: Ground, reader: Reader) -> Collection[bytes]:
    with db.reading(house.engine) as session:
        return [summary.id for summary in store.list_threads(session, me(reader))]


def test_each_reader_opens_the_words_as_given(house: Ground) -> None:
    thread = told(house, house.asha, house.ravi)
    assert words(house, thread, house.asha) == words(house, thread, house.ravi) == [TOLD.said["words"]]


def test_whoever_was_left_out_finds_nothing_and_her_bytes_open_nothing(house: Ground) -> None:
    thread = told(house, house.ravi)
    assert listed(house, house.asha) == []
    assert opened(house, thread, house.asha) is None
    with db.reading(house.engine) as session:
        hers = session.scalars(
            select(ThreadKeyWrapRow.wrapped).where(ThreadKeyWrapRow.person_id == house.asha.person_id)
        ).one()
    with pytest.raises(CannotOpen):
        unwrap_thread_key(thread.id, house.asha.person_id, hers, house.asha.pair.private)


@pytest.mark.dialect("what a thief reads in the rows")
def test_nothing_outside_shows_who_was_left_out(house: Ground) -> None:
    told(house, house.ravi)
    told(house, house.asha, house.ravi)
    with db.reading(house.engine) as session:
        rows = session.execute(
            select(ThreadKeyWrapRow.person_id, func.length(ThreadKeyWrapRow.wrapped), func.length(ThreadKeyWrapRow.tag))
        )
        shapes = sorted(tuple(row) for row in rows)
    assert shapes == [(house.asha.person_id, 80, 16)] * 2 + [(house.ravi.person_id, 80, 16)] * 2


def test_a_thread_that_nobody_reads_is_never_made(house: Ground) -> None:
    with pytest.raises(ValueError, match="nobody can read"):
        told(house)


def test_a_tag_that_an_attacker_writes_opens_nothing(house: Ground) -> None:
    thread = told(house, house.ravi)
    stranger = new_pair()
    with db.writing(house.engine) as session:
        wrap = wrap_thread_key(bytes(32), thread.id, stranger.private, house.asha)
        store.put_thread_wrap(session, thread.id, wrap)
    assert opened(house, thread, house.asha) is None


def test_a_handed_over_thread_opens_for_the_new_reader_and_a_recused_one_not_any_more(house: Ground) -> None:
    thread = told(house, house.ravi)
    held = opened(house, thread, house.ravi)
    assert held is not None
    key = house.keyring.key("threads")
    with db.writing(house.engine) as session:
        store.put_thread_wrap(session, thread.id, wrap_thread_key(key, thread.id, held.private, house.asha))
        store.put_thread_wrap(session, thread.id, decoy_wrap_for(house.ravi.person_id))
    assert words(house, thread, house.asha) == [TOLD.said["words"]]
    assert opened(house, thread, house.ravi) is None
    with db.reading(house.engine) as session:
        people = [(one.person_id, one.pair.public) for one in (house.asha, house.ravi)]
        assert store.find_thread_readers(session, thread.id, people) == {house.asha.person_id}


def test_what_is_said_comes_back_in_order_whatever_its_id(house: Ground) -> None:
    thread = told(house, house.asha)
    for nth in range(6):
        with db.writing(house.engine) as session:
            facts = store.find_thread(session, thread.id, to_change=True)
            assert facts is not None
            store.add_entry(session, facts, ThreadEntry("note", 1, DAY, said={"words": f"{nth}"}))
    assert words(house, thread, house.asha) == [TOLD.said["words"], *"012345"]


def test_a_reply_is_for_the_code_alone_and_the_code_does_not_open_the_report(house: Ground) -> None:
    keys = new_code()
    thread = told(house, house.asha, keys=keys)
    with db.writing(house.engine) as session:
        facts = store.find_thread_by_locator(session, 1, keys.locator)
        assert facts is not None
        store.add_reply(session, facts, ThreadEntry("message", 1, DAY, said={"words": "We mend it."}))
    with db.reading(house.engine) as session:
        said = store.read_replies(session, facts, keys.reply.private)
        assert [entry.said["words"] for entry in said] == ["We mend it."]
        with pytest.raises(CannotOpen):
            store.read_entries(session, facts.open_with(keys.reply.private))
        assert store.find_thread_by_locator(session, 2, keys.locator) is None
    assert thread.locator == keys.locator


@pytest.mark.dialect("put in once")
def test_a_site_has_each_code_once_and_each_sheet_once(house: Ground) -> None:
    keys, receipt = new_code(), secrets.token_bytes(32)
    told(house, house.asha, keys=keys, receipt=receipt)
    with pytest.raises(IntegrityError):
        told(house, house.asha, keys=keys)
    with pytest.raises(IntegrityError):
        told(house, house.asha, receipt=receipt)
    with db.reading(house.engine) as session:
        report = store.find_thread_by_receipt(session, receipt)
        assert report
        assert (report.locator, report.code_seen) == (keys.locator, False)


@pytest.mark.dialect("writers wait for each other")
def test_marks_say_how_it_stands_in_one_length_and_two_at_once_lose_nothing(house: Ground) -> None:
    thread = told(house, house.asha, case=CaseState(harm=True, urgent=True, topic="unsafe"))
    case = CaseState(clocks={"first_look": hour_after(NOON, 1)}, flags=("held", "authority"), topic="food")
    key = house.keyring.key("threads")
    assert (
        len(encrypt_case_state(key, thread.id, case))
        == len(encrypt_case_state(key, thread.id, CaseState()))
        == len(thread.marks)
    )
    with db.reading(house.engine) as session:
        (line,) = store.list_threads(session, me(house.asha))
    assert line.case.harm
    with db.writing(house.engine) as session:
        store.change_case_state(session, line, line.case.having(severity=2))
    with pytest.raises(ConcurrentUpdate), db.writing(house.engine) as session:
        store.change_case_state(session, line, line.case.having(severity=3))
    with db.reading(house.engine) as session:
        (line,) = store.list_threads(session, me(house.asha))
    assert line.case.severity == 2


def test_when_its_month_has_ended_nothing_in_it_opens(house: Ground) -> None:
    thread = told(house, house.asha)
    house.keyring.destroy(f"destruction-{MONTH}")
    with pytest.raises(KeyGone):
        words(house, thread, house.asha)


@pytest.mark.dialect("bytes and odd letters")
def test_a_voice_comes_back_byte_for_byte(house: Ground) -> None:
    thread, sound = told(house, house.asha), secrets.token_bytes(70_000)
    with db.writing(house.engine) as session:
        facts = store.find_thread(session, thread.id)
        assert facts is not None
        store.add_entry(session, facts, ThreadEntry("voice", CHILD, DAY, said={"words": ""}, sound=sound))
    found = opened(house, thread, house.asha)
    assert found is not None
    with db.reading(house.engine) as session:
        assert store.read_entries(session, found)[1].sound == sound


def test_marks_have_room_for_everything_that_can_be_so_at_once() -> None:
    """A report with every clock, step, day and flag that the rooms of the house know, in the longest words."""
    names = ("first_look", "answer", "authority", "agree", "trouble_2", "trouble_6", "child_wrote", "second", "go_on")
    clocks = dict.fromkeys(names, 9_999_999)
    days = ("first_look", "answered", "acted", "authority", "trouble_asked", "put_right", "reopened", "closed")
    flags = (
        "withdraw_asked", "trouble", "tell_outside", "disagreed", "told_disagreed", "was_harm", "summary",
        "waits_for_child", "handed_back",
        "reported", "held", "announced", "told_urgent", "told_harm", "late_first_look",
        "from_letter",
    )  # fmt: skip
    case = CaseState(
        kind="report", state="closed", topic="shouted_at", harm=True, urgent=True, severity=3, answerable=False,
        owner=2**31 - 1, clocks=clocks, steps=dict.fromkeys(clocks, 999),
        days=dict.fromkeys(days, "2026-11-24"), flags=flags, language="zh-Hant-TW",
        keys="x" * 22, sent="x" * 49, wrote="x" * 24,
    )  # fmt: skip
    assert len(encrypt_case_state(bytes(32), bytes(16), case)) == len(
        encrypt_case_state(bytes(32), bytes(16), CaseState())
    )
