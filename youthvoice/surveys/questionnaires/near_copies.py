"""Questions that are nearly ones children were asked before: T9 does not stop them, so an advocate sees them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires.likeness import distance, skeleton
from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.question_identity import identity
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

_FEWEST: Final = 2  # letters that may differ
_SHARE: Final = 8  # or one letter in so many


class Before(NamedTuple):
    """A questionnaire that children were asked, and the last day of its last round."""

    questions: Questionnaire
    last_day: date


class Near(NamedTuple):
    """A question, what it is nearly a copy of, and when that was asked last; `letters` is how many differ."""

    text: str
    other: str
    last_day: date
    letters: int


def near_copies(wanted: Questionnaire, asked: Iterable[Before]) -> tuple[Near, ...]:
    """For every counted question the nearest one that was asked before under another identity."""
    known: dict[tuple[str, str], tuple[str, str, date]] = {}
    for before in sorted(asked, key=lambda one: one.last_day):
        for question in before.questions.coded:
            for language, text in question.text.items():
                known[language, _letters(text, language)] = (text, identity(question), before.last_day)
    return tuple(found for question in wanted.coded for found in _nearest(question, known))


def _nearest(question: Question, known: dict[tuple[str, str], tuple[str, str, date]]) -> Iterator[Near]:
    own, found = identity(question), list[Near]()
    for language, text in question.text.items():
        letters = _letters(text, language)
        most = max(_FEWEST, len(letters) // _SHARE)
        counted = Counter(letters)
        for (spoken, others), (other, same, day) in known.items():
            if spoken != language or abs(len(others) - len(letters)) > most:
                continue
            if same == own:
                return  # T9 knows it
            if sum((counted - Counter(others)).values()) <= most and (far := distance(letters, others, most)) <= most:
                found.append(Near(text, other, day, far))
    if found:
        yield min(found, key=lambda one: one.letters)


def _letters(text: str, language: str) -> str:
    return skeleton(text, language).replace(" ", "")
