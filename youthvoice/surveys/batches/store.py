"""Load and store batches: the open ones with their responses, and the exact counts of the closed ones.

Counts are loaded for publications, for analysis and for the result of a choice. The length of what is encrypted follows
from the questionnaire, never from an answer.

Source: PRIVACY.md A2; A11 for the winners of a choice.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select, text, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, decrypt_padded, sealing_context
from youthvoice.privacy.disclosure.split_table import SafeSplit, split_from_data, split_to_data
from youthvoice.privacy.encrypted_json import check_opening, decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_COUNTS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.tablet_status import list_shown_waiting, list_waiting_tablets
from youthvoice.slips.store import count_cards
from youthvoice.surveys.batches.rules import BatchState, Ties
from youthvoice.surveys.batches.transitions import Transitions
from youthvoice.surveys.models import BatchRow, ChoiceRow, ResponseRow, RoundRow
from youthvoice.surveys.responses.cards import card_purpose, split_card
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.split import DeclaredSplit

_N: Final = "n"

_COUNTS: Final = "counts"

_TRANSITIONS: Final = "transitions"

_BEFORE: Final = "before"

_WAVES: Final = "waves"

_WON: Final = "won"

_SPLIT: Final = "split"

_WINNERS_LENGTH: Final = 4000  # bytes; more than twenty questions with the longest keys

_DIGITS: Final = 10  # of a count, more than there will ever be

_AROUND: Final = 8  # quotes, colons, commas and braces around one number


@dataclass(frozen=True, slots=True)
class OpenedResponses:
    """The responses of a batch, opened in memory for the moment of closing.

    Attributes:
        stored: how many are stored; where cards link two waves, in the larger wave.
        coded: the coded answers of those that open, of both waves.
        key_gone: whether there are responses and no key.
        pairs: where cards link two waves, both responses of each child who used both halves; None elsewhere.
        waves: how many responses of the first and of the second wave open; empty elsewhere.
        cards_misused: whether a card was used twice in one wave, or more were used than were dealt.
    """

    stored: int
    coded: Sequence[bytes]
    key_gone: bool
    pairs: Sequence[tuple[bytes, bytes]] | None = None
    waves: tuple[int, ...] = ()
    cards_misused: bool = False


def list_open_batches(session: Session) -> list[int]:
    """List every open batch, oldest first."""
    return list(session.scalars(select(BatchRow.id).where(BatchRow.closed_on.is_(None)).order_by(BatchRow.id)))


MAX_DUE: Final = 200
"""How many batches are due at most in one run of the job."""


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Whether it is time; a moment further away than a day was reckoned by a wrong clock (`rules.next_check`)."""
    return or_(BatchRow.due_at <= now, BatchRow.due_at > now + timedelta(days=2))


def list_due_batches(session: Session, now: datetime) -> list[int]:
    """List open batches that are to be checked now, those that wait longest first; at most `MAX_DUE`."""
    query = select(BatchRow.id).where(BatchRow.closed_on.is_(None), _is_due(now))
    return list(session.scalars(query.order_by(BatchRow.due_at).limit(MAX_DUE)))


def lock_batch(session: Session, batch_id: int, *, skip_locked: bool = False) -> BatchRow | None:
    """Lock an open batch's row until the commit, against closers and arriving responses; None where it is closed.

    Args:
        session: may write.
        batch_id: which one.
        skip_locked: None, too, where another transaction has locked it.
    """
    query = select(BatchRow).where(BatchRow.id == batch_id, BatchRow.closed_on.is_(None))
    locking = query.with_for_update(skip_locked=skip_locked).execution_options(populate_existing=True)
    return session.scalars(locking).one_or_none()


def check_again_at(session: Session, batch_ids: Collection[int], moment: datetime) -> None:
    """Let the job check batches that are open at another moment."""
    own_rows = update(BatchRow).where(BatchRow.id.in_(batch_ids), BatchRow.closed_on.is_(None))
    session.execute(own_rows.values(due_at=moment))


def list_used_answer_keys(session: Session) -> set[str]:
    """The names of the keys that open batches use."""
    return set(session.scalars(select(BatchRow.answers_key).where(BatchRow.closed_on.is_(None)).distinct()))


def block_round_openings(session: Session) -> None:
    """Make rounds that open now wait until their old key is destroyed; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE"))


def slug_of_batch(session: Session, batch_id: int) -> str:
    """The slug of the last round of a batch."""
    slugs = select(RoundRow.slug).where(RoundRow.batch_id == batch_id).order_by(RoundRow.id.desc()).limit(1)
    return session.scalars(slugs).one()


def time_zone_of_round(session: Session, round_: Round) -> str:
    """The time zone of a round: that of its first site."""
    return get_site(session, round_.site_ids[0]).time_zone


def find_batch_state(
    session: Session, row: BatchRow, rounds: Sequence[Round], time_zone: str, now: datetime
) -> BatchState:
    """The state of a batch as far as it is known without its responses, with everything else that the rules need.

    Args:
        session: only read.
        row: of the batch.
        rounds: its round, or both where cards link two waves, in order; it closes with the last one.
        time_zone: of its first site.
        now: this moment.
    """
    first, round_ = rounds[0], rounds[-1]
    return BatchState(
        purpose=round_.purpose,
        starts_at=first.starts_at,
        ends_at=max(round_.ends_at for round_ in rounds),  # somebody may end the second wave while the first is open
        invited=round_.invited,
        responses=0,
        readable=0,
        tablets_waiting=tuple(list_waiting_tablets(session, round_.site_ids, _ended_at(rounds, now), first.starts_at)),
        looked=row.looked,
        time_zone=time_zone,
        first_wave_ends_at=first.ends_at if round_.has_cards else None,
    )


def with_responses(batch_state: BatchState, responses: OpenedResponses) -> BatchState:
    """The state of a batch whose responses were opened."""
    return replace(
        batch_state,
        responses=responses.stored,
        readable=len(responses.coded),
        key_gone=responses.key_gone,
        pairs=len(responses.pairs) if responses.pairs is not None else None,
        cards_misused=responses.cards_misused,
    )


def list_shown_tablets(session: Session, round_: Round, now: datetime) -> list[str]:
    """Names of the tablets that a round which has ended may wait for, as of the last daily hour (T5)."""
    sites = (get_site(session, site_id) for site_id in round_.site_ids)
    return [name for site in sites for name in list_shown_waiting(session, site, round_.ends_at, now)]


def _ended_at(rounds: Sequence[Round], now: datetime) -> datetime:
    """The end of the wave that is checked now: where cards link two, the last one that has ended."""
    return max((round_.ends_at for round_ in rounds if round_.ends_at <= now), default=rounds[0].ends_at)


def open_responses(session: Session, rounds: Sequence[Round]) -> OpenedResponses:
    """Open every response of a batch in memory; one that was altered does not open and is not counted.

    Args:
        session: only read.
        rounds: as for `find_batch_state`.
    """
    round_ = rounds[-1]
    columns = select(ResponseRow.__table__.c.id, ResponseRow.__table__.c.blob, ResponseRow.__table__.c.round_id)
    responses = session.execute(columns.where(ResponseRow.round_id.in_([round_.id for round_ in rounds]))).all()
    try:
        key = context.keyring().key(round_.answers_key)
    except KeyGone:
        return OpenedResponses(len(responses), (), key_gone=bool(responses))
    prefixes = {round_.id: sealing_context("sheet", round_.slug) for round_ in rounds}
    coded: dict[int, list[bytes]] = {round_.id: [] for round_ in rounds}
    for submission_id, blob, round_id in responses:
        with suppress(CannotOpen):
            coded[round_id].append(decrypt_padded(key, blob, f"{prefixes[round_id]}|{submission_id.hex()}"))
    if not round_.has_cards:
        return OpenedResponses(len(responses), coded[round_.id], key_gone=False)
    stored = Counter(round_id for _id, _blob, round_id in responses)
    return _pair_up(max(stored.values(), default=0), list(coded.values()), _count_dealt_cards(session, round_))


def _pair_up(stored: int, waves: Sequence[Sequence[bytes]], number_dealt: int) -> OpenedResponses:
    """Match the responses of two waves by the card mark behind the answers; a response without one stays unpaired."""
    first, second = (_by_card(wave) for wave in waves)
    coded = [split_card(response)[0] for wave in waves for response in wave]
    pairs = [(first[card][0], responses[0]) for card, responses in sorted(second.items()) if card in first]
    misused = any(
        len(by_card) > number_dealt or any(len(responses) > 1 for responses in by_card.values())
        for by_card in (first, second)
    )
    return OpenedResponses(
        stored, coded, key_gone=False, pairs=pairs, waves=(len(waves[0]), len(waves[1])), cards_misused=misused
    )


def _by_card(wave: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    by_card: dict[bytes, list[bytes]] = {}
    for coded, card in map(split_card, wave):
        if card:
            by_card.setdefault(card, []).append(coded)
    return by_card


def _count_dealt_cards(session: Session, round_: Round) -> int:
    """How many cards were dealt for a pair at all its sites, without those withdrawn before anybody used them."""
    return count_cards(session, card_purpose(round_, "pre"), card_purpose(round_, "post"))


def delete_responses(session: Session, rounds: Sequence[Round]) -> None:
    """Delete every response of a batch in one statement; receipts stay."""
    session.execute(delete(ResponseRow).where(ResponseRow.round_id.in_([round_.id for round_ in rounds])))


class BatchNotCounted(LookupError):
    """There are no counts: the batch is open, or it closed without being counted."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The exact counts of a closed batch, decrypted once.

    Each attribute but `split` raises `BatchNotCounted` where a batch has none: a choice has `winners` only, and what
    two waves need is there where cards link them.
    """

    _parts: Mapping[str, Any]

    @property
    def n(self) -> int:
        """How many children; public once the batch is published."""
        number: int = self._part(_N)
        return number

    @property
    def by_question(self) -> Mapping[str, Mapping[str, int]]:
        """Children per category of every coded question, in the form of `tally_answers`."""
        counts: Mapping[str, Mapping[str, int]] = self._part(_COUNTS)
        return counts

    @property
    def transitions(self) -> Transitions:
        """For every question with an answer before and now, how many children gave each pair of them."""
        transitions: Transitions = self._part(_TRANSITIONS)
        return transitions

    @property
    def before(self) -> Mapping[str, Mapping[str, int]]:
        """As `by_question`: the same children in the first wave."""
        counts: Mapping[str, Mapping[str, int]] = self._part(_BEFORE)
        return counts

    @property
    def wave_sizes(self) -> tuple[int, int]:
        """How many responses the first and the second wave had; for advocates only."""
        before, after = self._part(_WAVES)
        return int(before), int(after)

    @property
    def winners(self) -> Mapping[str, tuple[str, ...]]:
        """What won in a choice: by question the key of an option, or of both after a tie; votes are stored nowhere."""
        winners: Mapping[str, str | list[str]] = self._part(_WON)
        return {
            name: (won,) if isinstance(won, str) else tuple(won) for name, won in winners.items()
        }  # older rows: one key

    @property
    def split(self) -> SafeSplit | None:
        """What may be published about its parts; None where nothing may, or no split was declared."""
        data = self._parts.get(_SPLIT)
        return split_from_data(data) if data else None

    def _part(self, name: str) -> Any:
        if name not in self._parts:
            raise BatchNotCounted
        return self._parts[name]


def load_counts(session: Session, batch_id: int) -> Counts:
    """Load and decrypt the counts of a batch.

    Raises:
        BatchNotCounted: there are none.
        CannotOpen, KeyGone: the kept-counts key is not the one they were encrypted under.
    """
    blob = session.scalar(select(BatchRow.sealed_counts).where(BatchRow.id == batch_id))
    if blob is None:
        raise BatchNotCounted
    return Counts(decrypt_json(context.keyring(), KEPT_COUNTS, blob, _purpose(batch_id)))


def check_counts() -> Iterator[bool]:
    """Whether the counts of each closed batch open with the present key files."""
    rows = db.walk_rows(select(BatchRow.id, BatchRow.sealed_counts), BatchRow.id)
    closed = (row for row in rows if row.sealed_counts)
    return check_opening(
        closed, lambda row: decrypt_json(context.keyring(), KEPT_COUNTS, row.sealed_counts, _purpose(row.id))
    )


@dataclass(frozen=True, slots=True)
class FirstWave:
    """The counts of linked pairs in the first wave, and how many responses each wave had."""

    counts: Mapping[str, Mapping[str, int]]
    waves: tuple[int, ...]


def encrypt_counts(  # noqa: PLR0913, PLR0917 - all that is stored of a batch
    keyring: Keyring,
    batch_id: int,
    n: int,
    counts: Mapping[str, Mapping[str, int]],
    transitions: Transitions,
    first: FirstWave | None = None,
    split: DeclaredSplit | None = None,
) -> bytes:
    """Encrypt the exact counts of a batch.

    Args:
        keyring: the key files.
        batch_id: whose counts.
        n: children in the batch.
        counts: from `tally_answers`, with every category of every question.
        transitions: from `count_transitions`, or `count_changes` where cards link two waves.
        first: the first of two waves that cards link, else None.
        split: the parts, of a round that declared a split.
    """
    values: dict[str, object] = {_N: n, _COUNTS: counts, _TRANSITIONS: transitions}
    length = _padded_length(counts, transitions)
    if first is not None:
        values |= {_BEFORE: first.counts, _WAVES: first.waves}
        length += _padded_length(first.counts, {}) + len(_BEFORE + _WAVES) + 2 * _DIGITS
    if split is not None:
        values |= {_SPLIT: split_to_data(split.safe) if split.safe else None}
        length += split.max_bytes
    return encrypt_json(keyring, KEPT_COUNTS, values, _purpose(batch_id), length)


def encrypt_winners(keyring: Keyring, batch_id: int, won: Mapping[str, Sequence[str]]) -> bytes:
    """Encrypt what won; the length is the same where nothing won."""
    return encrypt_json(keyring, KEPT_COUNTS, {_WON: won}, _purpose(batch_id), _WINNERS_LENGTH)


def _padded_length(counts: Mapping[str, Mapping[str, int]], transitions: Transitions) -> int:
    """Bytes for the largest possible counts of these questions: all answers and transitions with full numbers."""
    keys = [[len(key.encode()) for key in categories] for categories in counts.values()]
    longest, most = max(map(max, keys), default=0), max(map(len, keys), default=0)
    cell = longest + _DIGITS + _AROUND
    cells = sum(map(len, keys)) + len(transitions) * most * (most + 1)
    names = sum(len(name.encode()) + _AROUND for name in (*counts, *transitions))
    return cells * cell + names + len(_N + _COUNTS + _TRANSITIONS) + _DIGITS + 4 * _AROUND


def _purpose(batch_id: int) -> SealingContext:
    return sealing_context("counts", batch_id)


def tie_rule_of_round(session: Session, round_id: int) -> Ties:
    """How a tie ends in a round; `first` where the round was not opened as a choice."""
    ties = session.scalar(select(ChoiceRow.ties).where(ChoiceRow.round_id == round_id))
    if ties == "lot":
        return "lot"
    return "both" if ties == "both" else "first"
