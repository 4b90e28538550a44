"""A child's front page and what surrounds it - HTTP only."""

import gzip

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store as committees
from youthvoice.committees.elections import announcements as election_told
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.representatives import sign_in as rep_signing_in
from youthvoice.kiosk import enrolment as enrolling
from youthvoice.kiosk import pages as showing
from youthvoice.kiosk import tiles as doors
from youthvoice.kiosk.tiles import Today
from youthvoice.sites.tablets import current as tablets
from youthvoice.sites.tablets.current import here
from youthvoice.surveys.choices import board as choice_board
from youthvoice.surveys.rounds import store as surveys
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.child_codes.attempt_limits import TooOften
from youthvoice.web import headers
from youthvoice.web.graphics import pictures
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import CODES, at_most

pages = Blueprint("kiosk", __name__, url_prefix="")
pages.before_request(headers.refuse_other_sites)

_HARMLESS = "public, max-age=604800"


@pages.get("/")
def front() -> ResponseReturnValue:
    """What can be done here; on a device that is not connected, help and how to connect it."""
    at = here()
    if at is None:
        return showing.page("plain")
    if languages.COOKIE not in request.cookies and len(at.site.languages) > 1:
        return redirect("/language")
    rounds = surveys.open_at(db.session(), at.site.id, running.now())
    today = Today(
        rounds,
        tells=is_open_at(at.site),
        meets=committees.are_any_at(db.session(), at.site.id),
        votes=bool(_votes(at.site.id)),
        chooses=choice_board.any_at(db.session(), at.site.id, running.now()),
    )
    return showing.front(at.site, today, languages.chosen(at.site.languages))


def _votes(site_id: int) -> list[doors.Door]:
    session, now = db.session(), running.now()
    over = election_told.told(session, running.keyring(), site_id, now)
    return doors.votes(election_store.open_at(session, site_id, now), over)


@pages.get("/open")
def open_today() -> ResponseReturnValue:
    """Every round and vote that is open here, when there are several or none."""
    at = here() or abort(403)
    found = surveys.open_at(db.session(), at.site.id, running.now())
    rounds = [one for one in found if one.purpose not in EXEMPT]  # small choices have a board of their own
    said = languages.chosen(at.site.languages)
    return showing.page("open", doors=[*_votes(at.site.id), *doors.rounds(rounds, said, at.site.time_zone)])


@pages.get("/language")
def language() -> ResponseReturnValue:
    """The first screen: choose a language; what the child before chose, and who she was, is forgotten."""
    at = here()
    offered = at.site.languages if at else languages.TRANSLATED
    if len(offered) == 1:
        reply = Response(status=302, headers={"Location": "/"})
    else:
        reply = Response(showing.choice_of_language(offered))
    return rep_signing_in.end(reply)


@pages.get("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember a language until this child is done."""
    if code not in languages.LANGUAGES:
        abort(404)
    reply = redirect("/")
    secure = not running.settings().development
    reply.set_cookie(languages.COOKIE, code, httponly=True, samesite="Lax", secure=secure)
    return reply


@pages.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Nothing here is for a search engine."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@pages.get("/help")
def help_card() -> ResponseReturnValue:
    """Who helps here, now and in danger."""
    at = here()
    return showing.help_card(at.site, tells=is_open_at(at.site)) if at else showing.page("plain")


@pages.get("/rights")
def rights() -> ResponseReturnValue:
    """What every child may expect."""
    here()  # it may have clips and a voice
    return showing.page("rights")


@pages.route("/enrol", methods=["GET", "POST"])
@at_most(CODES)
def enrol() -> ResponseReturnValue:
    """Connect this device to a site with the code that a coordinator holds."""
    code = (request.form if request.method == "POST" else request.args).get("code", "")[:40]
    insecure = not running.settings().development and request.scheme != "https"
    if request.method == "GET":
        return showing.page("enrol", code=code, wrong="", insecure=insecure)
    try:
        token = enrolling.enrol(db.session(), code, running.now())
    except TooOften:
        return showing.page("enrol", code=code, wrong="wait", insecure=insecure), 429
    db.session().commit()
    if token is None:
        return showing.page("enrol", code=code, wrong="code", insecure=insecure), 422
    reply = Response(status=303, headers={"Location": "/language"})
    tablets.remember(reply, token)
    return reply


@pages.get("/exit")
@pages.get("/exit/<code>")
def away(code: str = "en") -> ResponseReturnValue:
    """A harmless page that lies ready on the tablet; it is the same for everybody and says nothing of us."""
    if code not in languages.TRANSLATED:
        abort(404)
    with force_locale(code):
        page = render_template("kiosk/exit.html", tag=code, turned=languages.direction(code)).encode()
    pressed = request.accept_encodings["gzip"] > 0  # every tablet fetches it beforehand, perhaps on a bad network
    reply = Response(gzip.compress(page) if pressed else page, content_type="text/html; charset=utf-8")
    if pressed:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding"
    reply.headers["Cache-Control"] = _HARMLESS
    return reply


@pages.get("/credits")
def credit() -> ResponseReturnValue:
    """For adults: which languages are drafts, and whose pictures these are."""
    at = here()
    return showing.adults(at.site if at else None, pictures.CREDIT)
