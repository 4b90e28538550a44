"""Whether two questions are the same question, or nearly one, whatever they are called (PRIVACY.md T9).

In the manner of UTS 39 (Unicode Security Mechanisms), cut down to what a questionnaire can hold: what is not seen is
dropped, and letters that look like those of another alphabet become these. A text in plain letters is its own skeleton.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire, Words

# A letter and the Latin one it looks like; small and large, since not every pair has a pair in the other case.
_PAIRS: Final = (
    # Cyrillic
    "аa еe оo рp сc уy хx іi јj ѕs ӏl һh ԁd ԛq ԝw ѵv ԍg АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ӀI ԚQ ԜW "
    "ѴV ԌG ҮY үy ΡP "
    # Greek
    "αa γy ιi κk νv οo ρp υu χx ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΤT ΥY ΧX ϹC ͿJ "
    # Armenian, Cherokee, Lisu
    "օo ոn սu հh ցg զq ԱU ՍU ՕO ՏS ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
    "ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO ꓴU "
    # Latin itself: phonetic letters and small capitals
    "ɑa ɡg ıi ɩi ȷj ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ᴊj ᴋk ʟl ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ǀl"
)


_LATIN: Final = {pair[0]: pair[1] for pair in _PAIRS.split()}


_SMALL_OF_LARGE: Final = {"в": "b", "к": "k", "м": "m", "н": "h", "т": "t", "ӏ": "l", "η": "h", "τ": "t", "μ": "m"}


# Letters and sequences of one alphabet that look the same.
_SAME: Final = (
    ("ی", "ي"), ("ى", "ي"), ("ک", "ك"), ("ہ", "ه"), ("ھ", "ه"), ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"),
    ("ـ", ""), ("अा", "आ"), ("अो", "ओ"), ("अौ", "औ"), ("अॉ", "ऑ"), ("आे", "ओ"), ("आै", "औ"), ("एे", "ऐ"), ("ाे", "ो"),
    ("ाै", "ौ"),
)  # fmt: skip


_UNSEEN: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")


_MARKS_MAY_LACK: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "ARMENIAN"})


_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"})


_NO_ALPHABET: Final = frozenset({"MODIFIER", "MASCULINE", "FEMININE", "DIGIT", "COMBINING"})


class MixedWord(NamedTuple):
    """A word with letters of two alphabets."""

    word: str
    one: str
    other: str


@lru_cache(4096)  # the words of a few dozen questionnaires: views compare theirs with every round before
def text_skeleton(text: str, language: str = "") -> str:
    """Small letters, digits and vowel signs, words parted by one space.

    Args:
        text: any text.
        language: of the text; in English accents do not count.
    """
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    if language == "en":
        apart = unicodedata.normalize("NFD", seen)
        seen = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn" or not _latin(letter))
    for one, other in _SAME:
        seen = seen.replace(one, other)
    words = "".join(letter if letter.isalnum() or _is_mark(letter) else " " for letter in _attached(seen)).split()
    return " ".join(filter(None, (_plain(word) for word in words)))


def mixed_words(text: str) -> Iterator[MixedWord]:
    """The words whose letters come from two alphabets, as no word does that somebody can read."""
    for word in re.findall(r"[^\W_]+", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))):
        known = dict.fromkeys(alphabet for letter in word if (alphabet := _alphabet(letter)))
        if len(known) > 1 and not set(known) <= _TOGETHER:
            one, other = list(known)[:2]
            yield MixedWord(word, one.title(), other.title())


def edit_distance(one: str, other: str, most: int) -> int:
    """How many letters must change, come or go between two texts; `most` + 1 where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at]
        for to, wanted in enumerate(other, start=1):
            row.append(min(above[to] + 1, row[-1] + 1, above[to - 1] + (letter != wanted)))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _latin(mark: str) -> bool:
    """A mark that belongs to no alphabet of its own, such as an accent."""
    return unicodedata.name(mark, "").startswith("COMBINING")


def _alphabet(letter: str) -> str:
    if letter.isascii() and not letter.isalpha():
        return ""
    named = unicodedata.name(letter, "").split(" ", 1)[0]
    return "" if named in _NO_ALPHABET else named


def _attached(text: str) -> str:
    """The text without marks that belong to no letter before them, or only say again how a letter is spoken."""
    kept, base = [], ""
    for letter in text:
        if not _is_mark(letter):
            base = _alphabet(letter) if letter.isalpha() else ""
        elif not base or base in _MARKS_MAY_LACK or _alphabet(letter) != base:
            continue
        kept.append(letter)
    return "".join(kept)


def _plain(word: str) -> str:
    """One word in small letters, its look-alikes folded."""
    if any(letter.isalpha() for letter in word):
        word = re.sub(r"(?<=[^\W\d_])0|0(?=[^\W\d_])", "o", word)
        word = re.sub(r"(?<=[a-z])[1I|]|1(?=[a-z])", "l", word)
    if any(letter.isascii() and letter.isalpha() for letter in word):
        return "".join(_LATIN.get(letter, letter) for letter in word).casefold()
    small = word.casefold()
    looks = [
        _LATIN.get(letter) or _SMALL_OF_LARGE.get(letter) or ("" if letter.isalpha() else letter) for letter in small
    ]
    return "".join(looks) if all(looks) else small


def question_hash(question: Question) -> str:
    """SHA-256, in hex, of the question's English words and options.

    Names, the order of options, case, marks and whatever a reader cannot see do not matter, nor where the ranges of a
    number end: the same children counted by other ranges tell who lies between. Without English, all its languages are
    taken. A question in plain letters has the hash it has always had: these hashes are kept (`AskedQuestionRow`).
    """
    return _hash(question, [_essence(one.text) for one in question.options])


def question_hashes(question: Question) -> tuple[str, ...]:
    """`question_hash`, and of a number what it was when its ranges counted: houses remember that of earlier rounds."""
    if not question.bins:
        return (question_hash(question),)
    return question_hash(question), _hash(question, [_essence(one.text) for one in question.tiles])


def _hash(question: Question, answers: list[str]) -> str:
    return hashlib.sha256("\n".join([_essence(question.text), *sorted(answers)]).encode()).hexdigest()


def _essence(text: Words) -> str:
    if "en" in text:
        return text_skeleton(text["en"], "en")
    return text_skeleton(" ".join(text[language] for language in sorted(text)))


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


def find_near_copies_of(wanted: Questionnaire, asked: Iterable[AskedBefore]) -> tuple[NearCopy, ...]:
    """For every counted question the nearest one that was asked before under another identity."""
    known: dict[tuple[str, str], tuple[str, str, date]] = {}
    for before in sorted(asked, key=lambda one: one.last_day):
        for question in before.questions.coded:
            for language, text in question.text.items():
                known[language, _letters(text, language)] = (text, question_hash(question), before.last_day)
    return tuple(found for question in wanted.coded for found in _nearest(question, known))


def _nearest(question: Question, known: dict[tuple[str, str], tuple[str, str, date]]) -> Iterator[NearCopy]:
    own, found = question_hash(question), list[NearCopy]()
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
                found.append(NearCopy(text, other, day, far))
    if found:
        yield min(found, key=lambda one: one.letters)


def _letters(text: str, language: str) -> str:
    return text_skeleton(text, language).replace(" ", "")
