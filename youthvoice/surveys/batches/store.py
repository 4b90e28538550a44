"""Batches as they are kept: those that wait and their sheets, and the exact counts of those that are closed.

For publications and analysis only. The length of what is locked follows from the questionnaire, never from an answer.

Source: PRIVACY.md A2; A11 for what won.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context, unlock_padded
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_COUNTS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import get_site
from youthvoice.surveys.batches.rules import BatchState, Ties
from youthvoice.surveys.models import BatchRow, ChoiceRow, ResponseRow, RoundRow
from youthvoice.surveys.questionnaires.answer_encoding import SKIPPED, UNKNOWN, AnswerSlot, answer_codes
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Questionnaire
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_rounds_of_batch


@dataclass(frozen=True, slots=True)
class OpenedSheets:
    """The sheets of a batch, for the moment of closing.

    Attributes:
        stored: how many there are.
        coded: those that open.
        key_gone: whether there are sheets and no key.
    """

    stored: int
    coded: Sequence[bytes]
    key_gone: bool


def list_unclosed_rounds(session: Session) -> list[tuple[int, str]]:
    """Batch and slug of every round whose batch is not closed, oldest first."""
    found = (
        select(BatchRow.id, RoundRow.slug)
        .join(RoundRow, RoundRow.batch_id == BatchRow.id)
        .where(BatchRow.closed_on.is_(None))
    )
    return [(batch_id, slug) for batch_id, slug in session.execute(found.order_by(BatchRow.id))]


def lock_batch(session: Session, batch_id: int) -> BatchRow | None:
    """Hold a batch until the commit, against closers and arriving sheets; None when it closed meanwhile."""
    open_one = select(BatchRow).where(BatchRow.id == batch_id, BatchRow.closed_on.is_(None))
    return session.scalars(open_one.with_for_update().execution_options(populate_existing=True)).one_or_none()


def find_round_of_batch(session: Session, batch_id: int) -> Round | None:
    """The round of a batch."""
    return next(iter(list_rounds_of_batch(session, batch_id)), None)


def time_zone_of_round(session: Session, facts: Round) -> str:
    """The zone whose clock rules: that of the first site."""
    return get_site(session, facts.site_ids[0]).time_zone


def quarter_of_last_check(session: Session, batch_id: int) -> str | None:
    """The quarter in which a care round's batch was last looked at."""
    return session.scalar(select(BatchRow.looked).where(BatchRow.id == batch_id))


def find_batch_state(session: Session, facts: Round, time_zone: str, opened: OpenedSheets | None = None) -> BatchState:
    """Where a batch stands, as far as the rules ask.

    Args:
        session: only read.
        facts: its round.
        time_zone: of its first site.
        opened: its sheets; left out where only its dates matter.
    """
    return BatchState(
        purpose=facts.purpose,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        invited=facts.invited,
        sheets=opened.stored if opened else 0,
        readable=len(opened.coded) if opened else 0,
        tablets_waiting=count_waiting_tablets(session, facts.site_ids),
        looked=quarter_of_last_check(session, facts.batch_id),
        time_zone=time_zone,
        key_gone=opened.key_gone if opened else False,
    )


def count_waiting_tablets(session: Session, site_ids: Sequence[int]) -> int:  # noqa: ARG001 - a queue will be asked here
    """Tablets of some sites that reported an entry in their queue; a tablet without one is empty."""
    return 0


def open_sheets(session: Session, facts: Round) -> OpenedSheets:
    """Open every sheet of a round in memory; what was altered does not open and is not counted."""
    columns = select(ResponseRow.__table__.c.id, ResponseRow.__table__.c.blob).where(ResponseRow.round_id == facts.id)
    rows = session.execute(columns).all()
    try:
        key = context.keyring().key(facts.answers_key)
    except KeyGone:
        return OpenedSheets(len(rows), (), key_gone=bool(rows))
    before = sealing_context("sheet", facts.slug)
    coded = []
    for sheet_id, blob in rows:
        try:
            coded.append(unlock_padded(key, blob, f"{before}|{sheet_id.hex()}"))
        except CannotOpen:
            continue
    return OpenedSheets(len(rows), coded, key_gone=False)


def delete_sheets(session: Session, facts: Round) -> None:
    """Delete every sheet of a round, in one statement; receipts stay."""
    session.execute(delete(ResponseRow).where(ResponseRow.round_id == facts.id))


Transitions = dict[str, dict[str, dict[str, int]]]


_N: Final = "n"


_COUNTS: Final = "counts"


_TRANSITIONS: Final = "transitions"


_WON: Final = "won"


_ROOM_WON: Final = 4000  # bytes; more than twenty questions with the longest keys


_DIGITS: Final = 10  # of a count, more than there will ever be


_AROUND: Final = 8  # quotes, colons, commas and braces around one number


class BatchNotCounted(LookupError):
    """There are no counts: the batch is open, or it closed without being counted."""


def load_counts(session: Session, batch_id: int) -> Mapping[str, Mapping[str, int]]:
    """Children per category of every coded question, as `tally_answers` gives them.

    Raises:
        BatchNotCounted: there are none.
        CannotOpen, KeyGone: the kept-counts key is not the one they were locked under.
    """
    found: Mapping[str, Mapping[str, int]] = _kept(session, batch_id, _COUNTS)
    return found


def load_transitions(session: Session, batch_id: int) -> Transitions:
    """For every `now` question of one sheet: children by their answer before, then now.

    Raises:
        BatchNotCounted, CannotOpen, KeyGone: as `load_counts`.
    """
    found: Transitions = _kept(session, batch_id, _TRANSITIONS)
    return found


def load_winners(session: Session, batch_id: int) -> Mapping[str, tuple[str, ...]]:
    """What won in a choice: the key of an option, or of both after a tie, by question. How many voted is kept nowhere.

    Raises:
        BatchNotCounted, CannotOpen, KeyGone: as `load_counts`.
    """
    found: Mapping[str, str | list[str]] = _kept(session, batch_id, _WON)
    return {name: (won,) if isinstance(won, str) else tuple(won) for name, won in found.items()}  # first: one key alone


def load_number_of_responses(session: Session, batch_id: int) -> int:
    """How many children are in a counted batch; public once it is published.

    Raises:
        BatchNotCounted, CannotOpen, KeyGone: as `load_counts`.
    """
    number: int = _kept(session, batch_id, _N)
    return number


def count_unreadable_batches(session: Session) -> int:
    """How many batches' counts do not open with the key files that are here."""
    kept = session.execute(select(BatchRow.id, BatchRow.sealed_counts))
    return sum(not _opens(batch_id, locked) for batch_id, locked in kept if locked)


def _opens(batch_id: int, locked: bytes) -> bool:
    try:
        unlock_json(context.keyring(), KEPT_COUNTS, locked, _purpose(batch_id))
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
        counts: from `tally_answers`, with every category of every question.
        transitions: from `count_transitions`.
    """
    kept = {_N: n, _COUNTS: counts, _TRANSITIONS: transitions}
    return lock_json(keyring, KEPT_COUNTS, kept, _purpose(batch_id), _room(counts, transitions))


def lock_winners(keyring: Keyring, batch_id: int, won: Mapping[str, Sequence[str]]) -> bytes:
    """Lock what won; also that nothing did, in the same length."""
    return lock_json(keyring, KEPT_COUNTS, {_WON: won}, _purpose(batch_id), _ROOM_WON)


def _room(counts: Mapping[str, Mapping[str, int]], transitions: Transitions) -> int:
    """What the largest counts of these questions would need, with every child gone from every answer to every other."""
    keys = [[len(key.encode()) for key in categories] for categories in counts.values()]
    longest, most = max(map(max, keys), default=0), max(map(len, keys), default=0)
    cell = longest + _DIGITS + _AROUND
    cells = sum(map(len, keys)) + len(transitions) * most * (most + 1)
    names = sum(len(name.encode()) + _AROUND for name in (*counts, *transitions))
    return cells * cell + names + len(_N + _COUNTS + _TRANSITIONS) + _DIGITS + 4 * _AROUND


def count_transitions(questionnaire: Questionnaire, sheets: Sequence[bytes]) -> Transitions:
    """How answers went from before to now, for the pairs of questions on one sheet.

    Args:
        questionnaire: what was asked.
        sheets: coded.
    """
    places = {place.question.name: place for place in answer_codes(questionnaire)}
    pairs = [
        (places[place.question.pair], place)
        for place in places.values()
        if place.question.single and place.question.pair in places
    ]
    return {now.question.name: _moved(before, now, sheets) for before, now in pairs}


def _moved(before: AnswerSlot, now: AnswerSlot, sheets: Sequence[bytes]) -> dict[str, dict[str, int]]:
    moved = Counter((sheet[before.start], sheet[now.start]) for sheet in sheets)
    table: dict[str, dict[str, int]] = {}
    for (first, then), children in sorted(moved.items()):
        table.setdefault(_category(before, first), {})[_category(now, then)] = children
    return table


def _category(place: AnswerSlot, code: int) -> str:
    if code == SKIPPED:
        return DID_NOT_SAY
    return DONT_KNOW if code == UNKNOWN else place.question.keys[code - 1]


def _kept(session: Session, batch_id: int, what: str) -> Any:
    locked = session.scalar(select(BatchRow.sealed_counts).where(BatchRow.id == batch_id))
    if locked is None:
        raise BatchNotCounted
    kept = unlock_json(context.keyring(), KEPT_COUNTS, locked, _purpose(batch_id))
    if what not in kept:
        raise BatchNotCounted
    return kept[what]


def _purpose(batch_id: int) -> SealingContext:
    return sealing_context("counts", batch_id)


def tie_rule_of_round(session: Session, round_id: int) -> Ties:
    """How a tie ends in a round; `first` where it was opened without the page of choices."""
    found = session.scalar(select(ChoiceRow.ties).where(ChoiceRow.round_id == round_id))
    if found == "lot":
        return "lot"
    return "both" if found == "both" else "first"
