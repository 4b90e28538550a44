"""The picture code that a child gets for what she sent, and the receipt by which the same thing sent again is known.

What a child sends (a report, a statement to a review) is a *submission*. Its page draws a random submission id, 16
bytes, and sends it along. From that id follow

- the *receipt*, a hash that is stored: a tablet that lost its connection sends the same id again, and counts once;
- together with the secret `pepper`, the usual *picture code*: seven pictures with which the child comes back later. It
  is stored nowhere: a repeat gets the same pictures because they follow from the same id.

Of a code only what Argon2 makes of it is stored: a *locator*, which must be unique at the site, and the key to which
answers are sealed (`picture_codes.derive_code_keys`). That is slow on purpose, so candidates are made one at a time:
the caller takes the first whose locator is free.

Source: PRIVACY.md C, "Codes".
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from flask import request

from youthvoice import context
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.keys.key_names import PEPPER

_DERIVED_CODES = 2  # they follow from the submission id, so that a repeat finds them again

_RANDOM_CODES = 4  # after them: a site would need a million codes before this many draws were in use


def candidate_codes(
    submission_id: bytes, site_id: int, drawn_code: picture_codes.PictureCode | None = None
) -> Iterator[tuple[picture_codes.PictureCode, picture_codes.PictureCodeKeys]]:
    """The codes that a submission may get at a site, each with its keys: one Argon2 run each.

    First what the tablet drew, then those that follow from the submission id, then random ones.

    Args:
        submission_id: the submission id, 16 bytes.
        site_id: row of `sites`.
        drawn_code: the code that the tablet drew and showed before it had a network; None where it drew none.
    """
    keyring = context.keyring()
    code_key, pepper = keyring.derive(PEPPER, "codes"), keyring.key(PEPPER)
    if drawn_code is not None:
        yield drawn_code, picture_codes.derive_code_keys(drawn_code, site_id, pepper)
    derived = (picture_codes.code_of_submission(code_key, submission_id, turn) for turn in range(_DERIVED_CODES))
    for code in (*derived, *(picture_codes.new_code() for _turn in range(_RANDOM_CODES))):
        yield code, picture_codes.derive_code_keys(code, site_id, pepper)


DRAWN: Final = "HTTP_YOUTH_VOICE_CODE"
"""WSGI variable of a tablet's submission: the code that it drew for a child beforehand, one digit per screen."""


def drawn_code() -> picture_codes.PictureCode | None:
    """The code that the tablet drew for this submission, for a child without a network; None where it drew none."""
    return picture_codes.read_code(tuple(request.environ.get(DRAWN, "")))


def submission_receipt(submission_id: bytes) -> bytes:
    """The receipt of a submission: SHA-256 of its id, 32 bytes."""
    return hashlib.sha256(submission_id).digest()
