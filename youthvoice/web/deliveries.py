"""What a tablet kept is delivered later, when nobody can put it right; and what a page's script reads of a refusal."""

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from youthvoice.web.random_ids import read_submission_id

DELIVERED: Final = "youthvoice.tablet_pass"
"""In the environment of a request that lay in an envelope: the pass of the tablet on which a child sent it."""


class DeliveredEnvelope(NamedTuple):
    """What an envelope said of the sheet in it.

    Attributes:
        submission_id: number of the sheet, 16 bytes.
        outer: what stands outside, 16 bytes; the tablet, and whoever sits at it, know no other.
    """

    submission_id: bytes
    outer: bytes


ENVELOPE: Final = "youthvoice.delivered_envelope"
"""There, too: a `DeliveredEnvelope`."""

CARRIER: Final = "youthvoice.carrier_token"
"""There, too: the token of the cookie that came with an envelope, which nobody has looked up yet; else empty."""

BOX: Final = "youthvoice.box_pass"
"""There, too: the pass of the box that brought an envelope, which its key vouches for; else empty."""


def _envelope() -> DeliveredEnvelope | None:
    return cast("DeliveredEnvelope | None", request.environ.get(ENVELOPE))


def read_form_submission_id() -> bytes | None:
    """The number of the sheet that was sent, 16 bytes; None where it is none, or not the one of its envelope."""
    submission_id, envelope = read_submission_id(request.form.get("sheet", "")), _envelope()
    return None if envelope and envelope.submission_id != submission_id else submission_id


def is_delivered() -> bool:
    """Whether what is answered now lay in an envelope."""
    return DELIVERED in request.environ


def receipt(sheet: bytes, *, late: bool = False) -> ResponseReturnValue:
    """What the tablet may forget: it knows an envelope by its outer number.

    Args:
        sheet: number of what was delivered, 16 bytes; of an envelope that did not open, its outer one.
        late: whether it came too late to count.
    """
    envelope = _envelope()
    return jsonify(sheet=(envelope.outer if envelope else sheet).hex(), late=late), 201


def refusal(reasons: Mapping[str, str], status: int) -> ResponseReturnValue:
    """What a page's script and the tablet's worker read of a form that is not taken; each reason stands at its screen.

    Args:
        reasons: why something cannot be taken, in words for a child, by the name of its screen or question.
        status: 4xx.
    """
    return jsonify(refused=[{"name": name, "why": why} for name, why in reasons.items()]), status
