"""A link that opens one key, for somebody without an account; it takes the link's token and a number.

    root = Argon2id(number, HMAC(pepper, salt), t=2, 19 MiB)
    key  = HKDF-SHA256(token, salt=root)                      both are needed

The token is in the address; the number is passed on in another way, such as by telephone. The database stores
SHA-256(token), the salt, and the key, encrypted. With database, link and key files together a number of eight digits
costs 10**8 runs of Argon2; online only five attempts are allowed.
Source: PRIVACY.md C, "Sessions" and "Codes"; RFC 9106 for the costs.
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.crypto.argon2 import CODE_COST, derive_root
from youthvoice.privacy.crypto.symmetric_encryption import KEY_BYTES, SealingContext, decrypt, encrypt, sealing_context

NUMBER_DIGITS: Final = 8

SALT_BYTES: Final = 16


def new_number() -> str:
    """Eight random digits, to be read aloud."""
    return f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"


def read_number(typed: str) -> str:
    """The digits in a typed text, in any script, whatever is between them; empty where they are not eight."""
    digits = "".join(str(unicodedata.digit(sign)) for sign in typed[:100] if sign.isdigit())
    return digits if len(digits) == NUMBER_DIGITS else ""


@dataclass(frozen=True, slots=True)
class LinkSecrets:
    """The secrets of a person who follows a link.

    Attributes:
        token: from the address.
        number: eight digits; empty where none were typed.
    """

    token: str = field(repr=False)
    number: str = field(repr=False)


def encrypt_for_link(
    private: bytes,
    link_secrets: LinkSecrets,
    salt: bytes,
    pepper: bytes,
    purpose: SealingContext,
) -> bytes:
    """Encrypt a private key, 32 bytes, for a link: 60 bytes; one Argon2 run.

    Args:
        private: the key that the link opens.
        link_secrets: token and number.
        salt: random, of this link, `SALT_BYTES`.
        pepper: the key `pepper`, 32 bytes.
        purpose: names the link.
    """
    return encrypt(_key(link_secrets, salt, pepper), private, purpose)


def decrypt_for_link(
    blob: bytes, link_secrets: LinkSecrets, salt: bytes, pepper: bytes, purpose: SealingContext
) -> bytes:
    """Decrypt the private key of a link; one Argon2 run whether it opens or not.

    Raises:
        CannotOpen: another token, another number, or another link.
    """
    return decrypt(_key(link_secrets, salt, pepper), blob, purpose)


def _key(link_secrets: LinkSecrets, salt: bytes, pepper: bytes) -> bytes:
    root = derive_root(link_secrets.number.encode(), salt, pepper, CODE_COST)
    token = link_secrets.token.encode("utf-8", "surrogatepass")
    return HKDF(SHA256(), KEY_BYTES, root, sealing_context("link", "key").encode()).derive(token)
