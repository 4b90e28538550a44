"""The log, and the witness addresses that get its head - HTTP only."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import find_person, names_of_people
from youthvoice.audit.audit_log import head_to_keep, last_kept_head
from youthvoice.audit.log_lines import is_whole_since
from youthvoice.privacy.keys.key_names import AUDIT
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n.formats import format_day
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.witnesses import forms, head_job, log_page, store
from youthvoice.witnesses.log_actions import KIND_LABELS

log_pages = StaffBlueprint("log", __name__, url_prefix="/staff", menu="log.lines")


@log_pages.get("/audit/")
@permission_required("audit.witness")
def witnesses() -> ResponseReturnValue:
    """The last stored head of the log, and the addresses that get it."""
    return _page(forms.WitnessForm(formdata=None, language=current_caller().language))


@log_pages.post("/audit/")
@permission_required("audit.witness")
def add_witness() -> ResponseReturnValue:
    """Enter an address in the first free slot; another person must confirm it."""
    form, caller = forms.WitnessForm(), current_caller()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    candidates = (
        store.WitnessAddress(slot, form.address.data, form.language.data, caller.person_id)
        for slot in store.WITNESS_SLOTS
        if not _is_taken(slot, form.address.data)
    )
    if not any(store.enter_witness(db.session(), address) for address in candidates):  # stops at the first one stored
        form.address.errors = [*form.address.errors, _("There are two addresses already, or this is one of them.")]
        return _page(form), 409
    caller_log().add(db.session(), "witness.enter")
    flash(_("The address is kept. It gets nothing until somebody else has confirmed it."))
    return redirect(url_for("log.witnesses"), 303)


def _is_taken(slot: int, address: str) -> bool:
    addresses = store.list_witnesses(db.session())
    return any(
        witness_address.slot == slot or witness_address.address.casefold() == address.casefold()
        for witness_address in addresses
    )


@log_pages.post("/audit/<int:slot>/confirm")
@permission_required("audit.witness")
def check_witness(slot: int) -> ResponseReturnValue:
    """Confirm an address that another person entered, so that it gets the daily mail."""
    address, caller = _seen_address(slot), current_caller()
    if address.confirmed_by:
        abort(409)
    if refusal := _refusal(address):
        abort(403, str(forms.CONFIRM_REFUSAL_LABELS[refusal]))
    store.confirm_witness(db.session(), address, caller.person_id)
    caller_log().add(db.session(), "witness.confirm", str(slot))
    flash(_("From tomorrow on the daily note goes there."))
    return redirect(url_for("log.witnesses"), 303)


@log_pages.post("/audit/<int:slot>/remove")
@permission_required("audit.witness")
def drop_witness(slot: int) -> ResponseReturnValue:
    """Remove an address; the address gets a last mail, and the log shows it."""
    address = _seen_address(slot)
    head_job.send_farewell(db.session(), address)
    store.remove_witness(db.session(), slot)
    caller_log().add(db.session(), "witness.remove", str(slot))
    flash(_("The address is gone; a last note tells it so."))
    return redirect(url_for("log.witnesses"), 303)


def _seen_address(slot: int) -> store.WitnessAddress:
    """The address as the page showed it; 404 without one, 409 when it was changed since."""
    form = forms.SeenWitnessForm()
    if not form.validate_on_submit():
        abort(400)
    address = store.find_witness(db.session(), slot) or abort(404)
    return address if address.seen == form.seen.data else abort(409)


def _refusal(address: store.WitnessAddress) -> str | None:
    caller, who = current_caller(), find_person(db.session(), address.entered_by)
    return store.why_not_confirmed(address.entered_by, who.role if who else "", caller.person_id, caller.role)


def _page(form: forms.WitnessForm) -> str:
    session = db.session()
    addresses = store.list_witnesses(session)
    shown = [(address, None if address.confirmed_by else _refusal(address)) for address in addresses]
    return render_template(
        "witnesses/index.html",
        form=form,
        shown=shown,
        free=len(store.WITNESS_SLOTS) - len(addresses),
        names=names_of_people(
            session, {who for address in addresses for who in (address.entered_by, address.confirmed_by)}
        ),
        kept=last_kept_head(session),
        stands=head_to_keep(session)[1],
        refusals=forms.CONFIRM_REFUSAL_LABELS,
        day=format_day,
        languages=LANGUAGES,
        plain=forms.SeenWitnessForm(formdata=None),
    )


@log_pages.get("/log/")
@permission_required("log.see")
def lines() -> ResponseReturnValue:
    """The lines that the caller may see, by day."""
    (form, log_query), session = _read_filter(), db.session()
    page = log_page.read_page(log_page.list_shown(session, current_caller(), log_query), log_query.page)
    whole = is_whole_since(session, context.keyring().key_or_new(AUDIT), log_query.first) and head_to_keep(session)[1]
    template_values = {"form": form, "page": page, "asked": log_query, "whole": whole, "kept": last_kept_head(session)}
    return render_template("witnesses/lines.html", **template_values, here=_query_values(log_query))


@log_pages.get("/log/days")
@permission_required("log.days")
def days() -> ResponseReturnValue:
    """The kinds of actions of each day in the whole installation; for an outside reader."""
    form, log_query = _read_filter()
    kinds = log_page.list_kinds_by_day(db.session(), log_query.first, log_query.last)
    return render_template("witnesses/days.html", form=form, days=kinds, labels=KIND_LABELS)


@log_pages.post("/log/lines.csv")
@permission_required("log.see")
def save() -> ResponseReturnValue:
    """Download the lines as a file; the download is logged."""
    if not FlaskForm().validate_on_submit():
        abort(400)
    _form, log_query = _read_filter()
    shown_lines = log_page.list_shown(db.session(), current_caller(), log_query, current_caller().name)
    caller_log().add(db.session(), "log.export", f"{log_query.first} {log_query.last}")
    headers = {"Content-Disposition": f"attachment; filename=log-{context.today()}.csv"}
    return Response(log_page.export_csv(shown_lines), mimetype="text/csv", headers=headers)


def _read_filter() -> tuple[forms.LogFilterForm, log_page.LogQuery]:
    form = forms.LogFilterForm(request.args)
    form.today = context.today()
    if not form.validate():
        abort(400)
    return form, form.query()


def _query_values(log_query: log_page.LogQuery) -> dict[str, str]:
    """The same filter, for links to other pages of it."""
    return {"first": log_query.first.isoformat(), "last": log_query.last.isoformat(), "kind": log_query.kind}
