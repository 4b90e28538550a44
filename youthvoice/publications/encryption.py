"""Lock a frozen view, so that its bands are read with the key files only; and by its length nothing is told.

How long the locked view is follows from the questionnaire and the audience, never from a band, a winner or n.
"""

from typing import Any, Final

from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS
from youthvoice.publications.snapshot import About, Frozen
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

_LINE: Final = 700  # bytes of an answer's line and its two tables at most, without words
_HEAD: Final = 2_000  # codes, days, names of fields
_ROOM_OF_A_REASON: Final = 2_500  # bytes of 600 letters


def room_for(about: About) -> int:
    """Bytes that no view of this round can exceed: all words of the questionnaire, a line for every answer."""
    words = len(about.questionnaire.to_json().encode())
    names = sum(len(name.encode()) for name in (*about.sites, about.decider))
    return words + names + _lines(about.questionnaire) * _LINE + _HEAD


def _lines(questionnaire: Questionnaire) -> int:
    return sum(3 + len(question.tiles) + len(question.merge or {}) for question in questionnaire.coded)


def locked_view(keyring: Keyring, slug: str, frozen: Frozen, room: int) -> bytes:
    """Lock a view for one publication.

    Raises:
        KeyFileError: as `keep`.
    """
    return keep(keyring, KEPT_WORDS, frozen, _purpose(slug, "view"), room)


def opened_view(keyring: Keyring, slug: str, blob: bytes) -> Frozen:
    """The view again, as it was frozen.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    frozen: Any = open_kept(keyring, KEPT_WORDS, blob, _purpose(slug, "view"))
    return frozen  # type: ignore[no-any-return] # what `locked_view` was given


def locked_reason(keyring: Keyring, slug: str, reason: str) -> bytes:
    """Lock why a view was sent back: the words may speak of what stands in it."""
    return keep(keyring, KEPT_WORDS, reason, _purpose(slug, "reason"), _ROOM_OF_A_REASON)


def opened_reason(keyring: Keyring, slug: str, blob: bytes | None) -> str:
    """Why it was sent back; empty where it was not.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    return str(open_kept(keyring, KEPT_WORDS, blob, _purpose(slug, "reason"))) if blob else ""


def _purpose(slug: str, what: str) -> Context:
    return context("publication", slug, what)
