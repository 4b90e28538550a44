"""Seal, open, wrap: what lies in the database is unreadable without a key that lies elsewhere.

Between server objects: RFC 9180 HPKE, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
From the browser: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, because WebCrypto has these everywhere.
A blob is the encapsulated key (32 or 65 bytes), then the ciphertext with its tag of 16 bytes.
Source: PRIVACY.md C.
"""

from dataclasses import InitVar, dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import symmetric_encryption

SERVER_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

BROWSER_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)

PRIVATE_KEY_BYTES = 32

_MADE_HERE = object()


@dataclass(frozen=True)
class KeyPair:
    """A key pair in raw bytes: public 32 (X25519) or 65 (P-256, uncompressed point), private 32."""

    public: bytes
    private: bytes = field(repr=False)


@dataclass(frozen=True, repr=False)
class SealedText:
    """A child's words, sealed. Only `seal` and `lock_outer` make one; stores accept nothing else.

    Attributes:
        blob: the bytes to keep.
    """

    blob: bytes
    made_here: InitVar[object] = None

    def __post_init__(self, made_here: object) -> None:
        if made_here is not _MADE_HERE:
            raise TypeError("Words are sealed with seal(), and read back from a store with Sealed.stored()")

    def __repr__(self) -> str:
        return "Sealed(...)"

    @classmethod
    def stored(cls, blob: bytes) -> Self:
        """Take up what a store kept; nothing is checked until it is opened."""
        return cls(bytes(blob), _MADE_HERE)


def new_pair() -> KeyPair:
    """A fresh X25519 pair."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.public_key().public_bytes_raw(), private.private_bytes_raw())


def public_of(private: bytes) -> bytes:
    """The 32 public bytes that belong to 32 private ones."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(words: bytes | str, to: bytes, purpose: symmetric_encryption.SealingContext | str) -> SealedText:
    """Seal words, padded to a size bucket, to one public key.

    Args:
        words: text (as UTF-8) or bytes of any length.
        to: X25519 public key, 32 bytes.
        purpose: what the words are, bound into the seal; see `context`.

    Raises:
        ValueError: `to` is no usable public key, or the context is empty.
    """
    plain = words.encode() if isinstance(words, str) else words
    return SealedText(_encrypt(symmetric_encryption.pad(plain), to, purpose), _MADE_HERE)


def open_sealed(sealed_text: SealedText, private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """The words again, as bytes.

    Raises:
        CannotOpen: wrong key, wrong context or altered; which of them is never said.
    """
    try:
        return symmetric_encryption.unpad(_decrypt(sealed_text.blob, private, purpose))
    except ValueError:
        raise CannotOpen from None


def lock_outer(sealed_text: SealedText, key: bytes, purpose: symmetric_encryption.SealingContext | str) -> SealedText:
    """Put a sealed thing under the key of its destruction month; when that key goes, it goes."""
    return SealedText(symmetric_encryption.lock(key, sealed_text.blob, purpose), _MADE_HERE)


def unlock_outer(sealed_text: SealedText, key: bytes, purpose: symmetric_encryption.SealingContext | str) -> SealedText:
    """Take the outer layer off.

    Raises:
        CannotOpen: as `open_sealed`.
    """
    return SealedText(symmetric_encryption.unlock(key, sealed_text.blob, purpose), _MADE_HERE)


def relock_outer(
    sealed_text: SealedText, before: bytes, after: bytes, purpose: symmetric_encryption.SealingContext | str
) -> SealedText:
    """Move a sealed thing from the key of one destruction month to that of another; what is inside stays sealed.

    Args:
        sealed_text: under the outer layer.
        before: key of the month under which it is now.
        after: key of the month in which it shall end.
        purpose: of its outer layer; it stays the same.

    Raises:
        CannotOpen: as `open_sealed`.
    """
    return lock_outer(unlock_outer(sealed_text, before, purpose), after, purpose)


def wrap(private_key: bytes, to: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Hand a private key (32 bytes) to the holder of a public key; 80 bytes.

    Raises:
        ValueError: one of the keys has the wrong length, or the context is empty.
    """
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise ValueError("A private key has 32 bytes")
    return _encrypt(private_key, to, purpose)


def unwrap(wrapped: bytes, private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """The private key that was wrapped.

    Raises:
        CannotOpen: as `open_sealed`; also for a decoy.
    """
    return _decrypt(wrapped, private, purpose)


def decoy_wrap() -> bytes:
    """A wrap that nobody can open, for a person whom a child left out.

    Plain random bytes would show: half of them are no point of the curve, and a real public key never has its
    top bit set. So a random key is wrapped to a pair that is forgotten at once.
    """
    return wrap(new_pair().private, new_pair().public, symmetric_encryption.sealing_context("decoy"))


def new_browser_pair() -> KeyPair:
    """A fresh P-256 pair, for what the browser seals."""
    return browser_pair_of(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


def browser_pair_of(private: bytes) -> KeyPair:
    """The P-256 pair of a private scalar (32 bytes, big-endian).

    Raises:
        ValueError: the scalar is zero or not below the order of the curve.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - half a megabyte

    point = _browser_key(private).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return KeyPair(point, private)


def seal_to_browser_key(padded: bytes, to: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Seal what is padded already as a tablet does; the blob of `open_from_browser`.

    Args:
        padded: bytes.
        to: P-256 public key, 65 bytes.
        purpose: what it is, bound into the seal.

    Raises:
        ValueError: `to` is no point of the curve, or the context is empty.
    """
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to)
    return BROWSER_SUITE.encrypt(padded, point, symmetric_encryption.context_bytes(purpose))


def open_from_browser(blob: bytes, intake_private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """What a tablet sealed to the P-256 intake key, padded by it as `padding` says.

    Raises:
        CannotOpen: as `open_sealed`, and where the padding is not ours: anybody can seal to a public key.
    """
    try:
        return symmetric_encryption.unpad(
            BROWSER_SUITE.decrypt(blob, _browser_key(intake_private), symmetric_encryption.context_bytes(purpose))
        )
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _browser_key(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())


def _encrypt(plain: bytes, to: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    return SERVER_SUITE.encrypt(
        plain, X25519PublicKey.from_public_bytes(to), symmetric_encryption.context_bytes(purpose)
    )


def _decrypt(blob: bytes, private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    info = symmetric_encryption.context_bytes(purpose)
    try:
        return SERVER_SUITE.decrypt(blob, X25519PrivateKey.from_private_bytes(private), info)
    except (InvalidTag, ValueError):
        raise CannotOpen from None
