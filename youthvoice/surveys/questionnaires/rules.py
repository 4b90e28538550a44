"""What a questionnaire must satisfy: parts that fit, questions that may be asked, words that a child can manage.

Patterns catch the plain cases in the languages of the starters and a few more; an advocate reads every
questionnaire before children see it, whatever these say.

A questionnaire written for us is refused for these; a form imported from others is only warned about.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

from youthvoice.privacy.text_skeleton import mixed_words
from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import FaultValue, QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.forbidden.abuse import AbuseMatch, find_abuse

MAX_CATEGORIES = 5  # and "did not say": six, PRIVACY.md A3

MAX_TILES: Final = 24
"""Answers with pictures on one screen of a child: twelve rows, four screens high at 360x740. 62 were ten."""

EASY_TILES: Final = 12
"""What two screens hold; above them somebody is told that children will scroll."""

SPLIT_KINDS = frozenset({"choose_one", "number"})
"""Of which a view may be split: one answer, with no good side."""

_RESERVED = {questionnaire.DONT_KNOW, questionnaire.DID_NOT_SAY, ""}


def consistency_faults(
    questions: Sequence[questionnaire.Question], purpose: questionnaire.Purpose
) -> Iterator[QuestionnaireFault]:
    """Everything that does not fit together; each fault names its question and the `key` it stands at."""
    yield from _whole(questions, purpose)
    seen: dict[str, questionnaire.Question] = {}
    for question in questions:
        if question.name in seen:
            yield _fault(question, "name", "duplicate_name")
        for rule in (_answers, _bins, _marks, _merges, _split):
            yield from rule(question)
        if question.split and any(one.split == question.split for one in seen.values()):
            yield _fault(question, "split", "split_twice")
        yield from _conditions(question, seen)
        yield from _pairs(question, seen)
        seen.setdefault(question.name, question)


def _fault(question: questionnaire.Question, key: str, code: str, **values: FaultValue) -> QuestionnaireFault:
    """What is wrong at a key of a question."""
    return make_fault(code, question=question.name, key=key, **values)


def _whole(questions: Sequence[questionnaire.Question], purpose: questionnaire.Purpose) -> Iterator[QuestionnaireFault]:
    if not any(question.coded for question in questions):
        yield make_fault("nothing_to_answer")
    for question in questions:
        if question.traits.input == "text" and purpose in {"care", "choice"}:
            yield _fault(question, "kind", "no_letter_box_here", purpose=purpose)
    if purpose == "choice" and [question.kind for question in questions if question.traits.input] not in (
        ["choose_one"],
        ["yes_no"],
    ):
        yield make_fault("choice_is_one_question")


def _answers(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    keys = question.keys
    low, high = question.traits.options
    if question.traits.has_options and not low <= len(keys) <= high:
        yield _fault(question, "options", "how_many_options", low=low, high=high, found=len(keys))
    if question.traits.pictured and MAX_TILES < len(keys) <= high:
        yield _fault(question, "options", "too_many_tiles", most=MAX_TILES, found=len(keys))
    if question.kind == "yes_no" and len(keys) == 2 and set(keys) != {"yes", "no"}:  # noqa: PLR2004
        yield _fault(question, "options", "yes_and_no")
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield _fault(question, "options", "duplicate_option", option=key)
    for key in sorted(_RESERVED & set(keys)):
        yield _fault(question, "options", "reserved_option", option=key)


def _bins(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    bins = question.bins
    least, most = question.traits.bins
    if not least <= len(bins) <= most:
        yield _fault(question, "bins", "how_many_bins" if most else "bins_not_wanted", found=len(bins))
    for bin_ in bins:
        if not 0 <= bin_.low <= bin_.high:
            yield _fault(question, "bins", "bin_upside_down", bin=bin_.key)
    for one, after in pairwise(bins):
        if after.low != one.high + 1:
            code = "bins_overlap" if after.low <= one.high else "bins_gap"
            yield _fault(question, "bins", code, one=one.key, after=after.key)


def _marks(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    keys = question.keys
    if question.right is not None and not (question.right in keys and question.single and question.options):
        yield _fault(question, "right", "right_unknown", said=question.right)
    if question.publish == "right" and question.right is None:
        yield _fault(question, "publish", "right_missing")
    for part, marked in (("harm", question.harm), ("good", question.good)):
        for key in marked:
            if key not in keys:
                yield _fault(question, part, "mark_unknown", part=part, said=key)
    if question.safety != bool(question.harm):
        code = "safety_without_harm" if question.safety else "harm_without_safety"
        yield _fault(question, "safety" if question.safety else "harm", code)
    if keys and set(keys) <= set(question.good):
        yield _fault(question, "good", "all_good")
    if question.lasting and (not question.traits.lasting or question.safety or question.moment):
        yield _fault(question, "lasting", "lasting_not_here")


def _merges(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    if question.merge is None:
        return
    if question.kind != "choose_one":
        yield _fault(question, "merge", "merge_not_wanted")
        return
    if not 2 <= len(question.merge) <= MAX_CATEGORIES:  # noqa: PLR2004 - one category says nothing
        yield _fault(question, "merge", "how_many_merged", found=len(question.merge))
    merged = [key for merge in question.merge.values() for key in merge.options]
    for key in question.keys:
        if merged.count(key) != 1:
            code = "merge_twice" if key in merged else "merge_forgot"
            yield _fault(question, "merge", code, option=key)
    for key in sorted(set(merged) - set(question.keys)):
        yield _fault(question, "merge", "mark_unknown", part="merge", said=key)


def _split(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """A view may be split by a plain fact that has one answer of few, never by what children are asked about."""
    if not question.split:
        return
    plain = question.kind in SPLIT_KINDS and not (question.safety or question.moment or question.right)
    if not plain or question.good or len(question.merge or question.keys) > MAX_CATEGORIES:
        yield _fault(question, "split", "split_not_here", most=MAX_CATEGORIES)


def _conditions(
    question: questionnaire.Question, seen: dict[str, questionnaire.Question]
) -> Iterator[QuestionnaireFault]:
    for name, key in question.when.asks_about() if question.when else ():
        about = seen.get(name)
        if about is None:
            yield _fault(question, "when", "when_not_earlier", said=name)
        elif not about.traits.has_options:
            yield _fault(question, "when", "when_not_choice", said=name)
        elif key not in (*about.keys, questionnaire.DONT_KNOW):
            yield _fault(question, "when", "when_unknown_answer", said=name, answer=key)


def _pairs(question: questionnaire.Question, seen: dict[str, questionnaire.Question]) -> Iterator[QuestionnaireFault]:
    before = seen.get(question.pair or "")
    if (question.moment == "now") != (question.pair is not None):
        yield _fault(question, "pair" if question.pair else "moment", "pair_and_now")
    elif question.pair and (before is None or before.moment != "before"):
        yield _fault(question, "pair", "pair_unknown", said=question.pair)
    elif before and (before.keys, before.kind) != (question.keys, question.kind):
        yield _fault(question, "pair", "pair_differs", said=before.name)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WHO = _any(
    r"\b(your|the child'?s|respondent'?s?|his|her)\s+"
    r"((full|first|last|family|nick|own|real)\s*-?)*(sur)?name\b",
    r"\b(first|last|family|full|sur)\s?names?\b",
    r"\bname of (the )?(child|respondent|informant|pupil|student|mother|father)",
    r"\baddress\b|\bwhere (exactly )?do you (live|stay)\b|\b(house|street|flat) (number|name|no\b)",
    r"\b(phone|telephone|mobile|whatsapp|contact)\s*(number|no\b)|\be-?mail\b",
    r"\b((date|day|month|year) of birth|birth ?(date|day|month|year))\b|\bwhen were you born\b",
    r"\b(passport|aadhaar|identity card|id card|id) (number|no\b)|\b(gps|coordinates|latitude|longitude)\b",
    r"(तुम्हारा|आपका|अपना|बच्चे का)\s+(पूरा\s+)?(नाम|पता)(?!\s+है कि)|घर का पता|(फ़?ोन|मोबाइल) नंबर|कहाँ रहते",
    r"(ما|اكتب)\s.*(اسمك|عنوانك)|(?<!\S)(اسمك|عنوانك)(?!\S)|أين تسكن|رقم (هاتفك|الهاتف)",
    r"\b(ton|votre) (pré)?nom\b|\bcomment (t['’]appelles|vous appelez)|\b(ton|votre) adresse\b",
    r"\b(tu|su) nombre\b|\bc[oó]mo te llamas\b|\b(tu|su) direcci[oó]n\b",
    r"\b(dein|ihr) name\b|\bwie hei(ß|ss)t du\b|\bdeine (adresse|anschrift)\b",
    r"\bjouw (naam|adres)\b|как тебя зовут|твой адрес",
)

_WHO_BY_NAME = re.compile(
    r"(?:^|_|my|first|last|family|full|sur|resp|child|nick)_?name(?:$|_|s$|fm$)|address|phone|e_?mail|contact_?no"
    r"|latitude|longitude|birth_?(day|date|month|year)|(^|_)dob($|_)|passport|aadhaar",
    re.IGNORECASE,
)


def asks_who(question: questionnaire.Question) -> bool:
    """Whether a question seems to ask for a name, an address or a number that leads to one child."""
    if question.traits.scale or not question.traits.input:
        return False
    if not question.traits.has_options and _WHO_BY_NAME.search(question.name):
        return True
    return any(_WHO.search(text) for text in (*question.text.values(), *(question.hint or {}).values()))


def find_abuse_words(question: questionnaire.Question) -> AbuseMatch | None:
    """The words of a question by which it seems to ask if this very child was hurt; None where there are none."""
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
        confirmed: names of questions of which an advocate said that they do not ask who the child is.
        overridden: names of questions of which an advocate who did not write them is asked why they may be asked
            though they seem to ask about abuse.
    """
    text = next(iter(question.text.values()), "")
    if asks_who(question) and question.name not in confirmed:
        yield _fault(question, "text", "asks_who", text=text)
    if question.name not in overridden and (match := find_abuse_words(question)):
        yield _fault(question, "text", "asks_abuse", text=text, word=match.word, language=match.language)


DOUBTS: Final = frozenset({"asks_who", "asks_abuse"})
"""Faults of words about which an advocate decides; any other must be put right by whoever wrote it."""

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


def count_words(text: str) -> int:
    """Words of a text; scripts without spaces are counted by their letters."""
    for letters, each in _UNSPACED:
        found = len(letters.findall(text))
        if found:
            return len(letters.sub(" ", text).split()) + -(-found // each)
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def mixed_script_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """Words of two alphabets: they look like a word that was asked before, and are another (PRIVACY.md T9)."""
    for key, texts in (("text", question.text), *(("options", tile.text) for tile in question.tiles)):
        for text in texts.values():
            for word, one, other in mixed_words(text):
                yield _fault(question, key, "mixed_word", word=word, one=one, other=other)


def wording_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """Negatives, second clauses, a sentence that no answer can say: a person decides, so these only warn."""
    if not question.coded:
        return
    if question.traits.pictured and EASY_TILES < len(question.keys) <= MAX_TILES:
        yield _fault(question, "options", "many_tiles", most=EASY_TILES, found=len(question.keys))
    if question.traits.pictured and (without := [option.key for option in question.options if not option.picture]):
        yield _fault(question, "options", "tiles_without_picture", found=len(without))
    if (says := (question.says or {}).get("en")) and not says.startswith("say "):
        yield _fault(question, "says", "says_no_answer", part=says)
    for language, text in question.text.items():
        for code, patterns in (("negative", _NEGATIVES), ("two_clauses", _SECOND_CLAUSE)):
            if language in patterns and (match := patterns[language].search(text)):
                part = match[0].strip() or match[0]
                yield _fault(question, "text", code, language=language, part=part)


MAX_QUESTION_WORDS = 12

MAX_OPTION_WORDS = 3

MAX_SCREEN_WORDS = 30  # a screen to hear

MAX_SCALE_STEPS: dict[questionnaire.Ages, int] = {"7-9": 3, "10-12": 4, "13-17": 5}

MAX_QUESTIONS_BY_AGES: dict[questionnaire.Ages, int] = {"7-9": 10, "10-12": 15, "13-17": 20}


def size_warnings(questionnaire: questionnaire.Questionnaire) -> tuple[QuestionnaireFault, ...]:
    """What an advocate should look at before children see it; none of it stops the questionnaire."""
    questionnaire_faults = list(limit_faults(questionnaire.questions, questionnaire.ages))
    questionnaire_faults += [fault for question in questionnaire.questions for fault in wording_faults(question)]
    return tuple(questionnaire_faults)


def limit_faults(questions: Sequence[questionnaire.Question], ages: questionnaire.Ages) -> Iterator[QuestionnaireFault]:
    """Everything longer, wider or more than a child of these ages can manage."""
    asked = sum(bool(question.traits.input) for question in questions)
    if asked > MAX_QUESTIONS_BY_AGES[ages]:
        yield make_fault("too_many_questions", found=asked, most=MAX_QUESTIONS_BY_AGES[ages], ages=ages)
    for question in questions:
        yield from _words(question)
        if question.kind == "faces" and len(question.options) != MAX_SCALE_STEPS[ages]:
            yield _fault(
                question, "options", "scale_size", ages=ages, most=MAX_SCALE_STEPS[ages], found=len(question.options)
            )
        yield from _unpublishable(question)


def _words(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    most = MAX_SCREEN_WORDS if not question.traits.input else MAX_QUESTION_WORDS
    for language, text in question.text.items():
        words = count_words(text)
        if words > most:
            yield _fault(question, "text", "question_too_long", language=language, found=words, most=most)
    for tile in question.tiles:
        for language, text in tile.text.items():
            words = count_words(text)
            if words > MAX_OPTION_WORDS:
                yield _fault(
                    question,
                    "bins" if question.bins else "options",
                    "option_too_long",
                    option=tile.key,
                    language=language,
                    found=words,
                    most=MAX_OPTION_WORDS,
                )


def _unpublishable(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    if question.traits.scale and not question.good:
        yield _fault(question, "good", "good_missing")
    if question.kind == "choose_one" and len(question.options) > MAX_CATEGORIES and not question.merge:
        yield _fault(question, "merge", "merge_missing", most=MAX_CATEGORIES)
