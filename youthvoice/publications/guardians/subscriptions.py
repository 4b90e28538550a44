"""Subscriptions: who at a site gets letters on which rhythm; each period is sent once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed
from youthvoice.publications import rhythm
from youthvoice.publications.guardians.store import list_cleared_addresses
from youthvoice.publications.models import GuardianAddressRow, SubscriptionRow
from youthvoice.publications.store import list_unsent_sites


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription: who at a site gets regular letters, and how often.

    Attributes:
        audience: one of `rhythm.AUDIENCES`.
        language: a code; empty for every language that has no subscription of its own.
        rhythm: one of `rhythm.RHYTHMS`.
        since: the first day whose views it covers.
        done_for: the start of the last period that was taken.
        letters: number of letters of the last period with news.
        sent_on: the day of those.
    """

    id: int
    site_id: int
    audience: str
    language: str
    rhythm: str
    since: date
    done_for: date
    letters: int
    sent_on: date | None

    @property
    def first_day(self) -> date:
        """The first day whose views and answers the next letter covers."""
        return max(self.since, self.done_for)

    def next_on(self, today: date) -> date:
        """The day of the next letter, if there is news."""
        start = rhythm.period_start(self.rhythm, today)
        return start if start > self.done_for else rhythm.next_start(self.rhythm, today)


def set_subscription(  # noqa: PLR0913, PLR0917 - who, to whom, how often, when
    session: Session, site_id: int, audience: str, language: str, how_often: str, person_id: int, day: date, log: Log
) -> None:
    """Set or change a rhythm: nothing is sent twice, and nothing unsent is left out.

    Args:
        session: may write.
        site_id: the site.
        audience: one of `rhythm.AUDIENCES`.
        language: a code; empty for every language, as always for staff.
        how_often: one of `rhythm.RHYTHMS`.
        person_id: the coordinator.
        day: today at the site.
        log: of the request.
    """
    key = {"site_id": site_id, "audience": audience, "language": language}
    values = {"rhythm": how_often, "made_by": person_id}
    start = {"since": rhythm.period_start(how_often, day), "done_for": rhythm.first_done(how_often, day), "letters": 0}
    new = insert_into(SubscriptionRow, session.get_bind().dialect).values({**key, **values, **start})
    session.execute(new.on_conflict_do_update(index_elements=list(key), set_=values))
    session.expire_all()
    log.add(session, "subscription.set", f"{audience} {language or 'every'} {how_often} at site {site_id}")


def list_subscriptions(session: Session, site_ids: Collection[int]) -> list[Subscription]:
    """The subscriptions of some sites, by site, audience and language."""
    rows = session.scalars(select(SubscriptionRow).where(SubscriptionRow.site_id.in_(site_ids))).all()
    rank = rhythm.AUDIENCES.index
    return [_open(row) for row in sorted(rows, key=lambda row: (row.site_id, rank(row.audience), row.language))]


def list_due(session: Session, days: Mapping[int, date]) -> list[tuple[Subscription, date]]:
    """The subscriptions with a period that nobody took yet, and its first day.

    Args:
        session: only read.
        days: the day at each site.
    """
    if not days:
        return []
    latest = max(days.values())
    not_taken = or_(
        *(
            and_(SubscriptionRow.rhythm == each, SubscriptionRow.done_for < rhythm.period_start(each, latest))
            for each in rhythm.RHYTHMS
        )
    )
    rows = session.scalars(select(SubscriptionRow).where(SubscriptionRow.site_id.in_(days), not_taken))
    listed = [(_open(row), rhythm.period_start(row.rhythm, days[row.site_id])) for row in rows]
    return [(subscription, start) for subscription, start in listed if start > subscription.done_for]


def find_subscription(session: Session, subscription_id: int, site_ids: Collection[int]) -> Subscription | None:
    """A subscription of one of these sites."""
    row = session.get(SubscriptionRow, subscription_id)
    return _open(row) if row is not None and row.site_id in site_ids else None


def end_subscription(session: Session, subscription: Subscription, log: Log) -> None:
    """End a subscription; nothing goes out automatically."""
    session.execute(delete(SubscriptionRow).where(SubscriptionRow.id == subscription.id))
    what = f"{subscription.audience} {subscription.language or 'every'} {subscription.rhythm}"
    log.add(session, "subscription.end", f"{what} at site {subscription.site_id}")


def take_period(session: Session, subscription: Subscription, start: date) -> bool:
    """Take a period to send it; False if another process took it, or the rhythm has changed."""
    untaken_row = update(SubscriptionRow).where(
        SubscriptionRow.id == subscription.id,
        SubscriptionRow.done_for < start,
        SubscriptionRow.rhythm == subscription.rhythm,
    )
    return bool(count_changed(session, untaken_row.values(done_for=start)))


def mark_sent(session: Session, subscription: Subscription, letters: int, day: date) -> None:
    """Record how many letters went out."""
    values = {"letters": letters, "sent_on": day}
    session.execute(update(SubscriptionRow).where(SubscriptionRow.id == subscription.id).values(values))


def subscription_of(address_row: GuardianAddressRow, listed: Iterable[Subscription]) -> Subscription | None:
    """The subscription for an address: of its language, else for every language."""
    subscriptions = [
        subscription
        for subscription in listed
        if subscription.site_id == address_row.site_id
        and subscription.audience == address_row.kind
        and subscription.language in {address_row.language, ""}
    ]
    return max(subscriptions, key=lambda subscription: subscription.language, default=None)


def count_reached(
    subscription: Subscription, listed: Iterable[Subscription], numbers: Mapping[tuple[int, str, str], int]
) -> int | None:
    """How many cleared addresses a subscription is for; None for staff, whose addresses are in their accounts.

    Args:
        subscription: one of those listed.
        listed: all of the site; one in a language takes its addresses from the one in every language.
        numbers: of cleared addresses, by site, audience and language.
    """
    if subscription.audience in rhythm.STAFF_AUDIENCES:
        return None
    of_audience = (subscription.site_id, subscription.audience)
    own_languages = {other.language for other in listed if (other.site_id, other.audience) == of_audience}
    return sum(
        number
        for (site_id, audience, language), number in numbers.items()
        if (site_id, audience) == of_audience
        and (language == subscription.language or (not subscription.language and language not in own_languages))
    )


def find_views_on_rhythm(session: Session, publication_ids: Collection[int], site_ids: Collection[int]) -> set[int]:
    """Those of some approved views that go out automatically to every family without a letter.

    Args:
        session: only read.
        publication_ids: of guardians' views.
        site_ids: only families of these sites count.
    """
    unsent = list_unsent_sites(session, publication_ids, site_ids)
    first = first_days_covered(session, {site_id for _view, site_id, _day in unsent})
    by_hand = {view for view, site_id, day in unsent if site_id not in first or day < first[site_id]}
    return {view for view, _site_id, _day in unsent} - by_hand


def first_days_covered(session: Session, site_ids: Collection[int]) -> dict[int, date]:
    """By site where every family has a subscription: the first day whose views all of these cover."""
    listed = list_subscriptions(session, site_ids)
    first_days: dict[int, date] = {}
    for site_id in {subscription.site_id for subscription in listed}:
        families = [
            address_row
            for address_row in list_cleared_addresses(session, site_id)
            if address_row.kind in rhythm.FAMILIES
        ]
        days = [own.first_day for address_row in families if (own := subscription_of(address_row, listed))]
        if days and len(days) == len(families):
            first_days[site_id] = max(days)
    return first_days


def _open(row: SubscriptionRow) -> Subscription:
    return Subscription(**{name: getattr(row, name) for name in Subscription.__slots__})
