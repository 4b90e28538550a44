"""What is due in the letter box: the first look at letters, and decisions about suggestions.

One thing is owed for each agenda and day, whatever was suggested and however much (S22); it is settled when every
suggestion of that day was decided: published, joined, held, declined or moved. Source: S38; DESIGN.md 5, "An agenda".
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import create_answer_due, find_by_subject, list_unsettled
from youthvoice.sites.store import list_sites
from youthvoice.threads.letters import store
from youthvoice.threads.letters.letter_box import first_look_due, shown_day
from youthvoice.web.i18n.languages import TRANSLATED

LETTERS = "letters"


def letters_due() -> None:
    """The job: from the daily hour on, the first look at letters is owed; without letters nothing is written.

    What was opened in the very moment in which it was written down as owed is settled by the next look.
    """
    with db.reading(db.engine()) as session:
        new, done = _letters_new_and_done(session)
    if new or done:
        with db.writing(db.engine()) as session:
            new, done = _letters_new_and_done(session)
            for site_id, day in new:
                owe_first_look(session, site_id, day)
            for owed in done:
                replies.settle(session, owed.id, context.today())


def _letters_new_and_done(session: Session) -> tuple[list[tuple[int, date]], list[AnswerDue]]:
    """Days whose letters wait and are not owed yet, and what is owed of days whose letters were all opened."""
    days = waiting_letter_days(session, context.now())
    new = [(site_id, day) for site_id, day in days if _owed(session, site_id, day) is None]
    wait = {(site_id, f"{day}") for site_id, day in days}
    owed = list_unsettled(session, context.keyring(), LETTERS)
    return new, [one for one in owed if (one.site_id, one.subject) not in wait]


def waiting_letter_days(session: Session, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of every box whose hour has come and where a letter waits; the day on which it was shown, there."""
    return _days(session, store.list_waiting_boxes(session, now))


def owe_first_look(session: Session, site_id: int, day: date) -> None:
    """Write down that the letters shown on a day are to be looked at; once, however often it is called."""
    create_answer_due(
        session,
        context.keyring(),
        site_id=site_id,
        kind=LETTERS,
        subject=f"{day}",
        about=_about_letters(day),
        due=first_look_due(day),
        owner_role=ADVOCATE,
    )


def settle_first_look(session: Session, site_id: int, shown: datetime, time_zone: str, today: date) -> None:
    """Nothing is owed any more for a day when none of its letters waits.

    Args:
        session: of the look.
        site_id: whose letter box.
        shown: when the letter that was opened was first shown, UTC.
        time_zone: the site's.
        today: at the site.
    """
    day = shown_day(shown, time_zone)
    if any(
        site == site_id and shown_day(each, time_zone) == day for site, each in store.list_waiting_boxes(session, shown)
    ):
        return
    owed = _owed(session, site_id, day)
    if owed is not None:
        replies.settle(session, owed.id, today)


def _owed(session: Session, site_id: int, day: date) -> AnswerDue | None:
    return find_by_subject(session, context.keyring(), LETTERS, f"{day}", site_id)


def _days(session: Session, boxes: Collection[tuple[int, datetime]]) -> list[tuple[int, date]]:
    zones = {site.id: site.time_zone for site in list_sites(session, {site_id for site_id, _shown in boxes})}
    return list(dict.fromkeys((site_id, shown_day(shown, zones[site_id])) for site_id, shown in boxes))


def _about_letters(day: date) -> dict[str, str]:
    """The same words whatever was written, and however much (S22)."""
    said = {}
    for language in TRANSLATED:
        with force_locale(language):
            said[language] = str(_("Letter box, %(day)s", day=format_date(day, "d MMMM")))
    return said


SUGGESTIONS: Final = "suggestions"


SuggestionBox = tuple[int, int, date]
"""A site, a committee, and the day until which what was suggested is decided."""


def suggestions_due() -> None:
    """The job: from the daily hour on, a decision is owed; without suggestions nothing is written."""
    with db.reading(db.engine()) as session:
        new, done = _suggestions_new_and_done(session)
    if new or done:
        with db.writing(db.engine()) as session:
            new, done = _suggestions_new_and_done(session)
            for box in new:
                _owe(session, box)
            for owed in done:
                replies.settle(session, owed.id, context.today())


def settle_decision(session: Session, site_id: int, committee_id: int, due: date, today: date) -> None:
    """Nothing is owed any more for a day when none of its suggestions waits for a decision.

    Args:
        session: of the decision.
        site_id: where.
        committee_id: whose agenda.
        due: of the suggestion that was decided.
        today: at the site.
    """
    if (site_id, committee_id, due) in store.list_waiting_suggestions(session, context.now()):
        return
    owed = find_by_subject(session, context.keyring(), SUGGESTIONS, suggestion_subject(committee_id, due), site_id)
    if owed is not None:
        replies.settle(session, owed.id, today)


def waiting_suggestion_days(session: Session, now: datetime) -> list[tuple[int, date]]:
    """(site, day due) of everything that waits, shown already, in time or late."""
    found = [(site_id, due) for site_id, _committee, due in store.list_waiting_suggestions(session, now)]
    return list(dict.fromkeys(found))


def suggestion_subject(committee_id: int, due: date) -> str:
    """What is owed is called."""
    return f"{committee_id} {due}"


def _suggestions_new_and_done(session: Session) -> tuple[list[SuggestionBox], list[AnswerDue]]:
    keyring, boxes = context.keyring(), store.list_waiting_suggestions(session, context.now())
    wait = {(site_id, suggestion_subject(committee_id, due)) for site_id, committee_id, due in boxes}
    new = [
        box
        for box in boxes
        if find_by_subject(session, keyring, SUGGESTIONS, suggestion_subject(*box[1:]), box[0]) is None
    ]
    return new, [one for one in list_unsettled(session, keyring, SUGGESTIONS) if (one.site_id, one.subject) not in wait]


def _owe(session: Session, box: SuggestionBox) -> None:
    site_id, committee_id, due = box
    create_answer_due(
        session,
        context.keyring(),
        site_id=site_id,
        kind=SUGGESTIONS,
        subject=suggestion_subject(committee_id, due),
        about=_about_suggestions(),
        due=due,
        owner_role=ADVOCATE,
    )


def _about_suggestions() -> dict[str, str]:
    """The same words whatever was suggested, and for which agenda (S22)."""
    said = {}
    for language in TRANSLATED:
        with force_locale(language):
            said[language] = str(_("Suggestions for an agenda"))
    return said
