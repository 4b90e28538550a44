"""What children suggest is decided until the day that they were told; the advocates of the site owe it.

One thing is owed for each agenda and day, whatever was suggested and however much (S22); it is settled when every
suggestion of that day was decided: published, joined, held, declined or moved. Source: S38; DESIGN.md 5, "An agenda".
"""

from datetime import date, datetime
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import store as answers
from youthvoice.accountability.store import OwedFacts
from youthvoice.threads.suggestions import store
from youthvoice.web.i18n.languages import TRANSLATED

KIND: Final = "suggestions"

Box = tuple[int, int, date]
"""A site, a committee, and the day until which what was suggested is decided."""


def suggestions_due() -> None:
    """The job: from the daily hour on, a decision is owed; without suggestions nothing is written."""
    with db.reading(db.engine()) as session:
        new, done = _new_and_done(session)
    if new or done:
        with db.writing(db.engine()) as session:
            new, done = _new_and_done(session)
            for box in new:
                _owe(session, box)
            for owed in done:
                answers.settle(session, owed.id, running.today())


def settle_if_decided(session: Session, site_id: int, committee_id: int, due: date, today: date) -> None:
    """Nothing is owed any more for a day when none of its suggestions waits for a decision.

    Args:
        session: of the decision.
        site_id: where.
        committee_id: whose agenda.
        due: of the suggestion that was decided.
        today: at the site.
    """
    if (site_id, committee_id, due) in store.waiting(session, running.now()):
        return
    owed = answers.about(session, running.keyring(), KIND, subject_of(committee_id, due), site_id)
    if owed is not None:
        answers.settle(session, owed.id, today)


def due_days(session: Session, now: datetime) -> list[tuple[int, date]]:
    """(site, day due) of everything that waits, shown already, in time or late."""
    found = [(site_id, due) for site_id, _committee, due in store.waiting(session, now)]
    return list(dict.fromkeys(found))


def subject_of(committee_id: int, due: date) -> str:
    """What is owed is called."""
    return f"{committee_id} {due}"


def _new_and_done(session: Session) -> tuple[list[Box], list[OwedFacts]]:
    keyring, boxes = running.keyring(), store.waiting(session, running.now())
    wait = {(site_id, subject_of(committee_id, due)) for site_id, committee_id, due in boxes}
    new = [box for box in boxes if answers.about(session, keyring, KIND, subject_of(*box[1:]), box[0]) is None]
    return new, [one for one in answers.unsettled(session, keyring, KIND) if (one.site_id, one.subject) not in wait]


def _owe(session: Session, box: Box) -> None:
    site_id, committee_id, due = box
    answers.owe(
        session,
        running.keyring(),
        site_id=site_id,
        kind=KIND,
        subject=subject_of(committee_id, due),
        about=_about(),
        due=due,
        owner_role=ADVOCATE,
    )


def _about() -> dict[str, str]:
    """The same words whatever was suggested, and for which agenda (S22)."""
    said = {}
    for language in TRANSLATED:
        with force_locale(language):
            said[language] = str(_("Suggestions for an agenda"))
    return said
