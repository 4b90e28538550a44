"""Requests that a tablet stored and delivers later, and the JSON that a page's script reads of a refused form."""

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from youthvoice.web.random_ids import read_submission_id

DELIVERED: Final = "youthvoice.tablet_pass"
"""WSGI variable of a request from an envelope: the pass of the tablet on which a child sent it."""


class DeliveredEnvelope(NamedTuple):
    """What an envelope says of the submission in it.

    Attributes:
        submission_id: 16 bytes.
        outer: the outer number, 16 bytes; the tablet, and anybody who uses it, knows no other.
    """

    submission_id: bytes
    outer: bytes


ENVELOPE: Final = "youthvoice.delivered_envelope"
"""WSGI variable beside it: a `DeliveredEnvelope`."""

CARRIER: Final = "youthvoice.carrier_token"
"""WSGI variable beside it: the token of the cookie sent with the envelope, not checked yet; else empty."""

BOX: Final = "youthvoice.box_pass"
"""WSGI variable beside it: the pass of the box that sent the envelope, proved by its key; else empty."""


def _envelope() -> DeliveredEnvelope | None:
    return cast("DeliveredEnvelope | None", request.environ.get(ENVELOPE))


def read_form_submission_id() -> bytes | None:
    """The submission id in the form, 16 bytes; None where it is invalid, or not the one of its envelope."""
    submission_id, envelope = read_submission_id(request.form.get("sheet", "")), _envelope()
    return None if envelope and envelope.submission_id != submission_id else submission_id


def is_delivered() -> bool:
    """Whether the current request came in an envelope."""
    return DELIVERED in request.environ


def receipt(submission_id: bytes, *, late: bool = False) -> ResponseReturnValue:
    """Tell the tablet to delete an envelope, which it knows by its outer number.

    Args:
        submission_id: the submission id, 16 bytes; of an envelope that did not open, its outer number.
        late: whether it came too late to count.
    """
    envelope = _envelope()
    return jsonify(sheet=(envelope.outer if envelope else submission_id).hex(), late=late), 201


def refusal(reasons: Mapping[str, str], status: int) -> ResponseReturnValue:
    """The JSON of a refused form for the page's script and the tablet's worker; each reason belongs to a screen.

    Args:
        reasons: why something is not accepted, in words for a child, by name of the screen or question.
        status: 4xx.
    """
    return jsonify(refused=[{"name": name, "why": why} for name, why in reasons.items()]), status
