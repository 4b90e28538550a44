"""What adults owe children: one mechanism for rounds, items, choices and tasks. What is in it is locked, opened here.

How it is answered: `replies`. Below: who decides at a site where an owner did not answer, for `escalation_job`.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import permissions
from youthvoice.accountability import encryption
from youthvoice.accountability.entities import AnswerablePart, AnswerDue, ReplyWords, wish_readers
from youthvoice.accountability.models import AnswerDueRow, DecisionMakerRow
from youthvoice.accountability.rules import ANSWER_DUE_KINDS, RUNGS, Rung, kinds_with
from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed

DECIDING_ROLES: Final = frozenset(
    {permissions.COORDINATOR, permissions.FACILITATOR, permissions.SAFEGUARDING_LEAD, permissions.REVIEWER}
)
"""Not the advocates, who are asked after her; nor the outside recipient, who is of another organisation."""

_LARGEST = 2**31 - 1

_ASKED_FROM: dict[str, Rung] = {permissions.SAFEGUARDING_LEAD: "leads", permissions.OUTSIDE_RECIPIENT: "outside"}
"""From which rung on people of a role see what the advocates owe where a child may be hurt."""


def create_answer_due(  # noqa: PLR0913 - what is owed has as many sides
    session: Session,
    *,
    site_id: int,
    kind: str,
    subject: str,
    about: ReplyWords,
    due: date,
    owner_id: int | None = None,
    owner_role: str | None = None,
    might_be: ReplyWords | None = None,
    picture: str = "",
    day: date | None = None,
) -> AnswerDueRow:
    """Write down that something is owed; once per kind, subject and site, however often it is called.

    Args:
        session: the transaction of whatever makes it owed.
        site_id: whose children it is owed to.
        kind: a key of `rules.ANSWER_DUE_KINDS`.
        subject: names what it is about.
        about: in words per language; never anything of a child. None at all where a row is only to be there.
        due: the last day that is in time.
        owner_id: the adult who owes it, or
        owner_role: the role that owes it at the site.
        might_be: what it would be about if it were not blank, so that it is as long either way.
        picture: OpenMoji code of what it is about, for the children's board.
        day: today at the site, from which it can be answered; of a round the day of `set_answerable_parts`.

    Raises:
        ValueError: no owner, or two, or a kind that is not in the table.
    """
    if (owner_id is None) == (owner_role is None):
        raise ValueError("Something owed has one owner: a person or a role")
    if kind not in ANSWER_DUE_KINDS:
        raise ValueError(f"Nothing of this kind can be owed: {kind}")
    owed_id = secrets.randbelow(_LARGEST) + 1  # an address must not tell how many tasks came between two of them
    body = encryption.AnswerDueBody(about, room=encryption.max_body_size(might_be or about), picture=picture)
    values = {
        "id": owed_id, "site_id": site_id, "kind": kind, "subject": subject,
        "locked": encryption.lock_answer_due(context.keyring(), kind, owed_id, body),
        "due": due, "owner_id": owner_id, "owner_role": owner_role, "shown_on": day,
    }  # fmt: skip
    session.execute(insert_into(AnswerDueRow, session.get_bind().dialect).values(values).on_conflict_do_nothing())
    same = select(AnswerDueRow).where(
        AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.site_id == site_id
    )
    return session.scalars(same).one()


def list_answers_due_of(
    session: Session, person_id: int, role: str, site_ids: Collection[int], *, settled: bool = False
) -> list[AnswerDue]:
    """What a person owes, herself or as one of her role, the earliest date first.

    Args:
        session: only read.
        person_id: who asks.
        role: hers.
        site_ids: where she works.
        settled: what was answered already instead, the latest first.
    """
    is_settled = AnswerDueRow.settled_on.is_not(None) if settled else AnswerDueRow.settled_on.is_(None)
    inside = encryption.QUIET_KINDS | ({"review"} if settled else set())  # settled for her, where only wishes wait
    query = select(AnswerDueRow).where(_hers(person_id, role, site_ids), or_(is_settled, AnswerDueRow.kind.in_(inside)))
    answers_due = [
        answer_due
        for answer_due in _as_known_to(session, person_id, encryption.read_answers_due(session, query))
        if (answer_due.settled_on is not None) is settled and _is_asked(answer_due, person_id, role)
    ]
    if settled:
        return sorted(answers_due, key=lambda due: (due.settled_on or date.min, due.id), reverse=True)
    return sorted(answers_due, key=lambda due: (due.due_for(person_id), due.id))


def find_answer_due_of(
    session: Session, owed_id: int, person_id: int, role: str, site_ids: Collection[int]
) -> AnswerDue | None:
    """One thing that a person owes; None when it is another's or does not exist."""
    query = select(AnswerDueRow).where(AnswerDueRow.id == owed_id, _hers(person_id, role, site_ids))
    answers_due = _as_known_to(session, person_id, encryption.read_answers_due(session, query))
    return next((answer_due for answer_due in answers_due if _is_asked(answer_due, person_id, role)), None)


def find_by_subject(session: Session, kind: str, subject: str, site_id: int | None = None) -> AnswerDue | None:
    """What is owed about something, with its answers; None when nothing is.

    Args:
        session: only read.
        kind: as in `create_answer_due`.
        subject: as in `create_answer_due`.
        site_id: where several sites are owed about the same; the first of them when None.
    """
    query = (
        select(AnswerDueRow)
        .where(AnswerDueRow.kind == kind, AnswerDueRow.subject == subject)
        .order_by(AnswerDueRow.site_id)
        .limit(1)
    )
    if site_id is not None:
        query = query.where(AnswerDueRow.site_id == site_id)
    return next(iter(encryption.read_answers_due(session, query)), None)


def find_by_subjects(session: Session, kind: str, subjects: Collection[str]) -> dict[str, AnswerDue]:
    """What is owed about several things of one kind, by subject; what is owed by nobody is left out."""
    query = (
        select(AnswerDueRow)
        .where(AnswerDueRow.kind == kind, AnswerDueRow.subject.in_(subjects))
        .order_by(AnswerDueRow.id)
    )
    return {answer_due.subject: answer_due for answer_due in encryption.read_answers_due(session, query)}


def list_settled_days(session: Session, kind: str, subjects: Collection[str]) -> dict[str, date]:
    """By subject, the day since which nothing is owed about it; of several sites that of the first, as `about`."""
    query = select(AnswerDueRow.subject, AnswerDueRow.settled_on).where(
        AnswerDueRow.kind == kind, AnswerDueRow.subject.in_(list(subjects))
    )
    rows = session.execute(query.where(AnswerDueRow.settled_on.is_not(None)).order_by(AnswerDueRow.site_id.desc()))
    return {row.subject: row.settled_on for row in rows}


def list_overdue(session: Session, person_id: int, site_ids: Collection[int], today: date) -> list[AnswerDue]:
    """What nobody answered in time at some sites, as one person may know of it, the oldest first (S13)."""
    late = select(AnswerDueRow).where(
        AnswerDueRow.site_id.in_(site_ids), AnswerDueRow.settled_on.is_(None), AnswerDueRow.due < today
    )
    answers_due = encryption.read_answers_due(session, late.order_by(AnswerDueRow.due, AnswerDueRow.id))
    return [answer_due for answer_due in _as_known_to(session, person_id, answers_due) if answer_due.settled_on is None]


def list_unsettled(session: Session, kind: str) -> list[AnswerDue]:
    """Everything of a kind that is still owed, wherever; for jobs."""
    query = (
        select(AnswerDueRow)
        .where(AnswerDueRow.kind == kind, AnswerDueRow.settled_on.is_(None))
        .order_by(AnswerDueRow.id)
    )
    return [answer_due for answer_due in encryption.read_answers_due(session, query) if answer_due.settled_on is None]


def set_answerable_parts(
    session: Session, kind: str, subject: str, parts: Sequence[AnswerablePart], day: date | None
) -> None:
    """Let the owners answer from this day, part by part if they wish.

    Args:
        session: the transaction that approves what is to be answered.
        kind: as in `create_answer_due`.
        subject: as in `create_answer_due`.
        parts: the published questions; none where nothing could be published.
        day: today; None while something is still waited for.
    """
    same = (
        select(AnswerDueRow).where(AnswerDueRow.kind == kind, AnswerDueRow.subject == subject).order_by(AnswerDueRow.id)
    )
    for row in session.scalars(same.with_for_update()):
        body = encryption.open_body(row)
        encryption.keep_body(row, replace(body, parts=tuple(parts)))
        row.shown_on = row.shown_on or day
    session.flush()


def move_answer_due(session: Session, kind: str, subject: str, due: date) -> None:
    """It is owed by another day, as long as it is still owed by whoever owes it first."""
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.settled_on.is_(None))
    session.flush()
    session.execute(update(AnswerDueRow).where(*same, AnswerDueRow.rung == RUNGS[0]).values(due=due, reminded_on=None))


def change_owner(session: Session, kind: str, subject: str, owner_id: int) -> None:
    """Somebody else owes it from now on, as long as it is owed at all."""
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.settled_on.is_(None))
    session.flush()
    session.execute(update(AnswerDueRow).where(*same).values(owner_id=owner_id, reminded_on=None))


def list_subjects_asked(session: Session, kind: str, person_id: int, site_ids: Collection[int]) -> set[str]:
    """What of a kind somebody was asked to answer after its owner; nothing of it is opened."""
    query = select(AnswerDueRow.subject).where(
        AnswerDueRow.kind == kind, AnswerDueRow.asked_id == person_id, AnswerDueRow.site_id.in_(site_ids)
    )
    return set(session.scalars(query))


def list_late_subjects(
    session: Session, kind: str, site_ids: Collection[int], today: date, *, settled_late: bool = False
) -> set[str]:
    """What of a kind is owed at some sites past its day, or was settled after it as well; nothing of it is opened."""
    is_late = and_(AnswerDueRow.settled_on.is_(None), AnswerDueRow.due < today)
    if settled_late:
        is_late = or_(is_late, AnswerDueRow.settled_on > AnswerDueRow.due)
    query = select(AnswerDueRow.subject).where(AnswerDueRow.kind == kind, AnswerDueRow.site_id.in_(site_ids), is_late)
    return set(session.scalars(query))


def withdraw_answer_due(session: Session, kind: str, subject: str, site_id: int) -> bool:
    """Nothing of it is owed any more, and nothing of it is shown: for it is answered elsewhere.

    Returns:
        False when there was nothing.
    """
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.site_id == site_id)
    session.flush()
    return bool(count_changed(session, delete(AnswerDueRow).where(*same)))


def list_board_subjects(session: Session, site_id: int) -> list[tuple[int, date]]:
    """What stands on the board by itself: row and the day of its newest news, the newest first; nothing is opened."""
    day = func.coalesce(AnswerDueRow.settled_on, AnswerDueRow.shown_on, AnswerDueRow.due)
    query = select(AnswerDueRow.id, day).where(
        AnswerDueRow.site_id == site_id, AnswerDueRow.kind.in_(kinds_with("has_board_entry"))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(day.desc(), AnswerDueRow.id))]


def list_owed_to_children(session: Session, first: date) -> list[AnswerDue]:
    """What children read the answer to and was due on a day or later, at every site; nothing of a single child's."""
    kinds = kinds_with("to_children") - kinds_with("of_a_review")
    query = select(AnswerDueRow).where(AnswerDueRow.kind.in_(kinds), AnswerDueRow.due >= first)
    return encryption.read_answers_due(session, query.order_by(AnswerDueRow.site_id, AnswerDueRow.id))


def list_newest_items(session: Session, site_ids: Collection[int], most: int) -> list[AnswerDue]:
    """What committees of some sites asked of adults, the newest first, answered or not."""
    query = select(AnswerDueRow).where(AnswerDueRow.kind == "item", AnswerDueRow.site_id.in_(site_ids))
    newest = query.order_by(func.coalesce(AnswerDueRow.shown_on, AnswerDueRow.due).desc(), AnswerDueRow.id).limit(most)
    return encryption.read_answers_due(session, newest)


def find_answer_due(session: Session, owed_id: int) -> AnswerDue | None:
    """One thing that is owed, whoever owes it; for pages of children, and for jobs."""
    query = select(AnswerDueRow).where(AnswerDueRow.id == owed_id)
    return next(iter(encryption.read_answers_due(session, query)), None)


def _hers(person_id: int, role: str, site_ids: Collection[int]) -> ColumnElement[bool]:
    """What she owes, or was asked to answer after whoever owes it."""
    of_her_role = [and_(AnswerDueRow.owner_role == role, AnswerDueRow.site_id.in_(site_ids))]
    if role == permissions.ADVOCATE:
        of_her_role.append(and_(AnswerDueRow.rung == "advocates", AnswerDueRow.site_id.in_(site_ids)))
    if role in {permissions.ADVOCATE, permissions.SAFEGUARDING_LEAD}:
        of_her_role.append(and_(AnswerDueRow.kind.in_(kinds_with("of_a_gap")), AnswerDueRow.site_id.in_(site_ids)))
    if role in _ASKED_FROM:  # of quiet ones only the inside says how far they have climbed: `_is_asked`
        of_her_role.append(and_(AnswerDueRow.kind.in_(kinds_with("in_danger")), AnswerDueRow.site_id.in_(site_ids)))
    return or_(AnswerDueRow.owner_id == person_id, AnswerDueRow.asked_id == person_id, *of_her_role)


def _as_known_to(session: Session, person_id: int, answers_due: Iterable[AnswerDue]) -> Iterator[AnswerDue]:
    """Of what is owed about wishes as much as somebody may know; a promise is known to whoever keeps it."""
    for due in answers_due:
        answer_due: AnswerDue | None = due
        if due.is_of_wishes and not _may_know(session, person_id, due):
            answer_due = due.without_wishes()
        if answer_due is not None:
            yield answer_due


def _may_know(session: Session, person_id: int, answer_due: AnswerDue) -> bool:
    if answer_due.kind == "promise" and answer_due.owner_id == person_id:
        return True
    return person_id in wish_readers().who_may_know(session, _review_of(answer_due))


def _review_of(answer_due: AnswerDue) -> str:
    return answer_due.subject if answer_due.kind == "review" else answer_due.parts[0].name.partition("/")[0]


def _is_asked(answer_due: AnswerDue, person_id: int, role: str) -> bool:
    """Whether it has climbed to her, where only what is inside tells."""
    if role not in _ASKED_FROM or not ANSWER_DUE_KINDS[answer_due.kind].in_danger or answer_due.owner_id == person_id:
        return True
    return RUNGS.index(answer_due.rung) >= RUNGS.index(_ASKED_FROM[role])


def list_decision_makers(session: Session, site_ids: Collection[int]) -> Mapping[int, int]:
    """The decision-maker of each site that has one who still works there: site -> person."""
    query = select(DecisionMakerRow.site_id, DecisionMakerRow.person_id).where(DecisionMakerRow.site_id.in_(site_ids))
    named = dict(session.execute(query).all())
    return {
        site_id: person_id
        for site_id, person_id in named.items()
        if person_id in dict(list_decision_maker_candidates(session, site_id))
    }


def list_decision_maker_candidates(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Everybody at a site who may decide there, by name: row and name."""
    return [
        (person.id, person.name) for person in list_trusted_people(session, [site_id]) if person.role in DECIDING_ROLES
    ]


def set_decision_maker(session: Session, site_id: int, person_id: int | None, log: Log, site: str) -> None:
    """Say who decides at a site; nobody when `person_id` is None.

    Args:
        session: may write.
        site_id: where.
        person_id: one of `list_decision_maker_candidates`.
        log: of whoever says so.
        site: its short name, for the log.

    Raises:
        ValueError: she does not work there, or may not decide.
    """
    if person_id is None:
        session.execute(delete(DecisionMakerRow).where(DecisionMakerRow.site_id == site_id))
    elif person_id not in dict(list_decision_maker_candidates(session, site_id)):
        raise ValueError("A decision-maker works at the site")
    else:
        new = insert_into(DecisionMakerRow, session.get_bind().dialect).values(site_id=site_id, person_id=person_id)
        session.execute(
            new.on_conflict_do_update(index_elements=[DecisionMakerRow.site_id], set_={"person_id": person_id})
        )
    log.add(session, "site.decision_maker", site)
