"""Reading request bodies with a deadline, before a thread is used for them: no slow connection blocks a process.

Granian speaks HTTP and passes each request to this front (by RSGI, its own interface). The front waits for a body
without a thread. Only a complete request goes to one of the few threads that run the application.
"""

import asyncio
import logging
import queue
import re
import sys
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, Protocol

from youthvoice import log_format
from youthvoice.context import Port
from youthvoice.web.rate_limits import network_of

_log = logging.getLogger(__name__)

REFUSED: Final = "youthvoice.refused"
"""WSGI variable of a request whose body was refused: the status of the answer."""

MAX_BYTES: Final = 5 * 1024 * 1024
"""Maximum of any request except one with a picture; each page has a smaller limit of its own."""

MAX_PICTURE_REQUEST: Final = 17 * 1024 * 1024
"""Maximum in bytes for the two pages that accept a telephone's photo, from somebody who is signed in."""

_TAKES_PICTURE: Final = re.compile(
    r"/staff/(?:questionnaires/drafts/[0-9]+/questions/[0-9]+/picture|me/introduction/photograph)"
)

PATIENCE_SECONDS: Final = 15.0

MIN_BYTES_PER_SECOND: Final = 2 * 1024
"""Minimum rate of a body after the first `PATIENCE_SECONDS`: a quarter of a 64 kbit/s line."""

MAX_STILL_SECONDS: Final = 60.0
"""How long a body may bring no bytes, however much has come."""

_WINDOW_SECONDS: Final = 2.0
_BEGINS_WITH: Final = 8 * 1024  # bytes credited to a new body, so that a stalled one goes first

MAX_INCOMING: Final = 160

MAX_INCOMING_BYTES: Final = 32 * 1024 * 1024
"""Of all bodies that a process waits for. Beyond either, the network with the most loses its slowest body."""

_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_NAMES: dict[str, str] = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

_MAX_FIELD_NAMES: Final = 200

_TIDY_SECONDS: Final = 0.2

_SMALL: Final = 64 * 1024  # bytes that are read in one go

Environ = dict[str, Any]

StartResponse = Callable[..., Any]

Application = Callable[[Environ, StartResponse], Iterable[bytes]]

has_valid_session: Final = Port[Callable[[Mapping[str, Any]], bool]]("has_valid_session")
"""Whether a request has the cookie of a signed-in member of staff."""


class Exchange(Protocol):
    """One request's input and output (RSGI's HTTP protocol)."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body; fails when the connection breaks."""

    def __aiter__(self) -> "Exchange":
        """The body, in parts."""

    async def __anext__(self) -> bytes:
        """The next part; an empty one at the end, and two when the connection broke."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send the answer; callable from any thread."""


@dataclass(eq=False, slots=True)
class IncomingBody:
    """A body that is being received.

    Attributes:
        network: of the sender.
        began: the loop's time when its request came.
        limit: its deadline.
        most: maximum in bytes.
        parts: received so far.
        size: bytes received so far.
        refused: the status once it was refused.
        window: when the current counting window began.
        lately: bytes received in this window, and in the one before.
    """

    network: str
    began: float
    limit: asyncio.Timeout
    most: int = MAX_BYTES
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    refused: int = 0
    window: float = field(init=False)
    lately: tuple[int, int] = (_BEGINS_WITH, 0)

    def __post_init__(self) -> None:
        self.window = self.began

    def add(self, part: bytes, now: float) -> None:
        """Add a received part."""
        self._advance_window(now)
        self.parts.append(part)
        self.size += len(part)
        self.lately = self.lately[0] + len(part), self.lately[1]

    def rate(self, now: float) -> float:
        """Current rate in bytes per second, whatever came before: a connection that stalls after a burst has none."""
        self._advance_window(now)
        return sum(self.lately) / (_WINDOW_SECONDS + now - self.window)

    def _advance_window(self, now: float) -> None:
        if (passed := int((now - self.window) / _WINDOW_SECONDS)) > 0:
            self.window += passed * _WINDOW_SECONDS
            self.lately = 0, self.lately[0] if passed == 1 else 0


class IncomingBodies:
    """The bodies that a process waits for, limited in number and bytes; no network can crowd out the others."""

    def __init__(self, most: int = MAX_INCOMING, most_bytes: int = MAX_INCOMING_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._bodies: set[IncomingBody] = set()
        self._bytes = 0

    def add(self, body: IncomingBody, now: float) -> None:
        """Add a body; beyond the limit another one is refused."""
        self._bodies.add(body)
        if len(self._bodies) > self._most:
            self._refuse_slowest(Counter(each.network for each in self._bodies), now)

    def grow(self, body: IncomingBody, part: bytes, now: float) -> None:
        """Add a received part of a body, which extends its deadline."""
        if body not in self._bodies:
            return  # just refused: its further parts are dropped and not counted
        body.add(part, now)
        self._bytes += len(part)
        if body.refused:
            return
        if body.size > body.most:
            _refuse(body, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, now)
            return
        in_all = body.began + PATIENCE_SECONDS + body.size / MIN_BYTES_PER_SECOND
        body.limit.reschedule(min(in_all, now + MAX_STILL_SECONDS))
        if self._bytes > self._most_bytes:
            bytes_by_network: Counter[str] = Counter()
            for other in self._bodies:
                bytes_by_network[other.network] += other.size
            self._refuse_slowest(bytes_by_network, now)

    def remove(self, body: IncomingBody) -> None:
        """Remove a body that is complete or refused."""
        if body in self._bodies:
            self._bodies.remove(body)
            self._bytes -= body.size

    def _refuse_slowest(self, use_by_network: "Counter[str]", now: float) -> None:
        network = use_by_network.most_common(1)[0][0]
        slowest = min((body for body in self._bodies if body.network == network), key=lambda body: body.rate(now))
        self.remove(slowest)
        _refuse(slowest, HTTPStatus.SERVICE_UNAVAILABLE, now)


def _refuse(body: IncomingBody, status: HTTPStatus, now: float) -> None:
    body.refused = status
    body.limit.reschedule(now)


_Line = queue.SimpleQueue[tuple[Environ, Exchange, "asyncio.Future[None]"]]


class ConnectionLost(Exception):
    """The sender has gone; nobody waits for an answer."""


class RequestFront:
    """An RSGI application around a WSGI application.

    Args:
        app: runs in threads.
        threads: how many for pages of children and families, how many for their forms, and how many for staff.
        behind_proxy: whether `X-Forwarded-For` names the sender.
        is_signed_in: whether a signed-in member of staff sends a request. It is called in a thread of its own, one at a
            time, and only for a body larger than any of a child.
    """

    def __init__(
        self, app: Application, threads: int, *, behind_proxy: bool, is_signed_in: Callable[[Environ], bool]
    ) -> None:
        self._app, self._threads, self._behind_proxy = app, threads, behind_proxy
        self._is_signed_in, self._session_thread = is_signed_in, ThreadPoolExecutor(1)
        self._pages, self._forms = _Line(), _Line()  # so that pages do not wait behind expensive forms
        self._staff = _Line()  # nor children behind what an adult uploads, prints or has computed
        self._waiting = IncomingBodies()
        self._environ: Environ = {}
        self._answered: deque[asyncio.Future[None]] = deque()
        self._open = 0
        self._tidies: asyncio.TimerHandle | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; Granian calls this in each process, before the first request."""
        self._loop = loop
        self._environ = {
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for line in (self._pages, self._forms, self._staff) * self._threads:
            threading.Thread(target=self._run_requests, args=(line,), daemon=True).start()

    async def __rsgi__(self, scope: Any, proto: Exchange) -> None:
        """Answer one request."""
        environ = self._wsgi_environ(scope)
        if scope.method not in _WITHOUT_BODY:
            try:
                await self._read_into(environ, proto)
            except ConnectionLost:
                proto.response_bytes(HTTPStatus.BAD_REQUEST, [("server", "")], b"")
                return
        self._release_answered()
        answered = self._loop.create_future()
        self._line_of(scope.method, environ["PATH_INFO"]).put((environ, proto, answered))
        if self._tidies is None:
            self._tidies = self._loop.call_later(_TIDY_SECONDS, self._release_regularly)
        self._open += 1
        await answered

    def _line_of(self, method: str, path: str) -> _Line:
        if path.startswith("/staff/"):
            return self._staff
        return self._pages if method in _WITHOUT_BODY else self._forms

    def _release_regularly(self) -> None:
        self._release_answered()
        self._tidies = self._loop.call_later(_TIDY_SECONDS, self._release_regularly) if self._open else None

    def _release_answered(self) -> None:
        """End the coroutines of answered requests, in passing, because waking the loop for each one is expensive."""
        while self._answered:
            self._answered.popleft().set_result(None)
            self._open -= 1

    async def _read_into(self, environ: Environ, proto: Exchange) -> None:
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        most = most_bytes_of(environ["PATH_INFO"])
        announced = most if chunked else int(environ.get("CONTENT_LENGTH", 0))
        if MAX_BYTES < announced <= most and not await self._loop.run_in_executor(
            self._session_thread, self._is_signed_in, environ
        ):
            _drop_body(environ)  # then the page answers as for anybody who is not signed in
            return
        if announced > most:
            _drop_body(environ, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        if announced == 0:
            return
        now = self._loop.time()
        patience = PATIENCE_SECONDS + (announced / MIN_BYTES_PER_SECOND if announced <= _SMALL else 0)
        body = IncomingBody(self._network_of(environ), now, asyncio.timeout_at(now + patience), most)
        try:
            async with body.limit:
                self._waiting.add(body, now)
                ends = await self._read(body, proto, announced)
        except TimeoutError:
            _drop_body(environ, body.refused or HTTPStatus.REQUEST_TIMEOUT)
            return
        except Exception:  # noqa: BLE001 - granian raises an exception of its own
            raise ConnectionLost from None
        finally:
            self._waiting.remove(body)
        if ends > 1 or not (chunked or body.size == announced):
            raise ConnectionLost
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # from here on its length is known, which pages check
        environ["CONTENT_LENGTH"] = str(body.size)
        environ["wsgi.input"] = BytesIO(b"".join(body.parts))

    async def _read(self, body: IncomingBody, proto: Exchange, announced: int) -> int:
        """Receive a body; returns how many ends were announced: two when the connection broke (`Exchange`)."""
        if announced <= _SMALL:  # one part takes one turn of the loop, two parts take three
            self._waiting.grow(body, await proto(), self._loop.time())
            return 1
        ends = 0
        async for part in proto:
            if part:
                self._waiting.grow(body, part, self._loop.time())
            else:
                ends += 1
        return ends

    def _wsgi_environ(self, scope: Any) -> Environ:
        address, _, port = scope.client.rpartition(":")
        here, _, here_port = scope.server.rpartition(":")
        environ = {
            **self._environ,
            "REQUEST_METHOD": scope.method,
            "PATH_INFO": scope.path.encode().decode("latin-1"),
            "QUERY_STRING": scope.query_string,
            "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
            "SERVER_NAME": here,
            "SERVER_PORT": here_port,
            "REMOTE_ADDR": address.strip("[]"),
            "REMOTE_PORT": port,
            "wsgi.url_scheme": scope.scheme,
            "wsgi.input": BytesIO(),
        }
        for name, value in scope.headers.items():
            if "_" in name:  # a client's `X_Forwarded_For` must not pass for the proxy's `X-Forwarded-For`
                continue
            key = _NAMES.get(name) or _header_variable(name)
            if key in environ:
                value = f"{environ[key]}{'; ' if name == 'cookie' else ','}{value}"  # noqa: PLW2901
            environ[key] = value
        if "HTTP_HOST" not in environ and scope.authority:
            environ["HTTP_HOST"] = scope.authority
        return environ

    def _network_of(self, environ: Environ) -> str:
        forwarded_for = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if self._behind_proxy else ""
        return network_of(forwarded_for or environ["REMOTE_ADDR"])

    def _run_requests(self, line: "_Line") -> None:
        while True:
            environ, proto, answered = line.get()
            try:
                status, headers, body = self._answer(environ)
            except Exception as error:  # noqa: BLE001 - the application answers its own errors; this thread goes on
                where = log_format.name_place(error.__traceback__)
                _log.error("%s outside of every page\n%s", type(error).__name__, where)
                status, headers, body = HTTPStatus.INTERNAL_SERVER_ERROR, [], b""
            proto.response_bytes(status, [*headers, ("server", "")], body)
            self._answered.append(answered)
            del environ, proto, body, answered

    def _answer(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            heads.append((status, headers))

        parts = self._app(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = heads[-1]
        return int(status[:3]), headers, body


def most_bytes_of(path: str) -> int:
    """Maximum size in bytes of a request to an address."""
    return MAX_PICTURE_REQUEST if _TAKES_PICTURE.fullmatch(path) else MAX_BYTES


def _header_variable(name: str) -> str:
    key = "HTTP_" + name.upper().replace("-", "_")
    if len(_NAMES) < _MAX_FIELD_NAMES:
        _NAMES[name] = key
    return key


def _drop_body(environ: Environ, status: int = 0) -> None:
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if status:
        environ[REFUSED] = int(status)
    environ["CONTENT_LENGTH"] = "0"
