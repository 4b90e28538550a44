"""Letters on a rhythm, and what became of each letter - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from flask_wtf import FlaskForm

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.accounts.store import names_of_people
from youthvoice.publications import labels, rhythm
from youthvoice.publications.forms import RhythmForm
from youthvoice.publications.guardians import delivery, subscriptions
from youthvoice.publications.guardians.store import count_addresses_by_kind
from youthvoice.sites.store import get_site, list_sites
from youthvoice.web.i18n.languages import LANGUAGES

subscriptions_pages = Blueprint("subscriptions", __name__, url_prefix="/staff/subscriptions")


@subscriptions_pages.get("/")
@permission_required("publications.send")
def index() -> ResponseReturnValue:
    """Who is written to by itself, when next, and what went the last time."""
    return _page(RhythmForm())


@subscriptions_pages.post("/")
@permission_required("publications.send")
def keep() -> ResponseReturnValue:
    """Set a rhythm, or change the one there is for these people."""
    form, caller, session = RhythmForm(), current_caller(), db.session()
    form.offer([(site.id, site.name) for site in list_sites(session, caller.site_ids)])
    if not form.validate_on_submit():
        return _page(form), 422
    site = get_site(session, site_or_404(form.site_id.data))
    subscriptions.set_subscription(
        session,
        site.id,
        form.audience.data,
        form.language.data,
        form.rhythm.data,
        caller.person_id,
        context.today(site.time_zone),
        caller_log(),
    )
    session.commit()
    flash(_("Kept. From now on these letters send themselves."))
    return redirect(url_for("subscriptions.index"))


@subscriptions_pages.post("/<int:subscription_id>/end")
@permission_required("publications.send")
def end(subscription_id: int) -> ResponseReturnValue:
    """Nothing more goes out by itself; a coordinator can still send."""
    session = db.session()
    one = subscriptions.find_subscription(session, subscription_id, current_caller().site_ids) or abort(404)
    subscriptions.end_subscription(session, one, caller_log())
    session.commit()
    flash(_("Ended. Nothing more goes there by itself."))
    return redirect(url_for("subscriptions.index"))


def _page(form: RhythmForm) -> str:
    caller, session = current_caller(), db.session()
    sites = list_sites(session, caller.site_ids)
    form.offer([(site.id, site.name) for site in sites])
    listed = subscriptions.list_subscriptions(session, caller.site_ids)
    days = {site.id: context.today(site.time_zone) for site in sites}
    cleared = count_addresses_by_kind(session, caller.site_ids)
    return render_template(
        "publications/guardians/subscriptions.html",
        form=form,
        listed=[(one, one.next_on(days[one.site_id]), _reach(one, listed, cleared)) for one in listed],
        sites={site.id: site for site in sites},
        audiences=labels.AUDIENCE_LABELS,
        rhythms=labels.RHYTHM_LABELS,
        language_names=LANGUAGES,
        plain=FlaskForm(),
    )


def _reach(
    one: subscriptions.Subscription,
    listed: list[subscriptions.Subscription],
    cleared: dict[tuple[int, str, str], int],
) -> int | None:
    """How many cleared addresses it is for; None of staff, who have addresses of their own."""
    if one.audience in rhythm.STAFF_AUDIENCES:
        return None
    own = {other.language for other in listed if (other.site_id, other.audience) == (one.site_id, one.audience)}
    return sum(
        number
        for (site_id, kind, language), number in cleared.items()
        if (site_id, kind) == (one.site_id, one.audience)
        and (language == one.language or (not one.language and language not in own))
    )


delivery_pages = Blueprint("delivery", __name__, url_prefix="/staff/delivery")


@delivery_pages.get("/")
@permission_required("addresses.enter")
def letters() -> ResponseReturnValue:
    """What became of each letter; an address in clear only to whoever entered it."""
    caller, session = current_caller(), db.session()
    listed = delivery.list_letters(session, caller.site_ids)
    return render_template(
        "publications/guardians/delivery.html",
        parted=[(state, [one for one in listed if one.delivery.state == state]) for state in _STATES],
        total=len(listed),
        again=sum(one.may_go for one in listed),
        me=caller.person_id,
        names=names_of_people(session, {one.to.entered_by for one in listed}),
        sites={site.id: site.name for site in list_sites(session, caller.site_ids)},
        states=labels.DELIVERY_LABELS,
        reasons=labels.REASON_LABELS,
        plain=FlaskForm(),
    )


_STATES = ("refused", "given_up", "tried", "queued", "sent")  # what needs somebody is on top


@delivery_pages.post("/")
@permission_required("addresses.enter")
def retry_all() -> ResponseReturnValue:
    """Try what was lost once more, from the beginning."""
    return _retry(None)


@delivery_pages.post("/<int:letter_id>/again")
@permission_required("addresses.enter")
def retry(letter_id: int) -> ResponseReturnValue:
    """Try one letter once more."""
    return _retry(letter_id)


def _retry(letter_id: int | None) -> ResponseReturnValue:
    tried = delivery.retry_undelivered(db.session(), current_caller().site_ids, letter_id)
    if tried:
        caller_log().add(db.session(), "letter.again", str(tried))
    db.session().commit()
    flash(ngettext("%(num)s letter is tried again.", "%(num)s letters are tried again.", tried))
    return redirect(url_for("delivery.letters"))
