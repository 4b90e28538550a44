"""A line between a browser and a house that counts what comes over it, what a worker asks for too, and can be cut."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PART = 65536


class Line:
    """One line.

    Attributes:
        port: on 127.0.0.1, where a browser asks.
        received: bytes that the house answered, heads and all.
        whole: whether it is not cut.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.received = 0
        self.whole = True
        self._last = time.monotonic()
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    @property
    def quiet_for(self) -> float:
        """Seconds in which nothing came."""
        return time.monotonic() - self._last

    def cut(self) -> None:
        """From now on nobody is reached."""
        self.whole = False
        self._loop.call_soon_threadsafe(self._hang_up)

    def mend(self) -> None:
        """The house is reached again."""
        self.whole = True

    def _hang_up(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _main(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, sock=self._listening)
        self._ready.set()
        await self._over.wait()
        server.close()
        self._hang_up()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self.whole:
                there, back = await asyncio.open_connection("127.0.0.1", self._to)
                await asyncio.gather(self._carry(reader, back, 0), self._carry(there, writer, 1))
        except OSError:
            return
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, into: asyncio.StreamWriter, counted: int) -> None:
        try:
            while part := await source.read(_PART):
                self.received += len(part) * counted
                self._last = time.monotonic()
                into.write(part)
                await into.drain()
        finally:
            with suppress(OSError):
                into.close()


@contextmanager
def laid(to: int) -> Iterator[Line]:
    """A line to a server on 127.0.0.1, until the block ends."""
    line = Line(to)
    line._thread.start()  # noqa: SLF001
    line._ready.wait(10)  # noqa: SLF001
    try:
        yield line
    finally:
        line._loop.call_soon_threadsafe(line._over.set)  # noqa: SLF001
        line._thread.join(10)  # noqa: SLF001
