"""What is published of a round, as rooms below publications may ask for it; `factory` hands it in."""

from collections.abc import Collection, Mapping
from typing import Protocol, cast

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session


class Views(Protocol):
    """The published views, seen from below: imports point down only."""

    def standings(self, session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
        """By round, where its newest view stands: `waiting`, `sent_back`, `approved` or `sent`; `told` for a choice."""

    def said(self, session: Session, subject: str, part: str, language: str) -> Markup:
        """What children said, in bands: of one question, or of all where `part` is empty; empty before approval."""


def views() -> Views:
    """The published views of this house."""
    return cast(Views, current_app.extensions["youthvoice.views"])
