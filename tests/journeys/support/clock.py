"""Time passes in a journey: what was told, planned or promised lies further back. The clock of the house is real."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select, update

from tests.journeys.support.sites import Place
from youthvoice import context, db
from youthvoice.accountability.models import AnswerDueRow, TapCountRow
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.job import meetings_due
from youthvoice.committees.models import CommitteeRow, ElectionRow, MeetingRow, SupportCountRow
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.knocks.rules import Slot
from youthvoice.knocks.store import change_box
from youthvoice.publications.models import PublicationRow, PublicationSiteRow, SubscriptionRow
from youthvoice.publications.rhythm import period_start
from youthvoice.sites.models import SiteRow
from youthvoice.sites.store import get_site
from youthvoice.threads.models import LetterRow


def the_daily_hour(place: Place) -> None:
    """What lay in a box of the place is shown; taps of children are counted at the next look."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        shown = context.now() - timedelta(minutes=1)
        session.execute(update(LetterRow).where(LetterRow.site_id == place.site_id).values(shown_from=shown))
        session.execute(delete(TapCountRow).where(TapCountRow.site_id == place.site_id))
        usual = session.scalar(select(SiteRow.daily_hour).where(SiteRow.id == place.site_id))
        session.execute(
            update(SiteRow).where(SiteRow.id == place.site_id).values(daily_hour=0)
        )  # whatever time it is here
    place.house.works_once()
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(SiteRow).where(SiteRow.id == place.site_id).values(daily_hour=usual))


def a_quarter(place: Place) -> None:
    """The quarter in which rhythms were set and views approved is over, and the daily hour of the place has come."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        today = context.today("Asia/Kolkata")
        before = period_start("quarterly", period_start("quarterly", today) - timedelta(days=1))
        mine = update(SubscriptionRow).where(SubscriptionRow.site_id == place.site_id)
        session.execute(mine.values(since=before, done_for=before))
        here = select(PublicationSiteRow.publication_id).where(PublicationSiteRow.site_id == place.site_id)
        views = update(PublicationRow).where(PublicationRow.id.in_(here), PublicationRow.approved_on.is_not(None))
        session.execute(views.values(approved_on=before + timedelta(days=40)))
    the_daily_hour(place)


def a_week(place: Place) -> None:
    """Every "me too" of the place is counted at the next look."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(delete(SupportCountRow).where(SupportCountRow.site_id == place.site_id))
    place.house.works_once()


def the_hour_of_the_meeting(place: Place, name: str = "") -> int:
    """The next meeting of the place, or of its committee of this name, began an hour ago; gives its row."""
    with place.house.app.app_context():
        meetings_due()  # what the work process does every five minutes
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        at = select(MeetingRow.id).join(CommitteeRow, CommitteeRow.id == MeetingRow.committee_id)
        mine = at.where(CommitteeRow.site_id == place.site_id, MeetingRow.state == "planned").order_by(
            MeetingRow.starts_at
        )
        mine = mine.where(CommitteeRow.name == name) if name else mine
        meeting_id = session.scalars(mine).first()
        assert meeting_id
        began = context.now().replace(microsecond=0) - timedelta(hours=1)
        session.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(starts_at=began))
    return meeting_id


def a_day_after(place: Place, meeting_id: int) -> None:
    """A meeting, and the children's yes to its minutes, lie a day further back."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        began, said_yes = session.execute(
            select(MeetingRow.starts_at, MeetingRow.approved_on).where(MeetingRow.id == meeting_id)
        ).one()
        day = timedelta(days=1)
        before = {"starts_at": began - day, "approved_on": said_yes - day if said_yes else None}
        session.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(**before))


def the_day_of_the_answer(place: Place) -> None:
    """What adults owe here was due the day before yesterday, and nobody answered."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        past = context.today("Asia/Kolkata") - timedelta(days=2)
        mine = (AnswerDueRow.site_id == place.site_id, AnswerDueRow.kind == "item", AnswerDueRow.settled_on.is_(None))
        session.execute(update(AnswerDueRow).where(*mine).values(due=past, shown_on=past - timedelta(days=14)))
    place.house.works_once()


def the_hour_of_the_vote(place: Place) -> None:
    """Every vote of the place was over a minute ago, and is counted."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        past = context.now() - timedelta(minutes=1)
        here = select(CommitteeRow.id).where(CommitteeRow.site_id == place.site_id)
        mine = update(ElectionRow).where(ElectionRow.committee_id.in_(here), ElectionRow.state == "open")
        session.execute(mine.values(ends_at=past))
    with place.house.app.app_context():
        elections_due()  # what the work process does three times a minute


def the_knock_hour(place: Place) -> None:
    """A fixed hour at which adults of the place see knocks has come, whatever time it is here."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(KnockBoxRow).where(KnockBoxRow.site_id == place.site_id).values(moment="2026-01-01/12"))
    place.house.works_once()


def after_she_listened(place: Place) -> None:
    """The hours at which adults of the place listen for a child were yesterday."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        slot = Slot(context.today() - timedelta(days=1), 9)
        change_box(
            session,
            get_site(session, place.site_id),
            lambda box: replace(box, calls={one: replace(call, slot=slot) for one, call in box.calls.items()}),
        )
