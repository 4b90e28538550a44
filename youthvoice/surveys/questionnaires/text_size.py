"""How many texts a questionnaire may have: each page about it judges them all."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault

MAX_TEXTS: Final = 4000
"""Of one questionnaire, in all its languages; the largest of ours has 255 in three. Each page about it judges them all,
and `forbidden/abuse` remembers that number."""

MAX_LETTERS: Final = 200_000
"""Of all texts of one questionnaire; the largest of ours has 2,500. To judge these takes 0.3 seconds."""


class TextSize(NamedTuple):
    """How much there is to read: texts, those that are missing in a language too, and their letters."""

    texts: int
    letters: int

    def is_too_large(self, before: "TextSize | None" = None) -> bool:
        """Whether it is more than a questionnaire may have; where it was more `before`, whether it grew."""
        limits = zip(self, (MAX_TEXTS, MAX_LETTERS), before or (0, 0), strict=True)
        return any(size > max(most, size_before) for size, most, size_before in limits)


def measure_texts(texts: Iterable[Mapping[str, str]], languages: Collection[str]) -> TextSize:
    """How much there is to read.

    Args:
        texts: each by language; one that is in another language besides is counted in that, too.
        languages: in which each has to be.
    """
    sizes = [(len({*languages, *text}), sum(map(len, text.values()))) for text in texts]
    return TextSize(sum(size[0] for size in sizes), sum(size[1] for size in sizes))


def size_faults(questionnaire: questionnaire.Questionnaire) -> Iterator[QuestionnaireFault]:
    """More texts, or letters in them, than one questionnaire may have."""
    texts: list[Mapping[str, str]] = [questionnaire.title]
    for question in questionnaire.questions:
        texts += [text for text in (question.text, question.hint, question.says, question.audio) if text is not None]
        texts += [option.text for option in question.options] + [bin_.text for bin_ in question.bins]
        texts += [merge.text for merge in (question.merge or {}).values()]
    size = measure_texts(texts, questionnaire.languages)
    if size.is_too_large():
        yield make_fault("too_many_texts", **size._asdict(), most_texts=MAX_TEXTS, most_letters=MAX_LETTERS)
