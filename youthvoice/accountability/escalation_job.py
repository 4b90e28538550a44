"""Reminders about answers due, and escalation of those that nobody answered in time.

Each person who is asked gets the mail that says "please sign in" and nothing else (S22). Letters and suggestions have
an escalation of their own. Tasks about safety escalate on the page of their site (`quiet_pages`). That happens once a
day, at the daily hour of their site, when every advocate gets that mail anyway. The page is then written again, also
where nothing changed.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import encryption, entities, quiet_pages, rules
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.store import list_decision_makers
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.accounts.store import Readers, find_readers, list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.sites.last_day import limit_to_last_day
from youthvoice.sites.store import days_at_sites, get_site


def escalate_overdue_answers() -> None:
    """Send reminders and escalate overdue answers. A job, with a transaction per row, so that none stops others."""
    with db.reading(db.engine()) as session:
        due = list(_list_candidates(session))
    for answer_due_id, today in due:
        try:
            with db.writing(db.engine()) as session:
                process_row(session, answer_due_id, today)
        except (CannotOpen, KeyGone):
            current_app.logger.error("What is owed under %s cannot be opened", answer_due_id)  # noqa: TRY400 - no values


def process_quiet_rows(session: Session, site_ids: Collection[int], today: date) -> None:
    """Remind and escalate for all tasks about safety of some sites, once a day, and write their pages again.

    Args:
        session: may write; locks the pages of these sites until its commit.
        site_ids: the sites.
        today: there.
    """
    pages = quiet_pages.lock_pages(session, site_ids)
    waiting = quiet_pages.list_waiting(session, pages)
    changed = [(row, new) for row, body in waiting if (new := _remind_or_escalate(session, row, body, today))]
    quiet_pages.write_pages(session, pages, changed, day=today)


def _list_candidates(session: Session) -> Iterator[tuple[int, date]]:
    """Rows for which something may be due today; `process_row` checks each again under a lock."""
    days = days_at_sites(session)
    in_clear = rules.kinds_with("escalates") - encryption.QUIET_KINDS
    until = max(days.values(), default=date.min) + timedelta(days=rules.REMIND_DAYS)
    waits = select(AnswerDueRow).where(
        AnswerDueRow.kind.in_(in_clear),
        AnswerDueRow.settled_on.is_(None),
        func.coalesce(AnswerDueRow.asked_until, AnswerDueRow.due) <= until,  # no deadline is earlier: `answer_deadline`
    )
    for row in session.scalars(waits.order_by(AnswerDueRow.id).options(defer(AnswerDueRow.locked))):
        today, step = days[row.site_id], encryption.escalation_step_from_columns(row)
        if not encryption.is_ready_to_answer(row) or not (_is_over(row, step, today) or _reminds(row, step, today)):
            continue
        if not _only_wishes_wait(row, step, today):
            yield row.id, today


def _only_wishes_wait(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    """Whether only a child's wishes wait, so that nobody is asked here; the owner of a promise is reminded anyway.

    `reviews.decisions` asks the people who may know of wishes. A reminder is due only before the deadline, so it
    escalates nothing.
    """
    if not rules.ANSWER_DUE_KINDS[row.kind].of_a_review:
        return False
    try:
        waits = encryption.open_body(row).only_wishes_wait(row.kind)
    except (CannotOpen, KeyGone):
        return False
    return waits and (row.kind == "review" or not _reminds(row, step, today))


def _is_over(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    """Whether the deadline passed and a next level may exist; on the last level only where a child may be hurt."""
    last = None if rules.ANSWER_DUE_KINDS[row.kind].in_danger else "advocates"
    return today > encryption.last_day_in_time(row, step) and step.rung != last


def _reminds(row: AnswerDueRow, step: entities.EscalationStep, today: date) -> bool:
    return rules.is_reminder_due(encryption.last_day_in_time(row, step), today, step.reminded_on)


def process_row(session: Session, answer_due_id: int, today: date) -> None:
    """Remind or escalate, where it is due; nothing where another process or an adult has handled it.

    Args:
        session: may write; locks the row until its commit.
        answer_due_id: the row.
        today: at the site.
    """
    row, _pages = quiet_pages.lock_row(session, answer_due_id)
    if row.settled_on is None and encryption.is_ready_to_answer(row):
        body = _remind_or_escalate(session, row, encryption.open_body(row), today)
        if body is not None:
            encryption.keep_body(row, body)


def _remind_or_escalate(
    session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, today: date
) -> encryption.AnswerDueBody | None:
    """Ask the people whose turn it is; the body with the new step, or None where nothing is due."""
    step = encryption.escalation_step_of(row, body)
    if body.is_blank or body.settled_on is not None or _only_wishes_wait(row, step, today):
        return None
    decision_maker_id = _decision_maker(session, row)
    if level := rules.next_level(
        step.rung, encryption.last_day_in_time(row, step), today, _levels_above(session, row, decision_maker_id)
    ):
        return _escalate(session, row, body, level, decision_maker_id, today)
    if _reminds(row, step, today):
        _ask(session, row, _people_to_ask(session, row, step.rung), step.rung, today)
        return _with_step(row, body, replace(step, reminded_on=today))
    if rules.ANSWER_DUE_KINDS[row.kind].in_danger and today > encryption.last_day_in_time(row, step):
        return _ask_all_again(session, row, body, today)
    return None


def _escalate(  # noqa: PLR0913, PLR0917 - a row, what is in it, who is next
    session: Session,
    row: AnswerDueRow,
    body: encryption.AnswerDueBody,
    level: rules.Rung,
    decision_maker_id: int | None,
    today: date,
) -> encryption.AnswerDueBody:
    step = encryption.escalation_step_of(row, body)
    passed = encryption.last_day_in_time(row, step)
    who = row.owner_id if step.rung == rules.RUNGS[0] else row.asked_id
    body = replace(body, late=(*body.late, entities.MissedDeadline(step.rung, who, passed)))
    row.asked_id = decision_maker_id if level == "decision_maker" else row.asked_id
    body = _with_step(row, body, entities.EscalationStep(level, _last_day_of_level(session, row, passed, today), today))
    _ask(session, row, _people_to_ask(session, row, level), level, today)
    if row.kind not in encryption.QUIET_KINDS:  # a log line would tell that a child said harm
        Log(today, "work").add(session, f"answer.ask_{level}", f"{row.kind} {row.subject}")
    return body


def ask_next_level(session: Session, answer_due_id: int, today: date) -> None:
    """A child disagreed: ask the level above the owner immediately, although no deadline was missed.

    Args:
        session: may write; the answer is reopened.
        answer_due_id: the row.
        today: at the site.
    """
    row, _pages = quiet_pages.lock_row(session, answer_due_id)
    body, decision_maker_id = encryption.open_body(row), _decision_maker(session, row)
    step = encryption.escalation_step_of(row, body)
    above = _levels_above(session, row, decision_maker_id)
    level = next(level for level in rules.RUNGS[rules.RUNGS.index(step.rung) + 1 :] if level in above)
    row.asked_id = decision_maker_id if level == "decision_maker" else row.asked_id
    encryption.keep_body(row, _with_step(row, body, entities.EscalationStep(level, row.due, today)))
    _ask(session, row, _people_to_ask(session, row, level), level, today)
    Log(today, "work").add(session, f"answer.ask_{level}", f"{row.kind} {row.subject}")


def _ask_all_again(
    session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, today: date
) -> encryption.AnswerDueBody:
    """A child may be hurt and the last level was asked: ask everybody again every other day until there is a reply."""
    step = encryption.escalation_step_of(row, body)
    until = _last_day_of_level(session, row, encryption.last_day_in_time(row, step), today)
    _ask(session, row, {reader.person_id for reader in _readers(session, row).everybody}, step.rung, today)
    return _with_step(row, body, entities.EscalationStep(step.rung, until, until))  # no reminder in between


def _with_step(
    row: AnswerDueRow, body: encryption.AnswerDueBody, step: entities.EscalationStep
) -> encryption.AnswerDueBody:
    """The body with the step of escalation of a quiet row; other rows have it in columns, set here."""
    if row.kind in encryption.QUIET_KINDS:
        return replace(body, asked=step)
    row.rung, row.asked_until, row.reminded_on = step.rung, step.until, step.reminded_on
    return body


def _last_day_of_level(session: Session, row: AnswerDueRow, passed: date, today: date) -> date:
    days = rules.DANGER_DAYS if rules.ANSWER_DUE_KINDS[row.kind].in_danger else rules.STEP_DAYS
    return limit_to_last_day(rules.deadline_of_level(passed, today, days), get_site(session, row.site_id), today)


def _decision_maker(session: Session, row: AnswerDueRow) -> int | None:
    """The decision-maker of the site, unless that is the owner."""
    decision_maker_id = list_decision_makers(session, [row.site_id]).get(row.site_id)
    return None if decision_maker_id == row.owner_id else decision_maker_id


def _levels_above(session: Session, row: AnswerDueRow, decision_maker_id: int | None) -> Collection[rules.Rung]:
    """The levels above the owner that have people."""
    if rules.ANSWER_DUE_KINDS[row.kind].in_danger:
        readers = _readers(session, row)
        has_people: dict[rules.Rung, bool] = {"leads": bool(readers.leads), "outside": bool(readers.outside)}
    else:
        has_people = {"decision_maker": decision_maker_id is not None, "advocates": True}
    return [level for level, has_any in has_people.items() if has_any]


def _ask(session: Session, row: AnswerDueRow, person_ids: Collection[int], level: rules.Rung, today: date) -> None:
    """Ask people to sign in; about quiet rows only once a day and site, so that mails do not tell their number."""
    about = (row.id, level) if row.kind not in encryption.QUIET_KINDS else ("quiet", row.site_id)
    ask_all_to_sign_in(session, person_ids, "answer", *about, today.isoformat())


def _people_to_ask(session: Session, row: AnswerDueRow, level: rules.Rung) -> set[int]:
    if level == "decision_maker" and row.asked_id is not None:
        return {row.asked_id}
    if level == rules.RUNGS[0] and row.owner_id is not None:
        return {row.owner_id}
    readers = _readers(session, row)  # trusted people only
    readers_by_level = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    if level in readers_by_level:
        return {reader.person_id for reader in readers_by_level[level]}
    if row.owner_role == ADVOCATE:
        return {reader.person_id for reader in readers.advocates}
    return {person.id for person in list_trusted_people(session, [row.site_id]) if person.role == row.owner_role}


def _readers(session: Session, row: AnswerDueRow) -> Readers:
    return find_readers(session, row.site_id)
