"""A letter to families before it goes, and a copy of it to oneself - HTTP only."""

import re

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.mail import open_address
from youthvoice.accounts.store import find_person
from youthvoice.publications import render, rhythm
from youthvoice.publications.guardians import mail, rhythm_job, subscriptions
from youthvoice.publications.guardians.mail import MailableView
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.publications.store import VISIBLE_STATES, find_edition
from youthvoice.sites.store import Site, get_site
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import LANGUAGES


@guardians_pages.get("/subscriptions/<int:subscription_id>/letter")
@guardians_pages.get("/subscriptions/<int:subscription_id>/letter/<language>", endpoint="preview_letter_in")
@permission_required("publications.send")
def preview_letter(subscription_id: int, language: str = "") -> ResponseReturnValue:
    """The next letter, as if the period ended today."""
    subscription, site, views = _next_letter(subscription_id)
    return _show_letter(
        site,
        views,
        language or _nearest_language(views, subscription.language or languages.chosen()),
        addresses={
            code: url_for("guardians.preview_letter_in", subscription_id=subscription.id, language=code)
            for code in languages.TRANSLATED
        },
        back=(_("Regular letters"), url_for("guardians.regular_letters")),
    )


@guardians_pages.post("/subscriptions/<int:subscription_id>/letter/<language>")
@permission_required("publications.send")
def copy_next_letter(subscription_id: int, language: str) -> ResponseReturnValue:
    """Send the preview to the caller."""
    subscription, site, views = _next_letter(subscription_id)
    _send_copy(site, views, language)
    return redirect(url_for("guardians.preview_letter_in", subscription_id=subscription.id, language=language))


@guardians_pages.get("/subscriptions/view/<slug>/<language>")
@permission_required("publications.send")
def view_letter(slug: str, language: str) -> ResponseReturnValue:
    """The letter about one view that a coordinator sends."""
    site, view = letter_about(slug)
    return _show_letter(
        site,
        [view],
        language,
        addresses={code: url_for("guardians.view_letter", slug=slug, language=code) for code in languages.TRANSLATED},
        back=(_("Publications"), url_for("publications.detail", slug=slug)),
    )


@guardians_pages.post("/subscriptions/view/<slug>/<language>")
@permission_required("publications.send")
def copy_view_letter(slug: str, language: str) -> ResponseReturnValue:
    """Send the preview to the caller."""
    site, view = letter_about(slug)
    _send_copy(site, [view], language)
    return redirect(url_for("guardians.view_letter", slug=slug, language=language))


def _next_letter(subscription_id: int) -> tuple[subscriptions.Subscription, Site, list[MailableView]]:
    session = db.session()
    subscription = subscriptions.find_subscription(session, subscription_id, current_caller().site_ids)
    if subscription is None or subscription.audience in rhythm.STAFF_AUDIENCES:
        abort(404)
    site = get_site(session, subscription.site_id)
    return subscription, site, rhythm_job.views_so_far(session, subscription, context.today(site.time_zone))


def letter_about(slug: str) -> tuple[Site, MailableView]:
    """One view for guardians as a letter, and a site of the caller that it is for; 404 for any other."""
    session, site_ids = db.session(), current_caller().site_ids
    edition = find_edition(session, slug, site_ids)
    if edition is None or edition.state not in VISIBLE_STATES or "guardians" not in edition.rows:
        abort(404)
    site = get_site(session, min(edition.site_ids & site_ids))
    return site, mail.load_mailable_view(session, edition.rows["guardians"])


def _show_letter(
    site: Site, views: list[MailableView], language: str, addresses: dict[str, str], back: tuple[str, str]
) -> ResponseReturnValue:
    """The page of a preview.

    Args:
        site: whose letter.
        views: what it is about; empty where nothing is new.
        language: of the letter.
        addresses: of this page, by language; a copy is sent from the same.
        back: words and address of the link to the page before.
    """
    offered = [code for code in languages.TRANSLATED if _is_offered(views, code)]
    if views and language not in offered:
        abort(404)
    text = mail.preview_words(site, views, language, _staff_pages()) if views else None
    return render_template(
        "publications/guardians/letter_preview.html",
        text=text,
        body=_body_of(text.html) if text else "",
        choices=[(LANGUAGES[code], addresses[code]) for code in offered],
        letter_language=language,
        letter_direction=languages.direction(language),
        copy_address=addresses.get(language, ""),
        own_address=_own_mail_address(),
        back=back,
        plain=FlaskForm(),
    )


def _staff_pages() -> str:
    """The address that a letter names to staff, who get a copy."""
    return context.settings().url + url_for("publications.index").rstrip("/")


_BODY, _STYLE = re.compile(r"(?s).*<body[^>]*>(.*)</body>.*"), re.compile(r' style="[^"]*"')


def _body_of(document: str) -> Markup:
    """The body of a letter for our page, without the styles that mail programs need."""
    return Markup(_STYLE.sub("", _BODY.sub(r"\1", document)))  # noqa: S704 - a template of ours


def _is_offered(views: list[MailableView], language: str) -> bool:
    """Whether a letter can be written in a language: all its views are of one site, and have the same languages."""
    return bool(views) and language in render.languages_of_view(views[0].publication.frozen)


def _nearest_language(views: list[MailableView], language: str) -> str:
    return render.best_language(views[0].publication.frozen, language) if views else language


def _own_mail_address() -> str:
    person = find_person(db.session(), current_caller().person_id)
    return open_address(person.mail) if person else ""


def _send_copy(site: Site, views: list[MailableView], language: str) -> None:
    if not _is_offered(views, language):
        abort(404)
    if not (address := _own_mail_address()):
        flash(_("You have no mail address here yet."), "note")
        return
    mail.send_test(db.session(), mail.preview_words(site, views, language, _staff_pages()), address)
    caller_log().add(db.session(), "letter.test", f"site {site.id}")
    flash(_("On its way to your own address."))
