"""Letters that look alike, and the skeleton of a text: texts that a reader cannot tell apart have the same one. Pure.

As in UTS 39 (Unicode Security Mechanisms), reduced to what a questionnaire or a name can contain: invisible characters
are dropped, and letters that look like those of another alphabet become these. A text in plain letters is its own
skeleton. Names of adults are compared by `visual_form`, which also takes letters of one alphabet for the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

# A letter and the Latin one that it looks like; in both cases, since not every pair has one in the other case.
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

# Alphabets that are read without their marks, too.
_MARKS_MAY_LACK: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "ARMENIAN"})

# Alphabets that one readable word may mix.
_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"})

_NO_ALPHABET: Final = frozenset({"MODIFIER", "MASCULINE", "FEMININE", "DIGIT", "COMBINING"})


class MixedWord(NamedTuple):
    """A word with letters of two alphabets."""

    word: str
    one: str
    other: str


@lru_cache(4096)  # the texts of a few dozen questionnaires: views compare theirs with every earlier round
def text_skeleton(text: str, language: str = "") -> str:
    """The skeleton: lower-case letters, digits and vowel signs, words separated by one space.

    Args:
        text: any text.
        language: of the text; in English accents are ignored.
    """
    visible = without_unseen(unicodedata.normalize("NFKC", text))
    if language == "en":
        apart = unicodedata.normalize("NFD", visible)
        visible = "".join(
            letter for letter in apart if unicodedata.category(letter) != "Mn" or not _has_no_alphabet(letter)
        )
    for variant, standard in _SAME:
        visible = visible.replace(variant, standard)
    words = "".join(letter if letter.isalnum() or _is_mark(letter) else " " for letter in _attached(visible)).split()
    return " ".join(filter(None, (_plain(word) for word in words)))


def without_unseen(text: str) -> str:
    """The text without invisible characters, including joiners: soft hyphens, zero-width spaces, fillers."""
    if text.isascii():
        return text
    return "".join(letter for letter in _UNSEEN.sub("", text) if unicodedata.category(letter) != "Cf")


def mixed_words(text: str) -> Iterator[MixedWord]:
    """The words with letters of two alphabets, which no readable word has."""
    if text.isascii():
        return
    for word in re.findall(r"[^\W_]+", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))):
        alphabets = dict.fromkeys(alphabet for letter in word if (alphabet := _alphabet(letter)))
        if len(alphabets) > 1 and not set(alphabets) <= _TOGETHER:
            one, other = list(alphabets)[:2]
            yield MixedWord(word, one.title(), other.title())


_STROKES: Final = str.maketrans("łøđħŧɨʉƀɗɓƙƥƭȼ", "lodhtiubdbkptc")
"""Letters with a stroke or a hook, which no Unicode normal form decomposes."""

_ALIKE: Final = (("i", "l"), ("1", "l"), ("0", "o"), ("rn", "m"), ("vv", "w"), ("cl", "d"))
"""Letters that look alike on a screen: a child cannot tell two names apart that differ only in these. Single letters
first, or "Ciara" would not look like "Clara". Only `visual_form` has them: hashes of skeletons are stored.
"""


def visual_form(text: str) -> str:
    """What a short text looks like at a glance: its skeleton, with one letter for all that look alike on a screen."""
    look = text_skeleton(text, "en").replace(" ", "").translate(_STROKES)
    for letters, lookalike in _ALIKE:
        look = look.replace(letters, lookalike)
    return look


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _has_no_alphabet(mark: str) -> bool:
    """Whether a mark belongs to no alphabet of its own, such as an accent."""
    return unicodedata.name(mark, "").startswith("COMBINING")


@lru_cache(4096)  # the letters of the languages of one installation
def _alphabet(letter: str) -> str:
    if letter.isascii() and not letter.isalpha():
        return ""
    named = unicodedata.name(letter, "").split(" ", 1)[0]
    return "" if named in _NO_ALPHABET else named


def _attached(text: str) -> str:
    """The text without marks that belong to no letter before them, or only repeat how a letter is spoken."""
    letters, base = [], ""
    for letter in text:
        if not _is_mark(letter):
            base = _alphabet(letter) if letter.isalpha() else ""
        elif not base or base in _MARKS_MAY_LACK or _alphabet(letter) != base:
            continue
        letters.append(letter)
    return "".join(letters)


def _plain(word: str) -> str:
    """A word in lower case, with its look-alike letters replaced."""
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
