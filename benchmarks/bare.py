"""A Flask app with two trivial routes: what framework, server and a durable commit cost by themselves."""

import os
import sqlite3
import sys
import threading

from flask import Flask, Response, request

app = Flask(__name__, static_folder=None)
SHEET = "0" * 32
_CONNECTIONS = threading.local()


@app.get("/")
def front() -> str:
    """Say that it runs."""
    return "ready"


@app.get("/survey/bare")
@app.get("/survey/durable")
def page() -> str:
    """A page with a sheet id and nothing else."""
    return f'<input type="hidden" name="sheet" value="{SHEET}">'


@app.post("/survey/bare")
def send() -> Response:
    """Read the form and thank."""
    return Response(request.form["sheet"], 201)


@app.post("/survey/durable")
def keep() -> Response:
    """Read the form, store it as one row and thank once it is on the disk."""
    with _connection() as connection:
        connection.execute("INSERT INTO sheets VALUES (?)", (repr(list(request.form.lists())),))
    return Response(request.form["sheet"], 201)


def _connection() -> sqlite3.Connection:
    """The connection of this thread, as durable as ours."""
    if not hasattr(_CONNECTIONS, "own"):
        connection = sqlite3.connect(os.environ["BARE_DATABASE"], timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE IF NOT EXISTS sheets (answers TEXT)")
        _CONNECTIONS.own = connection
    return _CONNECTIONS.own  # type: ignore[no-any-return]


def command(port: int) -> tuple[str, ...]:
    """How it is served: by the same server with as many processes and threads, by its own WSGI."""
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "2", "--backpressure", "256", "--no-ws"),
        *("--log-level", "warning", "benchmarks.bare:app"),
    )
