"""The on-call rota - HTTP only."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import Reader, find_readers_at_sites, names_of_people
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.forms import DutyForm, weekday_name
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import Site, find_site, group_by_site
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n.formats import format_day

rota_pages = StaffBlueprint("rota", __name__, url_prefix="/staff/rota", menu="rota.index")


@dataclass(frozen=True, slots=True)
class Rota:
    """The rota of one site, for the page.

    Attributes:
        weekly: duties on a weekday.
        once: duties on single days that are not over.
        today: names of the people who are on call today.
        form: adds a duty.
    """

    site: Site
    weekly: list[on_call_rota.Duty]
    once: list[on_call_rota.Duty]
    today: list[str]
    form: DutyForm


@rota_pages.get("/")
@permission_required("clocks.rota")
def index() -> ResponseReturnValue:
    """The rota of each site of the caller."""
    return _page()


@rota_pages.post("/<int:site_id>")
@permission_required("clocks.rota")
def add(site_id: int) -> ResponseReturnValue:
    """Add a duty to the rota of a site."""
    site = find_site(db.session(), site_or_404(site_id)) or abort(404)
    form = _form(site, _possible_people([site_id])[site_id], bound=True)
    if not form.validate_on_submit():
        return _page(site_id, form), UNPROCESSABLE
    if not on_call_rota.add_duty(db.session(), form.duty(site_id)):
        form.person.errors = [*form.person.errors, _("The rota says so already.")]
        return _page(site_id, form), 409
    caller_log().add(db.session(), "rota.add", site.slug)
    flash(_("It is in the rota."))
    return redirect(url_for("rota.index"), 303)


@rota_pages.post("/<int:duty_id>/remove")
@permission_required("clocks.rota")
def remove(duty_id: int) -> ResponseReturnValue:
    """Remove a duty from the rota."""
    site_id = on_call_rota.remove_duty(db.session(), duty_id, current_caller().site_ids)
    site = find_site(db.session(), site_id) if site_id else None
    caller_log().add(db.session(), "rota.remove", site.slug if site else abort(404))
    flash(_("It is removed from the rota."))
    return redirect(url_for("rota.index"), 303)


def _page(site_id: int = 0, form: DutyForm | None = None) -> str:
    session, site_ids = db.session(), current_caller().site_ids
    at = choose_sites(session, site_ids, _without_rota(site_ids) | {site_id: 2}, "rota.index")
    readers = _possible_people(at.ids)
    duties = on_call_rota.list_duties(session, list(readers))
    rotas = [
        _rota(site, there, readers[site.id], form if form and site.id == site_id else _form(site, readers[site.id]))
        for site, there in group_by_site(at.sites, duties, lambda duty: [duty.site_id])
    ]
    people_ids = {duty.person_id for rota in rotas for duty in (*rota.weekly, *rota.once)}
    return render_template(
        "grievances/rota.html",
        rotas=rotas,
        at=at,
        names=names_of_people(session, people_ids),
        reading={reader.person_id for site_readers in readers.values() for reader in site_readers},
        weekday=weekday_name,
        day=format_day,
        plain=PlainForm(formdata=None),
        wrong=form,
    )


def _without_rota(site_ids: Collection[int]) -> dict[int, int]:
    return dict.fromkeys(set(site_ids) - on_call_rota.sites_with_duties(db.session(), site_ids), 1)


def _rota(site: Site, duties: list[on_call_rota.Duty], readers: tuple[Reader, ...], form: DutyForm) -> Rota:
    today = context.today(site.time_zone)
    names = {reader.person_id: reader.name for reader in readers}
    names_today = [names[person_id] for person_id in on_call_rota.people_on_call(duties, today) if person_id in names]
    weekly = [duty for duty in duties if duty.weekday is not None]
    once = [duty for duty in duties if duty.last_day is not None and duty.last_day >= today]
    return Rota(site, weekly, once, names_today, form)


def _form(site: Site, readers: tuple[Reader, ...], *, bound: bool = False) -> DutyForm:
    form = DutyForm() if bound else DutyForm(formdata=None)
    form.offer(readers, context.today(site.time_zone))
    for field in form:  # one form for each site: every box has an id of its own
        field.id = field.label.field_id = f"site-{site.id}-{field.name}"
    return form


def _possible_people(site_ids: Collection[int]) -> dict[int, tuple[Reader, ...]]:
    readers = find_readers_at_sites(db.session(), site_ids)
    return {site_id: on_call_rota.possible_people(there) for site_id, there in readers.items()}
