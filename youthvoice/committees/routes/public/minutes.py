"""A representative at the minutes of her committee: reads drafts, writes, enters the children's yes - HTTP only."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Final

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import FIELDS, PICTURES, MeetingFacts, Minutes
from youthvoice.committees.meetings.minutes import rules as minutes_rules
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.pages import meetings as past_page
from youthvoice.committees.pages import representatives as rep_page
from youthvoice.committees.representatives import sign_in as rep_signing_in
from youthvoice.committees.representatives.sign_in import Signed, signed_in
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most

pages = Blueprint("rep_minutes", __name__, url_prefix="/agenda/mine")
pages.before_request(headers.refuse_other_sites)
pages.after_request(rep_signing_in.go_on)

_NOT_TAKEN, _CONFLICT = 422, 409
_MOST_DIGITS: Final = 3
Page = Callable[[Signed, MeetingFacts], ResponseReturnValue]


def _hers(page: Page) -> Callable[[int], ResponseReturnValue]:
    """Guard a page of one meeting: only representatives of this committee, and only once it was held."""

    @wraps(page)
    def guarded(meeting_id: int) -> ResponseReturnValue:
        signed = signed_in()
        if signed is None:
            return redirect(url_for("rep.mine"), 303)
        meeting = meetings.find(db.session(), meeting_id)
        if meeting is None or meeting.committee_id != signed.committee.id or meeting.state != "held":
            abort(404)
        return page(signed, meeting)

    return guarded


@pages.get("/meetings")
def index() -> ResponseReturnValue:
    """The meetings of her committee that were held, and how their minutes stand."""
    signed = signed_in()
    if signed is None:
        return redirect(url_for("rep.mine"), 303)
    every = meetings.past(db.session(), signed.committee.id, running.now(), past_page.MOST)
    held = [one for one in every if one.state == "held"]
    return rep_page.hers("rep_meetings", signed, meetings=held, say=meeting_words)


@pages.get("/meetings/<int:meeting_id>")
@_hers
def read(signed: Signed, meeting: MeetingFacts) -> ResponseReturnValue:
    """What was said, a draft too, and what she can do with it."""
    return _shown("rep_read", signed, meeting)


@pages.route("/meetings/<int:meeting_id>/write", methods=["GET", "POST"])
@at_most(SENDING)
@_hers
def write(signed: Signed, meeting: MeetingFacts) -> ResponseReturnValue:
    """The three fields; where somebody else wrote meanwhile, both versions stand there, hers in the boxes."""
    session, keyring = db.session(), running.keyring()
    if request.method == "GET":
        return _shown("rep_write", signed, meeting)
    typed = _typed(request.form, languages.chosen(signed.site.languages))
    if minutes_rules.too_long(typed):
        return _shown("rep_write", signed, meeting, typed=typed, why=meeting_words.refusal("too_long")), _NOT_TAKEN
    try:
        minutes.write(session, keyring, replace(meeting, version=_number(request.form.get("version", ""), 9)), typed)
    except minutes.NotNow as error:
        return _shown("rep_write", signed, meeting, typed=typed, why=meeting_words.refusal(error.code)), _CONFLICT
    except minutes.Meanwhile:
        return _shown("rep_write", signed, meeting, typed=typed, theirs=True), _CONFLICT
    session.commit()
    return redirect(url_for(".read", meeting_id=meeting.id), 303)


@pages.route("/meetings/<int:meeting_id>/yes", methods=["GET", "POST"])
@at_most(SENDING)
@_hers
def approve(signed: Signed, meeting: MeetingFacts) -> ResponseReturnValue:
    """The children were asked; so many said yes."""
    if request.method == "GET":
        return _shown("rep_yes", signed, meeting, said_yes="")
    session, day = db.session(), running.today(signed.site.time_zone)
    typed = request.form.get("said_yes", "")[:_MOST_DIGITS]
    try:
        said_yes = _number(typed, _MOST_DIGITS)
        minutes.approve(session, running.keyring(), meeting, said_yes, signed.committee.quorum, day)
    except (minutes.NotNow, minutes.Meanwhile) as error:
        why = meeting_words.refusal(getattr(error, "code", "meanwhile"))
        return _shown("rep_yes", signed, meeting, why=why, said_yes=typed), _NOT_TAKEN
    session.commit()
    return redirect(url_for(".read", meeting_id=meeting.id), 303)


def _shown(template: str, signed: Signed, meeting: MeetingFacts, **more: object) -> str:
    now = minutes.said(db.session(), running.keyring(), meeting.id)
    shown = {"meeting": meeting, "minutes": now, "fields": FIELDS, "pictures": PICTURES, "say": meeting_words}
    voices = minutes.voices(db.session(), meeting.id)
    may = {"may_write": minutes_rules.may_write(meeting), "voices": voices}
    return rep_page.hers(template, signed, **{**shown, **may, "typed": now, "why": "", "theirs": False, **more})


def _typed(form: Mapping[str, str], language: str) -> Minutes:
    said = {str(name): form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip() for name in FIELDS}
    return Minutes(said["talked"], said["decided"], said["doing"], language)


def _number(told: str, most: int) -> int:
    told = told.strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) <= most else 0
