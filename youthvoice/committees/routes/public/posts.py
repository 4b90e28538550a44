"""What a representative does while she is signed in: she posts, orders, hands over - HTTP only."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.entities import TOPICS, WISHES
from youthvoice.committees.pages import representatives as rep_page
from youthvoice.committees.representatives import agenda_actions as rep_agenda
from youthvoice.committees.representatives import labels as rep_words
from youthvoice.committees.representatives import posting
from youthvoice.committees.representatives import rules as term_rules
from youthvoice.committees.representatives import sign_in as rep_signing_in
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.committees.representatives.posting import Posted
from youthvoice.committees.representatives.sign_in import Signed, signed_in
from youthvoice.sites.help_labels import and_in_words, in_danger
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.readers.cache import readers_at
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most

pages = Blueprint("rep_posts", __name__, url_prefix="/agenda")
pages.before_request(headers.refuse_other_sites)
pages.after_request(rep_signing_in.go_on)

_NOT_TAKEN: Final = 422
_STEPS: Final = {"up": -1, "down": 1}
Page = Callable[[Signed], ResponseReturnValue]


def _signed(page: Page) -> Callable[[], ResponseReturnValue]:
    """Guard a page: whoever is not signed in is led to where one signs in."""

    @wraps(page)
    def guarded() -> ResponseReturnValue:
        signed = signed_in()
        return page(signed) if signed else redirect(url_for("rep.mine"), 303)

    return guarded


@pages.get("/post")
@_signed
def post(signed: Signed) -> ResponseReturnValue:
    """Three taps: what it is about, what should happen, Post."""
    return _form(signed, Posted("", "", ""), {})


@pages.post("/post")
@at_most(SENDING)
@_signed
def take(signed: Signed) -> ResponseReturnValue:
    """Put it on the agenda; or say kindly what speaks against it, and keep every word."""
    posted = posting.read(request.form)
    if "change" in request.form:
        return _form(signed, posted, {})
    if posted.wrong:
        return _form(signed, posted, posted.wrong), _NOT_TAKEN
    keyring, day = running.keyring(), running.today(signed.site.time_zone)
    with db.reading(db.engine()) as session:
        why = posting.looks_like(session, keyring, signed, posted, day)
    if why:
        return rep_page.hers("post_asked", signed, posted=posted, why=rep_words.looks_like(why)), _NOT_TAKEN
    posting.post(db.session(), keyring, signed, posted, languages.chosen(signed.site.languages), day)
    db.session().commit()
    return redirect(url_for("rep.mine", done="posted"), 303)


def _form(signed: Signed, posted: Posted, wrong: Mapping[str, str]) -> str:
    why = {name: rep_words.wrong(code) for name, code in wrong.items()}
    return rep_page.hers("post", signed, posted=posted, why=why, topics=TOPICS, wishes=WISHES)


@pages.route("/mine/order", methods=["GET", "POST"])
@_signed
def order(signed: Signed) -> ResponseReturnValue:
    """The order of the agenda, and what adults owe."""
    session, keyring = db.session(), running.keyring()
    if request.method == "GET":
        shown = (session, keyring, signed, rep_page.reading(signed))
        lists = {"waiting": rep_agenda.waiting, "owed": rep_agenda.owed, "settled": rep_agenda.settled_alone}
        return rep_page.hers("order", signed, **{name: listed(*shown) for name, listed in lists.items()})
    for name, step in _STEPS.items():
        if key := request.form.get(name, ""):
            rep_agenda.move(session, keyring, signed, key, step)
            session.commit()
            return redirect(url_for(".order", _anchor=f"i-{key}" if len(key) <= 32 and key.isalnum() else None), 303)  # noqa: PLR2004 - digits of an id
    with suppress(Meanwhile):  # the page shows how it is now
        _among_us(signed, request.form)
        session.commit()
    return redirect(url_for(".order"), 303)


def _among_us(signed: Signed, form: Mapping[str, str]) -> None:
    """What is talked about without adults: keep it so, bring it in, settle it, talk about it again."""
    at, day = (db.session(), running.keyring(), signed), running.today(signed.site.time_zone)
    for name in ("alone", "bring"):
        if key := form.get(name, ""):
            rep_agenda.set_alone(*at, key, alone=name == "alone")
    for name, does in (("settle", rep_agenda.settle_alone), ("again", rep_agenda.talk_again)):
        if key := form.get(name, ""):
            does(*at, key, day)


@pages.route("/mine/really", methods=["GET", "POST"])
@_signed
def really(signed: Signed) -> ResponseReturnValue:
    """What adults answered: a meeting says whether it is really done."""
    session, keyring = db.session(), running.keyring()
    if request.method == "GET":
        found = rep_agenda.answered(session, keyring, signed, rep_page.reading(signed))
        return rep_page.hers("really", signed, answered=found)
    said = next((name for name in ("yes", "not_yet") if request.form.get(name)), "")
    day = running.today(signed.site.time_zone)
    if said and rep_agenda.say_done(session, keyring, signed, request.form[said], day, done=said == "yes"):
        session.commit()
        return redirect(url_for("rep.mine", done="really"), 303)
    return redirect(url_for(".really"), 303)


@pages.route("/mine/hand-over", methods=["GET", "POST"])
@_signed
def hand_over(signed: Signed) -> ResponseReturnValue:
    """What is still open, told by whoever held the post to whoever holds it now; both tap."""
    session, keyring, day = db.session(), running.keyring(), running.today(signed.site.time_zone)
    gone = representatives.to_hand_over(session, keyring, signed.committee.id, day)
    before = [one for one in gone if term_rules.may_take_over(signed.representative, one)]
    old = next((one for one in before if one.key == request.form.get("old", one.key)), None)
    if old is None:
        return redirect(url_for("rep.mine"), 303)
    if request.method == "POST" and {"gave", "took"} <= set(request.form):
        representatives.hand_over(session, old.id, day)
        session.commit()
        return redirect(url_for("rep.mine", done="handed"), 303)
    return _handing_over(signed, old), _NOT_TAKEN if request.method == "POST" else 200


def _handing_over(signed: Signed, old: RepFacts) -> str:
    reading = rep_page.reading(signed)
    found = rep_agenda.still_open(db.session(), running.keyring(), signed.committee.id, reading)
    return rep_page.hers("hand_over", signed, old=old, found=found, given=set(request.form))


@pages.route("/mine/friend", methods=["GET", "POST"])
@at_most(SENDING)
@_signed
def friend(signed: Signed) -> ResponseReturnValue:
    """A friend told her something bad (S26): it goes to the advocates, and she is asked how she is.

    What she wrote already comes with her. From here she is signed out, and `/tell` takes the same form (307 keeps it).
    """
    if "begin" in request.form and is_open_at(signed.site):
        return rep_signing_in.end(redirect("/tell", 307), language=False)
    words = posting.read(request.form).words
    names = and_in_words([one.name for one in readers_at(signed.site.id)])
    shown = {"hers": words, "names": names, "tells": is_open_at(signed.site), "in_danger": in_danger(signed.site)}
    return rep_page.hers("friend", signed, **shown)
