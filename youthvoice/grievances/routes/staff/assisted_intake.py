"""An adult helps a child to tell, at the adult's own computer - HTTP only.

The child sees the same screens, hears them read aloud, and gets the pictures. The adult's name is sealed inside, and
the first screen tells the child that this adult will know. Nothing is logged: it is the child's act.
"""

from flask import abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, refresh
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from youthvoice import db
from youthvoice.access.guard import current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.labels import CHANNEL_LABELS
from youthvoice.accounts.people.directory import missing_with_readers
from youthvoice.accounts.store import find_readers_at_sites
from youthvoice.clips import availability
from youthvoice.grievances.intake import page as intake_page
from youthvoice.grievances.intake.submission_page import IntakeContext, submit_report
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.sites.labels import name_label
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import find_site_by_slug
from youthvoice.threads.child_codes.code_page import hide_pictures
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.threads.readership import is_channel_open
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited

assisted_intake_pages = StaffBlueprint(
    "assisted_intake", __name__, url_prefix="/staff/help-tell", menu="assisted_intake.index"
)


uploads.allow_larger(assisted_intake_pages, MAX_FORM_BYTES, "assisted_intake.send")


@assisted_intake_pages.get("")
@permission_required("reports.help")
def index() -> ResponseReturnValue:
    """Explain how it works, and offer each site in its languages."""
    at = choose_sites(db.session(), current_caller().site_ids)
    readers = find_readers_at_sites(db.session(), at.ids)
    site_rows = [
        (site, [CHANNEL_LABELS[code] for code in missing_with_readers(readers[site.id], site)], _spoken(site.languages))
        for site in at.sites
    ]
    return render_template("grievances/intake/assisted_intake.html", offered=site_rows, at=at)


def _spoken(codes: tuple[str, ...]) -> list[languages.Language]:
    return [languages.LANGUAGES[code] for code in codes if code in languages.TRANSLATED]


def _intake_at_desk(slug: str, language: str) -> IntakeContext:
    with db.reading(db.engine()) as session:  # the slow derivation of a code must not block writers
        site = find_site_by_slug(session, slug) or abort(404)
    site_or_404(site.id)
    helper = current_caller().name
    if language not in languages.TRANSLATED:
        abort(404)
    languages.set_language(language)
    refresh()  # the page is the child's: forget the adult's own language for this request
    more = {
        "action": url_for(".send", slug=slug, language=language),
        "done_href": url_for(".done"),
        "front_href": url_for(".index"),
        "csrf": generate_csrf(),
        "helper_name": helper,
        "helper_id": current_caller().person_id,
        "helps": Markup(" ").join(
            escape(words) % {"name": name_label(helper)}
            for words in (
                _("%(name)s helps you and will know what you tell."),
                _("%(name)s could learn your pictures too, and read your answer."),
            )
        ),
    }
    page_key = intake_page.intake_page_key(
        site, language, ((), availability.clip_index().version, approved_introductions().version)
    )
    return IntakeContext(site, page_key, language, helper, more)


@assisted_intake_pages.get("/<slug>/<language>")
@permission_required("reports.help")
def ask(slug: str, language: str) -> ResponseReturnValue:
    """The screens, in the child's language."""
    intake = _intake_at_desk(slug, language)
    if not is_channel_open(intake.site):
        abort(404)
    page = intake_page.render_intake_page(intake.page_key, random_ids.new_submission_id(), more=intake.more)
    return headers.with_microphone(make_response(page))


@assisted_intake_pages.post("/<slug>/<language>")
@permission_required("reports.help")
@rate_limited(SENDING)
def send(slug: str, language: str) -> ResponseReturnValue:
    """Seal and store the report, with the helper's name inside."""
    return submit_report(_intake_at_desk(slug, language))


@assisted_intake_pages.post("/done")
@permission_required("reports.help")
def done() -> ResponseReturnValue:
    """The child is done with the pictures."""
    return hide_pictures(url_for(".index"))
