"""A child comes back with her pictures - HTTP only. What they open: `reply_thread_routes`."""

from typing import Final

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.kiosk import pages as showing
from youthvoice.kiosk.reply import code_page as reply_asking
from youthvoice.kiosk.reply import place as reply_place
from youthvoice.kiosk.reply import visit as reply_visit
from youthvoice.sites.tablets.current import here
from youthvoice.threads.child_codes import screens as code_screens
from youthvoice.threads.child_codes import visit_cookie as visits
from youthvoice.threads.child_codes.attempt_limits import TooOften
from youthvoice.threads.child_codes.lookup import visit_by
from youthvoice.threads.child_codes.screens import FIELDS, PICKS
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most
from youthvoice.web.responses import wants_json

pages = Blueprint("reply", __name__, url_prefix=visits.PATH)
pages.before_request(headers.refuse_other_sites)

_TOO_MANY: Final = 429


@pages.get("")
def pictures() -> ResponseReturnValue:
    """Seven screens of nine pictures. Whatever visit there was before is over."""
    told = reply_place.told()
    reply = reply_asking.answer(told, asks_place=reply_place.is_asked(told))
    if visits.COOKIE in request.cookies:
        reply_visit.end(reply)
    return reply


@pages.post("")
@at_most(SENDING)
def choose() -> ResponseReturnValue:
    """Try seven pictures. What comes back is the same whether they open something or not."""
    told = reply_place.told()
    code = code_screens.read(request.form)
    if code is None:
        return _asked_again(told)
    try:
        visit = visit_by(db.engine(), running.keyring(), code, reply_place.place(told), running.now())
    except TooOften as error:
        return _later(error.code, told)
    return reply_visit.carried(redirect(url_for("her_thread.opened"), 303), visit)


def _asked_again(told: str) -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in FIELDS}
    missing = [name for name, value in given.items() if value not in PICKS]
    if wants_json():
        return jsonify(words=str(_("Tap one picture first."))), 422
    asks_place = bool(told) or reply_place.is_asked(told)
    return reply_asking.render(told, given, asks_place=asks_place, missing=missing), 422


def _later(code: str, told: str) -> ResponseReturnValue:
    if code == "tablet":
        if wants_json():
            return jsonify(go=url_for(".later")), _TOO_MANY
        return _later_page(), _TOO_MANY
    if wants_json():
        return jsonify(words=str(_("Wait a little, then try again. Your pictures stay."))), _TOO_MANY
    given = {name: request.form[name] for name in FIELDS}
    return showing.page("reply_wait", given=given, at=told), _TOO_MANY


@pages.get("/later")
def later() -> ResponseReturnValue:
    """This tablet has tried often enough today: who helps, and what else there is."""
    return _later_page()


def _later_page() -> str:
    at = here()
    return showing.page("reply_later", **(showing.help_names(at.site) if at else {"site": None}))


@pages.get("/bye")
@pages.get("/bye/<code>")
def bye(code: str = "") -> ResponseReturnValue:
    """The visit is over: to the first screen, or to the harmless page in a language."""
    if code and code not in languages.TRANSLATED:
        abort(404)
    return reply_visit.end(redirect(url_for("kiosk.away", code=code) if code else "/language"))


@pages.post("/bye")
def bye_now() -> ResponseReturnValue:
    """The same, said by a page that is going away."""
    return reply_visit.end(Response(status=204))
