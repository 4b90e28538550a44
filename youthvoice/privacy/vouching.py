"""Whoever can only write in the database cannot make herself an advocate, nor swap an advocate's public key.

Person, role, sites, public key and key version carry a MAC under a key file.
Source: PRIVACY.md C, "Who may be wrapped to".
"""

import hashlib
import hmac
import json
from collections.abc import Collection


def person_mac(  # noqa: PLR0913, PLR0917 - what is vouched for, one by one
    people_key: bytes,
    person_id: str | int,
    role: str,
    sites: Collection[str | int],
    public_key: bytes,
    version: int,
) -> bytes:
    """HMAC-SHA256 (32 bytes) over who a person is here; the order of the sites does not matter.

    Args:
        people_key: the key `people`, 32 bytes.
        person_id: her id.
        role: her role's name.
        sites: the ids of her sites; none for a role without a site.
        public_key: her X25519 public key, 32 bytes.
        version: the version of her key.
    """
    claims = [str(person_id), role, sorted(str(site) for site in sites), public_key.hex(), version]
    words = "youthvoice/1|person|" + json.dumps(claims, separators=(",", ":"))
    return hmac.new(people_key, words.encode(), hashlib.sha256).digest()


def check_person_mac(  # noqa: PLR0913, PLR0917 - as person_mac
    mac: bytes,
    people_key: bytes,
    person_id: str | int,
    role: str,
    sites: Collection[str | int],
    public_key: bytes,
    version: int,
) -> bool:
    """Whether a person's row is as it was vouched for; takes the same time either way."""
    return hmac.compare_digest(mac, person_mac(people_key, person_id, role, sites, public_key, version))
