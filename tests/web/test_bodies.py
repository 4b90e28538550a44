"""Which body is given up when too many are on their way, and what a front tells the application."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from youthvoice.web import request_bodies
from youthvoice.web.request_bodies import IncomingBodies, IncomingBody, RequestFront


@dataclass
class Limit:
    """Notes when a body is given up."""

    at: list[float] = field(default_factory=list)

    def reschedule(self, at: float) -> None:
        self.at.append(at)


def body(network: str, began: float = 0) -> IncomingBody:
    return IncomingBody(network, began, Limit())  # type: ignore[arg-type]


def test_past_the_number_whoever_has_most_loses_her_slowest() -> None:
    waiting = IncomingBodies(most=4)
    flood = [body("flood"), body("flood"), body("flood")]
    child = body("child")
    for each in (*flood, child):
        waiting.add(each, 1)
    waiting.grow(flood[0], bytes(50), 2)
    waiting.grow(flood[2], bytes(50), 2)
    waiting.add(body("other"), 3)
    assert [each.refused for each in (*flood, child)] == [0, HTTPStatus.SERVICE_UNAVAILABLE, 0, 0]


def test_past_the_size_whoever_holds_most_loses_and_room_comes_back() -> None:
    waiting = IncomingBodies(most=9, most_bytes=1_000)
    large, small = body("large"), body("small")
    for each in (large, small):
        waiting.add(each, 0)
    waiting.grow(large, bytes(600), 1)
    waiting.grow(small, bytes(400), 1)
    assert not large.refused
    waiting.grow(small, bytes(1), 2)
    assert (large.refused, small.refused) == (HTTPStatus.SERVICE_UNAVAILABLE, 0)
    waiting.remove(large)
    waiting.grow(small, bytes(500), 3)
    assert not small.refused


def test_what_comes_steadily_has_time_to_come_and_what_is_too_large_has_none() -> None:
    waiting, steady = IncomingBodies(), body("child", began=100)
    waiting.add(steady, 100)
    waiting.grow(steady, bytes(20 * request_bodies.MIN_BYTES_PER_SECOND), 105)
    assert steady.limit.at == [100 + request_bodies.PATIENCE_SECONDS + 20]  # type: ignore[attr-defined]
    waiting.grow(steady, bytes(request_bodies.MAX_BYTES), 106)
    assert steady.refused == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@dataclass
class Scope:
    """As granian hands it over."""

    method: str = "POST"
    path: str = "/survey/ä"
    query_string: str = "a=b"
    http_version: str = "1.1"
    client: str = "[2001:db8::1]:5000"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    authority: None = None
    headers: dict[str, str] = field(default_factory=dict)


class Line:
    """A request of a test, and its answer."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body
        self.answers: list[tuple[int, list[tuple[str, str]], bytes]] = []

    async def __call__(self) -> bytes:
        return self.body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
        yield b""

    def response_bytes(self, *answer: Any) -> None:
        self.answers.append(answer)


def is_signed_in(environ: dict[str, Any]) -> bool:
    return "known" in environ.get("HTTP_COOKIE", "")


def answered(app: Any, scope: Scope, line: Line) -> tuple[int, list[tuple[str, str]], bytes]:
    async def ask() -> None:
        front = RequestFront(app, 1, behind_proxy=True, is_signed_in=is_signed_in)
        front.__rsgi_init__(asyncio.get_running_loop())
        await front.__rsgi__(scope, line)  # type: ignore[arg-type]

    asyncio.run(ask())
    (answer,) = line.answers
    return answer


def test_the_application_is_told_what_the_request_was() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("201 Created", [("X-One", "1")])
        return [b"thank", b"s"]

    headers = {"content-length": "3", "content-type": "text/plain", "x-forwarded-for": "192.0.2.1", "host": "h"}
    status, said, back = answered(app, Scope(headers=headers), Line(b"abc"))
    assert (status, back, ("X-One", "1") in said) == (201, b"thanks", True)
    assert seen["body"] == b"abc"
    assert seen["REMOTE_ADDR"] == "2001:db8::1"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/survey/ä"
    told = ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST", "HTTP_X_FORWARDED_FOR", "QUERY_STRING", "REQUEST_METHOD")
    assert [seen[name] for name in told] == ["3", "text/plain", "h", "192.0.2.1", "a=b", "POST"]


def test_a_thread_outlives_what_breaks_in_it_and_says_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    """The log had the message of the exception too, in which a child's words may be."""

    def app(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        raise ZeroDivisionError(f"purple {'giraffe'}")

    assert answered(app, Scope(method="GET"), Line())[0] == 500
    (record,) = caplog.records
    said = logging.Formatter().format(record)
    assert said.startswith("ZeroDivisionError outside of every page")
    assert "purple giraffe" not in said


def test_only_the_page_that_takes_a_photo_is_sent_as_much() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [str(environ.get(request_bodies.REFUSED, "taken")).encode()]

    page = "/staff/questionnaires/drafts/3/questions/1/picture"
    for path, size, body in (
        ("/tell", request_bodies.MAX_BYTES + 1, b"413"),
        (f"{page}/more", request_bodies.MAX_BYTES + 1, b"413"),
        (page, request_bodies.MAX_PICTURE_REQUEST + 1, b"413"),
        (page, request_bodies.MAX_BYTES + 1, b"taken"),
    ):
        scope = Scope(path=path, headers={"content-length": str(size), "cookie": "staff=known"})
        assert answered(app, scope, Line(bytes(size)))[2] == body, path


@pytest.mark.parametrize("kind", ["content-length", "transfer-encoding"])
def test_nobody_who_is_not_signed_in_sends_a_photo(kind: str) -> None:
    """Two bodies of 16.7 MB filled all there is for them in a process: a child's voice got a 503."""
    read: list[int] = []

    class Counted(Line):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _part in range(17):
                read.append(1)
                yield bytes(1024 * 1024)
            yield b""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [str(len(environ["wsgi.input"].read())).encode()]

    length = str(request_bodies.MAX_PICTURE_REQUEST) if kind == "content-length" else "chunked"
    page = "/staff/questionnaires/drafts/3/questions/1/picture"
    assert answered(app, Scope(path=page, headers={kind: length, "cookie": "staff=made-up"}), Counted())[2] == b"0"
    assert not read
    answered(app, Scope(path=page, headers={kind: length, "cookie": "staff=known"}), Counted())
    assert len(read) == 17


def test_past_the_size_whoever_stands_still_goes_first_however_fast_it_came() -> None:
    """The last bytes of what an attacker holds never come; a child's voice comes at 50 KB a second, all the time."""
    waiting = IncomingBodies(most_bytes=8_000_000)
    bodies = [body("house"), body("house")]
    for each in bodies:
        waiting.add(each, 0)
        waiting.grow(each, bytes(3_900_000), 1)
    child = body("house", began=10)
    waiting.add(child, 10)
    for tenth in range(1, 80):
        if tenth == 60 and not bodies[0].refused:
            waiting.grow(bodies[0], b"0", 16)  # a byte now and then helps nobody
        waiting.grow(child, bytes(5_000), 10 + tenth / 10)
    assert not child.refused
    assert sum(each.refused == HTTPStatus.SERVICE_UNAVAILABLE for each in bodies) == 1
    begun = body("house", began=18)
    waiting.add(begun, 18)
    waiting.grow(begun, bytes(3_800_000), 18)
    assert (child.refused, begun.refused) == (0, 0), "nor does one that has only begun"
    assert all(each.refused for each in bodies)


def test_what_brings_nothing_for_a_minute_is_waited_for_no_longer() -> None:
    waiting, burst = IncomingBodies(), body("flood")
    waiting.add(burst, 0)
    waiting.grow(burst, bytes(4_000_000), 1)
    assert burst.limit.at == [1 + request_bodies.MAX_STILL_SECONDS]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("POST", "/staff/questionnaires/drafts/999/questions/1/picture"),
        ("GET", "/staff/rounds/my-days/analysis"),
    ],
)
@pytest.mark.parametrize("of_child", ["POST", "GET"])
def test_a_child_is_answered_while_staff_wait_for_heavy_work(method: str, page: str, of_child: str) -> None:
    """Ten uploads took both threads of forms for three quarters of a minute, six analyses those of pages."""
    child_sent = threading.Event()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/tell":
            child_sent.set()
        waited = child_sent.wait(20)
        start_response("200 OK" if waited else "503 Service Unavailable", [])
        return []

    headers, child = {"content-length": "3"}, Line(b"abc")
    uploads = [Line(b"abc") for _ in range(10)]

    async def ask() -> None:
        front = RequestFront(app, 2, behind_proxy=True, is_signed_in=is_signed_in)
        front.__rsgi_init__(asyncio.get_running_loop())
        scope = Scope(path=page, method=method, headers=headers)
        before = [asyncio.create_task(front.__rsgi__(scope, one)) for one in uploads]  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await front.__rsgi__(Scope(path="/tell", method=of_child, headers=headers), child)  # type: ignore[arg-type]
        await asyncio.gather(*before)

    asyncio.run(ask())
    assert {answers[0] for line in (child, *uploads) for answers in line.answers} == {200}


def test_half_a_body_never_reaches_the_application() -> None:
    def app(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        raise AssertionError

    assert answered(app, Scope(headers={"content-length": "9"}), Line(b"abc"))[0] == 400


def test_what_comes_of_a_body_that_was_given_up_is_not_held_for_ever() -> None:
    waiting = IncomingBodies(most=2, most_bytes=1_000)
    slow, quick, child = body("flood"), body("flood"), body("child", began=1)
    for each in (slow, quick):
        waiting.add(each, 1)
    waiting.grow(quick, bytes(50), 1)
    waiting.add(child, 2)
    assert slow.refused
    waiting.grow(slow, bytes(900), 2)  # it was in the loop already
    for each in (slow, quick):
        waiting.remove(each)
    waiting.grow(child, bytes(900), 3)
    assert not child.refused


def test_nobody_says_in_the_name_of_the_proxy_where_she_is() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    headers = {"x-forwarded-for": "192.0.2.1", "x_forwarded_for": "198.51.100.7", "x-forwarded_for": "198.51.100.8"}
    answered(app, Scope(method="GET", headers=headers), Line())
    assert seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
