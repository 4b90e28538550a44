"""The picture code of a submission, and the receipt by which a repeated submission is recognised.

A submission has a random id that only its page knows. A tablet that lost its connection sends the same id again and
gets the same pictures, although nobody stores them. Source: PRIVACY.md C, "Codes".
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from flask import request

from youthvoice import context
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.keys.key_names import PEPPER

_SAME_TURNS = 2  # codes that a repeat finds again, for they are derived from the number of the submission

_OTHER_TURNS = 4  # random ones after them: a site would need a million codes before this many draws were in use


def candidate_codes(
    submission_id: bytes, site_id: int, drawn_code: picture_codes.PictureCode | None = None
) -> Iterator[tuple[picture_codes.PictureCode, picture_codes.PictureCodeKeys]]:
    """The codes that a submission may get at a site, the usual ones first, then random ones; one Argon2 run each.

    Args:
        submission_id: the submission id, 16 bytes.
        site_id: row of `sites`.
        drawn_code: what the tablet drew beforehand, which then is the usual one.
    """
    keyring = context.keyring()
    codes, pepper = keyring.derive(PEPPER, "codes"), keyring.key(PEPPER)
    if drawn_code is not None:
        yield drawn_code, picture_codes.derive_code_keys(drawn_code, site_id, pepper)
    usual = (picture_codes.code_of_submission(codes, submission_id, turn) for turn in range(_SAME_TURNS))
    for code in (*usual, *(picture_codes.new_code() for _turn in range(_OTHER_TURNS))):
        yield code, picture_codes.derive_code_keys(code, site_id, pepper)


DRAWN: Final = "HTTP_YOUTH_VOICE_CODE"
"""WSGI variable of a tablet's submission: the code that it drew for a child beforehand, one digit per screen."""


def drawn_code() -> picture_codes.PictureCode | None:
    """The code that the tablet drew for this submission, for a child without a network; None where it drew none."""
    return picture_codes.read_code(tuple(request.environ.get(DRAWN, "")))


def submission_receipt(submission_id: bytes) -> bytes:
    """The receipt of a submission: SHA-256 of its id, 32 bytes."""
    return hashlib.sha256(submission_id).digest()
