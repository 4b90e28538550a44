"""Slips of a round: dealt at a sitting, shown once to be printed and cut - HTTP only."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.sites import store as places
from youthvoice.slips.store import TooMany
from youthvoice.surveys.responses.slips import check as with_slips
from youthvoice.surveys.responses.slips.forms import SlipsForm
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts

pages = Blueprint("round_slips", __name__, url_prefix="/staff/rounds/<slug>/slips")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"named": page_words.named}


def _round(slug: str) -> RoundFacts:
    facts = store.round_by_slug(db.session(), slug)
    if facts is None or not require().site_ids & set(facts.site_ids) or not facts.slips:
        abort(404)
    if facts.state(running.now()) != "open":
        abort(410)
    return facts


def _form(facts: RoundFacts) -> SlipsForm:
    here = places.sites_of(db.session(), require().site_ids & set(facts.site_ids))
    form = SlipsForm()
    form.offer([(site.id, site.name) for site in here])
    return form


@pages.get("")
@needs("rounds.sit")
def before(slug: str) -> ResponseReturnValue:
    """How many children sit here?"""
    facts = _round(slug)
    return render_template("surveys/slips.html", facts=facts, form=_form(facts), slips=())


@pages.post("")
@needs("rounds.sit")
def deal(slug: str) -> ResponseReturnValue:
    """Deal, and show what was dealt: this once."""
    facts = _round(slug)
    form, dealt = _form(facts), []
    if form.validate_on_submit():
        try:
            dealt = with_slips.deal(db.session(), running.keyring(), facts, form.site.data, form.number.data)
        except TooMany:
            db.session().rollback()
            form.number.errors = [_("That is more than are left of the children who are invited. Deal fewer.")]
        log().add(db.session(), "slips.deal" if dealt else "slips.refused", slug)
        db.session().commit()
    shown = render_template("surveys/slips.html", facts=facts, form=form, slips=dealt)
    return shown, 422 if form.errors else 200
