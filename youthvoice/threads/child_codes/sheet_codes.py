"""The code that a sheet draws, and what tells that the same sheet came before.

A sheet has a random number that only its page holds. A tablet whose line broke sends the same one again and gets the
same pictures, although nobody keeps them. Source: PRIVACY.md C, "Codes".
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from flask import request

from youthvoice import context
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.keys.key_names import PEPPER

_SAME_TURNS = 2  # whoever sends a sheet again for the third time is shown no pictures, and makes nobody stretch codes

_OTHER_TURNS = 4  # a site would need a million codes before so many draws were taken


def candidate_codes(
    sheet: bytes, site_id: int, drawn_code: picture_codes.PictureCode | None = None
) -> Iterator[tuple[picture_codes.PictureCode, picture_codes.PictureCodeKeys]]:
    """The codes that a sheet may get at a site, the usual ones first, then any; one Argon2 run each.

    Args:
        sheet: its number, 16 bytes.
        site_id: where.
        drawn_code: what the tablet drew beforehand, which then is the usual one.
    """
    keyring = context.keyring()
    codes, pepper = keyring.derive(PEPPER, "codes"), keyring.key(PEPPER)
    if drawn_code is not None:
        yield drawn_code, picture_codes.derive_code_keys(drawn_code, site_id, pepper)
    usual = (picture_codes.code_of_submission(codes, sheet, turn) for turn in range(_SAME_TURNS))
    for code in (*usual, *(picture_codes.new_code() for _turn in range(_OTHER_TURNS))):
        yield code, picture_codes.derive_code_keys(code, site_id, pepper)


DRAWN: Final = "HTTP_YOUTH_VOICE_CODE"
"""In the environment of what a tablet sends: the code that it drew for a child beforehand, a digit for each screen."""


def drawn_code() -> picture_codes.PictureCode | None:
    """The code that the tablet drew for this sheet, for a child without a network; None where it drew none."""
    return picture_codes.read_code(tuple(request.environ.get(DRAWN, "")))


def submission_receipt(sheet: bytes) -> bytes:
    """What tells that a sheet came before: SHA-256 of its number, 32 bytes."""
    return hashlib.sha256(sheet).digest()
