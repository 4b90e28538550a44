"""Debian's Firefox for journeys: started by Playwright over WebDriver BiDi, with what Firefox ESR lacks of it left out.

Playwright sets the colours that a page prefers in every window, which this Firefox does not know yet, and gives up. So
this file is started in Firefox's place: it starts Firefox, stands between both, and says yes to that one command.
"""

import asyncio
import json
import re
import sys
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

FIREFOX = Path("/usr/bin/firefox-esr")
_UNKNOWN = b'"emulation.setMediaFeaturesOverride"'
_HEAD = 200  # bytes of a message in which its method stands
_TEXT, _LONGER, _LONGEST = 0x81, 126, 127
_LISTENS = re.compile(r"(ws://127\.0\.0\.1:)(\d+)")
_EXTENSIONS = re.compile(rb"sec-websocket-extensions:[^\r]*\r\n", re.IGNORECASE)
_HOST = re.compile(rb"(\r\nhost: 127\.0\.0\.1):\d+", re.IGNORECASE)  # a Firefox is called by its own port alone


def with_profile(playwright: Playwright, folder: Path, width: int, height: int) -> BrowserContext:
    """A Firefox of its own that keeps everything in a folder, as a tablet does."""
    return playwright.firefox.launch_persistent_context(
        folder,
        channel="moz-firefox",
        executable_path=sys.executable,
        ignore_default_args=True,
        args=[__file__, "--remote-debugging-port=0", "--headless", "--profile", str(folder)],
        viewport={"width": width, "height": height},
    )


async def _frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes, bytes]:
    """One frame of RFC 6455: all of it, its mask, and what it bears."""
    whole = await reader.readexactly(2)
    length = whole[1] & 0x7F
    if length >= _LONGER:
        more = await reader.readexactly(2 if length == _LONGER else 8)
        whole, length = whole + more, int.from_bytes(more, "big")
    mask = await reader.readexactly(4) if whole[1] & 0x80 else b""
    bears = await reader.readexactly(length)
    return whole + mask + bears, mask, bears


def _read(mask: bytes, bears: bytes) -> bytes:
    return bytes(byte ^ mask[nth % 4] for nth, byte in enumerate(bears)) if mask else bears


class Relay:
    """What stands between Playwright and one Firefox."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its handshake on; no extension, for what is compressed cannot be read here."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        head = _EXTENSIONS.sub(b"", await reader.readuntil(b"\r\n\r\n"))
        back.write(_HOST.sub(rb"\g<1>:%d" % self._port, head))
        writer.write(await there.readuntil(b"\r\n\r\n"))
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(self._goes(reader, back, writer), self._comes(there, writer))
        back.close()
        writer.close()

    async def _goes(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            whole, mask, bears = await _frame(reader)
            if _UNKNOWN in _read(mask, bears[:_HEAD]):
                said = json.dumps(
                    {"type": "success", "id": json.loads(_read(mask, bears))["id"], "result": {}}
                ).encode()
                writer.write(bytes([_TEXT, len(said)]) + said)
            else:
                back.write(whole)
                await back.drain()

    async def _comes(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            whole, _mask, _bears = await _frame(there)
            writer.write(whole)
            await writer.drain()


async def _run(arguments: list[str]) -> int:
    """Start Firefox, and say in its place where it is to be reached."""
    firefox = await asyncio.create_subprocess_exec(FIREFOX, *arguments, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr
    server = None
    async for line in firefox.stderr:
        told = line.decode(errors="replace")
        if server is None and "WebDriver BiDi" in told and (found := _LISTENS.search(told)):
            server = await asyncio.start_server(Relay(int(found[2])).serve, "127.0.0.1", 0, limit=2**26)
            told = _LISTENS.sub(rf"\g<1>{server.sockets[0].getsockname()[1]}", told)
        sys.stderr.write(told)
        sys.stderr.flush()
    return await firefox.wait()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(_run(sys.argv[1:])))
