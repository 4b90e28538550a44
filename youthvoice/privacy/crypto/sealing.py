"""Sealing, opening and wrapping: encryption to public keys, whose private keys are not in the database.

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
    """Sealed text of a child. Only functions of this module create it, and `stored`; stores accept nothing else.

    Attributes:
        blob: the bytes to store.
    """

    blob: bytes
    made_here: InitVar[object] = None

    def __post_init__(self, made_here: object) -> None:
        if made_here is not _MADE_HERE:
            raise TypeError("Words are sealed with seal(), and read back from a store with SealedText.stored()")

    def __repr__(self) -> str:
        return "SealedText(...)"

    @classmethod
    def stored(cls, blob: bytes) -> Self:
        """The sealed text of stored bytes; nothing is checked until it is opened."""
        return cls(bytes(blob), _MADE_HERE)


def new_pair() -> KeyPair:
    """A new X25519 pair."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.public_key().public_bytes_raw(), private.private_bytes_raw())


def public_of(private: bytes) -> bytes:
    """The 32 public bytes of a private key of 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


HEAD_BYTES = PRIVATE_KEY_BYTES + 16  # added to the length of the padded text: encapsulated key and tag

WRAPPED_KEY_BYTES = HEAD_BYTES + PRIVATE_KEY_BYTES  # a private key as `wrap` encrypts it


def seal(
    words: bytes | str, to: bytes, purpose: symmetric_encryption.SealingContext | str, size: int | None = None
) -> SealedText:
    """Seal text, padded to a size bucket, to one public key.

    Args:
        words: text (as UTF-8) or bytes of any length.
        to: X25519 public key, 32 bytes.
        purpose: what it is, bound into the seal; see `sealing_context`.
        size: bytes of the blob in place of a bucket, so that it takes the place of another one unseen.

    Raises:
        ValueError: `to` is not a usable public key, the context is empty, or the text does not fit into `size`.
    """
    plain = words.encode() if isinstance(words, str) else words
    padded_size = None if size is None else size - HEAD_BYTES
    return SealedText(_encrypt(symmetric_encryption.pad(plain, padded_size), to, purpose), _MADE_HERE)


def open_sealed(sealed_text: SealedText, private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Open a sealed text, as bytes.

    Raises:
        CannotOpen: wrong key, wrong context or altered; the error never says which.
    """
    try:
        return symmetric_encryption.unpad(_decrypt(sealed_text.blob, private, purpose))
    except ValueError:
        raise CannotOpen from None


def encrypt_outer(
    sealed_text: SealedText, key: bytes, purpose: symmetric_encryption.SealingContext | str
) -> SealedText:
    """Encrypt a sealed text under the key of its destruction month; when that key is destroyed, nobody can open it."""
    return SealedText(symmetric_encryption.encrypt(key, sealed_text.blob, purpose), _MADE_HERE)


def decrypt_outer(
    sealed_text: SealedText, key: bytes, purpose: symmetric_encryption.SealingContext | str
) -> SealedText:
    """Remove the outer layer.

    Raises:
        CannotOpen: as `open_sealed`.
    """
    return SealedText(symmetric_encryption.decrypt(key, sealed_text.blob, purpose), _MADE_HERE)


def reencrypt_outer(
    sealed_text: SealedText, before: bytes, after: bytes, purpose: symmetric_encryption.SealingContext | str
) -> SealedText:
    """Move a sealed text from the key of one destruction month to another; its inner seal stays.

    Args:
        sealed_text: with its outer layer.
        before: key of the current month.
        after: key of the month in which it will end.
        purpose: of its outer layer; it stays the same.

    Raises:
        CannotOpen: as `open_sealed`.
    """
    return encrypt_outer(decrypt_outer(sealed_text, before, purpose), after, purpose)


def wrap(private_key: bytes, to: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Encrypt a private key (32 bytes) to the holder of a public key; 80 bytes.

    Raises:
        ValueError: one of the keys has the wrong length, or the context is empty.
    """
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise ValueError("A private key has 32 bytes")
    return _encrypt(private_key, to, purpose)


def unwrap(wrapped: bytes, private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Decrypt a wrapped private key.

    Raises:
        CannotOpen: as `open_sealed`; also for a decoy.
    """
    return _decrypt(wrapped, private, purpose)


def decoy_wrap() -> bytes:
    """A wrap that nobody can open, for a person whom a child excluded.

    Random bytes would be recognisable: half of them are not a point of the curve, and a real public key never has its
    top bit set. So a random key is wrapped to a pair that is discarded immediately.
    """
    return wrap(new_pair().private, new_pair().public, symmetric_encryption.sealing_context("decoy"))


def new_browser_pair() -> KeyPair:
    """A new P-256 pair, to which browsers seal."""
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
    """Seal padded bytes as a tablet does; `open_from_browser` opens the blob.

    Args:
        padded: bytes with padding.
        to: P-256 public key, 65 bytes.
        purpose: what it is, bound into the seal.

    Raises:
        ValueError: `to` is no point of the curve, or the context is empty.
    """
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to)
    return BROWSER_SUITE.encrypt(padded, point, symmetric_encryption.context_bytes(purpose))


def open_from_browser(blob: bytes, intake_private: bytes, purpose: symmetric_encryption.SealingContext | str) -> bytes:
    """Open what a tablet sealed to the P-256 intake key, with padding as in `symmetric_encryption`.

    Raises:
        CannotOpen: as `open_sealed`, and where the padding is invalid: anybody can seal to a public key.
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
