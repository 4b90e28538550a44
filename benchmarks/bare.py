"""A Flask app with two trivial routes: what the framework and the server cost by themselves."""

import sys

from flask import Flask, Response, request

app = Flask(__name__, static_folder=None)
SHEET = "0" * 32


@app.get("/")
def front() -> str:
    """Say that it runs."""
    return "ready"


@app.get("/survey/bare")
def page() -> str:
    """A page with a sheet id and nothing else."""
    return f'<input type="hidden" name="sheet" value="{SHEET}">'


@app.post("/survey/bare")
def send() -> Response:
    """Read the form and thank."""
    return Response(request.form["sheet"], 201)


def command(port: int) -> tuple[str, ...]:
    """How it is served: by the same server with as many processes and threads, by its own WSGI."""
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "2", "--backpressure", "256", "--no-ws"),
        *("--log-level", "warning", "benchmarks.bare:app"),
    )
