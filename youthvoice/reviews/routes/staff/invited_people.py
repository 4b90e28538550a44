"""Decide whether an invited person comes to a review, where the child objects - HTTP only."""

from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import Refused
from youthvoice.reviews import access, labels
from youthvoice.reviews.duties import invited_people
from youthvoice.reviews.duties.invited_people import InvitationDecision, InvitedPerson
from youthvoice.reviews.entities import Review
from youthvoice.reviews.forms import InvitedForm
from youthvoice.reviews.pack import Pack, read_pack
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_page import UNPROCESSABLE, add_error, show_form
from youthvoice.web.i18n.languages import LANGUAGES

_CONFLICT: Final = 409


@reviews_pages.route("/<key>/invited/<int:person_id>", methods=["GET", "POST"])
@permission_required("reviews.see")
def person(key: str, person_id: int) -> ResponseReturnValue:
    """Withdraw a person's invitation, or keep it with a reason; the child reads either."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    pack, statement = _pack_with_words_or_404(review)
    invited = invited_people.list_invited(session, review)
    invited_person = next(
        (invited_person for invited_person in invited if invited_person.person_id == person_id), None
    ) or abort(404)
    decision, child_language = pack.invitations.get(person_id), statement.language
    template_values = {
        "review": review,
        "one": invited_person,
        "unwanted": person_id in statement.not_there,
        "decided": decision,
        "names": pack.names,
        "tongue_name": LANGUAGES[child_language].name,
    }
    form = InvitedForm.offering(
        child_language, _form_values(invited_person, decision, child_language), comes=invited_person.comes
    )
    if invited_people.is_held(review, pack.today):
        page = render_template("reviews/invited.html", form=form, held=labels.REFUSAL_LABELS["held"], **template_values)
        return page, _CONFLICT if form.is_submitted() else 200
    if not form.validate_on_submit():
        return show_form("reviews/invited.html", form, **template_values)
    if form.stays and (hard := form.hard_words):
        return render_template("reviews/invited.html", form=form, hard=hard, **template_values), UNPROCESSABLE
    try:
        if form.stays:
            invited_people.keep_invitation(session, review, person_id, form.said, caller.person_id, caller_log())
        else:
            invited_people.take_back_invitation(session, review, person_id, caller.person_id, caller_log())
    except Refused as refused:
        session.rollback()
        add_error(form, f"words_{child_language}", str(labels.REFUSAL_LABELS[refused.code]))
        return show_form("reviews/invited.html", form, **template_values)
    flash(_("It is done. The child reads it with her pictures."))
    return redirect(url_for("reviews.detail", key=key), 303)


def _form_values(
    invited_person: InvitedPerson, invitation_decision: InvitationDecision | None, child_language: str
) -> dict[str, object]:
    """The values of the form: the last decision, with its sentence for the child."""
    if invitation_decision is not None and invitation_decision.comes:
        return {"act": "stays", f"words_{child_language}": invitation_decision.words}
    return {"act": "" if invited_person.comes else "out"}


def _pack_with_words_or_404(review: Review) -> tuple[Pack, Statement]:
    """The pack and statement, where the caller carries or decides this review and has opened the statement."""
    session, caller = db.session(), current_caller()
    if caller.person_id != review.advocate_id and not access.may_decide(session, review, caller):
        abort(404)
    pack = read_pack(session, review, reader_key(session, caller), open_private_key(caller))
    if pack.statement is None or review.id not in opened_reviews:
        abort(404)
    return pack, pack.statement
