"""A real line between a box and its main server, on which somebody may sit."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

Answer = Callable[[Request, Callable[[], Response]], Response]


class Line:
    """A real line to the house over which everything goes; whoever sits on it may answer in its place."""

    def __init__(self, app: Flask) -> None:
        self.app, self.asked, self.parts = app, 0, [0]
        self.meddle: Answer = lambda _request, on: on()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        self.asked += 1
        self.parts.append(len(body))

        def on() -> Response:
            return Client(self.app, Response).post(request.path, data=body, content_type=request.content_type)

        return self.meddle(request, on)(environ, start_response)


@contextmanager
def serving(line: Any, certificate: tuple[str, str] | None = None) -> Iterator[str]:
    """Where it serves; with a certificate by HTTPS."""
    server = make_server("127.0.0.1", 0, line, threaded=False, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
