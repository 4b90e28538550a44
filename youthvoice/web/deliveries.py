"""What a tablet without a network kept is delivered later: the child is gone by then, so nobody can put it right."""

from typing import Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

DELIVERED: Final = "youthvoice.tablet_pass"
"""In the environment of a request that lay in an envelope: the pass of the tablet on which a child sent it."""


def is_delivered() -> bool:
    """Whether what is answered now lay in an envelope."""
    return DELIVERED in request.environ


def receipt(sheet: bytes, *, late: bool = False) -> ResponseReturnValue:
    """What the tablet may forget.

    Args:
        sheet: number of what was delivered, 16 bytes.
        late: whether it came too late to count.
    """
    return jsonify(sheet=sheet.hex(), late=late), 201
