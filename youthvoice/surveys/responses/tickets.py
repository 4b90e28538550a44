"""Tickets of feedback: a report whose child has read an answer gives one response to a round, and nothing ties the two.

The page of the answer bears a ticket: a keyed hash of the report under a key of the round, encrypted. With the response
that hash is stored as its receipt, as a submission id is with any other. The row of the response has an id that nobody
outside knew. When the round closes its key is destroyed; from then on nobody can tell which reports gave a
response, and the month of a receipt is all that is left.

What a hostile caller pays: a ticket for each report that an adult has answered. A thousand taps with it count once.
Source: PRIVACY.md A1, A2.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import date, timedelta
from secrets import token_bytes
from typing import Final

from sqlalchemy import Connection

from youthvoice import context
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import (
    SealingContext,
    decrypt_padded,
    encrypt_padded,
    sealing_context,
)
from youthvoice.sites.store import Site
from youthvoice.surveys.responses.forms import ResponseForm
from youthvoice.surveys.responses.store import SUBMISSION_ID_BYTES, SealedResponse, seal_form
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads import receipts

_SIZE: Final = 64  # bytes; a receipt has 32

_READ_LATER: Final = timedelta(days=92)  # a quarter


def make_ticket(connection: Connection, round_: Round, thread_id: bytes, answered_on: date, time_zone: str) -> str:
    """The ticket of a report.

    Empty where the answer came over a quarter before the round, where the report has given its response, or its child
    skipped.

    Args:
        connection: only read.
        round_: of feedback, open.
        thread_id: of the report, 16 bytes.
        answered_on: the day of the newest answer to the child, at the site.
        time_zone: IANA name, of the site.
    """
    if answered_on < round_.first_day(time_zone) - _READ_LATER:
        return ""
    receipts.first_key(context.keyring(), round_.answers_key)  # made where nobody has answered yet
    secret = _secret(round_)
    receipt = hmac.digest(secret, b"receipt|" + thread_id, hashlib.sha256)
    if receipts.has_receipt(connection, receipt):
        return ""
    return urlsafe_b64encode(encrypt_padded(secret, receipt, _SIZE, _purpose(round_))).decode()


def open_ticket(round_: Round, ticket: str) -> bytes:
    """The receipt in a ticket, 32 bytes.

    Raises:
        CannotOpen: it is none of this round.
        KeyGone: the round was counted.
    """
    try:
        sealed = urlsafe_b64decode(ticket)
    except ValueError:
        raise CannotOpen from None
    return decrypt_padded(_secret(round_), sealed, _purpose(round_))


def seal_feedback(round_: Round, site: Site, receipt: bytes, form: ResponseForm, *, skips: bool) -> SealedResponse:
    """Encrypt the answers of a form for `store.store_response`; of a skip only the receipt is stored.

    Args:
        round_: of feedback.
        site: whose time zone counts.
        receipt: from `open_ticket`.
        form: with the answers; what is not valid counts as not said.
        skips: whether the child said nothing.
    """
    response = seal_form(round_, site, token_bytes(SUBMISSION_ID_BYTES), form)
    blob = None if skips else response.blob
    return replace(response, receipt=receipt, late_receipt=receipt, blob=blob)


def _secret(round_: Round) -> bytes:
    return context.keyring().derive(round_.answers_key, "tickets")


def _purpose(round_: Round) -> SealingContext:
    return sealing_context("ticket", round_.slug)
