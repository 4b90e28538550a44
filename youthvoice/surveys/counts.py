"""The exact counts of a closed batch, locked under the kept-counts key. For publications and analysis only.

Source: PRIVACY.md A2; A11 for what won.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.key_names import KEPT_COUNTS
from youthvoice.privacy.keyring import Keyring
from youthvoice.privacy.padding import bucket_for
from youthvoice.privacy.sealing import context, lock_padded, unlock_padded
from youthvoice.surveys.coding import SKIPPED, UNKNOWN, Place, codes
from youthvoice.surveys.models import Batch
from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.questions import DID_NOT_SAY, DONT_KNOW

Transitions = dict[str, dict[str, dict[str, int]]]

_COUNTS: Final = "counts"
_TRANSITIONS: Final = "transitions"
_WON: Final = "won"


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


def winners_of(session: Session, keyring: Keyring, batch_id: int) -> Mapping[str, str]:
    """What won in a choice: the key of an option, by question. How many voted is kept nowhere.

    Raises:
        NotCounted, CannotOpen, KeyGone: as `counts_of`.
    """
    found: Mapping[str, str] = _kept(session, keyring, batch_id, _WON)
    return found


def number_of(session: Session, batch_id: int) -> int:
    """How many children are in a counted batch; public once it is published.

    Raises:
        NotCounted: it was not counted.
    """
    number = session.scalar(select(Batch.n).where(Batch.id == batch_id))
    if number is None:
        raise NotCounted
    return number


def lock_counts(
    keyring: Keyring, batch_id: int, counts: Mapping[str, Mapping[str, int]], transitions: Transitions
) -> bytes:
    """Lock the exact counts of a batch, padded, so that the length tells nothing."""
    return _locked(keyring, batch_id, {_COUNTS: counts, _TRANSITIONS: transitions})


def lock_winners(keyring: Keyring, batch_id: int, won: Mapping[str, str]) -> bytes:
    """Lock what won."""
    return _locked(keyring, batch_id, {_WON: won})


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


def _locked(keyring: Keyring, batch_id: int, kept: Mapping[str, object]) -> bytes:
    data = json.dumps(kept, separators=(",", ":")).encode()
    return lock_padded(keyring.key_or_new(KEPT_COUNTS), data, bucket_for(len(data)), context("counts", batch_id))


def _kept(session: Session, keyring: Keyring, batch_id: int, what: str) -> Any:
    locked = session.scalar(select(Batch.sealed_counts).where(Batch.id == batch_id))
    if locked is None:
        raise NotCounted
    kept = json.loads(unlock_padded(keyring.key(KEPT_COUNTS), locked, context("counts", batch_id)))
    if what not in kept:
        raise NotCounted
    return kept[what]
