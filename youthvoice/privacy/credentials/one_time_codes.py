"""One-time codes: six digits that a telephone shows for half a minute, and ten to write down for a lost telephone.

The secret lies locked under her own private key: neither a stolen database nor the key files show it, and nobody can
write another one in its place. Recovery codes are kept as HMAC under the pepper, bound to the person.
Source: RFC 6238 (TOTP, SHA-1, 30 seconds, six digits, as every telephone's program does it); RFC 4226 section 7.2: a
code that was taken is never taken again.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.credentials.passwords import EASY_TO_READ
from youthvoice.privacy.crypto.symmetric_encryption import KEY_BYTES, lock, sealing_context, unlock

SECONDS: Final = 30

DIGITS: Final = 6

RECOVERY_CODES: Final = 10

SECRET_LETTERS: Final = 32  # base32: 160 bits

_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

_GROUPS, _GROUP_LENGTH = 3, 4  # 20 letters to choose from: 52 bits

_AROUND: Final = (0, -1, 1)  # a telephone's clock may be half a minute off

_PURPOSE: Final = sealing_context("one-time-codes", "secret")


def new_secret() -> str:
    """A secret to show to one telephone, once."""
    return "".join(secrets.choice(_BASE32) for _ in range(SECRET_LETTERS))


def is_secret(text: str) -> bool:
    """Whether a text could be one of `new_secret`."""
    return len(text) == SECRET_LETTERS and set(text) <= set(_BASE32)


def otpauth_address(secret: str, handle: str, house: str) -> str:
    """What a telephone's camera reads, `otpauth://totp/...`."""
    import pyotp  # noqa: PLC0415 - few processes ever need it

    known = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return str(known.provisioning_uri(name=handle, issuer_name=house))


def matching_step(secret: str, code: str, now: datetime, last: int | None = None) -> int | None:
    """The half minute whose code this is; None when it is none of now, or was taken before.

    Args:
        secret: as the telephone has it.
        code: as typed.
        now: this moment.
        last: the half minute of the last code that was taken.
    """
    import pyotp  # noqa: PLC0415 - see above

    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    known = pyotp.HOTP(secret, digits=DIGITS)
    this = int(now.timestamp()) // SECONDS
    steps = [this + off for off in _AROUND]
    right = [step for step in steps if hmac.compare_digest(typed, known.at(step).encode())]
    return next((step for step in right if last is None or step > last), None)


def lock_secret(secret: str, private_key: bytes) -> bytes:
    """The secret for her row, always of one length."""
    return lock(_key(private_key), secret.encode(), _PURPOSE)


def unlock_secret(blob: bytes, private_key: bytes) -> str:
    """The secret again.

    Raises:
        CannotOpen: another person's, or altered.
    """
    return unlock(_key(private_key), blob, _PURPOSE).decode()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes to write down, such as `k3mp-w8rt-xd4c`."""
    return tuple(_recovery_code() for _ in range(RECOVERY_CODES))


def recovery_hash(code: str, person_id: int, pepper: bytes) -> bytes:
    """What is kept of a recovery code: 32 bytes. Capitals, spaces and hyphens do not matter.

    Args:
        code: as typed.
        person_id: whose.
        pepper: the key `pepper`; without it a stolen database cannot be guessed against.
    """
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    said = f"youthvoice/1|recovery-code|{person_id}|{plain}".encode("utf-8", "surrogatepass")
    return hmac.digest(pepper, said, hashlib.sha256)


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(EASY_TO_READ) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _key(private_key: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, sealing_context("one-time-codes", "key").encode()).derive(private_key)
