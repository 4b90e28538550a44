"""Passwords: a person's password opens their private key, and a password that is easy to guess is refused.

    root = Argon2id(password NFKC, HMAC-SHA256(pepper, salt), t=3, 64 MiB, p=1)      one run
    HKDF(root, "sign-in")  -> verifier; stored as its SHA-256
    HKDF(root, "wrapping") -> key over the private key, bound to person, key version and cost

Source: PRIVACY.md C, "People's keys".

The word lists of the strength estimator are large: a process loads them when somebody first chooses a password in it.
Source: Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.argon2 import PASSWORD_COST, Argon2Cost, derive_root
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair, public_of
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, decrypt, encrypt, sealing_context

SALT_BYTES = 16

EASY_TO_READ = "3478bcdfghjkmnprtvwx"
"""No look-alikes (0 O, 1 l i, 2 z, 5 s, 6 b, 9 g q, u v); no vowels, so no word comes out by accident."""

GROUPS, GROUP_LENGTH = 4, 4


class WrongPassword(Exception):
    """The password does not open this person's key, or the record was altered; the error never says which."""

    def __init__(self) -> None:
        super().__init__("Wrong password")


@dataclass(frozen=True)
class PersonSecret:
    """What is stored of a person's password and key; it stays safe if all of it is stolen.

    Attributes:
        salt: 16 random bytes.
        verifier_hash: SHA-256 of the sign-in verifier, 32 bytes.
        public: X25519 public key, 32 bytes.
        wrapped_private: the private key under the wrapping key, 60 bytes.
        params: the cost of its Argon2 run.
    """

    salt: bytes = field(repr=False)
    verifier_hash: bytes = field(repr=False)
    public: bytes
    wrapped_private: bytes = field(repr=False)
    params: Argon2Cost


def make_secret(
    password: str, pepper: bytes, associated: bytes, *, pair: KeyPair | None = None, cost: Argon2Cost = PASSWORD_COST
) -> PersonSecret:
    """Create what is stored for a new password.

    Args:
        password: any text; normalised to NFKC, so that every keyboard types the same password.
        pepper: the pepper key, 32 bytes.
        associated: what the wrapped key is bound to: whose key it is, and its version. The cost is bound in besides.
        pair: the existing pair when only the password changes; without it a new one is created.
        cost: for tests only.
    """
    pair = pair or new_pair()
    salt = secrets.token_bytes(SALT_BYTES)
    root = derive_root(_normalise(password), salt, pepper, cost)
    wrapped = encrypt(_subkey(root, "wrapping"), pair.private, _bound(associated, cost))
    return PersonSecret(salt, _verifier_hash(root), pair.public, wrapped, cost)


def decrypt_private_key(password: str, secret: PersonSecret, pepper: bytes, associated: bytes) -> bytes:
    """The person's private key, 32 bytes; one Argon2 run whether the password is right or wrong.

    Raises:
        WrongPassword: wrong password, wrong pepper, another person's record, or an altered one.
    """
    root = derive_root(_normalise(password), secret.salt, pepper, secret.params)
    if not hmac.compare_digest(_verifier_hash(root), secret.verifier_hash):
        raise WrongPassword
    try:
        private = decrypt(_subkey(root, "wrapping"), secret.wrapped_private, _bound(associated, secret.params))
    except CannotOpen:
        raise WrongPassword from None
    if public_of(private) != secret.public:
        raise WrongPassword
    return private


def spend_the_same_time(password: str, pepper: bytes, *, cost: Argon2Cost = PASSWORD_COST) -> None:
    """Take as long as for a wrong password, for a name without an account, so that time does not show who has one."""
    _verifier_hash(derive_root(_normalise(password), secrets.token_bytes(SALT_BYTES), pepper, cost))


def random_password() -> str:
    """A first password to print and type, such as `k3mp-w8rt-xd4c-7hgn`: 16 of 20 letters, 69 bits."""
    return "-".join("".join(secrets.choice(EASY_TO_READ) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def _normalise(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _subkey(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), len(root), None, sealing_context("person", purpose).encode()).derive(root)


def _verifier_hash(root: bytes) -> bytes:
    return hashlib.sha256(_subkey(root, "sign-in")).digest()


def _bound(associated: bytes, cost: Argon2Cost) -> SealingContext:
    return sealing_context("person-key", associated.hex() or "-", str(cost))


MIN_PASSWORD_LENGTH: Final = 12

MIN_GUESSES_LOG10: Final = 10.0
"""Guesses as a power of ten: with 64 MiB and three passes each, and the pepper, that is out of a thief's reach."""

_MAX_LETTERS: Final = 32  # letters; the estimator slows down with the square of the length

_LOOK_ALIKES: Final = str.maketrans("@({[<!|$+%", "accccilstx")

_MAX_LOOK_ALIKES: Final = 2
"""Signs that stand for letters; the estimator tries every reading, and takes seconds for more of them."""

_PERSONAL_WORDS: Final = "user_inputs"


def find_weakness(password: str, personal_words: Collection[str] = ()) -> str | None:
    """The weakness that makes a password easy to guess, or None when it is strong.

    Args:
        password: as typed.
        personal_words: words that somebody who knows the person tries first: their names, their sites' names.

    Returns:
        `too_short`, `hers`, `repeat`, `sequence`, `keyboard`, `date`, `common` or `too_easy`.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        return "too_short"
    if len(set(password)) == 1:  # the estimator misses repeated line breaks
        return "repeat"
    if any(len(word) >= len("abcd") and word.casefold() in password.casefold() for word in personal_words):
        return "hers"
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    parts = {part for word in personal_words for part in (word, *word.split()) if part}
    estimate = zxcvbn(_readable(password[:_MAX_LETTERS]), user_inputs=sorted(parts), max_length=_MAX_LETTERS)
    return None if estimate["guesses_log10"] >= MIN_GUESSES_LOG10 else _why(estimate["sequence"])


def _readable(password: str) -> str:
    """A password with its look-alike signs replaced by letters: they make it no harder to guess."""
    signs = {ord(sign) for sign in password} & _LOOK_ALIKES.keys()
    return password.translate(_LOOK_ALIKES) if len(signs) > _MAX_LOOK_ALIKES else password


def _why(sequence: Collection[Mapping[str, Any]]) -> str:
    """The kind of the longest part that the estimator recognised."""
    parts = [part for part in sequence if part["pattern"] != "bruteforce"]
    if not parts:
        return "too_easy"
    longest = max(parts, key=lambda part: len(part["token"]))
    if longest["pattern"] == "dictionary":
        return "hers" if longest["dictionary_name"] == _PERSONAL_WORDS else "common"
    codes = {"repeat": "repeat", "sequence": "sequence", "spatial": "keyboard", "date": "date"}
    return codes.get(longest["pattern"], "too_easy")
