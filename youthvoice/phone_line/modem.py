"""A voice modem on a serial port: it answers a call, reports each key of the caller, and plays sound to her.

Only the lines listed in `_KNOWN` are read. Any other line is dropped as bytes: a caller's number would stand in it.

Sources: Quectel, EC2x&EG9x&EG2x-G&EM05 Series AT Commands Manual: `ATA`, `AT+CLIP`, `AT+CHUP` (ATH does nothing where
`AT+CVHU=1`); `AT+CREG?`, `AT+CEREG?`; 12.13 `AT+QTONEDET`, which reports `+QTONEDET: <ASCII code>` for each key; 12.18
`AT+QPSND=1,<file>,0,1,1`, which plays a file to the far end of a call (WAV of 8 kHz, mono, 16 bit) and reports
`+QPSND: 0` at its end. Quectel, EC2x&EG25-G&EG9x&EM05 FILE AT Commands Manual V1.0: `AT+QFUPL`, `AT+QFDEL`.
"""

import errno
import fcntl
import os
import re
import select
import termios
import time
import tty
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from youthvoice.phone_line.wave_sound import wave_seconds

_KNOWN: Final = re.compile(
    rb"OK|ERROR|\+CM[ES] ERROR: \w{1,20}|RING|NO CARRIER|CONNECT"
    rb"|\+CE?REG: ?\d,\d|\+QPSND: ?0|\+QFUPL: ?\d+,[0-9a-fA-F]+|\+QTONEDET: ?\d\d"
)

_MAX_LINE: Final = 200  # bytes; the end of a longer one is no known line

_READ: Final = 4096

_COMMAND_SECONDS: Final = 5.0

_ANSWER_SECONDS: Final = 15.0

_SLOWEST_BYTES: Final = 10_000  # a second: 115,200 bits on a line without USB

_FILE: Final = "now.wav"

_IN_NETWORK: Final = frozenset({b"1", b"5"})  # 3GPP TS 27.007, 7.2: registered at home, or roaming

_REFUSALS: Final = (b"ERROR", b"+CME ERROR", b"+CMS ERROR")

_MAX_KEYS: Final = 32  # that wait; a code has seven


class ModemLost(Exception):
    """The port does not open, the modem was unplugged, or it does not answer as its manual says."""


class PortTaken(ModemLost):
    """Another process of ours serves this port."""


class Modem:
    """The modem of one open port. It has one call at a time.

    Attributes:
        is_hung_up: whether the call has ended.
    """

    def __init__(self, port: Path) -> None:
        self._handle = open_port(port)
        self._rest = b""
        self._lines: deque[bytes] = deque()
        self._keys: deque[str] = deque()
        self._is_ringing = self._is_playing = self.is_hung_up = False
        self._looked_at = 0.0

    def close(self) -> None:
        """Close the port."""
        os.close(self._handle)

    def prepare(self) -> None:
        """End a call that is left over, delete all files in the modem, and switch callers' numbers off.

        Raises:
            ModemLost: it does not do so; no call may be answered.
        """
        self._try("ATE0")
        self._try("AT+CHUP")
        self._try('AT+QFDEL="*"')
        for optional in ("ATS0=0", "AT+CRC=0", "AT^DSCI=0", "AT+CCWA=0", "AT+CNMI=2,0,0,0,0"):
            self._try(optional)  # not every firmware knows each; a line with a number is dropped anyway
        self.stay_ready()

    def stay_ready(self) -> None:
        """Switch callers' numbers off and keys on once more: a modem that restarted has both at their defaults.

        Raises:
            ModemLost: it does not do so, or hangs; no call may be answered.
        """
        self._command("AT+CLIP=0")
        self._command("AT+QTONEDET=1")

    def has_network(self) -> bool:
        """Whether its card is in a network, at home or abroad; a modem that does not say so counts as if it were.

        Raises:
            ModemLost: it does not answer.
        """
        states = [self._registration(question) for question in ("AT+CREG?", "AT+CEREG?")]
        return not any(states) or any(state in _IN_NETWORK for state in states)

    def _registration(self, question: str) -> bytes:
        """The last digit of an answer such as `+CREG: 0,1`; empty where the modem refuses, or says more than that."""
        until = time.monotonic() + _COMMAND_SECONDS
        self._send(question, until)
        line = self._await((b"+C", b"OK", b"ERROR"), until)
        if not line.startswith((b"+CREG", b"+CEREG")):
            return b""
        self._await((b"OK",), until)
        return line[-1:]

    @property
    def first_key(self) -> str:
        """The key that is read next, if one was pressed; else empty."""
        return self._keys[0] if self._keys else ""

    def waits_for_ring(self, seconds: float) -> bool:
        """Wait for a call; whether one came."""
        until = time.monotonic() + seconds
        while not self._is_ringing and self._next_line(until):
            pass
        return self._is_ringing

    def forget_call(self) -> None:
        """Let a call ring that nobody answers."""
        self._is_ringing = False

    def answer(self) -> bool:
        """Answer the call that rings; whether the caller is still there."""
        self._read_all()
        self._keys.clear()
        self._is_ringing = False
        is_answered = self._try("ATA", _ANSWER_SECONDS, (*_REFUSALS, b"NO CARRIER"))
        self.is_hung_up = not is_answered  # what came before was of another call
        return is_answered

    def hang_up(self) -> None:
        """End the call, and forget what was pressed.

        Also where she seems to have hung up: the words may be of another call, one that waited, or of a message. Only
        a caller who rings already is not rejected.
        """
        self._read_all()
        if not (self.is_hung_up and self._is_ringing):
            self._try("AT+CHUP")
            self._is_ringing = False
        self._keys.clear()

    def next_key(self, seconds: float) -> str:
        """Wait for a key; empty where none was pressed, or the caller hung up."""
        until = time.monotonic() + seconds
        while not self._keys and not self.is_hung_up and self._next_line(until):
            pass
        return self._keys.popleft() if self._keys and not self.is_hung_up else ""

    def forget_keys(self) -> None:
        """Forget the keys that nobody asked for, with those that have come and were not read."""
        self._read_all()
        self._keys.clear()

    def play(self, waves: Iterable[bytes]) -> None:
        """Play sounds to the caller until she presses a key or hangs up; nothing of them stays in the modem.

        Args:
            waves: WAV files from `wave_sound`.

        Raises:
            ModemLost: it does not play them.
        """
        for wave in waves:
            if self._keys or self.is_hung_up:
                return
            self._upload(wave)
            try:
                self._play_file(wave_seconds(wave))
            finally:
                self._command(f'AT+QFDEL="{_FILE}"')

    def _upload(self, content: bytes) -> None:
        self._command(f'AT+QFUPL="{_FILE}",{len(content)},10', result=b"CONNECT")
        until = time.monotonic() + _COMMAND_SECONDS + len(content) / _SLOWEST_BYTES
        self._write(content, until)
        taken = self._await((b"+QFUPL", *_REFUSALS), until)
        if not re.fullmatch(rb"\+QFUPL: ?%d,.*" % len(content), taken):
            raise ModemLost("It took another number of bytes than it was given.")
        self._await((b"OK",), until)

    def _play_file(self, seconds: float) -> None:
        if self.is_hung_up or not self._try(f'AT+QPSND=1,"{_FILE}",0,1,1'):
            return
        self._is_playing = True
        until = time.monotonic() + seconds + _COMMAND_SECONDS
        while self._is_playing and not self._keys and not self.is_hung_up and self._next_line(until):
            pass
        if self._is_playing:
            self._try("AT+QPSND=0")
            self._is_playing = False

    def _try(self, command: str, seconds: float = _COMMAND_SECONDS, refusals: tuple[bytes, ...] = _REFUSALS) -> bool:
        """Give a command; whether it was done."""
        until = time.monotonic() + seconds
        self._send(command, until)
        return self._await((b"OK", *refusals), until) == b"OK"

    def _command(self, command: str, result: bytes = b"OK") -> None:
        """Give a command that has to be done."""
        until = time.monotonic() + _COMMAND_SECONDS
        self._send(command, until)
        if self._await((result, *_REFUSALS), until) != result:
            raise ModemLost("It refuses a command of its manual.")

    def _send(self, command: str, until: float) -> None:
        """Send a command after everything that came before it was read, so that no older result counts as its own."""
        self._read_all()
        self._write(f"{command}\r".encode(), until)

    def _read_all(self) -> None:
        until, has_more = time.monotonic() + _COMMAND_SECONDS, True
        while has_more:
            if time.monotonic() > until:
                raise ModemLost("It talks without an end.")
            has_more = self._receive(time.monotonic())
            while self._lines:
                self._next_line(until)

    def _await(self, beginnings: tuple[bytes, ...], until: float) -> bytes:
        """The next line that begins with one of these."""
        while line := self._next_line(until):
            if line.startswith(beginnings):
                return line
        raise ModemLost("It does not answer.")

    def _next_line(self, until: float) -> bytes:
        """The next known line, after noting what it says of the call; empty when the time is over.

        Then one read follows, however much the modem says.
        """
        while not self._lines:
            if self._looked_at >= until or not self._receive(until):
                return b""
        line = self._lines.popleft()
        if line.startswith(b"+QTONEDET") and len(self._keys) < _MAX_KEYS:
            self._keys.append(chr(int(line[-2:])))
        self._is_ringing = self._is_ringing or line == b"RING"
        self.is_hung_up = self.is_hung_up or line == b"NO CARRIER"
        self._is_playing = self._is_playing and not line.startswith(b"+QPSND")
        return line

    def _receive(self, until: float) -> bool:
        """Read what has come; whether something came in time."""
        self._looked_at = time.monotonic()
        readable, _writable, _wrong = select.select([self._handle], [], [], max(0.0, until - self._looked_at))
        if not readable:
            return False
        with _as_lost():
            received = os.read(self._handle, _READ)
        if not received:
            raise ModemLost("It was unplugged.")
        *lines, rest = re.split(rb"[\r\n]+", self._rest + received)
        self._rest = rest[-_MAX_LINE:]
        self._lines.extend(line for line in lines if _KNOWN.fullmatch(line))
        return True

    def _write(self, content: bytes, until: float) -> None:
        left = memoryview(content)
        while left:
            _readable, writable, _wrong = select.select([], [self._handle], [], max(0.0, until - time.monotonic()))
            if not writable:
                raise ModemLost("It takes nothing.")
            with _as_lost():
                left = left[os.write(self._handle, left[:_READ]) :]


def open_port(port: Path) -> int:
    """Open a serial port for this process alone, as raw bytes at 115,200 bits a second; gives its handle.

    Raises:
        PortTaken: another process of ours has it.
        ModemLost: it does not open.
    """
    with _as_lost():
        handle = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tty.setraw(handle)
        attributes = termios.tcgetattr(handle)
        attributes[2] |= termios.CLOCAL | termios.CREAD
        attributes[4] = attributes[5] = termios.B115200
        termios.tcsetattr(handle, termios.TCSANOW, attributes)
    except (OSError, termios.error) as error:
        os.close(handle)
        if isinstance(error, OSError) and error.errno == errno.EWOULDBLOCK:
            raise PortTaken("Another process has it.") from None
        raise ModemLost("It is no serial port.") from None
    return handle


@contextmanager
def _as_lost() -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        raise ModemLost("It does not keep up.") from None
    except OSError as error:
        raise ModemLost(os.strerror(error.errno or 0)) from None
