"""The directory of services - HTTP only."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require, site_or_404
from youthvoice.sites import store
from youthvoice.sites.forms import PlainForm, site_choices
from youthvoice.sites.services import labels as service_words
from youthvoice.sites.services import store as service_store
from youthvoice.sites.services.forms import ServiceForm
from youthvoice.sites.services.store import ServiceFacts
from youthvoice.web.i18n.languages import LANGUAGES

pages = Blueprint("services", __name__, url_prefix="/staff/services")

_WORDS: Final = {"say": service_words, "LANGUAGES": LANGUAGES, "ngettext": ngettext}


@pages.get("/")
@needs("services.see")
def index() -> ResponseReturnValue:
    """The services of the caller's sites."""
    session, site_ids = db.session(), require().site_ids
    found = service_store.services_of(session, site_ids)
    listed = [(at, [one for one in found if one.site_id == at.id]) for at in store.sites_of(session, site_ids)]
    return render_template("places/services.html", listed=listed, **_WORDS)


@pages.get("/site/<int:site_id>/print")
@needs("services.see")
def on_paper(site_id: int) -> ResponseReturnValue:
    """The services of one site as one sheet for the wall, with the day from which it is."""
    session = db.session()
    at = store.site(session, site_or_404(site_id)) or abort(404)
    found = service_store.services_of(session, [site_id])
    today = running.today(at.time_zone)
    return render_template("places/services_on_paper.html", site=at, services=found, today=today, **_WORDS)


@pages.route("/new", methods=["GET", "POST"])
@needs("places.manage")
def new() -> ResponseReturnValue:
    """Put a service into the directory."""
    form = _form(ServiceForm(site=request.args.get("site", type=int)))
    if not form.validate_on_submit():
        return render_template("places/service.html", form=form, service=None), 400 if form.errors else 200
    service_id = service_store.add(db.session(), site_or_404(form.site.data), form.values())
    return _kept("service.add", service_id, _("%(name)s is in the directory.", name=form.name.data))


@pages.route("/<int:service_id>", methods=["GET", "POST"])
@needs("places.manage")
def one(service_id: int) -> ResponseReturnValue:
    """Change a service, such as the day on which it was verified."""
    found = _service_or_404(service_id)
    form = _form(ServiceForm(obj=found, site=found.site_id))
    if not form.validate_on_submit():
        return render_template("places/service.html", form=form, service=found), 400 if form.errors else 200
    service_store.change(db.session(), service_id, form.values())
    return _kept("service.change", service_id, _("%(name)s is changed.", name=form.name.data))


@pages.route("/<int:service_id>/remove", methods=["GET", "POST"])
@needs("places.manage")
def remove(service_id: int) -> ResponseReturnValue:
    """Take a service out, after saying what will be gone."""
    found, form = _service_or_404(service_id), PlainForm()
    if not form.validate_on_submit():
        return render_template("places/remove_service.html", form=form, service=found)
    service_store.remove(db.session(), service_id)
    return _kept("service.remove", service_id, _("%(name)s is gone.", name=found.name))


def _form(form: ServiceForm) -> ServiceForm:
    form.site.choices = site_choices((at.id, at.name) for at in store.sites_of(db.session(), require().site_ids))
    form.today = running.today()
    return form


def _service_or_404(service_id: int) -> ServiceFacts:
    return service_store.service(db.session(), require().site_ids, service_id) or abort(404)


def _kept(action: str, service_id: int, words: str) -> ResponseReturnValue:
    log().add(db.session(), action, str(service_id))
    db.session().commit()
    flash(words)
    return redirect(url_for("services.index"), 303)
