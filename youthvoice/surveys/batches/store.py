"""Every query of batches that are not closed yet, and of their sheets; only closing uses them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import CannotOpen, context, unlock_padded
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.sites import store as places
from youthvoice.surveys.batches.closing_rules import Standing
from youthvoice.surveys.models import Batch, Round, Sheet
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """The sheets of a batch, for the moment of closing.

    Attributes:
        stored: how many there are.
        coded: those that open.
        key_gone: whether there are sheets and no key.
    """

    stored: int
    coded: Sequence[bytes]
    key_gone: bool


def waiting_rounds(session: Session) -> list[tuple[int, str]]:
    """Batch and slug of every round whose batch is not closed, oldest first."""
    found = select(Batch.id, Round.slug).join(Round, Round.batch_id == Batch.id).where(Batch.closed_on.is_(None))
    return [(batch_id, slug) for batch_id, slug in session.execute(found.order_by(Batch.id))]


def hold(session: Session, batch_id: int) -> Batch | None:
    """Hold a batch until the commit, against closers and arriving sheets; None when it closed meanwhile."""
    open_one = select(Batch).where(Batch.id == batch_id, Batch.closed_on.is_(None))
    return session.scalars(open_one.with_for_update().execution_options(populate_existing=True)).one_or_none()


def round_of(session: Session, batch_id: int) -> RoundFacts | None:
    """The round of a batch."""
    return next(iter(store.rounds_of_batch(session, batch_id)), None)


def time_zone_of(session: Session, facts: RoundFacts) -> str:
    """The zone whose clock rules: that of the first site."""
    site = places.site(session, facts.site_ids[0])
    return site.time_zone if site else "UTC"


def day_at(now: datetime, time_zone: str) -> date:
    """The day it is there."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def looked(session: Session, batch_id: int) -> str | None:
    """The quarter in which a care round's batch was last looked at."""
    return session.scalar(select(Batch.looked).where(Batch.id == batch_id))


def standing(session: Session, facts: RoundFacts, time_zone: str, opened: Opened | None = None) -> Standing:
    """Where a batch stands, as far as the rules ask.

    Args:
        session: only read.
        facts: its round.
        time_zone: of its first site.
        opened: its sheets; left out where only its dates matter.
    """
    return Standing(
        purpose=facts.purpose,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        invited=facts.invited,
        sheets=opened.stored if opened else 0,
        readable=len(opened.coded) if opened else 0,
        tablets_waiting=tablets_waiting(session, facts.site_ids),
        looked=looked(session, facts.batch_id),
        time_zone=time_zone,
        key_gone=opened.key_gone if opened else False,
    )


def tablets_waiting(session: Session, site_ids: Sequence[int]) -> int:  # noqa: ARG001 - a queue will be asked here
    """Tablets of some sites that reported an entry in their queue; a tablet without one is empty."""
    return 0


def open_sheets(session: Session, keyring: Keyring, facts: RoundFacts) -> Opened:
    """Open every sheet of a round in memory; what was altered does not open and is not counted."""
    columns = select(Sheet.__table__.c.id, Sheet.__table__.c.blob).where(Sheet.round_id == facts.id)
    rows = session.execute(columns).all()
    try:
        key = keyring.key(facts.answers_key)
    except KeyGone:
        return Opened(len(rows), (), key_gone=bool(rows))
    before = context("sheet", facts.slug)
    coded = []
    for sheet_id, blob in rows:
        try:
            coded.append(unlock_padded(key, blob, f"{before}|{sheet_id.hex()}"))
        except CannotOpen:
            continue
    return Opened(len(rows), coded, key_gone=False)


def delete_sheets(session: Session, facts: RoundFacts) -> None:
    """Delete every sheet of a round, in one statement; receipts stay."""
    session.execute(delete(Sheet).where(Sheet.round_id == facts.id))


def end_round(session: Session, facts: RoundFacts, now: datetime, day: date) -> None:
    """End a round now."""
    session.execute(update(Round).where(Round.id == facts.id).values(ends_at=now, ended_on=day))
