"""A line between a tablet and the house that breaks in every way in which lines in villages break."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import Final

WAYS: Final = ("on", "off", "no_reply", "cut", "halfway", "captive", "elsewhere", "broken")
"""Good; nobody there; the house gets it and its answer is lost; it breaks while something is sent, early or
in the middle of an envelope, which has 32 KiB or more; another network's page answers everything with a 200 and every
other envelope with a 201, or leads to itself; something in between answers 502."""


_CUT_AFTER: Final = {"cut": 700, "halfway": 16 * 1024}
"""Bytes of a request that go through before it breaks."""


_SLOW_SECONDS: Final = 5
"""Until the first byte of an answer comes on a line that is `slow`; until the last, where it `drips`."""


_PAGE: Final = b"<!doctype html><title>Welcome</title><h1>Please sign in</h1>"


_DELIVERY: Final = b"POST /offline/deliver "


_ANSWERS: Final = {
    "captive": b"200 OK",
    "elsewhere": b"302 Found\r\nLocation: /welcome",
    "broken": b"502 Bad Gateway",
}


class FaultyLine:
    """One line; changing it breaks whatever goes over it.

    Since then: `carried`, the most bytes of one request, and `delivered`, how many envelopes went.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._way = "on"
        self.carried = self.delivered = 0
        self._taken = cycle((b"200 OK", b"201 Created"))
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def turns(self, way: str) -> None:
        """Be so from now on."""
        asyncio.run_coroutine_threadsafe(self._turn(way), self._loop).result(10)

    def starts(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._ready.wait(10)

    def ends(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _turn(self, way: str) -> None:
        self._way, self.carried, self.delivered = way, 0, 0
        going = list(self._tasks)
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    async def _main(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._begin, sock=self._listening)
        self._ready.set()
        await self._over.wait()
        server.close()
        await self._turn("off")

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: writer.transport.abort())  # one that is cancelled before it began, too

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._way in _ANSWERS:
                await self._answers(reader, writer)
            elif self._way != "off":
                await self._passes_on(reader, writer)
        except OSError:
            return
        finally:
            await _shut(writer)

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read(65536)
        way = "captive" if asked.startswith(b"GET /welcome") else self._way
        status = _ANSWERS[way]
        if way == "captive" and asked.startswith(_DELIVERY):
            status = next(self._taken)
        head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        writer.write(head % (status, len(_PAGE)) + _PAGE)
        await writer.drain()

    async def _passes_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        both = [asyncio.ensure_future(one) for one in (self._goes(reader, back), self._comes(there, writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            await _shut(back)

    async def _goes(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        sent = 0
        while part := await reader.read(65536):
            goes = part[: _CUT_AFTER.get(self._way, 2**30) - sent]
            self.delivered += goes.count(_DELIVERY)
            back.write(goes)
            await back.drain()
            sent += len(goes)
            self.carried = max(self.carried, sent)
            if goes != part:
                return

    async def _comes(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await there.read(65536):
            if self._way == "no_reply":
                return
            if self._way == "slow":
                await asyncio.sleep(_SLOW_SECONDS)
            if self._way == "drips":
                writer.write(part[:-1])
                await writer.drain()
                await asyncio.sleep(_SLOW_SECONDS)
                part = part[-1:]
            writer.write(part)
            await writer.drain()


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


@contextmanager
def faulty_line(port: int) -> Iterator[FaultyLine]:
    """A line to a port of this machine, good at first."""
    line = FaultyLine(port)
    line.starts()
    try:
        yield line
    finally:
        line.ends()
