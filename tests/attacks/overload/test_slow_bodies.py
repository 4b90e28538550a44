"""Lines that are slow, and bodies that never end, leave the house to everybody else; a real server, without a proxy."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

from benchmarks.house import House, build
from benchmarks.load import Connection
from benchmarks.server import SERVE, free_port, started
from tests.support.audio import WEBM
from tests.support.long_tests import long_test

UNFINISHED, VOICES = 64, 16
LINE = 8_000  # bytes a second: 64 kbit/s


@dataclass(frozen=True)
class Running:
    """A house that serves."""

    house: House
    port: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    house, port = build(tmp_path_factory.mktemp("slow") / "house", VOICES), free_port()
    with started(SERVE, house.environment, port):
        for path in (
            "/",
            "/help",
            "/tell",
            "/staff/sign-in",
            f"/survey/{house.slug}",
        ) * 6:  # a process presses a page once
            with closing(Connection(port)) as client:
                client.ask("GET", path, house.cookies[0])
        yield Running(house, port)


def unfinished(port: int, length: int = 60_000) -> socket.socket:
    """A form that says it is long, and one byte of it."""
    wire = socket.create_connection(("127.0.0.1", port))
    wire.sendall(
        f"POST /reply HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {length}\r\n\r\na".encode()
    )
    return wire


def telling(page: str, voice: bytes) -> tuple[bytes, str]:
    """A report by voice, as a browser sends it."""
    found = re.search(r'name="sheet" value="([0-9a-f]+)"', page)
    assert found
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("sheet", found[1]), ("topic", "food"))
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="voice"; filename="voice.webm"\r\n'
    parts += [head.encode() + b"Content-Type: audio/webm\r\n\r\n" + voice + f"\r\n--{edge}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={edge}"


def slowly(served: Running, cookie: str, voice: bytes) -> int:
    """Tell over a line of 64 kbit/s; gives the status."""
    with closing(Connection(served.port)) as client:
        page = client.ask("GET", "/tell", cookie).body.decode()
    body, kind = telling(page, voice)
    with closing(socket.create_connection(("127.0.0.1", served.port), timeout=60)) as wire:
        wire.sendall(
            f"POST /tell HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nCookie: {cookie}\r\n"
            f"Accept: application/json\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        for at in range(0, len(body), LINE // 4):
            wire.sendall(body[at : at + LINE // 4])
            time.sleep(0.25)
        answer = http.client.HTTPResponse(wire)
        answer.begin()
        return answer.status


@long_test("RUN")
def test_unfinished_bodies_and_slow_voices_keep_no_other_page_waiting(served: Running) -> None:
    """`0947d5b`: four of either stop everything, for good."""
    voice = WEBM + bytes(270_000)
    with ExitStack() as held, ThreadPoolExecutor(VOICES) as tablets:
        told = [tablets.submit(slowly, served, cookie, voice) for cookie in served.house.cookies]
        for _ in range(UNFINISHED):
            held.enter_context(closing(unfinished(served.port)))
        waited = []
        while not all(each.done() for each in told):
            for path in ("/", "/help", f"/survey/{served.house.slug}", "/staff/sign-in"):
                began = time.monotonic()
                with closing(Connection(served.port)) as client:
                    assert client.ask("GET", path, served.house.cookies[0]).status == 200
                waited.append(time.monotonic() - began)
            time.sleep(0.5)
        assert max(waited) < 10, "a voice takes longer than that, and an unfinished body is waited for even longer"
        assert [each.result() for each in told] == [201] * VOICES


@long_test("RUN")
def test_a_body_that_does_not_come_is_given_up_in_the_childs_own_words(served: Running) -> None:
    with closing(unfinished(served.port, 200)) as wire:
        wire.settimeout(30)
        began = time.monotonic()
        answer = http.client.HTTPResponse(wire)
        answer.begin()
        assert answer.status == 408
        assert 10 < time.monotonic() - began < 25
        assert "That took too long." in answer.read().decode()


def test_an_over_long_chunked_body_is_refused_and_not_cut(served: Running) -> None:
    def parts(number: int) -> Iterator[bytes]:
        yield from (b"a=" + b"b" * 9_998 for _ in range(number))

    for number, status in ((1, 400), (20, 400), (200, 413), (1_000, 413)):  # a letter's voice is up to 1,280 KiB
        headers = {"Cookie": served.house.cookies[0], "Content-Type": "application/x-www-form-urlencoded"}
        client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
        with closing(client):
            try:
                client.request("POST", f"/survey/{served.house.slug}", parts(number), headers)
            except (BrokenPipeError, ConnectionResetError):
                assert number >= 200  # it is refused before all of it was sent
                continue
            assert client.getresponse().status == status


def test_a_chunked_body_that_breaks_off_is_nothing(served: Running) -> None:
    """Half of a sheet is no sheet: what would have been its end may have said something else."""
    with closing(Connection(served.port)) as client:
        page = client.ask("GET", f"/survey/{served.house.slug}", served.house.cookies[1]).body.decode()
    found = re.search(r'name="sheet" value="([0-9a-f]+)"', page)
    assert found
    body = f"sheet={found[1]}&a-food=bad"
    with closing(socket.create_connection(("127.0.0.1", served.port), timeout=20)) as wire:
        wire.sendall(
            f"POST /survey/{served.house.slug} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
            f"Cookie: {served.house.cookies[1]}\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{len(body):x}\r\n{body}\r\n".encode()
        )
        time.sleep(0.3)
        wire.shutdown(socket.SHUT_WR)
        assert b" 201 " not in wire.recv(1000)


def test_nobody_is_told_by_which_server(served: Running) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)) as client:
        client.request("GET", "/help")
        assert not client.getresponse().getheader("Server")
