"""What adults owe children: one mechanism for rounds, items, choices and tasks. What is in it is locked, opened here.

`replying` is how it is answered; both are reached by this name.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accountability import records as reading
from youthvoice.accountability import rules
from youthvoice.accountability.encryption import Inside, locked, opened, room_for
from youthvoice.accountability.entities import Given, OwedFacts, Part, Words
from youthvoice.accountability.escalation_rules import RUNGS, Rung
from youthvoice.accountability.models import Owed
from youthvoice.accountability.reply import NotAnAnswer, confirm, open_again, reply, settle
from youthvoice.accountability.safety_rows import QUIET
from youthvoice.compiled_sql import adding
from youthvoice.privacy.keys.keyring import Keyring

__all__ = [
    "QUIET", "Given", "NotAnAnswer", "OwedFacts", "Part", "confirm", "open_again", "reply", "settle",
]  # fmt: skip

_LARGEST = 2**31 - 1

_ASKED_FROM: dict[str, Rung] = {SAFEGUARDING_LEAD: "leads", OUTSIDE_RECIPIENT: "outside"}
"""From which rung on people of a role see what the advocates owe where a child may be hurt."""


def owe(  # noqa: PLR0913 - what is owed has as many sides
    session: Session,
    keyring: Keyring,
    *,
    site_id: int,
    kind: str,
    subject: str,
    about: Words,
    due: date,
    owner_id: int | None = None,
    owner_role: str | None = None,
    might_be: Words | None = None,
    picture: str = "",
    day: date | None = None,
) -> Owed:
    """Write down that something is owed; once per kind, subject and site, however often it is called.

    Args:
        session: the transaction of whatever makes it owed.
        keyring: the key files.
        site_id: whose children it is owed to.
        kind: a key of `rules.KINDS`.
        subject: names what it is about.
        about: in words per language; never anything of a child. None at all where a row is only to be there.
        due: the last day that is in time.
        owner_id: the adult who owes it, or
        owner_role: the role that owes it at the site.
        might_be: what it would be about if it were not blank, so that it is as long either way.
        picture: OpenMoji code of what it is about, for the children's board.
        day: today at the site, from which it can be answered; of a round the day of `set_parts`.

    Raises:
        ValueError: no owner, or two, or a kind that is not in the table.
    """
    if (owner_id is None) == (owner_role is None):
        raise ValueError("Something owed has one owner: a person or a role")
    if kind not in rules.KINDS:
        raise ValueError(f"Nothing of this kind can be owed: {kind}")
    owed_id = secrets.randbelow(_LARGEST) + 1  # an address must not tell how many tasks came between two of them
    values = {
        "id": owed_id, "site_id": site_id, "kind": kind, "subject": subject,
        "locked": locked(keyring, kind, owed_id, Inside(about, room=room_for(might_be or about), picture=picture)),
        "due": due, "owner_id": owner_id, "owner_role": owner_role, "shown_on": day,
    }  # fmt: skip
    session.execute(adding(Owed, session.get_bind().dialect).values(values).on_conflict_do_nothing())
    same = select(Owed).where(Owed.kind == kind, Owed.subject == subject, Owed.site_id == site_id)
    return session.scalars(same).one()


def mine(  # noqa: PLR0913 - who asks has as many sides
    session: Session,
    keyring: Keyring,
    person_id: int,
    role: str,
    site_ids: Collection[int],
    *,
    settled: bool = False,
) -> list[OwedFacts]:
    """What a person owes, herself or as one of her role, the earliest date first.

    Args:
        session: only read.
        keyring: the key files.
        person_id: who asks.
        role: hers.
        site_ids: where she works.
        settled: what was answered already instead, the latest first.
    """
    is_settled = Owed.settled_on.is_not(None) if settled else Owed.settled_on.is_(None)
    query = select(Owed).where(_hers(person_id, role, site_ids), or_(is_settled, Owed.kind.in_(QUIET)))
    found = [
        one
        for one in reading.facts(keyring, session.scalars(query).all())
        if (one.settled_on is not None) is settled and _is_asked(one, person_id, role)
    ]
    if settled:
        return sorted(found, key=lambda one: (one.settled_on or date.min, one.id), reverse=True)
    return sorted(found, key=lambda one: (one.due_for(person_id), one.id))


def of_hers(  # noqa: PLR0913, PLR0917 - who asks has as many sides
    session: Session, keyring: Keyring, owed_id: int, person_id: int, role: str, site_ids: Collection[int]
) -> OwedFacts | None:
    """One thing that a person owes; None when it is another's or does not exist."""
    found = session.scalars(select(Owed).where(Owed.id == owed_id, _hers(person_id, role, site_ids))).all()
    return next((one for one in reading.facts(keyring, found) if _is_asked(one, person_id, role)), None)


def about(session: Session, keyring: Keyring, kind: str, subject: str, site_id: int | None = None) -> OwedFacts | None:
    """What is owed about something, with its answers; None when nothing is.

    Args:
        session: only read.
        keyring: the key files.
        kind: as in `owe`.
        subject: as in `owe`.
        site_id: where several sites are owed about the same; the first of them when None.
    """
    query = select(Owed).where(Owed.kind == kind, Owed.subject == subject).order_by(Owed.site_id).limit(1)
    if site_id is not None:
        query = query.where(Owed.site_id == site_id)
    return next(iter(reading.facts(keyring, session.scalars(query).all())), None)


def about_many(session: Session, keyring: Keyring, kind: str, subjects: Collection[str]) -> dict[str, OwedFacts]:
    """What is owed about several things of one kind, by subject; what is owed by nobody is left out."""
    query = select(Owed).where(Owed.kind == kind, Owed.subject.in_(subjects)).order_by(Owed.id)
    return {one.subject: one for one in reading.facts(keyring, session.scalars(query).all())}


def settled_days(session: Session, kind: str, subjects: Collection[str]) -> dict[str, date]:
    """By subject, the day since which nothing is owed about it; of several sites that of the first, as `about`."""
    query = select(Owed.subject, Owed.settled_on).where(Owed.kind == kind, Owed.subject.in_(list(subjects)))
    rows = session.execute(query.where(Owed.settled_on.is_not(None)).order_by(Owed.site_id.desc()))
    return {row.subject: row.settled_on for row in rows}


def overdue(session: Session, keyring: Keyring, site_ids: Collection[int], today: date) -> list[OwedFacts]:
    """What nobody answered in time at some sites, the oldest first; for the alarm to adults (S13)."""
    late = select(Owed).where(Owed.site_id.in_(site_ids), Owed.settled_on.is_(None), Owed.due < today)
    found = reading.facts(keyring, session.scalars(late.order_by(Owed.due, Owed.id)).all())
    return [one for one in found if one.settled_on is None]


def unsettled(session: Session, keyring: Keyring, kind: str) -> list[OwedFacts]:
    """Everything of a kind that is still owed, wherever; for jobs."""
    query = select(Owed).where(Owed.kind == kind, Owed.settled_on.is_(None)).order_by(Owed.id)
    return [one for one in reading.facts(keyring, session.scalars(query).all()) if one.settled_on is None]


def set_parts(  # noqa: PLR0913, PLR0917 - what, of what, from when
    session: Session, keyring: Keyring, kind: str, subject: str, parts: Sequence[Part], day: date | None
) -> None:
    """Let the owners answer from this day, part by part if they wish.

    Args:
        session: the transaction that approves what is to be answered.
        keyring: the key files.
        kind: as in `owe`.
        subject: as in `owe`.
        parts: the published questions; none where nothing could be published.
        day: today; None while something is still waited for.
    """
    same = select(Owed).where(Owed.kind == kind, Owed.subject == subject).order_by(Owed.id)
    for owed in session.scalars(same.with_for_update()):
        inside = opened(keyring, owed.kind, owed.id, owed.locked)
        owed.locked = locked(keyring, owed.kind, owed.id, replace(inside, parts=tuple(parts)))
        owed.shown_on = owed.shown_on or day
    session.flush()


def withdraw(session: Session, kind: str, subject: str, site_id: int) -> bool:
    """Nothing of it is owed any more, and nothing of it is shown: its room took it back, for it is answered elsewhere.

    Returns:
        False when there was nothing.
    """
    same = (Owed.kind == kind, Owed.subject == subject, Owed.site_id == site_id)
    session.flush()
    return bool(session.execute(delete(Owed).where(*same)).rowcount)  # type: ignore[attr-defined] # a DELETE has it


def from_rooms(session: Session, site_id: int) -> list[tuple[int, date]]:
    """What rooms asked of adults at a site: row and the day of its newest news, the newest first; nothing is opened."""
    day = func.coalesce(Owed.settled_on, Owed.shown_on, Owed.due)
    query = select(Owed.id, day).where(Owed.site_id == site_id, Owed.kind.in_(rules.kinds_that("from_a_room")))
    return [(row[0], row[1]) for row in session.execute(query.order_by(day.desc(), Owed.id))]


def newest_items(session: Session, keyring: Keyring, site_ids: Collection[int], most: int) -> list[OwedFacts]:
    """What committees of some sites asked of adults, the newest first, answered or not."""
    query = select(Owed).where(Owed.kind == "item", Owed.site_id.in_(site_ids))
    newest = query.order_by(func.coalesce(Owed.shown_on, Owed.due).desc(), Owed.id).limit(most)
    return reading.facts(keyring, session.scalars(newest))


def one(session: Session, keyring: Keyring, owed_id: int) -> OwedFacts | None:
    """One thing that is owed, whoever owes it; for pages of children, and for jobs."""
    return next(iter(reading.facts(keyring, session.scalars(select(Owed).where(Owed.id == owed_id)))), None)


def _hers(person_id: int, role: str, site_ids: Collection[int]) -> ColumnElement[bool]:
    """What she owes, or was asked to answer after whoever owes it."""
    of_her_role = [and_(Owed.owner_role == role, Owed.site_id.in_(site_ids))]
    if role == ADVOCATE:
        of_her_role.append(and_(Owed.rung == "advocates", Owed.site_id.in_(site_ids)))
    if role in _ASKED_FROM:  # of quiet ones only the inside says how far they have climbed: `_is_asked`
        of_her_role.append(and_(Owed.kind.in_(rules.kinds_that("in_danger")), Owed.site_id.in_(site_ids)))
    return or_(Owed.owner_id == person_id, Owed.asked_id == person_id, *of_her_role)


def _is_asked(owed: OwedFacts, person_id: int, role: str) -> bool:
    """Whether it has climbed to her, where only what is inside tells."""
    if role not in _ASKED_FROM or not rules.KINDS[owed.kind].in_danger or owed.owner_id == person_id:
        return True
    return RUNGS.index(owed.rung) >= RUNGS.index(_ASKED_FROM[role])
