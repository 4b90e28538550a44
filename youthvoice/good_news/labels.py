"""Labels of topics, destinations and reasons of good news."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext as _l

from youthvoice.good_news import rules
from youthvoice.threads.child_fields import Pick

TOPIC_LABELS: Final = {
    "food": _l("Food"),
    "sleep": _l("My room"),
    "play": _l("Playing"),
    "friend": _l("A friend"),
    "adult": _l("An adult helped"),
    "lesson": _l("Learning"),
    "mended": _l("Something mended"),
    "proud": _l("I am proud"),
    "other": _l("Something else"),
}

DESTINATION_LABELS: Final = {
    rules.BOARD: _l("On the board"),
    rules.ONE_ADULT: _l("To one adult"),
    rules.ADVOCATE_ONLY: _l("Only to those who read it"),
}

WHY_NOT_LABELS: Final = {
    "shows_who": _l("It would show who told it."),
    "there_already": _l("It is on the board already."),
    "hurts": _l("It could hurt somebody."),
}
"""Why something is not on the board, as children read it there."""

_OF_THANKS: Final = {"there_already": _l("The adult has it already.")}


def why_not_labels(topic: str) -> Mapping[str, LazyString]:
    """The reasons, by code; where the topic is `adult`, those why thanks did not go to one adult."""
    return WHY_NOT_LABELS | _OF_THANKS if topic == "adult" else WHY_NOT_LABELS


def topic_picks() -> tuple[Pick, ...]:
    """The nine tiles of what was good."""
    return tuple(Pick(code, picture, TOPIC_LABELS[code]) for code, picture in rules.TOPICS.items())


def destination_picks() -> tuple[Pick, ...]:
    """The tiles of where it shall go."""
    return tuple(Pick(code, picture, DESTINATION_LABELS[code]) for code, picture in rules.DESTINATIONS.items())
