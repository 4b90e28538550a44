"""Whether two questions are the same question, whatever they are called (PRIVACY.md T9)."""

import hashlib

from youthvoice.surveys.likeness import skeleton
from youthvoice.surveys.questions import Question, Words


def identity(question: Question) -> str:
    """SHA-256, in hex, of the question's English words and options.

    Names, the order of options, case, marks and whatever a reader cannot see do not matter. Without English, all its
    languages are taken. A question in plain letters has the hash it has always had: these hashes are kept (`Asked`).
    """
    options = sorted(_essence(one.text) for one in question.tiles)
    return hashlib.sha256("\n".join([_essence(question.text), *options]).encode()).hexdigest()


def _essence(text: Words) -> str:
    if "en" in text:
        return skeleton(text["en"], "en")
    return skeleton(" ".join(text[language] for language in sorted(text)))
