"""Knocks for adults: where to sit and when, what came of it, and when each adult listens - HTTP only."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import Person, list_trusted_people, names_of_people, trusted_people_by_site
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.knocks import labels, page, rules, store
from youthvoice.knocks.forms import ListeningForm, MarkForm
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import Site, find_site, group_by_site
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import UNPROCESSABLE, show_form

knocks_pages = StaffBlueprint("knocks", __name__, url_prefix="/staff/knocks", menu="knocks.index")


@dataclass(frozen=True, slots=True)
class SiteKnocks:
    """What a person sees of the knocks at one site, for the page.

    Attributes:
        own: the knocks at her, and those to which nobody came.
        time: where and when she listens; None where she does not.
        form: marks whether a child came, with its errors where it was refused; None where no knock waits for her.
        adults: all others who could listen, for a coordinator, who may set their hours; else empty.
        times: where and when everybody here listens, by person.
    """

    site: Site
    own: store.OwnKnocks
    time: store.ListeningTime | None
    form: MarkForm | None
    adults: tuple[Person, ...]
    times: dict[int, store.ListeningTime]


@knocks_pages.get("/")
@permission_required("knocks.listen")
def index() -> ResponseReturnValue:
    """Knocks for the caller, those that nobody came to, and when adults listen."""
    return _show_index()


def _show_index(wrong_form: MarkForm | None = None, wrong_site: int = 0) -> ResponseReturnValue:
    session, caller = db.session(), current_caller()
    knocked = store.sites_with_own_knocks(session, caller.site_ids, caller.person_id)
    at = choose_sites(session, caller.site_ids, dict.fromkeys(knocked, 1) | {wrong_site: 2}, "knocks.index")
    listed = _list_site_knocks(at.sites, wrong_form, wrong_site)
    people = {miss.person_id for at_site in listed for miss in at_site.own.missed}
    index_page = render_template(
        "knocks/index.html",
        listed=listed,
        site_page=at,
        names=names_of_people(session, people),
        say=labels,
        plain=PlainForm(formdata=None),
        has_portrait=caller.person_id in approved_introductions().portraits,
        knock_hours=rules.KNOCK_HOURS,
        missed_days=rules.MISSED_DAYS,
        wrong=wrong_form,
    )
    return index_page, UNPROCESSABLE if wrong_form else 200


def _list_site_knocks(sites: Sequence[Site], wrong_form: MarkForm | None, wrong_site: int) -> list[SiteKnocks]:
    session, caller = db.session(), current_caller()
    listening_times = store.list_listening_times(session, [site.id for site in sites])
    knocks = store.load_own_knocks(session, sites, caller.person_id)
    manages = caller.may("places.manage")
    there = trusted_people_by_site(session, [site.id for site in sites], rules.LISTENING_ROLES) if manages else {}
    listed = []
    for site, times_there in group_by_site(sites, listening_times, lambda time: [time.site_id]):
        times, own_knocks = {time.person_id: time for time in times_there}, knocks[site.id]
        adults = tuple(person for person in there.get(site.id, ()) if person.id != caller.person_id)
        wrong_here = wrong_form if site.id == wrong_site else None
        form = _mark_form(site, own_knocks, wrong_here) if own_knocks.slot else None
        listed.append(SiteKnocks(site, own_knocks, times.get(caller.person_id), form, adults, times))
    return listed


def _mark_form(site: Site, own_knocks: store.OwnKnocks, wrong_form: MarkForm | None) -> MarkForm:
    form = wrong_form or MarkForm(formdata=None)
    if not own_knocks.has_begun:  # before her hour she can only say that she will not be there
        form.mark.choices = [choice for choice in form.mark.choices if choice.value == rules.AWAY]
    form.mark.id = form.mark.label.field_id = f"mark-{site.id}"
    return form


@knocks_pages.post("/<int:site_id>/mark")
@permission_required("knocks.listen")
def mark(site_id: int) -> ResponseReturnValue:
    """Mark whether a child came."""
    site, form = find_site(db.session(), site_or_404(site_id)) or abort(404), MarkForm()
    if not form.validate_on_submit():
        return _show_index(form, site_id)
    try:
        store.mark_call(db.session(), site, current_caller().person_id, form.mark.data)
    except rules.CannotMark as refused:
        db.session().rollback()
        form.mark.errors = [labels.REFUSAL_LABELS[refused.code]]
        return _show_index(form, site_id)
    except (CannotOpen, KeyGone):
        return _show_unopened()
    flash(_("Thank you. It is noted."))
    return redirect(url_for(".index"), 303)


def _show_unopened() -> ResponseReturnValue:
    """The box of knocks does not open; nothing was written."""
    db.session().rollback()
    flash(_("The knocks of this site cannot be opened now. Tell whoever runs the installation."), "note")
    return redirect(url_for(".index"), 303)


@knocks_pages.post("/<int:site_id>/settle/<int:person_id>")
@permission_required("knocks.listen")
def settle(site_id: int, person_id: int) -> ResponseReturnValue:
    """Take off the caller's page what it says of knocks at one adult to which nobody came."""
    site = find_site(db.session(), site_or_404(site_id)) or abort(404)
    try:
        store.settle_missed(db.session(), site, current_caller().person_id, person_id)
    except (CannotOpen, KeyGone):
        return _show_unopened()
    flash(_("It is settled for you. A colleague may see it still."))
    return redirect(url_for(".index"), 303)


def _adult_or_404(site_id: int, person_id: int) -> Person:
    """An adult whose hours the caller may set: her own, or as a coordinator anybody's."""
    caller = current_caller()
    if person_id != caller.person_id and not caller.may("places.manage"):
        abort(404)
    people = list_trusted_people(db.session(), [site_or_404(site_id)], rules.LISTENING_ROLES)
    return next((person for person in people if person.id == person_id), None) or abort(404)


@knocks_pages.route("/<int:site_id>/hours/<int:person_id>", methods=["GET", "POST"])
@permission_required("knocks.listen")
def set_hours(site_id: int, person_id: int) -> ResponseReturnValue:
    """Set where and when an adult listens."""
    session, person, form = db.session(), _adult_or_404(site_id, person_id), ListeningForm()
    times = {time.person_id: time for time in store.list_listening_times(session, [site_id])}
    form.offer(times.get(person_id))
    if form.validate_on_submit():
        time = store.ListeningTime(site_id, person_id, form.place.data, form.weekly_hours())
        store.keep_listening_time(session, time, caller_log())
        page.forget_people(site_id)
        if person.id in approved_introductions().portraits:
            flash(_("Kept. Children read it on the tablets."))
        else:
            flash(_("Kept. Children choose by face: they can knock once a portrait is approved."), "note")
        return redirect(url_for(".index"), 303)
    return show_form("knocks/hours.html", form, person=person, listens=person_id in times, site_id=site_id)


@knocks_pages.post("/<int:site_id>/stop/<int:person_id>")
@permission_required("knocks.listen")
def stop(site_id: int, person_id: int) -> ResponseReturnValue:
    """Stop listening: no child can knock at this adult from now on."""
    person = _adult_or_404(site_id, person_id)
    store.stop_listening(db.session(), site_id, person.id, caller_log())
    page.forget_people(site_id)
    flash(_("Children cannot knock here any more. If a knock waits, the advocates see it."))
    return redirect(url_for(".index"), 303)
