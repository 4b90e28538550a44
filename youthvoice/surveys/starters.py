"""The questionnaires that come with the house: data in `surveys/*.toml`, read when somebody looks at them."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from youthvoice.surveys.questionnaires import AGES, PURPOSES, Questionnaire
from youthvoice.surveys.reading import read_toml

FOLDER: Final = Path(__file__).parents[2] / "surveys"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Their names by purpose and ages; everyday choices, which are asked from a page of their own, last."""
    return tuple(sorted((file.stem for file in FOLDER.glob("*.toml")), key=_place))


def _place(name: str) -> tuple[int, int, str]:
    found = starter(name)
    return PURPOSES.index(found.purpose), AGES.index(found.ages), name


@lru_cache(maxsize=64)
def starter(name: str) -> Questionnaire:
    """One of them.

    Raises:
        KeyError: there is no such questionnaire.
    """
    file = FOLDER / f"{name}.toml"
    if file.parent != FOLDER or not file.is_file():
        raise KeyError(name)
    return read_toml(file, name)
