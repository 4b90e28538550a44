"""Who is on call: the pages and their form - HTTP only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext as _, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, ValidationError
from wtforms.validators import StopValidation

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.accounts.store import Reader, find_readers, names_of_people
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.sites.forms import PlainForm
from youthvoice.sites.store import Site, find_site, list_sites
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n.formats import format_day

ONCE = "once"

_MONDAY = date(2026, 11, 23)

_LONGEST = timedelta(days=366)


def weekday_name(number: int) -> str:
    """The name of a day of the week, 0 being Monday."""
    return str(format_date(_MONDAY + timedelta(days=number), "EEEE"))


class RequiredOnce:
    """A day that has to be chosen where it is once, and does not matter otherwise."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse an empty one; stop where it does not matter, also over what cannot be read as a day."""
        if form.when.data != ONCE:
            field.errors = []
            raise StopValidation
        if not field.data:
            field.errors = []
            raise StopValidation(_("Choose a day."))


class DutyForm(FlaskForm):
    """Somebody is on call on a day of every week, or on some days once."""

    person = SelectField(lazy_gettext("Who is on call"), coerce=int)
    when = SelectField(lazy_gettext("When"))
    first_day = DateField(lazy_gettext("From"), [RequiredOnce()])
    last_day = DateField(lazy_gettext("Until, that day too"), [RequiredOnce()])
    today: date | None = None

    def offer(self, people: Iterable[Reader], today: date) -> None:
        """Who may be on call at the site, and the day it is there."""
        self.person.choices = [SelectChoice(reader.person_id, reader.name) for reader in people]
        every = [SelectChoice(str(number), _("Every %(weekday)s", weekday=weekday_name(number))) for number in range(7)]
        self.when.choices = [*every, SelectChoice(ONCE, _("On the days below, once"))]
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        """Not before the first, not over already, at most a year."""
        if self.when.data != ONCE:
            return
        first = self.first_day.data or field.data
        if field.data < first or (self.today and field.data < self.today):
            raise ValidationError(_("This day lies before the first, or is over."))
        if field.data - first > _LONGEST:
            raise ValidationError(_("At most a year at once."))

    def duty(self, site_id: int) -> on_call_rota.Duty:
        """What was chosen."""
        duty = on_call_rota.Duty(site_id=site_id, person_id=self.person.data)
        if self.when.data == ONCE:
            duty.first_day, duty.last_day = self.first_day.data, self.last_day.data
        else:
            duty.weekday = int(self.when.data)
        return duty


rota_pages = Blueprint("rota", __name__, url_prefix="/staff/rota")


@dataclass(frozen=True, slots=True)
class Rota:
    """One site's part of the page."""

    site: Site
    weekly: list[on_call_rota.Duty]
    once: list[on_call_rota.Duty]
    today: list[str]
    form: DutyForm


@rota_pages.get("/")
@permission_required("clocks.rota")
def index() -> ResponseReturnValue:
    """The rota of every site of the caller."""
    return _page()


@rota_pages.post("/<int:site_id>")
@permission_required("clocks.rota")
def add(site_id: int) -> ResponseReturnValue:
    """Put somebody on the rota of a site."""
    site = find_site(db.session(), site_or_404(site_id)) or abort(404)
    form = _form(site, _may_be(site_id), bound=True)
    if not form.validate_on_submit():
        return _page(site_id, form), UNPROCESSABLE
    if not on_call_rota.add_duty(db.session(), form.duty(site_id)):
        form.person.errors = [*form.person.errors, _("The rota says so already.")]
        return _page(site_id, form), 409
    caller_log().add(db.session(), "rota.add", site.slug)
    db.session().commit()
    flash(_("It stands in the rota."))
    return redirect(url_for("rota.index"), 303)


@rota_pages.post("/<int:duty_id>/remove")
@permission_required("clocks.rota")
def remove(duty_id: int) -> ResponseReturnValue:
    """Take a line out of the rota."""
    site_id = on_call_rota.remove_duty(db.session(), duty_id, current_caller().site_ids)
    site = find_site(db.session(), site_id) if site_id else None
    caller_log().add(db.session(), "rota.remove", site.slug if site else abort(404))
    db.session().commit()
    flash(_("It stands in the rota no more."))
    return redirect(url_for("rota.index"), 303)


def _page(site_id: int = 0, form: DutyForm | None = None) -> str:
    session = db.session()
    sites = list(list_sites(session, current_caller().site_ids))
    readers = {site.id: _may_be(site.id) for site in sites}
    rotas = [
        _rota(site, readers[site.id], form if form and site.id == site_id else _form(site, readers[site.id]))
        for site in sites
    ]
    named = {one.person_id for rota in rotas for one in (*rota.weekly, *rota.once)}
    return render_template(
        "grievances/rota.html",
        rotas=rotas,
        names=names_of_people(session, named),
        reading={one.person_id for found in readers.values() for one in found},
        weekday=weekday_name,
        day=format_day,
        plain=PlainForm(formdata=None),
        wrong=form,
    )


def _rota(site: Site, readers: tuple[Reader, ...], form: DutyForm) -> Rota:
    duties, today = on_call_rota.list_duties(db.session(), site.id), context.today(site.time_zone)
    names = {reader.person_id: reader.name for reader in readers}
    now = [names[each] for each in on_call_rota.people_on_call(duties, today) if each in names]
    weekly = [one for one in duties if one.weekday is not None]
    once = [one for one in duties if one.last_day is not None and one.last_day >= today]
    return Rota(site, weekly, once, now, form)


def _form(site: Site, readers: tuple[Reader, ...], *, bound: bool = False) -> DutyForm:
    form = DutyForm() if bound else DutyForm(formdata=None)
    form.offer(readers, context.today(site.time_zone))
    for field in form:  # one form for each site: every box has an id of its own
        field.id = field.label.field_id = f"site-{site.id}-{field.name}"
    return form


def _may_be(site_id: int) -> tuple[Reader, ...]:
    return on_call_rota.possible_people(find_readers(db.session(), site_id))
