"""What a child says with her code reaches her readers, and opens again what was closed (S13, S15, S16)."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.support.seed_rows import NOON, Ground, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import ConcurrentUpdate
from youthvoice.grievances.child_thread import ChildMessage, ChildThreadView, child_thread_view, state_after
from youthvoice.grievances.intake import receive
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import (
    ReaderKey,
    add_entry,
    add_reply,
    add_thread,
    find_thread,
    list_sealed_entries,
    open_thread,
    read_entries,
    read_replies,
)

DAY, MONTH = date(2026, 11, 24), "2029-11"


@dataclass
class Hers:
    """A thread, its child's code, and the advocate who reads it."""

    house: Ground
    id: bytes
    code: PictureCodeKeys

    def says(self, message: ChildMessage) -> bool:
        return receive.receive_message(self.house.engine, self.id, message, NOON)

    def marks(self) -> CaseState:
        with db.reading(self.house.engine) as session:
            thread = find_thread(session, self.id)
        assert thread
        return thread.case

    def entries(self) -> list[ThreadEntry]:
        asha = self.house.asha
        reader_key = ReaderKey(asha.person_id, asha.public_key, frozenset({1}))
        with db.reading(self.house.engine) as session:
            thread = open_thread(session, reader_key, self.id, asha.pair.private)
            assert thread
            return read_entries(session, thread)[1:]

    def sees(self) -> ChildThreadView:
        with db.reading(self.house.engine) as session:
            thread = find_thread(session, self.id)
            assert thread
            said = read_replies(session, thread, self.code.reply.private)
        return child_thread_view(said, thread.case)

    def is_told(self, kind: str, **said: object) -> None:
        with db.writing(self.house.engine) as session:
            thread = find_thread(session, self.id, to_change=True)
            assert thread
            add_reply(session, thread, ThreadEntry(kind, 1, DAY, said=said))


def hers(house: Ground, case: CaseState | None = None) -> Hers:
    keys = PictureCodeKeys(secrets.token_bytes(16), new_pair())
    made = new_thread(
        house.keyring,
        site_id=1,
        day=DAY,
        month=MONTH,
        case=case or CaseState(),
        entries=[ThreadEntry("told", CHILD, DAY)],
        everybody=[house.asha, house.ravi],
        reads={1},
        keys=keys,
        replies=[ThreadEntry("step", CHILD, DAY, said={"step": "told"})],
    )
    with db.writing(house.engine) as session:
        add_thread(session, made)
    return Hers(house, made.id, keys)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def steps(child_thread_view: ChildThreadView) -> list[str]:
    return [entry.said["step"] for entry in child_thread_view.steps if entry.kind == "step"]


@pytest.mark.dialect("bytes and odd letters")
def test_words_and_a_voice_reach_the_readers_as_given_and_a_clock_starts(house: Ground) -> None:
    thread, sound = hers(house, CaseState(state="open")), secrets.token_bytes(900)
    assert thread.says(ChildMessage("child", "Still brokn 😢", sound=sound, sound_kind="audio/webm"))
    written, voice = thread.entries()
    assert (written.kind, written.said["words"], written.by) == ("child", "Still brokn 😢", CHILD)
    assert (voice.kind, voice.said["kind"], voice.sound) == ("child_voice", "audio/webm", sound)
    assert thread.marks().clocks["child_wrote"] > hour_after(NOON, 0)
    assert steps(thread.sees()) == ["told", "you_wrote"]


def test_her_own_words_are_not_shown_again(house: Ground) -> None:
    """S38: whoever sees her pictures shall not read what she told."""
    thread = hers(house)
    thread.says(ChildMessage("child", "purple giraffe"))
    thread.says(ChildMessage("withdraw", "purple giraffe"))
    assert "purple giraffe" not in repr([entry.said for entry in thread.sees().steps])


def test_writing_to_a_closed_thread_opens_it_again(house: Ground) -> None:
    thread = hers(house, CaseState(state="closed", days={"closed": "2026-11-20"}))
    thread.says(ChildMessage("child", "It is broken again"))
    case = thread.marks()
    assert (case.state, case.day("closed"), case.day("reopened")) == ("open", None, DAY)
    assert [entry.kind for entry in thread.entries()] == ["child", "reopened"]
    assert steps(thread.sees()) == ["told", "you_wrote", "reopened"]


@pytest.mark.parametrize(
    ("answer", "state", "flags"),
    [("no", "open", ("disagreed",)), ("partly", "open", ("disagreed",)), ("yes", "closed", ())],
)
def test_a_child_who_disagrees_opens_it_again_and_one_who_agrees_does_not(
    house: Ground, answer: str, state: str, flags: tuple[str, ...]
) -> None:
    """S15."""
    thread = hers(house, CaseState(state="closed"))
    thread.is_told("ask", ask="put_right")
    thread.says(ChildMessage("put_right", answer=answer))
    case = thread.marks()
    assert (case.state, case.flags) == (state, flags)
    assert ("child_wrote" in case.clocks) == (answer != "yes")
    assert thread.entries()[0].said == {"answer": answer}
    assert thread.sees().asks == ()


def test_a_request_to_close_ends_when_the_child_disagrees(house: Ground) -> None:
    assert state_after(CaseState(state="asked"), ChildMessage("put_right", answer="no"), DAY, 9).state == "open"
    assert state_after(CaseState(state="asked"), ChildMessage("put_right", answer="yes"), DAY, 9).state == "asked"


def test_trouble_goes_outside_at_once_and_no_trouble_does_not(house: Ground) -> None:
    """S16."""
    calm, worse = hers(house, CaseState(state="closed")), hers(house, CaseState(state="closed"))
    calm.says(ChildMessage("trouble", answer="no"))
    worse.says(ChildMessage("trouble", answer="yes"))
    assert (calm.marks().state, calm.marks().flags, dict(calm.marks().clocks)) == ("closed", (), {})
    assert worse.marks().state == "open"
    assert worse.marks().flags == ("tell_outside", "trouble")
    assert worse.marks().clocks["child_wrote"] == hour_after(NOON, 4)


def test_asking_to_stop_is_a_request_that_somebody_checks(house: Ground) -> None:
    thread = hers(house, CaseState(state="open"))
    thread.says(ChildMessage("withdraw"))
    case = thread.marks()
    assert (case.state, case.flags) == ("open", ("withdraw_asked",))
    assert "child_wrote" in case.clocks
    assert [entry.kind for entry in thread.entries()] == ["withdraw"]


def test_a_clock_that_runs_is_not_put_off_by_writing_again(house: Ground) -> None:
    before = CaseState().with_clock("child_wrote", 500)
    assert state_after(before, ChildMessage("child", "x"), DAY, 600).clocks["child_wrote"] == 500
    assert state_after(before, ChildMessage("trouble", answer="yes"), DAY, 400).clocks["child_wrote"] == 400


def test_each_question_waits_until_it_is_answered(house: Ground) -> None:
    thread = hers(house, CaseState(state="open"))
    for name in ("Example School", "Example Doctor"):
        thread.is_told("ask", ask="may_know", to=name)
    thread.is_told("ask", ask="trouble")
    first, second, trouble = thread.sees().asks
    assert (first.said["to"], second.said["to"], trouble.said["ask"]) == ("Example School", "Example Doctor", "trouble")
    thread.says(ChildMessage("may_know", answer="no", ask=first.id.hex()))
    thread.says(ChildMessage("trouble", answer="no"))
    assert [entry.id for entry in thread.sees().asks] == [second.id]
    thread.is_told("ask", ask="trouble")
    assert len(thread.sees().asks) == 2


@pytest.mark.dialect("writers wait for each other")
def test_twelve_at_once_lose_nothing(house: Ground) -> None:
    thread = hers(house, CaseState(state="closed"))
    with ThreadPoolExecutor(6, initializer=lambda: house.app.app_context().push()) as many:
        taken = list(many.map(lambda nth: thread.says(ChildMessage("child", f"{nth}")), range(12)))
    assert taken == [True] * 12
    written = [entry for entry in thread.entries() if entry.kind == "child"]
    assert sorted(int(entry.said["words"]) for entry in written) == list(range(12))
    assert sorted(entry.turn for entry in thread.entries()) == list(range(1, 14))


@pytest.mark.dialect("put in once")
def test_what_a_broken_line_sends_twice_is_written_once(house: Ground) -> None:
    thread, page = hers(house), secrets.token_bytes(16)
    for words in ("Still brokn", "Still brokn", "Still broken, and dark"):
        assert thread.says(ChildMessage("child", words, number=page))
    assert [entry.said["words"] for entry in thread.entries()] == ["Still brokn", "Still broken, and dark"]
    assert thread.says(ChildMessage("child", "Still broken, and dark", number=secrets.token_bytes(16)))
    assert len(thread.entries()) == 3, "from another page it is said once more"


def test_a_thread_that_ended_takes_nothing(house: Ground) -> None:
    thread, gone = hers(house), secrets.token_bytes(16)
    assert not receive.receive_message(house.engine, gone, ChildMessage("child", "x"), NOON)
    house.keyring.destroy(f"destruction-{MONTH}")
    assert not thread.says(ChildMessage("child", "x"))
    with db.reading(house.engine) as session:
        assert len(list_sealed_entries(session, thread.id)) == 1


def test_the_day_is_that_of_the_site(house: Ground) -> None:
    thread = hers(house)
    receive.receive_message(house.engine, thread.id, ChildMessage("child", "x"), NOON + timedelta(hours=8))
    assert thread.entries()[0].day == DAY + timedelta(days=1)  # at half past one in the morning in Kolkata


def test_a_thread_does_not_grow_beyond_what_its_page_can_open(house: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "MAX_VOICES", 2)
    thread, sound = hers(house), secrets.token_bytes(70_000)
    for _twice in range(2):
        thread.says(ChildMessage("child", sound=sound, sound_kind="audio/webm"))
    with pytest.raises(receive.TooManyVoices):
        thread.says(ChildMessage("child", "and more", sound=sound, sound_kind="audio/webm"))
    assert thread.says(ChildMessage("child", "words are taken without end"))
    assert [entry.kind for entry in thread.entries()] == ["child_voice", "child_voice", "child"]


@pytest.mark.dialect("writers wait for each other")
def test_words_that_come_while_somebody_else_writes_are_kept_at_the_next_try(house: Ground) -> None:
    """Whoever was faster changed the thread since it was read: it is read once more, and nothing of hers is lost."""
    thread, tries = hers(house), list[int]()

    def write(session: Session) -> bool:
        tries.append(len(tries))
        facts = find_thread(session, thread.id)
        assert facts
        add_entry(session, facts, ThreadEntry("child", CHILD, DAY, said={"words": "Still brokn"}))
        if len(tries) < 3:
            raise ConcurrentUpdate
        return True

    assert receive.with_retries(house.engine, write)
    assert [entry.said["words"] for entry in thread.entries()] == ["Still brokn"], (
        "once, and not that of a try that failed"
    )
    assert len(tries) == 3


def test_two_voices_of_one_page_are_two_messages(house: Ground) -> None:
    """She speaks, the line breaks, she speaks once more: without a word written they differ by their sound alone."""
    thread, page = hers(house), secrets.token_bytes(16)
    for sound in (b"first", b"first", b"second"):
        assert thread.says(ChildMessage("child", sound=sound, sound_kind="audio/webm", number=page))
    assert [entry.sound for entry in thread.entries() if entry.kind == "child_voice"] == [b"first", b"second"]
