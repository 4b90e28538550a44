"""What `youthvoice doctor` and a start say when key files are not the right ones, or not all there."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.dummy_modem import DummyModem
from tests.support.people import house, make_person
from tests.support.publications import House, make_house
from tests.support.unattended_reports import make
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings, SettingsError
from youthvoice.factory import create_app
from youthvoice.grievances.deadlines.on_call_rota import Duty, add_duty
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.jobs.worker_health import PHONE, record_heartbeat
from youthvoice.knocks.job import empty_due_boxes
from youthvoice.phone_line.modem import Modem
from youthvoice.privacy.keys.key_files import write_if_first
from youthvoice.sites.store import change_site, find_site_by_slug
from youthvoice.threads.store import find_thread
from youthvoice.witnesses.head_job import send_due_heads


@pytest.fixture
def home(app: Flask) -> House:
    made = make_house()
    made.counted()
    made.edition()
    return made


def doctor(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["doctor"]).output


def lose(name: str) -> Path:
    """Another key lies where the right one was."""
    folder = context.settings().keys
    (folder / f"{name}.v1.key").unlink()
    write_if_first(folder / f"{name}.v1.key", name, 1, "development", bytes(32))
    return folder


def test_with_the_right_keys_it_says_nothing_about_them(app: Flask, home: House) -> None:
    assert "do not open" not in doctor(app)


def test_it_says_which_key_file_is_not_the_right_one(app: Flask, home: House) -> None:
    empty_due_boxes()
    lose("kept-words")
    assert "3 views do not open. Put the right key file kept-words back" in doctor(app)
    assert "1 answers and tasks do not open" in doctor(app)
    assert "1 boxes of knocks do not open" in doctor(app)
    assert "kept-counts" not in doctor(app)
    lose("kept-counts")
    assert "1 counts of rounds do not open. Put the right key file kept-counts back" in doctor(app)


def test_a_house_does_not_start_with_a_key_file_missing_and_makes_none_in_its_place(
    app: Flask, home: House, settings: Settings, clock: StillClock
) -> None:
    (settings.keys / "kept-words.v1.key").unlink()
    with pytest.raises(SettingsError, match=r"missing .*kept-words\. Put them back"):
        create_app(settings, clock)
    assert not (settings.keys / "kept-words.v1.key").exists()


def test_it_says_what_the_channel_and_the_log_lack_and_nothing_of_a_report(app: Flask, clock: StillClock) -> None:
    site = make(clock)
    assert "Write down two addresses of other organisations" in doctor(app)
    assert "Example House: Write down who is on call (Child advocate: Asha Example and Ravi Example)" in doctor(app)
    assert "e-mail address" not in doctor(app)
    before = doctor(app)
    site.report(urgent=True)
    site.report(left_out=["asha"])
    assert doctor(app) == before
    with db.writing(db.engine()) as session:
        add_duty(session, Duty(site_id=site.id, person_id=site.people["asha"].id, weekday=1))
        person = find_person_row(session, site.people["ravi"].id)
        assert person is not None
        person.mail = None
    assert "on call" not in doctor(app)
    assert "Example House: Write down your e-mail address" in doctor(app)
    assert "(Ravi Example)" in doctor(app)


def test_it_says_when_clocks_are_not_handed_on(app: Flask, clock: StillClock) -> None:
    site = make(clock)
    site.report(urgent=True)
    clock.move(hours=2)
    assert "not handed on" not in doctor(app)
    clock.move(hours=1)
    assert "A clock has been over for hours and was not handed on" in doctor(app)
    escalate_reports()
    assert "not handed on" not in doctor(app)


def test_it_says_when_the_head_of_the_log_was_not_kept(app: Flask, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        Log(context.today(), "asha").add(session, "letter.open")
    send_due_heads()
    assert "head of the log was not kept" not in doctor(app)
    clock.move(days=2)
    assert "The head of the log was not kept, nor mailed" in doctor(app)


def test_it_counts_what_a_backup_older_than_its_keys_cannot_open(app: Flask, clock: StillClock) -> None:
    thread = make(clock).report()
    with db.reading(db.engine()) as session:
        facts = find_thread(session, thread)
    assert facts is not None
    context.keyring().destroy(f"destruction-{facts.month}")
    assert "Sealed things do not open: the database is older than its key files" in doctor(app)


def test_it_says_what_keeps_children_from_telling(app: Flask) -> None:
    """S35."""
    house(["advocate", "outside_recipient"])
    assert "Example House: Invite a second advocate" in doctor(app)
    with db.writing(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        make_person(session, "advocate", site.id, handle="second")
    assert "Invite a second advocate" not in doctor(app)


def test_it_says_that_no_text_message_leaves_where_gammu_cannot_be_used(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "text message" not in doctor(app)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/gammu-smsd-inject")
    with context.override(app, settings=replace(context.settings(), sms=tmp_path / "smsdrc")):
        assert f"let this user read {tmp_path / 'smsdrc'} (YOUTHVOICE_SMS)" in doctor(app)
        (tmp_path / "smsdrc").write_text("")
        assert "text message" not in doctor(app)
        monkeypatch.setattr("shutil.which", lambda _name: None)
        assert "install gammu-smsd" in doctor(app)


def test_it_says_that_text_messages_lie_in_the_queue_of_a_gammu_that_does_not_run(app: Flask, tmp_path: Path) -> None:
    """A message that the queue took is deleted here: nobody else would notice that it never left."""
    file = tmp_path / "smsdrc"
    with context.override(app, settings=replace(context.settings(), sms=file)):
        for text in ("", "outboxpath = nowhere", "[smsd]\nservice = files\n", "[smsd]\nservice\n= =\n"):
            file.write_text(text)
            assert "lie in the queue" not in doctor(app)
        file.write_text(f"[gammu]\nmodel = at\n[smsd]\nservice = files\noutboxPath = {tmp_path}/\n")
        for minutes, name in ((9, "OUT1"), (10, "OUT2"), (700, "OUT3"), (700, "else")):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, times=(0, context.now().timestamp() - minutes * 60))
        assert "Text messages lie in the queue for ten minutes." in doctor(app)


def test_it_says_what_keeps_the_telephone_line_from_answering(
    app: Flask, home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "telephone line" not in doctor(app)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    port = tmp_path / "modem"
    with context.override(app, settings=replace(context.settings(), phone=port)):
        assert f"{port} (YOUTHVOICE_PHONE) cannot be opened: No such file or directory" in doctor(app)
        dummy = DummyModem(tmp_path)
        said = doctor(app)
        assert "Nobody answers the telephone line. Start its process with: youthvoice phone" in said
        assert "install ffmpeg" in said
        assert "has no site" in said
        modem = Modem(port)
        with db.writing(db.engine()) as session:
            site = find_site_by_slug(session, "example-house")
            assert site
            change_site(session, site.id, {"phone_number": "+91 22 1234"})
        said = doctor(app)
        assert "Nobody answers" not in said
        assert "cannot be opened" not in said
        assert "answers no call until all its sentences are recorded" in said
        monkeypatch.setattr("youthvoice.phone_line.health.find_line", lambda _session: object())
        assert "could answer no call for three hours, though its process runs" in doctor(app)
        record_heartbeat(db.engine(), PHONE)
        said = doctor(app)
        assert "three hours" not in said
        assert "Children do not see the number of the telephone line yet: call it" in said
        with db.writing(db.engine()) as session:
            change_site(session, site.id, {"phone_heard": context.today()})
        assert "do not see the number" not in doctor(app)
        modem.close()
        dummy.unplug()


def test_it_says_that_no_mail_leaves_and_what_lies_in_clear(app: Flask, home: House) -> None:
    assert "mail leaves" not in doctor(app)
    with context.override(app, settings=replace(context.settings(), mode="production")):
        assert "No mail leaves, for YOUTHVOICE_SMTP_URL is not set: " in doctor(app)
        assert "in clear" not in doctor(app)
        context.settings().outbox.mkdir()
        (context.settings().outbox / "0123.eml").write_text("To: somebody")
        assert f"Mails lie in clear in {context.settings().outbox}" in doctor(app)


def test_it_says_that_nobody_hears_of_a_weakness(app: Flask, home: House) -> None:
    assert "YOUTHVOICE_CONTACT" not in doctor(app), "of an example nobody needs to"
    production = replace(context.settings(), mode="production")
    with context.override(app, settings=production):
        assert "Nobody is named who hears of a weakness here: set YOUTHVOICE_CONTACT" in doctor(app)
    with context.override(app, settings=replace(production, contact="mailto:keeper@example.org")):
        assert "YOUTHVOICE_CONTACT" not in doctor(app)
