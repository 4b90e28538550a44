"""Guardians' addresses: enter, remove and clear them - HTTP only."""

from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from flask_wtf import FlaskForm

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.publications import labels
from youthvoice.publications.forms import AddressesForm
from youthvoice.publications.guardians import store
from youthvoice.publications.guardians.delivery import forget_letters_to, list_undelivered, withdraw_waiting_mail
from youthvoice.publications.review.page import today_at_sites
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import list_site_names
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.pages.list_page import page_of_list


@guardians_pages.get("/addresses/")
@permission_required("addresses.enter")
def addresses() -> ResponseReturnValue:
    """The number of addresses, and those that the coordinator entered."""
    return _page(AddressesForm())


@guardians_pages.post("/addresses/")
@permission_required("addresses.enter", menu="guardians.addresses")
def enter_address() -> ResponseReturnValue:
    """Store addresses, encrypted; the message counts those that existed."""
    form, caller = AddressesForm(), current_caller()
    form.offer(list_site_names(db.session(), caller.site_ids))
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE if form.errors else 200
    site_id = site_or_404(form.site_id.data)
    session, addresses = db.session(), form.addresses
    language, kind = form.language.data, form.kind.data
    added = sum(store.add_address(session, site_id, address, language, caller.person_id, kind) for address in addresses)
    if added:
        caller_log().add(session, "address.enter", f"{added} at site {site_id}")
    message = ngettext("%(num)s address kept.", "%(num)s addresses kept.", added)
    if existing := len(addresses) - added:
        message += " " + ngettext("%(num)s was there already.", "%(num)s were there already.", existing)
    flash(message)
    return redirect(url_for("guardians.addresses"))


@guardians_pages.post("/addresses/<int:address_id>/remove")
@permission_required("addresses.enter", menu="guardians.addresses")
def drop_address(address_id: int) -> ResponseReturnValue:
    """Remove an address permanently."""
    forget_letters_to(db.session(), address_id, current_caller().site_ids)
    if not store.remove_address(db.session(), address_id, current_caller().site_ids, caller_log()):
        abort(404)
    flash(_("The address is gone."))
    return redirect(url_for("guardians.addresses"))


@guardians_pages.get("/addresses/clearing")
@permission_required("addresses.clear")
def clear_addresses() -> ResponseReturnValue:
    """The addresses that wait for an advocate, and past decisions."""
    caller, session = current_caller(), db.session()
    counts = store.count_addresses(session, caller.site_ids)
    at = choose_sites(session, caller.site_ids, {site_id: here["to_clear"] for site_id, here in counts.items()})
    listed = store.list_addresses(session, at.ids)
    return render_template(
        "publications/guardians/address_check.html",
        parted=[
            (state, page_of_list([address for address in listed if address.state == state], state))
            for state in store.ADDRESS_STATES
        ],
        total=sum(sum(here.values()) for here in counts.values()),
        at=at,
        query=_query(),
        sites={site.id: site.name for site in at.sites},
        language_names=LANGUAGES,
        kinds=labels.AUDIENCE_LABELS,
        plain=FlaskForm(),
    )


@guardians_pages.post("/addresses/<int:address_id>/decide")
@permission_required("addresses.clear", menu="guardians.addresses")
def judge_address(address_id: int) -> ResponseReturnValue:
    """Clear or refuse one address."""
    decision, caller = request.form.get("decision"), current_caller()
    if decision not in {"clear", "refuse"}:
        abort(400)
    clear = decision == "clear"
    day = today_at_sites(db.session(), caller.site_ids)
    if not store.decide_address(
        db.session(), address_id, caller.site_ids, caller.person_id, day, caller_log(), clear=clear
    ):
        abort(404)
    if not clear:
        withdraw_waiting_mail(db.session(), address_id, caller.site_ids)
    flash(_("Cleared.") if clear else _("Refused. Nothing is sent there."))
    return redirect(f"{url_for('guardians.clear_addresses')}{_query()}")


def _query() -> str:
    """Which sites and which pages of its lists the page of addresses to clear shows: a decision keeps them."""
    return f"?{urlencode([*request.args.items(multi=True)])}" if request.args else ""


def _page(form: AddressesForm) -> str:
    caller = current_caller()
    names = list_site_names(db.session(), caller.site_ids)
    form.offer(names)
    at = choose_sites(db.session(), caller.site_ids, endpoint="guardians.addresses")
    counts = store.count_addresses(db.session(), at.ids)
    mine = store.list_addresses(db.session(), caller.site_ids, entered_by=caller.person_id)
    return render_template(
        "publications/guardians/addresses.html",
        form=form,
        at=at,
        counts=counts,
        mine=page_of_list(mine, "mine"),
        lost=len(list_undelivered(db.session(), caller.site_ids)),
        sites=names,
        states={
            "to_clear": _("waits for an advocate"),
            "cleared": _("cleared"),
            "refused": _("refused"),
            "unsubscribed": _("no more letters"),
        },
        kinds=labels.AUDIENCE_LABELS,
        language_names=LANGUAGES,
        plain=FlaskForm(),
    )
