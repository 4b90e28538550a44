"""A meeting of the example's club that was held: who was there as numbers, what came of it, what was said. Invented."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemBody
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import Minutes
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.meetings.outcomes import Said
from youthvoice.committees.meetings.planning_job import meetings_due

_ITEM: Final = ItemBody(
    "play", "talk", {"en": "Who keeps the ball", "hi": "गेंद कौन रखे", "ar": "من يحتفظ بالكرة"}, source="meeting"
)
_DECIDED: Final = "Another one of us keeps it each week."
_MINUTES: Final = Minutes(
    "The ball, and the stairs that are dark.",
    "Another one of us keeps the ball each week.",
    "Two of us hang up a list by Friday. Ms Lata looks at the lamp.",
    "en",
)


def meet(site_id: int) -> None:
    """The first meeting of the club, with minutes to which children said yes; then the next ones are written ahead."""
    with db.writing(db.engine()) as session:
        club = next((one for one in store.at(session, [site_id]) if one.preset == "flip_club"), None)
        if club is None:
            raise LookupError(site_id)
        _hold(session, club)
    meetings_due()


def _hold(session: Session, club: CommitteeFacts) -> None:
    keyring, begins, ends = running.keyring(), club.first_at, club.first_at + timedelta(hours=1)
    meeting = meetings.add(session, club, begins, "", begins - timedelta(days=7))
    meetings.hold(session, club, meeting, 7, 1, ends)
    held = meetings.find(session, meeting.id)
    item = items.find(session, keyring, items.add(session, keyring, club.id, _ITEM, begins.date()))
    if held is None or item is None:
        raise LookupError(club.id)
    outcomes.enter(session, keyring, club, held, item, Said("settled", decided=_DECIDED), ends, begins.date())
    minutes.write(session, keyring, held, _MINUTES)
    written = meetings.find(session, held.id)
    if written is None:
        raise LookupError(held.id)
    minutes.approve(session, keyring, written, 7, club.quorum, begins.date())
