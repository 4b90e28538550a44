"""Meetings: which there are, when, who was there, what came of each item, the calendar - HTTP only."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context, db
from youthvoice.access.guard import permission_required
from youthvoice.accounts.store import names_of_people
from youthvoice.committees.agenda import labels as agenda_labels
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import ItemChanged, find_item
from youthvoice.committees.meetings import calendar, labels, minutes, outcomes, store
from youthvoice.committees.meetings.forms import AttendanceForm, MeetingTimeForm, OutcomeForm
from youthvoice.committees.meetings.rules import MINUTES_FIELDS, has_meeting_begun, was_meeting_missed, why_void
from youthvoice.sites.forms import PlainForm
from youthvoice.web.i18n import languages

calendar_desk_pages = Blueprint("calendar_desk", __name__, url_prefix="/staff/meetings")


meetings_pages = Blueprint("meetings", __name__, url_prefix="/staff/meetings")


@meetings_pages.context_processor
def _words() -> dict[str, object]:
    known: dict[str, object] = {"say": labels, "item_words": agenda_labels, "has_begun": has_meeting_begun}
    return known | {"now": context.now(), "was_missed": was_meeting_missed, "ngettext": ngettext}


@meetings_pages.get("/of/<int:committee_id>")
@permission_required("committees.meet")
def list_meetings(committee_id: int) -> ResponseReturnValue:
    """The meetings of one committee, and its calendar."""
    session, at, now = db.session(), calendar.committee_or_404(committee_id), context.now()
    return render_template(
        "committees/meetings_of.html",
        at=at,
        coming=store.list_coming_meetings(session, committee_id, now, 6),
        past=calendar.list_past(session, committee_id, now),
        feed=url_for(
            "calendars.calendar_feed", token=calendar.link_token(context.keyring(), at.committee), _external=True
        ),
        form=PlainForm(),
    )


@meetings_pages.route("/of/<int:committee_id>/add", methods=["GET", "POST"])
@permission_required("committees.meet")
def add(committee_id: int) -> ResponseReturnValue:
    """Plan one more meeting."""
    at, form = calendar.committee_or_404(committee_id), MeetingTimeForm()
    if form.validate_on_submit():
        starts_at = form.starts_at(at.time_zone)
        try:
            store.add_meeting(db.session(), at.committee, starts_at, (form.place.data or "").strip(), context.now())
        except store.MeetingRefused as error:
            form.refuse(error.code)
        else:
            db.session().commit()
            flash(_("The meeting is planned."))
            return redirect(url_for(".list_meetings", committee_id=committee_id), 303)
    return _when(at, form, _("Plan one more meeting"), url_for(".list_meetings", committee_id=committee_id))


@meetings_pages.get("/<int:meeting_id>")
@permission_required("committees.meet")
def detail(meeting_id: int) -> ResponseReturnValue:
    """One meeting: its agenda, who was there, what came of it."""
    return _one(calendar.meeting_or_404(meeting_id), AttendanceForm(formdata=None))


@meetings_pages.route("/<int:meeting_id>/move", methods=["GET", "POST"])
@permission_required("committees.meet")
def move(meeting_id: int) -> ResponseReturnValue:
    """Let a meeting be at another time, or at another place."""
    scene, form = calendar.meeting_or_404(meeting_id), MeetingTimeForm()
    if request.method == "GET":
        form.show(scene.meeting.starts_at, scene.meeting.place, scene.at.time_zone)
    if form.validate_on_submit():
        starts_at = form.starts_at(scene.at.time_zone)
        try:
            store.shift_meeting(db.session(), scene.meeting, starts_at, (form.place.data or "").strip(), context.now())
        except store.MeetingRefused as error:
            form.refuse(error.code)
        else:
            db.session().commit()
            flash(_("The meeting is moved. Tell the children when and where it is."))
            return redirect(url_for(".detail", meeting_id=meeting_id), 303)
    return _when(scene.at, form, _("Move the meeting"), url_for(".detail", meeting_id=meeting_id))


@meetings_pages.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
@permission_required("committees.meet")
def cancel(meeting_id: int) -> ResponseReturnValue:
    """A meeting does not take place; its items wait for the next one."""
    scene, form, now = calendar.meeting_or_404(meeting_id), PlainForm(), context.now()
    if not form.validate_on_submit():
        waits = calendar.load_agenda(db.session(), context.keyring(), scene.meeting, now)
        number = len(waits.here) + waits.alone
        return render_template("committees/meeting_cancel.html", scene=scene, form=form, number=number)
    try:
        store.cancel_meeting(db.session(), scene.meeting, now)
        outcomes.carry_over(db.session(), context.keyring(), scene.committee.id, now, scene.at.today)
    except (store.MeetingRefused, ItemChanged) as error:
        db.session().rollback()
        flash(labels.meeting_refusal_label(getattr(error, "code", "meanwhile")))
        return redirect(url_for(".detail", meeting_id=meeting_id), 303)
    db.session().commit()
    flash(_("The meeting is cancelled. What it would have talked about waits for the next one."))
    return redirect(url_for(".list_meetings", committee_id=scene.committee.id), 303)


@meetings_pages.post("/<int:meeting_id>/attendance")
@permission_required("committees.meet")
def attend(meeting_id: int) -> ResponseReturnValue:
    """Say how many were there; counts, never names."""
    scene, form = calendar.meeting_or_404(meeting_id), AttendanceForm()
    if not form.validate_on_submit():
        return _one(scene, form), 422
    session = db.session()
    children, adults = form.children.data, form.adults.data
    try:
        outcomes.refuse_if_decided(session, scene.meeting)
        store.record_attendance(session, scene.committee, scene.meeting, children, adults, context.now())
    except store.MeetingRefused as error:
        flash(labels.meeting_refusal_label(error.code))
    else:
        session.commit()
        flash(_("It is kept: numbers only, nobody's name."))
    return redirect(url_for(".detail", meeting_id=meeting_id), 303)


@meetings_pages.get("/<int:meeting_id>/print")
@permission_required("committees.meet")
def print_agenda(meeting_id: int) -> ResponseReturnValue:
    """The agenda on one sheet, for the wall and for the table."""
    return render_template("committees/agenda_print.html", **_shown(calendar.meeting_or_404(meeting_id)))


def _one(scene: calendar.MeetingContext, form: AttendanceForm) -> str:
    if scene.committee.preset == "village_child_committee":
        form.ask_for_members()
    if not form.is_submitted() and scene.meeting.state == "held":
        form.children.data, form.adults.data = scene.meeting.children, scene.meeting.adults
    return render_template("committees/meeting.html", form=form, **_shown(scene))


def _shown(scene: calendar.MeetingContext) -> dict[str, object]:
    session, keyring = db.session(), context.keyring()
    owner_id = scene.committee.facilitator_id
    return {
        "scene": scene,
        "agenda": calendar.load_agenda(session, keyring, scene.meeting, context.now()),
        "void": why_void(scene.committee, scene.meeting) if scene.meeting.state == "held" else "",
        "minutes": minutes.read(session, keyring, scene.meeting.id),
        "voices": minutes.voices(session, scene.meeting.id),
        "fields": MINUTES_FIELDS,
        "decided": outcomes.has_decided(session, scene.meeting.id),
        "owner": names_of_people(session, [owner_id])[owner_id] if scene.committee.kind.owner == "facilitator" else "",
    }


def _when(at: calendar.CommitteeContext, form: MeetingTimeForm, title: str, back: str) -> ResponseReturnValue:
    page = render_template("committees/meeting_when.html", at=at, form=form, title=title, back=back)
    return page, 422 if form.errors else 200


outcomes_pages = Blueprint("outcomes", __name__, url_prefix="/staff/meetings")


_ID_DIGITS = 32


@outcomes_pages.route("/<int:meeting_id>/items/<item_id>", methods=["GET", "POST"])
@permission_required("committees.meet")
def outcome(meeting_id: int, item_id: str) -> ResponseReturnValue:
    """Say what came of an item: again, settled, adults answer, or it goes up. What is refused stays as it was typed."""
    scene, item = calendar.meeting_or_404(meeting_id), _item_or_404(item_id)
    if item.committee_id != scene.committee.id:
        abort(404)
    code = outcomes.why_not(scene.committee, scene.meeting, item)
    if code == "alone" or (code and request.method == "GET"):
        flash(labels.meeting_refusal_label(code))
        return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
    form = _form(scene)
    if code:
        form.refuse(code)
    elif form.validate_on_submit() and _entered(scene, item, form):
        return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
    shown = {
        "scene": scene,
        "item": item,
        "form": form,
        "above": calendar.name_of_committee_above(db.session(), scene.committee),
    }
    words = {"item_words": agenda_labels, "say": labels, "void": _void(scene) if code == "void" else ""}
    return render_template("committees/outcome.html", **words, **shown), 422 if form.errors else 200


def _void(scene: calendar.MeetingContext) -> str:
    """Why nothing can be decided at a meeting, in words."""
    needed = scene.meeting.quorum or scene.committee.quorum
    return labels.void(why_void(scene.committee, scene.meeting), needed)


def _form(scene: calendar.MeetingContext) -> OutcomeForm:
    form, session = OutcomeForm(), db.session()
    adults, above = (
        calendar.list_possible_owners(session, scene.committee),
        calendar.name_of_committee_above(session, scene.committee),
    )
    form.offer(adults, above, named=scene.committee.kind.owner == "named")
    return form


def _entered(scene: calendar.MeetingContext, item: AgendaItem, form: OutcomeForm) -> bool:
    """Write it and commit; False where the form says what is wrong."""
    session, language = db.session(), agenda_labels.language_of_words(item.body.words, languages.chosen())
    said = form.said(language, agenda_labels.plain_title(item, language))
    try:
        outcomes.enter(
            session, context.keyring(), scene.committee, scene.meeting, item, said, context.now(), scene.at.today
        )
    except outcomes.OutcomeRefused as error:
        form.refuse(error.code)
        return False
    except ItemChanged:
        session.rollback()
        form.refuse("changed")
        return False
    session.commit()
    flash(_("It is kept. Children see it on their agenda."))
    return True


def _item_or_404(item_id: str) -> AgendaItem:
    try:
        raw = bytes.fromhex(item_id) if len(item_id) == _ID_DIGITS else b""
    except ValueError:
        abort(404)
    return find_item(db.session(), context.keyring(), raw) or abort(404)


@calendar_desk_pages.get("/of/<int:committee_id>/calendar.ics")
@permission_required("committees.meet")
def download_calendar(committee_id: int) -> ResponseReturnValue:
    """The same as a file to keep, with the places."""
    at, now = calendar.committee_or_404(committee_id), context.now()
    every = calendar.list_meetings(db.session(), at.committee, now)
    where = {one.id: one.where(at.committee.place) for one in every}
    content = calendar.write_file(context.keyring(), every, at.mail_name, _("Meeting"), where)
    answer = Response(content, content_type=calendar.CALENDAR_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="meetings.ics"'
    return answer


@calendar_desk_pages.post("/of/<int:committee_id>/calendar")
@permission_required("committees.meet")
def renew_calendar_link(committee_id: int) -> ResponseReturnValue:
    """End every link that was handed out, and have a new one."""
    at = calendar.committee_or_404(committee_id)
    if not PlainForm().validate_on_submit():
        abort(400)
    calendar.renew_link(db.session(), at.committee)
    db.session().commit()
    flash(_("Every earlier link has ended. Hand out the new one."))
    return redirect(url_for("meetings.list_meetings", committee_id=committee_id), 303)
