"""Who can read `/metrics`: whoever stands on this machine with the token, and nobody whom a proxy leads there."""

import http.client
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.jobs.supervisor import SupervisedProcess
from youthvoice.monitoring import metrics_server
from youthvoice.monitoring.metrics_server import make_metrics_server, read_or_make_token
from youthvoice.web.headers import PROXY_HEADERS

TOKEN = "a-token-of-this-test"


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    server = make_metrics_server(app, 0, TOKEN)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, path: str = "/metrics", method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Authorization": f"Bearer {TOKEN}", **names})
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    return answer


def test_with_the_token_it_answers_in_the_format_of_prometheus(port: int) -> None:
    answer = ask(port)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.body.startswith(b"# HELP youthvoice_info ")  # type: ignore[attr-defined]
    assert ask(port, Host=f"localhost:{port}").status == 200


def test_whoever_sends_letter_by_letter_keeps_nobody_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_server, "_WAIT_SECONDS", 0.3)
    ended = threading.Event()

    def drip(dripping: socket.socket) -> None:
        with suppress(OSError):  # it is closed
            while not ended.wait(0.1):
                dripping.sendall(b"a")

    with socket.create_connection(("127.0.0.1", port)) as dripping:
        thread = threading.Thread(target=drip, args=(dripping,))
        thread.start()
        try:
            assert ask(port).status == 200
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer another"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Host": "voice.example.org"},
        {"Host": "127.0.0.1.example.org:80"},
        *({name.replace("-", "_"): "127.0.0.1"} for name in PROXY_HEADERS),
    ],
)
def test_whom_a_proxy_leads_there_finds_nothing_whatever_he_sends(port: int, headers: dict[str, str]) -> None:
    unknown, refused = ask(port, "/nothing"), ask(port, **headers)
    assert refused.status == unknown.status == 404
    assert refused.headers.items() == unknown.headers.items()
    assert refused.body == unknown.body == b""  # type: ignore[attr-defined]


def test_nothing_else_is_there_and_no_answer_says_what_runs(port: int) -> None:
    for method, path in (("POST", "/metrics"), ("HEAD", "/metrics"), ("GET", "/"), ("GET", "/metrics?x"), ("X", "/")):
        answer = ask(port, path, method)
        assert answer.status == 404
        assert answer.headers["Server"] is None


def test_on_the_port_of_pages_it_is_an_unknown_address(app: Flask) -> None:
    client = app.test_client()
    unknown, asked = client.get("/unknown"), client.get("/metrics", base_url="http://127.0.0.1")
    assert asked.status_code == unknown.status_code == 404
    assert asked.text.replace("/metrics", "/unknown") == unknown.text


def test_the_token_is_made_once_and_open_to_its_owner_alone(app: Flask) -> None:
    data = context.settings().data
    token = read_or_make_token(data)
    assert len(token) >= 40
    assert read_or_make_token(data) == token
    file = data / "metrics-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("\n")
    assert read_or_make_token(data) not in {"", token}, "an empty one would let in whoever sends none"


def test_serve_keeps_it_running_where_a_port_is_set_and_opens_none_where_none_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[list[str]] = []

    def serve(_port: int, _workers: int, _list_jobs: object, more: list[SupervisedProcess]) -> bool:
        served.append([process.name for process in more])
        return True

    monkeypatch.setattr("youthvoice.server.serve_processes", serve)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        taken = replace(context.settings(), metrics_port=port, port=port)
        free = replace(taken, port=1)
        with context.override(app, settings=free):
            assert (
                f"Port {port} is taken. Set YOUTHVOICE_METRICS_PORT"
                in app.test_cli_runner().invoke(args=["serve"]).output
            )
    assert served == []
    for metrics_port, names in ((None, []), (port, ["metrics"])):
        with context.override(app, settings=replace(free, metrics_port=metrics_port)):
            assert app.test_cli_runner().invoke(args=["serve"]).exit_code == 0
        assert served.pop() == names
    assert (context.settings().data / "metrics-token").exists()
