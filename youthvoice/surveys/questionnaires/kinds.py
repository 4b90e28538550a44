"""The kinds of questions: one row per kind says how it is asked, answered, imported and published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["faces", "yes_no", "choose_one", "choose_many", "number", "words", "say"]

MAX_CODED_OPTIONS: Final = 200  # each is one byte; 255 means "I don't know"


def N_(msgid: str) -> str:  # noqa: N802 - the name that extraction expects; the process that reads files has no Babel
    """Mark a label for the catalogues."""
    return msgid


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """What all questions of a kind have in common.

    Attributes:
        label: its name for staff, in English.
        xlsform: its type in an XLSForm.
        input: how it is answered: `radio`, `checkbox`, `text` for a letter box, or empty where it is only read out.
        options: least and most options; zero where it has none.
        bins: least and most ranges of numbers; zero where it has none.
        shape: the layout of its tiles.
        scale: whether its answers are a scale with a good side; a file may define the scale under the kind's name.
        lasting: whether it may ask for a lasting fact.
    """

    label: str
    xlsform: str
    input: str
    options: tuple[int, int] = (0, 0)
    bins: tuple[int, int] = (0, 0)
    shape: str = ""
    scale: bool = False
    lasting: bool = True

    @property
    def coded(self) -> bool:
        """Whether it has a counted answer: one byte, and one more per option where several can be chosen."""
        return self.input in {"radio", "checkbox"}

    @property
    def single(self) -> bool:
        """Whether at most one counted answer can be given."""
        return self.input == "radio"

    @property
    def has_options(self) -> bool:
        """Whether its answers are options."""
        return self.options > (0, 0)

    @property
    def pictured(self) -> bool:
        """Whether each of its options needs a picture of its own."""
        return self.has_options and not self.scale


KINDS: Final[Mapping[Kind, QuestionKind]] = {
    "faces": QuestionKind(N_("Faces"), "select_one", "radio", (3, 5), shape="scale hue", scale=True, lasting=False),
    "yes_no": QuestionKind(N_("Yes or no"), "select_one", "radio", (2, 2), shape="pair hue", scale=True),
    "choose_one": QuestionKind(N_("Choose one"), "select_one", "radio", (2, MAX_CODED_OPTIONS)),
    "choose_many": QuestionKind(N_("Choose several"), "select_multiple", "checkbox", (2, MAX_CODED_OPTIONS)),
    "number": QuestionKind(N_("Number"), "integer", "radio", bins=(2, 5)),
    "words": QuestionKind(N_("Letter box"), "text", "text", shape="words", lasting=False),
    "say": QuestionKind(N_("To hear"), "note", "", shape="words", lasting=False),
}
