"""Sending through a real server, on both databases."""

import logging
import smtplib
import socket
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, select, text

from tests.conftest import StillClock
from tests.support import shared_setup
from tests.support.running import running
from tests.support.smtp_server import Office, post_office
from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.jobs.worker_health import find_server_failure
from youthvoice.mail import outbox, transport
from youthvoice.mail.messages import MailText, compose, message_id_for, read_message
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.mail.outbox import RETRY_WAITS
from youthvoice.mail.transport import MailServerFailed, check_server, send_all_due, send_due_by
from youthvoice.privacy.keys.keyring import Keyring

pytestmark = pytest.mark.usefixtures("really_flushed")

WORDS = MailText(
    sender_name="Example post",
    subject="News for you",
    text="Most of the children say the food is good.",
    html="<!doctype html><p>Most of the children say the food is good.</p>",
    language="en",
    unsubscribe="http://127.0.0.1/views/x/stop",
)


class House:
    """An outbox with its key and its clock."""

    def __init__(self, app: Flask, settings: Settings, engine: Engine, keyring: Keyring, clock: StillClock) -> None:
        self.app, self.settings, self.engine, self.keyring, self.clock = app, settings, engine, keyring, clock

    def put(self, number: int, to: str | None = None, *, followed: bool = False) -> str:
        key = self.keyring.key_or_new("mail")
        message_id = message_id_for(key, self.settings, "test", number)
        message = compose(WORDS, to or f"example{number}@example.org", message_id, self.settings, self.clock())
        with db.writing(self.engine) as session:
            outbox.put(session, message, self.clock(), followed=followed)
        return message_id

    def send(self, url: str | None) -> int:
        return send_all_due(self.engine, replace(self.settings, smtp_url=url), self.clock)

    def standing(self) -> tuple[int, int]:
        with db.reading(self.engine) as session:
            status = outbox.delivery_status(session)
        return status.waiting, status.given_up


@pytest.fixture
def house(settings: Settings, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    shared_setup.lay_tables(settings.database_url)
    engine = db.make_engine(settings.database_url)
    keyring = Keyring.open(tmp_path / "keys", create=True, development=True)
    with running(settings, keyring, engine, clock) as app:
        yield House(app, settings, engine, keyring, clock)
    engine.dispose()


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as made:
        yield made


def test_a_mail_arrives_once_and_leaves_the_outbox(house: House, office: Office) -> None:
    message_id = house.put(1)
    assert house.send(office.url) == 1
    assert house.send(office.url) == 0
    (mail,) = office.taken
    assert (mail["Message-ID"], mail["To"], mail["Subject"]) == (message_id, "example1@example.org", "News for you")
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1/views/x/stop>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert house.standing() == (0, 0)


def test_without_a_server_mail_of_production_waits_locked_and_leaves_once_there_is_one(
    house: House, office: Office
) -> None:
    """It lay beside the database for ever, address and invitation link in clear."""
    house.settings = replace(house.settings, mode="production", url="https://voice.example.org")
    house.put(1)
    for _ in range(3):
        assert house.send(None) == 0
        house.clock.move(days=9)
    assert house.standing() == (1, 0), "nobody gave it up"
    assert not house.settings.outbox.exists()
    assert house.send(office.url) == 1
    house.settings = replace(house.settings, mode="development")
    house.put(2)
    assert house.send(None) == 1
    assert len(list(house.settings.outbox.glob("*.eml"))) == 1


@pytest.mark.dialect("put in once")
def test_the_same_mail_is_put_only_once(house: House, office: Office) -> None:
    house.put(1)
    house.put(1)
    assert house.send(office.url) == 1


def test_a_server_that_is_busy_is_asked_again_a_minute_later(house: House, office: Office) -> None:
    house.put(1)
    office.answers = ["451 busy"]
    assert house.send(office.url) == 0
    house.clock.move(seconds=59)
    assert house.send(office.url) == 0
    house.clock.move(seconds=1)
    assert house.send(office.url) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once_and_the_others_arrive(house: House, office: Office) -> None:
    office.refuses = {"example2@example.org": "550 no such box"}
    ids = [house.put(number) for number in (1, 2, 3)]
    assert house.send(office.url) == 2
    assert house.standing() == (0, 1)
    with db.writing(house.engine) as session:
        assert outbox.list_undelivered(session, ids) == {ids[1]}
        assert outbox.try_again(session, house.clock(), ids) == 1
    office.refuses = {}
    assert house.send(office.url) == 1
    assert house.standing() == (0, 0)


def test_a_server_that_is_not_there_is_tried_for_days_and_then_given_up(house: House) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"smtp://127.0.0.1:{free.getsockname()[1]}"
        house.put(1)
        for wait in RETRY_WAITS:
            assert house.send(nobody) == 0
            assert house.standing() == (1, 0)
            house.clock.move(seconds=wait.total_seconds())
        house.send(nobody)
    assert house.standing() == (0, 1)


def test_a_mail_that_waits_for_hours_tells_no_minute_nor_does_one_that_was_given_up(house: House) -> None:
    """All but those of danger leave at a full hour: a backup of a week without a server would show which one is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody, moments = f"smtp://127.0.0.1:{free.getsockname()[1]}", list[datetime]()
        house.clock.move(minutes=23, seconds=7)
        house.put(1)
        for wait in (*RETRY_WAITS, timedelta(0)):
            house.send(nobody)
            with db.reading(house.engine) as session:
                moments.append(session.scalars(select(OutgoingMailRow.next_try_at)).one())
            house.clock.move(seconds=wait.total_seconds())
    assert {(moment.minute, moment.second) for moment in moments[3:]} == {(0, 0)}
    assert moments[-1].hour == 0, "of the last attempt a day is left"


def test_a_server_that_dies_mid_way_gets_the_rest_later(house: House, office: Office) -> None:
    for number in (1, 2, 3):
        house.put(number)
    office.answers = ["250 OK", "die"]
    house.send(office.url)
    house.clock.move(minutes=1)
    house.send(office.url)
    assert sorted(mail["To"] for mail in office.taken) == [f"example{number}@example.org" for number in (1, 2, 3)]
    assert house.standing() == (0, 0)


def test_a_mail_whose_taking_was_not_heard_comes_again_under_the_same_name(house: House, office: Office) -> None:
    message_id = house.put(1)
    office.answers = ["take and die"]
    assert house.send(office.url) == 0
    house.clock.move(minutes=1)
    assert house.send(office.url) == 1
    assert [mail["Message-ID"] for mail in office.taken] == [message_id, message_id]


@pytest.mark.dialect("moments")
def test_a_process_that_dies_before_it_deletes_sends_again_after_the_lease(house: House, office: Office) -> None:
    message_id = house.put(1)

    def crash(connection: Connection, cursor: object, text: str, *rest: object) -> None:
        if text.startswith("DELETE FROM outgoing_mail"):
            raise ConnectionResetError

    event.listen(house.engine, "before_cursor_execute", crash)
    with pytest.raises(ConnectionResetError):
        house.send(office.url)
    event.remove(house.engine, "before_cursor_execute", crash)
    transport._accepted.forget()  # noqa: SLF001 - what a process knew that died
    assert house.send(office.url) == 0, "the lease still runs"
    house.clock.move(seconds=8)
    assert house.send(office.url) == 1
    assert [mail["Message-ID"] for mail in office.taken] == [message_id, message_id]


@pytest.mark.dialect("moments, and writers at the same row")
def test_a_mail_stays_with_its_process_while_a_server_takes_its_time_and_six_seconds_after_it_was_killed(
    house: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stayed for ten minutes: so much later came what a killed process had taken, a notice of danger too."""
    monkeypatch.setattr(outbox, "RENEWAL_SECONDS", 0.05)
    message_id, office.pause = house.put(1), 1.0
    with ThreadPoolExecutor(1, initializer=lambda: house.app.app_context().push()) as pool:
        slow = pool.submit(house.send, office.url)
        comes_true(lambda: leased_until(house) is not None)
        for _ in range(3):
            house.clock.move(seconds=5)
            comes_true(lambda: is_just_leased(house))
            assert house.send(office.url) == 0, "it is being sent"
        assert slow.result(20) == 1
    assert [mail["Message-ID"] for mail in office.taken] == [message_id]
    assert timedelta(seconds=6) >= outbox.LEASE


def leased_until(house: House) -> datetime | None:
    with db.reading(house.engine) as session:
        return session.scalar(select(OutgoingMailRow.leased_until))


def comes_true(question: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not question():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.dialect("writers wait for each other")
def test_two_senders_at_once_send_each_mail_once(house: House, office: Office) -> None:
    office.pause = 0.01
    ids = [house.put(number) for number in range(30)]
    with ThreadPoolExecutor(3, initializer=lambda: house.app.app_context().push()) as pool:
        sent = list(pool.map(house.send, [office.url] * 3))
    assert sum(sent) == 30
    assert sorted(mail["Message-ID"] for mail in office.taken) == sorted(ids)


def test_without_a_server_it_is_a_file_that_only_we_can_read(house: House) -> None:
    message_id = house.put(1)
    assert house.send(None) == 1
    (file,) = house.settings.outbox.iterdir()
    assert file.name == message_id.strip("<>").split("@")[0] + ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"To: example1@example.org" in file.read_bytes()


@pytest.mark.dialect("what a thief reads in the rows")
def test_nothing_of_a_mail_stands_in_the_database_or_the_log(
    house: House, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """C: no address, link or words in any log; nothing in clear at rest."""
    office.answers = ["451 example1@example.org is busy"]
    office.refuses = {"example2@example.org": "550 example2@example.org is unknown"}
    house.put(1)
    house.put(2)
    with caplog.at_level(logging.DEBUG):
        house.send(office.url)
    with db.reading(house.engine) as session:
        rows = session.scalars(select(OutgoingMailRow)).all()
        kept = b"".join(row.locked + row.message_id.encode() for row in rows)
    assert len(rows) == 2
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("youthvoice"))
    for secret in ("example1", "example2", "views/x", "food"):
        assert secret.encode() not in kept
        assert secret not in ours


def test_another_machine_without_tls_gets_nothing(
    house: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youthvoice.mail.transport._HERE", frozenset())
    house.put(1)
    assert house.send(office.url) == 0
    assert office.taken == []
    assert house.standing() == (1, 0)


def test_a_long_mail_and_a_short_one_are_kept_in_the_same_length(house: House) -> None:
    """How long a sentence is depends on the band it tells of."""
    for number, words in ((1, "Few."), (2, "Most of the children say so. " * 300)):
        message_id = message_id_for(house.keyring.key_or_new("mail"), house.settings, "test", number)
        message = compose(replace(WORDS, text=words), "example@example.org", message_id, house.settings, house.clock())
        with db.writing(house.engine) as session:
            outbox.put(session, message, house.clock())
    with db.reading(house.engine) as session:
        assert len({len(locked) for locked in session.scalars(select(OutgoingMailRow.locked))}) == 1


@pytest.mark.postgresql("writers of SQLite queue before they look")
def test_a_process_does_not_wait_for_mails_that_another_one_takes(house: House) -> None:
    """On SQLite writers queue, and the second finds none; on PostgreSQL both take at once, never the same."""
    ids = {house.put(number) for number in (1, 2)}
    with db.writing(house.engine) as first:
        taken = {mail.message_id for mail in outbox.lease(first, house.clock(), most=1)}
        with db.writing(house.engine) as second:
            second.execute(text("SET LOCAL lock_timeout = '1s'"))
            others = {mail.message_id for mail in outbox.lease(second, house.clock())}
    assert len(taken) == 1
    assert others == ids - taken


def is_just_leased(house: House) -> bool:
    until = leased_until(house)
    return until is not None and timedelta(0) <= house.clock() + outbox.LEASE - until < timedelta(seconds=0.1)


class Suspends:
    """A server during whose first mail its process stands still, and another one sends all that is due.

    Args:
        house: with the outbox.
        result: of the first mail, once the process goes on.
    """

    def __init__(self, house: House, result: outbox.DeliveryResult) -> None:
        self._house, self._result, self.taken = house, result, list[str]()

    def deliver(self, data: bytes) -> outbox.DeliveryAttempt:
        """Take a mail."""
        self.taken.append(str(read_message(data)["Message-ID"]))
        if len(self.taken) > 1:
            return outbox.DeliveryAttempt("sent")
        self._house.clock.move(seconds=outbox.LEASE.total_seconds() + 1)
        if self._result == "sent":
            send_due_by(self, outbox.MAIL_SERVER, self._house.engine, self._house.clock)
            return outbox.DeliveryAttempt("sent")
        with db.writing(self._house.engine) as session:
            assert len(outbox.lease(session, self._house.clock())) == 3, "by another process, which sends them now"
        return outbox.DeliveryAttempt(self._result, "busy")


@pytest.mark.dialect("moments that are compared")
def test_a_process_that_was_suspended_beyond_its_lease_sends_no_mail_that_another_one_took(house: House) -> None:
    """The first one goes twice, under the same Message-ID: no server says what it took before its answer."""
    ids = sorted(house.put(number) for number in range(3))
    server = Suspends(house, "sent")
    send_due_by(server, outbox.MAIL_SERVER, house.engine, house.clock)
    assert sorted(set(server.taken)) == ids
    assert len(server.taken) == 4
    assert house.standing() == (0, 0)


@pytest.mark.dialect("moments that are compared")
def test_a_process_that_was_suspended_beyond_its_lease_gives_back_no_mail_of_another_one(house: House) -> None:
    for number in range(3):
        house.put(number)
    server = Suspends(house, "again")
    send_due_by(server, outbox.MAIL_SERVER, house.engine, house.clock)
    assert len(server.taken) == 1
    with db.writing(house.engine) as session:
        assert outbox.lease(session, house.clock()) == [], "all are with the other process"


@pytest.mark.dialect("moments that are compared")
def test_only_whoever_has_a_mail_renews_or_releases_it(house: House) -> None:
    house.put(1)
    with db.writing(house.engine) as session:
        late = outbox.lease(session, house.clock())
    house.clock.move(seconds=outbox.LEASE.total_seconds())
    with db.writing(house.engine) as session:
        held = outbox.lease(session, house.clock())
    with db.writing(house.engine) as session:
        outbox.renew(session, late, house.clock())
        outbox.release(session, late)
        assert outbox.lease(session, house.clock()) == []
        assert [outbox.is_own(session, mails[0]) for mails in (late, held)] == [False, True]
        outbox.release(session, held)
        assert outbox.is_due(session, house.clock())


def test_staff_are_asked_before_families_are_written_to_and_the_last_notice_goes_first(
    house: House, office: Office
) -> None:
    """What says that somebody is in danger waits behind no thousand others, and no row is marked for it."""
    for number in range(6):
        house.put(number, followed=True)
    for number in range(6, 12):
        house.put(number)
        house.clock.move(seconds=1)
    house.send(office.url)
    order = [mail["To"].removeprefix("example").partition("@")[0] for mail in office.taken]
    assert order == ["11", "10", "9", "8", "7", "6", "0", "1", "2", "3", "4", "5"]


def delivery(house: House, message_id: str) -> outbox.Delivery:
    with db.reading(house.engine) as session:
        return outbox.list_deliveries(session, [message_id])[message_id]


def test_a_letter_that_is_followed_stays_known_without_its_words(house: House, office: Office) -> None:
    message_id = house.put(1, followed=True)
    assert delivery(house, message_id).state == "queued"
    house.send(office.url)
    assert delivery(house, message_id) == outbox.Delivery("sent", "", house.clock().date(), None)
    assert house.standing() == (0, 0)
    with db.reading(house.engine) as session:
        assert session.scalars(select(OutgoingMailRow.locked)).one() == b""
    assert house.send(office.url) == 0
    house.put(1, followed=True)
    assert house.send(office.url) == 0, "the same letter does not go twice"
    with db.writing(house.engine) as session:
        outbox.forget_sent(session, house.clock().date() + timedelta(days=1))
        assert session.scalars(select(OutgoingMailRow)).all() == []


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("550 5.1.1 example1@example.org is unknown", "refused", "no_box"),
        ("550 no such box", "refused", "no_box"),
        ("550 5.7.1 not from you", "refused", "refused"),
        ("554 5.7.1 spam", "refused", "refused"),
        ("552 5.2.2 over quota", "refused", "full"),
        ("452 4.2.2 over quota", "tried", "full"),
        ("450 4.2.0 greylisted, come again", "tried", "busy"),
        ("451 4.7.1 greylisted", "tried", "busy"),
    ],
)
def test_why_a_server_refuses_is_known_by_its_codes(
    house: House, office: Office, answer: str, state: str, reason: str
) -> None:
    message_id, other = house.put(1, followed=True), house.put(2)
    office.refuses = {"example1@example.org": answer}
    assert house.send(office.url) == 1
    found = delivery(house, message_id)
    assert (found.state, found.reason) == (state, reason)
    assert [mail["Message-ID"] for mail in office.taken] == [other]


def test_a_greylisting_server_gets_the_letter_when_it_is_asked_again(house: House, office: Office) -> None:
    message_id = house.put(1, followed=True)
    office.refuses = {"example1@example.org": "450 4.2.0 come again in five minutes"}
    house.send(office.url)
    office.refuses = {}
    house.clock.move(minutes=1)
    assert house.send(office.url) == 1
    assert delivery(house, message_id).state == "sent"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("youthvoice.mail.transport.ANSWER_SECONDS", 0.3)


@pytest.mark.usefixtures("impatient")
def test_an_address_at_which_a_server_hangs_keeps_back_no_other(house: House, office: Office) -> None:
    ids = [house.put(number, followed=True) for number in (1, 2, 3)]
    office.hangs = {"example1@example.org"}
    assert house.send(office.url) == 2
    assert [delivery(house, one).state for one in ids] == ["tried", "sent", "sent"]
    assert delivery(house, ids[0]).reason == "slow"


@pytest.mark.usefixtures("impatient")
def test_a_server_that_hangs_holds_the_work_process_for_a_moment_only(house: House) -> None:
    """It counts as a try of every letter that is due; else each would be waited for."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        ids = [house.put(number, followed=True) for number in range(40)]
        assert house.send(f"smtp://127.0.0.1:{silent.getsockname()[1]}") == 0
        silent.setblocking(False)
        calls = 0
        with suppress(BlockingIOError):
            while True:
                silent.accept()[0].close()
                calls += 1
        assert 1 <= calls <= 10, "forty letters are not forty calls of a server that does not answer"
    assert {(found.state, found.reason) for found in (delivery(house, one) for one in ids)} == {("tried", "slow")}
    with db.reading(house.engine) as session:
        assert not outbox.is_due(session, house.clock())
        assert outbox.is_due(session, house.clock() + RETRY_WAITS[0])


def test_a_letter_that_could_not_be_written_is_told_of_and_never_tried(house: House, office: Office) -> None:
    with db.writing(house.engine) as session:
        outbox.put_refused(session, "<x@example.org>", "no_address", house.clock())
        assert outbox.try_again(session, house.clock(), ["<x@example.org>"]) == 0
    assert delivery(house, "<x@example.org>") == outbox.Delivery("refused", "no_address", None, None)
    assert house.send(office.url) == 0


def test_a_letter_given_up_after_four_days_says_so(house: House, office: Office) -> None:
    message_id = house.put(1, followed=True)
    office.refuses = {"example1@example.org": "451 later"}
    for wait in RETRY_WAITS:
        house.send(office.url)
        house.clock.move(seconds=wait.total_seconds())
    house.send(office.url)
    assert delivery(house, message_id) == outbox.Delivery("given_up", "busy", None, None)
    office.refuses = {}
    with db.writing(house.engine) as session:
        assert outbox.try_again(session, house.clock(), [message_id]) == 1
    assert delivery(house, message_id).state == "queued"
    assert house.send(office.url) == 1


def test_each_hour_it_is_known_whether_the_server_works_and_nothing_is_sent(house: House, office: Office) -> None:
    house.put(1)
    check_server()  # without a server there is nothing to try
    with context.override(house.app, settings=replace(house.settings, smtp_url=office.url)):
        check_server()
    assert office.taken == []
    assert house.standing() == (1, 0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    nobody = replace(house.settings, smtp_url=f"smtp://127.0.0.1:{port}")
    with context.override(house.app, settings=nobody), pytest.raises(MailServerFailed, match="no_server"):
        check_server()
    with db.reading(house.engine) as session:
        assert find_server_failure(session) == "no_server"


@pytest.mark.parametrize(
    "address",
    ["example@example.org", "o'example+plus@example.org", "example@exämple.org"],
)
def test_a_mail_goes_over_the_line_as_it_was_composed_and_to_whom_its_header_names(
    house: House, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    words = replace(WORDS, sender_name="उदाहरण", subject="आपके लिए समाचार", text="नमस्ते\n.\n..\n" + 300 * "x")
    message = compose(words, address, "<x@example.org>", house.settings, house.clock())
    sent: list[object] = []
    monkeypatch.setattr(smtplib.SMTP, "ehlo_or_helo_if_needed", lambda _self: None)
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _self, _name: True)
    monkeypatch.setattr(smtplib.SMTP, "sendmail", lambda _self, *mail: sent.append(mail[:3]))
    smtplib.SMTP().send_message(read_message(message.as_bytes()))
    transport._send(smtplib.SMTP(), message.as_bytes())  # noqa: SLF001 - the same as the library does in more time
    assert sent[0] == sent[1]
