"""The questionnaires that come with the house: data in `surveys/*.toml`, read when somebody looks at them."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from youthvoice.surveys.questionnaires.questionnaire import AGES, PURPOSES, Questionnaire
from youthvoice.surveys.questionnaires.toml.questionnaire import read_toml

FOLDER: Final = Path(__file__).parents[3] / "surveys"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Their names by purpose and ages; everyday choices, which are asked from a page of their own, last."""
    return tuple(sorted(_files(), key=_place))


def _files() -> dict[str, Path]:
    return {file.stem: file for file in FOLDER.glob("*.toml")}


def _place(name: str) -> tuple[int, int, str]:
    found = starter(name)
    return PURPOSES.index(found.purpose), AGES.index(found.ages), name


@lru_cache(maxsize=64)
def starter(name: str) -> Questionnaire:
    """One of them.

    Raises:
        KeyError: there is no such questionnaire.
    """
    return read_toml(_files()[name], name)
