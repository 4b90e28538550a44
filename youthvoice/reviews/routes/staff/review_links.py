"""Links for an outside team: make one, show it once, end it - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.reviews import access, page
from youthvoice.reviews.entities import Review
from youthvoice.reviews.forms import ReviewLinkForm
from youthvoice.reviews.outside.outside_pack import may_have_links
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.store import open_statement_thread, read_opened
from youthvoice.sites.store import get_site
from youthvoice.threads.entities import OpenedThread
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.qr_codes import qr_code

_ID_DIGITS = 32


@reviews_pages.route("/<key>/links/new", methods=["GET", "POST"])
@permission_required("reviews.decide")
def new_link(key: str) -> ResponseReturnValue:
    """Make a link. The response shows link and number, once."""
    form = ReviewLinkForm()
    review, opened_thread = _open_for_team_or_404(key)
    if not form.validate_on_submit():
        return show_form("reviews/link_new.html", form, review=review)
    new_review_link = review_links.prepare_link(opened_thread.private, int(form.days.data))
    session, caller = db.session(), current_caller()
    locked_review = access.find_visible_review(session, key, caller, to_change=True) or abort(404)
    if locked_review.valid_statement != review.valid_statement or not may_have_links(session, locked_review):
        abort(410)
    review_links.add_link(session, locked_review, new_review_link, caller.person_id, caller_log())
    link_secrets = new_review_link.link_secrets
    link, number = context.settings().url + url_for("outside.ask", token=link_secrets.token), link_secrets.number
    return render_template(
        "reviews/link_once.html",
        review=locked_review,
        link=link,
        square=qr_code(link, _("Square code of the link")),
        number=f"{number[:4]} {number[4:]}",
        until=page.moment_label(new_review_link.until, get_site(session, review.site_id).time_zone),
    )


@reviews_pages.post("/<key>/links/<link>/end")
@permission_required("reviews.decide")
def end_link(key: str, link: str) -> ResponseReturnValue:
    """End a link now."""
    session, caller = db.session(), current_caller()
    review = access.find_visible_review(session, key, caller, to_change=True) or abort(404)
    if not page.may_manage_links(review, caller) or len(link) != _ID_DIGITS:
        abort(404)
    try:
        link_id = bytes.fromhex(link)
    except ValueError:
        abort(404)
    if PlainForm().validate_on_submit() and review_links.revoke_link(session, review, link_id, caller_log()):
        flash(_("The link has ended. It no longer opens anything."))
    return redirect(url_for("reviews.detail", key=key), 303)


def _open_for_team_or_404(key: str) -> tuple[Review, OpenedThread]:
    """A review whose statement the caller has opened, and in which the child agreed to an outside team."""
    caller, private_key = current_caller(), open_private_key(current_caller())
    with db.reading(db.engine()) as session:  # the slow derivation from the number must not block writers
        review = access.find_visible_review(session, key, caller) or abort(404)
        if not page.may_manage_links(review, caller) or review.id not in opened_reviews:
            abort(404)
        thread = open_statement_thread(session, review, reader_key(session, caller), private_key) or abort(404)
        statement, _later = read_opened(session, thread)
        if statement is None or not statement.outside or not may_have_links(session, review):
            abort(404)
    return review, thread
