"""Decide whether two questions are the same question, or nearly the same, whatever their names (PRIVACY.md T9).

Texts are compared by their skeleton (`privacy/text_skeleton`): texts that a reader cannot tell apart are the same.
Whether answers to the same question can be compared is another matter: `series_breaks`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from youthvoice.privacy.text_skeleton import text_skeleton
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, Words


def question_hash(question: Question) -> str:
    """SHA-256, in hex, of a question's English text and options.

    Names, the order of options, case, punctuation and invisible characters make no difference, nor do the limits of
    number ranges: counting the same children by other ranges would reveal who is between them. Without English, all its
    languages are used. A question in plain letters always has the same hash: these hashes are stored
    (`AskedQuestionRow`).
    """
    return _hash(question, [_essence(option.text) for option in question.options])


def question_hashes(question: Question) -> tuple[str, ...]:
    """`question_hash`, and for a number also the former hash with its ranges, which older rounds have stored."""
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
"""The parts that must stay the same so that answers before and now can be compared (PRIVACY.md A5, A6)."""


def series_breaks(before: Question, after: Question) -> tuple[SeriesPart, ...]:
    """Why answers to a question are not compared with earlier ones; empty where they are.

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


_MIN_DIFFERENCES: Final = 2  # letters that may differ

_SHARE: Final = 8  # or one letter in this many


class AskedBefore(NamedTuple):
    """A questionnaire that children were asked, and the last day of its last round."""

    questionnaire: Questionnaire
    last_day: date


class NearCopy(NamedTuple):
    """A question, the earlier one that it nearly repeats, when that was asked last, and how many letters differ.

    None differs where only its answers or spaces do.
    """

    text: str
    other: str
    last_day: date
    differences: int


class _Text(NamedTuple):
    """A text as it is compared: its language, and its skeleton without blanks."""

    language: str
    letters: str


class _AskedText(NamedTuple):
    """The question behind a text that was asked: its words, its hash, and the last day of its last round."""

    words: str
    question_hash: str
    last_day: date


def find_near_copies_of(
    questionnaire: Questionnaire, asked_befores: Iterable[AskedBefore], reader_language: str
) -> tuple[NearCopy, ...]:
    """Find, for every counted question, the nearest one that was asked before under another `question_hash`.

    Of questions with the same words and other answers only the one that was asked last is compared.

    Args:
        questionnaire: any.
        asked_befores: questionnaires that children were asked.
        reader_language: quotes are in this language where they are near in it, else in the questionnaire's first one.
    """
    asked_texts: dict[_Text, _AskedText] = {}  # the last one with these words
    for before in sorted(asked_befores, key=lambda before: before.last_day):
        for question in before.questionnaire.coded:
            for language, words in question.text.items():
                asked_text = _AskedText(words, question_hash(question), before.last_day)
                asked_texts[_Text(language, _letters(words, language))] = asked_text
    languages = (reader_language, *questionnaire.languages)
    return tuple(filter(None, (_nearest(question, asked_texts, languages) for question in questionnaire.coded)))


def _nearest(question: Question, asked_texts: dict[_Text, _AskedText], languages: Sequence[str]) -> NearCopy | None:
    """The nearest earlier text in the first of these languages that has a near one.

    None where there is none, or where the question that was last asked with the same words is the same one.
    Texts are compared only with those of their language. The cheap comparisons come first: of lengths, then of how
    many letters of each kind there are, then the edit distance.
    """
    own_hash = question_hash(question)
    near_copies: dict[str, list[NearCopy]] = {}  # by language
    for language, words in question.text.items():
        letters = _letters(words, language)
        most = max(_MIN_DIFFERENCES, len(letters) // _SHARE)
        letter_counts = Counter(letters)
        for text, asked_text in asked_texts.items():
            if text.language != language or abs(len(text.letters) - len(letters)) > most:
                continue
            if asked_text.question_hash == own_hash:
                return None  # the same question, which T9 handles
            if (
                sum((letter_counts - Counter(text.letters)).values()) <= most
                and (distance := edit_distance(letters, text.letters, most)) <= most
            ):
                near_copy = NearCopy(words, asked_text.words, asked_text.last_day, distance)
                near_copies.setdefault(language, []).append(near_copy)
    quoted = next((near_copies[code] for code in languages if code in near_copies), ())
    return min(quoted, key=lambda near_copy: near_copy.differences, default=None)


def _letters(text: str, language: str) -> str:
    return text_skeleton(text, language).replace(" ", "")


def edit_distance(first: str, second: str, most: int) -> int:
    """The edit distance of two texts; `most` + 1 where it is more than `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, start=1):
        above, row = row, [at]
        for to, wanted in enumerate(second, start=1):
            row.append(min(above[to] + 1, row[-1] + 1, above[to - 1] + (letter != wanted)))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
