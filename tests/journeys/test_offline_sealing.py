"""The tablet's seal is RFC 9180's: its vectors come out of a real browser, and the house opens what it made."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.support import browsers
from tests.journeys.support.server import House
from youthvoice.privacy.crypto.sealing import new_browser_pair, open_from_browser
from youthvoice.web.assets import load_assets

pytestmark = pytest.mark.journey

# RFC 9180, A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0.
INFO = "4f6465206f6e2061204772656369616e2055726e"
SENT = (
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bf"
    "cb9382657222d18c4"
)
OWN = "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb"
THEIRS = (
    "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d12"
    "8aafd68a2ce72ea0"
)
PLAIN = "4265617574792069732074727574682c20747275746820626561757479"
MORE = "436f756e742d30"
CIPHER = "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"

_BYTES = "const bytes = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));"
_HEX = "const hex = (found) => Array.from(found, (one) => one.toString(16).padStart(2, '0')).join('');"
_VECTOR = f"""async (given) => {{
    {_BYTES} {_HEX}
    const plain = (part) => btoa(String.fromCharCode(...part)).replace(/=/g, '');
    const url = (part) => plain(part).replace(/[+]/g, '-').replace(/[/]/g, '_');
    const point = bytes(given.sent), curve = {{ name: 'ECDH', namedCurve: 'P-256' }};
    const jwk = {{ kty: 'EC', crv: 'P-256', x: url(point.slice(1, 33)), y: url(point.slice(33)), ext: true }};
    const secret = {{ ...jwk, d: url(bytes(given.own)) }};
    const own = {{
        publicKey: await crypto.subtle.importKey('jwk', jwk, curve, true, []),
        privateKey: await crypto.subtle.importKey('jwk', secret, curve, false, ['deriveBits']),
    }};
    return hex(await sealing.seal(bytes(given.plain), bytes(given.theirs), bytes(given.info), bytes(given.more), own));
}}"""
_SEAL = f"""async (given) => {{
    {_BYTES} {_HEX}
    const padded = sealing.pad(sealing.utf8(given.words), 32768);
    return hex(await sealing.seal(padded, bytes(given.to), sealing.utf8(given.info)));
}}"""

Sealed = Callable[[str, dict[str, Any]], bytes]


@pytest.fixture
def in_browser(browser: Browser, house: House) -> Iterator[Sealed]:
    """Runs something with the tablet's own script, in a page of the house."""
    page = browser.new_context().new_page()
    page.goto(f"{house.url}/help")
    page.evaluate(load_assets()["offline/sealing.js"].plain.decode())

    def run(script: str, given: dict[str, Any]) -> bytes:
        return bytes.fromhex(page.evaluate(script, given))

    yield run
    browsers.close(page.context)


def test_the_vector_of_the_rfc_comes_out(in_browser: Sealed) -> None:
    given = {"info": INFO, "sent": SENT, "own": OWN, "theirs": THEIRS, "plain": PLAIN, "more": MORE}
    assert in_browser(_VECTOR, given).hex() == SENT + CIPHER


@pytest.mark.parametrize("words", ["", "a", "सोने से पहले कुछ और", json.dumps(["x" * 30_000])])
def test_the_house_opens_what_the_tablet_sealed_and_every_one_is_as_long(in_browser: Sealed, words: str) -> None:
    pair, info = new_browser_pair(), "youthvoice/1|offline|5f"
    sealed = in_browser(_SEAL, {"to": pair.public.hex(), "info": info, "words": words})
    assert open_from_browser(sealed, pair.private, info).decode() == words
    assert len(sealed) == 65 + 32768 + 16
