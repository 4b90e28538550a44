"""Whether two questions are the same question, whatever they are called (PRIVACY.md T9)."""

import hashlib

from youthvoice.surveys.questionnaires.likeness import skeleton
from youthvoice.surveys.questionnaires.question import Question, Words


def identity(question: Question) -> str:
    """SHA-256, in hex, of the question's English words and options.

    Names, the order of options, case, marks and whatever a reader cannot see do not matter, nor where the ranges of a
    number end: the same children counted by other ranges tell who lies between. Without English, all its languages are
    taken. A question in plain letters has the hash it has always had: these hashes are kept (`Asked`).
    """
    return _hash(question, [_essence(one.text) for one in question.options])


def identities(question: Question) -> tuple[str, ...]:
    """`identity`, and of a number what it was when its ranges counted: houses remember that of earlier rounds."""
    if not question.bins:
        return (identity(question),)
    return identity(question), _hash(question, [_essence(one.text) for one in question.tiles])


def _hash(question: Question, answers: list[str]) -> str:
    return hashlib.sha256("\n".join([_essence(question.text), *sorted(answers)]).encode()).hexdigest()


def _essence(text: Words) -> str:
    if "en" in text:
        return skeleton(text["en"], "en")
    return skeleton(" ".join(text[language] for language in sorted(text)))
