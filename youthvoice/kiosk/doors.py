"""The doors of the front page: the same weight for each, and no badge with a number."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from youthvoice.surveys.rounds import RoundFacts

_ROUND_PICTURES = {"regular": "1F4CB", "awareness": "1F4D6", "care": "1F3E0", "choice": "1F5F3"}


@dataclass(frozen=True, slots=True)
class Door:
    """One tile that leads somewhere.

    Attributes:
        words: on it.
        href: where it leads.
        code: OpenMoji, or one of our own pictures.
    """

    words: str
    href: str
    code: str


def doors(open_rounds: Sequence[RoundFacts], language: str) -> list[Door]:
    """What a child can do here; a door whose room is not built yet is left out.

    Args:
        open_rounds: what is open at this site now.
        language: the child's.
    """
    only = rounds(open_rounds, language)[0].href if len(open_rounds) == 1 else url_for("kiosk.open_today")
    help_href = url_for("kiosk.help_card")
    return [
        Door(_("Open today"), only, "1F4CB"),
        Door(_("Tell us"), help_href, "1F5E8"),
        Door(_("You said, we did"), "/we-did", "we-did"),
        Door(_("My rights"), url_for("kiosk.rights"), "1F4D6"),
        Door(_("Help"), help_href, "1F6DF"),
    ]


def rounds(open_rounds: Sequence[RoundFacts], language: str) -> list[Door]:
    """A door for each round."""
    return [
        Door(
            one.title_in(language),
            url_for("surveys.answer", slug=one.slug),
            _ROUND_PICTURES.get(one.purpose, "1F4CB"),
        )
        for one in open_rounds
    ]
