"""A voice modem made of a pseudo-terminal, which behaves as the manual of Quectel's EC2x says; no hardware."""

import os
import re
import threading
import time
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CALLER = "+919812345678"
"""Whose call it is; the network tells the modem, which may tell us."""


class DummyModem:
    """The modem, and who calls it.

    Attributes:
        port: its path; a link, as udev makes them.
        heard: every file that it played to the caller, in order.
        files: its memory, by name.
        commands: what it was told.
        holds_sound: whether a sound plays on until it is stopped.
        tells_caller: whether it tells the caller's number, whatever it was told.
        refuses: commands that its firmware does not know.
        in_call: whether a call is held.
        network: what `AT+CREG?` answers last; empty where it does not say.
    """

    def __init__(self, folder: Path) -> None:
        self.port = folder / "modem"
        self.heard: list[bytes] = []
        self.files: dict[str, bytes] = {"left.over": b"of the house before"}
        self.commands: list[str] = []
        self.holds_sound = self.tells_caller = self.in_call = self._rings = False
        self.refuses: tuple[str, ...] = ("AT^DSCI",)
        self.network = "1"
        self._power: object = None
        self.plug_in()

    def plug_in(self) -> None:
        """Power on; every setting is forgotten but files."""
        self._echoes, self._tells_keys = True, False
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(self._slave))
        self._power = object()
        self._thread = threading.Thread(target=self._work, args=(self._master, self._power), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull it out; its port is gone."""
        self.port.unlink()
        self._power = None
        self._rings = self.in_call = False
        os.close(self._slave)
        os.close(self._master)

    def says(self, *lines: str) -> None:
        """Say something that nobody asked for."""
        os.write(self._master, "".join(f"\r\n{line}\r\n" for line in lines).encode())

    def makes_noise(self, noise: bytes) -> None:
        """Send bytes that are no line."""
        os.write(self._master, noise)

    def rings(self) -> None:
        """Somebody calls."""
        self._rings = True
        self._ring()

    def is_answered(self) -> bool:
        """Whether the call is taken; it rings until then."""
        if self._rings:
            self._ring()
        return self.in_call

    def presses(self, keys: str) -> None:
        """The caller presses keys, as fast as the network brings them."""
        if self.in_call and self._tells_keys:
            self.says(*(f"+QTONEDET: {ord(key)}" for key in keys))

    def hangs_up(self) -> None:
        """The caller hangs up."""
        self.in_call = self._rings = False
        self.says("NO CARRIER")

    def _ring(self) -> None:
        number = (f'+CLIP: "{CALLER}",145,,,,0', f'^DSCI: 2,1,4,0,0,"{CALLER}",145') if self.tells_caller else ()
        self.says("RING", *number)

    def _work(self, master: int, power: object) -> None:
        with suppress(OSError):  # it was unplugged
            self._serve(master, power)

    def _serve(self, master: int, power: object) -> None:
        """Until it is unplugged: its handle may have the number of the next one, whose commands are not for it."""
        waiting = b""
        while True:
            waiting += os.read(master, 65536)
            if self._power is not power:
                return
            while b"\r" in waiting:
                line, _end, waiting = waiting.partition(b"\r")
                if self._echoes:
                    os.write(master, line + b"\r")
                upload = re.fullmatch(rb'AT\+QFUPL="([^"]+)",(\d+),\d+', line.strip())
                if upload:
                    os.write(master, b"\r\nCONNECT\r\n")
                    while len(waiting) < int(upload[2]):
                        waiting += os.read(master, 65536)
                    content, waiting = waiting[: int(upload[2])], waiting[int(upload[2]) :]
                    self.files[upload[1].decode()] = content
                    self.says(f"+QFUPL: {len(content)},f6e")
                self.says(self._does(line.strip().decode("ascii", "replace")))
                if line.startswith(b"AT+QPSND=1") and self.in_call and not self.holds_sound:
                    self.says("+QPSND: 0")

    def _does(self, command: str) -> str:
        self.commands.append(command)
        name, _sign, value = command.partition("=")
        if command.startswith(self.refuses):
            return "ERROR"
        if command == "ATE0":
            self._echoes = False
        elif command == "ATA":
            self.in_call, self._rings = self._rings, False
            return "OK" if self.in_call else "NO CARRIER"
        elif command == "AT+CHUP":
            self.in_call = False
        elif command == "AT+QTONEDET=1":
            self._tells_keys = True
        elif command.endswith("REG?") and self.network:
            self.says(f"{command[2:-1]}: 0,{self.network}")
        elif name == "AT+QFDEL":
            gone = list(self.files) if value == '"*"' else [value.strip('"')]
            return "OK" if all(self.files.pop(file, None) is not None for file in gone) else "+CME ERROR: 405"
        elif command.startswith("AT+QPSND=1"):
            file, *ways = value.split(",")[1:]
            if not self.in_call or ways != ["0", "1", "1"]:
                return "ERROR"
            self.heard.append(self.files[file.strip('"')])
        return "OK"


def comes_true(looks: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something is so before long."""
    until = time.monotonic() + seconds
    while not (is_so := looks()) and time.monotonic() < until:
        time.sleep(0.01)
    return is_so
