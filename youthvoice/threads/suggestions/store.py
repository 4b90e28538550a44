"""Every query of suggestions: letters of the box `agenda`. One that was decided is gone; one that waits on is held."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.letters.key_wraps import is_tag, tag_of
from youthvoice.threads.letters.letter import Locked
from youthvoice.threads.models import Letter, Wrap
from youthvoice.threads.store import Me


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion from outside.

    Attributes:
        id: 16 bytes.
        site_id: where.
        committee_id: whose agenda.
        shown_from: the daily hour from which it is shown, UTC.
        due_on: until when the child was told that it is decided.
        on_hold_since: the day on which somebody decided that it waits; None before.
    """

    id: bytes
    site_id: int
    committee_id: int
    shown_from: datetime
    due_on: date
    on_hold_since: date | None


_SHOWN = ("id", "site_id", "committee_id", "shown_from", "due_on", "looked_at_on")
_COLUMNS = tuple(getattr(Letter, name) for name in _SHOWN)
_BOX = tuple(getattr(Letter, name) for name in ("site_id", "committee_id", "due_on"))
_AGENDA = Letter.box == "agenda"


def shown_to(session: Session, keyring: Keyring, me: Me, now: datetime) -> list[Waiting]:
    """The suggestions that somebody's key opens now: the earliest due first, in no order within a day."""
    found = session.execute(
        select(*_COLUMNS, Wrap.tag)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(_AGENDA, Wrap.person_id == me.person_id, Letter.site_id.in_(me.site_ids), Letter.shown_from <= now)
        .order_by(Letter.due_on, Letter.committee_id, Letter.id)
    )
    key = keyring.key_or_new(THREADS)
    return [Waiting(*outside) for *outside, tag in found if _is_hers(key, outside[0], me, tag)]


def one_for(
    session: Session, keyring: Keyring, letter_id: bytes, me: Me, now: datetime
) -> tuple[Waiting, Locked] | None:
    """One suggestion for one advocate; None where her key opens none, she works elsewhere, or its hour has not come."""
    row = session.execute(
        select(*_COLUMNS, Letter.body, Letter.destruction_month, Wrap.wrapped, Wrap.tag)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(
            _AGENDA,
            Letter.id == letter_id,
            Wrap.person_id == me.person_id,
            Letter.site_id.in_(me.site_ids),
            Letter.shown_from <= now,
        )
    ).first()
    if row is None or not _is_hers(keyring.key_or_new(THREADS), letter_id, me, row.tag):
        return None
    *outside, body, month, wrapped, _tag = row
    return Waiting(*outside), Locked(letter_id, body, month, wrapped)


def waiting(session: Session, now: datetime) -> list[tuple[int, int, date]]:
    """(site, committee, due) of every day on which a suggestion that is shown waits for its first decision."""
    query = select(*_BOX).where(*_waits(now)).distinct().order_by(*_BOX)
    return [(site_id, committee_id, due) for site_id, committee_id, due in session.execute(query)]


def hold(session: Session, letter_id: bytes, day: date) -> bool:
    """Somebody decided that it waits on; False where somebody decided before her."""
    mine = update(Letter).where(_AGENDA, Letter.id == letter_id, Letter.looked_at_on.is_(None))
    changed = session.execute(mine.values(looked_at_on=day))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def take_out(session: Session, suggestion: Waiting) -> bool:
    """It is decided and gone, with every wrap; False where somebody decided otherwise before her."""
    since = Letter.looked_at_on
    same = since.is_(None) if suggestion.on_hold_since is None else since == suggestion.on_hold_since
    gone = session.execute(delete(Letter).where(_AGENDA, Letter.id == suggestion.id, same))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_AGENDA, Letter.shown_from <= now, Letter.looked_at_on.is_(None))


def _is_hers(key: bytes, letter_id: bytes, me: Me, tag: bytes | None) -> bool:
    return is_tag(tag, tag_of(key, letter_id, me.person_id, me.public_key))
