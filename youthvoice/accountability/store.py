"""The queries of answers due: what adults owe children, by whom and until when; and who decides at a site.

One mechanism serves rounds, agenda items, everyday choices, reviews and tasks (`rules.ANSWER_DUE_KINDS`).

- A row (`AnswerDueRow`) is about a *subject*, the key of a row of another package, at one site. Its owner is a person
  or a role. If nobody answers in time, it escalates: the next people are asked (`escalation_job`).
- Its text is encrypted, and a value (`AnswerDue`) is a row with its body decrypted (`quiet_pages.read_answers_due`).
- *Quiet* rows, about harm, exist whether or not a child said it; a *placeholder* among them is never returned. What
  happened to a quiet row is on the page of its site only, so `quiet_pages.settled_days` says which of them wait.
- Some parts of a review are *wishes* of its child. A person who may not know of them gets the answer without them.

In this order: creating; what one person sees; what jobs, figures and pages of children read; changing; decision-makers.
`replies` stores the answers, `taps` what children say of them.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import permissions
from youthvoice.accountability import encryption, quiet_pages
from youthvoice.accountability.entities import AnswerablePart, AnswerDue, ReplyWords, letter_readers, wish_readers
from youthvoice.accountability.models import AnswerDueRow, DecisionMakerRow
from youthvoice.accountability.rules import ANSWER_DUE_KINDS, DECIDING_ROLES, RUNGS, Rung, kinds_with
from youthvoice.accounts.store import list_trusted_of, list_trusted_people, site_ids_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed, random_row_id
from youthvoice.sites.last_day import limit_to_last_day
from youthvoice.sites.store import get_site

_ASKED_FROM: dict[str, Rung] = {permissions.SAFEGUARDING_LEAD: "leads", permissions.OUTSIDE_RECIPIENT: "outside"}
"""The level from which a role sees the advocates' tasks where a child may be hurt."""


def create_answer_due(  # noqa: PLR0913 - each of them is part of it
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
    """Store that an answer is due; once per kind, subject and site, however often it is called.

    Args:
        session: the transaction of whatever causes it.
        site_id: the site of the children.
        kind: a key of `rules.ANSWER_DUE_KINDS`.
        subject: the row that it is about.
        about: its subject by language; nothing of a child. Empty for a placeholder row.
        due: the last day in time; at a site that closes before, its last day takes its place.
        owner_id: the adult who has to answer, or
        owner_role: the role at the site that has to answer.
        might_be: what `about` would be in a row that is no placeholder, so that both have the same length.
        picture: OpenMoji code of its subject, for the children's board.
        day: today at the site, if it can be answered now; a round can only after `set_answerable_parts`.

    Raises:
        ValueError: no owner, or two, or an unknown kind.
    """
    if (owner_id is None) == (owner_role is None):
        raise ValueError("Something owed has one owner: a person or a role")
    if kind not in ANSWER_DUE_KINDS:
        raise ValueError(f"Nothing of this kind can be owed: {kind}")
    site = get_site(session, site_id)
    due = limit_to_last_day(due, site, context.today(site.time_zone))
    answer_due_id = random_row_id()  # an address must not tell how many tasks there are
    body = encryption.AnswerDueBody(about, room=encryption.size_of_subject(might_be or about), picture=picture)
    values = {
        "id": answer_due_id, "site_id": site_id, "kind": kind, "subject": subject,
        "locked": encryption.encrypt_answer_due(context.keyring(), kind, answer_due_id, body),
        "due": due, "owner_id": owner_id, "owner_role": owner_role, "shown_on": day,
    }  # fmt: skip
    session.execute(insert_into(AnswerDueRow, session.get_bind().dialect).values(values).on_conflict_do_nothing())
    stored = select(AnswerDueRow).where(
        AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.site_id == site_id
    )
    row = session.scalars(stored).one()
    if kind in encryption.QUIET_KINDS:
        pages = quiet_pages.lock_pages(session, [site_id])
        quiet_pages.write_pages(session, pages, [(row, body)] if about and row.id == answer_due_id else [])
    return row


def list_answers_due_of(session: Session, person_id: int, role: str, site_ids: Collection[int]) -> list[AnswerDue]:
    """The answers that wait for a person, or for their role, the earliest deadline first.

    Args:
        session: only read.
        person_id: the person.
        role: of that person.
        site_ids: the person's sites.
    """
    visible = _list_visible(session, person_id, role, site_ids, _waits(session, site_ids))
    waiting = [answer_due for answer_due in visible if answer_due.settled_on is None]
    return sorted(waiting, key=lambda due: (due.due_for(person_id), due.id))


def list_settled_of(
    session: Session, person_id: int, role: str, site_ids: Collection[int], most: int
) -> list[AnswerDue]:
    """What was settled of what a person, or their role, had to answer, the latest first; the others are not opened.

    Of tasks about safety only those of about the last year.

    Args:
        session: only read.
        person_id: the person.
        role: of that person.
        site_ids: the person's sites.
        most: how many.
    """
    quiet_days = {task_id: day for task_id, day in quiet_pages.settled_days(session, site_ids).items() if day}
    may_be_settled = AnswerDueRow.settled_on.is_not(None) | AnswerDueRow.id.in_(quiet_days)
    query = select(AnswerDueRow.id, AnswerDueRow.settled_on).where(
        _is_owned_or_asked(person_id, role, site_ids), may_be_settled | (AnswerDueRow.kind == "review")
    )
    # a review that waits for a wish alone has no day, and is settled for a reader who may not know of it: these first
    days = {row.id: row.settled_on or quiet_days.get(row.id, date.max) for row in session.execute(query)}
    newest = sorted(days, key=lambda answer_due_id: (days[answer_due_id], answer_due_id), reverse=True)
    settled: list[AnswerDue] = []
    while newest and len(settled) < most:
        part, newest = newest[: 2 * most], newest[2 * most :]
        visible = _list_visible(session, person_id, role, site_ids, AnswerDueRow.id.in_(part))
        settled += [answer_due for answer_due in visible if answer_due.settled_on is not None]
    return sorted(settled, key=lambda due: (due.settled_on or date.min, due.id), reverse=True)[:most]


def find_answer_due_of(
    session: Session, answer_due_id: int, person_id: int, role: str, site_ids: Collection[int]
) -> AnswerDue | None:
    """One answer due from a person; None where it is somebody else's or does not exist."""
    return next(iter(_list_visible(session, person_id, role, site_ids, AnswerDueRow.id == answer_due_id)), None)


def list_overdue(session: Session, person_id: int, site_ids: Collection[int], today: date) -> list[AnswerDue]:
    """The overdue answers of some sites that a person may know of, the oldest first (S13)."""
    waits = _waits(session, site_ids)
    late = select(AnswerDueRow).where(AnswerDueRow.site_id.in_(site_ids), waits, AnswerDueRow.due < today)
    answers_due = quiet_pages.read_answers_due(session, late.order_by(AnswerDueRow.due, AnswerDueRow.id))
    return [
        answer_due
        for answer_due in _without_hidden_wishes(session, person_id, answers_due)
        if answer_due.settled_on is None
    ]


def list_subjects_asked(session: Session, kind: str, person_id: int, site_ids: Collection[int]) -> set[str]:
    """The subjects of a kind that a person was asked to answer after the owner; nothing is decrypted."""
    query = select(AnswerDueRow.subject).where(
        AnswerDueRow.kind == kind, AnswerDueRow.asked_id == person_id, AnswerDueRow.site_id.in_(site_ids)
    )
    return set(session.scalars(query))


def find_answer_due(session: Session, answer_due_id: int) -> AnswerDue | None:
    """One answer due, whoever owns it; for children's pages and for jobs."""
    query = select(AnswerDueRow).where(AnswerDueRow.id == answer_due_id)
    return next(iter(quiet_pages.read_answers_due(session, query)), None)


def find_by_subject(session: Session, kind: str, subject: str, site_id: int | None = None) -> AnswerDue | None:
    """The answer due about a subject; None without one.

    Args:
        session: only read.
        kind: as in `create_answer_due`.
        subject: as in `create_answer_due`.
        site_id: where several sites have one; None for the first of them.
    """
    query = (
        select(AnswerDueRow)
        .where(AnswerDueRow.kind == kind, AnswerDueRow.subject == subject)
        .order_by(AnswerDueRow.site_id)
        .limit(1)
    )
    if site_id is not None:
        query = query.where(AnswerDueRow.site_id == site_id)
    return next(iter(quiet_pages.read_answers_due(session, query)), None)


def find_by_subjects(
    session: Session, kind: str, subjects: Collection[str], site_ids: Collection[int] | None = None
) -> dict[str, AnswerDue]:
    """The answers due about several subjects of one kind, by subject.

    Args:
        session: only read.
        kind: as in `create_answer_due`.
        subjects: as in `create_answer_due`.
        site_ids: only those of these sites; of several one that is not settled, then that of the lowest id.
    """
    at_sites = true() if site_ids is None else AnswerDueRow.site_id.in_(site_ids)
    query = (
        select(AnswerDueRow)
        .where(AnswerDueRow.kind == kind, AnswerDueRow.subject.in_(subjects), at_sites)
        .order_by(AnswerDueRow.settled_on.is_(None), AnswerDueRow.site_id.desc(), AnswerDueRow.id)
    )
    return {answer_due.subject: answer_due for answer_due in quiet_pages.read_answers_due(session, query)}


def sites_with_overdue(session: Session, kind: str, site_ids: Collection[int], today: date) -> set[int]:
    """Where an answer of a kind that is not quiet is overdue; not decrypted."""
    is_late = (AnswerDueRow.kind == kind, AnswerDueRow.settled_on.is_(None), AnswerDueRow.due < today)
    return set(session.scalars(select(AnswerDueRow.site_id).where(AnswerDueRow.site_id.in_(site_ids), *is_late)))


def list_settled_days(session: Session, kind: str, subjects: Collection[str]) -> dict[str, date]:
    """The day on which each subject was settled; of several sites that of the one with the lowest id."""
    query = select(AnswerDueRow.subject, AnswerDueRow.settled_on).where(
        AnswerDueRow.kind == kind, AnswerDueRow.subject.in_(list(subjects))
    )
    rows = session.execute(query.where(AnswerDueRow.settled_on.is_not(None)).order_by(AnswerDueRow.site_id.desc()))
    return {row.subject: row.settled_on for row in rows}


def select_settled(kind: str, since: date) -> Select[str, date | None]:
    """The subjects of a kind that were settled on some day or later, each with its day, as a subquery."""
    query = select(AnswerDueRow.subject, AnswerDueRow.settled_on)
    return query.where(AnswerDueRow.kind == kind, AnswerDueRow.settled_on >= since)


def list_unsettled(session: Session, kind: str, subjects: Container[str] | None = None) -> list[AnswerDue]:
    """All answers due of a kind that are not settled, at every site; for jobs.

    Args:
        session: only read.
        kind: of `rules.ANSWER_DUE_KINDS`.
        subjects: only those about one of these.
    """
    waits = (AnswerDueRow.kind == kind, AnswerDueRow.settled_on.is_(None))
    query = select(AnswerDueRow).where(*waits).order_by(AnswerDueRow.id)
    if subjects is not None:
        rows = session.execute(select(AnswerDueRow.id, AnswerDueRow.subject).where(*waits))
        ids = [row.id for row in rows if row.subject in subjects]
        query = query.where(AnswerDueRow.id.in_(ids))
    return [answer_due for answer_due in quiet_pages.read_answers_due(session, query) if answer_due.settled_on is None]


def list_late_subjects(
    session: Session, kind: str, site_ids: Collection[int], today: date, *, settled_late: bool = False
) -> set[str]:
    """The subjects of a kind that are overdue at some sites, or were settled too late as well; not decrypted."""
    is_late = and_(AnswerDueRow.settled_on.is_(None), AnswerDueRow.due < today)
    if settled_late:
        is_late = or_(is_late, AnswerDueRow.settled_on > AnswerDueRow.due)
    query = select(AnswerDueRow.subject).where(AnswerDueRow.kind == kind, AnswerDueRow.site_id.in_(site_ids), is_late)
    return set(session.scalars(query))


def list_board_subjects(session: Session, site_id: int) -> list[tuple[int, date]]:
    """The board's own entries of answers due: id and day of the last news, the newest first; not decrypted."""
    day = func.coalesce(AnswerDueRow.settled_on, AnswerDueRow.shown_on, AnswerDueRow.due)
    query = select(AnswerDueRow.id, day).where(
        AnswerDueRow.site_id == site_id, AnswerDueRow.kind.in_(kinds_with("has_board_entry"))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(day.desc(), AnswerDueRow.id))]


def list_due_to_children(session: Session, first: date) -> list[AnswerDue]:
    """All answers for children that were due on a day or later, at every site; none about a single child."""
    kinds = kinds_with("to_children") - kinds_with("of_a_review")
    query = select(AnswerDueRow).where(AnswerDueRow.kind.in_(kinds), AnswerDueRow.due >= first)
    return quiet_pages.read_answers_due(session, query.order_by(AnswerDueRow.site_id, AnswerDueRow.id))


def list_newest_items(session: Session, site_ids: Collection[int], most: int) -> list[AnswerDue]:
    """What committees of some sites asked of adults, the newest first, answered or not."""
    query = select(AnswerDueRow).where(AnswerDueRow.kind == "item", AnswerDueRow.site_id.in_(site_ids))
    newest = query.order_by(func.coalesce(AnswerDueRow.shown_on, AnswerDueRow.due).desc(), AnswerDueRow.id).limit(most)
    return quiet_pages.read_answers_due(session, newest)


def set_answerable_parts(
    session: Session, kind: str, subject: str, parts: Sequence[AnswerablePart], day: date | None
) -> None:
    """Allow answers from this day on, part by part if the owner wishes.

    Args:
        session: the transaction that approves what is to be answered.
        kind: as in `create_answer_due`.
        subject: as in `create_answer_due`.
        parts: the published questions; none where nothing could be published.
        day: today; None while something else must happen first.
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
    """Change the deadline, while nobody but the owner was asked."""
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.settled_on.is_(None))
    session.flush()
    session.execute(update(AnswerDueRow).where(*same, AnswerDueRow.rung == RUNGS[0]).values(due=due, reminded_on=None))


def bring_answers_forward(session: Session, last_day: date, *, site_id: int, round_slugs: Collection[str] = ()) -> None:
    """Let all that is due after the last day of a site be due on it, and what was asked in these rounds everywhere.

    Args:
        session: may write.
        last_day: of the site.
        site_id: the site.
        round_slugs: rounds that this site answers together with others.
    """
    of_rounds = and_(AnswerDueRow.kind.in_(("round", "choice")), AnswerDueRow.subject.in_(round_slugs))
    waits = (or_(AnswerDueRow.site_id == site_id, of_rounds), AnswerDueRow.settled_on.is_(None))
    session.flush()
    for column in (AnswerDueRow.due, AnswerDueRow.asked_until):
        session.execute(update(AnswerDueRow).where(*waits, column > last_day).values({column: last_day}))


def change_owner(session: Session, kind: str, subject: str, owner_id: int) -> None:
    """Change the owner, while it is not settled."""
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.settled_on.is_(None))
    session.flush()
    session.execute(update(AnswerDueRow).where(*same).values(owner_id=owner_id, reminded_on=None))


def withdraw_answer_due(session: Session, kind: str, subject: str, site_id: int) -> bool:
    """Delete an answer due that is answered elsewhere.

    Returns:
        False when there was none.
    """
    same = (AnswerDueRow.kind == kind, AnswerDueRow.subject == subject, AnswerDueRow.site_id == site_id)
    session.flush()
    return bool(count_changed(session, delete(AnswerDueRow).where(*same)))


def list_decision_makers(session: Session, site_ids: Collection[int]) -> Mapping[int, int]:
    """The decision-maker of each site that has one who still works there: site -> person."""
    query = select(DecisionMakerRow.site_id, DecisionMakerRow.person_id).where(DecisionMakerRow.site_id.in_(site_ids))
    chosen = {row.site_id: row.person_id for row in session.execute(query)}
    people = list_trusted_of(session, chosen.values())  # of a thousand sites, and not all who work there
    sites = site_ids_of_people(session, [person.id for person in people if person.role in DECIDING_ROLES])
    return {site_id: person_id for site_id, person_id in chosen.items() if site_id in sites.get(person_id, ())}


def sites_decided_by(session: Session, person_id: int, site_ids: Collection[int]) -> set[int]:
    """Of which of these sites a person is the decision-maker; nobody's row is read where she was chosen at none."""
    chosen = DecisionMakerRow.site_id.in_(site_ids) & (DecisionMakerRow.person_id == person_id)
    chosen_at = session.scalars(select(DecisionMakerRow.site_id).where(chosen)).all()
    return {site_id for site_id, who in list_decision_makers(session, chosen_at).items() if who == person_id}


def sites_with_decision_maker(session: Session, site_ids: Collection[int]) -> set[int]:
    """The sites for which somebody was chosen, who may have left since."""
    return set(session.scalars(select(DecisionMakerRow.site_id).where(DecisionMakerRow.site_id.in_(site_ids))))


def list_decision_maker_candidates(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Everybody at a site who may be its decision-maker, by name: row and name."""
    return [
        (person.id, person.name) for person in list_trusted_people(session, [site_id]) if person.role in DECIDING_ROLES
    ]


def set_decision_maker(session: Session, site_id: int, person_id: int | None, log: Log, site: str) -> None:
    """Set the decision-maker of a site; None for nobody.

    Args:
        session: may write.
        site_id: where.
        person_id: one of `list_decision_maker_candidates`.
        log: in the caller's name.
        site: its short name, for the log.

    Raises:
        ValueError: the person does not work there, or may not decide.
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


def _list_visible(
    session: Session, person_id: int, role: str, site_ids: Collection[int], condition: ColumnElement[bool]
) -> list[AnswerDue]:
    """The answers due that a person sees: as the owner, in the owner's role, or because the person is asked instead.

    Columns decide most of it (`_is_owned_or_asked`). What a column must not tell is decided after decryption:

    - how far a quiet row escalated, and so whether this person is asked (`_is_asked`);
    - which parts are wishes of a child that this person may not know of: they are left out, and `settled_on` of the
      result is that of the rest (`_without_hidden_wishes`).

    So a column never says for sure whether one of these is settled for its reader.

    Args:
        session: only read.
        person_id: the person.
        role: of that person.
        site_ids: the person's sites.
        condition: which of them, as far as columns tell.
    """
    query = select(AnswerDueRow).where(_is_owned_or_asked(person_id, role, site_ids), condition)
    answers_due = _without_hidden_wishes(session, person_id, quiet_pages.read_answers_due(session, query))
    return [answer_due for answer_due in answers_due if _is_asked(answer_due, person_id, role)]


def _waits(session: Session, site_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a row waits, as far as columns and the pages of quiet rows tell."""
    days = quiet_pages.settled_days(session, site_ids)
    of_quiet = AnswerDueRow.id.in_([task_id for task_id, day in days.items() if day is None])
    return AnswerDueRow.settled_on.is_(None) & AnswerDueRow.kind.not_in(encryption.QUIET_KINDS) | of_quiet


def _is_owned_or_asked(person_id: int, role: str, site_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a person owns it, or was asked to answer after the owner, as far as columns tell."""
    of_role = [and_(AnswerDueRow.owner_role == role, AnswerDueRow.site_id.in_(site_ids))]
    if role == permissions.ADVOCATE:
        of_role.append(and_(AnswerDueRow.rung == "advocates", AnswerDueRow.site_id.in_(site_ids)))
    if role in {permissions.ADVOCATE, permissions.SAFEGUARDING_LEAD}:
        of_role.append(and_(AnswerDueRow.kind.in_(kinds_with("of_a_gap")), AnswerDueRow.site_id.in_(site_ids)))
    if role in _ASKED_FROM:  # quiet rows have their level in the body: `_is_asked` checks it
        of_role.append(and_(AnswerDueRow.kind.in_(kinds_with("in_danger")), AnswerDueRow.site_id.in_(site_ids)))
    return or_(AnswerDueRow.owner_id == person_id, AnswerDueRow.asked_id == person_id, *of_role)


def _without_hidden_wishes(session: Session, person_id: int, answers_due: Iterable[AnswerDue]) -> Iterator[AnswerDue]:
    """The answers due without wishes and letters that a person may not know of. The owner of a promise may know it."""
    for due in answers_due:
        answer_due: AnswerDue | None = due
        if due.is_of_wishes and not _may_know(session, person_id, due):
            answer_due = due.without_wishes()
        elif due.kind in letter_readers() and not letter_readers()[due.kind](session, person_id, due):
            answer_due = None
        if answer_due is not None:
            yield answer_due


def _may_know(session: Session, person_id: int, answer_due: AnswerDue) -> bool:
    if answer_due.kind == "promise" and answer_due.owner_id == person_id:
        return True
    return person_id in wish_readers().who_may_know(session, _review_of(answer_due))


def _review_of(answer_due: AnswerDue) -> str:
    return answer_due.subject if answer_due.kind == "review" else answer_due.parts[0].name.partition("/")[0]


def _is_asked(answer_due: AnswerDue, person_id: int, role: str) -> bool:
    """Whether it has escalated to the person's role, where only the body tells."""
    is_asked_by_level = role in _ASKED_FROM and ANSWER_DUE_KINDS[answer_due.kind].in_danger
    if not is_asked_by_level or answer_due.owner_id == person_id:
        return True
    return RUNGS.index(answer_due.rung) >= RUNGS.index(_ASKED_FROM[role])
