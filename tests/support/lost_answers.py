"""A line to PostgreSQL that breaks after a COMMIT was carried out, and before its answer comes back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import URL, make_url

COMMIT: Final = b"Q\0\0\0\x0bCOMMIT\0"
"""As the driver sends it: a message of its own."""


class LineToServer:
    """Passes on what goes between an application and PostgreSQL, but for the answer that a test loses.

    Attributes:
        url: of the database, for whoever goes over this line.
        lost: how many answers were lost.
    """

    def __init__(self, url: URL) -> None:
        where = url.normalized_query.get("host", (url.host or "",))[0]
        self._server = f"{where}/.s.PGSQL.{url.port or 5432}" if where.startswith("/") else (where, url.port or 5432)
        self._listening = socket.create_server(("127.0.0.1", 0))
        here = url.set(host="127.0.0.1", port=self._listening.getsockname()[1], query={})
        self.url = here.render_as_string(hide_password=False)
        self.lost, self._until_lost, self._to = 0, 0, COMMIT
        threading.Thread(target=self._listen, daemon=True).start()

    def lose_answer(self, number: int = 1, to: bytes = COMMIT) -> None:
        """Break where the server answers one of these statements from now on: the first, or a later one."""
        self.lost, self._until_lost, self._to = 0, number, to

    def end(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _address = self._listening.accept()
                there = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
                there.connect(self._server)
                is_lost = threading.Event()
                for one, other, copy in ((here, there, self._ask), (there, here, self._answer)):
                    threading.Thread(target=copy, args=(one, other, is_lost), daemon=True).start()

    def _ask(self, here: socket.socket, there: socket.socket, is_lost: threading.Event) -> None:
        with suppress(OSError):
            while part := here.recv(65536):
                if self._until_lost and self._to in part:
                    self._until_lost -= 1
                    if not self._until_lost:
                        is_lost.set()
                there.sendall(part)
        _shut(there)

    def _answer(self, there: socket.socket, here: socket.socket, is_lost: threading.Event) -> None:
        with suppress(OSError):
            while part := there.recv(65536):
                if is_lost.is_set():  # PostgreSQL answers once it has committed
                    self.lost += 1
                    break
                here.sendall(part)
        for one in (here, there):
            _shut(one)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@contextmanager
def line_to(url: str) -> Iterator[LineToServer]:
    """A line to the server of a database."""
    line = LineToServer(make_url(url))
    try:
        yield line
    finally:
        line.end()
