"""Where the head of the log goes - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.accounts import store as people
from youthvoice.audit import heads
from youthvoice.web.i18n.dates import day
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.witnesses import head_job as sending
from youthvoice.witnesses import labels as words
from youthvoice.witnesses import store
from youthvoice.witnesses.forms import OutsideForm, SeenForm
from youthvoice.witnesses.rules import SLOTS, why_not_confirmed
from youthvoice.witnesses.store import Outside

pages = Blueprint("witnesses", __name__, url_prefix="/staff/audit")


@pages.get("/")
@needs("audit.witness")
def index() -> ResponseReturnValue:
    """The head that was kept last, and where it goes."""
    return _page(OutsideForm(formdata=None, language=require().language))


@pages.post("/")
@needs("audit.witness")
def enter() -> ResponseReturnValue:
    """Keep an address for the first free slot; somebody else confirms it."""
    form, caller = OutsideForm(), require()
    if not form.validate_on_submit():
        return _page(form), 400
    entered = (
        Outside(slot, form.address.data, form.language.data, caller.person_id)
        for slot in SLOTS
        if not _is_taken(slot, form.address.data)
    )
    if not any(store.enter(db.session(), running.keyring(), each) for each in entered):
        form.address.errors = [*form.address.errors, _("There are two addresses already, or this is one of them.")]
        return _page(form), 409
    log().add(db.session(), "witness.enter")
    db.session().commit()
    flash(_("The address is kept. It gets nothing until somebody else has confirmed it."))
    return redirect(url_for("witnesses.index"), 303)


def _is_taken(slot: int, address: str) -> bool:
    there = store.every(db.session(), running.keyring())
    return any(one.slot == slot or one.address.casefold() == address.casefold() for one in there)


@pages.post("/<int:slot>/confirm")
@needs("audit.witness")
def confirm(slot: int) -> ResponseReturnValue:
    """Let the daily note go to an address that somebody else entered."""
    found, caller = _as_seen(slot), require()
    if found.confirmed_by:
        abort(409)
    if refusal := _refusal(found):
        abort(403, words.not_confirmed(refusal))
    store.confirm(db.session(), running.keyring(), found, caller.person_id)
    log().add(db.session(), "witness.confirm", str(slot))
    db.session().commit()
    flash(_("From tomorrow on the daily note goes there."))
    return redirect(url_for("witnesses.index"), 303)


@pages.post("/<int:slot>/remove")
@needs("audit.witness")
def remove(slot: int) -> ResponseReturnValue:
    """Take an address away; it is told so, and it stands in the log."""
    found = _as_seen(slot)
    sending.say_farewell(db.session(), found)
    store.remove(db.session(), slot)
    log().add(db.session(), "witness.remove", str(slot))
    db.session().commit()
    flash(_("The address is gone; a last note tells it so."))
    return redirect(url_for("witnesses.index"), 303)


def _as_seen(slot: int) -> Outside:
    """The address as the page showed it; 404 without one, 409 when it was changed meanwhile."""
    form = SeenForm()
    if not form.validate_on_submit():
        abort(400)
    found = store.one(db.session(), running.keyring(), slot) or abort(404)
    return found if found.seen == form.seen.data else abort(409)


def _refusal(found: Outside) -> str | None:
    caller, who = require(), people.find(db.session(), found.entered_by)
    return why_not_confirmed(found.entered_by, who.role if who else "", caller.person_id, caller.role)


def _page(form: OutsideForm) -> str:
    session, keyring = db.session(), running.keyring()
    there = store.every(session, keyring)
    shown = [(one, None if one.confirmed_by else _refusal(one)) for one in there]
    return render_template(
        "witnesses/index.html",
        form=form,
        shown=shown,
        free=len(SLOTS) - len(there),
        names=people.names(session, {who for one in there for who in (one.entered_by, one.confirmed_by)}),
        kept=heads.last_kept(session),
        stands=heads.to_keep(session)[1],
        words=words,
        day=day,
        languages=LANGUAGES,
        plain=SeenForm(formdata=None),
    )
