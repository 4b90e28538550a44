"""Find what an answer repeats of the child's own words: others read the answer on a shared tablet (S38). Pure.

It finds four words in a row that the child wrote (all of a shorter text), a name, and a quotation of the child.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from youthvoice.privacy.text_folding import Word, plain_words, split_words

RUN: Final = 4
"""This many words in a row are no coincidence."""

_MIN_WORDS: Final = 2  # a single word identifies nobody

_NAME_LETTERS: Final = 3

_BETWEEN = re.compile('["“”„«‹]([^"“”„«»‹›]{2,200})["“”»›]')


@dataclass(frozen=True, slots=True)
class Repetition:
    """One part of an answer that should not be in it.

    `kind` is `words`, `name` or `quote`; `words` is the part as the answer has it.
    """

    kind: str
    words: str


def find_repetitions(answer: str, child_texts: Iterable[str], names: Iterable[str]) -> list[Repetition]:
    """What an answer repeats of the child's words; empty where it repeats nothing.

    Args:
        answer: as typed.
        child_texts: the child's texts.
        names: of adults who could be meant.
    """
    words, texts = split_words(answer), [plain_words(text) for text in child_texts]
    repetitions = [Repetition("words", run) for text in texts for run in _runs(words, text)]
    repetitions += [Repetition("name", name) for name in _names(words, names)]
    repetitions += [Repetition("quote", quote) for quote in _quotes(answer, texts)]
    return list(dict.fromkeys(repetitions))


def _runs(answer: Sequence[Word], child_words: Sequence[str]) -> list[str]:
    """The longest runs of words that both texts share, from the left."""
    least, runs, at = min(RUN, len(child_words)), [], 0
    if least < _MIN_WORDS:
        return []
    starts = {tuple(child_words[start : start + least]) for start in range(len(child_words) - least + 1)}
    while at + least <= len(answer):
        if tuple(word for _typed, word in answer[at : at + least]) not in starts:
            at += 1
            continue
        end = _end(answer, child_words, at, least)
        runs.append(" ".join(typed for typed, _word in answer[at:end]))
        at = end
    return runs


def _end(answer: Sequence[Word], child_words: Sequence[str], at: int, least: int) -> int:
    """The end of the run that begins at a word, as far as the child's text goes on the same way."""
    words, end = [word for _typed, word in answer], at + least
    while end < len(words) and _contains_run(child_words, words[at : end + 1]):
        end += 1
    return end


def _contains_run(words: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(words[start : start + len(run)]) == list(run) for start in range(len(words) - len(run) + 1))


def _names(answer: Sequence[Word], names: Iterable[str]) -> list[str]:
    parts = {part for name in names for part in plain_words(name) if len(part) >= _NAME_LETTERS}
    return [typed for typed, word in answer if word in parts]


def _quotes(answer: str, texts: Sequence[Sequence[str]]) -> list[str]:
    quoted = [(quote, plain_words(quote)) for quote in _BETWEEN.findall(answer)]
    return [quote.strip() for quote, words in quoted if words and any(_contains_run(text, words) for text in texts)]
