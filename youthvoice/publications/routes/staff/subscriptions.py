"""Regular letters: who gets them, and when the next one goes - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext as _
from flask_wtf import FlaskForm

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.publications import labels
from youthvoice.publications.forms import RhythmForm
from youthvoice.publications.guardians import subscriptions
from youthvoice.publications.guardians.store import count_addresses_by_kind
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.publications.routes.staff.letters_on_paper import quarter_languages, quarters_by_site
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import get_site, list_site_names
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n.languages import LANGUAGES


@guardians_pages.get("/subscriptions/")
@permission_required("publications.send")
def regular_letters() -> ResponseReturnValue:
    """Who gets letters automatically, when the next one goes, and how many went the last time."""
    return _page(RhythmForm())


@guardians_pages.post("/subscriptions/")
@permission_required("publications.send")
def keep_subscription() -> ResponseReturnValue:
    """Set a rhythm, or change the present one for these people."""
    form, caller, session = RhythmForm(), current_caller(), db.session()
    form.offer(list_site_names(session, caller.site_ids))
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE if form.errors else 200
    site = get_site(session, site_or_404(form.site_id.data))
    subscriptions.set_subscription(
        session,
        site_id=site.id,
        audience=form.audience.data,
        language=form.language.data,
        how_often=form.rhythm.data,
        person_id=caller.person_id,
        day=context.today(site.time_zone),
        log=caller_log(),
    )
    flash(_("Kept. From now on these letters send themselves."))
    return redirect(url_for("guardians.regular_letters"))


@guardians_pages.post("/subscriptions/<int:subscription_id>/end")
@permission_required("publications.send")
def stop_subscription(subscription_id: int) -> ResponseReturnValue:
    """End a subscription; nothing goes out automatically, but a coordinator can still send."""
    session = db.session()
    subscription = subscriptions.find_subscription(session, subscription_id, current_caller().site_ids) or abort(404)
    subscriptions.end_subscription(session, subscription, caller_log())
    flash(_("Ended. Nothing more is sent there automatically."))
    return redirect(url_for("guardians.regular_letters"))


def _page(form: RhythmForm) -> str:
    caller, session = current_caller(), db.session()
    form.offer(list_site_names(session, caller.site_ids))
    at = choose_sites(session, caller.site_ids, endpoint="guardians.regular_letters")
    sites, site_ids = at.sites, at.ids
    all_subscriptions = subscriptions.list_subscriptions(session, site_ids)
    days = {site.id: context.today(site.time_zone) for site in sites}
    numbers = count_addresses_by_kind(session, site_ids)
    quarters = quarters_by_site(site_ids)
    listed = [
        (
            subscription,
            subscription.next_on(days[subscription.site_id]),
            subscriptions.count_reached(subscription, all_subscriptions, numbers),
        )
        for subscription in all_subscriptions
    ]
    return render_template(
        "publications/guardians/subscriptions.html",
        form=form,
        listed=listed,
        sites={site.id: site for site in sites},
        at=at,
        quarter_words=lambda first: str(format_date(first, "QQQQ y")),
        papers=[(site, [(first, quarter_languages(site, first)) for first in quarters[site.id]]) for site in sites],
        audiences=labels.AUDIENCE_LABELS,
        rhythms=labels.RHYTHM_LABELS,
        language_names=LANGUAGES,
        plain=FlaskForm(),
    )
