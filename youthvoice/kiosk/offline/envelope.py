"""The envelope in which a tablet keeps what a child sent: one request, sealed to the month's intake key.

From outside: the name of the key and the outer number, a line each, then the sealed bytes. Inside, padded to whole
multiples of a step: one line of JSON with the number of the sheet, then the body of the request as the page would have
sent it. The outer number is a hash of the number of the sheet, which nobody reads on the tablet: whoever seals
something under the outer number of a sheet that waits cannot name its own, and is refused.
Source: PRIVACY.md C, "The tablet's queue"; RFC 9180; docs/decisions/0020.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import msgspec

from youthvoice import context
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.sealing import open_from_browser, seal_to_browser_key
from youthvoice.privacy.crypto.symmetric_encryption import LENGTH_BYTES, pad, sealing_context
from youthvoice.privacy.keys.key_names import intake_key, month_name
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.receipts import oldest_month
from youthvoice.web.random_ids import SUBMISSION_ID_BYTES, read_submission_id

DELIVER: Final = "/offline/deliver"
"""Where a tablet delivers an envelope."""

MAX_ENVELOPE_BYTES: Final = 2 * 1024 * 1024

WORDS_STEP: Final = 32 * 1024
"""Bytes: an answer is as long as a telling without a voice; 2,000 letters of any script fit in."""

VOICE_STEP: Final = 384 * 1024
"""Bytes: of a voice, ninety seconds are as long as ten. On a tablet every sheet takes the room of such a one."""

FORMAT: Final = 2
"""Of envelopes that this installation opens; its manifest says so, for boxes whose program is newer than its own."""

PATHS: Final = re.compile(r"/(?:(?:survey|vote)/[A-Za-z0-9_-]+|tell|agenda/suggest|agenda/me-too|we-did)")
"""What a tablet keeps; nothing else is let in this way."""

_HEAD: Final = re.compile(rb"(intake-\d{4}-\d{2})\n([0-9a-f]{32})\n")

_HEAD_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class OfflineRequest:
    """What lay in an envelope.

    Attributes:
        sheet: its number, 16 bytes.
        outer: what stands outside, 16 bytes.
        path: the address that the child's page sends to.
        type: content type of the body.
        language: the one that she had chosen.
        tablet: what the tablet shows in place of its cookie (`sites.tablets.tablet_pass`).
        code: what the tablet drew for the child (`submission_codes.DRAWN`); empty where it drew none.
        body: as the page would have sent it.
    """

    sheet: bytes = field(repr=False)
    outer: bytes
    path: str
    type: str
    language: str
    tablet: str = field(repr=False)
    code: str = field(repr=False)
    body: bytes = field(repr=False)


class _Told(msgspec.Struct):
    path: str
    type: str
    language: str
    sheet: str
    tablet: str = msgspec.field(name="pass")
    code: str = ""


def outer_number(sheet: bytes) -> bytes:
    """What stands outside of an envelope with a sheet, 16 bytes: half a SHA-256, which tells nobody the sheet's number.

    Half of it is enough: only a second number with a given hash would let somebody take a sheet's place (2 to the power
    of 128 tries).

    Args:
        sheet: its number, 16 random bytes.
    """
    return hashlib.sha256(f"youthvoice/1|sheet|{sheet.hex()}".encode()).digest()[:SUBMISSION_ID_BYTES]


def current_intake_key(keyring: Keyring, today: date) -> tuple[str, bytes]:
    """The name of the key that tablets seal to in this month, and its public point, 65 bytes; made when first asked."""
    name = intake_key(month_name(today))
    keyring.key_or_new(name)
    return name, keyring.browser_pair(name, 1).public


def read_number(blob: bytes) -> bytes | None:
    """The outer number of an envelope, 16 bytes; None where it is no envelope."""
    head = _HEAD.match(blob[:_HEAD_BYTES])
    return bytes.fromhex(head[2].decode()) if head else None


def digest_of(blob: bytes) -> bytes:
    """What tells an envelope from any other under the same outer number, 16 bytes: half a SHA-256 over all of it."""
    return hashlib.sha256(blob).digest()[:SUBMISSION_ID_BYTES]


_AROUND: Final = 65 + 16  # bytes that sealing adds: a point of the curve, and a mark


def has_tablets_length(blob: bytes) -> bool:
    """Whether an envelope is as long as tablets make them: whole steps of words, or of voices."""
    head = _HEAD.match(blob[:_HEAD_BYTES])
    inside = len(blob) - head.end() - _AROUND if head else 0
    step = WORDS_STEP if inside <= VOICE_STEP else VOICE_STEP
    return inside > 0 and inside % step == 0 and len(blob) <= MAX_ENVELOPE_BYTES


def read_month(blob: bytes) -> str:
    """The month of the key that an envelope is sealed to, such as `2026-11`, as it stands outside; empty for none."""
    head = _HEAD.match(blob[:_HEAD_BYTES])
    return head[1].decode().removeprefix("intake-") if head else ""


def seal_envelope(manifest: Mapping[str, Any], told: Mapping[str, str], body: bytes, sheet: bytes) -> bytes:
    """Seal a request as the worker of a tablet does (`web/static/offline/worker.js`): for a box in a village.

    Args:
        manifest: as a tablet reads it (`manifest.OfflineManifest`).
        told: `path`, `type`, `language` and `code`, as in `OfflineRequest`.
        body: as the page sent it.
        sheet: its number, 16 bytes.
    """
    outer = outer_number(sheet)
    letter = msgspec.json.encode({**told, "sheet": sheet.hex(), "pass": manifest["pass"]}) + b"\n" + body
    length, (words, voice) = len(letter) + LENGTH_BYTES, (manifest["steps"][name] for name in ("words", "voice"))
    padded = pad(letter, words if length <= words else -(-length // voice) * voice)
    point, bound = bytes.fromhex(manifest["key"]["public"]), sealing_context("offline", outer.hex())
    sealed = seal_to_browser_key(padded, point, bound)
    return f"{manifest['key']['name']}\n{outer.hex()}\n".encode() + sealed


def open_envelope(keyring: Keyring, blob: bytes) -> OfflineRequest:
    """What lies in an envelope.

    Args:
        keyring: the key files.
        blob: as the tablet delivers it.

    Raises:
        CannotOpen: it is none, was altered, is sealed to another key, or its number is not that of the sheet inside.
        KeyGone: it lay on the tablet for more than a year: no receipt is kept that long, so that it could count twice.
            Its key is destroyed within a day, and comes back with a backup of the keys.
    """
    head = _HEAD.match(blob[:_HEAD_BYTES])
    if head is None:
        raise CannotOpen
    name, outer = head[1].decode(), head[2].decode()
    if name < intake_key(oldest_month(context.today())):
        raise KeyGone(name)
    private = keyring.browser_pair(name, 1).private
    letter = open_from_browser(blob[head.end() :], private, sealing_context("offline", outer))
    line, _break, body = letter.partition(b"\n")
    try:
        json = msgspec.json.decode(line, type=_Told)
    except msgspec.DecodeError:
        raise CannotOpen from None
    sheet = read_submission_id(json.sheet)
    if not PATHS.fullmatch(json.path) or sheet is None or outer_number(sheet).hex() != outer:
        raise CannotOpen
    numbers = sheet, bytes.fromhex(outer)
    return OfflineRequest(*numbers, json.path, json.type, json.language, json.tablet, json.code, body)
