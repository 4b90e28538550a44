"""A load client: bounded in count and time, on 127.0.0.1 only; one process, as many keep-alive connections as asked.

It is written on sockets and not on an HTTP library, because on two cores the client's own work would be measured.
"""

import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

_SHEET = re.compile(rb'name="sheet" value="([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_GZIP = re.compile(rb"content-encoding: gzip", re.IGNORECASE)
_ANY_HEADER = 32 + zlib.MAX_WBITS
_LONGEST = 60.0  # seconds of one load


@dataclass(slots=True)
class Answer:
    """What came back: status, body as read, and how many bytes it had on the wire."""

    status: int
    body: bytes
    wire: int


@dataclass(slots=True)
class Connection:
    """One keep-alive connection."""

    port: int
    wire: socket.socket | None = None

    def ask(self, method: str, path: str, cookie: str, body: bytes = b"", accept: str = "text/html") -> Answer:
        """Send one request and read its answer."""
        if self.wire is None:
            self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n"
        head += f"Accept: {accept}\r\nAccept-Encoding: gzip\r\n"
        if body:
            head += "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        self.wire.sendall(head.encode() + b"\r\n" + body)
        return self._answer(self.wire)

    def close(self) -> None:
        """Hang up."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None

    def _answer(self, source: socket.socket) -> Answer:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(source)
        head, _, body = data.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found.group(1)) if found else 0
        while len(body) < length:
            body += self._more(source)
        read = zlib.decompress(body, _ANY_HEADER) if _GZIP.search(head) else body
        return Answer(int(head.split(b" ", 2)[1]), read, len(body))

    def _more(self, source: socket.socket) -> bytes:
        part = source.recv(262144)
        if not part:
            self.close()
            raise ConnectionError("the server closed the connection")
        return part


@dataclass(slots=True)
class Result:
    """What a load found out: seconds per response and what went wrong."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Complete responses a second."""
        return len(self.times) / self.seconds

    @property
    def p99_ms(self) -> float:
        """The 99th percentile of one complete response, in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


@dataclass(frozen=True)
class Load:
    """Complete responses - page, submission, 201 - by several clients at once.

    Attributes:
        port: of the server on 127.0.0.1.
        path: of the page that asks.
        answers: form fields of one sheet, without its id.
        cookies: one Cookie header per tablet; every response comes from the next one.
        clients: how many at once.
        total: responses in all.
    """

    port: int
    path: str
    answers: Sequence[tuple[str, str]]
    cookies: Sequence[str]
    clients: int
    total: int

    def run(self) -> Result:
        """Send it all; stops early, with an error, after a minute."""
        result, lock, left = Result(), threading.Lock(), iter(range(self.total))
        fields = urlencode(self.answers).encode()
        began = time.perf_counter()

        def work() -> None:
            connection = Connection(self.port)
            while True:
                with lock:
                    number = next(left, None)
                if number is None or time.perf_counter() - began > _LONGEST:
                    break
                start = time.perf_counter()
                problem = self._one(connection, self.cookies[number % len(self.cookies)], fields)
                with lock:
                    if problem:
                        result.errors.append(problem)
                    else:
                        result.times.append(time.perf_counter() - start)
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        result.seconds = time.perf_counter() - began
        result.errors += ["not sent"] * (self.total - len(result.times) - len(result.errors))
        return result

    def _one(self, connection: Connection, cookie: str, fields: bytes) -> str | None:
        try:
            page = connection.ask("GET", self.path, cookie)
            found = _SHEET.search(page.body)
            if page.status != HTTPStatus.OK or not found:
                return f"page {page.status}"
            sheet = found.group(1)
            sent = connection.ask("POST", self.path, cookie, b"sheet=" + sheet + b"&" + fields, "application/json")
        except OSError as error:
            connection.close()
            return type(error).__name__
        return None if sent.status == HTTPStatus.CREATED and sheet in sent.body else f"sending {sent.status}"


def page_times(port: int, path: str, cookie: str, times: int) -> Iterator[float]:
    """How long a page takes, in milliseconds, from asking to the last byte; asked so often over one connection.

    Raises:
        RuntimeError: it is not there.
    """
    client = Connection(port)
    for _ in range(times):
        began = time.perf_counter()
        answer = client.ask("GET", path, cookie)
        yield 1000 * (time.perf_counter() - began)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status}")
    client.close()
