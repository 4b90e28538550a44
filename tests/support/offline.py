"""A tablet that was offline, played by Python: it seals what a page would have sent as the worker does."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.test import TestResponse

from tests.support.child_at_tablet import whole
from tests.support.visitor import Visitor
from youthvoice.privacy.crypto.sealing import BROWSER_SUITE
from youthvoice.privacy.crypto.symmetric_encryption import context_bytes, pad, sealing_context


def manifest_of(tablet: Visitor) -> dict[str, Any]:
    """What a tablet fetched while it was online."""
    found = tablet.ask("GET", "/offline/manifest").get_json()
    assert isinstance(found, dict)
    return found


def seal(manifest: Mapping[str, Any], path: str, fields: Mapping[str, object], sheet: str = "", **told: str) -> bytes:
    """An envelope with one form."""
    number = sheet or secrets.token_hex(16)
    head = {
        "path": path,
        "type": "application/x-www-form-urlencoded",
        "language": "en",
        "pass": manifest["pass"],
        "sheet": number,
        **told,
    }
    body = urlencode({**fields, "sheet": number}, doseq=True).encode()
    return seal_letter(manifest, json.dumps(head).encode() + b"\n" + body, outer_of(number))


def seal_broken_voice(manifest: Mapping[str, Any], path: str, fields: Mapping[str, str], **told: str) -> bytes:
    """An envelope with one form, and a voice in it that nobody can play."""
    sheet = secrets.token_hex(16)
    form = whole(b"a recording that broke off", sheet=sheet, **fields)
    head = {"path": path, "type": form["content_type"], "language": "en", "pass": manifest["pass"], "sheet": sheet}
    letter = json.dumps({**head, **told}).encode() + b"\n" + form["data"]
    return seal_letter(manifest, letter, outer_of(sheet), "voice")


def outer_of(sheet: str) -> str:
    """What stands outside of an envelope with a sheet, in hexadecimal digits."""
    return hashlib.sha256(f"youthvoice/1|sheet|{sheet}".encode()).hexdigest()[:32]


def seal_letter(manifest: Mapping[str, Any], letter: bytes, number: str, step: str = "words") -> bytes:
    """An envelope with any bytes in it, under any outer number."""
    size = -(-(len(letter) + 4) // manifest["steps"][step]) * manifest["steps"][step]
    return seal_padded(manifest, pad(letter, size), number)


def seal_padded(manifest: Mapping[str, Any], padded: bytes, number: str) -> bytes:
    """An envelope whose inside does not even say truly how long it is."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(manifest["key"]["public"]))
    bound = context_bytes(sealing_context("offline", number))
    return f"{manifest['key']['name']}\n{number}\n".encode() + BROWSER_SUITE.encrypt(padded, point, bound)


def deliver(anybody: Visitor, envelope: bytes) -> TestResponse:
    """The tablet meets a network; it brings no cookie, for it may have been let go since."""
    kind = {"Accept": "application/json", "Content-Type": "application/octet-stream"}
    return anybody.ask("POST", "/offline/deliver", data=envelope, headers=kind)
