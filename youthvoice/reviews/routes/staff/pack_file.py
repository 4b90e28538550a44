"""A pack for another organisation: ask the child, record consent or a legal ground, make the file - HTTP only."""

from collections.abc import Callable
from dataclasses import replace

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.agreement import list_possible_seconds
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone, Refused
from youthvoice.reviews import access, page
from youthvoice.reviews.entities import LegalGround, PackHandover, Review
from youthvoice.reviews.outside import labels, legal_handover, pack_file, pack_proposals
from youthvoice.reviews.outside.forms import PackAskForm, PackLawForm, PackMarkForm, PackSaidForm
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.reviews.statements.store import read_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_fields import SentenceForm
from youthvoice.web.form_page import UNPROCESSABLE, add_error, show_form
from youthvoice.web.i18n import languages


@reviews_pages.context_processor
def _words() -> dict[str, object]:
    return {"pack_words": labels}


@reviews_pages.get("/<key>/file")
@permission_required("reviews.carry")
def give_pack_file(key: str) -> ResponseReturnValue:
    """The state of the proposal, and the three ways to send a pack."""
    return _overview(_carried_review_or_404(key))


@reviews_pages.route("/<key>/file/ask", methods=["GET", "POST"])
@permission_required("reviews.carry")
def ask_for_pack_file(key: str) -> ResponseReturnValue:
    """Ask the child on their own page."""
    review, session, caller = _carried_review_or_404(key, opened=True), db.session(), current_caller()
    if review.body.statement is None:
        abort(404)
    form = PackAskForm.in_languages(_languages(review))
    form.limit_choices(has_words=review.valid_statement is not None)
    if not form.validate_on_submit() or form.hard_words:
        return _with_sentence("reviews/pack_ask.html", form, review)
    today = page.today_at(session, review)
    proposal = pack_proposals.new_proposal(review, today, form.to.data, form.public_key, form.parts, form.said)
    try:
        pack_proposals.propose_pack(session, review, proposal, caller.person_id, caller_log())
    except Refused as refused:
        return _refused("reviews/pack_ask.html", form, review, refused)
    flash(_("She finds the question on her own page, with her seven pictures."))
    return redirect(url_for(".give_pack_file", key=review.key), 303)


@reviews_pages.route("/<key>/file/said", methods=["GET", "POST"])
@permission_required("reviews.carry")
def pack_file_said(key: str) -> ResponseReturnValue:
    """Record the consent that the child gave in person, and download the file."""
    review, session, caller = _carried_review_or_404(key, opened=True), db.session(), current_caller()
    form = PackSaidForm()
    form.limit_choices(has_words=review.valid_statement is not None)
    if not form.validate_on_submit():
        return show_form("reviews/pack_said.html", form, review=review)
    today = page.today_at(session, review)
    handover = PackHandover(
        today, caller.person_id, form.to.data.strip(), form.yes_on.data, form.how.data, parts=form.parts
    )
    own_key = reader_key(session, caller)
    return _download(
        lambda: pack_file.hand_over_pack(
            session,
            review,
            handover,
            form.public_key,
            own_key,
            open_private_key(caller),
            caller_log(),
            languages.chosen(),
        ),
        lambda refused: _refused("reviews/pack_said.html", form, review, refused),
    )


@reviews_pages.route("/<key>/file/law", methods=["GET", "POST"])
@permission_required("reviews.carry")
def pack_file_law(key: str) -> ResponseReturnValue:
    """Name a legal ground, and ask a second adult to agree."""
    review, session, caller = _carried_review_or_404(key), db.session(), current_caller()
    form = PackLawForm.in_languages(_languages(review))
    seconds = [
        person
        for person in list_possible_seconds(session, caller.person_id, [review.site_id])
        if person.role in legal_handover.SECOND_ROLES
    ]
    form.offer_second(sorted(seconds, key=lambda person: legal_handover.SECOND_ROLES.index(person.role)))
    if not form.validate_on_submit() or form.hard_words:
        return _with_sentence("reviews/pack_law.html", form, review)
    today = page.today_at(session, review)
    proposal = pack_proposals.new_proposal(review, today, form.to.data, form.public_key, form.parts, form.said)
    ground = LegalGround(form.ground.data, form.reference.data.strip(), form.told.data, form.second.data)
    try:
        request_id = legal_handover.ask_legal_handover(
            session, review, replace(proposal, ground=ground), caller, form.second.data
        )
    except Refused as refused:
        return _refused("reviews/pack_law.html", form, review, refused)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@reviews_pages.post("/<key>/file/make")
@permission_required("reviews.carry")
def make_pack_file(key: str) -> ResponseReturnValue:
    """Download the file, after the child's consent on their page or two adults' agreement."""
    review, session, caller = _carried_review_or_404(key), db.session(), current_caller()
    form, proposal = PackMarkForm(), review.open_proposal
    if not form.validate_on_submit():
        abort(400)
    if proposal is not None and "words" in proposal.parts and review.id not in opened_reviews:
        flash(_("Open her words first: they go along."), "note")
        return redirect(url_for("reviews.detail", key=key), 303)
    if proposal is None or proposal.mark != form.mark.data:
        return _overview(review, str(labels.HANDOVER_REFUSAL_LABELS["nothing_agreed"]))
    own_key = reader_key(session, caller)
    return _download(
        lambda: pack_file.hand_over_proposed(
            session, review, own_key, open_private_key(caller), caller_log(), languages.chosen()
        ),
        lambda refused: _overview(_carried_review_or_404(key), _field_and_message(refused)[1]),
    )


@reviews_pages.post("/<key>/file/withdraw")
@permission_required("reviews.carry")
def withdraw_pack_file(key: str) -> ResponseReturnValue:
    """Withdraw the proposal; the child finds no question."""
    review, session = _carried_review_or_404(key), db.session()
    form = PackMarkForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        pack_proposals.withdraw_proposal(session, review, form.mark.data, current_caller().person_id, caller_log())
    except Refused as refused:
        session.rollback()
        return _overview(_carried_review_or_404(key), _field_and_message(refused)[1])
    flash(_("It is taken back."))
    return redirect(url_for(".give_pack_file", key=key), 303)


def _carried_review_or_404(key: str, *, opened: bool = False) -> Review:
    """A review that the caller carries, from its day on; with `opened`, only after the caller opened its statement."""
    review = access.review_or_404(key, to_change=True)
    if current_caller().person_id != review.advocate_id or page.today_at(db.session(), review) < review.day:
        abort(404)
    if opened and review.valid_statement is not None and review.id not in opened_reviews:
        abort(404)
    return review


def _languages(review: Review) -> tuple[str, ...]:
    """The child's language, where the statement is open, else the site's; and the caller's."""
    session = db.session()
    language = get_site(session, review.site_id).languages[0]
    if review.id in opened_reviews:
        caller = current_caller()
        try:
            statement = read_statement(session, review, reader_key(session, caller), open_private_key(caller))
        except (CannotOpen, KeyGone):
            statement = None
        language = statement.language if statement else language
    return language, languages.chosen()


def _overview(review: Review, refused: str = "") -> ResponseReturnValue:
    proposal = review.open_proposal
    people = {proposal.ground.agreed_by} if proposal and proposal.ground else set()
    template = render_template(
        "reviews/pack_file.html",
        review=review,
        now=proposal,
        names=names_of_people(db.session(), people),
        opened=review.valid_statement is None or review.id in opened_reviews,
        form=PackMarkForm(formdata=None),
        refused=refused,
    )
    return template, UNPROCESSABLE if refused else 200


def _with_sentence(template: str, form: SentenceForm, review: Review) -> ResponseReturnValue:
    hard = form.hard_words if form.is_submitted() and not form.errors else []
    page, status = show_form(template, form, review=review, hard=hard)
    return page, UNPROCESSABLE if hard else status


def _refused(template: str, form: FlaskForm, review: Review, refused: Exception) -> ResponseReturnValue:
    """Show the form again with the reason, and with what was typed."""
    db.session().rollback()
    name, words = _field_and_message(refused)
    if name == "why" and isinstance(form, SentenceForm):
        name = form.boxes[0][1].name
    add_error(form, name, words)
    return show_form(template, form, review=review)


def _field_and_message(refused: Exception) -> tuple[str, str]:
    if isinstance(refused, Refused):
        return refused.field, str(labels.HANDOVER_REFUSAL_LABELS[refused.code])
    code = "nothing_agreed" if isinstance(refused, ConcurrentUpdate) else "not_open"
    return "", str(labels.HANDOVER_REFUSAL_LABELS[code])


def _download(
    make_file: Callable[[], bytes], refuse: Callable[[Exception], ResponseReturnValue]
) -> ResponseReturnValue:
    try:
        sealed = make_file()
    except (Refused, CannotOpen, ConcurrentUpdate, KeyGone) as refused:
        db.session().rollback()
        return refuse(refused)
    headers = {"Content-Disposition": 'attachment; filename="pack.youthvoice"'}
    return Response(sealed, content_type="application/octet-stream", headers=headers)
