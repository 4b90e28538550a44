"""Records that no timer ends go to their legal holder, sealed to two halves: from each reader what she opens (S14)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import StillClock
from tests.support.closing import LAMP, ROLES, SOUP, VOICE, Holder, close_house, closed, hold_letter, run_close, site_of
from tests.support.command_line import run
from tests.support.people import Somebody, house, make_person
from tests.support.reports import tell
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.backups.sealed_chunks import write_documents
from youthvoice.closing import records_file
from youthvoice.closing.records_file import digest_of, new_file_key, write_records
from youthvoice.privacy.crypto.sealing import wrap
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.sites.last_day import ANSWER_DAYS, NOTICE_DAYS
from youthvoice.threads import store
from youthvoice.threads.case_state import HELD
from youthvoice.threads.entities import OpenedThread, ThreadEntry
from youthvoice.threads.store import add_entry, find_thread


@pytest.fixture
def people(app: Flask, clock: StillClock) -> dict[str, Somebody]:
    """A house whose children do not tell any more."""
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        people["second"] = make_person(session, "advocate", site_id, handle="second")
    close_house(app, people)
    clock.move(days=NOTICE_DAYS - ANSWER_DAYS + 1)
    return people


def test_the_holder_reads_words_voices_and_who_was_left_out(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path
) -> None:
    advocate, second = people["advocate"], people["second"]
    told = tell(site_of(people), [advocate], left_out=[second], words=LAMP, sound=VOICE)
    closed(told, harm=True)
    file = tmp_path / "records"
    code, output = run_close(app, "records", "example-house", file, "--key", holder.line, by=(advocate,))
    assert code == 0, output
    assert digest_of(file) in output
    content = file.read_bytes()
    assert LAMP.encode() not in content
    assert VOICE[:40] not in content
    pages = holder.reads(file)
    (page,) = (content for name, content in pages.items() if name.endswith("-report.html"))
    assert LAMP.encode() in page
    assert f"Left out: {second.name}. Give them nothing of it.".encode() in page
    assert f"Left out: {second.name}".encode() in pages["index.html"]
    assert [content for name, content in pages.items() if name.endswith(".webm")] == [VOICE]
    with db.reading(db.engine()) as session:
        (line,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "site.close.records"))
    assert digest_of(file) in line.subject


def test_what_a_timer_ends_stays_and_what_no_timer_ends_goes(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path
) -> None:
    advocate, site_id = people["advocate"], site_of(people)
    closed(tell(site_id, [advocate], words=SOUP))
    closed(tell(site_id, [advocate], words=LAMP), flags=(HELD,))
    hold_letter(site_id, "More <b>fruit</b> & bread")
    file = tmp_path / "records"
    assert run_close(app, "records", "example-house", file, "--key", holder.line, by=(advocate,))[0] == 0
    everything = b"".join(holder.reads(file).values())
    assert LAMP.encode() in everything
    assert b"More &lt;b&gt;fruit&lt;/b&gt; &amp; bread" in everything
    assert SOUP.encode() not in everything


def test_only_both_halves_open_it_and_nothing_of_it_can_be_changed_or_cut_off(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path
) -> None:
    closed(tell(site_of(people), [people["advocate"]], sound=VOICE * 60), harm=True)
    file = tmp_path / "records"
    assert run_close(app, "records", "example-house", file, "--key", holder.line, by=(people["advocate"],))[0] == 0
    whole = file.read_bytes()
    other, nowhere = Holder(_made(tmp_path / "other")), {"YOUTHVOICE_DATA": str(tmp_path / "nowhere")}
    halves = [str(word) for word in holder.halves]
    mixed = [*halves[:2], *map(str, other.halves[2:])]
    for number, (content, given) in enumerate(
        [
            (whole, mixed),
            (whole, halves[:2]),
            (whole[:-1], halves),
            (whole[: len(whole) // 2], halves),
            (whole[:500] + bytes([whole[500] ^ 1]) + whole[501:], halves),
            (b"x" + whole[1:], halves),
        ]
    ):
        file.write_bytes(content)
        words = ["close", "read-records", str(file), str(tmp_path / f"pages{number}"), *given]
        assert run(*words, settings=nowhere).exit_code == 1, number
    file.write_bytes(whole)
    assert holder.reads(file)


@pytest.mark.parametrize(
    "document",
    [
        {"kind": '"><img src=x onerror=alert(1)>', "title": "Report", "values": [], "entries": []},
        {"kind": "../outside", "title": "Report", "values": [], "entries": []},
        {"kind": "report"},
        ["report"],
        {
            "kind": "report",
            "title": "x",
            "values": [],
            "entries": [{"head": "x", "words": [], "voice": "x", "voice_kind": ""}],
        },
    ],
)
def test_a_file_that_somebody_else_wrote_for_the_holder_says_nothing_on_its_pages(
    holder: Holder, tmp_path: Path, document: Any
) -> None:
    """Who knows the holder's line can write one without an installation."""
    file, pages = tmp_path / "file", tmp_path / "pages"
    write_records(file, holder.public_key, [document], new_file_key())
    words = ["close", "read-records", str(file), str(pages), *map(str, holder.halves)]
    answer = run(*words, settings={"YOUTHVOICE_DATA": str(tmp_path / "nowhere")})
    assert (answer.exit_code, "does not open" in answer.output) == (1, True), answer.output
    assert "digits" not in answer.output
    assert not pages.exists(), "what was half filled is taken back"


@pytest.mark.parametrize("line", [b"{", b"\xff", b"[" * 100_000, b'{"kind": "head", "about": "' + bytes(3_000_000)])
def test_a_line_that_is_no_record_or_has_no_end_is_a_sentence(
    holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    """Zeros pack a thousandfold: nothing larger than the largest record is read into memory."""
    monkeypatch.setattr(records_file, "MAX_RECORD_BYTES", 1_000_000)
    file, pages, own = tmp_path / "file", tmp_path / "pages", new_file_key()
    with file.open("wb") as out:
        out.write(records_file.MAGIC + wrap(own, holder.public_key, sealing_context("records", "own key")))
        write_documents(out, own, [b'{"kind": "head", "about": "Records"}', line], "records")
    words = ["close", "read-records", str(file), str(pages), *map(str, holder.halves)]
    answer = run(*words, settings={"YOUTHVOICE_DATA": str(tmp_path / "nowhere")})
    assert isinstance(answer.exception, SystemExit), answer.exc_info
    assert "does not open" in answer.output
    assert not pages.exists()


def test_what_is_added_while_a_record_is_written_is_in_no_receipt(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL shows a reader what others commit meanwhile."""
    advocate, file = people["advocate"], tmp_path / "file"
    closed(tell(site_of(people), [advocate], words=LAMP), harm=True)
    read_entries, list_entry_ids = store.read_entries, store.list_entry_ids

    def read_then_add(session: Session, thread: OpenedThread) -> list[ThreadEntry]:
        entries = read_entries(session, thread)
        with db.writing(db.engine()) as other:
            add_entry(other, thread, ThreadEntry("note", advocate.id, date(2026, 12, 9), said={"words": "Once more."}))
        return entries

    def list_committed(_session: Session, thread_id: bytes) -> tuple[list[bytes], list[bytes]]:
        with db.reading(db.engine()) as session:
            return list_entry_ids(session, thread_id)

    monkeypatch.setattr(store, "read_entries", read_then_add)
    monkeypatch.setattr(store, "list_entry_ids", list_committed)
    assert run_close(app, "records", "example-house", file, "--key", holder.line, by=(advocate,))[0] == 0
    assert "is written for no holder yet" in run_close(app, "status", "example-house", by=(advocate,))[1]


def test_a_safeguarding_lead_is_told_what_is_written_for_no_holder(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path
) -> None:
    with db.writing(db.engine()) as session:
        lead = make_person(session, "safeguarding_lead", site_of(people), handle="lead")
    closed(tell(site_of(people), [lead], words=LAMP), harm=True)
    assert "is written for no holder yet" in run_close(app, "status", "example-house", by=(lead,))[1]
    command = ("records", "example-house", tmp_path / "file", "--key", holder.line)
    assert run_close(app, *command, by=(lead,))[0] == 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_record_lies_with_nobody_until_one_of_its_readers_exports_it_and_others_learn_nothing(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path
) -> None:
    advocate, second, site_id = people["advocate"], people["second"], site_of(people)
    before = run_close(app, "status", "example-house", by=(second,))[1]
    report = closed(tell(site_id, [advocate], left_out=[second], words=LAMP), harm=True)
    assert "is written for no holder yet" in run_close(app, "status", "example-house", by=(advocate,))[1]
    assert run_close(app, "status", "example-house", by=(second,))[1] == before
    for name, person in (("empty", second), ("full", advocate)):
        command = ("records", "example-house", tmp_path / name, "--key", holder.line)
        code, output = run_close(app, *command, by=(person,))
        assert code == 0, output
    assert (tmp_path / "empty").stat().st_size == (tmp_path / "full").stat().st_size
    assert LAMP.encode() not in b"".join(holder.reads(tmp_path / "empty").values())
    assert "is written for no holder yet" not in run_close(app, "status", "example-house", by=(advocate,))[1]
    with db.writing(db.engine()) as session:
        thread = find_thread(session, report.id)
        assert thread
        add_entry(
            session, thread, ThreadEntry("note", advocate.id, date(2026, 12, 9), said={"words": "One more thing."})
        )
    assert "is written for no holder yet" in run_close(app, "status", "example-house", by=(advocate,))[1]


def test_nobody_exports_too_early_to_no_key_over_a_file_or_for_a_role_that_reads_nothing(
    app: Flask, people: dict[str, Somebody], holder: Holder, tmp_path: Path, clock: StillClock
) -> None:
    file, advocate = tmp_path / "records", (people["advocate"],)
    command = ("records", "example-house", file, "--key")
    assert run_close(app, *command, holder.line, by=(people["coordinator"],))[0] == 1
    assert run_close(app, *command, holder.line.replace(holder.line[20:24], "aaaa", 1), by=advocate)[0] == 1
    clock.move(days=-7)
    assert "Children still tell" in run_close(app, *command, holder.line, by=advocate)[1]
    clock.move(days=7)
    assert not file.exists()
    file.write_text("something")
    assert run_close(app, *command, holder.line, by=advocate)[0] == 1
    assert file.read_text() == "something"
