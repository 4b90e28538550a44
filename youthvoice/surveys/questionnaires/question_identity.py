"""Whether two questions are the same question, or nearly one, whatever they are called (PRIVACY.md T9).

Texts are compared by their skeleton (`privacy/text_skeleton`): what a reader cannot tell apart is the same.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from youthvoice.privacy.text_skeleton import edit_distance, text_skeleton
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, Words


def question_hash(question: Question) -> str:
    """SHA-256, in hex, of the question's English words and options.

    Names, the order of options, case, marks and whatever a reader cannot see do not matter, nor where the ranges of a
    number end: the same children counted by other ranges tell who lies between. Without English, all its languages are
    taken. A question in plain letters has the hash it has always had: these hashes are kept (`AskedQuestionRow`).
    """
    return _hash(question, [_essence(option.text) for option in question.options])


def question_hashes(question: Question) -> tuple[str, ...]:
    """`question_hash`, and of a number what it was when its ranges counted: houses remember that of earlier rounds."""
    if not question.bins:
        return (question_hash(question),)
    return question_hash(question), _hash(question, [_essence(tile.text) for tile in question.tiles])


def _hash(question: Question, answers: list[str]) -> str:
    return hashlib.sha256("\n".join([_essence(question.text), *sorted(answers)]).encode()).hexdigest()


def _essence(text: Words) -> str:
    if "en" in text:
        return text_skeleton(text["en"], "en")
    return text_skeleton(" ".join(text[language] for language in sorted(text)))


SeriesPart = Literal["words", "kind", "answers", "good", "published"]
"""What has to stay so that what children said before and say now stand on one line (PRIVACY.md A5, A6)."""


def series_breaks(before: Question, after: Question) -> tuple[SeriesPart, ...]:
    """Why what children say to a question is not laid beside what they said before; empty where it is.

    `publications/review/trends` compares published questions by the same parts.

    Args:
        before: the question in the version before.
        after: the question of the same name in the next one.
    """
    old, new = _series_parts(before), _series_parts(after)
    return tuple(part for part in old if old[part] != new[part])


def _series_parts(question: Question) -> dict[SeriesPart, object]:
    right = question.publish == "right" and question.right is not None
    merged = {key: merge.text for key, merge in (question.merge or {}).items()}
    labels = {tile.key: tile.text for tile in question.tiles} | merged
    return {
        "words": _essence(question.text),
        "kind": question.kind,
        "answers": frozenset((key, _essence(text)) for key, text in labels.items()),
        "good": frozenset(question.good if question.traits.scale and not right else ()),
        "published": right,
    }


_FEWEST: Final = 2  # letters that may differ

_SHARE: Final = 8  # or one letter in so many


class AskedBefore(NamedTuple):
    """A questionnaire that children were asked, and the last day of its last round."""

    questions: Questionnaire
    last_day: date


class NearCopy(NamedTuple):
    """A question, what it is nearly a copy of, and when that was asked last; `letters` is how many differ."""

    text: str
    other: str
    last_day: date
    letters: int


def find_near_copies_of(
    questionnaire: Questionnaire, asked_befores: Iterable[AskedBefore], reader_language: str
) -> tuple[NearCopy, ...]:
    """For every counted question the nearest one that was asked before under another identity.

    Args:
        questionnaire: any.
        asked_befores: what children were asked.
        reader_language: it is quoted in that where it is near in that; else in the questionnaire's first one.
    """
    known: dict[tuple[str, str], tuple[str, str, date]] = {}
    for before in sorted(asked_befores, key=lambda before: before.last_day):
        for question in before.questions.coded:
            for language, text in question.text.items():
                known[language, _letters(text, language)] = (text, question_hash(question), before.last_day)
    languages = (reader_language, *questionnaire.languages)
    return tuple(copy for question in questionnaire.coded for copy in _nearest(question, known, languages))


def _nearest(
    question: Question, known: dict[tuple[str, str], tuple[str, str, date]], languages: Sequence[str]
) -> Iterator[NearCopy]:
    own, near_copies = question_hash(question), dict[str, list[NearCopy]]()
    for language, text in question.text.items():
        letters = _letters(text, language)
        most = max(_FEWEST, len(letters) // _SHARE)
        counted = Counter(letters)
        for (spoken, others), (other, same, day) in known.items():
            if spoken != language or abs(len(others) - len(letters)) > most:
                continue
            if same == own:
                return  # T9 knows it
            if (
                sum((counted - Counter(others)).values()) <= most
                and (far := edit_distance(letters, others, most)) <= most
            ):
                near_copies.setdefault(language, []).append(NearCopy(text, other, day, far))
    if near_copies:
        quoted = next(near_copies[code] for code in languages if code in near_copies)
        yield min(quoted, key=lambda copy: copy.letters)


def _letters(text: str, language: str) -> str:
    return text_skeleton(text, language).replace(" ", "")
