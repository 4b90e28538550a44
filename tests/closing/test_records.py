"""Records that no timer ends go to their legal holder, sealed to two halves: from each reader what she opens (S14)."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.closing import LAMP, ROLES, SOUP, VOICE, Holder, close_house, closed, hold_letter, run_close, site_of
from tests.support.command_line import run
from tests.support.people import Somebody, house, make_person
from tests.support.reports import tell
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.closing.records_file import digest_of
from youthvoice.sites.last_day import ANSWER_DAYS, NOTICE_DAYS
from youthvoice.threads.case_state import HELD
from youthvoice.threads.entities import ThreadEntry
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
