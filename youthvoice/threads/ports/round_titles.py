"""What a round is called, as rooms beside the one of surveys may ask; `factory` hands it in."""

from collections.abc import Callable, Mapping
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session


def title_of(session: Session, round_id: int) -> Mapping[str, str]:
    """The title of a round, by language."""
    asks = cast("Callable[[Session, int], Mapping[str, str]]", current_app.extensions["youthvoice.round_title"])
    return asks(session, round_id)
