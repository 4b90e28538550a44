"""Ready-made everyday choices: data in `surveys/choice-*.toml`, one for each kind."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.reading import read_toml

KINDS: Final = ("food", "activity", "chore", "film", "outing")
OWN: Final = "own"  # a question of one's own
_FOLDER: Final = Path(__file__).parents[2] / "surveys"


@lru_cache(maxsize=len(KINDS))
def ready(kind: str) -> Questionnaire:
    """The ready-made choice of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    name = f"choice-{kind}"
    return read_toml(_FOLDER / f"{name}.toml", name)


def picture_of(kind: str) -> str:
    """The picture of a kind; of a question of one's own a ballot box."""
    return ready(kind).questions[0].picture or "" if kind in KINDS else "1F5F3"
