"""The signed note that says how a site ended: readable by people, and checked without an installation.

It is signed with an Ed25519 key that is made for it. The private half is kept nowhere; the public half is in the
note, and its fingerprint in the log, whose head witnesses outside may hold. A forged note has a key with
another fingerprint than the one that three people read on the day.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from youthvoice.privacy.credentials.published_keys import format_key, read_key

NOTE_WORD: Final = "youthvoice-note-key"

_PURPOSE: Final = b"youthvoice/1|note of an end|"

_KEY_LINE, _SIGNATURE_LINE = "Key of this note: ", "Signature: "


class NotSigned(ValueError):
    """The text is no note, or was changed."""


@dataclass(frozen=True)
class NoteKey:
    """A key that signs one note, and is then forgotten."""

    _private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)

    @property
    def fingerprint(self) -> str:
        """What the log has of it, and what people write down."""
        return fingerprint_of(self._private.public_key().public_bytes_raw())

    def sign(self, lines: Iterable[str]) -> str:
        """A note of some lines."""
        public = format_key(self._private.public_key().public_bytes_raw(), NOTE_WORD)
        text = "".join(f"{' '.join(line.splitlines())}\n" for line in [*lines, f"{_KEY_LINE}{public}"])
        return f"{text}{_SIGNATURE_LINE}{self._private.sign(_PURPOSE + text.encode()).hex()}\n"


def fingerprint_of(public: bytes) -> str:
    """Sixteen hexadecimal digits that tell public keys apart."""
    return hashlib.sha256(public).hexdigest()[:16]


def check_note(note: str) -> str:
    """The fingerprint of the key that signed a note.

    Raises:
        NotSigned: it is no note, or was changed.
    """
    text, line, signature = note.replace("\r\n", "\n").rpartition(_SIGNATURE_LINE)
    public = read_key(text.rpartition(_KEY_LINE)[2].strip(), NOTE_WORD)
    if not line or public is None:
        raise NotSigned
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature.strip()), _PURPOSE + text.encode())
    except (InvalidSignature, ValueError):
        raise NotSigned from None
    return fingerprint_of(public)
