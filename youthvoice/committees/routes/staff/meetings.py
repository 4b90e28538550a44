"""Meetings: which there are, when, who was there - HTTP only."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs
from youthvoice.accounts import store as people
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.meetings import calendar as calendars
from youthvoice.committees.meetings import carry_over as carrying
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings import page as meeting_page
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.context import Place, Scene, place_or_404, scene_or_404
from youthvoice.committees.meetings.entities import FIELDS
from youthvoice.committees.meetings.forms import AttendanceForm, WhenForm
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.meetings.rules import has_begun, was_missed, why_void
from youthvoice.sites.forms import PlainForm

pages = Blueprint("meetings", __name__, url_prefix="/staff/meetings")


@pages.context_processor
def _words() -> dict[str, object]:
    known: dict[str, object] = {"say": meeting_words, "item_words": agenda_words, "has_begun": has_begun}
    return known | {"now": running.now(), "was_missed": was_missed, "ngettext": ngettext}


@pages.get("/of/<int:committee_id>")
@needs("committees.meet")
def of(committee_id: int) -> ResponseReturnValue:
    """The meetings of one committee, and its calendar."""
    session, at, now = db.session(), place_or_404(committee_id), running.now()
    return render_template(
        "committees/meetings_of.html",
        at=at,
        coming=meetings.coming(session, committee_id, now, 6),
        past=meeting_page.past(session, committee_id, now),
        feed=url_for("calendars.feed", token=calendars.token(running.keyring(), at.committee), _external=True),
        form=PlainForm(),
    )


@pages.route("/of/<int:committee_id>/add", methods=["GET", "POST"])
@needs("committees.meet")
def add(committee_id: int) -> ResponseReturnValue:
    """Plan one more meeting."""
    at, form = place_or_404(committee_id), WhenForm()
    if form.validate_on_submit():
        starts_at = form.starts_at(at.time_zone)
        try:
            meetings.add(db.session(), at.committee, starts_at, (form.place.data or "").strip(), running.now())
        except meetings.NotNow as error:
            form.refuse(error.code)
        else:
            db.session().commit()
            flash(_("The meeting is planned."))
            return redirect(url_for(".of", committee_id=committee_id), 303)
    return _when(at, form, _("Plan one more meeting"), url_for(".of", committee_id=committee_id))


@pages.get("/<int:meeting_id>")
@needs("committees.meet")
def one(meeting_id: int) -> ResponseReturnValue:
    """One meeting: its agenda, who was there, what came of it."""
    return _one(scene_or_404(meeting_id), AttendanceForm(formdata=None))


@pages.route("/<int:meeting_id>/move", methods=["GET", "POST"])
@needs("committees.meet")
def move(meeting_id: int) -> ResponseReturnValue:
    """Let a meeting be at another time, or at another place."""
    scene, form = scene_or_404(meeting_id), WhenForm()
    if request.method == "GET":
        form.show(scene.meeting.starts_at, scene.meeting.place, scene.at.time_zone)
    if form.validate_on_submit():
        starts_at = form.starts_at(scene.at.time_zone)
        try:
            meetings.shift(db.session(), scene.meeting, starts_at, (form.place.data or "").strip(), running.now())
        except meetings.NotNow as error:
            form.refuse(error.code)
        else:
            db.session().commit()
            flash(_("The meeting is moved. Tell the children when and where it is."))
            return redirect(url_for(".one", meeting_id=meeting_id), 303)
    return _when(scene.at, form, _("Move the meeting"), url_for(".one", meeting_id=meeting_id))


@pages.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
@needs("committees.meet")
def cancel(meeting_id: int) -> ResponseReturnValue:
    """A meeting does not take place; its items wait for the next one."""
    scene, form, now = scene_or_404(meeting_id), PlainForm(), running.now()
    if not form.validate_on_submit():
        waits = meeting_page.agenda(db.session(), running.keyring(), scene.meeting, now)
        number = len(waits.here) + waits.alone
        return render_template("committees/meeting_cancel.html", scene=scene, form=form, number=number)
    try:
        meetings.cancel(db.session(), scene.meeting, now)
        carrying.carry_over(db.session(), running.keyring(), scene.committee.id, now, scene.at.today)
    except (meetings.NotNow, minutes.Meanwhile) as error:
        db.session().rollback()
        flash(meeting_words.refusal(getattr(error, "code", "meanwhile")))
        return redirect(url_for(".one", meeting_id=meeting_id), 303)
    db.session().commit()
    flash(_("The meeting is cancelled. What it would have talked about waits for the next one."))
    return redirect(url_for(".of", committee_id=scene.committee.id), 303)


@pages.post("/<int:meeting_id>/attendance")
@needs("committees.meet")
def attend(meeting_id: int) -> ResponseReturnValue:
    """Say how many were there; counts, never names."""
    scene, form = scene_or_404(meeting_id), AttendanceForm()
    if not form.validate_on_submit():
        return _one(scene, form), 422
    session = db.session()
    children, adults = form.children.data, form.adults.data
    try:
        carrying.refuse_if_decided(session, scene.meeting)
        meetings.hold(session, scene.committee, scene.meeting, children, adults, running.now())
    except meetings.NotNow as error:
        flash(meeting_words.refusal(error.code))
    else:
        session.commit()
        flash(_("It is kept: numbers only, nobody's name."))
    return redirect(url_for(".one", meeting_id=meeting_id), 303)


@pages.get("/<int:meeting_id>/print")
@needs("committees.meet")
def on_paper(meeting_id: int) -> ResponseReturnValue:
    """The agenda on one sheet, for the wall and for the table."""
    return render_template("committees/agenda_print.html", **_shown(scene_or_404(meeting_id)))


def _one(scene: Scene, form: AttendanceForm) -> str:
    if scene.committee.preset == "village_child_committee":
        form.ask_for_members()
    if not form.is_submitted() and scene.meeting.state == "held":
        form.children.data, form.adults.data = scene.meeting.children, scene.meeting.adults
    return render_template("committees/meeting.html", form=form, **_shown(scene))


def _shown(scene: Scene) -> dict[str, object]:
    session, keyring = db.session(), running.keyring()
    owner_id = scene.committee.facilitator_id
    return {
        "scene": scene,
        "agenda": meeting_page.agenda(session, keyring, scene.meeting, running.now()),
        "void": why_void(scene.committee, scene.meeting) if scene.meeting.state == "held" else "",
        "minutes": minutes.said(session, keyring, scene.meeting.id),
        "voices": minutes.voices(session, scene.meeting.id),
        "fields": FIELDS,
        "decided": carrying.is_decided(session, scene.meeting.id),
        "owner": people.names(session, [owner_id])[owner_id] if scene.committee.kind.owner == "facilitator" else "",
    }


def _when(at: Place, form: WhenForm, title: str, back: str) -> ResponseReturnValue:
    page = render_template("committees/meeting_when.html", at=at, form=form, title=title, back=back)
    return page, 422 if form.errors else 200
