"""A child prepares her statement beside her advocate, at the advocate's desk - HTTP only.

The same screens as at a tablet; the advocate's name is sealed inside, and the pictures are for the child alone.
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


def ask_beside(key: str, language: str, ways: Mapping[str, str], *, anew: bool = False) -> StatementContext:
    """What a child is asked beside the advocate who carries her review.

    Args:
        key: of the review.
        language: the child's.
        ways: `action` and `done_href`.
        anew: whether it takes the place of what was given with pictures that she has not.
    """
    caller = current_caller()
    with db.reading(db.engine()) as session:  # nobody waits in the queue of writers while a code is stretched
        review = access.find_visible_review(session, key, caller) or abort(404)
        day = context.today(get_site(session, review.site_id).time_zone)
    if caller.person_id != review.advocate_id or language not in languages.TRANSLATED:
        abort(404)
    if request.method == "GET" and not rules.can_change(review.day, day):
        abort(410)  # what she has said already is refused on its own page, so that no word of it is lost
    if anew and review.body.carried_since is None:
        abort(404)
    languages.set_language(language)
    refresh()  # the page is the child's: whatever the adult's own language was is forgotten for this request
    more = {
        "front_href": url_for("reviews.detail", key=key),
        "csrf": generate_csrf(),
        "helper_name": caller.name,
        "helper_id": caller.person_id,
    }
    return StatementContext(
        review, language, {**ways, **more}, helper=caller.name, anew=anew and review.body.statement is not None
    )


def _asked(key: str, language: str) -> StatementContext:
    ways = {
        "action": url_for(".send_statement", key=key, language=language),
        "done_href": url_for(".statement_done", key=key),
    }
    return ask_beside(key, language, ways)


@reviews_pages.get("/<key>/statement/<language>")
@permission_required("reviews.carry")
def prepare_statement(key: str, language: str) -> ResponseReturnValue:
    """The screens, in the child's language."""
    return headers.with_microphone(make_response(render_statement_page(_asked(key, language))))


@reviews_pages.post("/<key>/statement/<language>")
@permission_required("reviews.carry")
@rate_limited(SENDING)
def send_statement(key: str, language: str) -> ResponseReturnValue:
    """Seal it, with the name of the advocate inside."""
    return submit_statement(_asked(key, language))


@reviews_pages.post("/<key>/statement/done")
@permission_required("reviews.carry")
def statement_done(key: str) -> ResponseReturnValue:
    """The child has the pictures."""
    with db.reading(db.engine()) as session:
        access.find_visible_review(session, key, current_caller()) or abort(404)
    return hide_pictures(url_for("reviews.detail", key=key))
