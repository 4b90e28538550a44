"""Letters that send themselves: at each site, from its daily hour on, once for each period of a subscription.

A letter holds the approved views of the period that its address does not know yet, and views that it knows once adults
have answered everything; where there is nothing new, nothing goes out. Only cleared addresses are written to.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts import mail as staff_mail
from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.daily import days_due
from youthvoice.mail import outbox
from youthvoice.publications import rhythm, store as publications_store
from youthvoice.publications.guardians import letter_record, mail, store, subscriptions
from youthvoice.publications.guardians.delivery import SHOWN_DAYS
from youthvoice.publications.guardians.mail import ToldView
from youthvoice.publications.guardians.subscriptions import Subscription
from youthvoice.publications.models import PublicationSiteRow
from youthvoice.sites.store import Site, find_site, list_all_sites
from youthvoice.surveys.rounds.store import list_rounds_by_id


def send_due_rhythms() -> None:
    """The job: send what is due; each subscription in a transaction of its own, taken by whichever process is first."""
    with db.reading(db.engine()) as session:
        days = days_due(list_all_sites(session))
        due = [
            (subscription, start)
            for subscription in subscriptions.list_subscriptions(session, days.keys())
            if (start := rhythm.period_start(subscription.rhythm, days[subscription.site_id])) > subscription.done_for
        ]
    for one, start in due:
        with suppress(CannotOpen, KeyGone), db.writing(db.engine()) as session:
            if subscriptions.take_period(session, one, start):
                send_period(session, one, start)


def send_period(session: Session, subscription: Subscription, start: date) -> int:
    """Put the letters of one period into the outbox.

    Args:
        session: may write; the period is taken in the same transaction.
        subscription: the subscription, as it was before.
        start: first day of the period that has begun.

    Returns:
        How many letters.
    """
    site = find_site(session, subscription.site_id)
    if site is None:
        return 0
    day = context.today(site.time_zone)
    letters = (
        _notify_staff(session, subscription, site, start)
        if subscription.audience in rhythm.STAFF_AUDIENCES
        else sum(_letters(session, subscription, site, start, day))
    )
    if letters:
        subscriptions.mark_sent(session, subscription, letters, day)
        what = f"{subscription.audience} {subscription.language or 'every'} {subscription.rhythm}"
        Log(day, "work").add(session, "subscription.send", f"{what} at site {site.id}: {letters}")
    return letters


def _notify_staff(session: Session, subscription: Subscription, site: Site, start: date) -> int:
    """Ask them to sign in, and say nothing more; only where a view was approved since they were asked last."""
    if not any(
        subscription.first_day <= day < start for day in publications_store.list_approval_days(session, site.id)
    ):
        return 0
    roles = rhythm.STAFF_AUDIENCES[subscription.audience]
    people = [person for person in list_trusted_people(session, [site.id]) if person.role in roles]
    return sum(
        staff_mail.ask_to_sign_in(session, person, "rhythm", subscription.audience, site.id, start.isoformat())
        for person in people
    )


def _letters(session: Session, subscription: Subscription, site: Site, start: date, day: date) -> Iterator[bool]:
    listed = subscriptions.list_subscriptions(session, [site.id])
    addresses = [
        address_row
        for address_row in store.list_cleared_addresses(session, site.id)
        if (on := subscriptions.subscription_of(address_row, listed)) and on.id == subscription.id
    ]
    if not addresses:
        return
    held = publications_store.hold_views_at(session, site.id)
    days = letter_record.list_known(session, [view.id for view, _at in held])
    told = [(mail.told_view(session, view), at) for view, at in held]
    of_both = _pairs_told_of_after(session, told)
    until = rhythm.last_day_told(subscription.rhythm, start)
    reached: dict[int, int] = {}
    writer = mail.LetterWriter(session, site)
    for address_row in addresses:
        plain = store.plain_or_own(address_row).casefold()
        new = [
            (view, at)
            for view, at in told
            if (
                _is_new(view, subscription, until)
                if (view.publication.id, plain) not in days
                else _is_answered(view, subscription, until, days[view.publication.id, plain])
                and view.publication.round_id not in of_both
            )
        ]
        if not new:
            continue
        named = ("rhythm", start.isoformat(), subscription.rhythm)
        yield writer.put(address_row, [view for view, _at in new], named)
        for view, _at in new:
            reached[view.publication.id] = reached.get(view.publication.id, 0) + 1
    for view, at in told:
        if letters := reached.get(view.publication.id):
            publications_store.mark_site_written(at, day, letters, view.settled_on)
            publications_store.mark_view_sent(session, view.publication, day)


def views_so_far(session: Session, subscription: Subscription, day: date) -> list[ToldView]:
    """What the next letter would tell of to a family that got none, were the period over today.

    Args:
        session: only read.
        subscription: the subscription; of addresses.
        day: today at the site.
    """
    views = publications_store.list_views_for_families(session, subscription.site_id, subscription.first_day, day)
    return [mail.told_view(session, publication) for publication in views]


def _is_new(view: ToldView, subscription: Subscription, until: date) -> bool:
    approved_on = view.publication.approved_on
    return approved_on is not None and subscription.first_day <= approved_on <= until


def _is_answered(view: ToldView, subscription: Subscription, until: date, day: date | None) -> bool:
    """Whether everything was answered since; on publication a second letter tells it the day after."""
    settled_on = view.settled_on
    if subscription.rhythm == rhythm.ON_PUBLICATION or settled_on is None or settled_on == day:
        return False
    return subscription.first_day <= settled_on <= until


def _pairs_told_of_after(session: Session, told: list[tuple[ToldView, PublicationSiteRow]]) -> set[int]:
    """Rounds before whose answer the letter about the round after bears."""
    rounds = list_rounds_by_id(session, {view.publication.round_id for view, _at in told})
    after = {round_.pair for round_ in rounds if round_.wave == "post"}
    return {round_.id for round_ in rounds if round_.wave == "pre" and round_.pair in after}


def forget_sent_letters() -> None:
    """The job: forget that letters of more than a year ago were sent."""
    with db.writing(db.engine()) as session:
        outbox.forget_sent(session, context.today() - timedelta(days=SHOWN_DAYS))
