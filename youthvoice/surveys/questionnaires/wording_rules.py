"""The rules for the wording of questions: which may be asked, and which texts a child can manage.

The patterns catch plain cases in the languages of the starters and a few more; an advocate reads every questionnaire
before children see it in any case.

What must not be asked (`forbidden_faults`, `mixed_script_faults`) refuses any questionnaire. What is too long or too
much (`limit_faults`) refuses one that was written for this program, and is a warning in an imported form. The rest
(`wording_faults`) only warns.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from youthvoice.privacy.text_skeleton import mixed_words
from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.forbidden.abuse import AbuseMatch, find_abuse
from youthvoice.surveys.questionnaires.forbidden.identity import asks_identity, names_identity
from youthvoice.surveys.questionnaires.rules import MAX_CATEGORIES, MAX_TILES, question_fault

EASY_TILES: Final = 12
"""Answers that fit two screen heights; above that a warning says that children will scroll."""


def asks_who(question: questionnaire.Question) -> bool:
    """Whether a question seems to ask for a name, an address or a number that identifies one child."""
    if question.traits.scale or not question.traits.input:  # a child who taps a face or yes writes no name
        return False
    if not question.traits.has_options and names_identity(question.name):
        return True
    return any(asks_identity(text) for text in (*question.text.values(), *(question.hint or {}).values()))


def find_abuse_words(question: questionnaire.Question) -> AbuseMatch | None:
    """Find the words of a question that seem to ask if this child was hurt; None where there are none."""
    if not question.traits.input:
        return None
    texts = [question.text, question.hint or {}, *(option.text for option in question.options)]
    return next((match for text in texts if (match := find_abuse(text))), None)


def forbidden_faults(
    question: questionnaire.Question, confirmed: Collection[str] = (), overridden: Collection[str] = ()
) -> Iterator[QuestionnaireFault]:
    """The faults of a question that must not be asked.

    Args:
        question: any question.
        confirmed: names of questions that, as an advocate said, do not ask who the child is.
        overridden: names of questions that seem to ask about abuse and are accepted until an advocate who did not
            write them gives the reason.
    """
    text = next(iter(question.text.values()), "")
    if asks_who(question) and question.name not in confirmed:
        yield question_fault(question, "text", "asks_who", text=text)
    if question.name not in overridden and (match := find_abuse_words(question)):
        yield question_fault(question, "text", "asks_abuse", text=text, word=match.word, language=match.language)


DOUBTS: Final = frozenset({"asks_who", "asks_abuse"})
"""Faults of wording about which an advocate decides; its author must correct any other."""

# The average letters of a word, in scripts without spaces between words.
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


def count_words(text: str) -> int:
    """Count the words of a text; in scripts without spaces by the number of letters."""
    for letter_pattern, letters_of_a_word in _UNSPACED:
        letters_found = len(letter_pattern.findall(text))
        if letters_found:
            return len(letter_pattern.sub(" ", text).split()) + -(-letters_found // letters_of_a_word)  # rounded up
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def mixed_script_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """Find words of two alphabets: they look like a word that was asked before but differ from it (PRIVACY.md T9)."""
    for key, texts in (("text", question.text), *(("options", tile.text) for tile in question.tiles)):
        for text in texts.values():
            for word, first_script, other in mixed_words(text):
                yield question_fault(question, key, "mixed_word", word=word, one=first_script, other=other)


def wording_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """Find negatives, second clauses and unusable sentences; they only warn, and a person decides."""
    if not question.coded:
        return
    if question.traits.pictured and EASY_TILES < len(question.keys) <= MAX_TILES:
        yield question_fault(question, "options", "many_tiles", most=EASY_TILES, found=len(question.keys))
    if question.traits.pictured and (without := [option.key for option in question.options if not option.picture]):
        yield question_fault(question, "options", "tiles_without_picture", found=len(without))
    if (says := (question.says or {}).get("en")) and not says.startswith("say "):
        yield question_fault(question, "says", "says_no_answer", part=says)
    for language, text in question.text.items():
        for code, patterns in (("negative", _NEGATIVES), ("two_clauses", _SECOND_CLAUSE)):
            if language in patterns and (match := patterns[language].search(text)):
                part = match[0].strip() or match[0]
                yield question_fault(question, "text", code, language=language, part=part)


MAX_QUESTION_WORDS = 12

MAX_OPTION_WORDS = 3

MAX_SCREEN_WORDS = 30  # a screen to hear

MAX_SCALE_STEPS: dict[questionnaire.Ages, int] = {"4-6": 2, "7-9": 3, "10-12": 4, "13-17": 5}

MAX_QUESTIONS_BY_AGES: dict[questionnaire.Ages, int] = {"4-6": 4, "7-9": 10, "10-12": 15, "13-17": 20}


def size_warnings(questionnaire: questionnaire.Questionnaire) -> tuple[QuestionnaireFault, ...]:
    """Warnings that an advocate should check before children see it; none of them refuses the questionnaire."""
    warnings = list(limit_faults(questionnaire.questions, questionnaire.ages))
    warnings += [fault for question in questionnaire.questions for fault in wording_faults(question)]
    return tuple(warnings)


def limit_faults(questions: Sequence[questionnaire.Question], ages: questionnaire.Ages) -> Iterator[QuestionnaireFault]:
    """Find everything that is too long or too much for children of these ages."""
    number = sum(bool(question.traits.input) for question in questions)
    if number > MAX_QUESTIONS_BY_AGES[ages]:
        yield make_fault("too_many_questions", found=number, most=MAX_QUESTIONS_BY_AGES[ages], ages=ages)
    for question in questions:
        yield from _length_faults(question)
        if question.kind == "faces" and len(question.options) != MAX_SCALE_STEPS[ages]:
            yield question_fault(
                question, "options", "scale_size", ages=ages, most=MAX_SCALE_STEPS[ages], found=len(question.options)
            )
        yield from _publish_faults(question)


def _length_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    most = MAX_SCREEN_WORDS if not question.traits.input else MAX_QUESTION_WORDS
    for language, text in question.text.items():
        words = count_words(text)
        if words > most:
            yield question_fault(question, "text", "question_too_long", language=language, found=words, most=most)
    most = MAX_OPTION_WORDS
    key = "bins" if question.bins else "options"
    for tile in question.tiles:
        for language, text in tile.text.items():
            words = count_words(text)
            if words > most:
                yield question_fault(
                    question, key, "option_too_long", option=tile.key, language=language, found=words, most=most
                )


def _publish_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    if question.traits.scale and not question.good:
        yield question_fault(question, "good", "good_missing")
    if question.kind == "choose_one" and len(question.options) > MAX_CATEGORIES and not question.merge:
        yield question_fault(question, "merge", "merge_missing", most=MAX_CATEGORIES)
