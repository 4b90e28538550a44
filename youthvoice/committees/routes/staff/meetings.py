"""Meetings: which there are, when, who was there, what came of each item, the calendar - HTTP only."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import permission_required
from youthvoice.accounts.store import names_of_people
from youthvoice.committees.agenda import labels as agenda_labels
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import find_item
from youthvoice.committees.meetings import calendar, labels, minutes, outcomes, store
from youthvoice.committees.meetings.forms import AttendanceForm, MeetingTimeForm, OutcomeForm
from youthvoice.committees.meetings.rules import MINUTES_FIELDS, has_meeting_begun, was_meeting_missed, why_void
from youthvoice.sites.forms import PlainForm
from youthvoice.web.form_page import show_form
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
        "committees/meetings/index.html",
        at=at,
        coming=store.list_coming_meetings(session, committee_id, now, 6),
        past=calendar.list_past(session, committee_id, now),
        feed=url_for("calendars.calendar_feed", token=calendar.link_token(at.committee), _external=True),
        form=PlainForm(),
    )


@meetings_pages.route("/of/<int:committee_id>/add", methods=["GET", "POST"])
@permission_required("committees.meet")
def add(committee_id: int) -> ResponseReturnValue:
    """Plan one more meeting."""
    at, form = calendar.committee_or_404(committee_id), MeetingTimeForm()
    if form.validate_on_submit():
        when = (form.starts_at(at.time_zone), (form.place.data or "").strip(), context.now())
        why = calendar.commit_or_refuse(lambda: store.add_meeting(db.session(), at.committee, *when))
        if not why:
            flash(_("The meeting is planned."))
            return redirect(url_for(".list_meetings", committee_id=committee_id), 303)
        form.refuse(why)
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
        when = (form.starts_at(scene.at.time_zone), (form.place.data or "").strip(), context.now())
        why = calendar.commit_or_refuse(lambda: store.shift_meeting(db.session(), scene.meeting, *when))
        if not why:
            return _detail(meeting_id, _("The meeting is moved. Tell the children when and where it is."))
        form.refuse(why)
    return _when(scene.at, form, _("Move the meeting"), url_for(".detail", meeting_id=meeting_id))


@meetings_pages.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
@permission_required("committees.meet")
def cancel(meeting_id: int) -> ResponseReturnValue:
    """A meeting does not take place; its items wait for the next one."""
    scene, form, now = calendar.meeting_or_404(meeting_id), PlainForm(), context.now()
    if not form.validate_on_submit():
        waits = calendar.load_agenda(db.session(), scene.meeting, now)
        number = len(waits.here) + waits.alone
        return render_template("committees/meetings/cancel.html", scene=scene, form=form, number=number)

    def cancel_and_carry_over() -> None:
        store.cancel_meeting(db.session(), scene.meeting, now)
        outcomes.carry_over(db.session(), scene.committee.id, now, scene.at.today)

    if why := calendar.commit_or_refuse(cancel_and_carry_over):
        return _detail(meeting_id, labels.MEETING_REFUSALS[why])
    flash(_("The meeting is cancelled. What it would have talked about waits for the next one."))
    return redirect(url_for(".list_meetings", committee_id=scene.committee.id), 303)


@meetings_pages.post("/<int:meeting_id>/attendance")
@permission_required("committees.meet")
def attend(meeting_id: int) -> ResponseReturnValue:
    """Say how many were there; counts, never names."""
    scene, form = calendar.meeting_or_404(meeting_id), AttendanceForm()
    if not form.validate_on_submit():
        return _one(scene, form), 422
    there = (form.children.data, form.adults.data, context.now())
    why = (
        "decided"
        if outcomes.has_decided(db.session(), meeting_id)
        else calendar.commit_or_refuse(
            lambda: store.record_attendance(db.session(), scene.committee, scene.meeting, *there)
        )
    )
    return _detail(meeting_id, labels.MEETING_REFUSALS[why] if why else _("It is kept: numbers only, nobody's name."))


@meetings_pages.get("/<int:meeting_id>/print")
@permission_required("committees.meet")
def print_agenda(meeting_id: int) -> ResponseReturnValue:
    """The agenda on one sheet, for the wall and for the table."""
    return render_template("committees/agenda/print.html", **_shown(calendar.meeting_or_404(meeting_id)))


def _detail(meeting_id: int, words: object) -> ResponseReturnValue:
    flash(str(words))
    return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)


def _one(scene: calendar.MeetingContext, form: AttendanceForm) -> str:
    if scene.committee.preset == "village_child_committee":
        form.ask_for_members()
    if not form.is_submitted() and scene.meeting.state == "held":
        form.children.data, form.adults.data = scene.meeting.children, scene.meeting.adults
    return render_template("committees/meetings/meeting.html", form=form, **_shown(scene))


def _shown(scene: calendar.MeetingContext) -> dict[str, object]:
    session = db.session()
    owner_id = scene.committee.facilitator_id
    return {
        "scene": scene,
        "agenda": calendar.load_agenda(session, scene.meeting, context.now()),
        "void": why_void(scene.committee, scene.meeting) if scene.meeting.state == "held" else "",
        "minutes": minutes.read(session, scene.meeting.id),
        "voices": minutes.voices(session, scene.meeting.id),
        "fields": MINUTES_FIELDS,
        "decided": outcomes.has_decided(session, scene.meeting.id),
        "owner": names_of_people(session, [owner_id])[owner_id] if scene.committee.kind.owner == "facilitator" else "",
    }


def _when(at: calendar.CommitteeContext, form: MeetingTimeForm, title: str, back: str) -> ResponseReturnValue:
    return show_form("committees/meetings/date_form.html", form, at=at, title=title, back=back)


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
        return _detail(meeting_id, labels.MEETING_REFUSALS[code])
    adults = calendar.list_possible_owners(db.session(), scene.committee)
    above = calendar.name_of_committee_above(db.session(), scene.committee)
    form = OutcomeForm()
    form.offer(adults, above, named=scene.committee.kind.owner == "named")
    if code:
        form.refuse(code)
    elif form.validate_on_submit():
        why = _enter(scene, item, form)
        if not why:
            return _detail(meeting_id, _("It is kept. Children see it on their agenda."))
        form.refuse("changed" if why == "meanwhile" else why)
    words = {"item_words": agenda_labels, "say": labels, "void": _void(scene) if code == "void" else ""}
    return show_form("committees/meetings/item_outcome.html", form, scene=scene, item=item, above=above, **words)


def _void(scene: calendar.MeetingContext) -> str:
    """Why nothing can be decided at a meeting, in words."""
    needed = scene.meeting.quorum or scene.committee.quorum
    return labels.void(why_void(scene.committee, scene.meeting), needed)


def _enter(scene: calendar.MeetingContext, item: AgendaItem, form: OutcomeForm) -> str:
    """Write it and commit; why not, as `commit_or_refuse`."""
    language = agenda_labels.language_of_words(item.body.words, languages.chosen())
    said = form.said(language, agenda_labels.plain_title(item, language))
    at = (db.session(), scene.committee, scene.meeting)
    return calendar.commit_or_refuse(lambda: outcomes.enter(*at, item, said, context.now(), scene.at.today))


def _item_or_404(item_id: str) -> AgendaItem:
    try:
        raw = bytes.fromhex(item_id) if len(item_id) == _ID_DIGITS else b""
    except ValueError:
        abort(404)
    return find_item(db.session(), raw) or abort(404)


@calendar_desk_pages.get("/of/<int:committee_id>/calendar.ics")
@permission_required("committees.meet")
def download_calendar(committee_id: int) -> ResponseReturnValue:
    """The same as a file to keep, with the places."""
    at, now = calendar.committee_or_404(committee_id), context.now()
    every = calendar.list_meetings(db.session(), at.committee, now)
    where = {one.id: one.where(at.committee.place) for one in every}
    content = calendar.write_file(every, at.mail_name, _("Meeting"), where)
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
