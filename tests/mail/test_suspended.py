"""A process that sends is suspended for longer than its lease of mails lasts, and goes on: each mail goes once.

By SIGSTOP, and by the clock of the machine.
"""

import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import shared_setup
from tests.support.long_tests import breadth
from tests.support.running import running
from tests.support.smtp_server import Office, post_office
from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.mail import outbox, transport
from youthvoice.mail.messages import MailText, compose, message_id_for
from youthvoice.privacy.keys.keyring import Keyring

WORDS = MailText(sender_name="Example post", subject="News", text="News.", html="<p>News.</p>", language="en")
BEFORE, AFTER = "_is_own", "_deliver"
"""Of `transport`: what it asks before it sends a mail, and what sends it."""
STOPS_AT = 3


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as made:
        yield made


def sends(settings: Settings, keys: Path, stops_at: str = "") -> int:
    """A process that sends all that is due, and stops itself at the third mail: before it is sent, or settled."""
    if pid := os.fork():
        return pid
    try:
        engine, passed = db.make_engine(settings.database_url), itertools.count(1)
        with running(settings, Keyring.open(keys, create=False, development=True), engine):
            if stops_at:
                usual = getattr(transport, stops_at)

                def stopped(*given: object) -> object:
                    result = usual(*given) if stops_at == AFTER else None
                    if next(passed) == STOPS_AT:
                        os.kill(os.getpid(), signal.SIGSTOP)
                    return result if stops_at == AFTER else usual(*given)

                setattr(transport, stops_at, stopped)
            transport.send_all_due(engine, settings, context.now)
    finally:
        os._exit(0)


@pytest.mark.dialect("moments that are compared")
@pytest.mark.parametrize(("stops_at", "twice"), breadth([(BEFORE, 0)], [(AFTER, 1)]))
def test_a_process_that_was_stopped_beyond_its_lease_sends_no_mail_of_another_one(
    settings: Settings, tmp_path: Path, office: Office, stops_at: str, twice: int
) -> None:
    """What the server took while nobody recorded it goes twice, under one Message-ID; nothing else does."""
    shared_setup.lay_tables(settings.database_url)
    settings = replace(settings, smtp_url=office.url)
    engine = db.make_engine(settings.database_url)
    with running(settings, Keyring.open(tmp_path / "keys", create=True, development=True), engine):
        key = context.keyring().key_or_new("mail")
        for number in range(outbox.MAX_LEASED):
            message_id = message_id_for(key, settings, "test", number)
            with db.writing(engine) as session:
                message = compose(WORDS, "a@example.org", message_id, settings, context.now())
                outbox.put(session, message, context.now())
    engine.dispose()
    first = sends(settings, tmp_path / "keys", stops_at)
    assert os.WIFSTOPPED(os.waitpid(first, os.WUNTRACED)[1])
    time.sleep(outbox.LEASE.total_seconds() + 0.5)
    second = sends(settings, tmp_path / "keys")
    assert ends_well(second)
    assert len(office.taken) == outbox.MAX_LEASED + twice, "its lease is over, and another process sends the rest"
    os.kill(first, signal.SIGCONT)
    assert ends_well(first)
    sent = Counter(str(mail["Message-ID"]) for mail in office.taken)
    assert (len(sent), sent.total()) == (outbox.MAX_LEASED, outbox.MAX_LEASED + twice)
    with db.reading(engine) as session:
        assert outbox.delivery_status(session) == outbox.DeliveryStatus(0, 0)
    engine.dispose()


def ends_well(process: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
