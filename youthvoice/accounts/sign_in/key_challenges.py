"""Challenges for passkeys: random bytes that a key signs, each for one purpose, one person, one browser and one use.

A page holds its challenge sealed, so nothing is stored before a key answers. Once it was answered, that is noted like a
wrong password (`password_attempts`): an answer that somebody overheard opens nothing a second time.

At the sign-in page the challenge also holds the private key, which the right password has opened, until the second
factor is right: sealed under a key file and under what the browser's cookie holds, so that neither alone opens it.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Self

import msgspec
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.sign_in import password_attempts
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials import passkeys
from youthvoice.privacy.credentials.second_factors import SecondFactors
from youthvoice.privacy.crypto.symmetric_encryption import decrypt, encrypt, sealing_context
from youthvoice.privacy.keys.key_names import PEPPER

LASTS: Final = timedelta(seconds=passkeys.TIMEOUT_SECONDS)

Purpose = Literal["sign-in", "proof", "new-key"]
"""Sign in; prove that one's own form is sent by oneself; add a key."""


@dataclass(frozen=True, slots=True)
class KeyPrompt:
    """What a page holds so that its script can ask a key.

    Attributes:
        challenge: sealed, for a hidden field.
        options: for the browser, JSON; empty where browsers offer no keys at the address of this installation.
    """

    challenge: str
    options: str


@dataclass(frozen=True, slots=True)
class KeyChallenge:
    """A challenge, as the page holds it.

    Attributes:
        person_id: whose key answers.
        asked_at: UTC.
        challenge: what the key signs.
        user_handle: of a new key.
        name: of a new key; of a sign-in, the sign-in name.
        origin: of a sign-in: from where its password attempt came.
        private_key: of a sign-in.
        salt: of the password that was right; another password has another one.
    """

    person_id: int
    asked_at: datetime
    challenge: bytes = field(default_factory=lambda: secrets.token_bytes(passkeys.CHALLENGE_BYTES), repr=False)
    user_handle: bytes = field(default=b"", repr=False)
    name: str = ""
    origin: str = ""
    private_key: bytes = field(default=b"", repr=False)
    salt: bytes = field(default=b"", repr=False)

    def sealed(self, purpose: Purpose, browser: str) -> str:
        """The challenge for a hidden field.

        Args:
            purpose: what it is for; for another one it does not open.
            browser: a secret of this browser's cookie; in another one it does not open.
        """
        blob = encrypt(_key(browser), msgspec.json.encode(self), sealing_context("key-challenge", purpose))
        return base64.urlsafe_b64encode(blob).decode()

    def prompt(self, second_factors: SecondFactors, purpose: Purpose, browser: str) -> KeyPrompt:
        """Ask for a new key of this person, or for an answer of one that there is; arguments as of `sealed`."""
        relying_party, options = passkeys.find_relying_party(context.settings().url), ""
        if relying_party and purpose == "new-key":
            wanted = (self.challenge, self.user_handle, self.name)
            options = passkeys.creation_options(relying_party, *wanted, second_factors.passkeys)
        elif relying_party:
            options = passkeys.request_options(relying_party, self.challenge, second_factors.passkeys)
        return KeyPrompt(self.sealed(purpose, browser), options)

    @classmethod
    def open(cls, sealed: str, purpose: Purpose, browser: str) -> Self | None:
        """The challenge again; None if it is of another browser or purpose, over, or not ours."""
        try:
            blob = base64.urlsafe_b64decode(sealed)
            content = decrypt(_key(browser), blob, sealing_context("key-challenge", purpose))
        except (CannotOpen, ValueError):
            return None
        challenge = msgspec.json.decode(content, type=cls)
        return challenge if context.now() < challenge.asked_at + LASTS else None

    def spend(self, session: Session) -> bool:
        """Use it up; whether it had not been used before."""
        return password_attempts.note_challenge(session, context.keyring().key(PEPPER), self.challenge, self.asked_at)


def _key(browser: str) -> bytes:
    return hmac.digest(context.keyring().derive("cookie", "key-challenges"), browser.encode(), hashlib.sha256)
