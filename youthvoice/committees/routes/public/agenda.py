"""Agendas, meetings, minutes, suggestions and the calendar file, for children and by link - HTTP only."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _

from youthvoice import context, db
from youthvoice.clips import availability
from youthvoice.committees import agenda_page, forms, representative_pages, store
from youthvoice.committees.agenda.store import add_me_too, find_item, withdraw_me_too
from youthvoice.committees.meetings import calendar, child_page, labels, minutes, rules
from youthvoice.committees.meetings.page import commit_or_refuse
from youthvoice.committees.meetings.store import find_meeting, list_past_meetings
from youthvoice.committees.representatives.signed_in_representative import (
    SignedInRepresentative,
    current_representative,
    extend_session,
    signed_in,
)
from youthvoice.committees.routes.public import agenda_pages, rep_pages
from youthvoice.committees.suggestions import page as suggestions_page
from youthvoice.committees.suggestions.page import SuggestionPageKey
from youthvoice.sites.page import render_not_open
from youthvoice.sites.store import Site, find_site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_fields import MAX_FORM_BYTES, with_files
from youthvoice.threads.readership import is_channel_open, letter_readers_at
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.i18n import languages
from youthvoice.web.pages import page_cache
from youthvoice.web.rate_limits import SENDING, client_key, rate_limited

agenda_pages.before_request(headers.refuse_other_sites)


_KEY_LETTERS: Final = 32


@agenda_pages.get("/agenda")
def board() -> ResponseReturnValue:
    """The agendas of all committees of the site, and what became of closed items."""
    tablet = current_tablet() or abort(403)
    return _render_board(tablet.site, random_ids.new_submission_id())


@agenda_pages.post("/agenda/me-too")
@rate_limited(SENDING, by=client_key)
def me_too() -> ResponseReturnValue:
    """Say "me too", or withdraw it; the rest of the page stays the same."""
    tablet, form = current_tablet() or abort(403), request.form
    submission_id = read_form_submission_id() or abort(400)
    tapped = {key for key in form.getlist("tapped") if _item_id(key)}
    key = form.get("more") or form.get("less") or ""
    item_id = _item_id(key) or abort(400)
    session = db.session()
    if not _is_here(item_id, tablet.site):
        return receipt(submission_id, late=True) if is_delivered() else abort(404)
    if "more" in form:
        add_me_too(session, tablet.site.id, submission_id, item_id)
        tapped.add(key)
    else:
        withdraw_me_too(session, tablet.site.id, submission_id, item_id)
        tapped.discard(key)
    session.commit()
    return receipt(submission_id) if is_delivered() else _render_board(tablet.site, submission_id.hex(), tapped)


def _render_board(site: Site, submission_id: str, tapped: Collection[str] = ()) -> str:
    return agenda_page.render_agenda(db.session(), site, languages.chosen(site.languages), submission_id, tapped)


def _item_id(key: str) -> bytes | None:
    """The item id of a key from one of our pages; None for anything else."""
    is_key = len(key) == _KEY_LETTERS and all(letter in "0123456789abcdef" for letter in key)
    return bytes.fromhex(key) if is_key else None


def _is_here(item_id: bytes, site: Site) -> bool:
    item = find_item(db.session(), item_id)
    committee = store.find_committee(db.session(), item.committee_id) if item else None
    return committee is not None and committee.site_id == site.id


past_pages = Blueprint("past", __name__, url_prefix="/agenda")


past_pages.before_request(headers.refuse_other_sites)


past_pages.after_request(extend_session)


@past_pages.get("/meetings")
def list_meetings() -> ResponseReturnValue:
    """The past meetings that were held at the site."""
    tablet = current_tablet() or abort(403)
    listed = child_page.list_held_meetings(db.session(), tablet.site, context.now())
    template_values = {"listed": listed, "zone": tablet.site.time_zone, "say": labels}
    return render_template(
        "committees/meetings/past_meetings.html", **template_values, **representative_pages.page_links()
    )


@past_pages.get("/meeting/<int:meeting_id>")
def show_meeting(meeting_id: int) -> ResponseReturnValue:
    """One meeting: its agenda while it is to come, its minutes once the children approved them."""
    tablet = current_tablet() or abort(403)
    template_values = {"shown": _meeting_or_404(meeting_id), "zone": tablet.site.time_zone, "say": labels}
    more = {"fields": rules.MINUTES_FIELDS, "pictures": rules.FIELD_PICTURES, **representative_pages.page_links()}
    return render_template("committees/meetings/past_meeting.html", **template_values, **more)


@past_pages.get("/meeting/<int:meeting_id>/sound/<name>")
def listen_to_minutes(meeting_id: int, name: str) -> ResponseReturnValue:
    """The recording of one field of the minutes."""
    meeting = _meeting_or_404(meeting_id)
    if name not in rules.MINUTES_FIELDS or name not in meeting.voices:
        abort(404)
    sound, kind = minutes.voice(db.session(), meeting_id, name) or abort(404)
    answer = Response(sound, content_type=kind)
    answer.make_conditional(request, accept_ranges=True, complete_length=len(sound))
    return answer


def _meeting_or_404(meeting_id: int) -> child_page.MeetingView:
    tablet = current_tablet() or abort(403)
    language = languages.chosen(tablet.site.languages)
    representative = current_representative()
    represents = representative.committee.id if representative else None
    return child_page.load_meeting_view(db.session(), tablet.site, meeting_id, language, represents) or abort(404)


uploads.allow_larger(agenda_pages, MAX_FORM_BYTES, "agenda.send_suggestion")


def _find_page_key() -> SuggestionPageKey | None:
    """The key of this tablet's page for suggestions; None if no committee can receive one."""
    tablet = current_tablet() or abort(403)
    with db.reading(db.engine()) as session:
        offered = suggestions_page.list_suggestible_committees(session, tablet.site, closed=is_delivered())
    if not offered:
        return None
    today, sound = context.today(tablet.site.time_zone), (tablet.voices, availability.clip_index().version)
    return SuggestionPageKey(tablet.site, offered, today, languages.chosen(), is_channel_open(tablet.site), sound)


@agenda_pages.get("/agenda/suggest")
def suggest() -> ResponseReturnValue:
    """The page on which a child suggests something; the same for all tablets of a site except for the submission id."""
    page_key, tablet = _find_page_key(), current_tablet() or abort(403)
    if page_key is None or not letter_readers_at(page_key.site):
        return render_not_open(tablet.site, "committees/suggestions/not_open.html"), 404
    reply = page_cache.serve_prerendered(suggestions_page.prerender(page_key), random_ids.new_submission_id())
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@agenda_pages.post("/agenda/suggest")
@rate_limited(SENDING, by=client_key)
def send_suggestion() -> ResponseReturnValue:
    """Encrypt and store a child's suggestion; the same submission again is a success and counts once."""
    page_key = _find_page_key() or abort(404)
    submission_id = read_form_submission_id() or abort(400)
    form = forms.SuggestForm(
        with_files(request.form, request.files),
        [suggestible_committee.id for suggestible_committee in page_key.offered],
    )
    form.validate()
    if is_delivered() and form.suggestion("").is_empty:  # nobody can be asked for more
        return receipt(submission_id, late=True)
    if is_delivered():
        form.default_to_first_committee([suggestible_committee.id for suggestible_committee in page_key.offered])
    if refused := form.refused():
        return _show_again(page_key, form, refused, 413 if form.voice.too_large else 422)
    committee = int(form.committee.data)
    suggestion = form.suggestion(languages.chosen(page_key.site.languages))
    suggestions_page.take_suggestion(db.session(), page_key.site, committee, suggestion, submission_id)
    db.session().commit()
    if is_delivered():
        return receipt(submission_id)
    thanks = url_for("agenda.thank_for_suggestion", committee_id=committee)
    if headers.wants_json():
        return jsonify(sheet=submission_id.hex(), thanks=thanks), 201
    return redirect(thanks, 303)


def _show_again(
    page_key: SuggestionPageKey, form: forms.SuggestForm, refused: dict[str, str], status: int
) -> ResponseReturnValue:
    """Show the form again with its errors."""
    if headers.wants_json():
        return refusal(refused, status)
    suggestion_page = suggestions_page.render_suggestion_page(
        page_key, str(request.form["sheet"]), form.input_values(), refused
    )
    reply = make_response(suggestion_page, status)
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@agenda_pages.get("/agenda/suggest/thanks/<int:committee_id>")
def thank_for_suggestion(committee_id: int) -> ResponseReturnValue:
    """Who reads the suggestion, and by which day."""
    page_key = _find_page_key() or abort(404)
    suggestible_committee = next(
        (
            suggestible_committee
            for suggestible_committee in page_key.offered
            if suggestible_committee.id == committee_id
        ),
        None,
    ) or abort(404)
    return suggestions_page.render_thanks(suggestible_committee, page_key.today)


@agenda_pages.get("/calendar/<token>.ics")
def calendar_feed(token: str) -> ResponseReturnValue:
    """The calendar file of a committee, without details; the same 404 for a wrong and an ended link."""
    session = db.session()
    committee = calendar.find_by_token(session, token) or abort(404)
    site = find_site(session, committee.site_id) or abort(404)
    language = next((code for code in site.languages if code in languages.TRANSLATED), languages.TRANSLATED[0])
    with force_locale(language):
        event_title = _("Meeting")
    meetings = calendar.list_meetings(session, committee, context.now())
    return Response(calendar.write_file(meetings, site.mail_name, event_title), content_type=calendar.CALENDAR_TYPE)


rep_pages.before_request(headers.refuse_other_sites)


rep_pages.after_request(extend_session)


_NOT_TAKEN, _CONFLICT = 422, 409

_MAX_DIGITS: Final = 3


def _held_or_404(representative: SignedInRepresentative, meeting_id: int) -> rules.Meeting:
    """A meeting of the representative's committee that was held."""
    meeting = find_meeting(db.session(), meeting_id)
    if meeting is None or meeting.committee_id != representative.committee.id or meeting.state != "held":
        abort(404)
    return meeting


@rep_pages.get("/mine/meetings")
@signed_in
def list_minutes(representative: SignedInRepresentative) -> ResponseReturnValue:
    """The past meetings of the representative's committee, with the state of their minutes."""
    past = list_past_meetings(db.session(), representative.committee.id, context.now(), child_page.MAX_PAST_MEETINGS)
    meetings = [meeting for meeting in past if meeting.state == "held"]
    return representative_pages.render_signed_in(
        "committees/minutes/representative_meetings.html", representative, meetings=meetings, say=labels
    )


@rep_pages.get("/mine/meetings/<int:meeting_id>")
@signed_in
def read_minutes(representative: SignedInRepresentative, meeting_id: int) -> ResponseReturnValue:
    """The minutes, also a draft, and what the representative can do with them."""
    return _page(
        "committees/minutes/representative_minutes.html", representative, _held_or_404(representative, meeting_id)
    )


@rep_pages.route("/mine/meetings/<int:meeting_id>/write", methods=["GET", "POST"])
@rate_limited(SENDING)
@signed_in
def write_minutes(representative: SignedInRepresentative, meeting_id: int) -> ResponseReturnValue:
    """Write the three fields. If somebody else has written since, both versions are shown."""
    session, meeting = db.session(), _held_or_404(representative, meeting_id)
    if request.method == "GET":
        return _page("committees/minutes/representative_form.html", representative, meeting)
    typed = _read_minutes_form(request.form, representative.language)
    if rules.find_too_long_fields(typed):
        too_long = labels.MEETING_REFUSALS["too_long"]
        return _page(
            "committees/minutes/representative_form.html", representative, meeting, typed=typed, why=too_long
        ), _NOT_TAKEN
    based_on = replace(meeting, version=_number(request.form.get("version", ""), 9))
    if why := commit_or_refuse(lambda: minutes.write(session, based_on, typed)):
        values: dict[str, object] = {"theirs": True} if why == "meanwhile" else {"why": labels.MEETING_REFUSALS[why]}
        return _page(
            "committees/minutes/representative_form.html", representative, meeting, typed=typed, **values
        ), _CONFLICT
    return redirect(url_for(".read_minutes", meeting_id=meeting.id), 303)


@rep_pages.route("/mine/meetings/<int:meeting_id>/yes", methods=["GET", "POST"])
@rate_limited(SENDING)
@signed_in
def approve_minutes(representative: SignedInRepresentative, meeting_id: int) -> ResponseReturnValue:
    """The children were asked; enter how many agreed."""
    meeting = _held_or_404(representative, meeting_id)
    if request.method == "GET":
        return _page("committees/minutes/representative_check.html", representative, meeting, said_yes="")
    session, day = db.session(), representative.today
    typed = request.form.get("said_yes", "")[:_MAX_DIGITS]
    said_yes, quorum = _number(typed, _MAX_DIGITS), representative.committee.quorum
    if why := commit_or_refuse(lambda: minutes.approve(session, meeting, said_yes, quorum, day)):
        return _page(
            "committees/minutes/representative_check.html",
            representative,
            meeting,
            why=labels.MEETING_REFUSALS[why],
            said_yes=typed,
        ), _NOT_TAKEN
    return redirect(url_for(".read_minutes", meeting_id=meeting.id), 303)


def _page(template: str, representative: SignedInRepresentative, meeting: rules.Meeting, **more: object) -> str:
    """A page with the minutes of a meeting."""
    current = minutes.read(db.session(), meeting.id)
    template_values = {
        "meeting": meeting,
        "minutes": current,
        "fields": rules.MINUTES_FIELDS,
        "pictures": rules.FIELD_PICTURES,
        "say": labels,
    }
    voices = minutes.voices(db.session(), meeting.id)
    may = {"may_write": rules.may_write_minutes(meeting), "voices": voices}
    return representative_pages.render_signed_in(
        template, representative, **{**template_values, **may, "typed": current, "why": "", "theirs": False, **more}
    )


def _read_minutes_form(form: Mapping[str, str], language: str) -> rules.Minutes:
    texts = {
        str(name): form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip() for name in rules.MINUTES_FIELDS
    }
    return rules.Minutes(texts["talked"], texts["decided"], texts["doing"], language)


def _number(text: str, max_digits: int) -> int:
    """A whole number; 0 for any other text."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= max_digits else 0
