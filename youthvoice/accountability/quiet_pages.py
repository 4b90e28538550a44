"""What happened to tasks about safety: one encrypted page per site, so that no row of a task ever tells it.

A row about safety is *quiet*: nobody without the key can tell from it whether a child said harm. It is written when
its round closes and then once a year, on its anniversaries, whatever happened. Between those days the page of its site
has what happened (`QuietPageRow`): who is asked, who missed a deadline, when it was answered, and the answers. A page
is as long as the number of its site's rows allows. It is written again with those of fifty sites or more after each
answer, and once a day although nothing changed. On an anniversary a row takes over what is settled.

So an answer costs the same after ten years, and *To do* opens what waits and nothing else.

`read_answers_due` is how a query of `store` becomes answers due: it decrypts the rows, adds what is on the pages, and
leaves placeholders out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeVar

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import encryption, entities
from youthvoice.accountability.models import AnswerDueRow, QuietPageRow
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import check_opening, decrypt_json, encrypt_json
from youthvoice.privacy.keys import key_names

_YEAR: Final = timedelta(days=365)

_MAX_YEARS: Final = 40

_SETTLED_DAYS: Final = timedelta(days=30)
"""What was settled less than this before an anniversary stays on the page until the next one, for *Answers*."""

_ROOM_OF_STATES: Final = 1_000

_ROOM_OF_A_STATE: Final = 260  # bytes: three missed deadlines, a step and a day, with the number of its row

_ROOM_OF_AN_OLDER_STATE: Final = 130  # bytes: a step and a day

_ROOM_OF_REPLIES: Final = 16_000
"""Bytes, beside those of the last year's rows: for eight long answers to tasks that waited for more than a year."""

_ROOM_OF_A_REPLY: Final = 1_900  # bytes: 600 letters of three bytes, in the one language that an adult writes

_SITES_TOGETHER: Final = 50
"""Fewer sites are never a group of their own, where there are more."""


@dataclass(frozen=True, slots=True)
class TaskState:
    """What happened to a task about safety, without the answer.

    Attributes:
        asked: its step of escalation.
        late: who missed a deadline; empty where the row has the same.
        settled_on: the day of the answer; None before.
    """

    asked: entities.EscalationStep = field(default_factory=entities.EscalationStep)
    late: tuple[entities.MissedDeadline, ...] = ()
    settled_on: date | None = None


_States = dict[int, TaskState]  # by row of the task
_Replies = dict[int, tuple[entities.Reply, ...]]
_Column = TypeVar("_Column")
OpenedRow = tuple[AnswerDueRow, encryption.AnswerDueBody]


def read_answers_due(session: Session, query: Select[AnswerDueRow]) -> list[entities.AnswerDue]:
    """The answers due of a query, without placeholders.

    Raises:
        CannotOpen, KeyGone: see `encryption.open_body`.
    """
    rows = session.scalars(query).all()
    bodies = zip(rows, open_bodies(session, rows), strict=True)
    return [encryption.to_answer_due(row, body) for row, body in bodies if not body.is_blank]


def open_bodies(session: Session, rows: Sequence[AnswerDueRow]) -> list[encryption.AnswerDueBody]:
    """Decrypt the bodies of some rows, and add what happened to those about safety.

    Raises:
        CannotOpen, KeyGone: of a row. A page that cannot be opened counts as an empty one.
    """
    states = _read_states(session, {row.site_id for row in rows if row.kind in encryption.QUIET_KINDS})
    replies = _read_replies(session, {row.site_id for row in rows if row.id in states and states[row.id].settled_on})
    return [_with_state(row, encryption.open_body(row), states, replies) for row in rows]


def _with_state(
    row: AnswerDueRow, body: encryption.AnswerDueBody, states: _States, replies: _Replies
) -> encryption.AnswerDueBody:
    if (state := states.get(row.id)) is None:
        return body
    answers, late = replies.get(row.id, body.replies), state.late or body.late
    return replace(body, asked=state.asked, late=late, settled_on=state.settled_on, replies=answers)


def settled_days(session: Session, site_ids: Collection[int]) -> dict[int, date | None]:
    """The tasks about safety at some sites that wait, with None, or that were settled in about the last year."""
    return {task_id: state.settled_on for task_id, state in _read_states(session, site_ids).items()}


def list_waiting(session: Session, pages: Sequence[QuietPageRow]) -> list[OpenedRow]:
    """The tasks about safety on some pages that wait, with what happened to them, in a fixed order.

    Those that cannot be opened are left out: `youthvoice doctor` counts them.
    """
    states = _states_of_pages(session, {page.site_id: page.states for page in pages})
    ids = [task_id for task_id, state in states.items() if state.settled_on is None]
    rows = select(AnswerDueRow).where(AnswerDueRow.id.in_(ids)).order_by(AnswerDueRow.id)
    waiting = []
    for row in session.scalars(rows) if ids else ():
        with suppress(CannotOpen, KeyGone):
            waiting.append((row, _with_state(row, encryption.open_body(row), states, {})))
    return waiting


def _read_states(session: Session, site_ids: Collection[int]) -> _States:
    query = select(QuietPageRow.site_id, QuietPageRow.states).where(QuietPageRow.site_id.in_(site_ids))
    blobs = {row.site_id: row.states for row in session.execute(query)} if site_ids else {}
    return _states_of_pages(session, dict.fromkeys(site_ids, b"") | blobs)


def _states_of_pages(session: Session, blobs: Mapping[int, bytes]) -> _States:
    """The states on the pages of some sites; of a site without a page that opens those of its rows."""
    states, without = _States(), set(blobs)
    for site_id, blob in blobs.items():
        with suppress(CannotOpen, KeyGone):
            states |= _open(site_id, "states", blob, _States)
            without.discard(site_id)
    return states | _states_of_rows(session, without)


def _read_replies(session: Session, site_ids: Collection[int]) -> _Replies:
    query = select(QuietPageRow.site_id, QuietPageRow.replies).where(QuietPageRow.site_id.in_(site_ids))
    replies = _Replies()
    for site_id, blob in session.execute(query) if site_ids else ():
        with suppress(CannotOpen, KeyGone):
            replies |= _open(site_id, "replies", blob, _Replies)
    return replies


def _states_of_rows(session: Session, site_ids: Collection[int]) -> _States:
    """The states that rows have, as a version without pages stored them: of those that wait or of the last year."""
    since, states = context.today() - _YEAR, _States()
    for row in session.scalars(_select_quiet_rows(site_ids)) if site_ids else ():
        with suppress(CannotOpen, KeyGone):
            body = encryption.open_body(row)
            if not body.is_blank and (body.settled_on or since) >= since:
                states[row.id] = TaskState(body.asked, settled_on=body.settled_on)
    return states


def _select_quiet_rows(site_ids: Collection[int]) -> Select[AnswerDueRow]:
    at_sites = AnswerDueRow.kind.in_(encryption.QUIET_KINDS) & AnswerDueRow.site_id.in_(site_ids)
    return select(AnswerDueRow).where(at_sites).order_by(AnswerDueRow.id)


def _state_of(row: AnswerDueRow, body: encryption.AnswerDueBody) -> TaskState:
    """What a page has to hold of a body: missed deadlines only where its row has not taken them over."""
    return TaskState(body.asked, () if body.late == encryption.open_body(row).late else body.late, body.settled_on)


def lock_row(session: Session, answer_due_id: int) -> tuple[AnswerDueRow, Sequence[QuietPageRow]]:
    """One row, locked until the commit; of a quiet one the pages of its group are locked, for `write_pages`.

    Raises:
        NoResultFound: it was withdrawn.
    """
    query = select(AnswerDueRow).where(AnswerDueRow.id == answer_due_id)
    kind, site_id = session.execute(query.with_only_columns(AnswerDueRow.kind, AnswerDueRow.site_id)).one()
    pages: Sequence[QuietPageRow] = ()
    if kind in encryption.QUIET_KINDS:
        pages = lock_pages(session, sites_beside(session, site_id))
    else:
        query = query.with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one(), pages


def lock_pages(session: Session, site_ids: Collection[int]) -> Sequence[QuietPageRow]:
    """The pages of some sites, locked until the commit; a site without a page gets one.

    Each page is locked or made in the order of sites: two transactions never wait for each other in a circle.
    """
    query = select(QuietPageRow).where(QuietPageRow.site_id.in_(site_ids)).order_by(QuietPageRow.site_id)
    without = sorted(set(site_ids).difference(session.scalars(query.with_only_columns(QuietPageRow.site_id))))
    query = query.with_for_update().execution_options(populate_existing=True)
    numbers = _count_rows(session, without) if without else {}
    for site_id in without:
        session.execute(query.with_only_columns(QuietPageRow.site_id).where(QuietPageRow.site_id < site_id))
        columns = _encrypt_page(site_id, _states_of_rows(session, [site_id]), {}, numbers.get(site_id, (0, 0)))
        new = insert_into(QuietPageRow, session.get_bind().dialect)
        new = new.values(site_id=site_id, day=context.today(), **columns)
        session.execute(new.on_conflict_do_nothing())
    return session.scalars(query).all()


def write_pages(
    session: Session, pages: Sequence[QuietPageRow], changed: Sequence[OpenedRow] = (), *, day: date | None = None
) -> None:
    """Write pages again, with the newest key, whether or not something changed there.

    Each page, and each row that has its anniversary, is written once in a transaction: of a row that is written twice,
    the raw files of a database hold one more old version. A page that cannot be opened stays as it is, and steps of
    escalation are lost there; `youthvoice doctor` reports it.

    Args:
        session: may write.
        pages: locked (`lock_pages`).
        changed: tasks with their new bodies.
        day: today at the sites, at their daily hour: rows that have an anniversary take over what is settled.

    Raises:
        CannotOpen, KeyGone: there is an answer for a page that cannot be opened.
    """
    numbers = _count_rows(session, [page.site_id for page in pages])
    anniversaries = _list_anniversaries(session, pages, day) if day is not None else []
    for page in pages:
        here = [(row, body) for row, body in changed if row.site_id == page.site_id]
        try:
            states = _open(page.site_id, "states", page.states, _States)
            replies = _open(page.site_id, "replies", page.replies, _Replies)
        except (CannotOpen, KeyGone):
            if any(body.replies for _row, body in here):
                raise
            current_app.logger.error("The page of site %s about safety cannot be opened", page.site_id)  # noqa: TRY400
            continue
        states |= {row.id: _state_of(row, body) for row, body in here}
        replies |= {row.id: body.replies for row, body in here if body.replies}
        _write_anniversaries([row for row in anniversaries if row.site_id == page.site_id], states, replies)
        page.day = day or page.day
        for column, blob in _encrypt_page(page.site_id, states, replies, numbers.get(page.site_id, (0, 0))).items():
            setattr(page, column, blob)
    session.flush()


def _count_rows(session: Session, site_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many quiet rows each site has of the last year, and how many older ones, placeholders counted."""
    recent = func.count().filter(AnswerDueRow.due > context.today() - _YEAR)
    query = _select_quiet_rows(site_ids).with_only_columns(AnswerDueRow.site_id, recent, func.count())
    rows = session.execute(query.order_by(None).group_by(AnswerDueRow.site_id))
    return {site_id: (of_the_year, of_all - of_the_year) for site_id, of_the_year, of_all in rows}


def _list_anniversaries(session: Session, pages: Sequence[QuietPageRow], today: date) -> Sequence[AnswerDueRow]:
    """The rows that had an anniversary since the first of their pages was last written at its daily hour."""
    passed = min((today - min((page.day for page in pages), default=today)).days, _YEAR.days)
    dues = [today - timedelta(days=ago) - _YEAR * years for ago in range(passed) for years in range(1, _MAX_YEARS)]
    query = _select_quiet_rows([page.site_id for page in pages]).where(AnswerDueRow.due.in_(dues))
    return session.scalars(query).all() if dues else ()


def _write_anniversaries(rows: Sequence[AnswerDueRow], states: _States, replies: _Replies) -> None:
    """Write rows again; they take over what happened, and what is settled leaves the page."""
    for row in rows:
        with suppress(CannotOpen, KeyGone):
            body = _with_state(row, encryption.open_body(row), states, replies)
            encryption.keep_body(row, body)
            if body.settled_on is not None and body.settled_on + _SETTLED_DAYS < context.today():
                states.pop(row.id, None)
                replies.pop(row.id, None)


def _encrypt_page(site_id: int, states: _States, replies: _Replies, numbers: tuple[int, int]) -> dict[str, bytes]:
    """Both columns of a page, as long as the numbers of its site's rows allow (`_count_rows`)."""
    recent, older = numbers
    columns: dict[str, tuple[object, int]] = {
        "states": (states, _ROOM_OF_STATES + _ROOM_OF_A_STATE * recent + _ROOM_OF_AN_OLDER_STATE * older),
        "replies": (replies, _ROOM_OF_REPLIES + _ROOM_OF_A_REPLY * recent),
    }
    return {
        column: encrypt_json(context.keyring(), key_names.KEPT_WORDS, values, _purpose(site_id, column), room)
        for column, (values, room) in columns.items()
    }


def _open(site_id: int, column: str, blob: bytes, kind: type[_Column]) -> _Column:
    return decrypt_json(context.keyring(), key_names.KEPT_WORDS, blob, _purpose(site_id, column), kind)


def _purpose(site_id: int, column: str) -> SealingContext:
    return sealing_context("quiet page", site_id, column)


def list_site_groups(session: Session, *more: int) -> list[list[int]]:
    """The sites with pages, in groups of fifty to ninety-nine; fewer sites are one group.

    The pages of a group are locked and written together, because an answer waits until all are written. Nobody sees at
    which of the sites of a group somebody answered.

    Args:
        session: only read.
        more: sites that may have no page yet.
    """
    site_ids = sorted({*session.scalars(select(QuietPageRow.site_id)), *more})
    number = max(1, len(site_ids) // _SITES_TOGETHER)
    return [site_ids[place::number] for place in range(number)] if site_ids else []


def sites_beside(session: Session, site_id: int) -> list[int]:
    """The group of a site."""
    return next(site_ids for site_ids in list_site_groups(session, site_id) if site_id in site_ids)


def rewrite_pages() -> None:
    """Write all pages again, a group at a time. A job; without pages it writes nothing."""
    engine = db.engine()
    with db.reading(engine) as session:
        groups = list_site_groups(session)
    for site_ids in groups:
        with db.writing(engine) as session:
            write_pages(session, lock_pages(session, site_ids))
    if groups:
        db.truncate_write_ahead_log(engine)


def check_answers() -> Iterator[bool]:
    """Whether each answer due, and each page, opens with the present key files."""
    yield from check_opening(db.walk_rows(select(AnswerDueRow), AnswerDueRow.id), encryption.open_body)
    yield from check_opening(db.walk_rows(select(QuietPageRow), QuietPageRow.site_id), _open_page)


def _open_page(page: QuietPageRow) -> None:
    _open(page.site_id, "states", page.states, _States)
    _open(page.site_id, "replies", page.replies, _Replies)
