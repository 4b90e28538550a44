"""Does an answer repeat what the child told? It is read on a tablet that others use, too (S38). Pure.

What is found: four words in a row that the child wrote (all of them where there were fewer), a name, and whatever
stands between quotation marks and is the child's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from youthvoice.privacy.text_folding import Word, plain_words, split_words

RUN: Final = 4
"""Words in a row that are no accident any more."""

_FEWEST: Final = 2  # one word alone is nobody's

_NAME_LETTERS: Final = 3

_BETWEEN = re.compile('["“”„«‹]([^"“”„«»‹›]{2,200})["“”»›]')


@dataclass(frozen=True, slots=True)
class Echo:
    """One thing that should not be in an answer: `kind` is `words`, `name` or `quote`; `words` as the answer has it."""

    kind: str
    words: str


def find_echoes(answer: str, told: Iterable[str], names: Iterable[str]) -> list[Echo]:
    """What an answer repeats; nothing where it is as it should be.

    Args:
        answer: as typed.
        told: everything that the child wrote, each text by itself.
        names: of adults who could be meant.
    """
    words, texts = split_words(answer), [plain_words(text) for text in told]
    echoes = [Echo("words", run) for text in texts for run in _runs(words, text)]
    echoes += [Echo("name", name) for name in _names(words, names)]
    echoes += [Echo("quote", quote) for quote in _quotes(answer, texts)]
    return list(dict.fromkeys(echoes))


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
    parts = {part for name in names for part in plain_words(name) if len(part) >= _NAME_LETTERS}
    return [typed for typed, word in said if word in parts]


def _quotes(answer: str, texts: Sequence[Sequence[str]]) -> list[str]:
    quoted = [(found, plain_words(found)) for found in _BETWEEN.findall(answer)]
    return [found.strip() for found, words in quoted if words and any(_holds(text, words) for text in texts)]
