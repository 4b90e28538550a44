"""Committees: list them, set one up, change it, close it, move an item off an agenda - HTTP only."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import caller_if_any, caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import names_of_people
from youthvoice.committees import committee_kinds, entities, forms, labels as committees_labels, setup, status, store
from youthvoice.committees.agenda import labels as agenda_labels
from youthvoice.committees.agenda.entities import TRANSITIONS, AgendaItem
from youthvoice.committees.agenda.store import find_item
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.store import call_off_elections, list_elections
from youthvoice.committees.meetings import labels as meeting_labels
from youthvoice.committees.meetings.store import list_coming_meetings, list_missed_meetings
from youthvoice.committees.suggestions.review import refer_item
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.site_page import SITES_SHOWN, choose_sites
from youthvoice.sites.store import find_site, get_site, group_by_site
from youthvoice.threads.thread_ports import ReferralRefused, reports
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.i18n import languages

committees_pages = StaffBlueprint("committees", __name__, url_prefix="/staff/committees", menu="committees.index")


@committees_pages.context_processor
def _words() -> dict[str, object]:
    caller = caller_if_any()
    return {"say": committees_labels, "may": caller.may if caller else None, "ngettext": ngettext}


@committees_pages.get("/")
@permission_required("committees.see")
def index() -> ResponseReturnValue:
    """The committees of all sites of the caller."""
    session, caller = db.session(), current_caller()
    at = choose_sites(session, caller.site_ids)
    committees = store.list_committees(session, at.ids)
    facilitators = {committee.facilitator_id for committee in committees}
    return render_template(
        "committees/index.html",
        listed=group_by_site(at.sites, committees, lambda committee: [committee.site_id]),
        at=at,
        names=names_of_people(session, facilitators),
        closed=store.list_committees(session, at.ids, closed=True),
    )


@committees_pages.get("/new")
@permission_required("committees.set_up")
def choose() -> ResponseReturnValue:
    """Choose the kind of a new committee, and of many sites first the one where it meets."""
    own_ids = current_caller().site_ids
    at = choose_sites(db.session(), own_ids) if own_ids and not _possible_sites() else None
    return render_template("committees/committee_kinds.html", presets=committee_kinds.PRESETS, at=at)


def _possible_sites() -> frozenset[int]:
    """The sites that a new committee may be set up at: of many the one that was chosen, or none yet."""
    site_ids = current_caller().site_ids
    return site_ids if len(site_ids) <= SITES_SHOWN else site_ids & {request.values.get("site", 0, int)}


@committees_pages.route("/new/<preset>", methods=["GET", "POST"])
@permission_required("committees.set_up")
def new(preset: str) -> ResponseReturnValue:
    """Set up a committee of one kind."""
    if preset not in committee_kinds.PRESETS:
        abort(404)
    site_ids, form = _possible_sites(), forms.CommitteeForm.new(preset, context.today())
    if not site_ids and current_caller().site_ids:
        return redirect(url_for(".choose"))
    # A form with a mistake takes no write lock.
    with db.reading(db.engine()) as session:
        setup.fill_choices(session, form, preset, site_ids, None)
    if form.validate_on_submit() and (committee := _save(form, preset, form.site.data, None)):
        return _log_and_show("committee.set_up", committee, _("%(name)s is set up.", name=committee.name))
    return show_form("committees/committee_form.html", form, preset=preset, committee=None)


@committees_pages.get("/<int:committee_id>")
@permission_required("committees.see")
def detail(committee_id: int) -> ResponseReturnValue:
    """One committee."""
    committee = _committee_or_404(committee_id)
    session, now = db.session(), context.now()
    return render_template(
        "committees/committee.html",
        committee=committee,
        site=get_site(session, committee.site_id),
        facilitator=names_of_people(session, [committee.facilitator_id]).get(committee.facilitator_id, ""),
        above=store.find_committee(session, committee.goes_up_to_id) if committee.goes_up_to_id else None,
        below=store.list_committees_below(session, committee_id),
        coming=list_coming_meetings(session, committee_id, now, 2),
        missed=list_missed_meetings(session, [committee_id], now),
        when=meeting_labels.when,
        given=status.list_picture_dates(session, committee),
    )


@committees_pages.get("/<int:committee_id>/agenda")
@permission_required("agenda.read")
def agenda(committee_id: int) -> ResponseReturnValue:
    """The open items of an agenda, in order; not for adults who only set committees up."""
    committee = _committee_or_404(committee_id)
    items, alone = store.read_open_agenda(db.session(), committee)
    template_values = {"items": items, "alone": meeting_labels.alone(alone) if alone else "", "agenda": agenda_labels}
    template_values["me"] = current_caller().person_id
    return render_template("committees/agenda/staff_agenda.html", committee=committee, **template_values)


@committees_pages.route("/<int:committee_id>/change", methods=["GET", "POST"])
@permission_required("committees.set_up")
def change(committee_id: int) -> ResponseReturnValue:
    """Change the settings of a committee; its kind stays."""
    caller = current_caller()
    with db.reading(db.engine()) as session:
        committee = store.find_visible_committee(session, committee_id, caller) or abort(404)
        site = find_site(session, committee.site_id) or abort(404)
        form = forms.CommitteeForm.changing(committee, site.time_zone)
        setup.fill_choices(session, form, committee.preset, frozenset({committee.site_id}), committee.id)
    if form.validate_on_submit() and (updated := _save(form, committee.preset, committee.site_id, committee.id)):
        return _log_and_show("committee.change", updated, _("%(name)s is changed.", name=updated.name))
    return show_form("committees/committee_form.html", form, preset=committee.preset, committee=committee)


@committees_pages.route("/<int:committee_id>/close", methods=["GET", "POST"])
@permission_required("committees.set_up")
def close(committee_id: int) -> ResponseReturnValue:
    """Close a committee, after showing what becomes of its agenda."""
    committee, form = _committee_or_404(committee_id), PlainForm()
    session, now = db.session(), context.now()
    if not form.validate_on_submit():
        electing = [election.post for election in list_elections(session, [committee.id]) if election.is_running]
        return render_template("committees/committee_close.html", committee=committee, form=form, electing=electing)
    setup.close_committee(session, committee.id, now, context.today(store.committee_time_zone(session, committee)))
    call_off_elections(session, committee.id, now, caller_log())
    message = _("%(name)s is closed. Everything it said is kept.", name=committee.name)
    answer = _log_and_show("committee.close", committee, message)
    db.session().commit()  # a key ends once every transaction sees that its election is over
    ballot_box.end_unused_keys(db.engine())
    return answer


def _committee_or_404(committee_id: int) -> entities.Committee:
    return store.find_visible_committee(db.session(), committee_id, current_caller()) or abort(404)


def _save(form: forms.CommitteeForm, preset: str, site_id: int, committee_id: int | None) -> entities.Committee | None:
    try:
        return setup.set_up_committee(db.session(), form, preset, site_id, committee_id)
    except Refused as refused:
        db.session().rollback()
        form.refuse(refused.code)
        return None


def _log_and_show(action: str, committee: entities.Committee, message: str) -> ResponseReturnValue:
    caller_log().add(db.session(), action, str(committee.id))
    flash(message)
    return redirect(url_for("committees.detail", committee_id=committee.id), 303)


@committees_pages.route("/<int:committee_id>/agenda/<item_id>/move", methods=["GET", "POST"])
@permission_required("suggestions.check")
def move_to_advocates(committee_id: int, item_id: str) -> ResponseReturnValue:
    """Turn an agenda item into a report. The form asks for its subject and for readers to exclude.

    The item is then `moved`: the agenda says who answers by when.
    """
    session = db.session()
    committee, item = _movable_item_or_404(committee_id, item_id)
    site = find_site(session, committee.site_id) or abort(404)
    form = reports().asking(site)
    template_values = {"committee": committee, "item": item, "agenda": agenda_labels, "speak": languages.chosen()}
    if not form.validate_on_submit():
        return show_form("committees/agenda/item_move.html", form, **template_values)
    try:
        refer_item(session, site, committee, item, form)
    except ReferralRefused:
        session.rollback()
        return render_template("committees/agenda/item_move.html", form=form, **template_values), UNPROCESSABLE
    except ConcurrentUpdate:
        session.rollback()
        flash(_("A colleague has already done this. Look at the agenda, and talk with her."), "note")
        return redirect(url_for("committees.agenda", committee_id=committee.id), 303)
    flash(_("It is now a report, and its deadlines have started. The agenda says who answers."))
    return redirect(url_for("committees.agenda", committee_id=committee.id), 303)


def _movable_item_or_404(committee_id: int, item_id: str) -> tuple[entities.Committee, AgendaItem]:
    """An item that can still leave the agenda, and not by the facilitator of its committee.

    Unread suggestions are decided on their own pages; `alone` items are for the children's part of a meeting.
    """
    session, caller = db.session(), current_caller()
    committee = store.find_visible_committee(session, committee_id, caller) or abort(404)
    try:
        item = find_item(session, bytes.fromhex(item_id))
    except ValueError:
        abort(404)
    if item is None or item.committee_id != committee.id or committee.facilitator_id == caller.person_id:
        abort(404)
    if "moved" not in TRANSITIONS[item.state] or item.state == "suggested" or item.body.alone:
        abort(404)
    return committee, item
