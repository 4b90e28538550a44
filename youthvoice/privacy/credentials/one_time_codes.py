"""One-time codes: six digits that a telephone shows for half a minute, and ten recovery codes for a lost telephone.

The secret is encrypted under the person's own private key (`second_factors`): neither a stolen database nor the key
files reveal it, and nobody can replace it. Recovery codes are stored as HMAC under the pepper, bound to the person.
Source: RFC 6238 (TOTP, SHA-1, 30 seconds, six digits, as every authenticator app does it); RFC 4226 section 7.2: a
code that was accepted is never accepted again.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.credentials.passwords import EASY_TO_READ
from youthvoice.privacy.crypto.symmetric_encryption import KEY_BYTES, decrypt, sealing_context

SECONDS: Final = 30

DIGITS: Final = 6

RECOVERY_CODES: Final = 10

SECRET_LETTERS: Final = 32  # base32: 160 bits

_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

_GROUPS, _GROUP_LENGTH = 3, 4  # 20 letters to choose from: 52 bits

_AROUND: Final = (0, -1, 1)  # a telephone's clock may be off by half a minute

_PURPOSE: Final = sealing_context("one-time-codes", "secret")


def new_secret() -> str:
    """A new secret, to be shown to one telephone, once."""
    return "".join(secrets.choice(_BASE32) for _ in range(SECRET_LETTERS))


def is_secret(text: str) -> bool:
    """Whether a text has the form of `new_secret`."""
    return len(text) == SECRET_LETTERS and set(text) <= set(_BASE32)


def otpauth_address(secret: str, handle: str, issuer: str) -> str:
    """The address in the QR code for an authenticator app, `otpauth://totp/...`."""
    import pyotp  # noqa: PLC0415 - few processes ever need it

    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return str(totp.provisioning_uri(name=handle, issuer_name=issuer))


def matching_step(secret: str, code: str, now: datetime, last: int | None = None) -> int | None:
    """The half minute to which a code belongs; None when it is not current, or was accepted before.

    Args:
        secret: as the telephone has it.
        code: as typed.
        now: UTC.
        last: the half minute of the last accepted code.
    """
    import pyotp  # noqa: PLC0415 - see above

    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    hotp = pyotp.HOTP(secret, digits=DIGITS)
    this = int(now.timestamp()) // SECONDS
    steps = [this + off for off in _AROUND]
    matching = [step for step in steps if hmac.compare_digest(typed, hotp.at(step).encode())]
    return next((step for step in matching if last is None or step > last), None)


def decrypt_secret(blob: bytes, private_key: bytes) -> str:
    """Decrypt a secret as 0.2.0 stored it; `second_factors` is what stores one now.

    Raises:
        CannotOpen: another person's, or altered.
    """
    return decrypt(_key(private_key), blob, _PURPOSE).decode()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes to write down, such as `k3mp-w8rt-xd4c`."""
    return tuple(_recovery_code() for _ in range(RECOVERY_CODES))


def recovery_hash(code: str, person_id: int, pepper: bytes) -> bytes:
    """The stored hash of a recovery code, 32 bytes. Capitals, spaces and hyphens do not matter.

    Args:
        code: as typed.
        person_id: row of `people`.
        pepper: the key `pepper`; without it a thief of the database cannot guess codes.
    """
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    content = f"youthvoice/1|recovery-code|{person_id}|{plain}".encode("utf-8", "surrogatepass")
    return hmac.digest(pepper, content, hashlib.sha256)


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(EASY_TO_READ) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _key(private_key: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, sealing_context("one-time-codes", "key").encode()).derive(private_key)
