"""Invitations: a one-time link that lasts seven days, known by its hash, vouched for by the key file `people`."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.accounts import store
from youthvoice.accounts.models import Invitation
from youthvoice.accounts.rules import INVITATION_LASTS
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.crypto.session_keys import session_token, token_hash

_REMEMBERED: Final = timedelta(days=30)  # so long a used or expired link says which of the two it is


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited.

    Attributes:
        name: as others know her.
        role: one of `permissions.ROLES`.
        site_ids: where she will work.
        mail: her address, locked; or None.
        person_id: of somebody who is there already and lost her password; else None.
    """

    name: str
    role: str
    site_ids: frozenset[int]
    mail: bytes | None = field(default=None, repr=False)
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An invitation that somebody may still accept."""

    id: int
    guest: Guest
    invited_by: int
    until: datetime


class NotOpen(Exception):
    """This link lets nobody in.

    Attributes:
        code: `used`, `over` or `unknown`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def invite(session: Session, guest: Guest, invited_by: int, people_key: bytes, now: datetime) -> str:
    """Write an invitation; an earlier one of the same person ends.

    Returns:
        The token of the link, 43 characters; it is kept nowhere.
    """
    session.execute(delete(Invitation).where(Invitation.until <= now - _REMEMBERED))
    if guest.person_id is not None:
        session.execute(delete(Invitation).where(Invitation.person_id == guest.person_id, Invitation.used_on.is_(None)))
    token = session_token()
    row = Invitation(
        token_hash=token_hash(token),
        name=guest.name,
        role=guest.role,
        site_ids=sorted(guest.site_ids),
        person_id=guest.person_id,
        invited_by=invited_by,
        mail=guest.mail,
        until=now + INVITATION_LASTS,
        seal=b"",
    )
    row.seal = record_mac(people_key, "invitation", *_claims(row))
    session.add(row)
    session.flush()
    return token


def _claims(row: Invitation) -> tuple[str | int | None, ...]:
    sites = ",".join(str(site_id) for site_id in row.site_ids)
    until = row.until.astimezone(UTC).isoformat()
    return row.token_hash.hex(), row.name, row.role, sites, row.person_id, row.invited_by, until


def find(session: Session, token: str, people_key: bytes, now: datetime) -> Open:
    """The invitation of a link.

    Raises:
        NotOpen: it lets nobody in.
    """
    row = session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if row is None or not check_record_mac(row.seal, people_key, "invitation", *_claims(row)):
        raise NotOpen("unknown")
    host = store.find(session, row.invited_by)
    if host is None or host.left_on is not None:
        raise NotOpen("unknown")
    if row.used_on is not None:
        raise NotOpen("used")
    if row.until <= now:
        raise NotOpen("over")
    return _opened(row)


def use(session: Session, invitation: Open, day: date) -> None:
    """The link is spent, in the transaction that makes the account; its address is forgotten.

    Raises:
        NotOpen: somebody was faster.
    """
    mine = (Invitation.id == invitation.id, Invitation.used_on.is_(None))
    spent = session.execute(update(Invitation).where(*mine).values(used_on=day, mail=None))
    if not spent.rowcount:  # type: ignore[attr-defined]
        raise NotOpen("used")


def waiting(session: Session, site_ids: Collection[int], now: datetime) -> list[Open]:
    """The invitations to any of these sites that nobody has accepted yet, by name."""
    query = select(Invitation).where(Invitation.used_on.is_(None), Invitation.until > now)
    rows = session.scalars(query.order_by(Invitation.name, Invitation.id))
    return [_opened(row) for row in rows if set(row.site_ids) & set(site_ids)]


def take_back(session: Session, invitation_id: int) -> None:
    """End an invitation; its link is unknown from now on."""
    session.execute(delete(Invitation).where(Invitation.id == invitation_id, Invitation.used_on.is_(None)))


def _opened(row: Invitation) -> Open:
    guest = Guest(row.name, row.role, frozenset(row.site_ids), row.mail, row.person_id)
    return Open(row.id, guest, row.invited_by, row.until)
