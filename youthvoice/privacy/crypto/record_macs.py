"""MACs under the key `people`: of rows that let somebody in, and of accounts that ended.

Person, name, role, sites, public key, key version, the moment from which she is trusted and her one-time codes carry a
MAC under a key file. So do invitations, and what somebody says who compared a key.
Source: PRIVACY.md C, "Who may be wrapped to".

One line of hexadecimal digits for each, in a file of the folder of keys: a MAC under the key `people`. Nobody reads a
name from it, and nobody without that key writes one.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class PersonClaims:
    """What is vouched for besides who she is, since there are newcomers.

    Attributes:
        trusted_from: words are sealed to her from this moment on; None while nobody knows when.
        codes: what her one-time codes are locked in; empty when she has none, so that nobody can take them away.
        name: as others know her: a child leaves out a name.
    """

    trusted_from: datetime | None = None
    codes: bytes = b""
    name: str = ""

    def claims(self) -> list[str]:
        """As it is vouched for."""
        moment = self.trusted_from.astimezone(UTC).isoformat() if self.trusted_from else ""
        return [moment, hashlib.sha256(self.codes).hexdigest() if self.codes else "", self.name]


NEWCOMER: Final = PersonClaims()
"""Of somebody whom nobody trusts yet."""


def person_mac(  # noqa: PLR0913, PLR0917 - what is vouched for, one by one
    people_key: bytes,
    person_id: str | int,
    role: str,
    sites: Collection[str | int],
    public_key: bytes,
    version: int,
    person_claims: PersonClaims = NEWCOMER,
) -> bytes:
    """HMAC-SHA256 (32 bytes) over who a person is here; the order of the sites does not matter.

    Args:
        people_key: the key `people`, 32 bytes.
        person_id: her id.
        role: her role's name.
        sites: the ids of her sites; none for a role without a site.
        public_key: her X25519 public key, 32 bytes.
        version: the version of her key.
        person_claims: what else is vouched for.
    """
    claims: list[object] = [str(person_id), role, sorted(str(site) for site in sites), public_key.hex(), version]
    return _mac(people_key, "youthvoice/2|person|", [*claims, *person_claims.claims()])


def check_person_mac(  # noqa: PLR0913, PLR0917 - as person_mac
    mac: bytes,
    people_key: bytes,
    person_id: str | int,
    role: str,
    sites: Collection[str | int],
    public_key: bytes,
    version: int,
    claims: PersonClaims = NEWCOMER,
) -> bool:
    """Whether a person's row is as it was vouched for; takes the same time either way."""
    return hmac.compare_digest(mac, person_mac(people_key, person_id, role, sites, public_key, version, claims))


def record_mac(people_key: bytes, kind: str, *claims: str | int | None) -> bytes:
    """HMAC-SHA256 (32 bytes) over a row that lets somebody in: an invitation, or a comparison of keys.

    Args:
        people_key: the key `people`, 32 bytes.
        kind: such as `invitation`; rows of one kind do not pass for another.
        claims: what the row says, in a fixed order.
    """
    return _mac(people_key, f"youthvoice/1|{kind}|", list(claims))


def check_record_mac(mac: bytes, people_key: bytes, kind: str, *claims: str | int | None) -> bool:
    """Whether such a row is as it was written; takes the same time either way."""
    return hmac.compare_digest(mac, record_mac(people_key, kind, *claims))


def _mac(people_key: bytes, begin: str, claims: list[object]) -> bytes:
    words = begin + json.dumps(claims, separators=(",", ":"))
    return hmac.new(people_key, words.encode(), hashlib.sha256).digest()


_FILE: Final = "departures"


def departure_line(people_key: bytes, handle: str) -> str:
    """What is remembered of somebody.

    Args:
        people_key: the key `people`, 32 bytes.
        handle: what she signed in with; no other account ever has it.
    """
    return record_mac(people_key, "departure", handle).hex()


def remember_departure(folder: Path, line: str) -> None:
    """Add a line; the disk has it before this returns.

    Args:
        folder: of the keys.
        line: as `departure_line` made it.
    """
    handle = os.open(folder / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def list_departures(folder: Path) -> Collection[str]:
    """Every line that is there."""
    file = folder / _FILE
    return frozenset(file.read_text("ascii", "replace").split()) if file.exists() else frozenset()
