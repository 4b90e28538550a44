"""How hard a password is to guess, by an estimator that knows common passwords, names, patterns and keyboards.

Its word lists are large: they are loaded when somebody first chooses a password, and in that process only.
Source: Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

SHORTEST: Final = 12
LEAST_LOG10: Final = 10.0
"""Guesses as a power of ten: with 64 MiB and three passes for each, and the pepper, that is far beyond a thief."""

_LOOKED_AT: Final = 32  # letters; the estimator slows down with the square of the length
_LOOK_ALIKES: Final = str.maketrans("@({[<!|$+%", "accccilstx")
_MOST_LOOK_ALIKES: Final = 2
"""Signs that stand for letters; the estimator tries every way to read them, and more of them take it seconds."""
_HERS: Final = "user_inputs"


def weakness(password: str, hers: Collection[str] = ()) -> str | None:
    """What makes a password easy to guess, or None when it is hard.

    Args:
        password: as typed.
        hers: words that somebody who knows her tries first: her names, her sites' names.

    Returns:
        `too_short`, `hers`, `repeat`, `sequence`, `keyboard`, `date`, `common` or `too_easy`.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if any(len(word) >= len("abcd") and word.casefold() in password.casefold() for word in hers):
        return "hers"
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    parts = {part for word in hers for part in (word, *word.split()) if part}
    found = zxcvbn(_readable(password[:_LOOKED_AT]), user_inputs=sorted(parts), max_length=_LOOKED_AT)
    return None if found["guesses_log10"] >= LEAST_LOG10 else _why(found["sequence"])


def _readable(password: str) -> str:
    """A password in which many signs stand for letters, with those letters: it is no harder to guess so."""
    signs = {ord(sign) for sign in password} & _LOOK_ALIKES.keys()
    return password.translate(_LOOK_ALIKES) if len(signs) > _MOST_LOOK_ALIKES else password


def _why(sequence: Collection[Mapping[str, Any]]) -> str:
    """What the longest part that the estimator knew is."""
    known = [part for part in sequence if part["pattern"] != "bruteforce"]
    if not known:
        return "too_easy"
    longest = max(known, key=lambda part: len(part["token"]))
    if longest["pattern"] == "dictionary":
        return "hers" if longest["dictionary_name"] == _HERS else "common"
    codes = {"repeat": "repeat", "sequence": "sequence", "spatial": "keyboard", "date": "date"}
    return codes.get(longest["pattern"], "too_easy")
