"""Regular letters, and the delivery of each letter - HTTP only."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext as _, ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.accounts.mail import open_address
from youthvoice.accounts.store import find_person, names_of_people
from youthvoice.printing.page import show_pdf
from youthvoice.publications import labels, paper, render, rhythm
from youthvoice.publications.forms import RhythmForm
from youthvoice.publications.guardians import delivery, mail, rhythm_job, subscriptions
from youthvoice.publications.guardians.mail import MailableView
from youthvoice.publications.guardians.store import count_addresses_by_kind
from youthvoice.publications.review.page import render_print_pack
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.publications.store import (
    VISIBLE_STATES,
    find_edition,
    list_approval_days,
    list_views_for_families,
)
from youthvoice.sites.store import Site, get_site, list_sites
from youthvoice.web.i18n import languages
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


@guardians_pages.get("/subscriptions/<int:subscription_id>/letter")
@guardians_pages.get("/subscriptions/<int:subscription_id>/letter/<language>", endpoint="preview_letter_in")
@permission_required("publications.send")
def preview_letter(subscription_id: int, language: str = "") -> ResponseReturnValue:
    """The next letter, as if the period ended today."""
    subscription, site, views = _next_letter(subscription_id)
    chosen = language or _nearest(views, subscription.language or languages.chosen())
    letter_page = LetterPage(
        "guardians.preview_letter", {"subscription_id": subscription.id}, "guardians.test_next_letter"
    )
    return _show(site, views, chosen, letter_page, (_("Regular letters"), url_for("guardians.regular_letters")))


@guardians_pages.post("/subscriptions/<int:subscription_id>/letter/<language>")
@permission_required("publications.send")
def test_next_letter(subscription_id: int, language: str) -> ResponseReturnValue:
    """Send the preview to the caller."""
    subscription, site, views = _next_letter(subscription_id)
    _send_test(site, views, language)
    return redirect(url_for("guardians.preview_letter_in", subscription_id=subscription.id, language=language))


@guardians_pages.get("/subscriptions/view/<slug>/<language>")
@permission_required("publications.send")
def view_letter(slug: str, language: str) -> ResponseReturnValue:
    """The letter about one view that a coordinator sends."""
    site, views = _letter_about(slug)
    letter_page = LetterPage("guardians.view_letter", {"slug": slug}, "guardians.test_view")
    return _show(site, views, language, letter_page, (_("Publications"), url_for("publications.detail", slug=slug)))


@guardians_pages.post("/subscriptions/view/<slug>/<language>")
@permission_required("publications.send")
def test_view(slug: str, language: str) -> ResponseReturnValue:
    """Send the preview to the caller."""
    site, views = _letter_about(slug)
    _send_test(site, views, language)
    return redirect(url_for("guardians.view_letter", slug=slug, language=language))


def _next_letter(subscription_id: int) -> tuple[subscriptions.Subscription, Site, list[MailableView]]:
    session = db.session()
    subscription = subscriptions.find_subscription(session, subscription_id, current_caller().site_ids)
    if subscription is None or subscription.audience in rhythm.STAFF_AUDIENCES:
        abort(404)
    site = get_site(session, subscription.site_id)
    return subscription, site, rhythm_job.views_so_far(session, subscription, context.today(site.time_zone))


def _letter_about(slug: str) -> tuple[Site, list[MailableView]]:
    session, mine = db.session(), current_caller().site_ids
    edition = find_edition(session, slug, mine)
    if edition is None or edition.state not in VISIBLE_STATES or "guardians" not in edition.rows:
        abort(404)
    site = get_site(session, min(edition.site_ids & mine))
    return site, [mail.load_mailable_view(session, edition.rows["guardians"])]


@guardians_pages.get("/subscriptions/paper/view/<slug>")
@permission_required("publications.send")
def view_on_paper(slug: str) -> ResponseReturnValue:
    """The pages of one view in every language, to print together."""
    site, views = _letter_about(slug)
    return render_print_pack(db.session(), site, [view.publication for view in views])


@guardians_pages.get("/subscriptions/paper/<int:site_id>/<quarter>")
@permission_required("publications.send")
def quarter_on_paper(site_id: int, quarter: str) -> ResponseReturnValue:
    """The pages of all views approved in a quarter."""
    site, first = _quarter_or_404(site_id, quarter)
    last = rhythm.next_start("quarterly", first) - timedelta(days=1)
    return render_print_pack(db.session(), site, list_views_for_families(db.session(), site.id, first, last))


@guardians_pages.get("/subscriptions/paper/<int:site_id>/<quarter>/<language>")
@permission_required("publications.send")
def quarter_as_pdf(site_id: int, quarter: str, language: str) -> ResponseReturnValue:
    """The pages of a quarter in one language as PDF, made by the work process."""
    site, first = _quarter_or_404(site_id, quarter)
    document = paper.load_pack_document(db.session(), site, first, language) or abort(404)
    page = url_for("guardians.quarter_on_paper", site_id=site_id, quarter=quarter)
    return show_pdf(
        paper.pack_key(site_id, first, language), document, url_for("guardians.regular_letters"), "staff", page
    )


def _quarter_or_404(site_id: int, quarter: str) -> tuple[Site, date]:
    site = get_site(db.session(), site_or_404(site_id))
    return site, next((day for day in _quarters(site) if day.isoformat() == quarter), None) or abort(404)


def _pack_languages(site: Site, first: date) -> list[languages.Language]:
    return [LANGUAGES[code] for code in paper.languages_of_pack(db.session(), site, first)]


def _quarters(site: Site) -> list[date]:
    """Quarters in which a view was approved, the newest first; at most four."""
    days = list_approval_days(db.session(), site.id)
    return sorted({rhythm.period_start("quarterly", day) for day in days}, reverse=True)[:4]


class LetterPage(NamedTuple):
    """Where a letter is previewed, and where its test copy is sent from."""

    endpoint: str
    named: dict[str, object]
    test: str


def _show(
    site: Site, views: list[MailableView], language: str, letter_page: LetterPage, back: tuple[str, str]
) -> ResponseReturnValue:
    offered = [code for code in languages.TRANSLATED if _is_offered(views, code)]
    if views and language not in offered:
        abort(404)
    text = mail.preview_words(site, views, language, _staff_pages()) if views else None
    person = find_person(db.session(), current_caller().person_id)
    return render_template(
        "publications/guardians/letter_preview.html",
        said=text,
        body=Markup(_STYLE.sub("", _BODY.sub(r"\1", text.html))) if text else "",  # noqa: S704 - a template of ours
        papers=[LANGUAGES[code] for code in offered],
        letter_language=language,
        letter_direction=languages.direction(language),
        here=letter_page,
        test_at=(letter_page.test, {**letter_page.named, "language": language}),
        to_me=open_address(person.mail) if person else "",
        back=back,
        plain=FlaskForm(),
    )


_BODY, _STYLE = re.compile(r"(?s).*<body[^>]*>(.*)</body>.*"), re.compile(r' style="[^"]*"')


def _is_offered(views: list[MailableView], language: str) -> bool:
    return any(language in render.languages_of_view(view.publication.frozen) for view in views[:1])


def _nearest(views: list[MailableView], language: str) -> str:
    return render.best_language(views[0].publication.frozen, language) if views else language


def _staff_pages() -> str:
    return context.settings().url + url_for("publications.index").rstrip("/")


def _send_test(site: Site, views: list[MailableView], language: str) -> None:
    session, caller = db.session(), current_caller()
    if not views or not _is_offered(views, language):
        abort(404)
    person = find_person(session, caller.person_id)
    to = open_address(person.mail) if person else ""
    if not to:
        flash(_("You have no mail address here yet."), "note")
        return
    mail.send_test(session, mail.preview_words(site, views, language, _staff_pages()), to)
    caller_log().add(session, "letter.test", f"site {site.id}")
    flash(_("On its way to your own address."))


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
        listed=[
            (subscription, subscription.next_on(days[subscription.site_id]), _reach(subscription, listed, cleared))
            for subscription in listed
        ],
        sites={site.id: site for site in sites},
        quarter_words=lambda first: str(format_date(first, "QQQQ y")),
        papers=[(site, [(first, _pack_languages(site, first)) for first in _quarters(site)]) for site in sites],
        audiences=labels.AUDIENCE_LABELS,
        rhythms=labels.RHYTHM_LABELS,
        language_names=LANGUAGES,
        plain=FlaskForm(),
    )


def _reach(
    subscription: subscriptions.Subscription,
    listed: list[subscriptions.Subscription],
    cleared: dict[tuple[int, str, str], int],
) -> int | None:
    """How many cleared addresses a subscription is for; None for staff, whose addresses are in their accounts."""
    if subscription.audience in rhythm.STAFF_AUDIENCES:
        return None
    own = {
        other.language
        for other in listed
        if (other.site_id, other.audience) == (subscription.site_id, subscription.audience)
    }
    return sum(
        number
        for (site_id, kind, language), number in cleared.items()
        if (site_id, kind) == (subscription.site_id, subscription.audience)
        and (language == subscription.language or (not subscription.language and language not in own))
    )


@guardians_pages.get("/delivery/")
@permission_required("addresses.enter")
def letters() -> ResponseReturnValue:
    """The delivery of each letter; an address is in plain text only for the person who entered it."""
    caller, session = current_caller(), db.session()
    by_state = delivery.list_letters(session, caller.site_ids, most=_MAX_SHOWN)
    letter_deliveries = [letter_delivery for rows in by_state.values() for letter_delivery in rows]
    return render_template(
        "publications/guardians/delivery.html",
        parted=list(by_state.items()),
        most=_MAX_SHOWN,
        total=delivery.count_letters(session, caller.site_ids),
        again=sum(letter_delivery.may_go for letter_delivery in delivery.list_undelivered(session, caller.site_ids)),
        me=caller.person_id,
        names=names_of_people(session, {letter_delivery.to.entered_by for letter_delivery in letter_deliveries}),
        sites={site.id: site.name for site in list_sites(session, caller.site_ids)},
        states=labels.DELIVERY_LABELS,
        reasons=labels.REASON_LABELS,
        plain=FlaskForm(),
    )


_MAX_SHOWN = 100  # of each state


@guardians_pages.post("/delivery/")
@permission_required("addresses.enter", menu="guardians.letters")
def retry_letters() -> ResponseReturnValue:
    """Try all undelivered letters again, from the beginning."""
    return _retry(None)


@guardians_pages.post("/delivery/<int:letter_id>/again")
@permission_required("addresses.enter", menu="guardians.letters")
def retry_letter(letter_id: int) -> ResponseReturnValue:
    """Try one letter again."""
    return _retry(letter_id)


@guardians_pages.post("/delivery/<int:letter_id>/once-more")
@permission_required("addresses.enter", menu="guardians.letters")
def send_once_more(letter_id: int) -> ResponseReturnValue:
    """Write a letter again that was sent, but never found."""
    if not delivery.send_once_more(db.session(), letter_id, current_caller().site_ids):
        abort(404)
    caller_log().add(db.session(), "letter.again", "1")
    flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", 1))
    return redirect(url_for("guardians.letters"), 303)


def _retry(letter_id: int | None) -> ResponseReturnValue:
    tried = delivery.retry_undelivered(db.session(), current_caller().site_ids, letter_id)
    if tried:
        caller_log().add(db.session(), "letter.again", str(tried))
    flash(ngettext("%(num)s letter is tried again.", "%(num)s letters are tried again.", tried))
    return redirect(url_for("guardians.letters"), 303)
