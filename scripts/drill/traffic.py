"""Children who answer, staff who are asked to sign in, and the mail server that takes it: each with a number we know.

A child's tablet sends what was not acknowledged again under the same number, as `kiosk/offline` does.
"""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.house import ANSWERS, House
from benchmarks.load import Connection
from benchmarks.server import free_port
from youthvoice import context, db
from youthvoice.accounts import mail
from youthvoice.accounts.people.store import set_address
from youthvoice.accounts.store import list_every_person_row
from youthvoice.mail.messages import message_id_for
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.web.random_ids import new_submission_id

_CHILDREN: Final = 4
_BETWEEN_ANSWERS: Final = 0.2  # seconds of one child
_BEFORE_REPEAT: Final = 0.3  # seconds
_BETWEEN_MAILS: Final = 0.2  # seconds


@dataclass
class Ledger:
    """What was sent, and what was acknowledged.

    Attributes:
        sent: the id of each answer, before it is sent for the first time.
        acknowledged: when a child read "thank you", by id.
        waits: when each unacknowledged answer was sent for the first time, by id.
        longest: seconds that a child waited since `forget_longest`.
        repeats: answers that were sent again.
        refused: how often a send was answered with each status; 0 where nothing came back.
        mails: Message-IDs of mails whose transaction was acknowledged, with the moment.
        doubtful: Message-IDs of mails of which nobody knows whether the transaction was kept.
    """

    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, float] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)
    longest: float = 0.0
    repeats: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    mails: dict[str, float] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_waiting_since(self, moment: float) -> bool:
        """Whether an answer waits that was first sent before a moment of `time.monotonic`."""
        with self.lock:
            return any(since < moment for since in self.waits.values())


class Sink:
    """What the mail server took.

    Attributes:
        port: on 127.0.0.1.
    """

    def __init__(self, port: int, file: Path) -> None:
        """Nothing was taken yet."""
        self.port, self._file = port, file

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Let each mail take a second."""
        mark = self._file.with_name(f"{self._file.name}.slow")
        mark.touch()
        try:
            yield
        finally:
            mark.unlink()

    def arrived(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(self._file.read_text("ascii").split())


_SINK: Final = """
import asyncio, email, os, sys
from aiosmtpd.controller import UnthreadedController
class Sink:
    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(1 if os.path.exists(sys.argv[2] + ".slow") else 0.02)
        with open(sys.argv[2], "a") as out:
            out.write(email.message_from_bytes(envelope.content)["Message-ID"].strip() + "\\n")
        return "250 OK"
loop = asyncio.new_event_loop()
UnthreadedController(Sink(), "127.0.0.1", int(sys.argv[1]), loop=loop).begin()
loop.run_forever()
"""


@contextmanager
def mail_sink(file: Path) -> Iterator[Sink]:
    """A real mail server in a process of its own, until the block ends."""
    port = free_port()
    file.touch()
    process = subprocess.Popen((sys.executable, "-c", _SINK, str(port), str(file)))
    try:
        yield Sink(port, file)
    finally:
        process.kill()
        process.wait()


class Traffic:
    """Children and staff, each in a thread of her own, until `end`.

    Attributes:
        ledger: what they sent.
    """

    def __init__(self, house: House, app: Flask, port: int) -> None:
        """Nobody has begun.

        Args:
            house: with tablets.
            app: the same installation in this process, which writes mails.
            port: of the proxy.
        """
        self.ledger = Ledger()
        self._house, self._app, self._port = house, app, port
        self._path = f"/survey/{house.slug}"
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._answer, args=(number,)) for number in range(_CHILDREN)]
        self._threads.append(threading.Thread(target=self._write_mails))

    def start(self) -> None:
        """Let everybody begin."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let everybody stop; whoever waits for an answer gives up."""
        self._is_over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(40)

    def forget_longest(self) -> None:
        """From now on measure anew how long a child waits."""
        with self.ledger.lock:
            self.ledger.longest = 0.0

    def _answer(self, number: int) -> None:
        connection, cookies = Connection(self._port), self._house.cookies[number::_CHILDREN]
        nth = 0
        while not self._is_over.is_set():
            cookie, sheet = cookies[nth % len(cookies)], new_submission_id()
            nth += 1
            with self.ledger.lock:
                self.ledger.sent.add(sheet)
                self.ledger.waits[sheet] = time.monotonic()
            while not self._send(connection, cookie, sheet):
                if self._is_over.wait(_BEFORE_REPEAT):
                    break
                with self.ledger.lock:
                    self.ledger.repeats += 1
            self._is_over.wait(_BETWEEN_ANSWERS)
        connection.close()

    def _send(self, connection: Connection, cookie: str, sheet: str) -> bool:
        fields = urlencode([("sheet", sheet), *ANSWERS]).encode()
        status, is_thanked = 0, False
        try:
            status = connection.ask("GET", self._path, cookie).status
            if status == HTTPStatus.OK:
                status = 0
                answer = connection.ask("POST", self._path, cookie, fields, "application/json")
                status = answer.status
                is_thanked = status == HTTPStatus.CREATED and sheet.encode() in answer.body
        except (OSError, ValueError, IndexError):
            connection.close()
        with self.ledger.lock:
            if is_thanked:
                now = time.monotonic()
                self.ledger.acknowledged[sheet] = now
                self.ledger.longest = max(self.ledger.longest, now - self.ledger.waits.pop(sheet))
            else:
                self.ledger.refused[status] += 1
        return is_thanked

    def _write_mails(self) -> None:
        """Ask the same person again and again to sign in, each time for another reason."""
        with self._app.app_context():
            person = next(each for each in list_every_person_row(db.session()) if each.handle == "asha")
            db.close_session()
            nth = 0
            while not self._is_over.wait(_BETWEEN_MAILS):
                nth += 1
                key, settings = context.keyring().key(MAIL), context.settings()
                message_id = message_id_for(key, settings, "staff", "sign_in", person.id, "drill", nth)
                try:
                    with db.writing(db.engine()) as session:
                        mail.ask_to_sign_in(session, person, "drill", nth)
                except SQLAlchemyError:
                    with self.ledger.lock:
                        self.ledger.doubtful.add(message_id)
                else:
                    with self.ledger.lock:
                        self.ledger.mails[message_id] = time.monotonic()


def give_address(app: Flask) -> None:
    """Give one advocate an address of mail."""
    with app.app_context(), db.writing(db.engine()) as session:
        person = next(each for each in list_every_person_row(session) if each.handle == "asha")
        set_address(session, person.id, "asha@example.org")
