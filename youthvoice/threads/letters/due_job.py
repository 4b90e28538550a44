"""What is due in the letter box: the first look at letters, and decisions about suggestions.

One thing is owed for each agenda and day, whatever was suggested and however much (S22); it is settled when every
suggestion of that day was decided: published, joined, held, declined or moved. Source: S38; DESIGN.md 5, "An agenda".
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from flask_babel import format_date, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import create_answer_due, find_by_subject, list_unsettled
from youthvoice.sites.store import list_sites
from youthvoice.threads.letters import store
from youthvoice.threads.letters.letter_box import first_look_due, shown_day
from youthvoice.web.i18n.formats import in_every_language

LETTERS: Final = "letters"

SUGGESTIONS: Final = "suggestions"

DueBox = Literal["letters", "suggestions"]


class DueDay(NamedTuple):
    """What waits in one box for one day, however much it is: one thing is owed for it.

    Attributes:
        site_id: where.
        subject: what is owed is called so.
        day: on which letters were shown, there; until which suggestions are decided.
        last: the last day that is in time.
    """

    site_id: int
    subject: str
    day: date
    last: date


class DueKind(NamedTuple):
    """What may be late.

    Attributes:
        waits: all that waits and is shown at a moment, in time or late.
        about: what is owed for a day, in the language of the moment: the same whatever was written, and however much
            (S22).
        box: as `LetterRow.box`.
    """

    waits: Callable[[Session, datetime], list[DueDay]]
    about: Callable[[date], str]
    box: str


def _letters(session: Session, now: datetime) -> list[DueDay]:
    boxes = store.list_waiting_boxes(session, now)
    zones = {site.id: site.time_zone for site in list_sites(session, {site_id for site_id, _shown in boxes})}
    days = dict.fromkeys((site_id, shown_day(moment, zones[site_id])) for site_id, moment in boxes)
    return [_first_look(site_id, day) for site_id, day in days]


def _first_look(site_id: int, day: date) -> DueDay:
    return DueDay(site_id, f"{day}", day, first_look_due(day))


def _suggestions(session: Session, now: datetime) -> list[DueDay]:
    return [_decision(*box) for box in store.list_waiting_suggestions(session, now)]


def _decision(site_id: int, committee_id: int, due: date) -> DueDay:
    return DueDay(site_id, f"{committee_id} {due}", due, due)


DUE_KINDS: Final[Mapping[DueBox, DueKind]] = {
    LETTERS: DueKind(
        _letters, lambda day: str(_("Letter box, %(day)s", day=format_date(day, "d MMMM"))), store.SURVEY_BOX
    ),
    SUGGESTIONS: DueKind(_suggestions, lambda _day: str(_("Suggestions for an agenda")), store.AGENDA_BOX),
}


def letters_due() -> None:
    """The job: from the daily hour on, the first look at letters is owed; without letters nothing is written.

    What was opened in the very moment in which it was written down as owed is settled by the next look.
    """
    _write_down(LETTERS)


def suggestions_due() -> None:
    """The job: from the daily hour on, a decision is owed; without suggestions nothing is written."""
    _write_down(SUGGESTIONS)


def _write_down(kind: DueBox) -> None:
    with db.reading(db.engine()) as session:
        and_done = _new_and_done(session, kind)
    if any(and_done):
        with db.writing(db.engine()) as session:
            new, done = _new_and_done(session, kind)
            for due_day in new:
                _owe(session, kind, due_day)
            for owed in done:
                replies.settle(session, owed.id, context.today())


def _new_and_done(session: Session, kind: DueBox) -> tuple[list[DueDay], list[AnswerDue]]:
    """What waits and is not owed yet, and what is owed although nothing of it waits any more."""
    waits = DUE_KINDS[kind].waits(session, context.now())
    new = [due_day for due_day in waits if find_by_subject(session, kind, due_day.subject, due_day.site_id) is None]
    known = {(due_day.site_id, due_day.subject) for due_day in waits}
    return new, [
        answer_due
        for answer_due in list_unsettled(session, kind)
        if (answer_due.site_id, answer_due.subject) not in known
    ]


def owe_first_look(session: Session, site_id: int, day: date) -> None:
    """Write down that the letters shown on a day are to be looked at; once, however often it is called."""
    _owe(session, LETTERS, _first_look(site_id, day))


def _owe(session: Session, kind: DueBox, due_day: DueDay) -> None:
    create_answer_due(
        session,
        site_id=due_day.site_id,
        kind=kind,
        subject=due_day.subject,
        about=in_every_language(lambda: DUE_KINDS[kind].about(due_day.day)),
        due=due_day.last,
        owner_role=ADVOCATE,
    )


def settle_first_look(session: Session, site_id: int, moment: datetime, time_zone: str, today: date) -> None:
    """Nothing is owed any more for a day when none of its letters waits.

    Args:
        session: of the look.
        site_id: whose letter box.
        moment: when the letter that was opened was first shown, UTC.
        time_zone: the site's.
        today: at the site.
    """
    _settle(session, LETTERS, _first_look(site_id, shown_day(moment, time_zone)), today, moment)


def settle_decision(session: Session, site_id: int, committee_id: int, due: date, today: date) -> None:
    """Nothing is owed any more for a day when none of its suggestions waits for a decision.

    Args:
        session: of the decision.
        site_id: where.
        committee_id: whose agenda.
        due: of the suggestion that was decided.
        today: at the site.
    """
    _settle(session, SUGGESTIONS, _decision(site_id, committee_id, due), today, context.now())


def _settle(session: Session, kind: DueBox, due_day: DueDay, today: date, now: datetime) -> None:
    if due_day in DUE_KINDS[kind].waits(session, now):
        return
    answer_due = find_by_subject(session, kind, due_day.subject, due_day.site_id)
    if answer_due is not None:
        replies.settle(session, answer_due.id, today)
