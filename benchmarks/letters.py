"""Letters into a mail server on this machine: from the outbox, one after the other, as the work process sends them."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.house import House, like_the_others, opened
from benchmarks.server import PATIENCE, free_port
from youthvoice import context, db
from youthvoice.mail import messages, outbox
from youthvoice.mail.transport import send_all_due
from youthvoice.privacy.keys.key_names import MAIL

_WORDS = messages.MailText(
    sender_name="Family letter",
    subject="A letter for you",
    text="* Most of the 24 answers say the food is good: 15 to 24\n" * 40,
    html="<!doctype html>" + "<p>Most of the 24 answers say the food is good: 15 to 24</p>" * 150,
    language="en",
    unsubscribe="http://127.0.0.1/views/x/stop",
)
"""As long as a letter to a family is."""


def per_second(folder: Path, letters: int, runs: int) -> float:
    """How many letters a work process hands over in a second, each durably settled before the next.

    Args:
        folder: empty.
        letters: in each run.
        runs: of which the median is given.
    """
    house = like_the_others(folder)
    port = free_port()
    with _mail_server(port):
        return median(_run(house, port, letters, run) for run in range(runs))


@contextmanager
def _mail_server(port: int) -> Iterator[None]:
    """One that takes every mail and keeps none, in a process of its own."""
    command = (sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the mail server did not start")
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def _run(house: House, port: int, letters: int, run: int) -> float:
    with opened(house):
        settings = replace(context.settings(), smtp_url=f"smtp://127.0.0.1:{port}")
        now, key = context.now(), context.keyring().key_or_new(MAIL)
        with db.writing(db.engine()) as session:
            for nth in range(letters):
                message_id = messages.message_id_for(key, settings, "bench", run, nth)
                message = messages.compose(_WORDS, f"family{nth}@example.org", message_id, settings, now)
                outbox.put(session, message, now, followed=True)
        began = time.perf_counter()
        sent = send_all_due(db.engine(), settings, context.now)
        took = time.perf_counter() - began
    if sent != letters:
        raise RuntimeError(f"sent {sent} of {letters}")
    return letters / took
