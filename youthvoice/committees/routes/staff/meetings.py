"""Meetings: dates, attendance, the outcome of each item, minutes, the calendar - HTTP only."""

from dataclasses import replace

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import names_of_people
from youthvoice.committees.agenda import labels as agenda_labels
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import find_item
from youthvoice.committees.meetings import calendar, labels, minutes, outcomes, page, paper, rules, store
from youthvoice.committees.meetings.forms import (
    MAX_VOICE_REQUEST_BYTES,
    ApproveMinutesForm,
    AttendanceForm,
    MeetingTimeForm,
    MinutesForm,
    MinutesNoteForm,
    MinutesVoiceForm,
    OutcomeForm,
)
from youthvoice.printing.page import show_pdf
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS
from youthvoice.web import form_page, headers, uploads
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.i18n import languages

meetings_pages = StaffBlueprint("meetings", __name__, url_prefix="/staff/meetings", menu="committees.index")


@meetings_pages.context_processor
def _words() -> dict[str, object]:
    values: dict[str, object] = {"say": labels, "item_words": agenda_labels, "has_begun": rules.has_meeting_begun}
    return values | {"now": context.now(), "was_missed": rules.was_meeting_missed, "ngettext": ngettext}


@meetings_pages.get("/of/<int:committee_id>")
@permission_required("committees.meet")
def list_meetings(committee_id: int) -> ResponseReturnValue:
    """The meetings of a committee, and its calendar link."""
    session, committee_context, now = db.session(), page.committee_or_404(committee_id), context.now()
    return render_template(
        "committees/meetings/index.html",
        at=committee_context,
        coming=store.list_coming_meetings(session, committee_id, now, 6),
        past=store.list_past_meetings(session, committee_id, now, page.MAX_PAST_MEETINGS),
        feed=url_for("agenda.calendar_feed", token=calendar.link_token(committee_context.committee), _external=True),
        form=PlainForm(),
    )


@meetings_pages.route("/of/<int:committee_id>/add", methods=["GET", "POST"])
@permission_required("committees.meet")
def add(committee_id: int) -> ResponseReturnValue:
    """Plan an extra meeting."""
    committee_context, form = page.committee_or_404(committee_id), MeetingTimeForm()
    if form.validate_on_submit():
        when = (form.starts_at(committee_context.site.time_zone), (form.place.data or "").strip(), context.now())
        why = page.commit_or_refuse(lambda: store.add_meeting(db.session(), committee_context.committee, *when))
        if not why:
            flash(_("The meeting is planned."))
            return redirect(url_for(".list_meetings", committee_id=committee_id), 303)
        form.refuse(why)
    back = url_for(".list_meetings", committee_id=committee_id)
    return _render_date_form(committee_context, form, _("Plan one more meeting"), back)


@meetings_pages.get("/<int:meeting_id>")
@permission_required("committees.meet")
def detail(meeting_id: int) -> ResponseReturnValue:
    """One meeting: its agenda, attendance and outcomes."""
    return _render_meeting(page.meeting_or_404(meeting_id), AttendanceForm(formdata=None))


@meetings_pages.route("/<int:meeting_id>/move", methods=["GET", "POST"])
@permission_required("committees.meet")
def move(meeting_id: int) -> ResponseReturnValue:
    """Move a meeting to another time or place."""
    meeting_context, form = page.meeting_or_404(meeting_id), MeetingTimeForm()
    if request.method == "GET":
        form.show(meeting_context.meeting.starts_at, meeting_context.meeting.place, meeting_context.site.time_zone)
    if form.validate_on_submit():
        when = (form.starts_at(meeting_context.site.time_zone), (form.place.data or "").strip(), context.now())
        why = page.commit_or_refuse(lambda: store.shift_meeting(db.session(), meeting_context.meeting, *when))
        if not why:
            return _detail(meeting_id, _("The meeting is moved. Tell the children when and where it is."))
        form.refuse(why)
    return _render_date_form(meeting_context, form, _("Move the meeting"), url_for(".detail", meeting_id=meeting_id))


@meetings_pages.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
@permission_required("committees.meet")
def cancel(meeting_id: int) -> ResponseReturnValue:
    """Cancel a meeting; its items wait for the next one."""
    meeting_context, form, now = page.meeting_or_404(meeting_id), PlainForm(), context.now()
    if not form.validate_on_submit():
        waits = page.load_agenda(db.session(), meeting_context.meeting, now)
        number = len(waits.here) + waits.alone
        return render_template("committees/meetings/cancel.html", at=meeting_context, form=form, number=number)

    def cancel_and_carry_over() -> None:
        store.cancel_meeting(db.session(), meeting_context.meeting, now)
        outcomes.carry_over(db.session(), meeting_context.committee.id, now, meeting_context.today)

    if why := page.commit_or_refuse(cancel_and_carry_over):
        return _detail(meeting_id, labels.MEETING_REFUSALS[why])
    flash(_("The meeting is cancelled. What it would have talked about waits for the next one."))
    return redirect(url_for(".list_meetings", committee_id=meeting_context.committee.id), 303)


@meetings_pages.post("/<int:meeting_id>/attendance")
@permission_required("committees.meet")
def attend(meeting_id: int) -> ResponseReturnValue:
    """Enter how many attended; counts, never names."""
    meeting_context, form = page.meeting_or_404(meeting_id), AttendanceForm()
    if not form.validate_on_submit():
        return _render_meeting(meeting_context, form), 422
    there = (form.children.data, form.adults.data, context.now())
    why = (
        "decided"
        if outcomes.has_decided(db.session(), meeting_id)
        else page.commit_or_refuse(
            lambda: store.record_attendance(db.session(), meeting_context.committee, meeting_context.meeting, *there)
        )
    )
    return _detail(meeting_id, labels.MEETING_REFUSALS[why] if why else _("It is kept: numbers only, nobody's name."))


@meetings_pages.get("/<int:meeting_id>/print")
@permission_required("committees.meet")
def print_agenda(meeting_id: int) -> ResponseReturnValue:
    """The agenda as a page for printing, for the wall and for the table."""
    return render_template("committees/agenda/print.html", **_meeting_values(page.meeting_or_404(meeting_id)))


@meetings_pages.get("/<int:meeting_id>/paper/<language>")
@permission_required("committees.meet")
def agenda_as_pdf(meeting_id: int, language: str) -> ResponseReturnValue:
    """The agenda as PDF, made by the work process."""
    return _show_paper(page.meeting_or_404(meeting_id), "agenda", language)


@meetings_pages.get("/<int:meeting_id>/minutes/paper/<language>")
@permission_required("committees.meet")
def minutes_as_pdf(meeting_id: int, language: str) -> ResponseReturnValue:
    """The minutes as PDF, made by the work process."""
    return _show_paper(page.meeting_or_404(meeting_id), "minutes", language)


def _show_paper(meeting_context: page.MeetingContext, what: paper.MeetingPaper, language: str) -> ResponseReturnValue:
    if language not in languages.spoken_at(meeting_context.site.languages):
        abort(404)
    key = paper.meeting_paper_key(what, meeting_context.meeting.id, language)
    document = paper.load_meeting_document(db.session(), meeting_context, what, language)
    back = url_for("meetings.detail", meeting_id=meeting_context.meeting.id)
    html_page = url_for("meetings.print_agenda", meeting_id=meeting_context.meeting.id) if what == "agenda" else ""
    return show_pdf(key, document, back, "staff", html_page)


def _detail(meeting_id: int, words: object) -> ResponseReturnValue:
    flash(str(words))
    return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)


def _render_meeting(meeting_context: page.MeetingContext, form: AttendanceForm) -> str:
    if meeting_context.committee.preset == "village_child_committee":
        form.ask_for_members()
    if not form.is_submitted() and meeting_context.meeting.state == "held":
        form.children.data, form.adults.data = meeting_context.meeting.children, meeting_context.meeting.adults
    return render_template("committees/meetings/meeting.html", form=form, **_meeting_values(meeting_context))


def _meeting_values(meeting_context: page.MeetingContext) -> dict[str, object]:
    session = db.session()
    owner_id = meeting_context.committee.facilitator_id
    return {
        "at": meeting_context,
        "agenda": page.load_agenda(session, meeting_context.meeting, context.now()),
        "papers": [languages.LANGUAGES[code] for code in languages.spoken_at(meeting_context.site.languages)],
        "void": rules.why_void(meeting_context.committee, meeting_context.meeting)
        if meeting_context.meeting.state == "held"
        else "",
        "minutes": minutes.read(session, meeting_context.meeting.id),
        "voices": minutes.voices(session, meeting_context.meeting.id),
        "fields": rules.MINUTES_FIELDS,
        "decided": outcomes.has_decided(session, meeting_context.meeting.id),
        "owner": names_of_people(session, [owner_id])[owner_id]
        if meeting_context.committee.kind.owner == "facilitator"
        else "",
    }


def _render_date_form(
    committee_context: page.CommitteeContext, form: MeetingTimeForm, title: str, back: str
) -> ResponseReturnValue:
    return form_page.show_form("committees/meetings/date_form.html", form, at=committee_context, title=title, back=back)


_ID_DIGITS = 32


@meetings_pages.route("/<int:meeting_id>/items/<item_id>", methods=["GET", "POST"])
@permission_required("committees.meet")
def note_outcome(meeting_id: int, item_id: str) -> ResponseReturnValue:
    """Enter the outcome of an item. A refused form keeps what was typed."""
    meeting_context, item = page.meeting_or_404(meeting_id), _item_or_404(item_id)
    if item.committee_id != meeting_context.committee.id:
        abort(404)
    code = outcomes.outcome_refusal(meeting_context.committee, meeting_context.meeting, item)
    if code == "alone" or (code and request.method == "GET"):
        return _detail(meeting_id, labels.MEETING_REFUSALS[code])
    adults = page.list_possible_owners(db.session(), meeting_context.committee)
    above = page.name_of_committee_above(db.session(), meeting_context.committee)
    form = OutcomeForm()
    form.offer(adults, above, named=meeting_context.committee.kind.owner == "named")
    if code:
        form.refuse(code)
    elif form.validate_on_submit():
        why = _record_outcome(meeting_context, item, form)
        if not why:
            return _detail(meeting_id, _("It is kept. Children see it on their agenda."))
        form.refuse("changed" if why == "meanwhile" else why)
    words = {"item_words": agenda_labels, "say": labels, "void": _void_label(meeting_context) if code == "void" else ""}
    return form_page.show_form(
        "committees/meetings/item_outcome.html", form, at=meeting_context, item=item, above=above, **words
    )


def _void_label(meeting_context: page.MeetingContext) -> str:
    """Why nothing can be decided at a meeting, in words."""
    needed = meeting_context.meeting.quorum or meeting_context.committee.quorum
    return labels.void(rules.why_void(meeting_context.committee, meeting_context.meeting), needed)


def _record_outcome(meeting_context: page.MeetingContext, item: AgendaItem, form: OutcomeForm) -> str:
    """Record and commit an outcome; returns why not, as `commit_or_refuse`."""
    language = agenda_labels.language_of_words(item.body.words, languages.chosen())
    entry = form.to_entry(language, agenda_labels.plain_title(item, language))
    return page.commit_or_refuse(
        lambda: outcomes.record_outcome(
            db.session(),
            meeting_context.committee,
            meeting_context.meeting,
            item,
            entry,
            context.now(),
            meeting_context.today,
        )
    )


def _item_or_404(item_id: str) -> AgendaItem:
    try:
        raw = bytes.fromhex(item_id) if len(item_id) == _ID_DIGITS else b""
    except ValueError:
        abort(404)
    return find_item(db.session(), raw) or abort(404)


@meetings_pages.get("/of/<int:committee_id>/calendar.ics")
@permission_required("committees.meet")
def download_calendar(committee_id: int) -> ResponseReturnValue:
    """The calendar as a file, with places."""
    committee_context = page.committee_or_404(committee_id)
    meetings = calendar.list_meetings(db.session(), committee_context.committee, context.now())
    places = {meeting.id: meeting.where(committee_context.committee.place) for meeting in meetings}
    content = calendar.write_file(meetings, committee_context.site.mail_name, _("Meeting"), places)
    answer = Response(content, content_type=calendar.CALENDAR_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="meetings.ics"'
    return answer


@meetings_pages.post("/of/<int:committee_id>/calendar")
@permission_required("committees.meet")
def renew_calendar_link(committee_id: int) -> ResponseReturnValue:
    """End all calendar links that were handed out, and make a new one."""
    committee_context = page.committee_or_404(committee_id)
    if not PlainForm().validate_on_submit():
        abort(400)
    calendar.renew_link(db.session(), committee_context.committee)
    flash(_("Every earlier link has ended. Hand out the new one."))
    return redirect(url_for("meetings.list_meetings", committee_id=committee_id), 303)


@meetings_pages.context_processor
def _minutes_words() -> dict[str, object]:
    return {"say": labels, "fields": rules.MINUTES_FIELDS, "pictures": rules.FIELD_PICTURES}


uploads.allow_larger(meetings_pages, MAX_VOICE_REQUEST_BYTES, "meetings.speak_minutes")


@meetings_pages.route("/<int:meeting_id>/minutes", methods=["GET", "POST"])
@permission_required("committees.meet")
def write_minutes(meeting_id: int) -> ResponseReturnValue:
    """Write the three fields. If somebody else has written since, both versions are shown side by side."""
    meeting_context, form = page.meeting_or_404(meeting_id), MinutesForm()
    session = db.session()
    current_minutes = minutes.read(session, meeting_id)
    form.offer(meeting_context.site.languages, languages.chosen(meeting_context.site.languages))
    if request.method == "GET":
        if not rules.may_write_minutes(meeting_context.meeting):
            return _detail(meeting_id, labels.MEETING_REFUSALS[rules.why_not_written(meeting_context.meeting)])
        form.show(current_minutes, meeting_context.meeting)
    if not form.validate_on_submit():
        return _minutes_page(meeting_context, form, current_minutes)
    meeting = replace(meeting_context.meeting, version=form.base_version)
    if why := page.commit_or_refuse(lambda: minutes.write(session, meeting, form.minutes)):
        if why == "meanwhile":
            form.version.data = str(meeting_context.meeting.version)
        else:
            flash(str(labels.MEETING_REFUSALS[why]), "note")
        return _minutes_page(meeting_context, form, current_minutes, theirs=True)[0], 409
    return _detail(meeting_id, _("The draft is kept. It counts once the children have said yes."))


@meetings_pages.route("/<int:meeting_id>/minutes/approve", methods=["GET", "POST"])
@permission_required("committees.meet")
def approve_minutes(meeting_id: int) -> ResponseReturnValue:
    """The minutes are read aloud; enter how many children agreed."""
    meeting_context, form = page.meeting_or_404(meeting_id), ApproveMinutesForm()
    session, meeting = db.session(), meeting_context.meeting
    if form.validate_on_submit():
        said_yes, quorum = form.said_yes.data, meeting_context.committee.quorum
        why = page.commit_or_refuse(lambda: minutes.approve(session, meeting, said_yes, quorum, meeting_context.today))
        if not why:
            return _detail(meeting_id, _("The children said yes. From tomorrow only a note can be added."))
        form.said_yes.errors = [labels.MEETING_REFUSALS[why]]
    elif request.method == "GET" and meeting.minutes != "draft":
        return _detail(meeting_id, labels.MEETING_REFUSALS["no_draft"])
    text, spoken = minutes.read(session, meeting_id), minutes.voices(session, meeting_id)
    return form_page.show_form("committees/minutes/approve.html", form, at=meeting_context, minutes=text, voices=spoken)


@meetings_pages.route("/<int:meeting_id>/minutes/note", methods=["GET", "POST"])
@permission_required("committees.meet")
def note_minutes(meeting_id: int) -> ResponseReturnValue:
    """Add a note to locked minutes."""
    meeting_context, form = page.meeting_or_404(meeting_id), MinutesNoteForm()
    if form.validate_on_submit():
        words = form.words.data.strip()
        why = page.commit_or_refuse(
            lambda: minutes.add_note(db.session(), meeting_context.meeting, words, meeting_context.today)
        )
        if not why:
            return _detail(meeting_id, _("The note is added. What was said before stays as it is."))
        form.words.errors = [labels.MEETING_REFUSALS[why]]
    if not rules.may_add_note(meeting_context.meeting):
        abort(404)
    return form_page.show_form("committees/minutes/note.html", form, at=meeting_context)


@meetings_pages.route("/<int:meeting_id>/minutes/<name>/voice", methods=["GET", "POST"])
@permission_required("committees.meet")
def speak_minutes(meeting_id: int, name: str) -> ResponseReturnValue:
    """Record one field instead of writing it, or in addition."""
    meeting_context, field, form = page.meeting_or_404(meeting_id), _field_or_404(name), MinutesVoiceForm()
    if form.validate_on_submit():
        sound, kind = form.sound.data, form.sound.kind
        why = page.commit_or_refuse(
            lambda: minutes.add_voice(db.session(), meeting_context.meeting, field, sound, kind)
        )
        if not why:
            flash(_("The recording is kept. Children hear it with one tap."))
            return redirect(url_for(".write_minutes", meeting_id=meeting_id), 303)
        form.sound.errors = [labels.MEETING_REFUSALS[why]]
    template_values = {"at": meeting_context, "name": field, "seconds": MAX_VOICE_SECONDS, "plain": PlainForm()}
    has = field in minutes.voices(db.session(), meeting_id)
    answer = make_response(*form_page.show_form("committees/minutes/voice.html", form, has=has, **template_values))
    answer.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return answer


@meetings_pages.get("/<int:meeting_id>/minutes/<name>/sound")
@permission_required("committees.meet")
def listen_to_minutes(meeting_id: int, name: str) -> ResponseReturnValue:
    """The recording of one field."""
    meeting_context, field = page.meeting_or_404(meeting_id), _field_or_404(name)
    sound, kind = minutes.voice(db.session(), meeting_context.meeting.id, field) or abort(404)
    answer = Response(sound, content_type=kind)
    answer.make_conditional(request, accept_ranges=True, complete_length=len(sound))
    return answer


@meetings_pages.post("/<int:meeting_id>/minutes/<name>/hush")
@permission_required("committees.meet")
def hush_minutes(meeting_id: int, name: str) -> ResponseReturnValue:
    """Delete the recording of one field."""
    meeting_context, field = page.meeting_or_404(meeting_id), _field_or_404(name)
    if not PlainForm().validate_on_submit():
        abort(400)
    why = page.commit_or_refuse(lambda: minutes.delete_voice(db.session(), meeting_context.meeting, field))
    flash(str(labels.MEETING_REFUSALS[why]) if why else _("The recording is gone."))
    return redirect(url_for(".write_minutes", meeting_id=meeting_id), 303)


def _minutes_page(
    meeting_context: page.MeetingContext, form: MinutesForm, current_minutes: rules.Minutes, *, theirs: bool = False
) -> tuple[str, int]:
    template_values = {
        "at": meeting_context,
        "minutes": current_minutes,
        "theirs": theirs,
        "may_write": rules.may_write_minutes(meeting_context.meeting),
        "voices": minutes.voices(db.session(), meeting_context.meeting.id),
    }
    return form_page.show_form("committees/minutes/write.html", form, **template_values)


def _field_or_404(name: str) -> rules.MinutesField:
    if name not in rules.MINUTES_FIELDS:
        abort(404)
    return name
