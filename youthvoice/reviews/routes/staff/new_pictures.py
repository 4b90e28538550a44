"""Replace a child's statement with a new picture code - HTTP only.

The child lost the old code, or another person gave the statement. The old statement counts until a new one is given.
Its picture code then shows that there is a new one.
"""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.errors import Refused
from youthvoice.reviews import access, labels, page, rules
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.assisted_statement import statement_context_beside
from youthvoice.reviews.statements import review_slip
from youthvoice.reviews.statements.page import StatementContext, render_statement_page, submit_statement
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.web import headers, uploads
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.rate_limits import SENDING, rate_limited

uploads.allow_larger(reviews_pages, MAX_FORM_BYTES, "reviews.send_pictures")


@reviews_pages.post("/<key>/new-pictures")
@permission_required("reviews.carry")
def deal_pictures(key: str) -> ResponseReturnValue:
    """Deal a slip with which a new statement replaces the present one."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if caller.person_id != review.advocate_id or review.body.carried_since is None:
        abort(404)
    if not rules.can_change(review.day, page.today_at(session, review)):
        abort(410)
    if not PlainForm().validate_on_submit():
        abort(400)
    try:
        pictures = review_slip.deal_new_pictures(session, review, caller.person_id, caller_log())
    except Refused as refused:
        session.rollback()
        flash(labels.SLIP_REFUSAL_LABELS[refused.code], "note")
        return redirect(url_for("reviews.detail", key=key), 303)
    return render_template("reviews/slip.html", review=review, slips=[pictures], anew=True)


@reviews_pages.get("/<key>/new-pictures/<language>")
@permission_required("reviews.carry")
def prepare_pictures(key: str, language: str) -> ResponseReturnValue:
    """The screens beside the advocate, in the child's language; nothing is replaced before the child sends."""
    return headers.with_microphone(make_response(render_statement_page(_statement_context(key, language))))


@reviews_pages.post("/<key>/new-pictures/<language>")
@permission_required("reviews.carry")
@rate_limited(SENDING)
def send_pictures(key: str, language: str) -> ResponseReturnValue:
    """Seal the new statement in place of the old one."""
    return submit_statement(_statement_context(key, language))


def _statement_context(key: str, language: str) -> StatementContext:
    action = url_for(".send_pictures", key=key, language=language)
    hrefs = {"action": action, "done_href": url_for("reviews.statement_done", key=key)}
    return statement_context_beside(key, language, hrefs, replaces=True)
