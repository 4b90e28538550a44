"""Who is on call - HTTP only."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require, site_or_404
from youthvoice.accounts import store as people
from youthvoice.accounts.store import Reader
from youthvoice.grievances.rota import store as on_call
from youthvoice.grievances.rota.forms import DutyForm, weekday
from youthvoice.grievances.rota.store import Duty
from youthvoice.privacy.keys.names import PEOPLE
from youthvoice.sites import store as places
from youthvoice.sites.forms import PlainForm
from youthvoice.sites.store import SiteFacts
from youthvoice.web.i18n.dates import day

pages = Blueprint("rota", __name__, url_prefix="/staff/rota")


@dataclass(frozen=True, slots=True)
class Rota:
    """One site's part of the page."""

    site: SiteFacts
    weekly: list[Duty]
    once: list[Duty]
    today: list[str]
    form: DutyForm


@pages.get("/")
@needs("clocks.rota")
def index() -> ResponseReturnValue:
    """The rota of every site of the caller."""
    return _page()


@pages.post("/<int:site_id>")
@needs("clocks.rota")
def add(site_id: int) -> ResponseReturnValue:
    """Put somebody on the rota of a site."""
    at = places.site(db.session(), site_or_404(site_id)) or abort(404)
    form = _form(places.facts(at), _may_be(site_id), bound=True)
    if not form.validate_on_submit():
        return _page(site_id, form), 400
    if not on_call.add(db.session(), form.duty(site_id)):
        form.person.errors = [*form.person.errors, _("The rota says so already.")]
        return _page(site_id, form), 409
    log().add(db.session(), "rota.add", at.slug)
    db.session().commit()
    flash(_("It stands in the rota."))
    return redirect(url_for("rota.index"), 303)


@pages.post("/<int:duty_id>/remove")
@needs("clocks.rota")
def remove(duty_id: int) -> ResponseReturnValue:
    """Take a line out of the rota."""
    site_id = on_call.remove(db.session(), duty_id, require().site_ids)
    at = places.site(db.session(), site_id) if site_id else None
    log().add(db.session(), "rota.remove", at.slug if at else abort(404))
    db.session().commit()
    flash(_("It stands in the rota no more."))
    return redirect(url_for("rota.index"), 303)


def _page(site_id: int = 0, form: DutyForm | None = None) -> str:
    session = db.session()
    sites = [places.facts(site) for site in places.sites_of(session, require().site_ids)]
    readers = {site.id: _may_be(site.id) for site in sites}
    rotas = [
        _rota(site, readers[site.id], form if form and site.id == site_id else _form(site, readers[site.id]))
        for site in sites
    ]
    named = {one.person_id for rota in rotas for one in (*rota.weekly, *rota.once)}
    return render_template(
        "grievances/rota.html",
        rotas=rotas,
        names=people.names(session, named),
        reading={one.person_id for found in readers.values() for one in found},
        weekday=weekday,
        day=day,
        plain=PlainForm(formdata=None),
        wrong=form,
    )


def _rota(site: SiteFacts, readers: tuple[Reader, ...], form: DutyForm) -> Rota:
    duties, today = on_call.rota(db.session(), site.id), running.today(site.time_zone)
    names = {one.person_id: one.name for one in readers}
    now = [names[each] for each in on_call.who(duties, today) if each in names]
    weekly = [one for one in duties if one.weekday is not None]
    once = [one for one in duties if one.last_day is not None and one.last_day >= today]
    return Rota(site, weekly, once, now, form)


def _form(site: SiteFacts, readers: tuple[Reader, ...], *, bound: bool = False) -> DutyForm:
    form = DutyForm() if bound else DutyForm(formdata=None)
    form.offer(readers, running.today(site.time_zone))
    for field in form:  # one form for each site: every box has an id of its own
        field.id = field.label.field_id = f"site-{site.id}-{field.name}"
    return form


def _may_be(site_id: int) -> tuple[Reader, ...]:
    key = running.keyring().key_or_new(PEOPLE)
    return on_call.may_be(people.readers(db.session(), site_id, key, running.now()))
