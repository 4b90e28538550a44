"""Servers that answer at the wrong moment, in the wrong order, or a byte at a time, over a real line.

No mail is lost, none comes twice unless its answer was lost, and no server holds up the work process.
"""

import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from flask import Flask

from tests.conftest import StillClock
from tests.mail.test_tls import certificate, office_with
from tests.mail.test_transport import House, delivery, house  # noqa: F401 - a fixture
from tests.support.smtp_server import post_office
from youthvoice import context, db
from youthvoice.jobs.turns import Turn
from youthvoice.jobs.worker import Job, run_once
from youthvoice.jobs.worker_health import ALIVE_SECONDS
from youthvoice.mail import outbox, transport
from youthvoice.mail.outbox import MAIL_SERVER
from youthvoice.mail.transport import SmtpTransport, check_server
from youthvoice.monitoring.findings import list_state_findings
from youthvoice.monitoring.installation_state import read_state
from youthvoice.schedule import JOBS

Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[str]:
    """The address of a server that does this with each connection."""

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=server.accept()[:1], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


class Speaker:
    """A server that answers some commands otherwise than others would.

    Args:
        answers: by the command; `.` is that to a whole mail, an empty one ends the connection.
        pause: seconds before it answers a whole mail.
        mails: after how many it ends a connection.
    """

    def __init__(self, answers: Mapping[str, str], pause: float = 0.0, mails: int = 100) -> None:
        self.answers, self.pause, self.mails, self.taken = answers, pause, mails, 0

    def __call__(self, connection: socket.socket) -> None:
        with connection.makefile("rwb") as line:

            def say(command: str, usual: str = "250 OK") -> None:
                line.write(self.answers.get(command, usual).encode() + b"\r\n")
                line.flush()

            say("banner", "220 here")
            left = self.mails
            while left and (words := line.readline()):
                command = words[:4].decode().strip().upper()
                say(command, "354 go on" if command == "DATA" else "250 OK")
                if command == "DATA" and self.answers.get("DATA", "354").startswith("354"):
                    while line.readline() != b".\r\n":
                        pass
                    time.sleep(self.pause)
                    self.taken, left = self.taken + 1, left - 1
                    say(".")


@pytest.mark.parametrize(
    ("answers", "state", "reason"),
    [
        ({"DATA": "250 OK"}, "tried", "busy"),
        ({"RCPT": "252 perhaps"}, "tried", "busy"),
        ({"MAIL": "530 5.7.0 sign in first"}, "tried", "sign_in"),
        ({"RCPT": "530 5.7.0 sign in first"}, "tried", "sign_in"),
        ({"MAIL": "552 5.3.4 too large"}, "refused", "too_large"),
        ({".": "552 5.3.4 too large"}, "refused", "too_large"),
        ({".": "552 5.2.3 too large"}, "refused", "too_large"),
        ({".": "552 5.2.2 over quota"}, "refused", "full"),
        ({".": "451 4.3.0 later"}, "tried", "busy"),
        ({".": "554 5.7.1 not this"}, "refused", "refused"),
        ({"banner": "554 not here"}, "tried", "refused"),
        ({"banner": "421 later"}, "tried", "busy"),
    ],
)
def test_what_a_server_did_not_accept_is_never_taken_as_sent(
    house: House,  # noqa: F811
    answers: Mapping[str, str],
    state: str,
    reason: str,
) -> None:
    """`250` to DATA, before a word of the mail went, counted as a mail that was sent; it was deleted."""
    message_id = house.put(1, followed=True)
    with listening(Speaker(answers)) as url:
        assert house.send(url) == 0
    assert (delivery(house, message_id).state, delivery(house, message_id).reason) == (state, reason)


def test_a_server_that_takes_one_mail_a_connection_gets_all_of_them_at_once(house: House) -> None:  # noqa: F811
    """Each second one found the line closed, and waited for a minute, then for five, then for half an hour."""
    speaker = Speaker({}, mails=1)
    ids = [house.put(number, followed=True) for number in range(4)]
    with listening(speaker) as url:
        assert house.send(url) == 4
    assert speaker.taken == 4
    assert {delivery(house, message_id).state for message_id in ids} == {"sent"}


def test_a_server_that_looks_at_a_mail_for_long_gets_it_once(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After twenty seconds it was left, and got the same mail again, up to ten times. Source: RFC 5321, 4.5.3.2.6."""
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(transport, "TAKING_SECONDS", 10)
    speaker = Speaker({}, pause=1.0)
    house.put(1)
    with listening(speaker) as url:
        assert house.send(url) == 1
        house.clock.move(days=1)
        assert house.send(url) == 0
    assert speaker.taken == 1
    assert transport.MAIL_SECONDS + 15 < ALIVE_SECONDS, "a lane that sends is no lane that hangs"


def trickle(connection: socket.socket) -> None:
    """One byte after the other, without end."""
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def trickle_later(connection: socket.socket) -> None:
    connection.sendall(b"220 here\r\n")
    trickle(connection)


@pytest.mark.parametrize("talk", [trickle, trickle_later])
@pytest.mark.parametrize("way", ["smtp", "smtps"])
def test_a_server_that_sends_a_byte_at_a_time_is_left_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, talk: Talk, way: str
) -> None:
    """It held the thread that sends for good: no other mail left, and doctor said that nothing runs."""
    monkeypatch.setattr(transport, "MAIL_SECONDS", 0.5)
    monkeypatch.setattr(transport, "_QUIT_SECONDS", 0.5)
    with listening(talk) as url:
        server, began = SmtpTransport(url.replace("smtp", way)), time.monotonic()
        attempt = server.deliver(b"From: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <x@y>\r\n\r\nHello.")
        server.quit()
    assert time.monotonic() - began < 5
    assert attempt.result == "again"
    assert attempt.reason in ({"slow"} if way == "smtp" else {"slow", "no_server"})


def test_a_server_that_is_found_when_its_time_is_over_is_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """There was nothing to cut yet, and nothing cut it later."""
    monkeypatch.setattr(transport, "MAIL_SECONDS", 0.2)
    find = socket.getaddrinfo

    def find_late(*arguments: Any, **more: Any) -> Any:
        time.sleep(0.6)
        return find(*arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", find_late)
    with listening(trickle) as url:
        server, began = SmtpTransport(url), time.monotonic()
        attempt = server.deliver(b"From: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <x@y>\r\n\r\nHello.")
        server.quit()
    assert time.monotonic() - began < 5
    assert (attempt.result, attempt.reason) == ("again", "slow")


def test_a_slow_server_holds_its_lane_for_one_mail_and_gives_back_the_others(house: House) -> None:  # noqa: F811
    for number in range(3):
        house.put(number)
    with listening(Speaker({}, pause=0.2)) as url:
        turn, server = Turn(), SmtpTransport(url)
        turn._until = time.monotonic() + 0.1  # noqa: SLF001 - as when the mail took longer than a turn
        assert transport.send_due_by(server, MAIL_SERVER, house.engine, house.clock, turn) == 1
        server.quit()
        assert turn.is_cut
    with db.writing(house.engine) as session:
        assert len(outbox.lease(session, house.clock())) == 2, "at once, by whichever process comes first"


def test_a_mail_server_that_hangs_holds_up_no_text_message() -> None:
    lanes = {job.name: job.lane for job in JOBS}
    assert lanes["sms"] not in {lanes["mail"], lanes["mail server"]}


def test_a_mail_that_a_server_took_while_the_database_failed_is_not_sent_again(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk became full, or the database went, between the answer of the server and the row that says so."""
    house.put(1)
    settle, fails = outbox.settle, [True]

    def full(*arguments: object) -> None:
        if fails[0]:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        settle(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "settle", full)
    monkeypatch.setattr(transport, "_INSISTS_SECONDS", 0.3)
    with post_office() as office:
        for _time in range(3):
            with pytest.raises(sqlite3.OperationalError):
                house.send(office.url)
            house.clock.move(minutes=1)
        fails[:] = [False]
        assert house.send(office.url) == 1
        assert house.send(office.url) == 0
        assert len(office.taken) == 1
    assert house.standing() == (0, 0)


def test_after_a_day_of_greylisting_each_mail_comes_once(house: House) -> None:  # noqa: F811
    ids = [house.put(number, followed=True) for number in range(3)]
    began = house.clock.moment
    with post_office() as office:
        office.refuses = {f"example{number}@example.org": "451 4.7.1 greylisted" for number in range(3)}
        while delivery(house, ids[0]).state != "sent":
            house.send(office.url)
            house.clock.move(minutes=30)
            if house.clock.moment - began > timedelta(days=1):
                office.refuses = {}
            assert house.clock.moment - began < timedelta(days=3)
        taken = Counter(mail["Message-ID"] for mail in office.taken)
    assert taken == dict.fromkeys(ids, 1)


# ---- What adults read ----


def words_of(app: Flask, url: str) -> list[str]:
    """What is wrong with mail after the hourly look at the server."""
    settings = replace(context.settings(), mode="production", url="https://voice.example.org", smtp_url=url)
    with context.override(app, settings=settings):
        assert run_once(app, [Job("mail server", 0, check_server)]) == ["mail server"]
        with db.reading(db.engine()) as session:
            state = read_state(session)
            return [str(finding.words) for finding in list_state_findings(state, ()) if finding.subject == "mail"]


@pytest.mark.parametrize("way", ["smtps", "starttls"])
def test_a_certificate_that_ended_gets_no_mail_and_is_named(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    ended = certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")), ends=datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setenv("SSL_CERT_FILE", str(ended))
    with office_with(ended, way) as (office, url):
        (words,) = words_of(app, url)
        assert words == (
            "The mail server let nobody in within the last hour. The certificate of the mail server is not valid, or "
            "has ended, so nothing was sent. Check YOUTHVOICE_SMTP_URL; mail is tried again."
        )
        assert office.taken == []


def test_why_a_mail_server_lets_nobody_in_is_said_as_of_the_last_look(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(Speaker({"banner": "554 not here"})) as url:
        assert "hour. The mail server does not take letters from us. Check" in words_of(app, url)[0]
    clock.move(minutes=5)
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.2)
    with listening(lambda _connection: time.sleep(3)) as url:
        assert "hour. The mail server did not answer in time. Check" in words_of(app, url)[0]
