"""How things lie in the database and in cookies, said once more without the house's own code.

A locked thing is a nonce of 12 bytes, then ChaCha20-Poly1305 over it, bound to `youthvoice/1|...`. Padded means its
length as 4 bytes, itself, and zeros. A kept thing has the version of its key in front, in 2 bytes. Sealed is HPKE.
"""

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

BEGIN = "youthvoice/1|"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def locked(key: bytes, plain: bytes, bound: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, (BEGIN + bound).encode())


def unlocked(key: bytes, blob: bytes, bound: str) -> bytes:
    return ChaCha20Poly1305(key).decrypt(blob[:12], blob[12:], (BEGIN + bound).encode())


def padded(plain: bytes, size: int = 0) -> bytes:
    return (len(plain).to_bytes(4, "big") + plain).ljust(size, b"\0")


def unpadded(blob: bytes) -> bytes:
    return blob[4 : 4 + int.from_bytes(blob[:4], "big")]


def kept(key: bytes, value: Any, bound: str) -> bytes:
    return b"\0\1" + locked(key, padded(json.dumps(value).encode()), bound)


def unkept(key: bytes, blob: bytes, bound: str) -> Any:
    assert blob[:2] == b"\0\1"
    return json.loads(unpadded(unlocked(key, blob[2:], bound)))


def sealed(to: bytes, plain: bytes, bound: str) -> bytes:
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(to), (BEGIN + bound).encode())


def unsealed(private: bytes, blob: bytes, bound: str) -> bytes:
    return SUITE.decrypt(blob, X25519PrivateKey.from_private_bytes(private), (BEGIN + bound).encode())


def framed(head: object, sound: bytes = b"") -> bytes:
    """JSON and a voice behind it."""
    return padded(json.dumps(head).encode()) + sound


def unframed(plain: bytes) -> tuple[Any, bytes]:
    """The same again."""
    length = 4 + int.from_bytes(plain[:4], "big")
    return json.loads(plain[4:length]), plain[length:]
