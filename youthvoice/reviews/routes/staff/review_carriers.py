"""Which advocate carries a review: she cannot, or another takes it over - HTTP only."""

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
    """The advocate who was asked says that she cannot: another one is asked."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if caller.person_id != review.advocate_id:
        abort(404)
    if PlainForm().validate_on_submit() and review.body.carried_since is None and not review.lacks_advocate:
        me, private_key = reader_key(session, caller), open_private_key(caller)
        now = carriers.cannot_carry(session, review, caller_log(), me, private_key)
        asked = _("Thank you for saying so. Another advocate is asked.")
        flash(_("Thank you for saying so. The coordinator looks for an advocate.") if now.lacks_advocate else asked)
    return redirect(url_for("reviews.detail", key=key), 303)


@reviews_pages.route("/<key>/advocate", methods=["GET", "POST"])
@permission_required("reviews.open")
def hand_over(key: str) -> ResponseReturnValue:
    """Another advocate carries it: whoever carried it leaves or is ill, or nobody carries it yet."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if not may_hand_over(review):
        abort(404)
    known = page.advocates_at(session, get_site(session, review.site_id))
    closed = not carriers.is_open_to_advocate(session, review)
    form = CarrierForm.asking([(row, name) for row, name in known if closed or row != review.advocate_id])
    if form.validate_on_submit():
        me, private_key = reader_key(session, caller), open_private_key(caller)
        try:
            now = carriers.pass_on(session, review, form.advocate.data, caller_log(), me, private_key)
        except Refused as refused:
            session.rollback()
            form.refuse(refused.code)
        else:
            is_open_to_advocate = carriers.is_open_to_advocate(session, now)
            asked = _("She is asked whether she will hold it.")
            again = _("She is asked whether she will hold it. She must ask the child to give her words again.")
            flash(asked if is_open_to_advocate else again)
            return redirect(url_for("reviews.detail", key=key), 303)
    names = dict(known)
    return show_form(
        "reviews/advocate.html", form, review=review, now=names.get(review.advocate_id, ""), lone=not names
    )


@reviews_pages.post("/<key>/give-words")
@permission_required("reviews.carry")
def give_words(key: str) -> ResponseReturnValue:
    """What opens for the caller and not for who carries this review goes to her.

    What a child said to the caller alone after an earlier one; and her words, where the caller carried it before.
    """
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    day = page.today_at(session, review)
    if not PlainForm().validate_on_submit() or caller.person_id == review.advocate_id:
        abort(404)
    try:
        me, private_key = reader_key(session, caller), open_private_key(caller)
        carriers.give_statement(session, review, me, private_key, day)
        carriers.give_to_carrier(session, review, me, private_key, day)
    except Refused as refused:
        session.rollback()
        flash(labels.REFUSAL_LABELS[refused.code])
    else:
        caller_log().add(session, "review.give_words", review.key)
        flash(_("It is given, as far as your key opens it."))
    return redirect(url_for("reviews.detail", key=key), 303)


def may_hand_over(review: Review) -> bool:
    """Whether the caller says who carries a review: she does herself, decides, or is a coordinator."""
    caller = current_caller()
    return caller.role == COORDINATOR or caller.person_id in {review.advocate_id, review.reviewer_id}
