"""Time passes in a journey: what was told, planned or promised lies further back. The clock of the house is real."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from tests.journeys.places import Place
from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability.models import Owed, TapsCounted
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.meetings.planning_job import meetings_due
from youthvoice.committees.models import Committee, Election, Meeting, SupportCounted
from youthvoice.sites.models import Site
from youthvoice.threads.models import Letter


def the_daily_hour(place: Place) -> None:
    """What lay in a box of the place is shown; taps of children are counted at the next look."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        shown = running.now() - timedelta(minutes=1)
        session.execute(update(Letter).where(Letter.site_id == place.site_id).values(shown_from=shown))
        session.execute(delete(TapsCounted).where(TapsCounted.site_id == place.site_id))
        usual = session.scalar(select(Site.daily_hour).where(Site.id == place.site_id))
        session.execute(update(Site).where(Site.id == place.site_id).values(daily_hour=0))  # whatever time it is here
    place.house.works_once()
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(Site).where(Site.id == place.site_id).values(daily_hour=usual))


def a_week(place: Place) -> None:
    """Every "me too" of the place is counted at the next look."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(delete(SupportCounted).where(SupportCounted.site_id == place.site_id))
    place.house.works_once()


def the_hour_of_the_meeting(place: Place, name: str = "") -> int:
    """The next meeting of the place, or of its committee of this name, began an hour ago; gives its row."""
    with place.house.app.app_context():
        meetings_due()  # what the work process does every five minutes
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        at = select(Meeting.id).join(Committee, Committee.id == Meeting.committee_id)
        mine = at.where(Committee.site_id == place.site_id, Meeting.state == "planned").order_by(Meeting.starts_at)
        mine = mine.where(Committee.name == name) if name else mine
        meeting_id = session.scalars(mine).first()
        assert meeting_id
        began = running.now().replace(microsecond=0) - timedelta(hours=1)
        session.execute(update(Meeting).where(Meeting.id == meeting_id).values(starts_at=began))
    return meeting_id


def a_day_after(place: Place, meeting_id: int) -> None:
    """A meeting, and the children's yes to its minutes, lie a day further back."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        began, said_yes = session.execute(
            select(Meeting.starts_at, Meeting.approved_on).where(Meeting.id == meeting_id)
        ).one()
        day = timedelta(days=1)
        before = {"starts_at": began - day, "approved_on": said_yes - day if said_yes else None}
        session.execute(update(Meeting).where(Meeting.id == meeting_id).values(**before))


def the_day_of_the_answer(place: Place) -> None:
    """What adults owe here was due the day before yesterday, and nobody answered."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        past = running.today("Asia/Kolkata") - timedelta(days=2)
        mine = (Owed.site_id == place.site_id, Owed.kind == "item", Owed.settled_on.is_(None))
        session.execute(update(Owed).where(*mine).values(due=past, shown_on=past - timedelta(days=14)))
    place.house.works_once()


def the_hour_of_the_vote(place: Place) -> None:
    """Every vote of the place was over a minute ago, and is counted."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        past = running.now() - timedelta(minutes=1)
        here = select(Committee.id).where(Committee.site_id == place.site_id)
        mine = update(Election).where(Election.committee_id.in_(here), Election.state == "open")
        session.execute(mine.values(ends_at=past))
    with place.house.app.app_context():
        elections_due()  # what the work process does three times a minute
