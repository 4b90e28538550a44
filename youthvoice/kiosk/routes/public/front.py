"""The child's front page and the pages around it - HTTP only."""

import gzip
from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from youthvoice import context, db
from youthvoice.committees.elections.store import list_announced_elections, list_open_votes
from youthvoice.committees.representatives.signed_in_representative import end_session
from youthvoice.kiosk import enrolment, pages
from youthvoice.knocks.page import knock_people
from youthvoice.publications.board.children_board import find_newest_answer
from youthvoice.reviews.statements.store import holds_reviews
from youthvoice.sites.last_day import is_over, stops_telling
from youthvoice.sites.tablets.device import current_tablet, remember_token
from youthvoice.sites.tablets.tablet_status import is_loss_shown
from youthvoice.surveys.choices.page import has_choices, has_ended_choices, list_open_choices
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.surveys.rounds.store import list_open_rounds
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.readership import is_channel_open, letter_readers_at
from youthvoice.web import headers
from youthvoice.web.graphics import pictures
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import CODES, rate_limited, tablet_cookie

kiosk_pages = Blueprint("kiosk", __name__, url_prefix="")


kiosk_pages.before_request(headers.refuse_other_sites)


_ENDS_WITH_THE_SITE = frozenset({
    "kiosk.front", "kiosk.open_today", "kiosk.mine", "kiosk.ways", "kiosk.see", "surveys", "tell", "talk", "good",
    "reply", "her_review", "plan", "agenda", "past", "rep",
})  # fmt: skip
"""Pages of a child that end on the last day of a site: whole features, and of this one those that lead there."""

_CONTACT_LASTS = timedelta(days=180)

_HARMLESS = "public, max-age=604800"


@kiosk_pages.before_app_request
def show_that_it_closed() -> ResponseReturnValue | None:
    """Once the last day of a site has passed, every page of a child says so; what was begun before is still taken."""
    if request.method not in db.SAFE_METHODS or not {request.blueprint, request.endpoint} & _ENDS_WITH_THE_SITE:
        return None
    tablet = current_tablet()
    if tablet is None or not is_over(tablet.site, context.today(tablet.site.time_zone)):
        return None
    return pages.render_closing(tablet.site)


@kiosk_pages.get("/closing")
def closing() -> ResponseReturnValue:
    """Until when somebody reads here, and whom a child calls then."""
    tablet = current_tablet()
    return pages.render_closing(tablet.site) if tablet and tablet.site.closes_on else redirect("/")


@kiosk_pages.get("/")
def front() -> ResponseReturnValue:
    """The front page; on a device that is not connected, help and how to connect it."""
    tablet = current_tablet()
    if tablet is None:
        return pages.render_kiosk_page("kiosk/unknown_device.html")
    if pages.offers_choice(tablet.site) and not languages.is_chosen(tablet.site.languages):
        return redirect("/language")
    session, now, language = db.session(), context.now(), languages.chosen(tablet.site.languages)
    today = pages.SiteToday(
        list_open_rounds(session, tablet.site.id, now),
        votes=bool(_votes(tablet.site.id)),
        chooses=has_choices(session, tablet.site.id, now),
        reviews=holds_reviews(session, tablet.site.id),
        ways=bool(knock_people(tablet.site.id).listeners or letter_readers_at(tablet.site)),
        lost=is_loss_shown(session, tablet.site, now),
        news=find_newest_answer(session, tablet.site.id, language, context.today(tablet.site.time_zone)),
    )
    return pages.render_front(tablet.site, today, language)


def _votes(site_id: int) -> list[pages.FrontTile]:
    session, now = db.session(), context.now()
    over = list_announced_elections(session, site_id, now)
    return pages.vote_tiles(list_open_votes(session, site_id, now), over)


@kiosk_pages.get("/open")
def open_today() -> ResponseReturnValue:
    """Every open round, vote and small choice, where there are several or none; and what won."""
    tablet = current_tablet() or abort(403)
    session, now = db.session(), context.now()
    rounds = [round_ for round_ in list_open_rounds(session, tablet.site.id, now) if round_.purpose not in EXEMPT]
    language = languages.chosen(tablet.site.languages)
    choices = pages.choice_tiles(list_open_choices(session, tablet.site, language, languages.chosen()))
    doors = [*_votes(tablet.site.id), *pages.round_tiles(rounds, language, tablet.site.time_zone), *choices]
    won = [pages.choice_tile()] if has_ended_choices(session, tablet.site.id, now) else []
    return pages.render_kiosk_page("kiosk/open.html", doors=doors, won=won)


@kiosk_pages.get("/mine")
def mine() -> ResponseReturnValue:
    """Links to pages of one child: the answer to a report, and the review."""
    tablet = current_tablet() or abort(403)
    return pages.render_mine(reviews=holds_reviews(db.session(), tablet.site.id))


@kiosk_pages.get("/ways")
def ways() -> ResponseReturnValue:
    """Links to a report, to good news, and to a knock at an adult."""
    site = (current_tablet() or abort(403)).site
    goods, talks = bool(letter_readers_at(site)), bool(knock_people(site.id).listeners)
    closes = stops_telling(site, context.today(site.time_zone))
    return pages.render_ways(tells=is_channel_open(site), closes=closes, goods=goods, talks=talks)


@kiosk_pages.get("/see")
def see() -> ResponseReturnValue:
    """Links to what changed, and to children's rights."""
    current_tablet()  # the layout then knows the languages and the voice of this tablet
    return pages.render_see()


@kiosk_pages.get("/language")
def language() -> ResponseReturnValue:
    """The first screen: choose a language; the language and sign-in of the child before are forgotten."""
    languages.forget_choice()
    tablet = current_tablet()
    offered = tablet.site.languages if tablet else languages.TRANSLATED
    if tablet and not pages.offers_choice(tablet.site):
        reply = Response(status=302, headers={"Location": "/"})
    else:
        reply = Response(pages.render_language_choice(offered, tablet.site if tablet else None))
    return end_session(reply)


@kiosk_pages.get("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember a language, perhaps with larger text, until this child has finished."""
    if not languages.is_choice(code):
        abort(404)
    reply = redirect("/")
    secure = not context.settings().development
    reply.set_cookie(languages.COOKIE, code, httponly=True, samesite="Lax", secure=secure)
    return reply


@kiosk_pages.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Keep search engines out."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@kiosk_pages.get("/.well-known/security.txt")
def security_contact() -> ResponseReturnValue:
    """Whom to tell of a weakness (RFC 9116), where somebody is named; good for half a year from today."""
    contact = context.settings().contact
    if contact is None:
        abort(404)
    expires = f"{context.today() + _CONTACT_LASTS:%Y-%m-%d}T00:00:00Z"  # whole days: no hour of this machine
    lines = (f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: en")
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@kiosk_pages.get("/help")
def help_card() -> ResponseReturnValue:
    """Who helps here, now and in danger."""
    if not (tablet := current_tablet()):
        return pages.render_kiosk_page("kiosk/unknown_device.html")
    talks = bool(knock_people(tablet.site.id).listeners)
    return pages.render_help_card(tablet.site, tells=is_channel_open(tablet.site), talks=talks)


@kiosk_pages.get("/rights")
def rights() -> ResponseReturnValue:
    """What every child may expect."""
    current_tablet()  # the layout then knows the languages and the voice of this tablet
    return pages.render_kiosk_page("kiosk/rights.html")


@kiosk_pages.route("/enrol", methods=["GET", "POST"])
@rate_limited(CODES)
def enrol() -> ResponseReturnValue:
    """Connect this device to a site with the code that a coordinator holds."""
    code = (request.form if request.method == "POST" else request.args).get("code", "")[:40]
    insecure = not context.settings().development and request.scheme != "https"
    if request.method == "GET":
        return pages.render_kiosk_page("kiosk/enrol.html", code=code, wrong="", insecure=insecure)
    try:
        former_token = request.cookies.get(tablet_cookie(), "")
        token = enrolment.enrol_tablet(db.session(), code, context.now(), former_token)
    except TooManyCodeAttempts:
        return pages.render_kiosk_page("kiosk/enrol.html", code=code, wrong="wait", insecure=insecure), 429
    db.session().commit()
    if token is None:
        return pages.render_kiosk_page("kiosk/enrol.html", code=code, wrong="code", insecure=insecure), 422
    reply = Response(status=303, headers={"Location": "/language"})
    remember_token(reply, token)
    return reply


@kiosk_pages.get("/exit")
@kiosk_pages.get("/exit/<code>")
def exit_page(code: str = "en") -> ResponseReturnValue:
    """The harmless page of the quick exit, stored on the tablet; it is the same for everybody and does not name us."""
    if code not in languages.TRANSLATED:
        abort(404)
    page = pages.render_exit(code)
    is_gzipped = request.accept_encodings["gzip"] > 0  # every tablet fetches it beforehand, perhaps on a slow network
    reply = Response(gzip.compress(page) if is_gzipped else page, content_type="text/html; charset=utf-8")
    if is_gzipped:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding"
    reply.headers["Cache-Control"] = _HARMLESS
    return reply


@kiosk_pages.get("/credits")
def credits_page() -> ResponseReturnValue:
    """For adults: which translations are drafts, and who made the pictures."""
    tablet = current_tablet()
    return pages.render_credits(tablet.site if tablet else None, pictures.CREDIT)
