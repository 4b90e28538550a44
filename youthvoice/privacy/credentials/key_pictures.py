"""Eight pictures that stand for a public key, to be compared by people who sit side by side.

Whoever took a newcomer's link and made an account in her place has other pictures than she sees; so has a key that
somebody wrote into the database. The pictures are those of children's codes: each has one name and stays distinct in
grey. 63 to the power of 8 is 47.8 bits; making one set takes some hundredths of a second, so that looking for another
key with the same pictures costs as much as 63 bits would.
Source: PRIVACY.md C, "Who may be wrapped to".
"""

import hashlib
from functools import lru_cache
from typing import Final

from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture

PICTURES: Final = tuple(picture for screen in SCREENS for picture in screen)
SHOWN: Final = 8
_ROUNDS: Final = 40_000
_PURPOSE: Final = b"youthvoice/1|key-pictures"


@lru_cache(maxsize=256)
def pictures_of(public_key: bytes) -> tuple[Picture, ...]:
    """The eight pictures of a key, in order; a picture may come twice.

    Args:
        public_key: 32 bytes.
    """
    digest = hashlib.pbkdf2_hmac("sha256", public_key, _PURPOSE, _ROUNDS)
    number = int.from_bytes(digest, "big") % len(PICTURES) ** SHOWN
    found = []
    for _ in range(SHOWN):
        number, pick = divmod(number, len(PICTURES))
        found.append(PICTURES[pick])
    return tuple(found)
