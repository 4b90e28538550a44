"""Guardians' addresses: enter, clear - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require, site_or_404
from youthvoice.accounts import store as people
from youthvoice.publications.forms import AddressesForm, AgainForm
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.guardians import undelivered as lost_letters
from youthvoice.publications.review import page as desk
from youthvoice.sites import store as places
from youthvoice.web.i18n.languages import LANGUAGES

pages = Blueprint("addresses", __name__, url_prefix="/staff/addresses")


@pages.get("/")
@needs("addresses.enter")
def index() -> ResponseReturnValue:
    """How many there are, and those the coordinator entered."""
    return _page(AddressesForm())


@pages.post("/")
@needs("addresses.enter")
def enter() -> ResponseReturnValue:
    """Keep addresses, locked; those that are there already are told."""
    form, caller = AddressesForm(), require()
    form.offer([(site.id, site.name) for site in places.sites_of(db.session(), caller.site_ids)])
    if not form.validate_on_submit():
        return _page(form), 422
    site_id = site_or_404(form.site_id.data)
    session, keyring, given = db.session(), running.keyring(), form.addresses
    kept = sum(addresses.add(session, keyring, site_id, one, form.language.data, caller.person_id) for one in given)
    if kept:
        log().add(session, "address.enter", f"{kept} at site {site_id}")
    session.commit()
    said = ngettext("%(num)s address kept.", "%(num)s addresses kept.", kept)
    if there := len(given) - kept:
        said += " " + ngettext("%(num)s was there already.", "%(num)s were there already.", there)
    flash(said)
    return redirect(url_for("addresses.index"))


@pages.post("/<int:address_id>/remove")
@needs("addresses.enter")
def remove(address_id: int) -> ResponseReturnValue:
    """Remove an address for good."""
    lost_letters.take_back(db.session(), address_id, require().site_ids)
    if not addresses.remove(db.session(), address_id, require().site_ids, log()):
        abort(404)
    db.session().commit()
    flash(_("The address is gone."))
    return redirect(url_for("addresses.index"))


@pages.get("/undelivered")
@needs("addresses.enter")
def undelivered() -> ResponseReturnValue:
    """Letters that no server took; an address in clear only to whoever entered it."""
    caller, session = require(), db.session()
    lost = lost_letters.undelivered(session, caller.site_ids)
    return render_template(
        "publications/undelivered.html",
        lost=lost,
        again=sum(one.may_go for one in lost),
        me=caller.person_id,
        names=people.names(session, {one.to.entered_by for one in lost}),
        sites={site.id: site.name for site in places.sites_of(session, caller.site_ids)},
        plain=AgainForm(),
    )


@pages.post("/undelivered")
@needs("addresses.enter")
def again() -> ResponseReturnValue:
    """Try them once more, from the beginning."""
    tried = lost_letters.try_again(db.session(), require().site_ids)
    if tried:
        log().add(db.session(), "letter.again", str(tried))
    db.session().commit()
    flash(ngettext("%(num)s letter is tried again.", "%(num)s letters are tried again.", tried))
    return redirect(url_for("addresses.undelivered"))


@pages.get("/clearing")
@needs("addresses.clear")
def clearing() -> ResponseReturnValue:
    """What waits for an advocate, and what was decided."""
    caller = require()
    listed = addresses.entries(db.session(), running.keyring(), caller.site_ids)
    return render_template(
        "publications/clearing.html",
        parted=[(state, [one for one in listed if one.state == state]) for state in addresses.STATES],
        total=len(listed),
        sites={site.id: site.name for site in places.sites_of(db.session(), caller.site_ids)},
        language_names=LANGUAGES,
        plain=AgainForm(),
    )


@pages.post("/<int:address_id>/decide")
@needs("addresses.clear")
def decide(address_id: int) -> ResponseReturnValue:
    """Clear or refuse one address."""
    decision, caller = request.form.get("decision"), require()
    if decision not in {"clear", "refuse"}:
        abort(400)
    clear = decision == "clear"
    day = desk.today_at(db.session(), caller.site_ids)
    if not addresses.decide(db.session(), address_id, caller.site_ids, caller.person_id, day, log(), clear=clear):
        abort(404)
    if not clear:
        lost_letters.take_back(db.session(), address_id, caller.site_ids)
    db.session().commit()
    flash(_("Cleared.") if clear else _("Refused. Nothing is sent there."))
    return redirect(url_for("addresses.clearing"))


def _page(form: AddressesForm) -> str:
    caller = require()
    sites = places.sites_of(db.session(), caller.site_ids)
    form.offer([(site.id, site.name) for site in sites])
    counts = addresses.counts(db.session(), caller.site_ids)
    mine = addresses.entries(db.session(), running.keyring(), caller.site_ids, entered_by=caller.person_id)
    return render_template(
        "publications/addresses.html",
        form=form,
        at=[(site, counts[site.id]) for site in sites],
        mine=mine,
        lost=len(lost_letters.undelivered(db.session(), caller.site_ids)),
        sites={site.id: site.name for site in sites},
        states={
            "to_clear": _("waits for an advocate"),
            "cleared": _("cleared"),
            "refused": _("refused"),
            "unsubscribed": _("no more letters"),
        },
        language_names=LANGUAGES,
        plain=AgainForm(),
    )
