"""The exact counts of a closed batch, and how many children they are of, locked under the kept-counts key.

For publications and analysis only. The length of what is locked follows from the questionnaire, never from an answer.

Source: PRIVACY.md A2; A11 for what won.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import KEPT_COUNTS
from youthvoice.surveys.models import Batch
from youthvoice.surveys.questionnaires.answer_encoding import SKIPPED, UNKNOWN, Place, codes
from youthvoice.surveys.questionnaires.question import DID_NOT_SAY, DONT_KNOW
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

Transitions = dict[str, dict[str, dict[str, int]]]

_N: Final = "n"
_COUNTS: Final = "counts"
_TRANSITIONS: Final = "transitions"
_WON: Final = "won"
_ROOM_WON: Final = 4000  # bytes; more than twenty questions with the longest keys
_DIGITS: Final = 10  # of a count, more than there will ever be
_AROUND: Final = 8  # quotes, colons, commas and braces around one number


class NotCounted(LookupError):
    """There are no counts: the batch is open, or it closed without being counted."""


def counts_of(session: Session, keyring: Keyring, batch_id: int) -> Mapping[str, Mapping[str, int]]:
    """Children per category of every coded question, as `tally` gives them.

    Raises:
        NotCounted: there are none.
        CannotOpen, KeyGone: the kept-counts key is not the one they were locked under.
    """
    found: Mapping[str, Mapping[str, int]] = _kept(session, keyring, batch_id, _COUNTS)
    return found


def transitions_of(session: Session, keyring: Keyring, batch_id: int) -> Transitions:
    """For every `now` question of one sheet: children by their answer before, then now.

    Raises:
        NotCounted, CannotOpen, KeyGone: as `counts_of`.
    """
    found: Transitions = _kept(session, keyring, batch_id, _TRANSITIONS)
    return found


def winners_of(session: Session, keyring: Keyring, batch_id: int) -> Mapping[str, tuple[str, ...]]:
    """What won in a choice: the key of an option, or of both after a tie, by question. How many voted is kept nowhere.

    Raises:
        NotCounted, CannotOpen, KeyGone: as `counts_of`.
    """
    found: Mapping[str, str | list[str]] = _kept(session, keyring, batch_id, _WON)
    return {name: (won,) if isinstance(won, str) else tuple(won) for name, won in found.items()}  # first: one key alone


def number_of(session: Session, keyring: Keyring, batch_id: int) -> int:
    """How many children are in a counted batch; public once it is published.

    Raises:
        NotCounted, CannotOpen, KeyGone: as `counts_of`.
    """
    number: int = _kept(session, keyring, batch_id, _N)
    return number


def closed_for_good(session: Session, keyring: Keyring) -> int:
    """How many batches' counts do not open with the key files that are here."""
    kept = session.execute(select(Batch.id, Batch.sealed_counts))
    return sum(not _opens(keyring, batch_id, locked) for batch_id, locked in kept if locked)


def _opens(keyring: Keyring, batch_id: int, locked: bytes) -> bool:
    try:
        open_kept(keyring, KEPT_COUNTS, locked, _purpose(batch_id))
    except (CannotOpen, KeyGone):
        return False
    return True


def lock_counts(
    keyring: Keyring, batch_id: int, n: int, counts: Mapping[str, Mapping[str, int]], transitions: Transitions
) -> bytes:
    """Lock the exact counts of a batch.

    Args:
        keyring: the key files.
        batch_id: whose counts.
        n: children in the batch.
        counts: from `tally`, with every category of every question.
        transitions: from `transitions`.
    """
    kept = {_N: n, _COUNTS: counts, _TRANSITIONS: transitions}
    return keep(keyring, KEPT_COUNTS, kept, _purpose(batch_id), _room(counts, transitions))


def lock_winners(keyring: Keyring, batch_id: int, won: Mapping[str, Sequence[str]]) -> bytes:
    """Lock what won; also that nothing did, in the same length."""
    return keep(keyring, KEPT_COUNTS, {_WON: won}, _purpose(batch_id), _ROOM_WON)


def _room(counts: Mapping[str, Mapping[str, int]], transitions: Transitions) -> int:
    """What the largest counts of these questions would need, with every child gone from every answer to every other."""
    keys = [[len(key.encode()) for key in categories] for categories in counts.values()]
    longest, most = max(map(max, keys), default=0), max(map(len, keys), default=0)
    cell = longest + _DIGITS + _AROUND
    cells = sum(map(len, keys)) + len(transitions) * most * (most + 1)
    names = sum(len(name.encode()) + _AROUND for name in (*counts, *transitions))
    return cells * cell + names + len(_N + _COUNTS + _TRANSITIONS) + _DIGITS + 4 * _AROUND


def transitions(questionnaire: Questionnaire, sheets: Sequence[bytes]) -> Transitions:
    """How answers went from before to now, for the pairs of questions on one sheet.

    Args:
        questionnaire: what was asked.
        sheets: coded.
    """
    places = {place.question.name: place for place in codes(questionnaire)}
    pairs = [
        (places[place.question.pair], place)
        for place in places.values()
        if place.question.single and place.question.pair in places
    ]
    return {now.question.name: _moved(before, now, sheets) for before, now in pairs}


def _moved(before: Place, now: Place, sheets: Sequence[bytes]) -> dict[str, dict[str, int]]:
    moved = Counter((sheet[before.start], sheet[now.start]) for sheet in sheets)
    table: dict[str, dict[str, int]] = {}
    for (first, then), children in sorted(moved.items()):
        table.setdefault(_category(before, first), {})[_category(now, then)] = children
    return table


def _category(place: Place, code: int) -> str:
    if code == SKIPPED:
        return DID_NOT_SAY
    return DONT_KNOW if code == UNKNOWN else place.question.keys[code - 1]


def _kept(session: Session, keyring: Keyring, batch_id: int, what: str) -> Any:
    locked = session.scalar(select(Batch.sealed_counts).where(Batch.id == batch_id))
    if locked is None:
        raise NotCounted
    kept = open_kept(keyring, KEPT_COUNTS, locked, _purpose(batch_id))
    if what not in kept:
        raise NotCounted
    return kept[what]


def _purpose(batch_id: int) -> Context:
    return context("counts", batch_id)
