"""Committees: which there are, setting one up, closing one - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.committees import labels as words
from youthvoice.committees import overview as standing
from youthvoice.committees import setup as setting_up
from youthvoice.committees import store
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.elections import ballot_box as ballots
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.forms import CommitteeForm
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings import page as meeting_page
from youthvoice.committees.meetings import promotion
from youthvoice.committees.presets import PRESETS
from youthvoice.committees.setup import CannotBeSo
from youthvoice.sites import store as places
from youthvoice.sites.forms import PlainForm

pages = Blueprint("committees", __name__, url_prefix="/staff/committees")


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {"say": words, "may": caller.may if caller else None, "ngettext": ngettext}


@pages.get("/")
@needs("committees.see")
def index() -> ResponseReturnValue:
    """The committees of every site of the caller's."""
    session, caller = db.session(), require()
    listed = [(site, standing.at(session, places.facts(site))) for site in places.sites_of(session, caller.site_ids)]
    closed = store.at(session, caller.site_ids, closed=True)
    return render_template("committees/index.html", listed=listed, closed=closed)


@pages.get("/new")
@needs("committees.set_up")
def choose() -> ResponseReturnValue:
    """Which kind of committee?"""
    return render_template("committees/choose.html", presets=PRESETS)


@pages.route("/new/<preset>", methods=["GET", "POST"])
@needs("committees.set_up")
def new(preset: str) -> ResponseReturnValue:
    """Set up a committee of one kind."""
    if preset not in PRESETS:
        abort(404)
    caller, form = require(), CommitteeForm.new(preset, running.today())
    with db.reading(db.engine()) as session:
        setting_up.offer(session, form, preset, caller)
    if form.validate_on_submit() and (made := _set_up(form, preset, form.site.data)):
        return _kept("committee.set_up", made, _("%(name)s is set up.", name=made.name))
    return render_template("committees/one_form.html", form=form, preset=preset, committee=None), _status(form)


@pages.get("/<int:committee_id>")
@needs("committees.see")
def one(committee_id: int) -> ResponseReturnValue:
    """One committee."""
    committee = _committee(committee_id)
    calendar = meeting_page.calendar(db.session(), committee_id, running.now())
    shown = {"shown": standing.one(db.session(), committee), "calendar": calendar, "when": meeting_words.when}
    return render_template("committees/one.html", committee=committee, **shown)


@pages.get("/<int:committee_id>/agenda")
@needs("agenda.read")
def agenda(committee_id: int) -> ResponseReturnValue:
    """What is open on an agenda, in its order; not for whoever only sets committees up."""
    committee = _committee(committee_id)
    items, alone = standing.agenda(db.session(), committee)
    shown = {"items": items, "alone": meeting_words.alone(alone) if alone else "", "agenda": agenda_words}
    shown["me"] = require().person_id
    return render_template("committees/agenda_read.html", committee=committee, **shown)


@pages.route("/<int:committee_id>/change", methods=["GET", "POST"])
@needs("committees.set_up")
def change(committee_id: int) -> ResponseReturnValue:
    """Change what was fixed when it was set up; what it meets about stays."""
    caller = require()
    with db.reading(db.engine()) as session:
        committee = standing.found(session, committee_id, caller) or abort(404)
        site = places.site(session, committee.site_id) or abort(404)
        form = CommitteeForm.changing(committee, site.time_zone)
        setting_up.offer(session, form, committee.preset, caller, committee.id)
    if form.validate_on_submit() and (made := _set_up(form, committee.preset, committee.site_id, committee.id)):
        return _kept("committee.change", made, _("%(name)s is changed.", name=made.name))
    shown = {"form": form, "preset": committee.preset, "committee": committee}
    return render_template("committees/one_form.html", **shown), _status(form)


@pages.route("/<int:committee_id>/close", methods=["GET", "POST"])
@needs("committees.set_up")
def close(committee_id: int) -> ResponseReturnValue:
    """Close one, after saying what becomes of what is on its agenda."""
    committee, form = _committee(committee_id), PlainForm()
    session, keyring, now = db.session(), running.keyring(), running.now()
    if not form.validate_on_submit():
        electing = [one.post for one in election_store.of(session, keyring, [committee.id]) if one.is_running]
        return render_template("committees/close.html", committee=committee, form=form, electing=electing)
    promotion.close(session, keyring, committee.id, now, running.today(standing.zone_of(session, committee)))
    election_store.call_off_all(session, keyring, committee.id, now, log())
    said = _("%(name)s is closed. Everything it said is kept.", name=committee.name)
    answer = _kept("committee.close", committee, said)
    ballots.end_unused(db.engine(), keyring)
    return answer


def _committee(committee_id: int) -> CommitteeFacts:
    return standing.found(db.session(), committee_id, require()) or abort(404)


def _set_up(form: CommitteeForm, preset: str, site_id: int, mine: int | None = None) -> CommitteeFacts | None:
    try:
        return setting_up.set_up(db.session(), form, preset, site_id, mine)
    except CannotBeSo as refused:
        db.session().rollback()
        form.refuse(refused.code)
        return None


def _kept(action: str, committee: CommitteeFacts, said: str) -> ResponseReturnValue:
    log().add(db.session(), action, str(committee.id))
    db.session().commit()
    flash(said)
    return redirect(url_for("committees.one", committee_id=committee.id), 303)


def _status(form: CommitteeForm) -> int:
    return 422 if form.errors else 200
