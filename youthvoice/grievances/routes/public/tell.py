"""A child tells at `/tell` - HTTP only. Nothing is logged, and no address holds anything that the child sent."""

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from youthvoice.clips import availability
from youthvoice.grievances.intake import page as intake_page
from youthvoice.grievances.intake.forms import BEGIN_FIELD, prefilled_fields
from youthvoice.grievances.intake.submission_page import IntakeContext, submit_report
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.sites.page import render_not_open
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_codes.code_page import hide_pictures
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.threads.readership import is_channel_open
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.i18n import languages
from youthvoice.web.pages import page_cache
from youthvoice.web.rate_limits import SENDING, client_key, rate_limited

tell_pages = Blueprint("tell", __name__, url_prefix="/tell")


tell_pages.before_request(headers.refuse_other_sites)


uploads.allow_larger(tell_pages, MAX_FORM_BYTES, "tell.send")


def _intake_here() -> IntakeContext | None:
    tablet = current_tablet()
    if tablet is None:
        return None
    page_key = intake_page.intake_page_key(
        tablet.site,
        languages.chosen(),
        (tablet.voices, availability.clip_index().version, approved_introductions().version),
    )
    return IntakeContext(tablet.site, page_key, languages.chosen(tablet.site.languages))


def _not_open(site: Site) -> ResponseReturnValue:
    return render_not_open(site, "grievances/intake/not_open.html"), 404


@tell_pages.get("")
def ask() -> ResponseReturnValue:
    """The page, which is the same for each tablet of a site except for its submission id."""
    intake = _intake_here()
    if intake is None:
        return render_template("grievances/intake/other_device.html", front_href="/language")
    if not is_channel_open(intake.site):
        return _not_open(intake.site)
    return headers.with_microphone(
        page_cache.serve_prerendered(
            intake_page.prerendered_intake_page(intake.page_key), random_ids.new_submission_id()
        )
    )


@tell_pages.post("")
@rate_limited(SENDING, by=client_key)
def send() -> ResponseReturnValue:
    """Seal and store what the child sent. A repeat succeeds again and shows the same pictures.

    A form with the field `begin` comes from another page: it gets this page, filled with what was sent.
    """
    intake = _intake_here() or abort(403)
    if BEGIN_FIELD not in request.form:
        return submit_report(intake)
    if not is_channel_open(intake.site):
        return _not_open(intake.site)
    page = intake_page.render_intake_page(
        intake.page_key, random_ids.new_submission_id(), prefilled_fields(request.form)
    )
    return headers.with_microphone(make_response(page))


@tell_pages.post("/done")
@rate_limited(SENDING, by=client_key)
def done() -> ResponseReturnValue:
    """The child is done with the pictures; forget the child's language."""
    current_tablet() or abort(403)
    return hide_pictures("/language")
