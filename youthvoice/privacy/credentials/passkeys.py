"""Passkeys and security keys: what a browser asks of one, and whether the answer is right (WebAuthn).

A key signs a challenge together with the address of the page, so a page at another address gets nothing that is of use
here. Nothing says of which make a key is: no attestation is asked for, and none is stored.

The library `fido2` takes 11 MB of memory: it is loaded by the first page that needs it, and by no other.
Source: W3C, Web Authentication Level 2, 7.1 and 7.2; the library checks what is not checked here.
"""

import hashlib
import json
import logging
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm

CHALLENGE_BYTES: Final = 32

USER_HANDLE_BYTES: Final = 32

TIMEOUT_SECONDS: Final = 300

MAX_CREDENTIAL_ID_BYTES: Final = 512

MAX_PUBLIC_KEY_BYTES: Final = 640
"""An RSA key of 4096 bits fits; checking a larger one would take long."""

_ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256: all that telephones, Windows Hello and security keys use

_VERIFICATION: Final = "preferred"
"""A key that can, asks for a fingerprint or a number; one without is not refused, for the password came first."""

_LOCALHOST: Final = "localhost"  # browsers offer keys there without https

_MALFORMED: Final = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError, RecursionError),
    *(struct.error, UnsupportedAlgorithm, msgspec.MsgspecError),
)
"""What the library raises for an answer that no browser sends."""


class _Answer(TypedDict):
    id: str
    rawId: str
    type: str
    response: dict[str, str]


class WrongAnswer(Exception):
    """The answer of a browser is not what a key of this person answers to this challenge at this address."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The installation as a key knows it.

    Attributes:
        host: the host name of its address; a key is bound to it.
        origin: scheme, host and port, as a browser writes them.
    """

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey or security key of one person.

    Attributes:
        name: as the person calls it.
        added_on: the day on which it was added.
        credential_id: chosen by the key.
        public_key: COSE, as CBOR.
        sign_count: of the last answer; 0 for a key that does not count.
    """

    name: str
    added_on: date
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int = 0

    @property
    def mark(self) -> str:
        """Which of the person's keys this is, in an address: 16 hexadecimal digits."""
        return hashlib.sha256(self.credential_id).hexdigest()[:16]


def find_relying_party(url: str) -> RelyingParty | None:
    """The installation at this address; None where browsers offer no keys: an IP address, or no https.

    Args:
        url: the public address of the installation.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or (parts.scheme != "https" and host != _LOCALHOST) or ":" in host or host[-1].isdigit():
        return None
    default_port = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port not in {None, default_port} else ""
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def load_library() -> Any:
    """The library, loaded at the first call, which takes a while: never while others wait for a transaction."""
    import fido2.server  # noqa: PLC0415 - see the module

    return fido2


def creation_options(
    relying_party: RelyingParty, challenge: bytes, user_handle: bytes, name: str, passkeys: Sequence[Passkey]
) -> str:
    """What a browser is asked for a new key, as JSON.

    Args:
        relying_party: the installation.
        challenge: random.
        user_handle: random, for all keys of the person: neither a number nor a name of ours.
        name: as the person calls the key; all that it shows of whose it is.
        passkeys: those that the person has: none of them is added twice.
    """
    user = {"id": user_handle, "name": name, "displayName": name}
    options, _state = _server(relying_party).register_begin(
        user, _descriptors(passkeys), "discouraged", _VERIFICATION, challenge=challenge
    )
    return json.dumps(dict(options))


def request_options(relying_party: RelyingParty, challenge: bytes, passkeys: Sequence[Passkey]) -> str:
    """What a browser is asked for an answer of one of these keys, as JSON."""
    options, _state = _server(relying_party).authenticate_begin(_descriptors(passkeys), _VERIFICATION, challenge)
    return json.dumps(dict(options))


def read_new_passkey(relying_party: RelyingParty, challenge: bytes, name: str, today: date, answer: str) -> Passkey:
    """The key that a browser has made.

    Args:
        relying_party: the installation.
        challenge: of `creation_options`.
        name: as the person calls it.
        today: the day.
        answer: JSON, as the browser sent it.

    Raises:
        WrongAnswer: to another challenge or address, of an algorithm that was not asked for, too large, or malformed.
    """
    library = load_library()
    try:
        sent = _read_answer(answer)
        attestation = library.cbor.decode(library.utils.websafe_decode(sent["response"]["attestationObject"]))
        if not isinstance(attestation["authData"], bytes):
            raise WrongAnswer
        registration = library.webauthn.RegistrationResponse.from_dict(sent)
        data = _server(relying_party).register_complete(_state(challenge), registration)
        credential = data.credential_data
        public_key = library.cbor.encode(credential.public_key)
        is_usable = (
            credential.public_key.ALGORITHM in _ALGORITHMS
            and 0 < len(credential.credential_id) <= MAX_CREDENTIAL_ID_BYTES
            and len(public_key) <= MAX_PUBLIC_KEY_BYTES
            and not registration.response.client_data.cross_origin
        )
    except _MALFORMED:
        raise WrongAnswer from None
    if not is_usable:
        raise WrongAnswer
    return Passkey(name, today, credential.credential_id, public_key, data.counter)


def check_answer(
    relying_party: RelyingParty, challenge: bytes, user_handle: bytes, passkeys: Sequence[Passkey], answer: str
) -> Passkey:
    """The key that answered, with its new count.

    Args:
        relying_party: the installation.
        challenge: of `request_options`.
        user_handle: of the person.
        passkeys: that the person has now.
        answer: JSON, as the browser sent it.

    Raises:
        WrongAnswer: to another challenge or address, in a frame of another page, of another key, with a count that does
            not go up (a copy of the key has answered before), or malformed.
    """
    library = load_library()
    try:
        authentication = library.webauthn.AuthenticationResponse.from_dict(_read_answer(answer))
        response = authentication.response
        credentials = [
            library.webauthn.AttestedCredentialData.create(
                bytes(16), passkey.credential_id, library.cose.CoseKey.parse(library.cbor.decode(passkey.public_key))
            )
            for passkey in passkeys
        ]
        _server(relying_party).authenticate_complete(_state(challenge), credentials, authentication)
        passkey = next(each for each in passkeys if each.credential_id == authentication.raw_id)
        count = response.authenticator_data.counter
        is_usable = (
            (count > passkey.sign_count or count == passkey.sign_count == 0)
            and response.user_handle in {None, b"", user_handle}
            and not response.client_data.cross_origin
        )
    except _MALFORMED:
        raise WrongAnswer from None
    if not is_usable:
        raise WrongAnswer
    return replace(passkey, sign_count=count)


def _read_answer(answer: str) -> _Answer:
    """The JSON of a browser, in which bytes are text: for a number the library would make that many zero bytes."""
    return msgspec.json.decode(answer.encode("utf-8", "replace"), type=_Answer)


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": load_library().utils.websafe_encode(challenge), "user_verification": _VERIFICATION}


def _descriptors(passkeys: Sequence[Passkey]) -> list[Any]:
    descriptor = load_library().webauthn.PublicKeyCredentialDescriptor
    return [descriptor(type="public-key", id=passkey.credential_id) for passkey in passkeys]


def _server(relying_party: RelyingParty) -> Any:
    """The library's part of the installation; it writes no line of a log, for such lines have ids of keys."""
    library = load_library()
    for name in ("fido2", "fido2.server"):
        logging.getLogger(name).disabled = True
    entity = {"id": relying_party.host, "name": "Youth Voice"}
    server = library.server.Fido2Server(entity, "none", lambda origin: origin == relying_party.origin)
    server.timeout = TIMEOUT_SECONDS * 1000
    parameters = library.webauthn.PublicKeyCredentialParameters
    server.allowed_algorithms = [parameters(type="public-key", alg=number) for number in _ALGORITHMS]
    return server
