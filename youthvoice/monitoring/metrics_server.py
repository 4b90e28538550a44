"""The port on which a watcher of the machine reads `/metrics`: apart from that of pages, and closed unless set.

A proxy leads the world to the port of pages, and to that port every request comes from 127.0.0.1: there nothing tells a
neighbour from a visitor. So this is another port, and it asks for a token besides, which no proxy adds: a proxy that is
led here by mistake, a page in a browser of this machine and a process of another installation get 404.
"""

import hmac
import os
import secrets
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

from flask import Flask

from youthvoice import context, db
from youthvoice.monitoring.installation_state import read_state
from youthvoice.monitoring.metrics import CONTENT_TYPE, write_metrics
from youthvoice.web.headers import PROXY_HEADERS

_HERE: Final = "127.0.0.1"

_WAIT_SECONDS: Final = 2.0  # for a whole request, however it drips; one after another is answered

_KEPT_SECONDS: Final = 5.0  # an answer: a caller who never pauses costs a comparison each time

_answers = context.AppCache[None, bytes](limit=1, seconds=_KEPT_SECONDS)


def serve_metrics(app: Flask, port: int, token: str) -> None:
    """Answer until the process ends.

    Args:
        app: whose installation is watched.
        port: of 127.0.0.1.
        token: from `read_or_make_token`.
    """
    make_metrics_server(app, port, token).serve_forever()


def make_metrics_server(app: Flask, port: int, token: str) -> HTTPServer:
    """A server that listens already; port 0 takes a free one."""

    def read() -> bytes:
        with app.app_context():
            return _answers.get(None, _read_metrics)

    return HTTPServer((_HERE, port), type("Handler", (_Handler,), {"read": staticmethod(read), "token": token}))


def _read_metrics() -> bytes:
    with db.reading(db.engine()) as session:
        return write_metrics(read_state(session)).encode()


def read_or_make_token(data: Path) -> str:
    """The token in the data folder, in a file that its owner alone can read; made where there is none."""
    file = data / "metrics-token"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if token := file.read_text("ascii").strip():
            return token
        file.unlink()  # of a process that ended before it wrote
        return read_or_make_token(data)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        token = secrets.token_urlsafe(32)
        written.write(f"{token}\n")
    return token


class _Handler(BaseHTTPRequestHandler):
    """One request: a GET of `/metrics` from this machine, with the token; everything else is not there."""

    read: Callable[[], bytes]
    token: str
    protocol_version = "HTTP/1.1"
    timeout = _WAIT_SECONDS

    def handle(self) -> None:
        """Answer one request; where it does not end in time, what came is all of it."""
        deadline = threading.Timer(_WAIT_SECONDS, self.connection.shutdown, [socket.SHUT_RD])
        deadline.start()
        try:
            super().handle()
        finally:
            deadline.cancel()

    def do_GET(self) -> None:
        """Answer."""
        self.close_connection = True  # the next one waits
        if not self._may_read() or self.path != "/metrics":
            self._answer(HTTPStatus.NOT_FOUND, b"")
            return
        try:
            body = self.read()
        except Exception:  # noqa: BLE001 - a database that does not answer: that it fails is what a watcher has to know
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, b"")
            return
        self._answer(HTTPStatus.OK, body)

    def _may_read(self) -> bool:
        authorization = self.headers.get("Authorization", "").encode("latin-1", "replace")
        host = self.headers.get("Host", "").rpartition(":")[0]
        is_local = host in {_HERE, "localhost"} and not any(name in self.headers for name in PROXY_HEADERS)
        return hmac.compare_digest(authorization, f"Bearer {self.token}".encode()) and is_local

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the library's signature
        """Another method, or what is no request: not there either."""
        self.close_connection = True
        self._answer(HTTPStatus.NOT_FOUND, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing of a request is logged."""
