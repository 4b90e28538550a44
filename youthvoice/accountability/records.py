"""Rows of what is owed, opened; without the blank ones, which are owed by nobody."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.accountability import escalation_rules as ladder
from youthvoice.accountability import rules
from youthvoice.accountability import safety_rows as rows
from youthvoice.accountability.encryption import Inside, opened
from youthvoice.accountability.entities import Asked, OwedFacts
from youthvoice.accountability.escalation_rules import Rung
from youthvoice.accountability.models import Owed
from youthvoice.privacy.keys.keyring import Keyring


def facts(keyring: Keyring, owed: Iterable[Owed]) -> list[OwedFacts]:
    """What some rows say.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one a row was locked under.
    """
    found = [(one, opened(keyring, one.kind, one.id, one.locked)) for one in owed]
    return [fact(one, inside) for one, inside in found if not inside.is_blank]


def fact(owed: Owed, inside: Inside) -> OwedFacts:
    """What one row says."""
    asked = asked_of(owed, inside)
    return OwedFacts(
        id=owed.id,
        site_id=owed.site_id,
        kind=owed.kind,
        subject=owed.subject,
        about=inside.about,
        picture=inside.picture,
        owner_id=owed.owner_id,
        owner_role=owed.owner_role,
        due=owed.due,
        ready=is_ready(owed),
        settled_on=inside.settled_on or owed.settled_on,
        parts=inside.parts,
        replies=inside.replies,
        earlier=inside.earlier,
        again=inside.again,
        rung=asked.rung,
        asked_id=owed.asked_id,
        until=last_day(owed, asked),
        late=inside.late,
        late_before=inside.late_before,
    )


def is_ready(owed: Owed) -> bool:
    """Whether it can be answered."""
    return not rules.KINDS[owed.kind].after_approval or owed.shown_on is not None


def asked_of(owed: Owed, inside: Inside | None = None) -> Asked:
    """How far a row has climbed: of a quiet one its inside says so, for a column would tell; it must be given then."""
    if owed.kind in rows.QUIET and inside is not None:
        return inside.asked
    return Asked(cast(Rung, owed.rung), owed.asked_until, owed.reminded_on)


def last_day(owed: Owed, asked: Asked) -> date:
    """The last day that is in time for whoever is asked now."""
    return ladder.until(owed.due, owed.shown_on, asked.until)


def held(session: Session, owed_id: int) -> Owed:
    """One row until the commit; of quiet ones all, in one order, so that two who answer wait for each other.

    Raises:
        NoResultFound: it was withdrawn.
    """
    kind = session.scalars(select(Owed.kind).where(Owed.id == owed_id)).one()
    if kind in rows.QUIET:
        return next(owed for owed in session.scalars(rows.quiet_ones()) if owed.id == owed_id)
    one = select(Owed).where(Owed.id == owed_id).with_for_update()
    return session.scalars(one.execution_options(populate_existing=True)).one()
