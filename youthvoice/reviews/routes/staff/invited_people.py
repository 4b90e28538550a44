"""Who comes to a review although, or because, the child said who should not be there - HTTP only."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import Refused
from youthvoice.reviews import access, labels
from youthvoice.reviews.duties import invited_people
from youthvoice.reviews.entities import Review
from youthvoice.reviews.forms import InvitedForm
from youthvoice.reviews.pack import read_pack
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n.languages import LANGUAGES

invited_pages = Blueprint("invited", __name__, url_prefix="/staff/reviews/<key>/invited")


@invited_pages.route("/<int:person_id>", methods=["GET", "POST"])
@permission_required("reviews.see")
def person(key: str, person_id: int) -> ResponseReturnValue:
    """Take somebody's invitation back, or keep it and say why: the child reads either."""
    review, session = access.review_or_404(key, to_change=True), db.session()
    said = _words_or_404(review)
    found = invited_people.list_invited(session, review)
    one = next((each for each in found if each.person_id == person_id), None) or abort(404)
    form = InvitedForm(act="" if one.comes else "stays")
    unwanted, tongue = person_id in said.not_there, said.language
    spoken = {"tongue": tongue, "tongue_name": LANGUAGES[tongue].name}
    shown = {"review": review, "one": one, "unwanted": unwanted, **spoken}
    if not form.validate_on_submit():
        return show_form("reviews/invited.html", form, **shown)
    try:
        if form.act.data == "out":
            invited_people.take_back_invitation(session, review, person_id, caller_log())
        else:
            words = {said.language: form.reason.data or ""}
            invited_people.keep_invitation(session, review, person_id, words, caller_log())
    except Refused as refused:
        session.rollback()
        form.reason.errors = [str(labels.REFUSAL_LABELS[refused.code])]
        return show_form("reviews/invited.html", form, **shown)
    session.commit()
    flash(_("It is done. The child reads it with her pictures."))
    return redirect(url_for("reviews.detail", key=key), 303)


def _words_or_404(review: Review) -> Statement:
    """Her words, where the caller carries or decides this review and has them open; nobody decides about herself."""
    session, caller = db.session(), current_caller()
    if caller.person_id != review.advocate_id and not access.may_decide(session, review, caller):
        abort(404)
    pack = read_pack(session, review, reader_key(session, caller), open_private_key(caller))
    if pack.statement is None or review.id not in opened_reviews:
        abort(404)
    return pack.statement
