"""A representative comes and goes: her pictures, her sign-in, the end of her post - HTTP only; nothing is logged."""

from typing import Final

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.pages import representatives as rep_page
from youthvoice.committees.representatives import agenda_actions as rep_agenda
from youthvoice.committees.representatives import labels as rep_words
from youthvoice.committees.representatives import picture_codes as rep_codes
from youthvoice.committees.representatives import sign_in as rep_signing_in
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.picture_codes import Where
from youthvoice.committees.representatives.rules import HERSELF
from youthvoice.committees.representatives.sign_in import signed_in
from youthvoice.sites.store import Here
from youthvoice.sites.tablets.current import here
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.child_codes import screens as code_screens
from youthvoice.threads.child_codes.attempt_limits import TooOften
from youthvoice.threads.child_codes.screens import FIELDS, PICKS
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most
from youthvoice.web.responses import wants_json
from youthvoice.web.submission_ids import sheet_id

pages = Blueprint("rep", __name__, url_prefix="/agenda/mine")
pages.before_request(headers.refuse_other_sites)
pages.after_request(rep_signing_in.go_on)

_NOT_TAKEN, _TOO_MANY = 422, 429
_MOST_WORD: Final = 40


@pages.get("")
def mine() -> ResponseReturnValue:
    """What she can do; who represents here and her pictures, where nobody is signed in."""
    at, signed = _here(), signed_in()
    if signed is None:
        return rep_page.sign_in(at)
    session, keyring, reading = db.session(), running.keyring(), rep_page.reading(signed)
    gone = representatives.to_hand_over(session, keyring, signed.committee.id, reading.today)
    return rep_page.hers(
        "mine",
        signed,
        done=rep_words.done(request.args.get("done", "")),
        answered=rep_agenda.answered(session, keyring, signed, reading),
        hands_over=any(one.post == signed.representative.post for one in gone),
        tells=is_open_at(at.site),
    )


@pages.post("")
@at_most(SENDING)
def sign_in() -> ResponseReturnValue:
    """Try seven pictures. What is wrong is said alike, whoever they were tried for."""
    at, code = _here(), code_screens.read(request.form)
    if code is None:
        return _asked_again(at)
    who = sheet_id(request.form.get("who", ""))
    try:
        found = rep_codes.who_signs_in(db.engine(), running.keyring(), who, code, _where(at), running.now())
    except TooOften as error:
        return _later(error.code, at)
    if found is None:
        return _refused(at, _("These pictures do not open it. Choose them again, or ask for new ones."))
    return rep_signing_in.begun(redirect(url_for(".mine"), 303), found)


def _asked_again(at: Here) -> ResponseReturnValue:
    missing = [name for name in FIELDS if request.form.get(name, "") not in PICKS]
    return _refused(at, _("Tap one picture first."), missing)


def _refused(at: Here, words: str, missing: list[str] | None = None) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=str(words)), _NOT_TAKEN
    return rep_page.sign_in(at, "" if missing else str(words), missing or ()), _NOT_TAKEN


def _later(code: str, at: Here) -> ResponseReturnValue:
    if code == "wait":
        words = str(_("Wait a little, then try again."))
        return (jsonify(words=words) if wants_json() else rep_page.sign_in(at, words)), _TOO_MANY
    if wants_json():
        return jsonify(go=url_for(".later")), _TOO_MANY
    return rep_page.plain("later"), _TOO_MANY


@pages.get("/later")
def later() -> ResponseReturnValue:
    """This tablet has tried often enough today."""
    _here()
    return rep_page.plain("later")


@pages.get("/word")
def word() -> ResponseReturnValue:
    """Where the word is typed that shows her her pictures."""
    _here()
    return rep_page.plain("word", wrong="")


@pages.post("/word")
@at_most(SENDING)
def take_word() -> ResponseReturnValue:
    """Show new pictures to whoever has the word."""
    at, typed = _here(), request.form.get("word", "")[:_MOST_WORD]
    try:
        code = rep_codes.pictures_for(db.engine(), running.keyring(), typed, _where(at), running.now())
    except TooOften as error:
        return rep_page.plain("later") if error.code == "tablet" else rep_page.plain("word", wrong="wait"), _TOO_MANY
    if code is None:
        return rep_page.plain("word", wrong="word"), _NOT_TAKEN
    return rep_page.her_pictures(code)


@pages.post("/seen")
def pictures_seen() -> ResponseReturnValue:
    """She has her pictures; nothing is kept of that."""
    reply = redirect("/language", 303)
    reply.delete_cookie(languages.COOKIE)
    return reply


@pages.route("/stop", methods=["GET", "POST"])
def stop() -> ResponseReturnValue:
    """She does not want her post any more; what that means, first."""
    at, signed = _here(), signed_in()
    if signed is None:
        return redirect(url_for(".mine"), 303)
    if request.method == "GET":
        return rep_page.hers("stop", signed)
    day = running.today(at.site.time_zone)
    representatives.end(db.session(), running.keyring(), signed.representative, day, HERSELF)
    db.session().commit()
    return rep_signing_in.end(redirect("/language", 303))


@pages.get("/speak")
def speak() -> ResponseReturnValue:
    """A voice tells who speaks: it goes as a suggestion to an advocate, is never published, and she is signed out."""
    _here()
    return rep_signing_in.end(redirect("/agenda/suggest", 303), language=False)


@pages.get("/bye")
@pages.get("/bye/<code>")
def bye(code: str = "") -> ResponseReturnValue:
    """She is done: to the first screen, or to the harmless page in a language."""
    if code and code not in languages.TRANSLATED:
        abort(404)
    return rep_signing_in.end(redirect(url_for("kiosk.away", code=code) if code else "/language"))


@pages.post("/bye")
def bye_now() -> ResponseReturnValue:
    """The same, said by a page that is going away."""
    return rep_signing_in.end(Response(status=204))


def _here() -> Here:
    return here() or abort(403)


def _where(at: Here) -> Where:
    return Where(at, running.today(at.site.time_zone))
