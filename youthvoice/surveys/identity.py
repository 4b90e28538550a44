"""Whether two questions are the same question, whatever they are called (PRIVACY.md T9)."""

import hashlib
import unicodedata

from youthvoice.surveys.questions import Question, Words


def identity(question: Question) -> str:
    """SHA-256, in hex, of the question's English words and options.

    Names, the order of options, case and marks do not matter. Without English, all its languages are taken.
    """
    options = sorted(_essence(one.text) for one in question.tiles)
    return hashlib.sha256("\n".join([_essence(question.text), *options]).encode()).hexdigest()


def _essence(text: Words) -> str:
    said = text["en"] if "en" in text else " ".join(text[language] for language in sorted(text))
    folded = unicodedata.normalize("NFKC", said).casefold()
    # Letters, digits and the vowel signs of Indian scripts stay; all other marks part words.
    kept = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in folded)
    return " ".join(kept.split())
