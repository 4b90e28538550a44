"""A child prepares a statement beside the advocate, at the advocate's computer - HTTP only.

The screens are those of a tablet. The advocate's name is sealed inside, and only the child gets the pictures.
"""

from collections.abc import Mapping

from flask import abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from flask_wtf.csrf import generate_csrf

from youthvoice import context, db
from youthvoice.access.guard import current_caller, permission_required
from youthvoice.reviews import access, rules
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.statements.page import StatementContext, render_statement_page, submit_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.child_codes.code_page import hide_pictures
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.web import headers, uploads
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited

uploads.allow_larger(reviews_pages, MAX_FORM_BYTES, "reviews.send_statement")


def statement_context_beside(
    key: str, language: str, hrefs: Mapping[str, str], *, replaces: bool = False
) -> StatementContext:
    """The statement's context at the computer of the advocate who carries the review; also for `new_pictures`.

    Args:
        key: of the review.
        language: of the child.
        hrefs: `action`, where the page is sent, and `done_href`, where *done* leads.
        replaces: whether it is the page for a replacement; while there is no statement, it makes the first one.
    """
    caller = current_caller()
    with db.reading(db.engine()) as session:  # the slow derivation of a code must not block writers
        review = access.find_visible_review(session, key, caller) or abort(404)
        day = context.today(get_site(session, review.site_id).time_zone)
    if caller.person_id != review.advocate_id or language not in languages.TRANSLATED:
        abort(404)
    if request.method == "GET" and not rules.can_change(review.day, day):
        abort(410)  # a statement that is sent too late is refused on its own page, which keeps its words
    if replaces and review.body.carried_since is None:  # only who has accepted the review may replace a child's words
        abort(404)
    languages.set_language(language)
    refresh()  # the page is the child's: forget the adult's own language for this request
    more = {
        "front_href": url_for("reviews.detail", key=key),
        "csrf": generate_csrf(),
        "helper_name": caller.name,
        "helper_id": caller.person_id,
    }
    return StatementContext(
        review, language, {**hrefs, **more}, helper=caller.name, replaces=replaces and review.body.statement is not None
    )


def _statement_context(key: str, language: str) -> StatementContext:
    hrefs = {
        "action": url_for(".send_statement", key=key, language=language),
        "done_href": url_for(".statement_done", key=key),
    }
    return statement_context_beside(key, language, hrefs)


@reviews_pages.get("/<key>/statement/<language>")
@permission_required("reviews.carry")
def prepare_statement(key: str, language: str) -> ResponseReturnValue:
    """The screens, in the child's language."""
    return headers.with_microphone(make_response(render_statement_page(_statement_context(key, language))))


@reviews_pages.post("/<key>/statement/<language>")
@permission_required("reviews.carry")
@rate_limited(SENDING)
def send_statement(key: str, language: str) -> ResponseReturnValue:
    """Seal and store the statement, with the advocate's name inside."""
    return submit_statement(_statement_context(key, language))


@reviews_pages.post("/<key>/statement/done")
@permission_required("reviews.carry")
def statement_done(key: str) -> ResponseReturnValue:
    """The child is done with the pictures."""
    with db.reading(db.engine()) as session:
        access.find_visible_review(session, key, current_caller()) or abort(404)
    return hide_pictures(url_for("reviews.detail", key=key))
