"""Choose the advocate who carries a review, and transfer a child's words to that advocate - HTTP only."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import Refused
from youthvoice.reviews import access, labels, page
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.entities import Review
from youthvoice.reviews.forms import CarrierForm
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.sites.store import get_site
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form


@reviews_pages.post("/<key>/cannot")
@permission_required("reviews.carry")
def cannot(key: str) -> ResponseReturnValue:
    """The advocate who was asked cannot carry the review: ask another one."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if caller.person_id != review.advocate_id:
        abort(404)
    if PlainForm().validate_on_submit() and review.body.carried_since is None and not review.lacks_advocate:
        own_key, private_key = reader_key(session, caller), open_private_key(caller)
        changed_review = carriers.cannot_carry(session, review, caller_log(), own_key, private_key)
        another_asked = _("Thank you for saying so. Another advocate is asked.")
        flash(
            _("Thank you for saying so. The coordinator looks for an advocate.")
            if changed_review.lacks_advocate
            else another_asked
        )
    return redirect(url_for("reviews.detail", key=key), 303)


@reviews_pages.route("/<key>/advocate", methods=["GET", "POST"])
@permission_required("reviews.open")
def hand_over(key: str) -> ResponseReturnValue:
    """Ask another advocate to carry the review, because the present one leaves, is ill, or is missing."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if not may_hand_over(review):
        abort(404)
    advocates = page.advocates_at(session, get_site(session, review.site_id))
    # The present advocate is a choice only where the statement is closed to her: then only the words are transferred.
    is_closed = not carriers.is_open_to_advocate(session, review)
    form = CarrierForm.offering([(row, name) for row, name in advocates if is_closed or row != review.advocate_id])
    if form.validate_on_submit():
        own_key, private_key = reader_key(session, caller), open_private_key(caller)
        try:
            changed_review = carriers.ask_carrier(
                session, review, form.advocate.data, caller_log(), own_key, private_key
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused.code)
        else:
            is_open_to_advocate = carriers.is_open_to_advocate(session, changed_review)
            asked_text = _("She is asked whether she will hold it.")
            ask_child_text = _("She is asked whether she will hold it. She must ask the child to give her words again.")
            flash(asked_text if is_open_to_advocate else ask_child_text)
            return redirect(url_for("reviews.detail", key=key), 303)
    names = dict(advocates)
    return show_form(
        "reviews/advocate.html", form, review=review, now=names.get(review.advocate_id, ""), nobody_can=not names
    )


@reviews_pages.post("/<key>/give-words")
@permission_required("reviews.carry")
def give_words(key: str) -> ResponseReturnValue:
    """Transfer to the present advocate what only the caller can open.

    That is the statement, where the caller carried the review before, and what the child said to the caller alone
    after this review or an earlier one.
    """
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    day = page.today_at(session, review)
    if not PlainForm().validate_on_submit() or caller.person_id == review.advocate_id:
        abort(404)
    try:
        own_key, private_key = reader_key(session, caller), open_private_key(caller)
        carriers.transfer_statement(session, review, own_key, private_key, day)
        carriers.transfer_messages_to_carrier(session, review, own_key, private_key, day)
    except Refused as refused:
        session.rollback()
        flash(labels.REFUSAL_LABELS[refused.code], "note")
    else:
        caller_log().add(session, "review.give_words", review.key)
        flash(_("It is given, as far as your key opens it."))
    return redirect(url_for("reviews.detail", key=key), 303)


def may_hand_over(review: Review) -> bool:
    """Whether the caller may choose who carries a review: its advocate, its reviewer, or a coordinator."""
    caller = current_caller()
    return caller.role == COORDINATOR or caller.person_id in {review.advocate_id, review.reviewer_id}
