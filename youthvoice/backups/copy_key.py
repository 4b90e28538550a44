"""What opens a copy: the key files of the installation, and where two people guard it, a key that only both have.

A key for two is an X25519 pair. Its private key is in no file: one half is 32 random bytes, the other is the private
key XOR those. Each half alone is as good as any 32 random bytes. The public key is a setting of the installation, which
seals each copy and cannot open it later.
"""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.published_keys import format_key, read_key
from youthvoice.privacy.crypto.sealing import PRIVATE_KEY_BYTES, new_pair, unwrap, wrap
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context

HALF_WORD: Final = "youthvoice-backup-half"

_PURPOSE = sealing_context("backup", "own key")


class WrongHalves(Exception):
    """A copy for two people does not open.

    Attributes:
        code: `needs_halves`, or `other_halves` where they belong to another public key or the copy was altered.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CopyKey:
    """What is known for opening a copy.

    Attributes:
        installation: 32 bytes, the key file `backup`.
        private: joined from two halves; empty without them.
        own: the copy's own key, known while it is made; empty otherwise.
    """

    installation: bytes
    private: bytes = b""
    own: bytes = b""

    def open_wrapped(self, wrapped: bytes) -> bytes:
        """The key of the chunks of a copy for two people.

        Raises:
            WrongHalves: see its codes.
        """
        if self.own:
            return chunk_key(self.installation, self.own)
        if not self.private:
            raise WrongHalves("needs_halves")
        try:
            return chunk_key(self.installation, unwrap(wrapped, self.private, _PURPOSE))
        except CannotOpen:
            raise WrongHalves("other_halves") from None


def new_own_key(public: bytes) -> tuple[bytes, bytes]:
    """A new key of one copy, and the same wrapped to a public key (`WRAPPED_KEY_BYTES`)."""
    own = os.urandom(PRIVATE_KEY_BYTES)
    return own, wrap(own, public, _PURPOSE)


def chunk_key(installation: bytes, own: bytes) -> bytes:
    """The 32 bytes under which the chunks of a copy for two are encrypted: nobody has them without the key files."""
    return hmac.digest(installation, b"youthvoice/1|backup|for two|" + own, "sha256")


def make_halves() -> tuple[str, str, bytes]:
    """Two halves of a new private key as lines of text, and its public key."""
    pair = new_pair()
    first = os.urandom(PRIVATE_KEY_BYTES)
    return format_key(first, HALF_WORD), format_key(_xor(first, pair.private), HALF_WORD), pair.public


def join_halves(lines: Iterable[str]) -> bytes | None:
    """The private key of two halves; None where there are not two, one is no half, or both are the same."""
    match [read_key(line, HALF_WORD) for line in lines]:
        case [bytes() as first, bytes() as second] if first != second:
            return _xor(first, second)
    return None


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
