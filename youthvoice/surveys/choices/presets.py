"""Ready-made everyday choices: those of the starters that are called `choice-*`, one for each kind."""

from typing import Final

from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.starters import starter

KINDS: Final = ("food", "activity", "chore", "film", "outing")
OWN: Final = "own"  # a question of one's own


def ready(kind: str) -> Questionnaire:
    """The ready-made choice of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    return starter(f"choice-{kind}")


def picture_of(kind: str) -> str:
    """The picture of a kind; of a question of one's own a ballot box."""
    return ready(kind).questions[0].picture or "" if kind in KINDS else "1F5F3"
