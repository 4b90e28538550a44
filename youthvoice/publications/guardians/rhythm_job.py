"""The jobs of regular letters: at each site, from its daily hour, once for each period of a subscription's rhythm.

A letter contains the approved views of the period that its address does not know, and known views once adults have
answered everything. If there is nothing new, no letter goes. Only cleared addresses get letters.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts import mail as staff_mail
from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.daily import days_due
from youthvoice.jobs.turns import Turn, is_put_off, put_off
from youthvoice.mail import outbox
from youthvoice.publications import rhythm, store as publications_store
from youthvoice.publications.guardians import letter_record, mail, store, subscriptions
from youthvoice.publications.guardians.delivery import SHOWN_DAYS
from youthvoice.publications.guardians.mail import MailableView
from youthvoice.publications.guardians.subscriptions import Subscription
from youthvoice.sites.store import Site, find_site, list_site_clocks
from youthvoice.surveys.rounds.store import list_earlier_waves


def send_due_rhythms() -> bool:
    """The job: send due letters; each subscription in a transaction of its own, by the first process that takes it.

    Returns:
        Whether some are left for the next turn.
    """
    turn = Turn()
    with db.reading(db.engine()) as session:
        days = days_due(list_site_clocks(session))
        due = [each for each in subscriptions.list_due(session, days) if not is_put_off(("rhythm", each[0].id))]
    for subscription, start in turn.take_shuffled(due):
        try:
            with db.writing(db.engine()) as session:
                if subscriptions.take_period(session, subscription, start):
                    send_period(session, subscription, start)
        except (CannotOpen, KeyGone):  # `youthvoice doctor` counts them
            put_off(("rhythm", subscription.id))
    return turn.is_cut


def send_period(session: Session, subscription: Subscription, start: date) -> int:
    """Put the letters of one period into the outbox.

    Args:
        session: may write; it has taken the period in this transaction.
        subscription: the subscription, as it was before.
        start: first day of the new period.

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
    """Ask staff by mail to sign in, without content; only if a view was approved since the last mail."""
    if not any(
        subscription.first_day <= day < start
        for day in publications_store.approval_days_at_sites(session, [site.id])[site.id]
    ):
        return 0
    roles = rhythm.STAFF_AUDIENCES[subscription.audience]
    people = [person for person in list_trusted_people(session, [site.id]) if person.role in roles]
    return sum(
        staff_mail.ask_to_sign_in(session, person, "rhythm", subscription.audience, site.id, start.isoformat())
        for person in people
    )


def _letters(session: Session, subscription: Subscription, site: Site, start: date, day: date) -> Iterator[bool]:
    """Write the letters of one period; yields for each whether it could be written."""
    site_subscriptions = subscriptions.list_subscriptions(session, [site.id])
    addresses = [
        address_row
        for address_row in store.list_cleared_addresses(session, site.id)
        if (own := subscriptions.subscription_of(address_row, site_subscriptions)) and own.id == subscription.id
    ]
    if not addresses:
        return
    guardian_views = publications_store.list_views_at(session, site.id, subscription.first_day)
    answer_days_by_view = {view.id: letter_record.answers_known(session, view.id) for view, _site_row in guardian_views}
    views = [(mail.load_mailable_view(session, view), site_row) for view, site_row in guardian_views]
    earlier_waves = list_earlier_waves(session, {view.round_id for view, _site_row in guardian_views})
    until = rhythm.last_day_covered(subscription.rhythm, start)
    letters_by_view = Counter[int]()
    writer = mail.LetterWriter(session, site)
    for address_row in addresses:
        mark = store.address_mark(address_row)
        news = []
        for view, _site_row in views:
            answer_days = answer_days_by_view[view.publication.id]
            if mark not in answer_days:
                is_news = _is_new(view, subscription, until)
            else:  # the answer to an earlier wave is in the letter about the later one
                is_answered = _is_answered(view, subscription, until, answer_days[mark])
                is_news = is_answered and view.publication.round_id not in earlier_waves
            news += [view] if is_news else []
        if news:
            yield writer.put(address_row, news, ("rhythm", start.isoformat(), subscription.rhythm))
            letters_by_view.update(view.publication.id for view in news)
    for view, site_row in views:
        if letters := letters_by_view[view.publication.id]:
            publications_store.mark_site_written(site_row, day, letters, view.settled_on)
            publications_store.mark_view_sent(session, view.publication, day)


def views_so_far(session: Session, subscription: Subscription, day: date) -> list[MailableView]:
    """The views in the next letter to a family that got none, if the period ended today.

    Args:
        session: only read.
        subscription: of guardians' addresses.
        day: today at the site.
    """
    views = publications_store.list_views_for_families(session, subscription.site_id, subscription.first_day, day)
    return [mail.load_mailable_view(session, publication) for publication in views]


def _is_new(view: MailableView, subscription: Subscription, until: date) -> bool:
    """Whether a view was approved within the period of this letter."""
    approved_on = view.publication.approved_on
    return approved_on is not None and subscription.first_day <= approved_on <= until


def _is_answered(view: MailableView, subscription: Subscription, until: date, known_day: date | None) -> bool:
    """Whether adults answered everything within the period of this letter, and the address does not know it yet.

    `known_day`: of the answers that the address knows. With `ON_PUBLICATION` another job sends the second letter.
    """
    settled_on = view.settled_on
    if subscription.rhythm == rhythm.ON_PUBLICATION or settled_on is None or settled_on == known_day:
        return False
    return subscription.first_day <= settled_on <= until


def forget_sent_letters() -> None:
    """The job: delete the delivery records of letters sent more than a year ago."""
    with db.writing(db.engine()) as session:
        outbox.forget_sent(session, context.today() - timedelta(days=SHOWN_DAYS))
