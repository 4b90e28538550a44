"""Session keys: a session stores a person's private key for a while, and only the person's cookie opens it.

The cookie is a random token. The database holds its SHA-256 and the private key encrypted under HKDF(token): any
process can serve the session, and a thief of the database cannot use it.
Source: PRIVACY.md C, "Sessions".
"""

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.crypto.symmetric_encryption import KEY_BYTES, SealingContext, decrypt, encrypt, sealing_context

TOKEN_BYTES = 32


def session_token() -> str:
    """256 random bits for a cookie, 43 characters that need no escaping."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """The hash by which the database finds a token: SHA-256, 32 bytes. Also for links and codes of full 256 bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def encrypt_for_session(private: bytes, token: str) -> bytes:
    """Encrypt the private key for the session's row: 60 bytes."""
    return encrypt(_key(token), private, _bound(token))


def decrypt_for_session(blob: bytes, token: str) -> bytes:
    """Decrypt the private key of a session.

    Raises:
        CannotOpen: another token's, or altered.
    """
    return decrypt(_key(token), blob, _bound(token))


def _key(token: str) -> bytes:
    secret = token.encode("utf-8", "surrogatepass")
    return HKDF(SHA256(), KEY_BYTES, None, sealing_context("session", "key").encode()).derive(secret)


def _bound(token: str) -> SealingContext:
    return sealing_context("session", token_hash(token).hex())
