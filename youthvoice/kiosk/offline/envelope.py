"""The envelope in which a tablet stores what a child sent: one request, sealed to the month's intake key.

Outside: the name of the key and the outer number, a line each, then the sealed bytes. Inside, padded to one step of
words or to whole steps of voice: one line of JSON with the submission id, then the body of the request as the page
would have sent it. The outer number is a hash of the submission id, which cannot be read on the tablet: an attacker who
seals something under the outer number of a waiting envelope cannot name the submission id inside, and is refused.
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
"""The address to which a tablet delivers an envelope."""

MAX_ENVELOPE_BYTES: Final = 2 * 1024 * 1024

WORDS_STEP: Final = 32 * 1024
"""Bytes. A survey answer is padded to the length of a report without a voice; 2,000 letters of any script fit in."""

VOICE_STEP: Final = 384 * 1024
"""Bytes. Ninety seconds of voice are padded like ten. A tablet reserves this much room for every submission."""

FORMAT: Final = 2
"""The format of envelopes that this server opens; the manifest names it, for boxes with a newer program."""

PATHS: Final = re.compile(r"/(?:(?:survey|vote)/[A-Za-z0-9_-]+|tell|talk|good|agenda/suggest|agenda/me-too|we-did)")
"""Addresses whose forms a tablet may store; no other request is accepted in an envelope."""

_OUTER_LINES: Final = re.compile(rb"(intake-\d{4}-\d{2})\n([0-9a-f]{32})\n")

_OUTER_LINES_BYTES: Final = 64  # more than they have


@dataclass(frozen=True, slots=True)
class OfflineRequest:
    """The request inside an envelope.

    Attributes:
        submission_id: 16 random bytes.
        outer: the outer number, 16 bytes.
        path: the address that the child's page sends to.
        type: content type of the body.
        language: the one that the child had chosen.
        tablet: the pass that stands for the tablet's cookie (`sites.tablets.tablet_pass`).
        code: the picture code that the tablet drew (`submission_codes.DRAWN`); empty where it drew none.
        body: as the page would have sent it.
    """

    submission_id: bytes = field(repr=False)
    outer: bytes
    path: str
    type: str
    language: str
    tablet: str = field(repr=False)
    code: str = field(repr=False)
    body: bytes = field(repr=False)


class _InnerFields(msgspec.Struct):
    path: str
    type: str
    language: str
    sheet: str
    tablet: str = msgspec.field(name="pass")
    code: str = ""


def outer_number(submission_id: bytes) -> bytes:
    """The outer number of a submission's envelope, 16 bytes: half a SHA-256, which does not reveal the submission id.

    Half of it is enough: an attacker would need a second id with a given hash (2 to the power of 128 tries).

    Args:
        submission_id: the submission id, 16 random bytes.
    """
    return hashlib.sha256(f"youthvoice/1|sheet|{submission_id.hex()}".encode()).digest()[:SUBMISSION_ID_BYTES]


def current_intake_key(keyring: Keyring, today: date) -> tuple[str, bytes]:
    """The name of the key that tablets seal to in this month, and its public point, 65 bytes; made on first use."""
    name = intake_key(month_name(today))
    keyring.key_or_new(name)
    return name, keyring.browser_pair(name, 1).public  # a month's key has one version


def read_outer_number(blob: bytes) -> bytes | None:
    """The outer number of an envelope, 16 bytes; None where the bytes are no envelope."""
    outer_lines = _OUTER_LINES.match(blob[:_OUTER_LINES_BYTES])
    return bytes.fromhex(outer_lines[2].decode()) if outer_lines else None


def digest_of(blob: bytes) -> bytes:
    """The digest that tells envelopes with one outer number apart, 16 bytes: half a SHA-256 over all bytes."""
    return hashlib.sha256(blob).digest()[:SUBMISSION_ID_BYTES]


_SEAL_BYTES: Final = 65 + 16  # bytes that sealing adds: a point of the curve, and a mark


def has_tablets_length(blob: bytes) -> bool:
    """Whether an envelope has a length that tablets produce: one step of words, or whole steps of voice."""
    outer_lines = _OUTER_LINES.match(blob[:_OUTER_LINES_BYTES])
    inside = len(blob) - outer_lines.end() - _SEAL_BYTES if outer_lines else 0
    return inside == WORDS_STEP or (inside > 0 and inside % VOICE_STEP == 0 and len(blob) <= MAX_ENVELOPE_BYTES)


def read_month(blob: bytes) -> str:
    """The month of the key in an envelope's first line, such as `2026-11`; empty where the bytes are no envelope."""
    outer_lines = _OUTER_LINES.match(blob[:_OUTER_LINES_BYTES])
    return outer_lines[1].decode().removeprefix("intake-") if outer_lines else ""


def seal_envelope(manifest: Mapping[str, Any], fields: Mapping[str, str], body: bytes, submission_id: bytes) -> bytes:
    """Seal a request as a tablet's worker does (`web/static/offline/worker.js`): for a box in a village.

    Args:
        manifest: as a tablet reads it (`manifest.OfflineManifest`).
        fields: `path`, `type`, `language` and `code`, as in `OfflineRequest`.
        body: as the page sent it.
        submission_id: the submission id, 16 bytes.
    """
    outer = outer_number(submission_id)
    plain = msgspec.json.encode({**fields, "sheet": submission_id.hex(), "pass": manifest["pass"]}) + b"\n" + body
    length, (words, voice) = len(plain) + LENGTH_BYTES, (manifest["steps"][name] for name in ("words", "voice"))
    padded = pad(plain, words if length <= words else -(-length // voice) * voice)
    point, bound = bytes.fromhex(manifest["key"]["public"]), sealing_context("offline", outer.hex())
    sealed = seal_to_browser_key(padded, point, bound)
    return f"{manifest['key']['name']}\n{outer.hex()}\n".encode() + sealed


def open_envelope(keyring: Keyring, blob: bytes) -> OfflineRequest:
    """Open an envelope.

    Args:
        keyring: the key files.
        blob: as the tablet delivers it.

    Raises:
        CannotOpen: no envelope, altered, sealed to another key, or its number does not fit the submission id inside.
        KeyGone: it stayed on the tablet for more than a year. No receipt is stored that long, so it could count twice.
            A daily job destroys such keys; one that is not destroyed yet, or came back with a backup, opens nothing.
    """
    outer_lines = _OUTER_LINES.match(blob[:_OUTER_LINES_BYTES])
    if outer_lines is None:
        raise CannotOpen
    name, outer = outer_lines[1].decode(), outer_lines[2].decode()
    if name < intake_key(oldest_month(context.today())):
        raise KeyGone(name)
    private = keyring.browser_pair(name, 1).private
    plain = open_from_browser(blob[outer_lines.end() :], private, sealing_context("offline", outer))
    line, _break, body = plain.partition(b"\n")
    try:
        fields = msgspec.json.decode(line, type=_InnerFields)
    except msgspec.DecodeError:
        raise CannotOpen from None
    submission_id = read_submission_id(fields.sheet)
    if not PATHS.fullmatch(fields.path) or submission_id is None or outer_number(submission_id).hex() != outer:
        raise CannotOpen
    return OfflineRequest(
        submission_id, bytes.fromhex(outer), path=fields.path, type=fields.type, language=fields.language,
        tablet=fields.tablet, code=fields.code, body=body,
    )  # fmt: skip
