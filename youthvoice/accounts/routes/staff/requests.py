"""The page of a request between two adults, for both of them - HTTP only."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from youthvoice import db
from youthvoice.access.guard import current_caller, permission_required
from youthvoice.accounts import agreement
from youthvoice.accounts.forms import RefuseRequestForm
from youthvoice.accounts.routes.staff import people_pages
from youthvoice.accounts.store import names_of_people
from youthvoice.web.form_page import UNPROCESSABLE


@people_pages.get("/requests/<int:request_id>")
@permission_required("requests.answer", menu="dashboard.home")
def show_request(request_id: int) -> ResponseReturnValue:
    """What is requested, by whom, and the result."""
    return _page(_request_or_404(request_id))


@people_pages.post("/requests/<int:request_id>/agree")
@permission_required("requests.answer", menu="dashboard.home")
def agree_to_request(request_id: int) -> ResponseReturnValue:
    """The second adult agrees in their own session: the request is carried out now, if it still can be."""
    agreement_request = _answerable_request_or_404(request_id)
    if not FlaskForm().validate_on_submit():
        abort(400)
    session = db.session()
    try:
        outcome = agreement.carry_out_request(session, agreement_request, current_caller())
    except agreement.CannotBeDone as error:
        session.rollback()
        return _page(_request_or_404(request_id), cannot=error.args[0]), 409
    if outcome.page:
        return outcome.page
    flash(_("You agreed; it is done."))
    return redirect(outcome.href if outcome.second_may_look else url_for("dashboard.home"), 303)


@people_pages.post("/requests/<int:request_id>/refuse")
@permission_required("requests.answer", menu="dashboard.home")
def refuse_to_agree(request_id: int) -> ResponseReturnValue:
    """The second adult refuses, with a reason."""
    agreement_request, form = _answerable_request_or_404(request_id), RefuseRequestForm()
    if not form.validate_on_submit():
        return _page(agreement_request, form), UNPROCESSABLE
    agreement.refuse_request(db.session(), agreement_request, (form.reason.data or "").strip())
    flash(_("You refused. The person who asked reads why."))
    return redirect(url_for("dashboard.home"), 303)


@people_pages.post("/requests/<int:request_id>/take-back")
@permission_required("requests.answer", menu="dashboard.home")
def withdraw_request(request_id: int) -> ResponseReturnValue:
    """The first adult withdraws the request, clears an answered one, or corrects it and asks again."""
    agreement_request = agreement.lock_request(db.session(), request_id, current_caller().person_id) or abort(404)
    if agreement_request.asked_by != current_caller().person_id:
        abort(404)
    if not FlaskForm().validate_on_submit():
        abort(400)
    if request.form.get("do") == "correct":
        return _correct(agreement_request)
    kind = agreement.kind_of(agreement_request)
    if agreement_request.state == "waits" and isinstance(kind, agreement.CorrectableRequestKind):
        return _take_back_with_form(agreement_request, kind)
    agreement.take_back_request(db.session(), agreement_request)
    flash(_("It is taken back.") if agreement_request.state == "waits" else _("It is put away."))
    return redirect(url_for("dashboard.home"), 303)


def _take_back_with_form(
    agreement_request: agreement.AgreementRequest, kind: agreement.CorrectableRequestKind
) -> ResponseReturnValue:
    """Withdraw a request and save its form as a draft, where it can be taken up again."""
    page = kind.lay_aside(db.session(), agreement_request.data, current_caller())
    if not page:
        return _show_no_room(agreement_request)
    agreement.take_back_request(db.session(), agreement_request)
    flash(_("It is withdrawn: nobody is asked now. What you filled in is kept among your unfinished rounds."))
    return redirect(page, 303)


def _show_no_room(agreement_request: agreement.AgreementRequest) -> ResponseReturnValue:
    flash(_("There is no room for another unfinished round. Finish or delete one of yours."), "note")
    return redirect(url_for(".show_request", request_id=agreement_request.id), 303)


def _correct(agreement_request: agreement.AgreementRequest) -> ResponseReturnValue:
    """Withdraw a request and open its form again, with all that was typed."""
    kind = agreement.kind_of(agreement_request)
    if not isinstance(kind, agreement.CorrectableRequestKind):
        abort(404)
    if agreement_request.state == "agreed":
        abort(410)
    form_page = kind.correct(db.session(), agreement_request.data, current_caller())
    if not form_page:
        return _show_no_room(agreement_request)
    agreement.take_back_request(db.session(), agreement_request)
    return redirect(form_page, 303)


def _request_or_404(request_id: int) -> agreement.AgreementRequest:
    return agreement.find_request(db.session(), request_id, current_caller().person_id) or abort(404)


def _answerable_request_or_404(request_id: int) -> agreement.AgreementRequest:
    """A request that the caller can answer now, locked until the transaction ends."""
    agreement_request = agreement.lock_request(db.session(), request_id, current_caller().person_id) or abort(404)
    if agreement_request.asked_of != current_caller().person_id:
        abort(404)
    if agreement_request.state != "waits":
        abort(410)
    return agreement_request


def _page(
    agreement_request: agreement.AgreementRequest, form: RefuseRequestForm | None = None, cannot: str = ""
) -> str:
    session, kind = db.session(), agreement.kind_of(agreement_request)
    return render_template(
        "accounts/agreement_request.html",
        asked=agreement_request,
        title=kind.title(session, agreement_request.data),
        lines=kind.lines(session, agreement_request.data),
        names=names_of_people(session, [agreement_request.asked_by, agreement_request.asked_of]),
        correctable=isinstance(kind, agreement.CorrectableRequestKind),
        mine=agreement_request.asked_by == current_caller().person_id,
        form=form or RefuseRequestForm(formdata=None),
        cannot=cannot,
    )
