"""MACs under the key `people`: over rows that give access, and over ended accounts.

A person's row has a MAC under a key file over id, name, role, sites, public key, key version, the moment from which
they are trusted, and their one-time codes. Other rows about people have one, too (`record_mac`).
Source: PRIVACY.md C, "Who may be wrapped to".

Ended accounts are a file in the key folder, with a MAC in hexadecimal digits on each line. It reveals no name, and
nobody without the key can add one.
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
    """Further values that a person's MAC covers.

    Attributes:
        trusted_from: messages are sealed to this person from this moment on; None while it is unknown.
        codes: the encrypted one-time codes; empty without, so that nobody can remove them.
        name: as others know it: a child excludes readers by name.
    """

    trusted_from: datetime | None = None
    codes: bytes = b""
    name: str = ""

    def claims(self) -> list[str]:
        """The values that go into the MAC."""
        moment = self.trusted_from.astimezone(UTC).isoformat() if self.trusted_from else ""
        return [moment, hashlib.sha256(self.codes).hexdigest() if self.codes else "", self.name]


NEWCOMER: Final = PersonClaims()
"""Of a person whom nobody trusts yet."""


def person_mac(  # noqa: PLR0913, PLR0917 - each value that the MAC covers
    people_key: bytes,
    person_id: str | int,
    role: str,
    sites: Collection[str | int],
    public_key: bytes,
    version: int,
    person_claims: PersonClaims = NEWCOMER,
) -> bytes:
    """HMAC-SHA256 (32 bytes) over a person's row; the order of the sites does not matter.

    Args:
        people_key: the key `people`, 32 bytes.
        person_id: row of `people`.
        role: name of the role.
        sites: ids of the sites; none for a role without a site.
        public_key: X25519 public key, 32 bytes.
        version: of that key.
        person_claims: further values.
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
    """Whether a person's row has this MAC; takes the same time either way."""
    return hmac.compare_digest(mac, person_mac(people_key, person_id, role, sites, public_key, version, claims))


def record_mac(people_key: bytes, kind: str, *claims: str | int | None) -> bytes:
    """HMAC-SHA256 (32 bytes) over another row about people, such as an invitation or a comparison of keys.

    Args:
        people_key: the key `people`, 32 bytes.
        kind: such as `invitation`; rows of one kind do not pass for another.
        claims: the row's values, in a fixed order.
    """
    return _mac(people_key, f"youthvoice/1|{kind}|", list(claims))


def check_record_mac(mac: bytes, people_key: bytes, kind: str, *claims: str | int | None) -> bool:
    """Whether such a row has this MAC; takes the same time either way."""
    return hmac.compare_digest(mac, record_mac(people_key, kind, *claims))


def _mac(people_key: bytes, begin: str, claims: list[object]) -> bytes:
    words = begin + json.dumps(claims, separators=(",", ":"))
    return hmac.digest(people_key, words.encode(), "sha256")


_FILE: Final = "departures"


def departure_line(people_key: bytes, handle: str) -> str:
    """The line for an ended account.

    Args:
        people_key: the key `people`, 32 bytes.
        handle: the name for signing in; no other account ever gets it.
    """
    return record_mac(people_key, "departure", handle).hex()


def remember_departure(folder: Path, line: str) -> None:
    """Add a line to the file of ended accounts; it is flushed to the disk before this returns.

    Args:
        folder: of the keys.
        line: from `departure_line`.
    """
    handle = os.open(folder / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def list_departures(folder: Path) -> Collection[str]:
    """Every line of the file."""
    file = folder / _FILE
    return frozenset(file.read_text("ascii", "replace").split()) if file.exists() else frozenset()
