"""Does an answer repeat what the child told? It is read on a tablet that others use, too (S38). Pure.

What is found: four words in a row that the child wrote (all of them where there were fewer), a name, and whatever
stands between quotation marks and is the child's.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

RUN: Final = 4
"""Words in a row that are no accident any more."""

_FEWEST: Final = 2  # one word alone is nobody's
_NAME_LETTERS: Final = 3
_BETWEEN = re.compile('["“”„«‹]([^"“”„«»‹›]{2,200})["“”»›]')


@dataclass(frozen=True, slots=True)
class Repeat:
    """One thing that should not be in an answer: `kind` is `words`, `name` or `quote`; `words` as the answer has it."""

    kind: str
    words: str


def repeats(answer: str, told: Iterable[str], names: Iterable[str]) -> list[Repeat]:
    """What an answer repeats; nothing where it is as it should be.

    Args:
        answer: as typed.
        told: everything that the child wrote, each text by itself.
        names: of adults who could be meant.
    """
    said, texts = _words(answer), [_plain(text) for text in told]
    found = [Repeat("words", run) for text in texts for run in _runs(said, text)]
    found += [Repeat("name", name) for name in _names(said, names)]
    found += [Repeat("quote", quote) for quote in _quotes(answer, texts)]
    return list(dict.fromkeys(found))


Word = tuple[str, str]


def _words(text: str) -> list[Word]:
    """Each word as typed and as it is compared; letters and the signs that belong to them, in any script."""
    parts = re.split(r"\s+", "".join(each if _belongs(each) else " " for each in text))
    return [(part, _folded(part)) for part in parts if part]


def _plain(text: str) -> list[str]:
    return [folded for _typed, folded in _words(text)]


def _belongs(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"


def _folded(word: str) -> str:
    """Without capitals and without marks that people leave out, such as Arabic short vowels."""
    wide = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in wide if unicodedata.category(each) != "Mn") or wide


def _runs(said: Sequence[Word], told: Sequence[str]) -> list[str]:
    """The longest shared runs, from the left."""
    least, found, at = min(RUN, len(told)), [], 0
    if least < _FEWEST:
        return []
    starts = {tuple(told[start : start + least]) for start in range(len(told) - least + 1)}
    while at + least <= len(said):
        if tuple(word for _typed, word in said[at : at + least]) not in starts:
            at += 1
            continue
        end = _end(said, told, at, least)
        found.append(" ".join(typed for typed, _word in said[at:end]))
        at = end
    return found


def _end(said: Sequence[Word], told: Sequence[str], at: int, least: int) -> int:
    """How far a run that begins at a word goes in the text it comes from."""
    words, end = [word for _typed, word in said], at + least
    while end < len(words) and _holds(told, words[at : end + 1]):
        end += 1
    return end


def _holds(told: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(told[start : start + len(run)]) == list(run) for start in range(len(told) - len(run) + 1))


def _names(said: Sequence[Word], names: Iterable[str]) -> list[str]:
    parts = {part for name in names for part in _plain(name) if len(part) >= _NAME_LETTERS}
    return [typed for typed, word in said if word in parts]


def _quotes(answer: str, texts: Sequence[Sequence[str]]) -> list[str]:
    quoted = [(found, _plain(found)) for found in _BETWEEN.findall(answer)]
    return [found.strip() for found, words in quoted if words and any(_holds(text, words) for text in texts)]
