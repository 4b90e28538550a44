"""A child prepares a statement at a tablet; an outside team reads a pack by a link - HTTP only."""

import base64
from typing import Final

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys import key_names
from youthvoice.reviews import labels, rules
from youthvoice.reviews.forms import LinkNumberForm
from youthvoice.reviews.outside.outside_pack import open_outside_pack
from youthvoice.reviews.pack import list_site_views
from youthvoice.reviews.statements import options, review_slip
from youthvoice.reviews.statements.page import (
    StatementContext,
    refusal_label,
    render_kept_pictures,
    render_slip_page,
    render_statement_page,
    submit_statement,
)
from youthvoice.sites.store import CurrentTablet, get_site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.slips.store import Picks, read_picks, slip_fields
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_codes.code_page import hide_pictures
from youthvoice.threads.child_codes.slip_attempts import slip_attempt, slip_refusal
from youthvoice.threads.child_fields import MAX_FORM_BYTES, pick_label
from youthvoice.threads.readership import is_channel_open
from youthvoice.web import headers, uploads
from youthvoice.web.encrypted_cookie import CookieContent, EncryptedCookie
from youthvoice.web.form_page import add_error, show_form
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import CODES, SENDING, client_key, rate_limited

plan_pages = Blueprint("plan", __name__, url_prefix="/plan")


plan_pages.before_request(headers.refuse_other_sites)


uploads.allow_larger(plan_pages, MAX_FORM_BYTES, "plan.send")


_SLIP: Final = EncryptedCookie("plan", "/plan", idle_seconds=600, max_seconds=600, head_bytes=review_slip.LENGTH)
"""The child's slip, between the screens where the child selects it and the next page, which deletes it."""

_BOUND: Final = sealing_context("plan", "slip", 1)

_NOT_GOOD, _TOO_MANY, _GONE = 422, 429, 410


@plan_pages.get("")
def pictures() -> ResponseReturnValue:
    """The screens on which the child selects the pictures of the slip."""
    current_tablet() or abort(403)
    return _render_slip()


@plan_pages.post("")
@rate_limited(SENDING, by=client_key)
def choose() -> ResponseReturnValue:
    """Check whether the slip leads to a review. Checking does not spend it."""
    tablet = current_tablet() or abort(403)
    picks = _picks()
    if picks is None:
        return _refuse(_("Tap one picture first."))
    try:
        statement_context = _try_slip(tablet, picks)
    except TooManyCodeAttempts as error:
        return _refuse(slip_refusal(error.code), _TOO_MANY)
    if statement_context is None:
        return _refuse(_("This slip was used already, or is none of ours. Look at its pictures again."))
    if not rules.can_change(statement_context.review.day, context.today(tablet.site.time_zone)):
        return _refuse(refusal_label("too_late"), _GONE)
    reply = redirect(url_for(".prepare"), 303)
    sealed = _SLIP.seal(_key(), _BOUND, CookieContent(bytes(picks), int(context.now().timestamp()), b""), context.now())
    return _SLIP.set_on(reply, sealed)


@plan_pages.get("/words")
def prepare() -> ResponseReturnValue:
    """The screens of the statement."""
    tablet = current_tablet() or abort(403)
    cookie_content = _SLIP.open(_key(), _BOUND, request.cookies.get("plan", ""), context.now())
    statement_context = _statement_context(tablet, tuple(cookie_content.head)) if cookie_content else None
    if statement_context is None:
        return redirect(url_for(".pictures"))
    return _SLIP.delete_on(headers.with_microphone(make_response(render_statement_page(statement_context))))


@plan_pages.post("/words")
@rate_limited(SENDING, by=client_key)
def send() -> ResponseReturnValue:
    """Seal and store the statement. A repeat, with the slip that the first one spent, shows the same pictures again.

    The slip counts as an attempt here too, so that pictures sent by hand are counted.
    """
    tablet = current_tablet() or abort(403)
    picks = _picks() or abort(400)
    try:
        statement_context = _try_slip(tablet, picks, spent=True)
    except TooManyCodeAttempts as error:
        return _refuse(slip_refusal(error.code), _TOO_MANY)
    return submit_statement(statement_context) if statement_context else _refuse(refusal_label("slip"), _GONE)


@plan_pages.get("/sent")
def pictures_kept() -> ResponseReturnValue:
    """The address that shows the picture code again after a reload; the server sends nothing of it."""
    current_tablet() or abort(403)
    return render_kept_pictures()


@plan_pages.post("/done")
@rate_limited(SENDING, by=client_key)
def done() -> ResponseReturnValue:
    """The child is done with the pictures; forget the child's language."""
    current_tablet() or abort(403)
    return hide_pictures("/language")


def _try_slip(tablet: CurrentTablet, picks: Picks, *, spent: bool = False) -> StatementContext | None:
    with slip_attempt(tablet, review_slip.slip_salt(tablet.site.id)) as tried:
        statement_context = _statement_context(tablet, picks, spent=spent)
        tried.right = statement_context is not None
    return statement_context


def _statement_context(tablet: CurrentTablet, picks: Picks, *, spent: bool = False) -> StatementContext | None:
    with db.reading(db.engine()) as session:
        review = review_slip.find_review_of_slip(session, tablet.site.id, picks, spent=spent)
    ways = {"action": "/plan/words", "done_href": "/plan/done", "kept_href": "/plan/sent", "front_href": "/language"}
    if review is None:
        return None
    return StatementContext(
        review, languages.chosen(tablet.site.languages), ways, picks, replaces=review.awaits_new_pictures
    )


def _picks() -> Picks | None:
    return read_picks([request.form.get(name, "") for name in slip_fields(review_slip.LENGTH)], review_slip.LENGTH)


def _render_slip(refused: str = "") -> str:
    tablet = current_tablet()
    picks_by_name = {name: request.form.get(name, "") for name in slip_fields(review_slip.LENGTH)}
    # what the child wrote for a statement that came with a used slip: the page shows it, so that it is not lost
    texts = [request.form.get(name, "").strip() for name in ("good_words", "words")]
    words = "\n".join(text for text in texts if text)
    return render_slip_page(picks_by_name, refused, words, tells=tablet is not None and is_channel_open(tablet.site))


def _refuse(words: str, status: int = _NOT_GOOD) -> ResponseReturnValue:
    if headers.wants_json():
        return jsonify(title=str(_("This did not work.")), words=str(words)), status
    return _render_slip(str(words)), status


def _key() -> bytes:
    return context.keyring().derive(key_names.COOKIE, "plans")


outside_pages = Blueprint("outside", __name__, url_prefix="/outside")


outside_pages.before_request(headers.refuse_other_sites)


@outside_pages.context_processor
def _words_of_reviews() -> dict[str, object]:
    return {"say": labels, "options": options, "pick_label": pick_label, "speak": languages.chosen()}


@outside_pages.get("/<token>")
@outside_pages.get("/<token>/in/<language>", endpoint="ask_in")
def ask(token: str, language: str = "") -> ResponseReturnValue:
    """Ask for the number. Nothing is looked up, so every address gets the same answer."""
    return _ask_number(token, language, LinkNumberForm())


@outside_pages.post("/<token>/in/<language>")
@rate_limited(CODES)
def open_in(token: str, language: str) -> ResponseReturnValue:
    """The pack, once the number is right. Nothing is stored, no cookie is set: reading again needs the number again."""
    form = LinkNumberForm()
    _set_language_or_404(language)
    if not form.validate():
        return _ask_number(token, language, form)
    pack = open_outside_pack(token, form.number.data or "")
    if pack is None or pack.statement is None:
        add_error(form, "number", str(labels.LINK_REFUSAL))
        return _ask_number(token, language, form)
    site = get_site(db.session(), pack.review.site_id)
    views = list_site_views(db.session(), pack, languages.chosen(), for_review=False)
    template_values = {"pack": pack, "review": pack.review, "site": site, "views": views}
    voice = base64.b64encode(pack.statement.voice).decode()
    return render_template("reviews/outside/pack.html", voice=voice, **template_values)


def _set_language_or_404(language: str) -> None:
    if language and language not in languages.TRANSLATED:
        abort(404)
    if language:
        languages.set_language(language)


def _ask_number(token: str, language: str, form: LinkNumberForm) -> ResponseReturnValue:
    _set_language_or_404(language)
    other_languages = [languages.LANGUAGES[code] for code in languages.TRANSLATED if code != languages.chosen()]
    return show_form("reviews/outside/ask.html", form, token=token, others=other_languages)
