"""Reminders, and the next one who is asked where an owner did not answer.

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

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import encryption, entities, rules
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.store import list_decision_makers
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.accounts.store import Readers, find_readers, list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.sites.store import list_all_sites


def escalate_due() -> None:
    """The job: each in a transaction of its own, so that one that does not open keeps back no other."""
    with db.reading(db.engine()) as session:
        due = list(_due(session))
    for owed_id, today in due:
        try:
            with db.writing(db.engine()) as session:
                review_row(session, owed_id, today)
        except (CannotOpen, KeyGone):
            current_app.logger.error("What is owed under %s cannot be opened", owed_id)  # noqa: TRY400 - no values


def review_quiet_rows(session: Session, site_id: int, today: date) -> None:
    """Once a day: do what is due about every quiet row of a site, and write all there are anew.

    Args:
        session: may write; holds every quiet row until its commit.
        site_id: the site.
        today: there.
    """
    for row in session.scalars(encryption.select_quiet_rows()).all():
        if row.site_id == site_id:
            with suppress(CannotOpen, KeyGone):  # `flask doctor` counts them
                _look(session, row, today)
    encryption.rewrite_quiet_rows(session)


def _due(session: Session) -> Iterator[tuple[int, date]]:
    """What may have to be done something about today; looked at again, held, before anything is done."""
    zones = {site.id: site.time_zone for site in list_all_sites(session)}
    in_clear = rules.kinds_with("climbs") - encryption.QUIET_KINDS
    waits = select(AnswerDueRow).where(AnswerDueRow.kind.in_(in_clear), AnswerDueRow.settled_on.is_(None))
    for row in session.scalars(waits.order_by(AnswerDueRow.id).options(defer(AnswerDueRow.locked))):
        today, step = context.today(zones[row.site_id]), encryption.escalation_step_of(row)
        if not encryption.is_ready_to_answer(row) or not (_is_over(row, step, today) or _reminds(row, step, today)):
            continue
        if not _keeps_still(row, step, today):
            yield row.id, today


def _keeps_still(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    """Whether only wishes of a child wait: nobody is asked by the ladder; who keeps a promise is reminded all the same.

    Whoever may know of them is asked by `reviews.decisions`. A reminder is due only in time, so nothing climbs with it.
    """
    if not rules.ANSWER_DUE_KINDS[row.kind].of_a_review:
        return False
    try:
        waits = encryption.open_body(row).only_wishes_wait(row.kind)
    except (CannotOpen, KeyGone):
        return False
    return waits and (row.kind == "review" or not _reminds(row, step, today))


def _is_over(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    """Whether somebody may have to be asked who was not: on the last rung only where a child may be hurt."""
    last = None if rules.ANSWER_DUE_KINDS[row.kind].in_danger else "advocates"
    return today > encryption.last_day_in_time(row, step) and step.rung != last


def _reminds(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    return rules.is_reminder_due(encryption.last_day_in_time(row, step), today, step.reminded_on)


def review_row(session: Session, owed_id: int, today: date) -> None:
    """Do what is due about one thing; nothing when another process, or an adult who answered, was faster.

    Args:
        session: may write; holds the row until its commit.
        owed_id: what is owed.
        today: at its site.
    """
    row = encryption.lock_row(session, owed_id)
    if row.settled_on is None and encryption.is_ready_to_answer(row):
        _look(session, row, today)


def _look(session: Session, row: AnswerDueRow, today: date) -> None:
    body = encryption.open_body(row)
    step = encryption.escalation_step_of(row, body)
    if body.is_blank or body.settled_on is not None or _keeps_still(row, step, today):
        return
    decides = _decides(session, row)
    if to := rules.next_rung(step.rung, encryption.last_day_in_time(row, step), today, _above(session, row, decides)):
        _climb(session, row, body, to, decides, today)
    elif _reminds(row, step, today):
        _keep(session, row, body, replace(step, reminded_on=today))
        _ask(session, row, _asked_now(session, row, step.rung), step.rung, today)
    elif rules.ANSWER_DUE_KINDS[row.kind].in_danger and today > encryption.last_day_in_time(row, step):
        _ask_all_again(session, row, body, today)


def _climb(  # noqa: PLR0913, PLR0917 - a row, what is in it, who is next
    session: Session,
    row: AnswerDueRow,
    body: encryption.AnswerDueBody,
    to: rules.Rung,
    decides: int | None,
    today: date,
) -> None:
    step = encryption.escalation_step_of(row, body)
    passed = encryption.last_day_in_time(row, step)
    who = row.owner_id if step.rung == rules.RUNGS[0] else row.asked_id
    body = replace(body, late=(*body.late, entities.MissedDeadline(step.rung, who, passed)))
    row.asked_id = decides if to == "decision_maker" else row.asked_id
    _keep(session, row, body, entities.EscalationStep(to, rules.deadline_of_rung(passed, today, _days(row)), today))
    _ask(session, row, _asked_now(session, row, to), to, today)
    if row.kind not in encryption.QUIET_KINDS:  # a line would say that a child said harm
        Log(today, "work").add(session, f"answer.ask_{to}", f"{row.kind} {row.subject}")


def ask_next_rung(session: Session, owed_id: int, today: date) -> None:
    """A child asked for a new look: whoever stands one rung above the owner is asked at once, for nobody was late.

    Args:
        session: may write; what was answered is open again.
        owed_id: what is owed.
        today: at the site.
    """
    row = encryption.lock_row(session, owed_id)
    body, decides = encryption.open_body(row), _decides(session, row)
    step = encryption.escalation_step_of(row, body)
    above = _above(session, row, decides)
    to = next(rung for rung in rules.RUNGS[rules.RUNGS.index(step.rung) + 1 :] if rung in above)
    row.asked_id = decides if to == "decision_maker" else row.asked_id
    _keep(session, row, body, entities.EscalationStep(to, row.due, today))
    _ask(session, row, _asked_now(session, row, to), to, today)
    Log(today, "work").add(session, f"answer.ask_{to}", f"{row.kind} {row.subject}")


def _ask_all_again(session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, today: date) -> None:
    """A child may be hurt, and everybody was asked: they are asked again every other day until somebody answers."""
    step = encryption.escalation_step_of(row, body)
    until = rules.deadline_of_rung(encryption.last_day_in_time(row, step), today, _days(row))
    _keep(session, row, body, entities.EscalationStep(step.rung, until, until))  # no reminder in between
    _ask(session, row, {reader.person_id for reader in _readers(session, row).everybody}, step.rung, today)


def _keep(session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, step: entities.EscalationStep) -> None:
    """How far it has climbed: inside a quiet row, else in columns."""
    if row.kind in encryption.QUIET_KINDS:
        body = replace(body, asked=step)
    else:
        row.rung, row.asked_until, row.reminded_on = step.rung, step.until, step.reminded_on
    encryption.keep_body(row, body)
    session.flush()


def _days(row: AnswerDueRow) -> int:
    return rules.DANGER_DAYS if rules.ANSWER_DUE_KINDS[row.kind].in_danger else rules.STEP_DAYS


def _decides(session: Session, row: AnswerDueRow) -> int | None:
    """Who decides at the site, where that is not the owner herself."""
    decides = list_decision_makers(session, [row.site_id]).get(row.site_id)
    return None if decides == row.owner_id else decides


def _above(session: Session, row: AnswerDueRow, decides: int | None) -> Collection[rules.Rung]:
    """The rungs above the owner on which somebody stands."""
    if rules.ANSWER_DUE_KINDS[row.kind].in_danger:
        readers = _readers(session, row)
        standing: dict[rules.Rung, bool] = {"leads": bool(readers.leads), "outside": bool(readers.outside)}
    else:
        standing = {"decision_maker": decides is not None, "advocates": True}
    return [rung for rung, somebody in standing.items() if somebody]


def _ask(session: Session, row: AnswerDueRow, person_ids: Collection[int], rung: rules.Rung, today: date) -> None:
    """Ask some people to sign in; for all quiet tasks of a site once a day, so that mails do not tell how many."""
    about = (row.id, rung) if row.kind not in encryption.QUIET_KINDS else ("quiet", row.site_id)
    ask_all_to_sign_in(session, person_ids, "answer", *about, today.isoformat())


def _asked_now(session: Session, row: AnswerDueRow, rung: rules.Rung) -> set[int]:
    if rung == "decision_maker" and row.asked_id is not None:
        return {row.asked_id}
    if rung == rules.RUNGS[0] and row.owner_id is not None:
        return {row.owner_id}
    readers = _readers(session, row)  # only those who are vouched for
    found = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    if rung in found:
        return {reader.person_id for reader in found[rung]}
    if row.owner_role == ADVOCATE:
        return {reader.person_id for reader in readers.advocates}
    return {person.id for person in list_trusted_people(session, [row.site_id]) if person.role == row.owner_role}


def _readers(session: Session, row: AnswerDueRow) -> Readers:
    return find_readers(session, row.site_id)
