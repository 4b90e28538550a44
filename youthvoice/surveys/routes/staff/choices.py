"""Everyday choices: prepare one, say yes to it, ask it again - HTTP only."""

from collections.abc import Mapping
from datetime import time

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.accountability.labels import in_language
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices import form_adapter as choice_making
from youthvoice.surveys.choices import labels as choice_words
from youthvoice.surveys.choices import opening as choice_opening
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.choices.forms import AgainForm, DropForm, YesForm
from youthvoice.surveys.choices.listing import listed, shown
from youthvoice.surveys.choices.picture_library import shelf
from youthvoice.surveys.choices.presets import picture_of
from youthvoice.surveys.choices.store import ChoiceFacts
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.opening.rules import Refusal
from youthvoice.web.i18n import dates as days

pages = Blueprint("choices", __name__, url_prefix="/staff/choices")

_WAITS = _l("It waits for an advocate. As soon as she says yes, children can choose.")
_OPEN = _l("Children can choose now.")


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {"may": caller.may if caller else None, "words": choice_words, "picture_of": picture_of}


@pages.app_template_filter("said")
def said(words: Mapping[str, str], language: str) -> str:
    """Words in a language, else in one that there is."""
    return in_language(words, language)


@pages.app_template_filter("hour")
def hour(value: int) -> str:
    """An hour of the day, 0 to 23, as the reader writes it."""
    return days.hour(time(value))


@pages.get("/")
@needs("choices.see")
def index() -> ResponseReturnValue:
    """The choices of every site of the caller's; what waits for an advocate first."""
    session, caller = db.session(), require()
    sites = places.sites_of(session, caller.site_ids)
    return render_template(
        "surveys/choices.html", listed=[(site, listed(session, places.facts(site))) for site in sites]
    )


@pages.get("/new")
@needs("choices.make")
def new() -> ResponseReturnValue:
    """Pick a kind."""
    sites = places.sites_of(db.session(), require().site_ids)
    return render_template("surveys/choice_kinds.html", sites=sites, kinds=choice_making.kinds())


@pages.get("/pictures")
@needs("choices.make")
def pictures() -> ResponseReturnValue:
    """The shelf of pictures, to look through."""
    wanted = request.args.get("q", "")[:40]
    return render_template("surveys/choice_pictures.html", wanted=wanted, found=shelf(wanted))


def _site(site_id: int) -> SiteFacts:
    found = places.site(db.session(), site_id) if site_id in require().site_ids else None
    return places.facts(found or abort(404))


@pages.route("/new/<int:site_id>/<kind>", methods=["GET", "POST"])
@needs("choices.make")
def make(site_id: int, kind: str) -> ResponseReturnValue:
    """What is asked, and what is fixed with it; everything that keeps it from being asked is said at once."""
    caller, site, session = require(), _site(site_id), db.session()
    if kind not in choice_making.kinds():
        abort(404)
    form = choice_making.new_form(session, kind, site, caller.person_id)
    if form.validate_on_submit():
        questions, found = choice_making.looked_at(session, form, kind, site)
        choice_making.put(form, found)
        if questions is not None and not found:
            day = running.today(site.time_zone)
            stored = store.add_questionnaire(session, questions, caller.handle, day, log())
            plan = choice_making.plan_of(form, site)
            choice_id = choice_store.prepare(session, stored.id, plan, caller.person_id, day, log())
            session.commit()
            flash(str(_WAITS))
            return redirect(url_for(".one", choice_id=choice_id), 303)
    page = render_template("surveys/choice_new.html", form=form, kind=kind, site=site, shelf=shelf(kind=kind))
    return page, 422 if form.errors else 200


def _choice(choice_id: int) -> ChoiceFacts:
    return choice_store.find(db.session(), choice_id, require().site_ids) or abort(404)


def _page(choice: ChoiceFacts, refused: list[Refusal], yes: YesForm) -> str:
    session, site = db.session(), _site(choice.plan.site_id)
    page = {"one": shown(session, choice, site), "site": site, "yes": yes, "drop": DropForm(formdata=None)}
    return render_template("surveys/choice.html", **page, refused=[choice_words.say(one) for one in refused])


@pages.get("/<int:choice_id>")
@needs("choices.see")
def one(choice_id: int) -> ResponseReturnValue:
    """One choice on one screen: every picture, every word; an advocate says yes here."""
    return _page(_choice(choice_id), [], YesForm())


@pages.post("/<int:choice_id>/yes")
@needs("choices.approve")
def say_yes(choice_id: int) -> ResponseReturnValue:
    """The words are right, and she is the second adult who opens it."""
    choice, form, session = _choice(choice_id), YesForm(), db.session()
    if not form.validate_on_submit():
        abort(400)
    found = choice_opening.weigh(session, running.keyring(), choice.plan, choice.questions, running.now())
    if choice.prepared_by == require().person_id:
        found.append(Refusal("second_is_first", ""))
    if not found:
        try:
            _open(choice, require().person_id)
        except choice_opening.DecidedAlready:
            session.rollback()
            found = [Refusal("not_waiting", "")]
    if found:
        return _page(choice, found, form), 422
    if form.again.data:
        choice_opening.may_be_asked_again(session, choice.id, running.today())
    session.commit()
    flash(str(_OPEN))
    return redirect(url_for(".one", choice_id=choice.id), 303)


def _open(choice: ChoiceFacts, second: int) -> str:
    return choice_opening.open_choice(db.session(), running.keyring(), choice, second, running.now(), log())


@pages.post("/<int:choice_id>/drop")
@needs("choices.see")
def drop(choice_id: int) -> ResponseReturnValue:
    """Do not ask it: whoever prepared it changed her mind, or the advocate says no."""
    choice = _choice(choice_id)
    if not DropForm().validate_on_submit():
        abort(400)
    if not choice_store.drop(db.session(), choice.id, running.today(), log()):
        abort(410)
    db.session().commit()
    flash(_("It is not asked. Nobody else was told."))
    return redirect(url_for(".index"), 303)


@pages.route("/<int:choice_id>/again", methods=["GET", "POST"])
@needs("choices.make")
def again(choice_id: int) -> ResponseReturnValue:
    """The same pictures on another evening; at once where an advocate allowed it, else she is asked."""
    choice, session = _choice(choice_id), db.session()
    site = _site(choice.plan.site_id)
    form = choice_making.again_form(session, choice, site)
    if form.validate_on_submit() and (found := _asked_again(choice, site, form)):
        return found
    one_ = shown(session, choice, site)
    page = render_template("surveys/choice_again.html", form=form, one=one_, site=site)
    return page, 422 if form.errors else 200


def _asked_again(choice: ChoiceFacts, site: SiteFacts, form: AgainForm) -> ResponseReturnValue | None:
    session, keyring, caller, now = db.session(), running.keyring(), require(), running.now()
    day, plan = running.today(site.time_zone), choice_making.plan_of(form, site)
    found = choice_opening.weigh_new(session, keyring, plan, choice.questions, now)
    choice_making.put(form, found)
    if found:
        return None
    made = choice_store.prepare(session, choice.questionnaire_id, plan, caller.person_id, day, log())
    signer = choice_opening.signer_again(session, keyring, choice, day, now)
    opens = signer != caller.person_id
    if signer is not None and opens:
        _open(_choice(made), signer)
    session.commit()
    flash(str(_OPEN if signer and opens else _WAITS))
    return redirect(url_for(".one", choice_id=made), 303)
