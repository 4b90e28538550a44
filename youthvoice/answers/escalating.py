"""Nobody who waits for an answer waits in silence: reminders, and the next one who is asked (S13).

Whoever is asked gets the mail that says "please sign in" and nothing else (S22). What is owed by the advocates alone
- tasks about safety, letters - has clocks of its own and never comes here.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import cast

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from youthvoice import db, running
from youthvoice.access.permissions import ADVOCATE
from youthvoice.answers import decision_makers, ladder, rules
from youthvoice.answers.facts import Late
from youthvoice.answers.keeping import locked, opened
from youthvoice.answers.ladder import Rung
from youthvoice.answers.models import Owed
from youthvoice.answers.reading import held, is_ready, last_day
from youthvoice.audit.store import Log
from youthvoice.places import store as places
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.key_names import AUDIT, PEOPLE
from youthvoice.privacy.keyring import KeyGone
from youthvoice.staff import store as people
from youthvoice.staff import writing


def escalate_due() -> None:
    """The job: each in a transaction of its own, so that one that does not open keeps back no other."""
    with db.reading(db.engine()) as session:
        due = list(_due(session))
    for owed_id, today in due:
        try:
            with db.writing(db.engine()) as session:
                look_at(session, owed_id, today)
        except (CannotOpen, KeyGone):
            current_app.logger.error("What is owed under %s cannot be opened", owed_id)  # noqa: TRY400 - no values


def _due(session: Session) -> Iterator[tuple[int, date]]:
    """What may have to be done something about today; looked at again, held, before anything is done."""
    zones = {site.id: site.time_zone for site in places.every_site(session)}
    waits = select(Owed).where(Owed.kind.in_(rules.kinds_that("climbs")), Owed.settled_on.is_(None))
    for owed in session.scalars(waits.order_by(Owed.id).options(defer(Owed.locked))):
        today = running.today(zones[owed.site_id])
        if is_ready(owed) and (_climbs(owed, today) or _reminds(owed, today)):
            yield owed.id, today


def _climbs(owed: Owed, today: date) -> bool:
    return (
        ladder.climbs_to(cast(Rung, owed.rung), last_day(owed), today, open_=True, has_decision_maker=False) is not None
    )


def _reminds(owed: Owed, today: date) -> bool:
    return ladder.reminds(last_day(owed), today, owed.reminded_on)


def look_at(session: Session, owed_id: int, today: date) -> None:
    """Do what is due about one thing; nothing when another process, or an adult who answered, was faster.

    Args:
        session: may write; holds the row until its commit.
        owed_id: what is owed.
        today: at its site.
    """
    owed = held(session, owed_id)
    if owed.settled_on is not None or not is_ready(owed):
        return
    decides = decision_makers.of_sites(session, [owed.site_id]).get(owed.site_id)
    decides = None if decides == owed.owner_id else decides
    rung = cast(Rung, owed.rung)
    if to := ladder.climbs_to(rung, last_day(owed), today, open_=True, has_decision_maker=decides is not None):
        _climb(session, owed, to, decides, today)
    elif _reminds(owed, today):
        owed.reminded_on = today
        session.flush()
        _ask(session, owed, today)


def _climb(session: Session, owed: Owed, to: Rung, decides: int | None, today: date) -> None:
    keyring, passed = running.keyring(), last_day(owed)
    inside = opened(keyring, owed.kind, owed.id, owed.locked)
    asked = owed.owner_id if owed.rung == ladder.RUNGS[0] else owed.asked_id
    late = Late(cast(Rung, owed.rung), asked, passed)
    owed.locked = locked(keyring, owed.kind, owed.id, replace(inside, late=(*inside.late, late)))
    owed.rung, owed.asked_until, owed.reminded_on = to, ladder.asked_until(passed, today), None
    owed.asked_id = decides if to == "decision_maker" else owed.asked_id
    session.flush()
    _ask(session, owed, today)
    Log(keyring.key_or_new(AUDIT), today, "work").add(session, f"answer.ask_{to}", f"{owed.kind} {owed.subject}")


def _ask(session: Session, owed: Owed, today: date) -> None:
    """Ask whoever is asked now to sign in."""
    for person_id in sorted(_asked_now(session, owed)):
        person = people.find(session, person_id)
        if person is not None and person.left_on is None:
            writing.please_sign_in(session, person, "answer", owed.id, owed.rung, today.isoformat())


def _asked_now(session: Session, owed: Owed) -> set[int]:
    if owed.rung == "decision_maker" and owed.asked_id is not None:
        return {owed.asked_id}
    if owed.rung == ladder.RUNGS[0] and owed.owner_id is not None:
        return {owed.owner_id}
    role = ADVOCATE if owed.rung == "advocates" else owed.owner_role
    if role == ADVOCATE:  # only those who are vouched for
        found = people.readers(session, owed.site_id, running.keyring().key_or_new(PEOPLE), running.now())
        return {one.person_id for one in found.advocates}
    return {one.id for one in people.people_of(session, [owed.site_id]) if one.role == role}
