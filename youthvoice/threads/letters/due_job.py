"""Deadlines of the letter box: the first look at letters, and decisions about suggestions.

There is one answer due for each agenda and day, however many suggestions there are (S22). It is settled when every
suggestion of that day is decided: published, joined, held, declined or moved. Source: S38; DESIGN.md 5, "An agenda".
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final, Literal, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import create_answer_due, find_by_subject, list_unsettled
from youthvoice.accounts.store import Reader, find_person
from youthvoice.sites.store import Site, get_site, list_sites
from youthvoice.threads import readership
from youthvoice.threads.letters import letter_readers, store
from youthvoice.threads.letters.letter_box import first_look_due, shown_day
from youthvoice.web.i18n.formats import format_short_day, in_every_language

LETTERS: Final = "letters"

SUGGESTIONS: Final = "suggestions"

DueBox = Literal["letters", "suggestions"]


class DueDay(NamedTuple):
    """What waits in one box for one day; it makes one answer due, however many letters wait.

    Attributes:
        site_id: row of `sites`.
        subject: names the answer due.
        day: on which letters were first shown at the site, or until which suggestions are decided.
        last: the last day that is on time.
    """

    site_id: int
    subject: str
    day: date
    last: date


class DueKind(NamedTuple):
    """A kind of deadline.

    Attributes:
        waits: everything shown and undecided at a moment, on time or overdue.
        about: describes the answer due of a day, in the current language: the same whatever was written, and however
            much (S22).
        boxes: as `LetterRow.box`.
        day: of the letter of a wrap, as in `DueDay`; takes the time zone of its site, too.
    """

    waits: Callable[[Session, datetime], list[DueDay]]
    about: Callable[[date], str]
    boxes: tuple[str, ...]
    day: Callable[[letter_readers.LetterKeyWrap, str], date | None]


def _letters(session: Session, now: datetime) -> list[DueDay]:
    boxes = store.list_waiting_boxes(session, now)
    zones = {site.id: site.time_zone for site in list_sites(session, {site_id for site_id, _moment in boxes})}
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
        waits=_letters,
        about=lambda day: str(_("Letter box, %(day)s", day=format_short_day(day))),
        boxes=store.LETTER_BOXES,
        day=lambda wrap, time_zone: shown_day(wrap.shown_from, time_zone),
    ),
    SUGGESTIONS: DueKind(
        waits=_suggestions,
        about=lambda _day: str(_("Suggestions for a list")),
        boxes=(store.AGENDA_BOX,),
        day=lambda wrap, _time_zone: wrap.due_on,
    ),
}


def find_openers(session: Session, kind: DueBox, site: Site, advocates: Sequence[Reader], day: date) -> set[int]:
    """Which advocates of a site can open anything that waits in a box for a day (`DueDay`); rows of `people`."""
    due_kind = DUE_KINDS[kind]
    return letter_readers.find_letter_openers(
        session,
        site.id,
        advocates,
        context.now(),
        due_kind.boxes,
        lambda wrap: due_kind.day(wrap, site.time_zone) == day,
    )


def letters_due() -> None:
    """The job: from the daily hour on, make the first look at letters due; without letters nothing is written.

    If a letter is opened while the job runs, the next run settles its deadline.
    """
    _update_answers_due(LETTERS)


def suggestions_due() -> None:
    """The job: from the daily hour on, make a decision about suggestions due; without any nothing is written."""
    _update_answers_due(SUGGESTIONS)


def _update_answers_due(kind: DueBox) -> None:
    with db.reading(db.engine()) as session:
        days_and_answers = _list_new_and_settled(session, kind)
    if any(days_and_answers):  # else nothing waits for the one who writes
        with db.writing(db.engine()) as session:
            new_days, settled_answers = _list_new_and_settled(session, kind)
            for due_day in new_days:
                _make_due(session, kind, due_day)
            for answer_due in settled_answers:
                replies.settle(session, answer_due.id, context.today())


def _list_new_and_settled(session: Session, kind: DueBox) -> tuple[list[DueDay], list[AnswerDue]]:
    """Days that wait without an answer due, and answers due of which nothing waits any longer."""
    waiting = DUE_KINDS[kind].waits(session, context.now())
    new = [due_day for due_day in waiting if find_by_subject(session, kind, due_day.subject, due_day.site_id) is None]
    subjects = {(due_day.site_id, due_day.subject) for due_day in waiting}
    return new, [
        answer_due
        for answer_due in list_unsettled(session, kind)
        if (answer_due.site_id, answer_due.subject) not in subjects
    ]


def make_first_look_due(session: Session, site_id: int, day: date) -> None:
    """Make the first look at the letters shown on a day due; repeated calls do so once."""
    _make_due(session, LETTERS, _first_look(site_id, day))


def _make_due(session: Session, kind: DueBox, due_day: DueDay) -> None:
    create_answer_due(
        session,
        site_id=due_day.site_id,
        kind=kind,
        subject=due_day.subject,
        about=in_every_language(lambda: DUE_KINDS[kind].about(due_day.day)),
        due=due_day.last,
        owner_role=ADVOCATE,
    )


def record_first_look(session: Session, envelope: store.LetterEnvelope, time_zone: str, today: date) -> None:
    """Note that somebody opened a letter, and settle the first look of its day when none of it waits any longer.

    Args:
        session: may write.
        envelope: of the letter.
        time_zone: the site's.
        today: at the site.
    """
    store.mark_letter_opened(session, envelope.id, today)
    day = shown_day(envelope.shown_from, time_zone)
    # what was shown by the hour of this letter: more may be shown later on the same day, where the hour was changed
    _settle(session, LETTERS, _first_look(envelope.site_id, day), today, envelope.shown_from)


def _may_know(kind: DueBox, session: Session, person_id: int, answer_due: AnswerDue) -> bool:
    """Whether an adult may know that something waits: an advocate whom a child left out must not learn it by a task.

    She knows of a day of which she opens anything that waits, or nobody does. Of settled days no advocate has a line:
    one that she never saw waiting would tell that a child left her out. Every other adult knows.
    """
    person = find_person(session, person_id)
    if person is None or person.role != ADVOCATE:
        return True
    if answer_due.settled_on:
        return False
    site, day = get_site(session, answer_due.site_id), date.fromisoformat(answer_due.subject.rpartition(" ")[2])
    openers = find_openers(session, kind, site, readership.readers_at(site.id), day)
    return not openers or person_id in openers


MAY_KNOW: Final[Mapping[str, Callable[[Session, int, AnswerDue], bool]]] = {
    kind: partial(_may_know, kind) for kind in DUE_KINDS
}
"""Who may know of an answer due (`accountability.entities.letter_readers`)."""


def settle_decision(session: Session, site_id: int, committee_id: int, due: date, today: date) -> None:
    """Settle the decision of a day when none of its suggestions waits any longer.

    Args:
        session: that decides the suggestion.
        site_id: row of `sites`.
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
