"""What a person signs in with besides the password: one-time codes of a telephone, passkeys, or both.

All of it is one record in the person's row, encrypted under the person's own private key and always of one length: a
stolen database does not reveal whether somebody has codes, a key or several, and nobody can replace one.
Until 0.2.0 the record was the secret of the one-time codes alone; the next use replaces it.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Self

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.credentials.passkeys import Passkey
from youthvoice.privacy.crypto import symmetric_encryption

RECORD_BYTES: Final = 4096

MAX_PASSKEYS: Final = 5

_HIGHEST_COUNT: Final = 2**32 - 1

_CODES_ALONE: Final = one_time_codes.SECRET_LETTERS + symmetric_encryption.LOCK_BYTES  # length of a record of 0.2.0

_PURPOSE: Final = symmetric_encryption.sealing_context("second-factors", "record")


class NoRoom(Exception):
    """The record is full: a key has to be taken away before another one is added."""


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of one person.

    Attributes:
        secret: of one-time codes; empty without.
        user_handle: random; by it the person's passkeys know whose they are. Empty until the first one.
        passkeys: in the order in which they were added.
    """

    secret: str = field(default="", repr=False)
    user_handle: bytes = field(default=b"", repr=False)
    passkeys: tuple[Passkey, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.secret or self.passkeys)

    def find_passkey(self, mark: str) -> Passkey | None:
        """The passkey with this mark."""
        return next((passkey for passkey in self.passkeys if passkey.mark == mark), None)

    def with_passkey(self, passkey: Passkey) -> Self:
        """With a new passkey, or with one of them as it is now."""
        if self.find_passkey(passkey.mark) is None:
            return replace(self, passkeys=(*self.passkeys, passkey))
        return replace(self, passkeys=tuple(passkey if old.mark == passkey.mark else old for old in self.passkeys))

    def without_passkey(self, mark: str) -> Self:
        """Without the passkey of this mark."""
        return replace(self, passkeys=tuple(passkey for passkey in self.passkeys if passkey.mark != mark))


def check_room(second_factors: SecondFactors) -> None:
    """Make sure that the record has room for one-time codes, and for whatever the keys count, before a key is added.

    Raises:
        NoRoom: later, a sign-in or the set-up of codes would find the record full.
    """
    fullest = tuple(replace(passkey, sign_count=_HIGHEST_COUNT) for passkey in second_factors.passkeys)
    grown = replace(second_factors, secret="A" * one_time_codes.SECRET_LETTERS, passkeys=fullest)
    if len(msgspec.json.encode(grown)) > RECORD_BYTES - symmetric_encryption.LENGTH_BYTES:
        raise NoRoom


def encrypt_second_factors(second_factors: SecondFactors, private_key: bytes) -> bytes:
    """Encrypt the second factors for the person's row; always of one length.

    Raises:
        NoRoom: they are too many, or too long.
    """
    content = msgspec.json.encode(second_factors)
    if len(second_factors.passkeys) > MAX_PASSKEYS:
        raise NoRoom
    try:
        return symmetric_encryption.encrypt_padded(_key(private_key), content, RECORD_BYTES, _PURPOSE)
    except ValueError:
        raise NoRoom from None


def decrypt_second_factors(blob: bytes | None, private_key: bytes) -> SecondFactors:
    """Decrypt the second factors; none where there is no record.

    Raises:
        CannotOpen: another person's, or altered.
    """
    if blob is None:
        return SecondFactors()
    if len(blob) == _CODES_ALONE:
        return SecondFactors(one_time_codes.decrypt_secret(blob, private_key))
    return msgspec.json.decode(
        symmetric_encryption.decrypt_padded(_key(private_key), blob, _PURPOSE), type=SecondFactors
    )


def _key(private_key: bytes) -> bytes:
    purpose = symmetric_encryption.sealing_context("second-factors", "key").encode()
    return HKDF(SHA256(), symmetric_encryption.KEY_BYTES, None, purpose).derive(private_key)
