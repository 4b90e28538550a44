"""Limit the texts of a questionnaire, since each page about it checks all of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault

MAX_TEXTS: Final = 4000
"""Texts of one questionnaire in all its languages; our largest has 255 in three. Each page about it checks all of them,
and `forbidden/abuse` caches as many results."""

MAX_LETTERS: Final = 200_000
"""Letters of all texts of one questionnaire; our largest has 3,331. To check this many takes 0.3 seconds."""


class TextSize(NamedTuple):
    """How much text there is: the number of texts, also missing ones, and of their letters."""

    texts: int
    letters: int

    def is_too_large(self, before: "TextSize | None" = None) -> bool:
        """Whether it is above the limits; where it was so `before`, whether it grew."""
        limits = zip(self, (MAX_TEXTS, MAX_LETTERS), before or (0, 0), strict=True)
        return any(size > max(most, size_before) for size, most, size_before in limits)


def measure_texts(texts: Iterable[Mapping[str, str]], languages: Collection[str]) -> TextSize:
    """Measure how much text there is.

    Args:
        texts: each by language; additional languages are counted too.
        languages: those in which each text is required.
    """
    sizes = [(len({*languages, *text}), sum(map(len, text.values()))) for text in texts]
    return TextSize(sum(size[0] for size in sizes), sum(size[1] for size in sizes))


def questionnaire_size(questionnaire: questionnaire.Questionnaire) -> TextSize:
    """How much there is to read in a questionnaire."""
    texts: list[Mapping[str, str]] = [questionnaire.title]
    for question in questionnaire.questions:
        texts += [text for text in (question.text, question.hint, question.says, question.audio) if text is not None]
        texts += [option.text for option in question.options] + [bin_.text for bin_ in question.bins]
        texts += [merge.text for merge in (question.merge or {}).values()]
    return measure_texts(texts, questionnaire.languages)


def size_faults(questionnaire: questionnaire.Questionnaire) -> Iterator[QuestionnaireFault]:
    """Find whether a questionnaire has more texts or letters than allowed."""
    size = questionnaire_size(questionnaire)
    if size.is_too_large():
        yield make_fault("too_many_texts", **size._asdict(), most_texts=MAX_TEXTS, most_letters=MAX_LETTERS)
