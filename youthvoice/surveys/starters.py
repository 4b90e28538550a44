"""The questionnaires that come with the house: data in `surveys/*.toml`, read when somebody looks at them."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.reading import read_toml

FOLDER: Final = Path(__file__).parents[2] / "surveys"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Their names; everyday choices, which are asked from a page of their own, last."""
    found = (file.stem for file in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda name: (starter(name).purpose == "choice", name)))


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
