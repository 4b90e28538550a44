"""How a question is worded: number of words, clauses, negatives, as far as a machine can tell."""

import re
from collections.abc import Iterator

from youthvoice.surveys.questionnaires.likeness import mixed_words
from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault

# Letters that fill one word, in scripts that put no spaces between words.
_UNSPACED = ((re.compile(r"[\u4e00-\u9fff]"), 2), (re.compile(r"[\u0e00-\u0e7f]"), 5))
_NEGATIVES = {
    "en": re.compile(r"\b(not|never|cannot|nobody|nothing|without)\b|n['’]t\b", re.IGNORECASE),
    "hi": re.compile(r"(?<!\S)(नहीं|मत|कभी नहीं|बिना)(?!\S)"),
    "ar": re.compile(r"(?<!\S)(لا|ليس|ليست|لم|لن|بدون|غير)(?!\S)"),
    "fr": re.compile(r"\b(ne|jamais|sans|pas)\b|\bn['’]", re.IGNORECASE),
    "es": re.compile(r"\b(no|nunca|sin)\b", re.IGNORECASE),
    "de": re.compile(r"\b(nicht|nie|kein\w*|ohne)\b", re.IGNORECASE),
    "nl": re.compile(r"\b(niet|nooit|geen|zonder)\b", re.IGNORECASE),
    "ru": re.compile(r"(?<!\S)(не|нет|никогда|без)(?!\S)", re.IGNORECASE),
}
_SECOND_CLAUSE = {
    "en": re.compile(r"[;:]|[.?!]\s+\S|\b(because|although|whereas|but)\b|,\s*(and|or)\s", re.IGNORECASE),
    "hi": re.compile(r"[;:]|[।?!]\s+\S|(?<!\S)(क्योंकि|लेकिन|हालाँकि)(?!\S)"),
    "ar": re.compile(r"[؛;:]|[.؟!]\s+\S|(?<!\S)(لأن|لكن)(?!\S)"),
}


def how_many_words(text: str) -> int:
    """Words of a text; scripts without spaces are counted by their letters."""
    for letters, each in _UNSPACED:
        found = len(letters.findall(text))
        if found:
            return len(letters.sub(" ", text).split()) + -(-found // each)
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def mixed(question: Question) -> Iterator[Fault]:
    """Words of two alphabets: they look like a word that was asked before, and are another (PRIVACY.md T9)."""
    for key, texts in (("text", question.text), *(("options", one.text) for one in question.tiles)):
        for text in texts.values():
            for word, one, other in mixed_words(text):
                yield fault("mixed_word", question=question.name, key=key, word=word, one=one, other=other)


def clumsy(question: Question) -> Iterator[Fault]:
    """Negatives, second clauses, a sentence that no answer can say: a person decides, so these only warn."""
    if not question.coded:
        return
    if (says := (question.says or {}).get("en")) and not says.startswith("say "):
        yield fault("says_no_answer", question=question.name, key="says", part=says)
    for language, text in question.text.items():
        for code, patterns in (("negative", _NEGATIVES), ("two_clauses", _SECOND_CLAUSE)):
            if language in patterns and (found := patterns[language].search(text)):
                part = found[0].strip() or found[0]
                yield fault(code, question=question.name, key="text", language=language, part=part)
