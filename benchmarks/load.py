"""A load client: bounded in count and time, on 127.0.0.1 only; one process, as many keep-alive connections as asked.

It is written on sockets and not on an HTTP library, because on two cores the client's own work would be measured.
"""

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

_SHEET = re.compile(rb'name="sheet" value="([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Connection:
    """One keep-alive connection of one tablet."""

    port: int
    cookie: str
    wire: socket.socket | None = None

    def ask(self, method: str, path: str, body: bytes = b"", accept: str = "text/html") -> tuple[int, bytes]:
        """Send one request; returns status and body."""
        if self.wire is None:
            self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
        head += f"Accept: {accept}\r\n"
        if body:
            head += "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        self.wire.sendall(head.encode() + b"\r\n" + body)
        return self._answer(self.wire)

    def _answer(self, source: socket.socket) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(source)
        head, _, body = data.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found.group(1)) if found else 0
        while len(body) < length:
            body += self._more(source)
        return int(head.split(b" ", 2)[1]), body

    def _more(self, source: socket.socket) -> bytes:
        part = source.recv(262144)
        if not part:
            self.wire = None
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


def respond(  # noqa: PLR0913 - a load has as many sides
    *, port: int, slug: str, answers: list[tuple[str, str]], cookies: list[str], clients: int, total: int
) -> Result:
    """Complete responses - page, submission, 201 - by several clients at once.

    Args:
        port: of the server on 127.0.0.1.
        slug: of an open round.
        answers: form fields of one sheet, without its id.
        cookies: one Cookie header per tablet; taken in turn.
        clients: how many at once.
        total: responses in all.
    """
    result, lock, left = Result(), threading.Lock(), iter(range(total))
    fields = urlencode(answers).encode()

    def work(number: int) -> None:
        connection = Connection(port, cookies[number % len(cookies)])
        while True:
            with lock:
                if next(left, None) is None:
                    return
            began = time.perf_counter()
            problem = _one(connection, slug, fields)
            with lock:
                if problem:
                    result.errors.append(problem)
                else:
                    result.times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - began
    return result


def _one(connection: Connection, slug: str, fields: bytes) -> str | None:
    try:
        status, page = connection.ask("GET", f"/survey/{slug}")
        found = _SHEET.search(page)
        if status != 200 or not found:  # noqa: PLR2004 - HTTP
            return f"page {status}"
        sheet = found.group(1)
        status, body = connection.ask("POST", f"/survey/{slug}", b"sheet=" + sheet + b"&" + fields, "application/json")
    except OSError as error:
        return type(error).__name__
    return None if status == 201 and sheet in body else f"sending {status}"  # noqa: PLR2004 - HTTP
