"""Nobody who waits for an answer waits in silence: reminders, and the next one who is asked (S9, S13, S17).

Whoever is asked gets the mail that says "please sign in" and nothing else (S22). Letters and suggestions have clocks of
their own. Tasks about safety climb inside: once a day, at the daily hour of their site, when every advocate is asked to
sign in whether anything is there or not, and all of them are written anew, the blank and the answered ones too.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import escalation_rules as ladder
from youthvoice.accountability import rules
from youthvoice.accountability import safety_rows as rows
from youthvoice.accountability.encryption import Inside, locked, opened
from youthvoice.accountability.entities import Asked, Late
from youthvoice.accountability.escalation import decision_makers
from youthvoice.accountability.escalation_rules import RUNGS, Rung
from youthvoice.accountability.models import Owed
from youthvoice.accountability.records import asked_of, held, is_ready, last_day
from youthvoice.accounts import store as people
from youthvoice.accounts.mail import send as writing
from youthvoice.accounts.store import Readers
from youthvoice.accounts.trust import trusted_at
from youthvoice.audit.log import Log
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.privacy.keys.names import AUDIT, PEOPLE
from youthvoice.sites import store as places


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


def look_at_quiet(session: Session, site_id: int, today: date) -> None:
    """Once a day: do what is due about every quiet row of a site, and write all of the house anew.

    Args:
        session: may write; holds every quiet row until its commit.
        site_id: the site.
        today: there.
    """
    for owed in session.scalars(rows.quiet_ones()).all():
        if owed.site_id == site_id:
            with suppress(CannotOpen, KeyGone):  # `flask doctor` counts them
                _look(session, owed, today)
    rows.lock_again(session, running.keyring())


def _due(session: Session) -> Iterator[tuple[int, date]]:
    """What may have to be done something about today; looked at again, held, before anything is done."""
    zones = {site.id: site.time_zone for site in places.every_site(session)}
    in_clear = rules.kinds_that("climbs") - rows.QUIET
    waits = select(Owed).where(Owed.kind.in_(in_clear), Owed.settled_on.is_(None))
    for owed in session.scalars(waits.order_by(Owed.id).options(defer(Owed.locked))):
        today, asked = running.today(zones[owed.site_id]), asked_of(owed)
        if is_ready(owed) and (_is_over(owed, asked, today) or _reminds(owed, asked, today)):
            yield owed.id, today


def _is_over(owed: Owed, asked: Asked, today: date) -> bool:
    """Whether somebody may have to be asked who was not: on the last rung only where a child may be hurt."""
    last = "advocates" if rules.KINDS[owed.kind].to_children else None
    return today > last_day(owed, asked) and asked.rung != last


def _reminds(owed: Owed, asked: Asked, today: date) -> bool:
    return ladder.reminds(last_day(owed, asked), today, asked.reminded_on)


def look_at(session: Session, owed_id: int, today: date) -> None:
    """Do what is due about one thing; nothing when another process, or an adult who answered, was faster.

    Args:
        session: may write; holds the row until its commit.
        owed_id: what is owed.
        today: at its site.
    """
    owed = held(session, owed_id)
    if owed.settled_on is None and is_ready(owed):
        _look(session, owed, today)


def _look(session: Session, owed: Owed, today: date) -> None:
    inside = opened(running.keyring(), owed.kind, owed.id, owed.locked)
    if inside.is_blank or inside.settled_on is not None:
        return
    asked = asked_of(owed, inside)
    decides = _decides(session, owed)
    above = _above(session, owed, decides)
    if to := ladder.climbs_to(asked.rung, last_day(owed, asked), today, above):
        _climb(session, owed, inside, to, decides, today)
    elif _reminds(owed, asked, today):
        _keep(session, owed, inside, replace(asked, reminded_on=today))
        _ask(session, owed, _asked_now(session, owed, asked.rung), asked.rung, today)
    elif rules.KINDS[owed.kind].in_danger and today > last_day(owed, asked):
        _ask_all_again(session, owed, inside, today)


def _climb(session: Session, owed: Owed, inside: Inside, to: Rung, decides: int | None, today: date) -> None:  # noqa: PLR0913, PLR0917 - a row, what is in it, who is next
    asked, passed = asked_of(owed, inside), last_day(owed, asked_of(owed, inside))
    who = owed.owner_id if asked.rung == RUNGS[0] else owed.asked_id
    inside = replace(inside, late=(*inside.late, Late(asked.rung, who, passed)))
    owed.asked_id = decides if to == "decision_maker" else owed.asked_id
    _keep(session, owed, inside, Asked(to, ladder.asked_until(passed, today, _days(owed)), today))
    _ask(session, owed, _asked_now(session, owed, to), to, today)
    if owed.kind not in rows.QUIET:  # a line would say that a child said harm
        keyring = running.keyring()
        Log(keyring.key_or_new(AUDIT), today, "work").add(session, f"answer.ask_{to}", f"{owed.kind} {owed.subject}")


def _ask_all_again(session: Session, owed: Owed, inside: Inside, today: date) -> None:
    """A child may be hurt, and everybody was asked: they are asked again every other day until somebody answers."""
    asked = asked_of(owed, inside)
    until = ladder.asked_until(last_day(owed, asked), today, _days(owed))
    _keep(session, owed, inside, Asked(asked.rung, until, until))  # no reminder in between
    _ask(session, owed, {one.person_id for one in _readers(session, owed).everybody}, asked.rung, today)


def _keep(session: Session, owed: Owed, inside: Inside, asked: Asked) -> None:
    """How far it has climbed: inside a quiet row, else in columns."""
    if owed.kind in rows.QUIET:
        inside = replace(inside, asked=asked)
    else:
        owed.rung, owed.asked_until, owed.reminded_on = asked.rung, asked.until, asked.reminded_on
    owed.locked = locked(running.keyring(), owed.kind, owed.id, inside)
    session.flush()


def _days(owed: Owed) -> int:
    return ladder.DANGER_DAYS if rules.KINDS[owed.kind].in_danger else ladder.STEP_DAYS


def _decides(session: Session, owed: Owed) -> int | None:
    """Who decides at the site, where that is not the owner herself."""
    decides = decision_makers.of_sites(session, [owed.site_id]).get(owed.site_id)
    return None if decides == owed.owner_id else decides


def _above(session: Session, owed: Owed, decides: int | None) -> Collection[Rung]:
    """The rungs above the owner on which somebody stands."""
    if rules.KINDS[owed.kind].in_danger:
        readers = _readers(session, owed)
        standing: dict[Rung, bool] = {"leads": bool(readers.leads), "outside": bool(readers.outside)}
    else:
        standing = {"decision_maker": decides is not None, "advocates": True}
    return [rung for rung, somebody in standing.items() if somebody]


def _ask(session: Session, owed: Owed, person_ids: Collection[int], rung: Rung, today: date) -> None:
    """Ask some people to sign in; for all quiet tasks of a site once a day, so that mails do not tell how many."""
    about = (owed.id, rung) if owed.kind not in rows.QUIET else ("quiet", owed.site_id)
    for person_id in sorted(person_ids):
        person = people.find(session, person_id)
        if person is not None and person.left_on is None:
            writing.please_sign_in(session, person, "answer", *about, today.isoformat())


def _asked_now(session: Session, owed: Owed, rung: Rung) -> set[int]:
    if rung == "decision_maker" and owed.asked_id is not None:
        return {owed.asked_id}
    if rung == RUNGS[0] and owed.owner_id is not None:
        return {owed.owner_id}
    readers = _readers(session, owed)  # only those who are vouched for
    found = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    if rung in found:
        return {one.person_id for one in found[rung]}
    if owed.owner_role == ADVOCATE:
        return {one.person_id for one in readers.advocates}
    return {one.id for one in trusted_at(session, [owed.site_id]) if one.role == owed.owner_role}


def _readers(session: Session, owed: Owed) -> Readers:
    return people.readers(session, owed.site_id, running.keyring().key_or_new(PEOPLE), running.now())
